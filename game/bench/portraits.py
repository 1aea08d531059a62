"""Portraits of a baked human: faces, angles and lights, by themselves before a plain wall.

What the eye must judge (``bench looks`` lays them out as contact sheets) and what a machine can:
whether anything of the wall shows through the person, and whether a face mesh finds one face.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from game.behaviour.expressions import lexeme
from game.figure.human import Human
from game.figure.pose3d import apply_pose
from game.pose import Angles, Pose
from game.stage import shading
from game.stage.base import Stage
from game.stage.shading import Lights
from game.voice.base import RenderedSpeech
from game.voice.mouth import MouthTrack
from game.voice.visemes import Viseme, VisemeName

EXPRESSIONS = ("neutral", "smile", "concern", "surprise", "doubt")
SPOKEN: tuple[VisemeName, ...] = ("PP", "aa", "O", "FF", "I")
"""Visemes of a portrait: lips shut, open, rounded, on the teeth, spread."""
FACES = (*EXPRESSIONS, *SPOKEN)
ANGLES_DEG = (-35.0, 0.0, 35.0)
"""Turn of the whole person; the face turns back a third of it, as a sitter's does."""
LIGHTS: Mapping[str, Lights] = {
    "day": Lights(),
    "evening": Lights(
        key_direction=(0.60, -0.55, 0.45),
        key_color=(0.80, 0.62, 0.42),
        fill_direction=(-0.80, -0.40, 0.15),
        fill_color=(0.13, 0.16, 0.24),
        sky_color=(0.20, 0.20, 0.24),
        ground_color=(0.15, 0.11, 0.08),
        rim_color=(0.16, 0.16, 0.20),
    ),
}
"""A window to the picture's left; a lamp to its right with the last daylight opposite."""

SMALLEST_HOLE_PX = 6
"""Enclosed patches of wall below this are gaps between strands of hair."""
_DISTANCE_M = 0.92
_FOV_DEG = 27.0
_UNDER_EYES_M = 0.07
_SPOKEN_S = 0.4
_KEY = (1.0, 0.0, 1.0)
_WALL = (0.62, 0.63, 0.64)


@dataclass(frozen=True, slots=True)
class Sitting:
    """What one portrait shows."""

    face: str
    """One of ``FACES``."""
    angle_deg: float
    """Turn of the person; + toward image right."""
    light: str
    """A key of ``LIGHTS``."""


def sittings() -> Iterator[Sitting]:
    """Every combination, angles and lights side by side for each face."""
    for face, light, angle in itertools.product(FACES, LIGHTS, ANGLES_DEG):
        yield Sitting(face, angle, light)


def face_weights(face: str) -> Mapping[str, float]:
    """ARKit weights of an expression's name, or of a viseme held as in a slow word."""
    if face == "neutral":
        return {}
    if face in EXPRESSIONS:
        return lexeme(face)
    held = Viseme(0.0, _SPOKEN_S, face)  # type: ignore[arg-type]
    rate_hz = 1000
    sound = np.zeros(round(_SPOKEN_S * rate_hz), np.float32)
    return MouthTrack(RenderedSpeech(face, sound, rate_hz, (held,), ())).at(0.5 * _SPOKEN_S)


class Portraits:
    """One human before a plain wall.

    Args:
        identity: who sits.
        stage: to draw on; nothing else may be in its scene.
    """

    def __init__(self, identity: str, stage: Stage) -> None:
        self._stage = stage
        window = stage.base.win
        self._cleared = window.get_clear_color()
        self.human = Human(identity, stage.scene, window.get_gsg())
        eyes = self.human.eye_point()
        stage.camera.reparent_to(stage.scene)
        stage.camera.set_pos(0.0, eyes.y - _DISTANCE_M, eyes.z - 0.02)
        stage.camera.look_at(stage.scene, 0.0, eyes.y, eyes.z - _UNDER_EYES_M)
        stage.lens.set_min_fov(_FOV_DEG)

    def photograph(self, sitting: Sitting) -> NDArray[np.uint8]:
        """A portrait, (H, W, 3) uint8 RGB."""
        return self._draw(sitting, _WALL)

    def silhouette(self, sitting: Sitting, hair: bool = True) -> NDArray[np.bool_]:
        """(H, W) where the person covers the wall.

        Args:
            sitting: face, angle and light.
            hair: False leaves out hair and glasses, between which and the person a wall may show.
        """
        worn = [
            part
            for name in ("hair", "glasses")
            for part in self.human.root.find_all_matches(f"**/{name}*")
        ]
        for part in worn if not hair else ():
            part.hide()
        try:
            picture = self._draw(sitting, _KEY).astype(np.int16)
        finally:
            for part in worn:
                part.show()
        wall = (picture[..., 0] > 235) & (picture[..., 2] > 235) & (picture[..., 1] < 30)
        return np.asarray(~wall)

    def holes(self, sitting: Sitting) -> list[tuple[int, int, int]]:
        """Where wall shows through skin and clothes; see ``holes``."""
        return holes(self.silhouette(sitting, hair=False), self.silhouette(sitting))

    def close(self) -> None:
        """Takes the person out of the scene."""
        self._stage.base.win.set_clear_color(self._cleared)
        self.human.remove()

    def _draw(self, sitting: Sitting, wall: tuple[float, float, float]) -> NDArray[np.uint8]:
        shading.set_lights(self._stage.scene, LIGHTS[sitting.light])
        self._stage.base.win.set_clear_color((*wall, 1.0))
        self.human.root.set_h(sitting.angle_deg)
        back = -sitting.angle_deg / 3.0
        apply_pose(
            self.human, Pose(face_weights(sitting.face), head=Angles(back), eyes=Angles(0.4 * back))
        )
        self._stage.step()
        return self._stage.picture()


def holes(
    silhouette: NDArray[np.bool_], seen: NDArray[np.bool_] | None = None
) -> list[tuple[int, int, int]]:
    """Patches of wall that the person encloses on all sides.

    Args:
        silhouette: (H, W) where the person is, without what may stand off, as hair does.
        seen: (H, W) where the person is with all of it: a patch that this covers is no hole.

    Returns:
        Column, row and size in pixels of each that is large enough to count.
    """
    count, labels, stats, centres = cv2.connectedComponentsWithStats(
        (~silhouette).astype(np.uint8), connectivity=4
    )
    rim = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    open_px = stats[:, cv2.CC_STAT_AREA]
    if seen is not None:
        open_px = np.bincount(labels[~seen], minlength=count)
    return [
        (round(float(centres[i][0])), round(float(centres[i][1])), int(open_px[i]))
        for i in range(1, count)
        if i not in rim and open_px[i] >= SMALLEST_HOLE_PX
    ]
