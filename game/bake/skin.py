"""Skin: the head in a cylindrical projection, hands in the mesh's own."""

from __future__ import annotations

import numpy as np

from game.bake.body import Figure, plain
from game.bake.mesh import Part, triangulated
from game.bake.source import Floats


def skin_parts(figure: Figure) -> list[Part]:
    body = figure.body_quads
    quads = figure.mesh.quads[body]
    v = figure.vertices
    c = v[quads].mean(1)
    arm = figure.weight_of("upperarm", "lowerarm", "wrist", "finger")
    top = (c[:, 2] > figure.joint("neck01")[2] - 0.16) & (arm[quads].mean(1) < 0.05)
    uv = np.zeros((len(v), 2)) + 0.5
    hand = figure.weight_of("wrist", "finger")[quads].mean(1) > 0.3
    return [
        figure.part("head", "skin", triangulated(quads[top]), plain(figure.who.skin), vertex_uv=uv),
        figure.part(
            "hands", "skin", triangulated(quads[hand]), plain(figure.who.skin), vertex_uv=uv
        ),
    ]
