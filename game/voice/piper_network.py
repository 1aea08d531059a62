"""The network of a Piper voice: VITS (Kim, Kong & Son 2021) in one ONNX graph.

The graph draws random numbers where it decides how long each symbol is held, and again for the
sound, and tells neither. Where it can be parted at these places, which are found by what its steps
do and not by their names, the random numbers come from a seed, so that the same text sounds the
same, and the durations are read. Where it cannot, it is run whole and without random numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from game.voice.onnx_graph import Node, Tensor, cut, nodes, outputs_of
from game.voice.users_files import UsersNetwork, require_inputs

_FLOAT = 1
_DRAWN = "RandomNormalLike"
_DURATION_NOISE = 2
"""Channels of the noise that durations are drawn from, in VITS."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One sentence as a network says it."""

    samples: NDArray[np.float32]
    """(n,) mono."""
    units: NDArray[np.float32] | None
    """(symbols,) how long each is held, in frames of the network; None where the graph hides it."""


class PiperNetwork:
    """Runs a voice's network on one thread.

    Args:
        model: the file's bytes.
        user: what needs it, for messages.
        speaker: number of the speaker, in a voice of several.

    Raises:
        ModelError: the file is no network of such a voice, or onnxruntime is missing.
    """

    def __init__(self, model: bytes, user: str, speaker: int = 0) -> None:
        require_inputs(model, {"input", "input_lengths", "scales"}, user)
        self._speaker = speaker
        self._places = _places(model)
        (sound,) = outputs_of(model)[:1]
        if self._places is None:
            self._whole = UsersNetwork(model, user)
            return
        names = self._places
        channels = Tensor(_FLOAT, (1, _DURATION_NOISE, 0))
        timer = cut(model, {names.duration_noise: channels}, (names.durations, names.shape))
        given = {
            names.durations: Tensor(_FLOAT, (1, 1, 0)),
            names.sound_noise: Tensor(_FLOAT, (1, 0, 0)),
        }
        self._timer = UsersNetwork(timer, user)
        self._sounder = UsersNetwork(cut(model, given, (sound,)), user)

    @property
    def tells_durations(self) -> bool:
        """Whether it says how long each symbol is held."""
        return self._places is not None

    def speak(self, ids: NDArray[np.int64], scales: tuple[float, float, float]) -> Spoken:
        """Says one sentence; the same one gives the same samples.

        Args:
            ids: (n,) symbols by number.
            scales: how much chance there is in the sound, factor on all durations, how much chance
                in the durations.

        Raises:
            ModelError: the network fails on it.
        """
        fed: dict[str, Any] = {
            "input": ids[None],
            "input_lengths": np.array([len(ids)], np.int64),
            "scales": np.array(scales, np.float32),
            "sid": np.array([self._speaker], np.int64),
        }
        names = self._places
        if names is None:
            fed["scales"] = np.array([0.0, scales[1], 0.0], np.float32)
            (sound,) = self._whole.run(fed)
            return Spoken(sound.reshape(-1), None)
        # one seed for every sentence: what is said again sounds the same to the bit
        draw = np.random.default_rng(0)
        shape = (1, _DURATION_NOISE, len(ids))
        fed[names.duration_noise] = draw.standard_normal(shape, np.float32)
        units, like = self._timer.run(fed)
        fed[names.durations] = units
        fed[names.sound_noise] = draw.standard_normal(like.shape, np.float32)
        (sound,) = self._sounder.run(fed)
        return Spoken(sound.reshape(-1), units.reshape(-1))


@dataclass(frozen=True, slots=True)
class _Places:
    """Names of the tensors at which a graph is parted."""

    duration_noise: str
    durations: str
    shape: str
    """One of the shape that the sound's noise has."""
    sound_noise: str


def _places(model: bytes) -> _Places | None:
    steps = nodes(model)
    durations = [step for step in steps if step.operator == "Ceil"]
    drawn = [step for step in steps if step.operator == _DRAWN]
    if len(durations) != 1 or len(drawn) != 2:
        return None
    before = _leading_to(durations[0].outputs[0], steps)
    early = [step for step in drawn if step.outputs[0] in before]
    late = [step for step in drawn if step.outputs[0] not in before]
    if len(early) != 1 or len(late) != 1:
        return None
    return _Places(
        early[0].outputs[0], durations[0].outputs[0], late[0].inputs[0], late[0].outputs[0]
    )


def _leading_to(tensor: str, steps: tuple[Node, ...]) -> set[str]:
    """Tensors from which one is worked out, and itself."""
    made = {name: step for step in steps for name in step.outputs}
    found: set[str] = set()
    waiting = [tensor]
    while waiting:
        name = waiting.pop()
        if name in made and name not in found:
            waiting += made[name].inputs
        found.add(name)
    return found
