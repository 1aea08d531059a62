"""The rules by which turns were taken before there was a model, to measure it against them.

Two silences each for speech that sounds finished, held or neither: the first for her sound of
listening, the second for taking the floor.
"""

from __future__ import annotations

import math

from dialogue.turntaking.completeness import mark_of, words_of
from dialogue.turntaking.final_sound import SoundEnd
from dialogue.turntaking.speechflow import SpeechFlow
from perception.types import CandidateState

_HOLDING = frozenset(
    """
    a about an and as at because but er erm for from hmm i if in into like my of on or our so than
    that the their they to uh um until we well when where which while who with you your
    """.split()  # noqa: SIM905 - a list of forty quoted words is harder to read
)
_SILENCES_S = {"final": (0.45, 1.4), "unknown": (0.62, 1.7), "held": (1.3, 2.3)}


class TurnRules:
    """Takes states and tells when turns would have been taken."""

    def __init__(self) -> None:
        self._flow = SpeechFlow(lambda text: None)
        self._resumed = 0

    def begin(self, t_s: float, expected_s: float) -> None:
        """A new answer; how long it usually takes was not asked."""
        self._flow.begin(t_s, expected_s)
        self._resumed = 0

    def resumed(self) -> None:
        """The speaker went on after a first sound."""
        self._resumed += 1

    def cut_in(self) -> None:
        """The rules knew nothing of this."""

    def step(self, state: CandidateState) -> tuple[bool, bool]:
        """Whether a first sound is due at this tick, and whether the floor is."""
        self._flow.step(state)
        flow = self._flow
        if not flow.heard or flow.talking or flow.stirs(state):
            return False, False
        first, floor = self._silences_s(state)
        pause_s = flow.pause_s(state.t_s)
        return pause_s >= first, pause_s >= floor

    def _silences_s(self, state: CandidateState) -> tuple[float, float]:
        flow = self._flow
        first, floor = _SILENCES_S[self._tail(state)]
        floor += 0.2 * self._resumed
        own = flow.own.lengths
        if len(own) >= 4:
            floor = max(floor, 1.15 * own[math.ceil(0.85 * len(own)) - 1])
        if flow.speech_s < 0.7:
            first = max(first, 2.2)
        elif flow.speech_s < 2.0:
            first, floor = max(first, 0.85), max(floor, 2.0)
        most = max(3.2, first + 0.3)
        return first, min(max(floor, first + 0.3), most)

    def _tail(self, state: CandidateState) -> str:
        words = state.words
        end_s = self._flow.last_sound_s or state.t_s
        if words is not None and words.t_end_s >= end_s - 0.5 and words_of(words.text):
            mark = mark_of(words.text)
            if words_of(words.text)[-1] in _HOLDING or mark < 0:
                return "held"
            if mark > 0:
                return "final"
        return _by_pitch(self._flow.cues(state).sound)


def _by_pitch(sound: SoundEnd) -> str:
    if sound.pitch_rank is None:
        return "unknown"
    if sound.pitch_rank <= 0.25:
        return "final"
    held = sound.held_s is not None and sound.held_s >= 0.4
    return "held" if held and 0.45 <= sound.pitch_rank <= 0.85 else "unknown"
