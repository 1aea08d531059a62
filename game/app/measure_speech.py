"""Measures, at set-up, which size of Whisper this machine keeps up with.

A voice of the program speaks a few sentences, and Whisper listens to them as it would live. Where
the best size takes too much of a core, the next one is fetched and tried. The result lies in the
cache; ``doctor`` shows it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from game.setup import borrowing, install
from game.voice import base as voices
from perception.errors import ModelError, RecruiterError
from perception.interrupt import end_politely
from perception.models.borrowed import is_here
from perception.signal.pcm import to_int16
from perception.signal.resampling import resample
from perception.speech.base import FASTER_WHISPER, StreamingRecogniser, create
from perception.speech.keeping_up import MOST_LOAD, remember
from perception.speech.live_load import measure_load

RATE_HZ = 16_000
SENTENCES = (
    "I have worked in a small team for about three years, and most of the time I looked after our "
    "customers. Once a delivery came a week late, so I called every one of them myself."
)
"""What is listened to: some eleven seconds, as an answer would be."""

_TRIES = 3
"""Times that it is measured; the least counts, since a busy machine makes it only worse."""

Progress = Callable[[float, str], None]


def measure(progress: Progress) -> dict[str, float]:
    """Tries the sizes that are here, best first, until one is quick enough.

    Args:
        progress: told the share done and a few words.

    Returns:
        Size to its load, seconds per second of speech; empty where there is nothing to measure.
    """
    sound = _spoken()
    loads: dict[str, float] = {}
    for number, (size, weights) in enumerate(FASTER_WHISPER.items()):
        share = number / len(FASTER_WHISPER)
        if sound is None or not _have(weights, loads, share, progress):
            continue
        progress(share, f"listening with {weights}")
        try:
            recogniser = create(f"faster-whisper:{size}")
        except ModelError:
            continue  # damaged: doctor says so, and the program hears with another
        assert isinstance(recogniser, StreamingRecogniser)
        measure_load(recogniser, sound[:RATE_HZ], RATE_HZ)  # the first use is slower
        loads[size] = min(measure_load(recogniser, sound, RATE_HZ) for _ in range(_TRIES))
        if loads[size] <= MOST_LOAD:
            break
    if loads:
        remember(min(loads, key=lambda size: (loads[size] > MOST_LOAD, loads[size])), loads)
    progress(1.0, "done")
    return loads


def _have(weights: str, loads: dict[str, float], share: float, progress: Progress) -> bool:
    """Whether weights are here; those of a smaller size are fetched once a better was too slow."""
    if not is_here(weights) and loads:
        try:
            borrowing.get(
                weights, install.log_path("setup"), lambda doing, _: progress(share, doing)
            )
        except RecruiterError:
            return False  # the better size goes on, with words that come more rarely
    return is_here(weights)


def _spoken() -> NDArray[np.int16] | None:
    """(n,) samples of the sentences; None where no voice of the program can speak here."""
    try:
        spoken = voices.choose_voice("auto").render(SENTENCES)
    except ModelError:
        return None
    if not np.any(spoken.samples):
        return None
    return to_int16(resample(spoken.samples, spoken.rate_hz, RATE_HZ))


def main() -> int:
    """Measures and tells its progress: lines of share, tab and words.

    Returns:
        3 where something breaks, 130 where it was ended.
    """
    end_politely()  # it may have started a pip that must end, too
    try:
        measure(lambda share, text: print(f"{share:.3f}\t{text}", flush=True))
    except RecruiterError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
