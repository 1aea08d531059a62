"""Names among the facts of an utterance, whatever way a recogniser writes them."""

from __future__ import annotations

import pytest

from dialogue.understanding.acts import load_recogniser
from dialogue.understanding.corpus import HELD_OUT, read_utterances
from dialogue.understanding.named_facts import DESCRIBED, KNOWN_ALONE, named_facts
from dialogue.understanding.types import Fact, FactKind
from dialogue.understanding.words import words_of


def told(text: str) -> list[tuple[str, str]]:
    return [(fact.kind, fact.text) for fact in load_recogniser().understand(text).facts]


@pytest.mark.parametrize(
    "text",
    [
        "The red fox has read many books, but there's always more to read.",
        "The Red Fox has read many books, but, um, there's always more to read.",
        "the red fox has read many books but there's always more to read",
        "The Big Red bus came along and we took it.",
    ],
)
def test_an_article_and_an_adjective_are_no_name(text: str) -> None:
    assert not [fact for fact in told(text) if fact[0] in ("person", "place", "organisation")]


@pytest.mark.parametrize(
    "text",
    [
        "And the heart of my California congressional district, where I chased my own dreams.",
        "There are people in California that say otherwise.",
        "there are people in california that say otherwise",
        "THERE ARE PEOPLE IN CALIFORNIA THAT SAY OTHERWISE",
    ],
)
def test_a_known_place_is_told_however_it_is_written(text: str) -> None:
    assert [(kind, name.lower()) for kind, name in told(text)] == [("place", "california")]


def test_names_that_are_words_too_need_a_capital_that_tells() -> None:
    def added(text: str) -> list[str]:
        return [fact.text for fact in named_facts(text, words_of(text), ())]

    assert added("We had Turkey and China on the list, and Slack in spring.") == [
        "Turkey",
        "China",
        "Slack",
    ]
    assert added("we had turkey on the china in spring, and a word with the teams") == []
    assert added("WE HAD TURKEY ON THE CHINA IN SPRING AND IT WAS GOOD") == []
    assert added("we went to nebraska, new york and cape town") == [
        "nebraska",
        "new york",
        "cape town",
    ]


def test_what_the_network_told_stays() -> None:
    text = "At Leeds University in Leeds the old manager met me on the new ward."

    def fact(kind: FactKind, words: str, sure: float) -> Fact:
        start = text.index(words)
        return Fact(kind, words, sure, start, start + len(words))

    facts = (
        fact("organisation", "Leeds University", 0.9),
        fact("person", "the old manager", 0.52),
        fact("place", "the new", 0.9),
    )
    found = named_facts(text, words_of(text), facts)
    assert found[0] == facts[0] and found[2] == facts[1]
    assert (found[1].kind, found[1].text, found[1].confidence > KNOWN_ALONE) == (
        "place",
        "Leeds",
        True,
    )
    assert len(found) == 3, "an article with an adjective is left of nothing"
    assert DESCRIBED > 0.52


@pytest.mark.slow
@pytest.mark.parametrize("small", [False, True])
def test_more_places_of_unseen_authors_are_found_and_none_made_up(small: bool) -> None:
    """With the names that the network passed over: 0.77 as written, 0.74 in small letters; without
    0.74 and 0.67."""
    right = found = there = 0
    for utterance in read_utterances():
        if utterance.author not in HELD_OUT or not utterance.facts:
            continue
        text = utterance.text.lower() if small else utterance.text
        told = {
            (f.start, f.end)
            for f in load_recogniser().understand(text, utterance.asked).facts
            if f.kind == "place"
        }
        truth = {(f.start, f.end) for f in utterance.facts if f.kind == "place"}
        right, found, there = right + len(told & truth), found + len(told), there + len(truth)
    assert 2 * right / (found + there) >= (0.72 if small else 0.75)
    assert right / found >= 0.78
