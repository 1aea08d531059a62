"""How well perception reads a candidate of whom everything is known."""

from __future__ import annotations

import tempfile
from pathlib import Path

from game.bench.interview import hold
from game.bench.row import Row
from game.synthetic.truth import compare


def measure(quick: bool, data_dir: Path | None) -> list[Row]:
    """Holds the demo and compares what was said of its candidate with what was played.

    Args:
        quick: two questions.
        data_dir: not needed.

    Raises:
        WorkerError: the demo ended with an error.
    """
    del data_dir
    with tempfile.TemporaryDirectory(prefix="bench-truth-") as scratch:
        questions = ["--questions", "2"] if quick else []
        session = hold(Path(scratch) / "demo", ["demo", "--no-film", *questions])
        found = compare(session)
    rows = [
        Row("truth", "face readings compared", float(found.readings), ""),
        Row.at_most("truth", "yaw, mean error", found.yaw_error_deg, "°", 3),
        Row.at_most("truth", "pitch, mean error", found.pitch_error_deg, "°", 4),
        Row.at_most("truth", "roll, mean error", found.roll_error_deg, "°", 2),
        Row.at_least("truth", "smile, correlation", found.smile_r, "", 0.9),
        Row.at_least("truth", "blinks, F1", found.blink_f1, "", 0.9),
        Row.at_least("truth", "nods, F1", found.nod_f1, "", 0.9),
        Row.at_least("truth", "speech, overlap", found.speech_overlap, "", 0.9),
        Row("truth", "words, error rate", found.word_error_rate, ""),
    ]
    for target, share in sorted(found.target_accuracy.items()):
        rows.append(Row.at_least("truth", f"gaze on '{target}' said", share, "", 0.9))
    return rows
