"""A second person in the candidate's channel is noticed, one person in two tones is not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from game.app.two_in_one import two_in_one
from perception.microphone.decoding import read_sound
from perception.types import Event, VoiceReading, Word, Words
from scoring.measures.doubt import doubts_of
from scoring.record.session import read_session
from scoring.record.whose_voice import note_of
from scoring.record.writer import SessionWriter
from scoring.types import Span

pytestmark = pytest.mark.data

RATE_HZ = 16_000
READER, AGAIN, OTHER = "librivox_0870.wav", "librivox_0880.wav", "sb_spk1_snt1.wav"


def heard(
    data_dir: Path, *names: str, theirs: int | None = None, asks: int | None = None
) -> Event | None:
    """What is told of recordings one after the other.

    Args:
        data_dir: where they are.
        names: of the recordings.
        theirs: which of them is known to be another's.
        asks: which of them ends in a question mark.
    """
    parts: list[np.ndarray] = []
    spans: list[Span] = []
    for name in names:
        sound = read_sound(data_dir / "speech" / name)
        begin = sum(len(part) for part in parts) / RATE_HZ
        spans.append((begin, begin + len(sound) / RATE_HZ))
        parts += [0.1 * sound / np.sqrt(np.mean(sound**2)), np.zeros(RATE_HZ // 2)]
    whole = np.concatenate(parts).astype(np.float32)
    voices = [
        VoiceReading(t, 0.1, 0.9 if any(a <= t < b for a, b in spans) else 0.1, -20.0, None)
        for t in np.arange(0.0, len(whole) / RATE_HZ, 0.1).tolist()
    ]
    said = tuple(
        Word("why?" if number == asks else "so.", a, b, 0.9) for number, (a, b) in enumerate(spans)
    )
    words = [Words(0.0, spans[-1][1], " ".join(w.text for w in said), said, True, "test")]
    known = [] if theirs is None else [spans[theirs]]
    return two_in_one(whole, voices, words, known)


def test_another_persons_voice_is_noticed_and_doubted(data_dir: Path, tmp_path: Path) -> None:
    event = heard(data_dir, READER, OTHER)
    assert event is not None
    assert "first at 0:07" in note_of(event) and "seems to be heard" in note_of(event)
    writer = SessionWriter(tmp_path / "s", {"id": "s", "kind": "analysis"})
    writer.event(event)
    writer.close("complete", 10.0)
    doubts = doubts_of(read_session(tmp_path / "s"))
    assert doubts["words"].reasons == ("two_in_one",) and not doubts["words"].serious
    assert doubts["voice"].trust < 1.0 and doubts["face"].trust == 1.0


def test_whoever_asks_in_another_voice_is_noticed_sooner(data_dir: Path) -> None:
    talk = ("lj_LJ050-0131.wav", "whisper_jfk.flac")
    assert heard(data_dir, *talk) is None and heard(data_dir, *talk, asks=0) is not None


def test_whoever_is_known_to_ask_is_no_second_voice(data_dir: Path) -> None:
    assert heard(data_dir, OTHER, READER, theirs=0) is None


def test_one_person_is_not_two_whatever_they_ask(data_dir: Path) -> None:
    assert heard(data_dir, READER, AGAIN) is None
    assert heard(data_dir, AGAIN, READER, asks=0) is None
    assert heard(data_dir, "disfluent/acoustic_corpus.wav") is None


def test_no_sound_has_no_second_voice() -> None:
    assert two_in_one(np.zeros(0, np.float32), [], [], []) is None
