"""Her notes hold what was surely said, once, and come back once."""

from __future__ import annotations

import pytest

from dialogue.conduct.notes import SURE, Note, Notes
from dialogue.understanding.types import Fact, FactKind, Understanding
from dialogue.understanding.understander import Inquiry, Understood
from perception.types import Word, Words


def told(
    text: str, *facts: tuple[FactKind, str], answer: int = 1, question: str = "q", sure: float = 0.9
) -> Understood:
    """An answer with facts, each where it first stands."""
    found = tuple(
        Fact(kind, name, sure, text.index(name), text.index(name) + len(name))
        for kind, name in facts
    )
    return Understood(Inquiry(question, answer, text), Understanding(text, facts=found))


def heard(text: str, confidences: dict[str, float]) -> tuple[Words, ...]:
    words = tuple(
        Word(word, float(i), i + 0.5, confidences.get(word.strip(".,").lower(), 0.95))
        for i, word in enumerate(text.split())
    )
    return (Words(0.0, float(len(words)), text, words),)


def echoes(notes: Notes) -> list[str]:
    return [note.echo for note in notes.all]


def test_a_fact_is_noted_with_where_it_was_told() -> None:
    notes = Notes()
    new = notes.take(
        told("I ran my team at Lidl.", ("role", "my team"), ("organisation", "Lidl"), answer=3)
    )
    assert (
        new
        == notes.all
        == (
            Note("role", "my team", "your team", "q", 3, 0.9),
            Note("organisation", "Lidl", "Lidl", "q", 3, 0.9),
        )
    )
    assert len(notes) == 2


def test_more_of_the_same_answer_replaces_and_tells_only_what_is_new() -> None:
    notes = Notes()
    notes.take(told("At Lidl", ("organisation", "Lidl")))
    new = notes.take(told("At Aldi and Lidl", ("organisation", "Aldi"), ("organisation", "Lidl")))
    assert [note.text for note in new] == ["Aldi"]
    assert echoes(notes) == ["Aldi", "Lidl"]
    assert notes.take(told("At Aldi", ("organisation", "Aldi"))) == ()
    assert echoes(notes) == ["Aldi"]


def test_the_same_name_in_a_later_answer_is_not_noted_twice() -> None:
    notes = Notes()
    notes.take(told("At Lidl", ("organisation", "Lidl")))
    assert notes.take(told("at LIDL again", ("organisation", "LIDL"), answer=2)) == ()
    assert echoes(notes) == ["Lidl"]


@pytest.mark.parametrize(
    ("kind", "text", "sure"),
    [
        ("organisation", "Lidl", SURE - 0.01),
        ("organisation", "your company", 0.9),
        ("organisation", "the big shop at the end of the road", 0.9),
        ("person", "a customer", 0.9),
        ("person", "somebody", 0.9),
        ("organisation", "...", 0.9),
    ],
)
def test_what_is_unsure_or_says_nothing_is_not_noted(
    kind: FactKind, text: str, sure: float
) -> None:
    notes = Notes()
    assert notes.take(told(f"It was {text} then", (kind, text), sure=sure)) == ()


def test_words_that_the_recogniser_was_not_sure_of_are_not_noted() -> None:
    text = "I was at Lidl in Leeds."
    facts: tuple[tuple[FactKind, str], ...] = (("organisation", "Lidl"), ("place", "Leeds"))
    notes = Notes()
    notes.take(told(text, *facts), heard(text, {"leeds": 0.4}))
    assert echoes(notes) == ["Lidl"]
    typed = Notes()
    typed.take(told(text, *facts))
    assert echoes(typed) == ["Lidl", "Leeds"]


def test_an_echo_is_the_last_of_this_answer_and_is_said_once() -> None:
    notes = Notes()
    notes.take(
        told(
            "In Leeds, at Lidl, three years",
            *(("place", "Leeds"), ("organisation", "Lidl"), ("time", "three years")),
        )
    )
    first = notes.echo(1)
    assert first is not None and first.echo == "Lidl"
    notes.use(first)
    second = notes.echo(1)
    assert second is not None and second.echo == "Leeds"
    notes.use(second)
    assert notes.echo(1) is None and notes.echo(2) is None


def test_she_comes_back_to_work_told_at_another_question_the_first_first() -> None:
    notes = Notes()
    notes.take(
        told("In Leeds, at Lidl", ("place", "Leeds"), ("organisation", "Lidl"), question="a")
    )
    notes.take(told("with Excel", ("tool", "Excel"), answer=2, question="b/short"))
    assert notes.recall("a/vague") is not None and notes.recall("a/vague").echo == "Excel"  # type: ignore[union-attr]
    found = notes.recall("c")
    assert found is not None and found.echo == "Lidl"
    notes.use(found)
    found = notes.recall("c")
    assert found is not None and found.echo == "Excel"
    assert notes.recall("b") is None


def test_nothing_told_nothing_to_come_back_to() -> None:
    notes = Notes()
    assert notes.recall("a") is None and notes.echo(1) is None and notes.all == ()


@pytest.mark.parametrize(
    ("text", "kind", "name", "again"),
    [
        ("I rang the law clinic.", "organisation", "the law", False),
        ("I rang the law clinic.", "organisation", "the law clinic", True),
        ("I worked at a clinic.", "organisation", "clinic", False),
        ("I got a place at Keele as the oldest.", "organisation", "Keele as", False),
        ("I got a place at Keele as the oldest.", "organisation", "Keele", True),
        ("It was a lady who complained.", "person", "a lady who", False),
        ("I told my tutor before.", "person", "my tutor", False),
        ("I told my tutor Ruth before.", "person", "my tutor Ruth", True),
        ("A doctor in Graz wrote.", "person", "A doctor in", False),
        ("I wrote a card with five points.", "tool", "a card", False),
        ("I wrote a card index for it.", "tool", "a card", False),
        ("I wrote a card index for it.", "tool", "a card index", True),
        ("I was at a company then.", "organisation", "a company", False),
    ],
)
def test_only_what_reads_as_a_name_comes_back_at_once(
    text: str, kind: FactKind, name: str, again: bool
) -> None:
    notes = Notes()
    notes.take(told(text, (kind, name)))
    assert (notes.echo(1) is not None) is again


def test_what_was_new_to_her_is_known_when_it_comes_back() -> None:
    notes = Notes()
    notes.take(told("I was at a garden centre then.", ("organisation", "a garden centre")))
    assert echoes(notes) == ["the garden centre"]
    notes.take(told("We were a team of five.", ("number", "a team of five"), answer=2))
    assert echoes(notes)[1:] == ["a team of five"]
