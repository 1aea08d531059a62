"""Where hair grows: the hairline, shared by painted scalp and hair."""

from __future__ import annotations

import numpy as np

from game.bake.body import Figure
from game.bake.source import Floats


def hairline_height(figure: Figure, angle: Floats) -> Floats:
    """Height of the hairline over the eyes' middle, metres.

    Args:
        figure: whose head; a man's line is higher at the temples.
        angle: radians round the head, 0 in front, ±π behind.
    """
    temple = 0.010 * (1.0 - figure.who.sex) + 0.004
    a = np.abs(np.degrees(angle))
    knots = [0, 18, 36, 48, 60, 72, 84, 96, 110, 130, 180]
    front = 0.077
    line = [
        *(front, front + 0.4 * temple, front + 0.2 * temple - 0.002, 0.060, 0.038, 0.018),
        *(-0.018, 0.012, -0.055, -0.085, -0.095),
    ]
    return np.interp(a, knots, line)


def hair_cover(figure: Figure, x: Floats, y: Floats, z: Floats) -> Floats:
    """How much of the skin is under hair, 0–1, with a soft edge.

    Args:
        figure: whose head.
        x, y, z: metres relative to the point between the eyes.
    """
    angle = np.arctan2(x, -(y - 0.075))
    edge = z - hairline_height(figure, angle)
    soft = 0.006 + 0.004 * (np.abs(angle) < 1.0)
    cover = np.clip(edge / soft * 0.5 + 0.5, 0, 1)
    ear = np.clip((np.abs(x) - 0.0665) / 0.003, 0, 1) * (z < 0.022) * (y < 0.115)
    return cover * cover * (3 - 2 * cover) * (1 - ear)
