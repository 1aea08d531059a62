"""Speech to text with pocketsphinx and the English model in its package; needs no download."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from perception.errors import ModelError
from perception.pitch import PitchEstimator
from perception.types import Word, Words
from perception.voice import level_dbfs

_FRAME_S = 0.01
_SHORTEST_S = 0.1
"""No word is shorter, and the decoder fails on nothing at all."""
_RATE_HZ = 16_000
_FAINTEST_DBFS = -65.0
"""Below this level no speech can be understood."""
_VARIANT = re.compile(r"\(\d+\)$")


_FILLER_CONFIDENCE = 0.5
"""A hesitation is inferred, not recognised; about half of what is called one is one."""


class _Segment(NamedTuple):
    word: str
    begin: int
    end: int
    probability: float


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
        # Asked for words, the decoder finds some in silence as well.
        if len(samples) < _SHORTEST_S * rate_hz or level_dbfs(samples) < _FAINTEST_DBFS:
            return Words(t_start_s, t_end_s, "", source=self.name)
        scaled = np.clip(np.round(samples * 32768), -32768, 32767).astype(np.int16)
        self._decoder.start_utt()
        self._decoder.process_raw(scaled.tobytes(), full_utt=True)
        self._decoder.end_utt()
        # The lattice's posteriors exist only once the best path has been asked for.
        if self._decoder.hyp() is None:
            return Words(t_start_s, t_end_s, "", source=self.name)
        segments = [
            _Segment(s.word, s.start_frame, s.end_frame + 1, float(s.prob))
            for s in self._decoder.seg()
        ]
        words = tuple(_words(segments, samples, t_start_s))
        if not words:
            return Words(t_start_s, t_end_s, "", source=self.name)
        text = " ".join(word.text for word in words)
        return Words(words[0].start_s, words[-1].end_s, text, words, source=self.name)


def _words(
    segments: Sequence[_Segment], samples: NDArray[np.float32], t_start_s: float
) -> Iterator[Word]:
    for index, (word, begin, end, probability) in enumerate(segments):
        start_s, end_s = t_start_s + begin * _FRAME_S, t_start_s + end * _FRAME_S
        if word[0] not in "<[":
            yield Word(_VARIANT.sub("", word), start_s, end_s, min(1.0, max(0.0, probability)))
        elif word == "[SPEECH]" and _is_hesitation(segments, index, samples):
            yield Word("uh", start_s, end_s, _FILLER_CONFIDENCE)


def _is_hesitation(segments: Sequence[_Segment], index: int, samples: NDArray[np.float32]) -> bool:
    """Whether speech that is no word is an "um" or "uh".

    The language model was trained without hesitations, so they come out as unknown speech. One
    stands beside a pause, lasts 0.15 to 0.9 s, and keeps its pitch (Shriberg 2001, on the flat and
    low pitch of filled pauses).
    """
    segment = segments[index]
    if not 15 <= segment.end - segment.begin <= 90:
        return False
    if not any(segments[i].word[0] == "<" for i in (index - 1, index + 1)):
        return False
    step = _RATE_HZ // 50
    sound = samples[segment.begin * _RATE_HZ // 100 : segment.end * _RATE_HZ // 100]
    estimator = PitchEstimator(_RATE_HZ)
    heard = [estimator.update(sound[i : i + step]) for i in range(0, len(sound) - step + 1, step)]
    voiced = [hz for hz in heard[2:] if hz is not None]  # the window fills with the first blocks
    if len(voiced) < 0.5 * (len(heard) - 2) or len(voiced) < 4:
        return False
    semitones = 12 * np.log2(np.array(voiced))
    return float(np.percentile(semitones, 80) - np.percentile(semitones, 20)) < 2.0
