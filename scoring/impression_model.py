"""Predicts how judges would rate an interview: support vectors and small networks, in numpy.

``run.py models train impressions`` makes the file (:mod:`game.training.impressions`); what it was
learned from, how well it does on people it did not know, and what it must not be used for stand in
its ``about``, which the model card repeats (``assets/models/impressions.md``).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from perception.models.modelfile import MODELS, of_this_form, read_model
from scoring.impression_features import FEATURES, Features

MODEL = MODELS / "impressions.npz"

FARTHEST = 2.5
"""Standard deviations from the mean beyond which a feature counts no more: what lies there was
hardly seen in training."""

OF_THE_ROOM = ("jitter_pct", "shimmer_pct")
"""Features that a room and a microphone change, too: beyond :data:`FARTHEST` the recording is of
another kind than those learned from (at a near microphone shimmer is half as large), and they are
taken for not measured."""

WITHOUT_VOICE = ".words"
"""Ending of the names of weights that know words alone."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Prediction:
    """Of one impression, in standard deviations of judges' means between people."""

    value: float
    error: float
    """Standard error: of people it did not know, and of what was not measured."""
    used: tuple[str, ...]
    """Features that it rests on."""
    missing: tuple[str, ...]
    """Those that it would rest on and that were not measured."""
    r: float
    """Correlation with judges' ratings of people it did not know, of what predicted it."""


@dataclass(frozen=True, slots=True)
class Regressor:
    """Mean of a linear support vector regression and of several networks of one hidden layer."""

    uses: NDArray[np.bool_]
    """(f,) which features it looks at."""
    support: Floats
    """(f + 1,) weights and the constant."""
    hidden: Floats
    """(s, h, f + 1) of s networks with h units each; the constant is last."""
    output: Floats
    """(s, h + 1) likewise."""

    def __call__(self, rows: Floats) -> Floats:
        """(n,) of (n, f) standardised features."""
        seen = np.where(self.uses, np.clip(rows, -FARTHEST, FARTHEST), 0.0)
        linear = seen @ self.support[:-1] + self.support[-1]
        units = np.tanh(np.einsum("nf,shf->snh", seen, self.hidden[..., :-1])
                        + self.hidden[:, None, :, -1])  # fmt: skip
        networks = np.einsum("snh,sh->sn", units, self.output[:, :-1]) + self.output[:, -1:]
        whole: Floats = 0.5 * linear + 0.5 * networks.mean(axis=0)
        return whole


class ImpressionModel:
    """What is known of people's impressions of interviews.

    Args:
        path: of the file.

    Raises:
        ModelError: it is missing or damaged, or its features are others than this program's.
    """

    def __init__(self, path: Path = MODEL) -> None:
        arrays, self.about = read_model(path, "impressions")
        with of_this_form(path, "impressions"):
            if list(self.about["features"]) != list(FEATURES):
                raise ValueError("its features are not those of this program")
            self._mean = arrays["mean"].astype(np.float64)
            self._scale = arrays["scale"].astype(np.float64)
            self._covariance = arrays["covariance"].astype(np.float64)
            self._of_all = _judges(arrays, self.about["impressions"], "")
            self._of_words = _judges(arrays, self.about["without_voice"], WITHOUT_VOICE)
            self.predict(dict.fromkeys(FEATURES))

    @property
    def names(self) -> tuple[str, ...]:
        """Of the impressions that it predicts."""
        return tuple(self._of_all)

    def told_of(self, name: str) -> Mapping[str, Any]:
        """What is known of how well it predicts an impression: ``r``, its interval, ``error``."""
        found: Mapping[str, Any] = self.about["impressions"][name]
        return found

    def predict(self, features: Features) -> dict[str, Prediction]:
        """All impressions that it knows of.

        Where nothing is known of the voice, what learned from words alone predicts. Any other
        feature that was not measured counts as that of the mean interview, and the error grows by
        what it would have explained.
        """
        values = [features[name] for name in FEATURES]
        raw = np.array([[math.nan if v is None else v for v in values]])
        rows, known = standardised(raw, self._mean, self._scale)
        judges = self._of_all
        if not known[0][[name in OF_THE_ROOM for name in FEATURES]].any():
            judges = {**judges, **self._of_words}
        return {name: self._predict(judge, rows[0], known[0]) for name, judge in judges.items()}

    def _predict(self, judge: _Judge, row: Floats, known: NDArray[np.bool_]) -> Prediction:
        regressor = judge.regressor
        gone = regressor.uses & ~known
        # how much it answers to each of them here, by small steps to either side
        steps = np.diag(np.full(len(row), 0.5))
        slopes = np.where(gone, regressor(row + steps) - regressor(row - steps), 0.0)
        unknown = float(slopes @ self._covariance @ slopes)
        names = np.array(list(FEATURES))
        return Prediction(
            float(regressor(row[None])[0]),
            math.sqrt(judge.error**2 + max(0.0, unknown)),
            tuple(map(str, names[regressor.uses & known])),
            tuple(map(str, names[gone])),
            judge.r,
        )


@dataclass(frozen=True, slots=True)
class _Judge:
    """What predicts an impression, and how well."""

    regressor: Regressor
    error: float
    r: float


def _judges(
    arrays: Mapping[str, NDArray[Any]], told: Mapping[str, Mapping[str, Any]], ending: str
) -> dict[str, _Judge]:
    return {
        name: _Judge(
            Regressor(
                arrays[f"{name}{ending}.uses"] > 0,
                *(
                    arrays[f"{name}{ending}.{part}"].astype(np.float64)
                    for part in ("support", "hidden", "output")
                ),
            ),
            float(of["error"]),
            float(of["r"]),
        )
        for name, of in told.items()
    }


def standardised(rows: Floats, mean: Floats, scale: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """(n, f) features in standard deviations, 0 for unknown ones, and (n, f) which are known.

    Args:
        rows: (n, f); NaN for what was not measured.
        mean: (f,) of those learned from.
        scale: (f,) their spread.
    """
    z = (rows - mean) / scale
    of_the_room = np.array([name in OF_THE_ROOM for name in FEATURES])
    known = np.isfinite(z) & ~(of_the_room & (np.abs(z) > FARTHEST))
    return np.where(known, z, 0.0), known


@functools.cache
def impression_model() -> ImpressionModel:
    """The one that ships, loaded once.

    Raises:
        ModelError: it is missing or damaged.
    """
    return ImpressionModel()
