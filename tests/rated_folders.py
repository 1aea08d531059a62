"""Folders of rated interviews with a planted relation, in the layouts that training reads."""

from __future__ import annotations

import csv
import pickle
from pathlib import Path

import numpy as np

_LINES = """
we planned built sold moved wrote tested learned shared fixed opened the a my our their shop
school bridge engine garden market lesson budget team plan report machine and so then because
with for after before great happy difficult wrong good quickly slowly together alone
"""
_WORDS = _LINES.split()


def _answer(draw: np.random.Generator, words: int, fillers: float) -> str:
    said = []
    for word in draw.choice(_WORDS, words):
        if draw.random() < fillers:
            said.append("um")
        said.append(str(word))
    return " ".join(said)


def mit_folder(folder: Path, people: int = 24, seed: int = 3) -> Path:
    """Two interviews each; whoever speaks faster and with fewer fillers is rated higher.

    How excited they seemed goes by shimmer alone.
    """
    draw = np.random.default_rng(seed)
    scores, transcripts, prosody = [], [], []
    for person in range(people):
        for prefix in ("p", "pp"):
            name = f"{prefix}{person + 1}"
            pace, fillers = draw.normal(150.0, 25.0), draw.uniform(0.005, 0.12)
            shimmer = draw.normal(0.17, 0.015)
            turns = ["Interviewer: How are you?", "Interviewee: Good."]
            for number, question in enumerate(("yourself", "a time you led", "a weakness"), 1):
                length = int(draw.integers(90, 150))
                turns.append(f"Interviewer: Tell me about {question}.")
                turns.append(f"Interviewee: {_answer(draw, length, fillers)}.")
                turns.append("Interviewer: Mm-hmm.")
                prosody.append(
                    {
                        "participant&question": f"{name.upper()}Q{number}",
                        "duration": length / pace * 60.0,
                        "jitter": 0.022,
                        "shimmer": shimmer if number < 3 else "--undefined--",
                    }
                )
            noise = draw.normal(0.0, 0.15, 2)
            overall = 5.0 + (pace - 150.0) / 50.0 - 8.0 * (fillers - 0.06) + noise[0]
            excited = 5.0 - 40.0 * (shimmer - 0.17) + noise[1]
            scores.append({"Participant": name, "Overall": overall, "Excited": excited})
            transcripts.append({"participant": name, "transcript": "|".join(turns)})
    folder.mkdir(parents=True)
    for file, rows in (
        ("scores.csv", scores),
        ("transcripts.csv", transcripts),
        ("prosodic_features.csv", prosody),
    ):
        with (folder / file).open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return folder


def chalearn_folder(folder: Path, people: int = 30, seed: int = 5, nervous: bool = False) -> Path:
    """Two clips each, written as Python 2 did; longer words are rated higher in everything.

    Args:
        folder: to be made.
        people: how many.
        seed: of the drawing.
        nervous: neuroticism is rated as nervousness, not as the calm that it is in the set.
    """
    draw = np.random.default_rng(seed)
    short = [w for w in _WORDS if len(w) <= 4]
    long = [w for w in _WORDS if len(w) >= 6]
    texts: dict[str, str] = {}
    ratings: dict[str, dict[str, float]] = {
        trait: {}
        for trait in (
            *("extraversion", "neuroticism", "agreeableness", "conscientiousness", "interview"),
            "openness",
        )
    }
    for person in range(people):
        for clip in range(2):
            video = f"Video_{person}.{clip:03d}.mp4"
            share = draw.uniform(0.1, 0.9)
            texts[video] = " ".join(
                str(draw.choice(long if draw.random() < share else short)) for _ in range(90)
            )
            for trait, rated in ratings.items():
                value = float(np.clip(0.2 + 0.6 * share + draw.normal(0, 0.05), 0, 1))
                rated[video] = 1.0 - value if nervous and trait == "neuroticism" else value
    folder.mkdir(parents=True)
    for name, content in (
        ("annotation_training.pkl", ratings),
        ("transcription_training.pkl", texts),
    ):
        (folder / name).write_bytes(pickle.dumps(content, protocol=2))
    return folder
