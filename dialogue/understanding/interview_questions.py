"""How like a text is to what interviewers ask."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialogue.understanding.embedding import Embedder
from perception.paths import ASSETS
from perception.settings import checked, read_as

QUESTIONS = ASSETS / "understanding" / "interview_questions.toml"
LIKE = 0.4
"""Likeness (cosine) to one of the questions from which a text is like them. Of 5,054 questions of
the banks that their words alone did not mark as put by somebody 82 % reach it, of 208 such
stretches of candidates' own words 26 %."""


@checked
@dataclass(frozen=True, slots=True)
class _Questions:
    questions: tuple[str, ...]


def is_like_a_question(model: Embedder, text: str) -> bool:
    """Whether a text is like what interviewers ask.

    Args:
        model: tells what it means.
        text: marks and capitals do not matter.
    """
    vector = model.embed([_plain(text)])[0]
    return float((_vectors(model) @ vector).max()) >= LIKE


@functools.lru_cache(maxsize=2)
def _vectors(model: Embedder) -> NDArray[np.float32]:
    return model.embed([_plain(each) for each in _questions()])


@functools.cache
def _questions() -> tuple[str, ...]:
    return read_as(_Questions, QUESTIONS).questions


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()
