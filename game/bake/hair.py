"""Hair."""

from __future__ import annotations

from game.bake.body import Figure
from game.bake.mesh import Part


def hair_parts(figure: Figure) -> list[Part]:
    return []
