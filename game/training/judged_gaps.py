"""How well parts and gaps of answers are told, counted on written answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dialogue.understanding.answer_quality import GAPS, PARTS, AnswerAssessor, Question
from dialogue.understanding.words import words_of
from game.training.answer_parts import WrittenAnswer


@dataclass(frozen=True, slots=True)
class GapScores:
    """What became of a set of answers."""

    words_right: float
    """Share (0...1) of words whose part is told right."""
    precision: float
    """Share of the gaps told that are there, over all kinds."""
    recall: float
    """Share of the gaps that are there that are told."""
    by_gap: Mapping[str, tuple[float, float]]
    """Precision and recall of each kind."""


def judge_gaps(
    assessor: AnswerAssessor,
    answers: Sequence[WrittenAnswer],
    questions: Mapping[tuple[str, str], Question],
) -> GapScores:
    """Assesses answers whose parts and gaps are known.

    Args:
        assessor: to be judged.
        answers: with their truth.
        questions: by role and id.
    """
    hits = dict.fromkeys(GAPS, 0)
    told = dict.fromkeys(GAPS, 0)
    true = dict.fromkeys(GAPS, 0)
    right = words = 0
    for answer in answers:
        found = assessor.assess(answer.text, questions.get((answer.role, answer.question)))
        names = {gap.name for gap in found.gaps}
        for gap in GAPS:
            true[gap] += gap in answer.gaps
            told[gap] += gap in names
            hits[gap] += gap in names and gap in answer.gaps
        labels = np.full(len(answer.text), -1)
        for part, start, end in answer.spans:
            labels[start:end] = part
        for span in found.parts:
            for word in words_of(span.text):
                words += 1
                right += int(labels[span.start + word.start]) == PARTS.index(span.part)
    by_gap: dict[str, tuple[float, float]] = {
        gap: (hits[gap] / max(1, told[gap]), hits[gap] / max(1, true[gap])) for gap in GAPS
    }
    all_hits = sum(hits.values())
    return GapScores(
        right / max(1, words),
        all_hits / max(1, sum(told.values())),
        all_hits / max(1, sum(true.values())),
        by_gap,
    )
