"""captions.vtt: valid for a player, readable, in time, in every writing."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from perception.types import Word, Words
from scoring.record.session import read_session
from scoring.record.writer import SessionWriter
from scoring.report.webvtt import MOST_S, MOST_WIDTH, webvtt
from tests.scoring.sessions import META, Answer, Script

_TIME = r"(\d\d):(\d\d):(\d\d)\.(\d\d\d)"
_CUE = re.compile(rf"{_TIME} --> {_TIME}\n<v (Recruiter|Candidate)>(.+)")

Shown = tuple[float, float, str, str]


def cues(text: str) -> list[Shown]:
    """Start, end, speaker and plain text of each block after the head; every block is a cue."""
    head, _, body = text.partition("::cue(.unsure) { opacity: 0.6 }\n\n")
    assert head == "WEBVTT\n\nSTYLE\n"
    found = []
    for block in filter(None, body.split("\n\n")):
        match = _CUE.fullmatch(block.strip("\n"))
        assert match, block
        *stamps, speaker, said = match.groups()
        assert "-->" not in said and not re.search(r"[<>](?!/?c)", re.sub(r"</?c[^>]*>", "", said))
        h, m, s, ms, h2, m2, s2, ms2 = map(int, stamps)
        start, end = h * 3600 + m * 60 + s + ms / 1000, h2 * 3600 + m2 * 60 + s2 + ms2 / 1000
        assert start < end
        found.append((start, end, speaker, html.unescape(re.sub(r"</?c[^>]*>", "", said))))
    assert [cue[0] for cue in found] == sorted(cue[0] for cue in found)
    return found


def of(cue_list: list[Shown], speaker: str) -> str:
    return " ".join(text for *_, who, text in cue_list if who == speaker)


def test_cues_are_short_whole_and_at_the_words_times(tmp_path: Path) -> None:
    told = "I had to keep the shop open, so I called two bakeries. Then we drove the dough. " * 6
    question = "Tell me about a time when you solved a problem, and say what you did yourself. " * 4
    script = Script([("q", question.strip(), Answer(told.strip(), wpm=150.0))], ask_s=20.0)
    session = read_session(script.write(tmp_path / "s"))
    found = cues(webvtt(session))
    assert (
        of(found, "Candidate") == told.strip()
        and of(found, "Recruiter") == f"{question.strip()} Thank you."
    )
    for start, end, _, text in found:
        assert len(text) <= MOST_WIDTH and end - start <= MOST_S + 0.01
    words = iter(session.words[0].words)
    for start, end, who, text in found:
        if who == "Candidate":
            said = [next(words) for _ in text.split()]
            assert start == pytest.approx(said[0].start_s, abs=0.001)
            assert end >= said[-1].end_s - 0.001
    ended = [text[-1] in ".," for *_, who, text in found if who == "Candidate"]
    assert sum(ended) > 0.8 * len(ended), "cues end where clauses end"


def test_what_a_player_takes_for_markup_is_shown_as_text(tmp_path: Path) -> None:
    said = "a --> b <v Bob> &amp; 00:01.000 NOTE STYLE </v> WEBVTT"
    script = Script([("q", said, Answer(said, typed=True))])
    found = cues(webvtt(read_session(script.write(tmp_path / "s"))))
    assert of(found, "Candidate") == said and of(found, "Recruiter") == f"{said} Thank you."


@pytest.mark.parametrize(
    "said",
    [
        "我叫王小明，在北京工作了三年。" * 20,
        "أنا مهندس برمجيات في شركة كبيرة " * 12,
        "ผมเป็นวิศวกร" * 30,
    ],
)
def test_other_writing_is_cut_and_lost_nowhere(tmp_path: Path, said: str) -> None:
    script = Script([("q", "Who are you?", Answer(said, typed=True))])
    found = cues(webvtt(read_session(script.write(tmp_path / "s"))))
    assert of(found, "Candidate").replace(" ", "") == said.replace(" ", "")
    assert len(found) > 3 and all(len(text) <= MOST_WIDTH for *_, text in found)


def test_odd_times_give_cues_all_the_same(tmp_path: Path) -> None:
    with SessionWriter(tmp_path / "s", META) as writer:
        words = (Word("Yes", -0.5, -0.5, None), Word("indeed", -0.2, -0.2, 0.1))
        writer.reading(Words(-0.5, -0.2, "Yes indeed", words, True, "test"))
        writer.reading(
            Words(7300.0, 7300.0, "Late", (Word(" ", 7300.0, 7300.0, 0.9),), True, "test")
        )
        writer.reading(Words(7301.0, 7301.0, "Later still", (), True, "test"))
    found = cues(webvtt(read_session(tmp_path / "s")))
    assert [(text, start) for start, *_, text in found] == [
        ("Yes indeed", 0.0),
        ("Later still", 7301.0),
    ]
    assert found[-1][1] == 7302.0
