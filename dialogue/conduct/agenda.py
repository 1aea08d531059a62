"""Which question comes next: in the planned order, or by how well the answers went."""

from __future__ import annotations

from collections.abc import Sequence

from dialogue.conduct.settings import ConductSettings
from dialogue.conduct.time_budget import Pace, TimeBudget
from dialogue.content.planning import RANGE, InterviewPlan

_RECENT = 2
"""Answers whose strength decides how demanding the next question is."""
_STRONG, _WEAK = 0.5, 0.2
"""Strength (0...1) from which a harder question follows, and below which an easier one."""


class Agenda:
    """The questions of one interview and what became of them.

    Args:
        plan: planned questions, and those in reserve.
        start_at: how many of the planned ones were asked already, in an interview taken up again.
        settings: mode.
        budget: of time.
    """

    def __init__(
        self, plan: InterviewPlan, start_at: int, settings: ConductSettings, budget: TimeBudget
    ) -> None:
        self._plan = plan
        self._settings = settings
        self._budget = budget
        self._left = list(range(start_at, len(plan.questions)))
        self._spare = list(range(len(plan.questions), len(plan.every)))
        self._asked = start_at

    @property
    def progress(self) -> tuple[int, int]:
        """How many questions were asked, and of how many as it stands."""
        return self._asked, self._asked + len(self._left)

    @property
    def likely_next(self) -> int | None:
        """Number of the question that is planned next; None after the last."""
        return self._left[0] if self._left else None

    @property
    def none_left(self) -> bool:
        """Whether the question in progress is the last, as far as is known."""
        return not self._left and not self._budget.limited

    @property
    def last_is_next(self) -> bool:
        """Whether the next question is the last, as far as is known."""
        return len(self._left) == 1 and not self._budget.limited

    def pace(self, t_s: float) -> Pace:
        """How time stands."""
        return self._budget.judge(t_s, [self._plan.every[i] for i in self._left])

    def follow_up_fits(self, t_s: float) -> bool:
        """Whether there is time for a follow-up."""
        return self._budget.follow_up_fits(t_s, [self._plan.every[i] for i in self._left])

    def to_spare(self, t_s: float) -> bool:
        """Whether there is more time than all questions are likely to take, reserve included."""
        every = [self._plan.every[i] for i in (*self._left, *self._spare)]
        return self._budget.judge(t_s, every) == "ample"

    def turn_fits(self, t_s: float) -> bool:
        """Whether there is time for the candidate's own questions at the end."""
        return self._settings.mode == "structured" or self._budget.turn_fits(t_s)

    def first(self) -> int:
        """Number of the question to begin with."""
        return self._take(self._left[0])

    def next(self, t_s: float, strengths: Sequence[float]) -> int | None:
        """Number of the next question, in the plan's ``every``; None where there is none left.

        Args:
            t_s: now.
            strengths: of the answers so far.
        """
        pace = self.pace(t_s)
        structured = self._settings.mode == "structured"
        pool = self._left
        if not pool and not structured and pace in ("ample", "normal"):
            pool = self._spare
        fitting = [i for i in pool if self._budget.fits(t_s, self._plan.every[i])]
        if pace == "over" or not fitting:
            return None
        if structured:
            return self._take(fitting[0])
        # what is left to say is said at the end
        before = [i for i in fitting if self._plan.every[i].kind != "closing"]
        return self._take(self._suited(before or fitting, strengths))

    def give_back(self, index: int) -> None:
        """A question was withdrawn before the candidate heard it: it comes next."""
        self._asked -= 1
        self._left.insert(0, index)

    def skipped(self, index: int) -> bool:
        """Whether planned questions before this one were left out for want of time."""
        return self._budget.limited and any(i < index for i in self._left)

    def _take(self, index: int) -> int:
        self._asked += 1
        for pool in (self._left, self._spare):
            if index in pool:
                pool.remove(index)
        return index

    def _suited(self, among: Sequence[int], strengths: Sequence[float]) -> int:
        """The one whose difficulty suits the answers so far, the first planned of those."""
        recent = strengths[-_RECENT:]
        if len(recent) < _RECENT:
            return among[0]
        mean = sum(recent) / len(recent)
        least, most = RANGE[self._settings.difficulty]
        wanted = min(max(3 if mean >= _STRONG else 1 if mean < _WEAK else 2, least), most)
        return min(among, key=lambda i: (abs(self._plan.every[i].difficulty - wanted), i))
