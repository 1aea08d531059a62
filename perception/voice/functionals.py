"""Functionals of a voice for researchers: the 88 of eGeMAPS v02, as far as a back-end gives them.

The set is that of Eyben et al. (2016, "The Geneva Minimalistic Acoustic Parameter Set (GeMAPS) for
voice research and affective computing", IEEE Transactions on Affective Computing 7, 190-202), under
openSMILE's names. The interview uses none of it; ``run.py report SESSION --functionals`` and
``run.py analyze RECORDING --functionals`` write it.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from perception.errors import InputError

BACKENDS: dict[str, str] = {
    "praat": "perception.voice.functionals_praat:PraatFunctionals",
    "opensmile": "perception.voice.functionals_opensmile:OpenSmileFunctionals",
}
"""Name to "module:Class". ``praat`` is this project's own and always here; ``opensmile`` is the
original, whose licence allows research only."""


def _names() -> tuple[str, ...]:
    contour = ["amean", "stddevNorm", "percentile20.0", "percentile50.0", "percentile80.0"]
    contour += ["pctlrange0-2", "meanRisingSlope", "stddevRisingSlope"]
    contour += ["meanFallingSlope", "stddevFallingSlope"]
    both = ("amean", "stddevNorm")
    names = [f"F0semitoneFrom27.5Hz_sma3nz_{s}" for s in contour]
    names += [f"loudness_sma3_{s}" for s in contour]
    plain = ("spectralFlux", "mfcc1", "mfcc2", "mfcc3", "mfcc4")
    names += [f"{d}_sma3_{s}" for d in plain for s in both]
    voiced = ["jitterLocal", "shimmerLocaldB", "HNRdBACF", "logRelF0-H1-H2", "logRelF0-H1-A3"]
    for n in (1, 2, 3):
        voiced += [f"F{n}frequency", f"F{n}bandwidth", f"F{n}amplitudeLogRelF0"]
    voiced += ["alphaRatioV", "hammarbergIndexV", "slopeV0-500", "slopeV500-1500"]
    voiced += ["spectralFluxV", "mfcc1V", "mfcc2V", "mfcc3V", "mfcc4V"]
    names += [f"{d}_sma3nz_{s}" for d in voiced for s in both]
    unvoiced = ("alphaRatioUV", "hammarbergIndexUV", "slopeUV0-500", "slopeUV500-1500")
    names += [f"{d}_sma3nz_amean" for d in (*unvoiced, "spectralFluxUV")]
    names += ["loudnessPeaksPerSec", "VoicedSegmentsPerSec"]
    names += ["MeanVoicedSegmentLengthSec", "StddevVoicedSegmentLengthSec"]
    names += ["MeanUnvoicedSegmentLength", "StddevUnvoicedSegmentLength"]
    names += ["equivalentSoundLevel_dBp"]
    return tuple(names)


EGEMAPS = _names()
"""The 88 names, in openSMILE's order."""


class FunctionalsExtractor(Protocol):
    """Gives the functionals of a sound."""

    name: str
    """Of the back-end and its version, for the file that it ends up in."""

    def extract(self, samples: NDArray[np.float32], rate_hz: int) -> Mapping[str, float]:
        """Functionals of (n,) mono samples, -1...1, under names of ``EGEMAPS``.

        What cannot be told of this sound, or not by this back-end, is left out.
        """
        ...


def create_functionals(name: str = "praat") -> FunctionalsExtractor:
    """The back-end called ``name``.

    Raises:
        InputError: there is no such back-end.
        ModelError: its package is missing.
    """
    if name not in BACKENDS:
        raise InputError(f"functionals '{name}': unknown; use one of {', '.join(BACKENDS)}")
    module, _, cls = BACKENDS[name].partition(":")
    extractor: FunctionalsExtractor = getattr(importlib.import_module(module), cls)()
    return extractor
