"""One thing to keep or to work on, as it is told."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.feedback.exercises import Exercise
from scoring.feedback.quotes import Quote
from scoring.measures.doubt import SPOKEN_OF
from scoring.types import Measure, Span

MIN_COVERAGE = 0.5


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to keep or to work on."""

    what: str
    why: str
    how: str
    evidence: tuple[Span, ...]
    measure: str
    weight: float
    """Decides the order."""
    quote: Quote | None = None
    matters: str = ""
    source: str = ""
    """Of what matters."""
    exercise: Exercise | None = None
    effect: float = 0.0
    """Likely effect on the impression, 0...1."""
    changeable: float = 0.0
    """How far a few short exercises change it, 0...1."""
    clause: str = ""
    """The same within a sentence; empty where nobody wrote one."""


def usable(measure: Measure) -> bool:
    """Whether a measure may be spoken of: enough of it was measured, and it can be believed."""
    believed = measure.coverage >= MIN_COVERAGE and measure.trust >= SPOKEN_OF
    return measure.value is not None and believed
