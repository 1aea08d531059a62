"""Skin: the head and neck in a cylindrical projection, hands in the mesh's own."""

from __future__ import annotations

import numpy as np

from game.bake.body import Figure
from game.bake.facepaint import FacePaint
from game.bake.hands import hand_part
from game.bake.headchart import FaceMap, HeadChart
from game.bake.mesh import Part, triangulated
from game.bake.openness import openness
from game.bake.simplify import simplified
from game.bake.source import Floats, Ints, sample_mask

_BACK_SHARE = 0.4
"""Share of the triangles outside the face that are kept."""
_HEAD_TRIANGLES = 4000
_KEY_EXPRESSIONS = (
    *("eyeBlinkLeft", "eyeBlinkRight", "jawOpen", "mouthSmileLeft", "mouthSmileRight"),
    *("mouthPucker", "mouthUpperUpLeft", "mouthUpperUpRight", "browInnerUp", "eyeWideLeft"),
    *("eyeWideRight", "mouthFunnel"),
)
"""At whose full weight a simplified face must keep its form."""


def _vertex_mask(figure: Figure, name: str) -> Floats:
    """(19158,) a mask of the mesh's own texture space at vertices."""
    mesh, body = figure.mesh, figure.body_quads
    values = np.zeros(len(figure.vertices))
    uv = mesh.uvs[mesh.quad_uvs[body].reshape(-1)]
    np.maximum.at(values, mesh.quads[body].reshape(-1), sample_mask(name, uv))
    return values


def _tint(figure: Figure, quads: Ints) -> Floats:
    """(19158, 4) vertex colour: dark inside mouth and nostrils, under the chin."""
    v = figure.vertices
    color = np.ones((len(v), 4))
    mouth = np.clip(_vertex_mask(figure, "inside-mouth") * 1.2, 0, 1)[:, None]
    lips = _vertex_mask(figure, "lips") > 0.5
    front = float(v[lips, 1].min()) + 0.008
    behind = np.clip((v[:, 1] - front) / 0.02, 0, 1)[:, None]
    dark = np.array([0.22, 0.05, 0.05]) * (1 - 0.8 * behind)
    color[:, :3] = 1 - mouth + mouth * dark
    # light that comes out of a hollow has been reflected by skin, and is redder
    color[:, :3] *= openness(figure, quads)[:, None] ** np.array([0.75, 1.1, 1.2])
    return np.clip(color, 0.0, 1.0)


def _under_cloth(figure: Figure) -> Floats:
    """Draws skin in below the neck, so that it stays under the shirt, metres."""
    neck = figure.joint("neck01")[2]
    return -0.006 * np.clip((neck - 0.005 - figure.vertices[:, 2]) / 0.04, 0, 1)


def skin_parts(figure: Figure) -> list[Part]:
    """Head with neck and upper chest, and hands."""
    chart = HeadChart.of(figure)
    triangles = triangulated(chart.quads)
    head = figure.part(
        "head",
        "skin",
        triangles,
        FacePaint(FaceMap(chart)).paint(),
        corner_uv=chart.corner_uv(triangles),
        offset_m=_under_cloth(figure),
        color=_tint(figure, chart.quads),
        order=2,
    )
    return [_coarser(figure, head), hand_part(figure)]


def _coarser(figure: Figure, head: Part) -> Part:
    """The head with fewer triangles: scalp and neck first, then what expressions hardly bend."""
    rel = head.points - figure.joint("eye.L") * (0, 1, 1)
    face = (rel[:, 1] < 0.062) & (rel[:, 2] > -0.125) & (rel[:, 2] < 0.075)
    # and whatever an expression moves more than a millimetre
    for moved, _ in head.morphs.values():
        face |= np.abs(moved).max(axis=1) > 0.001
    behind = int((~face[head.triangles]).any(axis=1).sum())
    head = simplified(head, len(head.triangles) - int(behind * (1 - _BACK_SHARE)), ~face)
    return simplified(head, _HEAD_TRIANGLES, None, _KEY_EXPRESSIONS)
