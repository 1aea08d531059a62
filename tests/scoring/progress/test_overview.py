"""Sessions over time: trends, what to practise next, stories, pictures and the page."""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from game.bench.progress_material import Person, changed
from game.setup.commandline import parse
from scoring.progress.charts import places
from scoring.progress.compare import compare
from scoring.progress.overview import overview
from scoring.progress.page import comparison_page, progress_page
from scoring.progress.sessions import ReportedSession, Shelf
from tests.scoring.progress.people import altered, session, somebody

UTC = datetime.UTC


def shelf(sessions: Sequence[ReportedSession]) -> Shelf:
    return Shelf(Path("all"), tuple(sessions), (("lost", "no record"),))


def days(people: Sequence[Person]) -> list[ReportedSession]:
    """One session a day."""
    return [
        session(person, 10 + n, f"2026-03-{n + 1:02d}T18:30:00+01:00", f"s{n}")
        for n, person in enumerate(people)
    ]


def series(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(s for s in found["series"] if s["name"] == name)


def advised(one: ReportedSession, *what: str, **more: Any) -> ReportedSession:
    told = [
        {"id": w, "what": w.capitalize(), "why": f"Of {w}.", "how": "Do it.", **more} for w in what
    ]
    return altered(one, "improvements", to=told)


def test_somebody_who_speaks_faster_every_time_is_told_so() -> None:
    person = somebody()
    found = overview(
        shelf(days([changed(person, "measures", "speech_rate_wpm", 20.0 * n) for n in range(7)]))
    )
    one = series(found, "speech_rate_wpm")
    assert one["verdict"] == "rising" and 60.0 < one["trend"]["end"] - one["trend"]["start"] < 180.0
    assert one["trend"]["low"] < 20.0 < one["trend"]["high"]
    assert "Speaking rate" in found["headline"]


def test_somebody_who_stays_the_same_has_no_trend() -> None:
    found = overview(shelf(days([somebody()] * 6)))
    assert {s["verdict"] for s in found["series"]} <= {"steady", "luck"}
    assert "nothing has changed by more than chance" in found["headline"]


def test_one_session_has_no_trend_and_two_are_compared_as_two() -> None:
    person = somebody()
    assert overview(shelf(days([person])))["series"][0]["trend"] is None
    pair = days([person, changed(person, "measures", "loudness_dbfs", 20.0)])
    both = series(overview(shelf(pair)), "loudness_dbfs")
    alone = next(i for i in compare(*pair)["items"] if i["name"] == "loudness_dbfs")
    assert both["verdict"] == "rising" and alone["verdict"] == "real"
    assert both["trend"]["slope"] == pytest.approx(alone["difference"], abs=1e-3)
    assert both["trend"]["p"] == pytest.approx(alone["p"])


def test_what_was_not_measured_is_a_gap_and_what_is_not_comparable_is_outside_the_trend() -> None:
    all_of = days([somebody()] * 6)
    all_of[1] = altered(all_of[1], "measures", "smile_share", "value", to=None)
    all_of[2] = altered(
        all_of[2], "measures", "gaze_on_screen_share", "doubts", to=["uncalibrated"]
    )
    found = overview(shelf(all_of))
    assert series(found, "smile_share")["points"][1] is None
    gaze = series(found, "gaze_on_screen_share")
    assert [p["comparable"] for p in gaze["points"]] == [True, True, False, True, True, True]
    assert "calibrated" in gaze["points"][2]["why"] and gaze["trend"]["sessions"] == 5
    page = progress_page(found, all_of)
    drawn = page.split('aria-label="Smiling')[1].split("</svg>")[0]
    assert drawn.count("<circle") == 5 and drawn.count('class="course"') == 1  # broken at the gap
    assert (
        'class="point other"'
        in page.split('aria-label="Looking at the recruiter while speaking')[1]
    )


def test_reports_of_another_version_are_outside_the_trend_and_it_is_said_what_to_do() -> None:
    all_of = days([somebody()] * 5)
    all_of[0] = altered(all_of[0], "made_with", to=None)
    found = overview(shelf(all_of))
    assert {s["trend"]["sessions"] for s in found["series"]} == {4}
    assert len(found["notes"]) == 1 and "progress --again" in found["notes"][0]
    assert found["notes"][0] in progress_page(found, all_of)
    assert overview(shelf(all_of[1:]))["notes"] == []


def test_advice_that_comes_again_leads_and_what_got_better_rests() -> None:
    all_of = days([somebody()] * 5)
    told = (("a", "b"), ("a", "b"), ("a", "c"), ("a", "d"), ("a", "c"))
    found = overview(shelf([advised(s, *w) for s, w in zip(all_of, told, strict=True)]))["plan"]
    assert [f["id"] for f in found["focus"]] == ["a", "c", "d"]
    assert found["focus"][0]["told_in"] == 5 and "in 5 of 5 sessions" in found["focus"][0]["why"]
    assert [r["id"] for r in found["resting"]] == ["b"]
    assert (found["done"], found["of_about"]) == (5, 9)


def test_effect_and_changeability_decide_between_new_advice() -> None:
    (one,) = days([somebody()])
    weak = advised(one, "weak", effect=0.2, changeable=0.2).report["improvements"]
    strong = advised(one, "strong", effect=0.9, changeable=0.9).report["improvements"]
    found = overview(shelf([altered(one, "improvements", to=[*weak, *strong])]))["plan"]
    assert [f["id"] for f in found["focus"]] == ["strong", "weak"]


def test_advice_without_an_id_is_known_again_by_its_words() -> None:
    told = [{"what": "Slow down", "why": "Fast.", "how": "", "evidence": []}]
    all_of = [altered(s, "improvements", to=told) for s in days([somebody()] * 2)]
    (focus,) = overview(shelf(all_of))["plan"]["focus"]
    assert focus["told_in"] == 2


def test_the_next_sessions_widen_and_their_commands_are_real() -> None:
    all_of = days([somebody()] * 2)
    all_of[-1] = replace(all_of[-1], meta={**all_of[-1].meta, "manner": "warm"})
    found = overview(shelf([advised(s, "pauses", "fillers") for s in all_of]))["plan"]["sessions"]
    assert [s["date"] for s in found] == ["2026-03-03", "2026-03-06", "2026-03-13"]
    assert [s["number"] for s in found] == [3, 4, 5]
    after = [0, *(s["after_days"] for s in found)]
    gaps = [b - a for a, b in itertools.pairwise(after)]
    assert gaps == sorted(set(gaps))
    options = [parse(s["command"].split()[2:]) for s in found]
    assert {(o.role, o.persona) for o in options} == {("nurse", "anna")}
    assert [o.manner for o in options] == ["warm", "neutral", "warm"]


def test_who_comes_back_late_begins_today_and_keeps_the_gaps() -> None:
    all_of = [advised(one, "pauses") for one in days([somebody()] * 2)]
    usual = overview(shelf(all_of))["plan"]["sessions"]
    first = datetime.date.fromisoformat(usual[0]["date"])
    assert overview(shelf(all_of), first)["plan"]["sessions"] == usual
    late = overview(shelf(all_of), datetime.date(2026, 4, 2))["plan"]["sessions"]
    assert [s["date"] for s in late] == ["2026-04-02", "2026-04-05", "2026-04-12"]


@pytest.mark.parametrize(("role", "manner"), [("gone.toml", "also_gone"), ("", ""), ("../x", "7")])
def test_a_job_that_is_not_here_is_left_out_of_the_command(role: str, manner: str) -> None:
    (one,) = days([somebody()])
    one = altered(one, "role", to=role)
    one = replace(one, meta={"manner": manner, "questions": "many"})
    for each in overview(shelf([one]))["plan"]["sessions"]:
        options = parse(each["command"].split()[2:])
        assert options.role is None and options.questions >= 5


def test_without_a_date_the_plan_counts_days() -> None:
    (one,) = days([somebody()])
    one = altered(one, "created", to=None)
    found = overview(shelf([one]))
    assert found["plan"]["sessions"][0]["date"] is None
    assert "after 1 day" in progress_page(found, [one])


def test_stories_are_banked_over_sessions_once_each() -> None:
    first, second = days([somebody()] * 2)
    bakery = {"title": "The bakery", "competencies": [{"name": "team_work", "why": "x"}]}
    again = {
        "title": "the Bakery",
        "competencies": [{"name": "initiative"}],
        "parts": {"task": "t"},
    }
    first = altered(first, "stories", to=[bakery, {"no": "title"}, "odd"])
    second = altered(second, "stories", to=[again])
    found = overview(shelf([first, second]))["stories"]
    assert [s["competencies"] for s in found] == [["initiative", "team work"]]
    assert found[0]["sessions"] == ["s1", "s0"] and found[0]["parts"]["result"] is None


def test_sessions_of_one_day_stand_side_by_side_in_time() -> None:
    day = datetime.datetime(2026, 3, 1, 9, tzinfo=UTC)
    times = [day, day + datetime.timedelta(minutes=20), day + datetime.timedelta(days=50), None]
    found = places(times, 260.0)
    assert found[0] == 0.0 and found[1] - found[0] >= 13.0 - 1e-9
    assert found[2] - found[1] > 150.0 and found[3] == 260.0
    crowd = places([day] * 100, 260.0)
    assert crowd == sorted(crowd) and crowd[0] >= 0.0 and crowd[-1] <= 260.0 + 1e-6
    assert places([None], 100.0) == [50.0]


@pytest.mark.parametrize("value", [0.0, 1.0, 0.5, 0.99])
def test_what_never_changes_is_drawn_as_well(value: float) -> None:
    all_of = days([somebody()] * 3)
    for path in (("measures", "smile_share"), ("measures", "snr_db"), ("scores", "content")):
        whole = 100.0 if path[0] == "scores" else 1.0
        entry = {"value": whole * value, "low": whole * value, "high": whole * value, "unit": "0–1"}
        entry |= {"coverage": 1.0, "between_answers": {"sd": 0.0, "answers": 5, "effective": 5.0}}
        all_of = [altered(s, *path, to=entry) for s in all_of]
    assert progress_page(overview(shelf(all_of)), all_of).count("<svg") > 20


class _Page(HTMLParser):
    """What a page refers to, its pictures' labels, and whether its elements close."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.outside: list[str] = []
        self.labels: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.outside += [v for k, v in attrs if k in ("src", "href") and v]
        if tag == "svg":
            self.labels.append(told.get("aria-label") or "")
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Circles and lines, which hold nothing."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("which", ["progress", "comparison"])
def test_the_page_is_whole_offline_and_says_every_picture_in_words(which: str) -> None:
    person = somebody()
    all_of = days([changed(person, "measures", "fillers_per_min", -2.0 * n) for n in range(4)])
    all_of[0] = advised(replace(all_of[0], folder=Path("<b>&")), "<i>bold</i>")
    if which == "progress":
        text = progress_page(overview(shelf(all_of)), all_of)
    else:
        text = comparison_page(compare(all_of[0], all_of[3]))
    page = _Page()
    page.feed(text)
    assert page.open == [] and page.outside == []
    assert len(page.labels) > 5 and all(len(label) > 20 for label in page.labels)
    assert "<i>bold" not in text and "<b>&" not in text
    assert "http" not in re.sub(r"<code>.*?</code>", "", text)
    for wanted in ("prefers-color-scheme: dark", "@media print", 'lang="en"', "<h1>"):
        assert wanted in text


def test_the_same_sessions_give_the_same_page() -> None:
    all_of = days([somebody()] * 3)
    pages = {progress_page(overview(shelf(all_of)), all_of) for _ in range(2)}
    assert len(pages) == 1
