"""What a candidate's question is about, among the topics that the employer's brief knows."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialogue.understanding.embedding import Embedder
from dialogue.understanding.words import words_of

SURE = 0.52
"""Likeness (cosine, with what shared words add) from which a topic is taken."""

_WORD_BONUS = 0.14
"""What a word that speaks for a topic adds."""


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
        asks = [ask for topic in self._topics for ask in topic.asks]
        self._owner = np.array(
            [i for i, topic in enumerate(self._topics) for _ in topic.asks], np.int64
        )
        self._vectors = _vectors(model, tuple(asks))
        self._words = [
            re.compile(
                r"(?<![^ ])(?:" + "|".join(re.escape(w.lower()) for w in topic.words) + r")(?![^ ])"
            )
            if topic.words
            else None
            for topic in self._topics
        ]

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
        if not len(self._vectors) or not question.strip():
            return found
        likeness = self._vectors @ self._model.embed([question])[0]
        np.maximum.at(found, self._owner, likeness)
        plain = " ".join(w.plain for w in words_of(question))
        for i, pattern in enumerate(self._words):
            if pattern is not None and pattern.search(plain):
                found[i] += _WORD_BONUS
        return found


@functools.lru_cache(maxsize=8)
def _vectors(model: Embedder, asks: tuple[str, ...]) -> NDArray[np.float32]:
    """(asks, 384), kept: those of one brief take two seconds and are needed again and again."""
    return model.embed(asks) if asks else np.zeros((0, 384), np.float32)


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


def _stem(word: str) -> str:
    """A word without its commonest endings, so that "handovers" is "handover"."""
    for ending in ("'s", "ings", "ing", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
