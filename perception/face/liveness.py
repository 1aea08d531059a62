"""Whether a face lives: a photograph, a poster or a face on a telephone neither blinks nor speaks.

Held still before a camera or moved about by hand, a picture of a face keeps its eyes, irises, mouth
and brows where they are in the face. A living one does not keep them for long.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

PICTURE_AFTER_S = 12.0
"""s without any movement within the face after which a face that never moved is a picture.

In 15 real clips (3 min 5 s of 13 people at 22 to 30 frames/s; some listen, some speak) something
moves about once a second or more. The longest rest is 7.0 s, of a listener before a webcam; in all
other clips it is at most 2.4 s. Photographs never move: five were held up with a camera's noise
(3 levels and more), still or tilted to and fro by 8 degrees."""

_EVERY_S = 0.095
"""s between the figures that are compared: enough to catch a blink, which lasts 0.1 s and more."""

# Eye openings, mouth's opening and width, brows over the eyes, irises in them, chin, nose: shares
# of the distance between the eyes' outer corners. 1.3 times what a photograph with noise shows.
_REST = 1.3 * np.array([0.03, 0.03, 0.03, 0.06, 0.03, 0.03, 0.03, 0.03, 0.05, 0.025])

_ROUGH_PX = 50.0
"""Distance of the eyes' outer corners below which the noise of landmarks counts for more."""

_FROM = np.array([159, 386, 13, 61])
_TO = np.array([145, 374, 14, 291])
_ABOVE = np.array([105, 334, 152])
_ABOVE_FROM = np.array([33, 263, 168])
_BESIDE = np.array([468, 473, 1])
_BESIDE_FROM = np.array([33, 263, 168])


class LivenessCheck:
    """Counts how long nothing has moved within a face."""

    def __init__(self) -> None:
        self.moves = 0
        """Times that something has moved since the face came."""
        self.still_s = 0.0
        """s since something moved, or since the face came."""
        self._rest: NDArray[np.float64] | None = None
        self._since_s = 0.0
        self._looked_s = -np.inf

    @property
    def picture(self) -> bool:
        """Whether the face has never moved although there was time enough."""
        return self.moves == 0 and self.still_s >= PICTURE_AFTER_S

    def reset(self) -> None:
        """Begins anew, with another face."""
        self.moves, self.still_s, self._rest = 0, 0.0, None
        self._looked_s = -np.inf

    def add(self, t_s: float, landmarks: NDArray[np.float32]) -> None:
        """Takes the next picture's landmarks.

        Args:
            t_s: grab time.
            landmarks: (478, 3) pixels, in the mesh's numbering.
        """
        if t_s - self._looked_s < _EVERY_S:
            if self._rest is not None:
                self.still_s = t_s - self._since_s
            return
        self._looked_s = t_s
        figures, eyes_px = _figures(landmarks)
        bound = _REST * max(1.0, _ROUGH_PX / eyes_px)
        if self._rest is None:
            self._rest, self._since_s = figures, t_s
        elif bool((np.abs(figures - self._rest) > bound).any()):
            self.moves += 1
            self._rest, self._since_s = figures, t_s
        self.still_s = t_s - self._since_s


def _figures(landmarks: NDArray[np.float32]) -> tuple[NDArray[np.float64], float]:
    """(10,) positions within the face, and pixels from outer eye corner to outer eye corner."""
    points = landmarks[:, :2].astype(np.float64)
    across = points[263] - points[33]
    length = float(np.hypot(*across))
    across /= length
    down = np.array([-across[1], across[0]])
    gaps = np.hypot(*(points[_FROM] - points[_TO]).T)
    heights = (points[_ABOVE] - points[_ABOVE_FROM]) @ down
    sides = (points[_BESIDE] - points[_BESIDE_FROM]) @ across
    order = (*gaps, *heights[:2], *sides[:2], heights[2], sides[2])
    return np.array(order) / length, length
