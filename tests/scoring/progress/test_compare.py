"""Two sessions compared: verdicts, and what may not be compared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from game.bench.progress_material import changed
from scoring.progress.compare import compare
from scoring.progress.sessions import ReportedSession
from tests.scoring.progress.people import altered, session, somebody


def item(found: dict[str, Any], name: str, kind: str = "measures") -> dict[str, Any]:
    return next(i for i in found["items"] if (i["kind"], i["name"]) == (kind, name))


@pytest.fixture
def pair() -> tuple[ReportedSession, ReportedSession]:
    person = somebody()
    return session(person, 2), session(person, 3, "2026-03-09T09:00:00+00:00", "t")


def test_nothing_real_is_seen_in_somebody_who_stayed_the_same(
    pair: tuple[ReportedSession, ReportedSession],
) -> None:
    found = compare(*pair)
    assert {i["verdict"] for i in found["items"]} <= {"chance", "luck"}
    assert "Nothing changed by more than chance" in found["headline"]
    assert found["differences"] == []


def test_a_large_change_is_real_and_told_with_its_size() -> None:
    person = somebody()
    later = changed(person, "measures", "speech_rate_wpm", 90.0)
    found = compare(session(person, 2), session(later, 3))
    one = item(found, "speech_rate_wpm")
    assert one["verdict"] == "real" and one["difference"] > one["sdc95"] > 0
    assert one["say"] == "probably a real change" and one["difference_text"].startswith("+")
    assert "Speaking rate" in found["headline"]


def test_pitch_is_compared_in_semitones_and_shown_in_hertz() -> None:
    person = somebody()
    found = compare(
        session(person, 2), session(changed(person, "measures", "pitch_median_hz", 12.0), 3)
    )
    one = item(found, "pitch_median_hz")
    assert one["verdict"] == "real" and one["scale"] == "semitones"
    assert 9.0 < one["difference"] < 15.0
    assert one["after"]["value"] / one["before"]["value"] == pytest.approx(2.0, rel=0.2)
    assert one["before"]["low"] < one["before"]["value"] < one["before"]["high"]


def test_nodding_as_often_for_twice_as_long_is_no_change(
    pair: tuple[ReportedSession, ReportedSession],
) -> None:
    first, second = pair
    count = first.report["measures"]["nods"]["value"]
    longer = altered(second, "duration_s", to=2.0 * first.duration_s)
    longer = altered(longer, "measures", "nods", "value", to=2.0 * count)
    one = item(compare(first, longer), "nods")
    assert one["difference"] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    ("path", "to", "name", "kind", "why"),
    [
        (
            ("measures", "gaze_on_screen_share", "doubts"),
            ["uncalibrated"],
            "gaze_on_screen_share",
            "measures",
            "gaze was calibrated",
        ),
        (
            ("measures", "fillers_per_min", "doubts"),
            ["coarse_recogniser"],
            "fillers_per_min",
            "measures",
            "recogniser",
        ),
        (("made_with",), {"measuring": 1, "rubrics": "other"}, "content", "scores", "rubrics"),
        (("made_with",), None, "speech_rate_wpm", "measures", "another version"),
        (("scores", "content", "measures"), ["relevance"], "content", "scores", "other things"),
        (("scores", "content", "value"), None, "content", "scores", "not enough to tell"),
        (("measures", "pause_mean_s", "trust"), 0.3, "pause_mean_s", "measures", "serious doubt"),
        (("measures", "pause_mean_s", "coverage"), 0.1, "pause_mean_s", "measures", "too little"),
    ],
)
def test_what_was_measured_otherwise_is_not_compared(
    pair: tuple[ReportedSession, ReportedSession],
    path: tuple[str, ...],
    to: Any,
    name: str,
    kind: str,
    why: str,
) -> None:
    one = item(compare(pair[0], altered(pair[1], *path, to=to)), name, kind)
    assert one["verdict"] == "not_comparable" and why in one["why"]
    assert one["p"] is None and one["difference"] is None


def test_a_score_is_not_compared_where_a_part_of_it_is_not(
    pair: tuple[ReportedSession, ReportedSession],
) -> None:
    both = [
        altered(s, "scores", "nonverbal", "measures", to=["gaze_on_screen_share"]) for s in pair
    ]
    both[0] = altered(both[0], "measures", "gaze_on_screen_share", "doubts", to=["uncalibrated"])
    one = item(compare(*both), "nonverbal", "scores")
    assert one["verdict"] == "not_comparable" and "calibrated" in one["why"]


def test_a_synthetic_candidate_is_nobody_to_compare_with(
    pair: tuple[ReportedSession, ReportedSession],
) -> None:
    demo = replace(pair[0], meta={**pair[0].meta, "kind": "demo"})
    found = compare(demo, pair[1])
    assert {i["verdict"] for i in found["items"]} == {"not_comparable"}
    assert found["headline"] == "These two sessions have nothing that can be compared."
    assert any(i["p"] is not None for i in compare(demo, demo)["items"])


def test_another_job_and_manner_are_told_and_stop_nothing(
    pair: tuple[ReportedSession, ReportedSession],
) -> None:
    other = altered(pair[1], "role", to="sales_assistant")
    other = replace(other, meta={**other.meta, "manner": "demanding"})
    found = compare(pair[0], other)
    assert {d["name"] for d in found["differences"]} == {"role", "manner"}
    assert item(found, "content", "scores")["p"] is not None


def test_doubt_widens_and_is_told(pair: tuple[ReportedSession, ReportedSession]) -> None:
    sure = item(compare(*pair), "loudness_dbfs")
    doubted = altered(pair[1], "measures", "loudness_dbfs", "trust", to=0.6)
    doubted = altered(doubted, "measures", "loudness_dbfs", "doubts", to=["clipping"])
    found = item(compare(pair[0], doubted), "loudness_dbfs")
    assert found["sdc95"] > sure["sdc95"]
    assert found["less_sure"] == "less sure, as the sound was overdriven"


def test_a_report_that_does_not_say_how_answers_differ_is_compared_more_carefully(
    pair: tuple[ReportedSession, ReportedSession],
) -> None:
    first, second = (
        altered(s, "measures", "silence_share", "between_answers", to=None) for s in pair
    )
    assert (
        item(compare(first, second), "silence_share")["df"]
        < item(compare(*pair), "silence_share")["df"]
    )


def test_short_answers_make_a_change_harder_to_see(
    pair: tuple[ReportedSession, ReportedSession],
) -> None:
    def short(one: ReportedSession) -> ReportedSession:
        said = [{"answer": {"start_s": 0.0, "end_s": 8.0, "transcript": "yes"}}] * 5
        return altered(one, "questions", to=said)

    usual, brief = compare(*pair), compare(*(short(s) for s in pair))
    for name in ("pause_mean_s", "vocabulary_mtld"):
        assert item(brief, name)["sdc95"] > item(usual, name)["sdc95"]


def test_sessions_named_the_wrong_way_round_are_noticed(
    pair: tuple[ReportedSession, ReportedSession],
) -> None:
    assert any("backwards" in note for note in compare(pair[1], pair[0])["notes"])
    assert compare(*pair)["notes"] == []


def test_one_question_is_too_little_for_content_and_few_are_less_sure_than_many(
    pair: tuple[ReportedSession, ReportedSession],
) -> None:
    said = pair[0].report["questions"]

    def of(count: int) -> dict[str, Any]:
        other = altered(pair[1], "questions", to=[*said[:count], {"competency": "your_questions"}])
        other = altered(
            other, "scores", "content", "low", to=other.report["scores"]["content"]["value"] - 6.0
        )
        other = altered(
            other, "scores", "content", "high", to=other.report["scores"]["content"]["value"] + 6.0
        )
        return item(compare(pair[0], other), "content", "scores")

    assert of(1)["verdict"] == "not_comparable" and "one question" in of(1)["why"]
    assert of(2)["sdc95"] > of(5)["sdc95"]
