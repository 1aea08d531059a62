"""A decoded picture as a player shows it: colours, shape of its pixels, turned and unmirrored.

What a file stores is code values in some colour space, on pixels that need not be square, perhaps
lying on their side. Whatever reads a picture reads what a person would see.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from av.sidedata.sidedata import Type as SideData
from av.video.reformatter import Colorspace
from numpy.typing import NDArray

from perception.camera.dynamic_range import needs_conversion, to_standard

_UNTOLD = (0, 2)
"""H.273 numbers of colour matrices that tell nothing."""
_HD_WIDTH, _HD_HEIGHT = 1280, 576
"""Pixels: pictures as wide, or higher, are BT.709 where they do not say, as players take them."""
_ODDEST_PIXEL = 4.0
"""Ratio of a pixel's sides beyond which the file is wrong about it."""


@dataclass(frozen=True, slots=True)
class Orientation:
    """How a stored picture is brought upright; in this order."""

    on_side: bool = False
    """Whether rows and columns are exchanged."""
    mirrored: bool = False
    """Whether left and right then are."""
    upside_down: bool = False
    """Whether top and bottom then are."""

    def turned(self, size: tuple[int, int]) -> tuple[int, int]:
        """(width, height) of a picture of a stored (width, height)."""
        return (size[1], size[0]) if self.on_side else size


UPRIGHT = Orientation()


def shown_size(
    width: int, height: int, pixel: Fraction | None, max_width: int | None = None
) -> tuple[int, int]:
    """Size at which a stored picture is shown, before it is turned.

    Args:
        width: stored, pixels.
        height: stored, pixels.
        pixel: width over height of one pixel; None where the file does not say.
        max_width: pixels; wider pictures are scaled down to it. None for any width.
    """
    aspect = float(pixel) if pixel else 1.0
    if 1.0 / _ODDEST_PIXEL <= aspect <= _ODDEST_PIXEL:
        # stretched, never squeezed: no detail is lost
        if aspect > 1.0:
            width = round(width * aspect)
        else:
            height = round(height / aspect)
    if max_width is None or width <= max_width:
        return width, height
    return max_width, max(2, round(height * max_width / width / 2) * 2)


def pixel_shape(stream: Any) -> Fraction | None:
    """Width over height of a stream's pixels; None where it does not say."""
    shape: Fraction | None = stream.sample_aspect_ratio or stream.codec_context.sample_aspect_ratio
    return shape if shape and shape > 0 else None


def orientation(frame: Any) -> Orientation:
    """How a file's pictures are turned and mirrored, by one of them.

    A display matrix takes a stored point (x, y) to (a x + c y, b x + d y); players know turns by
    quarters and mirrors. Asked of one picture only: PyAV's side data hold their picture for long.

    Args:
        frame: PyAV's.
    """
    try:
        side = frame.side_data.get(SideData.DISPLAYMATRIX)
    except ValueError:  # a photograph's EXIF, of which PyAV does not know: turns it tells itself
        turns = round(frame.rotation / 90) % 4
        return Orientation(turns % 2 == 1, turns in (2, 3), turns in (1, 2))
    if side is None:
        return UPRIGHT
    a, b, _, c, d = np.frombuffer(bytes(side), "=i4", count=5).tolist()
    if abs(b) + abs(c) > abs(a) + abs(d):
        return Orientation(True, c < 0, b < 0)
    return Orientation(False, a < 0, d < 0)


def shown(frame: Any, size: tuple[int, int], way: Orientation) -> NDArray[np.uint8]:
    """A picture as a player shows it.

    Args:
        frame: PyAV's.
        size: (width, height) from :func:`shown_size`.
        way: from :func:`orientation` of the file's first picture.

    Returns:
        (H, W, 3) uint8 RGB without gaps, which MediaPipe needs; turned upright.
    """
    image = _standard(frame, size)
    if way.on_side:
        image = image.transpose(1, 0, 2)
    if way.mirrored:
        image = image[:, ::-1]
    if way.upside_down:
        image = image[::-1]
    return np.ascontiguousarray(image)


def _standard(frame: Any, size: tuple[int, int]) -> NDArray[np.uint8]:
    how: dict[str, Any] = {"width": size[0], "height": size[1]}
    if frame.colorspace in _UNTOLD:
        hd = frame.width >= _HD_WIDTH or frame.height > _HD_HEIGHT
        how["src_colorspace"] = Colorspace.ITU709 if hd else Colorspace.ITU601
    transfer, primaries = int(frame.color_trc), int(frame.color_primaries)
    if not needs_conversion(transfer, primaries):
        return np.asarray(frame.to_ndarray(format="rgb24", **how), np.uint8)
    if frame.colorspace in _UNTOLD:
        how["src_colorspace"] = Colorspace.BT2020
    codes = frame.to_ndarray(format="rgb48le", **how)
    return to_standard(np.asarray(codes, np.uint16), transfer, primaries)
