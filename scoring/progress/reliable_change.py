"""Whether two numbers of one person differ by more than chance makes them.

Reliable change index (Jacobson & Truax 1991): RCI = (x2 - x1) / SEdiff, where SEdiff² is the sum of
both squared standard errors. Smallest detectable change: SDC95 = c · SEdiff, or 1.96 · √2 · SEM
where both sessions have the standard error SEM and it is known. Here it is estimated from a few
answers, so c is Student's t for the degrees of freedom that are left (Welch 1947, Satterthwaite
1946), and 1.96 with many.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import norm
from scipy.stats import t as student

from scoring.progress.reading import Reading

ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Change:
    """From one reading to another, on the scale of the readings."""

    difference: float
    error: float
    """SEdiff."""
    rci: float
    sdc: float
    """SDC95."""
    p: float
    """Two-sided; of a change this large by chance alone."""
    df: float

    @property
    def low(self) -> float:
        """Lower end of the interval of 95 % of the difference."""
        return self.difference - self.sdc

    @property
    def high(self) -> float:
        """Its upper end."""
        return self.difference + self.sdc


def change(before: Reading, after: Reading, least_error: float = 0.0) -> Change:
    """The change between two readings of the same thing.

    Args:
        before, after: on the same scale.
        least_error: SEdiff that is published for retests; a smaller one is not believed.
    """
    error = math.hypot(before.error, after.error)
    df = satterthwaite(error, (before.sampling, before.df), (after.sampling, after.df))
    if least_error > error:
        error, df = least_error, math.inf
    difference = after.value - before.value
    rci = difference / error if error > 0 else 0.0
    if math.isinf(df):
        critical, p = float(norm.ppf(1 - ALPHA / 2)), 2.0 * float(norm.sf(abs(rci)))
    else:
        critical, p = float(student.ppf(1 - ALPHA / 2, df)), 2.0 * float(student.sf(abs(rci), df))
    return Change(difference, error, rci, critical * error, p, df)


def satterthwaite(error: float, *parts: tuple[float, float]) -> float:
    """Degrees of freedom of an error of which some parts were estimated, no more than those have.

    The usual formula gives more where a part is taken as known; an estimate that came out too small
    would then be believed most, and far out in the tail, where one of many things compared has to
    lie to be called real, such changes came up twice as often as they should.

    Args:
        error: the whole, standard error.
        parts: (standard error, degrees of freedom) of those; the rest is taken as known.
    """
    estimated = [(part, df) for part, df in parts if part > 0 and not math.isinf(df)]
    if not estimated:
        return math.inf
    found = error**4 / sum(part**4 / df for part, df in estimated)
    return min(found, sum(df for _, df in estimated))


def benjamini_hochberg(ps: Sequence[float], rate: float = ALPHA) -> list[bool]:
    """Which of several findings stand when at most ``rate`` of those that stand may be luck.

    Benjamini & Hochberg 1995. Where nothing at all has changed it lets one or more stand in no more
    than ``rate`` of all comparisons, as its first step is Simes' test.
    """
    order = sorted(range(len(ps)), key=lambda i: ps[i])
    last = max((n for n, i in enumerate(order, 1) if ps[i] <= rate * n / len(ps)), default=0)
    stands = set(order[:last])
    return [i in stands for i in range(len(ps))]
