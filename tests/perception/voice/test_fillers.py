"""Filled pauses in real and in made sound, and how they go among a recogniser's words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from game.bench.deliverytruth import FILLERS, UNLEARNED_READERS
from game.training.vowelsounds import FULL_VOWELS, MURMUR, RATE_HZ, Mouth, held_sound, tone
from perception.errors import ModelError
from perception.microphone.decoding import read_sound
from perception.types import Word, Words
from perception.voice.fillers import FilledPause, FillerNetwork, find_filled_pauses, with_fillers

CENTRAL = (620.0, 1350.0, 2450.0, 3400.0)


@pytest.mark.data
@pytest.mark.parametrize("name", FILLERS)
def test_filled_pauses_are_found_where_they_are(data_dir: Path, name: str) -> None:
    found = find_filled_pauses(read_sound(data_dir / name), RATE_HZ)
    assert len(found) == len(FILLERS[name])
    for pause, (start_s, end_s) in zip(found, FILLERS[name], strict=True):
        assert pause.start_s == pytest.approx(start_s, abs=0.3)
        assert pause.end_s == pytest.approx(end_s, abs=0.3)
        assert 0.6 <= pause.confidence <= 1.0


@pytest.mark.data
@pytest.mark.parametrize("name", UNLEARNED_READERS)
def test_readers_do_not_hesitate(data_dir: Path, name: str) -> None:
    assert find_filled_pauses(read_sound(data_dir / name), RATE_HZ) == ()


@pytest.mark.data
@pytest.mark.parametrize(("closed", "kind"), [(True, "um"), (False, "uh")])
def test_a_hesitation_put_into_a_reading_is_found(data_dir: Path, closed: bool, kind: str) -> None:
    reading = read_sound(data_dir / "speech/lj_LJ050-0131.wav")
    rng = np.random.default_rng(3)
    sounds = [(0.25, CENTRAL), (0.25, MURMUR)] if closed else [(0.45, CENTRAL)]
    put = held_sound(rng, Mouth(170.0, 1.15), sounds) * np.float32(0.12)
    cut = int(4.25 * RATE_HZ)  # in the pause between two phrases
    quiet = np.zeros(int(0.2 * RATE_HZ), np.float32)
    talk = np.concatenate([reading[:cut], quiet, put, quiet, reading[cut:]])
    talk += np.random.default_rng(4).normal(0, 3e-4, len(talk)).astype(np.float32)
    (found,) = find_filled_pauses(talk, RATE_HZ)
    assert found.start_s == pytest.approx(4.45, abs=0.1)
    assert found.end_s == pytest.approx(4.45 + len(put) / RATE_HZ, abs=0.15)
    assert found.kind == kind


@pytest.mark.data
def test_other_held_sounds_are_none(data_dir: Path) -> None:
    """A vowel of a word that is drawn out, a note, and noise."""
    reading = read_sound(data_dir / "speech/lj_LJ050-0131.wav")
    rng = np.random.default_rng(5)
    quiet = np.zeros(int(0.2 * RATE_HZ), np.float32)
    cut = int(4.25 * RATE_HZ)
    for put in (
        held_sound(rng, Mouth(190.0, 1.15), [(0.5, FULL_VOWELS[0])]),
        held_sound(rng, Mouth(190.0, 1.15), [(0.5, FULL_VOWELS[6])]),
        tone(rng, 0.6),
        rng.uniform(-1, 1, RATE_HZ // 2).astype(np.float32),
    ):
        talk = np.concatenate([reading[:cut], quiet, put * np.float32(0.12), quiet, reading[cut:]])
        talk += np.random.default_rng(6).normal(0, 3e-4, len(talk)).astype(np.float32)
        assert find_filled_pauses(talk, RATE_HZ) == ()


@pytest.mark.parametrize("count", [0, 1, 100, RATE_HZ])
def test_silence_holds_none(count: int) -> None:
    assert find_filled_pauses(np.zeros(count, np.float32), RATE_HZ) == ()


def test_another_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="8000 Hz"):
        find_filled_pauses(np.zeros(8000, np.float32), 8000)


def test_another_model_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "fillers.npz"
    np.savez(path, about=np.array("{}"), w0=np.zeros((3, 2), np.float16))
    with pytest.raises(ModelError, match="models train fillers"):
        FillerNetwork(path)


def words(*given: tuple[str, float, float, float | None]) -> Words:
    said = tuple(Word(*word) for word in given)
    text = " ".join(w.text for w in said)
    return Words(said[0].start_s, said[-1].end_s, text, said, source="test")


PAUSE = FilledPause(0.5, 1.0, "um", 0.8)
"""At 10.5 to 11.0 s where its sound begins at 10 s."""


def test_a_filled_pause_goes_between_the_words() -> None:
    told = with_fillers(words(("so", 10.1, 10.4, 0.9), ("I", 11.2, 11.3, 0.9)), [PAUSE], 10.0)
    assert told.text == "so um I"
    assert told.words[1] == Word("um", 10.5, 11.0, 0.8)
    assert (told.t_start_s, told.t_end_s, told.source) == (10.1, 11.3, "test")


@pytest.mark.parametrize(
    ("word", "kept"),
    [
        (("the", 10.5, 10.9, 0.6), False),  # what an "um" is often taken for
        (("the", 10.5, 10.9, None), False),
        (("the", 10.5, 10.9, 0.97), True),
        (("arms", 10.55, 10.95, 0.2), False),  # doubted
        (("done", 10.5, 11.0, 0.95), True),  # a word that the recogniser is sure of
        (("done", 10.5, 11.0, None), True),
        (("um", 10.7, 11.2, 0.99), False),  # written down already: the sound's time is better
    ],
)
def test_only_a_mishearing_gives_way(
    word: tuple[str, float, float, float | None], kept: bool
) -> None:
    told = with_fillers(words(("so", 10.0, 10.3, 0.9), word), [PAUSE], 10.0)
    assert told.text == (f"so {word[0]}" if kept else "so um")


def test_a_word_that_reaches_into_a_filled_pause_ends_before_it() -> None:
    told = with_fillers(words(("project", 9.9, 11.5, 0.9), ("is", 11.5, 11.7, 0.9)), [PAUSE], 10.0)
    assert [w.text for w in told.words] == ["project", "um", "is"]
    assert told.words[0].end_s == 10.5


def test_a_filled_pause_may_be_all_that_is_said() -> None:
    told = with_fillers(Words(10.0, 12.0, "", source="test"), [PAUSE], 10.0)
    assert (told.text, told.t_start_s, told.t_end_s) == ("um", 10.5, 11.0)


def test_text_without_word_times_is_left_alone() -> None:
    plain = Words(10.0, 12.0, "so I went", source="test")
    assert with_fillers(plain, [PAUSE], 10.0) is plain
    assert with_fillers(plain, [], 10.0) is plain
