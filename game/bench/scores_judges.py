"""What judges thought of real interviews beside what the content score says of their words.

Judges saw and heard the whole interview, the score rests on the words alone: it cannot say as much
as a model that was fitted to the judges (``models train impressions``), and should not say nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from game.bench.row import Row
from game.synthetic.planted import Exchange
from game.training.rated_interviews import person_of, read_ratings

BENCH = "scores"
FOLDER = "mit_interview"
RATING = "invite_again"
_DRAWS = 2000
_SEED = 20261202


def against_judges(
    data_dir: Path,
    interviews: Mapping[str, Sequence[Exchange]],
    content: Sequence[float | None],
) -> list[Row]:
    """Rows of how far the content score, and the mere number of words, go with the judges' rating.

    Args:
        data_dir: folder of the real interviews.
        interviews: answers by interview.
        content: the score of each, in their order, 0...100; None where it was withheld.

    Raises:
        InputError: the ratings are not there, or not of their form.
    """
    ratings = read_ratings(data_dir / FOLDER)
    known = [
        (person_of(name), (ratings[name][RATING], points, math.log(_words(exchanges))))
        for (name, exchanges), points in zip(interviews.items(), content, strict=True)
        if points is not None and name in ratings
    ]
    people = sorted({person for person, _ in known})
    if len(people) < 3:
        return []
    rated, scored, worded = (
        np.array([np.mean([row[at] for who, row in known if who == person]) for person in people])
        for at in range(3)
    )
    return [
        _row("content", scored, rated),
        _row("number of words, log,", worded, rated),
    ]


def _words(exchanges: Sequence[Exchange]) -> int:
    return max(1, sum(len(each.answer.split()) for each in exchanges))


def _row(what: str, values: NDArray[np.float64], rated: NDArray[np.float64]) -> Row:
    """Pearson's r over people, with an interval from drawing people again."""
    r = float(np.corrcoef(values, rated)[0, 1])
    rng = np.random.default_rng(_SEED)
    drawn = rng.integers(0, len(rated), (_DRAWS, len(rated)))
    again = [float(np.corrcoef(values[d], rated[d])[0, 1]) for d in drawn if np.ptp(values[d])]
    low, high = np.quantile(again, (0.025, 0.975))
    figure = f"real interviews: {what} against the judges' overall rating, r of {len(rated)} people"
    return Row(BENCH, f"{figure} (95 % {low:.2f} to {high:.2f})", round(r, 3), "")
