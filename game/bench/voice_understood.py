"""How well a machine understands a voice: Whisper base over long strings of its lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from perception.models.borrowed import is_here
from perception.signal.resampling import resample
from perception.speech.base import FASTER_WHISPER
from perception.speech.speech_faster_whisper import load_model
from perception.speech.word_error_rate import plain_words, word_errors

_RATE_HZ = 16_000
_LONGEST_S = 28.0  # Whisper hears 30 s at a time
_BETWEEN_S = 0.6


class Listener:
    """Writes down what it hears, on one thread.

    Raises:
        ModelError: the weights are missing or damaged.
    """

    def __init__(self) -> None:
        self._model = load_model("base")

    @staticmethod
    def is_here() -> bool:
        """Whether the weights and their runtime are on this machine."""
        return is_here(FASTER_WHISPER["base"])

    def word_error(
        self, texts: Sequence[str], sounds: Sequence[NDArray[np.float32]], rate_hz: int
    ) -> float:
        """Wrong words per word.

        Args:
            texts: what was said.
            sounds: (n,) samples of each.
            rate_hz: samples per second.
        """
        errors = words = 0
        said: list[str] = []
        string: list[NDArray[np.float32]] = []
        pause = np.zeros(round(_BETWEEN_S * rate_hz), np.float32)
        last = len(texts) - 1
        for place, (text, sound) in enumerate(zip(texts, sounds, strict=True)):
            said += plain_words(text)
            string += [pause, sound]
            following = 0 if place == last else len(sounds[place + 1])
            length_s = (sum(map(len, string)) + following) / rate_hz + 2 * _BETWEEN_S
            if place == last or length_s > _LONGEST_S:
                whole = np.concatenate([*string, pause])
                errors += word_errors(said, self._words(resample(whole, rate_hz, _RATE_HZ)))
                words += len(said)
                said, string = [], []
        return errors / max(1, words)

    def _words(self, sound: NDArray[np.float32]) -> list[str]:
        segments, _ = self._model.transcribe(
            sound,
            language="en",
            beam_size=5,
            temperature=0.0,
            condition_on_previous_text=False,
            without_timestamps=True,
        )
        return plain_words(" ".join(segment.text for segment in segments))
