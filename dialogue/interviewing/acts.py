"""Makes her acts: each with a number, the question that it belongs to, and her mood's attitude."""

from __future__ import annotations

from dialogue.conduct.mood import Mood
from dialogue.content.manner import Attitude
from dialogue.content.stress import plain
from dialogue.interviewing.own_speech import OwnSpeech
from dialogue.interviewing.standing import Standing
from dialogue.types import ActData, ActKind, Because, RecruiterAct


class Acts:
    """The acts of one interview.

    Args:
        standing: of the interview; says which question an act belongs to.
        mood: hers.
        own: her speech, which takes every act that has words.
    """

    def __init__(self, standing: Standing, mood: Mood, own: OwnSpeech) -> None:
        self._standing = standing
        self._mood = mood
        self._own = own
        self._count = 0
        self._made: list[RecruiterAct] = []

    def begin_tick(self) -> None:
        """What was made before has been taken."""
        self._made = []

    @property
    def made(self) -> tuple[RecruiterAct, ...]:
        """Acts of this tick, in order."""
        return tuple(self._made)

    def make(
        self,
        kind: ActKind,
        because: Because,
        text: str = "",
        attitude: Attitude = "neutral",
        data: ActData | None = None,
    ) -> RecruiterAct:
        """She does something now.

        Args:
            kind: of the act.
            because: its reason.
            text: what she says; empty for what is only shown.
            attitude: in which; her mood's where it is neutral.
            data: what goes with an act of this kind; its defaults where None.
        """
        if attitude == "neutral":
            attitude = self._mood.attitude
        elif text:
            self._mood.show(attitude)
        self._count += 1
        act = RecruiterAct(
            self._standing.now_s,
            kind,
            plain(text),
            attitude,
            because,
            f"act-{self._count}",
            self._standing.question_id,
            data,
        )
        self._made.append(act)
        if text:
            self._own.add(act)
        return act
