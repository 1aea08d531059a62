"""How soon she spoke, by the record."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.types import Feedback, RecruiterAct
from game.bench.reaction_latency import first_sound_s
from scoring.record.session import read_session
from scoring.record.writer import SessionWriter

META = {"kind": "practice", "role": "nurse", "persona": "anna", "questions": 1, "seed": 5}


def test_her_first_sound_is_that_of_words_and_no_nod(tmp_path: Path) -> None:
    writer = SessionWriter(tmp_path / "session", META)
    writer.act(RecruiterAct(1.0, "acknowledge", "", id="act-1"))
    writer.progress(Feedback(1.1, "act-1", "start"))
    writer.act(RecruiterAct(2.0, "say", "Hello.", id="act-2"))
    writer.act(RecruiterAct(4.0, "ask", "Who are you?", id="act-3"))
    writer.progress(Feedback(2.5, "act-2", "start"))
    writer.progress(Feedback(4.5, "act-3", "start"))
    writer.close("complete", 5.0)
    assert first_sound_s(read_session(tmp_path / "session")) == pytest.approx(2.5)


def test_where_she_said_nothing_there_is_none(tmp_path: Path) -> None:
    SessionWriter(tmp_path / "session", META).close("interrupted", 1.0)
    assert first_sound_s(read_session(tmp_path / "session")) is None
