"""How much live recognition costs, from which set-up picks the size of Whisper."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from perception.speech.base import StreamingRecogniser

_STEP_S = 1.0
"""s of speech from one showing of words to the next."""


def measure_load(
    recogniser: StreamingRecogniser, samples: NDArray[np.int16], rate_hz: int
) -> float:
    """Seconds of processor time per second of speech that live recognition takes.

    Words so far come every second. What else the machine is busy with does not count.

    Args:
        recogniser: loaded, and used once before.
        samples: (n,) of speech, full scale 32768.
        rate_hz: samples per second.
    """
    step = round(_STEP_S * rate_hz)
    recogniser.begin(rate_hz, 0.0)
    began_s = time.process_time()
    for begin in range(0, len(samples), step):
        recogniser.feed(samples[begin : begin + step])
        recogniser.so_far()
    recogniser.finish()
    return (time.process_time() - began_s) * rate_hz / len(samples)
