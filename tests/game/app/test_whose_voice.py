"""A recording whose channels keep two people apart: one is measured, the other asks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from perception.microphone.decoding import read_sound
from perception.signal.levels import level_dbfs
from scoring.record.session import read_session
from scoring.report.captions import transcript
from tests.commandline_runs import report_of, run_here
from tests.perception.pipeline.test_kept_apart import ASKS, Sound, talk, write

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
    assert "right channel was taken for you" in note and "--channel" in note
    assert told["scores"]["content"]["value"] is not None
    assert not [n for n in told["notes"] if n.startswith("two people are kept apart")]


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
