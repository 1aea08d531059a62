"""A webcam through OpenCV."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Any

# Seconds that a grab may wait for a camera that has gone dumb; the library's own 10 would keep the
# loss from being told. Read once, by the library, at its first use.
os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "2")

import cv2
import numpy as np
from numpy.typing import NDArray

from perception.camera.base import NoFrameYet
from perception.camera.damage import DamageWatch
from perception.camera.tile import cut, parse_tile
from perception.clock import Clock
from perception.errors import DeviceError
from perception.types import Cue, Event, Frame

REOPEN_EVERY_S = 1.0
"""Pause between attempts to get a lost camera back."""

FAILURES_UNTIL_LOST = 5
"""Grabs that fail in a row before the camera counts as lost; single ones are hiccups of USB."""

LOST_AFTER_S = 1.5
"""s of failing grabs after which it counts as lost, however few they were."""

FIRST_GRABS = 3
"""Grabs that a camera has to give its first picture; some fail while they set their exposure."""

SMALLEST = (320, 180)
"""(width, height) in pixels below which gaze and expression can hardly be read."""

SLOWER = 0.9
"""Share of the rate that was asked for below which it was not accepted."""

DAMAGED_UNTIL_SAID = 3
"""Incomplete pictures after which that is said, once; a single one is nobody's concern."""

DEVICES = Path("/dev")
"""Where Linux shows its cameras, as video0, video1 ..."""


class OpenCVCamera:
    """A webcam by its index.

    A camera that stops giving frames is reopened until it is back; :meth:`events` says so.
    Pictures that arrived in part are left out and counted.

    Args:
        index: device number as the system counts.
        width: pixels to ask for; the device may give another size.
        height: pixels to ask for.
        fps: frames per second to ask for. What it gives instead is said where it is less.
        tile: the part of the picture to give, see :mod:`perception.camera.tile`; empty for all.

    Attributes:
        damaged: pictures left out because they were incomplete.
    """

    def __init__(
        self, index: int, width: int = 640, height: int = 360, fps: float = 30.0, tile: str = ""
    ) -> None:
        self.index = index
        self.nominal_fps = fps
        self.size = (width, height)
        self.damaged = 0
        self._asked = (width, height, fps)
        self._tile = parse_tile(tile)
        self._capture: cv2.VideoCapture | None = None
        self._clock: Clock | None = None
        self._seq = 0
        self._events: list[Event] = []
        self._closed = False
        self._reopen_at_s = 0.0
        self._damage = DamageWatch()
        self._checked = False

    def start(self, clock: Clock) -> None:
        """Opens the device.

        Raises:
            DeviceError: there is no such camera, it may not be used, or another program holds it.
        """
        self._clock = clock
        self._closed = False
        self._capture = self._open()
        if self._capture is None:
            why, busy = why_not(self.index)
            raise DeviceError(
                f"camera {self.index} {why}, choose another with --camera INDEX, "
                "or go on without with --camera none",
                retryable=busy,
            )

    def read(self) -> Frame | None:
        """Waits for the next frame; None once closed.

        Raises:
            NoFrameYet: the camera is lost; each further call tries to open it again.
        """
        assert self._clock is not None, "start() comes first"
        failures = 0
        begun_s = self._clock.now()
        while not self._closed:
            if self._capture is None and not self._reopen():
                raise NoFrameYet
            image, t_s = self._grab()
            if image is not None:
                seq, self._seq = self._seq, self._seq + 1
                if self._damage.damaged(image):
                    self._leave_out()
                    begun_s = self._clock.now()
                    continue
                self.size = (image.shape[1], image.shape[0])
                self._check_mode()
                if self._tile is not None:
                    image = cut(image, self._tile.within(self.size))
                return Frame(t_s, seq, image)
            failures += 1
            if failures >= FAILURES_UNTIL_LOST or self._clock.now() - begun_s > LOST_AFTER_S:
                self._lose()
                raise NoFrameYet
            self._clock.sleep(0.02)
        return None

    def cue(self, cue: Cue) -> None:
        """A real camera takes no cues."""

    def events(self) -> list[Event]:
        """``lost``, ``restored``, ``coarse``, ``mode`` and ``damaged`` since the last call."""
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
        if not any(capture.grab() for _ in range(FIRST_GRABS)):
            capture.release()
            return None
        given = capture.get(cv2.CAP_PROP_FPS)
        # Drivers that do not know say 0, -1 or a number of their clock's ticks.
        self.nominal_fps = given if 1 <= given <= 240 else fps
        self._damage = DamageWatch()
        return capture

    def _grab(self) -> tuple[NDArray[np.uint8] | None, float]:
        """The next picture, None where it failed, and the time of its grab."""
        assert self._clock is not None and self._capture is not None
        try:
            grabbed = self._capture.grab()
            t_s = self._clock.now()
            if not grabbed:
                return None, t_s
            good, image = self._capture.retrieve()
            return (to_rgb(image) if good and image is not None and image.size else None), t_s
        except cv2.error:  # what a driver sent could not be unpacked: as good as no picture
            return None, self._clock.now()

    def _leave_out(self) -> None:
        self.damaged += 1
        if self.damaged == DAMAGED_UNTIL_SAID:
            self._say(
                "damaged",
                f"camera {self.index} gives incomplete pictures, which are left out; try another "
                "cable or USB socket",
            )

    def _check_mode(self) -> None:
        """Holds what the camera gives against what it was asked for, once, and says if it is less.

        Drivers accept whatever they are asked and then do as they can: the size of the pictures and
        the rate that the driver names are what was really agreed.
        """
        if self._checked:
            return
        self._checked = True
        (width, height), fps = self.size, self.nominal_fps
        if width < SMALLEST[0] or height < SMALLEST[1]:
            self._say(
                "coarse",
                f"camera {self.index} gives {width}x{height} pixels, too few to read a face well; "
                "choose another with --camera INDEX",
            )
            return
        asked_width, asked_height, asked_fps = self._asked
        if width < asked_width or height < asked_height or fps < SLOWER * asked_fps:
            self._say(
                "mode",
                f"camera {self.index} gives {width}x{height} at {fps:.0f} pictures a second where "
                f"{asked_width}x{asked_height} at {asked_fps:.0f} were asked for; it is read less "
                "closely than another might be",
            )

    def _say(self, kind: str, message: str) -> None:
        assert self._clock is not None
        self._events.append(Event(self._clock.now(), "camera", kind, {"message": message}))

    def _lose(self) -> None:
        assert self._clock is not None
        if self._capture is not None:
            self._capture.release()
            self._capture = None
        self._reopen_at_s = self._clock.now() + REOPEN_EVERY_S
        gone = _on_linux() and not device(self.index).exists()
        why = (
            "was unplugged; connect it again" if gone else "gives no more pictures; check its cable"
        )
        self._say("lost", f"camera {self.index} {why}")

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
        self._say("restored", f"camera {self.index} is back")
        return True


def to_rgb(image: NDArray[Any]) -> NDArray[np.uint8]:
    """A picture as OpenCV gives it, whatever its channels and depth, as RGB.

    Args:
        image: (H, W), (H, W, 1), (H, W, 3) BGR or (H, W, 4) BGRA; uint8, or uint16 in full range.

    Raises:
        cv2.error: it has another number of channels.
    """
    if image.dtype == np.uint16:
        image = (image >> 8).astype(np.uint8)
    channels = 1 if image.ndim == 2 else image.shape[2]
    code = {1: cv2.COLOR_GRAY2RGB, 4: cv2.COLOR_BGRA2RGB}.get(channels, cv2.COLOR_BGR2RGB)
    return np.asarray(cv2.cvtColor(image, code), np.uint8)


def device(index: int) -> Path:
    """Linux's file of a camera."""
    return DEVICES / f"video{index}"


def why_not(index: int) -> tuple[str, bool]:
    """Why a camera could not be opened and what to do, as far as the system lets one tell.

    Returns:
        The middle of a sentence that begins with the camera and goes on with other ways; and
        whether another program holds it, so that it may be had a little later.
    """
    if not _on_linux():
        return "cannot be opened; connect it, close other programs that use it", True
    path = device(index)
    if not path.exists():
        others = sorted(int(p.name[5:]) for p in DEVICES.glob("video*") if p.name[5:].isdecimal())
        there = f"only {', '.join(map(str, others))}" if others else "nor any other"
        return f"cannot be opened: it is not there, {there}; connect it", False
    try:
        os.close(os.open(path, os.O_RDWR | os.O_NONBLOCK))
    except PermissionError:
        groups = "often: be in the group 'video', and log in again"
        return f"may not be used: allow {path} ({groups})", False
    except OSError as error:
        if error.errno == errno.EBUSY:
            return "is held by another program; close that", True
        if error.errno in (errno.ENODEV, errno.ENXIO):
            return "was unplugged; connect it again", False
    # Linux lets several programs open a camera, but only one have its pictures.
    return "gives no picture: close other programs that use it", True


def _on_linux() -> bool:
    return sys.platform.startswith("linux")
