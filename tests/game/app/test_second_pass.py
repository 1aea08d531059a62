"""Before the report the answers are heard again: from memory, from their file, and only once."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from game.app.second_pass import hear_again, stretches
from perception.microphone.decoding import read_sound
from perception.signal.pcm import to_int16
from perception.signal.wav import GrowingWav
from perception.speech.base import FASTER_WHISPER
from perception.speech.utterance import Utterance
from scoring.record.session import read_session
from scoring.record.transcript import TRANSCRIPT_FILE
from scoring.report.write import write_report
from tests.scoring.sessions import Answer, Script

RATE_HZ = 16_000
SAID = "speech/librivox_0870.wav"
OTHER = "speech/whisper_jfk.flac"

pytestmark = [pytest.mark.data, pytest.mark.slow]


@pytest.fixture
def recorded(tmp_path: Path, data_dir: Path) -> tuple[Path, np.ndarray, float, float]:
    """A session with two answers that the live recogniser got wrong, and its sound.

    Gives the folder, (n,) samples of the whole session, and when either answer begins.
    """
    one, other = read_sound(data_dir / SAID), read_sound(data_dir / OTHER)
    answers = [Answer("wrong " * 15, 60 * 15 / (len(sound) / RATE_HZ)) for sound in (one, other)]
    script = Script([("a", "Why?", answers[0]), ("b", "How?", answers[1])], camera=False)
    folder = script.write(tmp_path / "session")
    first, second = (span[0] for span in script.speech)
    sound = np.zeros(int((script.end_s + 1) * RATE_HZ), np.float32)
    for begin_s, part in ((first, one), (second, other)):
        at = round(begin_s * RATE_HZ)
        sound[at : at + len(part)] = part[: len(sound) - at]
    return folder, sound, first, second


def keep(folder: Path, sound: np.ndarray) -> None:
    """Writes a session's ``candidate.wav``."""
    wav = GrowingWav(folder / "candidate.wav", RATE_HZ)
    wav.write(0, to_int16(sound))
    wav.update_header()
    wav.close()


def answers_of(folder: Path) -> list[str]:
    return [each.transcript for each in read_session(folder).answers]


def test_the_reports_words_come_from_the_whole_recorded_answer(recorded) -> None:
    folder, sound, *_ = recorded
    keep(folder, sound)
    told: list[tuple[str, float]] = []
    assert hear_again(folder, progress=lambda what, share: told.append((what, share))) == 2
    first, second = answers_of(folder)
    assert "how much there might be" in first and "ask not what your country" in second
    assert "wrong" not in first + second
    shares = [share for _, share in told]
    assert shares == sorted(shares) and shares[-1] == pytest.approx(1.0)
    assert "writing down what was said (0:" in told[0][0]
    report = write_report(folder)
    assert "Dashwood" in report["questions"][0]["answer"]["transcript"]
    before = (folder / TRANSCRIPT_FILE).read_bytes()
    assert hear_again(folder) == 0, "what was heard is not heard again"
    assert (folder / TRANSCRIPT_FILE).read_bytes() == before
    assert write_report(folder) == report


def test_a_pass_that_was_cut_off_goes_on_where_it_was(recorded) -> None:
    folder, sound, *_ = recorded
    keep(folder, sound)
    assert hear_again(folder) == 2
    path = folder / TRANSCRIPT_FILE
    first, second, _ = path.read_bytes().split(b"\n")
    path.write_bytes(first + b"\n" + second[:40])
    assert hear_again(folder) == 1
    assert [json.loads(line)["start_s"] for line in path.read_bytes().splitlines() if b"}}" in line]
    assert "ask not what your country" in answers_of(folder)[1]


def test_without_consent_words_come_from_memory(recorded) -> None:
    folder, sound, first, second = recorded
    spoken = []
    for number, (begin_s, end_s) in enumerate(stretches(read_session(folder))):
        begin, end = round((begin_s - 0.2) * RATE_HZ), round((end_s + 0.2) * RATE_HZ)
        samples = to_int16(sound[begin:end])
        spoken.append(Utterance(number, begin / RATE_HZ, RATE_HZ, samples))
    assert hear_again(folder, spoken[:1]) == 1, "the other one was not kept"
    told = answers_of(folder)
    assert "how much there might be" in told[0] and told[1].startswith("wrong")
    assert hear_again(folder, spoken) == 1
    assert "ask not what your country" in answers_of(folder)[1]
    assert not (folder / "candidate.wav").exists()
    assert first < second


def test_what_was_not_understood_again_keeps_its_words(recorded) -> None:
    folder, sound, *_ = recorded
    noise = np.random.default_rng(0).normal(0, 1e-4, len(sound)).astype(np.float32)
    keep(folder, noise)
    hear_again(folder)
    assert all(each.startswith("wrong") for each in answers_of(folder))


def test_who_wanted_no_words_gets_none_the_second_time(recorded) -> None:
    folder, sound, *_ = recorded
    keep(folder, sound)
    meta = json.loads((folder / "session.json").read_text())
    meta["settings"] = {"hearing": {"speech": {"recogniser": "none"}}}
    (folder / "session.json").write_text(json.dumps(meta))
    assert hear_again(folder) == 0
    assert not (folder / TRANSCRIPT_FILE).exists()


def test_with_pocketsphinx_alone_there_is_a_second_pass_too(
    recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECRUITER_WITHOUT", ",".join(FASTER_WHISPER.values()))
    folder, sound, *_ = recorded
    keep(folder, sound)
    assert hear_again(folder) == 2
    assert "how much there might be" in answers_of(folder)[0]


def test_a_session_without_sound_or_without_speech_is_left_as_it_is(tmp_path: Path) -> None:
    silent = Script([("a", "Why?", None)], camera=False).write(tmp_path / "silent")
    assert hear_again(silent) == 0
    typed = Script([("a", "Why?", Answer("I plan well.", typed=True))], camera=False)
    assert hear_again(typed.write(tmp_path / "typed")) == 0
