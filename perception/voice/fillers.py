"""Filled pauses, "um" and "uh", found in the sound: recognisers leave them out.

Held sounds (:mod:`perception.voice.sustained_sounds`) are judged by a small network that this
project trains (``run.py models train fillers``) on filled pauses that it makes itself. What is
found goes among a recogniser's words with :func:`with_fillers`.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from perception.filler_words import is_filled_pause
from perception.languages import joined
from perception.models.modelfile import MODELS, of_this_form, read_model
from perception.types import Word, Words
from perception.voice.frames import FRAME_S, voice_frames
from perception.voice.sustained_sounds import FEATURES, SustainedSound, candidates, describe, usual

FillerKind = Literal["um", "uh"]

SURE_ENOUGH = 0.6
"""Least confidence of a filled pause: a word taken for one is worse than one that is missed."""
SHORTEST_S = 0.25
"""Seconds; shorter central vowels are articles and ends of words far more often."""

HESITATIONS = frozenset(
    {"um", "umm", "uh", "uhh", "uhm", "er", "err", "erm", "ehm", "eh", "ah"}
    | {"hm", "hmm", "mm", "mmm"}
)
"""Filled pauses as recognisers write them; the report counts the same ones (cues.toml)."""
MISHEARD = frozenset(
    {"a", "an", "the", "of", "and", "on", "am", "i'm", "in", "or", "her", "are", "oh", "arm", "huh"}
)
"""Short words with a central vowel or a nasal, which recognisers put where somebody hesitates."""

_COVERED = 0.5
"""Share of a word under a filled pause from which it is the same sound."""
_SURE_WORD = 0.9
"""Confidence from which even a word of :data:`MISHEARD` is left alone."""
_DOUBTED_WORD = 0.5
"""Confidence below which any word gives way."""
_LONGEST_WORD_S = 0.8
"""Some recognisers stretch a word over the pause beside it; a longer one does not say that all of
its time is speech."""


TRAINING = "fillers"
"""What ``models train`` calls the network."""


@dataclass(frozen=True, slots=True)
class FilledPause:
    """One "um" or "uh"."""

    start_s: float
    """From the first sample."""
    end_s: float
    kind: FillerKind
    """um when it closes into a murmur."""
    confidence: float
    """0...1."""


class FillerNetwork:
    """Judges descriptions of held sounds.

    Args:
        path: of the trained weights.

    Raises:
        ModelError: they are missing or not of this form.
    """

    def __init__(self, path: Path | None = None) -> None:
        path = path or MODELS / "fillers.npz"
        weights, self.about = read_model(path, TRAINING)
        with of_this_form(path, TRAINING):
            self._inner, self._inner_bias = weights["w0"], weights["b0"]
            self._outer, self._outer_bias = weights["w1"], weights["b1"]
            if self._inner.shape[1:] != (len(FEATURES),) or self._outer.shape[:1] != (2,):
                raise ValueError("made for other features")

    def predict(self, described: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
        """Probabilities, (n,) each, that a held sound is a filled pause, and that one is an "um".

        Args:
            described: (n, 24) by :func:`perception.voice.sustained_sounds.describe`.
        """
        hidden = np.tanh(described @ self._inner.T + self._inner_bias)
        logits = hidden @ self._outer.T + self._outer_bias
        chances = 1.0 / (1.0 + np.exp(-logits))
        return chances[:, 0], chances[:, 1]


@functools.cache
def filler_network() -> FillerNetwork:
    """The network, read once per process."""
    return FillerNetwork()


def find_filled_pauses(samples: NDArray[np.float32], rate_hz: int) -> tuple[FilledPause, ...]:
    """Filled pauses of an utterance, in order.

    Args:
        samples: (n,) mono, -1...1, at 16 kHz; some silence beside the speech helps.
        rate_hz: samples per second.

    Raises:
        ModelError: the network is missing.
        ValueError: another rate than 16 kHz.
    """
    frames = voice_frames(samples, rate_hz)
    speaker = usual(frames)
    held = [] if speaker is None else candidates(frames, speaker)
    if speaker is None or not held:
        return ()
    described = np.stack([describe(frames, speaker, one) for one in held])
    chance, murmured = filler_network().predict(described)
    taken: list[tuple[SustainedSound, float, float]] = []
    for i in np.argsort(-chance):
        one = held[i]
        if chance[i] < SURE_ENOUGH:
            break
        apart = all(one.end <= other.begin or one.begin >= other.end for other, _, _ in taken)
        if apart and (one.end - one.begin) * FRAME_S >= SHORTEST_S:
            taken.append((one, float(chance[i]), float(murmured[i])))
    return tuple(
        FilledPause(
            one.begin * FRAME_S, one.end * FRAME_S, "um" if closed >= 0.5 else "uh", confidence
        )
        for one, confidence, closed in sorted(taken, key=lambda t: t[0].begin)
    )


def with_fillers(words: Words, found: Sequence[FilledPause], t_start_s: float) -> Words:
    """Puts filled pauses among a recogniser's words.

    A word that lies mostly under a filled pause is that sound misheard, and goes, if the recogniser
    doubts it or if it is one that hesitations are often taken for; a word that it is sure of stays,
    and the filled pause gives way.

    Args:
        words: of one utterance.
        found: in the same sound.
        t_start_s: session time of its first sample.

    Returns:
        The words in order of time; as they were when nothing was found, or when text came without
        word times, which leaves no place to put anything.
    """
    if not found or (words.text.strip() and not words.words):
        return words
    kept = list(words.words)
    added: list[Word] = []
    for pause in found:
        start_s, end_s = t_start_s + pause.start_s, t_start_s + pause.end_s
        kept = [w for w in kept if not _same_sound(w, start_s, end_s, pause.confidence)]
        if any(_fills(w, start_s, end_s) for w in kept):
            continue
        kept = [_before(w, start_s, end_s) for w in kept]
        added.append(Word(pause.kind, start_s, end_s, pause.confidence))
    merged = tuple(sorted([*kept, *added], key=lambda w: (w.start_s, w.end_s)))
    if not merged:
        return replace(words, text="", words=())
    return replace(
        words,
        t_start_s=min(words.t_start_s, merged[0].start_s) if words.words else merged[0].start_s,
        t_end_s=max(words.t_end_s, merged[-1].end_s) if words.words else merged[-1].end_s,
        text=joined(w.text.strip() for w in merged),
        words=merged,
    )


def _same_sound(word: Word, start_s: float, end_s: float, confidence: float) -> bool:
    """Whether a word is the filled pause misheard, or written down already."""
    common_s = min(word.end_s, end_s) - max(word.start_s, start_s)
    plain = word.text.strip(" ,.?!-…").lower()
    if is_filled_pause(word.text, {"sounds": HESITATIONS}):
        return common_s > 0
    if common_s < _COVERED * max(word.end_s - word.start_s, 1e-6):
        return False
    if word.confidence is None:
        return plain in MISHEARD
    limit = _SURE_WORD if plain in MISHEARD else _DOUBTED_WORD
    return word.confidence < min(limit, confidence)


def _fills(word: Word, start_s: float, end_s: float) -> bool:
    common_s = min(word.end_s, end_s) - max(word.start_s, start_s)
    ordinary = word.end_s - word.start_s <= _LONGEST_WORD_S
    return ordinary and common_s >= _COVERED * (end_s - start_s)


def _before(word: Word, start_s: float, end_s: float) -> Word:
    """The word without the part of it that is the filled pause."""
    if word.start_s < start_s < word.end_s:
        return replace(word, end_s=start_s)
    if start_s <= word.start_s < end_s < word.end_s:
        return replace(word, start_s=end_s)
    return word
