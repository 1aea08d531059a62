"""The machine's loudspeaker through PortAudio."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping
from ctypes import CDLL, CFUNCTYPE, c_char_p, c_int
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from game.sound.speaker import FADE_S, PlayHandle, TimedHandle
from perception.clock import Clock
from perception.echo.stage import Playback, PlaybackStopped
from perception.errors import DeviceError, ModelError
from perception.pulse_latency import pulse_latency
from perception.quiet import native_stderr_muted
from perception.signal.resampling import resample

_RATES_HZ = (48_000, 44_100, 24_000, 16_000)
# About 45 ms. With two busy processes and a busy thread on two cores, 30 s of sound ran dry 25
# times in blocks of 480, 4 times in blocks of 1024, never in these.
_BLOCK = 2048
_LEAST_PULSE_MS = 100  # two blocks
_DEAD_AFTER_S = 1.0
_STILL = 0.006
"""Peak of a block that holds the room's tone only; its echo is below any microphone's noise."""


@lru_cache(maxsize=1)
def _silence_alsa() -> Any:
    """Stops ALSA from writing every run-dry to descriptor 2 for the rest of the process.

    Returns:
        The handler that ALSA now calls, which must live as long as the process; None without ALSA.
    """
    handler = CFUNCTYPE(None, c_char_p, c_int, c_char_p, c_int, c_char_p)(lambda *_: None)
    try:
        CDLL("libasound.so.2").snd_lib_error_set_handler(handler)
    except (OSError, AttributeError):
        return None  # not Linux, or no ALSA: then nothing of it writes either
    return handler


class _Sound:
    """A sound in the callback's hands. The lock is the speaker's."""

    def __init__(
        self,
        clock: Clock,
        lock: threading.Lock,
        samples: NDArray[np.float32],
        rate_hz: int,
        at_s: float | None,
    ) -> None:
        self.duration_s = len(samples) / rate_hz
        self.samples = samples
        self.at_s = at_s
        self.next = 0
        self.timed: TimedHandle | None = None
        self._clock = clock
        self._lock = lock
        self._rate_hz = rate_hz
        self._stopped = False

    @property
    def started_s(self) -> float | None:
        return self.timed.started_s if self.timed else None

    @property
    def heard_s(self) -> float:
        return len(self.samples) / self._rate_hz

    @property
    def position_s(self) -> float:
        return min(self.heard_s, self.timed.position_s) if self.timed else 0.0

    @property
    def done(self) -> bool:
        if self.timed is None:
            return self._stopped
        started_s = self.timed.started_s or 0.0
        return self._clock.now() - started_s >= self.heard_s

    @property
    def stopped(self) -> bool:
        return self._stopped

    def stop(self) -> None:
        with self._lock:
            if self._stopped or self.done:
                return
            if self.timed and self.next >= len(self.samples):
                return  # all of it is in the device already and cannot be called back
            self._stopped = True
            fade = min(len(self.samples) - self.next, round(FADE_S * self._rate_hz))
            fade = fade if self.next else 0
            kept = self.samples[: self.next + fade].copy()
            ramp = np.linspace(1.0, 0.0, fade, endpoint=False, dtype=np.float32)
            kept[self.next :] *= ramp
            self.samples = kept

    def start(self, at_s: float) -> None:
        self.timed = TimedHandle(self._clock, self.duration_s, at_s)


class PyAudioSpeaker:
    """Mixes sounds into one output stream that stays open for the session.

    PortAudio calls for each block of about 45 ms and says when that block will be heard. From this
    a sound knows its session time of start, and the lips follow what is heard rather than sent.

    Args:
        clock: the session's.

    Raises:
        ModelError: PyAudio is not installed.
        DeviceError: the machine has no loudspeaker, or it cannot be opened.
    """

    name = "pyaudio"
    notice: str | None = None

    def __init__(self, clock: Clock) -> None:
        try:
            import pyaudio
        except ImportError:
            raise ModelError("PyAudio is missing; run: pip install pyaudio") from None
        self._clock = clock
        self._lock = threading.Lock()
        self._sounds: list[_Sound] = []
        self._trouble: str | None = None
        """Blocks that came too late for the device: heard as clicks."""
        self._told: Callable[[Playback | PlaybackStopped], None] | None = None
        self._position = 0
        self._still = True
        # the callback may come before the stream has been returned
        self.rate_hz = _RATES_HZ[0]
        self._latency_s = 0.0
        self._last_call_s = clock.now()
        self._float32, self._continue = pyaudio.paFloat32, pyaudio.paContinue
        _silence_alsa()
        self._open_things = contextlib.ExitStack()
        self._open_things.enter_context(pulse_latency(least_ms=_LEAST_PULSE_MS))
        with native_stderr_muted():
            self._audio = pyaudio.PyAudio()
            try:
                self._stream = self._open()
            except DeviceError:
                self._audio.terminate()
                self._open_things.close()
                raise
        self._latency_s = max(0.0, float(self._stream.get_output_latency()))
        self._last_call_s = clock.now()

    def _open(self) -> Any:
        try:
            device = self._audio.get_default_output_device_info()
        except OSError:
            raise DeviceError("no loudspeaker was found; plug one in, or turn sound on") from None
        preferred = int(device.get("defaultSampleRate", _RATES_HZ[0]))
        why = ""
        for rate_hz in dict.fromkeys((preferred, *_RATES_HZ)):
            self.rate_hz = rate_hz
            try:
                return self._audio.open(
                    format=self._float32,
                    channels=1,
                    rate=rate_hz,
                    output=True,
                    frames_per_buffer=_BLOCK,
                    stream_callback=self._fill,
                )
            except (OSError, ValueError) as error:
                why = str(error)
        raise DeviceError(
            f"the loudspeaker '{device.get('name')}' cannot be opened ({why}); "
            "close other programs that use it"
        )

    def play(
        self, samples: NDArray[np.float32], rate_hz: int, at_s: float | None = None
    ) -> PlayHandle:
        """See ``game.sound.speaker.Speaker.play``."""
        if self.trouble():
            now_s = self._clock.now()
            start_s = now_s if at_s is None else max(at_s, now_s)
            return TimedHandle(self._clock, len(samples) / rate_hz, start_s)
        sound = _Sound(
            self._clock, self._lock, resample(samples, rate_hz, self.rate_hz), self.rate_hz, at_s
        )
        with self._lock:
            self._sounds.append(sound)
        return sound

    def listen(self, told: Callable[[Playback | PlaybackStopped], None] | None) -> None:
        """See ``game.sound.speaker.Speaker.listen``."""
        self._told = told

    def trouble(self) -> str | None:
        """See ``game.sound.speaker.Speaker.trouble``."""
        silent_s = self._clock.now() - self._last_call_s
        if silent_s <= _DEAD_AFTER_S:
            self._trouble = None
        elif self._trouble is None:
            self._trouble = "the loudspeaker was lost; check its plug. The interview goes on"
            if self._told is not None:  # what was announced last is heard no more
                self._told(PlaybackStopped(self._last_call_s))
            with self._lock:
                # what the device never took is timed by the clock, so that no turn waits for ever
                for sound in self._sounds:
                    if sound.timed is None:
                        sound.start(max(sound.at_s or 0.0, self._clock.now()))
                self._sounds = []
        return self._trouble

    def close(self) -> None:
        """See ``game.sound.speaker.Speaker.close``."""
        with self._lock:
            self._sounds = []
        with native_stderr_muted():
            self._stream.close()
            self._audio.terminate()
        self._open_things.close()

    def _fill(
        self, _data: bytes | None, count: int, when: Mapping[str, float], _status: int
    ) -> tuple[bytes, int]:
        now_s = self._clock.now()
        ahead_s = when["output_buffer_dac_time"] - when["current_time"]
        # some host interfaces give no times; the stream's own figure serves then
        heard_at_s = now_s + (ahead_s if 0.0 < ahead_s < 2.0 else self._latency_s)
        block = np.zeros(count, np.float32)
        with self._lock:
            for sound in self._sounds:
                self._mix(sound, block, heard_at_s)
            self._sounds = [s for s in self._sounds if not s.timed or s.next < len(s.samples)]
        self._last_call_s = now_s
        block = np.clip(block, -1.0, 1.0)
        self._tell(block, heard_at_s)
        return block.tobytes(), self._continue

    def _tell(self, block: NDArray[np.float32], heard_at_s: float) -> None:
        still = bool(np.max(np.abs(block)) < _STILL)
        # the end of a sound may lie below the threshold
        if self._told is not None and not (still and self._still):
            self._told(Playback(heard_at_s, self.rate_hz, block, self._position))
        self._still = still
        self._position += len(block)

    def _mix(self, sound: _Sound, block: NDArray[np.float32], heard_at_s: float) -> None:
        offset = 0
        if sound.timed is None:
            if sound.at_s is not None:
                offset = max(0, round((sound.at_s - heard_at_s) * self.rate_hz))
            if offset >= len(block):
                return
            sound.start(heard_at_s + offset / self.rate_hz)
        taken = sound.samples[sound.next : sound.next + len(block) - offset]
        block[offset : offset + len(taken)] += taken
        sound.next += len(taken)
