"""Planted sessions hold what was planted, and the bench tells what a report missed or made up."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from game.bench import scores
from game.bench.scores_judges import FOLDER, against_judges
from game.bench.scores_material import (
    FAULTS_OF_CONTENT,
    FAULTS_OF_MANNER,
    WORSE,
    _with_fault,
    made_worse,
    planted_session,
    real_interviews,
)
from game.synthetic.planted import Exchange, Manner, write_planted
from game.training.rated_interviews import SCORES
from perception.paths import data_dir
from scoring.measures.measure import measure
from scoring.record.session import read_session
from tests.understanding_models import needs_acts, needs_answers


def test_what_is_planted_is_in_the_record(tmp_path: Path) -> None:
    exchanges = planted_session(random.Random(4), -1).exchanges
    manner = Manner(180.0, 1.4, 12, 2.5, 0.3, 0.5)
    session = read_session(write_planted(tmp_path / "s", exchanges, manner))
    assert [q.bare for q in session.questions] == [each.question for each in exchanges]
    assert [q.competency for q in session.questions] == [each.competency for each in exchanges]
    found = measure(session)
    assert found["pause_mean_s"].value == pytest.approx(1.4, abs=0.05)
    assert found["response_time_s"].value == pytest.approx(2.5, abs=0.05)
    assert found["gaze_on_screen_share"].value == pytest.approx(0.3, abs=0.04)
    assert found["gaze_on_screen_listening_share"].value == pytest.approx(0.5, abs=0.06)
    spoken = sum(len(each.answer.split()) for each in exchanges)
    minutes = sum(a.end_s - a.start_s for a in session.answers) / 60.0
    fillers = found["fillers_per_min"].value
    assert fillers is not None
    assert fillers * minutes == pytest.approx(spoken // 12, rel=0.15)


def test_every_fault_is_planted_sooner_or_later() -> None:
    sessions = [planted_session(random.Random(n), n) for n in range(120)]
    planted = {fault for session in sessions for fault in session.faults}
    assert planted == {*FAULTS_OF_MANNER, *FAULTS_OF_CONTENT}
    assert any(not session.faults for session in sessions)
    for session in sessions:
        for fault in set(session.faults) & set(FAULTS_OF_MANNER):
            for name, value in FAULTS_OF_MANNER[fault][0].items():
                assert getattr(session.manner, name) == value


@pytest.mark.parametrize("way", WORSE)
def test_each_way_to_make_answers_worse_does(way: str) -> None:
    rng = random.Random(6)
    interviews = [planted_session(rng, -1).exchanges for _ in range(6)]
    for exchanges in interviews:
        worse = made_worse(way, exchanges, interviews, rng)
        assert [each.question for each in worse] == [each.question for each in exchanges]
        changed = [a.answer != b.answer for a, b in zip(worse, exchanges, strict=True)]
        assert all(changed)


@needs_acts
@needs_answers
def test_the_bench_tells_what_was_missed_and_what_was_made_up(tmp_path: Path) -> None:
    fine = planted_session(random.Random(8), -1)
    slow = replace(
        fine,
        name="slow",
        manner=replace(fine.manner, words_per_min=95.0),
        faults={"slow": frozenset({"speech_rate_wpm"})},
    )
    claimed = replace(fine, name="claimed", faults={"late": frozenset({"response_time_s"})})
    hidden = replace(slow, name="hidden", faults={})
    count, told, made_up = scores._planted([slow, claimed, hidden], map)
    assert count.value == 3.0
    assert told.value == pytest.approx(2 / 3) and told.faults == ("claimed: late not told",)
    assert made_up.value is not None and made_up.value < 1.0
    assert any("hidden: " in f and "speech_rate_wpm" in f for f in made_up.faults)


@needs_acts
@needs_answers
def test_interviews_beside_their_questions_are_told_so_and_others_are_not() -> None:
    rng = random.Random(31)
    whole = [planted_session(rng, -1) for _ in range(6)]
    beside = []
    for each in whole:
        role = each.name.split(": ")[1].split(",")[0]
        beside.append(_with_fault("beside the question", role, each.exchanges, rng))
    told = [
        ["relevance" in found.improvements for found in scores._all_told(sessions, map)]
        for sessions in (beside, [each.exchanges for each in whole])
    ]
    assert sum(told[0]) >= 5 and sum(told[1]) == 0


@needs_acts
@needs_answers
def test_worse_answers_come_out_below_the_others() -> None:
    rng = random.Random(9)
    own = [planted_session(rng, -1).exchanges for _ in range(2)]
    told = scores._worse("own", own, scores._all_told(own, map), rng, map, 0.98)
    rows = {row.figure.split(" (")[0]: row for row in told}
    for way in ("blanked", "I do not know", "word salad", "praise of itself"):
        assert rows[f"own: {way}, below themselves"].value == 1.0
    assert rows["own: interviews with a number for content"].value == 2.0


def test_real_interviews_are_read_with_their_questions() -> None:
    folder = data_dir()
    if folder is None or not (folder / "mit_interview").is_dir():
        pytest.skip("needs the interviews of mit_interview in RECRUITER_TEST_DATA")
    found = real_interviews(folder)
    assert len(found) > 80
    questions = [each.question.lower() for interview in found.values() for each in interview]
    assert sum("yourself" in q for q in questions) > 60
    assert all(each.answer for interview in found.values() for each in interview)


def test_scores_are_held_against_judges_person_by_person(tmp_path: Path) -> None:
    said = [Exchange("q", "Tell me about yourself.", "word " * n) for n in (50, 60, 70, 80, 90)]
    names = ["p1", "pp1", "p2", "p3", "p4"]
    folder = tmp_path / FOLDER
    folder.mkdir()
    rated = [2.0, 4.0, 4.0, 5.0, 6.0]
    lines = [f"{n.upper()},{r},1.0" for n, r in zip(names, rated, strict=True)]
    (folder / SCORES).write_text("\n".join(["Participant,Overall,Excited", *lines]))
    interviews = {name: (one,) for name, one in zip(names, said, strict=True)}
    content = [30.0, 50.0, 50.0, None, 70.0]
    scored, worded = against_judges(tmp_path, interviews, content)
    # p1 counts once, with the mean of both; p3 has no score: (3, 40), (4, 50), (6, 70)
    assert scored.value == pytest.approx(1.0) and "of 3 people" in scored.figure
    assert worded.value is not None and 0.9 < worded.value < 1.0
    assert against_judges(tmp_path, interviews, [30.0, None, None, None, 70.0]) == []
