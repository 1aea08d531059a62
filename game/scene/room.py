"""The room on the screen: office, recruiter and what is laid over them."""

from __future__ import annotations

import gc
import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from panda3d.core import Point2, Vec3

from game.figure.human import Human
from game.figure.pose3d import apply_pose
from game.pose import Angles, Pose
from game.scene.contact_shadows import DeskShadows
from game.scene.held_page import HeldPage
from game.scene.held_pen import HeldPen
from game.scene.immersion import Offset
from game.scene.office import Office
from game.scene.seating import seat_for
from game.scene.settings import CameraSettings, RoomSettings
from game.screens.answerbox import BOX_TOP, AnswerBox
from game.screens.captions import Captions
from game.screens.notice import Notice
from game.screens.progress import Progress
from game.screens.selfview import SelfView
from game.stage import shading
from game.stage.base import Stage
from game.stage.canvas import Canvas


class Room:
    """Draws the interview.

    Args:
        stage: to draw on.
        identity: the recruiter's baked human.
        view: where the candidate's eye is.
        recording: whether the sign for a recording is shown.
        self_view: whether the candidate's own picture is shown.
        room: which room it is, and when.
    """

    def __init__(
        self,
        stage: Stage,
        identity: str,
        view: CameraSettings | None = None,
        recording: bool = False,
        self_view: bool = True,
        room: RoomSettings | None = None,
    ) -> None:
        self.stage = stage
        self.office = Office(stage, view, room=room)
        shading.set_lights(self.office.seat, self.office.lights)
        self.human = Human(identity, self.office.seat, stage.base.win.get_gsg())
        self.human.sit(seat_for(self.human.eye_height_m, self.human.arms["R"].reach_m))
        self._pen = HeldPen(self.office.pen, self.human)
        self._page = HeldPage(self.office.near, self.office.pen, self.human)
        self._shadows = DeskShadows(self.office.seat, self.human)
        self.canvas = Canvas(stage)
        self._captions = Captions(self.canvas)
        self._notice = Notice(self.canvas)
        self._progress = Progress(self.canvas, recording)
        self._self_view = SelfView(self.canvas) if self_view else None
        self._answers: AnswerBox | None = None
        self._notices: dict[str, str] = {}
        self._caption: str | None = None
        # looking for garbage in all that was loaded takes longer than a frame, and most of it stays
        gc.freeze()

    @property
    def open(self) -> bool:
        """False once a person has closed the window."""
        return self.stage.open

    def follow(self, offset: Offset) -> None:
        """Shows the room from where the candidate's head has gone.

        Args:
            offset: of the eye, to the candidate's right, ahead and up; metres in the scene.
        """
        self.office.follow(Vec3(*offset))

    def direction_to_candidate(self) -> Angles:
        """Where the candidate's eyes are from hers, against straight ahead."""
        eyes = self.human.eye_point()
        seen = self.stage.camera.get_pos(self.stage.scene) - eyes
        ahead = -seen.y
        across = math.hypot(seen.x, seen.y)
        return Angles(
            math.degrees(math.atan2(seen.x, ahead)), math.degrees(math.atan2(seen.z, across))
        )

    def eyes_on_picture(self) -> tuple[float, float] | None:
        """Where her eyes are in the picture: shares 0...1 from its left and its top.

        None while they are outside it.
        """
        seen = self.stage.camera.get_relative_point(self.stage.scene, self.human.eye_point())
        flat = Point2()
        if not self.stage.lens.project(seen, flat):
            return None
        return 0.5 + 0.5 * flat.x, 0.5 - 0.5 * flat.y

    # -- what is laid over -----------------------------------------------------------------------

    def caption(self, text: str | None, t_s: float) -> None:
        """Shows the line she speaks; None lets it fade."""
        if text != self._caption:
            self._caption = text
            self._captions.show(text or "")
        box = self._answers
        self._captions.lift(BOX_TOP if box is not None and box.visible else 28)
        self._captions.step(t_s)
        self._notice.step(t_s)

    def notice(self, text: str, source: str) -> None:
        """Shows one plain line about a device until ``clear_notice`` of the same source."""
        self._notices[source] = text
        self._notice.show(text, "warning")

    def clear_notice(self, source: str) -> None:
        """Takes back what was said of a device; an older notice that still holds comes back."""
        if self._notices.pop(source, None) is None:
            return
        remaining = list(self._notices.values())
        if remaining:
            self._notice.show(remaining[-1], "warning")
        else:
            self._notice.hide()

    def progress(self, number: int, of: int, elapsed_s: float) -> None:
        """Shows which question it is, and how long it has been."""
        self._progress.show(number, of, elapsed_s)

    def self_view(self, picture: NDArray[np.uint8] | None, t_s: float) -> None:
        """Shows the camera's newest picture, (h, w, 3) uint8 RGB."""
        if self._self_view is not None:
            self._self_view.show_picture(picture, t_s)

    def without_self_view(self) -> None:
        """Takes the candidate's own picture away for good."""
        if self._self_view is not None:
            self._self_view.remove()
            self._self_view = None

    def on_typed(
        self, hand_in: Callable[[str], None], typing: Callable[[str], None] | None = None
    ) -> None:
        """Opens the way for typed answers: T, or ``offer_typing``, shows the field."""
        self._answers = AnswerBox(self.canvas, hand_in, typing)

    def offer_typing(self) -> None:
        """Shows the field for typed answers."""
        if self._answers is not None:
            self._answers.show()

    def clear(self) -> None:
        """Takes away what belongs to the interview, the field for typed answers for good."""
        if self._answers is not None:
            self._answers.remove()
            self._answers = None
        for overlay in (self._notice, self._progress, self._self_view):
            if overlay is not None:
                overlay.hide()
        self._captions.hide()
        self._captions.step(float("inf"))

    # -- the picture -----------------------------------------------------------------------------

    def draw(self, pose: Pose) -> None:
        """Draws one frame with the recruiter in this pose."""
        apply_pose(self.human, pose)
        self._shadows.step()
        self._pen.set_lift(pose.pen)
        self._page.set_lift(pose.page)
        self.stage.frame_people(self._hulls())
        self.office.step()
        self.canvas.step()
        self.stage.step()

    def _hulls(self) -> list[NDArray[np.float64]]:
        """What holds all that is drawn over the room: her, her shadows and what she handles."""
        return [
            *self.human.hulls(),
            *self._shadows.hulls(),
            self._pen.hull(),
            *self._page.hulls(),
        ]

    def picture(self) -> NDArray[np.uint8]:
        """The newest frame, (H, W, 3) uint8 RGB."""
        return self.stage.picture()

    def close(self) -> None:
        """Takes everything down; the stage stays open."""
        gc.unfreeze()
        if self._answers is not None:
            self._answers.remove()
        for overlay in (self._captions, self._notice, self._progress, self._self_view):
            if overlay is not None:
                overlay.remove()
        self.canvas.remove()
        self._shadows.remove()
        self._page.remove()
        self.human.remove()
        self.office.remove()
