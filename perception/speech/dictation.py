"""What a recogniser does with the utterances that reach it, open ones and ended ones.

It is understood while they speak, so that little is left to do at the end: a recogniser that can
stream is fed chunk by chunk; any other one recognises an open utterance anew as soon as the voice
pauses, and when nothing is added to it, that was its final text. Where it falls behind it does
less, see :mod:`perception.speech.recognition_pace`.
"""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from perception.errors import ModelError
from perception.process.link import Begin, Link
from perception.signal.noise_reduction import reduce_noise, snr_db, treble_raised
from perception.signal.pcm import to_floats
from perception.speech.base import (
    Recogniser,
    SpeechSettings,
    StreamingRecogniser,
    create,
    lesser_than,
)
from perception.speech.hallucination import believable
from perception.speech.recognition_pace import ENDED, RARE, RecognitionPace
from perception.speech.utterance import Utterance, UtteranceChunk
from perception.speech.vocabulary import Vocabulary
from perception.speech.word_times import within_speech
from perception.types import Event, Words
from perception.voice.fillers import find_filled_pauses, with_fillers

_DUTY = 1.6
"""A recogniser rests this many times as long as its last words so far took: at most 0.4 of a core
goes to them."""

_LEAST_CLEANED_S = 1.5
"""s of sound below which there is too little beside the speech to tell the noise from."""


@dataclass(frozen=True, slots=True)
class Transcription:
    """The recogniser's answer to one utterance."""

    number: int
    words: Words
    took_s: float
    """Seconds that recognition took from the utterance's end on."""
    snr_db: float | None = None
    """Speech over noise in dB; None where it could not be measured."""
    left: bool = False
    """Whether it came so late that it is left to the second pass, and has no words for now."""


class Dictation:
    """Utterances and chunks of them in, words out.

    Args:
        recogniser: what understands them.
        settings: how often words so far are told, and when noise is taken out.
        clock: seconds, for that pace.
        now: session time, to know how far behind it is; None for recordings, which wait.
        lesser: makes a quicker recogniser to go on with where this one falls behind.
        since_s: session time from which it could listen; what was said before is not behind for it.
    """

    def __init__(
        self,
        recogniser: Recogniser,
        settings: SpeechSettings | None = None,
        clock: Callable[[], float] = time.perf_counter,
        now: Callable[[], float] | None = None,
        lesser: Callable[[], Recogniser] | None = None,
        since_s: float = float("-inf"),
    ) -> None:
        self._settings = settings or SpeechSettings()
        self._pace = RecognitionPace(self._settings.pace)
        self._now = now
        self._since_s = since_s
        self._lesser = lesser
        self._use(recogniser)
        self._clock = clock
        self._open: _Open | None = None
        self._told_s = float("-inf")
        self._took_s = 0.0

    def _use(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser
        self._stream = recogniser if isinstance(recogniser, StreamingRecogniser) else None

    def transcribe(
        self, items: Sequence[Utterance | UtteranceChunk]
    ) -> Iterator[Transcription | Words | Event]:
        """Works through what has come, oldest first.

        Yields:
            A transcription per utterance; of one still open, words so far with ``final`` False,
            as often as the settings say and only while nothing waits behind them.
        """
        ended = {item.number for item in items if isinstance(item, Utterance)}
        for item in items:
            behind_s = self._behind_s(item)
            yield from self._note(behind_s)
            if isinstance(item, Utterance):
                yield self._left(item) if self._pace.leaves(behind_s) else self.conclude(item)
            elif item.number not in ended and self._pace.step != ENDED:
                self._grow(item)
                if item is items[-1]:
                    yield from self._so_far(item)

    def _behind_s(self, item: Utterance | UtteranceChunk) -> float:
        """Seconds from the end of some sound to now; 0 of a recording, which waits."""
        if self._now is None:
            return 0.0
        offset = item.offset if isinstance(item, UtteranceChunk) else 0
        end_s = item.t_start_s + (offset + len(item.samples)) / item.rate_hz
        return max(0.0, self._now() - max(end_s, self._since_s))

    def _note(self, behind_s: float) -> list[Event]:
        if self._now is None:
            return []
        told = self._pace.note(behind_s, self._now())
        if self._pace.step == ENDED and self._lesser is not None:
            lesser, self._lesser = self._lesser, None
            self._open = None
            self._use(lesser())
        return told

    def _left(self, utterance: Utterance) -> Transcription:
        self._open = None
        end_s = utterance.t_start_s + utterance.span_s
        nothing = Words(utterance.t_start_s, end_s, "", source=self._recogniser.name)
        return Transcription(utterance.number, nothing, 0.0, left=True)

    def conclude(self, utterance: Utterance) -> Transcription:
        """Gives the final words of an utterance, whether chunks of it came before or not."""
        began_s = self._clock()
        sound = utterance.floats()
        if self.wants_reduction(sound, utterance.rate_hz, _spans(utterance)):
            self._open = None
            cleaned = reduce_noise(sound, utterance.rate_hz)
            words = self._recogniser.transcribe(cleaned, utterance.rate_hz, utterance.t_start_s)
        else:
            words = self._words(utterance, sound)
        words = within_speech(believable(words, utterance.speech), utterance.speech)
        if words.language in (None, "en"):
            # the network knows English hesitations; held vowels end words of other languages
            pauses = find_filled_pauses(sound, utterance.rate_hz)
            words = with_fillers(words, pauses, utterance.t_start_s)
        took_s = self._clock() - began_s
        snr = snr_db(sound, utterance.rate_hz, _spans(utterance), utterance.noise_dbfs)
        return Transcription(utterance.number, words, took_s, snr)

    def wants_reduction(
        self, sound: NDArray[np.float32], rate_hz: int, speech: Sequence[tuple[float, float]] = ()
    ) -> bool:
        """Whether the recogniser understands this better with the noise taken out.

        Args:
            sound: (n,) mono, -1...1.
            rate_hz: samples per second.
            speech: (start_s, end_s) of speech from the first sample, where that is known.
        """
        if not self._recogniser.wants_clean or len(sound) < _LEAST_CLEANED_S * rate_hz:
            return False
        heard = snr_db(treble_raised(sound), rate_hz, speech)
        return heard is not None and heard < self._settings.clean_below_db

    def _words(self, utterance: Utterance, sound: NDArray[np.float32]) -> Words:
        known, self._open = self._open, None
        if known is not None and known.fits(utterance):
            if self._stream is not None:
                self._stream.feed(utterance.samples[known.length :])
                return self._stream.finish()
            if known.words is not None and known.words_length == len(utterance.samples):
                return replace(known.words, final=True)
        return self._recogniser.transcribe(sound, utterance.rate_hz, utterance.t_start_s)

    def _grow(self, chunk: UtteranceChunk) -> None:
        if chunk.offset == 0:
            self._open = _Open(chunk.number, chunk.t_start_s)
            if self._stream is not None:
                self._stream.begin(chunk.rate_hz, chunk.t_start_s)
        known = self._open
        if known is None or known.number != chunk.number or known.length != chunk.offset:
            self._open = None  # a chunk was lost on the way; the whole utterance will come
            return
        known.length += len(chunk.samples)
        if self._stream is not None:
            self._stream.feed(chunk.samples)
        else:
            known.samples.append(chunk.samples)

    def _so_far(self, chunk: UtteranceChunk) -> Iterator[Words]:
        known, every_s = self._open, self._settings.partial_every_s
        if known is None or every_s == 0:
            return
        if self._pace.step == RARE:
            every_s = max(every_s, self._pace.settings.rare_every_s)
        rest_s = max(every_s, _DUTY * self._took_s)
        if not chunk.paused and self._clock() - self._told_s < rest_s:
            return
        began_s = self._clock()
        if self._stream is not None:
            words = self._stream.so_far()
        else:
            words = self._recognise_open(known, chunk.rate_hz)
        self._told_s = self._clock()
        self._took_s = self._told_s - began_s
        if words.text and words.text != known.told:
            known.told = words.text
            yield replace(words, words=(), final=False)

    def _recognise_open(self, known: _Open, rate_hz: int) -> Words:
        sound = to_floats(np.concatenate(known.samples))
        known.words = self._recogniser.transcribe(sound, rate_hz, known.t_start_s)
        known.words_length = known.length
        return known.words


@dataclass(slots=True)
class _Open:
    """An utterance that is still being spoken."""

    number: int
    t_start_s: float
    length: int = 0
    samples: list[NDArray[np.int16]] = field(default_factory=list)
    told: str = ""
    words: Words | None = None
    words_length: int = 0

    def fits(self, utterance: Utterance) -> bool:
        same = self.number == utterance.number and self.length <= len(utterance.samples)
        return same and abs(self.t_start_s - utterance.t_start_s) < 0.5 / utterance.rate_hz


def _spans(utterance: Utterance) -> list[tuple[float, float]]:
    """Its speech, in seconds from its first sample."""
    return [(a - utterance.t_start_s, b - utterance.t_start_s) for a, b in utterance.speech]


@dataclass
class RecogniserWork:
    """The recognising process: utterances in, transcriptions and words so far out."""

    name: str
    """As for ``perception.speech.base.create``."""
    settings: SpeechSettings
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    or_else: str | None = None
    """The recogniser to use where that one's weights turn out to be damaged."""

    def run(self, link: Link) -> None:
        """Recognises until asked to stop."""
        if hasattr(os, "nice"):
            os.nice(self.settings.niceness)
        recogniser, in_its_place = self._recogniser()
        dictation = self._dictation(recogniser, link)
        self._tell(in_its_place, link)
        link.ready()
        while not link.stopping:
            link.beat()
            commands = link.commands()
            for number, command in enumerate(commands):
                if isinstance(command, Begin):
                    # the weights stay; what was being understood belonged to the part before
                    link.begin(command)
                    dictation = self._dictation(recogniser, link)
                    self._tell(in_its_place, link)
                    link.ready()
                    commands = commands[number + 1 :]
                    break
            for item in dictation.transcribe(commands):
                link.post(item)
            link.wait_stopping(0.01)

    def _recogniser(self) -> tuple[Recogniser, str | None]:
        """The recogniser, and what is to be said where it is not the one that was meant."""
        try:
            return create(self.name, self.settings.language, self.vocabulary), None
        except ModelError as error:
            if self.or_else is None:
                raise
            recogniser = create(self.or_else, self.settings.language, self.vocabulary)
            return recogniser, f"{error}; {self.or_else} listens in its place"

    @staticmethod
    def _tell(message: str | None, link: Link) -> None:
        if message is not None:
            link.event("speech_to_text", "mode", message=message)

    def _dictation(self, recogniser: Recogniser, link: Link) -> Dictation:
        lesser = lesser_than(self.name, self.settings.language)
        make = None
        if lesser is not None:
            make = functools.partial(create, lesser, self.settings.language, self.vocabulary)
        now = link.clock.now
        return Dictation(recogniser, self.settings, now=now, lesser=make, since_s=now())
