"""How the time of an interview is kept.

The questions that are left, their usual answers and the candidate's own pace tell how long the rest
would take. She goes deeper where there is time, and asks briefly, skips and closes where there is
not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from dialogue.content.script import Question
from dialogue.types import spoken_s

Pace = Literal["unlimited", "ample", "normal", "short", "over"]
"""``ample``: there is time for more than planned; ``short``: not for all of it; ``over``: she has
to close now."""

TURN_S = 4.0
"""Seconds of an exchange beside question and answer: pauses, acknowledgements."""
CLOSING_S = 36.0
"""Seconds for a question of the candidate's own, its answer and the farewell."""
_OVERRUN = 0.1
"""Share of its time by which an interview may run over, so that the candidate still has a turn."""
ANOTHER_S = 25.0
"""Seconds for one more of those."""
_FOLLOW_UP_S = 28.0
_AMPLE, _SHORT = 0.8, 1.08
"""Shares of the time left that the rest takes, below which there is ample time and above which it
is short."""


class TimeBudget:
    """Keeps the time of one interview.

    Args:
        minutes: for all of it; 0 for no limit.
    """

    def __init__(self, minutes: float = 0.0) -> None:
        self._budget_s = 60.0 * minutes
        self._began_s = 0.0
        self._answers: dict[str, tuple[float, float]] = {}

    @property
    def limited(self) -> bool:
        """Whether there is a limit."""
        return self._budget_s > 0

    def begin(self, t_s: float) -> None:
        """The interview begins."""
        self._began_s = t_s

    def answered(self, question_id: str, usual_s: float, took_s: float) -> None:
        """A question was replied to; of several replies to one the last counts.

        Args:
            question_id: of the main question.
            usual_s: seconds of a usual answer to it.
            took_s: seconds since it was first put: an answer that came after two requests took as
                long as all of that.
        """
        self._answers.pop(question_id, None)  # the last replied to stands last
        self._answers[question_id] = (max(1.0, usual_s), max(1.0, took_s))

    @property
    def pace(self) -> float:
        """How long this candidate's answers are against usual ones; 1 before any."""
        recent = list(self._answers.values())[-6:]
        usual, took = sum(u for u, _ in recent) + 60.0, sum(t for _, t in recent) + 60.0
        return min(2.2, max(0.35, took / usual))

    def left_s(self, t_s: float) -> float:
        """Seconds that are left."""
        return self._began_s + self._budget_s - t_s if self.limited else float("inf")

    def needed_s(self, question: Question, follow_ups: float = 0.6) -> float:
        """Seconds that a question is likely to take with this candidate."""
        spoken = spoken_s(question.text[0])
        return spoken + TURN_S + self.pace * (question.usual_answer_s + follow_ups * _FOLLOW_UP_S)

    def another_fits(self, t_s: float) -> bool:
        """Whether there is time for one more question of the candidate's own."""
        return self.left_s(t_s) >= ANOTHER_S

    def turn_fits(self, t_s: float) -> bool:
        """Whether the candidate can still be asked for questions: time may run over for that, but
        not far."""
        return self.left_s(t_s) + _OVERRUN * self._budget_s >= CLOSING_S

    def judge(self, t_s: float, left: Sequence[Question]) -> Pace:
        """How time stands before the next question.

        Args:
            t_s: now.
            left: main questions that are planned and not asked.
        """
        if not self.limited:
            return "unlimited"
        left_s = self.left_s(t_s) - CLOSING_S
        if left_s < 20.0:
            return "over"
        rest = sum(self.needed_s(question) for question in left)
        if rest > _SHORT * left_s:
            return "short"
        return "ample" if rest < _AMPLE * left_s else "normal"

    def fits(self, t_s: float, question: Question) -> bool:
        """Whether a question can be asked without follow-ups before she has to close."""
        if not self.limited:
            return True
        return self.needed_s(question, 0.0) <= self.left_s(t_s) - 0.5 * CLOSING_S

    def follow_up_fits(self, t_s: float, left: Sequence[Question]) -> bool:
        """Whether there is time for a follow-up."""
        if not self.limited:
            return True
        rest = sum(self.needed_s(question, 0.0) for question in left)
        return rest + self.pace * _FOLLOW_UP_S + TURN_S <= self.left_s(t_s) - CLOSING_S


def questions_for(minutes: float) -> int:
    """How many questions suit a time, the warm-up included, with usual answers."""
    each_s = 48.0 + 0.6 * _FOLLOW_UP_S + 10.0
    return max(1, round((60.0 * minutes - CLOSING_S - 8.0) / each_s))
