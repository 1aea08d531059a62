"""Pictures that arrived in part: grey or black below, where the rest of the data was missing.

A decoder fills what it did not get with one colour. Half a face above such a block would still be
read, and wrongly; so the picture is left out. A picture that has a border of its own (bars above
and below a film) has it all the time, and a lens that is covered stays covered: only what comes
suddenly and goes within a few pictures is damage.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MOST_IN_A_ROW = 5
"""Pictures after which a block of one colour is taken for what the camera sees."""

_PARTLY = 0.12
"""Share of the height; a block of one colour that grew by less is no damage."""

_FLAT = 3
"""Levels of difference up to which sampled pixels are of one colour; less than cameras' noise."""


class DamageWatch:
    """Tells damaged pictures in a stream.

    Args:
        whole: whether a picture all of one colour counts as damaged as well. A film may fade to
            black; a camera's picture does not for a moment.
    """

    def __init__(self, whole: bool = True) -> None:
        self._whole = whole
        self._usual: float | None = None
        self._in_a_row = 0

    def damaged(self, image: NDArray[np.uint8]) -> bool:
        """Whether the next picture arrived in part only.

        Args:
            image: (H, W, 3).
        """
        flat = flat_below(image)
        before = self._usual
        suddenly = before is not None and flat > before + _PARTLY
        if suddenly and (self._whole or flat < 1.0) and self._in_a_row < MOST_IN_A_ROW:
            self._in_a_row += 1
            return True
        self._in_a_row = 0
        self._usual = flat
        return False


def flat_below(image: NDArray[np.uint8]) -> float:
    """Share of the picture's height, from its lower edge up, that is of one colour."""
    rows = image[:: -max(1, image.shape[0] // 48), :: max(1, image.shape[1] // 40)].astype(np.int16)
    differs = (np.abs(rows - rows[0, 0]) > _FLAT).any(axis=(1, 2))
    return float(np.argmax(differs)) / len(rows) if differs.any() else 1.0
