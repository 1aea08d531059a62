"""Which of the candidate's words may be quoted: those that were surely said.

A quote says "these were your words". Where the recogniser was unsure of some, nothing is quoted;
what was measured of them may still count, with its doubt.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

from perception.types import Word
from scoring.measures.doubt import on_scale
from scoring.measures.fillers import is_hesitation
from scoring.measures.language import trust_in_word
from scoring.record.session import Session
from scoring.record.turns import Answer
from scoring.rubric import tokens

QUOTED_FROM = 0.7
"""Trust in words, 0...1, from which they are quoted: with one in four wrong they are not."""


def surely_said(session: Session, words: Sequence[Word]) -> bool:
    """Whether recognised words are those that were said, as far as their recogniser knows."""
    told = [trust_in_word(word) for word in words if not is_hesitation(word.text)]
    return not told or on_scale(session, sum(told) / len(told)) >= QUOTED_FROM


def quotable(session: Session, answer: Answer, text: str) -> bool:
    """Whether a text out of an answer may be quoted; typed ones always.

    Words are found by what they are, as a quote has no times; of a text that was put together from
    several places all of the answer's words have to be sure.
    """
    if not answer.words:
        return True
    wanted = tokens(text)
    plain, of = _tokenised(answer.words)
    for start in range(len(plain) - len(wanted) + 1):
        if wanted and plain[start : start + len(wanted)] == wanted:
            return surely_said(session, of[start : start + len(wanted)])
    return answer.typed or surely_said(session, answer.words)


@functools.lru_cache(maxsize=64)
def _tokenised(words: tuple[Word, ...]) -> tuple[list[str], list[Word]]:
    """The tokens of an answer's words, and the word of each; kept, as a report asks of each answer
    dozens of times."""
    said = [(token, word) for word in words for token in tokens(word.text)]
    return [token for token, _ in said], [word for _, word in said]
