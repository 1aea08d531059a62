"""What she does when a microphone that was lost is back.

Whoever was told to type does not know that speech is heard again. Where nothing is said, she tells
them, and lets them begin before she takes the silence for an answer's end.
"""

from __future__ import annotations

from dialogue.content.lines import Lines
from dialogue.interviewing.acts import Acts
from dialogue.interviewing.own_speech import OwnSpeech
from dialogue.interviewing.standing import Standing
from dialogue.interviewing.typed_answers import TypedAnswers
from dialogue.turntaking.turn import TurnView
from dialogue.types import Because, SayData
from perception.types import CandidateState

TOLD_AFTER_S = 1.0
"""Seconds of silence after its return from which on she tells that she hears."""
BEGINS_WITHIN_S = 3.0
"""Seconds after that within which somebody begins to speak who has more to say."""


class MicrophoneBack:
    """Waits for those who were told that they are not heard.

    Args:
        standing: where the interview stands.
        acts: makes what she does.
        lines: what she says.
        own: her speech.
        typed: knows whether they were told.
    """

    def __init__(
        self, standing: Standing, acts: Acts, lines: Lines, own: OwnSpeech, typed: TypedAnswers
    ) -> None:
        self._standing = standing
        self._acts = acts
        self._lines = lines
        self._own = own
        self._typed = typed
        self._since_s: float | None = None
        self._told = False

    def waits(self, state: CandidateState, view: TurnView) -> bool:
        """Whether she still waits for them to speak; she says that she hears them where it is due.

        To be asked at each tick at which she listens and is silent.
        """
        if not self._typed.told_no_microphone:
            return False
        if "microphone" in state.trouble:
            self._since_s, self._told = None, False
            return False
        if view.talking or state.typing:
            self._done()
            return False
        if self._since_s is None:
            self._since_s = state.t_s
        if not self._told and state.t_s - self._since_s >= TOLD_AFTER_S:
            self._told = True
            self._standing.answer.since_s = state.t_s
            because = Because("microphone_back", "quiet_s", TOLD_AFTER_S, TOLD_AFTER_S)
            line = self._lines.short("microphone_back")
            self._acts.make("say", because, line, "warm", SayData("microphone_back"))
        elif self._told and state.t_s - self._own.ended_s >= BEGINS_WITHIN_S:
            self._done()
            return False
        return True

    def _done(self) -> None:
        self._since_s, self._told = None, False
        self._typed.told_no_microphone = False
