"""What nobody said is left out; what somebody said stays."""

from __future__ import annotations

from perception.speech.hallucination import believable, without_loops
from perception.types import Word, Words


def words_of(text: str, begin_s: float = 1.0, each_s: float = 0.3) -> Words:
    words = tuple(
        Word(word, begin_s + i * each_s, begin_s + (i + 1) * each_s, 0.6)
        for i, word in enumerate(text.split())
    )
    return Words(words[0].start_s, words[-1].end_s, text, words, source="whisper")


def test_words_where_no_speech_was_detected_are_left_out() -> None:
    said = words_of("we met in june thanks so much")
    kept = believable(said, [(1.0, 2.1)])
    assert kept.text == "we met in june thanks"  # the last within the margin of the detector
    assert (kept.t_start_s, kept.t_end_s) == (1.0, kept.words[-1].end_s)
    assert believable(said, [(8.0, 9.0)]).text == ""
    assert believable(said, [(8.0, 9.0)]).words == ()
    assert believable(said, [(1.0, 3.2)]) is said


def test_nothing_is_judged_by_speech_where_nobody_looked_for_it() -> None:
    said = words_of("thanks for watching")
    assert believable(said, []) is said


def test_what_films_end_with_is_believed_only_over_speech() -> None:
    said = words_of("Thanks for watching!", begin_s=1.0)
    assert believable(said, [(0.9, 1.3)]).text == ""
    assert believable(said, [(0.9, 2.0)]).text == "Thanks for watching!"


def test_loops_are_cut_to_one_and_emphasis_stays() -> None:
    def kept(text: str) -> str:
        return " ".join(word.text for word in without_loops(words_of(text).words))

    assert kept("so " + "I was there, " * 6 + "once") == "so I was there, once"
    assert kept("no " * 7 + "never") == "no never"
    assert kept("words words words words um") == "words words words words um"
    assert kept("very very very good") == "very very very good"
    assert kept("one zero zero zero one") == "one zero zero zero one"


def test_a_word_that_took_no_time_was_said_all_the_same() -> None:
    words = tuple(
        Word(text, start_s, end_s, 0.9)
        for text, start_s, end_s in (("just", 5.8, 6.0), ("you", 6.13, 6.13), ("know", 6.13, 6.3))
    )
    heard = Words(5.8, 6.3, "just you know", words)
    assert believable(heard, [(1.57, 7.94)]) == heard


def test_what_remains_of_chinese_has_no_spaces() -> None:
    words = tuple(Word(text, i * 0.2, i * 0.2 + 0.2) for i, text in enumerate("我们一起工作"))
    assert believable(Words(0, 1.2, "我们一起工作", words), [(0.0, 0.45)]).text == "我们一起"
