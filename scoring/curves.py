"""Curves of ``assets/rubrics/scores.toml``: what a value is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from scoring.rubric import load


def points_at(corners: Sequence[Sequence[float]], value: float) -> float:
    """Points of a value on a curve: straight between corners, flat outside."""
    xs = [float(c[0]) for c in corners]
    ys = [float(c[1]) for c in corners]
    return float(np.interp(value, xs, ys))


def curve(group: str, name: str) -> Mapping[str, Any] | None:
    """A measure's entry in ``scores.toml``; None where it does not count."""
    entry = load("scores").get(group, {}).get(name)
    return entry if isinstance(entry, dict) else None


def base_error() -> float:
    """Standard error in points that is left with everything measured."""
    return float(load("scores")["base_error_points"])
