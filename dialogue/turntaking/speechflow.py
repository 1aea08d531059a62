"""The candidate's speech in one answer: stretches, pauses, and what is known at each pause."""

from __future__ import annotations

import math
from collections.abc import Callable

from dialogue.turntaking.completeness import Said
from dialogue.turntaking.end_of_turn import OwnPauses, TurnCues
from dialogue.turntaking.final_sound import LOW_REGION_S, SoundTail
from perception.types import PAUSE_S, SPEECH, VOICE_FRESH_S, CandidateState, Words

EXPECTED_S = 48.0
"""Seconds that an answer to an open question takes; median of 475 real ones (Naim et al. 2018)."""

WORDS_REACH_S = 0.3
"""Seconds before the last sound to which words must reach to tell of its end: the times of words
and of sounds come from different ears."""

LAST_WORDS = 4
"""How many words' confidence counts for the end."""


class SpeechFlow:
    """Follows speech tick by tick.

    Args:
        tell: what the words so far say of their end, as :meth:`Completeness.assess` does.
    """

    def __init__(self, tell: Callable[[str], Said | None]) -> None:
        self._tell = tell
        self._sound = SoundTail()
        self._told: tuple[str, Said | None] = ("", None)
        self._begun_s = 0.0
        self._expected_s = EXPECTED_S
        self._stretch_from_s = 0.0
        self._earlier_s = 0.0
        self._voiced_s = -math.inf
        self._deaf = False
        self._hears_from_s = -math.inf
        self.own = OwnPauses()
        """Pauses of all answers so far."""
        self.last_sound_s: float | None = None
        """Session time of the answer's last sound."""
        self.heard = False
        """Whether anything was said since the answer began."""
        self.talking = False
        """Whether speech is heard now, gaps under about 0.1 s bridged."""

    def know_pitch(self, low_hz: float, middle_hz: float, high_hz: float) -> None:
        """Begins with the pitch range of a voice that was measured before, in Hz."""
        self._sound.know(low_hz, middle_hz, high_hz)

    def begin(self, t_s: float, expected_s: float = EXPECTED_S) -> None:
        """A new answer begins to count at ``t_s``; what the speaker is like is kept.

        Args:
            t_s: session time.
            expected_s: how long answers to this question usually take.
        """
        self._begun_s = t_s
        self._expected_s = expected_s
        self._stretch_from_s = t_s
        self._earlier_s = 0.0
        self.heard = False
        self.last_sound_s = None

    def step(self, state: CandidateState) -> None:
        """Takes the state of one tick."""
        deaf = "microphone" in state.trouble
        if self._deaf and not deaf:
            self._hears_from_s = state.t_s
        self._deaf = deaf
        was_talking = self.talking
        sound_s = self._newest_sound(state)
        self._sound.step(state, self.talking)
        if self.talking and sound_s is not None and not self._spills_over(state, sound_s):
            if not was_talking or not self.heard:
                self._begin_stretch(state, sound_s)
            self.heard = True
        if self.heard and sound_s is not None and sound_s > self._begun_s:
            self.last_sound_s = max(sound_s, self.last_sound_s or sound_s)

    @property
    def stretch_s(self) -> float:
        """Seconds of the present or last stretch of speech."""
        end = self.last_sound_s if self.last_sound_s is not None else self._stretch_from_s
        return max(0.0, end - self._stretch_from_s)

    @property
    def speech_s(self) -> float:
        """Seconds of speech in the answer, pauses left out."""
        return self._earlier_s + self.stretch_s

    @property
    def low_pitch(self) -> bool:
        """Whether a region of low pitch has just been heard."""
        return self._sound.low_region_s >= LOW_REGION_S

    def pause_s(self, t_s: float) -> float:
        """Seconds since the answer's last sound; 0 while they talk and before any.

        Where the microphone was lost meanwhile, seconds since it came back: they may have talked.
        """
        if self.last_sound_s is None or self.talking:
            return 0.0
        return max(0.0, t_s - max(self.last_sound_s, self._hears_from_s))

    def stirs(self, state: CandidateState) -> bool:
        """Whether a sound is heard now that may become speech."""
        voice, age = state.voice, state.voice_age_s
        heard = voice is not None and age is not None and age < 0.2 and voice.speech >= SPEECH
        return heard and not self.talking

    def cues(self, state: CandidateState) -> TurnCues:
        """What is known at this pause; None of what is not."""
        end_s = self.last_sound_s if self.last_sound_s is not None else state.t_s
        said = confidence = None
        words = state.words
        if words is not None and words.source != "typed" and self._reach(words, end_s):
            text = state.answer or words.text
            if text != self._told[0]:
                self._told = (text, self._tell(text))
            said, confidence = self._told[1], _confidence(words)
        return TurnCues(
            self.speech_s,
            self.stretch_s,
            self._expected_s,
            self._sound.end(end_s),
            said,
            confidence,
            self._finished(state),
        )

    def _finished(self, state: CandidateState) -> float | None:
        """What Smart Turn says of this pause; None of one before, or where it has said nothing."""
        if state.finished is None or state.finished[0] < self._stretch_from_s:
            return None
        return state.finished[1]

    def _reach(self, words: Words, end_s: float) -> bool:
        """Whether these words are known up to the last sound."""
        to_s = words.words[-1].end_s if words.words else words.t_end_s
        return bool(words.text.strip()) and max(to_s, self._begun_s) >= end_s - WORDS_REACH_S

    def _spills_over(self, state: CandidateState, sound_s: float) -> bool:
        """Whether this is only the end of speech from before the answer (or of her own echo)."""
        started = state.speech_started_s
        before = started is not None and started < self._begun_s - 0.05
        return before and not self.heard and sound_s - self._begun_s < 0.4

    def _begin_stretch(self, state: CandidateState, sound_s: float) -> None:
        start = state.speech_started_s
        if start is None or (self.last_sound_s is not None and start <= self.last_sound_s):
            # the activity detector bridged the gap; only the readings show it
            start = sound_s
        if self.last_sound_s is not None:
            pause = start - self.last_sound_s
            if PAUSE_S <= pause <= 8.0:
                self.own.add(pause)
            self._earlier_s += max(0.0, self.last_sound_s - self._stretch_from_s)
        self._stretch_from_s = max(start, self._begun_s)
        self._sound.begin_stretch()

    def _newest_sound(self, state: CandidateState) -> float | None:
        """Session time of the last speech sound known; sets whether speech goes on now."""
        voice, age = state.voice, state.voice_age_s
        fresh = voice is not None and age is not None and age <= VOICE_FRESH_S
        if voice is not None and voice.speech >= SPEECH:
            self._voiced_s = voice.t_s + voice.span_s
        if not state.speaking:
            self.talking = False
            return state.speech_ended_s
        if voice is None or not fresh:
            self.talking = True
            return state.t_s
        heard_s = self._voiced_s
        if state.speech_started_s is not None:
            heard_s = max(heard_s, state.speech_started_s)
        # a span is 32 ms; closures of stops, and a reading missed between ticks, are no pause
        self.talking = voice.t_s + voice.span_s - heard_s <= 0.1
        return heard_s


def _confidence(words: Words) -> float | None:
    told = [w.confidence for w in words.words[-LAST_WORDS:] if w.confidence is not None]
    return sum(told) / len(told) if told else None
