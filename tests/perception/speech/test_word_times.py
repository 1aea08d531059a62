"""Words end where the voice ended, not where the next one began."""

from __future__ import annotations

from perception.speech.word_times import within_speech
from perception.types import Word, Words


def words(*times: tuple[float, float]) -> Words:
    made = tuple(Word(f"w{i}", a, b, 0.5) for i, (a, b) in enumerate(times))
    return Words(times[0][0], times[-1][1], " ".join(w.text for w in made), made)


def spans(of: Words) -> list[tuple[float, float]]:
    return [(word.start_s, word.end_s) for word in of.words]


def test_a_word_is_cut_to_the_speech_that_has_most_of_it() -> None:
    told = words((0.0, 1.5), (1.5, 4.0), (4.0, 4.4))
    placed = within_speech(told, [(0.9, 2.0), (3.2, 4.3)])
    assert spans(placed) == [(0.9, 1.5), (3.2, 4.0), (4.0, 4.3)]
    assert (placed.t_start_s, placed.t_end_s, placed.text) == (0.9, 4.3, told.text)


def test_words_outside_all_speech_and_speech_nobody_looked_for_change_nothing() -> None:
    told = words((5.0, 5.4), (5.4, 5.8))
    assert within_speech(told, [(0.0, 1.0)]) == told
    assert within_speech(told, []) == told
    nothing = Words(0.0, 1.0, "")
    assert within_speech(nothing, [(0.0, 1.0)]) == nothing
