"""Filled pauses and pauses in the report: what they count for, and what they must not touch."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import numpy as np
import pytest

from game.bench.deliverytruth import PAUSES
from perception.microphone.decoding import read_sound
from scoring.measures.fillers import fluent, is_hesitation
from scoring.measures.measure import measure
from scoring.measures.speech import pauses
from scoring.record.session import read_session
from tests.scoring.sessions import Answer, Script

RATE_HZ = 16_000
QUESTION = "Tell me about a time when you solved a problem in your team."
STORY = (
    "last year my team had a problem with a late delivery so I called the supplier and "
    "we agreed on a new plan and in the end the customer was happy with the result"
)


def with_hesitations(text: str) -> str:
    """An "um" after every eighth word."""
    words = text.split()
    return " ".join(w + " um" if i % 8 == 7 else w for i, w in enumerate(words))


def test_hesitations_change_fillers_and_neither_words_nor_content(tmp_path: Path) -> None:
    text = with_hesitations(STORY)
    assert text.split().count("um") == 4 and fluent(text) == STORY
    script = Script([("q", QUESTION, Answer(text, 120.0))])
    hesitant = measure(read_session(script.write(tmp_path / "a")))
    script = Script([("q", QUESTION, Answer(STORY, 120.0))])
    plain = measure(read_session(script.write(tmp_path / "b")))
    for name in ("relevance", "structure_star", "specificity", "grammar_issues_per_100_words"):
        assert hesitant[name].value == plain[name].value
    assert hesitant.answers[0].words == plain.answers[0].words
    # as many words as before, in the time that the hesitations took as well
    said, hesitations = len(STORY.split()), 4
    pace = 120.0 * said / (said + hesitations)
    assert hesitant["speech_rate_wpm"].value == pytest.approx(pace, rel=0.01)
    minutes = (said + hesitations) / 120.0
    assert hesitant["fillers_per_min"].value == pytest.approx(4 / minutes, rel=0.01)
    assert plain["fillers_per_min"].value == 0.0
    assert hesitant["fillers_per_min"].evidence


@pytest.mark.parametrize(
    ("text", "told"), [("Um,", True), ("uh", True), ("umbrella", False), ("", False), ("a", False)]
)
def test_hesitations_are_told_from_words(text: str, told: bool) -> None:
    assert is_hesitation(text) is told


@pytest.mark.data
def test_pauses_have_the_edges_of_the_recorded_sound(tmp_path: Path, data_dir: Path) -> None:
    """The script's speech ends late and begins early, as a detector's does; the sound knows."""
    name = "speech/pace_english_slow.wav"
    sound = read_sound(data_dir / name)
    true = PAUSES[name]
    text = "the red fox has read many books but there's always more to read"
    answer = Answer(text, 60 * len(text.split()) / 4.4, 0.8)
    script = Script([("q", "Please read.", answer)], ask_s=1.0)
    folder = tmp_path / "s"
    script.write(folder)
    start_s = script.speech[0][0]
    spoken = np.concatenate([np.zeros(round((start_s - 0.29) * RATE_HZ), np.float32), sound])
    spoken += np.random.default_rng(0).normal(0, 1e-4, len(spoken)).astype(np.float32)
    with wave.open(str(folder / "candidate.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(np.round(spoken * 32767).astype("<i2").tobytes())
    lines = (folder / "readings.jsonl").read_text().splitlines()
    moved = [_quieter(line, [(a + start_s - 0.29, b + start_s - 0.29) for a, b in true])
             for line in lines]  # fmt: skip
    (folder / "readings.jsonl").write_text("\n".join(moved) + "\n")
    session = read_session(folder)
    found = pauses(session, session.answers[0])
    assert len(found) == len(true)
    for (a, b), (c, d) in zip(found, true, strict=True):
        assert (a, b) == pytest.approx((c + start_s - 0.29, d + start_s - 0.29), abs=0.03)


def _quieter(line: str, silences: list[tuple[float, float]]) -> str:
    """A voice reading without speech where it lies in a silence, from 70 ms after its start."""
    reading = json.loads(line)
    if "speech" in reading and any(a + 0.07 <= reading["t_s"] <= b - 0.02 for a, b in silences):
        reading["speech"] = 0.1
    return json.dumps(reading)
