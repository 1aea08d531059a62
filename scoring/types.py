"""What is computed from the record."""

from __future__ import annotations

from dataclasses import dataclass

Span = tuple[float, float]
"""Start and end in session seconds."""


@dataclass(frozen=True, slots=True)
class Norm:
    """Band in which most people fall, or that advice names.

    Either end may be open (None). ``source`` says who found it; a measure without a published
    norm has no Norm at all and is shown without a good or bad band.
    """

    low: float | None
    high: float | None
    source: str


@dataclass(frozen=True, slots=True)
class OwnBaseline:
    """How a measure came out for the candidate in the green room."""

    value: float
    """In the measure's unit."""
    band: Norm
    """Within which it is still as usual with them."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One number about the candidate's behaviour."""

    name: str
    value: float | None
    """None: could not be measured."""
    unit: str
    coverage: float
    """Share of the time it speaks of in which it could be measured, 0...1."""
    evidence: tuple[Span, ...] = ()
    """Moments that show it best."""
    norm: Norm | None = None
    trust: float = 1.0
    """How far it may be believed, 0...1: see :mod:`scoring.measures.doubt`."""
    doubts: tuple[str, ...] = ()
    """Why not further: names in ``assets/rubrics/doubts.toml``, the gravest first."""
    baseline: OwnBaseline | None = None
    """The candidate's own in the green room. Its band is the norm where nobody published one."""
    left_out: bool = False
    """Whether there is no value because the candidate asked for none."""


@dataclass(frozen=True, slots=True)
class Score:
    """Points out of 100 with their uncertainty."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    coverage: float
    measures: tuple[str, ...] = ()
    """Names of the measures it rests on."""
    evidence: tuple[Span, ...] = ()
    why: str = ""
    """Why there is no number, a clause for a person; empty where there is one."""
    doubts: tuple[str, ...] = ()
    """Names in ``assets/rubrics/doubts.toml`` of what makes it less sure, the gravest first; not
    what holds for everybody alike."""
    reliability: float = 1.0
    """0...1: the share of its weight that it keeps in the overall score, by how much of it was
    measured and is believed."""
