"""Kokoro's network: StyleTTS 2 (Li et al. 2023) made small, in one ONNX graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from game.voice.onnx_graph import cut, inputs_of, nodes, outputs_of
from game.voice.users_files import UsersNetwork, require_inputs
from perception.errors import ModelError

RATE_HZ = 24_000
STYLE = 256
"""Numbers of a speaker's style."""
LONGEST = 400
"""Symbols that it is given at once; it takes 510."""
_TOKENS = ("tokens", "input_ids")
"""What the symbols are called in the two exports that go round."""


class KokoroNetwork:
    """Runs on one thread.

    Args:
        model: the file's bytes.
        user: what needs it, for messages.

    Raises:
        ModelError: the file is another network, or onnxruntime is missing.
    """

    def __init__(self, model: bytes, user: str) -> None:
        names = inputs_of(model)
        self._tokens = next((name for name in _TOKENS if name in names), _TOKENS[0])
        require_inputs(model, {self._tokens, "style", "speed"}, user)
        (sound,) = outputs_of(model)[:1]
        # how long each symbol is held is rounded to whole units at one place in the graph
        rounded = [step.outputs[0] for step in nodes(model) if step.operator == "Round"]
        self._durations = rounded[0] if len(rounded) == 1 else ""
        outputs = (sound, self._durations) if self._durations else (sound,)
        self._network = UsersNetwork(cut(model, {}, outputs), user)
        self._user = user

    @property
    def tells_durations(self) -> bool:
        """Whether it says how long each symbol is held."""
        return bool(self._durations)

    def speak(
        self, numbers: Sequence[int], style: NDArray[np.float32], speed: float
    ) -> tuple[NDArray[np.float32], NDArray[np.float64] | None]:
        """Says one stretch.

        Args:
            numbers: n symbols, at most ``LONGEST``.
            style: (256,) of the speaker.
            speed: factor on its own rate.

        Returns:
            (samples,) mono at ``RATE_HZ``, and (n + 2,) seconds for which each symbol and the
            silences around them are held; None where the graph hides it.

        Raises:
            ModelError: the network fails.
        """
        fed: dict[str, Any] = {
            self._tokens: np.array([[0, *numbers, 0]], np.int64),
            "style": style[None].astype(np.float32),
            "speed": np.array([speed], np.float32),
        }
        sound, *told = self._network.run(fed)
        samples = sound.reshape(-1).astype(np.float32)
        if not told:
            return samples, None
        units = np.maximum(told[0].reshape(-1).astype(np.float64), 1.0)
        if len(units) != len(numbers) + 2:
            raise ModelError(f"{self._user}: its network tells durations of something else")
        return samples, units * (len(samples) / RATE_HZ / units.sum())
