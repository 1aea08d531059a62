"""Keeps the recruiter's own voice, as the microphone hears it, from counting as the candidate's.

What her loudspeaker plays is known. While it plays, this stage finds how long the sound takes to
the microphone, learns the room, takes the predictable echo out and tells whether what is left is
more than an echo. While it does not, blocks pass through untouched, sample for sample. With
headphones there is no echo to be found, and blocks pass through as well.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from perception.echo.canceller import TAIL, EchoCanceller
from perception.echo.delay import EARLIEST, LATEST, WINDOW, DelayEstimator
from perception.echo.reference import Playback, PlaybackStopped, ReferenceTimeline
from perception.echo.residual import ResidualEcho
from perception.microphone.base import BLOCK_SAMPLES, RATE_HZ
from perception.settings import between, checked
from perception.signal.levels import level_dbfs
from perception.types import SPEECH, AudioBlock, Event

__all__ = ["Cleaned", "EchoSettings", "EchoStage", "Playback", "PlaybackStopped"]

_HEADROOM = 160  # samples of the filter before the echo's peak
_ROOM = 800  # samples by which the echo may drift later before the reference follows
_JUMP = 48  # samples between two estimates that are no drift
_EVERY = 8  # blocks between estimates of the delay
_KEPT_BLOCKS = 32
_RELEARN_S = 4.0  # of her voice, until a filter whose echo has jumped can be believed at all
_GAP_S = 0.02  # by which a block may be late on the one before until sound counts as missing
_SAMPLE_S = 1 / RATE_HZ
_NOTHING_DBFS = -80.0  # of an echo: below any microphone's own noise, so nothing was heard


@checked
@dataclass(frozen=True, slots=True)
class EchoSettings:
    """What is done about the recruiter's voice in the candidate's microphone."""

    cancel: bool = True
    """Whether anything is done at all."""
    reference_dbfs: Annotated[float, between(-90, 0)] = -50.0
    """Level (dBFS) of played sound from which its echo is looked for."""
    decide_s: Annotated[float, between(0.5, 10)] = 1.5
    """Seconds of played sound after which, with no echo found, there is none: headphones."""
    strong_dbfs: Annotated[float, between(-90, 0)] = -45.0
    """Level (dBFS) of the echo at the microphone from which headphones are advised."""
    measured_s: Annotated[float, between(0.5, 10)] = 1.0
    """Seconds of played sound that a measurement of the echo is reported for."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A block of the microphone without the recruiter's voice."""

    block: AudioBlock
    """The very block that came in while nothing is played; the echo taken out otherwise."""
    detect: NDArray[np.float32]
    """(512,) what detectors of speech are to hear: what is left of the echo is suppressed too,
    which costs 16 ms and some quality."""
    near_end: bool | None
    """Whether someone beside the loudspeaker may make a sound: enough where a detector of speech
    hears a voice in ``detect``. None while nothing is played or nothing of it is heard, when
    anybody who is heard is the candidate."""
    beside: bool = False
    """Whether a sound beside hers is certain, of a voice or not."""
    clean: float | None = None
    """From 0 to 1 the longer what is left of her voice in ``detect`` has not been taken for speech,
    so that a detector may be believed by itself where it is sure; None where it may not."""
    events: tuple[Event, ...] = ()
    """``echo`` and ``echo_measured``."""


@dataclass(slots=True)
class _Stretch:
    """What is summed up over a stretch of played sound."""

    loud: int = 0
    """Blocks in which her voice was heard."""
    played: float = 0.0
    """Energy of the reference in blocks for which the echo was predicted."""
    returned: float = 0.0
    """Energy of the echo in the same."""
    samples: int = 0


class _Measured(NamedTuple):
    """An echo over a stretch of played sound."""

    delay_ms: float
    return_loss_db: float
    """Level of what is played over that of what comes back, both re full scale."""
    level_dbfs: float


class EchoStage:
    """Blocks in, blocks without the recruiter's voice out.

    Events, both of source ``microphone``: once a session ``echo``, when one was found and measured
    (``delay_ms``, ``return_loss_db``, ``level_dbfs``, ``message`` where headphones are advised);
    after each stretch of played sound of at least ``measured_s`` ``echo_measured`` with ``heard``
    and, where it was, ``delay_ms``, ``return_loss_db`` (played over returned) and ``level_dbfs``,
    else None.

    Args:
        settings: when there is an echo.
    """

    def __init__(self, settings: EchoSettings | None = None) -> None:
        self._settings = settings or EchoSettings()
        self._reference = ReferenceTimeline()
        self._delays = DelayEstimator()
        self._canceller = EchoCanceller()
        self._residual = ResidualEcho()
        self._past: deque[NDArray[np.float32]] = deque(maxlen=_KEPT_BLOCKS)
        self._next = 0
        self._due_s: float | None = None
        self._align: int | None = None
        self._jumped: int | None = None
        self._loud = self._unfound = 0
        self._stretch: _Stretch | None = None
        self._powers = np.zeros(2)
        self._said = False

    @property
    def delay_ms(self) -> float | None:
        """From the time at which a sound was to be heard to its echo; None while none is known."""
        if self._align is None or self._delays.delay is None:
            return None
        return 1000.0 * self._delays.delay / RATE_HZ

    def playback(self, told: Playback | PlaybackStopped) -> None:
        """Takes what the loudspeaker plays, or that it was stopped."""
        if not self._settings.cancel:
            return
        if isinstance(told, PlaybackStopped):
            self._reference.cut(told.t_s)
        else:
            self._reference.add(told)

    def begin(self, shift_s: float) -> None:
        """Another part of the session begins, on a time line of its own.

        What is known of loudspeaker and room stays, so that whoever speaks over the first line of
        an interview is heard as well as later, where she has been heard in the green room.

        Args:
            shift_s: time on the old line at which the new one begins.
        """
        samples = round(shift_s * RATE_HZ)
        self._reference.shift(samples)
        self._next -= samples
        if self._due_s is not None:
            self._due_s -= samples / RATE_HZ
        self._stretch = None
        self._said = False

    def hear(self, speech: float) -> None:
        """Learns the probability (0...1) of speech in the last block's ``detect``."""
        self._residual.hear(speech >= SPEECH)

    def process_block(self, block: AudioBlock) -> Cleaned:
        """Takes the next 512 samples of the microphone."""
        begin = self._place(block)
        events: list[Event] = []
        cleaned = None
        if self._audible(begin):
            if self._stretch is None:
                self._begin()
            cleaned = self._listen(block, begin)
        elif self._stretch is not None:
            events += self._end(block)
        self._past.append(block.samples)
        if cleaned is None:
            return Cleaned(block, block.samples, None, events=tuple(events))
        return cleaned

    def _place(self, block: AudioBlock) -> int:
        """Number of the block's first sample on the time line of what is played.

        Blocks follow each other without a seam, whatever is done to their times for drift's sake.
        """
        if self._due_s is None or abs(block.t_s - self._due_s) > _GAP_S:
            self._past.clear()
            self._next = round(block.t_s * RATE_HZ)
        begin = self._next
        self._next += len(block.samples)
        self._due_s = block.t_s + len(block.samples) / block.rate_hz
        return begin

    def _audible(self, begin: int) -> bool:
        """Whether the echo of anything played may be heard in the block."""
        self._reference.forget(begin)
        first, last = (LATEST, EARLIEST) if self._align is None else (self._align, self._align)
        reach = BLOCK_SAMPLES + TAIL + first - last
        return self._reference.sounds(begin - first - TAIL, reach)

    def _begin(self) -> None:
        self._stretch = _Stretch()
        before = np.concatenate(list(self._past)) if self._past else None
        self._residual.begin(before)

    def _listen(self, block: AudioBlock, begin: int) -> Cleaned:
        assert self._stretch is not None
        if self._is_loud(begin):
            self._loud += 1
            self._stretch.loud += 1
            if self._loud % _EVERY == 0:
                self._estimate(block, begin)
        if self._align is None:
            decided = self._loud * BLOCK_SAMPLES * _SAMPLE_S >= self._settings.decide_s
            return Cleaned(block, block.samples, None if decided else False)
        played = self._reference.read(begin - self._align, BLOCK_SAMPLES)
        left, echo = self._canceller.process(played, block.samples)
        detect = self._residual.suppress(left, echo)
        self._sum_up(played, echo)
        events = self._say_found(block)
        clean = AudioBlock(block.t_s, block.rate_hz, self._better(left, block.samples))
        residual = self._residual
        near_end = residual.settled and (residual.near_end or residual.slight)
        beside = residual.settled and residual.near_end
        return Cleaned(clean, detect, near_end, beside, residual.familiar, tuple(events))

    def _is_loud(self, begin: int) -> bool:
        """Whether her voice sounds about now, pauses between words left out."""
        first = begin - (LATEST // 2 if self._align is None else self._align)
        played = self._reference.read(first, BLOCK_SAMPLES)
        return level_dbfs(played) > self._settings.reference_dbfs

    # -- where the echo lies -------------------------------------------------------------------

    def _estimate(self, block: AudioBlock, begin: int) -> None:
        heard = [*self._past, block.samples][-WINDOW // BLOCK_SAMPLES :]
        if len(heard) < WINDOW // BLOCK_SAMPLES:
            return
        end = begin + BLOCK_SAMPLES
        first = end - EARLIEST - 2 * WINDOW
        played = self._reference.read(first, 2 * WINDOW)
        found = self._delays.estimate(np.concatenate(heard), played)
        if found is None:
            self._miss()
        elif self._align is None:
            self._unfound = 0
            self._align = found - _HEADROOM
            self._learn_past(begin)
        else:
            self._unfound = 0
            self._follow(found)

    def _miss(self) -> None:
        """Someone speaks as well, or there is no echo any more."""
        self._unfound += 1
        if self._align is not None and self._unfound * _EVERY * BLOCK_SAMPLES > 8 * RATE_HZ:
            self._align = None
            self._canceller = EchoCanceller()
            self._residual = ResidualEcho()

    def _follow(self, found: int) -> None:
        """Keeps the echo inside the filter when its delay drifts or jumps."""
        assert self._align is not None
        place = found - self._align
        if self._jumped is not None and abs(found - self._jumped) <= _JUMP:
            self._jumped = None
            self._align = found - _HEADROOM
            self._canceller.stir()
            self._residual.doubt(_RELEARN_S)
        elif not 0 <= place < _ROOM:
            usual = _HEADROOM if place < 0 else _ROOM
            if abs(place - usual) > _JUMP + _HEADROOM:
                self._jumped = found  # believed when the next estimate says the same
                return
            self._canceller.shift(place - _HEADROOM)
            self._align += place - _HEADROOM

    def _learn_past(self, begin: int) -> None:
        """Learns the room from the last second, which has been heard already."""
        assert self._align is not None
        first = begin - len(self._past) * BLOCK_SAMPLES - self._align
        played = self._reference.read(first, len(self._past) * BLOCK_SAMPLES)
        heard = np.concatenate(self._past)
        gain = float(np.dot(heard, heard) / (np.dot(played, played) + 1e-9))
        self._canceller = EchoCanceller(min(4.0 * gain, 4.0))
        for _ in range(2):
            self._canceller.process(played, heard)

    # -- what is told of it --------------------------------------------------------------------

    def _better(self, left: NDArray[np.float32], heard: NDArray[np.float32]) -> NDArray[np.float32]:
        """What is left of the block; the block itself where a filter gone wrong adds to it."""
        now = np.array([np.dot(left, left), np.dot(heard, heard)], float)
        self._powers = 0.8 * self._powers + 0.2 * now
        return left if self._powers[0] <= 1.05 * self._powers[1] else heard

    def _sum_up(self, played: NDArray[np.float32], echo: NDArray[np.float32]) -> None:
        assert self._stretch is not None
        self._stretch.played += float(np.dot(played, played))
        self._stretch.returned += float(np.dot(echo, echo))
        self._stretch.samples += len(played)

    def _say_found(self, block: AudioBlock) -> list[Event]:
        assert self._stretch is not None
        # over less than a second the level would be that of a syllable
        early = self._stretch.samples < self._settings.measured_s * RATE_HZ
        if self._said or early or not self._residual.settled:
            return []
        measured = self._measured()
        if measured is None:
            return []
        self._said = True
        data: dict[str, Any] = measured._asdict()
        if measured.level_dbfs > self._settings.strong_dbfs:
            data["message"] = (
                "the microphone hears the recruiter's voice from the loudspeaker; "
                "headphones make you understood better"
            )
        return [Event(block.t_s + len(block.samples) / block.rate_hz, "microphone", "echo", data)]

    def _end(self, block: AudioBlock) -> list[Event]:
        """Closes a stretch of played sound and tells what came back of it."""
        assert self._stretch is not None
        enough = self._stretch.loud * BLOCK_SAMPLES * _SAMPLE_S >= self._settings.measured_s
        events = []
        if enough:
            measured = self._measured()
            nothing = dict.fromkeys(_Measured._fields)
            data = {
                "heard": measured is not None,
                **(nothing if measured is None else measured._asdict()),
            }
            events.append(Event(block.t_s, "microphone", "echo_measured", data))
        self._stretch = None
        return events

    def _measured(self) -> _Measured | None:
        s, delay_ms = self._stretch, self.delay_ms
        if s is None or delay_ms is None or s.returned <= 0 or s.played <= 0:
            return None
        returned_dbfs = 10 * math.log10(s.returned / s.samples)
        if returned_dbfs < _NOTHING_DBFS:
            return None
        loss_db = 10 * math.log10(s.played / s.returned)
        return _Measured(round(delay_ms, 1), round(loss_db, 1), round(returned_dbfs, 1))
