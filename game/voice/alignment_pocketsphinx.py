"""Known text aligned to its sound by pocketsphinx: phone times for a voice that tells none."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from game.voice.pronunciation import Token, guess_phones
from game.voice.visemes import Phone
from perception.signal.resampling import resample

_RATE_HZ = 16_000
_FRAME_S = 0.01
_TO_CMU = {"ax": "AH"}
_ONE_AT_A_TIME = threading.Lock()  # one decoder serves all voices
_SILENCES = ("SIL", "+SPN+", "+NSN+")


def align(line: Sequence[Token], samples: NDArray[np.float32], rate_hz: int) -> tuple[Phone, ...]:
    """Finds when each phone of a line sounds (forced alignment in two passes, words then phones).

    Words that the dictionary lacks are aligned by their guessed phones.

    Args:
        line: what is said.
        samples: (n,) mono, of this line and nothing else.
        rate_hz: samples per second.

    Returns:
        Phones in order; empty where pocketsphinx is not installed or the text does not fit the
        sound, so that a caller can fall back on the envelope.
    """
    with _ONE_AT_A_TIME:
        decoder = _decoder()
        return _align(decoder, line, samples, rate_hz) if decoder is not None else ()


def _align(
    decoder: Any, line: Sequence[Token], samples: NDArray[np.float32], rate_hz: int
) -> tuple[Phone, ...]:
    words = [w for token in line for w in re.findall(r"[a-z']+|\d", token.spoken.lower())]
    for word in words:
        if decoder.lookup_word(word) is None:
            phones = (_TO_CMU.get(name, name.upper()) for name in guess_phones(word))
            decoder.add_word(word, " ".join(phones), True)
    sound = resample(samples, rate_hz, _RATE_HZ)
    pcm = (np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()
    try:
        decoder.set_align_text(" ".join(words))
        _decode(decoder, pcm)
        decoder.set_alignment()
        _decode(decoder, pcm)
    except RuntimeError:
        return ()  # the sound does not fit the text; that is an answer, and the caller's to meet
    found = decoder.get_alignment()
    if found is None:
        return ()
    phones_found: list[Phone] = []
    for word in found:
        for phone in word:
            start_s = phone.start * _FRAME_S
            name = "pau" if phone.name in _SILENCES else phone.name.lower()
            phones_found.append(Phone(start_s, start_s + phone.duration * _FRAME_S, name))
    return tuple(phones_found)


def _decode(decoder: Any, pcm: bytes) -> None:
    decoder.start_utt()
    decoder.process_raw(pcm, full_utt=True)
    decoder.end_utt()


@lru_cache(maxsize=1)
def _decoder() -> Any:
    """The aligner with its bundled English model, or None where it is not installed."""
    try:
        from pocketsphinx import Decoder
    except ImportError:
        return None
    return Decoder(samprate=_RATE_HZ, lm=None, loglevel="FATAL")
