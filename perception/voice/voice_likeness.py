"""How like two voices are, by pitch and timbre: may two stretches of speech be one person's?

Every 10 ms of voiced sound is a point of twelve mel cepstra and the pitch; two voices are as far
apart as the means of their points, measured in the points' own spread (Mahalanobis 1936). What is
said moves the means too, so that less than a second of voice tells nothing.
Of 484 pairs of recorded people two in three fell into two voices more than 12 apart; of 47
recordings of one voice two did.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perception.voice.frames import FRAME_S, RATE_HZ, cepstra, voice_frames

Floats = NDArray[np.float64]

_VOICED = 0.6
"""Periodicity from which a frame is voiced."""
_LOUD_DB, _HEARD_DB = 25.0, 30.0
"""dB below the loudest from which a voiced frame counts, and from which there is sound at all."""
_GAP_S = 0.25
"""s of silence that part two pieces, each of one voice."""
_LEAST_S = 0.5
"""s of voice in a piece that can be compared."""
_PIECE_S = 2.0
"""s of voice after which a long stretch is looked at anew."""
_SPREAD_DB, _PITCH_SPREAD_ST = 2.0, 3.0
"""What the cepstra spread at least, and the pitch always."""
_MOST_SEEDS = 300


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A stretch of speech without a silence."""

    start_s: float
    end_s: float
    points: Floats
    """(n, 13) of its voiced frames: mel cepstra in dB, pitch in semitones."""

    @property
    def voiced_s(self) -> float:
        """s of voice in it."""
        return len(self.points) * FRAME_S


@dataclass(frozen=True, slots=True, eq=False)
class TwoVoices:
    """Pieces as two voices would have spoken them."""

    apart: float
    """Squared distance between both, in spreads."""
    other: tuple[Piece, ...]
    """Of the voice that is heard less long."""


def pieces(sound: NDArray[np.float32], offset_s: float = 0.0) -> list[Piece]:
    """The pieces of (n,) samples at 16 kHz that are long enough to be compared.

    Args:
        sound: mono, -1 to 1.
        offset_s: time of its first sample.
    """
    frames = voice_frames(sound, RATE_HZ)
    if not len(frames):
        return []
    top = float(np.percentile(frames.level_dbfs, 95))
    heard = np.flatnonzero(frames.level_dbfs > top - _HEARD_DB)
    voiced = (frames.periodicity > _VOICED) & (frames.level_dbfs > top - _LOUD_DB)
    points = np.column_stack(
        [cepstra(frames.power, frames.room), 12 * np.log2(np.maximum(frames.pitch_hz, 1.0))]
    )
    found = []
    for run in np.split(heard, np.flatnonzero(np.diff(heard) * FRAME_S > _GAP_S) + 1):
        own = run[voiced[run]]
        if len(own) * FRAME_S < _LEAST_S:
            continue
        for part in np.array_split(own, max(1, round(len(own) * FRAME_S / _PIECE_S))):
            start_s, end_s = part[0] * FRAME_S, (part[-1] + 1) * FRAME_S
            found.append(Piece(offset_s + start_s, offset_s + end_s, points[part]))
    return found


def distance(ones: Sequence[Piece], others: Sequence[Piece]) -> float | None:
    """Squared distance between the voices of some pieces and of others, in spreads.

    None where either has less than half a second.
    """
    if not ones or not others:
        return None
    placed = _placed([*ones, *others])
    weights = np.array([len(piece.points) for piece in (*ones, *others)])
    first, second = slice(None, len(ones)), slice(len(ones), None)
    means = [np.average(placed[s], axis=0, weights=weights[s]) for s in (first, second)]
    return float(np.sum((means[0] - means[1]) ** 2))


def as_two(found: Sequence[Piece]) -> TwoVoices | None:
    """The two voices that pieces fall into most plainly; None of fewer than two pieces."""
    if len(found) < 2:
        return None
    placed = _placed(found)
    weights = np.array([len(piece.points) for piece in found])
    pairs = list(itertools.combinations(range(len(found)), 2))
    best: tuple[float, NDArray[np.bool_]] | None = None
    for pair in pairs[:: 1 + len(pairs) // _MOST_SEEDS]:
        second = _nearer(placed, weights, placed[list(pair)])
        if second is None:
            continue
        scatter = sum(_scatter(placed[side], weights[side]) for side in (second, ~second))
        if best is None or scatter < best[0]:
            best = scatter, second
    if best is None:
        return None
    second = best[1] if weights[best[1]].sum() <= weights[~best[1]].sum() else ~best[1]
    one = [piece for piece, is_second in zip(found, second, strict=True) if not is_second]
    other = [piece for piece, is_second in zip(found, second, strict=True) if is_second]
    apart = distance(one, other)
    return None if apart is None else TwoVoices(apart, tuple(other))


def _placed(found: Sequence[Piece]) -> Floats:
    """(pieces, 13) means of their points, in spreads of points within a piece."""
    points = [piece.points for piece in found]
    spread = sum((p - p.mean(axis=0)).T @ (p - p.mean(axis=0)) for p in points)
    spread = np.asarray(spread / sum(len(p) for p in points)) + _SPREAD_DB**2 * np.eye(13)
    spread[12, :], spread[:, 12] = 0.0, 0.0
    spread[12, 12] = _PITCH_SPREAD_ST**2
    means = np.array([[*p[:, :12].mean(axis=0), np.median(p[:, 12])] for p in points])
    return np.asarray(means @ np.linalg.cholesky(np.linalg.inv(spread)))


def _nearer(
    placed: Floats, weights: NDArray[np.int64], centres: Floats
) -> NDArray[np.bool_] | None:
    """Which are the second's, once both centres rest; None where one is left with nothing."""
    second: NDArray[np.bool_] | None = None
    for _ in range(10):
        far = [np.sum((placed - centre) ** 2, axis=1) for centre in centres]
        told = np.asarray(far[1] < far[0])
        if told.all() or not told.any():
            return None
        if second is not None and (told == second).all():
            break
        second = told
        centres = np.array(
            [np.average(placed[s], axis=0, weights=weights[s]) for s in (~told, told)]
        )
    return second


def _scatter(placed: Floats, weights: NDArray[np.int64]) -> float:
    centre = np.average(placed, axis=0, weights=weights)
    return float(np.sum(weights * np.sum((placed - centre) ** 2, axis=1)))
