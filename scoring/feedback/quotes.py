"""The candidate's own words as proof, with their time; only those that were surely said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from perception.types import Word
from scoring.feedback.shown import clock
from scoring.measures.content import AnswerContent
from scoring.measures.fillers import is_hesitation
from scoring.measures.finding import MAX_EVIDENCE
from scoring.measures.language import is_unsure
from scoring.measures.quoting import quotable, surely_said
from scoring.record.session import Session
from scoring.types import Span

QUOTE_WORDS = 14
UNSURE = "[…]"
"""What stands in a quote for words of which the recogniser was unsure."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that were surely said."""

    text: str
    t_s: float | None
    """When they begin; None where they were typed."""

    def __str__(self) -> str:
        at = "" if self.t_s is None else f" ({clock(self.t_s)})"
        return f"“{self.text}”{at}"


def words_at(session: Session, span: Span, limit: int = QUOTE_WORDS) -> str:
    """What the candidate said in a span, shortened; empty where no words are surely known."""
    words = [
        w
        for a in session.answers
        for w in a.words
        if w.end_s > span[0] - 0.05 and w.start_s < span[1] + 0.05
    ]
    if not surely_said(session, words[:limit]):
        return ""
    text = " ".join(_readable(words[:limit]))
    return text + " …" if len(words) > limit else text


def _readable(words: Sequence[Word]) -> list[str]:
    """Words as they are quoted: one mark for those in a row of which the recogniser was unsure,
    few as they may be among others."""
    told: list[str] = []
    for word in words:
        if not is_unsure(word) or is_hesitation(word.text):
            told.append(word.text.strip())
        elif told[-1:] != [UNSURE]:
            told.append(UNSURE)
    return told


def opening(session: Session, answers: Sequence[AnswerContent]) -> Quote | None:
    """How the first of some answers begins whose words are sure; None where none are."""
    for content in answers:
        answer = content.answer
        words = answer.transcript.split()
        text = " ".join(words[:QUOTE_WORDS])
        if text and quotable(session, answer, text):
            more = " …" if len(words) > QUOTE_WORDS else ""
            if not answer.typed and answer.words:
                text = " ".join(_readable(answer.words[:QUOTE_WORDS]))
            return Quote(text + more, answer.start_s if answer.spoken else None)
    return None


def spans_of(answers: Sequence[AnswerContent]) -> tuple[Span, ...]:
    """When the first few of some answers were given; none for typed ones."""
    spoken = [each.answer for each in answers if each.answer.spoken]
    return tuple((answer.start_s, answer.end_s) for answer in spoken[:MAX_EVIDENCE])


def quote_of(session: Session, spans: Sequence[Span]) -> Quote | None:
    """The words of the first span with words in it; None where there are none."""
    for span in spans:
        text = words_at(session, span)
        if text:
            return Quote(text, span[0])
    return None
