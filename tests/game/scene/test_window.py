"""The room as through a window: it goes on at every edge, and in depth, wherever the eye goes."""

from __future__ import annotations

from itertools import product

import cv2
import numpy as np
import pytest
from panda3d.core import Vec3, Vec4

from game.rooms import store
from game.scene.immersion import ImmersionSettings
from game.scene.office import Office
from game.scene.settings import CameraSettings, RoomSettings
from tests.lanes import some_always

pytestmark = pytest.mark.render

_SIDE, _AHEAD, _UP = ImmersionSettings().reach_m
OUTERMOST = [
    Vec3(side * _SIDE, ahead * _AHEAD, up * _UP) for side, ahead, up in product((-1, 1), repeat=3)
]
MIDDLE = Vec3(0, 0, 0)


ALL = some_always(sorted(store.ROOMS), min(store.ROOMS))


@pytest.fixture(scope="module", params=ALL)
def office(stage, request):
    """A room before a clear colour that nothing in it has."""
    stage.base.win.setClearColor(Vec4(1, 0, 1, 1))
    built = Office(stage, room=RoomSettings(request.param))
    yield built
    built.remove()
    stage.base.win.setClearColor(Vec4(0, 0, 0, 1))


def seen(office, offset=None):
    """The picture from there; from the unmoved eye where no offset is given."""
    if offset is not None:
        office.follow(offset)
    office.stage.step()
    return office.stage.picture().astype(int)


def holes(picture):
    r, g, b = np.moveaxis(picture, 2, 0)
    return int(((r > 225) & (g < 30) & (b > 225)).sum())


def shift_px(before, after, rows, columns):
    """How far a part of the picture went to the right."""
    height, width = before.shape[:2]
    part = (
        slice(int(rows[0] * height), int(rows[1] * height)),
        slice(int(columns[0] * width), int(columns[1] * width)),
    )
    still, moved = (
        cv2.cvtColor(each[part].astype(np.uint8), cv2.COLOR_RGB2GRAY).astype(np.float32)
        for each in (before, after)
    )
    fading = cv2.createHanningWindow((still.shape[1], still.shape[0]), cv2.CV_32F)
    (across, _), _ = cv2.phaseCorrelate(still, moved, fading)
    return across


def test_in_the_middle_it_is_the_same_room(office):
    office.look(CameraSettings())
    straight = seen(office)
    followed = seen(office, MIDDLE)
    # nothing darkens the corners of a picture that moves: its middle is compared
    middle = (slice(120, 240), slice(213, 427))
    assert np.abs(followed - straight)[middle].mean() < 3


def test_the_outermost_eye_sees_no_edge(office):
    for offset in OUTERMOST:
        assert holes(seen(office, offset)) == 0, offset
    assert holes(seen(office, Vec3(1.5, 0, 0))) > 100  # so edges would be seen


def test_what_is_far_goes_along_and_what_is_in_the_window_stays(office):
    before, after = seen(office, MIDDLE), seen(office, Vec3(0.04, 0, 0))
    wall = shift_px(before, after, (0.05, 0.45), (0.25, 0.75))
    desk = shift_px(before, after, (0.80, 1.0), (0.25, 0.75))
    # 0.04 m before a window 1 m away: what is 3 m behind the eye's place goes 2/3 as far
    width_px = before.shape[1] / (2 * office._straight.across)
    assert 0.35 * 0.04 * width_px < wall < 0.95 * 0.04 * width_px
    assert abs(desk) < 0.5 * wall


def test_the_eye_comes_back_to_where_it_was(office):
    before = seen(office, MIDDLE)
    away = seen(office, OUTERMOST[-1])
    again = seen(office, MIDDLE)
    assert np.abs(away - before).mean() > 5
    assert np.array_equal(again, before)


def test_another_size_and_another_view_keep_the_room_whole(stage, office):
    before = seen(office, MIDDLE)
    try:
        stage.resize(480, 270)
        office.step()
        small = seen(office)
        assert holes(small) == 0
        whole = cv2.resize(before.astype(np.uint8), (480, 270), interpolation=cv2.INTER_AREA)
        assert np.abs(small - whole.astype(int)).mean() < 8
        for offset in OUTERMOST:
            assert holes(seen(office, offset)) == 0, offset
    finally:
        stage.resize(640, 360)
        office.step()
    office.look(CameraSettings(fov_deg=45.0))
    wider = seen(office, MIDDLE)
    assert np.abs(wider - before).mean() > 5
    for offset in OUTERMOST:
        assert holes(seen(office, offset)) == 0, offset
    office.look(CameraSettings())
    # a lens that was set to another angle and back differs in its last digit
    assert np.abs(seen(office, MIDDLE) - before).mean() < 0.5
