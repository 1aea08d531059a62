"""The bare body: pieces cut from the base mesh with their weights and morphs."""

from __future__ import annotations

import json
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from game.bake.identity import Identity
from game.bake.mesh import Part, compacted, normals_of, split_corners, triangulated
from game.bake.simplify import simplified
from game.bake.source import BaseMesh, Floats, Ints, Rig, data_folder

_MOUTH_TRIANGLES = 320
_THIGH_DEG = 84.0
"""How far thighs are raised from standing, degrees."""


class Figure:
    """One identity's body, from which parts are cut.

    Attributes:
        who: the identity.
        mesh: the base mesh's topology.
        vertices: (19158, 3) metres, seated, arms in bind pose.
        rig: joints and weights.
        targets: expression → (19158, 3) displacements, metres.
        rng: the identity's random numbers.
    """

    def __init__(
        self,
        who: Identity,
        mesh: BaseMesh,
        vertices: Floats,
        rig: Rig,
        targets: dict[str, Floats],
    ) -> None:
        self.who = who
        self.mesh = mesh
        self.vertices = vertices
        self.rig = rig
        self.targets = targets
        self.rng = np.random.default_rng(who.seed)

    def joint(self, name: str) -> Floats:
        """(3,) place of a joint, metres."""
        return self.rig.heads[name]

    def weight_of(self, *names: str) -> NDArray[np.float32]:
        """(19158,) summed weight of joints whose name starts with one of these."""
        columns = [i for i, n in enumerate(self.rig.names) if n.startswith(names)]
        return self.rig.weights[:, columns].sum(axis=1)

    @cached_property
    def body_quads(self) -> Ints:
        """Indices of the quads of the body itself."""
        return np.flatnonzero(self.mesh.quad_group == "body")

    @cached_property
    def normals(self) -> Floats:
        """(19158, 3) unit normals, each group's own."""
        return normals_of(self.vertices, triangulated(self.mesh.quads))

    @cached_property
    def morph_normals(self) -> dict[str, Floats]:
        """Expression → (19158, 3) change of the normals when it is fully on."""
        faces = triangulated(self.mesh.quads)
        near = self.weight_of("head", "neck", "eye", "spine01") > 0
        faces = faces[near[faces].any(axis=1)]
        still = normals_of(self.vertices, faces)
        return {
            name: normals_of(self.vertices + moved, faces) - still
            for name, moved in self.targets.items()
        }

    def palm(self, side: str) -> Floats:
        """(3,) the direction that the palm faces in the bind pose."""
        wrist, second, fifth = (
            self.joint(f"{n}.{side}") for n in ("wrist", "finger2-1", "finger5-1")
        )
        across = np.cross(second - wrist, fifth - wrist)
        # arms hang at the sides in the bind pose: palms look down, or at the thighs
        toward = np.array([-0.5 if side == "L" else 0.5, 0.0, -1.0])
        across *= np.sign(across @ toward)
        return across / np.linalg.norm(across)

    def part(
        self,
        name: str,
        surface: str,
        triangles: Ints,
        texture: NDArray[np.uint8],
        corner_uv: Floats | None = None,
        vertex_uv: Floats | None = None,
        offset_m: float | Floats = 0.0,
        color: Floats | None = None,
        **extra: bool | int,
    ) -> Part:
        """Cuts a part out of the mesh.

        Args:
            name: part's name.
            surface: its material.
            triangles: (m, 3) base mesh vertices.
            texture: RGBA picture.
            corner_uv: (m, 3, 2) texture coordinates of corners, or
            vertex_uv: (19158, 2) those of vertices.
            offset_m: how far to push out along normals; per base vertex if an array.
            color: (19158, 4) tint.
            extra: further fields of :class:`Part`.
        """
        if corner_uv is None:
            assert vertex_uv is not None
            corner_uv = vertex_uv[triangles]
        old, triangles, uv = split_corners(triangles, corner_uv)
        push = offset_m[old, None] if isinstance(offset_m, np.ndarray) else offset_m
        near = self.targets and surface in ("skin", "lash", "mouth")
        morphs = {}
        if near:
            for target, moved in self.targets.items():
                if np.abs(moved[old]).max() > 1e-5:
                    morphs[target] = (moved[old], self.morph_normals[target][old])
        return Part(
            name,
            surface,
            self.vertices[old] + push * self.normals[old],
            self.normals[old],
            uv,
            triangles,
            self.rig.weights[old],
            texture,
            None if color is None else color[old],
            morphs,
            **extra,  # type: ignore[arg-type]
        )


def with_legs_seated(vertices: Floats) -> Floats:
    """Raises the thighs, so that skirts of jackets and trousers sit.

    The legs have no joints in the finished model: nobody sees them move.

    Args:
        vertices: (19158, 3) metres, standing.
    """
    folder = data_folder() / "mpfb2/rigs/standard"
    given = json.loads((folder / "weights.default.json").read_text())["weights"]
    from game.bake.source import rig_points

    seated = vertices.copy()
    hips = rig_points(vertices, ("upperleg01.L", "upperleg01.R", "lowerleg01.L", "lowerleg01.R"))
    for side in ("L", "R"):
        thigh, shin = np.zeros(len(vertices)), np.zeros(len(vertices))
        for bone, rows in given.items():
            if bone.endswith(f".{side}") and bone.startswith(
                ("upperleg", "lowerleg", "foot", "toe")
            ):
                for vertex, weight in rows:
                    thigh[vertex] += weight
                    if not bone.startswith("upperleg"):
                        shin[vertex] += weight
        angle = np.radians(_THIGH_DEG)
        knee = hips[f"lowerleg01.{side}"]
        bent = _rotated_x(vertices, knee, -angle)
        at_knee = vertices + np.clip(shin, 0, 1)[:, None] * (bent - vertices)
        raised = _rotated_x(at_knee, hips[f"upperleg01.{side}"], angle)
        seated += np.clip(thigh, 0, 1)[:, None] * (raised - vertices)
    return seated


def _rotated_x(points: Floats, centre: Floats, angle: float) -> Floats:
    """Turns points about an x axis through a centre (downward goes forward)."""
    y, z = points[:, 1] - centre[1], points[:, 2] - centre[2]
    c, s = np.cos(-angle), np.sin(-angle)
    return np.column_stack([points[:, 0], centre[1] + c * y - s * z, centre[2] + s * y + c * z])


def plain(color: tuple[float, float, float], size: int = 8) -> NDArray[np.uint8]:
    """A picture of one display colour."""
    picture = np.full((size, size, 4), 255, np.uint8)
    picture[..., :3] = np.clip(np.array(color) * 255, 0, 255)
    return picture


def mouth_parts(figure: Figure) -> list[Part]:
    """Teeth and tongue as one part; darker toward the throat."""
    groups = figure.mesh.quad_group
    chosen = np.isin(groups, ["helper-upper-teeth", "helper-lower-teeth", "helper-tongue"])
    triangles = triangulated(figure.mesh.quads[chosen])
    teeth = np.isin(groups[chosen], ["helper-upper-teeth", "helper-lower-teeth"])
    teeth = np.concatenate([teeth, teeth])
    uv = np.where(teeth[:, None, None], 0.25, 0.75) * np.ones((len(triangles), 3, 2))
    picture = np.concatenate([plain((0.62, 0.29, 0.29), 16), plain((0.62, 0.29, 0.29), 16)], axis=0)
    picture[:, :8] = (255, 240, 222, 255)
    used, _ = compacted(triangles)
    front = figure.vertices[used, 1].min()
    deep = np.clip((figure.vertices[:, 1] - front) / 0.04, 0, 1)
    color = np.ones((len(figure.vertices), 4))
    color[:, :3] = (0.92 * (1 - deep) ** 1.6 + 0.04)[:, None]
    part = figure.part("mouth", "mouth", triangles, picture, corner_uv=uv, color=color, order=3)
    # lips that rest a hair's breadth open must show a dark line, not teeth
    part.points[:, 1] += 0.0035
    # the mesh's teeth sit behind the upper lip: lowered, they show their edges in an open mouth,
    # and the tongue comes between them for th
    part.points[:, 2] -= 0.004
    part.points[part.uv[:, 0] > 0.5] += (0.0, 0.003, 0.0035)
    # pushed out, the tongue's tip also rises over the lower lip
    moved = part.morphs["tongueOut"][0]
    moved[:, 2] -= 0.4 * moved[:, 1]
    return [simplified(part, _MOUTH_TRIANGLES)]
