"""The voice of a machine without any: captions and a moving mouth, timed by the text."""

from __future__ import annotations

import numpy as np

from game.pronunciation import tokens
from game.visemes import phones_by_length, visemes_from_phones, words_from_phones
from game.voice import Utterance

_RATE_HZ = 16_000
_TAIL_S = 0.1


class SilentVoice:
    """Gives every line the length that it would have if spoken, and no sound.

    Args:
        speaker: taken for the sake of the other voices; silence has only one.
    """

    notice: str | None = (
        "no voice is installed, so lines are shown but not heard; run: sudo apt-get install flite"
    )

    def __init__(self, speaker: str = "female") -> None:
        self.name = "silent"

    def render(self, text: str) -> Utterance:
        """See ``game.voice.Voice.render``."""
        line = tokens(text)
        phones = phones_by_length(line)
        samples = np.zeros(round((phones[-1].end_s + _TAIL_S) * _RATE_HZ), np.float32)
        return Utterance(
            text=text,
            samples=samples,
            rate_hz=_RATE_HZ,
            visemes=visemes_from_phones(phones, len(samples) / _RATE_HZ),
            words=words_from_phones(line, phones),
        )
