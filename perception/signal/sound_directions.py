"""Where sound comes from, in the space of all channels: how many sources take turns there.

Each short stretch of one source comes from one direction: the leading eigenvector of the channels'
covariance. Copies of one sound, a dead, quieter or inverted channel give one direction, whoever is
on a channel of their own another. Where each microphone hears everybody, at another distance and so
late by some samples, no stretch has one direction; there the channels' levels stand for it.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FRAME_S = 0.05
APART_DEG = 22.5
"""Angle between two directions from which they are two sources."""
APART_BY_LEVEL_DEG = 32.0
"""The same between two patterns of levels, which waver: a voice that is 5 dB louder here, and 5 dB
louder there."""
LEAST_S = 1.0
"""s of sound of a direction from which somebody is there."""
LEAST_TURNS = 1
"""Changes from one to others: a question and its answer."""
MOST_SOURCES = 8
_RUN_S = 0.25
"""s on end from which it is no chance."""
_ONE_SOURCE = 0.9
"""Share of a frame's energy in its leading direction from which it is one source's."""
_BY_LEVEL = 0.6
"""Share of what is loud that two patterns of levels have to account for."""
_OF_ONE = 0.5
"""Share of what is loud that has to come from single directions, for levels not to be asked."""
_LOUD_DB = 12.0
"""dB over the room from which a frame is somebody's."""
_QUIET_DB = 40.0
"""dB below the loudest frames at which nobody is meant to be heard."""
SILENT = 1e-7
"""Power of a frame, full scale 1, at which nothing is heard."""


def covariances(sound: NDArray[np.float32], rate_hz: int) -> Floats:
    """(frames, channels, channels) of each 50 ms of (n, channels) samples."""
    size = round(FRAME_S * rate_hz)
    count = len(sound) // size
    cut = sound[: count * size].reshape(count, size, -1)
    return np.einsum("fnc,fnd->fcd", cut, cut, dtype=np.float64) / size


def sources(frames: Floats) -> NDArray[np.int64]:
    """Which source each frame is of, (frames,): from 0, the one heard longest first; -1 of none.

    Args:
        frames: as of :func:`covariances`.
    """
    loud = _loud(frames)
    places = np.flatnonzero(loud)
    values, vectors = np.linalg.eigh(frames[places])
    power = np.trace(frames[places], axis1=1, axis2=2)
    single = values[:, -1] >= _ONE_SOURCE * np.maximum(power, SILENT)
    found = _labels(len(frames), places[single], vectors[single, :, -1], APART_DEG)
    if found.max(initial=-1) >= 1 and (found >= 0).sum() >= _OF_ONE * len(places):
        return found
    pattern = np.sqrt(np.diagonal(frames[places], axis1=1, axis2=2))
    pattern /= np.maximum(np.linalg.norm(pattern, axis=1, keepdims=True), SILENT)
    levels = _labels(len(frames), places, pattern, APART_BY_LEVEL_DEG)
    told = levels.max(initial=-1) == 1 and (levels >= 0).sum() >= _BY_LEVEL * len(places)
    return levels if told else found


def _loud(frames: Floats) -> NDArray[np.bool_]:
    """Which frames are somebody's."""
    power = np.trace(frames, axis1=1, axis2=2)
    heard = power > SILENT
    if not heard.any():
        return heard
    floor = float(np.percentile(power[heard], 10))
    top = float(np.percentile(power[heard], 99))
    # of a file without a room's noise the quietest tenth may be speech
    least = max(min(floor * 10 ** (_LOUD_DB / 10), top / 10), top * 10 ** (-_QUIET_DB / 10))
    return np.asarray(heard & (power > least))


def _labels(
    count: int, places: NDArray[np.int64], lead: Floats, apart_deg: float
) -> NDArray[np.int64]:
    """Sources of frames by their directions.

    Args:
        count: of all frames.
        places: (n,) frames that have a direction.
        lead: (n, channels) unit vectors.
        apart_deg: angle from which two are two.
    """
    labels = np.full(count, -1)
    near, apart = np.cos(np.radians(apart_deg / 2)), np.cos(np.radians(apart_deg))
    centres: list[Floats] = []
    left = np.ones(len(places), bool)
    for _ in range(2 * MOST_SOURCES):  # some are none
        centre = _fullest(lead[left], near)
        if centre is None or len(centres) == MOST_SOURCES:
            break
        belongs = left & (np.abs(lead @ centre) >= near)
        if belongs.sum() * FRAME_S < LEAST_S:
            break
        trial = labels.copy()
        trial[places[belongs]] = len(centres)
        if not centres or _takes_turns(trial, len(centres)):
            labels = trial
            centres.append(centre)
        left &= np.abs(lead @ centre) < apart
    return labels


def _takes_turns(labels: NDArray[np.int64], who: int) -> bool:
    """Whether a source is another one than those that are known."""
    if who > 1 and _longest_runs_s(labels, who) < LEAST_S:
        return False  # two of them at once, by chance in step
    return turns(labels, who) >= LEAST_TURNS


def turns(labels: NDArray[np.int64], who: int) -> int:
    """How often one source follows or precedes others, single frames passed over."""
    runs = [
        mine
        for mine, run in itertools.groupby((labels[labels >= 0] == who).tolist())
        if len(list(run)) * FRAME_S >= _RUN_S
    ]
    return sum(a != b for a, b in itertools.pairwise(runs))


def _longest_runs_s(labels: NDArray[np.int64], who: int) -> float:
    """s of a source in stretches that are no chance."""
    runs = [len(list(run)) for mine, run in itertools.groupby(labels == who) if mine]
    return sum(n for n in runs if n * FRAME_S >= _RUN_S) * FRAME_S


def _fullest(lead: Floats, near: float) -> Floats | None:
    """The direction with most others about it; None of none."""
    if not len(lead):
        return None
    sample = lead[:: max(1, len(lead) // 400)]
    counts = (np.abs(sample @ lead.T) >= near).sum(axis=1)
    about = lead[np.abs(lead @ sample[int(np.argmax(counts))]) >= near]
    centre: Floats = np.linalg.eigh(about.T @ about)[1][:, -1]
    return centre
