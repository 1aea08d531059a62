"""Nothing is made of an answer that may be somebody else's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from perception.types import Event
from scoring.measures.measure import measure
from scoring.record.session import read_session
from scoring.record.whose_voice import GUESSED, IN_ONE, MIXED, NOBODY
from scoring.report.questions import questions
from tests.scoring.sessions import Answer, Script

SAID = (
    "Last winter our lorry broke down near Leeds, so I rang twelve shops, told them when we would "
    "come, and moved the bread to two vans. In the end ten of them were served before noon."
)


@pytest.mark.parametrize(
    ("kind", "rated"), [(GUESSED, False), (MIXED, False), (NOBODY, False), (IN_ONE, True)]
)
def test_an_answer_that_may_be_anothers_is_not_rated(
    tmp_path: Path, kind: str, rated: bool
) -> None:
    Script([("q1", "Tell me about a bad day.", Answer(SAID))], camera=False).write(tmp_path / "s")
    session = read_session(tmp_path / "s")
    told = Event(0.0, "microphone", kind, {"people": 2, "at_s": 1.0})
    session = replace(session, arrivals=(told, *session.arrivals))
    (entry,) = questions(session, measure(session))
    values = [rating["value"] for rating in entry["ratings"].values()]
    assert any(value is not None for value in values) == rated
    assert entry["answer"]["transcript"].startswith("Last winter")
    if not rated:
        assert values and entry["feedback"] == [] and entry["missing"] is entry["parts"] is None
        assert all(r["why"] for r in entry["ratings"].values())
