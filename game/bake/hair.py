"""Hair: an opaque inner shell, and locks of strands over it.

The shell follows the scalp at part of the hair's thickness and hangs on where
the cut does; it is cheap, dark and closed, so that no skin shows between locks.
Locks give volume, silhouette, parting and tips: strips with single hairs in
alpha, over the shell and beyond its ends. See :mod:`game.bake.flow`.
"""

from __future__ import annotations

import numpy as np

from game.bake.body import Figure
from game.bake.cuts import FORMS, Cut
from game.bake.flow import flow_of
from game.bake.identity import Identity
from game.bake.locks import HairMesh, joined, knot, shell, strip, turned
from game.bake.mesh import Part, only
from game.bake.scalp import ear_vertices
from game.bake.skull import Skull
from game.bake.strands import hair_picture
from game.bake.styling import front_locks, loose_locks, side_locks, surface_locks


def hair_parts(figure: Figure) -> list[Part]:
    """The hair as an opaque part and a blended one."""
    cut = FORMS[figure.who.cut]
    skull = Skull(figure)
    whole = joined(_meshes(figure, cut, skull))
    whole.points = skull.pushed_out(whole.points, 0.0024, cloth=0.013)
    keep = whole.color[:, 3][whole.triangles].max(axis=1) > 0.03
    triangles, layer = whole.triangles[keep], whole.layer[keep]
    # seen from the front what is behind must be drawn first, then outer over inner
    behind = whole.points[triangles].mean(axis=1)[:, 1] - 0.03 * layer
    order = np.argsort(-behind, kind="stable")
    triangles, layer = triangles[order], layer[order]
    hair = Part(
        *("hair", "hair", whole.points, whole.normals, whole.uv, triangles),
        skull.weights(whole.points),
        hair_picture(figure, cut),
        color=whole.color,
        blend=True,
        two_sided=True,
        tangents=whole.tangents,
        order=5,
    )
    opaque = (layer < 0.65) & (whole.color[:, 3][triangles].min(axis=1) > 0.97)
    first = only(hair, triangles[opaque][::-1])  # nearest first: depth rejects what is behind
    first.name, first.surface, first.order = "hair-solid", "tress", 0
    first.blend = first.two_sided = False
    return [first, only(hair, triangles[~opaque])]


def _meshes(figure: Figure, cut: Cut, skull: Skull) -> list[HairMesh]:
    """Shell, lining, locks and knot."""
    flow = flow_of(skull, cut)
    rng = np.random.default_rng(figure.who.seed + 3)
    if cut.coils:
        inner = shell(flow, 44, 14, 0.55, 0.75, tiles=6)
        u = (SHELL_HALF, 0.996)
        return [
            inner,
            shell(flow, 44, 14, 0.8, 0.9, u=u, tiles=6, ragged=0.05),
            shell(flow, 44, 14, 1.0, 1.0, u=u, tiles=5, ragged=0.18),
        ]
    long = cut.end is not None and cut.end < -0.2
    rows = 13 if not cut.falls else 22 if cut.wave else 18 if long else 15
    under = flow_of(skull, cut, crown=True) if cut.combed else flow
    span = (0.0, 0.93 if cut.falls else 1.0)
    # between light locks, what lies under them must not outshine them
    shade = 0.48 - 0.12 * float(np.mean(figure.who.hair))
    meshes = [shell(under, 38, rows, 0.6 if cut.bun else 0.5, shade, span, tiles=4)]
    if cut.falls:
        meshes.append(turned(shell(flow, 24, 8, 0.44, 0.22, (0.30, 0.92))))
    locks = [*surface_locks(flow, cut, rng), *loose_locks(flow, cut, rng)]
    if cut.combed:
        locks += front_locks(flow, skull.inside(flow.points), cut, rng)
        meshes += [strip(under, lock) for lock in side_locks(under, skull.eye, cut, rng)]
    meshes += [strip(flow, lock) for lock in locks]
    if cut.bun:
        pole = np.array(cut.pole) / np.linalg.norm(cut.pole)
        at = skull.on_skin(pole[None])[0] + pole * cut.volume * 0.5
        meshes += knot(at, pole, cut.bun, rng)
    return meshes


SHELL_HALF = 0.504
"""Where the picture's second half begins, across."""


def covers_ears(who: Identity) -> bool:
    """Whether the cut falls over the ears."""
    return FORMS[who.cut].falls


def flatten_ears(figure: Figure) -> None:
    """Presses ears against the head, as hair that falls over them does."""
    ears = ear_vertices(figure)
    x = figure.vertices[ears, 0]
    figure.vertices[ears, 0] = np.sign(x) * np.minimum(
        np.abs(x), 0.064 + 0.25 * np.clip(np.abs(x) - 0.064, 0, None)
    )
