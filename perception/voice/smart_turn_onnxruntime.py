"""Whether speech sounds finished when it pauses: Smart Turn v3.2 (Daily, BSD-2-Clause).

A network made from Whisper tiny's encoder that was trained on recordings of people, of whom some
were done and some went on. It hears melody, tempo and what is said, and judges the sentence: that
an answer of several sentences is over it cannot know.

It takes the last 8 s, with zeros before shorter sound, brought to mean 0 and variance 1, as
Whisper's log mel spectrum (Radford et al. 2022): windows of 400 samples every 160 at 16 kHz, 80
bands on Slaney's scale from 0 to 8 kHz.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from perception.models.borrowed import is_here, read_file
from perception.models.network_onnxruntime import open_network
from perception.signal.slaney_mel import slaney_filters

GUEST = "smart-turn-v3.2"
"""Where the network comes from, in ``perception.models.borrowed``."""
RATE_HZ = 16_000
SPAN_S = 8.0
"""Seconds of sound that it hears."""
_SAMPLES = int(SPAN_S * RATE_HZ)
_WINDOW, _HOP, _BANDS = 400, 160, 80
_FAINT = 1e-10  # power below which all is the same silence
_RANGE = 8.0  # powers of ten below the loudest that are told apart
_LEAST_VARIANCE = 1e-7


class SmartTurn:
    """The network.

    Raises:
        ModelError: the guest is missing or damaged, or onnxruntime is missing.
        StorageError: no cache can be written.
    """

    def __init__(self) -> None:
        model = read_file(GUEST, "smart-turn-v3.2-cpu.onnx")
        self._network: Any = open_network(model, "telling pauses from ends")

    @staticmethod
    def is_here() -> bool:
        """Whether the network is on this machine."""
        return is_here(GUEST)

    def finished(self, samples: NDArray[np.float32]) -> float:
        """Probability (0...1) that speech which pauses at the end of ``samples`` is finished.

        Some 80 ms of one core.

        Args:
            samples: (n,) mono, -1...1, at 16 kHz, the pause's first 0.2 s included; only the last
                8 s count.
        """
        given = log_mel(_last_seconds(samples)).astype(np.float32)
        return float(self._network.run(None, {"input_features": given[None]})[0][0, 0])


def _last_seconds(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """(128000,) the last 8 s, with zeros before what is shorter."""
    kept = samples[-_SAMPLES:]
    return np.pad(kept, (_SAMPLES - len(kept), 0))


def log_mel(sound: NDArray[np.float32]) -> NDArray[np.float64]:
    """Whisper's features of 8 s of sound, brought to mean 0 and variance 1.

    Args:
        sound: (128000,) at 16 kHz.

    Returns:
        (80, 800) frame k is centred on sample 160·k; about -1...1.5.
    """
    wide = sound.astype(np.float64)
    even = (wide - wide.mean()) / np.sqrt(wide.var() + _LEAST_VARIANCE)
    padded = np.pad(even, _WINDOW // 2, mode="reflect")
    cut = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP][:-1]
    power = np.abs(np.fft.rfft(cut * np.hanning(_WINDOW + 1)[:-1], axis=1)) ** 2
    log = np.log10(np.maximum(power @ slaney_filters(RATE_HZ, _WINDOW, _BANDS), _FAINT)).T
    result: NDArray[np.float64] = (np.maximum(log, log.max() - _RANGE) + 4.0) / 4.0
    return result
