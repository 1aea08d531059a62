"""How somebody may come across: only where asked for, from features that training has as well."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from game.app.reporting import write_reports
from game.settings import load_settings
from game.training.rated_interviews import read_rated
from perception.errors import ModelError
from perception.types import ProsodyReading
from scoring.impression_features import FEATURES, features_of_session
from scoring.impression_model import FARTHEST, MODEL, ImpressionModel
from scoring.impressions import LABEL, NAMES, impressions
from scoring.measures.measure import MeasureSet, measure
from scoring.record.session import read_session
from scoring.record.writer import SessionWriter
from scoring.report.analysis import build_report
from scoring.report.write import write_report
from scoring.settings import ImpressionSettings
from tests.commandline_runs import run
from tests.scoring.sessions import MOTIVE, STORY, Answer, Script

ASKED = ImpressionSettings(enabled=True)
TALK = f"{STORY} {MOTIVE} {STORY}"
CALM = dict(zip(FEATURES, (150.0, 1.9, 8.6, 4.6, 0.5, 4.2, 2.3, 17.5), strict=True))
"""Features of an ordinary one of the interviews learned from."""


def talk(folder: Path, text: str = TALK, wpm: float = 150.0) -> Path:
    """Two long answers."""
    answer = Answer(text, wpm)
    questions: list[tuple[str, str, Answer | None]] = [
        ("a", "Tell me about yourself.", answer),
        ("b", "Tell me about a time when you led a project.", answer),
    ]
    return Script(questions, camera=False).write(folder)


def told(folder: Path) -> dict:
    return build_report(folder, ASKED)["impressions"]


def test_they_are_in_no_report_that_did_not_ask(tmp_path: Path) -> None:
    folder = talk(tmp_path / "s")
    plain = write_report(folder)
    html = (folder / "report.html").read_text("utf-8")
    assert "impressions" not in plain and "come across" not in html
    for forms in (json.loads((folder / "report.json").read_text("utf-8")), plain):
        assert not {"invite_again", "hireable"} & set(forms)
    asked = write_report(folder, settings=ASKED)
    assert {name: value for name, value in asked.items() if name != "impressions"} == plain
    assert tuple(asked["impressions"]) == NAMES
    html = (folder / "report.html").read_text("utf-8")
    assert "How it may come across" in html and "not fit for hiring decisions" in html
    assert "Would be invited again" in html


def test_the_pdf_has_them_only_where_asked(tmp_path: Path) -> None:
    folder = talk(tmp_path / "s")
    texts = []
    for settings in (None, ASKED):
        write_report(folder, settings=settings)
        texts.append(
            subprocess.run(
                ["pdftotext", folder / "report.pdf", "-"],
                capture_output=True,
                check=True,
                text=True,
            ).stdout
        )
    assert "come across" not in texts[0]
    assert "Would be invited again" in texts[1] and "Excited" in texts[1]


def test_the_command_line_asks_for_them(tmp_path: Path) -> None:
    folder = talk(tmp_path / "s")
    for asked in (True, False):
        result = run("report", folder, "--quiet", *(["--impressions"] if asked else []))
        assert result.status == 0, result.err
        report = json.loads((folder / "report.json").read_text("utf-8"))
        assert ("impressions" in report) == asked


def test_each_has_its_interval_and_says_what_it_rests_on(tmp_path: Path) -> None:
    found = told(talk(tmp_path / "s"))
    for name in ("invite_again", "excited", "calmness"):
        entry = found[name]
        assert 0 <= entry["low"] < entry["value"] < entry["high"] <= 100
        assert entry["basis"].endswith(LABEL)
    assert "48 people" in found["invite_again"]["basis"] and "r = 0." in found["excited"]["basis"]
    assert "jitter" not in found["excited"]["basis"], "no sound was kept"
    for name in ("openness", "conscientiousness", "agreeableness"):
        assert found[name]["value"] is None and "no published link" in found[name]["basis"]


@pytest.mark.parametrize(
    ("text", "wpm", "why"),
    [
        (" ".join(TALK.split()[:25]), 150.0, "30 s of speech"),
        ("I see. " * 14, 40.0, "60 words"),
    ],
)
def test_too_little_tells_nothing(text: str, wpm: float, why: str, tmp_path: Path) -> None:
    for entry in told(talk(tmp_path / "s", text, wpm)).values():
        assert entry["value"] is entry["low"] is entry["high"] is None
        assert why in entry["basis"]


def test_doubtful_words_tell_nothing(tmp_path: Path) -> None:
    answer = Answer(TALK, 150.0)
    folder = Script([("a", "Tell me about yourself.", answer)], camera=False, confidence=0.3).write(
        tmp_path / "s"
    )
    for entry in told(folder).values():
        assert entry["value"] is None and entry["basis"].startswith("not enough to tell: ")


def test_a_session_has_the_features_that_training_had(tmp_path: Path) -> None:
    """The same words at the same pace, once as a session and once in MIT's layout."""
    texts = [
        " ".join(word.strip(".,").lower() for word in text.split())
        for text in (f"{STORY} {MOTIVE} um {STORY} {MOTIVE}", f"{MOTIVE} you know {STORY} {STORY}")
    ]
    folder = tmp_path / "s"
    questions: list[tuple[str, str, Answer | None]] = [
        ("a", "Tell me about yourself.", Answer(texts[0], 140.0)),
        ("b", "Tell me about a time.", Answer(texts[1], 140.0)),
    ]
    Script(questions, camera=False).write(folder)
    with SessionWriter(folder, {}, resume=True) as writer:
        for second in range(2, 300):
            writer.reading(
                ProsodyReading(
                    float(second), 1.0, jitter_pct=2.2, shimmer_pct=17.0,
                )
            )  # fmt: skip
    data = tmp_path / "data"
    data.mkdir()
    said = "|".join(
        ["Interviewer: Hello. Please tell me about yourself.", f"Interviewee: {texts[0]}",
         "Interviewer: Please tell me about a time.", f"Interviewee: {texts[1]}"]
    )  # fmt: skip
    seconds = [len(text.split()) / 140.0 * 60.0 for text in texts]
    tables: dict[str, list[list[object]]] = {
        "scores.csv": [["Participant", "Overall", "Excited"], ["p1", 5, 4]],
        "transcripts.csv": [["participant", "transcript"], ["p1", said]],
        "prosodic_features.csv": [
            ["participant&question", "duration", "jitter", "shimmer"],
            *([f"P1Q{n}", s, 0.022, 0.17] for n, s in enumerate(seconds, 1)),
        ],
    }
    for name, rows in tables.items():
        with (data / name).open("w", newline="") as file:
            csv.writer(file).writerows(rows)
    session = read_session(folder)
    ours = features_of_session(session, measure(session))
    (theirs,) = read_rated(data).interviews
    assert list(ours) == list(theirs.features) == list(FEATURES)
    for name, value in theirs.features.items():
        assert value is not None
        assert ours[name] == pytest.approx(value, rel=0.01), name


def test_worse_never_comes_across_better() -> None:
    """More fillers and slower speech, within what is usual, whatever the rest is like."""
    model = ImpressionModel()
    draw = np.random.default_rng(4)
    low = (110.0, -0.5, 8.0, 4.0, 0.1, 4.0, 1.8, 15.0)
    high = (190.0, 2.5, 9.4, 5.2, 0.9, 4.4, 3.0, 20.0)
    for _ in range(40):
        rest = dict(zip(FEATURES, map(float, draw.uniform(low, high)), strict=True))
        for name, values in (
            ("speech_rate_wpm", np.linspace(180.0, 90.0, 19)),
            ("fillers_per_100_words", np.log(0.5 + np.linspace(0.0, 14.0, 19))),
        ):
            swept = [model.predict({**rest, name: float(v)})["invite_again"].value for v in values]
            assert all(worse <= better + 1e-9 for better, worse in pairwise(swept)), name
            assert swept[-1] < swept[0] - 0.3


def test_fillers_and_a_slow_pace_are_heard_in_a_session(tmp_path: Path) -> None:
    halting = " ".join(f"{word} um" if n % 6 == 0 else word for n, word in enumerate(TALK.split()))
    fluent = told(talk(tmp_path / "fluent"))["invite_again"]["value"]
    assert told(talk(tmp_path / "halting", halting))["invite_again"]["value"] < fluent - 3
    assert told(talk(tmp_path / "slow", wpm=100.0))["invite_again"]["value"] < fluent - 3


def test_what_was_not_measured_widens_the_interval_and_counts_as_the_mean() -> None:
    model = ImpressionModel()
    whole = model.predict(CALM)
    for name in ("invite_again", "excited"):
        used = whole[name].used
        assert not whole[name].missing
        for left_out in used:
            without = model.predict({**CALM, left_out: None})[name]
            assert without.error > whole[name].error and without.missing == (left_out,)
        nothing = model.predict(dict.fromkeys(FEATURES))[name]
        assert abs(nothing.value) < 0.35, "the mean of the interviews learned from"
        assert nothing.error > max(whole[name].error, 0.95)


def test_a_voice_from_another_kind_of_room_is_no_voice_measured() -> None:
    """At a near microphone shimmer is half as large; nobody is more excited for it."""
    model = ImpressionModel()
    near = model.predict({**CALM, "shimmer_pct": 8.0})["excited"]
    assert near.missing == ("shimmer_pct",)
    assert near == model.predict({**CALM, "shimmer_pct": None})["excited"]


def test_without_a_voice_what_knows_words_alone_judges_less_surely() -> None:
    model = ImpressionModel()
    whole = model.predict(CALM)["excited"]
    words = model.predict({**CALM, "jitter_pct": None, "shimmer_pct": None})["excited"]
    assert words.r < whole.r and words.error > whole.error and not words.missing
    assert not {"jitter_pct", "shimmer_pct"} & set(words.used)
    assert model.predict(CALM)["invite_again"].r == model.told_of("invite_again")["r"]


def test_what_was_hardly_ever_seen_counts_no_more_than_what_was() -> None:
    model = ImpressionModel()
    fast, faster = (
        model.predict({**CALM, "speech_rate_wpm": wpm})["invite_again"].value for wpm in (260, 400)
    )
    assert fast == faster and FARTHEST < 3


def test_doubted_measures_are_left_out(tmp_path: Path) -> None:
    session = read_session(talk(tmp_path / "s"))
    measures = measure(session)
    assert features_of_session(session, measures)["speech_rate_wpm"] is not None
    doubted = {
        **measures.values,
        "speech_rate_wpm": replace(measures["speech_rate_wpm"], trust=0.4),
    }
    changed = MeasureSet(doubted, measures.notes, measures.answers)
    found = features_of_session(session, changed)
    assert found["speech_rate_wpm"] is None and found["fillers_per_100_words"] is None
    before, after = impressions(session, measures), impressions(session, changed)
    width = {k: (i["invite_again"].high or 0) - (i["invite_again"].low or 0)
             for k, i in (("before", before), ("after", after))}  # fmt: skip
    assert width["after"] > width["before"]


def test_the_model_is_small_and_says_where_it_is_from() -> None:
    model = ImpressionModel()
    assert MODEL.stat().st_size < 200_000
    card = (MODEL.parent / "impressions.md").read_text("utf-8")
    for name in model.names:
        of = model.told_of(name)
        assert 0 < of["r_low"] < of["r"] < of["r_high"] < 1
        assert f"| `{name}` | {of['r']:.2f} | {of['r_low']:.2f} – {of['r_high']:.2f} |" in card
        assert of["covered"] == pytest.approx(0.9, abs=0.03)
    assert "must not be used for" in card


def test_a_damaged_model_is_said_in_one_line(tmp_path: Path) -> None:
    broken = tmp_path / "impressions.npz"
    broken.write_bytes(MODEL.read_bytes()[:900])
    with pytest.raises(ModelError, match="models train impressions"):
        ImpressionModel(broken)
    other = tmp_path / "other.npz"
    shutil.copy(MODEL.parent / "fillers.npz", other)
    with pytest.raises(ModelError, match="models train impressions"):
        ImpressionModel(other)


def test_the_settings_of_an_interview_can_ask_for_them(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("[impressions]\nenabled = true\n")
    assert load_settings(file).impressions == ASKED
    assert not load_settings(None).impressions.enabled
    folder = talk(tmp_path / "s")
    write_reports(folder, quiet=True, impressions=load_settings(file).impressions)
    assert "impressions" in json.loads((folder / "report.json").read_text("utf-8"))
