"""The voice of a machine without any: captions and a moving mouth, timed by the text."""

from __future__ import annotations

import numpy as np

from dialogue.content.persona import Speech
from game.voice.base import RenderedSpeech
from game.voice.pronunciation import tokens
from game.voice.visemes import Phone, phones_by_length, visemes_from_phones, words_from_phones

_RATE_HZ = 16_000
_TAIL_S = 0.1


class SilentVoice:
    """Gives every line the length that it would have if spoken, and no sound.

    Args:
        speaker: taken for the sake of the other voices; silence has only one.
        speech: its pace sets how long lines are shown.
    """

    def __init__(self, speaker: str = "female", speech: Speech | None = None) -> None:
        self.name = "silent"
        self.notice: str | None = (
            "no voice is installed, so lines are shown but not heard; "
            "run: sudo apt-get install flite"
        )
        self._pace = speech.pace if speech else 1.0

    def render(self, text: str) -> RenderedSpeech:
        """See ``game.voice.base.Voice.render``."""
        line = tokens(text)
        phones = [
            Phone(phone.start_s / self._pace, phone.end_s / self._pace, phone.name)
            for phone in phones_by_length(line)
        ]
        samples = np.zeros(round((phones[-1].end_s + _TAIL_S) * _RATE_HZ), np.float32)
        return RenderedSpeech(
            text=text,
            samples=samples,
            rate_hz=_RATE_HZ,
            visemes=visemes_from_phones(phones, len(samples) / _RATE_HZ),
            words=words_from_phones(line, phones),
        )
