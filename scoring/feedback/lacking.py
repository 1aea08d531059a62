"""Which answers lack most of what a measure of content is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from scoring.measures.content import AnswerContent


def _structure(content: AnswerContent) -> float | None:
    return content.structure if content.behavioural else None


_HELD: Mapping[str, Callable[[AnswerContent], float | None]] = {
    "structure_star": _structure,
    "relevance": lambda content: content.likely_relevance,
    "specificity": lambda content: content.likely_specificity,
}
"""Measure to how much of it an answer has; None where that cannot be said."""


def most_lacking(measure: str, answers: Sequence[AnswerContent]) -> list[AnswerContent]:
    """Answers of which it can be said, those that have least of it first; none for a measure that
    is not one of single answers."""
    held = _HELD.get(measure)
    if held is None:
        return []
    known = [(value, each) for each in answers if each.asked and (value := held(each)) is not None]
    return [each for _, each in sorted(known, key=lambda pair: pair[0])]
