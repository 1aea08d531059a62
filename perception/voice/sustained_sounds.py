"""Sounds that a voice holds still, which is what filled pauses are made of.

A filled pause is one articulation kept up at a flat, mostly low pitch, beside silence or not
(Goto, Itou & Hayamizu 1999; Shriberg 2001): spectrum and formants stand still (Audhkhasi et al.
2009), the vowel is central, and "um" closes into the murmur of a nasal. This module cuts a voice
into such pieces and describes them; :mod:`perception.voice.fillers` judges them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perception.voice.frames import FRAME_S, Floats, VoiceFrames, cepstra, formants

FEATURES = (
    "length",
    "steady_share",
    "flux",
    "head_flux",
    "periodicity",
    "pitch_above_usual",
    "pitch_slope",
    "pitch_spread",
    "head_f1",
    "head_f2",
    "tail_f1",
    "tail_f2",
    "head_murmur",
    "tail_murmur",
    "head_to_tail",
    "level",
    "tail_level",
    "rise_before",
    "fall_after",
    "silence_before",
    "silence_after",
    "shape_1",
    "shape_2",
    "shape_3",
)
"""Names of what :func:`describe` tells, in its order."""

STEADY_FLUX_DB = 15.0
"""Cepstral movement within 60 ms below which a sound is held: a quarter above what a vowel that is
held in a room's noise of 10 dB below shows, half of what neighbouring sounds differ by."""
_LEAST_PIECE = 5  # frames; less is a crossing of two movements
_WIDEST_GAP = 13  # frames: from a vowel into a nasal and out of a creak
_MOST_PIECES = 4
_SHORTEST, _LONGEST = 16, 220
"""Frames of a filled pause, with a margin for edges that are off: 0.16 to 2.2 s."""
_ABOVE_ROOM_DB = 3.0
_FARTHEST = 60  # frames in which silence beside a sound is looked for
_MURMUR_HZ = (450.0, 600.0, 2500.0)
_BIN_HZ = 15.625


@dataclass(frozen=True, slots=True)
class SustainedSound:
    """A stretch of frames that may be a filled pause."""

    begin: int
    end: int
    """Frames of 10 ms; the end is not in it."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """What is usual in this stretch of sound."""

    level_dbfs: float
    """Of its loud parts, the 90th percentile of voiced frames."""
    room_dbfs: float
    """Level of its quiet."""
    pitch_hz: float
    """Median of clearly voiced frames."""


def usual(frames: VoiceFrames) -> Speaker | None:
    """What this speaker's level and pitch are like; None without 0.15 s of clear voice."""
    if len(frames) == 0:
        return None
    room = float(np.percentile(frames.level_dbfs, 10))
    loudest = float(np.percentile(frames.level_dbfs, 98))
    voiced = (frames.periodicity > 0.5) & (frames.level_dbfs > max(room + 3.0, loudest - 35.0))
    if voiced.sum() < 15:
        return None
    return Speaker(
        float(np.percentile(frames.level_dbfs[voiced], 90)),
        room,
        float(np.median(frames.pitch_hz[voiced])),
    )


def candidates(frames: VoiceFrames, speaker: Speaker) -> list[SustainedSound]:
    """Held pieces, and runs of up to four of them that follow on each other closely."""
    pieces = list(_pieces(frames, speaker))
    found = []
    for first in range(len(pieces)):
        for last in range(first, min(first + _MOST_PIECES, len(pieces))):
            if last > first and pieces[last].begin - pieces[last - 1].end > _WIDEST_GAP:
                break
            if _SHORTEST <= pieces[last].end - pieces[first].begin <= _LONGEST:
                found.append(SustainedSound(pieces[first].begin, pieces[last].end))
    return found


def describe(frames: VoiceFrames, speaker: Speaker, held: SustainedSound) -> NDArray[np.float32]:
    """(24,) what a held sound is like, each about -3...3, in the order of :data:`FEATURES`."""
    b, e = held.begin, held.end
    length = e - b
    third = max(5, min(length // 3, 25))
    head, tail = slice(b, b + third), slice(e - third, e)
    flux = frames.flux_db[b:e]
    head_power, tail_power = _clean(frames, head), _clean(frames, tail)
    shapes = cepstra(np.stack([head_power, tail_power]), np.zeros_like(head_power))
    (h1, h2), (t1, t2) = formants(head_power), formants(tail_power)
    pitch = _pitch_line(frames, b, e, speaker)
    level = float(np.percentile(frames.level_dbfs[b:e], 75)) - speaker.level_dbfs
    tail_level = float(frames.level_dbfs[tail].mean()) - speaker.level_dbfs
    before, after = _quiet_beside(frames, speaker, held)
    return np.array(
        [
            np.log(length * FRAME_S / 0.35) * 2,
            float((flux < STEADY_FLUX_DB).mean()) * 4 - 3,
            float(flux.mean()) / 5 - 2,
            float(frames.flux_db[b : b + third].mean()) / 5 - 2,
            float(np.median(frames.periodicity[b:e])) * 4 - 3,
            *pitch,
            _scaled(h1, 600.0, 150.0),
            _scaled(h2, 1450.0, 300.0),
            _scaled(t1, 500.0, 200.0),
            _scaled(t2, 1450.0, 300.0),
            _murmur(head_power) / 8,
            _murmur(tail_power) / 8,
            float(np.linalg.norm(shapes[0] - shapes[1])) / 15 - 1,
            level / 5 + 1,
            tail_level / 8 + 1,
            _step(frames, b) / 8 - 1,
            -_step(frames, e) / 8 - 1,
            before,
            after,
            *(shapes[0][:3] / 20),
        ],
        np.float32,
    ).clip(-4.0, 4.0)


def _pieces(frames: VoiceFrames, speaker: Speaker) -> Iterator[SustainedSound]:
    flux = _median5(frames.flux_db)
    voiced = np.convolve(frames.periodicity, np.full(9, 1 / 9), mode="same") > 0.3
    loud = frames.level_dbfs > max(speaker.room_dbfs + _ABOVE_ROOM_DB, speaker.level_dbfs - 33.0)
    held = (flux < STEADY_FLUX_DB) & voiced & loud
    edges = np.flatnonzero(np.diff(np.concatenate(([0], held.astype(np.int8), [0]))))
    for begin, end in edges.reshape(-1, 2):
        if end - begin >= _LEAST_PIECE:
            # change is measured over 30 ms to either side, so its shore lies that much farther out
            yield SustainedSound(max(0, int(begin) - 2), min(len(flux), int(end) + 2))


def _median5(values: Floats) -> Floats:
    if len(values) < 5:
        return values
    rolled = np.lib.stride_tricks.sliding_window_view(np.pad(values, 2, mode="edge"), 5)
    return np.asarray(np.median(rolled, axis=1))


def _clean(frames: VoiceFrames, rows: slice) -> Floats:
    """(257,) mean spectrum of some frames without the room's noise."""
    mean = frames.power[rows].mean(axis=0)
    return np.asarray(np.maximum(mean - frames.room, 0.02 * mean) + 1e-12)


def _murmur(power: Floats) -> float:
    """Power below 450 Hz over that from 600 to 2500 Hz, dB."""
    low, first, last = (round(hz / _BIN_HZ) for hz in _MURMUR_HZ)
    return float(10 * np.log10((power[4:low].sum() + 1e-9) / (power[first:last].sum() + 1e-9)))


def _pitch_line(
    frames: VoiceFrames, b: int, e: int, speaker: Speaker
) -> tuple[float, float, float]:
    """Pitch against the usual, its slope, and its spread about the line."""
    semitones = 12 * np.log2(frames.pitch_hz[b:e] / speaker.pitch_hz)
    clear = frames.periodicity[b:e] > 0.4
    if clear.sum() < 5:
        return 0.0, 0.0, 2.0
    at, heard = np.flatnonzero(clear) * FRAME_S, semitones[clear]
    middle = float(np.median(heard))
    # an octave's jump is the tracker's, not the voice's
    same = np.abs(heard - middle) < 7.0
    if same.sum() < 5:
        return middle / 4, 0.0, 2.0
    at, heard = at[same] - at[same].mean(), heard[same]
    slope = float((at * heard).sum() / max(float((at * at).sum()), 1e-6))
    spread = float(np.std(heard - heard.mean() - slope * at))
    return middle / 4, slope / 8, spread * 2 - 1 + 2 * float(1 - same.mean())


def _scaled(hz: float | None, middle: float, spread: float) -> float:
    return -3.0 if hz is None else (hz - middle) / spread


def _step(frames: VoiceFrames, at: int) -> float:
    """Level just after a frame over that just before, dB."""
    before, after = frames.level_dbfs[max(0, at - 10) : at], frames.level_dbfs[at : at + 10]
    if len(before) < 3 or len(after) < 3:
        return 20.0 if len(before) < 3 else -20.0
    return float(after.mean() - before.mean())


def _quiet_beside(
    frames: VoiceFrames, speaker: Speaker, held: SustainedSound
) -> tuple[float, float]:
    """How much of the 0.6 s before and after is silence, -1...1."""
    edge = max(speaker.room_dbfs + _ABOVE_ROOM_DB, speaker.level_dbfs - 25.0)
    quiet = frames.level_dbfs < edge
    before = quiet[max(0, held.begin - _FARTHEST) : held.begin]
    after = quiet[held.end : held.end + _FARTHEST]
    missing_before, missing_after = _FARTHEST - len(before), _FARTHEST - len(after)
    return (
        (int(before.sum()) + missing_before) / _FARTHEST * 2 - 1,
        (int(after.sum()) + missing_after) / _FARTHEST * 2 - 1,
    )
