"""What one human wears: layers draped over the body, their collars, and the picture they share.

The garments' shells come from :mod:`game.bake.drape`, what is laid on them from
:mod:`game.bake.garments`, cloth from :mod:`game.bake.fabric`. All of it is one
opaque part, so that it costs one call and no blending.
"""

from __future__ import annotations

import numpy as np

from game.bake import garments
from game.bake.body import Figure
from game.bake.drape import DeskPose, Shell, body_shell, draped
from game.bake.fabric import (
    FRONT_M,
    INNER_M,
    TOP_M,
    Atlas,
    View,
    cloth,
    enlarged,
    place,
    relief,
    swatch,
)
from game.bake.identity import Identity
from game.bake.mesh import Part, noise
from game.bake.simplify import simplified
from game.bake.source import Floats
from game.bake.tailoring import ClothMesh, Neck, cut, hem, whole

_TRIANGLES = 4900
"""To which all clothes together are simplified."""
_SLEEVE_END = 1.93
"""Where sleeves end, 1 elbow … 2 wrist."""
_LAP_M = 0.60
"""Below this height the desk hides the trunk, metres over the floor."""
_THIGH_M = 0.66
"""Thighs with what covers them lie below this height, metres over the floor."""
_DESK_EDGE = (-0.25, 0.73)
"""The desk's near edge, y and z: metres."""
_STEEPEST = 0.75
"""Slope of the steepest look over that edge."""
_CUFF_END = 1.985
"""Where a shirt's cuffs end."""


def top_of(who: Identity) -> str:
    """The garment next to the skin: ``top``, or what the older field ``collar`` means."""
    return who.top or who.collar


def clothes_parts(figure: Figure) -> list[Part]:
    """All that one human wears, as one opaque part."""
    worn, picture = Wardrobe(figure).worn()
    points, normals = DeskPose(figure).unposed(worn.points, worn.normals, worn.weights)
    color = np.ones((len(points), 4))
    color[:, :3] = np.clip(worn.shade, 0, 1)[:, None]
    part = Part(
        "clothes",
        "wool",
        points,
        normals,
        worn.uv,
        worn.triangles,
        worn.weights,
        picture.rgba(),
        color,
        order=1,
    )
    return [simplified(part, _TRIANGLES)]


class Wardrobe:
    """The garments of one figure."""

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        self.who = figure.who
        self.top = top_of(figure.who)
        self.rng = np.random.default_rng(figure.who.seed + 1000)
        pose = DeskPose(figure)
        self.body = body_shell(figure, pose)
        skin = np.unique(figure.mesh.quads[figure.body_quads])
        # without the chin, which hangs before the neck at the same height
        skin = skin[figure.weight_of("head", "jaw", "tongue")[skin] < 0.5]
        self.neck = Neck(figure.vertices[skin], figure.joint("neck01"))
        self.woman = figure.who.sex > 0.5
        self.button = -0.26 if self.woman else -0.28
        if self.who.outer == "cardigan":
            self.button = -0.24
        rim = self.neck.rim(np.array([1.3]))
        self.side = float(self.neck.radius(np.array([1.3]), rim)[0]) + 0.010
        self.shoulder = pose.posed(
            figure.joint("upperarm01.L")[None],
            np.eye(len(figure.rig.names))[[figure.rig.names.index("upperarm01.L")]],
        )[0]

    def worn(self) -> tuple[ClothMesh, Atlas]:
        """Everything as one mesh, and its picture."""
        meshes = []
        if self.who.outer == "none":
            meshes += self._alone()
        else:
            meshes += self._below() + self._over()
        return whole(meshes), self._painted()

    # -- layers ---------------------------------------------------------------

    def _inner_shell(self, loose: bool) -> Shell:
        body = self.body
        # wrists turn inside their cuffs, which therefore stand off a little
        clearance = 0.0045 + 0.0060 * np.clip((body.along - 1.6) / 0.2, 0, 1)
        if loose:
            clearance += 0.004 * np.clip(body.arm * (2.2 - body.along), 0, 1)
            clearance -= self._slim_arms
            return draped(body, clearance, 10, self._folds(0.8))
        return draped(body, clearance, 6)

    @property
    def _collar_room(self) -> float:
        """Between neck and outer garment, metres: a shirt's collar needs more."""
        return 0.0125 if self.top in ("shirt", "polo", "turtleneck") or self.who.scarf else 0.0070

    def _outer_shell(self) -> Shell:
        body = self.body
        knit = self.who.outer == "cardigan"
        clearance = np.full(len(body.points), 0.010 if knit else 0.0125)
        clearance -= 0.002 * np.clip(body.arm, 0, 1) + self._slim_arms
        clearance += 0.0035 * np.clip((body.along - 1.5) / 0.4, 0, 1)
        throat = np.clip((body.points[:, 2] - self.neck.z + 0.03) / 0.03, 0, 1)
        throat *= np.clip((0.10 - np.abs(body.points[:, 0])) / 0.02, 0, 1)
        clearance += throat * (self._collar_room - clearance)
        if not knit:  # a shoulder's pad: square it a little, and let it end round
            off = (np.abs(body.points[:, 0]) - self.shoulder[0] + 0.012) / 0.050
            high = (body.points[:, 2] - self.shoulder[2] - 0.035) / 0.035
            back = (body.points[:, 1] - self.shoulder[1]) / 0.06
            clearance += 0.004 * np.exp(-(off**2) - high**2 - back**2)
        return draped(body, clearance, 14, self._folds(0.7 if knit else 1.0))

    @property
    def _slim_arms(self) -> Floats:
        """(n,) by how much upper sleeves lie closer, metres: no skin is drawn in them."""
        body = self.body
        by = np.interp(body.along, [0.30, 0.7, 1.1, 1.5], [0.020, 0.011, 0.004, 0.0])
        beside = (np.abs(body.points[:, 0]) - self.shoulder[0] + 0.045) / 0.055
        return by * np.clip(3 * body.arm, 0, 1) * np.clip(beside, 0, 1)

    def _folds(self, strength: float) -> Floats:
        """(n,) displacements of the folds that a silhouette shows, metres."""
        body = self.body
        arm = np.clip(body.arm * 2 - 0.6, 0, 1)
        bend = np.exp(-(((body.along - 1.02) / 0.30) ** 2))
        wave = np.cos(2 * np.pi * (body.along * 3.3 + 0.35 * body.around))
        inner = 0.35 + 0.65 * body.around
        result = 0.0034 * arm * bend * inner * wave
        hang = np.clip(body.along, 0, 1) * np.clip(1.9 - body.along, 0, 1)
        result += 0.004 * arm * hang * np.clip(body.around - 0.3, 0, 1)
        wrist = np.exp(-(((body.along - 1.75) / 0.18) ** 2))
        result += 0.0010 * arm * wrist * np.sin(2 * np.pi * (body.along * 5.5 + body.around))
        x, z = np.abs(body.points[:, 0]), body.points[:, 2] - self.neck.z
        trunk = 1 - np.clip(body.arm * 3, 0, 1)
        waist = np.exp(-(((z - self.button) / 0.07) ** 2))
        result += 0.0022 * trunk * waist * np.sin((z - 0.5 * x) * 95)
        return strength * result

    def _neck_cut(self, shell: Shell) -> Floats:
        """Positive below a garment's neckline."""
        p = shell.points
        angle = np.arctan2(p[:, 0], self.neck.y - p[:, 1])
        front, back = {
            "shirt": (-0.004, 0.040),
            "polo": (-0.004, 0.040),
            "turtleneck": (0.0, 0.040),
            "crew": (-0.020, 0.020),
            "blouse": (-0.015, -0.005),
        }[self.top]
        keep = self.neck.rim(angle, front, back) - p[:, 2]
        if self.top == "blouse":
            keep = np.minimum(keep, self._slit(p, 0.120, 0.076))
        if self._open_shirt:
            keep = np.minimum(keep, self._slit(p, 0.070, 0.042))
        return keep

    @property
    def _open_shirt(self) -> bool:
        return self.top in ("shirt", "polo") and self.who.tie is None

    def _slit(self, points: Floats, deep: float, half: float) -> Floats:
        """Positive beside a V that opens upward in front."""
        z = points[:, 2] - self.neck.z
        share = np.clip((z + deep) / deep, -0.5, 1.6)
        wide = half * np.sign(share) * np.abs(share) ** 0.85
        behind = np.clip((points[:, 1] - self.neck.y + 0.015) / 0.02, 0, 1)
        return np.abs(points[:, 0]) - wide + 0.1 * behind

    def _above_lap(self, shell: Shell) -> Floats:
        """Positive where the desk does not hide the trunk from any seat, and above the thighs."""
        p = shell.points
        low = np.maximum(_LAP_M, _DESK_EDGE[1] - _STEEPEST * (p[:, 1] - _DESK_EDGE[0]))
        # where the thighs begin, the cloth turns from the belly's front to their tops
        lap = 0.1 * (0.5 - shell.normals[:, 2]) + np.clip(10 * (p[:, 2] - _THIGH_M), 0, 1)
        return np.where(shell.arm > 0.3, 1.0, np.minimum(p[:, 2] - low, lap))

    def _below(self) -> list[ClothMesh]:
        """What shows of the garment under the outer one: front, neckline, cuffs."""
        shell = self._inner_shell(loose=False)
        p = shell.points
        z = p[:, 2] - self.neck.z
        wide = garments.opening_half(z, self.button, self.side) + 0.045
        front = np.minimum(wide - np.abs(p[:, 0]), z - self.button + 0.06)
        front = np.minimum(front, np.where(p[:, 1] > self.neck.y, z + 0.05, 1.0))
        cuff = np.minimum(_CUFF_END - shell.along, shell.along - 1.80) * 0.2
        cuff = np.where(shell.arm > 0.5, cuff, -0.1)
        if self.top not in ("shirt", "blouse"):
            cuff = np.full(len(p), -0.1)
        keep = np.maximum(np.minimum(front, self._neck_cut(shell)), cuff)
        left, rim = cut(shell, keep)
        return self._cut_cloth(left, rim, "inner", 0.0032) + self._neckline(left)

    def _over(self) -> list[ClothMesh]:
        """Jacket or cardigan."""
        shell = self._outer_shell()
        p = shell.points
        z = p[:, 2] - self.neck.z
        wide = garments.opening_half(z, self.button, self.side)
        behind = np.clip((p[:, 1] - self.neck.y - 0.004) / 0.02, 0, 1)
        keep = np.abs(p[:, 0]) - wide + 0.2 * behind
        angle = np.arctan2(p[:, 0], self.neck.y - p[:, 1])
        # beside the roll the shoulder stays: only what would stand at the neck itself goes
        clear = np.clip(np.hypot(p[:, 0], p[:, 1] - self.neck.y) - self.side - 0.012, 0, 1)
        keep = np.minimum(keep, self.neck.rim(angle, -0.024, 0.020) - p[:, 2] + 0.5 * clear)
        keep = np.where(z < self.button - 0.01, 0.05, keep)
        keep = np.minimum(keep, np.where(shell.arm > 0.5, (_SLEEVE_END - shell.along) * 0.2, 1.0))
        keep = np.minimum(keep, self._above_lap(shell))
        left, rim = cut(shell, keep)
        meshes = self._cut_cloth(left, rim, "front", 0.007)
        room = self._collar_room
        roll = garments.roll_line(
            self.neck, shell, self.button, self.side, room + 0.004, 0.042 if room > 0.01 else 0.026
        )
        if self.who.outer == "jacket":
            meshes += garments.lapels(self.neck, shell, roll, self.button)
            places = [(-0.004, self.button - 0.016), (-0.004, self.button - 0.105)]
            size = 0.0088
        else:
            meshes += garments.knit_band(self.neck, shell, roll, 0.024, self._band_box)
            places = [(0.010, self.button - 0.012 - 0.075 * i) for i in range(2)]
            size = 0.0080
        return meshes + self._buttons(left, places, size, 0.55)

    def _alone(self) -> list[ClothMesh]:
        """A top with nothing over it."""
        shell = self._inner_shell(loose=True)
        keep = self._neck_cut(shell)
        sleeve = np.where(shell.arm > 0.5, (1.95 - shell.along) * 0.2, 1.0)
        keep = np.minimum(np.minimum(keep, sleeve), self._above_lap(shell))
        left, rim = cut(shell, keep)
        meshes = self._cut_cloth(left, rim, "front", 0.004)
        meshes += self._neckline(left)
        if self.top in ("shirt", "polo"):
            first = -0.082 if self._open_shirt else -0.045
            number = 2 if self.top == "polo" else 4
            places = [(0.0, first - 0.078 * i) for i in range(number)]
            meshes += self._buttons(left, places, 0.0050, 0.9)
        return meshes

    def _neckline(self, shell: Shell) -> list[ClothMesh]:
        meshes: list[ClothMesh] = []
        if self.top in ("shirt", "polo"):
            opened = 1.0 if self._open_shirt else 0.0
            meshes += garments.shirt_collar(self.neck, shell, opened)
            if self.who.tie is not None:
                meshes += garments.necktie(self.neck, shell, self.button - 0.02)
        elif self.top == "turtleneck":
            meshes.append(garments.band_collar(self.neck, shell, -0.010, 0.030, 0.044))
        elif self.top == "crew":
            meshes.append(garments.band_collar(self.neck, shell, -0.026, 0.014, 0.018))
        if self.who.scarf is not None:
            meshes += garments.scarf(self.neck, shell)
        return meshes

    @property
    def _band_box(self) -> str:
        """The swatch that a cardigan's band takes, which knitted collars leave free."""
        return "accent" if self.top in ("crew", "turtleneck") else "band"

    def _buttons(
        self, shell: Shell, places: list[tuple[float, float]], size: float, tone: float
    ) -> list[ClothMesh]:
        at = shell.front(
            np.array([x for x, _ in places]), self.neck.z + np.array([z for _, z in places])
        )
        _, normal, _ = shell.around_of(at)
        return [
            garments.button(p + 0.0015 * n, n, shell, size, tone)
            for p, n in zip(at, normal, strict=True)
        ]

    def _cut_cloth(self, shell: Shell, rim: np.ndarray, box: str, depth: float) -> list[ClothMesh]:
        """A cut shell with its places in the picture, and the thickness of its cut edge."""
        shade = self._hollows(shell)
        triangles = shell.triangles
        span = INNER_M if box == "inner" else FRONT_M
        x, z = shell.points[:, 0], shell.points[:, 2] - self.neck.z
        front = place(box, x / span + 0.5, (TOP_M - z) / span)
        name = "shirt" if box == "inner" else "outer"
        behind = swatch(name, x, z)
        sleeve = (
            swatch(name, shell.around * 0.2, shell.along * 0.3)
            if box == "inner"
            else place("sleeve", shell.around, (shell.along + 0.25) / 2.25)
        )
        # three charts: vertices on their borders are doubled
        on_arm = shell.arm[triangles].mean(axis=1) > 0.5
        facing = shell.normals[triangles].mean(axis=1)[:, 1] < 0.15
        meshes = []
        for chosen, uv in (
            (~on_arm & facing, front),
            (~on_arm & ~facing, behind),
            (on_arm, sleeve),
        ):
            used, local = np.unique(triangles[chosen], return_inverse=True)
            if not len(used):
                continue
            meshes.append(
                ClothMesh(
                    shell.points[used],
                    shell.normals[used],
                    local.reshape(-1, 3),
                    shell.weights[used],
                    uv[used],
                    shade[used],
                )
            )
        uv = np.where((shell.normals[:, 1] < 0.15)[:, None], front, behind)
        uv = np.where((shell.arm > 0.5)[:, None], sleeve, uv)
        if len(rim):
            # a sleeve's end is closed down to the wrist, so that nobody looks into it
            deep = np.where(shell.along > 1.5, 0.020, depth)
            meshes.append(hem(shell, rim, uv, shade, deep))
        return meshes

    def _hollows(self, shell: Shell) -> Floats:
        """(n,) light that reaches armpits, inner elbows and the sides under the arms."""
        p = shell.points
        shade = np.ones(len(p))
        for sign in (1.0, -1.0):
            pit = self.shoulder * (sign, 1, 1) + np.array([-sign * 0.030, -0.01, -0.095])
            shade *= 1 - 0.30 * np.exp(-((np.linalg.norm(p - pit, axis=1) / 0.055) ** 2))
        arm = np.clip(shell.arm * 2 - 0.5, 0, 1)
        inner = np.clip(shell.around - 0.35, 0, 1)
        shade *= 1 - 0.42 * arm * inner * np.exp(-(((shell.along - 1.0) / 0.22) ** 2))
        shade *= 1 - 0.30 * arm * inner * np.clip(1 - shell.along, 0, 1)
        low = np.clip((self.neck.z - 0.20 - p[:, 2]) / 0.25, 0, 1)
        side = np.clip((np.abs(p[:, 0]) - 0.06) / 0.10, 0, 1)
        return shade * (1 - 0.30 * (1 - arm) * low * side)

    # -- the picture ------------------------------------------------------------

    def _painted(self) -> Atlas:
        who, rng = self.who, self.rng
        atlas = Atlas()
        kind = {"jacket": "wool", "cardigan": "knit"}
        usual = {"shirt": "cotton", "blouse": "satin", "polo": "knit", "turtleneck": "knit"}
        top_kind = who.top_cloth or usual.get(self.top, "knit")
        outer_kind = kind.get(who.outer, top_kind)
        outer_color = who.shirt if who.outer == "none" else who.jacket
        texel = FRONT_M / 1024
        front = View.of(512, FRONT_M)
        picture = cloth(outer_kind, outer_color, (1024, 1024), rng, texel)
        atlas.paint("front", picture * enlarged(self._front_shade(front))[..., None])
        inner = View.of(512, INNER_M)
        picture = cloth(top_kind, who.shirt, (512, 512), rng, texel)
        atlas.paint("inner", picture * self._inner_shade(inner)[..., None])
        picture = cloth(outer_kind, outer_color, (1024, 512), rng, texel)
        atlas.paint("sleeve", picture * enlarged(self._sleeve_shade())[..., None])
        shape = (256, 256)
        atlas.paint("outer", cloth(outer_kind, outer_color, shape, rng, texel) * 1.03)
        atlas.paint("shirt", cloth(top_kind, who.shirt, shape, rng, texel))
        accent = who.tie or who.scarf or who.shirt
        atlas.paint("accent", cloth("stripe" if who.tie else "dots", accent, shape, rng, texel))
        atlas.paint("band", cloth("rib", who.shirt, shape, rng, texel))
        if who.outer == "cardigan":
            atlas.paint(self._band_box, cloth("rib", who.jacket, shape, rng, texel))
        return atlas

    def _front_shade(self, view: View) -> Floats:
        """Folds, seams and the shadows of lapels over the outer garment's front."""
        x, z = view.x, view.z
        texel = view.span / len(x)
        height = np.zeros_like(x)
        b = self.button
        tension = 0.0009 if self.who.outer == "jacket" else 0.0003
        # pulls that run from the buttoned point, and from the armpits across the chest
        for sign in (1.0, -1.0):
            dx, dz = sign * x - 0.012, z - b
            far, turn = np.hypot(dx, dz), np.arctan2(dz, dx)
            pull = np.exp(-far / 0.075) * np.clip(far / 0.03, 0, 1) * (dx > -0.01)
            height += tension * pull * np.cos(turn * 5 + 1.2 * sign)
            # soft diagonals from the armpit toward the chest
            dx = self.shoulder[0] - 0.01 - sign * x
            dz = z - (self.shoulder[2] - self.neck.z) + 0.06
            along, off = 0.75 * dx - 0.66 * dz, 0.66 * dx + 0.75 * dz
            near = np.exp(-((along - 0.05) ** 2) / 0.0016 - (off / 0.05) ** 2)
            height += 0.0011 * near * np.cos(off * 190 + 40 * dx**2)
        grain = noise(len(x), 45, self.rng) * 0.0016 + noise(len(x), 20, self.rng) * 0.0004
        height += grain
        armhole = np.clip((self.shoulder[0] - 0.005 - np.abs(x)) / 0.06, 0, 1)
        low = np.clip((self.shoulder[2] - self.neck.z - 0.11 - z) / 0.05, 0, 1)
        shade = 1 + (relief(height, texel, 3.2) - 1) * np.maximum(armhole, low)
        if self.who.outer == "jacket":
            outline = [(-0.002, b - 0.01), (0.034, b + 0.006), (0.070, b + 0.07),
                       (0.101, b + 0.13), (0.116, -0.112), (0.122, -0.086), (0.108, -0.074),
                       (0.112, -0.046), (0.114, 0.0), (0.10, 0.09), (-0.002, 0.09)]  # fmt: skip
            soft = view.shadow(outline, 0.0055, 0.004)
            shade *= 1 - 0.50 * soft
            pocket = np.exp(-(((z + 0.165 - 0.12 * (x - 0.11)) / 0.0010) ** 2))
            welt = np.exp(-(((z + 0.155 - 0.12 * (x - 0.11)) / 0.0010) ** 2))
            here = (x > 0.075) & (x < 0.150)
            shade *= 1 - (0.40 * pocket + 0.22 * welt) * here
            dart = np.exp(-(((np.abs(x) - 0.088 + 0.04 * (z + 0.2)) / 0.0009) ** 2))
            shade *= 1 - 0.20 * dart * (z < -0.17)
        if self.who.outer != "none":
            edge = np.exp(-(((x - 0.012) / 0.0011) ** 2)) * (z < b)
            beside = np.exp(-np.clip((x - 0.012) / 0.007, 0, None)) * (x > 0.012) * (z < b)
            shade *= 1 - 0.55 * np.maximum(edge, 0.55 * beside)
        else:
            shade *= self._placket(view)
        return shade

    def _placket(self, view: View) -> Floats:
        """Shade of a buttoned front's folded edge, and of the collar's leaves on it."""
        if self.top not in ("shirt", "polo"):
            return np.ones_like(view.x)
        tip = (0.066, -0.056) if self._open_shirt else (0.042, -0.050)
        leaf = [(0.030 * self._open_shirt, 0.0), tip, (0.085, 0.0), (0.07, 0.06), (0.0, 0.06)]
        soft = 1 - 0.38 * view.shadow(leaf, 0.0035, 0.0045)
        low = -0.20 if self.top == "polo" else -1.0
        lines = np.exp(-(((np.abs(view.x) - 0.015) / 0.0008) ** 2))
        if self.who.tie is not None:
            return soft
        return soft * (1 - 0.22 * lines * (view.z > low) * (view.z < -0.02))

    def _inner_shade(self, view: View) -> Floats:
        """Folds and what the outer garment and a collar shade of the one below."""
        x, z = view.x, view.z
        texel = view.span / len(x)
        height = noise(len(x), 80, self.rng) * 0.0012
        height += 0.0007 * np.sin(x * 130 + 5 * np.sin(z * 25 + 1)) * np.clip(-z / 0.1, 0, 1)
        shade = relief(height, texel, 2.6)
        wide = garments.opening_half(z, self.button, self.side)
        near = np.clip((np.abs(x) - wide + 0.016) / 0.016, 0, 1) * np.clip(-z / 0.06, 0, 1)
        shade *= 1 - 0.55 * near**1.5
        if self.who.tie is not None:
            share = np.clip((-0.03 - z) / 0.27, 0, 1)
            blade = 0.0145 + 0.022 * share
            beside = np.exp(-np.clip(np.abs(x) - blade, 0, None) / 0.006) * (z < 0.0)
            shade *= 1 - 0.42 * beside
        if self.top == "blouse":
            share = np.clip((z + 0.12) / 0.12, -0.5, 1.6)
            off = np.abs(x) - 0.076 * np.sign(share) * np.abs(share) ** 0.85
            shade *= 1 - 0.20 * np.exp(-(((off - 0.010) / 0.0010) ** 2)) * (z > -0.14)
        return shade * self._placket(view)

    def _sleeve_shade(self) -> Floats:
        """Folds at the elbow, below the shoulder and before the cuff, half way round."""
        row, column = np.mgrid[0:512, 0:256]
        along = (row + 0.5) / 512 * 2.25 - 0.25
        around = (column + 0.5) / 256
        bend = np.exp(-(((along - 1.0) / 0.22) ** 2))
        wavy = noise(512, 75, self.rng)[:, :256] * 0.6
        folds = np.cos(2 * np.pi * (along * 5.0 + 0.9 * around + wavy))
        height = 0.0019 * bend * (0.6 + 0.8 * np.abs(wavy)) * (0.25 + 0.75 * around) * folds
        cuff = np.exp(-(((along - 1.78) / 0.16) ** 2))
        height += 0.0006 * cuff * np.cos(2 * np.pi * (along * 7 - 1.2 * around + wavy))
        top = np.exp(-(((along - 0.25) / 0.25) ** 2))
        height += 0.0004 * top * np.cos(2 * np.pi * (around * 2.2 + along * 1.2 + wavy))
        height += noise(512, 55, self.rng)[:, :256] * 0.0015
        # plain where it meets the trunk, which is painted apart
        shade = 1 + (relief(height, 0.001, 2.6) - 1) * np.clip((along - 0.10) / 0.30, 0, 1)
        end = np.exp(-(((along - 1.88) / 0.004) ** 2))
        return shade * (1 - 0.18 * end)
