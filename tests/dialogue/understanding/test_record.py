"""What was understood goes through the record and comes back equal to the bit."""

from __future__ import annotations

import json

import pytest

from dialogue.understanding.answer_quality import AnswerQuality, Gap, PartSpan
from dialogue.understanding.contradictions import Contradiction
from dialogue.understanding.record import understood_of, understood_table
from dialogue.understanding.types import ActSpan, Fact, Understanding
from dialogue.understanding.understander import Inquiry, QuestionTopic, Understood

FULL = Understood(
    Inquiry("handover/short", 3, "I was at Lidl — 3 years. \U0001f600 Pay?", False, True),
    Understanding(
        "I was at Lidl — 3 years. \U0001f600 Pay?",
        (
            ActSpan("answer", 0.1 + 0.2, 0, 24, "I was at Lidl — 3 years."),
            ActSpan("question", 1 / 3, 27, 31, "Pay?", "answer"),
        ),
        (Fact("organisation", "Lidl", 0.6180339887498949, 9, 13),),
    ),
    (QuestionTopic("Pay?", "pay", 0.703),),
    "handover",
    AnswerQuality(
        6,
        (PartSpan("situation", 0.7, 0, 24, "I was at Lidl — 3 years."),),
        (Gap("no_result", 0.913), Gap("number_no_context", 0.5, "3")),
        0.087,
    ),
    "about_you",
    Contradiction("two years", "3 years", "lidl"),
)
NOTHING = Understood(Inquiry(None, 0, ""), Understanding(""))
UNKNOWN = Understood(
    Inquiry("q", 1, "Yes."),
    Understanding("Yes.", (ActSpan("answer", 0.5, 0, 4, "Yes."),)),
    (QuestionTopic("Why?", "", 0.0),),
    quality=AnswerQuality(1, (), (), 0.0),
)


@pytest.mark.parametrize("understood", [FULL, NOTHING, UNKNOWN], ids=["full", "nothing", "unknown"])
def test_the_way_through_json_changes_nothing(understood: Understood) -> None:
    line = json.dumps(understood_table(understood))
    again = understood_of(json.loads(line))
    assert again == understood
    assert json.dumps(understood_table(again)) == line


def test_what_is_empty_takes_no_room() -> None:
    assert set(understood_table(NOTHING)) == {"inquiry", "understanding"}


def test_keys_of_later_versions_are_passed_over() -> None:
    table = json.loads(json.dumps(understood_table(FULL)))
    table["colour"] = "red"
    for each in (table["inquiry"], table["understanding"]["acts"][0], table["quality"]["gaps"][0]):
        each["colour"] = "red"
    assert understood_of(table) == FULL


def test_the_likeness_that_older_records_hold_is_passed_over() -> None:
    table = json.loads(json.dumps(understood_table(FULL)))
    assert "relevance" not in table["quality"], "the report tells it, by its own model"
    table["quality"]["relevance"] = 0.4
    assert understood_of(table) == FULL


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"inquiry": {}, "understanding": {"text": "x"}},
        {"inquiry": {"question_id": None, "answer": 0, "text": ""}},
        {"inquiry": 3, "understanding": {"text": "x"}},
        {
            "inquiry": {"question_id": None, "answer": 0, "text": ""},
            "understanding": {"text": "x", "acts": [3]},
        },
        {
            "inquiry": {"question_id": None, "answer": 0, "text": ""},
            "understanding": {"text": "x"},
            "quality": {"words": 3},
        },
    ],
)
def test_another_table_is_refused(table: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="what was understood does not fit"):
        understood_of(table)
