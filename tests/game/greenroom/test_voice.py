"""What tries the loudspeaker: her line or a chime, and whether its echo is really found."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from dialogue.content.persona import Speech
from game.greenroom.voice import CHIME_HZ, LINE, LoudspeakerCheck, chime
from game.sound.speaker import PlayHandle, SilentSpeaker, choose_speaker
from game.voice.base import RenderedSpeech, Renderer, choose_voice
from game.voice.voice_silent import SilentVoice
from perception.clock import FakeClock, SessionClock
from perception.devices import microphone_spec
from perception.echo.stage import EchoStage, Playback
from perception.errors import ModelError
from perception.microphone.base import BLOCK_SAMPLES, RATE_HZ
from perception.pipeline.hearing import Hearing
from perception.signal.resampling import resample
from perception.types import AudioBlock, Event
from tests.sound_server import ALONE, pulseaudio, run_alone


class Loud(SilentSpeaker):
    """A loudspeaker of which the test sees what it plays, and which can be lost."""

    name = "loud"
    lost: str | None = None

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.played: list[tuple[NDArray[np.float32], int]] = []
        self.handles: list[PlayHandle] = []

    def play(
        self, samples: NDArray[np.float32], rate_hz: int, at_s: float | None = None
    ) -> PlayHandle:
        self.played.append((samples, rate_hz))
        self.handles.append(super().play(samples, rate_hz, at_s))
        return self.handles[-1]

    def trouble(self) -> str | None:
        return self.lost


def speaking() -> Renderer:
    try:
        return Renderer(choose_voice("flite"))
    except ModelError as error:
        pytest.skip(str(error))


def test_her_line_is_played_once_when_it_is_asked_for() -> None:
    clock = FakeClock(3.0)
    speaker, renderer = Loud(clock), speaking()
    check = LoudspeakerCheck(speaker, renderer)
    assert renderer.get(LINE).duration_s < 5.0  # short, and rendered without being asked again
    assert check.advance(3.0) == [] and speaker.played == []
    check.play()
    [event] = check.advance(3.0)
    assert (event.t_s, event.source, event.kind) == (3.0, "loudspeaker", "playing")
    assert event.data["duration_s"] == pytest.approx(renderer.get(LINE).duration_s)
    assert check.advance(3.1) == [] and len(speaker.played) == 1
    clock.set(4.0)
    check.stop()
    assert speaker.handles[0].stopped
    renderer.close()


def test_nothing_waits_for_a_line_that_is_not_ready() -> None:
    class Slow(SilentVoice):
        def render(self, text: str) -> RenderedSpeech:
            time.sleep(0.4)
            return super().render(text)

    voice = Slow("female", Speech())
    voice.name = "slow"
    clock = FakeClock()
    speaker, renderer = Loud(clock), Renderer(voice)
    check = LoudspeakerCheck(speaker, renderer)
    check.play()
    began = time.perf_counter()
    assert check.advance(0.0) == []
    assert time.perf_counter() - began < 0.1
    renderer.get(LINE)
    assert [event.kind for event in check.advance(0.5)] == ["playing"]
    renderer.close()


@pytest.mark.parametrize("voice", ["none", "silent", "broken"])
def test_without_a_voice_a_chime_is_played(voice: str) -> None:
    class Broken(SilentVoice):
        def render(self, text: str) -> RenderedSpeech:
            raise ModelError("the voice's file is damaged; install it again")

    renderer = None
    if voice != "none":
        engine = SilentVoice() if voice == "silent" else Broken()
        engine.name = voice
        renderer = Renderer(engine)
    speaker = Loud(FakeClock())
    check = LoudspeakerCheck(speaker, renderer)
    check.play()
    give_up = time.monotonic() + 5.0
    while not speaker.played and time.monotonic() < give_up:
        check.advance(0.0)
        time.sleep(0.01)
    samples, rate_hz = speaker.played[0]
    assert rate_hz == CHIME_HZ and np.array_equal(samples, chime())
    if renderer is not None:
        renderer.close()


def test_a_lost_loudspeaker_is_told_once() -> None:
    speaker = Loud(FakeClock())
    check = LoudspeakerCheck(speaker)
    speaker.lost = "the loudspeaker was lost; check its plug. The interview goes on"
    [event] = check.advance(1.0)
    assert (event.source, event.kind) == ("loudspeaker", "lost")
    assert event.data["message"] == "the loudspeaker was lost"
    assert check.advance(1.1) == []


def test_the_chime_is_as_loud_as_speech_and_begins_and_ends_softly() -> None:
    sound = chime()
    assert 3.0 < len(sound) / CHIME_HZ < 4.0
    level = 20 * np.log10(np.sqrt(np.mean(sound.astype(float) ** 2)))
    assert level == pytest.approx(-20.0, abs=1.5)
    assert np.abs(sound).max() < 0.8
    assert abs(sound[0]) < 1e-3 and abs(sound[-1]) < 1e-3


# -- through the ear's own ears --------------------------------------------------------------------


def measured(sound: NDArray[np.float32], rate_hz: int, gain: float, delay_s: float) -> Event:
    """What the ear measures in a room that returns a sound after a while."""
    rng = np.random.default_rng(8)
    played = np.concatenate([resample(sound, rate_hz, RATE_HZ), np.zeros(2 * RATE_HZ, np.float32)])
    lead = round(1.0 * RATE_HZ)
    whole = lead + len(played)
    heard = 10 ** (-66 / 20) * rng.standard_normal(whole)
    room = rng.standard_normal(1600) * np.exp(-np.arange(1600) / 300.0)
    room[0] = 4.0
    echo = gain * np.convolve(played, room / np.sqrt(np.sum(room**2)))[: len(played)]
    at = lead + round(delay_s * RATE_HZ)
    heard[at:] += echo[: whole - at]
    stage = EchoStage()
    stage.playback(Playback(lead / RATE_HZ, RATE_HZ, played[: -2 * RATE_HZ]))
    events: list[Event] = []
    for begin in range(0, whole - BLOCK_SAMPLES, BLOCK_SAMPLES):
        block = heard[begin : begin + BLOCK_SAMPLES].astype(np.float32)
        events += stage.process_block(AudioBlock(begin / RATE_HZ, RATE_HZ, block)).events
    found = [event for event in events if event.kind == "echo_measured"]
    assert found, [event.kind for event in events]
    return found[-1]


def sounds() -> Iterator[tuple[str, NDArray[np.float32], int]]:
    yield "chime", chime(), CHIME_HZ
    renderer = speaking()
    said = renderer.get(LINE)
    renderer.close()
    yield "line", said.samples, said.rate_hz


@pytest.mark.parametrize("delay_s", [0.06, 0.2])
def test_both_sounds_let_the_ear_find_an_echo(delay_s: float) -> None:
    for name, sound, rate_hz in sounds():
        data = measured(sound, rate_hz, 0.1, delay_s).data
        assert data["heard"], name
        assert data["delay_ms"] == pytest.approx(1000 * delay_s, abs=5.0), name
        assert data["return_loss_db"] == pytest.approx(20.0, abs=4.0), name


def test_headphones_leave_nothing_to_be_found() -> None:
    for name, sound, rate_hz in sounds():
        assert measured(sound, rate_hz, 0.0, 0.1).data["heard"] is False, name


# -- with a real loudspeaker and microphone --------------------------------------------------------


@pytest.fixture
def sound_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_alsa: None
) -> Iterator[None]:
    """A PulseAudio whose default microphone hears its default loudspeaker."""
    modules = (
        "module-null-sink sink_name=out rate=48000 channels=1",
        "module-remap-source source_name=vmic master=out.monitor",
    )
    with pulseaudio(tmp_path, monkeypatch, (), modules):
        subprocess.run(["pactl", "set-default-sink", "out"], check=True)
        subprocess.run(["pactl", "set-default-source", "vmic"], check=True)
        yield


alone = pytest.mark.skipif(
    ALONE not in os.environ, reason="run by test_a_real_loudspeaker_is_tried, in its own process"
)


@pytest.mark.slow
def test_a_real_loudspeaker_is_tried(pytestconfig: pytest.Config) -> None:
    """Sound libraries look once per process for a server, so this test gets a fresh one."""
    run_alone([__file__], "beside_a_loudspeaker", pytestconfig)


@alone
@pytest.mark.slow
def test_a_microphone_beside_a_loudspeaker_hears_the_line(sound_server: None) -> None:
    clock = SessionClock()
    hearing = Hearing(microphone_spec("default"), clock.origin_s)
    hearing.start()
    speaker = choose_speaker("pyaudio", clock)
    speaker.listen(hearing.playback)
    renderer = speaking()
    check = LoudspeakerCheck(speaker, renderer)
    heard: list[Event] = []
    try:
        renderer.get(LINE)
        give_up = clock.now() + 40.0
        while not hearing.listening and clock.now() < give_up:
            hearing.poll()
            time.sleep(0.05)
        check.play()
        while clock.now() < give_up and not any(e.kind == "echo_measured" for e in heard):
            heard += check.advance(clock.now())
            heard += [item for item in hearing.poll() if isinstance(item, Event)]
            time.sleep(0.02)
    finally:
        speaker.close()
        hearing.stop(finish_s=0.0)
        renderer.close()
    kinds = [(event.source, event.kind) for event in heard]
    assert ("loudspeaker", "playing") in kinds
    [found] = [event.data for event in heard if event.kind == "echo_measured"]
    assert found["heard"] and found["return_loss_db"] == pytest.approx(0.0, abs=3.0)
    assert ("microphone", "speech_start") not in kinds  # her line is nobody's speech
