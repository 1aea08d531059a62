"""A recording of two voices, one of them a real person's who speaks freely."""

from __future__ import annotations

import shutil
import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from game.voice.voice_flite import FliteVoice
from perception.errors import ModelError
from perception.microphone.decoding import read_sound
from perception.signal.resampling import resample
from perception.speech.base import choose
from perception.voice.prosody_praat import pitch_track
from scoring.record.session import Session, read_session
from scoring.record.spans import overlap, total
from scoring.report.captions import transcript
from scoring.types import Span
from tests.commandline_runs import report_of, run_here

pytestmark = [pytest.mark.slow, pytest.mark.data]

RATE_HZ = 16_000
REAL = "speech/disfluent/acoustic_corpus.wav"
PIECES = ((0.9, 7.95), (8.03, 18.1), (18.2, 25.6))
"""s of it that are taken for three answers: where he pauses."""
SAID = ("acoustic corpus", "talking really slow", "more words")
"""Of each."""
ASKS = (
    "Hello, and thank you for coming. Please tell me about what you do.",
    "I see. And how would you describe the way you speak?",
    "That's interesting. What would you like to do next?",
)
ASKED = ("what you do", "describe the way you speak", "like to do next")
BETWEEN = "Okay, good. We are a small team of five people here in town."
CLOSING = "Great, thank you very much for your time today. We will call you on Monday."
HERS = ("thank you for", "tell me", "describe", "interesting", "next", "small team", "monday")
"""Words that only the interviewer says."""
EDGE_S = 0.35


def loud(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(0.08 * sound / np.sqrt(np.mean(sound**2)), np.float32)


def spoken(voice: FliteVoice, text: str) -> NDArray[np.float32]:
    said = voice.render(text)
    return resample(said.samples, said.rate_hz, RATE_HZ)


class Talk:
    """An interview as it is recorded in one channel, and who spoke when."""

    def __init__(self, data: Path, sex: str, gap_s: float, remarks: bool) -> None:
        if shutil.which("flite") is None:
            pytest.skip("needs flite: apt-get install flite")
        try:
            choose("faster-whisper")
        except ModelError as error:
            pytest.skip(f"pocketsphinx hears too few of the words: {error}")
        voice, whole = FliteVoice(sex), read_sound(data / REAL)
        self.own = [whole[round(a * RATE_HZ) : round(b * RATE_HZ)] for a, b in PIECES]
        turns: list[tuple[str, NDArray[np.float32]]] = []
        for number, (text, own) in enumerate(zip(ASKS, self.own, strict=True)):
            if remarks and number == 1:
                turns.append(("hers", spoken(voice, BETWEEN)))
            turns += [("hers", spoken(voice, text)), ("his", own)]
        if remarks:
            turns.append(("hers", spoken(voice, CLOSING)))
        silence = np.zeros(round(gap_s * RATE_HZ), np.float32)
        sound, at_s = [silence], gap_s
        self.spans: dict[str, list[Span]] = {"hers": [], "his": []}
        for who, said in turns:
            self.spans[who].append((at_s, at_s + len(said) / RATE_HZ))
            at_s += len(said) / RATE_HZ + gap_s
            sound += [loud(said), silence]
        self.sound = np.concatenate(sound)
        self.sound += np.random.default_rng(0).normal(0.0, 0.001, len(self.sound))

    def analysed(self, folder: Path) -> Path:
        path = folder / "talk.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            file.writeframes((np.clip(self.sound, -1, 1) * 32767).astype("<i2").tobytes())
        done = run_here("analyze", path, "--out", folder / "s", "--quiet")
        assert (done.status, done.err) == (0, "")
        return folder / "s"

    def pitch_hz(self) -> float:
        """The candidate's, of his own sound."""
        track = pitch_track(np.concatenate(self.own), RATE_HZ)
        assert track is not None
        return float(np.median(track.hz))


def wider(spans: list[Span]) -> list[Span]:
    return [(start - EDGE_S, end + EDGE_S) for start, end in spans]


def check_who_spoke(session: Session, talk: Talk) -> None:
    """Nothing that she said is his, nor the other way round."""
    his, hers = talk.spans["his"], talk.spans["hers"]
    for spans, theirs in ((session.candidate_speech, his), (session.recruiter_speech, hers)):
        assert total(overlap(spans, wider(theirs))) == pytest.approx(total(spans), abs=0.01)
        assert total(spans) > 0.7 * total(theirs)
    for words in session.words:
        for word in words.words:
            middle_s = (word.start_s + word.end_s) / 2
            assert any(a <= middle_s <= b for a, b in wider(his)), word
    told = transcript(session)
    candidates = " ".join(line.text for line in told if line.speaker == "Candidate").lower()
    assert not [words for words in HERS if words in candidates]
    assert all(words in candidates for words in SAID)


@pytest.mark.parametrize(("sex", "gap_s", "remarks"), [("female", 0.7, True), ("male", 0.4, False)])
def test_what_is_asked_is_hers_and_what_is_measured_is_his(
    data_dir: Path, tmp_path: Path, sex: str, gap_s: float, remarks: bool
) -> None:
    talk = Talk(data_dir, sex, gap_s, remarks)
    folder = talk.analysed(tmp_path)
    session, report = read_session(folder), report_of(folder)
    check_who_spoke(session, talk)
    questions = report["questions"]
    assert len(questions) == 3
    asks = [span for span in talk.spans["hers"] if span[0] < talk.spans["his"][-1][0]]
    asks = [asks[0], *asks[-2:]]  # without what she says before the second one
    for question, key, words, put, own in zip(
        questions, ASKED, SAID, asks, talk.spans["his"], strict=True
    ):
        assert key in question["question"]
        assert question["asked_s"] == pytest.approx(put[0], abs=EDGE_S)
        answer = question["answer"]
        assert words in answer["transcript"].lower()
        assert answer["start_s"] == pytest.approx(own[0], abs=EDGE_S)
        assert answer["end_s"] < own[1] + EDGE_S
        assert answer["response_time_s"] == pytest.approx(gap_s, abs=0.3)
    for name, measure in report["measures"].items():
        if name not in ("response_time_s", "face_share"):
            for start, end in measure["evidence"]:
                hers = total(overlap([(start, end)], talk.spans["hers"]))
                assert hers < EDGE_S, f"{name} shows what she says"
    pitch = report["measures"]["pitch_median_hz"]["value"]
    assert abs(12 * np.log2(pitch / talk.pitch_hz())) < 3.0
