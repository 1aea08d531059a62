"""Hearing as a whole: real processes, real recordings, and what goes wrong with them."""

from __future__ import annotations

import os
import shutil
import signal
import time
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from perception.devices import microphone_spec
from perception.errors import InputError, StorageError
from perception.fusion import Fusion
from perception.microphone.base import MICROPHONES
from perception.microphone.decoding import read_sound
from perception.microphone.sound_recorder import SoundRecorder
from perception.pipeline.audio import AudioPipeline
from perception.pipeline.hearing import Heard, Hearing, HearingSettings, observe_sound
from perception.pipeline.recording import RecordingListener
from perception.signal.audio_quality import AudioQualityMonitor, AudioQualitySettings
from perception.source import SourceSpec
from perception.speech.base import SpeechSettings
from perception.speech.utterance import Utterance, UtteranceChunk
from perception.speech.vocabulary import Vocabulary
from perception.types import AudioBlock, Cue, Event, ProsodyReading, VoiceReading, Words
from tests.candidate_media import write_wav

RATE_HZ = 16_000
BLOCK = 512
NO_WORDS = HearingSettings(speech=SpeechSettings(recogniser="none"))
QUICK = HearingSettings(restart_after_s=0.2)


class Listening:
    """A Hearing with all it has told, and waiting for what it will tell."""

    def __init__(
        self, source: SourceSpec, settings: HearingSettings, record_to: Path | None = None
    ) -> None:
        self.origin_s = time.monotonic()
        self.hearing = Hearing(source, self.origin_s, settings, record_to)
        self.heard: list[Heard] = []

    def __enter__(self) -> Listening:
        self.hearing.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.hearing.stop(finish_s=0.0)

    def now(self) -> float:
        return time.monotonic() - self.origin_s

    def until(self, done: Callable[[], bool], patience_s: float = 60.0) -> None:
        give_up = time.monotonic() + patience_s
        while not done():
            assert time.monotonic() < give_up, f"waited in vain; heard {self.events()}"
            time.sleep(0.01)
            self.heard += self.hearing.poll()

    def events(self, kind: str | None = None, source: str | None = None) -> list[Event]:
        return [
            e
            for e in self.heard
            if isinstance(e, Event) and kind in (None, e.kind) and source in (None, e.source)
        ]

    def words(self) -> list[Words]:
        return [w for w in self.heard if isinstance(w, Words) and w.final]

    def words_so_far(self) -> list[Words]:
        return [w for w in self.heard if isinstance(w, Words) and not w.final]

    def readings(self) -> list[VoiceReading]:
        return [r for r in self.heard if isinstance(r, VoiceReading)]

    def turn(self) -> None:
        self.hearing.cue(Cue("turn", self.now()))

    def ask_and_hear(self) -> None:
        self.until(lambda: self.hearing.ready)
        self.turn()


def read_wav(path: Path) -> np.ndarray:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getframerate()) == (1, RATE_HZ)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768


@pytest.mark.data
@pytest.mark.slow
def test_an_answer_is_heard_understood_and_recorded(data_dir: Path, tmp_path: Path) -> None:
    answer = data_dir / "speech/sb_spk1_snt1.wav"
    wav = tmp_path / "candidate.wav"
    with Listening(microphone_spec(str(answer)), QUICK, wav) as session:
        session.ask_and_hear()
        session.until(lambda: bool(session.words()))
        session.turn()
        session.until(lambda: bool(session.events("part_over")))
    (played,) = session.events("answer_played")
    start, end = session.events("speech_start")[0], session.events("speech_end")[-1]
    assert start.data["t_s"] == pytest.approx(played.data["sound_start_s"], abs=0.2)
    assert end.data["t_s"] == pytest.approx(played.data["sound_end_s"], abs=0.2)
    assert "the small dog" in session.words()[0].text
    counts = [e.data["count"] for e in session.events("pending", "speech_to_text")]
    assert counts[0] == 1 and counts[-1] == 0
    so_far = session.words_so_far()
    # a busy machine tells them late, and fewer of them
    assert so_far and so_far[-1].text.startswith("The child")
    assert session.heard.index(so_far[-1]) < session.heard.index(session.words()[0])
    (snr,) = session.events("snr", "speech_to_text")
    assert snr.data["snr_db"] > 15
    last_word = session.heard.index(session.words()[-1])
    assert session.heard.index(session.events("pending")[-1]) > last_word
    times = [r.t_s for r in session.readings()]
    assert np.diff(times) == pytest.approx(0.032, abs=1e-6)
    recorded = read_wav(wav)
    begin = round(played.data["start_s"] * RATE_HZ)
    sound = read_sound(answer)
    assert recorded[begin : begin + len(sound)] == pytest.approx(sound, abs=2 / 32768)
    assert not recorded[: begin - 1].any()


@pytest.mark.data
@pytest.mark.slow
def test_a_killed_ear_is_said_comes_back_and_goes_on(data_dir: Path, tmp_path: Path) -> None:
    answer = data_dir / "speech/disfluent/acoustic_corpus.wav"
    wav = tmp_path / "candidate.wav"
    settings = HearingSettings(speech=NO_WORDS.speech, restart_after_s=0.2)
    with Listening(microphone_spec(str(answer)), settings, wav) as session:
        session.ask_and_hear()
        session.until(lambda: bool(session.events("speech_start")))
        session.until(lambda: len(session.readings()) > 150)
        pid = session.hearing.pids["microphone"]
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        killed_s = session.now()
        session.until(lambda: bool(session.events("lost", "microphone")))
        # what was recorded until a second before the kill can be played
        assert len(read_wav(wav)) / RATE_HZ > killed_s - 1.0
        session.until(lambda: bool(session.events("restored", "microphone")))
        back_s = session.events("restored", "microphone")[0].t_s
        session.until(lambda: session.readings()[-1].t_s > back_s + 2.5)
        begin_s = session.events("answer_started")[0].data["start_s"]
        until_s = session.readings()[-1].t_s
    # the candidate has talked on, and the recording fits the clock before and after
    recorded, sound = read_wav(wav), read_sound(answer)
    begin = round(begin_s * RATE_HZ)
    for from_s, to_s in ((killed_s - 3.0, killed_s - 1.0), (back_s + 0.3, until_s)):
        # where it is loudest: in a pause there is little to tell one moment from another
        starts = range(round(from_s * RATE_HZ), round(to_s * RATE_HZ) - 4000, 400)
        at = max(starts, key=lambda at: float(np.sum(sound[at - begin :][:4000] ** 2)))
        piece = recorded[at : at + 4000]
        offset = at - begin
        truth = sound[offset - 400 : offset + 4400]
        match = np.correlate(truth, piece, mode="valid")
        assert abs(int(np.argmax(match)) - 400) <= 330  # 20 ms, the recorder's tolerance
        assert np.corrcoef(truth[np.argmax(match) :][:4000], piece)[0, 1] > 0.99


@pytest.mark.slow
def test_a_question_that_died_with_the_ear_is_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "answer.wav"
    recorder = SoundRecorder(path, RATE_HZ)
    for block in blocks(0.3 * np.ones(RATE_HZ)):
        recorder.write(block)
    recorder.close()
    settings = HearingSettings(speech=NO_WORDS.speech, restart_after_s=60.0)
    with Listening(microphone_spec(str(path)), settings) as session:
        session.until(lambda: session.hearing.ready)
        pid = session.hearing.pids["microphone"]
        assert pid is not None
        session.hearing.restart()  # nothing is down: nothing happens
        assert session.hearing.pids["microphone"] == pid
        os.kill(pid, signal.SIGKILL)
        session.turn()
        session.until(lambda: bool(session.events("lost", "microphone")))
        session.hearing.restart()
        session.until(lambda: bool(session.events("answer_played")))
        assert len(session.events("answer_started")) == 1


@pytest.mark.data
@pytest.mark.slow
def test_a_killed_recogniser_gets_its_utterance_again(data_dir: Path) -> None:
    answer = data_dir / "speech/librivox_0880.wav"
    with Listening(microphone_spec(str(answer)), QUICK) as session:
        session.ask_and_hear()
        session.until(lambda: bool(session.events("speech_start")))
        pid = session.hearing.pids["speech_to_text"]
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        session.until(lambda: bool(session.events("lost", "speech_to_text")))
        session.until(lambda: bool(session.words()))
        assert session.events("restored", "speech_to_text")
        session.until(lambda: session.events("pending")[-1].data["count"] == 0)
    assert "young man" in session.words()[0].text


@pytest.mark.data
@pytest.mark.slow
def test_words_so_far_are_taken_back_when_nobody_can_finish_them(data_dir: Path) -> None:
    answer = data_dir / "speech/librispeech_2412-153948-0000.flac"
    with Listening(microphone_spec(str(answer)), HearingSettings(restarts=0)) as session:
        session.ask_and_hear()
        session.until(lambda: bool(session.words_so_far()))
        pid = session.hearing.pids["speech_to_text"]
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        session.until(lambda: bool(session.words()))
        (nothing,) = session.words()
        assert nothing.text == "" and nothing.final
        fusion = Fusion()
        for item in session.heard:
            fusion.add(item)
        assert fusion.state(session.now()).answer == ""


@pytest.mark.slow
def test_a_file_that_cannot_be_used_is_unavailable_with_its_reason(tmp_path: Path) -> None:
    text = tmp_path / "text.wav"
    text.write_text("no sound " * 100)
    spec = SourceSpec(MICROPHONES["file"], {"paths": (str(text),)})  # damaged since it was named
    with Listening(spec, NO_WORDS) as session:
        session.until(lambda: bool(session.events("unavailable", "microphone")))
        (event,) = session.events("unavailable")
        assert "a text file, not a recording" in event.data["message"]
        assert event.data["error"] == "InputError"
        pid = session.hearing.pids["microphone"]
        time.sleep(1.5)
        session.heard += session.hearing.poll()
        assert session.hearing.pids["microphone"] == pid  # no use in trying again
        assert len(session.events()) == 1


@pytest.mark.slow
def test_no_microphone_is_no_fault() -> None:
    with Listening(microphone_spec("none"), NO_WORDS) as session:
        session.until(lambda: session.hearing.ready)
        time.sleep(3.5)  # longer than a worker may be silent
        session.heard += session.hearing.poll()
        assert session.heard == []


@pytest.mark.data
@pytest.mark.slow
def test_a_recording_is_observed_as_a_session_would_hear_it(data_dir: Path) -> None:
    shares: list[float] = []
    path = data_dir / "speech/disfluent/acoustic_corpus.wav"
    seen = observe_sound(path, progress=shares.append)
    assert seen.duration_s == pytest.approx(26.72, abs=0.01)
    assert len(seen.readings) == pytest.approx(seen.duration_s / 0.032, abs=2)
    assert shares == sorted(shares) and shares[-1] == pytest.approx(1.0)
    starts = [e for e in seen.events if e.kind == "speech_start"]
    assert len(seen.segments) == len(starts) >= 5
    assert all(0 <= s < e <= seen.duration_s + 0.04 for s, e in seen.segments)
    said = " ".join(w.text for w in seen.words)
    assert "some more words" in said
    assert "talking pretty fast here" in said
    prosody = [item for item in seen.heard if isinstance(item, ProsodyReading)]
    parts = (seen.readings, seen.words, seen.events, prosody)
    assert len(seen.heard) == sum(map(len, parts))
    assert all(item in seen.heard for part in parts for item in part[:20])


@pytest.mark.data
@pytest.mark.slow
def test_recordings_one_after_the_other_are_heard_as_each_alone(
    data_dir: Path, tmp_path: Path
) -> None:
    # the second speaks from soon after the time at which the first fell silent: in one recording
    # the recogniser would be told what came before
    first = data_dir / "speech/sb_spk2_snt2.wav"
    silence = np.zeros(len(read_sound(first)), np.float32)
    speech = read_sound(data_dir / "speech/whisper_jfk.flac")
    second = write_wav(tmp_path / "second.wav", np.concatenate([silence, speech]))
    settings, vocabulary = HearingSettings(), Vocabulary()
    listener = RecordingListener()
    paths = (first, second, first)
    heard = [listener.answer(lambda _share: None, path, settings, vocabulary) for path in paths]
    alone = [observe_sound(path, settings, vocabulary=vocabulary).heard for path in paths[:2]]
    assert heard == [*alone, alone[0]]
    assert all(any(isinstance(item, Words) for item in each) for each in alone)


@pytest.mark.data
def test_a_videos_sound_is_observed(data_dir: Path) -> None:
    seen = observe_sound(data_dir / "video/grid/bbaf2n.mpg", NO_WORDS)
    assert len(seen.segments) >= 1
    assert sum(e - s for s, e in seen.segments) > 0.8
    with pytest.raises(InputError, match="has no sound"):
        observe_sound(data_dir / "video/fer_test.mp4", NO_WORDS)


def blocks(sound: np.ndarray, start_s: float = 0.0) -> list[AudioBlock]:
    return [
        AudioBlock(start_s + i / RATE_HZ, RATE_HZ, sound[i : i + BLOCK].astype(np.float32))
        for i in range(0, len(sound) - BLOCK + 1, BLOCK)
    ]


def test_a_muted_microphone_is_said_once_and_its_return_too() -> None:
    watch = AudioQualityMonitor(AudioQualitySettings(silent_after_s=2.0))
    events = [e for b in blocks(np.zeros(5 * RATE_HZ)) for e in watch.process_block(b)]
    assert [e.kind for e in events] == ["silent"]
    assert events[0].t_s == pytest.approx(2.0, abs=0.04)
    assert "muted" in events[0].data["message"]
    rng = np.random.default_rng(0)
    events = [e for b in blocks(rng.normal(0, 0.01, RATE_HZ), 5.0) for e in watch.process_block(b)]
    assert [e.kind for e in events] == ["restored"]


def test_silence_while_the_recruiter_speaks_is_as_it_should_be() -> None:
    watch = AudioQualityMonitor(AudioQualitySettings(silent_after_s=2.0))
    watch.cue(Cue("recruiter_speaks", 0.0))
    assert not [e for b in blocks(np.zeros(5 * RATE_HZ)) for e in watch.process_block(b)]
    watch.cue(Cue("turn", 5.0))
    events = [e for b in blocks(np.zeros(5 * RATE_HZ), 5.0) for e in watch.process_block(b)]
    assert [round(e.t_s) for e in events] == [7]


@pytest.mark.data
def test_an_overdriven_microphone_is_said_and_a_loud_one_is_not(data_dir: Path) -> None:
    speech = read_sound(data_dir / "speech/sb_spk1_snt1.wav")
    loud = 0.9 * speech / np.abs(speech).max()
    heard: list[list[str]] = []
    for sound in (loud, np.clip(8 * loud, -1, 1)):
        pipeline = AudioPipeline(NO_WORDS)
        items = [item for b in blocks(sound) for item in pipeline.process_block(b)]
        heard.append([e.kind for e in items if isinstance(e, Event)])
    assert "clipping" not in heard[0]
    assert heard[1].count("clipping") == 1


def test_a_recording_keeps_session_time_and_can_be_continued(tmp_path: Path) -> None:
    path = tmp_path / "candidate.wav"
    rng = np.random.default_rng(0)
    sound = rng.uniform(-0.5, 0.5, 4 * BLOCK).astype(np.float32)
    first = SoundRecorder(path, RATE_HZ)
    for block in blocks(sound, start_s=1.0):
        first.write(block)
    # copied before it is closed: as after a kill, the file holds more than its header knows
    killed = tmp_path / "killed.wav"
    shutil.copy(path, killed)
    first.close()
    second = SoundRecorder(killed, RATE_HZ)
    for block in blocks(sound, start_s=2.0):
        second.write(block)
    second.close()
    assert len(read_wav(path)) == RATE_HZ + 4 * BLOCK
    recorded = read_wav(killed)
    expected = np.zeros(2 * RATE_HZ + 4 * BLOCK)
    expected[RATE_HZ : RATE_HZ + 4 * BLOCK] = sound
    expected[2 * RATE_HZ :] = sound
    assert recorded == pytest.approx(expected, abs=1 / 32768)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux, which has /dev/full")
def test_a_full_disk_is_a_storage_error() -> None:
    with pytest.raises(StorageError, match="No space left"):
        recorder = SoundRecorder(Path("/dev/full"), RATE_HZ)
        for block in blocks(np.ones(4 * RATE_HZ)):
            recorder.write(block)


def test_what_a_starved_recogniser_does_not_take_waits_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "answer.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        file.writeframes(bytes(2 * RATE_HZ))
    hearing = Hearing(microphone_spec(str(path)), time.monotonic(), QUICK)
    taken: list[object] = []
    full = [True]

    def send(item: object) -> bool:
        if not full[0]:
            taken.append(item)
        return not full[0]

    assert hearing._decoder is not None
    monkeypatch.setattr(hearing._decoder.worker, "send", send)
    said = [Utterance(n, float(n), RATE_HZ, np.zeros(RATE_HZ, np.int16)) for n in range(3)]
    for utterance in said[:2]:
        hearing._from_ear(utterance)
    hearing.poll()
    hearing._from_ear(UtteranceChunk(2, 2.0, 0, RATE_HZ, np.zeros(100, np.int16)))
    assert taken == []
    full[0] = False
    hearing._from_ear(said[2])
    hearing.poll()
    assert [item.number for item in taken if isinstance(item, Utterance)] == [0, 1, 2]
    assert hearing.spoken == said, "and all of it is there for the second pass"
