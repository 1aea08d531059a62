"""A drawn person follows the green room's dots: places, eyes and fit agree with one another."""

from __future__ import annotations

import math

import numpy as np
import pytest

from game.greenroom.flow import dots_on
from game.pose import Angles, Pose
from game.stage.screen_geometry import Screen
from game.synthetic.studio import Optics, Studio
from perception.clock import SessionClock
from perception.face.gaze_calibration import DotSample, eyes_toward, fit_gaze
from perception.pipeline.face import FacePipeline
from perception.types import FaceReading, Frame

pytestmark = pytest.mark.render

SCREEN = Screen(0.344, 0.194, 0.01)
READINGS = 5
"""Of each dot."""
WIDE_DEG = 80.0
"""Horizontal field of view of a camera that is not the common one."""


def test_a_person_who_follows_the_dots_is_calibrated(stage):
    before = set(stage.scene.getChildren())
    studio = Studio("priya", stage=stage)
    pipeline, clock = FacePipeline(), SessionClock()
    dots = dots_on(SCREEN, 16 / 9, (0.5, 0.36))
    samples, seen, true = [], [], []
    noise = np.random.default_rng(5)
    number = 0
    try:
        for dot in dots:
            # eyes in the camera's middle, half a metre and more away: from there to the dot
            x, y = dot.point_m
            eyes = Angles(
                math.degrees(math.atan2(x, 0.62)),
                math.degrees(math.atan2(y, math.hypot(x, 0.62))),
            )
            for step in range(READINGS + 4):
                image = studio.draw(Pose(eyes=eyes))
                grain = noise.normal(0.0, 2.0, image.shape)
                image = np.clip(image + grain, 0, 255).astype(np.uint8)
                found = pipeline.process_frame(Frame(number / 30, number, image), clock)
                number += 1
                reading = next(item for item in found if isinstance(item, FaceReading))
                if step >= 4 and reading.eyes_deg is not None:
                    samples.append(DotSample(reading, dot.point_m))
            wanted = eyes_toward(reading, dot.point_m)
            assert reading.eyes_deg is not None and wanted is not None
            seen.append(reading.eyes_deg)
            true.append(wanted)
    finally:
        pipeline.close()
        for child in stage.scene.getChildren():
            if child not in before:
                child.removeNode()
    # the same way round: eyes on a dot at the candidate's left are seen turned to image right
    assert np.corrcoef([s[0] for s in seen], [t[0] for t in true])[0, 1] > 0.9
    fit = fit_gaze(samples)
    assert fit is not None and fit.calibrated
    assert fit.error_deg is not None and fit.error_deg < 4.0
    missed = [math.dist(fit.apply(*s), t) for s, t in zip(seen, true, strict=True)]
    assert float(np.median(missed)) < 2.5


def test_leaning_in_tells_how_wide_the_camera_sees_and_distances_follow(stage):
    before = set(stage.scene.getChildren())
    studio = Studio("anna", stage=stage)
    pipeline, clock = FacePipeline(), SessionClock()
    number = 0

    def distance_m(true_m: float, frames: int) -> float:
        nonlocal number
        studio.place_camera(Optics(horizontal_fov_deg=WIDE_DEG, distance_m=true_m))
        for _ in range(frames):
            image = studio.draw(Pose())
            found = pipeline.process_frame(Frame(number / 30, number, image), clock)
            number += 1
        reading = next(item for item in found if isinstance(item, FaceReading))
        assert reading.position_m is not None
        return -reading.position_m[2]

    try:
        unknown = distance_m(0.6, 6)
        pipeline.learn("fov", True)
        for true_m in (0.60, 0.55, 0.50, 0.45, 0.40, 0.36, 0.32, 0.36, 0.42, 0.50, 0.58):
            distance_m(true_m, 5)
        learned = pipeline.learn("fov", False)
        known = distance_m(0.6, 8)
    finally:
        pipeline.close()
        for child in stage.scene.getChildren():
            if child not in before:
                child.removeNode()
    assert learned is not None and learned.data["horizontal_fov_deg"] is not None
    assert abs(learned.data["horizontal_fov_deg"] - WIDE_DEG) < 10.0
    # what was taken for a common camera seemed farther away than it was
    assert unknown > 0.68
    assert abs(known - 0.6) < 0.6 * abs(unknown - 0.6)
