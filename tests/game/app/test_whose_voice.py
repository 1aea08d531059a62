"""A recording whose channels keep two people apart: one is measured, the other asks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from game.app.whose_voice import voices_in
from perception.microphone.decoding import read_sound
from perception.microphone.sound_part import SoundPart
from perception.pipeline.audio import HearingSettings
from perception.signal.levels import level_dbfs
from perception.signal.resampling import resample
from perception.types import Event
from scoring.measures.doubt import doubts_of
from scoring.record.session import read_session
from scoring.record.whose_voice import GUESSED, MIXED, NOBODY, note_of
from scoring.record.writer import SessionWriter
from scoring.report.captions import transcript
from tests.commandline_runs import report_of, run_here
from tests.perception.pipeline.test_kept_apart import ASKS, RATE_HZ, Sound, talk, write
from tests.recorded_files import record

pytestmark = [pytest.mark.slow, pytest.mark.data]
__all__ = ["talk"]

ANSWERED = ("dashwood", "formal review")


def test_what_is_asked_on_the_other_channel_is_not_the_candidates(
    talk: tuple[Sound, Sound], tmp_path: Path
) -> None:
    path = write(tmp_path / "call.wav", talk)
    done = run_here("analyze", path, "--out", tmp_path / "guess")
    assert done.status == 0 and "--channel right" in done.out
    chosen = run_here("analyze", path, "--channel", "right", "--out", tmp_path / "told")
    assert chosen.status == 0 and "--channel" not in chosen.out

    for folder in (tmp_path / "guess", tmp_path / "told"):
        session, report = read_session(folder), report_of(folder)
        lines = transcript(session)
        theirs = " ".join(x.text for x in lines if x.speaker == "Candidate").lower()
        assert all(words in theirs for words in ANSWERED)
        assert "?" not in theirs and "this job" not in theirs
        assert [q["question"].lower() for q in report["questions"]] == [a.lower() for a in ASKS]
        kept = level_dbfs(read_sound(folder / "candidate.wav"))
        assert abs(kept - level_dbfs(talk[1])) < 1.5, "half of a mix is 6 dB less"
        assert (folder / "recruiter.wav").is_file()

    guess, told = report_of(tmp_path / "guess"), report_of(tmp_path / "told")
    assert all(s["value"] is None for s in guess["scores"].values())
    assert "which of them is you is a guess" in guess["scores"]["content"]["why"]
    assert not guess["improvements"] and not guess["strengths"]
    (note,) = [n for n in guess["notes"] if n.startswith("two people are kept apart")]
    assert "speak longest, and somebody else asks (3 questions)" in note
    assert "right channel was taken for you" in note and "--channel" in note
    assert told["scores"]["content"]["value"] is not None
    assert not [n for n in told["notes"] if n.startswith("two people are kept apart")]


def test_what_was_chosen_is_looked_at_too(talk: tuple[Sound, Sound], tmp_path: Path) -> None:
    tracks = tmp_path / "tracks.mkv"
    pair = np.stack([resample(each, RATE_HZ, 48_000) for each in talk], axis=1)
    record(tracks, [[(0.0, np.zeros(48_000, np.float32))], [(0.0, pair)]])
    found = voices_in(tracks, HearingSettings(track=2))
    assert [who.part for who in found.guessed] == [SoundPart(2, "right"), SoundPart(2, "left")]

    mixed = voices_in(tracks, HearingSettings(track=2, channel="mix"))
    assert mixed.candidate == SoundPart(2) and not mixed.guessed and mixed.told is not None
    assert note_of(mixed.told).startswith(
        "two people are heard in what was analyzed (all channels of track 2, mixed): they are on "
        "the right channel of track 2 and the left channel of track 2"
    )
    assert "--track 2 --channel right or --track 2 --channel left" in note_of(mixed.told)

    told = voices_in(tracks, HearingSettings(track=2, channel="left"))
    assert (told.candidate, told.told) == (SoundPart(2, "left"), None)
    assert told.others == (SoundPart(2, "right"),)

    nobody = voices_in(tracks, HearingSettings(track=1))
    assert nobody.told is not None
    assert note_of(nobody.told).startswith("nobody is heard on track 1, which was chosen")


@pytest.mark.parametrize("kind", [GUESSED, MIXED, NOBODY])
def test_no_score_rests_on_a_voice_that_may_be_anothers(kind: str, tmp_path: Path) -> None:
    writer = SessionWriter(tmp_path / "s", {"id": "s", "kind": "analysis"})
    writer.event(Event(0.0, "microphone", kind, {"people": 2}))
    writer.close("complete", 10.0)
    doubts = doubts_of(read_session(tmp_path / "s"))
    assert all(doubts[concern].serious for concern in ("words", "sound", "voice"))
    assert not doubts["face"].serious and doubts["words"].by_program


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--channel", "7"), "its sound has 2 channels, none that is '7'"),
        (("--channel", "middle"), "channel 'middle' is none"),
        (("--track", "2"), "has 1 sound track, no track 2"),
        (("--track", "0"), "tracks are counted from 1"),
    ],
)
def test_a_part_that_is_not_there_is_refused_before_anything_is_written(
    tmp_path: Path, options: tuple[str, str], said: str
) -> None:
    path = write(tmp_path / "short.wav", [np.full(8000, 0.1, np.float32)] * 2)
    done = run_here("analyze", path, *options, "--out", tmp_path / "s", "--quiet")
    assert done.status != 0 and said in done.err
    assert not (tmp_path / "s").exists()
