"""The parts of an episode in an answer: situation, task, action, result."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from dialogue.understanding.answer_quality import AnswerQuality
from scoring.measures.language import trust_in_word
from scoring.record.turns import Answer, Said
from scoring.rubric import load
from scoring.types import Span

STAR_PARTS = ("situation", "task", "action", "result")
LIKELY = 0.5
"""Confidence (0...1) from which a gap is told; she may have asked about one that is less sure."""

PartStatus = Literal["told", "unclear", "missing"]
"""``unclear``: words that tell it were found, and yet it was missed; or no words were found, and it
was not missed. Of authors that the model did not know, 94 % of those that are ``told`` were, and
42 % of the latter."""


@dataclass(frozen=True, slots=True)
class StarPart:
    """A part of an episode in an answer, or its lack."""

    name: str
    status: PartStatus
    confidence: float | None = None
    """0...1: how sure that is, of the words as they were recognised; None where nobody says."""
    quote: str = ""
    """The words that tell it."""
    span: Span | None = None
    """When they were said; None for typed ones."""

    @property
    def share(self) -> float:
        """How much of it counts as told, 0...1."""
        return {"told": 1.0, "unclear": 0.5, "missing": 0.0}[self.status]

    @property
    def doubt(self) -> float:
        """How far that may be off, 0...0.5."""
        if self.status == "unclear":
            return 0.5
        return 0.0 if self.confidence is None else 0.5 * (1.0 - self.confidence)


def quality_of(answer: Answer) -> AnswerQuality | None:
    """What was found in an answer; None where it was not understood.

    Of an answer in several utterances: it lacks what each of them lacks.
    """
    found = answer.qualities
    if len(found) <= 1:
        return found[0] if found else None
    gaps = []
    for gap in found[0].gaps:
        same = [g for q in found for g in q.gaps if g.name == gap.name]
        if len(same) == len(found):
            gaps.append(replace(gap, confidence=min(g.confidence for g in same)))
    return AnswerQuality(
        sum(q.words for q in found),
        tuple(part for q in found for part in q.parts),
        tuple(sorted(gaps, key=lambda g: -g.confidence)),
        max(q.strength for q in found),
    )


def parts_of_episode(
    answer: Answer, quality: AnswerQuality | None, said: str
) -> tuple[StarPart, ...]:
    """The parts of an episode: as they were understood, else by cues."""
    if quality is None:
        told = star_parts(said)
        return tuple(StarPart(p, "told" if p in told else "missing") for p in STAR_PARTS)
    return tuple(_star_part(answer, quality, name) for name in STAR_PARTS)


def _star_part(answer: Answer, quality: AnswerQuality, name: str) -> StarPart:
    gaps = [g for g in quality.gaps if g.name == f"no_{name}" and g.confidence >= LIKELY]
    lacking = gaps[0] if gaps else None
    runs = [each for each in answer.said if each.part == name]
    if not runs:
        if lacking is None:
            return StarPart(name, "unclear")
        return StarPart(name, "missing", lacking.confidence)
    best = max(runs, key=lambda each: each.part_confidence * _heard(each))
    sure = best.part_confidence * _heard(best)
    status: PartStatus = "told" if lacking is None else "unclear"
    return StarPart(name, status, sure, best.text, best.span)


def _heard(said: Said) -> float:
    """How sure its words are, 0...1; typed ones fully."""
    if not said.words:
        return 1.0
    return float(np.mean([trust_in_word(word) for word in said.words]))


def star_parts(text: str) -> tuple[str, ...]:
    """Parts of an episode (situation, task, action, result) that a text has cues of."""
    plain = text.lower().replace("’", "'")
    cues = load("cues")["star"]
    return tuple(part for part in STAR_PARTS if any(re.search(p, plain) for p in cues[part]))
