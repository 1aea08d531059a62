"""The machine's own microphone, through PortAudio."""

from __future__ import annotations

import contextlib
import ctypes
import queue
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from perception.clock import Clock
from perception.errors import DeviceError, ModelError
from perception.microphone.base import BLOCK_SAMPLES, RATE_HZ
from perception.microphone.downmix import Downmix
from perception.microphone.stamped import finite
from perception.microphone.timeline import DeliveryDelay, RateCheck, Timeline
from perception.pulse_latency import pulse_latency
from perception.quiet import native_stderr_muted
from perception.signal.pcm import to_floats
from perception.signal.resampling import Resampler
from perception.types import AudioBlock, Cue, Event

_PULSE_LATENCY_MS = 20
_WAKE_S = 5.0
"""Patience for the very first sound: a sleeping sound server takes seconds to wake."""
_OPEN_S = 1.5
"""Seconds after which no further way to open a device is tried."""
_LOOK_S = 0.25
"""Pause between looks at a device that gives nothing: has it gone?"""
_FORMATS = {"int16": 8, "float32": 1, "int32": 2, "int24": 4}
"""PortAudio's numbers of sample formats (portaudio.h)."""
_MOST_CHANNELS = 8
_INPUT_OVERFLOW = 2
_DEVICE_UNAVAILABLE = -9985
"""PortAudio's error for a device that is in use: asking in another way would not help."""


@dataclass(frozen=True, slots=True)
class MicrophoneDevice:
    """An input that PortAudio knows."""

    index: int
    name: str
    rate_hz: int
    """Its own rate."""
    default: bool
    channels: int = 1
    """Most that it gives."""


@dataclass(frozen=True, slots=True)
class OpenedAs:
    """What a device was asked for."""

    rate_hz: int
    channels: int
    sample: str
    """int16, float32, int32 or int24."""


def list_devices() -> list[MicrophoneDevice]:
    """All inputs of this machine; empty when there is none.

    Raises:
        ModelError: PyAudio is not installed.
    """
    with _portaudio() as audio:
        return _inputs(audio)


class PyAudioMicrophone:
    """Sound from an input device, 16 kHz mono, with times from the device's clock.

    A device is asked for 16 kHz mono first, and then for whatever else it may be able to give: its
    own rate, two channels or all of them, other sample formats.

    Args:
        device: its name or a part of it, or its number as text; None for the default.
        stall_s: seconds without sound after which the device counts as lost.
        rate_hz: rate to open the device at before all others, for drivers that resample badly.

    Attributes:
        name: the device's name once it is open.
        overflows: times that the system dropped sound because it was not fetched.
    """

    def __init__(
        self, device: str | None = None, stall_s: float = 2.0, rate_hz: int = RATE_HZ
    ) -> None:
        self.name = device or "default microphone"
        self.part_over = False
        self.overflows = 0
        self._wanted = device
        self._stall_s = stall_s
        self._rate_hz = rate_hz
        self._stack = contextlib.ExitStack()
        self._stream: Any = None
        self._clock: Clock | None = None
        self._sounded = False
        self._told: list[Event] = []
        self._lost_said_s = 0.0
        self._forget()

    @property
    def opened(self) -> OpenedAs | None:
        """What the device was asked for; None while it is not open."""
        return None if self._stream is None else self._opened

    def start(self, clock: Clock) -> None:
        """Opens the device; a device that was chosen by its number is known by name from now on.

        Raises:
            DeviceError: there is none, or it cannot be opened.
            ModelError: PyAudio is not installed.
        """
        self._clock = clock
        try:
            audio = self._stack.enter_context(_portaudio())
            device = _pick(_inputs(audio), self._wanted)
            if self._wanted == str(device.index):
                self._wanted = device.name  # numbers change when a device comes or goes
            self.name = device.name
            self._stream = self._open(audio, device)
            self._stack.callback(self._close_stream)
            if not self._sounded:
                self._await_sound()
        except DeviceError:
            self.close()
            raise

    def read(self) -> AudioBlock | None:
        """The next 512 samples.

        Raises:
            DeviceError: the device has gone, or nothing came for ``stall_s``.
        """
        while not self._blocks:
            arrived_s, delay_s, data = self._fetch()
            self._delay.add_report(arrived_s, delay_s)
            heard_s = arrived_s - self._delay.seconds
            samples = self._downmix.mix(_floats(data, self._opened))
            rate_hz = self._rate_check.add_block(len(samples), arrived_s)
            if rate_hz is not None:
                self._correct_rate(rate_hz, arrived_s)
            if self._resampler is not None:
                samples = self._resampler.process(samples)
                heard_s -= self._resampler.held_s
            self._blocks.extend(self._timeline.push(samples, heard_s))
        return self._blocks.popleft()

    def cue(self, cue: Cue) -> None:
        """A person hears for themselves."""

    def events(self) -> list[Event]:
        """``dropped`` when sound was lost since the last call; ``rate`` when that was wrong."""
        events, self._told = self._told, []
        return [*events, *self._dropped()]

    def _dropped(self) -> list[Event]:
        lost_s = self._timeline.lost_s - self._lost_said_s
        if self._clock is None or (self.overflows == 0 and lost_s == 0):
            return []
        data = {"times": self.overflows, "seconds": round(lost_s, 3)}
        self.overflows = 0
        self._lost_said_s = self._timeline.lost_s
        return [Event(self._clock.now(), "microphone", "dropped", data)]

    def close(self) -> None:
        """Releases the device."""
        self._stack.close()
        self._stream = None
        self._forget()

    def _forget(self) -> None:
        self._opened = OpenedAs(RATE_HZ, 1, "int16")
        self._queue: queue.Queue[tuple[float, float | None, bytes]] = queue.Queue(256)
        self._delay = DeliveryDelay()
        self._blocks: deque[AudioBlock] = deque()
        self._told = []
        self._rate_check = RateCheck(RATE_HZ)
        self._timeline = Timeline(RATE_HZ, BLOCK_SAMPLES)
        self._downmix = Downmix(1, RATE_HZ)
        self._resampler: Resampler | None = None
        self._lost_said_s = 0.0

    def _open(self, audio: Any, device: MicrophoneDevice) -> Any:
        failure: OSError | ValueError | None = None
        give_up_s = time.monotonic() + _OPEN_S
        for opened in _ways(device, self._rate_hz):
            self._opened = opened  # before: the first sound may come before ``open`` returns
            self._downmix = Downmix(opened.channels, opened.rate_hz)
            self._resampler = _resampler(opened.rate_hz)
            self._rate_check = RateCheck(opened.rate_hz)
            try:
                with native_stderr_muted():
                    return audio.open(
                        rate=opened.rate_hz,
                        channels=opened.channels,
                        format=_FORMATS[opened.sample],
                        input=True,
                        input_device_index=device.index,
                        frames_per_buffer=BLOCK_SAMPLES // 2 * opened.rate_hz // RATE_HZ,
                        stream_callback=self._arrived,
                    )
            except (OSError, ValueError) as error:
                failure = failure or error
                busy = isinstance(error, OSError) and error.errno == _DEVICE_UNAVAILABLE
                if busy or time.monotonic() > give_up_s:
                    break
        raise DeviceError(
            f"microphone {device.name}: cannot be opened ({failure}); close other programs that "
            "use it, choose another with --microphone, or answer by typing",
            retryable=True,
        )

    def _correct_rate(self, rate_hz: int, t_s: float) -> None:
        message = (
            f"the microphone gives {rate_hz} samples a second where {self._opened.rate_hz} were "
            "agreed; it is heard at the right pitch from now on"
        )
        self._told.append(Event(t_s, "microphone", "rate", {"message": message, "rate": rate_hz}))
        self._opened = replace(self._opened, rate_hz=rate_hz)
        self._resampler = _resampler(rate_hz)
        self._rate_check = RateCheck(rate_hz)
        self._timeline = Timeline(RATE_HZ, BLOCK_SAMPLES)
        self._lost_said_s = 0.0

    def _arrived(
        self, data: bytes, frames: int, times: Mapping[str, float], status: int
    ) -> tuple[None, int]:
        # PortAudio's own thread: only note what came, and how old its last sample is said to be.
        assert self._clock is not None
        waited_s = times["current_time"] - times["input_buffer_adc_time"]
        delay_s = None  # some drivers leave these times at 0 or at nonsense
        if 0.0 < waited_s < 1.0:
            delay_s = max(0.0, waited_s - frames / self._opened.rate_hz)
        try:
            self._queue.put_nowait((self._clock.now(), delay_s, data))
        except queue.Full:
            self.overflows += 1
        if status & _INPUT_OVERFLOW:
            self.overflows += 1
        return None, 0  # paContinue

    def _await_sound(self) -> None:
        give_up_s = time.monotonic() + _WAKE_S
        while self._queue.empty() and time.monotonic() < give_up_s:
            time.sleep(0.01)
        self._sounded = not self._queue.empty()

    def _fetch(self) -> tuple[float, float | None, bytes]:
        give_up_s = time.monotonic() + self._stall_s
        while True:
            left_s = give_up_s - time.monotonic()
            with contextlib.suppress(queue.Empty):
                return self._queue.get(timeout=min(max(0.0, left_s), _LOOK_S))
            if not self._alive():
                raise DeviceError(f"microphone {self.name}: has gone; check that it is plugged in")
            if left_s <= 0:
                raise DeviceError(
                    f"microphone {self.name}: no sound for {self._stall_s:g} s; "
                    "check that it is plugged in"
                )

    def _alive(self) -> bool:
        try:
            return self._stream is not None and bool(self._stream.is_active())
        except OSError:
            return False

    def _close_stream(self) -> None:
        if self._stream is None:
            return
        with native_stderr_muted(), contextlib.suppress(OSError):
            self._stream.close()  # a device that was pulled out cannot be closed again


def _ways(device: MicrophoneDevice, rate_hz: int) -> Iterator[OpenedAs]:
    """What to ask a device for, the best first."""
    rates = dict.fromkeys((rate_hz, RATE_HZ, device.rate_hz, 48_000, 44_100))
    channels = dict.fromkeys((1, 2, min(device.channels, _MOST_CHANNELS)))
    for sample in _FORMATS:
        for rate in rates:
            for count in channels:
                if count <= device.channels:
                    yield OpenedAs(rate, count, sample)


def _resampler(rate_hz: int) -> Resampler | None:
    """What brings a device's sound to 16 kHz; None where it is at that already."""
    return None if rate_hz == RATE_HZ else Resampler(rate_hz, RATE_HZ)


def _floats(data: bytes, opened: OpenedAs) -> NDArray[np.float32]:
    """PortAudio's bytes as (n, channels) samples in -1...1."""
    samples: NDArray[np.float32]
    if opened.sample == "int16":
        samples = to_floats(np.frombuffer(data, "<i2"))
    elif opened.sample == "int32":
        samples = (np.frombuffer(data, "<i4") / 2**31).astype(np.float32)
    elif opened.sample == "int24":
        wide = np.zeros((len(data) // 3, 4), np.uint8)
        wide[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)
        samples = (wide.view("<i4")[:, 0] / 2**31).astype(np.float32)
    else:
        samples = finite(np.frombuffer(data, "<f4"))
    return samples.reshape(-1, opened.channels)


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
                    index,
                    str(info["name"]),
                    int(info["defaultSampleRate"]),
                    index == default,
                    int(info["maxInputChannels"]),
                )
            )
    return found


def _pick(devices: list[MicrophoneDevice], wanted: str | None) -> MicrophoneDevice:
    if not devices:
        raise DeviceError(
            "no microphone: this machine has none that can be heard; plug one in, or answer by "
            "typing"
        )
    if wanted is None:
        return next((device for device in devices if device.default), devices[0])
    called = wanted.lower()
    for fits in (str.__eq__, str.__contains__):
        for device in devices:
            if wanted == str(device.index) or fits(device.name.lower(), called):
                return device
    names = ", ".join(f"'{device.name}'" for device in devices)
    raise DeviceError(
        f"no microphone '{wanted}'; there are: {names}; choose one of these, or answer by typing"
    )


@contextlib.contextmanager
def _portaudio() -> Iterator[Any]:
    try:
        import pyaudio
    except ModuleNotFoundError:
        raise ModelError(
            "microphones need PyAudio; install it with: apt install portaudio19-dev && "
            "pip install pyaudio"
        ) from None
    with pulse_latency(_PULSE_LATENCY_MS):
        with native_stderr_muted():
            audio = pyaudio.PyAudio()
        try:
            yield audio
        finally:
            with native_stderr_muted():
                audio.terminate()
            _forget_alsa()


def _forget_alsa() -> None:
    """Has ALSA look anew for sound servers and cards when it is opened the next time.

    It looks once per process, so that a server that was down then, or was restarted since, would
    stay unknown. PortAudio itself looks anew whenever PyAudio is created.
    """
    with contextlib.suppress(OSError, AttributeError):  # no ALSA here
        ctypes.CDLL("libasound.so.2").snd_config_update_free_global()
