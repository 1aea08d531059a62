"""Draws routines of invented candidates and has perception read them, in as many processes as help.

People, lights and routines are others than those of training.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from game.bench.portraits import LIGHTS as PORTRAIT_LIGHTS
from game.stage.shading import Lights
from game.synthetic.people import AGES, SEXES, TONES, Kind
from game.synthetic.routine import SETTLE_S, Routine
from perception.face.actionunits import UNITS, action_units
from perception.face.gaze import GazeEstimate, GazeEstimator, direction
from perception.face.gaze_calibration import DotSample, fit_gaze
from perception.face.headpose import HeadPose, angles_from_rotation, rotation_from_angles
from perception.process.pool import process_pool
from perception.types import FaceReading, HeadGesture

if TYPE_CHECKING:
    from game.pose import Pose
    from game.synthetic.studio import Seen
    from perception.pipeline.face import FacePipeline

FPS = 30.0
WIDTH, HEIGHT = 640, 360
HEAD_SCALE = 1.035
"""Makes the average invented head as large as the average adult's that distances are told by: their
eyes lie 58 mm apart, adults' 63 mm (Dodgson 2004), the rest of the face differs less."""
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
    """(n, 18) in the order of :data:`perception.face.actionunits.UNITS`."""
    closed: NDArray[np.float64]
    """(n,) how far the lids are shut."""
    gaze_error_deg: float | None = None
    """What the calibration says of itself; None where it failed."""


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
    with process_pool(count) as pool:
        return list(pool.map(perform, people))


def perform(sitter: Sitter) -> Performance:
    """One routine: drawn by the renderer, read by perception as it would read a webcam."""
    from game.synthetic.people import ensure_person
    from game.synthetic.routine import Routine
    from game.synthetic.studio import Optics, Studio
    from game.training.sittings import Film, develop
    from perception.clock import SessionClock
    from perception.pipeline.face import FacePipeline
    from perception.types import Frame

    studio = Studio(Path(ensure_person(sitter.seed, sitter.kind)), WIDTH, HEIGHT)
    studio.light(LIGHTS[sitter.light])
    # The face mesh's average head is adults'; the invented ones are a little smaller throughout.
    studio.human.root.set_scale(HEAD_SCALE)
    optics = Optics(up_m=-0.03, pitch_deg=3.0)
    studio.place_camera(optics)
    routine = Routine(sitter.seed, studio.seen().position_m, (0.0, optics.pitch_deg))
    film = Film(gain=1.0, gamma=1.0, blur_px=0.4, noise=2.0, quality=85, small=1.0)
    rng = np.random.default_rng(sitter.seed)
    pipeline, clock = FacePipeline(), SessionClock()
    green_room = _GreenRoom(pipeline)
    truth = _Truth()
    readings: list[FaceReading] = []
    found: list[HeadGesture] = []
    for number in range(int(routine.length_s * FPS)):
        t_s = number / FPS
        green_room.before(routine.phase(t_s))
        pose = routine.pose(t_s)
        image = develop(studio.draw(pose), film, rng)
        told = pipeline.process_frame(Frame(t_s, number, image), clock)
        reading = next(item for item in told if isinstance(item, FaceReading))
        readings.append(reading)
        found += [item for item in told if isinstance(item, HeadGesture)]
        truth.note(t_s, routine, pose, studio.seen())
        green_room.after(reading, truth)
    pipeline.close()
    studio.close()
    return truth.performance(sitter, routine, readings, found, green_room.error_deg)


class _GreenRoom:
    """What the green room does with the first two phases: learn the rest, calibrate the gaze."""

    def __init__(self, pipeline: FacePipeline) -> None:
        self.error_deg: float | None = None
        self._pipeline = pipeline
        self._phase = ""
        self._dots: list[DotSample] = []

    def before(self, phase: str) -> None:
        """The next frame is of this phase."""
        if phase == self._phase:
            return
        if phase == "rest":
            self._pipeline.learn("rest", True)
        elif self._phase == "rest":
            self._pipeline.learn("rest", False)
        elif self._phase == "dots":
            fit = fit_gaze(self._dots)
            if fit is not None:
                self._pipeline.calibrate(fit)
                self.error_deg = fit.error_deg
        self._phase = phase

    def after(self, reading: FaceReading, truth: _Truth) -> None:
        """Keeps what was read while a dot was looked at."""
        if self._phase == "dots" and truth.target[-1]:
            self._dots.append(DotSample(reading, truth.point_m[-1]))


@dataclass(slots=True)
class _Truth:
    """What was done, frame by frame."""

    t_s: list[float] = field(default_factory=list)
    phase: list[str] = field(default_factory=list)
    head_deg: list[tuple[float, float, float]] = field(default_factory=list)
    position_m: list[tuple[float, float, float]] = field(default_factory=list)
    gaze_deg: list[tuple[float, float]] = field(default_factory=list)
    target: list[str] = field(default_factory=list)
    point_m: list[tuple[float, float]] = field(default_factory=list)
    units: list[list[float]] = field(default_factory=list)
    closed: list[float] = field(default_factory=list)

    def note(self, t_s: float, routine: Routine, pose: Pose, seen: Seen) -> None:
        """One frame."""
        ray = seen.rotation @ direction(pose.eyes.yaw_deg, pose.eyes.pitch_deg)
        look, since_s = routine.fixation(t_s)
        units = action_units(pose.expressions)
        self.t_s.append(t_s)
        self.phase.append(routine.phase(t_s))
        self.head_deg.append(angles_from_rotation(seen.rotation))
        self.position_m.append(seen.position_m)
        self.gaze_deg.append(
            (math.degrees(math.atan2(ray[0], ray[2])), math.degrees(math.asin(ray[1])))
        )
        self.target.append(look.target if since_s > SETTLE_S else "")
        self.point_m.append(look.point_m or (math.nan, math.nan))
        self.units.append([units[number] for number in UNITS])
        self.closed.append(pose.expressions.get("eyeBlinkLeft", 0.0))

    def performance(
        self,
        sitter: Sitter,
        routine: Routine,
        readings: list[FaceReading],
        found: list[HeadGesture],
        error_deg: float | None,
    ) -> Performance:
        """All of it, beside what was read."""
        made = [
            HeadGesture(g.kind, g.t_start_s, g.t_end_s, g.amplitude, g.t_end_s)
            for g in routine.gestures
        ]
        return Performance(
            sitter=sitter,
            t_s=np.array(self.t_s),
            phase=np.array(self.phase, np.str_),
            readings=readings,
            found=found,
            made=made,
            head_deg=np.array(self.head_deg),
            position_m=np.array(self.position_m),
            gaze_deg=np.array(self.gaze_deg),
            target=np.array(self.target, np.str_),
            point_m=np.array(self.point_m),
            units=np.array(self.units),
            closed=np.array(self.closed),
            gaze_error_deg=error_deg,
        )


def without_calibration(performance: Performance) -> Performance:
    """The same performance with its gaze as a stranger's would be told."""
    estimator = GazeEstimator()
    readings = []
    for reading in performance.readings:
        gaze = None
        if reading.eyes_deg is not None and reading.position_m is not None:
            assert reading.yaw_deg is not None
            assert reading.pitch_deg is not None and reading.roll_deg is not None
            angles = (reading.yaw_deg, reading.pitch_deg, reading.roll_deg)
            pose = HeadPose(*angles, reading.position_m, rotation_from_angles(*angles), 0.0, 1.0)
            gaze = estimator.estimate(reading.t_s, GazeEstimate(*reading.eyes_deg, 2.0), pose)
        readings.append(replace(reading, gaze=gaze))
    return replace(performance, readings=readings)
