"""The part of a picture in which the candidate sits: a tile of a recorded video call, or a crop.

Recordings of calls show several people side by side. Whose face is measured has to be the
candidate's, so a person may say where it is, by a name or as a rectangle.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator

from perception.errors import InputError
from perception.picture_places import PLACES

_SMALLEST_PX = 16

Box = tuple[float, float, float, float]
"""Left, top, width and height, shares of a picture."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A rectangle of the picture."""

    left: float
    top: float
    width: float
    height: float
    pixels: bool = False
    """Whether the four are pixels of the picture as it is shown; else they are shares of it."""

    def within(self, size: tuple[int, int]) -> Box:
        """Left, top, width and height as shares of a picture.

        Args:
            size: (width, height) of the whole picture as it is shown, pixels.

        Raises:
            InputError: it reaches beyond the picture, or hardly anything is in it.
        """
        wide, high = size
        box = (self.left, self.top, self.width, self.height)
        if self.pixels:
            box = (self.left / wide, self.top / high, self.width / wide, self.height / high)
        left, top, width, height = box
        if left + width > 1.0 + 1e-6 or top + height > 1.0 + 1e-6:
            raise InputError(
                f"the part of the picture that was named reaches beyond it: it is {wide} pixels "
                f"wide and {high} high; name a part of it"
            )
        if min(width * wide, height * high) < _SMALLEST_PX:
            raise InputError(
                f"the part of the picture that was named is smaller than {_SMALLEST_PX} pixels; "
                "name a larger one"
            )
        return box


def cut(image: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    """A part of a picture.

    Args:
        image: (H, W, 3).
        box: from :meth:`Tile.within`.

    Returns:
        (h, w, 3) without gaps.
    """
    left, top, right, bottom = _edges((image.shape[1], image.shape[0]), box)
    return np.ascontiguousarray(image[top:bottom, left:right])


def cut_size(size: tuple[int, int], box: Box) -> tuple[int, int]:
    """(width, height) of what :func:`cut` makes of a picture of a (width, height)."""
    left, top, right, bottom = _edges(size, box)
    return right - left, bottom - top


def _edges(size: tuple[int, int], box: Box) -> tuple[int, int, int, int]:
    width, height = size
    left, top = round(box[0] * width), round(box[1] * height)
    right, bottom = round((box[0] + box[2]) * width), round((box[1] + box[3]) * height)
    return left, top, min(right, width), min(bottom, height)


def parse_tile(text: str) -> Tile | None:
    """What a person wrote; None for nothing, which is the whole picture.

    Args:
        text: one of :data:`~perception.picture_places.PLACES`, or "LEFT,TOP,WIDTH,HEIGHT" in shares
            of the picture or, where any is above 1, in pixels of it.

    Raises:
        ValueError: it is neither.
    """
    if not text:
        return None
    if text in PLACES:
        return Tile(*PLACES[text])
    try:
        box = tuple(float(part) for part in text.split(","))
    except ValueError:
        box = ()
    if (
        len(box) != 4
        or not all(math.isfinite(each) and 0.0 <= each <= 1e5 for each in box)
        or min(box[2:]) <= 0.0
    ):
        raise ValueError(
            f"is {text!r}; use one of {', '.join(PLACES)}, or LEFT,TOP,WIDTH,HEIGHT in shares of "
            "the picture (0.5,0,0.5,1) or in its pixels (640,0,640,720)"
        )
    tile = Tile(*box, pixels=max(box) > 1.0)
    if not tile.pixels:
        try:
            tile.within((10_000, 10_000))
        except InputError:
            raise ValueError(
                f"is {text!r}, which reaches beyond the picture; stay in 0 to 1"
            ) from None
    return tile


def _known(text: str) -> str:
    parse_tile(text)
    return text


TileName = Annotated[str, AfterValidator(_known)]
"""For the type of a setting that :func:`parse_tile` reads."""
