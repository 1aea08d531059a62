"""How far an answer takes up what was asked, on the whole of it.

The likeness of MiniLM's vectors tells what texts are about; between stories of one person and one
job it tells too little apart. Here each of its dimensions has a weight, learnt from which answers
were written to which questions (a diagonal metric), so that what all answers of an interview share
counts little. Trained by ``run.py models train relevance``.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dialogue.understanding.embedding import Embedder, embedder
from dialogue.understanding.likeness import LEAST_WORDS
from dialogue.understanding.words import UtteredWord, sentences_of, words_of
from perception.filler_table import filler_sounds
from perception.languages import judged
from perception.models.modelfile import MODELS, made_of

MODEL = MODELS / "relevance.npz"
TRAINING = "relevance"

_CHUNK_WORDS = 150
"""Words that are read at once: MiniLM reads 256 pieces of words."""
_SENTENCES_TAKEN = 3
"""Sentences that are nearest to the question: a story takes it up in some places, not in all."""
_SENTENCES_SHARE = 0.4
"""Of the whole, what those sentences count."""
_SCALE = 1.6
"""Brings the median of right answers (0.18 to 0.22 by the bare metric) to where their likeness
lies, 0.3: what was measured before stays comparable."""


class AnswerRelevance:
    """Judges answers by weighted dimensions.

    Args:
        weights: (d,) one for each dimension of the embedder's vectors; all 1 is the plain cosine.
    """

    def __init__(self, weights: NDArray[np.float32]) -> None:
        if weights.ndim != 1:
            raise ValueError(f"the weights are {weights.shape}, not one for each dimension")
        self._weights = weights.astype(np.float64)

    def judge(self, model: Embedder, words: Sequence[UtteredWord], question: str) -> float | None:
        """How far an answer takes up a question.

        Args:
            model: tells what words mean; it has as many dimensions as there are weights.
            words: of the answer.
            question: as it was put.

        Returns:
            0...1. Of answers to the question nine in ten lie above 0.12 and half above 0.3, of
            those of the same people to another question of the same job half above 0.2. None where
            the answer is too short to tell, or nothing was asked.
        """
        if len(words) < LEAST_WORDS or not question.strip():
            return None
        chunks = chunks_of(words)
        vectors = model.embed([question, *chunks, *sentences_of(words)]).astype(np.float64)
        asked = vectors[0] * self._weights
        whole = (vectors[1 : 1 + len(chunks)] @ asked).mean()
        nearest = np.sort(vectors[1 + len(chunks) :] @ asked)[-_SENTENCES_TAKEN:]
        found = whole
        if len(nearest):
            found = (1.0 - _SENTENCES_SHARE) * whole + _SENTENCES_SHARE * nearest.mean()
        # to what an answer can tell: sums differ in the eighth place with the number of threads
        return round(float(np.clip(_SCALE * found, 0.0, 1.0)), 4)


def relevance_of(text: str, asked: str) -> float | None:
    """How far an answer takes up what was asked, as :meth:`AnswerRelevance.judge` tells it.

    Args:
        text: what was said to answer; filled pauses in it count for nothing.
        asked: the question as it was put, without what was said around it.

    Raises:
        ModelError: a model that it rests on is missing or damaged.
    """
    words = [w for w in words_of(judged(text)) if w.plain not in filler_sounds()]
    return load_answer_relevance().judge(embedder(), words, asked)


def chunks_of(words: Sequence[UtteredWord]) -> list[str]:
    """An answer in stretches that the embedder reads at once, all about equally long."""
    count = max(1, -(-len(words) // _CHUNK_WORDS))
    ends = [round(len(words) * i / count) for i in range(count + 1)]
    return [" ".join(w.text for w in words[a:b]) for a, b in itertools.pairwise(ends)]


@functools.cache
def load_answer_relevance() -> AnswerRelevance:
    """The model that ships, loaded once.

    Raises:
        ModelError: it is missing or damaged.
    """
    return made_of(MODEL, TRAINING, lambda weights, _: AnswerRelevance(weights["weights"]))
