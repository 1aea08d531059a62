"""How fast the room is drawn: office, recruiter talking and gesturing, captions, offscreen."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dialogue.behaviour.planner import BehaviourPlanner
from dialogue.content.persona import load_persona
from dialogue.types import RecruiterAct
from game.bake.cache import ensure_baked
from game.behaviour.recruiter import Recruiter
from game.bench.calibration import calibrate
from game.bench.row import Row
from game.scene.room import Room
from game.sound.speaker import choose_speaker
from game.stage.base import Driver, Stage
from game.stage.settings import StageSettings
from game.voice.base import Renderer, voice_of
from perception.clock import FakeClock
from perception.paths import ROOT

RATIOS = {(960, 540): 5.0, (1280, 720): 6.5}
"""Times of bare FaceMesh that the median frame may take in software, by size."""
SLOWEST = 2.0
"""Times of the median that the slowest hundredth of frames may take."""
TIERS = ("lean", "full")
LINE = (
    "Thank you for coming in today. I would like to hear about a time when something at work "
    "did not go as you had planned, and what you did about it. Take a moment to think, if you like."
)
FRAME_S = 1 / 60
WARM_UP = 30
SOFTWARE_FULL = 24
"""Frames of the full quality where the processor draws: a tier meant for GPUs, drawn to be seen."""
_HAND_MOVES_M = 0.001

_START = """
from game.stage.base import Stage
from game.scene.room import Room
from game.pose import Pose
stage = Stage(960, 540, mode="offscreen")
room = Room(stage, "anna")
stage.keep_pictures(True)
room.draw(Pose())
assert room.picture().any()
print("drawn", flush=True)
stage.close()
"""


def measure(quick: bool, data_dir: Path | None) -> list[Row]:
    """Frames a second with her talking and gesturing, per quality and size; then the start.

    Args:
        quick: fewer frames.
        data_dir: recordings for tests, one of which tells how fast this machine is.
    """
    frames = 240 if quick else 900
    rows: list[Row] = []
    before = calibrate(data_dir)
    for tier in TIERS:
        for size in RATIOS:
            measured = _measure(tier, size, frames)
            after = calibrate(data_dir)
            rows += _rows(measured, before.mean(after).face_mesh_ms)
            before = after
    rows.append(_start())
    return rows


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Frames that were drawn one way."""

    size: tuple[int, int]
    tier: str
    driver: Driver
    times_s: NDArray[np.float64]
    """(n,) of frames."""
    hands_m: float
    """How far a hand moved meanwhile, at most."""
    triangles: int
    geoms: int
    slow: bool
    """Whether it is a tier for GPUs, drawn by a processor."""


def _measure(tier: str, size: tuple[int, int], frames: int) -> _Drawn:
    persona = load_persona("anna")
    clock = FakeClock()
    # drawn as fast as can be; her time runs at 60 frames a second, so that she moves as she would
    with Stage(*size, mode="offscreen", settings=StageSettings(quality=tier)) as stage:
        driver, drawn = stage.driver, stage.quality
        slow = driver.software and drawn == "full"
        warm_up = 3 if slow else WARM_UP
        if slow:
            frames = SOFTWARE_FULL
        renderer = Renderer(voice_of(persona))
        renderer.get(LINE)
        recruiter = Recruiter(persona, renderer, choose_speaker("silent", clock), seed=1)
        planner = BehaviourPlanner(persona, seed=1)
        room = Room(stage, persona.identity)
        # a software renderer leaves out frames that nobody reads
        stage.keep_pictures(True)
        took = []
        hands = []
        for frame in range(frames + warm_up):
            if not recruiter.delivery.busy:
                act = RecruiterAct(clock.now(), "ask", LINE, "interested", id=f"act-{frame}")
                recruiter.play([planner.plan(act)], clock.now())
            began = time.perf_counter()
            recruiter.gaze.candidate = room.direction_to_candidate()
            pose = recruiter.advance(clock.now())
            room.caption(LINE, clock.now())
            room.draw(pose)
            took.append(time.perf_counter() - began)
            hands.append([tuple(arm.wrist) for arm in room.human.arms.values()])
            clock.sleep(FRAME_S if not slow else 10 * FRAME_S)
        renderer.close()
        triangles, geoms = _size_of(stage)
        room.close()
    times = np.array(took[warm_up:])
    moved = np.linalg.norm(np.array(hands[warm_up:]) - hands[0], axis=2).max()
    return _Drawn(size, drawn, driver, times, float(moved), triangles, geoms, slow)


def _rows(drawn: _Drawn, face_mesh_ms: float | None) -> list[Row]:
    """Figures of some frames, beside the time of bare FaceMesh where that is known."""
    size, times = drawn.size, drawn.times_s
    where = f"at {size[0]}×{size[1]}, {drawn.tier}"
    name = "software" if drawn.driver.software else drawn.driver.renderer
    if drawn.slow:
        # meant for GPUs; figures without an aim, of few frames
        few = f"({name}, {len(times)} frames)"
        return [
            Row("room", f"frames/s {where}, median {few}", _fps(times), "1/s"),
            Row("room", f"draw calls {where}", float(drawn.geoms), ""),
        ]
    median_ms = 1e3 * float(np.median(times))
    ratio = None if face_mesh_ms is None else median_ms / face_mesh_ms
    slowest = 1e3 * float(np.percentile(times, 99)) / median_ms
    hands = f"hands' way {where}"
    return [
        Row("room", f"frames/s {where}, median ({name})", _fps(times), "1/s"),
        Row.at_most("room", f"frame over bare FaceMesh {where}", ratio, "×", RATIOS[size]),
        Row.at_most("room", f"slowest hundredth over median {where}", slowest, "×", SLOWEST),
        Row.at_least("room", hands, 100 * drawn.hands_m, "cm", 100 * _HAND_MOVES_M),
        Row("room", f"triangles {where}", float(drawn.triangles), ""),
        Row("room", f"draw calls {where}", float(drawn.geoms), ""),
    ]


def _start() -> Row:
    """Seconds from a fresh process to its first picture, everything baked."""
    ensure_baked("anna")
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", _START],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        took = time.perf_counter() - began
    if said.strip() != "drawn":
        raise RuntimeError("a fresh process drew no picture")
    return Row.at_most("room", "start to first picture, baked", took, "s", 3.0)


def _fps(times: np.ndarray) -> float:
    return 1.0 / float(np.median(times))


def _size_of(stage: Stage) -> tuple[int, int]:
    """Triangles and separate geometries in the scene."""
    triangles = geoms = 0
    for path in stage.scene.find_all_matches("**/+GeomNode"):
        node = path.node()
        for index in range(node.get_num_geoms()):
            geoms += 1
            geom = node.get_geom(index)
            for number in range(geom.get_num_primitives()):
                triangles += geom.get_primitive(number).decompose().get_num_primitives()
    return triangles, geoms
