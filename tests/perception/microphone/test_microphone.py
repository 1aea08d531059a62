"""Microphones: recorded answers, what a file must be, and the machine's own device."""

from __future__ import annotations

import os
import subprocess
import sys
import wave
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from perception.clock import FakeClock
from perception.devices import microphone_spec
from perception.errors import InputError
from perception.microphone.base import BLOCK_SAMPLES, RATE_HZ, NoMicrophone
from perception.microphone.decoding import read_sound, sound_extent
from perception.microphone.microphone_file import FileMicrophone
from perception.types import AudioBlock, Cue, Event
from tests.conftest import ROOT


def write_wav(path: Path, samples: np.ndarray, rate_hz: int = RATE_HZ) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(np.round(samples * 32767).astype("<i2").tobytes())
    return path


def tone(seconds: float, hz: float = 220.0, rate_hz: int = RATE_HZ) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz)


class Session:
    """Reads a microphone on a fake clock and keeps all that came."""

    def __init__(self, microphone: FileMicrophone, start_s: float = 0.0) -> None:
        self.clock = FakeClock(start_s)
        self.microphone = microphone
        self.blocks: list[AudioBlock] = []
        self.events: list[Event] = []
        microphone.start(self.clock)

    def until(self, t_s: float) -> Session:
        while self.clock.now() < t_s:
            block = self.microphone.read()
            assert block is not None
            self.blocks.append(block)
            self.events += self.microphone.events()
        return self

    def cue(self, kind: Literal["turn", "recruiter_speaks", "close"]) -> None:
        self.microphone.cue(Cue(kind, self.clock.now()))

    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]

    def heard_between(self) -> tuple[float, float]:
        sound = np.concatenate([b.samples for b in self.blocks])
        loud = np.flatnonzero(np.abs(sound) > 0.1)
        begin = self.blocks[0].t_s
        return begin + loud[0] / RATE_HZ, begin + loud[-1] / RATE_HZ


def test_an_answer_begins_a_response_time_after_its_turn(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "answer.wav", tone(1.0))
    session = Session(FileMicrophone([path], response_s=0.5), start_s=3.0)
    session.until(5.0)
    assert all(not b.samples.any() for b in session.blocks)
    asked_s = session.clock.now()
    session.cue("turn")
    session.until(8.0)
    start_s, end_s = session.heard_between()
    assert start_s == pytest.approx(asked_s + 0.5, abs=0.002)
    assert end_s == pytest.approx(asked_s + 1.5, abs=0.002)
    played = session.events[-1]
    assert played.kind == "answer_played"
    assert played.data["start_s"] == pytest.approx(start_s, abs=0.002)
    assert played.data["end_s"] == pytest.approx(end_s, abs=0.002)


def test_blocks_follow_each_other_in_real_time(tmp_path: Path) -> None:
    session = Session(FileMicrophone([write_wav(tmp_path / "a.wav", tone(1.0))]), start_s=1.0)
    session.until(3.0)
    times = np.array([b.t_s for b in session.blocks])
    assert times[0] == 1.0
    assert np.diff(times) == pytest.approx(BLOCK_SAMPLES / RATE_HZ)
    assert session.clock.now() == pytest.approx(times[-1] + BLOCK_SAMPLES / RATE_HZ)


def test_each_turn_takes_one_answer_and_the_turn_too_many_ends_the_part(tmp_path: Path) -> None:
    paths = [write_wav(tmp_path / f"{n}.wav", tone(0.5)) for n in range(2)]
    session = Session(FileMicrophone(paths))
    for second in (1, 4):
        session.until(second)
        session.cue("turn")
    session.until(7)
    assert session.kinds() == ["answer_started", "answer_played"] * 2
    assert not session.microphone.part_over
    session.cue("turn")
    session.until(8)
    assert session.kinds()[-1] == "part_over"
    assert session.microphone.part_over


def test_a_turn_during_an_answer_waits_for_its_end(tmp_path: Path) -> None:
    paths = [write_wav(tmp_path / f"{n}.wav", tone(1.0)) for n in range(2)]
    session = Session(FileMicrophone(paths, response_s=0.5))
    session.cue("turn")
    session.until(1.0)
    session.cue("turn")
    session.until(4.0)
    starts = [e.data["start_s"] for e in session.events if e.kind == "answer_started"]
    assert starts == [pytest.approx(0.5), pytest.approx(2.0)]


def test_an_answer_that_she_forestalls_is_kept_for_the_next_turn(tmp_path: Path) -> None:
    session = Session(FileMicrophone([write_wav(tmp_path / "a.wav", tone(0.5))]))
    session.cue("turn")
    session.cue("recruiter_speaks")
    session.until(3.0)
    assert session.events == []
    session.cue("turn")
    session.until(5.0)
    assert session.kinds() == ["answer_started", "answer_played"]


def test_continuous_plays_all_files_seamlessly_and_ends(tmp_path: Path) -> None:
    paths = [write_wav(tmp_path / f"{n}.wav", tone(0.73)) for n in range(2)]
    microphone = FileMicrophone(paths, mode="continuous", lead_in_s=0.25, start_s=0.13)
    session = Session(microphone).until(3.0)
    starts = [e.data["start_s"] for e in session.events if e.kind == "answer_started"]
    assert starts == [pytest.approx(0.25), pytest.approx(0.25 + 0.6, abs=1e-4)]
    assert session.kinds()[-1] == "part_over"
    assert session.heard_between() == pytest.approx((0.25, 0.25 + 0.6 + 0.73), abs=0.003)


def test_unpaced_continuous_sound_ends_with_none(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", tone(0.5))
    microphone = FileMicrophone([path], mode="continuous", pace=False)
    microphone.start(FakeClock())
    blocks = []
    while (block := microphone.read()) is not None:
        blocks.append(block.samples)
    heard = np.concatenate(blocks)
    assert len(heard) >= 8000
    assert heard[:8000] == pytest.approx(read_sound(path))


def test_a_killed_candidate_goes_on_in_mid_answer(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", np.linspace(0, 0.9, 4 * RATE_HZ))
    first = Session(FileMicrophone([path], response_s=0.5))
    first.cue("turn")
    first.until(2.0)
    second = FileMicrophone([path], response_s=0.5)
    second.start(FakeClock(3.0))
    second.resume(first.events)
    block = second.read()
    assert block is not None
    # the ramp reaches 0.9 after 4 s, and began at 0.5 s
    assert block.samples[0] == pytest.approx(0.9 * 2.5 / 4, abs=0.001)


def test_sound_of_any_rate_comes_as_16_khz(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "high.wav", tone(1.0, 1000.0, 44_100), 44_100)
    sound = read_sound(path)
    assert len(sound) == pytest.approx(RATE_HZ, abs=64)
    spectrum = np.abs(np.fft.rfft(sound[1000:15_000]))
    assert np.argmax(spectrum) * RATE_HZ / 14_000 == pytest.approx(1000, abs=2)


@pytest.mark.data
def test_flac_raw_and_a_videos_sound_are_read(data_dir: Path) -> None:
    assert len(read_sound(data_dir / "speech/whisper_jfk.flac")) == 11 * RATE_HZ
    raw = data_dir / "speech/ps_goforward.raw"
    assert len(read_sound(raw)) == raw.stat().st_size // 2
    video = read_sound(data_dir / "video/grid/bbaf2n.mpg")
    assert len(video) / RATE_HZ == pytest.approx(3.0, abs=0.2)
    assert np.abs(video).max() > 0.05


@pytest.mark.data
def test_the_extent_of_an_answer_is_where_it_sounds(data_dir: Path) -> None:
    speech = read_sound(data_dir / "speech/sb_spk1_snt1.wav")
    inner_start, inner_end = sound_extent(speech, RATE_HZ)
    quiet = np.zeros(RATE_HZ, np.float32)
    start, end = sound_extent(np.concatenate([quiet, speech, quiet]), RATE_HZ)
    assert (start, end) == pytest.approx((1 + inner_start, 1 + inner_end), abs=0.011)


def test_a_missing_empty_or_foreign_file_is_one_plain_line(tmp_path: Path) -> None:
    empty = tmp_path / "empty.wav"
    empty.touch()
    text = tmp_path / "text.wav"
    text.write_text("this is no sound at all, " * 50)
    cases = {tmp_path / "none.wav": "no such file", empty: "empty", text: "a text file"}
    cases[tmp_path] = "a folder"
    for path, said in cases.items():
        with pytest.raises(InputError, match=said) as caught:
            FileMicrophone([path]).start(FakeClock())
        assert "\n" not in str(caught.value)
        assert str(path) in str(caught.value)


@pytest.mark.data
def test_a_video_without_sound_is_refused(data_dir: Path) -> None:
    with pytest.raises(InputError, match="has no sound"):
        read_sound(data_dir / "video/fer_test.mp4")


@pytest.mark.data
def test_a_recording_that_breaks_off_gives_what_it_has(data_dir: Path, tmp_path: Path) -> None:
    whole = data_dir / "speech/whisper_jfk.flac"
    cut = tmp_path / "cut.flac"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    sound = read_sound(cut)
    assert 3 * RATE_HZ < len(sound) < 8 * RATE_HZ
    assert sound[: 3 * RATE_HZ] == pytest.approx(read_sound(whole)[: 3 * RATE_HZ])


def test_a_start_behind_the_end_is_refused(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", tone(1.0))
    with pytest.raises(InputError, match=r"lasts 1\.0 s"):
        FileMicrophone([path], start_s=2.0).start(FakeClock())


def test_the_argument_chooses_the_microphone(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", tone(0.2))
    spec = microphone_spec(f"{path},{path}", continuous=True)
    assert spec.options["mode"] == "continuous"
    assert isinstance(spec.open(FakeClock()), FileMicrophone)
    assert isinstance(microphone_spec("none").open(FakeClock()), NoMicrophone)
    assert microphone_spec("USB headset").options == {"device": "USB headset"}
    with pytest.raises(InputError, match="no such file"):
        microphone_spec(str(tmp_path / "gone.wav"))
    text = tmp_path / "text.wav"
    text.write_text("no sound " * 100)
    with pytest.raises(InputError, match=r"text\.wav: a text file"):
        microphone_spec(f"{path},{text}")


def test_no_microphone_says_so_at_once() -> None:
    microphone = NoMicrophone()
    microphone.start(FakeClock())
    assert microphone.read() is None


NOBODY = """
from perception.clock import SessionClock
from perception.errors import DeviceError
from perception.microphone.microphone_pyaudio import PyAudioMicrophone, list_devices

if list_devices():
    print("there is one")
else:
    try:
        PyAudioMicrophone().start(SessionClock())
    except DeviceError as error:
        print(error)
"""


def test_a_machine_without_microphone_says_so(tmp_path: Path) -> None:
    # in a process of its own: among all that tests load, PortAudio crashed now and then
    nobody = {"XDG_RUNTIME_DIR": str(tmp_path), "PULSE_SERVER": f"unix:{tmp_path}/nobody"}
    result = subprocess.run(
        [sys.executable, "-c", NOBODY],
        cwd=ROOT,
        env={**os.environ, **nobody},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    if "there is one" in result.stdout:
        pytest.skip("needs a machine without a microphone")
    assert "no microphone" in result.stdout
    assert result.stderr == ""


def test_a_recording_straight_through_waits_for_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "steps.wav"
    write_wav(path, np.full(RATE_HZ, 0.5, np.float32))
    microphone = FileMicrophone([path], mode="continuous", await_begin=True, pace=False)
    microphone.start(FakeClock(5.0))
    silent = [microphone.read() for _ in range(10)]
    microphone.cue(Cue("begin", 6.0))
    heard = [microphone.read() for _ in range(40)]
    assert all(not block.samples.any() for block in silent if block is not None)
    sound = np.concatenate([block.samples for block in silent + heard if block is not None])
    first = int(np.flatnonzero(np.abs(sound) > 0.1)[0])
    assert abs(first / RATE_HZ - 1.0) < 0.002


def test_answers_wait_for_their_turn_whatever_begins(tmp_path: Path) -> None:
    microphone = FileMicrophone([write_wav(tmp_path / "a.wav", tone(1.0))], pace=False)
    microphone.start(FakeClock(0.0))
    microphone.cue(Cue("begin", 0.1))
    heard = [microphone.read() for _ in range(60)]
    assert not any(block.samples.any() for block in heard if block is not None)
