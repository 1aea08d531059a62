"""What an answer is like: what was asked, what good answers tell, work, or what else there is.

This is what the regressions of :mod:`.answer_quality` are given to tell an answer beside the
question; how far one takes up its question is :mod:`.answer_relevance`. Likeness is the cosine of
MiniLM's vectors. What people talk about beside interviews stands in
``assets/understanding/answer_themes.toml``. A long answer that begins with its matter and strays is
told by its better half.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialogue.understanding.embedding import Embedder
from dialogue.understanding.phrase_vectors import PhraseVectors, phrase_vectors
from dialogue.understanding.words import UtteredWord
from perception.paths import ASSETS
from perception.settings import read_as

THEMES = ASSETS / "understanding" / "answer_themes.toml"

LEAST_WORDS = 8
"""Words below which an answer is about anything."""
_PIECE_WORDS = 40
_THEMES_TAKEN = 3
"""Themes of a kind that are likest a piece, by which it is judged."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """What an answer is like; each a cosine, or a mean of such."""

    to_question: float
    """Of its better half to the question; 0 where they point apart."""
    to_gist: float
    """To what a good answer tells; to the question where the bank has no gist of it."""
    at_work: float
    """To what answers in interviews are about."""
    elsewhere: float
    """To what else people talk about."""

    @property
    def best(self) -> float:
        """To the likelier of question and gist."""
        return max(self.to_question, self.to_gist)


def likeness_of(
    model: Embedder, text: str, words: Sequence[UtteredWord], question: str, gist: str
) -> Likeness | None:
    """What an answer is like.

    Args:
        model: tells what words mean.
        text: the answer.
        words: its words.
        question: as it was put; empty where that is not known.
        gist: what good answers to it tell; empty without.

    Returns:
        None where the answer is too short to tell, or what was asked is not known.
    """
    asked = [said for said in (question, gist) if said]
    if not asked or len(words) < LEAST_WORDS:
        return None
    vectors = model.embed([*asked, *_pieces(text, words)])
    theirs = vectors[len(asked) :]
    likeness = np.sort(vectors[: len(asked)] @ theirs.T, axis=1)[:, ::-1]
    kept = likeness[:, : max(1, (likeness.shape[1] + 1) // 2)].mean(axis=1)
    values = [float(max(0.0, v)) for v in kept]
    work, elsewhere = (_likest(theirs @ theme.vectors().T) for theme in _themes(model))
    return Likeness(values[0], values[-1], work, elsewhere)


def _pieces(text: str, words: Sequence[UtteredWord]) -> list[str]:
    found: list[str] = []
    for start in range(0, len(words), _PIECE_WORDS):
        end = min(len(words), start + _PIECE_WORDS)
        if end - start >= LEAST_WORDS or not found:
            found.append(text[words[start].start : words[end - 1].end])
    return found


def _likest(likeness: NDArray[np.float32]) -> float:
    """Of (pieces, themes): to the likest themes of each piece, over all pieces."""
    return float(np.sort(likeness, axis=1)[:, -_THEMES_TAKEN:].mean())


def prepare_themes(model: Embedder) -> bool:
    """Reads some of the themes, for about a tenth of a second; what is left is read when an answer
    comes.

    Returns:
        Whether some are left.
    """
    return any(theme.read() for theme in _themes(model))


def _themes(model: Embedder) -> tuple[PhraseVectors, ...]:
    """Of work, and of all else."""
    return tuple(phrase_vectors(model, phrases) for phrases in _phrases())


@functools.cache
def _phrases() -> tuple[tuple[str, ...], tuple[str, ...]]:
    told = read_as(dict[str, tuple[str, ...]], THEMES)
    return told["work"], told["elsewhere"]
