"""The part of a picture that a person names is the one that is looked at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from perception.camera.camera_file import FileCamera
from perception.camera.tile import parse_tile
from perception.clock import FakeClock
from perception.errors import InputError
from perception.pipeline.face import SeeingSettings
from perception.settings import build
from tests.perception.camera.test_camera import write_video

LIGHT = 255


def shown(path: Path, tile: str, max_width: int = 1280) -> np.ndarray:
    camera = FileCamera(path, realtime=False, start_s=0.0, tile=tile, max_width=max_width)
    camera.start(FakeClock())
    promised = camera.size
    frame = camera.read()
    camera.close()
    assert frame is not None
    assert (frame.image.shape[1], frame.image.shape[0]) == promised, "as said at the start"
    assert frame.image.flags["C_CONTIGUOUS"]
    return frame.image


@pytest.mark.parametrize(
    ("tile", "size", "light"),
    [
        ("left", (32, 48), 0.5),
        ("right", (32, 48), 0.0),
        ("top", (64, 24), 0.5),
        ("bottom", (64, 24), 0.0),
        ("top-left", (32, 24), 1.0),
        ("bottom-right", (32, 24), 0.0),
        ("0.25,0,0.5,0.5", (32, 24), 0.5),
        ("16,0,32,24", (32, 24), 0.5),
        ("", (64, 48), 0.25),
    ],
)
def test_a_tile_is_all_that_is_given(tmp_path, tile, size, light):
    image = shown(write_video(tmp_path / "v.mp4", [0, 40]), tile)  # light at its top left
    assert (image.shape[1], image.shape[0]) == size
    assert float(np.mean(image > LIGHT // 2)) == pytest.approx(light, abs=0.03)


def test_a_tile_keeps_the_detail_that_a_wide_picture_would_lose(tmp_path):
    path = write_video(tmp_path / "wide.mp4", [0, 40], size=(800, 48))
    assert shown(path, "", max_width=400).shape[1] == 400
    assert shown(path, "left", max_width=400).shape[1] == 400


@pytest.mark.parametrize(
    "text", ["leftish", "0.5,0,0.5", "a,b,c,d", "0.6,0,0.5,1", "0,0,0,1", "nan,0,1,1", "-1,0,5,5"]
)
def test_what_is_no_part_of_a_picture_is_refused_with_what_would_be(text):
    with pytest.raises(ValueError, match=r"use one of left, right|stay in 0 to 1"):
        parse_tile(text)
    with pytest.raises(Exception, match="tile"):
        build(SeeingSettings, {"tile": text}, "settings.toml [seeing]")


def test_pixels_beyond_the_picture_are_refused_with_its_size(tmp_path):
    camera = FileCamera(write_video(tmp_path / "v.mp4", [0, 40]), tile="40,0,40,48")
    with pytest.raises(InputError, match="64 pixels wide and 48 high"):
        camera.start(FakeClock())
