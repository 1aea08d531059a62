"""A drawn person follows the green room's dots: places, eyes and fit agree with one another."""

from __future__ import annotations

import math

import numpy as np
import pytest

from game.greenroom import dots_on
from game.pose import Angles, Pose
from game.screenplace import Screen
from game.synthetic.studio import Studio
from perception.clock import SessionClock
from perception.gazefit import DotSample, eyes_toward, fit_gaze
from perception.observer import Observer
from perception.types import FaceReading, Frame

pytestmark = pytest.mark.render

SCREEN = Screen(0.344, 0.194, 0.01)
READINGS = 5
"""Of each dot."""


def test_a_person_who_follows_the_dots_is_calibrated(stage):
    before = set(stage.scene.getChildren())
    studio = Studio("priya", stage=stage)
    observer, clock = Observer(), SessionClock()
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
                found = observer.see(Frame(number / 30, number, image), clock)
                number += 1
                reading = next(item for item in found if isinstance(item, FaceReading))
                if step >= 4 and reading.eyes_deg is not None:
                    samples.append(DotSample(reading, dot.point_m))
            wanted = eyes_toward(reading, dot.point_m)
            assert reading.eyes_deg is not None and wanted is not None
            seen.append(reading.eyes_deg)
            true.append(wanted)
    finally:
        observer.close()
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
