"""Written lines become words as a person says them."""

from __future__ import annotations

import itertools
import random

import pytest

from game.bench.spoken_forms import SpokenForm, read_forms
from game.text_analysis.text_normalization import normalize
from perception.number_words import cardinal, ordinal, room_number, year


def said(text: str) -> str:
    """Words and marks, parted by blanks."""
    return " ".join(token.text for token in normalize(text))


def test_the_table_is_large_enough_to_mean_something() -> None:
    forms = read_forms()
    assert len(forms) >= 150
    assert len({form.written for form in forms}) == len(forms)


@pytest.mark.parametrize("form", read_forms(), ids=lambda form: form.written)
def test_written_forms_are_said_as_the_table_has_them(form: SpokenForm) -> None:
    words = [token.text for token in normalize(form.written) if token.kind != "mark"]
    assert " ".join(words).lower() == form.spoken.lower()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Well... what?! No!!", "Well … what ? No !"),
        ("One – two — three -- four", "One — two — three — four"),
        ("(in short) we won", "in short , we won"),
        ('"Why?" she said.', "Why ? she said ."),
        ("It ended at 5 p.m. Then we left.", "It ended at five P M . Then we left ."),
        ("At 5 p.m. on Monday.", "At five P M on Monday ."),
        ("We met at Acme Inc. It was late.", "We met at Acme incorporated . It was late ."),
        ("Ask Dr. Lee.", "Ask doctor Lee ."),
        ("No. I won't.", "No . I won't ."),
        ("Choose plan B. A good one.", "Choose plan B . A good one ."),
        ("Tools\n\nhammers", "Tools . hammers"),
        ("two\n   lines", "two lines"),
        ("A nurse and an A.", "A nurse and an A ."),
        ("It is about us in IT.", "It is about us in I T ."),
        ("I WANT A JOB IN IT NOW!", "I WANT A JOB IN IT NOW !"),
        ("It cost $5 in the U.S.", "It cost five dollars in the U S ."),
        ("pp. 3–9 of vol. 2", "pages three to nine of volume two"),
        ("the 1st of May, not the 3 June", "the first of May , not the third of June"),
        ("from Sept 2019 – present", "from September twenty nineteen to present"),
        ("won 4-3 with x86-64", "won four three with X eighty six sixty four"),
        ("the MoU and T&Cs", "the M O U and T and C's"),
        ("PGCE, OSHA, HMRC", "P G C E , OSHA , H M R C"),
        ("1.75m tall, 5m users", "one point seven five metres tall , five million users"),
        ("a 2:1 degree, odds of 3:1", "a two one degree , odds of three to one"),
        ("Hi, I'm Max. Ed is here.", "Hi , I'm Max . Ed is here ."),
        ("An apt answer of a temp.", "An apt answer of a temp ."),
        ("A co-founder of Ford Motor Co. in Ohio", "A co founder of Ford Motor company in Ohio"),
        ("31/12 at 14h30", "the thirty first of December at fourteen thirty"),
        ("2 days/wk, 5 secs. a go", "two days per week , five seconds a go"),
        ("M.D.s at 221B", "M D's at two twenty one B"),
        ("max. 5 of no. 2", "maximum five of number two"),
        ("10 km in 45:30", "ten kilometres in forty five thirty"),
        ("4.5 min per km", "four point five minutes per kilometre"),
        ("5 GB disks", "five gigabyte disks"),
    ],
)
def test_context_decides(text: str, words: str) -> None:
    assert said(text) == words


@pytest.mark.parametrize(
    "text", ["", "   ", "😀🎉", "你好，世界", "Привет", "…", "— ! ?", "\u200b\x00"]
)
def test_nothing_is_said_where_nothing_can_be(text: str) -> None:
    assert normalize(text) == ()


def test_what_cannot_be_said_is_passed_over() -> None:
    assert said("Well 👍 done 你好 Zoë\u200b!") == "Well done Zoë !"


def test_words_know_where_they_were_written() -> None:
    text = "Dr. Lee paid £30k on 3 May."
    where = [(token.text, text[token.start : token.end]) for token in normalize(text)]
    assert where == [
        ("doctor", "Dr"),
        ("Lee", "Lee"),
        ("paid", "paid"),
        *[(word, "£30k") for word in ("thirty", "thousand", "pounds")],
        ("on", "on"),
        *[(word, "3") for word in ("the", "third")],
        *[(word, "May") for word in ("of", "May")],
        (".", "."),
    ]


def test_a_decomposed_accent_does_not_shift_what_follows() -> None:
    text = "Jose\u0301 ran"
    assert [text[token.start : token.end] for token in normalize(text)] == ["Jose\u0301", "ran"]


def test_any_text_at_all_gives_words_in_order_or_nothing() -> None:
    draw = random.Random(7)
    alphabet = "aAsI 0123456789.,;:!?'’-–—…£$€%&@#/+*()°²½kKmMp\n\t é你😀\u0301XVC<>|\\"
    forms = [form.written for form in read_forms()]
    for turn in range(1500):
        text = (
            "".join(draw.choices(alphabet, k=draw.randrange(30)))
            if turn % 2
            else draw.choice(["", ".", "-", "–", "/", "s", " "]).join(draw.choices(forms, k=4))
        )
        tokens = normalize(text)
        words = [token for token in tokens if token.kind != "mark"]
        assert all(0 <= token.start < token.end <= len(text) for token in words), text
        assert [token.start for token in words] == sorted(token.start for token in words), text
        assert not any(c.isdigit() for token in words for c in token.text), text
        kinds = ["mark", *(token.kind for token in tokens)]
        assert ("mark", "mark") not in itertools.pairwise(kinds), text


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (13, "thirteen"),
        (40, "forty"),
        (101, "one hundred and one"),
        (1001, "one thousand and one"),
        (1_000_000, "one million"),
        (-7, "minus seven"),
        (10**15, "one " + "zero " * 14 + "zero"),
    ],
)
def test_whole_numbers(number: int, words: str) -> None:
    assert cardinal(number) == words


def test_ordinals_years_and_rooms() -> None:
    assert [ordinal(n) for n in (1, 12, 20, 33)] == [
        "first",
        "twelfth",
        "twentieth",
        "thirty third",
    ]
    assert [year(n) for n in (1900, 1905, 2000, 2010)] == [
        "nineteen hundred",
        "nineteen oh five",
        "two thousand",
        "twenty ten",
    ]
    assert [room_number(n) for n in ("7", "101", "320", "2000", "007")] == [
        "seven",
        "one oh one",
        "three twenty",
        "two thousand",
        "oh oh seven",
    ]


def test_a_bed_is_no_degree() -> None:
    assert [t.text for t in normalize("A bed, or twenty beds?")][:2] == ["A", "bed"]
    assert "beds" in [t.text for t in normalize("A bed, or twenty beds?")]
    assert [t.text for t in normalize("a BEd")] == ["a", "B", "ed"]
