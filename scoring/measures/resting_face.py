"""How a face is at rest: what of an action unit is the person's shape and no movement.

A face with low brows reads as one that lowers them, all the time. What a face does is told against
its own rest, as the level that each unit is seldom below: a frown that comes and goes stands above
it, also where it takes most of the time. The green room shows a resting face to perception, and
perception learns one within seconds; this is for what is left of the shape then, and for recordings
that are too short to learn from.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from scoring.record.tracks import FaceTrack, Floats

SHAPED = (1, 2, 4, 5, 7, 9, 10, 15, 17, 23, 24)
"""Units that a face at rest may seem to show: brows, lids, nose, lips. Raised mouth corners (12)
and cheeks (6) are a smile, also where it lasts; a dropped jaw is a dropped jaw."""
REST_SHARE = 0.35
"""Share of the time that a unit is below its resting level: above nothing, for brows that go up are
for that time not low; below a half, for a frown may take half of the time."""
USUAL = (0.1, 0.2)
"""Resting level (0...1) up to which a face has no shape of its own, for any reads so much, and from
which all of it is shape."""
MOST = 0.6
"""Highest resting level (0...1) that is believed: what is above is done, and not had."""


def resting_units(track: FaceTrack) -> dict[int, float]:
    """Resting level, 0...1, of the units of :data:`SHAPED` that were measured."""
    levels = {}
    for number in SHAPED:
        values = track.action_unit(number)
        known = track.found & np.isfinite(values)
        if known.any():
            level = _quantile(values[known], track.hold_s[known], REST_SHARE)
            own = np.clip((level - USUAL[0]) / (USUAL[1] - USUAL[0]), 0.0, 1.0)
            levels[number] = min(MOST, level * float(own))
    return levels


def moved(units: Mapping[int, float], rest: Mapping[int, float]) -> dict[int, float]:
    """Action units above their resting level, 0...1: as a share of what is left to move."""
    return {
        number: max(0.0, value - rest.get(number, 0.0)) / (1.0 - rest.get(number, 0.0))
        for number, value in units.items()
    }


def _quantile(values: Floats, weights: Floats, share: float) -> float:
    """The value below which that share of the weight lies."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    if reached[-1] <= 0.0:
        return float(np.quantile(values, share))
    return float(values[order][np.searchsorted(reached, share * reached[-1])])
