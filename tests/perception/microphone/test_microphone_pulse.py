"""The machine's own microphone: a real sound server with virtual microphones, heard by PyAudio."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from perception.clock import SessionClock
from perception.devices import microphone_spec
from perception.errors import DeviceError
from perception.microphone.base import BLOCK_SAMPLES, RATE_HZ
from perception.microphone.microphone_pyaudio import OpenedAs, PyAudioMicrophone, list_devices
from perception.pipeline.hearing import Hearing, HearingSettings
from perception.speech.base import SpeechSettings
from perception.types import AudioBlock, Event, VoiceReading
from tests.lanes import some_always
from tests.perception.microphone.test_microphone import tone, write_wav
from tests.perception.microphone.virtual_microphones import VirtualMicrophones
from tests.sound_server import ALONE, run_alone

NO_WORDS = HearingSettings(speech=SpeechSettings(recogniser="none"))


@contextlib.contextmanager
def opened(microphone: PyAudioMicrophone) -> Iterator[PyAudioMicrophone]:
    try:
        microphone.start(SessionClock())
        yield microphone
    finally:
        microphone.close()


def hear(microphone: PyAudioMicrophone, seconds: float) -> list[AudioBlock]:
    blocks = []
    for _ in range(round(seconds * RATE_HZ / BLOCK_SAMPLES)):
        block = microphone.read()
        assert block is not None and block.samples.shape == (BLOCK_SAMPLES,)
        blocks.append(block)
    return blocks


def strongest_hz(blocks: list[AudioBlock]) -> float:
    sound = np.concatenate([b.samples for b in blocks])
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(np.argmax(spectrum) * RATE_HZ / len(sound))


def peak(blocks: list[AudioBlock]) -> float:
    sound: NDArray[np.float32] = np.abs(np.concatenate([b.samples for b in blocks]))
    return float(np.percentile(sound, 99.5))


@pytest.mark.slow
def test_real_microphones(pytestconfig: pytest.Config) -> None:
    """Runs all tests that have a ``desk``, here and in the other file, in one fresh process."""
    if ALONE in os.environ:
        pytest.skip("run by the process that started this one")
    here = Path(__file__)
    files = [str(here), str(here.parents[1] / "pipeline" / "test_sound_trouble.py")]
    run_alone(files, "test_microphone_pulse or lost_in_mid_answer", pytestconfig)


@pytest.mark.slow
def test_the_machines_microphone_hears_what_is_played(
    desk: VirtualMicrophones, tmp_path: Path
) -> None:
    path = write_wav(tmp_path / "tone.wav", tone(1.0, 440.0))
    heard: list[AudioBlock] = []
    with opened(PyAudioMicrophone(stall_s=1.0)) as microphone:
        player = None
        while not heard or heard[-1].t_s < 4.0:
            heard += hear(microphone, 0.032)
            if player is None and heard[-1].t_s > 1.0:
                player = subprocess.Popen(["paplay", "-d", "headset_feed", str(path)])
        assert player is not None and player.wait(10) == 0
        sound = np.concatenate([b.samples for b in heard])
        loud = np.flatnonzero(np.abs(sound) > 0.25)
        assert (loud[-1] - loud[0]) / RATE_HZ == pytest.approx(1.0, abs=0.05)
        spectrum = np.abs(np.fft.rfft(sound[loud[0] : loud[0] + 8000]))
        assert np.argmax(spectrum) * 2 == pytest.approx(440, abs=4)
        steps = np.diff([b.t_s for b in heard])
        assert np.median(steps) == pytest.approx(0.032, abs=0.001)
        assert steps.min() > 0.031
        desk.process.terminate()  # as good as pulling the plug
        began_s = time.monotonic()
        with pytest.raises(DeviceError, match=r"has gone|no sound for 1 s"):
            hear(microphone, 10.0)
        assert time.monotonic() - began_s < 2.0


@pytest.mark.slow
def test_times_of_blocks_are_those_of_the_sound(desk: VirtualMicrophones) -> None:
    clock = SessionClock()
    with contextlib.closing(PyAudioMicrophone()) as microphone:
        microphone.start(clock)
        hear(microphone, 4.0)  # a server that wakes gives its first seconds late, and all at once
        late_s: list[float] = []
        while len(late_s) < 60:
            (block,) = hear(microphone, 0.032)
            late_s.append(clock.now() - (block.t_s + BLOCK_SAMPLES / RATE_HZ))
    # a block is never heard before it has sounded, and a virtual microphone is at most 80 ms late
    assert min(late_s) > -0.01
    assert np.median(late_s) < 0.08


@pytest.mark.slow
def test_a_microphone_is_chosen_by_its_name_whatever_its_rate_and_channels(
    desk: VirtualMicrophones,
) -> None:
    for name, hz in (("studio", 1000.0), ("camera", 700.0)):
        desk.plug(name)
        desk.hum(name, hz)
    desk.hum("headset", 440.0)
    for wanted, hz in (("headset", 440), ("Studio", 1000), ("CAMERA", 700), (None, 440)):
        with opened(PyAudioMicrophone(wanted)) as microphone:
            hear(microphone, 0.5)
            heard = hear(microphone, 0.5)
            assert strongest_hz(heard) == pytest.approx(hz, abs=3)
            assert peak(heard) == pytest.approx(0.5, abs=0.02)
    with pytest.raises(DeviceError, match=r"no microphone 'lapel'; there are: .*'headset'"):
        PyAudioMicrophone("lapel").start(SessionClock())
    number = next(d.index for d in list_devices() if d.name == "camera")
    with opened(PyAudioMicrophone(str(number))) as microphone:
        assert microphone.name == "camera"


@pytest.mark.slow
@pytest.mark.parametrize("rate_hz", some_always((48_000, 44_100), 44_100))
def test_a_device_is_opened_at_its_own_rate_and_resampled(
    desk: VirtualMicrophones, rate_hz: int
) -> None:
    desk.plug("studio")
    desk.hum("studio", 1000.0)
    clock = SessionClock()
    with contextlib.closing(PyAudioMicrophone("studio", rate_hz=rate_hz)) as microphone:
        microphone.start(clock)
        assert microphone.opened == OpenedAs(rate_hz, 1, "int16")
        hear(microphone, 3.0)
        heard = hear(microphone, 1.0)
        late_s = clock.now() - (heard[-1].t_s + BLOCK_SAMPLES / RATE_HZ)
        dropped = [event for event in microphone.events() if event.kind == "dropped"]
    assert strongest_hz(heard) == pytest.approx(1000, abs=5)
    assert peak(heard) == pytest.approx(0.5, abs=0.02)
    steps = np.diff([b.t_s for b in heard])
    assert steps.min() > 0.0313
    assert steps.max() < 0.0327 or dropped  # a machine that is too busy does lose sound: it is said
    assert -0.01 < late_s < 0.5


@pytest.mark.slow
@pytest.mark.parametrize("sample", some_always(("float32", "int32", "int24"), "int24"))
def test_a_device_that_gives_only_stereo_of_one_format_is_mixed_down(
    desk: VirtualMicrophones, monkeypatch: pytest.MonkeyPatch, sample: str
) -> None:
    import pyaudio

    formats = {"float32": pyaudio.paFloat32, "int32": pyaudio.paInt32, "int24": pyaudio.paInt24}
    really_open = pyaudio.PyAudio.open

    def choosy(audio: Any, **wanted: Any) -> Any:
        if wanted["channels"] != 2:
            raise OSError(-9998, "Invalid number of channels")
        if wanted["format"] != formats[sample]:
            raise OSError(-9994, "Sample format not supported")
        return really_open(audio, **wanted)

    monkeypatch.setattr(pyaudio.PyAudio, "open", choosy)
    desk.plug("studio")
    desk.hum("studio", 600.0, left_only=True)
    with opened(PyAudioMicrophone("studio")) as microphone:
        assert microphone.opened == OpenedAs(RATE_HZ, 2, sample)
        hear(microphone, 0.5)
        heard = hear(microphone, 0.5)
    assert strongest_hz(heard) == pytest.approx(600, abs=3)
    assert peak(heard) == pytest.approx(0.5, abs=0.02)  # one silent channel costs nothing


@pytest.mark.slow
def test_a_device_that_does_not_keep_to_its_rate_is_found_out(
    desk: VirtualMicrophones, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyaudio

    really_open = pyaudio.PyAudio.open

    def stubborn(audio: Any, **wanted: Any) -> Any:
        assert wanted["rate"] == 48_000
        return really_open(audio, **{**wanted, "rate": 44_100})

    monkeypatch.setattr(pyaudio.PyAudio, "open", stubborn)
    desk.hum("headset", 1000.0)
    with opened(PyAudioMicrophone(rate_hz=48_000)) as microphone:
        told: list[Event] = []
        give_up_s = time.monotonic() + 30
        while not told and time.monotonic() < give_up_s:
            heard = hear(microphone, 0.5)
            told = [e for e in microphone.events() if e.kind == "rate"]
            if not told:
                assert strongest_hz(heard) == pytest.approx(1088, abs=30)  # too high
        assert told[0].data["rate"] == 44_100
        hear(microphone, 1.0)
        assert strongest_hz(hear(microphone, 1.0)) == pytest.approx(1000, abs=3)


@pytest.mark.slow
def test_a_device_in_use_elsewhere_is_one_plain_line(
    desk: VirtualMicrophones, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyaudio

    asked = []

    def busy(audio: Any, **wanted: Any) -> Any:
        asked.append(wanted)
        raise OSError(-9985, "Device unavailable")

    monkeypatch.setattr(pyaudio.PyAudio, "open", busy)
    with pytest.raises(DeviceError, match="close other programs that use it") as caught:
        PyAudioMicrophone().start(SessionClock())
    assert "\n" not in str(caught.value)
    assert len(asked) == 1


@pytest.mark.slow
def test_when_the_default_microphone_goes_the_next_one_takes_over(
    desk: VirtualMicrophones,
) -> None:
    desk.plug("camera")
    desk.hum("camera", 700.0)
    with opened(PyAudioMicrophone()) as microphone:
        hear(microphone, 0.5)
        desk.unplug("headset")
        # either the server moves the stream itself, or it is lost and opened anew
        try:
            hear(microphone, 1.5)
        except DeviceError:
            microphone.close()
            microphone.start(SessionClock())
            hear(microphone, 0.5)
        assert strongest_hz(hear(microphone, 0.5)) == pytest.approx(700, abs=3)


@pytest.mark.slow
@pytest.mark.parametrize("wanted", some_always(("headset", None), "headset"))
def test_a_microphone_that_is_lost_and_comes_back_is_heard_again(
    desk: VirtualMicrophones, wanted: str | None
) -> None:
    heard: list[Any] = []
    origin_s = time.monotonic()
    hearing = Hearing(microphone_spec(wanted), origin_s, NO_WORDS)

    def until(done: Callable[[], bool]) -> None:
        give_up_s = time.monotonic() + 60
        while not done():
            told = [item for item in heard if isinstance(item, Event)]
            assert time.monotonic() < give_up_s, f"waited in vain; heard {told}"
            time.sleep(0.01)
            heard.extend(hearing.poll())

    def events(kind: str) -> list[Event]:
        return [item for item in heard if isinstance(item, Event) and item.kind == kind]

    def readings() -> list[VoiceReading]:
        return [item for item in heard if isinstance(item, VoiceReading)]

    def level_dbfs() -> float:
        levels = [item.level_dbfs for item in readings()]
        return float(np.median(levels[-10:])) if levels else -120.0

    desk.hum("headset", 440.0)
    hearing.start()
    try:
        until(lambda: level_dbfs() > -12)
        desk.unplug("headset")
        until(lambda: len(events("lost")) == 1)
        heard[:] = [item for item in heard if isinstance(item, Event)]
        assert "microphone" in events("lost")[0].data["message"]
        time.sleep(3.0)  # long enough for a try in vain
        heard.extend(hearing.poll())
        assert events("restored") == []
        desk.plug("headset")
        desk.hum("headset", 440.0)
        until(lambda: bool(events("restored")))
        until(lambda: level_dbfs() > -12 and len(readings()) > 1)
        assert len(events("lost")) == 1
    finally:
        hearing.stop(finish_s=0.0)
    times = [item.t_s for item in heard if isinstance(item, VoiceReading)]
    assert np.diff(times).min() > 0
    assert times[-1] == pytest.approx(time.monotonic() - origin_s, abs=4.0)
