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

MAX_WIDTH = 240
MAX_HEIGHT = 240
_HEAD = 3  # counter, height, width
_BYTES = 8 * _HEAD + MAX_WIDTH * MAX_HEIGHT * 3


class Thumbnail:
    """A slot for one small picture.

    Args:
        name: of an existing slot to write to; None to create one, which then must be unlinked.
    """

    def __init__(self, name: str | None = None) -> None:
        self._owner = name is None
        self._memory = shared_memory.SharedMemory(name=name, create=self._owner, size=_BYTES)
        self._last: NDArray[np.uint8] | None = None
        self._last_count = 0
        if self._owner:
            self._head()[:] = 0

    @property
    def name(self) -> str:
        """For the other process."""
        return self._memory.name

    def write(self, image: NDArray[np.uint8]) -> None:
        """Puts a picture of any size, (H, W, 3) uint8 RGB, scaled to fit."""
        height, width = image.shape[:2]
        scale = min(MAX_WIDTH / width, MAX_HEIGHT / height, 1.0)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)
        head = self._head()
        head[0] += 1 + head[0] % 2  # a killed writer may have left it odd: odd again now
        head[1:] = small.shape[0], small.shape[1]
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
        if not (0 < shape[0] <= MAX_HEIGHT and 0 < shape[1] <= MAX_WIDTH):
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
