"""One speaker's sound made another person's, by Praat's "Change gender" (Boersma & Weenink).

The sound is resampled, which moves its formants, and brought back to its own length with another
pitch by overlap and add (PSOLA, Moulines & Charpentier 1990); so times within it stay as they are.
"""

from __future__ import annotations

import threading

import numpy as np
import parselmouth
from numpy.typing import NDArray
from parselmouth.praat import call

_FLOOR_HZ, _CEILING_HZ = 75.0, 500.0
_ONE_AT_A_TIME = threading.Lock()
_SEED = "dummy = random_initializeWithSeedUnsafelyButPredictably (1)"
_UNSEED = "dummy = random_initializeSafelyAndUnpredictably ()"


def change_timbre(
    samples: NDArray[np.float32],
    rate_hz: int,
    formant_ratio: float,
    pitch_hz: float,
    pitch_range: float,
) -> NDArray[np.float32]:
    """Gives a voice other formants and another pitch.

    Args:
        samples: (n,) mono.
        rate_hz: samples per second.
        formant_ratio: factor on the formants: below 1 for a longer vocal tract.
        pitch_hz: what the median of its pitch becomes; 0 to leave it.
        pitch_range: factor on the distance of its pitch from the median.

    Returns:
        (n,) samples. Sound in which no pitch is found is given back as it is.
    """
    sound = parselmouth.Sound(samples.astype(np.float64), rate_hz)
    try:
        with _ONE_AT_A_TIME:
            # it places what has no pitch by chance: the same sound is to become the same
            parselmouth.praat.run(_SEED)
            changed = call(
                sound,
                "Change gender",
                _FLOOR_HZ,
                _CEILING_HZ,
                formant_ratio,
                pitch_hz,
                pitch_range,
                1.0,
            )
            parselmouth.praat.run(_UNSEED)
    except parselmouth.PraatError:
        return samples
    found = changed.values[0].astype(np.float32)
    # resampling rounds its length by a sample or two
    return np.pad(found, (0, max(0, len(samples) - len(found))))[: len(samples)]
