"""Which answers of a session are offered improved, what the report says, and which files lie where.

The voice is a buzz with exactly known pauses and a flat pitch: what is decided here rests on the
record, how it sounds is tested with real speech beside this.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dialogue.types import RecruiterAct
from game.settings import load_settings
from game.synthetic.planted import write_line
from perception.errors import StorageError
from perception.signal.pcm import to_int16
from perception.signal.wav import GrowingWav, read_wav
from scoring.leaving_out import left_out
from scoring.measures.measure import MeasureSet, measure
from scoring.record.session import read_session
from scoring.record.writer import SessionWriter
from scoring.report.write import write_report
from scoring.resynthesis.answer import ImprovedAnswer
from scoring.resynthesis.choosing import improve
from scoring.resynthesis.keeping import keep_only
from tests.scoring.sessions import Answer, Script

RATE_HZ = 16_000
SLOW = "I like the work with people because every day there is something new to find out"
QUICK = "My first job was in a small shop and the customers there taught me to listen well."


def script(third: str = "") -> Script:
    """Three answers: one with two long pauses, one fluent, one with three."""
    return Script(
        [
            ("q1", "What do you like?", Answer(SLOW, pauses={3: 1.5, 9: 2.5})),
            ("q2", "And why is that?", Answer(QUICK)),
            ("q3", "What would you do?", Answer(third or SLOW, pauses={3: 3.0, 7: 2.0, 11: 2.0})),
        ],
        camera=False,
    )


def recorded(folder: Path, made: Script | None = None, lively: bool = True) -> Path:
    """A session with its sound: a voice wherever the record has speech."""
    made = made or script()
    made.write(folder)
    sound = np.random.default_rng(5).normal(0, 3e-4, round((made.end_s + 1) * RATE_HZ))
    for start, end in made.speech:
        t = np.arange(round((end - start) * RATE_HZ)) / RATE_HZ
        away = (5.0 if lively else 1.2) * np.sin(2 * np.pi * 0.7 * t)
        phase = 2 * np.pi * np.cumsum(120 * 2 ** (away / 12)) / RATE_HZ
        begin = round(start * RATE_HZ)
        sound[begin : begin + len(t)] += sum(np.sin(k * phase) / k for k in range(1, 16)) * 0.08
    wav = GrowingWav(folder / "candidate.wav", RATE_HZ)
    wav.write(0, to_int16(sound.astype(np.float32)))
    wav.update_header()
    wav.close()
    return folder


def change_meta(folder: Path, **values: Any) -> None:
    path = folder / "session.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def offers(report: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """What is offered, by the number of the question."""
    asked = enumerate(report["questions"], start=1)
    return {n: question["improved"] for n, question in asked if question["improved"]}


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder; not to be written to."""
    return recorded(tmp_path_factory.mktemp("improved") / "session")


@pytest.fixture(scope="module")
def measures(session: Path) -> MeasureSet:
    """Of that session: what is improved asks of it only whether pitch is known, and the noise."""
    return measure(read_session(session))


Better = Callable[..., tuple[ImprovedAnswer, ...]]


@pytest.fixture
def better(measures: MeasureSet) -> Better:
    """Gives the answers of a folder that are improved, with cues left out."""

    def find(folder: Path, *cues: str) -> tuple[ImprovedAnswer, ...]:
        return improve(read_session(folder), replace(measures, left_out=left_out(cues)))

    return find


@pytest.fixture
def folder(session: Path, tmp_path: Path) -> Path:
    """A copy for one test."""
    return Path(shutil.copytree(session, tmp_path / "s"))


def test_the_answers_that_gain_are_offered_with_their_files(folder: Path) -> None:
    told: list[tuple[str, float]] = []
    report = write_report(folder, lambda what, share: told.append((what, share)))
    found = offers(report)
    assert sorted(found) == [1, 3]
    assert [found[n]["pauses_shortened"] for n in (1, 3)] == [2, 3]
    for number, entry in found.items():
        assert entry["file"] == f"improved/question_{number}.wav"
        for key, seconds in (("file", "duration_s"), ("original", "original_s")):
            path = folder / entry[key]
            samples, rate = read_wav(path)
            assert rate == RATE_HZ
            assert len(samples) / rate == pytest.approx(entry[seconds], abs=0.001)
            if os.name == "posix":
                assert stat.S_IMODE(path.stat().st_mode) == 0o600
                assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert entry["pitch_range_factor"] == 1.0
        assert "long pauses are shorter" in entry["told"]
        assert entry["original_s"] - entry["duration_s"] > 2.0
    written = json.loads((folder / "report.json").read_text("utf-8"))
    assert offers(written) == found
    assert any("hear yourself" in what for what, _ in told)
    shares = [share for _, share in told]
    assert shares == sorted(shares)


def test_the_same_record_gives_the_same_sound(folder: Path, session: Path, better: Better) -> None:
    first, second = better(session), better(folder)
    assert len(first) == 2
    assert [each.files() for each in first] == [each.files() for each in second]


def test_with_the_recording_its_copies_go(folder: Path) -> None:
    place = folder / "improved"
    place.mkdir()
    for name in ("question_1.wav", "question_1_original.wav", "question_12.wav.part", "notes.txt"):
        (place / name).write_bytes(b"old")
    (folder / "candidate.wav").unlink()
    assert offers(write_report(folder)) == {}
    assert [path.name for path in place.iterdir()] == ["notes.txt"], "it is not ours"
    (place / "notes.txt").unlink()
    keep_only(folder, ())
    assert not place.exists()
    keep_only(folder, ())


def test_only_what_is_named_stays(folder: Path) -> None:
    keep_only(folder, ("improved/question_2.wav",))
    for name in ("question_1.wav", "question_2.wav"):
        (folder / "improved" / name).write_bytes(b"sound")
    keep_only(folder, ("improved/question_2.wav",))
    assert [path.name for path in (folder / "improved").iterdir()] == ["question_2.wav"]


def test_a_place_that_cannot_be_made_is_told(folder: Path) -> None:
    (folder / "improved").write_bytes(b"a file")
    with pytest.raises(StorageError, match="improved"):
        keep_only(folder, ("improved/question_2.wav",))


@pytest.mark.parametrize(
    "meta",
    [{"consent": False}, {"settings": {"scoring": {"hear_improved": False}}}],
    ids=["no consent", "switched off"],
)
def test_who_wants_none_gets_none(folder: Path, meta: dict[str, Any], better: Better) -> None:
    assert better(folder)
    change_meta(folder, **meta)
    assert better(folder) == ()


def test_what_is_left_out_is_not_changed(folder: Path, better: Better) -> None:
    assert better(folder, "pauses") == ()


def test_a_flat_voice_is_made_livelier(tmp_path: Path, better: Better) -> None:
    made = Script([("q", "Why?", Answer(QUICK + " " + QUICK))], camera=False)
    folder = recorded(tmp_path / "s", made, lively=False)
    (one,) = better(folder)
    entry = one.entry()
    assert entry["pitch_range_factor"] == 1.6, "as much as may be"
    assert entry["pauses_shortened"] == 0
    assert entry["original_s"] == entry["duration_s"]
    assert entry["told"].startswith("In this version your pitch rises and falls clearly more.")
    assert better(folder, "voice") == ()


def test_words_in_doubt_are_not_cut(tmp_path: Path, better: Better) -> None:
    made = script()
    made.confidence = 0.3
    assert better(recorded(tmp_path / "s", made)) == ()


def test_an_answer_in_which_she_speaks_is_not_offered(folder: Path, better: Better) -> None:
    answer = read_session(folder).questions[0].answer
    assert answer is not None
    (_, pause_s), *_ = answer.speech
    with SessionWriter(folder, {}, resume=True) as writer:
        ask = read_session(folder).acts[0]
        act = RecruiterAct(pause_s + 0.4, "say", "I see.", "warm", ask.because, "mm", "q1")
        write_line(writer, act, pause_s + 0.9)
        writer.close("complete", read_session(folder).duration_s)
    assert [each.number for each in better(folder)] == [3]


def test_a_damaged_recording_is_passed_over(folder: Path, better: Better) -> None:
    (folder / "candidate.wav").write_bytes(b"RIFF0000WAVEnothing")
    assert better(folder) == ()


def test_the_setting_is_read(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("[scoring]\nhear_improved = false\n")
    assert load_settings(None).scoring.hear_improved
    assert not load_settings(path).scoring.hear_improved
