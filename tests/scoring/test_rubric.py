"""Rubrics: what ships is read, and a slip in a file is told with file, table and key."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from perception.errors import SettingsError
from scoring import rubric
from scoring.rubric import RUBRICS, load
from scoring.rubric_shapes import SHAPES
from tests.wrong_numbers import WRONG_NUMBERS


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the rubrics, which are read instead of those that ship."""
    copy = tmp_path / "rubrics"
    shutil.copytree(RUBRICS, copy)
    monkeypatch.setattr(rubric, "RUBRICS", copy)
    return copy


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_file_that_ships_has_a_shape_and_keeps_to_it() -> None:
    assert {path.stem for path in RUBRICS.glob("*.toml")} == set(SHAPES)
    for name in SHAPES:
        assert load(name)


NUMBERS = [
    ("scores", "min_words = 20", "scores.toml: min_words is "),
    ("scores", "min_coverage = 0.5", "scores.toml: min_coverage is "),
    ("scores", "content = 0.4", "scores.toml: overall: content is "),
    ("scores", "error = 8.0", "scores.toml: delivery: speech_rate_wpm: error is "),
    ("norms", "low = 120.0", "norms.toml: speech_rate_wpm: low is "),
    ("impressions", "r = 0.5", "impressions.toml: invite_again: r is "),
    ("impressions", "spread = 30.0", "impressions.toml: invite_again: cue number 1: spread is "),
    ("fairness", "gap_pct = 26", "fairness.toml: smile_share: gap_pct is "),
    ("feedback", "weight = 1.5", "feedback.toml: measure: relevance: low: weight is "),
    ("scores", "widest = 40.0", "scores.toml: widest is "),
]


@pytest.mark.parametrize(("name", "old", "said"), NUMBERS, ids=[said for _, _, said in NUMBERS])
@pytest.mark.parametrize("wrong", WRONG_NUMBERS)
def test_what_is_no_number_is_told_by_file_table_and_key(
    folder: Path, name: str, old: str, said: str, wrong: str
) -> None:
    change(folder / f"{name}.toml", old, f"{old.partition(' = ')[0]} = {wrong}")
    with pytest.raises(SettingsError, match="^" + re.escape(said)) as caught:
        load(name)
    assert "use " in str(caught.value) or "it must " in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (
            "scores",
            '[[60, 40], ["0.85 low", 82], ["low", 90]',
            '[[60, 30], ["low", nan]',
            "points number 2 number 2 is",
        ),
        ("scores", '[[60, 40], ["0.85 low", 82], ["low", 90]', '[[60, 30], ["low"]', "list of 2"),
        ("scores", '["0.85 low", 82]', '["lower", 82]', "use a number, low, high"),
        ("scores", '[[60, 40], ["0.85 low", 82]', "[[60, 30], [50, 90]", "each to the right"),
        ("scores", "weight = 0.4", "wait = 0.4", "unknown key 'wait', and key 'weight' is missing"),
        ("norms", 'source = "about 150', 'sauce = "about 150', "unknown key 'sauce'"),
        ("norms", "high = 1.0\n", "", "norms.toml: pause_mean_s: give a source, and low or high"),
        ("norms", "low = 120.0", "low = 200.0", "use a low below high"),
        ("feedback", "quotes = true", 'quotes = "yes"', "expected true or false"),
        ("cues", 'sounds = ["um"', 'sounds = [3, "um"', "sounds number 1 is 3; expected string"),
        ("labels", 'overall = "Overall"', "overall = 3", "score: overall is 3; expected string"),
    ],
)
def test_a_slip_is_told_with_what_would_be_right(
    folder: Path, name: str, old: str, new: str, said: str
) -> None:
    change(folder / f"{name}.toml", old, new)
    with pytest.raises(SettingsError, match=re.escape(said)) as caught:
        load(name)
    assert str(caught.value).startswith(f"{name}.toml: ")
