"""Files in a camera's place: odd ones, damaged ones, an hour of video; made from a real clip."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import psutil
import pytest
from PIL import Image

from perception.camera.camera_file import FileCamera, probe
from perception.camera.damage import MOST_IN_A_ROW, DamageWatch, flat_below
from perception.clock import FakeClock
from perception.devices import camera_spec
from perception.errors import InputError
from perception.face.base import open_face
from tests.perception.pipeline.scenes import torn_picture


@pytest.fixture(scope="module")
def clip(data_dir) -> list[np.ndarray]:
    """One face, 24 pictures of 640×360."""
    with av.open(str(data_dir / "video/pyfeat_single_face.mp4")) as container:
        frames = [f.to_ndarray(format="rgb24") for f in container.decode(video=0)]
    return frames[:48:2]


def encode(path: Path, images, codec="mpeg4", pix="yuv420p", fps=25, times_ms=None) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=fps)
        stream.width, stream.height = images[0].shape[1], images[0].shape[0]
        stream.pix_fmt = pix
        if times_ms is not None:
            stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        for number, image in enumerate(images):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
            if times_ms is not None:
                frame.pts, frame.time_base = times_ms[number], Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def play(path: Path, **options):
    camera = FileCamera(path, realtime=False, start_s=0.0, **options)
    camera.start(FakeClock())
    promised = camera.size
    frames = []
    while (frame := camera.read()) is not None:
        assert (frame.image.shape[1], frame.image.shape[0]) == promised, "as said at the start"
        frames.append(frame)
    camera.close()
    return camera, frames


def has_face(image: np.ndarray) -> bool:
    finder = open_face()
    seen = finder.find(image, 0.0)
    finder.close()
    return seen is not None and seen.confidence > 0.9


# -- files of every kind ----------------------------------------------------------------------


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "codec", "pix"),
    [
        ("grey.mkv", "ffv1", "gray"),
        ("deep-grey.mkv", "ffv1", "gray16le"),
        ("ten-bit.mkv", "ffv1", "yuv420p10le"),
        ("see-through.mkv", "ffv1", "yuva420p"),
        ("see-through.mov", "qtrle", "argb"),
        ("full-range.avi", "mjpeg", "yuvj420p"),
    ],
)
def test_every_kind_of_pixel_is_read(clip, tmp_path, name, codec, pix):
    _, frames = play(encode(tmp_path / name, clip[:6], codec, pix))
    assert len(frames) == 6
    assert all(f.image.dtype == np.uint8 and f.image.shape == (360, 640, 3) for f in frames)
    assert has_face(frames[0].image)


@pytest.mark.data
@pytest.mark.parametrize(("width", "height"), [(639, 359), (321, 241), (497, 301)])
def test_odd_sizes_are_read(clip, tmp_path, width, height):
    images = [cv2.resize(image, (width, height)) for image in clip[:4]]
    _, frames = play(encode(tmp_path / "odd.mkv", images, "ffv1", "bgr0"))
    assert all(f.image.shape == (height, width, 3) for f in frames)
    assert all(f.image.flags.c_contiguous for f in frames), "no gaps between the lines"
    assert has_face(frames[0].image)


@pytest.mark.data
def test_a_4k_file_is_scaled_as_it_is_decoded(clip, tmp_path):
    images = [cv2.resize(image, (3840, 2160)) for image in clip[:3]]
    _, frames = play(encode(tmp_path / "4k.mp4", images))
    assert len(frames) == 3 and frames[0].image.shape == (720, 1280, 3)
    assert has_face(frames[0].image)


@pytest.mark.data
@pytest.mark.parametrize("turn_deg", [90, 180, 270])
def test_a_telephone_video_is_upright_however_it_was_held(clip, tmp_path, turn_deg):
    # the pictures lie as the sensor saw them; the header says how to turn them clockwise
    lying = [np.rot90(image[:, 140:500], turn_deg // 90) for image in clip[:3]]
    path = encode(tmp_path / "phone.mp4", lying)
    one = 0x10000
    matrix = {
        90: (0, one, 0, -one, 0, 0, 0, 0),
        180: (-one, 0, 0, 0, -one, 0, 0, 0),
        270: (0, -one, 0, one, 0, 0, 0, 0),
    }[turn_deg]
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 44
    data[at : at + 36] = struct.pack(">9i", *matrix, 0x40000000)
    path.write_bytes(bytes(data))
    _, frames = play(path)
    assert np.abs(frames[0].image.astype(int) - clip[0][:, 140:500]).mean() < 6
    assert has_face(frames[0].image)


@pytest.mark.data
def test_an_upright_photo_of_a_telephone_is_upright(clip, tmp_path):
    photo = Image.fromarray(np.ascontiguousarray(np.rot90(clip[0])))
    exif = photo.getexif()
    exif[0x112] = 6  # turn a quarter clockwise
    photo.save(tmp_path / "photo.jpg", exif=exif)
    camera = FileCamera(tmp_path / "photo.jpg", realtime=False)
    camera.start(FakeClock())
    frame = camera.read()
    assert frame is not None and camera.size == (640, 360)
    assert frame.image.shape == (360, 640, 3) and has_face(frame.image)


@pytest.mark.data
def test_variable_and_very_low_rates_keep_their_times(clip, tmp_path):
    times = np.cumsum(np.random.default_rng(0).integers(10, 160, len(clip))).tolist()
    _, frames = play(encode(tmp_path / "vfr.mp4", clip, times_ms=times))
    expected = (np.array(times) - times[0]) / 1000
    assert [f.t_s for f in frames] == pytest.approx(expected.tolist(), abs=0.002)
    camera, frames = play(encode(tmp_path / "slow.mp4", clip[:4], fps=1))
    assert [f.t_s for f in frames] == pytest.approx([0, 1, 2, 3], abs=0.01)
    assert camera.nominal_fps == pytest.approx(1.0)


@pytest.mark.data
def test_a_moving_gif_plays_and_one_frame_is_a_video_too(clip, tmp_path):
    small = [cv2.resize(image, (320, 180)) for image in clip[:8]]
    _, frames = play(encode(tmp_path / "moving.gif", small, "gif", "rgb8", fps=10))
    assert len(frames) == 8 and np.diff([f.t_s for f in frames]) == pytest.approx(0.1, abs=0.011)
    path = encode(tmp_path / "one.mp4", clip[:1])
    _, frames = play(path)
    assert len(frames) == 1
    looped = FileCamera(path, loop=True, realtime=False, start_s=0.0)
    looped.start(FakeClock())
    times = [frame.t_s for _ in range(5) if (frame := looped.read()) is not None]
    assert times == pytest.approx([0.0, 0.04, 0.08, 0.12, 0.16], abs=0.001)


@pytest.mark.data
def test_what_cannot_be_played_is_one_line_with_a_way_out(clip, tmp_path):
    pictures = [Image.fromarray(image) for image in clip[:3]]
    path = tmp_path / "moving.webp"
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=100)
    with pytest.raises(InputError, match="moving WebP cannot be read: save it as MP4") as caught:
        camera_spec(str(path))
    assert "\n" not in str(caught.value)
    photo = tmp_path / "half.jpg"
    pictures[0].save(photo)
    photo.write_bytes(photo.read_bytes()[:300])  # nothing but its head
    with pytest.raises(InputError, match=r"half\.jpg"):
        camera_spec(str(photo))


# -- damage -----------------------------------------------------------------------------------


@pytest.mark.data
def test_incomplete_pictures_are_left_out_and_said_once(clip, tmp_path):
    whole = encode(tmp_path / "whole.ts", clip * 3, "mpeg2video").read_bytes()
    torn = bytearray(whole)
    for at in range(len(torn) // 4, len(torn) - 1000, len(torn) // 4):
        torn[at : at + 600] = bytes(600)
    (tmp_path / "torn.ts").write_bytes(bytes(torn))
    camera, frames = play(tmp_path / "torn.ts")
    assert camera.damaged >= 1 and len(frames) > 60
    (event,) = camera.events()
    assert event.kind == "damaged" and "torn.ts" in event.data["message"]
    assert "\n" not in event.data["message"]
    clean, all_frames = play(tmp_path / "whole.ts")
    assert clean.damaged == 0 and len(all_frames) == 72


@pytest.mark.data
@pytest.mark.parametrize("seed", range(4))
def test_noise_in_the_middle_of_a_file_harms_no_time(clip, tmp_path, seed):
    rng = np.random.default_rng(seed)
    data = bytearray(encode(tmp_path / "v.mp4", clip * 2).read_bytes())
    at = int(rng.uniform(0.2, 0.7) * len(data))
    data[at : at + 2000] = rng.integers(0, 256, 2000, dtype=np.uint8).tobytes()
    (tmp_path / "noisy.mp4").write_bytes(bytes(data))
    camera, frames = play(tmp_path / "noisy.mp4")
    assert len(frames) >= 40 and (np.diff([f.t_s for f in frames]) > 0).all()
    steps = np.array([f.t_s for f in frames]) * 25
    assert steps == pytest.approx(np.round(steps), abs=0.02), "who is left keeps its own time"
    assert len(camera.events()) <= 1


@pytest.mark.data
def test_a_picture_that_arrived_in_part_is_told(clip):
    watch = DamageWatch()
    assert not any(watch.damaged(image) for image in clip[:5])
    assert watch.damaged(torn_picture(clip[5], 0.5))
    assert watch.damaged(np.full_like(clip[5], 130))
    assert not watch.damaged(clip[6])
    bars = [np.vstack([image[:300], np.zeros((60, 640, 3), np.uint8)]) for image in clip]
    filmed = DamageWatch()
    assert not any(filmed.damaged(image) for image in bars), "its own border is no damage"
    covered = [watch.damaged(np.zeros_like(clip[0])) for _ in range(20)]
    assert covered == [True] * MOST_IN_A_ROW + [False] * (20 - MOST_IN_A_ROW)
    assert flat_below(clip[0]) < 0.1


@pytest.mark.data
def test_half_a_picture_in_a_film_is_left_out_but_a_fade_is_not(clip, tmp_path):
    images = [*clip[:6], torn_picture(clip[6], 0.5), *clip[7:12], np.zeros_like(clip[0]), clip[13]]
    camera, frames = play(encode(tmp_path / "torn.mkv", images, "ffv1", "bgr0"))
    assert camera.damaged == 1 and len(frames) == len(images) - 1
    assert 6 not in [f.seq for f in frames] and 12 in [f.seq for f in frames]
    (event,) = camera.events()
    assert event.kind == "damaged" and "at 0.2 s" in event.data["message"]


# -- an hour ----------------------------------------------------------------------------------


@pytest.mark.data
@pytest.mark.slow
def test_an_hour_opens_at_once_and_memory_stays_flat(clip, tmp_path):
    path = tmp_path / "hour.mp4"
    with (
        av.open(str(encode(tmp_path / "part.mp4", clip))) as source,
        av.open(str(path), "w") as out,
    ):
        stream = source.streams.video[0]
        copy = out.add_stream_from_template(stream)
        packets = [(bytes(p), p.is_keyframe) for p in source.demux(stream) if p.size]
        assert stream.time_base is not None
        step = round(1 / 25 / stream.time_base)
        for number in range(3600 * 25):
            data, keyframe = packets[number % len(packets)]
            packet = av.Packet(data)
            packet.pts = packet.dts = number * step
            packet.time_base, packet.stream, packet.is_keyframe = stream.time_base, copy, keyframe
            out.mux(packet)
    assert probe(path).duration_s == pytest.approx(3600, abs=1)
    camera = FileCamera(path, realtime=False, start_s=0.0)
    camera.start(FakeClock())
    process, used = psutil.Process(), []
    for number in range(25 * 120):
        frame = camera.read()
        assert frame is not None and frame.t_s == pytest.approx(number / 25, abs=0.01)
        if number >= 500 and number % 500 == 0:
            used.append(process.memory_info().rss / 2**20)
    camera.close()
    assert max(used) - used[0] < 8, f"MiB: {used}"
