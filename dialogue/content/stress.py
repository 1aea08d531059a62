"""Marks with which authors stress words, ``*so*``: the text without them, and what they stress.

They are for the voice. Nobody else is to see them: captions, transcripts, reports and records hold
the plain text.
"""

from __future__ import annotations

import re

Spans = tuple[tuple[int, int], ...]
"""Stretches of a text: first character, and the one after the last."""

_MARKED = re.compile(
    # one to three asterisks around words, or one or two underscores that do not join words
    r"(?P<star>\*{1,3})(?=[^\s*])(?P<starred>[^*\n]*[^\s*])(?P=star)"
    r"|(?<!\w)(?P<line>_{1,2})(?=[^\s_])(?P<lined>[^_\n]*[^\s_])(?P=line)(?!\w)"
)


def without_marks(text: str) -> tuple[str, Spans]:
    """A text without the marks, and the stretches of it that they stress.

    What is no pair around words stays as it is: "2 * 3", "snake_case".
    """
    plain = ""
    spans: list[tuple[int, int]] = []
    end = 0
    for found in _MARKED.finditer(text):
        words = found["starred"] or found["lined"]
        plain += text[end : found.start()]
        spans.append((len(plain), len(plain) + len(words)))
        plain += words
        end = found.end()
    return plain + text[end:], tuple(spans)


def marked(text: str) -> Spans:
    """Where the stressed words stand in a text that still has its marks."""
    return tuple(
        found.span("starred") if found["starred"] else found.span("lined")
        for found in _MARKED.finditer(text)
    )


def plain(text: str) -> str:
    """A text as it is shown and written down."""
    return without_marks(text)[0]


def places_under(text: str, spans: Spans) -> tuple[int, ...]:
    """Places of the words that lie under some stretches of a text, from 0 on."""
    return tuple(
        place
        for place, word in enumerate(re.finditer(r"\S+", text))
        if any(start < word.end() and word.start() < end for start, end in spans)
    )
