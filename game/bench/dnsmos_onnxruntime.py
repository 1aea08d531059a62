"""What listeners would think of speech: DNSMOS P.808 (Reddy, Gopal & Cutler 2021).

A network that learned from ratings which people gave to speech after ITU-T P.808, from 1 (bad) to
5 (excellent). Its features are a mel spectrum in decibels: windows of 321 samples every 10 ms at
16 kHz, 120 bands on Slaney's scale (Auditory Toolbox, 1998), the loudest at 0 dB; decibels d are
given as (d + 40) / 40.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from perception.models.borrowed import is_here, read_file
from perception.models.network_onnxruntime import open_network
from perception.signal.resampling import resample
from perception.signal.slaney_mel import slaney_filters

GUEST = "dnsmos-p808"
"""Where the network comes from, in ``perception.models.borrowed``."""
RATE_HZ = 16_000
_LENGTH = int(9.01 * RATE_HZ)  # that of the recordings it learned from
_EVERY = RATE_HZ
_LEFT_OUT = 160  # the last 10 ms, which the network's own frame count leaves no room for
_WINDOW, _HOP, _BANDS = 321, 160, 120
_RANGE_DB = 80.0  # what is farther below the loudest counts as this


class ListenersRating:
    """Predicts ratings.

    Raises:
        ModelError: the guest is missing or damaged.
    """

    def __init__(self) -> None:
        self._network = open_network(read_file(GUEST, "model_v8.onnx"), "bench voice")

    @staticmethod
    def is_here() -> bool:
        """Whether the network is on this machine."""
        return is_here(GUEST)

    def of(self, samples: NDArray[np.float32], rate_hz: int) -> float:
        """Rating of speech, 1...5.

        Args:
            samples: (n,) mono, -1...1; what is shorter than 9 s is repeated until it is not.
            rate_hz: samples per second.
        """
        sound = resample(samples, rate_hz, RATE_HZ)
        while len(sound) < _LENGTH:
            sound = np.concatenate([sound, sound])
        count = max(1, (len(sound) - _LENGTH) // _EVERY + 1)
        return float(np.mean([self._rate(sound[at * _EVERY :][:_LENGTH]) for at in range(count)]))

    def _rate(self, sound: NDArray[np.float32]) -> float:
        features = mel_decibels(sound[:-_LEFT_OUT])
        given = ((features + 40.0) / 40.0).astype(np.float32)
        return float(self._network.run(None, {"input_1": given[None]})[0][0, 0])


def mel_decibels(sound: NDArray[np.float32]) -> NDArray[np.float64]:
    """Mel spectrum of sound at 16 kHz.

    Returns:
        (frames, 120) decibels below the loudest, 0 to -80; frame k is centred on sample 160·k.
    """
    window = np.hanning(_WINDOW + 1)[:-1]
    padded = np.pad(sound.astype(np.float64), _WINDOW // 2)
    cut = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP]
    power = np.abs(np.fft.rfft(cut * window, axis=1)) ** 2
    mel = np.maximum(power @ slaney_filters(RATE_HZ, _WINDOW, _BANDS), 1e-10)
    decibels = 10.0 * np.log10(mel)
    return np.maximum(decibels - decibels.max(), -_RANGE_DB)
