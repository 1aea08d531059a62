"""A short session with its recordings, and a report of it that holds all that a page can show."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Any

import numpy as np

from perception.camera.picture_recorder import PictureRecorder
from perception.types import Frame
from scoring.record.session import read_session
from scoring.report.analysis import Analysis, analyse
from tests.scoring.sessions import STORY, Answer, Script

RATE_HZ = 16_000
PICTURE_FROM_S = 3.0
"""When the camera was there: later than the session."""
ARABIC = "أعمل في مخبز صغير منذ ثلاث سنوات"


def written(folder: Path, recorded: bool = True) -> Path:
    """Writes a session of three questions; with its sounds and pictures, where it was recorded."""
    script = Script(
        [
            ("story", "Tell me about a time when you managed a difficult project.", Answer(STORY)),
            ("tongue", "Which languages do you speak?", Answer(ARABIC, typed=True)),
            ("future", "Where do you see yourself in five years?", None),
        ],
        nods=4,
        gaze_error_deg=1.5,
    )
    script.write(folder)
    if recorded:
        _sound(folder / "candidate.wav", script.end_s, 220.0)
        _sound(folder / "recruiter.wav", script.end_s - 1.0, 330.0)
        _picture(folder / "camera.mp4", script.end_s)
        (folder / "improved").mkdir()
        for name in ("story", "story_original"):
            _sound(folder / "improved" / f"{name}.wav", 2.0, 180.0)
    return folder


def _sound(path: Path, length_s: float, pitch_hz: float) -> None:
    t = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((3000 * np.sin(2 * np.pi * pitch_hz * t)).astype("<i2").tobytes())


def _picture(path: Path, end_s: float) -> None:
    """A grey that brightens with time, at 5 pictures a second."""
    recorder = PictureRecorder(path, 5)
    for i in range(int(5 * (end_s - PICTURE_FROM_S))):
        image = np.full((96, 128, 3), int(60 + 150 * i / (5 * end_s)), np.uint8)
        recorder._encode(
            Frame(PICTURE_FROM_S + i / 5, i, image)
        )  # none is dropped for want of time
    recorder.close()


def advised(folder: Path) -> Analysis:
    """What is computed of it, with one of everything that a page shows."""
    analysis = analyse(read_session(folder))
    report = analysis.report
    report["headline"] = "You told one whole story; now let the others be as long."
    report["recruiter"] = {
        **{"name": "Anna", "subject": "she", "object": "her", "possessive": "her"},
    }
    seen = {"text": "we finished on time", "t_s": 30.0}
    why = {"matters": "Stories raise recommendations.", "source": "Bangerter 2014"}
    report["strengths"] = [
        {"id": "story", "what": "A whole story", "why": "All four parts were there."}
        | {"evidence": [[6.0, 9.0]], "quote": seen, **why}
    ]
    report["improvements"] = [_improvement(number, seen, why) for number in (1, 2, 3)]
    parts = {"situation": "a big project", "task": None, "action": "I planned it", "result": None}
    report["stories"] = [
        {"question_id": "story", "title": "Three weeks for a database", "parts": parts}
        | {"competencies": [{"name": "planning", "why": "you planned it"}], "evidence": [[6, 30]]}
    ]
    report["next_practice"] = {
        **{"focus": "one", "what": "End with the result", "exercise": "Last sentence first"},
        **{"when": "tomorrow", "why": "Soon and short helps most."},
        "command": "python3 run.py practice",
    }
    for entry in report["reactions"]:
        entry["plain"] = "Anna nodded, as you had come to the end of a thought."
    story = report["questions"][0]
    text = story["answer"]["transcript"]
    marks = {"fact": "twelve customers", "asked": "project", "filler": "um", "hedge": "on time"}
    story["highlights"] = [
        {"kind": kind, "text": said, "span": [8.0 + 3 * n, 9.0 + 3 * n]}
        | {"start": text.index(said), "end": text.index(said) + len(said)}
        for n, (kind, said) in enumerate(marks.items())
    ]
    story["improved"] = {
        **{"file": "improved/story.wav", "original": "improved/story_original.wav"},
        **{"duration_s": 2.0, "original_s": 2.0, "pauses_shortened": 3, "fillers_removed": 1},
        **{"pitch_range_factor": 1.3, "told": "Three long pauses are shorter, one um is gone."},
    }
    return analysis


def _improvement(number: int, seen: dict[str, Any], why: dict[str, Any]) -> dict[str, Any]:
    rewrite = {
        **{"question_id": "story", "question": "Tell me of a project.", "before": STORY},
        "lines": [
            {"part": "situation", "text": "there was a big project", "gap": False},
            {"part": "task", "text": "What was hard about it?", "gap": True},
            {"part": None, "text": "I planned it with my team", "gap": False},
        ],
    }
    return {
        **{"id": f"i{number}", "what": f"Change {number}", "why": "It was short."},
        **{"how": "Say more.", "evidence": [[10.0, 12.0], [20.0, 22.0]], "quote": seen, **why},
        "exercise": {"title": "Aloud", "steps": ["Say it.", "Hear it."], "minutes": 5},
        **{"effect": 0.5, "changeable": 0.5, "rewrite": rewrite if number == 1 else None},
    }
