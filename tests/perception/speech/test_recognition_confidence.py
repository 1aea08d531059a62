"""It is said when the recogniser does not understand, and only then."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from perception.microphone.base import RATE_HZ
from perception.microphone.decoding import read_sound
from perception.pipeline.hearing import HearingSettings, observe_sound
from perception.speech.base import SpeechSettings
from perception.speech.recognition_confidence import RecognitionConfidence, UnderstandingSettings
from perception.types import Event, Word, Words

HARD = ("011350225.wav", "025380004.wav", "004610182.wav", "012920110.wav")
"""Speakers of whom pocketsphinx has about four words in five wrong."""
EASY = (
    "pace_english_fast.wav",
    "pace_english_slow.wav",
    "sb_spk1_snt1.wav",
    "librispeech_61-70968-0000.flac",
)


def said(confidence: float | None, count: int = 10) -> Words:
    words = tuple(Word("word", float(i), i + 0.5, confidence) for i in range(count))
    return Words(0.0, float(count), "word " * count, words)


def test_it_is_said_once_and_once_that_it_is_over() -> None:
    understanding = RecognitionConfidence(UnderstandingSettings(words=20))
    assert understanding.add_words(said(0.2), 1.0) == []  # too few to judge
    (unclear,) = understanding.add_words(said(0.2), 2.0)
    assert (unclear.kind, unclear.source, unclear.t_s) == ("unclear", "speech_to_text", 2.0)
    assert "type" in unclear.data["message"]
    assert understanding.add_words(said(0.2), 3.0) == []
    assert understanding.add_words(said(0.6), 4.0) == []  # half of the newest words: not yet
    (better,) = understanding.add_words(said(0.6), 5.0)
    assert (better.kind, better.data["confidence"]) == ("restored", 0.6)


def test_words_without_confidence_tell_nothing() -> None:
    understanding = RecognitionConfidence()
    assert understanding.add_words(said(None, 100), 1.0) == []


def test_settings_that_contradict_themselves_are_refused() -> None:
    with pytest.raises(ValueError, match="least_confidence <= better_confidence"):
        UnderstandingSettings(least_confidence=0.6, better_confidence=0.5)
    with pytest.raises(ValueError, match="at least 5"):
        UnderstandingSettings(words=2)


@pytest.mark.data
@pytest.mark.parametrize(("names", "understood"), [(HARD, False), (EASY, True)])
def test_real_speakers(
    data_dir: Path, tmp_path: Path, names: tuple[str, ...], understood: bool
) -> None:
    folder = data_dir / "speech" / ("" if understood else "accent_mandarin")
    pieces = []
    for name in names:
        pieces += [read_sound(folder / name), np.zeros(RATE_HZ, np.float32)]
    path = tmp_path / "answers.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        file.writeframes((np.concatenate(pieces) * 32767).astype("<i2").tobytes())
    settings = HearingSettings(speech=SpeechSettings(recogniser="pocketsphinx"))
    observation = observe_sound(path, settings)
    assert sum(len(words.words) for words in observation.words) >= 20
    assert [event for event in observation.events if event.kind == "unclear"] == (
        [] if understood else [_unclear(observation.events)]
    )
    lenient = RecognitionConfidence(UnderstandingSettings(0.01, 0.02))
    assert not any(lenient.add_words(words, words.t_end_s) for words in observation.words)


def _unclear(events: tuple[Event, ...]) -> Event:
    return next(event for event in events if event.kind == "unclear")
