"""What is to be understood of what the candidate says, and what was understood of it."""

from __future__ import annotations

from collections.abc import Sequence

from dialogue.conduct.wandering import wanders
from dialogue.interviewing.standing import Standing
from dialogue.turntaking.turn import TurnView
from dialogue.understanding.understander import Inquiry, Understood
from perception.types import CandidateState


class Inquiries:
    """The inquiries of one interview, one at a time, and the replies to them.

    Args:
        understands: whether they are replied to at all.

    Attributes:
        understands: the same.
        inquiry: what is to be understood at present, as it stands; None for nothing.
        told: what was understood last of the answer in progress; None where nothing was.
        wandering: whether by that the answer has wandered off.
    """

    inquiry: Inquiry | None
    told: Understood | None
    wandering: bool

    def __init__(self, understands: bool) -> None:
        self.understands = understands
        self.inquiry = None
        self.told = None
        self.wandering = False
        self._answers = 0
        self._since_s = float("-inf")

    def begin_answer(self, t_s: float) -> None:
        """What is said from now on is another answer; replies to inquiries before come too late."""
        self._answers += 1
        self._since_s = t_s
        self.told = None
        self.wandering = False

    def add(self, understood: Sequence[Understood]) -> None:
        """Takes replies."""
        for told in understood:
            if told.inquiry.answer == self._answers:
                self.told = told
                self.wandering = wanders(told.quality)  # here, for it is asked at every tick

    def step(
        self,
        state: CandidateState,
        view: TurnView,
        standing: Standing,
        typed: str,
        speaking: bool,
    ) -> None:
        """Has what was said so far understood.

        Args:
            state: the candidate now.
            view: the same, as a turn.
            standing: where the interview stands.
            typed: what was typed and waits to be taken up.
            speaking: whether a line of hers is being spoken.
        """
        self.inquiry = None
        if not self.understands or self._since_s == state.t_s:
            return  # words of the tick that begins an answer are those of the answer before
        if standing.phase == "greeting":
            text = typed or state.answer
            if text.strip() and not speaking:
                self.inquiry = Inquiry("greeting", self._answers, text, typed=bool(typed))
        elif standing.phase in ("listening", "deciding"):
            handed_in, question_id = standing.answer.typed, standing.question_id
            if handed_in is not None:
                self.inquiry = Inquiry(question_id, self._answers, handed_in, typed=True)
            elif state.answer.strip():
                known = state.answer_final or view.words_reach_end
                self.inquiry = Inquiry(question_id, self._answers, state.answer, known)

    def known(self, text: str, state: CandidateState) -> bool:
        """Whether it is understood what was said, or will not be."""
        if not self.understands or not text.strip() or "understanding" in state.trouble:
            return True
        return self.told is not None and self.told.inquiry.text == text

    def covering(self, text: str) -> Understood | None:
        """What was understood, where most of an answer had been said by then.

        Args:
            text: of the answer.
        """
        told = self.told
        if told is None or len(told.inquiry.text.split()) < 0.8 * len(text.split()):
            return None
        return told

    @property
    def asks_something(self) -> bool:
        """Whether what was said so far is a request, whose reply comes without an "mm-hm"."""
        return self.told is not None and not self.told.understanding.has("answer")

    @property
    def strength(self) -> float | None:
        """0...1 of the answer so far; None where it was not understood."""
        quality = None if self.told is None else self.told.quality
        return None if quality is None else quality.strength
