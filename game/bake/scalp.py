"""Where hair grows: the hairline, shared by painted scalp and hair."""

from __future__ import annotations

import numpy as np

from game.bake.body import Figure
from game.bake.cuts import FORMS
from game.bake.source import Floats, Ints, sample_mask


def hairline_height(figure: Figure, angle: Floats) -> Floats:
    """Height of the hairline over the eyes' middle, metres.

    Args:
        figure: whose head; a man's line is higher at the temples.
        angle: radians round the head, 0 in front, ±π behind.
    """
    cut = FORMS[figure.who.cut]
    # a woman's line is an arch; a man's stands back a little at the temples
    man = 1.0 - figure.who.sex
    temple = (0.010 * man + 0.004) * (1.0 - 0.75 * cut.fade)
    arch = figure.who.sex * 0.0075 + cut.fade * 0.003
    recession = cut.recession
    a = np.abs(np.degrees(angle))
    knots = [0, 18, 34, 44, 54, 62, 68, 74, 84, 92, 110, 122, 135, 180]
    front = 0.077 + 0.5 * recession
    line = [
        front,
        front + 0.2 * temple + 0.6 * recession,
        front - 0.7 * arch + 0.2 * temple - 0.002 + recession,
        0.062 - 0.4 * arch + 0.9 * recession,
        0.044 + 0.4 * recession,
        *(0.030, 0.014, 0.000, -0.012, 0.022, 0.012, -0.050, -0.085, -0.098),
    ]
    return np.interp(a, knots, line)


def hair_cover(figure: Figure, x: Floats, y: Floats, z: Floats) -> Floats:
    """How much of the skin is under hair, 0–1, with an edge of single fine hairs.

    Args:
        figure: whose head.
        x, y, z: metres relative to the point between the eyes.
    """
    cut = FORMS[figure.who.cut]
    angle = np.arctan2(x, -(y - 0.075))
    rng = np.random.default_rng(figure.who.seed + 7)
    coarse = np.interp(angle, np.linspace(-np.pi, np.pi, 90), rng.standard_normal(90))
    hairs = np.interp(angle, np.linspace(-np.pi, np.pi, 1500), rng.standard_normal(1500))
    front = np.abs(angle) < 1.1
    edge = z - hairline_height(figure, angle) + 0.0012 * coarse + 0.0022 * hairs * front
    soft = 0.007 + 0.005 * front
    cover = np.clip(edge / soft * 0.5 + 0.45, 0, 1)
    cover = cover * cover * (3 - 2 * cover)
    if cut.fade:
        grown = np.clip((z + 0.008) / 0.072, 0, 1)
        stubble = 0.85 + 0.3 * rng.random(cover.shape, dtype=np.float32)
        cover = cover * (1 - cut.fade * (1 - grown**0.8) * stubble).clip(0, 1)
    ear = ear_window(figure, y, z) * np.clip((np.abs(x) - 0.05) / 0.003, 0, 1)
    return cover * (1 - ear)


def root_color(figure: Figure) -> Floats:
    """(3,) display colour of skin under hair: the roots' own, in the others' shade."""
    who = figure.who
    return np.array(who.hair) * (0.55 + 0.1 * who.grey) * (1 - 0.4 * who.grey) + 0.21 * who.grey


def ear_window(figure: Figure, y: Floats, z: Floats) -> Floats:
    """How far a point seen from the side lies within the ear's free space, 0–1."""
    eye = figure.joint("eye.L")
    centre = _ear_middle(figure) - eye
    d = np.hypot((y - centre[1] - 0.002) / 0.024, (z - centre[2]) / 0.038)
    return np.clip((1.08 - d) / 0.12, 0, 1)


def _ear_middle(figure: Figure) -> Floats:
    """(3,) the left ear's middle, metres."""
    points = figure.vertices[ear_vertices(figure)]
    points = points[points[:, 0] > 0]
    return (points.min(axis=0) + points.max(axis=0)) / 2


def ear_vertices(figure: Figure) -> Ints:
    """Numbers of the vertices of both ears."""
    body = figure.body_quads
    corner = figure.mesh.quads[body].reshape(-1)
    uv = figure.mesh.uvs[figure.mesh.quad_uvs[body].reshape(-1)]
    return np.unique(corner[sample_mask("ears", uv) > 0.5])
