"""Notes of a report are read by somebody who knows no terms of this program or of its science."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from scoring.report.analysis import build_report
from tests.scoring.sessions import Answer, Script

TERMS = (
    *("articulation", "syllable", "prosody", "nuclei", "recogniser", "readings", "transcri"),
    *("jitter", "shimmer", "coefficient", "action unit", "utterance", "parted from", "coarse"),
)
"""None of which a candidate needs to know."""
TEXT = "I worked in a garden centre for three years and I looked after the plants and the till"


def notes_of(folder: Path, sound: bytes | None = None, confidence: float | None = 0.9) -> list[str]:
    made = Script([("q", "Tell me about your last job.", Answer(TEXT))], confidence=confidence)
    made.write(folder)
    if sound is not None:
        (folder / "candidate.wav").write_bytes(sound)
    return list(build_report(folder)["notes"])


def tone(path: Path, seconds: float) -> bytes:
    t = np.arange(round(seconds * 16_000)) / 16_000
    wobble = 0.3 * np.sin(2 * np.pi * 130 * t) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * t))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((wobble * 32767).astype("<i2").tobytes())
    return path.read_bytes()


@pytest.mark.parametrize(
    ("kept", "confidence", "said"),
    [
        ("none", 0.9, "how fast you spoke, pauses left out, was counted from the words"),
        ("none", 0.3, "how fast you spoke, pauses left out, is a rough figure"),
        ("good", 0.3, "how fast you spoke, pauses left out, was counted from the sound"),
        ("damaged", 0.9, "the recording of your voice"),
    ],
)
def test_notes_are_in_plain_words(tmp_path: Path, kept: str, confidence: float, said: str) -> None:
    sounds = {"none": None, "good": tone(tmp_path / "t.wav", 20.0), "damaged": b"RIFF" * 20}
    notes = notes_of(tmp_path / "s", sounds[kept], confidence)
    assert any(said in note for note in notes), notes
    for note in notes:
        assert not [term for term in TERMS if term in note.lower()], note
