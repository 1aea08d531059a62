"""Jacket and shirt."""

from __future__ import annotations

import numpy as np

from game.bake.body import Figure, plain
from game.bake.mesh import Part, triangulated


def clothes_parts(figure: Figure) -> list[Part]:
    quads = figure.mesh.quads[figure.mesh.quad_group == "helper-tights"]
    uv = np.zeros((len(figure.vertices), 2)) + 0.5
    return [
        figure.part(
            "jacket",
            "cloth",
            triangulated(quads),
            plain(figure.who.jacket),
            vertex_uv=uv,
            offset_m=0.008,
        )
    ]
