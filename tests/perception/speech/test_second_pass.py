"""An answer heard again, whole: cut where the voice paused, each word where it was said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from game.bench.spoken import transcripts
from perception.errors import ModelError
from perception.microphone.decoding import read_sound
from perception.speech.base import FASTER_WHISPER, SpeechSettings
from perception.speech.second_pass import LONGEST_PART_S, SecondPass, parts_of
from perception.speech.word_error_rate import plain_words, word_error_rate
from tests.lanes import some_always
from tests.perception.speech.test_speech import check_times

RATE_HZ = 16_000


def test_a_long_answer_is_cut_at_its_longest_pauses() -> None:
    speech = [(1.0, 9.0), (9.4, 17.0), (19.0, 30.0), (30.3, 41.0), (42.5, 60.0)]
    parts = list(parts_of((0.7, 60.3), speech))
    assert parts == [(0.7, 18.0), (18.0, 41.75), (41.75, 60.3)]
    assert list(parts_of((0.0, 20.0), speech)) == [(0.0, 20.0)]


def test_an_answer_without_a_pause_is_cut_all_the_same() -> None:
    parts = list(parts_of((0.0, 100.0), [(0.0, 100.0)]))
    assert [b - a <= LONGEST_PART_S for a, b in parts] == [True] * 4
    assert [a for a, _ in parts[1:]] == [b for _, b in parts[:-1]]


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize("without", some_always(("", ",".join(FASTER_WHISPER.values())), ""))
def test_two_recordings_and_a_pause_become_one_answer(
    data_dir: Path, without: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECRUITER_WITHOUT", without)
    names = ("speech/librivox_0870.wav", "speech/sb_spk1_snt1.wav")
    one, other = (read_sound(data_dir / name) for name in names)
    sound = np.concatenate([one, np.zeros(2 * RATE_HZ, np.float32), other])
    turn_s = 10.0 + len(one) / RATE_HZ
    speech = [(10.1, turn_s), (turn_s + 2.1, 10.0 + len(sound) / RATE_HZ)]
    shares: list[float] = []
    second = SecondPass(SpeechSettings())
    words = second.transcribe(sound, RATE_HZ, 10.0, speech, shares.append)
    assert second.name == words.source == ("pocketsphinx" if without else "faster-whisper")
    check_times(words, 10.0, 10.0 + len(sound) / RATE_HZ)
    said = transcripts(data_dir)
    text = " ".join(said[name] for name in names)
    # two voices in one sound are more than pocketsphinx's one mean can follow
    assert word_error_rate(text, words.text) <= (0.65 if without else 0.06)
    silent = [w for w in words.words if w.start_s > turn_s + 0.1 and w.end_s < turn_s + 2.0]
    assert silent == []
    assert "much" in plain_words(words.text) and shares == sorted(shares) and shares[-1] == 1.0


def test_a_recogniser_that_is_not_here_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECRUITER_MODELS", str(tmp_path))
    monkeypatch.setenv("RECRUITER_WITHOUT", ",".join(FASTER_WHISPER.values()))
    with pytest.raises(ModelError, match="models get"):
        SecondPass(SpeechSettings(recogniser="whisper"))
    assert SecondPass(SpeechSettings(recogniser="none")).name == "none"
