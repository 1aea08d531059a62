"""An utterance as words: each has its place in it, and the mark behind it tells what ends."""

from __future__ import annotations

import pytest

from dialogue.understanding.words import without_filled_pauses, words_of

HOSTILE = (
    "",
    "   \t\n ",
    "...?!",
    "\x00\x01",
    "\U0001f600\U0001f389",
    "\ud800 lone \udfff halves",
    "\u202eright to left\u202c \u0645\u0631\u062d\u0628\u0627",
    "a" * 5000,
    "-" * 5000,
    "don't—stop; C++, C#; £30k; 3.5%; 24/7; o'clock",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_word_is_what_stands_at_its_place(text: str) -> None:
    end = 0
    for word in words_of(text):
        assert text[word.start : word.end] == word.text
        assert word.start >= end and word.text
        end = word.end


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I don't know.", ["I", "don't", "know"]),
        ("It’s fine", ["It’s", "fine"]),
        (
            "we used C++ and C# on a 24/7 rota",
            ["we", "used", "C++", "and", "C#", "on", "a", "24/7", "rota"],
        ),
        ("about 30% for £30,000 a year", ["about", "30%", "for", "£30,000", "a", "year"]),
        ("a well-known e-mail, not_one", ["a", "well-known", "e-mail", "not", "one"]),
        ("... !? \U0001f600", []),
        ("über naïve", ["über", "naïve"]),
    ],
)
def test_words_are_those_that_a_person_counts(text: str, words: list[str]) -> None:
    assert [word.text for word in words_of(text)] == words


def test_plain_words_are_small_with_straight_apostrophes() -> None:
    assert [word.plain for word in words_of("It’s ME, O'Brien")] == ["it's", "me", "o'brien"]


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("Stop. Why? Well, so", [".", "?", ",", ""]),
        ("what?! no...", ["?", "."]),
        ("one; two: three — four", [",", ",", "", ""]),
        ('He said "yes." Then left', ["", "", ".", "", ""]),
        ("first line\nsecond", ["", ",", ""]),
    ],
)
def test_the_mark_behind_a_word_tells_what_ends(text: str, marks: list[str]) -> None:
    assert [word.mark for word in words_of(text)] == marks


def test_filled_pauses_leave_blanks_so_that_all_else_keeps_its_place() -> None:
    text = "Um, so I, uh… told her. Ummm. An umbrella, mm-hmm."
    found = without_filled_pauses(text)
    assert len(found) == len(text)
    assert found.split() == ["so", "I,", "told", "her.", ".", "An", "umbrella,", "mm-hmm."]
    assert without_filled_pauses("") == ""
