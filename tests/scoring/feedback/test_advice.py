"""What is advised: which comes first, why, how to practise it, and what is said of the whole."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from game.bench.scores_material import FAULTS_OF_CONTENT, FAULTS_OF_MANNER
from game.setup.commandline import build_parser
from game.synthetic.planted import Exchange, Manner, write_planted
from scoring.curves import curve, points_at
from scoring.feedback import advise
from scoring.feedback.exercises import exercise_of, kind_of
from scoring.feedback.rank import changeable, effect, first, points_to_gain
from scoring.feedback.wording import Wording
from scoring.leaving_out import left_out
from scoring.measures.measure import UNITS, measure
from scoring.record.session import read_session
from scoring.report.analysis import analyse, build_report
from scoring.rubric import load, using
from scoring.types import Measure, Norm
from scoring.understood import understood
from tests.scoring.talks import Talk

STORY = (
    "In May 2019 our shop in Leeds moved to a new street. "
    "I had to get 400 boxes there in two days. So I made a list of the shelves, called three "
    "colleagues and drove the van myself. "
    "We opened on Monday at nine and lost nothing."
)
GENERAL = (
    "I am a very organised person. I always plan my work, I set myself goals and I stay calm "
    "whatever comes along, and I think that really shows in what I do every single day."
)
QUESTION = "Tell me about a time when you organised something at work."


@dataclass(frozen=True)
class Found:
    """Something with a place in the order."""

    measure: str
    weight: float


def write(folder: Path, manner: Manner | None = None, *answers: str) -> Path:
    told = answers or (STORY, STORY)
    asked = [Exchange(f"q{n}", QUESTION, a, "organisation", True) for n, a in enumerate(told)]
    return write_planted(folder, asked, manner or Manner())


def test_one_of_each_family_comes_before_a_second_of_any() -> None:
    found = [
        Found("structure_star", 0.5),
        Found("specificity", 0.4),
        Found("relevance", 0.3),
        Found("fillers_per_min", 0.2),
        Found("pause_mean_s", 0.1),
        Found("speech_rate_wpm", 0.0),
    ]
    assert [f.measure for f in first(found, 3)] == [
        "structure_star", "fillers_per_min", "pause_mean_s",
    ]  # fmt: skip
    assert [f.measure for f in first(found, 4)] == [
        "structure_star", "specificity", "fillers_per_min", "pause_mean_s",
    ]  # fmt: skip


def test_effect_is_what_the_score_would_gain_times_what_is_published() -> None:
    def fillers(value: float) -> Measure:
        return Measure("fillers_per_min", value, "1/min", 1.0, norm=Norm(None, 3.0, "x"))

    delivery = load("scores")["delivery"]
    share = delivery["fillers_per_min"]["weight"] / sum(e["weight"] for e in delivery.values())
    entry = curve("delivery", "fillers_per_min")
    assert entry is not None
    lost = points_at(entry["points"], 3.0) - points_at(entry["points"], 8.0)
    whole = load("scores")["overall"]["delivery"]
    assert lost > 20
    assert points_to_gain(fillers(8.0), "high") == pytest.approx(whole * share * lost)
    gains = [points_to_gain(fillers(value), "high") for value in (3.0, 4.0, 8.0, 20.0)]
    assert gains[0] == 0.0 and gains == sorted(set(gains))
    gaze, usual = effect("gaze_on_screen_share", 2.0), effect("response_time_s", 2.0)
    assert gaze == pytest.approx(usual * 0.45 / 0.3) and usual == pytest.approx(0.2)
    assert effect("gaze_on_screen_share", 1000.0) == 1.0
    assert 0.0 < changeable("grammar_issues_per_100_words") < changeable("specificity") <= 1.0


def test_every_finding_has_its_reason_source_and_exercises() -> None:
    told = {*load("feedback")["measure"], "answered", "grammar_issues_per_100_words"}
    assert told - {"answered"} <= set(UNITS)
    for name in told:
        kind = kind_of(name)
        assert kind["matters"] and kind["source"] and kind["because"]
        assert 0 < kind["changeable"] <= 1
        exercise = exercise_of(name, Wording("s"))
        assert exercise is not None and 2 <= len(exercise.steps) <= 4 and exercise.minutes > 0
    sides = [side for table in load("feedback")["measure"].values() for side in table.values()]
    assert all(side.get("clause") for side in sides)


def test_improvements_hold_all_that_a_reader_needs(tmp_path: Path) -> None:
    manner = Manner(filler_every=8, gaze_speaking=0.1, words_per_min=260.0, response_s=5.0)
    report = build_report(write(tmp_path / "s", manner))
    assert len(report["improvements"]) == 3 and len(report["strengths"]) <= 3
    ids = [each["id"] for each in report["improvements"]]
    assert ids[0] == "gaze_on_screen_share", "it weighs most"
    order = [each["effect"] * each["changeable"] for each in report["improvements"]]
    assert order == sorted(order, reverse=True)
    for each in report["improvements"]:
        assert each["matters"] and each["source"] and each["how"] and each["exercise"]["steps"]
        assert 0 < each["effect"] <= 1 and 0 < each["changeable"] <= 1
    quoted = [each["quote"] for each in report["improvements"] if each["quote"]]
    assert quoted and all(quote["text"] and quote["t_s"] > 0 for quote in quoted)
    assert not re.search(
        r"\{[a-z]+\}|\bNone\b", json.dumps(report["improvements"], ensure_ascii=False)
    )
    assert report["next_practice"]["focus"] == ids[0]
    assert report["headline"].endswith(".") and "Anna" not in report["headline"]


def test_a_finding_hardly_beyond_its_band_is_not_told(tmp_path: Path) -> None:
    said = Measure("speech_rate_wpm", 181.0, "words/min", 1.0, norm=Norm(120.0, 180.0, "x"))
    worth = effect(said.name, points_to_gain(said, "high")) * changeable(said.name)
    assert first([Found(said.name, worth)], 3) == []
    assert first([Found(said.name, 0.1)], 3)


def test_two_sessions_do_not_read_word_for_word_the_same(tmp_path: Path) -> None:
    def told(name: str) -> list[str]:
        session = read_session(write(tmp_path / name, Manner(filler_every=8, pause_s=1.8)))
        session.meta["id"] = name
        report = analyse(session).report
        found = (*report["strengths"], *report["improvements"])
        return [report["headline"], *(each[key] for each in found for key in ("why", "matters"))]

    first_told, second_told, again = told("monday"), told("thursday"), told("monday2")
    assert len(first_told) == len(second_told) and first_told != second_told
    again_told = [Wording("x").one("key", ("a", "b", "c")) for _ in range(3)]
    assert len(set(again_told)) == 1 and len(again) == len(first_told)
    drawn = {Wording(f"session {n}").one("key", ("a", "b", "c")) for n in range(40)}
    assert drawn == {"a", "b", "c"}


def test_the_next_practice_is_a_command_that_exists(tmp_path: Path) -> None:
    with Talk(tmp_path / "s", role="nurse", persona="mei") as talk:
        talk.ask("why", "Why here?")
        talk.hears([("answer", "I like it here.")], [("claim", "I like it here.")])
        talk.close()
    found = build_report(tmp_path / "s")["next_practice"]
    words = shlex.split(found["command"])
    assert words[:3] == ["python3", "run.py", "practice"]
    options = build_parser().parse_args(words[2:])
    assert (options.role, options.persona) == ("nurse", "mei") and options.questions > 0
    assert "tomorrow" in found["when"] and "nine" in found["why"]


def test_a_role_of_ones_own_is_not_named_in_the_command(tmp_path: Path) -> None:
    found = build_report(write(tmp_path / "s"))["next_practice"]
    assert "--role" not in found["command"] and "--persona" not in found["command"]


def test_where_nothing_was_said_nothing_is_advised(tmp_path: Path) -> None:
    report = build_report(write(tmp_path / "s", Manner(), "", ""))
    assert report["headline"] in load("coaching")["headline"]["no_answer"]
    assert report["next_practice"] is None and report["stories"] == []
    assert [each["id"] for each in report["improvements"]] == ["answered"]
    assert report["improvements"][0]["rewrite"] is None


def test_headlines_say_their_doubt(tmp_path: Path) -> None:
    quiet = analyse(read_session(write(tmp_path / "s")), left_out=left_out(["gaze", "fillers"]))
    assert quiet.report["headline"]
    short = build_report(write(tmp_path / "short", Manner(), "I tidy up."))
    words = load("coaching")["headline"]
    unsure = [*words["little"], *words["no_number"]]
    assert any(short["headline"].endswith(each) for each in unsure)


def test_a_study_may_keep_a_file_of_wording_from_before(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "feedback.toml").write_text(
        "[measure.fillers_per_min.high]\nwhat = 'Fewer fillers'\nwhy = 'They came {value}.'\n"
        "how = 'Breathe.'\n[unanswered]\nwhat = 'a'\nwhy = 'b'\nwhy_one = 'c'\nhow = 'd'\n"
        "how_unknown = 'e'\n[grammar]\nwhat = 'f'\nwhy = 'g'\nhow = 'h'\n[answer]\n"
        + "".join(f"{name} = 'x'\n" for name in load("feedback")["answer"]),
        "utf-8",
    )
    session = read_session(write(tmp_path / "s", Manner(filler_every=6)))
    with using(own):
        report = analyse(session).report
    assert report["improvements"]
    session.meta["settings"] = {"scoring": {"rubrics": str(own)}}
    report = analyse(session).report
    (found,) = (each for each in report["improvements"] if each["id"] == "fillers_per_min")
    assert found["what"] == "Fewer fillers" and found["exercise"] and found["matters"]


@pytest.mark.parametrize(
    "faults",
    [
        ("slow", "looks away speaking", "late"),
        ("fast", "fillers", "looks away listening"),
        ("long pauses", "late", "silent"),
        ("slow", "fillers", "general"),
    ],
)
def test_planted_faults_are_the_three_improvements(tmp_path: Path, faults: tuple[str, ...]) -> None:
    changes: dict[str, float] = {}
    wanted: set[str] = set()
    answers = [STORY, STORY]
    for fault in faults:
        if fault in FAULTS_OF_MANNER:
            change, told = FAULTS_OF_MANNER[fault]
            changes |= change
        else:
            told, _ = FAULTS_OF_CONTENT[fault]
            answers = [STORY, STORY, ""] if fault == "silent" else [GENERAL, GENERAL]
        wanted |= told
    session = read_session(write(tmp_path / "s", replace(Manner(), **changes), *answers))
    session = understood(session, [])
    _, improvements = advise(session, measure(session))
    assert {each.measure for each in improvements} == wanted
