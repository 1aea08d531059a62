"""The newest camera picture, small, handed from the seeing process to the screen.

Pictures are too large for a queue of messages and only the newest matters, so they lie in shared
memory. A counter before the picture is odd while it is being written; a reader that meets an odd or
changed counter keeps the picture it had. Neither side ever waits.
"""

from __future__ import annotations

from multiprocessing import shared_memory

import cv2
import numpy as np
from numpy.typing import NDArray

from perception.interrupt import interrupt_held_back

MOST_PX = 240
"""Longest side of a picture where nobody asks for a larger one."""
_HEAD = 4  # counter, height, width, longest side


class Thumbnail:
    """A slot for one small picture.

    Args:
        name: of an existing slot to write to; None to create one, which then must be unlinked.
        most_px: longest side of the pictures in a slot that is created.
    """

    def __init__(self, name: str | None = None, most_px: int = MOST_PX) -> None:
        self._owner = name is None
        with interrupt_held_back():
            self._memory = shared_memory.SharedMemory(
                name=name, create=self._owner, size=8 * _HEAD + 3 * most_px**2
            )
        self._last: NDArray[np.uint8] | None = None
        self._last_count = 0
        if self._owner:
            self._head()[:] = (0, 0, 0, most_px)
        self._most_px = int(self._head()[3])

    @property
    def name(self) -> str:
        """For the other process."""
        return self._memory.name

    def limit(self, most_px: int) -> None:
        """Scales pictures from now on to another longest side, no more than the slot holds."""
        self._most_px = min(most_px, int(self._head()[3]))

    def write(self, image: NDArray[np.uint8]) -> None:
        """Puts a picture of any size, (H, W, 3) uint8 RGB, scaled to fit."""
        height, width = image.shape[:2]
        head = self._head()
        scale = min(self._most_px / max(height, width), 1.0)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)
        head[0] += 1 + head[0] % 2  # a killed writer may have left it odd: odd again now
        head[1:3] = small.shape[0], small.shape[1]
        pixels: NDArray[np.uint8] = np.ndarray(small.shape, np.uint8, self._memory.buf, 8 * _HEAD)
        pixels[:] = small
        head[0] += 1

    def read(self) -> NDArray[np.uint8] | None:
        """The newest whole picture, (h, w, 3) uint8 RGB; None before the first.

        The same array as before is given again while there is no newer picture.
        """
        head = self._head()
        count = int(head[0])
        if count == self._last_count or count % 2:
            return self._last
        shape = (int(head[1]), int(head[2]), 3)
        if not 0 < max(shape[:2]) <= int(head[3]):
            return self._last
        copy: NDArray[np.uint8] = np.ndarray(shape, np.uint8, self._memory.buf, 8 * _HEAD).copy()
        if int(head[0]) == count:
            self._last, self._last_count = copy, count
        return self._last

    def close(self) -> None:
        """Lets go of the memory; the owner also gives it back to the system."""
        self._memory.close()
        if self._owner:
            self._memory.unlink()

    def _head(self) -> NDArray[np.uint64]:
        return np.ndarray((_HEAD,), np.uint64, self._memory.buf)
