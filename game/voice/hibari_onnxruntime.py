"""The network of the voice "hibari", in three parts: how long, how high, and the sound of it.

The parts meet where each symbol's duration is known, and where pitch and energy are, so that these
can be read (mouth shapes, word times) and changed (rate, emphasis, the melody of a question). Left
as they are, what comes out is what the whole network gives, but for rounding.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from game.voice.onnx_graph import Tensor, cut
from game.voice.vocoder import Spectra
from perception.models.borrowed import known, read_file
from perception.models.network_onnxruntime import open_network

GUEST = "hibari-heart"
"""Where the network comes from, in ``perception.models.borrowed``."""
MODEL_FILE = "hibari.onnx"
UNIT_S = 0.025
"""Seconds of one unit of duration; two frames."""
MOST_SYMBOLS = 400
"""Longest stretch that the network is given at once; it has heard no longer ones."""
_FEATURES, _DURATIONS = "/Transpose_55_output_0", "/Clip_output_0"
_PITCH, _ENERGY = "f0", "/Mul_62_output_0"
_SPECTRA = ("lh", "theta", "ln", "lr", "phi")
_FLOAT = 1
_FEATURE_SIZE = 192


@dataclass(frozen=True, slots=True)
class Prosody:
    """How a stretch is to be said."""

    ids: NDArray[np.int64]
    """(n + 2,) symbols by number, with the silence before and after them."""
    units: NDArray[np.float32]
    """(n + 2,) how long each is held, in ``UNIT_S``."""
    pitch_hz: NDArray[np.float32]
    """(2 · units,) per frame of 12.5 ms; below 40 where there is no voice."""
    energy: NDArray[np.float32]
    """(2 · units,) in the network's own measure."""


class HibariNetwork:
    """Runs the network on one thread.

    Raises:
        ModelError: the guest is missing or damaged, or onnxruntime is not installed.
        StorageError: no cache can be written.
    """

    def __init__(self) -> None:
        model = read_file(GUEST, MODEL_FILE)
        self._numbers: dict[str, int] = json.loads(read_file(GUEST, "vocab.json"))
        units = {_DURATIONS: Tensor(_FLOAT, (0,))}
        features = {_FEATURES: Tensor(_FLOAT, (1, _FEATURE_SIZE, 0))}
        curves = {name: Tensor(_FLOAT, (1, 0)) for name in (_PITCH, _ENERGY)}
        self._timer = open_network(cut(model, {}, (_DURATIONS, _FEATURES)), "voice hibari")
        self._singer = open_network(cut(model, units | features, (_PITCH, _ENERGY)), "voice hibari")
        self._speaker = open_network(cut(model, units | curves, _SPECTRA), "voice hibari")

    def knows(self, symbol: str) -> bool:
        """Whether a symbol can be said."""
        return symbol in self._numbers

    def plan(self, symbols: str, rate: Sequence[float] | NDArray[np.float64]) -> Prosody:
        """How symbols are to be said.

        Args:
            symbols: n of those that it knows, at most ``MOST_SYMBOLS``.
            rate: (n,) factor on the rate at which each is said.
        """
        ids = np.array([0, *(self._numbers[symbol] for symbol in symbols), 0], np.int64)
        # at its own speed: it rounds each duration by itself, so that most would not change at all
        own, features = self._timer.run(None, {"ids": ids[None], "speed": np.ones(1, np.float32)})
        units = _stretched(own.reshape(-1), np.concatenate(([1.0], rate, [1.0])))
        pitch, energy = self._singer.run(None, {_DURATIONS: units, _FEATURES: features})
        return Prosody(ids, units, pitch[0], energy[0])

    def speak(self, prosody: Prosody) -> Spectra:
        """Spectra of what was planned."""
        fed = {
            "ids": prosody.ids[None],
            _DURATIONS: prosody.units,
            _PITCH: prosody.pitch_hz[None],
            _ENERGY: prosody.energy[None],
        }
        return Spectra(*(part[0] for part in self._speaker.run(None, fed)))


def _stretched(units: NDArray[np.float32], rate: NDArray[np.float64]) -> NDArray[np.float32]:
    """Whole units whose sums keep to the rate; at least one each."""
    wanted = given = 0.0
    stretched = np.empty_like(units)
    for at, (own, factor) in enumerate(zip(units.tolist(), rate.tolist(), strict=True)):
        wanted += own / factor
        stretched[at] = max(1.0, round(wanted - given))
        given += float(stretched[at])
    return stretched


def model_sha256() -> str:
    """Of the network's file, as it has to be."""
    return next(file.sha256 for file in known(GUEST).files if file.name == MODEL_FILE)
