"""Answers improved: real speech with its pauses, fillers and flat pitch, measured again after."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from perception.microphone.decoding import read_sound
from perception.signal.pcm import to_floats
from perception.speech.base import SpeechSettings
from perception.speech.second_pass import SecondPass
from perception.speech.word_error_rate import word_error_rate
from perception.types import Word
from perception.voice.fillers import find_filled_pauses
from perception.voice.pauses import find_pauses
from perception.voice.prosody_praat import pitch_track
from scoring.resynthesis.answer import MOST_FACTOR, ImprovedAnswer, Wish, improved
from scoring.resynthesis.cuts import KEPT_AT_END_S, KEPT_S, LONG_S, Cut, Heard, find_cuts
from scoring.resynthesis.joining import without

RATE_HZ = 16_000
USUAL_ST = 2.0
ALL = Wish(True, True, USUAL_ST)


def room(seconds: float, seed: int = 1) -> NDArray[np.float32]:
    """A quiet room."""
    noise = np.random.default_rng(seed).normal(0, 2e-4, round(seconds * RATE_HZ))
    return noise.astype(np.float32)


def paused(pieces: list[NDArray[np.float32]], silences: list[float], texts: list[str]) -> Heard:
    """Pieces of speech with silences between them; each with its words as one."""
    sound, words, speech = [room(0.4)], [], []
    at = 0.4
    for piece, silence, text in zip(pieces, [*silences, 0.4], texts, strict=True):
        length = len(piece) / RATE_HZ
        words.append(Word(text, at, at + length, 0.95))
        speech.append((at, at + length))
        sound += [piece, room(silence)]
        at += length + silence
    samples = np.concatenate(sound)
    pauses = find_pauses(samples, RATE_HZ, speech)
    return Heard(samples, RATE_HZ, tuple(words), pauses)


def longest_silence(answer: ImprovedAnswer, spans: list[tuple[float, float]]) -> float:
    """The longest pause of the result between stretches of speech, as the report measures them."""
    found = find_pauses(to_floats(answer.samples), answer.rate_hz, spans)
    return max((b - a for a, b in found), default=0.0)


@pytest.fixture(scope="module")
def reader(data_dir: Path) -> NDArray[np.float32]:
    """Seven seconds of a reader without a pause at their ends."""
    sound = read_sound(data_dir / "speech/librivox_0880.wav")
    loud = np.flatnonzero(np.abs(sound) > 0.02)
    return sound[loud[0] : loud[-1]]


@pytest.mark.data
def test_long_pauses_become_short_and_others_stay(reader: NDArray[np.float32]) -> None:
    heard = paused([reader] * 4, [2.5, 0.7, 1.6], ["and then", "we went", "home.", "Good."])
    lengths = [b - a for a, b in heard.pauses if b - a > 0.6]
    assert lengths == pytest.approx([2.5, 0.7, 1.6], abs=0.1)
    cuts = find_cuts(heard)
    assert [cut.pauses for cut in cuts] == [1, 1], "0.7 s is no long pause"
    taken = [cut.end_s - cut.start_s for cut in cuts]
    assert taken == pytest.approx([2.5 - KEPT_S, 1.6 - KEPT_AT_END_S], abs=0.1)
    answer = improved(3, heard, Wish(True, False, None))
    assert answer.pauses_shortened == 2 and answer.fillers_removed == 0
    entry = answer.entry()
    assert entry["original_s"] - entry["duration_s"] == pytest.approx(sum(taken), abs=0.011)
    length = len(reader) / RATE_HZ
    spans, at = [], 0.4
    for silence in (2.5 - taken[0], 0.7, 1.6 - taken[1], 0.0):
        spans.append((at, at + length))
        at += length + silence
    assert longest_silence(answer, spans) < LONG_S
    assert entry["file"] == "improved/question_3.wav"
    assert "2 long pauses are shorter" in entry["told"]


@pytest.mark.data
def test_joins_are_not_heard_as_clicks(reader: NDArray[np.float32]) -> None:
    heard = paused([reader] * 3, [1.9, 1.4], ["one", "two", "three"])
    answer = improved(1, heard, Wish(True, False, None))
    steps, before = np.diff(answer.samples.astype(int)), np.diff(answer.original.astype(int))
    assert np.abs(steps).max() <= np.abs(before).max()
    assert abs(answer.samples[0]) <= 1 and abs(answer.samples[-1]) <= 3
    # cut in the middle of a vowel, too: the join moves to a crossing and goes over
    steady = 0.3 * np.sin(2 * np.pi * 130 * np.arange(RATE_HZ) / RATE_HZ).astype(np.float32)
    joined = without(steady, RATE_HZ, [(0.3012, 0.6037)])
    assert np.abs(np.diff(joined)).max() <= np.abs(np.diff(steady)).max() * 1.02
    assert len(steady) - len(joined) == pytest.approx(0.3025 * RATE_HZ, abs=2 * 0.005 * RATE_HZ)


def test_a_cut_at_either_end_leaves_the_rest() -> None:
    tone = 0.2 * np.sin(2 * np.pi * 200 * np.arange(2 * RATE_HZ) / RATE_HZ).astype(np.float32)
    for cut in ((0.0, 0.5), (1.5, 2.0)):
        left = without(tone, RATE_HZ, [cut])
        assert len(left) == pytest.approx(1.5 * RATE_HZ, abs=100)
    assert len(without(tone, RATE_HZ, [])) == len(tone)


@pytest.fixture(scope="module")
def hesitant(data_dir: Path) -> NDArray[np.float32]:
    """Someone who really says "um" three times in 27 s of a noisy room."""
    return read_sound(data_dir / "speech/disfluent/acoustic_corpus.wav")


def with_words(sound: NDArray[np.float32], speech: list[tuple[float, float]]) -> Heard:
    """A sound whose transcript has the fillers that its detector finds, and nothing else."""
    told = find_filled_pauses(sound, RATE_HZ)
    words = tuple(Word(each.kind, each.start_s, each.end_s, each.confidence) for each in told)
    return Heard(sound, RATE_HZ, words, find_pauses(sound, RATE_HZ, speech))


@pytest.mark.data
def test_a_filler_between_silences_goes_with_one_of_them(hesitant: NDArray[np.float32]) -> None:
    def part(from_s: float, to_s: float) -> NDArray[np.float32]:
        return hesitant[round(from_s * RATE_HZ) : round(to_s * RATE_HZ)]

    hush = part(16.9, 17.4)
    sound = np.concatenate(
        [part(8.7, 13.6), hush, part(22.99, 23.57), hush, part(18.7, 22.1), part(24.7, 26.5)]
    )
    heard = with_words(sound, [(0.1, 4.85), (5.4, 5.98), (6.48, 9.9)])
    assert len(heard.words) == 1
    answer = improved(1, heard, ALL)
    assert answer.fillers_removed == 1
    assert find_filled_pauses(to_floats(answer.samples), RATE_HZ) == ()
    (cut,) = find_cuts(heard)
    assert cut.start_s < 5.5 and cut.end_s > 5.9
    (left,) = find_pauses(to_floats(answer.samples), RATE_HZ, [(0.1, 4.85), (5.35, 8.8)])
    assert left[1] - left[0] == pytest.approx(KEPT_S, abs=0.15), "one pause, no longer than usual"


@pytest.mark.data
def test_of_fillers_only_those_go_that_stand_apart(hesitant: NDArray[np.float32]) -> None:
    speech = [(0.9, 7.3), (8.06, 13.5), (14.2, 16.6), (18.7, 22.1), (22.6, 23.57), (24.2, 25.1)]
    heard = with_words(hesitant, speech)
    assert len(heard.words) == 3
    cuts = find_cuts(heard, shorten=False)
    assert len(cuts) == 1, "two run into the words beside them"
    assert any(w.start_s - 0.2 < cuts[0].start_s < w.end_s for w in heard.words)
    answer = improved(1, heard, Wish(False, True, None))
    assert len(find_filled_pauses(to_floats(answer.samples), RATE_HZ)) == 2
    # a transcript that knows of none keeps them, and so does a sound that holds none
    unknown = Heard(hesitant, RATE_HZ, (), heard.pauses)
    assert find_cuts(unknown, shorten=False) == ()
    misheard = Heard(hesitant, RATE_HZ, (Word("um", 4.0, 4.3, 0.99),), heard.pauses)
    assert find_cuts(misheard, shorten=False) == ()


@pytest.mark.data
@pytest.mark.parametrize("name", ["003060064", "011350225", "021160089", "025380004"])
def test_a_flat_pitch_comes_into_the_usual_band(data_dir: Path, name: str) -> None:
    speaker = read_sound(data_dir / f"speech/accent_mandarin/{name}.wav")
    sound = np.concatenate([speaker, speaker])
    answer = improved(1, Heard(sound, RATE_HZ, (), ()), ALL)
    assert 1.25 <= answer.pitch_range_factor <= MOST_FACTOR
    before, after = spread(to_floats(answer.original)), spread(to_floats(answer.samples))
    assert before[1] < USUAL_ST < after[1] < 4.0
    assert after[0] == pytest.approx(before[0], rel=0.02), "it is the same voice"
    assert len(answer.samples) == len(answer.original)
    assert "clearly more" in answer.told() or "a little more" in answer.told()
    again = improved(1, Heard(sound, RATE_HZ, (), ()), ALL)
    assert again.files() == answer.files()


@pytest.mark.data
def test_a_lively_pitch_stays_as_it_is(data_dir: Path) -> None:
    sound = read_sound(data_dir / "speech/lj_LJ050-0131.wav")
    answer = improved(1, Heard(sound, RATE_HZ, (), ()), ALL)
    assert answer.pitch_range_factor == 1.0
    assert (answer.samples == answer.original).all()
    assert answer.gain == 0.0


def spread(samples: NDArray[np.float32]) -> tuple[float, float]:
    """Median (Hz) and standard deviation (semitones) of a pitch, as the report measures them."""
    track = pitch_track(samples, RATE_HZ)
    assert track is not None
    median = float(np.median(track.hz))
    semitones = 12 * np.log2(track.hz / median)
    return median, float(np.std(semitones[np.abs(semitones) < 12]))


def test_a_word_or_a_loud_sound_in_a_pause_keeps_it() -> None:
    t = np.arange(RATE_HZ) / RATE_HZ
    buzz = sum(np.sin(2 * np.pi * 120 * k * t) / k for k in range(1, 12)) * 0.08
    voice = np.asarray(buzz, np.float32)
    plain = paused([voice, voice], [2.0], ["so", "yes"])
    assert len(find_cuts(plain)) == 1
    inside = Heard(
        plain.samples, RATE_HZ, (*plain.words, Word("wait", 2.2, 2.5, 0.9)), plain.pauses
    )
    assert find_cuts(inside) == (), "words of which the sound shows nothing are in doubt"
    cough = plain.samples.copy()
    cough[round(2.3 * RATE_HZ) : round(2.5 * RATE_HZ)] += voice[: round(0.2 * RATE_HZ)]
    loud = Heard(cough, RATE_HZ, plain.words, plain.pauses)
    assert find_cuts(loud) == ()
    assert find_cuts(plain, shorten=False) == ()
    assert find_cuts(Heard(room(0.01), RATE_HZ, (), ())) == ()


def test_a_stretched_word_does_not_keep_a_pause() -> None:
    t = np.arange(RATE_HZ) / RATE_HZ
    voice = np.asarray(sum(np.sin(2 * np.pi * 110 * k * t) / k for k in range(1, 9)) * 0.1)
    heard = paused([voice.astype(np.float32)] * 2, [2.0], ["so", "yes"])
    words = (heard.words[0], Word("yes", 1.5, 4.4, 0.9))
    (cut,) = find_cuts(Heard(heard.samples, RATE_HZ, words, heard.pauses))
    assert isinstance(cut, Cut) and cut.end_s - cut.start_s == pytest.approx(1.5, abs=0.1)


@pytest.mark.data
@pytest.mark.slow
def test_the_words_are_still_understood(data_dir: Path, reader: NDArray[np.float32]) -> None:
    said = read_sound(data_dir / "speech/librivox_0870.wav")
    heard = paused([said, reader], [2.2], ["him", "man"])
    answer = improved(1, heard, Wish(True, True, 4.0))
    assert answer.pauses_shortened >= 1 and answer.pitch_range_factor > 1.2
    recogniser = SecondPass(SpeechSettings(), None)
    texts = []
    for sound in (to_floats(answer.original), to_floats(answer.samples)):
        whole = (0.0, len(sound) / RATE_HZ)
        texts.append(recogniser.transcribe(sound, RATE_HZ, 0.0, [whole]).text)
    assert len(texts[0].split()) > 20
    assert word_error_rate(texts[0], texts[1]) <= 0.1, texts
