"""Hearing an answer a second time, whole, by a recogniser that may take its time.

Live words serve the conversation: they come in pieces of a few seconds, and the machine is busy.
The report's words come from here. An answer is heard in parts as long as the recogniser takes, cut
where the voice paused longest, and the search is wider.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from perception.languages import joined
from perception.signal.pcm import to_int16
from perception.speech.base import SpeechSettings, choose, create
from perception.speech.dictation import Dictation
from perception.speech.utterance import Utterance
from perception.speech.vocabulary import Vocabulary
from perception.types import Word, Words

LONGEST_PART_S = 26.0
"""s of sound that are recognised at once; Whisper hears 30 s."""

Span = tuple[float, float]


class SecondPass:
    """A recogniser for whole answers, loaded when the first one comes.

    Args:
        settings: which recogniser was asked for, and the language; "auto" is the best that is here.
        vocabulary: words that it should lean towards.

    Attributes:
        name: of the recogniser, "none" where none is wanted.

    Raises:
        InputError: the settings name a recogniser that does not exist.
        ModelError: they name one whose weights are missing.
    """

    def __init__(self, settings: SpeechSettings, vocabulary: Vocabulary | None = None) -> None:
        self._settings = settings
        self._vocabulary = vocabulary
        self._chosen = choose(settings.recogniser, settings.language)
        self.name = self._chosen.partition(":")[0]
        self._dictation: Dictation | None = None

    def transcribe(
        self,
        samples: NDArray[np.float32],
        rate_hz: int,
        t_start_s: float,
        speech: Sequence[Span],
        progress: Callable[[float], None] | None = None,
    ) -> Words:
        """Words of one stretch of speech, with the filled pauses that its sound has.

        Args:
            samples: (n,) mono, -1...1, at 16 kHz.
            rate_hz: samples per second.
            t_start_s: session time of the first sample.
            speech: (start_s, end_s) of detected speech in session time, in order.
            progress: called with the share (0...1) that is done.

        Raises:
            ModelError: the recogniser's package or weights are missing or damaged.
        """
        if self._dictation is None:
            recogniser = create(
                self._chosen, self._settings.language, self._vocabulary, thorough=True
            )
            self._dictation = Dictation(recogniser, self._settings)
        end_s = t_start_s + len(samples) / rate_hz
        found: list[Words] = []
        for from_s, to_s in parts_of((t_start_s, end_s), speech):
            begin, end = (round((t_s - t_start_s) * rate_hz) for t_s in (from_s, to_s))
            here = [(max(a, from_s), min(b, to_s)) for a, b in speech if a < to_s and b > from_s]
            part = to_int16(samples[begin:end])
            utterance = Utterance(len(found), from_s, rate_hz, part, speech=tuple(here))
            found.append(self._dictation.conclude(utterance).words)
            if progress is not None:
                progress((to_s - t_start_s) / max(end_s - t_start_s, 1e-6))
        return _joined(found, t_start_s, end_s, self.name)


def parts_of(whole: Span, speech: Sequence[Span]) -> Iterator[Span]:
    """Cuts a stretch into parts that can be recognised at once, where the voice paused longest.

    Args:
        whole: (start_s, end_s) of the stretch.
        speech: (start_s, end_s) of speech in it, in order.
    """
    start_s, end_s = whole
    if end_s - start_s <= LONGEST_PART_S:
        yield whole
        return
    pauses = [(a[1], b[0]) for a, b in itertools.pairwise(speech) if b[0] > a[1]]
    # not too near the ends: a word by itself is understood worse
    low_s, high_s = start_s + 0.25 * LONGEST_PART_S, start_s + LONGEST_PART_S
    fitting = [(b - a, (a + b) / 2) for a, b in pauses if low_s <= (a + b) / 2 <= high_s]
    cut_s = max(fitting)[1] if fitting else high_s
    yield start_s, cut_s
    yield from parts_of((cut_s, end_s), [span for span in speech if span[1] > cut_s])


def _joined(parts: Sequence[Words], start_s: float, end_s: float, name: str) -> Words:
    told = [part for part in parts if part.text]
    if not told:
        return Words(start_s, end_s, "", source=name)
    words: tuple[Word, ...] = tuple(word for part in told for word in part.words)
    language = max(told, key=lambda part: part.t_end_s - part.t_start_s)
    return replace(
        language,
        t_start_s=told[0].t_start_s,
        t_end_s=told[-1].t_end_s,
        text=joined(part.text for part in told),
        words=words,
    )
