"""Speech to text with pocketsphinx and the English model in its package; needs no download."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from perception.errors import ModelError
from perception.signal.levels import level_dbfs
from perception.signal.pcm import to_floats, to_int16
from perception.speech.g2p import phones_of
from perception.speech.vocabulary import Vocabulary
from perception.types import Word, Words

_FRAME_S = 0.01
_SHORTEST_S = 0.1
"""No word is shorter, and the decoder fails on nothing at all."""
_RATE_HZ = 16_000
_FAINTEST_DBFS = -65.0
"""Below this level no speech can be understood."""
_LEAST_CONFIDENCE = 0.1
"""Mean confidence of an utterance below which nothing was understood: 0.05 in the noise of a room,
0.28 in the recording of speech that is understood worst."""
_VARIANT = re.compile(r"\(\d+\)$")

_SEARCH = {"beam": 1e-60, "pbeam": 1e-60, "maxhmmpf": 6000}
"""Beams wider than the package's 1e-48, with at most so many states alive a frame: on read speech
28 word errors in 98 became 20, for 0.27 of real time in place of 0.20."""

_COLD_S = 1.0
"""s of sound from which the mean of a voice's features is guessed at first."""
_WARM_S = 4.0
"""s of sound after which the mean is known well enough to trust streaming with it."""

_MARK = "~"
"""Ends the dictionary's name of a term, so that it cannot collide with a word that is there."""
_TERM_ODDS = 2e-4
"""Probability of each term at any place: that of a word such as "service" in the model."""
_KNOWN_ENOUGH = 2e-5
"""Terms that the model expects this often by itself are left alone."""
_LEAST_PHONES = 3
"""Shorter terms are heard everywhere."""
_ENTRIES = 72_354
"""Words of the packaged language model; a weight of 1 is one part in so many."""


class _Segment(NamedTuple):
    word: str
    begin: int
    end: int
    probability: float


class PocketsphinxRecogniser:
    """Decodes whole utterances, or utterances as they come.

    The decoder subtracts the mean of a voice's features (cepstral mean normalisation), which makes
    or breaks its accuracy: of the whole utterance where it has that, of the speech before where it
    streams. So the first seconds of a voice are streamed for the words so far only, and decoded
    again as a whole when they have ended.

    Confidence is the posterior probability of a word in the decoder's lattice.

    Args:
        vocabulary: terms to lean towards; each is added to dictionary and language model.

    Raises:
        ModelError: the package is missing.
    """

    name = "pocketsphinx"
    # Measured in white and pink noise: 9 to 20 words in 100 fewer wrong below 12 dB with the treble
    # raised. Of clear speech it spoils 13 in 100, and it does not help against rumble.
    wants_clean = True

    def __init__(self, vocabulary: Vocabulary | None = None) -> None:
        try:
            import pocketsphinx
        except ModuleNotFoundError:
            raise ModelError(
                "speech to text 'pocketsphinx' needs its package; "
                "install it with: pip install pocketsphinx"
            ) from None
        self._decoder = pocketsphinx.Decoder(samprate=_RATE_HZ, loglevel="FATAL", **_SEARCH)
        self._terms = self._learn((vocabulary or Vocabulary()).terms)
        self._t_start_s = 0.0
        self._open = False
        self._fed: list[NDArray[np.int16]] = []
        self._mean: str | None = None
        self._heard_s = 0.0

    def transcribe(self, samples: NDArray[np.float32], rate_hz: int, t_start_s: float) -> Words:
        """Recognises one utterance of 16 kHz sound."""
        _check_rate(rate_hz)
        self._abandon()
        return self._whole(to_int16(samples), t_start_s)

    def begin(self, rate_hz: int, t_start_s: float) -> None:
        """Starts an utterance of 16 kHz sound whose first sample is at ``t_start_s``."""
        _check_rate(rate_hz)
        self._abandon()
        self._t_start_s = t_start_s
        self._fed = []

    def feed(self, samples: NDArray[np.int16]) -> None:
        """Takes the next (n,) samples, full scale 32768, and decodes them."""
        if not len(samples):
            return
        self._fed.append(samples)
        if self._open:
            self._decoder.process_raw(samples.tobytes())
            return
        sound = np.concatenate(self._fed)
        if self._mean is None:
            if len(sound) < _COLD_S * _RATE_HZ:
                return
            mean = self._mean_of(sound)
        else:
            mean = self._mean
        self._decoder.set_cmn(mean)
        self._decoder.start_utt()
        self._open = True
        self._decoder.process_raw(sound.tobytes())

    def so_far(self) -> Words:
        """What is understood by now, not final and without confidence."""
        begin_s = self._t_start_s
        found = self._segments() if self._open else []
        words = [self._plain(s.word) for s in found if s.word[0] not in "<["]
        if not words:
            return Words(begin_s, begin_s, "", final=False, source=self.name)
        spoken = [s for s in found if s.word[0] not in "<["]
        start_s = begin_s + spoken[0].begin * _FRAME_S
        end_s = begin_s + spoken[-1].end * _FRAME_S
        return Words(start_s, end_s, " ".join(words), final=False, source=self.name)

    def finish(self) -> Words:
        """Ends the utterance and gives its words."""
        sound = np.concatenate(self._fed) if self._fed else np.zeros(0, np.int16)
        self._fed = []
        if not self._open or self._heard_s < _WARM_S:
            self._abandon()
            return self._whole(sound, self._t_start_s)
        self._open = False
        self._decoder.end_utt()
        self._mean = self._decoder.get_cmn(True)
        self._heard_s += len(sound) / _RATE_HZ
        return self._result(sound, self._t_start_s)

    def _whole(self, sound: NDArray[np.int16], t_start_s: float) -> Words:
        span_s = len(sound) / _RATE_HZ
        if span_s < _SHORTEST_S or _is_faint(sound):
            return Words(t_start_s, t_start_s + span_s, "", source=self.name)
        self._decoder.start_utt()
        self._decoder.process_raw(sound.tobytes(), full_utt=True)
        mean = self._decoder.get_cmn(False)
        self._decoder.end_utt()
        self._mean = _mixed(self._mean, self._heard_s, mean, span_s)
        self._heard_s += span_s
        return self._result(sound, t_start_s)

    def _result(self, sound: NDArray[np.int16], t_start_s: float) -> Words:
        span_s = len(sound) / _RATE_HZ
        nothing = Words(t_start_s, t_start_s + span_s, "", source=self.name)
        # The lattice's posteriors exist only once the best path has been asked for. Asked for
        # words, the decoder finds some in silence as well.
        if _is_faint(sound) or self._decoder.hyp() is None:
            return nothing
        words = tuple(self._words(self._segments(), t_start_s))
        if not words or _mean_confidence(words) < _LEAST_CONFIDENCE:
            return nothing
        text = " ".join(word.text for word in words)
        return Words(words[0].start_s, words[-1].end_s, text, words, source=self.name)

    def _segments(self) -> list[_Segment]:
        if self._decoder.hyp() is None:
            return []
        return [
            _Segment(s.word, s.start_frame, s.end_frame + 1, float(s.prob))
            for s in self._decoder.seg()
        ]

    def _words(self, segments: Sequence[_Segment], t_start_s: float) -> Iterator[Word]:
        for name, begin, end, probability in segments:
            if name[0] in "<[":
                continue
            parts = self._plain(name).split()
            # A term of several words is one entry; its time is shared out by their letters.
            letters = np.cumsum([0, *map(len, parts)])
            edges = begin + (end - begin) * letters / letters[-1]
            for part, first, last in zip(parts, edges[:-1], edges[1:], strict=True):
                yield Word(
                    part,
                    t_start_s + float(first) * _FRAME_S,
                    t_start_s + float(last) * _FRAME_S,
                    min(1.0, max(0.0, probability)),
                )

    def _plain(self, name: str) -> str:
        name = _VARIANT.sub("", name)
        return self._terms.get(name, name)

    def _abandon(self) -> None:
        if self._open:
            self._decoder.end_utt()
            self._open = False

    def _mean_of(self, sound: NDArray[np.int16]) -> str:
        """Mean of the features of some sound, without decoding it."""
        self._decoder.start_utt()
        self._decoder.process_raw(sound.tobytes(), no_search=True, full_utt=True)
        mean: str = self._decoder.get_cmn(False)
        self._decoder.end_utt()
        return mean

    def _learn(self, terms: Sequence[str]) -> dict[str, str]:
        """Adds terms to dictionary and language model; their names there to how they are written.

        A term becomes an entry of its own even where its word is known, because the model's odds
        of a known word cannot be raised.
        """
        model = self._decoder.get_lm(self._decoder.current_search())
        base = self._decoder.logmath
        sounds: dict[str, str] = {}
        added: dict[str, str] = {}
        for term in terms:
            plain = term.lower()
            if " " not in plain and base.exp(model.prob([plain])) >= _KNOWN_ENOUGH:
                continue
            phones = phones_of(term, self._decoder.lookup_word)
            if len(phones) < _LEAST_PHONES:
                continue
            name = plain.replace(" ", "_") + _MARK
            model.add_word(name, _TERM_ODDS * _ENTRIES)
            sounds[name], added[name] = " ".join(phones), plain
        for left, name in zip(range(len(sounds) - 1, -1, -1), sounds, strict=True):
            self._decoder.add_word(name, sounds[name], left == 0)  # the last brings all to use
        return added


def _mixed(mean: str | None, heard_s: float, new: str, span_s: float) -> str:
    """Mean of both, each counting by its time, of the past at most ``_WARM_S``."""
    if mean is None:
        return new
    share = min(heard_s, _WARM_S) / (min(heard_s, _WARM_S) + span_s)
    values = zip(map(float, mean.split(",")), map(float, new.split(",")), strict=True)
    return ",".join(f"{share * old + (1 - share) * now:.5f}" for old, now in values)


def _mean_confidence(words: Sequence[Word]) -> float:
    return sum(word.confidence or 0.0 for word in words) / len(words)


def _is_faint(sound: NDArray[np.int16]) -> bool:
    return level_dbfs(to_floats(sound)) < _FAINTEST_DBFS


def _check_rate(rate_hz: int) -> None:
    if rate_hz != _RATE_HZ:
        raise ValueError(f"pocketsphinx hears {_RATE_HZ} Hz, not {rate_hz} Hz")
