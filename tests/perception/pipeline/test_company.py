"""Several faces that stay: that is said, with which is followed; a tile shows one of them."""

from __future__ import annotations

import numpy as np
import pytest

from perception.body.base import BodySettings
from perception.camera.camera_file import FileCamera
from perception.clock import FakeClock
from perception.face.base import FaceBox
from perception.face.company import ALONE, Company, CompanyWatch, place_among
from perception.pipeline.face import observe
from perception.pipeline.seeing import SeeingSettings, Seen
from perception.types import Event, FaceReading
from tests.perception.camera.test_presentation import encoded
from tests.perception.pipeline.scenes import images_of


@pytest.fixture(scope="module")
def call(data_dir, tmp_path_factory):
    """A recorded call: two people side by side, for two seconds."""
    left = images_of(data_dir / "video/grid/bbaf2n.mpg", 50)
    right = images_of(data_dir / "video/grid/lbax4n.mpg", 50)
    both = [np.hstack([a[:, :360], b[:, :360]]) for a, b in zip(left, right, strict=True)]
    return encoded(tmp_path_factory.mktemp("call") / "call.mp4", both)


def seen_in(path, tile: str) -> list[Seen]:
    camera = FileCamera(path, realtime=False, start_s=0.0, tile=tile)
    camera.start(FakeClock())
    seen = list(observe(camera, SeeingSettings(body=BodySettings(enabled=False))))
    camera.close()
    return seen


def of_company(seen: list[Seen]) -> list[Event]:
    return [e for e in seen if isinstance(e, Event) and e.kind in ("several_faces", "alone")]


@pytest.mark.data
def test_two_who_stay_side_by_side_are_told_with_the_one_that_is_followed(call):
    seen = seen_in(call, "")
    (told,) = of_company(seen)
    assert told.data["faces"] == 2 and told.t_s < 1.5
    xs = [f.position_m[0] for f in seen if isinstance(f, FaceReading) and f.position_m]
    assert told.data["place"] == ("left" if np.mean(xs) < 0 else "right")
    assert told.data["place"] in str(told.data["message"])


@pytest.mark.data
@pytest.mark.parametrize("tile", ["left", "0.5,0,0.5,1"])
def test_in_a_tile_there_is_one(call, tile):
    seen = seen_in(call, tile)
    faces = [f for f in seen if isinstance(f, FaceReading)]
    assert of_company(seen) == []
    assert {f.faces for f in faces} == {1} and all(f.confidence > 0.5 for f in faces)


def box(x: float, y: float, width: float = 100.0) -> FaceBox:
    return FaceBox(x, y, width, width, 0.9)


@pytest.mark.parametrize(
    ("own", "others", "place"),
    [
        ((0, 0), [(300, 10)], "left"),
        ((300, 0), [(0, 40)], "right"),
        ((300, 0), [(0, 0), (600, 0)], "middle"),
        ((0, 300), [(20, 0)], "bottom"),
        ((0, 300), [(0, 0), (400, 0), (400, 300)], "bottom-left"),
        ((400, 0), [(0, 0), (0, 300), (400, 300)], "top-right"),
    ],
)
def test_where_a_face_is_among_others(own, others, place):
    assert place_among(box(*own), [box(*each) for each in others]) == place


def test_who_walks_past_or_sits_far_behind_is_no_company():
    watch = CompanyWatch()
    passing = [watch.add(i / 10, box(0, 0), [box(300, 0)] * (3 <= i < 9)) for i in range(60)]
    behind = [watch.add(6 + i / 10, box(0, 0), [box(300, 0, 30.0)]) for i in range(60)]
    assert set(passing) | set(behind) == {None}


def test_who_stays_is_told_once_and_again_when_they_have_gone():
    watch = CompanyWatch()
    told = {}
    for i in range(120):
        there = i < 60 and i % 10  # the detector misses them now and then
        company = watch.add(i / 10, box(0, 0), [box(300, 0)] if there else [])
        if company is not None:
            told[i / 10] = company
    assert list(told.values()) == [Company(2, "left"), ALONE]
    came_s, went_s = told
    assert came_s <= 1.2 and 8.5 < went_s < 9.5


def test_another_one_that_is_followed_is_told():
    watch = CompanyWatch()
    told = []
    for i in range(60):
        own, other = (box(0, 0), box(300, 0)) if i < 30 else (box(300, 0), box(0, 0))
        told.append(watch.add(i / 10, own, [other]))
    assert [each.place for each in told if each is not None] == ["left", "right"]
