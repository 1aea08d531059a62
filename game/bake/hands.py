"""Hands: knuckles, nails, tendons and veins."""

from __future__ import annotations

import numpy as np

from game.bake.body import Figure
from game.bake.mesh import Part, noise, triangulated
from game.bake.simplify import simplified
from game.bake.source import sample_mask

_HAND_SIZE = 512
_HAND_TRIANGLES = 1500


def hand_part(figure: Figure) -> Part:
    """Both hands, with redder knuckles and paler nails."""
    quads = figure.mesh.quads[figure.body_quads]
    uvs = figure.mesh.uvs[figure.mesh.quad_uvs[figure.body_quads]]
    reach = figure.weight_of("wrist", "finger") + 0.6 * figure.weight_of("lowerarm02")
    chosen = reach[quads].mean(axis=1) > 0.25
    corner = uvs[chosen][:, [0, 1, 2, 0, 2, 3]].reshape(-1, 2, 3, 2)
    corner = np.concatenate([corner[:, 0], corner[:, 1]])
    low, high = corner.reshape(-1, 2).min(axis=0), corner.reshape(-1, 2).max(axis=0)
    corner = (corner - low) / (high - low)
    rng = figure.rng
    size = _HAND_SIZE
    base = np.array(figure.who.skin) * 0.97
    skin = base * np.ones((size, size, 1))
    skin += (noise(size, 64, rng) * 0.5 + noise(size, 20, rng) * 0.4)[..., None] * np.array(
        [0.02, 0.024, 0.024]
    )
    skin *= 1 + (noise(size, 4, rng) * 0.03)[..., None]
    out = np.empty((size, size, 4), np.uint8)
    out[..., :3] = np.clip(skin * 255, 0, 255)
    out[..., 3] = 110
    color = np.ones((len(figure.vertices), 4))
    nails = np.zeros(len(figure.vertices))
    flat = figure.mesh.quad_uvs[figure.body_quads]
    np.maximum.at(
        nails, quads.reshape(-1), sample_mask("fingernails", figure.mesh.uvs[flat.reshape(-1)])
    )
    color[:, :3] *= 1 - nails[:, None] * np.array([0.02, 0.10, 0.09])
    for side in ("L", "R"):
        for finger in range(1, 6):
            for part in range(1, 4):
                knuckle = figure.joint(f"finger{finger}-{part}.{side}")
                near = np.exp(-((np.linalg.norm(figure.vertices - knuckle, axis=1) / 0.010) ** 2))
                color[:, :3] *= 1 - near[:, None] * np.array([0.03, 0.12, 0.12])
    hands = figure.part(
        "hands", "skin", triangulated(quads[chosen]), out, corner_uv=corner, color=color
    )
    return simplified(hands, _HAND_TRIANGLES)
