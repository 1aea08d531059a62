"""An interview on a busy machine: what gives way, and that hearing does not."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from game.bench.interview import FIRST_SOUND, GREETED_S, USUAL_MESH_MS, hold
from game.bench.reaction_latency import (
    end_of_answer_delays,
    first_sound_s,
    percentile_ms,
    smile_delays,
)
from game.bench.row import Row
from scoring.record.session import Session

BUSY = 2
"""Processes that compute beside the interview without end, at its own priority."""
FRAMES_PER_S, SMILE_MS = 20.0, 400.0
"""Aims on a machine on which bare FaceMesh takes ``USUAL_MESH_MS`` when nothing runs beside it."""
OVER_FACE_MESH = {
    "mean frame": round(1000.0 / FRAMES_PER_S / USUAL_MESH_MS, 1),
    "smile to hers, p95": round(SMILE_MS / USUAL_MESH_MS, 1),
}
"""The same on any machine."""


def measure(quick: bool, data_dir: Path | None) -> list[Row]:
    """Holds an interview with the synthetic candidate while other processes compute.

    Args:
        quick: two questions instead of four.
        data_dir: not needed.

    Raises:
        WorkerError: the interview ended with an error.
    """
    del data_dir
    arguments = ["demo", "--script", "reactions", "--questions", "2" if quick else "4", "--no-film"]
    with tempfile.TemporaryDirectory(prefix="bench-load-") as scratch, busy(BUSY):
        session = hold(Path(scratch) / "session", arguments)
        return _rows(session)


@contextlib.contextmanager
def busy(count: int) -> Iterator[None]:
    """Lets ``count`` processes compute meanwhile."""
    spinning = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for process in spinning:
            process.kill()
            process.wait()


def _rows(session: Session) -> list[Row]:
    frames = next((e.data for e in session.events if e.kind == "frames"), {})
    rate, dropped = frames.get("frames_per_s"), frames.get("dropped_microphone")
    rate = float(rate) if rate else None
    steps = [e for e in session.events if e.source == "picture" and e.kind == "simpler"]
    smiles, delays = smile_delays(session), end_of_answer_delays(session)
    played = [e.data for e in session.events if e.kind == "answer_played"]
    spoken = [words for words in session.words if words.text]
    heard = sum(
        any(w.t_start_s < each["end_s"] and w.t_end_s > each["start_s"] for w in spoken)
        for each in played
    )
    reaction = f"smile to hers, p95 of {len(smiles)}"
    first = f"end of answer to first sound, p95 of {len(delays)}"
    lost = None if dropped is None else float(dropped)
    return [
        Row.at_most("load", FIRST_SOUND, first_sound_s(session), "s", GREETED_S),
        Row.at_least("load", "frames/s", rate, "1/s", FRAMES_PER_S),
        Row("load", "mean frame", 1000.0 / rate if rate else None, "ms"),
        Row("load", "steps that the picture gave way", float(len(steps)), ""),
        Row.at_most("load", reaction, percentile_ms(smiles, 95), "ms", SMILE_MS),
        Row.at_most("load", first, percentile_ms(delays, 95), "ms", 2000),
        Row.at_most("load", "sound items dropped", lost, "", 0),
        Row.at_least("load", "answers with words", float(heard), "", len(played)),
    ]
