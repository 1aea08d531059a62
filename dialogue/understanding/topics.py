"""What a candidate's question is about, among the topics that the employer's brief knows."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialogue.understanding.embedding import Embedder
from dialogue.understanding.phrase_vectors import phrase_vectors
from dialogue.understanding.words import plain_text, word_set, words_of

SURE = 0.595
"""Likeness (cosine, with what shared words add) from which a topic is taken."""

_WORD_BONUS = 0.14
"""What a word that speaks for one topic alone adds; the more topics are asked for with it, the less
it does."""

_WHAT_IS = re.compile(
    r"(?:(?:and|so|but|sorry|um|uh|ok) )*(?:whats|what's|what is|what are|what does) (.+)$"
)
_AROUND_A_TERM = word_set("a an the that this mean means exactly here please then")

PROGRAM = "program"
"""Id of the topic of what she is herself: a program."""
PROGRAM_WORDS = (
    *("robot", "bot", "ai", "human", "machine", "computer", "program", "software"),
    *("real person", "real human", "real recruiter", "artificial", "chatbot", "are you real"),
)
"""Words of which one is in every question about that."""


@dataclass(frozen=True, slots=True)
class TopicForms:
    """A topic as it is asked for."""

    id: str
    asks: Sequence[str]
    words: Sequence[str] = ()


class TopicFinder:
    """Finds topics by meaning and by words.

    Args:
        topics: all there are.
        model: tells how alike sentences are.
    """

    def __init__(self, topics: Sequence[TopicForms], model: Embedder) -> None:
        self._topics = tuple(topics)
        self._model = model
        owned = [(ask, i) for i, topic in enumerate(self._topics) for ask in topic.asks]
        owned.sort(key=lambda each: len(each[0].split()))  # alike in length: read together
        self._owner = np.array([i for _, i in owned], np.int64)
        self._asks = phrase_vectors(model, tuple(ask for ask, _ in owned))
        self._words = _worth_of_words(self._topics)

    def prepare(self) -> bool:
        """Reads some ways of asking, for about a tenth of a second; what is left is read when a
        question comes.

        Returns:
            Whether some are left.
        """
        return self._asks.read()

    def find(self, question: str) -> tuple[str, float] | None:
        """The topic that a question is about, and how alike it is to ways of asking for it.

        Args:
            question: the part of an utterance that asks.

        Returns:
            None where no topic is like it.
        """
        scores = self.scores(question)
        if not len(scores):
            return None
        best = int(scores.argmax())
        if scores[best] < SURE:
            return None
        return self._topics[best].id, round(float(scores[best]), 3)

    def scores(self, question: str) -> NDArray[np.float32]:
        """(topics,) likeness of a question to each topic."""
        found = np.zeros(len(self._topics), np.float32)
        if not len(self._owner) or not question.strip():
            return found
        likeness = self._asks.vectors() @ self._model.embed([question])[0]
        np.maximum.at(found, self._owner, likeness)
        plain = _plain(question)
        for i, words in enumerate(self._words):
            found[i] += max((worth for word, worth in words.items() if word in plain), default=0.0)
        return found


def _plain(text: str) -> str:
    """Its words in small letters between blanks, so that whole words can be looked for."""
    return f" {plain_text(words_of(text))} "


def _worth_of_words(topics: Sequence[TopicForms]) -> list[dict[str, float]]:
    """Of each topic: the words that speak for it, between blanks, and what each adds."""
    texts = [_plain(" . ".join(topic.asks)) for topic in topics]
    most = math.log(max(2, len(topics)))
    found = []
    for number, topic in enumerate(topics):
        worth = {}
        for word in topic.words:
            spaced = f" {word.lower()} "
            others = sum(spaced in text for i, text in enumerate(texts) if i != number)
            worth[spaced] = _WORD_BONUS * max(0.0, 1 - math.log(1 + others) / most)
        found.append(worth)
    return found


def term_asked(part: str, terms: Sequence[str]) -> str:
    """The term of a question that somebody asks to have explained; empty where it is none.

    Args:
        part: the part of the utterance that asks: "what do you mean by handover?"
        terms: of the question.
    """
    said = {_stem(w.plain) for w in words_of(part)}
    best, hits = "", 0.0
    for term in terms:
        stems = [_stem(w.plain) for w in words_of(term)]
        wanted = [s for s in stems if len(s) > 2] or stems
        share = sum(s in said for s in wanted) / max(1, len(wanted))
        if share > hits and share >= 0.5:
            best, hits = term, share
    return best


def only_term_asked(part: str, terms: Sequence[str]) -> str:
    """The term of a question after which a text asks, and after nothing else: "whats figure?"

    Empty where it asks for more, "what's the figure for last year?", or asks for none.

    Args:
        part: the part of the utterance that asks.
        terms: of the question.
    """
    asking = _WHAT_IS.match(plain_text(words_of(part)))
    if asking is None:
        return ""
    term = term_asked(part, terms)
    theirs = {_stem(w.plain) for w in words_of(term)}
    said = {_stem(word) for word in asking[1].split() if word not in _AROUND_A_TERM}
    return term if said and said <= theirs else ""


def _stem(word: str) -> str:
    """A word without its commonest endings, so that "handovers" is "handover"."""
    for ending in ("'s", "ings", "ing", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
