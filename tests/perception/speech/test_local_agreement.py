"""What a decoding that knew nothing of settled words adds to them."""

from __future__ import annotations

from perception.speech.local_agreement import Token, agreed_words, spliced
from perception.types import Word


def said(text: str, begin_s: float = 0.0, each_s: float = 0.3) -> list[Token]:
    found = []
    for number, word in enumerate(text.split()):
        start_s = begin_s + number * each_s
        found.append(Token(Word(word, start_s, start_s + each_s, 0.9), (number,), f" {word}"))
    return found


def texts(tokens: list[Token]) -> str:
    return " ".join(token.word.text for token in tokens)


def test_settled_words_stay_as_they_were_told() -> None:
    settled = said("and here's some")
    anew = said("end here are some more words words words")
    whole = spliced(settled, anew)
    assert whole[:3] == settled
    assert texts(whole) == "and here's some more words words words"
    assert texts(spliced(settled, [])) == "and here's some", "nothing new takes nothing away"
    assert texts(spliced([], anew)) == texts(anew)


def test_the_last_settled_word_is_not_told_twice_where_its_time_is_told_later() -> None:
    settled = said("we sold words")
    later = said("we sold words and more", begin_s=0.2)
    assert texts(spliced(settled, later)) == "we sold words and more"
    repeated = said("we sold words words more", begin_s=0.0)
    assert texts(spliced(settled, repeated)) == "we sold words words more", "they said it again"


def test_vowel_signs_tell_hindi_words_apart() -> None:
    # "of" in two genders, and "that": one consonant each, with three signs
    assert agreed_words(said("काम की बात"), said("काम के बात")) == 1
    assert agreed_words(said("काम की बात"), said("काम, की। बात")) == 2
