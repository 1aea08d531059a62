"""The albedo of a face: skin's colours by region, lips, folds, and how its relief catches light."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from game.bake.facehair import beard, brows
from game.bake.headchart import SIZE, FaceMap, Field
from game.bake.mesh import noise
from game.bake.scalp import hair_cover, root_color

Triple = tuple[float, float, float]


class FacePaint:
    """Paints one head.

    Args:
        face: where everything is.
    """

    def __init__(self, face: FaceMap) -> None:
        self.face = face
        self.who = face.figure.who
        self.rng = face.figure.rng
        self.base = np.array(self.who.skin, np.float32)
        self.pale = float(np.clip((self.base.mean() - 0.28) / 0.45, 0, 1))
        """0 for the darkest skin, 1 for the lightest."""
        self.skin: Field = np.empty((SIZE, SIZE, 3), np.float32)
        self.relief: Field = np.zeros((SIZE, SIZE), np.float32)
        """Height over the smooth skin, in tenths of a millimetre."""

    def paint(self) -> NDArray[np.uint8]:
        """(SIZE, SIZE, 4) colour, and gloss in alpha."""
        self.skin[:] = self.base
        self._zones()
        self._mottle()
        self._hollows()
        self._folds()
        self._spots()
        grain = self._pores()
        self._emboss()
        shaved = beard(self.face, self.skin)
        lips = self._lips()
        self._rims()
        at = (a.astype(np.float64) for a in (self.face.x, self.face.y, self.face.z))
        cover = hair_cover(self.face.figure, *at).astype(np.float32)
        ragged = self._noise(2) * 0.12 * (cover > 0.02) * (cover < 0.98)
        hair = np.clip(cover + ragged, 0, 1)[..., None]
        self.skin += (root_color(self.face.figure).astype(np.float32) - self.skin) * hair
        brow = brows(self.face, self.skin)
        matt = np.maximum(np.maximum(hair[..., 0], brow * 0.7), shaved * 0.75)
        out = np.empty((SIZE, SIZE, 4), np.uint8)
        # a little noise in place of steps between neighbouring values
        dither = self.rng.random((SIZE, SIZE, 1), dtype=np.float32)
        out[..., :3] = np.clip(self.skin * 255 + dither, 0, 255)
        out[..., 3] = np.clip(self._gloss(grain, lips) * (1 - matt) * 255, 0, 255)
        return out

    def _noise(self, cell: int) -> Field:
        return noise(SIZE, cell, self.rng).astype(np.float32)

    def _tone(self, amount: NDArray, change: Triple) -> None:
        """Multiplies skin by 1 + change where amount is 1."""
        for i in range(3):
            self.skin[..., i] *= 1 + amount * np.float32(change[i])

    def _zones(self) -> None:
        """Foreheads are yellower, the middle of a face is redder, jaws are greyer.

        And what the sun reaches differs from what it does not: on dark skin the face's edges,
        the eyes' surroundings and the mouth's are deeper, on pale skin blood shows at the middle.
        """
        face, who, pale = self.face, self.who, self.pale
        high = face.spot(0, 0.060, 0.060, 0.026)
        self._tone(high, (0.025, 0.015 + 0.02 * (1 - pale), -0.02))
        middle = face.spot(0, -0.03, 0.050, 0.030)
        self._tone(middle, (0.035, 0.010 + 0.02 * (1 - pale), 0.0))
        low = face.spot(0, face.mouth_z - 0.02, 0.05, 0.028) * (1.0 - who.sex)
        self._tone(low, (-0.045, -0.03, -0.015))
        edge: NDArray = np.clip((face.y - 0.030) / 0.045, 0, 1) * (face.z > -0.13)
        deep = 1 - pale
        self._tone(edge, (-0.03 - 0.05 * deep, -0.04 - 0.07 * deep, -0.03 - 0.06 * deep))
        if deep > 0.2:
            for spot in (
                face.spot(face.ipd * 1.25, -0.030, 0.018, 0.013),
                face.spot(0, 0.050, 0.034, 0.016),
                face.spot(0, -0.015, 0.007, 0.022),
            ):
                self._tone(spot, (0.11 * deep, 0.10 * deep, 0.06 * deep))
            around = face.spot(0, face.mouth_z, 0.034, 0.017)
            self._tone(around, (-0.09 * deep, -0.10 * deep, -0.08 * deep))
        flush = self._flush() * who.blush
        self._tone(flush, (0.03 * pale + 0.02, -0.075 * pale - 0.015, -0.070 * pale - 0.02))

    def _flush(self) -> Field:
        """Where blood shows: cheeks, nose tip, ears, chin."""
        face = self.face
        patchy = 1 + 0.5 * self._noise(22) + 0.35 * self._noise(9)
        cheek = face.spot(face.ipd * 1.36, -0.034, 0.021, 0.016)
        cheek += 0.5 * face.spot(face.ipd * 1.75, -0.028, 0.018, 0.020)
        nose = face.spot(0, float(face.nose[2]), 0.015, 0.011) * 0.75
        ears = 0.7 * face.ears
        chin = face.spot(0, face.mouth_z - 0.034, 0.015, 0.011) * 0.45
        return np.asarray((cheek + nose + chin) * np.clip(patchy, 0, 2) + ears, np.float32)

    def _mottle(self) -> None:
        """Blood and pigment under the skin are uneven at every scale."""
        wear = self.who.wear
        blood = 0.6 * self._noise(40) + 0.5 * self._noise(16) + 0.35 * self._noise(7)
        self._tone(blood * (0.7 + 0.6 * wear), (0.010, -0.028, -0.026))
        tan = 0.6 * self._noise(70) + 0.4 * self._noise(24)
        self._tone(tan, (0.022, 0.024, 0.014))

    def _hollows(self) -> None:
        """Lids, under-eyes, nose's sides, temples, under the cheekbones, the lips' corners."""
        face, wear, deep = self.face, self.who.wear, 1 - self.pale
        socket = np.clip(face.lids, 0, 1) * 0.55 + 0.45 * face.spot(face.ipd, 0.007, 0.019, 0.010)
        self._tone(socket, (-0.06 - 0.03 * wear, -0.10 - 0.03 * wear, -0.09 - 0.02 * wear))
        inner = face.spot(face.ipd * 0.46, 0.002, 0.006, 0.011)
        self._tone(inner, (-0.11, -0.16, -0.14))
        under = face.spot(face.ipd * 0.90, -0.0165, 0.015, 0.0055)
        w = 0.35 + 1.0 * wear
        self._tone(under, (-0.07 * w, -0.10 * w, -0.045 * w))
        wing = float(face.nose[2])
        side = face.spot(0.0145, -0.014, 0.0045, 0.014)
        self._tone(side, (-0.08, -0.11, -0.11))
        crease = face.spot(face.wing + 0.0012, wing - 0.002, 0.0022, 0.0060)
        self._tone(crease, (-0.13, -0.19, -0.19))
        self._tone(face.spot(0, wing - 0.0125, 0.010, 0.0032), (-0.12, -0.17, -0.17))
        temple = face.spot(0.066, 0.025, 0.012, 0.024)
        bone = face.spot(0.053, -0.052, 0.011, 0.018)
        self._tone(temple + 1.5 * bone, (-0.06, -0.075, -0.07))
        groove = face.spot(0, (wing + face.mouth_z) / 2 - 0.003, 0.0028, 0.0065)
        self._tone(groove, (-0.04, -0.06, -0.06))
        corner = face.spot(face.mouth_half * 0.97, face.mouth_z, 0.0042, 0.0034)
        self._tone(corner, (-0.20, -0.26, -0.26))
        below = face.spot(0, face.mouth_z - 0.0155, 0.015, 0.0042)
        d = 1 + 0.3 * deep
        self._tone(below, (-0.09 * d, -0.13 * d, -0.13 * d))

    def _folds(self) -> None:
        """Lines of use, each a furrow with a lit lower rim: beside nose and mouth, round eyes."""
        face, wear = self.face, self.who.wear
        x, z = np.abs(face.x), face.z
        front = face.y < 0.065
        uneven = np.clip(0.75 + 0.5 * self._noise(26), 0.1, 1.4)
        bent = 0.0011 * self._noise(60) + 0.0005 * self._noise(20)
        wing = float(face.nose[2])
        t = np.clip((wing + 0.004 - z) / (wing + 0.004 - face.mouth_z + 0.006), 0, 1.2)
        line = x - (face.wing + 0.001 + (face.mouth_half - face.wing + 0.006) * t**1.25) + bent
        reach = np.clip((t - 0.02) / 0.15, 0, 1) * np.clip((1.15 - t) / 0.3, 0, 1) * front
        self._furrow(line, 0.0026, reach * (0.10 + 0.55 * wear) * uneven)
        self._furrow(line, 0.0008, reach * max(0.0, wear - 0.3) * 0.9 * uneven)
        # the eyelid's fold is on everybody; lines under and beside the eye come with years
        bag = z + 0.0135 + 4.5 * (x - face.ipd) ** 2 / 0.1 + bent
        near = np.clip(1 - np.abs(x - face.ipd * 0.95) / 0.017, 0, 1) * front
        self._furrow(bag, 0.0013, near * (0.10 + 0.5 * wear) * uneven)
        if wear < 0.15:
            return
        away = x - face.ipd - 0.018
        fan = np.clip(away / 0.004, 0, 1) * np.clip(1 - away / 0.016, 0, 1) * front
        for k, slope in enumerate((-0.42, -0.15, 0.14, 0.40)):
            ray = z + 0.003 + (1.5 - k) * 0.0017 - slope * np.clip(away, 0, 1) + bent * 0.5
            self._furrow(ray, 0.0006, fan * wear * 0.9 * uneven)
        for k, height in enumerate((0.047, 0.056, 0.0655)):
            wave = 0.0015 * np.cos(face.x * 55 + 1.7 * k) + bent * 1.6
            sides = np.clip((0.040 - x) / 0.016, 0, 1) * front
            patchy = np.clip(0.6 + 1.1 * self._noise(38), 0, 1.3)
            self._furrow(z - height - wave, 0.0009, sides * patchy * wear * 0.75)
        frown = np.clip(1 - np.abs(z - 0.019) / 0.010, 0, 1) * front
        self._furrow(x - 0.0058 + bent, 0.0008, frown * wear * 0.7)
        corner = face.mouth_z - z
        drop = np.clip(corner / 0.004, 0, 1) * np.clip(1 - corner / 0.026, 0, 1) * front
        marionette = x - face.mouth_half * 1.02 - 0.12 * corner + bent
        self._furrow(marionette, 0.0013, drop * max(0.0, wear - 0.25) * 0.9 * uneven)

    def _furrow(self, distance: NDArray, width: float, amount: NDArray) -> None:
        """A line that is deep where distance is 0, metres."""
        valley = np.exp(-((distance / np.float32(width)) ** 2)) * amount
        self.relief -= np.float32(2.6e3 * width) * valley * (0.35 if width > 0.002 else 1.0)
        self._tone(valley, (-0.10, -0.16, -0.16))

    def _spots(self) -> None:
        """Freckles, and on older skin flat brown marks."""
        face, rng, pale = self.face, self.rng, self.pale
        spots: Field = np.zeros((SIZE, SIZE), np.float32)
        wear = self.who.wear
        count = int(160 + 260 * max(0.0, wear - 0.3))
        x, y = rng.integers(SIZE // 8, SIZE * 7 // 8, count), rng.integers(0, SIZE, count)
        radius = rng.uniform(0.6, 1.5 + 2.0 * max(0.0, wear - 0.4), count)
        depth = rng.uniform(0.08, 0.5, count)
        for at, r, d in zip(np.column_stack([x, y]), radius, depth, strict=True):
            where = (int(at[0]) * 8, int(at[1]) * 8)
            cv2.circle(spots, where, int(r * 8), (float(d),), -1, cv2.LINE_AA, 3)
        soft = cv2.GaussianBlur(spots, (0, 0), 1.0) * (1 - np.clip(face.lips * 2, 0, 1))
        self._tone(soft, (-0.10 - 0.06 * (1 - pale), -0.16, -0.18))

    def _pores(self) -> Field:
        """Pits on nose and cheeks, fine cross-hatching elsewhere; returns a grain, mean 0."""
        face, rng = self.face, self.rng
        fine = rng.standard_normal((SIZE, SIZE), dtype=np.float32)
        fine = cv2.GaussianBlur(fine, (0, 0), 0.8) * 2.0
        small = self._noise(3)
        many = 0.55 + 0.6 * face.spot(face.ipd * 1.0, -0.030, 0.024, 0.020)
        many += 0.7 * face.spot(0, float(face.nose[2]), 0.016, 0.016)
        many += 0.25 * (1 - self.who.sex) + 0.35 * self.who.wear
        pits = np.clip(fine - 0.9, 0, None) * many
        self.relief -= pits * 0.55
        grain = fine * 0.5 + small * 0.5
        self.relief += grain * (0.14 + 0.14 * self.who.wear)
        self._tone(pits, (-0.05, -0.075, -0.08))
        return np.asarray(grain, np.float32)

    def _emboss(self) -> None:
        """Bakes the relief's shading under light from above and the picture's left.

        Per-vertex light knows nothing finer than the mesh; faces are nearly always lit from above.
        """
        down = cv2.Sobel(self.relief, cv2.CV_32F, 0, 1, ksize=3) / 8
        right = cv2.Sobel(self.relief, cv2.CV_32F, 1, 0, ksize=3) / 8
        shade = np.clip(0.16 * down + 0.09 * right, -0.22, 0.16)
        self.skin *= 1 + shade[..., None]

    def _lips(self) -> Field:
        """The vermilion: its edge is soft, its creases run up and down; returns where it is."""
        face, rng = self.face, self.rng
        lips = np.clip((face.lips - 0.22) / 0.56, 0, 1)
        lips = lips * lips * (3 - 2 * lips)
        columns = rng.standard_normal(260).astype(np.float32)
        knots = np.linspace(-0.04, 0.04, 260)
        crease = np.interp(
            face.x + 0.08 * (face.z - face.mouth_z) * np.sign(face.x), knots, columns
        )
        crease = crease.astype(np.float32) * (0.7 + 0.5 * self._noise(6))
        up = np.clip((face.z - face.mouth_z) / 0.003, 0, 1)
        seam = np.exp(-(((face.z - face.mouth_z) / np.float32(0.0024)) ** 2))
        full = np.exp(-(((face.z - face.mouth_z + 0.006) / np.float32(0.004)) ** 2))
        full = full * np.exp(-((face.x / np.float32(0.016)) ** 2))
        shade = 1 + 0.045 * crease - 0.13 * up - 0.20 * seam + 0.07 * full
        color = np.array(self.who.lips, np.float32) * shade[..., None]
        color[..., 1:] *= (1 - 0.05 * seam)[..., None]
        cover = (0.86 - 0.10 * np.clip(np.abs(face.x) / face.mouth_half, 0, 1)) * lips
        self.skin += (color - self.skin) * cover[..., None]
        # skin turns lighter just outside the upper lip, where its border is raised
        border = np.clip(face.lips * 4, 0, 1) * (1 - lips) * up
        self._tone(border * (1 - cover), (0.03, 0.03, 0.03))
        return np.asarray(lips, np.float32)

    def _rims(self) -> None:
        """Skin close to the eyeball: the rim that lashes grow from, and the nostrils' dark."""
        for side in ("L", "R"):
            away, middle = self.face.eye_distance(side)
            rim = np.exp(-((np.clip(away - 0.0009, 0, None) / np.float32(0.0012)) ** 2))
            upper = self.face.z > middle
            self._tone(rim * upper, (-0.50, -0.56, -0.56))
            self._tone(rim * ~upper, (-0.16, -0.30, -0.30))
        for x, y, z in nostrils(self.face):
            d = ((self.face.x - x) / 0.0040) ** 2 + ((self.face.y - y) / 0.0065) ** 2
            d = np.sqrt(d + ((self.face.z - z) / 0.0028) ** 2)
            hole = np.clip((1.2 - d) / 0.7, 0, 1)
            self._tone(hole, (-0.58, -0.70, -0.70))

    def _gloss(self, grain: Field, lips: Field) -> Field:
        """Oil gathers on forehead, nose and chin; cheeks are matt, lips and lids moist."""
        face = self.face
        gloss = 0.40 + 0.40 * face.spot(0, -0.024, 0.011, 0.030)
        gloss += 0.30 * face.spot(0, 0.050, 0.040, 0.022)
        gloss += 0.22 * face.spot(face.ipd * 1.25, -0.024, 0.017, 0.010)
        gloss += 0.25 * face.spot(0, face.mouth_z - 0.034, 0.014, 0.010)
        gloss += 0.18 * face.spot(face.ipd, 0.008, 0.017, 0.006) + 0.45 * lips
        gloss *= 1.0 + 0.35 * (1 - self.pale)
        return np.asarray(gloss * np.clip(1 + 0.38 * grain, 0.3, 1.8), np.float32)


def nostrils(face: FaceMap) -> NDArray[np.float64]:
    """(2, 3) middles of the nostrils' mouths, metres relative to the point between the eyes.

    Inside a nostril, skin looks at other skin a few millimetres away.
    """
    used = np.unique(face.chart.quads)
    points = face.figure.vertices[used] - face.eye
    near = (np.linalg.norm(points - face.nose, axis=1) < 0.035) & (np.abs(points[:, 0]) < 0.02)
    p, n = points[near], face.figure.normals[used][near]
    way = p[None] - p[:, None]
    distance = np.linalg.norm(way, axis=2) + 1e-9
    ahead = (way * n[:, None]).sum(axis=2)
    facing = n @ n.T
    seen = (ahead > 0.001) & (distance < 0.014) & (ahead > 0.75 * distance) & (facing < -0.3)
    inside = p[seen.any(axis=1) & (np.abs(p[:, 0]) > 0.003)]
    right, left = inside[inside[:, 0] < 0], inside[inside[:, 0] > 0]
    if not len(right) or not len(left):
        return np.empty((0, 3))
    return np.array([right.mean(axis=0), left.mean(axis=0)])
