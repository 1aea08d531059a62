"""Session times for the samples of a sound device, whose clock is not the session's.

Two things stand between a count of samples and the time at which they sounded. A device's crystal
runs some tens of parts in a million fast or slow, up to 0.7 s in an hour; and what says how late it
is, the moment at which a chunk arrives, is itself late by a varying span, but never early. So the
device's clock is the line under all arrivals (:class:`ClockFit`), and a block's time is that line's
(:class:`Timeline`). Sound that was lost moves all later arrivals, and becomes a jump.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from perception.types import AudioBlock

_WINDOW_S = 300
"""Seconds of arrivals that the line rests on: long against jitter, short against the warming up of
a crystal."""
_DRIFT_KNOWN_S = 20
"""Seconds of arrivals before the rate is believed to differ from what the device promises."""
_MOST_DRIFT = 2e-3
"""Largest difference of rates; crystals stay within 1e-4, USB devices at times within 1e-3."""
_STEP_S = 0.015
"""Lateness that counts as lost sound when every chunk of some seconds is that late..."""
_STEP_SECONDS = 10
"""...which is this many: a busy system is late for shorter."""
_JUMP_S = 0.1
"""Lateness that is looked into at once..."""
_HOLD_S = 0.25
"""...for so long: a backlog comes in during it, lost sound never does."""
_REPORTS_SETTLE_S = 2.0
"""Seconds after which a driver's reports are believed: PulseAudio's are up to 0.6 s too long at
first, and come down within a second."""
_REPORTS_S = 10
"""Seconds of reports of which the least counts."""
_RATE_SPAN_S = 4.0
_RATE_FITS = 0.02
"""How exactly a rate is known after so many seconds, arrivals being up to 60 ms late."""
_SLEW = 0.02
"""How much faster or slower than the device block times may run at most to reach the line."""


class DeliveryDelay:
    """How long sound lies in the system before it is handed over, as a driver reports it.

    Single reports are no good: they jump about, and are much too long at first. The least of the
    last ten seconds belongs to the arrivals that come earliest, which are those that count.

    Attributes:
        seconds: the delay; 0 until there are reports to be believed.
    """

    def __init__(self) -> None:
        self._since_s: float | None = None
        self._least: deque[tuple[int, float]] = deque(maxlen=_REPORTS_S)
        self.seconds = 0.0

    def add_report(self, now_s: float, reported_s: float | None) -> None:
        """Takes a report at ``now_s``; None where a driver's was nonsense."""
        if self._since_s is None:
            self._since_s = now_s
        if reported_s is None or now_s - self._since_s < _REPORTS_SETTLE_S:
            return
        second = int(now_s)
        if self._least and self._least[-1][0] == second:
            self._least[-1] = (second, min(reported_s, self._least[-1][1]))
        else:
            self._least.append((second, reported_s))
        self.seconds = min(least for _, least in self._least)


class RateCheck:
    """Whether a device keeps to the rate that it was opened at.

    Some virtual devices and wireless headsets go on at their own rate whatever was agreed, and all
    sound is then too high or too low. Told after two spans of 4 s that agree on another common
    rate; sound that is lost at random fits none.

    Args:
        rate_hz: samples per second that were agreed.
    """

    COMMON_HZ = (8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000)

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._since_s: float | None = None
        self._samples = 0
        self._before: int | None = None

    def add_block(self, samples: int, arrived_s: float) -> int | None:
        """Takes the count of the next samples and when they came; another rate when it is sure."""
        if self._since_s is None:
            self._since_s = arrived_s + _REPORTS_SETTLE_S  # a backlog comes at once
        if arrived_s < self._since_s:
            return None
        self._samples += samples
        span_s = arrived_s - self._since_s
        if span_s < _RATE_SPAN_S:
            return None
        found = self._common(self._samples / span_s)
        self._since_s, self._samples = arrived_s, 0
        sure = found is not None and found == self._before
        self._before = found
        return found if sure else None

    def _common(self, measured_hz: float) -> int | None:
        nearest = min(self.COMMON_HZ, key=lambda hz: abs(measured_hz / hz - 1))
        fits = abs(measured_hz / nearest - 1) < _RATE_FITS
        differs = abs(measured_hz / self._rate_hz - 1) > 3 * _RATE_FITS
        return nearest if fits and differs else None


class ClockFit:
    """Offset and rate of a device's clock against the session's, from arrivals never too early.

    The line lies under all points (count of samples, arrival) of the last five minutes, and is the
    one closest to them in sum: the edge of their lower convex hull over their mean (Moon, Skelly &
    Towsley 1999, "Estimation and removal of clock skew from network delay measurements"). Each
    second gives one point, its second earliest, so that one bad time stamp moves nothing.

    Args:
        rate_hz: samples per second that the device promises.
    """

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._points: deque[tuple[float, float]] = deque(maxlen=_WINDOW_S)
        self._second = -1
        self._earliest: list[tuple[float, float]] = []
        self._at_s, self._late_s, self._slope = 0.0, 0.0, 0.0

    @property
    def drift_ppm(self) -> float:
        """How much slower than promised the device runs, in parts per million."""
        return self._slope * 1e6

    def start(self, samples: int, time_s: float) -> None:
        """Forgets all arrivals: the ``samples``-th sample sounded at ``time_s``. The rate stays."""
        self._points.clear()
        self._earliest.clear()
        self._second = -1
        self._at_s = samples / self._rate_hz
        self._late_s = time_s - self._at_s

    def time_s(self, samples: int) -> float:
        """Session time at which the device had given that many samples."""
        at_s = samples / self._rate_hz
        return at_s + self._late_s + self._slope * (at_s - self._at_s)

    def add_block(self, samples: int, arrived_s: float) -> None:
        """Learns that ``samples`` had been given by ``arrived_s`` at the latest."""
        at_s = samples / self._rate_hz
        if int(at_s) != self._second:
            self._finish_second()
            self._second = int(at_s)
        point = (arrived_s - at_s, at_s)
        self._earliest = sorted([*self._earliest, point])[:2]

    def _finish_second(self) -> None:
        if not self._earliest:
            return
        late_s, at_s = self._earliest[-1]
        self._earliest = []
        self._points.append((at_s, late_s))
        recent = list(self._points)[-_STEP_SECONDS:]
        if len(recent) == _STEP_SECONDS and all(
            late - self._line(at) > _STEP_S for at, late in recent
        ):
            self._points = deque(recent, maxlen=_WINDOW_S)
        self._fit()

    def _fit(self) -> None:
        first_s, last_s = self._points[0][0], self._points[-1][0]
        if last_s - first_s >= _DRIFT_KNOWN_S:
            (x0, y0), (x1, y1) = _edge_under(list(self._points))
            self._slope = min(_MOST_DRIFT, max(-_MOST_DRIFT, (y1 - y0) / (x1 - x0)))
        slope = self._slope
        self._late_s = min(late - slope * (at - last_s) for at, late in self._points)
        self._at_s = last_s

    def _line(self, at_s: float) -> float:
        return self._late_s + self._slope * (at_s - self._at_s)


def _edge_under(points: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """The two corners of the lower convex hull between which the mean x lies (x ascending)."""
    hull: list[tuple[float, float]] = []
    for x, y in points:
        while len(hull) > 1:
            (x0, y0), (x1, y1) = hull[-2:]
            if (y1 - y0) * (x - x0) < (y - y0) * (x1 - x0):
                break
            hull.pop()
        hull.append((x, y))
    mean = sum(x for x, _ in points) / len(points)
    right = next(n for n in range(1, len(hull)) if hull[n][0] >= mean)
    return hull[right - 1], hull[right]


class Timeline:
    """Cuts what a device gives into blocks and gives each the session time of its first sample.

    Times of blocks ascend, and blocks follow each other without gap to within 2 % of their length,
    except where more than 0.1 s of sound was lost: there the time jumps. A smaller loss is caught
    up with within 15 s. The first blocks, and those after a suspected loss, come
    0.25 s late, because what arrives next tells a backlog from a loss.

    Args:
        rate_hz: samples per second, as promised.
        block_samples: samples in a block.

    Attributes:
        lost_s: seconds of sound lost so far in jumps.
    """

    def __init__(self, rate_hz: int, block_samples: int) -> None:
        self._rate_hz = rate_hz
        self._block = block_samples
        self._fit = ClockFit(rate_hz)
        self._started = False
        self._held: list[tuple[NDArray[np.float32], float]] = []
        self._counted = 0
        self._rest = np.zeros(0, np.float32)
        self._next_s = 0.0
        self.lost_s = 0.0

    @property
    def drift_ppm(self) -> float:
        """How much slower than promised the device runs, in parts per million."""
        return self._fit.drift_ppm

    def push(self, samples: NDArray[np.float32], arrived_s: float) -> list[AudioBlock]:
        """Takes the next (n,) samples, whose last had sounded by ``arrived_s`` at the latest.

        Returns:
            The blocks that are complete and whose time is known.
        """
        self._held.append((samples, arrived_s))
        waited_s = arrived_s - self._held[0][1]
        if not self._started:
            return self._begin() if waited_s >= _HOLD_S else []
        end = self._counted + sum(len(held) for held, _ in self._held)
        if arrived_s - self._fit.time_s(end) <= _JUMP_S:
            return self._release()
        return self._jump() if waited_s >= _HOLD_S else []

    def _begin(self) -> list[AudioBlock]:
        self._started = True
        self._fit.start(0, self._earliest_s())
        self._next_s = self._fit.time_s(0)
        return self._release()

    def _jump(self) -> list[AudioBlock]:
        """Places what is held after the sound that was lost."""
        blocks = []
        if len(self._rest):
            padded = np.pad(self._rest, (0, self._block - len(self._rest)))
            blocks.append(AudioBlock(self._next_s, self._rate_hz, padded))
        self._rest = np.zeros(0, np.float32)
        before_s = self._fit.time_s(self._counted)
        self._fit.start(self._counted, self._earliest_s())
        self._next_s = self._fit.time_s(self._counted)
        self.lost_s += self._next_s - before_s
        return blocks + self._release()

    def _earliest_s(self) -> float:
        """Time of the first held sample, as the earliest of the held arrivals has it."""
        end = self._counted
        first_s = []
        for samples, arrived_s in self._held:
            end += len(samples)
            span_s = self._fit.time_s(end) - self._fit.time_s(self._counted)
            first_s.append(arrived_s - span_s)
        return min(first_s)

    def _release(self) -> list[AudioBlock]:
        for samples, arrived_s in self._held:
            self._counted += len(samples)
            self._fit.add_block(self._counted, arrived_s)
        self._rest = np.concatenate([self._rest, *(samples for samples, _ in self._held)])
        self._held = []
        blocks = []
        while len(self._rest) >= self._block:
            samples, self._rest = self._rest[: self._block], self._rest[self._block :]
            blocks.append(AudioBlock(self._next_s, self._rate_hz, samples))
            self._advance(self._counted - len(self._rest))
        return blocks

    def _advance(self, end: int) -> None:
        """Moves on by a block, and a little toward the line under the arrivals."""
        true_s = self._fit.time_s(end)
        span_s = true_s - self._fit.time_s(end - self._block)
        off_s = 0.1 * (true_s - self._next_s - span_s)
        self._next_s += span_s + min(_SLEW * span_s, max(-_SLEW * span_s, off_s))
