"""Speech to text: a stretch of sound becomes words with times.

Recognisers stand behind one protocol and one table; they run in a process of their own, because a
decoder that holds the interpreter would make the ear miss sound.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from perception.types import Words

RECOGNISERS: dict[str, str] = {
    "whisper": "perception.speech_whisper:WhisperRecogniser",
    "pocketsphinx": "perception.speech_pocketsphinx:PocketsphinxRecogniser",
}
"""Name to "module:Class"; a new recogniser is one file and one line here."""


class Recogniser(Protocol):
    """Turns whole utterances into words."""

    name: str

    def transcribe(self, samples: NDArray[np.float32], rate_hz: int, t_start_s: float) -> Words:
        """Recognises one utterance.

        Args:
            samples: (n,) mono, -1...1.
            rate_hz: samples per second.
            t_start_s: session time of the first sample; word times count from session time 0.
        """
        ...


def choose(name: str = "auto") -> str:
    """The recogniser to use: whisper where its weights are, otherwise pocketsphinx.

    Raises:
        InputError: no such recogniser; the message names those that are.
        ModelError: it was asked for by name and its weights or package are missing.
    """
    raise NotImplementedError


def create(name: str) -> Recogniser:
    """Loads the recogniser called ``name`` (not "auto")."""
    raise NotImplementedError
