"""Sound keeps the session's time, heard or not; what was said stays on disk."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import numpy as np
import pytest

from game.sound.levels import GainRamp
from game.sound.mixdown import Mixdown, Part, mix
from game.sound.speaker import FADE_S, SilentSpeaker, choose_speaker
from game.sound.speaker_pyaudio import PyAudioSpeaker
from perception.clock import FakeClock, SessionClock
from perception.echo.reference import ReferenceTimeline
from perception.echo.stage import Playback, PlaybackStopped
from perception.errors import DeviceError, InputError, StorageError
from perception.paths import ROOT
from perception.signal.resampling import resample
from perception.signal.wav import read_wav
from tests.sound_server import ALONE, pulseaudio, run_alone

RATE = 16_000


def tone(seconds: float, hz: float = 440.0, rate: int = RATE, size: float = 0.5) -> np.ndarray:
    return (size * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)).astype(
        np.float32
    )


def loud_from(samples: np.ndarray, rate: int) -> tuple[float, float]:
    loud = np.flatnonzero(np.abs(samples) > 0.05)
    return loud[0] / rate, loud[-1] / rate


# Without a loudspeaker


def test_a_gain_goes_over_without_a_jump():
    ramp = GainRamp()
    ones = np.ones(100, np.float32)
    assert ramp.apply(ones) is ones
    ramp.fade_to(0.25, 150)
    went = np.concatenate([ramp.apply(ones), ramp.apply(ones), ramp.apply(ones)])
    assert np.abs(np.diff(went)).max() == pytest.approx(0.75 / 150, rel=1e-3)
    assert went[148] > 0.25 and np.all(went[149:] == 0.25)
    ramp.fade_to(1.0, 50)  # back, from where it is
    back = ramp.apply(ones)
    assert back[0] == pytest.approx(0.265) and np.all(back[49:] == 1.0)


def test_silence_takes_the_time_of_the_sound():
    clock = FakeClock(5.0)
    handle = SilentSpeaker(clock).play(tone(2.0), RATE)
    assert (handle.started_s, handle.position_s, handle.done) == (5.0, 0.0, False)
    clock.set(6.5)
    assert handle.position_s == pytest.approx(1.5)
    clock.set(7.0)
    assert handle.done
    assert not handle.stopped
    clock.set(30.0)
    assert handle.position_s == handle.heard_s == 2.0


def test_a_sound_cut_short_fades_and_stands_still():
    clock = FakeClock()
    handle = SilentSpeaker(clock).play(tone(2.0), RATE, at_s=1.0)
    clock.set(1.5)
    handle.stop()
    assert handle.stopped
    assert not handle.done  # it fades still
    clock.set(1.5 + FADE_S + 0.001)
    assert handle.done
    assert handle.heard_s == pytest.approx(0.5 + FADE_S)
    handle.stop()
    assert handle.heard_s == pytest.approx(0.5 + FADE_S)


def test_a_sound_stopped_before_it_began_is_not_heard():
    clock = FakeClock()
    handle = SilentSpeaker(clock).play(tone(1.0), RATE, at_s=3.0)
    clock.set(1.0)
    assert handle.position_s == 0.0
    handle.stop()
    clock.set(3.5)
    assert (handle.heard_s, handle.position_s, handle.done) == (0.0, 0.0, True)


def test_a_sound_that_ended_cannot_be_cut():
    clock = FakeClock()
    handle = SilentSpeaker(clock).play(tone(1.0), RATE)
    clock.set(2.0)
    handle.stop()
    assert not handle.stopped
    assert handle.heard_s == 1.0


def test_closing_stops_what_plays():
    clock = FakeClock()
    speaker = SilentSpeaker(clock)
    handle = speaker.play(tone(1.0), RATE)
    clock.set(0.2)
    speaker.close()
    assert handle.stopped


def test_unknown_speakers_are_named_with_those_known():
    with pytest.raises(InputError, match=r"'radio' is unknown.*pyaudio"):
        choose_speaker("radio", FakeClock())


# With one: a sink of PulseAudio's whose monitor is recorded


alone = pytest.mark.skipif(
    ALONE not in os.environ, reason="run by test_a_real_loudspeaker, in a process of its own"
)


def test_a_real_loudspeaker(pytestconfig):
    """Sound libraries look once per process for a server, so these tests get a fresh one."""
    run_alone([__file__], "lips or lost or listens or soon", pytestconfig)


@pytest.fixture
def sound_server(tmp_path, monkeypatch, fresh_alsa):
    """A PulseAudio of the test's own with one sink, "ear"."""
    monkeypatch.setenv("PULSE_LATENCY_MSEC", "30")
    sink = "module-null-sink sink_name=ear rate=48000 channels=1"
    with pulseaudio(tmp_path, monkeypatch, ("parec",), (sink,)) as server:
        yield server


@alone
def test_the_lips_can_trust_the_time_of_the_sound(sound_server):
    clock = SessionClock()
    speaker = choose_speaker("pyaudio", clock)
    command = "parec -d ear.monitor --raw --format=s16le --rate=16000 --channels=1"
    recorder = subprocess.Popen(
        [*command.split(), "--latency-msec=10"],
        stdout=subprocess.PIPE,
    )
    assert recorder.stdout is not None
    speaker.play(tone(60.0, size=0.01), RATE)  # a sink just made swallows its first sounds
    while not any(recorder.stdout.read(1600)):
        pass
    handle = speaker.play(tone(1.5), RATE)
    assert not handle.done  # did not wait for the sound
    while handle.started_s is None or clock.now() < handle.started_s + 0.6:
        clock.sleep(0.01)
    assert 0.5 < handle.position_s <= clock.now() - handle.started_s
    handle.stop()
    while not handle.done:
        clock.sleep(0.01)
    assert handle.stopped
    assert 0.5 < handle.heard_s < 1.5
    clock.sleep(0.5)
    recorder.terminate()
    raw = recorder.stdout.read()
    recorder.wait()
    recorder.stdout.close()
    speaker.close()
    heard = np.frombuffer(raw[: len(raw) // 2 * 2], "<i2") / 32768
    first_s, last_s = loud_from(heard, 16_000)
    assert last_s - first_s == pytest.approx(handle.heard_s, abs=0.05)
    assert np.abs(heard[-2000:]).max() < 0.02


@alone
def test_whoever_listens_learns_what_is_heard_and_nothing_else(sound_server):
    clock = SessionClock()
    speaker = choose_speaker("pyaudio", clock)
    told: list[Playback] = []

    def tell(played: Playback | PlaybackStopped) -> None:
        assert isinstance(played, Playback), "nothing was cut off"
        told.append(played)

    speaker.listen(tell)
    speaker.play(tone(2.0, size=0.003), RATE)  # a room's tone
    clock.sleep(0.5)
    assert told == []
    first = speaker.play(tone(0.4), RATE)
    while not first.done:
        clock.sleep(0.01)
    clock.sleep(0.1)  # little is ahead: the second would follow on the first
    second = speaker.play(tone(2.0, 300), RATE)
    while second.started_s is None:
        clock.sleep(0.01)
    clock.sleep(0.6)
    second.stop()
    clock.sleep(0.5)
    speaker.close()
    timeline = ReferenceTimeline()
    for playback in told:
        timeline.add(playback)
    began = [handle.started_s for handle in (first, second)]
    assert began[0] is not None and began[1] is not None
    heard = timeline.read(round((began[0] - 0.2) * RATE), 3 * RATE)
    begin_s, end_s = loud_from(heard, RATE)
    assert begin_s == pytest.approx(0.2, abs=0.02)
    assert end_s == pytest.approx(began[1] + second.heard_s - began[0] + 0.2, abs=0.03)
    between = round((first.duration_s + 0.23) * RATE), round((began[1] - began[0] + 0.17) * RATE)
    assert np.abs(heard[slice(*between)]).max() < 0.05
    # sample for sample what was played, at the microphone's rate
    inside = heard[round(0.3 * RATE) : round(0.5 * RATE)]
    spectrum = np.abs(np.fft.rfft(inside * np.hanning(len(inside))))
    assert np.argmax(spectrum) * RATE / len(inside) == pytest.approx(440, abs=5)
    assert np.sqrt(np.mean(inside**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.02)


class Ear:
    """Records what the sink plays, each sample with the time at which it came."""

    def __init__(self, clock: SessionClock) -> None:
        command = "parec -d ear.monitor --raw --format=s16le --rate=16000 --channels=1"
        self._clock = clock
        self._recorder = subprocess.Popen(
            [*command.split(), "--latency-msec=5"], stdout=subprocess.PIPE
        )
        self._heard: list[tuple[float, bytes]] = []
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        assert self._recorder.stdout is not None
        while part := self._recorder.stdout.read(160):  # 5 ms
            self._heard.append((self._clock.now(), part))

    def levels(self) -> list[tuple[float, float]]:
        """Time and root mean square level of each 5 ms."""
        return [
            (t_s, float(np.sqrt(np.mean((np.frombuffer(part, "<i2") / 32768) ** 2))))
            for t_s, part in self._heard
        ]

    def close(self) -> None:
        self._recorder.terminate()
        self._thread.join()
        self._recorder.wait()
        assert self._recorder.stdout is not None
        self._recorder.stdout.close()


def with_little_ahead(speaker: PyAudioSpeaker, clock: SessionClock) -> int:
    """Waits until the machine has shown that it keeps up; samples that the device then takes."""
    much = speaker.block
    for _ in range(1000):
        assert speaker.trouble() is None
        if speaker.block < much:
            break
        clock.sleep(0.02)
    assert speaker.block < much
    clock.sleep(2.5)  # until the new stream runs
    return speaker.block


@alone
def test_a_sound_is_lowered_and_stopped_soon_where_the_machine_can_keep_up(sound_server):
    """What the device has taken already is heard to its end, so that has to be little."""
    clock = SessionClock()
    speaker = choose_speaker("pyaudio", clock)
    assert isinstance(speaker, PyAudioSpeaker)
    much = speaker.block
    little = with_little_ahead(speaker, clock)
    check_that_it_is_soon(speaker, clock)
    check_that_it_gets_more_ahead(speaker, clock, little, much)
    speaker.close()


def check_that_it_is_soon(speaker: PyAudioSpeaker, clock: SessionClock) -> None:
    """Lowers and stops sounds, and listens."""
    ear = Ear(clock)
    warm = speaker.play(tone(1.0), RATE)  # a sink just made swallows its first sounds
    while not warm.done:
        clock.sleep(0.01)
    lowered: list[float] = []
    silent: list[float] = []
    back: list[float] = []
    for _ in range(5):
        handle = speaker.play(tone(5.0), RATE)
        clock.sleep(0.4)
        for gain, over_s, at_s in ((0.1, 0.02, lowered), (1.0, 0.1, back)):
            at_s.append(clock.now())
            handle.fade_to(gain, over_s)
            clock.sleep(0.3)
        silent.append(clock.now())
        handle.stop()
        clock.sleep(0.3)
    ear.close()
    levels = ear.levels()

    def after(from_s: float, least: float, most: float) -> float:
        return (
            next(t_s for t_s, level in levels if t_s > from_s and least <= level <= most) - from_s
        )

    # a tone of half amplitude has a level of 0.354
    assert np.median([after(t_s, 0.0, 0.05) for t_s in lowered]) < 0.1
    assert np.median([after(t_s, 0.3, 1.0) for t_s in back]) < 0.2
    assert np.median([after(t_s, 0.0, 0.003) for t_s in silent]) < 0.1


def check_that_it_gets_more_ahead(
    speaker: PyAudioSpeaker, clock: SessionClock, little: int, much: int
) -> None:
    """Keeps the machine from keeping up, and waits for the device to take more again."""
    sum(range(12_000_000))  # in C, and lets no other thread in
    for _ in range(250):
        assert speaker.trouble() is None
        if speaker.block > little:
            break
        clock.sleep(0.02)
    assert speaker.block == much
    handle = speaker.play(tone(0.3), RATE)
    while not handle.done:
        assert speaker.trouble() is None
        clock.sleep(0.02)
    assert handle.started_s is not None


@alone
def test_a_lost_loudspeaker_is_said_and_time_goes_on(sound_server):
    clock = SessionClock()
    speaker = choose_speaker("auto", clock)
    assert speaker.name == "pyaudio"
    assert speaker.trouble() is None
    sound_server.kill()
    sound_server.wait()
    for _ in range(400):
        if speaker.trouble():
            break
        clock.sleep(0.01)
    assert "lost" in (speaker.trouble() or "")
    handle = speaker.play(tone(0.1), RATE)
    clock.sleep(0.15)
    assert handle.done
    speaker.close()


def test_no_loudspeaker_is_one_line(tmp_path, monkeypatch):
    pytest.importorskip("pyaudio", reason="needs PyAudio: python3 run.py doctor")
    if Path("/dev/snd").exists():
        pytest.skip("needs a machine without a sound card")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/none")
    with pytest.raises(DeviceError, match="no loudspeaker"):
        choose_speaker("pyaudio", FakeClock())
    speaker = choose_speaker("auto", FakeClock())
    assert speaker.name == "silent"
    assert speaker.notice is not None
    assert "\n" not in speaker.notice


# What was said, on disk


def test_sounds_lie_where_they_were_said(tmp_path):
    path = tmp_path / "recruiter.wav"
    with Mixdown(path, rate_hz=24_000, start_s=10.0) as mixdown:
        mixdown.add(13.0, tone(0.5), RATE)
        mixdown.add(11.0, tone(0.5), RATE)  # later said of an earlier time
        mixdown.add(11.25, tone(0.5), RATE, gain=0.5)
        mixdown.close(end_s=15.0)
    samples, rate = read_wav(path)
    assert rate == 24_000
    assert len(samples) == 5 * rate
    assert loud_from(samples[: 2 * rate], rate) == pytest.approx((1.0, 1.75), abs=0.01)
    assert loud_from(samples[2 * rate :], rate) == pytest.approx((1.0, 1.5), abs=0.01)


def test_what_was_lowered_is_lowered_on_disk_and_comes_back(tmp_path):
    path = tmp_path / "recruiter.wav"
    with Mixdown(path, rate_hz=24_000, start_s=10.0) as mixdown:
        mixdown.add(10.0, tone(3.0, 300, size=0.1), RATE)
        sound = mixdown.add(11.0, tone(2.0, 900), RATE)
        sound.fade_to(11.5, 0.1, 0.02)
        sound.fade_to(12.0, 1.0, 0.1)
        sound.cut(12.5)
        mixdown.close(end_s=13.0)
    samples, rate = read_wav(path)
    alone = mix([Part(10.0, tone(3.0, 300, size=0.1), RATE)], rate, 10.0, 13.0)

    def size(from_s: float, to_s: float) -> float:
        part = slice(round(from_s * rate), round(to_s * rate))
        return float(np.abs(samples[part] - alone[part]).max())

    assert size(1.1, 1.49) == pytest.approx(0.5, abs=0.01)
    assert size(1.53, 1.99) == pytest.approx(0.05, abs=0.005)
    assert size(2.12, 2.45) == pytest.approx(0.5, abs=0.01)
    assert size(0.0, 0.99) < 0.001 and size(2.51, 3.0) < 0.001


def test_a_sound_cut_short_is_taken_out_and_nothing_else(tmp_path):
    path = tmp_path / "recruiter.wav"
    with Mixdown(path) as mixdown:
        under = mixdown.add(0.0, tone(3.0, 300, size=0.2), RATE)
        over = mixdown.add(1.0, tone(2.0, 900, size=0.6), RATE)
        over.cut(1.5)
        over.cut(9.0)  # later than its end: nothing changes
        assert under is not over
    samples, rate = read_wav(path)
    alone = resample(tone(3.0, 300, size=0.2), RATE, rate)
    difference = np.abs(samples - alone[: len(samples)])
    assert loud_from(difference, rate) == pytest.approx((1.0, 1.5), abs=0.02)
    assert difference[int(1.51 * rate) :].max() < 2 / 32768
    assert np.abs(np.diff(samples)).max() < 0.3  # it faded: no click


def test_a_killed_process_keeps_what_was_said(tmp_path):
    path = tmp_path / "recruiter.wav"
    code = f"""
        import numpy as np, os, signal
        from pathlib import Path
        from game.sound.mixdown import Mixdown
        mixdown = Mixdown(Path({str(path)!r}))
        mixdown.add(1.0, np.full(16000, 0.5, np.float32), 16000)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    root = ROOT
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=root, timeout=60, check=False
    )
    assert done.returncode == -9
    samples, rate = read_wav(path)
    assert loud_from(samples, rate) == pytest.approx((1.0, 2.0), abs=0.01)


def test_a_folder_that_is_not_there_is_a_storage_error(tmp_path):
    with pytest.raises(StorageError, match="cannot be written"):
        Mixdown(tmp_path / "no" / "recruiter.wav")


def test_a_full_disk_is_a_storage_error(tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Mixdown(tmp_path / "recruiter.wav") as mixdown:
        mixdown.add(0.0, tone(0.1), RATE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
        try:
            with pytest.raises(StorageError, match="free some space"):
                mixdown.add(0.0, tone(5.0), RATE)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert os.path.getsize(tmp_path / "recruiter.wav") <= 20_000


def test_parts_add_up_and_never_pass_full_scale():
    parts = [Part(1.0, tone(1.0, size=0.9), RATE), Part(1.0, tone(1.0, size=0.9), RATE, gain=0.8)]
    total = mix(parts, RATE, 0.5, 3.0)
    assert len(total) == 2.5 * RATE
    assert loud_from(total, RATE) == pytest.approx((0.5, 1.5), abs=0.01)
    assert 0.9 < np.abs(total).max() <= 1.0
