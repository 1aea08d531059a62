"""Speech to text with pocketsphinx and the English model in its package; needs no download."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from perception.errors import ModelError
from perception.types import Word, Words

_FRAME_S = 0.01
_RATE_HZ = 16_000
_VARIANT = re.compile(r"\(\d+\)$")


class PocketsphinxRecogniser:
    """Decodes whole utterances, which halves the errors of decoding them as they come.

    Confidence is the posterior probability of a word in the decoder's lattice.

    Raises:
        ModelError: the package is missing.
    """

    name = "pocketsphinx"

    def __init__(self) -> None:
        try:
            import pocketsphinx
        except ModuleNotFoundError:
            raise ModelError(
                "speech to text 'pocketsphinx' needs its package; "
                "install it with: pip install pocketsphinx"
            ) from None
        self._decoder = pocketsphinx.Decoder(samprate=_RATE_HZ, loglevel="FATAL")

    def transcribe(self, samples: NDArray[np.float32], rate_hz: int, t_start_s: float) -> Words:
        """Recognises one utterance of 16 kHz sound."""
        if rate_hz != _RATE_HZ:
            raise ValueError(f"pocketsphinx hears {_RATE_HZ} Hz, not {rate_hz} Hz")
        t_end_s = t_start_s + len(samples) / rate_hz
        scaled = np.clip(np.round(samples * 32768), -32768, 32767).astype(np.int16)
        self._decoder.start_utt()
        self._decoder.process_raw(scaled.tobytes(), full_utt=True)
        self._decoder.end_utt()
        # The lattice's posteriors exist only once the best path has been asked for.
        if self._decoder.hyp() is None:
            return Words(t_start_s, t_end_s, "", source=self.name)
        words = tuple(
            Word(
                _VARIANT.sub("", segment.word),
                t_start_s + segment.start_frame * _FRAME_S,
                t_start_s + (segment.end_frame + 1) * _FRAME_S,
                min(1.0, max(0.0, float(segment.prob))),
            )
            for segment in self._decoder.seg()
            if segment.word[0] not in "<["
        )
        if not words:
            return Words(t_start_s, t_end_s, "", source=self.name)
        text = " ".join(word.text for word in words)
        return Words(words[0].start_s, words[-1].end_s, text, words, source=self.name)
