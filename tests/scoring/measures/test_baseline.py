"""A voice is held against its owner's in the green room, and against nobody's without one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from perception.calibration import Calibration, VoiceBaseline
from scoring.measures.measure import measure
from scoring.record.session import read_session
from scoring.record.writer import SessionWriter
from scoring.report.analysis import build_report
from tests.scoring.sessions import META, MOTIVE, STORY, Answer, Script

VOICE = VoiceBaseline(
    pitch_hz=125.0, pitch_low_hz=100.0, pitch_high_hz=160.0, pace_sps=4.0, level_dbfs=-26.0
)


def interview(folder: Path, voice: Any, level_dbfs: float = -26.0) -> Path:
    script = Script(
        [
            ("a", "Tell me about a time when you led a project.", Answer(STORY, 130.0)),
            ("b", "Why do you want this job?", Answer(MOTIVE, 130.0)),
        ],
        camera=False,
        level_dbfs=level_dbfs,
    )
    script.write(folder)
    table = {**Calibration().as_table(), "voice": voice}
    room = {"green_room": {"done": True, "calibration": table}}
    with SessionWriter(folder, {**META, **room}, resume=True):
        pass
    return folder


def test_pitch_and_loudness_have_their_owners_band(tmp_path: Path) -> None:
    voice = Calibration(voice=VOICE).as_table()["voice"]
    found = measure(read_session(interview(tmp_path / "s", voice)))
    pitch, level, spread = (found[n] for n in ("pitch_median_hz", "loudness_dbfs", "pitch_sd_st"))
    assert pitch.baseline is not None and pitch.baseline.value == 125.0
    assert pitch.norm is not None and pitch.norm == pitch.baseline.band
    assert pitch.norm.low == pytest.approx(125.0 / 2 ** (2 / 12), abs=0.06)
    assert pitch.norm.high == pytest.approx(125.0 * 2 ** (2 / 12), abs=0.06)
    assert "your own voice" in pitch.norm.source and "Brown 1996" in pitch.norm.source
    assert level.norm is not None and (level.norm.low, level.norm.high) == (-32.0, -20.0)
    assert spread.baseline is not None
    assert spread.baseline.value == pytest.approx(8.14 / 3.29, abs=0.02)
    rate = found["articulation_rate_sps"]
    assert rate.baseline is not None and rate.baseline.value == 4.0
    assert rate.norm is not None and "English" in rate.norm.source, "a published norm stays"


def test_who_grows_soft_is_told_and_who_always_was_is_not(tmp_path: Path) -> None:
    def said(name: str, baseline: float | None, level: float) -> set[str]:
        voice = None if baseline is None else {"level_dbfs": baseline}
        report = build_report(interview(tmp_path / name, voice, level))
        assert report["measures"]["loudness_dbfs"]["value"] == pytest.approx(level, abs=2.1)
        return {each["what"] for each in report["improvements"]}

    assert "Keep your voice up" in said("softer", -26.0, -36.0)
    assert "Keep your voice up" not in said("soft", -37.0, -36.0)
    assert "Keep your voice up" not in said("unknown", None, -36.0)


@pytest.mark.parametrize(
    "voice", [None, {}, {"pitch_hz": "high"}, {"timbre": 3.0}, {"pitch_hz": -5.0}, "loud"]
)
def test_without_a_baseline_a_voice_has_no_norm(tmp_path: Path, voice: Any) -> None:
    pitch = measure(read_session(interview(tmp_path / "s", voice)))["pitch_median_hz"]
    assert pitch.value is not None and pitch.norm is None and pitch.baseline is None


def test_the_report_says_what_it_was_held_against(tmp_path: Path) -> None:
    voice = Calibration(voice=VOICE).as_table()["voice"]
    found = build_report(interview(tmp_path / "s", voice))["measures"]
    assert found["pitch_median_hz"]["baseline"]["value"] == 125.0
    assert found["pitch_median_hz"]["norm"]["low"] == found["pitch_median_hz"]["baseline"]["low"]
    assert found["jitter_pct"]["baseline"] is None
