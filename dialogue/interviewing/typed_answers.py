"""Answers by keyboard, and the word that they are welcome where no microphone works."""

from __future__ import annotations

from collections.abc import Sequence

from dialogue.content.lines import Lines
from dialogue.interviewing.acts import Acts
from dialogue.interviewing.standing import Standing
from dialogue.turntaking.turn import TurnView
from dialogue.types import AcknowledgeData, Because, SayData
from perception.types import CandidateState


class TypedAnswers:
    """Keeps what is typed until it is taken up.

    Args:
        standing: where the interview stands.
        acts: makes what she does.
        lines: what she says.
        understands: whether what is typed is understood.

    Attributes:
        told_no_microphone: whether she has said that nothing is heard, and that typing is fine.
    """

    told_no_microphone: bool

    def __init__(self, standing: Standing, acts: Acts, lines: Lines, understands: bool) -> None:
        self._standing = standing
        self._acts = acts
        self._lines = lines
        self._understands = understands
        self._waiting: list[str] = []
        self.told_no_microphone = False

    @property
    def waiting(self) -> str:
        """All that was handed in and not taken up; empty for nothing."""
        return " ".join(self._waiting)

    def add(self, state: CandidateState) -> None:
        """Takes what was handed in at this tick, if anything."""
        if state.typed is not None and state.typed.strip():
            self._waiting.append(state.typed.strip())

    def clear(self) -> None:
        """What was handed in has been replied to."""
        self._waiting.clear()

    def goes_on(self, state: CandidateState, view: TurnView) -> bool:
        """Whether an answer that was handed in goes on, in writing or aloud: it is one answer."""
        handed_s = self._standing.answer.handed_s
        spoke_on = view.heard and view.pause_s < state.t_s - handed_s
        return bool(self._waiting) or state.typing or (spoke_on and not view.over)

    def take(self, state: CandidateState) -> None:
        """She takes up an answer that was handed in, or more of one.

        What was said aloud beside it belongs to it.
        """
        answer = self._standing.answer
        more = answer.typed is not None
        answer.typed = _with_spoken(answer.typed or "", self._waiting, state)
        answer.typed_s = self._standing.now_s
        self.clear()
        if more:
            return
        answer.handed_s = self._standing.now_s
        self._standing.phase = "deciding"
        because = Because("typed_answer", "typed", "handed in", "handed in")
        data = AcknowledgeData("nod", 0.4, 1)
        # where it is understood, what she says goes by what it says
        silent = answer.acknowledged.given or self._understands
        line = "" if silent else self._lines.short("typed")
        self._acts.make("acknowledge", because, line, data=data)
        if line:
            answer.acknowledged.made(self._standing.now_s)

    def offer(self, state: CandidateState) -> bool:
        """Says once that typing is fine; true when she says it now."""
        if "microphone" not in state.trouble or self.told_no_microphone:
            return False
        self.told_no_microphone = True
        self._standing.answer.since_s = state.t_s
        because = Because("no_microphone", "trouble", "microphone", "any")
        line = self._lines.short("no_microphone")
        self._acts.make("say", because, line, "warm", SayData("no_microphone"))
        return True


def _with_spoken(before: str, typed: Sequence[str], state: CandidateState) -> str:
    """What was typed, in its place among what was said aloud."""
    if all(text in state.answer for text in (before, *typed)):
        return state.answer
    return " ".join(text for text in (before, *typed) if text)
