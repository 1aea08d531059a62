"""Speech detection by Silero VAD v5/v6, run from its ONNX file without torch.

The network takes 64 samples of context and 512 new ones at 16 kHz, and carries a state of shape
(2, 1, 128) from block to block.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from perception.errors import ModelError
from perception.models.network_onnxruntime import open_network

_CONTEXT = 64
_BLOCK = 512


class SileroDetector:
    """Probability of speech, block by block.

    Raises:
        ModelError: onnxruntime or the package that carries the network is missing.
        StorageError: no cache can be written.
    """

    def __init__(self) -> None:
        self._network = open_network(str(_network_file()), "speech detection")
        self._rate = np.array(16_000, np.int64)
        self._input = np.zeros((1, _CONTEXT + _BLOCK), np.float32)
        self._state = np.zeros((2, 1, 128), np.float32)

    def probability(self, samples: NDArray[np.float32]) -> float:
        """Probability (0...1) of speech in the next 512 samples at 16 kHz."""
        if samples.shape != (_BLOCK,):
            raise ValueError(f"a block has shape ({_BLOCK},), not {samples.shape}")
        self._input[0, :_CONTEXT] = self._input[0, -_CONTEXT:]
        self._input[0, _CONTEXT:] = samples
        probability, self._state = self._network.run(
            None, {"input": self._input, "state": self._state, "sr": self._rate}
        )
        return float(probability[0, 0])

    def reset(self) -> None:
        """Forgets the blocks before."""
        self._input[:] = 0
        self._state = np.zeros_like(self._state)


def _network_file() -> Path:
    # Found without importing the package, whose own import pulls in torch and torchaudio.
    spec = importlib.util.find_spec("silero_vad")
    folders = [] if spec is None else list(spec.submodule_search_locations or [])
    for folder in folders:
        path = Path(folder) / "data" / "silero_vad.onnx"
        if path.is_file():
            return path
    raise ModelError(
        "speech detection needs silero's network; install it with: pip install --no-deps silero-vad"
    )
