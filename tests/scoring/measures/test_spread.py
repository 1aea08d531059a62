"""How much a measure differs from answer to answer, against what was planted."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest

from scoring.measures.content import rate_answers
from scoring.measures.spread import Spread, spread_of
from scoring.record.session import Session, read_session
from tests.scoring.sessions import Answer, Script

TEXT = "I have worked in a shop and then in an office where I learned a lot about people "


def session(folder: Path, *answers: Answer, **more: object) -> Session:
    asked = [(f"q{n}", f"Question number {n}, please?", a) for n, a in enumerate(answers)]
    return read_session(Script(asked, **more).write(folder))  # type: ignore[arg-type]


def spreads(one: Session) -> dict[str, Spread]:
    return dict(spread_of(one, ()))


def test_pace_and_promptness_spread_as_planted(tmp_path: Path) -> None:
    paces, waits = (110.0, 140.0, 170.0), (0.5, 1.5, 1.0)
    said = [Answer(TEXT * 3, wpm, wait) for wpm, wait in zip(paces, waits, strict=True)]
    found = spreads(session(tmp_path / "s", *said, camera=False))
    pace, prompt = found["speech_rate_wpm"], found["response_time_s"]
    # slower answers last longer and count for more, so it is not quite that of the three numbers
    assert pace.sd == pytest.approx(statistics.stdev(paces), rel=0.1)
    assert pace.answers == 3 and 2.8 < pace.effective < 3.0
    assert prompt.sd == pytest.approx(statistics.stdev(waits), rel=0.02)
    assert prompt.effective == pytest.approx(3.0)


def test_answers_alike_have_next_to_no_spread(tmp_path: Path) -> None:
    found = spreads(session(tmp_path / "s", *[Answer(TEXT * 3, 150.0)] * 3, camera=False))
    assert found["speech_rate_wpm"].sd < 1.0 and found["fillers_per_min"].sd == 0.0


def test_gaze_and_smiles_spread_where_they_differ(tmp_path: Path) -> None:
    steady = spreads(session(tmp_path / "a", *[Answer(TEXT * 3)] * 3, gaze_cycle=(0.7, 0.3)))
    uneven = spreads(session(tmp_path / "b", *[Answer(TEXT * 3)] * 3, gaze_cycle=(20.0, 20.0)))
    assert steady["gaze_on_screen_share"].sd < 0.03 < uneven["gaze_on_screen_share"].sd
    assert uneven["smile_share"].answers == 3


def test_one_answer_and_a_word_or_two_have_none(tmp_path: Path) -> None:
    one = spreads(session(tmp_path / "a", Answer(TEXT * 3), camera=False))
    assert "speech_rate_wpm" not in one
    brief = spreads(session(tmp_path / "b", Answer("Yes."), Answer("No."), camera=False))
    assert "silence_share" not in brief and "pitch_median_hz" not in brief


def test_content_spreads_between_an_answer_and_one_beside_the_question(tmp_path: Path) -> None:
    asked = "Tell me about a time when you moved a database."
    to_it = "Last year at my company I had to move the whole database of twelve customers in May."
    beside = "My favourite food is noodle soup with mushrooms, and I like the sea in winter a lot."
    script = Script([(str(n), asked, Answer(text)) for n, text in enumerate((to_it, beside))])
    script.camera = False
    one = read_session(script.write(tmp_path / "s"))
    found = spread_of(one, rate_answers(one, []))
    assert found["relevance"].answers == 2 and found["relevance"].sd > 0.1
