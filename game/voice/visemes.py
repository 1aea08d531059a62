"""Mouth shapes of speech, and where their times come from.

There is one viseme track whatever the engine: from the engine's own phone times, from text aligned
to the sound, or, as the last resort, from the text's length laid over the sound's envelope.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from game.voice.pronunciation import Token, guess_phones
from perception.types import Word

VisemeName = Literal[
    "sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "I", "O", "U"
]
VISEMES: tuple[VisemeName, ...] = get_args(VisemeName)
"""The fifteen shapes of MPEG-4's facial animation (ISO/IEC 14496-2), under the short names that
avatar software uses for them: silence, p b m, f v, th, t d, k g, ch j sh, s z, n l, r, and the
vowels of car, bed, tip, top, book."""


@dataclass(frozen=True, slots=True)
class Viseme:
    """One mouth shape and when it is held, in seconds from the first sample."""

    start_s: float
    end_s: float
    name: VisemeName


@dataclass(frozen=True, slots=True)
class Phone:
    """One speech sound; ``name`` in ARPABET's lower-case names, "pau" for silence."""

    start_s: float
    end_s: float
    name: str


_OF_PHONE: dict[str, tuple[VisemeName, ...]] = {
    "pau": ("sil",),
    "p": ("PP",),
    "b": ("PP",),
    "m": ("PP",),
    "f": ("FF",),
    "v": ("FF",),
    "th": ("TH",),
    "dh": ("TH",),
    "t": ("DD",),
    "d": ("DD",),
    "k": ("kk",),
    "g": ("kk",),
    "ng": ("kk",),
    "ch": ("CH",),
    "jh": ("CH",),
    "sh": ("CH",),
    "zh": ("CH",),
    "s": ("SS",),
    "z": ("SS",),
    "n": ("nn",),
    "l": ("nn",),
    "r": ("RR",),
    "er": ("RR",),
    "aa": ("aa",),
    "ae": ("aa",),
    "ah": ("aa",),
    "ax": ("E",),
    "eh": ("E",),
    "ih": ("I",),
    "iy": ("I",),
    "y": ("I",),
    "ao": ("O",),
    "uh": ("U",),
    "uw": ("U",),
    "w": ("U",),
    # diphthongs glide from one shape to another
    "ay": ("aa", "I"),
    "aw": ("aa", "U"),
    "ey": ("E", "I"),
    "ow": ("O", "U"),
    "oy": ("O", "I"),
}
_FIRST_OF_DIPHTHONG = 0.6  # its share of the time: the nucleus is longer than the glide


def visemes_from_phones(phones: Sequence[Phone], duration_s: float) -> tuple[Viseme, ...]:
    """Mouth shapes from phone times.

    ``hh`` has no shape of its own and takes that of the sound that follows. Gaps become ``sil``.

    Args:
        phones: in order; times past ``duration_s`` are cut.
        duration_s: of the sound.

    Returns:
        Visemes without gaps or overlaps from 0 to ``duration_s``; neighbours differ.
    """
    shapes: list[Viseme] = []

    def add(end_s: float, name: VisemeName) -> None:
        start_s = shapes[-1].end_s if shapes else 0.0
        end_s = min(end_s, duration_s)
        if end_s - start_s < 1e-6:
            return
        if shapes and shapes[-1].name == name:
            shapes[-1] = Viseme(shapes[-1].start_s, end_s, name)
        else:
            shapes.append(Viseme(start_s, end_s, name))

    breath = False
    for index, phone in enumerate(phones):
        if not breath and phone.start_s > (shapes[-1].end_s if shapes else 0.0) + 0.005:
            add(phone.start_s, "sil")
        breath = phone.name == "hh" and index + 1 < len(phones)
        if breath:
            continue  # the next sound's shape begins here
        names = _OF_PHONE.get(phone.name, ("E",))
        start_s = shapes[-1].end_s if shapes else 0.0
        if len(names) == 2:
            add(start_s + _FIRST_OF_DIPHTHONG * (phone.end_s - start_s), names[0])
        add(phone.end_s, names[-1])
    add(duration_s, "sil")
    return tuple(shapes)


def voiced_spans(
    samples: NDArray[np.float32], rate_hz: int, below_peak_db: float = 35.0
) -> list[tuple[float, float]]:
    """Stretches of sound between pauses, by the envelope.

    Args:
        samples: (n,) mono.
        rate_hz: samples per second.
        below_peak_db: a 10 ms frame is silent this far below the loudest one.

    Returns:
        (start_s, end_s) of each; gaps under 80 ms (closures of stops) do not part them.
    """
    hop = max(1, rate_hz // 100)  # 10 ms
    frames = len(samples) // hop
    if frames == 0:
        return []
    power = np.mean(np.square(samples[: frames * hop].reshape(frames, hop)), axis=1)
    if power.max() <= 0:
        return []
    loud = power > power.max() * 10 ** (-below_peak_db / 10)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], loud.astype(np.int8), [0]))))
    spans: list[tuple[float, float]] = []
    for start, end in edges.reshape(-1, 2) * hop / rate_hz:
        if spans and start - spans[-1][1] < 0.08:
            spans[-1] = (spans[-1][0], float(end))
        else:
            spans.append((float(start), float(end)))
    return spans


_LONG_PHONES = {"aa", "ae", "ao", "aw", "ay", "er", "ey", "iy", "ow", "oy", "uw"}
_PHONE_S = 0.075  # a mean English phone at about 13 phones a second
_LONG_PHONE_S = 0.11
_PAUSE_S = 0.3


def phones_by_length(line: Sequence[Token]) -> tuple[Phone, ...]:
    """Phones guessed from the text alone, at a usual pace, with pauses at punctuation."""
    phones: list[Phone] = []
    now = 0.0
    for index, token in enumerate(line):
        for name in guess_phones(token.spoken):
            length = _LONG_PHONE_S if name in _LONG_PHONES else _PHONE_S
            phones.append(Phone(now, now + length, name))
            now += length
        if token.pause_after and index + 1 < len(line):
            phones.append(Phone(now, now + _PAUSE_S, "pau"))
            now += _PAUSE_S
    return tuple(phones)


def phones_from_envelope(
    line: Sequence[Token], samples: NDArray[np.float32], rate_hz: int
) -> tuple[Phone, ...]:
    """Phones guessed from the text, laid over the stretches in which there is sound.

    Written pauses are left out; the sound's own pauses part the phones instead.
    """
    spans = voiced_spans(samples, rate_hz)
    guessed = [p for p in phones_by_length(line) if p.name != "pau"]
    if not spans or not guessed:
        return ()
    lengths = np.array([p.end_s - p.start_s for p in guessed])
    starts = np.array([s for s, _ in spans])
    heard = np.array([e - s for s, e in spans])
    heard_before = np.concatenate(([0.0], np.cumsum(heard)))
    edges = np.concatenate(([0.0], np.cumsum(lengths))) * heard_before[-1] / lengths.sum()

    def at(heard_s: float, is_end: bool) -> float:
        # an edge between two spans is the end of the one for an end, the start of the next else
        side: Literal["left", "right"] = "left" if is_end else "right"
        span = int(np.searchsorted(heard_before[1:-1], heard_s, side=side))
        return float(starts[span] + heard_s - heard_before[span])

    phones: list[Phone] = []
    for index, phone in enumerate(guessed):
        start_s = at(edges[index] + 1e-9, is_end=False)
        end_s = at(edges[index + 1] - 1e-9, is_end=True)
        phones.append(Phone(start_s, max(start_s, end_s), phone.name))
    return tuple(phones)


_VOWELS = frozenset(
    ["aa", "ae", "ah", "ao", "aw", "ax", "ay", "eh", "er", "ey", "ih", "iy", "ow", "oy", "uh", "uw"]
)
_ALIKE = (
    {"th", "dh", "t", "d"},
    {"s", "z", "sh", "zh"},
    {"k", "g", "ng", "n"},
    {"ch", "jh", "sh", "k", "t"},
    {"f", "v"},
    {"jh", "g", "zh"},
    {"y", "iy", "ay"},
    {"w", "uw"},
    {"r", "er"},
    {"k", "s"},
    {"hh", "w"},
)
_SKIP_GUESSED, _SKIP_SPOKEN = 0.6, 0.6


def words_from_phones(line: Sequence[Token], phones: Sequence[Phone]) -> tuple[Word, ...]:
    """Finds which stretch of the phones each written word has.

    The guessed phones of the text are aligned to those spoken by dynamic programming within a
    band (edit distance in which like sounds cost little), and each word takes the phones that
    fell to it.

    Args:
        line: the written words.
        phones: as spoken, with "pau" for silence.

    Returns:
        One word per token, in order, without overlap.
    """
    spoken = [p for p in phones if p.name != "pau"]
    if not spoken:
        return ()
    guessed = [(t, name) for t, token in enumerate(line) for name in guess_phones(token.spoken)]
    owner = _owners(guessed, [p.name for p in spoken])
    starts: dict[int, float] = {}
    ends: dict[int, float] = {}
    for phone, token in zip(spoken, owner, strict=True):
        starts.setdefault(token, phone.start_s)
        ends[token] = phone.end_s
    words: list[Word] = []
    for index, item in enumerate(line):
        before_s = words[-1].end_s if words else spoken[0].start_s
        start_s = max(before_s, starts.get(index, before_s))
        words.append(Word(item.written, start_s, max(start_s, ends.get(index, start_s))))
    return tuple(words)


def _owners(guessed: Sequence[tuple[int, str]], spoken: Sequence[str]) -> list[int]:
    """Token index of each spoken phone, by the cheapest banded alignment."""
    n, m = len(guessed), len(spoken)
    band = max(12, int(0.12 * m)) + 1
    far = float("inf")
    previous = [j * _SKIP_SPOKEN for j in range(m + 1)]
    steps: list[bytearray] = []
    for i in range(1, n + 1):
        name = guessed[i - 1][1]
        centre = i * m // n
        low, high = max(0, centre - band), min(m, centre + band)
        row = [far] * (m + 1)
        step = bytearray(m + 1)
        for j in range(low, high + 1):
            best, how = previous[j] + _SKIP_GUESSED, 1
            if j:
                both = previous[j - 1] + _unlike(name, spoken[j - 1])
                if both <= best:
                    best, how = both, 0
                extra = row[j - 1] + _SKIP_SPOKEN
                if extra < best:
                    best, how = extra, 2
            row[j], step[j] = best, how
        previous = row
        steps.append(step)
    owner = [0] * m
    i, j = n, m
    while j > 0:
        how = steps[i - 1][j] if i else 2
        owner[j - 1] = guessed[max(i - 1, 0)][0]
        i, j = i - (how != 2), j - (how != 1)
    return owner


def _unlike(a: str, b: str) -> float:
    if a == b:
        return 0.0
    if a in _VOWELS and b in _VOWELS:
        return 0.3
    if any(a in group and b in group for group in _ALIKE):
        return 0.25
    return 1.1
