"""What of an utterance answers: for the recruiter, who decides by it, and for the report."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dialogue.understanding.acts import UNSURE
from dialogue.understanding.answer_quality import AnswerQuality
from dialogue.understanding.types import ActSpan, CandidateAct, Understanding
from dialogue.understanding.words import plain_text, words_of

ANSWER_LIKE: frozenset[CandidateAct] = frozenset(("answer", "correct_self", "joke", "no_example"))
"""Acts whose words belong to the answer."""

LEAD_IN_WORDS = 12
"""Fewer words of answer beside a request are a lead-in to it, no answer."""

JOKE_SURE = 0.8
"""Confidence (0...1) from which a joke is laughed at; below, it is an answer as any other."""

SENTENCE_WORDS = 6
"""Words from which an utterance in doubt is an answer, and no "what?" misheard."""

_KIDDING = re.compile(
    r"(?:(?:just|only|i'm|i am|was) (?:kidding|joking)|(?:ha ?ha)+|lol|hehe)(?: sorry)?$"
)

_LAUGHING = re.compile(r"\b(?:ha[ ,]*){2,}|\b(?:he){2,}\b|\blo+l\b", re.IGNORECASE)


def is_answer(part: ActSpan) -> bool:
    """Whether a part answers; what may be a joke is taken for an answer where that is not sure."""
    if part.act == "joke":
        return part.confidence < JOKE_SURE and not says_kidding(part.text)
    return part.act == "answer"


def says_kidding(text: str) -> bool:
    """Whether it ends with words that say that it is a joke."""
    return _KIDDING.search(plain_text(words_of(text))) is not None


def told_at_length(part: ActSpan, least_words: int = SENTENCE_WORDS) -> bool:
    """Whether a part is taken for a joke and long enough for an answer: a story is told to a
    question, funny or not, unless it says itself that it is none.

    "Last summer I sold the wrong shoes to a customer" sounds like the beginning of one.
    """
    words = len(part.text.split())
    if part.act != "joke" or words < least_words or says_kidding(part.text):
        return False
    return words >= LEAD_IN_WORDS or _LAUGHING.search(part.text) is None


def answers_in_jest(found: Understanding, quality: AnswerQuality | None) -> bool:
    """Whether what is taken for a joke tells something, too, so that she smiles and goes by that.

    Args:
        found: of an utterance.
        quality: of the answer in it.
    """
    told = any(told_at_length(act, LEAD_IN_WORDS) for act in found.acts)
    return told and quality is not None and all(gap.name != "short" for gap in quality.gaps)


def in_doubt(acts: Sequence[ActSpan]) -> bool:
    """Whether it is a sentence of which nobody is sure what it does, misheard perhaps.

    What somebody said to a question then counts as their answer.
    """
    words = sum(len(act.text.split()) for act in acts)
    return words >= SENTENCE_WORDS and all(act.confidence < UNSURE for act in acts)


def answering_acts(found: Understanding) -> tuple[ActSpan, ...]:
    """The parts of an utterance whose words are its answer; none where nothing answers."""
    if in_doubt(found.acts):
        return found.acts
    if not any(is_answer(act) or told_at_length(act) for act in found.acts):
        return ()
    return tuple(act for act in found.acts if act.act in ANSWER_LIKE)


def answer_text(found: Understanding) -> str:
    """The words of an utterance that answer; empty where none do."""
    return " ".join(act.text for act in answering_acts(found))


def answer_places(found: Understanding) -> list[int]:
    """Where each character of :func:`answer_text` lies in the utterance; a blank between two parts
    lies behind the first."""
    places: list[int] = []
    for part in answering_acts(found):
        places += [places[-1] + 1] if places else []
        places += range(part.start, part.end)
    return places
