"""People on their layer: drawn more simply where there is no time, and as before afterwards."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from game.pose import Angles, Pose
from game.scene.room import Room
from game.stage.tiles import Frame

pytestmark = pytest.mark.render


@pytest.fixture(scope="module")
def room(stage):
    built = Room(stage, "anna", self_view=False)
    yield built
    stage.simplify(0)
    built.close()


def look(room: Room) -> np.ndarray:
    for _ in range(2):
        room.draw(Pose())
    return room.picture().astype(int)


def test_a_simpler_picture_shows_the_same_and_the_finer_one_comes_back(room):
    full = look(room)
    shown = {}
    for step in (1, 2, 3):
        room.stage.simplify(step)
        shown[step] = look(room)
        off = np.abs(shown[step] - full).max(axis=2)
        # people cover a fifth of the picture; their outlines differ, and little else by much
        assert 0.001 < np.mean(off > 8) < 0.08, step
        assert np.mean(off > 60) < 0.02, step
    assert np.array_equal(shown[2], shown[3]), "the last step only draws fewer frames"
    assert not np.array_equal(shown[1], shown[2])
    room.stage.simplify(0)
    assert np.array_equal(look(room), full)


def test_a_simpler_picture_follows_the_size_of_the_window(room):
    room.stage.simplify(2)
    try:
        room.stage.resize(480, 270)
        small = look(room)
    finally:
        room.stage.resize(640, 360)
        room.stage.simplify(0)
    assert small.shape == (270, 480, 3)
    full = look(room)
    # the same picture three quarters as large: she is where she was
    shrunk = cv2.resize(full.astype(np.uint8), (480, 270), interpolation=cv2.INTER_AREA)
    assert np.mean(np.abs(small - shrunk.astype(int)).max(axis=2) > 40) < 0.05


def test_a_part_of_the_picture_is_drawn_as_the_whole_is(room):
    moved = Pose(torso=Angles(8.0, -4.0, 2.0), head=Angles(-10.0, 5.0, 0.0))
    for _ in range(2):
        room.draw(moved)
    part, frame = room.picture(), room.stage._layer._frame
    assert frame.width * frame.height < 0.8 * np.prod(room.stage.size)
    room.stage._layer.hulls = None
    for _ in range(2):
        room.stage.step()
    assert room.stage._layer._frame == Frame(0, 0, *room.stage.size)
    # sums that are rounded otherwise may move an edge by a hair
    assert np.mean((room.picture() != part).any(axis=2)) < 5e-4
