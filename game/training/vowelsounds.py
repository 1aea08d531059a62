"""Sounds that a mouth holds, made from a buzz and resonances, for the training of the fillers' ear.

A source-filter synthesis after Klatt (1980): a glottal pulse train with jitter, shimmer and breath
goes through a cascade of resonators whose places glide from one sound to the next. Vowels lie where
Peterson & Barney (1952) measured them in men; a shorter vocal tract moves all of them up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

Floats = NDArray[np.float64]
Places = tuple[float, float, float, float]
"""Formants of one sound in a man's mouth, Hz."""

RATE_HZ = 16_000

MURMUR: Places = (250.0, 1100.0, 2150.0, 3000.0)
"""Of [m] (Klatt 1980, table III, without its zero, which the level stands for)."""
FULL_VOWELS: tuple[Places, ...] = (
    (270.0, 2290.0, 3010.0, 3600.0),  # heed
    (390.0, 1990.0, 2550.0, 3500.0),  # hid
    (530.0, 1840.0, 2480.0, 3500.0),  # head
    (660.0, 1720.0, 2410.0, 3400.0),  # had
    (570.0, 840.0, 2410.0, 3400.0),  # hawed
    (440.0, 960.0, 2240.0, 3300.0),  # hood
    (300.0, 870.0, 2240.0, 3300.0),  # who
)
"""Vowels that no filled pause of English is made of."""

_STEP = 80
"""Samples, 5 ms, over which the resonances stand still."""
_WIDTHS_HZ = (70.0, 90.0, 130.0, 200.0)


@dataclass(frozen=True, slots=True)
class Mouth:
    """Who makes the sound."""

    pitch_hz: float
    tract: float = 1.0
    """Factor on all formants: 1 a man's, about 1.17 a woman's."""
    breath: float = 0.03
    """Noise in the source, against the pulses."""
    jitter: float = 0.01
    """Standard deviation of a period, as a share of it."""


def held_sound(
    rng: np.random.Generator,
    mouth: Mouth,
    places: Sequence[tuple[float, Places]],
    slope_st_per_s: float = -2.0,
    murmur_db: float = -14.0,
) -> NDArray[np.float32]:
    """One sound that glides through some places.

    Args:
        rng: of jitter and breath.
        mouth: whose.
        places: how long each is held (s), and where its formants are; ``MURMUR`` is one.
        slope_st_per_s: how its pitch goes, semitones a second.
        murmur_db: level of the murmur against the vowel.

    Returns:
        (n,) samples at 16 kHz whose loudest is 1.
    """
    targets = np.repeat(
        [p for _, p in places], [max(1, round(s * RATE_HZ / _STEP)) for s, _ in places], axis=0
    )
    gains = np.where(targets[:, 0] == MURMUR[0], 10 ** (murmur_db / 20), 1.0)
    glide = int(rng.integers(4, 14))  # 20 to 70 ms from one place to the next
    targets = np.stack([_eased(column, glide) for column in targets.T], axis=1) * mouth.tract
    gains = _eased(gains, glide)
    source = _pulses(rng, mouth, len(targets) * _STEP, slope_st_per_s)
    sound = _through(source, targets) * np.repeat(gains, _STEP)
    rise, fall = (int(rng.uniform(*s) * RATE_HZ) for s in ((0.005, 0.05), (0.03, 0.12)))
    sound[:rise] *= np.linspace(0, 1, rise)
    sound[-fall:] *= np.linspace(1, 0, fall)[-len(sound) :]
    return np.asarray(sound / max(float(np.abs(sound).max()), 1e-9), np.float32)


def tone(rng: np.random.Generator, length_s: float) -> NDArray[np.float32]:
    """A note of an instrument or a machine: harmonics that fall by chance, no resonances."""
    t = np.arange(int(length_s * RATE_HZ)) / RATE_HZ
    hz = rng.uniform(70, 500)
    trill = 1 + rng.uniform(0, 0.01) * np.sin(2 * np.pi * rng.uniform(4, 7) * t)
    phase = 2 * np.pi * hz * np.cumsum(trill) / RATE_HZ
    sound = sum(
        rng.uniform(0.1, 1.0) / k ** rng.uniform(0.5, 2.0) * np.sin(k * phase) for k in range(1, 9)
    )
    edge = np.minimum(1.0, np.minimum(t, t[::-1]) / 0.02)
    sound = np.asarray(sound * edge)
    return np.asarray(sound / np.abs(sound).max(), np.float32)


def _eased(values: Floats, glide: int) -> Floats:
    kernel = np.hanning(glide + 2)[1:-1]
    padded = np.pad(values, (glide, glide), mode="edge")
    return np.convolve(padded, kernel / kernel.sum(), mode="same")[glide:-glide]


def _pulses(rng: np.random.Generator, mouth: Mouth, count: int, slope: float) -> Floats:
    """Differentiated glottal pulses (Rosenberg 1971) with jitter, shimmer and breath."""
    source = np.zeros(count)
    opened = rng.uniform(0.45, 0.7)
    wander, at = 0.0, 0.0
    while at < count:
        wander = 0.9 * wander + rng.normal(0, 0.04)
        hz = mouth.pitch_hz * 2 ** ((slope * at / RATE_HZ + wander) / 12)
        period = RATE_HZ / hz * (1 + rng.normal(0, mouth.jitter))
        length = max(8, int(period * opened))
        x = np.arange(length) / length
        pulse = np.diff(3 * x**2 - 2 * x**3 - np.maximum(0, x - 0.66) * 3, prepend=0.0)
        begin = int(at)
        piece = pulse[: max(0, count - begin)] * (1 + rng.normal(0, 0.06)) * period
        source[begin : begin + len(piece)] += piece
        at += max(period, 20.0)
    noise = rng.normal(0, 1, count) * float(np.std(source))
    return source + mouth.breath * noise


def _through(source: Floats, targets: Floats) -> Floats:
    """A cascade of resonators whose places change every 5 ms."""
    sound = source
    for column, width in zip(targets.T, _WIDTHS_HZ, strict=True):
        out = np.empty_like(sound)
        state = np.zeros(2)
        radius = np.exp(-np.pi * width / RATE_HZ)
        for i, hz in enumerate(column):
            b, c = 2 * radius * np.cos(2 * np.pi * hz / RATE_HZ), -(radius**2)
            piece = slice(i * _STEP, (i + 1) * _STEP)
            out[piece], state = lfilter([1 - b - c], [1, -b, -c], sound[piece], zi=state)
        sound = out
    return sound
