"""The machine's loudspeaker through PortAudio."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Mapping
from ctypes import CDLL, CFUNCTYPE, c_char_p, c_int
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from game.sound.levels import GainRamp
from game.sound.speaker import FADE_S, PlayHandle, TimedHandle
from perception.clock import Clock
from perception.echo.stage import Playback, PlaybackStopped
from perception.errors import DeviceError, ModelError
from perception.pulse_latency import pulse_latency
from perception.quiet import native_stderr_muted
from perception.signal.resampling import resample

_RATES_HZ = (48_000, 44_100, 24_000, 16_000)


@dataclass(frozen=True, slots=True)
class _Lead:
    """How far ahead of what is heard the device is given sound."""

    block: int
    """Samples that it asks for at a time."""
    pulse_ms: int | None
    """Milliseconds that PulseAudio is asked to hold; None for its own choice."""


# What the device has taken cannot be called back: on a PulseAudio sink it took 114 ms from a stop
# to silence with the large lead, 40 with the small one, and that much later does she fall silent
# when she is interrupted. But a stream that runs dry stays silent for two seconds (PortAudio waits
# for room in a buffer that PulseAudio does not play before it is full), so the small one is only
# for machines whose callback never waits long for the interpreter, and is given up at the first
# block that comes too late. In 8 s beside two busy processes neither ran dry; beside a busy thread
# as well the small one did four times, the large one never.
_LARGE, _SMALL = _Lead(2048, None), _Lead(512, 40)
_PROMPT_S = 0.008  # longest wait of a callback that leaves the small lead room enough
_CALM_S = 8.0  # without a longer one, until the small lead is tried
_STALLED_S = 0.25  # without a call, of a stream with little ahead, until it is given up
_SETTLING_S = 2.0  # that a stream needs until it is called regularly; PulseAudio's 0.9 to 1.4
_DEAD_AFTER_S = 1.0
_SILENT_S = 1.2  # of it after which she most likely listens, so that the stream can be changed
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
        self._gain = GainRamp()

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

    def fade_to(self, gain: float, over_s: float) -> None:
        with self._lock:
            self._gain.fade_to(gain, round(over_s * self._rate_hz))

    def take(self, count: int) -> NDArray[np.float32]:
        """Its next samples, at most ``count``, as loud as they are to be."""
        taken = self.samples[self.next : self.next + count]
        self.next += len(taken)
        return self._gain.apply(taken)

    def start(self, at_s: float) -> None:
        self.timed = TimedHandle(self._clock, self.duration_s, at_s)


class PyAudioSpeaker:
    """Mixes sounds into one output stream that stays open for the session.

    PortAudio calls for each block and says when that block will be heard. From this a sound knows
    its session time of start, and the lips follow what is heard rather than sent. Where the machine
    shows that it keeps up, the stream is opened anew between two of her lines with less sound
    ahead, so that she falls silent sooner; and with more where it does not.

    Args:
        clock: the session's.

    Raises:
        ModelError: PyAudio is not installed.
        DeviceError: the machine has no loudspeaker, or it cannot be opened.
    """

    name = "pyaudio"
    notice: str | None = None
    _keeps_up = True
    """Whether no stream of this process with little ahead has run dry yet."""

    def __init__(self, clock: Clock) -> None:
        try:
            import pyaudio
        except ImportError:
            raise ModelError("PyAudio is missing; run: pip install pyaudio") from None
        self._clock = clock
        self._lock = threading.Lock()
        self._sounds: list[_Sound] = []
        self._trouble: str | None = None
        self._stream: Any = None
        self._lead = _LARGE
        self._dry = False
        self._late_s = self._still_since_s = clock.now()
        self._settled_s = clock.now() + _SETTLING_S
        self._reopening: threading.Thread | None = None
        self._told: Callable[[Playback | PlaybackStopped], None] | None = None
        self._position = 0
        self._still = True
        # the callback may come before the stream has been returned
        self.rate_hz = _RATES_HZ[0]
        self._latency_s = 0.0
        self._last_call_s = clock.now()
        self._float32, self._continue = pyaudio.paFloat32, pyaudio.paContinue
        self._ran_dry = pyaudio.paOutputUnderflow
        _silence_alsa()
        self._open_things = contextlib.ExitStack()
        with native_stderr_muted():
            self._audio = pyaudio.PyAudio()
            try:
                self._stream = self._open(dict.fromkeys((self._preferred_hz(), *_RATES_HZ)))
            except DeviceError:
                self._audio.terminate()
                raise

    @property
    def block(self) -> int:
        """Samples that the device takes at a time; it has two or three such blocks ahead."""
        return self._lead.block

    def _preferred_hz(self) -> int:
        try:
            device = self._audio.get_default_output_device_info()
        except OSError:
            raise DeviceError("no loudspeaker was found; plug one in, or turn sound on") from None
        self._device = str(device.get("name"))
        return int(device.get("defaultSampleRate", _RATES_HZ[0]))

    def _open(self, rates_hz: Iterable[int]) -> Any:
        lead = self._lead
        two_blocks_ms = 1 + 2 * 1000 * lead.block // _RATES_HZ[1]
        self._open_things.enter_context(pulse_latency(lead.pulse_ms, two_blocks_ms))
        self._dry = False
        why = ""
        for rate_hz in rates_hz:
            self.rate_hz = rate_hz
            try:
                stream = self._audio.open(
                    format=self._float32,
                    channels=1,
                    rate=rate_hz,
                    output=True,
                    frames_per_buffer=lead.block,
                    stream_callback=self._fill,
                )
            except (OSError, ValueError) as error:
                why = str(error)
                continue
            self._latency_s = max(0.0, float(stream.get_output_latency()))
            self._last_call_s = self._clock.now()
            return stream
        self._open_things.close()
        raise DeviceError(
            f"the loudspeaker '{self._device}' cannot be opened ({why}); "
            "close other programs that use it"
        )

    def _reopen(self, lead: _Lead) -> None:
        """Opens the stream anew; in a thread of its own, for it may take some 0.4 s."""
        with native_stderr_muted():
            if self._stream is not None:
                self._stream.close()
                self._stream = None
            self._open_things.close()
            self._lead = lead
            # where it cannot be opened, nothing calls, and it counts as lost until it can
            with contextlib.suppress(DeviceError):
                self._stream = self._open((self.rate_hz,))
        self._settled_s = self._clock.now() + _SETTLING_S
        self._reopening = None

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
        self._keep_up()
        silent_s = self._clock.now() - self._last_call_s
        if silent_s <= _DEAD_AFTER_S:
            self._trouble = None
        elif self._begins:
            return self._trouble
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

    @property
    def _begins(self) -> bool:
        """Whether the stream has just been opened, or is about to be."""
        return self._reopening is not None or self._clock.now() < self._settled_s

    def _keep_up(self) -> None:
        """Has the stream opened anew where it could do with another lead."""
        now_s = self._clock.now()
        if self._reopening is not None or now_s < self._settled_s:
            return
        if self._lead is _SMALL:
            if not self._dry and now_s - self._last_call_s < _STALLED_S:
                return
            PyAudioSpeaker._keeps_up = False
            lead = _LARGE
        else:
            calm = now_s - max(self._late_s, self._settled_s) > _CALM_S
            silent = self._still and now_s - self._still_since_s > _SILENT_S
            if not (PyAudioSpeaker._keeps_up and calm and silent):
                return
            lead = _SMALL
        self._reopening = threading.Thread(target=self._reopen, args=(lead,), daemon=True)
        self._reopening.start()

    def close(self) -> None:
        """See ``game.sound.speaker.Speaker.close``."""
        reopening = self._reopening
        if reopening is not None:
            reopening.join()
        with self._lock:
            self._sounds = []
        with native_stderr_muted():
            if self._stream is not None:
                self._stream.close()
            self._audio.terminate()
        self._open_things.close()

    def _fill(
        self, _data: bytes | None, count: int, when: Mapping[str, float], status: int
    ) -> tuple[bytes, int]:
        now_s = self._clock.now()
        self._watch(when["current_time"], bool(status & self._ran_dry), now_s)
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

    def _watch(self, called_at: float, dry: bool, now_s: float) -> None:
        """Notes whether the machine keeps up.

        Args:
            called_at: stream's time at which PortAudio called; 0 where it does not say.
            dry: whether a block before came too late.
            now_s: session time.
        """
        stream = self._stream
        waited_s = stream.get_time() - called_at if stream is not None and called_at > 0 else None
        if waited_s is None or not 0.0 <= waited_s <= _PROMPT_S:
            self._late_s = now_s
        if dry and now_s > self._settled_s:
            self._dry = True
            self._late_s = now_s

    def _tell(self, block: NDArray[np.float32], heard_at_s: float) -> None:
        still = bool(np.max(np.abs(block)) < _STILL)
        # the end of a sound may lie below the threshold
        if self._told is not None and not (still and self._still):
            self._told(Playback(heard_at_s, self.rate_hz, block, self._position))
        if not still:
            self._still_since_s = self._clock.now()
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
        taken = sound.take(len(block) - offset)
        block[offset : offset + len(taken)] += taken
