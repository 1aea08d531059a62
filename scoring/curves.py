"""Curves of ``assets/rubrics/scores.toml``: what a value is worth."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from scoring.rubric import load, placed_corners

Z = 1.64
"""Half-width of a 90 % interval in standard errors."""
_POINTS_PER_LEVEL = 25.0
"""Of the scores' hundred: level 1 is 0, level 5 is 100."""


def points_at(corners: Sequence[Sequence[float]], value: float) -> float:
    """Points of a value on a curve: straight between corners, flat outside."""
    xs = [float(c[0]) for c in corners]
    ys = [float(c[1]) for c in corners]
    return float(np.interp(value, xs, ys))


def curve(group: str, name: str) -> Mapping[str, Any] | None:
    """A measure's entry in ``scores.toml``; None where it does not count.

    Raises:
        SettingsError: its corners do not go with its norm; the message names file and measure.
    """
    entry = load("scores").get(group, {}).get(name)
    if not isinstance(entry, dict):
        return None
    return {**entry, "points": placed_corners(group, name, entry["points"])}


def base_error() -> float:
    """Standard error in points that is left with everything measured."""
    return float(load("scores")["base_error_points"])


def too_wide(half: float) -> bool:
    """Whether an interval of that half-width, in points, is wider than a number could be of use."""
    return 2 * half > float(load("scores")["widest"])


def stars(points: float) -> float:
    """Points (0...100, or beyond an end of them) on the scale of five, to a tenth."""
    return round(1.0 + min(100.0, max(0.0, points)) / _POINTS_PER_LEVEL, 1)


def on_five(points: float, half: float) -> tuple[float, float, float]:
    """Points on the scale of five with the ends of their interval, to a tenth.

    Args:
        points: 0...100.
        half: half-width of their interval, in points.
    """
    return stars(points), stars(points - half), stars(points + half)


def level_of(points: float) -> int:
    """The level 1...5 that points are nearest to; half a level up is still the lower one."""
    return max(1, min(5, math.ceil(points / _POINTS_PER_LEVEL + 0.5)))
