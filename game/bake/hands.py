"""Hands: knuckles, nails, tendons and veins."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from game.bake.body import Figure
from game.bake.drape import sleeve_places
from game.bake.mesh import Part, noise, rasterise, triangulated
from game.bake.simplify import simplified
from game.bake.source import Floats, Ints, sample_mask

_HAND_SIZE = 512
_HAND_TRIANGLES = 1500


def hand_part(figure: Figure) -> Part:
    """Both hands in one part."""
    quads = figure.mesh.quads[figure.body_quads]
    uvs = figure.mesh.uvs[figure.mesh.quad_uvs[figure.body_quads]]
    reach = figure.weight_of("wrist", "finger") + 0.6 * figure.weight_of("lowerarm02")
    chosen = reach[quads].mean(axis=1) > 0.30
    corner = uvs[chosen][:, [0, 1, 2, 0, 2, 3]].reshape(-1, 2, 3, 2)
    corner = np.concatenate([corner[:, 0], corner[:, 1]])
    low, high = corner.reshape(-1, 2).min(axis=0), corner.reshape(-1, 2).max(axis=0)
    corner = (corner - low) / (high - low)
    picture = _paint(figure, triangulated(quads[chosen]), corner, uvs[chosen])
    hands = figure.part(
        "hands",
        "skin",
        triangulated(quads[chosen]),
        picture,
        corner_uv=corner,
        offset_m=_under_sleeve(figure),
    )
    return simplified(hands, _HAND_TRIANGLES)


def _under_sleeve(figure: Figure) -> Floats:
    """Draws forearms in, so that a bent wrist stays inside its cuff, metres."""
    along, _ = sleeve_places(figure, figure.vertices)
    return -0.0065 * np.clip((1.97 - along) / 0.07, 0, 1) * (along > 1)


def _paint(figure: Figure, triangles: Ints, corner: Floats, own: Floats) -> NDArray[np.uint8]:
    """(_HAND_SIZE, _HAND_SIZE, 4) colour and gloss, painted by place on the hand.

    Args:
        figure: whose hands.
        triangles: (m, 3) the hands' triangles.
        corner: (m, 3, 2) their texture coordinates in this picture.
        own: (m / 2, 4, 2) the quads' corners in the mesh's own texture.
    """
    who, rng, size = figure.who, figure.rng, _HAND_SIZE
    flat = triangles.reshape(-1)
    corners = np.concatenate([own[:, [0, 1, 2]], own[:, [0, 2, 3]]]).reshape(-1, 2)
    nail = sample_mask("fingernails", corners)
    values = np.column_stack([figure.vertices[flat], figure.normals[flat], nail])
    order = np.arange(len(flat)).reshape(-1, 3)
    drawn, _ = rasterise(corner.reshape(-1, 2), order, values, np.zeros(len(flat)), size)
    drawn = drawn.astype(np.float32)
    place, normal, nails = drawn[..., :3], drawn[..., 3:6], drawn[..., 6:]
    skin = np.array(who.skin) * 0.975 * np.ones((size, size, 1))
    blood = noise(size, 40, rng) * 0.6 + noise(size, 14, rng) * 0.5
    skin *= 1 + blood[..., None] * np.array([0.012, -0.03, -0.03])
    skin *= 1 + (noise(size, 3, rng) * 0.035)[..., None]
    pale = np.clip((np.mean(who.skin) - 0.28) / 0.45, 0, 1)
    old = float(np.clip((who.age - 0.70) / 0.15, 0, 1))
    veins = np.zeros((size, size))
    for side in ("L", "R"):
        # palms have paler skin, most of all where the rest is dark
        back = -(normal @ figure.palm(side))
        here = place[..., 0] * (1 if side == "L" else -1) > 0
        palm = np.clip(-back * 2 - 0.3, 0, 1) * here
        skin += palm[..., None] * (1 - pale) * np.array([0.16, 0.12, 0.10])
        top = np.clip(back * 1.6, 0, 1) * here
        wrist = figure.joint(f"wrist.{side}")
        for finger in range(1, 6):
            joints = [figure.joint(f"finger{finger}-{part}.{side}") for part in range(1, 4)]
            for k, knuckle in enumerate(joints):
                d = np.linalg.norm(place - knuckle, axis=-1)
                near = np.exp(-((d / (0.011 if k == 0 else 0.0085)) ** 2)) * top
                skin *= 1 - near[..., None] * np.array([0.05, 0.13, 0.13])
                if k == 0:
                    continue
                # creases across the joint, a millimetre and a half apart
                bone = knuckle - joints[k - 1]
                along = (place - knuckle) @ (bone / np.linalg.norm(bone))
                lines = np.cos(along / 0.0016 * 2 * np.pi) * near
                skin *= 1 - lines[..., None] * (0.05 + 0.05 * old)
            if finger == 1:
                continue
            sinew = _near(place, wrist, joints[0], 0.0028) * top
            skin *= 1 + sinew[..., None] * (0.025 + 0.03 * old)
            if finger < 5:
                beside = figure.joint(f"finger{finger + 1}-1.{side}")
                shift = 0.5 * (joints[0] + beside) + 0.004 * rng.standard_normal(3)
                veins += _near(place, wrist * 0.7 + shift * 0.3, shift, 0.0024) * top
    vein = np.clip(veins, 0, 1)[..., None] * (0.35 + 0.65 * old)
    skin *= 1 - vein * np.array([0.10, 0.055, 0.03])
    skin += (np.array(who.skin) * (1.06, 0.97, 0.96) + 0.03 - skin) * nails * 0.8
    out = np.empty((size, size, 4), np.uint8)
    out[..., :3] = np.clip(skin * 255 + rng.random((size, size, 1)), 0, 255)
    out[..., 3] = np.clip(100 + 90 * nails[..., 0] + 30 * noise(size, 3, rng), 0, 255)
    return out


def _near(place: Floats, start: Floats, end: Floats, width_m: float) -> Floats:
    """How near places are to a line between two points, 0–1."""
    way = end - start
    share = np.clip((place - start) @ way / (way @ way), 0, 1)
    # depth under the skin does not count for much: the line is projected onto the back of the hand
    d = np.linalg.norm(place - start - share[..., None] * way, axis=-1)
    return np.asarray(np.exp(-((np.clip(d - 0.011, 0, None) / width_m) ** 2)))
