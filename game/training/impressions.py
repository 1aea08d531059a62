"""Trains what predicts judges' impressions of interviews, and writes its model card.

    python3 run.py models train impressions --data DIR

reads interviews that judges rated (:mod:`game.training.rated_interviews`). How well it does is
measured on people of whom nothing was known: in every fold their interviews are left out, all of
each person's at once, and which features are used and how far errors count is chosen anew, within
the rest. What ships is then fitted to all of them in the same way. The file keeps means, spreads
and weights; no interview can be told from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from game.training.impression_card import CARD, card
from game.training.rated_interviews import RatedSet, read_rated
from game.training.regressors import NetworkSettings, fit, fit_support
from game.training.train import open_folder, write_model
from perception.errors import InputError, StorageError
from perception.settings import Count, Seed, at_least, checked
from scoring.impression_features import FEATURES
from scoring.impression_model import FARTHEST, MODEL, OF_THE_ROOM, WITHOUT_VOICE, standardised

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Progress = Callable[[float, str], None]

SETS = (
    ("speech_rate_wpm", "fillers_per_100_words", "distinct_words", "words_per_answer", "sentiment"),
    (
        *("speech_rate_wpm", "fillers_per_100_words", "distinct_words", "words_per_answer"),
        *("sentiment", "jitter_pct", "shimmer_pct"),
    ),
    tuple(FEATURES),
)
"""Features that are looked at together: words, with the voice, and with how words are built."""
COSTS = (0.01, 0.03, 0.1, 0.3)
DIRECTIONS = {"invite_again": {"speech_rate_wpm": 1, "fillers_per_100_words": -1}}
"""Slower speech and more fillers never come across better, whatever a small sample says."""
MANY_PEOPLE = 200
"""From here on one round of folds tells as much as ten do of few people."""
_LEAST_PEOPLE = 8
_BOOTSTRAPS = 1000


@checked
@dataclass(frozen=True, slots=True)
class ImpressionTraining:
    """How it is trained and judged."""

    rounds: Annotated[int, at_least(1)] = 10
    """Of folds, each dividing the people otherwise."""
    folds: Annotated[int, at_least(2)] = 8
    """Parts of the people, each left out once."""
    inner_folds: Annotated[int, at_least(2)] = 5
    """Within which features and cost are chosen."""
    bootstraps: Count = _BOOTSTRAPS
    """Draws of people from which intervals come."""
    seed: Seed = 1
    """Of folds and draws."""
    networks: NetworkSettings = field(default_factory=NetworkSettings)
    """How small and how tame the networks are."""


@dataclass(frozen=True, slots=True)
class _Table:
    """Interviews as arrays."""

    rows: Floats
    """(n, f); NaN where a feature was not measured."""
    people: NDArray[np.int64]
    """(n,)"""


@dataclass(frozen=True, slots=True)
class _Choice:
    uses: Bools
    cost: float


def train_impressions(
    data: Path, settings: ImpressionTraining, out: Path | None, progress: Progress
) -> dict[str, Any]:
    """Trains, judges and writes the model and its card.

    Args:
        data: folder of rated interviews.
        settings: how.
        out: folder; ``assets/models`` by default.
        progress: told the share done and what is being done.

    Returns:
        What the file says of itself.

    Raises:
        InputError: the folder holds no rated interviews, or too few people's.
        StorageError: the folder cannot be written.
    """
    folder = out or MODEL.parent
    rated = read_rated(data)
    interviews = rated.interviews
    names = sorted({each.person for each in interviews})
    if len(names) < _LEAST_PEOPLE:
        raise InputError(
            f"{data}: interviews of {len(names)} people; it takes those of {_LEAST_PEOPLE} to tell "
            "what holds for people it does not know"
        )
    open_folder(folder)
    rows = np.array([[_nan(each.features[f]) for f in FEATURES] for each in interviews])
    table = _Table(rows, np.array([names.index(each.person) for each in interviews]))
    arrays: dict[str, NDArray[Any]] = {**_scaling(rows)}
    told: dict[str, dict[str, Any]] = {}
    told_of_words: dict[str, dict[str, Any]] = {}
    impressions = list(interviews[0].ratings)
    for number, name in enumerate(impressions):
        wanted = np.array([each.ratings[name] for each in interviews])
        if float(wanted.std()) == 0.0:
            raise InputError(f"{data}: everybody has the same rating ({name}); nothing to learn")
        directions = DIRECTIONS.get(name, {})

        def tell(share: float, at: int = number, what: str = name) -> None:
            progress((at + share) / len(impressions), what.replace("_", " "))

        told[name], fitted = _learn(table, arrays, wanted, directions, settings, tell)
        arrays.update({f"{name}.{part}": value for part, value in fitted.items()})
        if set(told[name]["features"]) & set(OF_THE_ROOM):
            told_of_words[name], fitted = _learn(
                _without_voice(table), arrays, wanted, directions, settings, tell
            )
            arrays.update({f"{name}{WITHOUT_VOICE}.{p}": value for p, value in fitted.items()})
    about = _about(rated, len(names), settings)
    about |= {"impressions": told, "without_voice": told_of_words}
    write_model(folder / MODEL.name, arrays, about, whole=list(arrays))
    try:
        (folder / CARD).write_text(card(about), encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{folder / CARD}: cannot be written ({error.strerror})") from None
    return about


def _learn(
    table: _Table,
    scaling: Mapping[str, Floats],
    wanted: Floats,
    directions: Mapping[str, int],
    settings: ImpressionTraining,
    progress: Callable[[float], None],
) -> tuple[dict[str, Any], dict[str, NDArray[np.float32]]]:
    """What is known of how well one rating is predicted, and the weights that predict it."""
    told: dict[str, Any] = {**judge(table, wanted, directions, settings, progress)}
    standard, _ = standardised(table.rows, scaling["mean"], scaling["scale"])
    mean, scale = float(wanted.mean()), float(wanted.std())
    ratings, held = (wanted - mean) / scale, _numbered(directions)
    chosen = _choose(standard, ratings, table.people, held, settings, settings.seed)
    fitted = fit(standard, ratings, chosen.uses, chosen.cost, held, settings.networks)
    told |= {"rating_mean": mean, "rating_sd": scale, "cost": chosen.cost}
    told["features"] = [f for f, use in zip(FEATURES, chosen.uses, strict=True) if use]
    parts = ("uses", "support", "hidden", "output")
    return told, {part: np.asarray(getattr(fitted, part), np.float32) for part in parts}


def _without_voice(table: _Table) -> _Table:
    """The same as if nothing had been heard but words."""
    of_voice = np.array([name in OF_THE_ROOM for name in FEATURES])
    return _Table(np.where(of_voice, np.nan, table.rows), table.people)


def _about(rated: RatedSet, people: int, settings: ImpressionTraining) -> dict[str, Any]:
    return {
        "made_by": "python3 run.py models train impressions",
        "source": rated.source,
        "scale": rated.scale,
        "interviews": len(rated.interviews),
        "people": people,
        "rounds": _rounds(people, settings),
        "folds": settings.folds,
        "features": list(FEATURES),
    }


def _rounds(people: int, settings: ImpressionTraining) -> int:
    return 1 if people >= MANY_PEOPLE else settings.rounds


def judge(
    table: _Table,
    wanted: Floats,
    directions: Mapping[str, int],
    settings: ImpressionTraining,
    progress: Callable[[float], None],
) -> dict[str, float]:
    """How well ratings of unknown people are predicted: nested cross-validation by person.

    Returns:
        ``r``, the mean over rounds of the correlation of all predictions with the ratings, with
        ``r_low`` and ``r_high``, a 90 % interval by bootstrap over people; ``error``, the spread
        of what is left in standard deviations of the ratings; ``covered``, the share of ratings
        within 1.64 of those.
    """
    rounds = _rounds(len(np.unique(table.people)), settings)
    told = np.zeros((rounds, len(wanted)))
    held = _numbered(directions)
    for number in range(rounds):
        for fold, left in enumerate(
            folds_by_person(table.people, settings.folds, settings.seed + number)
        ):
            known = ~left
            scaling = _scaling(table.rows[known])
            rows, _ = standardised(table.rows, scaling["mean"], scaling["scale"])
            mean, scale = wanted[known].mean(), wanted[known].std() or 1.0
            ratings = (wanted[known] - mean) / scale
            chosen = _choose(
                rows[known], ratings, table.people[known], held, settings, settings.seed + number
            )
            fitted = fit(rows[known], ratings, chosen.uses, chosen.cost, held, settings.networks)
            told[number, left] = mean + scale * fitted(rows[left])
            progress((number + (fold + 1) / settings.folds) / rounds)
    error = float(np.sqrt(np.mean((told - wanted) ** 2)) / wanted.std())
    draw = np.random.default_rng(settings.seed)
    ids = np.unique(table.people)
    places = [np.flatnonzero(table.people == i) for i in ids]
    drawn = []
    for _ in range(settings.bootstraps):
        again = np.concatenate([places[i] for i in draw.integers(0, len(ids), len(ids))])
        drawn.append(_correlation(told[:, again], wanted[again]))
    low, high = np.percentile(drawn, [5, 95])
    within = np.abs(told - wanted) <= 1.64 * error * wanted.std()
    return {
        "r": _correlation(told, wanted),
        "r_low": float(low),
        "r_high": float(high),
        "error": error,
        "covered": float(within.mean()),
    }


def _correlation(told: Floats, wanted: Floats) -> float:
    """Mean over (rounds, n) predictions of Pearson's r with (n,) ratings; 0 where one is flat."""
    a = told - told.mean(axis=1, keepdims=True)
    b = wanted - wanted.mean()
    norm = np.linalg.norm(a, axis=1) * np.linalg.norm(b)
    return float(np.mean(np.where(norm > 0, (a @ b) / np.maximum(norm, 1e-12), 0.0)))


def folds_by_person(people: NDArray[np.int64], count: int, seed: int) -> Iterator[Bools]:
    """(n,) masks of who is left out, everything of a person at once."""
    ids = np.random.default_rng(seed).permutation(np.unique(people))
    for number in range(min(count, len(ids))):
        yield np.isin(people, ids[number::count])


def _choose(
    rows: Floats,
    ratings: Floats,
    people: NDArray[np.int64],
    directions: Mapping[int, int],
    settings: ImpressionTraining,
    seed: int,
) -> _Choice:
    """The features and the cost with the least error on people left out in turn.

    Support vectors decide, as they are fitted in no time; the networks take what suits them.
    """
    measured = np.ptp(rows, axis=0) > 0
    best: tuple[float, _Choice] | None = None
    masks = list(folds_by_person(people, settings.inner_folds, seed + 1000))
    for names in SETS:
        uses = np.array([f in names for f in FEATURES]) & measured
        seen = np.where(uses, np.clip(rows, -FARTHEST, FARTHEST), 0.0)
        for cost in COSTS:
            loss = 0.0
            for left in masks:
                w = fit_support(seen[~left], ratings[~left], uses, cost, directions)
                loss += float(np.sum((seen[left] @ w[:-1] + w[-1] - ratings[left]) ** 2))
            if best is None or loss < best[0]:
                best = (loss, _Choice(uses, cost))
    assert best is not None
    return best[1]


def _scaling(rows: Floats) -> dict[str, Floats]:
    """Means, spreads and correlations of what was measured; a feature without any gets 0 and 1."""
    known = np.isfinite(rows)
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, rows, 0.0).sum(axis=0) / count
    spread = np.sqrt(np.where(known, (rows - mean) ** 2, 0.0).sum(axis=0) / count)
    scale = np.where(spread > 0, spread, 1.0)
    standard, _ = standardised(rows, mean, scale)
    return {"mean": mean, "scale": scale, "covariance": standard.T @ standard / len(rows)}


def _numbered(directions: Mapping[str, int]) -> dict[int, int]:
    order: Sequence[str] = list(FEATURES)
    return {order.index(name): sign for name, sign in directions.items()}


def _nan(value: float | None) -> float:
    return float("nan") if value is None else value
