"""The machine's own microphone, through PortAudio."""

from __future__ import annotations

import contextlib
import os
import queue
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from perception.clock import Clock
from perception.errors import DeviceError, ModelError
from perception.microphone import BLOCK_SAMPLES, RATE_HZ
from perception.quiet import native_stderr_muted
from perception.types import AudioBlock, Cue, Event

_PULSE_LATENCY_MS = "20"
_WAKE_S = 5.0
"""Patience for the first sound: a sleeping sound server takes seconds to wake."""
_JUMP_S = 0.1
"""A disagreement of sample count and device clock beyond this means that sound was lost."""


@dataclass(frozen=True, slots=True)
class MicrophoneDevice:
    """An input that PortAudio knows."""

    index: int
    name: str
    rate_hz: int
    """Its own rate."""
    default: bool


def list_devices() -> list[MicrophoneDevice]:
    """All inputs of this machine; empty when there is none.

    Raises:
        ModelError: PyAudio is not installed.
    """
    with _portaudio() as audio:
        return _inputs(audio)


class PyAudioMicrophone:
    """Sound from an input device, 16 kHz mono, with times from the device's clock.

    Args:
        device: part of its name, or its number as text; None for the default.
        stall_s: seconds without sound after which the device counts as lost.

    Attributes:
        name: the device's name once it is open.
        overflows: times that the system dropped sound because it was not fetched.
    """

    def __init__(self, device: str | None = None, stall_s: float = 2.0) -> None:
        self.name = device or "default microphone"
        self.part_over = False
        self.overflows = 0
        self._wanted = device
        self._stall_s = stall_s
        self._stack = contextlib.ExitStack()
        self._stream: Any = None
        self._clock: Clock | None = None
        self._queue: queue.Queue[tuple[float, bytes]] = queue.Queue(256)
        self._timeline = SampleTimeline(RATE_HZ)
        self._buffer = np.zeros(0, np.float32)
        self._resampler: Any = None
        self._heard = False

    def start(self, clock: Clock) -> None:
        """Opens the device.

        Raises:
            DeviceError: there is none, or it cannot be opened.
            ModelError: PyAudio is not installed.
        """
        self._clock = clock
        audio = self._stack.enter_context(_portaudio())
        import pyaudio  # after the line that says how to install it

        device = _pick(_inputs(audio), self._wanted)
        self.name = device.name
        try:
            self._stream = self._open(audio, device, RATE_HZ, pyaudio.paInt16)
        except (OSError, ValueError):
            self._stream = self._open_at_own_rate(audio, device, pyaudio.paInt16)
        self._stack.callback(self._close_stream)

    def read(self) -> AudioBlock | None:
        """The next 512 samples.

        Raises:
            DeviceError: nothing came for ``stall_s``.
        """
        while len(self._buffer) < BLOCK_SAMPLES:
            patience_s = self._stall_s if self._heard else max(self._stall_s, _WAKE_S)
            try:
                ended_s, data = self._queue.get(timeout=patience_s)
            except queue.Empty:
                raise DeviceError(
                    f"microphone {self.name}: no sound for {patience_s:g} s; "
                    "check that it is plugged in"
                ) from None
            self._heard = True
            self._take(ended_s, data)
        samples, self._buffer = self._buffer[:BLOCK_SAMPLES], self._buffer[BLOCK_SAMPLES:]
        t_s = self._timeline.now_s - (len(self._buffer) + BLOCK_SAMPLES) / RATE_HZ
        return AudioBlock(t_s, RATE_HZ, samples)

    def cue(self, cue: Cue) -> None:
        """A person hears for themselves."""

    def events(self) -> list[Event]:
        """``dropped`` when the system lost sound since the last call."""
        if self.overflows == 0 or self._clock is None:
            return []
        times, self.overflows = self.overflows, 0
        return [Event(self._clock.now(), "microphone", "dropped", {"times": times})]

    def close(self) -> None:
        """Releases the device."""
        self._stack.close()
        self._stream = self._resampler = None
        self._heard = False
        self._buffer = np.zeros(0, np.float32)
        self._timeline = SampleTimeline(RATE_HZ)
        self._queue = queue.Queue(256)

    def _open(self, audio: Any, device: MicrophoneDevice, rate_hz: int, sample: int) -> Any:
        with native_stderr_muted():
            return audio.open(
                rate=rate_hz,
                channels=1,
                format=sample,
                input=True,
                input_device_index=device.index,
                frames_per_buffer=BLOCK_SAMPLES // 2 * rate_hz // RATE_HZ,
                stream_callback=self._arrived,
            )

    def _open_at_own_rate(self, audio: Any, device: MicrophoneDevice, sample: int) -> Any:
        from perception.microphone_file import Resampler

        self._resampler = Resampler(device.rate_hz)
        try:
            return self._open(audio, device, device.rate_hz, sample)
        except (OSError, ValueError) as error:
            raise DeviceError(
                f"microphone {device.name}: cannot be opened ({error}); "
                "close other programs that use it, or choose another with --microphone"
            ) from None

    def _arrived(
        self, data: bytes, frames: int, times: Mapping[str, float], status: int
    ) -> tuple[None, int]:
        # PortAudio's own thread: only note what came and when its last sample was heard.
        assert self._clock is not None
        now_s = self._clock.now()
        waited = times["current_time"] - times["input_buffer_adc_time"]
        rate = RATE_HZ if self._resampler is None else 0
        span_s = frames / rate if rate else 0.0
        delay_s = waited - span_s if 0.0 < waited < 1.0 else 0.0
        try:
            self._queue.put_nowait((now_s - max(0.0, delay_s), data))
        except queue.Full:
            self.overflows += 1
        if status & 2:  # paInputOverflow
            self.overflows += 1
        return None, 0  # paContinue

    def _take(self, ended_s: float, data: bytes) -> None:
        samples: NDArray[np.float32] = np.frombuffer(data, np.int16).astype(np.float32) / 32768
        if self._resampler is not None:
            samples = self._resampler.update(samples)
        self._timeline.update(len(samples), ended_s)
        self._buffer = np.concatenate([self._buffer, samples])

    def _close_stream(self) -> None:
        if self._stream is None:
            return
        with native_stderr_muted(), contextlib.suppress(OSError):
            self._stream.close()  # a device that was pulled out cannot be closed again


class SampleTimeline:
    """Session time of a stream's newest sample, by counting samples.

    Blocks arrive late by a varying span, samples do not: so time advances by samples, follows an
    arrival that was earlier than expected at once, and a later one slowly, as clocks drift.

    Args:
        rate_hz: samples per second.

    Attributes:
        now_s: session time at the end of the newest sample.
    """

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._started = False
        self.now_s = 0.0

    def update(self, samples: int, arrived_s: float) -> None:
        """Counts ``samples`` whose last was heard by ``arrived_s`` at the latest."""
        if not self._started:
            self._started, self.now_s = True, arrived_s
            return
        self.now_s += samples / self._rate_hz
        late_s = arrived_s - self.now_s
        if abs(late_s) > _JUMP_S or late_s < 0:
            self.now_s = arrived_s
        else:
            self.now_s += 0.002 * late_s


def _inputs(audio: Any) -> list[MicrophoneDevice]:
    try:
        default = int(audio.get_default_input_device_info()["index"])
    except OSError:
        default = -1
    found = []
    for index in range(audio.get_device_count()):
        info = audio.get_device_info_by_index(index)
        if info["maxInputChannels"] > 0:
            found.append(
                MicrophoneDevice(
                    index, str(info["name"]), int(info["defaultSampleRate"]), index == default
                )
            )
    return found


def _pick(devices: list[MicrophoneDevice], wanted: str | None) -> MicrophoneDevice:
    if not devices:
        raise DeviceError(
            "no microphone: this machine has none that can be heard; plug one in, or answer by "
            "typing with --microphone none"
        )
    if wanted is None:
        return next((device for device in devices if device.default), devices[0])
    for device in devices:
        if wanted == str(device.index) or wanted.lower() in device.name.lower():
            return device
    names = ", ".join(f"'{device.name}'" for device in devices)
    raise DeviceError(f"no microphone '{wanted}'; there are: {names}")


@contextlib.contextmanager
def _portaudio() -> Iterator[Any]:
    os.environ.setdefault("PULSE_LATENCY_MSEC", _PULSE_LATENCY_MS)
    try:
        import pyaudio
    except ModuleNotFoundError:
        raise ModelError(
            "microphones need PyAudio; install it with: apt install portaudio19-dev && "
            "pip install pyaudio"
        ) from None
    with native_stderr_muted():
        audio = pyaudio.PyAudio()
    try:
        yield audio
    finally:
        with native_stderr_muted():
            audio.terminate()
