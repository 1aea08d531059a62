"""Several judges of one thing made into one value: each by its precision, and wider where they
contradict each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pooled:
    """What judges say together."""

    value: float
    error: float
    """Standard error, in the unit of the value."""
    if_agreed: float
    """What it would be if they did not contradict each other beyond their errors."""

    @property
    def agreement(self) -> float:
        """0...1: 1 where they agree as well as their errors allow."""
        return self.if_agreed / self.error if self.error > 0.0 else 1.0


def between_variance(values: Sequence[float], variances: Sequence[float]) -> float:
    """Variance between judges beyond their own errors (DerSimonian & Laird 1986).

    Args:
        values: of each.
        variances: of each, more than 0.
    """
    if len(values) < 2:
        return 0.0
    weights = [1.0 / variance for variance in variances]
    whole = sum(weights)
    mean = sum(w * value for w, value in zip(weights, values, strict=True)) / whole
    spread = sum(w * (value - mean) ** 2 for w, value in zip(weights, values, strict=True))
    left = whole - sum(w**2 for w in weights) / whole
    return max(0.0, (spread - (len(values) - 1)) / left)


def pool(values: Sequence[float], errors: Sequence[float], together: float) -> Pooled:
    """The mean of judges by their stated precision.

    Where they contradict each other the error grows by the variance between them. Their weights
    stay: a judge of whom little is known does not count more for contradicting the others.

    Args:
        values: of each; at least one.
        errors: standard error of each, more than 0.
        together: how far their errors go together, 0 (not at all)...1: judges of the same words
            err alike in part, and adding their precisions as if they did not would promise too
            much.
    """
    variances = [error**2 for error in errors]
    whole = sum(1.0 / variance for variance in variances)
    shares = [1.0 / variance / whole for variance in variances]
    between = between_variance(values, variances)
    parts = [
        [share * math.sqrt(v + more) for share, v in zip(shares, variances, strict=True)]
        for more in (between, 0.0)
    ]
    error, if_agreed = (
        (1.0 - together) * math.hypot(*each) + together * sum(each) for each in parts
    )
    return Pooled(sum(s * v for s, v in zip(shares, values, strict=True)), error, if_agreed)
