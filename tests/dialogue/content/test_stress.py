"""Marks that stress words are taken off a text, and told."""

from __future__ import annotations

import pytest

from dialogue.content.stress import plain, without_marks


@pytest.mark.parametrize(
    ("text", "shown", "stressed"),
    [
        ("I *really* mean it.", "I really mean it.", ["really"]),
        ("**So**, *both of* them", "So, both of them", ["So", "both of"]),
        ("_This_ one, not that.", "This one, not that.", ["This"]),
        ("*A* and *b*.", "A and b.", ["A", "b"]),
        ("2 * 3 * 4 and snake_case_names", "2 * 3 * 4 and snake_case_names", []),
        ("One star* and *another", "One star* and *another", []),
        ("****", "****", []),
        ("", "", []),
    ],
)
def test_marks_are_taken_off(text: str, shown: str, stressed: list[str]) -> None:
    found, spans = without_marks(text)
    assert (found, plain(text)) == (shown, shown)
    assert [found[start:end] for start, end in spans] == stressed
    assert plain(shown) == shown
