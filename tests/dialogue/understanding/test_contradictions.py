"""Two amounts of the same thing that cannot both be so; everything else is left alone."""

from __future__ import annotations

import pytest

from dialogue.understanding.contradictions import Contradiction, contradiction, told_in
from dialogue.understanding.types import Fact, FactKind, Understanding


def said(text: str, *facts: tuple[FactKind, str], sure: float = 0.9) -> Understanding:
    """An utterance with its facts where they first stand."""
    return Understanding(
        text,
        facts=tuple(
            Fact(kind, name, sure, text.index(name), text.index(name) + len(name))
            for kind, name in facts
        ),
    )


def three_years() -> Understanding:
    return said(
        "I worked at Lidl for three years.", ("organisation", "Lidl"), ("time", "three years")
    )


def against(now: Understanding, before: Understanding) -> Contradiction | None:
    return contradiction(told_in(now), told_in(before))


def test_an_amount_belongs_to_the_nearest_name_in_its_sentence() -> None:
    (told,) = told_in(three_years())
    assert (told.anchor, told.unit, told.value, told.text) == ("lidl", "year", 3.0, "three years")
    two = said(
        "Tesco first, and at Lidl I did 14 months.",
        *(("organisation", "Tesco"), ("organisation", "Lidl"), ("time", "14 months")),
    )
    assert [(t.anchor, t.unit, t.value) for t in told_in(two)] == [("lidl", "month", 14.0)]


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("I was at Lidl. It was three years.", (("organisation", "Lidl"), ("time", "three years"))),
        ("It was three years.", (("time", "three years"),)),
        ("At Lidl I did plenty.", (("organisation", "Lidl"), ("number", "plenty"))),
        ("Karen had three years.", (("person", "Karen"), ("time", "three years"))),
        (
            "At Lidl, as far as I recall and if nobody corrects me on this, some three years.",
            (("organisation", "Lidl"), ("time", "three years")),
        ),
    ],
)
def test_an_amount_of_nothing_named_is_not_told(
    text: str, facts: tuple[tuple[FactKind, str], ...]
) -> None:
    assert told_in(said(text, *facts)) == ()


def test_what_is_unsure_is_not_told() -> None:
    facts: tuple[tuple[FactKind, str], ...] = (("organisation", "Lidl"), ("time", "three years"))
    assert told_in(said("At Lidl for three years.", *facts, sure=0.5)) == ()


@pytest.mark.parametrize(
    ("text", "name", "amount"),
    [
        ("My time at Lidl, that was two years.", "Lidl", "two years"),
        ("I did 2 years for Lidl.", "Lidl", "2 years"),
        ("two and a half years with LIDL", "LIDL", "two and a half years"),
    ],
)
def test_another_amount_of_the_same_contradicts(text: str, name: str, amount: str) -> None:
    found = against(said(text, ("organisation", name), ("time", amount)), three_years())
    assert found == Contradiction("three years", amount, "lidl")


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("Three years, at Lidl.", (("time", "Three years"), ("organisation", "Lidl"))),
        ("At Aldi for two years.", (("organisation", "Aldi"), ("time", "two years"))),
        ("At Lidl for two weeks in spring.", (("organisation", "Lidl"), ("time", "two weeks"))),
        ("At Lidl with two colleagues.", (("organisation", "Lidl"), ("number", "two colleagues"))),
    ],
)
def test_other_units_other_names_and_the_same_again_do_not(
    text: str, facts: tuple[tuple[FactKind, str], ...]
) -> None:
    assert against(said(text, *facts), three_years()) is None


@pytest.mark.parametrize(
    ("amount", "value"),
    [
        ("three years", 3),
        ("Twenty-five years", 25),
        ("two hundred and five patients", 205),
        ("a hundred beds", 100),
        ("thirty thousand pounds", 30000),
        ("2,500 customers", 2500),
        ("1.5 hours", 1.5),
        ("1,5 hours", 1.5),
        ("two and a half years", 2.5),
        ("half a year", 0.5),
        ("a month", 1),
    ],
)
def test_amounts_are_numbers(amount: str, value: float) -> None:
    text = f"At Lidl, {amount}."
    told = told_in(said(text, ("organisation", "Lidl"), ("number", amount)))
    assert [each.value for each in told] == [value]


@pytest.mark.parametrize(
    "amount",
    [
        *("a couple of years", "two or three years", "two to three years", "2-3 years"),
        *("almost three years", "more than three years", "a few months", "several shifts"),
    ],
)
def test_what_is_vague_contradicts_nothing(amount: str) -> None:
    assert told_in(said(f"At Lidl, {amount}.", ("organisation", "Lidl"), ("time", amount))) == ()


def test_nothing_told_before_nothing_contradicts() -> None:
    assert contradiction(told_in(three_years()), ()) is None


@pytest.mark.parametrize("label", ["Year 8", "a Year 8", "thirty Year 8s", "year nine", "Week 2"])
def test_the_name_of_a_class_is_no_amount(label: str) -> None:
    now = said(f"At Kestermere I had {label}.", ("organisation", "Kestermere"), ("time", label))
    before = said(
        "I was at Kestermere for three years.",
        *(("organisation", "Kestermere"), ("time", "three years")),
    )
    assert told_in(now) == () and against(now, before) is None
