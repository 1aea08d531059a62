"""What the report's page is made of: marked words, rows of the timeline, recordings beside it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from perception.camera.picture_recorder import PictureRecorder
from perception.types import Frame, VoiceReading, Word, Words
from scoring.leaving_out import left_out
from scoring.measures.doubt import SPOKEN_OF
from scoring.record.session import Session, read_session
from scoring.record.writer import SessionWriter
from scoring.report.analysis import Analysis, analyse
from scoring.report.captions import clean
from scoring.report.charts_over_time import voice
from scoring.report.courses import Course, loudness_course, pitch_course
from scoring.report.html import render_html
from scoring.report.marked import marked
from scoring.report.media import media
from scoring.report.questions import WHOLE
from scoring.report.timeline import WIDE, line_of, path_of, timeline
from scoring.report.words import band
from scoring.types import Measure, Norm
from tests.scoring.report.shown_session import PICTURE_FROM_S, advised, written
from tests.scoring.sessions import STORY, Answer, Script


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("parts") / "s")


@pytest.fixture(scope="module")
def session(folder: Path) -> Session:
    return read_session(folder)


@pytest.fixture(scope="module")
def analysis(session: Session) -> Analysis:
    return analyse(session)


# ── words ────────────────────────────────────────────────────────────────────────────────────────


def words_of(text: str, unsure: tuple[int, ...] = ()) -> list[Word]:
    return [
        Word(word.strip(",."), i, i + 0.5, 0.2 if i in unsure else 0.9)
        for i, word in enumerate(text.split())
    ]


def test_pieces_are_the_text_again_with_the_time_of_each_word() -> None:
    text = "Well, I planned it, and it worked."
    stretches = marked(text, words_of(text))
    pieces = [p for s in stretches for run in s.runs for p in run.pieces]
    assert "".join(p.text for p in pieces) == text
    timed = [(p.text, p.t_s) for p in pieces if p.t_s is not None]
    assert timed[:3] == [("Well,", 0.0), ("I", 1.0), ("planned", 2.0)]
    assert timed[-1] == ("worked.", 6.0)


def test_words_that_were_unsure_and_words_that_count_are_marked() -> None:
    text = "I led twelve people um maybe"
    start = text.index("twelve people")
    highlights: list[dict[str, Any]] = [
        {"kind": "fact", "start": start, "end": start + len("twelve people")},
        {"kind": "filler", "start": text.index("um"), "end": text.index("um") + 2},
        {"kind": "hedge", "start": 900, "end": 950},
        {"kind": "hedge", "start": None, "end": None},
    ]
    (stretch,) = marked(text, words_of(text, unsure=(1, 2)), (), highlights)
    told = [(run.kind, run.unsure, "".join(p.text for p in run.pieces)) for run in stretch.runs]
    assert ("fact", True, "twelve") in told and ("fact", False, " people") in told
    assert ("filler", False, "um") in told
    assert (None, True, "led ") in told or (None, True, "led") in told
    assert not any(kind == "hedge" for kind, _, _ in told)


def test_stretches_keep_what_they_do_and_missing_ones_cost_no_word() -> None:
    text = "Say it again please. I led a team."
    said = [{"text": "Say it again please."}, {"text": "not said"}, {"text": "I led a team."}]
    stretches = marked(text, [], said)
    assert [s.said and s.said["text"] for s in stretches] == [
        said[0]["text"],
        None,
        said[2]["text"],
    ]
    assert "".join(p.text for s in stretches for r in s.runs for p in r.pieces) == text
    assert marked("", [], said) == ()


# ── timeline ─────────────────────────────────────────────────────────────────────────────────────


def test_rows_are_those_that_have_something_to_show(folder: Path, session: Session) -> None:
    analysis = advised(folder)
    rows = {row.name: row for row in timeline(session, analysis.measures, analysis.report).rows}
    assert list(rows) == [
        *("questions", "recruiter", "you", "pauses", "fillers", "words", "pitch", "loudness"),
        *("gaze", "smiles", "nods", "reactions"),
    ]
    assert [mark.text for mark in rows["questions"].marks] == ["Q1", "Q2", "Q3"]
    assert rows["nods"].count == 4 and rows["fillers"].count == 2
    assert rows["gaze"].share == pytest.approx(0.7, abs=0.03)
    assert [mark.text for mark in rows["words"].marks] == ["twelve customers", "project"]
    first = rows["questions"].marks[0]
    assert first.place == pytest.approx(100 * first.t_s / session.duration_s, abs=0.01)


@pytest.mark.parametrize(
    ("cue", "gone"),
    [
        ("gaze", ["gaze"]),
        ("head", ["nods"]),
        ("voice", ["pitch", "loudness"]),
        ("pauses", ["pauses"]),
    ],
)
def test_what_was_left_out_has_no_row(analysis: Analysis, cue: str, gone: list[str]) -> None:
    without = replace(analysis.measures, left_out=left_out([cue]))
    whole, out = (
        {row.name for row in timeline(analysis.session, measures, analysis.report).rows}
        for measures in (analysis.measures, without)
    )
    assert whole - out == set(gone)


def test_bars_lie_where_the_time_was_and_none_is_too_thin_to_be_seen() -> None:
    assert path_of([(10.0, 20.0)], 100.0) == "M1000 0h1000v1h-1000z"
    (width,) = re.findall(r"h(\d+)v", path_of([(50.0, 50.001)], 3600.0))
    assert int(width) >= WIDE / 800
    assert path_of([], 100.0) == ""


def test_a_line_has_gaps_where_nobody_spoke() -> None:
    steps = np.array([0, 1, 5])
    course = Course(1.0, steps, np.array([100.0, 150.0, 900.0]), 120.0, 50.0, 200.0)
    line = line_of(course, 10.0)
    assert line.startswith("M500 67L1500 33M5500 0"), "what is beyond the axis stays at its edge"


def test_an_octave_s_error_does_not_stretch_the_axis_of_pitch(tmp_path: Path) -> None:
    folder = Script([("q", "What?", Answer(STORY, 120.0))]).write(tmp_path / "s")
    session = read_session(folder)
    wrong = [
        replace(a, pitch_hz=480.0)
        if isinstance(a, VoiceReading) and a.pitch_hz and 20.0 <= a.t_s < 21.0
        else a
        for a in session.arrivals
    ]
    odd = pitch_course(replace(session, arrivals=tuple(wrong)))
    assert odd is not None and odd.medians.max() == 480.0
    assert odd.low >= 50.0 and odd.high <= 1.75 * odd.middle
    figure = voice(replace(session, arrivals=tuple(wrong)))
    assert figure is not None
    assert figure.axes[1].get_ylim()[0] >= 50.0
    loud = loudness_course(session)
    assert loud is not None and loud.high - loud.low == pytest.approx(20.0)


# ── recordings ───────────────────────────────────────────────────────────────────────────────────


def test_recordings_are_told_with_the_time_at_which_each_begins(session: Session) -> None:
    kept = media(session)
    picture = kept["picture"]
    assert picture["file"] == "camera.mp4"
    assert picture["start_s"] == pytest.approx(PICTURE_FROM_S, abs=0.01)
    assert picture["end_s"] == pytest.approx(session.duration_s, abs=0.5)
    assert [(s["file"], s["start_s"], s["speaker"]) for s in kept["sounds"]] == [
        ("candidate.wav", 0.0, "candidate"),
        ("recruiter.wav", 0.0, "recruiter"),
    ]


def test_a_camera_that_was_opened_twice_has_two_files(tmp_path: Path) -> None:
    folder = Script([("q", "What?", None)]).write(tmp_path / "s")
    for start_s in (0.5, 6.0):
        recorder = PictureRecorder(folder / "camera.mp4", 10)
        for i in range(20):
            recorder._encode(Frame(start_s + i / 10, i, np.zeros((48, 64, 3), np.uint8)))
        recorder.close()
    pictures = media(read_session(folder))["pictures"]
    assert [(p["file"], p["start_s"]) for p in pictures] == [
        ("camera.mp4", 0.5),
        ("camera-2.mp4", 6.0),
    ]


def test_damaged_recordings_are_not_offered(tmp_path: Path) -> None:
    folder = written(tmp_path / "s", recorded=False)
    (folder / "candidate.wav").write_bytes(b"RIFF" * 20)
    (folder / "camera.mp4").write_bytes(b"nothing")
    kept = media(read_session(folder))
    assert kept == {"picture": None, "pictures": [], "sounds": [], "original": None}
    assert '<aside class="player"' not in render_html(analyse(read_session(folder)))


def test_a_sound_that_was_analysed_has_no_picture_to_be_added(tmp_path: Path) -> None:
    script = Script([("q", "What?", Answer(STORY, 120.0))], camera=False)
    session = read_session(script.write(tmp_path / "s"))
    meta = {**session.meta, "kind": "analysis", "recording": "me.wav"}
    assert media(replace(session, meta=meta))["original"] is None


def test_an_analysed_recording_names_its_file_and_offers_to_choose_it(
    tmp_path: Path, folder: Path
) -> None:
    session = read_session(folder)
    meta: dict[str, Any] = {**session.meta, "kind": "analysis", "recording": "me & you.mp4"}
    analysis = analyse(replace(session, meta=meta))
    kept = analysis.report["media"]
    assert kept["original"] == "me & you.mp4"
    assert {sound["speaker"] for sound in kept["sounds"]} == {"everybody"}
    page = render_html(
        replace(
            analysis, report={**analysis.report, "media": {**kept, "picture": None, "pictures": []}}
        )
    )
    assert "Choose me &amp; you.mp4" in page


# ── the page ─────────────────────────────────────────────────────────────────────────────────────


def test_the_page_of_an_older_report_has_all_but_what_that_lacks(analysis: Analysis) -> None:
    new = ("headline", "recruiter", "stories", "next_practice", "media")
    older = {key: value for key, value in analysis.report.items() if key not in new}
    older["improvements"] = [
        {key: each[key] for key in ("what", "why", "how", "evidence")}
        for each in older["improvements"]
    ]
    page = render_html(replace(analysis, report=older))
    assert "Work on" in page and "Your story bank" not in page


def test_three_hours_are_a_page_of_less_than_five_megabytes(
    tmp_path: Path, analysis: Analysis
) -> None:
    text = " ".join(["we planned, built and sold good houses there"] * 190)
    with SessionWriter(tmp_path / "s", {"id": "long"}) as writer:
        t = 0.0
        while t < 3 * 3600:
            words = tuple(
                Word(word, t + i * 0.4, t + i * 0.4 + 0.3, 0.5 if i % 9 == 0 else 0.9)
                for i, word in enumerate(text.split())
            )
            writer.reading(Words(t, words[-1].end_s, text, words, True, "test"))
            t = words[-1].end_s + 5.0
        writer.close("complete", t)
    session = read_session(tmp_path / "s")
    whole, (answer,) = analysis.report["questions"][0], session.answers
    assert len(answer.words) > 15_000
    told = {**whole["answer"], "transcript": clean(answer.transcript), "said": []}
    report = {**analysis.report, "questions": [{**whole, "id": WHOLE, "answer": told}]}
    page = render_html(replace(analysis, session=session, report=report))
    assert page.count("<span data-t") > 1.9 * len(answer.words), "in its card and in the transcript"
    assert 1e6 < len(page.encode("utf-8")) < 5e6


def test_a_band_is_told_in_the_unit_of_its_value() -> None:
    share = Measure("specificity", 0.3, "0–1", 1.0, norm=Norm(0.41, 0.95, "somebody"))
    assert band(share) == "41 – 95%"
    assert band(replace(share, norm=Norm(0.4, None, "somebody"))) == "40% or more"
    assert band(replace(share, norm=Norm(None, 0.14, "somebody"))) == "up to 14%"
    assert band(replace(share, unit="words/min", norm=Norm(120, 180, "somebody"))) == "120 – 180"
    assert band(replace(share, norm=None)) == ""


def test_looks_that_are_hardly_known_are_told_as_such(session: Session) -> None:
    sure = analyse(session)
    row = next(r for r in timeline(session, sure.measures, sure.report).rows if r.name == "gaze")
    assert row.doubt == "" and row.share is not None
    room = {"done": True, "gaze": {"error_deg": 9.0}}
    vague = replace(session, meta={**session.meta, "green_room": room})
    found = analyse(vague)
    assert found.measures["gaze_on_screen_share"].trust < SPOKEN_OF
    row = next(r for r in timeline(vague, found.measures, found.report).rows if r.name == "gaze")
    assert row.doubt == "where you looked was known to some degrees only"
    page = render_html(found)
    assert f'title="{row.doubt}">only roughly known' in page
    assert f"less sure: {row.doubt}" in page
