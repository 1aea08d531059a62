"""The melody of a line: which sentences end in a rise, and how pitch is bent so that they do.

In English, questions that can be answered with yes or no rise from their last stressed syllable on;
questions with what, who, why and the like fall, as statements do, and so do those that offer a
choice (Quirk et al. 1985, ch. 11; Hedberg, Sosa & Görgülü 2017 found mostly low rises in yes-or-no
questions of telephone talk). The voice "hibari" ends them all in creak, yes-or-no questions 8
semitones below where their last stressed vowel begins, wh-questions 6 (means of twenty each).
"""

from __future__ import annotations

import re
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

VOICED_HZ = 40.0
"""Below it a frame has no voice."""

_ASKING = frozenset(
    """
    am are is was were do does did have has had can could will would shall should may might must
    aren't isn't wasn't weren't don't doesn't didn't haven't hasn't hadn't can't couldn't won't
    wouldn't shouldn't
    """.split()  # noqa: SIM905 - a list of quoted words is harder to read
)
_WH = frozenset(
    "what what's who who's whom whose which when where where's why how how's".split()  # noqa: SIM905
)
_LEADING = frozenset(
    """
    and but so or now then well okay ok right alright also finally first next sorry oh please
    actually hello hi great good thanks
    """.split()  # noqa: SIM905
)
_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?")

_RISE_ST, _FALL_ST = (-1.5, 5.0), (2.0, -5.0)
"""Where a rise and a fall begin and end, in semitones from the sentence's median: a low rise, which
asks without sounding surprised, and a fall to the bottom of the voice."""
_RISING, _FALLING = (0.25, 0.85), (0.1, 0.6)
"""Shares of its time at which the sentence's own melody has given way, and at which its end is
reached: a fall is over soon, for the voice is weak at its end."""
_FARTHEST_ST = 8.0  # from the median; farther down lies creak
_COLOUR_ST = 2.0
_COLOUR_ENERGY = 6.0
"""Pitch above the sentence's median, and energy, that the network is told of at least where a
question falls; vowels within a sentence have 5.5 to 7.5."""
_FADING = 4
"""Frames at the end of the voice in which it may die away: 50 ms."""
_EMPHASIS_ST = 1.6
"""How far a stressed word stands out, in semitones: an accent is heard from about 1.5 on
(Rietveld & Gussenhoven 1985)."""


def rises(sentence: str) -> bool:
    """Whether a sentence ends in a rise.

    Args:
        sentence: with its punctuation.
    """
    if not sentence.rstrip(" \"'”’)").endswith("?"):
        return False
    clauses = [_words(clause) for clause in re.split(r"[,;:–—]\s*", sentence.lower())]
    words = _without_lead(_words(sentence.lower()))
    last = _without_lead(clauses[-1])
    asks = any(part[:1] and part[0] in _ASKING for part in (words, last))
    if not asks:
        return _WH.isdisjoint(words)
    offers = "or" in (clauses[-1] if len(clauses) > 1 else last)
    return not offers


def _words(text: str) -> list[str]:
    return [word.replace("’", "'") for word in _WORD.findall(text)]


def _without_lead(words: list[str]) -> list[str]:
    """Without what leads over to the sentence: "And now, ..."."""
    first = next((at for at, word in enumerate(words) if word not in _LEADING), len(words))
    return words[first:]


def bend_end(pitch_hz: NDArray[np.float32], from_frame: int, rising: bool) -> NDArray[np.float32]:
    """Pitch that rises, or falls, from the last stressed syllable to the end of the voice.

    Args:
        pitch_hz: (n,) of one sentence; below ``VOICED_HZ`` where there is no voice.
        from_frame: at which the last stressed vowel begins.
        rising: which of them.
    """
    voiced = np.flatnonzero(pitch_hz > VOICED_HZ)
    tail = voiced[voiced >= from_frame]
    if len(tail) < 2:
        return pitch_hz
    middle = float(np.median(pitch_hz[voiced]))
    begin_st, end_st = _RISE_ST if rising else _FALL_ST
    turn, arrival = _RISING if rising else _FALLING
    part = (tail - tail[0]) / (tail[-1] - tail[0])
    way = np.clip((part - turn) / (arrival - turn), 0.0, 1.0)
    wanted = begin_st + (end_st - begin_st) * way * way * (3 - 2 * way)
    own = np.clip(12 * np.log2(pitch_hz[tail] / middle), -_FARTHEST_ST, _FARTHEST_ST)
    share = np.clip(part / turn, 0.0, 1.0)
    bent = pitch_hz.copy()
    bent[tail] = middle * 2 ** ((own * (1 - share) + wanted * share) / 12)
    return bent


def kept_in_voice(
    pitch_hz: NDArray[np.float32], energy: NDArray[np.float32], from_frame: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Pitch and energy from which the network gives the colour of a fall that stays in voice.

    Told of the low pitch and the weakening that end a sentence, it goes over to creak, where there
    is no melody to be heard: of the last 0.4 s of wh-questions Praat found pitch in a third, and in
    two thirds with these floors. The sound is then made with the pitch that was meant.

    Args:
        pitch_hz: (n,) of one sentence; below ``VOICED_HZ`` where there is no voice.
        energy: (n,) in the network's own measure.
        from_frame: at which the last stressed vowel begins.

    Returns:
        Both, with the floors from there to shortly before the end of the voice.
    """
    voiced = np.flatnonzero(pitch_hz > VOICED_HZ)
    if len(voiced) == 0:
        return pitch_hz, energy
    tail = voiced[(voiced >= from_frame) & (voiced <= voiced[-1] - _FADING)]
    floor_hz = float(np.median(pitch_hz[voiced])) * 2 ** (_COLOUR_ST / 12)
    pitch, held = pitch_hz.copy(), energy.copy()
    pitch[tail] = np.maximum(pitch[tail], floor_hz)
    held[tail] = np.maximum(held[tail], _COLOUR_ENERGY)
    return pitch, held


def raise_words(
    pitch_hz: NDArray[np.float32], spans: Collection[tuple[int, int]]
) -> NDArray[np.float32]:
    """Pitch that stands out on some words.

    Args:
        pitch_hz: (n,) per frame.
        spans: (first frame, frame after the last) of each word.
    """
    bent = pitch_hz.copy()
    for begin, end in spans:
        hill = np.sin(np.pi * (np.arange(begin, end) - begin + 0.5) / max(1, end - begin))
        bent[begin:end] *= (2 ** (_EMPHASIS_ST * hill / 12)).astype(np.float32)
    return np.where(pitch_hz > VOICED_HZ, bent, pitch_hz)
