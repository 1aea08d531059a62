"""The way from one question to the next, and to the end."""

from __future__ import annotations

from dialogue.conduct.agenda import Agenda
from dialogue.conduct.conduct import Conduct
from dialogue.content.lines import Lines
from dialogue.interviewing.asking import Asking
from dialogue.interviewing.standing import Standing
from dialogue.types import Because
from perception.types import CandidateState


class Advancing:
    """Leaves the question in progress behind.

    Args:
        standing: where the interview stands.
        lines: what she says.
        asking: puts the questions.
        agenda: which question comes next, and how time stands.
        conduct: how strong the answers were, and what of them she recalls.
        understands: whether answers are understood.
        your_questions: whether she asks at the end for the candidate's own questions.
    """

    def __init__(
        self,
        standing: Standing,
        lines: Lines,
        asking: Asking,
        agenda: Agenda,
        conduct: Conduct,
        understands: bool,
        your_questions: bool,
    ) -> None:
        self._standing = standing
        self._lines = lines
        self._asking = asking
        self._agenda = agenda
        self._conduct = conduct
        self._understands = understands
        self._your_questions = understands and your_questions

    def first(self, because: Because, lead: str) -> None:
        """The question to begin with.

        Args:
            because: why now.
            lead: what she says first.
        """
        self._asking.main(self._agenda.first(), because, lead)

    def advance(
        self, state: CandidateState, because: Because, lead: str = "", thanks: bool = False
    ) -> None:
        """The next question, or the end.

        Args:
            state: the candidate now.
            because: why.
            lead: what she says first.
            thanks: whether thanks for the answer come before that.
        """
        own = self._standing.candidate_asks
        if own:
            self._asking.close(because, early=False, lead=lead)
            return
        if state.part_over:
            self._close(because)
            return
        number = self._agenda.next(state.t_s, self._conduct.strengths)
        turn = self._your_questions and self._agenda.turn_fits(state.t_s)
        if number is None and self._your_questions and not turn:
            self._close(because, f"{lead} {self._lines.say('time_over')}".strip())
        elif number is None and turn:
            thanked = self._lines.short("acknowledgements") if thanks and not lead else lead
            self._asking.for_questions(because, thanked)
        elif number is None:
            self._close(because)  # which thanks for all of it
        else:
            self._asking.main(number, because, self._lead_to(number, state.t_s, lead), thanks)
            if thanks:
                self._standing.answer.acknowledged.made(state.t_s)

    def _lead_to(self, number: int, t_s: float, lead: str) -> str:
        """What she says before a question: what was told earlier, and that time is short."""
        if not self._understands:
            return lead
        # whoever was stopped is led away from what they told, not back to it
        if not lead and not self._standing.answer.cut_short:
            lead = self._conduct.recall(self._standing.plan.every[number])
        if self._agenda.pace(t_s) == "short":
            skipped = self._agenda.skipped(number)
            lead = f"{lead} {self._lines.say('skips' if skipped else 'in_short')}".strip()
        return lead

    def _close(self, because: Because, lead: str = "") -> None:
        left, of = self._agenda.progress
        self._asking.close(because, early=left < of, lead=lead)
