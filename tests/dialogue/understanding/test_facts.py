"""Facts out of what a network makes of words: the likeliest cut, with ends that fit."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dialogue.understanding.facts import FACT_SURE, facts_of
from dialogue.understanding.tagger import WordTags
from dialogue.understanding.types import ACTS, FACTS
from dialogue.understanding.words import words_of

NONE = 0


def told(text: str, marked: dict[str, str], sure: float = 0.9) -> list[tuple[str, str]]:
    """Kind and words of the facts where a network is so sure that each of the marked stretches
    is of its kind.

    Args:
        text: the utterance.
        marked: stretch and kind.
        sure: share of the mark; the rest is that there is no fact.
    """
    words = words_of(text)
    table = np.full((len(words), 1 + 2 * len(FACTS)), np.log(1e-4), np.float32)
    table[:, NONE] = np.log(0.99)
    for stretch, kind in marked.items():
        start = text.index(stretch)
        column = 1 + 2 * FACTS.index(kind)
        inside = [i for i, w in enumerate(words) if start <= w.start < start + len(stretch)]
        for place, i in enumerate(inside):
            table[i, NONE] = np.log(1 - sure)
            table[i, column + (place > 0)] = np.log(sure)
    tags = WordTags(
        np.zeros((len(words), len(ACTS)), np.float32), table, np.zeros(len(words), np.float32)
    )
    found = facts_of(text, words, tags)
    for fact in found:
        assert text[fact.start : fact.end] == fact.text
        assert FACT_SURE <= fact.confidence <= 1
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    return [(fact.kind, fact.text) for fact in found]


@pytest.mark.parametrize(
    ("text", "marked", "wanted"),
    [
        ("i was on ward 12 for a year", {"ward 12 for": "place"}, [("place", "ward 12")]),
        ("i was on ward 12 for long", {"ward": "role"}, [("place", "ward 12")]),
        ("I was on Ward 9 then", {"Ward 9": "organisation"}, [("place", "Ward 9")]),
        ("captain of the team", {"captain of": "role"}, [("role", "captain")]),
        ("I came in March.", {"in March": "time"}, [("time", "March")]),
        ("it took a year and a half", {"a year": "time"}, [("time", "a year and a half")]),
        ("we served thirty a day there", {"a day": "time"}, []),
        ("i was there for a day", {"a day": "time"}, [("time", "a day")]),
        ("it took two hundred days", {"days": "time"}, [("time", "two hundred days")]),
        ("there were three of us", {"three": "number"}, [("number", "three of us")]),
        ("up by ten percent", {"ten": "number"}, [("number", "ten percent")]),
        ("the nurse in charge came", {"the nurse": "person"}, [("person", "the nurse in charge")]),
        ("and he told me", {"he": "person"}, []),
        ("it went", {"went": "outcome"}, []),
        ("so we won and", {"so we won and": "outcome"}, [("outcome", "we won")]),
        ("we carried on", {"we carried on": "outcome"}, [("outcome", "we carried on")]),
        ("um at um Lidl", {"um at um Lidl": "organisation"}, [("organisation", "Lidl")]),
        ("at the", {"at the": "place"}, []),
        (
            "we saved about 4000 pounds and left",
            {"we saved about": "outcome", "4000": "number"},
            [("outcome", "we saved about 4000 pounds")],
        ),
        (
            "it cut waiting by nearly two hours. Good",
            {"it cut waiting by": "outcome"},
            [("outcome", "it cut waiting by nearly two hours")],
        ),
        ("we got on just so", {"we got on just": "outcome"}, [("outcome", "we got on")]),
        ("she took over. 20 came", {"she took over": "outcome"}, [("outcome", "she took over")]),
        ("i worked in leeds for tesco", {"leeds": "organisation", "tesco": "place"},
         [("place", "leeds"), ("organisation", "tesco")]),
        ("i worked for tesco in leeds", {"leeds": "place", "tesco": "organisation"},
         [("organisation", "tesco"), ("place", "leeds")]),
        ("in leeds general infirmary", {"leeds general infirmary": "organisation"},
         [("organisation", "leeds general infirmary")]),
    ],
)  # fmt: skip
def test_the_ends_of_a_fact_fit(
    text: str, marked: dict[str, str], wanted: list[tuple[str, str]]
) -> None:
    assert told(text, marked) == wanted


def test_two_facts_side_by_side_stay_two() -> None:
    marked = {"York": "place", "Python": "tool"}
    assert told("in York Python", marked) == [("place", "York"), ("tool", "Python")]


def test_a_fact_ends_with_its_sentence() -> None:
    marked = {"Lidl. Aldi": "organisation"}
    assert told("Lidl. Aldi", marked) == [("organisation", "Lidl"), ("organisation", "Aldi")]


def test_one_unsure_word_within_does_not_cut_a_fact() -> None:
    words = words_of("new york city hall")
    place = 1 + 2 * FACTS.index("place")
    table = np.full((4, 1 + 2 * len(FACTS)), np.log(1e-3), np.float32)
    table[:, place + 1] = np.log([1e-3, 0.8, 0.45, 0.8])
    table[:, NONE] = np.log([0.1, 0.2, 0.55, 0.2])
    table[0, place] = np.log(0.9)
    tags = WordTags(np.zeros((4, len(ACTS)), np.float32), table, np.zeros(4, np.float32))
    assert [f.text for f in facts_of("new york city hall", words, tags)] == ["new york city hall"]


def test_what_is_hardly_likelier_than_nothing_is_not_told() -> None:
    assert told("in York", {"York": "place"}, 0.51) == [("place", "York")]
    table = np.full((1, 1 + 2 * len(FACTS)), np.log(0.05), np.float32)
    table[0, 1] = np.log(0.3)
    tags = WordTags(np.zeros((1, len(ACTS)), np.float32), table, np.zeros(1, np.float32))
    assert facts_of("York", words_of("York"), tags) == ()
    assert (
        facts_of("", (), WordTags(*(np.zeros((0, 17), np.float32),) * 2, np.zeros(0, np.float32)))
        == ()
    )
