"""Curves fall on both sides of the best value, and turn where the norm says."""

from __future__ import annotations

from pathlib import Path

import pytest

from perception.errors import SettingsError
from scoring import rubric
from scoring.curves import curve, points_at
from scoring.report.analysis import build_report
from scoring.rubric import norms
from tests.scoring.sessions import MOTIVE, STORY, Answer, Script
from tests.scoring.test_rubric import change, folder

__all__ = ["folder"]

QUESTIONS = (
    "Tell me about a time when you led a project.",
    "Why do you want this job?",
    "Tell me about a time when you managed a difficult project.",
)


def points(group: str, name: str, value: float) -> float:
    entry = curve(group, name)
    assert entry is not None
    return points_at(entry["points"], value)


@pytest.mark.parametrize(
    ("group", "name", "too_little", "best", "too_much"),
    [
        ("delivery", "speech_rate_wpm", 70.0, 150.0, 240.0),
        ("delivery", "articulation_rate_sps", 2.0, 4.6, 7.5),
        ("delivery", "pause_mean_s", 0.25, 0.6, 3.0),
        ("nonverbal", "gaze_on_screen_share", 0.1, 0.7, 1.0),
        ("nonverbal", "gaze_on_screen_listening_share", 0.1, 0.8, 1.0),
        ("responsiveness", "gaze_on_screen_listening_share", 0.1, 0.8, 1.0),
        ("responsiveness", "response_time_s", -1.5, 0.6, 6.0),
    ],
)
def test_too_much_is_no_better_than_enough(
    group: str, name: str, too_little: float, best: float, too_much: float
) -> None:
    middle = points(group, name, best)
    assert middle == 100.0
    assert points(group, name, too_little) < middle and points(group, name, too_much) < middle
    norm = norms()[name]
    if norm.low is not None and norm.high is not None:
        assert points(group, name, (norm.low + norm.high) / 2) > max(
            points(group, name, norm.low), points(group, name, norm.high)
        )


def interview(
    folder: Path, response_s: float = 0.6, gaze: tuple[float, float] = (7.0, 3.0)
) -> dict:
    script = Script(
        [
            (f"q{i}", question, Answer(text, 130.0, response_s, {9: 0.6, 24: 0.6}))
            for i, (question, text) in enumerate(
                zip(QUESTIONS, (STORY, MOTIVE, STORY), strict=True)
            )
        ],
        gaze_cycle=gaze,
        gaze_error_deg=1.5,
    )
    return build_report(script.write(folder))


def test_answering_before_the_question_ends_is_no_promptness(tmp_path: Path) -> None:
    prompt = interview(tmp_path / "prompt")
    early = interview(tmp_path / "early", -1.5)
    assert early["measures"]["response_time_s"]["value"] == pytest.approx(-1.5, abs=0.01)
    value = {name: each["scores"]["responsiveness"]["value"] for name, each in
             (("prompt", prompt), ("early", early))}  # fmt: skip
    assert value["early"] < value["prompt"] - 10.0
    said = [each["what"] for each in early["improvements"]]
    assert "Let the question finish" in said
    assert "Ready to answer" not in {each["what"] for each in early["strengths"]}
    assert "Let the question finish" not in [each["what"] for each in prompt["improvements"]]


def test_staring_is_not_praised(tmp_path: Path) -> None:
    usual = interview(tmp_path / "usual")
    stare = interview(tmp_path / "stare", gaze=(7.0, 0.0))
    looks = {"Looking at the recruiter while speaking", "Attentive while listening"}
    assert stare["measures"]["gaze_on_screen_share"]["value"] == pytest.approx(1.0)
    assert not looks & {each["what"] for each in stare["strengths"]}
    assert looks & {each["what"] for each in usual["strengths"]}
    assert stare["scores"]["nonverbal"]["value"] < usual["scores"]["nonverbal"]["value"] - 5.0


def test_a_curve_follows_its_norm(folder: Path) -> None:
    change(folder / "norms.toml", "high = 180.0", "high = 200.0")
    assert folder == rubric.RUBRICS
    assert points("delivery", "speech_rate_wpm", 200.0) == 90.0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("high = 180.0", "high = 140.0", "each must be to the right"),
        ("high = 180.0\n", "", "points have a corner at 'high', which the norm does not have"),
    ],
)
def test_a_norm_that_does_not_go_with_its_curve_is_told(
    folder: Path, old: str, new: str, said: str
) -> None:
    change(folder / "norms.toml", old, new)
    with pytest.raises(SettingsError, match=said) as caught:
        curve("delivery", "speech_rate_wpm")
    assert str(caught.value).startswith("scores.toml: delivery: speech_rate_wpm: ")
