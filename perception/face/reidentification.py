"""Whether a face is the same person's as before: a light signature, kept for one session only.

A signature says nothing of who somebody is. It is a handful of ratios of the face and of colours
relative to the skin, good enough to tell the candidate who comes back from somebody who takes their
chair under the same camera on the same day, and it is forgotten with the session. It is not written
to the record.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Signature = NDArray[np.float32]
"""(35,) ratios of the face (15), colour of the skin (2), colours of six regions against it (3
each); NaN where a region lies outside the picture."""

SAME_PERSON = 1.6
"""Distance (spreads of one person's own signatures) up to which two faces are one person's.

Measured with the first half of a clip remembered, three looks' median, and every look under a light
of its own (brightness 0.75 to 1.3, each colour 0.95 to 1.05). 15 real clips of 13 people, four of
them against one wall in one light: 2.3 % of looks at the same person lie farther, 0.1 % of those at
another nearer. 20 drawn people in one room: 0.7 % and 3 %; they resemble one another more."""

_CLIP = 5.0
"""Spreads beyond which a single figure counts no more: a hand before the mouth is no new mouth."""

# Standard deviation of each figure within one clip of one person, in the measurement above.
# fmt: off
_SPREAD = np.array([
    0.024, 0.0165, 0.029, 0.0265, 0.040, 0.017, 0.0375, 0.0093, 0.027, 0.0093, 0.0135, 0.0187,
    0.034, 0.0153, 0.0055,
    0.100, 0.096,  # skin
    0.136, 0.109, 0.565,  # hair above
    0.148, 0.096, 0.331,  # beside the temples
    0.109, 0.121, 0.242,  # clothes
    0.063, 0.071, 0.115,  # brows
    0.089, 0.071, 0.092,  # lips
    0.064, 0.057, 0.128,  # chin
], np.float32)
# fmt: on

_GRID = np.stack(np.meshgrid([-1.0, 0.0, 1.0], [-1.0, 0.0, 1.0]), axis=-1).reshape(-1, 2)

_TOP, _CHIN, _RIGHT, _LEFT = 10, 152, 234, 454


def signature(image: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> Signature:
    """The signature of a face in one picture.

    Args:
        image: (H, W, 3) RGB.
        landmarks: (478, 3) pixels of that picture, in the mesh's numbering.
    """
    return np.concatenate([_ratios(landmarks), _colours(image, landmarks)]).astype(np.float32)


def apart(one: Signature, other: Signature) -> float:
    """How far two signatures lie from one another, in spreads of one person's own.

    The root mean square of the differences, each over its spread within people.
    """
    ratio = np.minimum(np.abs(one - other) / _SPREAD, _CLIP)
    return float(np.sqrt(np.nanmean(ratio * ratio)))


def _ratios(landmarks: NDArray[np.float32]) -> NDArray[np.float64]:
    """(15,) logarithms of ratios that an expression changes little, in the head's own axes."""
    points = landmarks.astype(np.float64)
    x = points[_LEFT] - points[_RIGHT]
    width = float(np.sqrt(x @ x))
    x /= width
    y = points[_TOP] - points[_CHIN]
    y -= (y @ x) * x
    height = float(np.sqrt(y @ y))
    y /= height
    z = np.cross(x, y)

    def between(a: int, b: int) -> float:
        step = points[a] - points[b]
        return float(np.sqrt(step @ step))

    eyes = points[[33, 133, 362, 263]].mean(axis=0)
    brows = points[[105, 52, 334, 282]].mean(axis=0)
    cheeks = points[[50, 280]].mean(axis=0)
    return np.log(
        [
            height / width,
            between(33, 263) / width,
            between(133, 362) / between(33, 263),
            between(168, 2) / height,
            between(98, 327) / width,
            between(172, 397) / width,
            between(2, _CHIN) / height,
            0.5 + float((brows - eyes) @ y) / height,
            between(_TOP, 168) / height,
            0.5 + abs(float((points[1] - points[168]) @ z)) / width,
            between(58, 288) / width,
            0.1 + abs(float((eyes - cheeks) @ y)) / height,
            between(105, 334) / width,
            0.5 + abs(float((points[2] - points[0]) @ y)) / height,
            between(136, 365) / between(172, 397),
        ]
    )


def _colours(image: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> NDArray[np.float64]:
    """(20,) red and blue against green of the skin; the same and the light of six regions, all
    against the skin's, so that neither a lamp's brightness nor its colour counts much."""
    points = landmarks[:, :2].astype(np.float64)
    up = points[_TOP] - points[_CHIN]
    across = points[_LEFT] - points[_RIGHT]
    high = float(np.sqrt(up @ up))
    out = 0.12 * (points[356] - points[127])
    fine, coarse = 0.015 * high, 0.04 * high
    top, chin = points[_TOP], points[_CHIN]
    regions = [
        (points[[50, 280, 151, 4, 101, 330]], coarse),  # skin: cheeks, forehead, nose
        (_rows(top + 0.26 * up, 0.08 * up, 0.15 * across), coarse),  # hair above the forehead
        (
            np.array([points[127] - out, points[356] + out]).repeat(2, axis=0)
            + np.array([0.0, 0.12, 0.0, 0.12])[:, None] * up,
            coarse,
        ),  # hair or wall beside the temples
        (_rows(chin - 0.5 * up, 0.12 * up, 0.4 * across), coarse),  # clothes
        (points[[105, 334, 66, 296]], fine),  # brows
        (points[[0, 17, 61, 291]], fine),  # lips
        (np.vstack([chin + 0.06 * up, points[[199, 18, 200]]]), coarse),  # chin, bearded or not
    ]
    found = np.full((len(regions), 3), np.nan)
    bounds = np.array([image.shape[1], image.shape[0]])
    for number, (anchors, reach) in enumerate(regions):
        at = np.rint(anchors[:, None, :] + reach * _GRID).astype(int).reshape(-1, 2)
        inside = ((at >= 0) & (at < bounds)).all(axis=1)
        if 2 * int(inside.sum()) >= len(at):
            x, y = at[inside].T
            found[number] = np.median(image[y, x], axis=0)
    light = np.log((found / 255.0) ** 2.2 + 0.01)
    tint = light[:, [0, 2]] - light[:, 1:2]
    level = light.mean(axis=1)
    against = np.column_stack([tint[1:] - tint[0], level[1:] - level[0]])
    return np.concatenate([tint[0], against.ravel()])


def _rows(
    middle: NDArray[np.float64], up: NDArray[np.float64], across: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(9, 2) a grid of three by three points round a middle."""
    steps = [v * up + h * across for v in (-1, 0, 1) for h in (-1, 0, 1)]
    return middle + np.array(steps)


@dataclass(slots=True)
class Portrait:
    """What is remembered of one person: signatures that differ from one another."""

    kept: list[Signature] = field(default_factory=list)
    most: int = 12
    """Signatures kept; the first ones stay, of the others the oldest goes."""
    novel: float = 1.0
    """Distance from all that are kept at which a signature is worth keeping."""

    def add(self, seen: Signature) -> None:
        """Remembers a signature of the person, if it tells something new."""
        if self.kept and self.apart(seen) < self.novel:
            return
        if len(self.kept) >= self.most:
            del self.kept[self.most // 3]
        self.kept.append(seen)

    def apart(self, seen: Signature) -> float:
        """Distance to the nearest signature of this person; infinite when nothing is kept."""
        return min((apart(seen, one) for one in self.kept), default=float("inf"))
