"""What hearing makes of a candidate's speech, and the keyboard of their typing."""

from __future__ import annotations

import math
import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

from game.synthetic.conversation.candidate import Candidate
from game.synthetic.conversation.phrasing import Phrase, phrased, typing_s
from game.synthetic.conversation.utterance import Intended, Utterance
from game.synthetic.timeline_types import (
    BLOCK_S,
    OFFSET_KNOWN_S,
    ONSET_KNOWN_S,
    VOICE_DELAY_S,
)
from perception.fusion import Input
from perception.types import Event, ProsodyReading, VoiceReading, Words

WORDS_LATE_S = 0.28
"""Seconds from the end of a phrase until its words are known."""
JUDGED_S = 0.1
"""Seconds that Smart Turn needs, from the moment at which a pause is told."""
PROSODY_EVERY_S = 0.25
TO_KEYS_S = 0.4
"""Seconds from a last word aloud to the first key."""
_PARTIAL_FROM_S = 2.4
"""Seconds of a phrase from which words of it are told while it is spoken."""
_PARTIAL_AT = 0.6


@dataclass(slots=True)
class _Sounding:
    """A phrase with its place in time."""

    phrase: Phrase
    start_s: float
    utterance: Utterance
    told: int = 0
    """0 nothing, 1 its first words, 2 that words are to come, 3 all of them."""

    @property
    def end_s(self) -> float:
        return self.start_s + self.phrase.length_s

    def until(self, t_s: float) -> _Sounding:
        """As much of it as has begun by then."""
        phrase, count, end_s = self.phrase, 0, self.start_s
        while count < len(phrase.words) and end_s < t_s:
            end_s += phrase.lengths_s[count]
            count += 1
        if count == len(phrase.words):
            return self
        cut = replace(
            phrase,
            words=phrase.words[:count],
            lengths_s=phrase.lengths_s[:count],
            confidences=phrase.confidences[:count],
            ends_segment=False,
            last=True,
        )
        return replace(self, phrase=cut)


@dataclass(frozen=True, slots=True)
class _Typing:
    """Words at the keyboard, with their place in time."""

    utterance: Utterance
    first: int
    """Segment of the utterance with which they begin."""
    start_s: float
    end_s: float

    @property
    def text(self) -> str:
        return " ".join(s.text for s in self.utterance.intended.segments[self.first :])


class Speech:
    """One candidate's mouth and hands.

    Args:
        who: how they speak.
        rng: of the run; moves what is measured, never what is said.
    """

    def __init__(self, who: Candidate, rng: random.Random) -> None:
        self._who = who
        self._rng = rng
        self._ahead: deque[_Sounding] = deque()
        self._known: deque[_Sounding] = deque()
        self._typing: _Typing | None = None
        self._inputs: list[Input] = []
        self._keys_s = float("-inf")
        self._block = 0
        self._speaking = False
        self._tried_s: float | None = None
        self._silent_s: float | None = None
        self._sound_end_s = 0.0
        self._prosody_s = float("-inf")
        self._judged: tuple[float, float, float] | None = None
        self.opening: list[Event] = []
        if who.typed:
            self.opening = [Event(0.0, "microphone", "unavailable", {"message": "none"})]
        else:
            # hearing knows what her loudspeaker plays
            self.opening = [Event(0.0, "microphone", "echo_measured", {"attenuation_db": 40.0})]

    @property
    def busy(self) -> bool:
        """Whether anything is being said or typed, or about to be."""
        return bool(self._ahead) or self._typing is not None

    def sounding(self, t_s: float) -> bool:
        """Whether the candidate is heard then."""
        return any(s.start_s <= t_s < s.end_s for s in self._ahead)

    def begin(self, utterance: Utterance, at_s: float) -> None:
        """Says, or types, an utterance from a moment on."""
        segments = utterance.intended.segments
        utterance.start_s = utterance.end_s = at_s
        first = 0 if self._who.typed else self._typed_from(utterance)
        for phrase in phrased(segments, self._who.delivery, self._who.name):
            if phrase.segment >= first:
                break  # what is typed; until then it sounds as if more is to come
            self._ahead.append(_Sounding(phrase, at_s, utterance))
            at_s += phrase.length_s + phrase.pause_s
        if self._ahead:
            utterance.end_s = self._ahead[-1].end_s
        if first < len(segments):
            utterance.typed = True
            from_s = at_s + (TO_KEYS_S if first else 0.0)
            text = " ".join(s.text for s in segments[first:])
            end_s = from_s + max(1.0, typing_s(text, self._who.delivery.typing_words_per_min))
            self._typing = _Typing(utterance, first, from_s, end_s)
            utterance.end_s = end_s

    def _typed_from(self, utterance: Utterance) -> int:
        """The segment from which on a candidate who can speak types."""
        count = len(utterance.intended.segments)
        if self._who.types <= 0.0 or utterance.intended.purpose in ("greeting", "murmur"):
            return count
        if self._rng.random() >= self._who.types:
            return count
        return count // 2

    def stop(self, t_s: float) -> None:
        """Says nothing more than the word in progress, and hands nothing in."""
        if self._typing is not None:
            self._typing.utterance.cut = True
            self._typing = None
        if not self._ahead:
            return
        utterance = self._ahead[0].utterance
        kept = deque(s.until(t_s) for s in self._ahead if s.start_s <= t_s)
        if kept != self._ahead:
            utterance.cut = True
            utterance.end_s = kept[-1].end_s if kept else t_s
        self._ahead = kept

    def until(self, t_s: float) -> Iterator[Input]:
        """Everything that has arrived by then since the last call, in order."""
        if self.opening:
            yield from self.opening
            self.opening = []
        yield from self._keys(t_s)
        if self._who.typed:
            return
        while (self._block + 1) * BLOCK_S + VOICE_DELAY_S <= t_s:
            yield from self._hear(self._block * BLOCK_S)
            self._block += 1
        yield from self._words(t_s)

    def _keys(self, t_s: float) -> Iterator[Input]:
        typing = self._typing
        if typing is None:
            return
        if t_s >= typing.end_s:
            self._typing = None
            count = len(typing.utterance.intended.segments)
            typing.utterance.done |= dict.fromkeys(range(typing.first, count), typing.end_s)
            yield Words(typing.start_s, t_s, typing.text, source="typed")
        elif t_s >= typing.start_s and t_s - self._keys_s >= 0.5:
            self._keys_s = t_s
            yield Event(t_s, "candidate", "typing", {"characters": 4})

    def _hear(self, t_s: float) -> Iterator[Input]:
        middle_s = t_s + BLOCK_S / 2
        current = next((s for s in self._ahead if s.start_s <= middle_s < s.end_s), None)
        if current is None:
            yield VoiceReading(t_s, BLOCK_S, 0.02, -62.0, None, 0.0)
            self._tried_s = None
            yield from self._silence(t_s)
            return
        self._silent_s = None
        self._sound_end_s = min(t_s + BLOCK_S, current.end_s)
        level = self._who.delivery.level_dbfs + 2.0 * math.sin(27.0 * t_s)
        yield VoiceReading(t_s, BLOCK_S, 0.95, level, self._pitch_hz(current, t_s), 0.9)
        if not self._speaking:
            if self._tried_s is None:
                self._tried_s = max(current.start_s, t_s)
            if t_s + BLOCK_S - self._tried_s >= ONSET_KNOWN_S:
                self._speaking = True
                yield Event(t_s, "microphone", "speech_start", {"t_s": self._tried_s})
        elif t_s - self._prosody_s >= PROSODY_EVERY_S:
            self._prosody_s = t_s
            yield self._prosody(t_s)

    def _silence(self, t_s: float) -> Iterator[Input]:
        if self._speaking:
            if self._silent_s is None:
                self._silent_s = self._sound_end_s
            if t_s + BLOCK_S - self._silent_s >= OFFSET_KNOWN_S:
                self._speaking = False
                yield Event(t_s, "microphone", "speech_end", {"t_s": self._silent_s})
                goes_on = any(s.end_s > self._silent_s + 0.05 for s in self._ahead)
                likely = self._rng.uniform(0.01, 0.25) if goes_on else self._rng.uniform(0.8, 0.99)
                self._judged = (t_s + JUDGED_S, self._silent_s, likely)
        if self._judged is not None and t_s >= self._judged[0]:
            _, end_s, likely = self._judged
            self._judged = None
            told = {"t_s": end_s, "probability": round(likely, 3)}
            yield Event(t_s, "smart_turn", "sounds_finished", told)

    def _words(self, t_s: float) -> Iterator[Input]:
        for sounding in self._ahead:
            if sounding.start_s > t_s:
                break
            yield from self._partly(sounding, t_s)
        while self._ahead and self._ahead[0].end_s <= t_s:
            done = self._ahead.popleft()
            utterance = done.utterance
            if done.phrase.ends_segment:
                utterance.done[done.phrase.segment] = done.end_s
            self._known.append(done)
            yield Event(t_s, "speech_to_text", "pending", {"count": len(self._known)})
        while self._known and self._known[0].end_s + WORDS_LATE_S <= t_s:
            known = self._known.popleft()
            words = known.phrase.timed(known.start_s)
            yield Words(known.start_s, known.end_s, known.phrase.text, words, source="whisper")
            yield Event(t_s, "speech_to_text", "pending", {"count": len(self._known)})

    def _partly(self, sounding: _Sounding, t_s: float) -> Iterator[Input]:
        phrase = sounding.phrase
        length_s = phrase.length_s
        if sounding.told or length_s < _PARTIAL_FROM_S:
            return
        if t_s < sounding.start_s + _PARTIAL_AT * length_s + 0.2:
            return
        sounding.told = 1
        count = max(1, int(_PARTIAL_AT * len(phrase.words)))
        end_s = sounding.start_s + sum(phrase.lengths_s[:count])
        text = " ".join(phrase.words[:count])
        yield Words(sounding.start_s, end_s, text, final=False, source="whisper")

    def _pitch_hz(self, sounding: _Sounding, t_s: float) -> float | None:
        delivery = self._who.delivery
        lively = delivery.liveliness_st
        left = sounding.end_s - t_s
        base = 190.0
        if sounding.phrase.last and left < 0.35:
            return base * 2.0 ** (-(0.35 - left) / 0.35 * (2.0 + 1.6 * lively) / 12.0)
        if not sounding.phrase.last and left < 0.5:
            return base * 2.0 ** (0.25 * lively / 12.0)
        if math.sin(19.0 * t_s) > 0.93:
            return None  # a consonant without voice
        return base * 2.0 ** (lively * math.sin(5.0 * t_s) * math.sin(1.7 * t_s) / 12.0)

    def _prosody(self, t_s: float) -> ProsodyReading:
        delivery = self._who.delivery
        vary = self._rng.uniform(0.92, 1.08)
        return ProsodyReading(
            t_s=t_s,
            span_s=2.0,
            pitch_hz=190.0,
            pitch_sd_st=round(0.75 * delivery.liveliness_st * vary, 3),
            level_dbfs=round(delivery.level_dbfs + self._rng.uniform(-1.0, 1.0), 2),
            level_sd_db=2.0,
            syllables_per_s=round(delivery.words_per_min / 60.0 * 1.5 * vary, 2),
            snr_db=delivery.snr_db,
        )


def utterance_of(intended: Intended, number: int) -> Utterance:
    """An utterance that has not begun."""
    return Utterance(intended, number, math.inf, math.inf)
