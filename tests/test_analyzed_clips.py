"""``analyze`` on real clips of which somebody knows what is in them, held against its report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.commandline_runs import report_of, run_here

pytestmark = [pytest.mark.slow, pytest.mark.data]


def reported(recording: Path, folder: Path) -> dict[str, Any]:
    done = run_here("analyze", recording, "--out", folder, "--quiet")
    assert (done.status, done.err) == (0, "")
    return report_of(folder)


def test_a_held_um_is_one_filler(data_dir: Path, tmp_path: Path) -> None:
    """ "montreal forced um aligner", with an um of 0.7 s: three words to the recogniser."""
    report = reported(data_dir / "speech/disfluent/mfa_um.flac", tmp_path / "s")
    (question,) = report["questions"]
    answer, found = question["answer"], report["measures"]["fillers_per_min"]
    minutes = (answer["end_s"] - answer["start_s"]) / 60.0
    assert found["value"] * minutes == pytest.approx(1.0, abs=0.1)
    assert len(found["evidence"]) == 1


def test_a_calm_speaker_with_low_brows_is_neither_angry_nor_frowning(
    data_dir: Path, tmp_path: Path
) -> None:
    report = reported(data_dir / "video/retalking_2.mp4", tmp_path / "s")
    assert report["measures"]["brow_activity"]["value"] < 0.1  # 0.98 against no rest of his own
    shares = report["expressions"]["shares"]
    assert max(shares, key=shares.__getitem__) == "neutral" and shares["anger"] < 0.2  # 0.63
    why = report["questions"][0]["ratings"]["specificity"]["why"]
    assert "California" in why  # "no names were heard", and he names it
    measures = report["measures"]
    assert measures["jitter_pct"]["coverage"] == pytest.approx(
        measures["pitch_median_hz"]["coverage"], abs=0.02
    )


def test_a_frown_that_is_posed_is_found(data_dir: Path, tmp_path: Path) -> None:
    """Seen by eye from 3.7 to 5 s and from 8 to 9.3 s."""
    report = reported(data_dir / "video/liveportrait_d3.mp4", tmp_path / "s")
    moments = report["measures"]["brow_activity"]["evidence"]
    for start_s, end_s in ((3.7, 5.0), (8.0, 9.3)):
        middle_s = (start_s + end_s) / 2
        assert any(a <= middle_s <= b for a, b in moments), moments


def test_a_fox_is_nobodys_name(data_dir: Path, tmp_path: Path) -> None:
    """ "The red fox has read many books": a capital at the beginning names nobody."""
    report = reported(data_dir / "speech/pace_english_slow.wav", tmp_path / "s")
    why = report["questions"][0]["ratings"]["specificity"]["why"]
    assert "The red" not in why and "were heard" not in why
