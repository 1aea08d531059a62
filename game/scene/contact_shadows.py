"""Soft shadows that hands and forearms throw on the desk, darker the nearer they are to it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from panda3d.core import CardMaker, NodePath, PNMImage, Texture, TransparencyAttrib

from game.figure.human import Human
from game.places import DESK_EDGE_M, DESK_HEIGHT_M

_HEIGHT_M = DESK_HEIGHT_M + 0.0105
"""Over paper and notebook, so that these take the shadow too."""
_FADE_M = 0.17
"""A hand this high over the desk throws no shadow that an eye would find."""
_DARKEST = 0.46
_PALM_M = 0.075
"""From the wrist to the middle of the hand."""
_RIM_M = 0.002


class DeskShadows:
    """Two soft dark spots for each arm, one below the hand and one below the forearm.

    Args:
        seat: the human's parent: on the floor below the hips, at the scene's origin.
        human: whose arms they belong to.
    """

    def __init__(self, seat: NodePath, human: Human) -> None:
        self._human = human
        self._root = seat.attach_new_node("desk shadows")
        self._root.set_texture(_spot())
        self._root.set_transparency(TransparencyAttrib.M_alpha)
        self._root.set_depth_write(False)
        self._root.set_bin("background", 2)
        maker = CardMaker("spot")
        maker.set_frame(-0.5, 0.5, -0.5, 0.5)
        self._spots: dict[tuple[str, str], NodePath] = {}
        self._corners: dict[tuple[str, str], list[tuple[float, float, float, float]]] = {}
        for side in ("L", "R"):
            for part in ("hand", "forearm"):
                spot = self._root.attach_new_node(maker.generate())
                spot.set_p(-90)  # lies flat; its own up is along the arm
                spot.set_two_sided(True)
                self._spots[side, part] = spot
        self.step()

    def step(self) -> None:
        """Puts the shadows where the arms are; call once a frame."""
        for side, arm in self._human.arms.items():
            elbow, wrist = arm.elbow, arm.wrist
            along = wrist - elbow
            along.normalize()
            hand = wrist + along * _PALM_M
            self._put(side, "hand", hand.x, hand.y, min(hand.z, wrist.z), 0.20, 0.27, along)
            # the forearm's part that is over the desk
            share = 1.0
            if elbow.y > DESK_EDGE_M and wrist.y < elbow.y - 1e-4:
                share = min(1.0, max(0.0, (DESK_EDGE_M - wrist.y) / (elbow.y - wrist.y)))
            middle = wrist + (elbow - wrist) * (share * 0.5)
            length = max(0.05, share * (elbow - wrist).length()) + 0.14
            self._put(side, "forearm", middle.x, middle.y, middle.z, 0.17, length, along)

    def hulls(self) -> list[NDArray[np.float64]]:
        """Where there is shadow: for each spot (4, 4) its corners and a radius, metres."""
        return [np.array(corners) for corners in self._corners.values()]

    def remove(self) -> None:
        """Takes them away."""
        self._root.remove_node()

    def _put(self, side, part, x, y, z, width, length, along) -> None:  # noqa: ANN001
        spot = self._spots[side, part]
        near = 1.0 - (z - DESK_HEIGHT_M - 0.03) / _FADE_M
        strength = _DARKEST * min(1.0, max(0.0, near)) ** 1.5
        if strength < 0.02 or y > DESK_EDGE_M:
            spot.hide()
            self._corners.pop((side, part), None)
            return
        spot.show()
        # light from before her pushes what is higher a little toward her
        y = min(y + 0.25 * (z - DESK_HEIGHT_M), DESK_EDGE_M)
        spot.set_pos(x, y, _HEIGHT_M)
        turn = math.atan2(-along.x, along.y)
        spot.set_h(math.degrees(turn))
        spread = 1.0 + 2.0 * max(0.0, z - DESK_HEIGHT_M - 0.03)
        width, length = width * spread, length * spread
        spot.set_scale(width, 1.0, length)
        right, ahead = 0.5 * width * math.cos(turn), 0.5 * width * math.sin(turn)
        back, up = -0.5 * length * math.sin(turn), 0.5 * length * math.cos(turn)
        self._corners[side, part] = [
            (x + i * right + j * back, y + i * ahead + j * up, _HEIGHT_M, _RIM_M)
            for i, j in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        ]
        spot.set_color(0.03, 0.02, 0.015, strength)


def _spot() -> Texture:
    """A soft round spot: white, its alpha a smooth step from the rim inward."""
    size = 64
    image = PNMImage(size, size, 4)
    image.fill(1.0)
    y, x = (np.mgrid[0:size, 0:size] + 0.5) / size * 2 - 1
    inward = np.clip(1.0 - np.hypot(x, y), 0.0, 1.0)
    cover = inward * inward * (3 - 2 * inward)
    for row in range(size):
        for column in range(size):
            image.set_alpha(column, row, float(cover[row, column]))
    texture = Texture("spot")
    texture.load(image)
    return texture
