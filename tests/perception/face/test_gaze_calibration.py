"""Calibration of a gaze: eyes of known faults follow dots of known places."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from perception.calibration import GazeCalibration
from perception.face.gaze_calibration import FEWEST_DOTS, DotSample, eyes_toward, fit_gaze
from perception.face.headpose import rotation_from_angles
from perception.types import FaceReading

DOTS = [(x, y) for y in (-0.01, -0.10, -0.19) for x in (-0.15, 0.0, 0.15)]
"""On a laptop's screen below its camera; across and up from it, metres."""
READINGS = 12


class Eyes:
    """Eyes that are seen as another than they are: the true look is offset + gain x the seen one.

    Args:
        offset: degrees in yaw and pitch.
        gain: in yaw and pitch.
        noise_deg: of one reading.
        fault_deg: by which a whole look at a dot is off, as people's looks are.
    """

    def __init__(
        self, offset=(0.0, 0.0), gain=(1.0, 1.0), noise_deg=1.5, fault_deg=0.0, seed=1
    ) -> None:
        self.offset, self.gain = np.array(offset), np.array(gain)
        self.noise_deg, self.fault_deg = noise_deg, fault_deg
        self.rng = np.random.default_rng(seed)

    def reading(self, point_m, aim_m=None, fault=(0.0, 0.0), turn=(0.0, 0.0, 0.0)) -> FaceReading:
        """While a dot is shown; the look goes to ``aim_m``, which usually is the dot."""
        yaw, pitch, roll = self.rng.normal(turn, 0.3)
        place = np.array((0.02, -0.03, -0.6)) + self.rng.normal(0.0, 0.005, 3)
        bare = FaceReading(
            0.0, 0.02, 0.9, float(yaw), float(pitch), float(roll), tuple(place.tolist())
        )
        true = eyes_toward(bare, point_m if aim_m is None else aim_m)
        assert true is not None
        seen = (np.array(true) + fault - self.offset) / self.gain
        seen = seen + self.rng.normal(0.0, self.noise_deg, 2)
        return replace(bare, eyes_deg=(float(seen[0]), float(seen[1])))

    def samples(
        self, dots=tuple(DOTS), readings=READINGS, aims=None, strays=0, head_deg=(4.0, 3.0, 2.0)
    ) -> list[DotSample]:
        """Of all dots, each looked at with another turn of the head.

        Args:
            dots: which.
            readings: of each.
            aims: dot to the place that was looked at instead.
            strays: readings of each during a glance far away.
            head_deg: by how much the head turns from dot to dot: yaw, pitch and roll.
        """
        found = []
        for dot in dots:
            fault = self.rng.normal(0.0, self.fault_deg, 2)
            turn = self.rng.normal(0.0, head_deg)
            aim = (aims or {}).get(dot)
            found += [DotSample(self.reading(dot, aim, fault, turn), dot) for _ in range(readings)]
            found += [
                DotSample(self.reading(dot, (0.5, 0.1), turn=turn), dot) for _ in range(strays)
            ]
        return found


def missed(fit: GazeCalibration, eyes: Eyes, dots=tuple(DOTS)) -> float:
    """Degrees, root mean square, by which looks at fresh places are missed."""
    still = Eyes(eyes.offset, eyes.gain, noise_deg=0.0, seed=77)
    off = []
    for x, y in dots:
        reading = still.reading((x + 0.03, y - 0.02))
        true = eyes_toward(reading, (x + 0.03, y - 0.02))
        assert reading.eyes_deg is not None and true is not None
        off.append(math.dist(fit.apply(*reading.eyes_deg), true))
    return math.sqrt(float(np.mean(np.square(off))))


def fitted(samples) -> GazeCalibration:
    fit = fit_gaze(samples)
    assert fit is not None and fit.calibrated and fit.error_deg is not None
    return fit


def test_the_eyes_that_look_at_a_point_point_at_it():
    for yaw, pitch, roll in ((0, 0, 0), (20, -10, 8), (-30, 15, -20)):
        reading = FaceReading(0, 0, 1, yaw, pitch, roll, (0.1, -0.05, -0.7))
        look = eyes_toward(reading, (-0.12, -0.18))
        assert look is not None
        a, b = np.radians(look)
        ray = np.array([np.sin(a) * np.cos(b), np.sin(b), np.cos(a) * np.cos(b)])
        ray = rotation_from_angles(yaw, pitch, roll) @ ray
        hit = np.array((0.1, -0.05, -0.7)) + ray * 0.7 / ray[2]
        assert hit == pytest.approx((-0.12, -0.18, 0.0), abs=1e-9)
    assert eyes_toward(FaceReading(0, 0, 0.0), (0.0, 0.0)) is None


@pytest.mark.parametrize(
    ("offset", "gain"),
    [
        ((0, 0), (1, 1)),
        ((6, -8), (1, 1)),
        ((-5, 10), (1.3, 0.8)),
        ((3, 4), (0.75, 1.5)),
    ],
)
def test_offsets_and_gains_are_found_through_noise(offset, gain):
    eyes = Eyes(offset, gain)
    fit = fitted(eyes.samples())
    assert missed(fit, eyes) < 1.2
    assert (fit.yaw_gain, fit.pitch_gain) == pytest.approx(gain, abs=0.15)
    assert missed(GazeCalibration(), eyes) > missed(fit, eyes) or offset == (0, 0)


def test_a_dot_that_was_not_looked_at_hardly_counts():
    eyes = Eyes((5, -6))
    aside = {DOTS[4]: (0.25, -0.30)}  # at something beside the screen, 20 degrees off
    fit = fitted(eyes.samples(aims=aside))
    assert missed(fit, eyes) < 2.0
    clean = fitted(Eyes((5, -6)).samples())
    assert fit.error_deg is not None and clean.error_deg is not None
    assert fit.error_deg < clean.error_deg + 2.5


def test_a_glance_away_during_a_dot_hardly_counts():
    eyes = Eyes((5, -6))
    assert missed(fitted(eyes.samples(strays=4)), eyes) < 1.5


def test_the_order_of_samples_does_not_matter():
    samples = Eyes((5, -6)).samples()
    mixed = [samples[i] for i in np.random.default_rng(2).permutation(len(samples))]
    assert fitted(samples).yaw_offset_deg == pytest.approx(fitted(mixed).yaw_offset_deg)


def test_too_few_dots_say_nothing():
    assert fit_gaze([]) is None
    assert fit_gaze(Eyes().samples(dots=DOTS[: FEWEST_DOTS - 1])) is None
    assert fit_gaze(Eyes().samples(readings=2)) is None, "two readings are no look"
    corners = [DOTS[i] for i in (0, 2, 4, 6, 8)]
    assert fit_gaze(Eyes().samples(dots=corners)) is not None


def test_readings_without_eyes_or_head_are_passed_over():
    eyes = Eyes((5, -6))
    shut = [DotSample(FaceReading(0, 0, 0.9, 0, 0, 0, (0, 0, -0.6)), dot) for dot in DOTS] * 5
    lost = [DotSample(FaceReading(0, 0, 0.0), dot) for dot in DOTS] * 5
    assert fit_gaze(shut + lost) is None
    assert fitted(eyes.samples() + shut + lost) == fitted(Eyes((5, -6)).samples())


def test_looks_that_do_not_agree_with_the_dots_say_nothing():
    rng = np.random.default_rng(6)
    for seed in range(8):
        anywhere = {
            dot: (float(x), float(y))
            for dot, (x, y) in zip(DOTS, rng.uniform(-0.35, 0.35, (9, 2)), strict=True)
        }
        assert fit_gaze(Eyes(seed=seed).samples(aims=anywhere)) is None


@pytest.mark.parametrize(("across", "up"), [(-1, 1), (1, -1), (-1, -1)])
def test_eyes_that_go_the_other_way_are_not_believed(across, up):
    """A mirrored picture, or somebody who did something else: no eye turns against its look."""
    mirrored = {dot: (across * dot[0], -0.1 + up * (dot[1] + 0.1)) for dot in DOTS}
    assert fit_gaze(Eyes().samples(aims=mirrored, head_deg=(0.0, 0.0, 0.0))) is None


def test_the_error_is_that_of_fresh_looks():
    told, true = [], []
    for seed in range(30):
        rng = np.random.default_rng((9, seed))
        fault = float(rng.uniform(0.5, 3.0))
        eyes = Eyes(rng.normal(0, 4, 2), rng.normal(1, 0.12, 2), 1.5, fault, seed)
        fit = fit_gaze(eyes.samples())
        if fit is None or fit.error_deg is None:
            continue
        told.append(fit.error_deg)
        # a fresh look is off by the fit's own miss and by as much as looks are
        true.append(math.hypot(missed(fit, eyes), math.sqrt(2.0) * fault))
    assert len(told) >= 25
    assert np.mean(told) == pytest.approx(np.mean(true), rel=0.25), "neither vain nor timid"
    assert np.corrcoef(told, true)[0, 1] > 0.7


def test_dots_that_say_little_change_little():
    """Five dots within a thumb's breadth: where is known, gains cannot be."""
    close = [(0.0, -0.10), (0.012, -0.10), (-0.012, -0.10), (0.0, -0.09), (0.0, -0.11)]
    gains = []
    for seed in range(20):
        eyes = Eyes((5, -6), fault_deg=1.5, seed=seed)
        fit = fitted(eyes.samples(dots=close, head_deg=(0.5, 0.5, 0.5)))
        gains += [fit.yaw_gain, fit.pitch_gain]
        assert missed(fit, eyes, dots=close) < 3.0
    assert np.mean(gains) > 0.65, "a plain line through them would give 0.4, and some below 0"
    assert min(gains) > 0.4
