"""Figures of seeing: its cost beside bare MediaPipe, how soon it tells, how right it is."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from game.bench.body import measure_body_cost
from game.bench.row import Row
from game.bench.seeingreal import frames, measure_real
from game.bench.seeingtruth import measure_truth
from perception.clock import SessionClock
from perception.devices import camera_spec
from perception.face.headpose import (
    EYES_CM,
    RIGID_POINTS_CM,
    HeadPoseEstimator,
    HeadPoseSettings,
    rotation_from_angles,
)
from perception.face.mesh_mediapipe import bare_mesh
from perception.pipeline.face import FacePipeline
from perception.pipeline.seeing import Seeing
from perception.types import FaceReading

SPEED_CLIP = "video/pyfeat_WolfgangLanger_Pexels.mp4"
"""640×360, one moving face."""

_BLOCK = 24
"""Frames that one side works on before the other has its turn, so that both meet the same load."""


def measure_seeing(data_dir: Path | None, quick: bool = False) -> list[Row]:
    """Measures seeing.

    Args:
        data_dir: folder of the real recordings; None leaves out what needs them.
        quick: a smaller sample, in under a minute.

    Returns:
        One row per figure.
    """
    rows = _synthetic_pose(200 if quick else 2000)
    if data_dir is not None:
        rows += measure_speed(data_dir / SPEED_CLIP, 240 if quick else 470)
        rows += _live(data_dir / SPEED_CLIP, 6.0 if quick else 15.0)
        rows += measure_body_cost(data_dir, quick)
        rows += measure_real(data_dir, quick)
    return [*rows, *measure_truth(quick)]


def measure_speed(path: Path, count: int) -> list[Row]:
    """Milliseconds per frame of the whole chain beside bare MediaPipe, on the same frames.

    The two take turns in short blocks; frames are decoded beforehand. Medians of blocks, so that
    another program's burst of work touches neither.
    """
    pictures = frames(path, count)
    pipeline, mesh = FacePipeline(), bare_mesh()
    clock = SessionClock()
    pipeline.process_frame(pictures.pop(0), clock)
    chain_ms, bare_ms = [], []
    for start in range(0, len(pictures) - _BLOCK + 1, _BLOCK):
        block = pictures[start : start + _BLOCK]
        began = time.perf_counter()
        for frame in block:
            mesh.process(frame.image)
        middle = time.perf_counter()
        for frame in block:
            pipeline.process_frame(frame, clock)
        ended = time.perf_counter()
        bare_ms.append(1e3 * (middle - began) / len(block))
        chain_ms.append(1e3 * (ended - middle) / len(block))
    pipeline.close()
    mesh.close()
    ratio = float(np.median(np.array(chain_ms[1:]) / np.array(bare_ms[1:])))
    height, width = pictures[0].image.shape[:2]
    where = f"at {width}×{height}"
    return [
        _row(f"whole chain, ms per frame {where}", float(np.median(chain_ms[1:])), "ms"),
        _row(f"bare MediaPipe mesh, ms per frame {where}", float(np.median(bare_ms[1:])), "ms"),
        _row("whole chain over bare MediaPipe", ratio, "×", "≤ 1.25", ratio <= 1.25),
    ]


def _live(path: Path, length_s: float) -> list[Row]:
    """The process as an interview runs it: grab to reading, and frames that were not read."""
    spec = camera_spec(str(path))
    assert spec is not None
    seeing = Seeing(spec, time.monotonic())
    seeing.start()
    readings: list[FaceReading] = []
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            readings += [item for item in seeing.poll() if isinstance(item, FaceReading)]
            if readings and readings[-1].t_s - readings[0].t_s >= length_s:
                break
            time.sleep(1 / 60)
    finally:
        seeing.stop()
    seeing.poll()
    latency_ms = [1e3 * r.latency_s for r in readings[10:]]
    p50, p95 = np.percentile(latency_ms, [50, 95]) if latency_ms else (np.nan, np.nan)
    share = seeing.dropped / max(1, seeing.dropped + len(readings))
    return [
        _row("camera grab to reading, p50", float(p50), "ms"),
        _row("camera grab to reading, p95", float(p95), "ms", "≤ 60", bool(p95 <= 60)),
        _row("camera frames not read", share, "share"),
    ]


def _synthetic_pose(count: int) -> list[Row]:
    """Errors on projected heads of exact pose with half a pixel of noise."""
    rng = np.random.default_rng(20)
    size = (640, 360)
    focal = size[0] / 2 / np.tan(np.radians(HeadPoseSettings().horizontal_fov_deg) / 2)
    head = (np.array(list(RIGID_POINTS_CM.values())) - np.array(EYES_CM)) / 100
    errors, apart = [], []
    for _ in range(count):
        truth = rng.uniform((-40, -25, -20), (40, 25, 20))
        place = rng.uniform((-0.12, -0.07, -0.9), (0.12, 0.07, -0.45))
        seen = head @ rotation_from_angles(*truth).T + place
        landmarks = np.zeros((478, 3), np.float32)
        pixels = (focal * seen[:, :2] / -seen[:, 2:]) * (1, -1) + (size[0] / 2, size[1] / 2)
        landmarks[list(RIGID_POINTS_CM), :2] = pixels + rng.normal(0, 0.5, pixels.shape)
        pose = HeadPoseEstimator().estimate(landmarks, size)
        if pose is None:
            continue
        errors.append(np.abs(np.array((pose.yaw_deg, pose.pitch_deg, pose.roll_deg)) - truth))
        apart.append(np.linalg.norm(np.array(pose.position_m) - place) / np.linalg.norm(place))
    yaw, pitch, roll = np.mean(errors, axis=0).tolist()
    position = 100 * float(np.mean(apart))
    return [
        _row("projected heads, yaw error, mean", yaw, "°", "≤ 3", yaw <= 3),
        _row("projected heads, pitch error, mean", pitch, "°", "≤ 4", pitch <= 4),
        _row("projected heads, roll error, mean", roll, "°", "≤ 2", roll <= 2),
        _row("projected heads, position error, mean", position, "%", "≤ 5", position <= 5),
    ]


def _row(figure: str, value: float, unit: str, aim: str = "", met: bool | None = None) -> Row:
    known = bool(np.isfinite(value))
    return Row(
        "seeing",
        figure,
        float(value) if known else None,
        unit,
        aim,
        None if met is None or not known else bool(met),
    )
