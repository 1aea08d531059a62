"""Field of view: projected heads that come nearer before cameras that are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from perception.face.fieldofview import FEWEST_FRAMES, USUAL_FOV_DEG, FieldOfView, estimate_fov
from perception.face.headpose import EYES_CM, RIGID_POINTS_CM, rotation_from_angles

SIZE = (640, 360)
LEANING = tuple(np.linspace(0.75, 0.35, 40).tolist())
"""Metres from the camera: somebody leans in."""


def faces(fov_deg, distances=LEANING, noise_px=0.3, head_cm=0.0, size=SIZE, seed=3):
    """Landmarks of a head at each distance, by plain pinhole arithmetic.

    Args:
        fov_deg: along the picture's longer side.
        distances: metres.
        noise_px: of each landmark in each frame.
        head_cm: by how much this head's points lie off the average one's, always the same.
        size: of the picture.
        seed: of it all.
    """
    rng = np.random.default_rng(seed)
    focal = max(size) / 2 / math.tan(math.radians(fov_deg) / 2)
    points = np.array(list(RIGID_POINTS_CM.values())) - EYES_CM
    points = (points + rng.normal(0.0, head_cm, points.shape)) / 100
    seen = []
    for distance in distances:
        turn = rotation_from_angles(*rng.normal(0.0, (4.0, 3.0, 2.0)))
        x, y, z = (points @ turn.T + (*rng.normal(0.0, 0.02, 2), -distance)).T
        landmarks = np.zeros((478, 3), np.float32)
        at = np.stack([size[0] / 2 + focal * x / -z, size[1] / 2 - focal * y / -z], axis=1)
        landmarks[list(RIGID_POINTS_CM), :2] = at + rng.normal(0.0, noise_px, at.shape)
        seen.append(landmarks)
    return seen


def found(*args, **kwargs) -> FieldOfView:
    view = estimate_fov(faces(*args, **kwargs), kwargs.get("size", SIZE))
    assert view is not None
    return view


@pytest.mark.parametrize("fov_deg", [52.0, 63.0, 72.0, 82.0])
def test_an_average_head_tells_the_camera(fov_deg):
    view = found(fov_deg)
    # unusual cameras need more evidence than a face gives: they are told less unusual
    assert abs(view.horizontal_deg - fov_deg) < 3.0 + 0.33 * abs(fov_deg - USUAL_FOV_DEG)
    assert view.low_deg < view.horizontal_deg < view.high_deg
    assert view.frames == len(LEANING)


def test_the_longer_side_counts_when_the_picture_is_upright():
    assert found(75.0, size=(360, 640)).horizontal_deg == pytest.approx(75.0, abs=5.0)


def test_heads_that_are_not_average_still_lean_the_right_way():
    wide: list[float] = []
    narrow: list[float] = []
    inside = 0
    for seed in range(6):
        for fov, kept in ((80.0, wide), (52.0, narrow)):
            view = found(fov, head_cm=0.15, seed=seed)
            kept.append(view.horizontal_deg)
            inside += abs(view.horizontal_deg - fov) <= view.high_deg - view.low_deg
    assert np.mean(narrow) < USUAL_FOV_DEG < np.mean(wide)
    assert np.mean(np.abs(np.array(wide) - 80.0)) < 0.75 * (80.0 - USUAL_FOV_DEG)
    assert inside >= 10, "within twice the spread for nearly all of 12"


def test_what_was_seen_worse_moves_the_estimate_less():
    sure = estimate_fov(faces(82.0), SIZE, error=0.012)
    doubtful = estimate_fov(faces(82.0), SIZE, error=0.08)
    assert sure is not None and doubtful is not None
    assert USUAL_FOV_DEG < doubtful.horizontal_deg < sure.horizontal_deg
    assert doubtful.high_deg - doubtful.low_deg > sure.high_deg - sure.low_deg


def test_a_face_that_keeps_its_distance_tells_nothing():
    assert estimate_fov(faces(75.0, [0.6] * 40), SIZE) is None
    assert estimate_fov(faces(75.0, [0.6, 0.55] * 20), SIZE) is None


def test_too_few_frames_tell_nothing():
    few = faces(75.0, np.linspace(0.7, 0.35, FEWEST_FRAMES - 1).tolist())
    assert estimate_fov(few, SIZE) is None
    assert estimate_fov([], SIZE) is None
