"""Words that an interview makes likely: terms of the role, the company, names from a CV.

A recogniser leans towards them as far as it can. They cost something too: a word that is leaned
towards is sometimes heard where it was not said. So they are few, and common words stay out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

MOST_TERMS = 80
"""More would not fit whisper's prompt and make every other word less likely."""

LOOKED_THROUGH = 200_000
"""Letters of a CV, from its beginning, in which names are looked for: some sixty pages."""

LONGEST_TERM = 4
"""Words; a longer run is a sentence, not a name."""

_WORD = re.compile(r"[^\W\d_][\w'+#.-]*", re.UNICODE)
_SENTENCE_END = re.compile(r"[.!?•\n]\s*$")
_HEADINGS = frozenset(
    re.findall(
        r"\w+",
        """
    curriculum vitae resume cv profile summary experience education skills languages
    references interests hobbies contact address phone email name date born january february
    march april may june july august september october november december i monday tuesday
    wednesday thursday friday saturday sunday
""",
    )
)
"""Capitalised in a CV, and yet no names."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Terms as they are written, each once, the most important first."""

    terms: tuple[str, ...] = ()
    """One to four words each: "Kubernetes", "Amazon Web Services"."""

    @classmethod
    def of(cls, *sources: Iterable[str]) -> Vocabulary:
        """Collects terms; earlier sources, and terms earlier in them, go first.

        Args:
            sources: terms as people write them. What holds no letter or more than four words is
                left out.
        """
        kept: dict[str, str] = {}
        for term in (term for source in sources for term in source):
            plain = " ".join(term.replace(",", " ").split()).strip(".;:!?\"'()")
            words = plain.split()
            if 1 <= len(words) <= LONGEST_TERM and re.search(r"[^\W\d_]{2}|[^\W\d_][+#]", plain):
                kept.setdefault(plain.casefold(), plain)
        return cls(tuple(kept.values())[:MOST_TERMS])

    def __bool__(self) -> bool:
        return bool(self.terms)


def names_in(text: str) -> tuple[str, ...]:
    """Names and terms in running text such as a CV.

    Taken are runs of capitalised words that do not open a sentence ("Trinity College"), and words
    that are written unlike any common one ("JavaScript", "SQL", "C++").

    Args:
        text: plain text, any layout; what is beyond :data:`LOOKED_THROUGH` is left alone.

    Returns:
        Terms in order of appearance, each once.
    """
    found: dict[str, None] = {}
    run: list[str] = []
    end = 0

    def close() -> None:
        if run and len(run) <= LONGEST_TERM:
            found.setdefault(" ".join(run))
        run.clear()

    for match in _WORD.finditer(text[:LOOKED_THROUGH]):
        between = text[end : match.start()]
        opens = end == 0 or bool(
            _SENTENCE_END.search(text[max(0, match.start() - 3) : match.start()])
        )
        word = match.group().rstrip(".'-")
        if between.strip(" ") or opens:
            close()
        if word.casefold() in _HEADINGS:
            close()
        elif _odd(word) or (word[0].isupper() and len(word) > 2 and not opens):
            run.append(word)
        else:
            close()
        end = match.end()
        if match.group().endswith("."):
            close()
    close()
    return tuple(found)


def _odd(word: str) -> bool:
    """Whether capitals, digits or signs inside it mark a word as a term."""
    return bool(re.search(r"[a-z][A-Z]|[+#\d]|^[A-Z]{2,5}s?$", word))
