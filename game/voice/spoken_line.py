"""A line from the stretches that a network has said: its sound, mouth and words put together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from game.voice.base import RenderedSpeech
from game.voice.line_cache import as_kept
from game.voice.loudness import level, trim
from game.voice.phonemizer import Phonemes
from game.voice.speech_sounds import phones_of, words_of
from game.voice.stretches import Stretch
from game.voice.visemes import Phone, Viseme, visemes_from_phones

_NOTHING_S = 0.1  # of silence, for a line in which nothing can be said


class SpokenLine:
    """Gathers stretches in the order in which they are said.

    Args:
        text: as it is written.
        phonemes: of the text.
        rate_hz: of the sound.
        early_s: how much earlier sounds are heard than their symbols' times.
    """

    def __init__(self, text: str, phonemes: Phonemes, rate_hz: int, early_s: float) -> None:
        self._text = text
        self._phonemes = phonemes
        self._rate_hz = rate_hz
        self._early_s = early_s
        self._phones: list[Phone] = []
        self._times: list[tuple[float, float] | None] = [None] * len(phonemes.words)

    def add(self, stretch: Stretch, edges_s: Sequence[float]) -> None:
        """Takes the next stretch.

        Args:
            stretch: of n symbols.
            edges_s: (n + 1,) of its symbols, seconds from the line's beginning.
        """
        spoken = phones_of(stretch.symbols, edges_s)
        if self._phones and spoken:
            self._phones.append(Phone(self._phones[-1].end_s, spoken[0].start_s, "pau"))
        self._phones += spoken
        for word, (first, after) in stretch.words().items():
            self._times[word] = (edges_s[first], edges_s[after])

    def rendered(self, samples: NDArray[np.float32]) -> RenderedSpeech:
        """The whole line, from (n,) all of its sound."""
        samples, cut_s = trim(samples, self._rate_hz)
        duration_s = len(samples) / self._rate_hz

        def heard(t_s: float) -> float:
            return min(duration_s, max(0.0, t_s - self._early_s - cut_s))

        phones = [Phone(heard(p.start_s), heard(p.end_s), p.name) for p in self._phones]
        times = [None if t is None else (heard(t[0]), heard(t[1])) for t in self._times]
        return RenderedSpeech(
            text=self._text,
            samples=as_kept(level(samples, self._rate_hz)),
            rate_hz=self._rate_hz,
            visemes=visemes_from_phones(phones, duration_s),
            words=words_of(self._text, self._phonemes.words, times),
        )


def silent(text: str, rate_hz: int) -> RenderedSpeech:
    """A moment of silence, for a line in which nothing can be said."""
    silence = np.zeros(round(_NOTHING_S * rate_hz), np.float32)
    return RenderedSpeech(text, silence, rate_hz, (Viseme(0.0, _NOTHING_S, "sil"),), ())
