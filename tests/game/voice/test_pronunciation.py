"""What engines that read text are given to read."""

from __future__ import annotations

import pytest

from game.voice.pronunciation import guess_phones, tokens
from perception.errors import InputError


def test_engines_read_what_is_said() -> None:
    line = tokens("Dr. Łęcki earns £30k… at AWS — mm-hm!")
    assert [(token.written, token.spoken, token.pause_after) for token in line] == [
        ("Dr.", "doctor", False),
        ("Łęcki", "Lecki", False),
        ("earns", "earns", False),
        ("£30k…", "thirty thousand pounds.", True),
        ("at", "at", False),
        ("AWS", "A W S,", True),
        ("mm-hm!", "um hum!", True),
    ]


def test_what_is_said_for_two_written_words_is_shared_among_them() -> None:
    assert [(token.written, token.spoken) for token in tokens("on 3 May")] == [
        ("on", "on"),
        ("3", "the third"),
        ("May", "of May"),
    ]


@pytest.mark.parametrize("text", ["", "…", "😀", "你好"])
def test_a_line_of_nothing_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="nothing that can be spoken"):
        tokens(text)


def test_letters_are_guessed_by_their_names() -> None:
    assert guess_phones("A W S") == (*("ey", "d", "ah", "b", "ax", "l", "y", "uw"), "eh", "s")
    assert [token.spoken for token in tokens("A plan, plan A.")] == ["a", "plan,", "plan", "A."]
    assert guess_phones("a dog")[0] == "ax"
