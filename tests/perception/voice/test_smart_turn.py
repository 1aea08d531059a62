"""Smart Turn: its features, the sound it is given, and how its word reaches the dialogue."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from perception.errors import ModelError
from perception.fusion import Fusion
from perception.microphone.base import RATE_HZ, blocks_of
from perception.microphone.decoding import read_sound
from perception.models import borrowed
from perception.pipeline.audio import AudioPipeline
from perception.pipeline.finished_speech import FinishedSpeech
from perception.types import AudioBlock, Event
from perception.voice.paused_speech import (
    SPAN_S,
    PausedSpeech,
    PausedSpeechCollector,
    finished_event,
)
from perception.voice.smart_turn_onnxruntime import GUEST, SmartTurn, log_mel
from scoring.record.lines import decode, encode

here = pytest.mark.skipif(
    not SmartTurn.is_here(), reason=f"needs: python3 run.py models get {GUEST}"
)


def sounds() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(3)
    t = np.arange(8 * RATE_HZ) / RATE_HZ
    late = np.where(t > 6.5, 0.3 * np.sin(2 * np.pi * 180 * t * (1 + 0.02 * t)), 0.0)
    return {
        "noise": rng.normal(0, 0.05, len(t)).astype(np.float32),
        "a late voice": late.astype(np.float32),
        "silence": np.zeros(len(t), np.float32),
        "an offset": (0.2 + late).astype(np.float32),
    }


@pytest.mark.parametrize("name", list(sounds()))
def test_features_are_those_of_an_independent_implementation(name: str) -> None:
    extractor = pytest.importorskip("transformers").WhisperFeatureExtractor(chunk_length=8)
    sound = sounds()[name]
    theirs = extractor(
        sound, sampling_rate=RATE_HZ, return_tensors="np", padding="do_not_pad", do_normalize=True
    ).input_features[0]
    ours = log_mel(sound)
    assert ours.shape == theirs.shape == (80, 800)
    assert np.abs(ours - theirs).max() < 2e-3


@here
@pytest.mark.data
def test_broken_off_speech_is_told_from_finished(data_dir: Path) -> None:
    judge = SmartTurn()
    um = read_sound(data_dir / "speech/disfluent/mfa_um.flac")
    done = read_sound(data_dir / "speech/disfluent/mfa_youknow.flac")
    # "montreal forced um" stops at 4.58 s; "you know montreal forced aligner" ends at 4.26 s
    assert judge.finished(um[: int(4.78 * RATE_HZ)]) < 0.1
    assert judge.finished(done[: int(4.46 * RATE_HZ)]) > 0.9
    # what lies more than 8 s back does not count
    long = np.concatenate([np.full(5 * RATE_HZ, 0.1, np.float32), np.tile(done, 2)])
    assert judge.finished(long) == judge.finished(long[-8 * RATE_HZ :])


def test_without_the_guest_its_use_is_refused_and_the_ear_hears_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RECRUITER_WITHOUT", GUEST)
    assert not SmartTurn.is_here()
    with pytest.raises(ModelError, match=f"models get {GUEST}"):
        SmartTurn()


def test_damaged_weights_are_told_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bad = tmp_path / "bad.onnx"
    bad.write_bytes(b"no network")
    monkeypatch.setattr(borrowed.DataFile, "path", lambda self: bad)
    finished = FinishedSpeech()
    told: list[Event] = []
    give_up = time.monotonic() + 5.0
    while not told and time.monotonic() < give_up:
        time.sleep(0.01)
        told = finished.told(1.0)
    assert [event.kind for event in told] == ["mode"] and "sha256" in told[0].data["message"]
    assert finished.told(2.0) == []
    finished.close()


def tone(seconds: float, from_s: float = 0.0) -> list[AudioBlock]:
    sound = np.sin(np.arange(int(seconds * RATE_HZ)) * 0.05).astype(np.float32)
    return [
        AudioBlock(from_s + block.t_s, block.rate_hz, block.samples) for block in blocks_of(sound)
    ]


def ends_at(t_s: float) -> list[Event]:
    return [Event(t_s + 0.2, "microphone", "speech_end", {"t_s": t_s})]


def test_the_sound_before_a_pause_is_the_newest() -> None:
    collector = PausedSpeechCollector()
    blocks = tone(11.0)
    assert not any(collector.process_block(block, []) for block in blocks[:-1])
    (paused,) = collector.process_block(blocks[-1], ends_at(10.7))
    sound = np.concatenate([block.samples for block in blocks])
    assert paused.t_s == 10.7 and len(paused.samples) == SPAN_S * RATE_HZ
    assert np.array_equal(paused.samples, sound[-len(paused.samples) :])


def test_sound_from_before_a_gap_is_left_out() -> None:
    collector = PausedSpeechCollector()
    for block in tone(2.0):
        collector.process_block(block, [])
    after = tone(1.0, from_s=5.0)
    for block in after[:-1]:
        collector.process_block(block, [])
    (paused,) = collector.process_block(after[-1], ends_at(5.8))
    assert len(paused.samples) == len(after) * 512


@pytest.mark.data
def test_the_ear_hands_on_the_sound_before_every_pause(data_dir: Path) -> None:
    sound = read_sound(data_dir / "speech/disfluent/mfa_um.flac")
    pauses: list[PausedSpeech] = []
    asked = AudioPipeline(pauses=pauses.append)
    told = [item for block in blocks_of(sound) for item in asked.process_block(block)]
    ends = [i for i in told if isinstance(i, Event) and i.kind == "speech_end"]
    assert [each.t_s for each in pauses] == [event.data["t_s"] for event in ends]
    assert len(pauses) == 3


@here
@pytest.mark.data
def test_the_ear_is_not_held_up_by_the_judgement(data_dir: Path) -> None:
    sound = read_sound(data_dir / "speech/disfluent/mfa_um.flac")[: int(4.78 * RATE_HZ)]
    finished = FinishedSpeech()
    began = time.monotonic()
    finished.ask(PausedSpeech(4.58, RATE_HZ, sound))
    assert time.monotonic() - began < 0.016  # half a block
    told: list[Event] = []
    while not told and time.monotonic() - began < 10.0:
        time.sleep(0.01)
        told = finished.told(5.0)
    finished.close()
    (event,) = told
    assert (event.source, event.kind, event.t_s) == ("smart_turn", "sounds_finished", 5.0)
    assert event.data["t_s"] == 4.58 and event.data["probability"] < 0.1


def test_its_word_is_a_line_of_the_record_and_part_of_the_state() -> None:
    event = finished_event(5.0, 4.58, 0.012345)
    assert decode(encode(event)) == event
    fusion = Fusion()
    assert fusion.state(1.0).finished is None
    fusion.add(event)
    assert fusion.state(5.1).finished == (4.58, 0.0123)
