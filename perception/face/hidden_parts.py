"""Which parts of a face something hides: a hand, a mask, dark glasses, hair, the picture's edge.

The face mesh draws a whole face whatever is seen of it, and guesses what is not. So each part is
looked at by itself: a picture of it, brought to one size and turned upright, is held against what
mouths, eyes and brows look like, by the directions of its edges (Dalal & Triggs 2005) and how far
its colours are from the skin's; a linear discriminant decides that this project trains
(``run.py models train hidden``). A part counts as hidden when it has looked so for most of a
second, and as seen again only when it clearly is.
"""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from perception.models.modelfile import MODELS, made_of

TRAINING = "hidden"
"""What ``models train`` calls the model of this module."""

Part = Literal["mouth", "eye_right", "eye_left", "brow_right", "brow_left"]
Kind = Literal["mouth", "eye", "brow"]

Floats = NDArray[np.float32]

PATCH = (64, 48)
"""(width, height) of a part's picture, pixels; its ends lie at a quarter and three quarters."""
_CELLS = (8, 6)
_DIRECTIONS = 8
_FAINT = 2.0
"""Edge strength beside which that of a plain surface is nothing."""

ENDS: Mapping[Part, tuple[int, int]] = {
    "mouth": (61, 291),
    "eye_right": (33, 133),
    "eye_left": (362, 263),
    "brow_right": (70, 107),
    "brow_left": (336, 300),
}
"""Landmarks at the ends of each part, image left first; right and left are the candidate's."""

OUTLINE: Mapping[Part, tuple[int, ...]] = {
    "mouth": (61, 291, 0, 17, 37, 267, 84, 314, 40, 270, 91, 321),
    "eye_right": (33, 133, 159, 145, 160, 158, 144, 153),
    "eye_left": (362, 263, 386, 374, 385, 387, 380, 373),
    "brow_right": (70, 63, 105, 66, 107, 46, 52, 55),
    "brow_left": (336, 296, 334, 293, 300, 285, 282, 276),
}
"""Landmarks along the edge of each part."""
_BARE = (10, 151, 9, 8, 6, 197, 195, 5, 50, 280, 117, 346, 205, 425)
"""Landmarks of forehead, nose and cheeks, where faces show skin."""
_CHROMA = 40.0
"""Difference of chroma (of 255) from which a colour is not the skin's at all."""
_OUTSIDE = 0.3
"""Share of a part's outline beyond the picture's edge from which it is not seen."""

LOOK_EVERY_S = 0.2
_LOOKS = 5
"""Looks of which the middle one decides: a second."""
_SOONEST = 3
_PLAIN = 0.08
"""Range of luma in the middle of a part, over that of the face, below which a surface lies there:
of the project's real faces the least was 0.13, of an eye that is shut."""
_UNLIKE = -2.0
"""Likeness of a plain surface, whose border may look like lips or lids."""
_LEAST_PX = 28.0
"""Pixels between the outer eye corners below which no part can be told from what hides it."""
_TURNED_DEG = 35.0
"""Degrees of yaw or pitch beyond which parts look another way; what was known then stands."""


@dataclass(frozen=True, slots=True)
class Discriminant:
    """Tells one kind of part from what hides it."""

    mean: Floats
    weights: Floats
    hidden_below: float
    """Likeness below which a part is hidden; a hundredth of the pictures of seen ones are."""
    seen_above: float
    """From which a hidden one is seen again."""

    def likeness(self, features: Floats) -> float:
        """How like the part it is; about 1 where it is seen, -1 where it is hidden."""
        return float((features - self.mean) @ self.weights)


def kind_of(part: Part) -> Kind:
    """Mouth, eye or brow."""
    kind: Kind = "mouth" if part == "mouth" else "eye" if part.startswith("eye") else "brow"
    return kind


def read_discriminants(path: Path | None = None) -> dict[Kind, Discriminant]:
    """The trained ones.

    Args:
        path: of their file; the one that ships by default.

    Raises:
        ModelError: it is missing or damaged.
    """

    def make(
        arrays: dict[str, NDArray[np.generic]], about: dict[str, dict[str, list[float]]]
    ) -> dict[Kind, Discriminant]:
        kinds: tuple[Kind, ...] = ("mouth", "eye", "brow")
        return {
            kind: Discriminant(
                np.asarray(arrays[f"{kind}_mean"], np.float32),
                np.asarray(arrays[f"{kind}_weights"], np.float32),
                *about["limits"][kind],
            )
            for kind in kinds
        }

    return made_of(path or MODELS / "hidden.npz", TRAINING, make)


@functools.cache
def _shipped() -> dict[Kind, Discriminant]:
    return read_discriminants()


def features_of(image: NDArray[np.uint8], landmarks: Floats, part: Part) -> Floats:
    """What is looked at of one part: strength of edges by place and direction, and how far the
    colour of each place is from the skin's, (480,).

    Args:
        image: (H, W, 3) RGB.
        landmarks: (478, 3) pixels of it.
        part: which; the left ones are mirrored, so that both sides are alike.
    """
    patch = _patch(image, landmarks, part)
    if part.endswith("left"):
        patch = np.ascontiguousarray(patch[:, ::-1])
    return np.concatenate([_edges(patch), _colours(patch, _skin(image, landmarks))])


def _edges(patch: NDArray[np.uint8]) -> Floats:
    luma = cv2.cvtColor(patch, cv2.COLOR_RGB2GRAY).astype(np.float32)
    luma = np.asarray(cv2.GaussianBlur(luma, (0, 0), 1.0), np.float32)
    across, down = cv2.Sobel(luma, cv2.CV_32F, 1, 0), cv2.Sobel(luma, cv2.CV_32F, 0, 1)
    strength = np.hypot(across, down)
    turn = (np.arctan2(down, across) + np.pi) / (2.0 * np.pi)
    direction = (turn * _DIRECTIONS).astype(np.int64) % _DIRECTIONS
    cells = [
        cv2.resize(strength * (direction == number), _CELLS, interpolation=cv2.INTER_AREA)
        for number in range(_DIRECTIONS)
    ]
    found = np.stack(cells, axis=-1).ravel()
    return np.asarray(found / (float(np.linalg.norm(found)) + _FAINT), np.float32)


def _colours(patch: NDArray[np.uint8], skin: NDArray[np.uint8]) -> Floats:
    """How far the chroma of each place is from the skin's: by size only, light has many colours."""
    chroma = _chroma(patch) - _chroma(skin)
    cells = cv2.resize(np.abs(chroma), _CELLS, interpolation=cv2.INTER_AREA)
    return np.asarray(np.minimum(cells / _CHROMA, 1.0).ravel(), np.float32)


def _chroma(pixels: NDArray[np.uint8]) -> Floats:
    return cv2.cvtColor(pixels, cv2.COLOR_RGB2YCrCb)[..., 1:].astype(np.float32)


def _skin(image: NDArray[np.uint8], landmarks: Floats) -> NDArray[np.uint8]:
    """(1, 1, 3) the skin's colour: the middle of what lies about the whole face."""
    edge = np.array((image.shape[1], image.shape[0])) - 1
    at = np.clip(landmarks[list(_BARE), :2].astype(np.int64), 0, edge)
    return np.median(image[at[:, 1], at[:, 0]], axis=0).astype(np.uint8)[None, None]


def plainness(image: NDArray[np.uint8], landmarks: Floats, part: Part) -> float:
    """Range of luma in the middle of a part over that of the whole face; 0 for a plain surface.

    Args:
        image: (H, W, 3) RGB.
        landmarks: (478, 3) pixels of it.
        part: which.
    """
    edge = np.array((image.shape[1], image.shape[0])) - 1
    at = np.clip(landmarks[:468, :2].astype(np.int64), 0, edge)
    middle = np.ascontiguousarray(_patch(image, landmarks, part)[21:28, 22:42])
    return _range(middle) / max(_range(image[None, at[:, 1], at[:, 0]]), 1.0)


def _range(pixels: NDArray[np.uint8]) -> float:
    """From the darker to the lighter end of (h, w, 3) pixels' luma, outliers left out."""
    luma = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    low, high = np.percentile(luma, (5, 95))
    return float(high - low)


def _patch(image: NDArray[np.uint8], landmarks: Floats, part: Part) -> NDArray[np.uint8]:
    width, height = PATCH
    one, other = (landmarks[end, :2].astype(np.float64) for end in ENDS[part])
    middle, along = (one + other) / 2.0, other - one
    down = np.array([-along[1], along[0]])
    source = np.array([middle - along, middle + along, middle + down * height / width], np.float32)
    target = np.array([[0, height / 2], [width, height / 2], [width / 2, height]], np.float32)
    # where the picture is shrunk, what is finer than a pixel would alias
    shrink = 2.0 * float(np.linalg.norm(along)) / width
    left, top, right, bottom = _around(source, down, image.shape)
    near = image[top:bottom, left:right]
    if shrink > 1.5:
        near = np.asarray(cv2.GaussianBlur(near, (0, 0), 0.4 * shrink), np.uint8)
    turn = cv2.getAffineTransform(source - np.array([left, top], np.float32), target)
    patch = cv2.warpAffine(
        near, turn, PATCH, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(patch, np.uint8)


def _around(
    source: Floats, down: NDArray[np.float64], shape: tuple[int, ...]
) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is needed of the picture; never empty."""
    reach = np.abs(down).max() + 4.0
    height, width = shape[:2]
    low, high = source.min(axis=0) - reach, source.max(axis=0) + reach
    left, top = int(np.clip(low[0], 0, width - 2)), int(np.clip(low[1], 0, height - 2))
    right = int(np.clip(high[0], left + 2, width))
    return left, top, right, int(np.clip(high[1], top + 2, height))


class HiddenPartsWatch:
    """Follows which parts of one face are hidden."""

    def __init__(self, discriminants: Mapping[Kind, Discriminant] | None = None) -> None:
        self._tell = discriminants or _shipped()
        self.reset()

    def reset(self) -> None:
        """Forgets what was seen; for when the face is gone."""
        self._looks: dict[Part, deque[float]] = {part: deque(maxlen=_LOOKS) for part in ENDS}
        self._covered: set[Part] = set()
        self._looked_s = float("-inf")

    def add(
        self, t_s: float, image: NDArray[np.uint8], landmarks: Floats, turn_deg: float
    ) -> tuple[Part, ...]:
        """The parts that are hidden in a picture.

        Args:
            t_s: grab time.
            image: (H, W, 3) RGB.
            landmarks: (478, 3) pixels of it.
            turn_deg: the larger of the head's yaw and pitch, degrees.
        """
        outside = {part for part in ENDS if _beyond(landmarks, part, image.shape) > _OUTSIDE}
        eyes_px = float(np.linalg.norm(landmarks[33, :2] - landmarks[263, :2]))
        plain = turn_deg <= _TURNED_DEG and eyes_px >= _LEAST_PX
        if plain and t_s - self._looked_s >= LOOK_EVERY_S - 1e-6:
            self._looked_s = t_s
            for part in ENDS:
                if part not in outside:
                    self._look(image, landmarks, part)
        return tuple(part for part in ENDS if part in outside or part in self._covered)

    def _look(self, image: NDArray[np.uint8], landmarks: Floats, part: Part) -> None:
        tell, looks = self._tell[kind_of(part)], self._looks[part]
        plain = plainness(image, landmarks, part) < _PLAIN
        looks.append(_UNLIKE if plain else tell.likeness(features_of(image, landmarks, part)))
        if len(looks) < _SOONEST:
            return
        middle = float(np.median(looks))
        if middle < tell.hidden_below:
            self._covered.add(part)
        elif middle > tell.seen_above:
            self._covered.discard(part)


def _beyond(landmarks: Floats, part: Part, shape: tuple[int, ...]) -> float:
    """Share of a part's outline that lies outside the picture."""
    points = landmarks[list(OUTLINE[part]), :2]
    inside = (points >= 0.0) & (points < (shape[1], shape[0]))
    return 1.0 - float(inside.all(axis=1).mean())
