"""A webcam that misbehaves.

No webcam can be counted on where tests run, so a stand-in for its driver misbehaves in its place;
the camera around it is the real one.
"""

from __future__ import annotations

import os
import sys

import av
import cv2
import numpy as np
import pytest

from perception.camera import camera_opencv
from perception.camera.base import NoFrameYet
from perception.camera.camera_opencv import OpenCVCamera, to_rgb
from perception.clock import FakeClock
from perception.errors import DeviceError
from tests.perception.pipeline.scenes import torn_picture


@pytest.fixture(scope="module")
def clip(data_dir) -> list[np.ndarray]:
    """One face, 24 pictures of 640×360."""
    with av.open(str(data_dir / "video/pyfeat_single_face.mp4")) as container:
        frames = [f.to_ndarray(format="rgb24") for f in container.decode(video=0)]
    return frames[:48:2]


class Driver:
    """Stands in for ``cv2.VideoCapture``: plays a list of what each grab gives.

    A picture is given, ``None`` is a grab that fails, ``"torn"`` one that cannot be unpacked, and
    ``"closed"`` ends this opening: the next one goes on with the list. The list's end is a failure.
    """

    def __init__(self, script: list, fps: float = 30.0) -> None:
        self.script, self.fps = script, fps
        self.opened = self.released = 0

    def __call__(self, index: int, backend: int) -> Driver:
        self.opened += 1
        return self

    def comes(self, word: str) -> bool:
        return bool(self.script) and isinstance(self.script[0], str) and self.script[0] == word

    def isOpened(self) -> bool:
        if not self.comes("closed"):
            return True
        self.script.pop(0)
        return False

    def set(self, what: int, value: float) -> bool:
        return True

    def get(self, what: int) -> float:
        return self.fps

    def grab(self) -> bool:
        if not self.script or self.script[0] is None:
            del self.script[:1]
            return False
        return not self.comes("closed")

    def retrieve(self):
        given = self.script.pop(0)
        if isinstance(given, str):
            raise cv2.error("a picture that cannot be unpacked")
        return True, given

    def release(self) -> None:
        self.released += 1


def picture(level: int = 0, size=(360, 640)) -> np.ndarray:
    """BGR noise: like a camera's picture, no two pixels alike."""
    return np.random.default_rng(level).integers(0, 250, (*size, 3), dtype=np.uint8)


@pytest.fixture
def webcam(monkeypatch, tmp_path):
    """Opens a webcam whose driver plays a script."""
    monkeypatch.setattr(camera_opencv, "DEVICES", tmp_path)
    (tmp_path / "video0").touch()

    def plugged_in(script, fps=30.0):
        driver = Driver(script, fps)
        monkeypatch.setattr(cv2, "VideoCapture", driver)
        return OpenCVCamera(0), driver, FakeClock()

    return plugged_in


def kinds(camera) -> list[str]:
    return [event.kind for event in camera.events()]


def test_a_webcam_that_is_lost_comes_back_by_itself(webcam):
    script = [picture(1), picture(2), *[None] * 5, "closed", "closed", picture(3)]
    camera, driver, clock = webcam(script)
    camera.start(clock)
    assert [camera.read().seq for _ in range(2)] == [0, 1]
    with pytest.raises(NoFrameYet):
        camera.read()
    (lost,) = camera.events()
    assert lost.kind == "lost" and "check its cable" in lost.data["message"]
    frame, tries = None, 0
    while frame is None:
        tries += 1
        assert tries < 100
        try:
            frame = camera.read()
        except NoFrameYet:
            continue
    assert kinds(camera) == ["restored"] and frame.seq == 2
    assert clock.now() == pytest.approx(3.1, abs=0.4), "asked once a second, not without pause"
    assert driver.opened == 4 and driver.released == 3
    camera.close()
    assert camera.read() is None


def test_a_webcam_that_is_pulled_out_is_said_so(webcam, tmp_path):
    camera, _, clock = webcam([picture(1)])
    camera.start(clock)
    camera.read()
    (tmp_path / "video0").unlink()
    with pytest.raises(NoFrameYet):
        camera.read()
    (lost,) = camera.events()
    assert lost.data["message"] == "camera 0 was unplugged; connect it again"


def test_a_hiccup_and_a_torn_picture_lose_nothing_else(webcam):
    camera, _, clock = webcam([picture(1), None, "torn", np.zeros((0, 0, 3), np.uint8), picture(2)])
    camera.start(clock)
    first, second = camera.read(), camera.read()
    assert (first.seq, second.seq) == (0, 1) and camera.events() == []


class Dumb(Driver):
    """Each failing grab takes its time, as one does that waits for a camera that says nothing."""

    def __init__(self, script: list, clock: FakeClock) -> None:
        super().__init__(script)
        self.clock = clock

    def grab(self) -> bool:
        good = super().grab()
        if not good:
            self.clock.sleep(2.0)
        return good


def test_a_webcam_that_goes_dumb_is_lost_within_seconds(monkeypatch):
    clock = FakeClock()
    driver = Dumb([picture(1)], clock)
    monkeypatch.setattr(cv2, "VideoCapture", driver)
    camera = OpenCVCamera(0)
    camera.start(clock)
    camera.read()
    with pytest.raises(NoFrameYet):
        camera.read()
    assert kinds(camera) == ["lost"] and clock.now() < 3.0


on_linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="needs Linux, which shows its cameras as files"
)


@on_linux
def test_no_such_camera_and_a_camera_in_use_are_told_apart(webcam, tmp_path):
    held, driver, clock = webcam([None] * 20)  # opens, but gives nothing
    with pytest.raises(DeviceError, match="camera 0 gives no picture: close other programs"):
        held.start(clock)
    assert driver.released == 1
    (tmp_path / "video2").touch()
    absent, _, _ = webcam(["closed"])
    absent.index = 1
    with pytest.raises(
        DeviceError, match=r"camera 1 .* not there, only 0, 2; connect it"
    ) as caught:
        absent.start(clock)
    assert "--camera none" in str(caught.value) and "\n" not in str(caught.value)


@on_linux
@pytest.mark.skipif(
    os.geteuid() == 0, reason="needs another user than root, who may open everything"
)
def test_a_camera_that_may_not_be_used_says_how_to_be_let(webcam, tmp_path):
    (tmp_path / "video0").chmod(0)
    camera, _, clock = webcam(["closed"])
    with pytest.raises(DeviceError, match=r"may not be used.*group 'video'"):
        camera.start(clock)


@pytest.mark.parametrize("fps", [0.0, -1.0, 90000.0, float("nan")])
def test_a_rate_that_a_driver_cannot_mean_is_the_one_asked_for(webcam, fps):
    camera, _, clock = webcam([picture(1)], fps)
    camera.start(clock)
    assert camera.nominal_fps == 30.0


@pytest.mark.parametrize(("size", "said"), [((480, 640), []), ((120, 160), ["coarse"])])
def test_another_size_is_said_only_when_it_is_too_small(webcam, size, said):
    camera, _, clock = webcam([picture(n, size) for n in range(3)])
    camera.start(clock)
    for _ in range(3):
        frame = camera.read()
    assert frame.image.shape == (*size, 3) and camera.size == size[::-1]
    events = camera.events()
    assert [event.kind for event in events] == said
    assert all("160x120" in event.data["message"] for event in events)


@pytest.mark.parametrize(
    ("size", "fps", "told"),
    [
        ((360, 640), 30.0, None),
        ((720, 1280), 30.0, None),  # more than was asked for harms nobody
        ((360, 640), 29.97, None),
        ((360, 640), 10.0, "640x360 at 10 pictures a second where 640x360 at 30 were asked for"),
        ((240, 320), 30.0, "320x240 at 30 pictures a second where 640x360 at 30"),
    ],
)
def test_a_size_or_rate_that_was_not_accepted_is_said_once(webcam, size, fps, told):
    camera, _, clock = webcam([picture(n, size) for n in range(4)], fps)
    camera.start(clock)
    for _ in range(4):
        camera.read()
    events = camera.events()
    assert [event.kind for event in events] == ([] if told is None else ["mode"])
    assert all(told in event.data["message"] for event in events)


def test_grey_and_four_channels_and_sixteen_bits_are_read(webcam):
    colour = picture(1)
    grey = cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY)
    script = [colour, grey, grey[:, :, None], np.dstack([colour, grey]), colour.astype("<u2") * 257]
    camera, _, clock = webcam(script)
    camera.start(clock)
    images = [camera.read().image for _ in range(5)]
    assert all(image.shape == (360, 640, 3) and image.dtype == np.uint8 for image in images)
    for image in (images[0], images[3], images[4]):
        assert np.array_equal(image, colour[:, :, ::-1])
    for image in images[1:3]:
        assert np.array_equal(image, np.repeat(grey[:, :, None], 3, axis=2))
    with pytest.raises(cv2.error):
        to_rgb(np.zeros((4, 4, 2), np.uint8))


@pytest.mark.data
def test_torn_pictures_of_a_webcam_are_left_out_and_said_once(webcam, clip):
    whole = [image[:, :, ::-1] for image in clip]
    torn = torn_picture(clip[0], 0.5)[:, :, ::-1]
    blank = np.full_like(whole[0], 128)
    script = [*whole[:4], torn, whole[4], blank, whole[5], torn, torn, whole[6]]
    camera, _, clock = webcam(script)
    camera.start(clock)
    frames = [camera.read() for _ in range(7)]
    assert [f.seq for f in frames] == [0, 1, 2, 3, 5, 7, 10], "a gap where one is missing"
    for frame, image in zip(frames, clip, strict=False):
        assert np.array_equal(frame.image, image)
    assert camera.damaged == 4 and kinds(camera) == ["damaged"]
