"""Cameras: where pictures of the candidate come from.

A camera is anything that gives :class:`~perception.types.Frame` objects stamped with the session
time of their grab: a webcam, a video file in a candidate's place, a still picture, a synthetic
candidate. Back-ends are named in :data:`BACKENDS` and imported only when chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Protocol, runtime_checkable

from perception.clock import Clock
from perception.settings import between, checked
from perception.types import Cue, Event, Frame

BACKENDS = {
    "opencv": "perception.camera.camera_opencv:OpenCVCamera",
    "file": "perception.camera.camera_file:FileCamera",
}
"""Name to ``module:Class``."""


class NoFrameYet(Exception):
    """A live camera has nothing to give now, and is worth asking again: it is being reopened."""


class Camera(Protocol):
    """Gives frames in the order of their grab.

    Attributes:
        nominal_fps: frames per second as the device or file states it.
        size: (width, height) of the frames in pixels, known after :meth:`start`.
    """

    nominal_fps: float
    size: tuple[int, int]

    def start(self, clock: Clock) -> None:
        """Opens the device or file; frames are stamped by ``clock``.

        Raises:
            DeviceError: the device is missing or busy.
            InputError: the file is not usable.
        """
        ...

    def read(self) -> Frame | None:
        """Waits for the next frame; None when there will be no more.

        Raises:
            NoFrameYet: a live camera is lost; ask again.
        """
        ...

    def cue(self, cue: Cue) -> None:
        """Tells a recorded or synthetic candidate what the interview expects of it."""
        ...

    def close(self) -> None:
        """Lets the device or file go; may be called twice."""
        ...


@runtime_checkable
class Reporting(Protocol):
    """A source that has something to say besides its frames: lost, restored, damaged."""

    def events(self) -> list[Event]:
        """What happened since the last call, oldest first."""
        ...


@checked
@dataclass(frozen=True, slots=True)
class CameraSettings:
    """How a camera is opened."""

    width: Annotated[int, between(16, 7680)] = 640
    """Pixels asked of a webcam."""
    height: Annotated[int, between(16, 4320)] = 360
    """Pixels asked of a webcam."""
    fps: Annotated[float, between(1, 240)] = 30.0
    """Frames per second asked of a webcam, and given by a still picture."""
    max_width: Annotated[int, between(160, 15360)] = 1280
    """Pixels; wider video files are scaled down to this as they are decoded."""
