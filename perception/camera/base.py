"""Cameras: where pictures of the candidate come from.

A camera is anything that gives :class:`~perception.types.Frame` objects stamped with the session
time of their grab: a webcam, a video file in a candidate's place, a still picture, a synthetic
candidate. Back-ends are named in :data:`BACKENDS` and imported only when chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from perception.clock import Clock
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


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """How a camera is opened."""

    width: int = 640
    """Pixels asked of a webcam."""
    height: int = 360
    """Pixels asked of a webcam."""
    fps: float = 30.0
    """Frames per second asked of a webcam, and given by a still picture."""
    max_width: int = 1280
    """Pixels; wider video files are scaled down to this as they are decoded."""

    def __post_init__(self) -> None:
        if not (16 <= self.width <= 7680 and 16 <= self.height <= 4320):
            raise ValueError(f"size {self.width}x{self.height} must lie in 16x16 to 7680x4320")
        if not 1 <= self.fps <= 240:
            raise ValueError(f"fps is {self.fps}; use 1 to 240")
        if self.max_width < 160:
            raise ValueError(f"max_width is {self.max_width}; use at least 160")
