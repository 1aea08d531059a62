"""How fast the room is drawn: office, recruiter talking and gesturing, captions, offscreen."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from dialogue.behaviour.planner import BehaviourPlanner
from dialogue.content.persona import load_persona
from dialogue.types import RecruiterAct
from game.bake.cache import ensure_baked
from game.behaviour.recruiter import Recruiter
from game.bench.table import Row
from game.scene.room import Room
from game.sound.speaker import choose_speaker
from game.stage.base import Stage
from game.stage.settings import StageSettings
from game.voice.base import Renderer, voice_of
from perception.clock import FakeClock
from perception.paths import ROOT

AIMS = {(960, 540): 60.0, (1280, 720): 45.0}
"""Frames a second that the median shall reach, by size."""
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
        data_dir: not needed.
    """
    del data_dir
    frames = 240 if quick else 900
    rows: list[Row] = []
    for tier in TIERS:
        for size in AIMS:
            rows += _measure(tier, size, frames)
    rows.append(_start())
    return rows


def _measure(tier: str, size: tuple[int, int], frames: int) -> list[Row]:
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
    where = f"at {size[0]}×{size[1]}, {drawn}"
    low = 1.0 / float(np.percentile(times, 99))
    name = "software" if driver.software else driver.renderer
    if slow:
        # meant for GPUs; figures without an aim, of few frames
        few = f"({name}, {frames} frames)"
        return [
            Row("room", f"frames/s {where}, median {few}", _fps(times), "1/s"),
            Row("room", f"draw calls {where}", float(geoms), ""),
        ]
    return [
        Row.at_least("room", f"frames/s {where}, median ({name})", _fps(times), "1/s", AIMS[size]),
        Row.at_least("room", f"frames/s {where}, 1 % low", low, "1/s", 30),
        Row.at_least("room", f"hands' way {where}", 100 * float(moved), "cm", 100 * _HAND_MOVES_M),
        Row("room", f"triangles {where}", float(triangles), ""),
        Row("room", f"draw calls {where}", float(geoms), ""),
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
