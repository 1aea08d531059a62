"""A webcam through OpenCV."""

from __future__ import annotations

import sys

import cv2
import numpy as np

from perception.camera import NoFrameYet
from perception.clock import Clock
from perception.errors import DeviceError
from perception.types import Cue, Event, Frame

REOPEN_EVERY_S = 1.0
"""Pause between attempts to get a lost camera back."""

FAILURES_UNTIL_LOST = 5
"""Grabs that fail in a row before the camera counts as lost; single ones are hiccups of USB."""


class OpenCVCamera:
    """A webcam by its index.

    A camera that stops giving frames is reopened until it is back; :meth:`events` says so.

    Args:
        index: device number as the system counts.
        width: pixels to ask for; the device may give another size.
        height: pixels to ask for.
        fps: frames per second to ask for.
    """

    def __init__(self, index: int, width: int = 640, height: int = 360, fps: float = 30.0) -> None:
        self.index = index
        self.nominal_fps = fps
        self.size = (width, height)
        self._asked = (width, height, fps)
        self._capture: cv2.VideoCapture | None = None
        self._clock: Clock | None = None
        self._seq = 0
        self._events: list[Event] = []
        self._closed = False
        self._reopen_at_s = 0.0

    def start(self, clock: Clock) -> None:
        """Opens the device.

        Raises:
            DeviceError: there is no such camera, or another program holds it.
        """
        self._clock = clock
        self._closed = False
        capture = self._open()
        if capture is None:
            raise DeviceError(
                f"camera {self.index} cannot be opened; connect it, close other programs that use "
                "it, choose another with --camera INDEX, or go on without with --camera none"
            )
        self._capture = capture

    def read(self) -> Frame | None:
        """Waits for the next frame; None once closed.

        Raises:
            NoFrameYet: the camera is lost; each further call tries to open it again.
        """
        assert self._clock is not None, "start() comes first"
        failures = 0
        while not self._closed:
            if self._capture is None and not self._reopen():
                raise NoFrameYet
            assert self._capture is not None
            if self._capture.grab():
                t_s = self._clock.now()
                good, image = self._capture.retrieve()
                if good and image is not None and image.size:
                    seq, self._seq = self._seq, self._seq + 1
                    rgb = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)
                    self.size = (rgb.shape[1], rgb.shape[0])
                    return Frame(t_s, seq, rgb)
            failures += 1
            if failures >= FAILURES_UNTIL_LOST:
                self._lose()
                raise NoFrameYet
            self._clock.sleep(0.02)
        return None

    def cue(self, cue: Cue) -> None:
        """A real camera takes no cues."""

    def events(self) -> list[Event]:
        """``lost`` and ``restored`` since the last call."""
        events, self._events = self._events, []
        return events

    def close(self) -> None:
        self._closed = True
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def _open(self) -> cv2.VideoCapture | None:
        backend = cv2.CAP_V4L2 if sys.platform.startswith("linux") else cv2.CAP_ANY
        capture = cv2.VideoCapture(self.index, backend)
        if not capture.isOpened():
            capture.release()
            return None
        width, height, fps = self._asked
        # Motion JPEG first: uncompressed formats fall to a few frames/s over USB 2 at this size.
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        capture.set(cv2.CAP_PROP_FPS, fps)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # an old frame in a queue would carry a late stamp
        if not capture.grab():
            capture.release()
            return None
        given = capture.get(cv2.CAP_PROP_FPS)
        self.nominal_fps = given if given > 0 else fps
        return capture

    def _lose(self) -> None:
        assert self._clock is not None
        if self._capture is not None:
            self._capture.release()
            self._capture = None
        self._reopen_at_s = self._clock.now() + REOPEN_EVERY_S
        message = f"camera {self.index} gives no more pictures; check its cable"
        self._events.append(Event(self._clock.now(), "camera", "lost", {"message": message}))

    def _reopen(self) -> bool:
        assert self._clock is not None
        now = self._clock.now()
        if now < self._reopen_at_s:
            self._clock.sleep(min(0.1, self._reopen_at_s - now))
            return False
        self._reopen_at_s = now + REOPEN_EVERY_S
        self._capture = self._open()
        if self._capture is None:
            return False
        message = f"camera {self.index} is back"
        self._events.append(Event(self._clock.now(), "camera", "restored", {"message": message}))
        return True
