"""Draws routines of invented candidates and has perception read them, in as many processes as help.

People, lights and routines are others than those of training.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from game.portraits import LIGHTS as PORTRAIT_LIGHTS
from game.shading import Lights
from game.synthetic.people import AGES, SEXES, TONES, Kind
from perception.types import FaceReading, HeadGesture

FPS = 30.0
WIDTH, HEIGHT = 640, 360
FIRST_SEED = 5001
"""Of people whom no training has seen."""

LIGHTS: Mapping[str, Lights] = {
    "window": Lights(),
    "lamp": PORTRAIT_LIGHTS["evening"],
    "dim": Lights(
        key_direction=(0.2, -0.9, 0.5),
        key_color=(0.42, 0.42, 0.46),
        fill_color=(0.10, 0.10, 0.12),
        sky_color=(0.16, 0.16, 0.18),
        ground_color=(0.09, 0.09, 0.09),
    ),
}


@dataclass(frozen=True, slots=True)
class Sitter:
    """Who goes through the routine, and in what light."""

    seed: int
    kind: Kind
    light: str


@dataclass(slots=True)
class Performance:
    """A routine as it was done and as it was read; n frames."""

    sitter: Sitter
    t_s: NDArray[np.float64]
    phase: NDArray[np.str_]
    readings: list[FaceReading]
    """n."""
    found: list[HeadGesture]
    made: list[HeadGesture]
    """``t_found_s`` is the end."""
    head_deg: NDArray[np.float64]
    """(n, 3) yaw, pitch, roll."""
    position_m: NDArray[np.float64]
    """(n, 3)."""
    gaze_deg: NDArray[np.float64]
    """(n, 2) yaw and pitch in the camera's axes."""
    target: NDArray[np.str_]
    """(n,) screen, eyes, down, away; empty while the gaze travels."""
    point_m: NDArray[np.float64]
    """(n, 2) on the screen, from the camera; NaN where none is looked at."""
    units: NDArray[np.float64]
    """(n, 18) in the order of :data:`perception.actionunits.UNITS`."""
    closed: NDArray[np.float64]
    """(n,) how far the lids are shut."""
    gaze_error_deg: float | None = None
    """What the calibration says of itself; None where it failed."""
    extra: dict[str, float] = field(default_factory=dict)


def sitters(quick: bool = False) -> list[Sitter]:
    """Three faces, each in three tones of skin, ages and lights, so that each meets each.

    A Latin square: tone, age and light of the nine vary independently of one another.
    """
    lights = list(LIGHTS)
    chosen = [
        Sitter(
            FIRST_SEED + row,
            Kind(TONES[column], AGES[(row + column) % 3], SEXES[(row + column) % 2]),
            lights[(row + 2 * column) % 3],
        )
        for row in range(3)
        for column in range(3)
    ]
    return [chosen[1]] if quick else chosen


def perform_all(people: Sequence[Sitter]) -> list[Performance]:
    """Every routine, drawn and read."""
    count = min(len(people), os.cpu_count() or 1)
    if count == 1:
        return [perform(sitter) for sitter in people]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=context) as pool:
        return list(pool.map(perform, people))


def perform(sitter: Sitter) -> Performance:
    """One routine: drawn by the renderer, read by perception as it would read a webcam."""
    from game.synthetic.people import ensure_person
    from game.synthetic.routine import SETTLE_S, Routine
    from game.synthetic.studio import Optics, Studio
    from game.training.sittings import Film, develop
    from perception.actionunits import UNITS, action_units
    from perception.clock import SessionClock
    from perception.gaze import direction
    from perception.headpose import angles_from_rotation
    from perception.observer import Observer
    from perception.types import Frame

    studio = Studio(Path(ensure_person(sitter.seed, sitter.kind)), WIDTH, HEIGHT)
    studio.light(LIGHTS[sitter.light])
    optics = Optics(up_m=-0.03, pitch_deg=3.0)
    studio.place_camera(optics)
    seen = studio.seen()
    routine = Routine(sitter.seed, seen.position_m, (0.0, optics.pitch_deg))
    film = Film(gain=1.0, gamma=1.0, blur_px=0.4, noise=2.0, quality=85, small=1.0)
    rng = np.random.default_rng(sitter.seed)
    observer, clock = Observer(), SessionClock()
    dots: list[tuple[FaceReading, tuple[float, float]]] = []
    rows: dict[str, list[object]] = {
        name: []
        for name in ("t", "phase", "head", "place", "gaze", "target", "point", "units", "closed")
    }
    readings: list[FaceReading] = []
    found: list[HeadGesture] = []
    error: float | None = None
    calibrated = False
    for number in range(int(routine.length_s * FPS)):
        t_s = number / FPS
        phase = routine.phase(t_s)
        if number == int(0.3 * FPS):
            observer.learn("rest", True)
        if phase == "dots" and rows["phase"][-1] == "rest":
            observer.learn("rest", False)
        if phase == "head" and not calibrated:
            calibrated = True
            error = _calibrate(observer, dots)
        pose = routine.pose(t_s)
        image = develop(studio.draw(pose), film, rng)
        told = observer.see(Frame(t_s, number, image), clock)
        reading = next(item for item in told if isinstance(item, FaceReading))
        readings.append(reading)
        found += [item for item in told if isinstance(item, HeadGesture)]
        seen = studio.seen()
        ray = seen.rotation @ direction(pose.eyes.yaw_deg, pose.eyes.pitch_deg)
        fixed, since = routine.fixation(t_s)
        settled = since > SETTLE_S
        if phase == "dots" and settled and fixed.point_m is not None:
            dots.append((reading, fixed.point_m))
        point = fixed.point_m if fixed.point_m is not None else (np.nan, np.nan)
        units = action_units(pose.expressions)
        for name, value in (
            ("t", t_s),
            ("phase", phase),
            ("head", angles_from_rotation(seen.rotation)),
            ("place", seen.position_m),
            ("gaze", (np.degrees(np.arctan2(ray[0], ray[2])), np.degrees(np.arcsin(ray[1])))),
            ("target", fixed.target if settled else ""),
            ("point", point),
            ("units", [units[n] for n in UNITS]),
            ("closed", pose.expressions.get("eyeBlinkLeft", 0.0)),
        ):
            rows[name].append(value)
    observer.close()
    studio.close()
    made = [
        HeadGesture(g.kind, g.t_start_s, g.t_end_s, g.amplitude, g.t_end_s)
        for g in routine.gestures
    ]
    return Performance(
        sitter=sitter,
        t_s=np.array(rows["t"], float),
        phase=np.array(rows["phase"], np.str_),
        readings=readings,
        found=found,
        made=made,
        head_deg=np.array(rows["head"], float),
        position_m=np.array(rows["place"], float),
        gaze_deg=np.array(rows["gaze"], float),
        target=np.array(rows["target"], np.str_),
        point_m=np.array(rows["point"], float),
        units=np.array(rows["units"], float),
        closed=np.array(rows["closed"], float),
        gaze_error_deg=error,
    )


def _calibrate(
    observer: object, dots: Iterable[tuple[FaceReading, tuple[float, float]]]
) -> float | None:
    """Fits the gaze to the dots, as the green room does, and goes on with it."""
    from perception.gazefit import DotSample, fit_gaze
    from perception.observer import Observer

    assert isinstance(observer, Observer)
    fit = fit_gaze([DotSample(reading, point) for reading, point in dots])
    if fit is None:
        return None
    observer.calibrate(fit)
    return fit.error_deg


def without_calibration(performance: Performance) -> Performance:
    """The same performance with its gaze as a stranger's would be told."""
    from perception.gaze import GazeEstimator, Look
    from perception.headpose import HeadPose, rotation_from_angles

    estimator = GazeEstimator()
    readings = []
    for reading in performance.readings:
        gaze = None
        if reading.eyes_deg is not None and reading.position_m is not None:
            assert reading.yaw_deg is not None
            assert reading.pitch_deg is not None and reading.roll_deg is not None
            angles = (reading.yaw_deg, reading.pitch_deg, reading.roll_deg)
            pose = HeadPose(*angles, reading.position_m, rotation_from_angles(*angles), 0.0, 1.0)
            gaze = estimator.estimate(reading.t_s, Look(*reading.eyes_deg, 2.0), pose)
        readings.append(replace(reading, gaze=gaze))
    return replace(performance, readings=readings)
