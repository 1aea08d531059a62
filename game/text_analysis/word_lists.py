"""Lists of words as they are written in a line of text."""

from __future__ import annotations


def listed(text: str) -> tuple[str, ...]:
    """Words parted by blanks or line ends."""
    return tuple(text.split())


def word_set(text: str) -> frozenset[str]:
    """As :func:`listed`, where only membership counts."""
    return frozenset(text.split())
