"""How fast the room is drawn: office, recruiter talking, captions, on an offscreen stage."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from dialogue.persona import load_persona
from dialogue.types import RecruiterAct
from game.bench.table import Row
from game.recruiter import Recruiter
from game.room import Room
from game.speaker import choose_speaker
from game.stage import Stage
from game.voice import Renderer, choose_voice
from perception.clock import FakeClock

SIZES = ((1280, 720), (960, 540))
LINE = (
    "Thank you for coming in today. I would like to hear about a time when something at work "
    "did not go as you had planned, and what you did about it. Take a moment to think, if you like."
)
FRAME_S = 1 / 60
WARM_UP = 30


def measure(quick: bool, data_dir: Path | None) -> list[Row]:
    """Frames a second with her talking, moving and blinking, at both sizes.

    Args:
        quick: fewer frames.
        data_dir: not needed.
    """
    del data_dir
    frames = 240 if quick else 900
    rows: list[Row] = []
    for width, height in SIZES:
        rows += _measure(width, height, frames)
    return rows


def _measure(width: int, height: int, frames: int) -> list[Row]:
    persona = load_persona("anna")
    clock = FakeClock()
    # drawn as fast as can be; her time runs at 60 frames a second, so that she moves as she would
    with Stage(width, height, mode="offscreen") as stage:
        renderer = Renderer(choose_voice("auto", persona.voice))
        renderer.get(LINE)
        recruiter = Recruiter(persona, renderer, choose_speaker("silent", clock), seed=1)
        room = Room(stage, persona.identity)
        # a software renderer leaves out frames that nobody reads
        stage.keep_pictures(True)
        took = []
        for frame in range(frames + WARM_UP):
            if not recruiter.delivery.busy:
                act = RecruiterAct(clock.now(), "ask", LINE, "interested", id=f"act-{frame}")
                recruiter.play([act], clock.now())
            began = time.perf_counter()
            recruiter.gaze.candidate = room.direction_to_candidate()
            pose = recruiter.update(clock.now())
            room.caption(LINE, clock.now())
            room.draw(pose)
            took.append(time.perf_counter() - began)
            clock.sleep(FRAME_S)
        renderer.close()
        triangles, geoms = _size_of(stage)
        driver = stage.driver
        room.close()
    times = np.array(took[WARM_UP:])
    where = f"at {width}×{height}"
    low = 1.0 / float(np.percentile(times, 99))
    name = "software" if driver.software else driver.renderer
    return [
        Row.at_least("room", f"frames/s {where}, median ({name})", _fps(times), "1/s", 60),
        Row.at_least("room", f"frames/s {where}, 1 % low", low, "1/s", 30),
        Row("room", f"triangles {where}", float(triangles), ""),
        Row("room", f"draw calls {where}", float(geoms), ""),
    ]


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
