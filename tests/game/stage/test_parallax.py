"""A window that stays where it is while the eye moves, and a picture bent to its depth."""

from __future__ import annotations

import numpy as np
import pytest
from panda3d.core import GeomVertexReader, PerspectiveLens, Point2, Point3, Vec3

from game.stage.parallax import WINDOW_M, Frustum, aim, sheet, straighten


def lens() -> PerspectiveLens:
    made = PerspectiveLens()
    made.set_near_far(0.1, 50.0)
    made.set_aspect_ratio(16 / 9)
    made.set_min_fov(37.0)
    return made


def seen(eye: PerspectiveLens, offset: Vec3, point: Point3) -> Point2:
    """Where a point of the unmoved eye's axes is on the moved eye's film, -1...1."""
    at = Point2()
    assert eye.project(Point3(point - offset), at)
    return at


@pytest.mark.parametrize("offset", [(0.3, 0, 0), (0, 0.25, 0), (0, 0, -0.15), (-0.2, 0.1, 0.1)])
def test_what_is_in_the_window_stays_and_what_is_behind_goes_along(offset):
    eye, moved = lens(), Vec3(*offset)
    straight = Frustum.of(eye)
    window = [Point3(x, WINDOW_M, z) for x in (-0.4, 0.0, 0.5) for z in (-0.2, 0.25)]
    behind = Point3(0.1, 3 * WINDOW_M, 0.1)
    before = [seen(eye, Vec3(0), p) for p in window]
    still = seen(eye, Vec3(0), behind)
    aim(eye, straight, moved)
    for point, was in zip(window, before, strict=True):
        now = seen(eye, moved, point)
        assert (now - was).length() < 1e-4
    now = seen(eye, moved, behind)
    if offset[0]:
        assert (now.x - still.x) * offset[0] > 0.05 * offset[0] ** 2
    if offset[1] and not offset[0]:
        assert abs(now.x) < abs(still.x)  # going nearer widens the view behind the window
    straighten(eye, straight)
    assert eye.get_fov()[0] == pytest.approx(np.degrees(2 * np.arctan(straight.across)), abs=1e-3)
    assert (seen(eye, Vec3(0), behind) - still).length() < 1e-4


def test_the_wider_picture_holds_all_that_any_eye_sees():
    eye, reach, farthest_m = lens(), (0.35, 0.30, 0.20), 4.0
    straight = Frustum.of(eye)
    wide = straight.wider(reach, farthest_m)
    for side in (-0.35, 0.0, 0.35):
        for ahead in (-0.3, 0.0, 0.3):
            for up in (-0.2, 0.2):
                for x in (-1, 1):
                    for z in (-1, 1):
                        # a corner's ray through the window, and where it ends
                        corner = np.array([x * straight.across, WINDOW_M, z * straight.up])
                        from_eye = np.array([side, ahead, up])
                        ray = corner - from_eye
                        end = from_eye + ray * (farthest_m - ahead) / ray[1]
                        assert abs(end[0]) <= wide.across * farthest_m + 1e-9
                        assert abs(end[2]) <= wide.up * farthest_m + 1e-9


def points(node) -> np.ndarray:
    reader = GeomVertexReader(node.get_geom(0).get_vertex_data(), "vertex")
    found = []
    while not reader.is_at_end():
        found.append(tuple(reader.get_data3()))
    return np.array(found)


def test_a_flat_picture_is_a_flat_sheet_that_fills_its_view():
    frustum = Frustum(0.6, 0.35)
    at = points(sheet("flat", np.full((90, 160), 2.0, np.float32), frustum))
    assert np.allclose(at[:, 1], 2.0)
    assert at[:, 0].max() == pytest.approx(1.2)
    assert at[:, 2].min() == pytest.approx(-0.7)


def test_a_leap_in_depth_is_bridged_not_torn():
    metres = np.full((280, 280), 4.0, np.float32)
    metres[:, :140] = 1.5
    at = points(sheet("step", metres, Frustum(0.5, 0.5))).reshape(21, 21, 3)
    row = at[10]
    assert row[0, 1] == pytest.approx(1.5, rel=0.01)
    assert row[-1, 1] == pytest.approx(4.0, rel=0.01)
    assert np.all(np.diff(row[:, 0]) > 0)  # from left to right without folding back
    assert np.all(np.diff(row[:, 1]) >= -1e-6)
