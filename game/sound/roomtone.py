"""Sounds of a room, made from noise and resonances: its tone, a chair, a pen, paper, keys.

Nothing is recorded: stick and slip make a chair creak, a nib on paper is noise in the rhythm of
strokes, a key is two short knocks. All levels are far below speech, so that no recogniser and no
ear takes them for words.
"""

from __future__ import annotations

import importlib
import threading

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float32]

RATE_HZ = 24_000
TONE_DBFS = -60.0
"""Root mean square of the room's tone; speech is played at -20."""
_CREAK_DBFS, _PEN_DBFS, _PAPER_DBFS, _KEYS_DBFS = -44.0, -47.0, -40.0, -56.0


def prepare() -> None:
    """Begins to load the filters, so that the first creak does not hold up a picture.

    They take most of a second, in a thread of their own: she need not wait for them to say hello.
    """
    load = threading.Thread(
        target=importlib.import_module, args=("scipy.signal",), name="room-filters", daemon=True
    )
    load.start()


def tone(seconds: float, rng: np.random.Generator) -> Sound:
    """Air, ventilation and a far street: noise that falls by 5 dB an octave, with a faint hum.

    Args:
        seconds: length; the end joins the start without a seam.
        rng: draws the phases.

    Returns:
        (n,) float32 at ``RATE_HZ``.
    """
    n = round(seconds * RATE_HZ)
    hz = np.fft.rfftfreq(n, 1 / RATE_HZ)
    size = np.zeros_like(hz)
    heard = (hz > 30) & (hz < 9000)
    size[heard] = hz[heard] ** -0.83
    # ventilation: a broad hump of air, and the fan's blades
    size *= 1.0 + 1.4 * np.exp(-(((np.log2(np.maximum(hz, 1)) - np.log2(230)) / 0.7) ** 2))
    for blade_hz in (98.0, 196.0):
        size += 0.012 * np.exp(-(((hz - blade_hz) / 0.6) ** 2))
    phases = rng.uniform(0, 2 * np.pi, len(hz))
    return _levelled(np.fft.irfft(size * np.exp(1j * phases), n), TONE_DBFS)


def creak(rng: np.random.Generator) -> Sound:
    """A chair that takes weight: the joint sticks and slips ever faster, the frame rings."""
    seconds = rng.uniform(0.25, 0.55)
    n = round((seconds + 0.15) * RATE_HZ)
    pulses = np.zeros(n)
    at, rate_hz = 0.0, rng.uniform(28, 45)
    while at < seconds:
        pulses[round(at * RATE_HZ)] = rng.uniform(0.5, 1.0) * np.sin(np.pi * at / seconds) ** 0.7
        at += rng.uniform(0.75, 1.25) / rate_hz
        rate_hz *= rng.uniform(1.0, 1.06)
    sound = np.zeros(n)
    for centre_hz, ring_s, share in ((310, 0.020, 1.0), (760, 0.012, 0.7), (1650, 0.006, 0.4)):
        sound += share * _ringing(pulses, centre_hz * rng.uniform(0.9, 1.1), ring_s)
    rustle = _band(rng.standard_normal(n), 300, 2500) * np.hanning(n) ** 2
    return _levelled(sound / np.abs(sound).max() + 0.25 * rustle, _CREAK_DBFS)


def pen(seconds: float, rng: np.random.Generator) -> Sound:
    """A pen that writes for so long: hiss in the rhythm of strokes, pauses between words."""
    n = round(max(0.2, seconds) * RATE_HZ)
    effort = np.zeros(n)
    at = 0.0
    while at < seconds:
        for _ in range(int(rng.integers(4, 12))):
            length = rng.uniform(0.06, 0.14)
            first, last = round(at * RATE_HZ), min(n, round((at + length) * RATE_HZ))
            if last <= first:
                break
            effort[first:last] += rng.uniform(0.4, 1.0) * np.hanning(last - first)
            at += 0.85 * length
        at += rng.uniform(0.08, 0.22)
    hiss = _band(rng.standard_normal(n), 1800, 7000) + 0.3 * _band(rng.standard_normal(n), 250, 900)
    return _levelled(hiss * effort, _PEN_DBFS)


def paper(rng: np.random.Generator) -> Sound:
    """A page that is turned: it lifts with a crackle, sweeps, and settles."""
    n = round(rng.uniform(0.6, 0.8) * RATE_HZ)
    share = np.linspace(0, 1, n)
    sweep = np.exp(-(((share - 0.45) / 0.2) ** 2)) + 0.6 * np.exp(-(((share - 0.88) / 0.05) ** 2))
    crackle = np.zeros(n)
    places = rng.integers(0, n, 60)
    crackle[places] = rng.normal(0, 1, 60) * (0.3 + sweep[places])
    sound = 0.35 * _band(rng.standard_normal(n), 900, 9000) * sweep
    return _levelled(sound + 0.8 * _ringing(crackle, 3200, 0.0015), _PAPER_DBFS)


def keys(strokes: int, rng: np.random.Generator) -> Sound:
    """Somebody typing at another desk: each key knocks as it lands and ticks as it lifts.

    Args:
        strokes: keys pressed.
        rng: draws rhythm and touch.
    """
    knocks = np.zeros(round((0.28 * strokes + 0.5) * RATE_HZ))
    at = 0.05
    for _ in range(strokes):
        knocks[round(at * RATE_HZ)] += rng.uniform(0.6, 1.0)
        lift = at + rng.uniform(0.05, 0.09)
        knocks[round(lift * RATE_HZ)] += rng.uniform(0.15, 0.35)
        at += rng.choice((0.11, 0.14, 0.18, 0.26)) * rng.uniform(0.85, 1.1)
    sound = _ringing(knocks, 1900, 0.006) + 0.8 * _ringing(knocks, 420, 0.010)
    return _levelled(_band(sound, 200, 3200), _KEYS_DBFS)


def _ringing(pulses: NDArray[np.float64], centre_hz: float, ring_s: float) -> NDArray[np.float64]:
    """Pulses through a resonator of one frequency that dies away by 1/e in ``ring_s``."""
    from scipy.signal import lfilter

    radius = np.exp(-1.0 / (ring_s * RATE_HZ))
    turn = 2 * np.pi * centre_hz / RATE_HZ
    return np.asarray(lfilter([1.0], [1.0, -2 * radius * np.cos(turn), radius**2], pulses))


def _band(sound: NDArray[np.float64], low_hz: float, high_hz: float) -> NDArray[np.float64]:
    from scipy.signal import butter, sosfilt

    filters = butter(2, (low_hz, high_hz), "bandpass", fs=RATE_HZ, output="sos")
    return np.asarray(sosfilt(filters, sound))


def _levelled(sound: NDArray[np.float64], dbfs: float) -> Sound:
    """Brings the mean power where there is sound to ``dbfs`` and rounds both ends off."""
    there = np.abs(sound) > 0.02 * np.abs(sound).max()
    rms = float(np.sqrt(np.mean(sound[there] ** 2)))
    sound = sound * (10 ** (dbfs / 20) / rms)
    return np.clip(sound, -0.25, 0.25).astype(np.float32)
