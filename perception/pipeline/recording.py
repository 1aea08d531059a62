"""Listening to finished recordings as a live session would have, as fast as possible."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from perception.microphone.base import BLOCK_SAMPLES, RATE_HZ
from perception.microphone.decoding import sound_span_s, stream_sound
from perception.microphone.sound_part import SoundPart
from perception.pipeline.audio import AudioPipeline, Heard, HearingSettings, Sounded
from perception.process.calls import Tell
from perception.speech.base import Recogniser, ReusableRecogniser, choose, create
from perception.speech.dictation import Dictation, Transcription
from perception.speech.recognition_confidence import RecognitionConfidence
from perception.speech.spoken_language import LanguageWatch
from perception.speech.vocabulary import Vocabulary
from perception.types import AudioBlock, Event, ProsodyReading, VoiceReading, Words

_JOIN_PAUSE_S = 1.0
_LONG_S = 12.0
_LONGEST_S = 25.0
"""As in :class:`~perception.speech.base.SpeechSettings`, where nobody waits for words."""


@dataclass(frozen=True, slots=True)
class SoundObservation:
    """All that was heard in a recording."""

    duration_s: float
    readings: tuple[VoiceReading, ...]
    """One per 32 ms."""
    words: tuple[Words, ...]
    """Finished utterances in order."""
    segments: tuple[tuple[float, float], ...]
    """(start_s, end_s) of stretches of speech."""
    events: tuple[Event, ...]
    """speech_start, speech_end, silent, clipping: as a live session would have posted them."""
    heard: tuple[Heard, ...]
    """Readings, words and events in order: what ``Hearing.poll`` would have given."""
    recogniser: str
    """Name of the recogniser, or "none"."""


LoadRecogniser = Callable[[str, str, Vocabulary | None], Recogniser]
"""Gives a recogniser by its name, the language spoken and the words it should lean towards."""


def observe_sound(
    path: Path,
    settings: HearingSettings | None = None,
    progress: Callable[[float], None] | None = None,
    vocabulary: Vocabulary | None = None,
    load: LoadRecogniser | None = None,
    part: SoundPart | None = None,
) -> SoundObservation:
    """Listens to a recording as fast as possible, for reports of recorded interviews.

    Args:
        path: any sound or video file that PyAV reads; time 0 is the file's.
        settings: as in a live session.
        progress: called with the share (0...1) that is done.
        vocabulary: words that the recogniser should lean towards.
        load: gives a recogniser that has heard nothing yet, when the first word was spoken.
        part: which of its sound; None for the channels of its first track, mixed.

    Raises:
        InputError: the file is missing, empty, not sound, or a video without sound.
        ModelError: a recogniser was asked for that is not here.
    """
    settings = _unhurried(settings or HearingSettings())
    name = choose(settings.speech.recogniser, settings.speech.language)
    dictation: Dictation | None = None
    understanding = RecognitionConfidence(settings.understanding)
    language = LanguageWatch(settings.speech.language, settings.other_language)
    whole_s = sound_span_s(path)
    pipeline = AudioPipeline(settings)
    heard: list[Heard] = []
    end_s = 0.0

    def note(items: list[Sounded]) -> None:
        nonlocal dictation
        for item in items:
            if isinstance(item, VoiceReading | ProsodyReading | Event):
                heard.append(item)
                continue
            if name == "none":
                continue
            if dictation is None:
                recogniser = (load or _load)(name, settings.speech.language, vocabulary)
                dictation = Dictation(recogniser, settings.speech)
            for told in dictation.transcribe([item]):
                if isinstance(told, Transcription) and told.words.text:
                    heard.append(told.words)
                    heard.extend(understanding.add_words(told.words, told.words.t_end_s))
                    heard.extend(language.add_words(told.words, told.words.t_end_s))

    for block in _blocks(path, part):
        note(pipeline.process_block(block))
        end_s = block.t_s + BLOCK_SAMPLES / RATE_HZ
        if progress is not None and whole_s:
            progress(min(1.0, end_s / whole_s))
    note(pipeline.flush())
    return SoundObservation(
        duration_s=whole_s or end_s,
        readings=tuple(item for item in heard if isinstance(item, VoiceReading)),
        words=tuple(item for item in heard if isinstance(item, Words)),
        segments=_segments(heard),
        events=tuple(item for item in heard if isinstance(item, Event)),
        heard=tuple(heard),
        recogniser=name.partition(":")[0],
    )


def _load(name: str, language: str, vocabulary: Vocabulary | None) -> Recogniser:
    return create(name, language, vocabulary, thorough=True)


class RecordingListener:
    """Listens to one recording after another, and loads the recogniser for the first only.

    Answers the calls of a :class:`~perception.process.calls.CallProcess`.
    """

    def __init__(self) -> None:
        self._loaded: tuple[object, ReusableRecogniser] | None = None

    def answer(
        self,
        tell: Tell,
        path: Path,
        settings: HearingSettings,
        vocabulary: Vocabulary | None = None,
        part: SoundPart | None = None,
    ) -> tuple[Heard, ...]:
        """What is heard in a recording, see :func:`observe_sound`; tells the share that is done."""
        return observe_sound(path, settings, tell, vocabulary, self._recogniser, part).heard

    def close(self) -> None:
        """Lets go of the recogniser."""
        self._loaded = None

    def _recogniser(self, *wanted: Any) -> Recogniser:
        if self._loaded is not None and self._loaded[0] == wanted:
            recogniser = self._loaded[1]
            recogniser.renew()
            return recogniser
        made = _load(*wanted)
        self._loaded = (wanted, made) if isinstance(made, ReusableRecogniser) else None
        return made


def _unhurried(settings: HearingSettings) -> HearingSettings:
    """Has an answer heard in long parts: nobody waits for its words, and more is understood."""
    speech = replace(
        settings.speech,
        partial_every_s=0.0,
        join_pause_s=max(settings.speech.join_pause_s, _JOIN_PAUSE_S),
        long_s=max(settings.speech.long_s, _LONG_S),
        longest_s=max(settings.speech.longest_s, _LONGEST_S),
    )
    return replace(settings, speech=speech)


def _blocks(path: Path, part: SoundPart | None) -> Iterator[AudioBlock]:
    rest = np.zeros(0, np.float32)
    taken = 0
    for samples in stream_sound(path, part=part):
        rest = np.concatenate([rest, samples])
        whole = len(rest) // BLOCK_SAMPLES * BLOCK_SAMPLES
        for begin in range(0, whole, BLOCK_SAMPLES):
            yield AudioBlock(taken / RATE_HZ, RATE_HZ, rest[begin : begin + BLOCK_SAMPLES])
            taken += BLOCK_SAMPLES
        rest = rest[whole:]
    if len(rest):
        padded = np.pad(rest, (0, BLOCK_SAMPLES - len(rest)))
        yield AudioBlock(taken / RATE_HZ, RATE_HZ, padded)


def _segments(heard: list[Heard]) -> tuple[tuple[float, float], ...]:
    starts, segments = [], []
    for item in heard:
        if isinstance(item, Event) and item.kind == "speech_start":
            starts.append(float(item.data["t_s"]))
        elif isinstance(item, Event) and item.kind == "speech_end":
            segments.append((starts[-1], float(item.data["t_s"])))
    return tuple(segments)
