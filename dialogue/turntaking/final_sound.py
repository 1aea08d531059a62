"""How the last stretch of speech sounded at its end, in the speaker's own range.

Statements end low in the speaker's range and trail off; a level pitch in its middle holds the turn,
as filled pauses and lists do (Duncan 1972; Gravano & Hirschberg 2011).
"""

from __future__ import annotations

import bisect
import math
from collections import deque
from dataclasses import dataclass

from perception.types import SPEECH, CandidateState

LOW_PERCENTILE = 0.26
"""Pitch below this share of the speaker's own is low (Ward & Tsukahara 2000)."""
LOW_REGION_S = 0.11
"""Seconds of low pitch that make a backchannel cue (the same)."""

FINAL_S = 0.3
"""Seconds of voiced speech over which the final slope is taken; Gravano & Hirschberg (2011) use the
last 200 and 300 ms."""
LEVEL_S = 0.15
"""Seconds of it whose middle is the final pitch."""
HELD_ST = 0.7
"""Semitones about the final pitch within which a sound counts as held."""
RANGE_READINGS = 60
"""Voiced readings, about 2 s, before the speaker's range is known."""


@dataclass(frozen=True, slots=True)
class SoundEnd:
    """The end of a stretch of speech; None where pitch could not be followed."""

    slope_st_s: float | None = None
    """Slope of pitch over the last voiced 0.3 s, semitones per second."""
    pitch_rank: float | None = None
    """Where the final pitch lies among the speaker's own, 0 (lowest)...1."""
    held_s: float | None = None
    """Seconds for which the final pitch had been level: a filler, or a vowel drawn out."""
    unvoiced_s: float | None = None
    """Seconds between the last voiced reading and the end."""
    level_db: float | None = None
    """Loudness of the last 0.2 s against the speaker's usual; negative trails off."""
    level_slope_db_s: float | None = None
    """Slope of loudness over the last 0.4 s, decibels per second."""


class SoundTail:
    """Follows pitch and loudness reading by reading."""

    def __init__(self) -> None:
        self._sorted: list[float] = []
        self._order: deque[float] = deque()
        self._pitches: deque[tuple[float, float]] = deque(maxlen=64)
        self._levels: deque[tuple[float, float]] = deque(maxlen=40)
        self._usual_db: float | None = None
        self._last_reading_s = -1.0
        self.low_region_s = 0.0
        """Seconds for which the pitch has now been low without a break."""

    def know(self, low_hz: float, middle_hz: float, high_hz: float) -> None:
        """Begins with the range of a voice that was measured before.

        Args:
            low_hz: 5th percentile of the speaker's pitch, Hz.
            middle_hz: median.
            high_hz: 95th percentile.
        """
        low, middle, high = (12 * math.log2(hz / 100.0) for hz in (low_hz, middle_hz, high_hz))
        # as many readings as make a range known; what is heard from now on soon outweighs them
        for i in range(RANGE_READINGS):
            rank = (i + 0.5) / RANGE_READINGS
            below, above = (middle - low) / 0.45, (high - middle) / 0.45
            self._keep(middle + (rank - 0.5) * (below if rank < 0.5 else above))

    def begin_stretch(self) -> None:
        """A new stretch of speech begins."""
        self._pitches.clear()
        self._levels.clear()
        self.low_region_s = 0.0

    def step(self, state: CandidateState, talking: bool) -> None:
        """Takes the newest voice reading, once."""
        voice = state.voice
        if voice is None or voice.t_s <= self._last_reading_s:
            return
        gap = voice.t_s - self._last_reading_s
        self._last_reading_s = voice.t_s
        if voice.speech < SPEECH:
            return
        self._levels.append((voice.t_s, voice.level_dbfs))
        usual = voice.level_dbfs if self._usual_db is None else self._usual_db
        self._usual_db = usual + 0.01 * (voice.level_dbfs - usual)  # over some 3 s of speech
        if voice.pitch_hz is None or voice.pitch_hz <= 0:
            return
        semitones = 12 * math.log2(voice.pitch_hz / 100.0)
        low = self._quantile(LOW_PERCENTILE)
        if low is not None and semitones <= low:
            # a reading missed between two ticks belongs to the region as well
            self.low_region_s += min(gap, 2.5 * voice.span_s)
        elif self.low_region_s < LOW_REGION_S or talking:
            self.low_region_s = 0.0
        self._pitches.append((voice.t_s, semitones))
        self._keep(semitones)

    def end(self, end_s: float) -> SoundEnd:
        """How the stretch sounds whose last sound was at ``end_s``."""
        levels = [(t, v) for t, v in self._levels if end_s - 0.4 <= t <= end_s + 0.05]
        level = slope_db = None
        if len(levels) >= 5 and self._usual_db is not None:
            level = _mean([v for t, v in levels if t >= end_s - 0.2] or [levels[-1][1]])
            level -= self._usual_db
            slope_db = _slope(levels)
        pitches = [(t, p) for t, p in self._pitches if t <= end_s + 0.05]
        if len(pitches) < 4 or end_s - pitches[-1][0] > 0.6:
            return SoundEnd(level_db=level, level_slope_db_s=slope_db)
        voiced_s = pitches[-1][0]
        final = [(t, p) for t, p in pitches if voiced_s - t <= FINAL_S]
        last = sorted(p for t, p in pitches if voiced_s - t <= LEVEL_S)
        middle = last[len(last) // 2]
        return SoundEnd(
            slope_st_s=_slope(final) if len(final) >= 4 else None,
            pitch_rank=self._rank(middle),
            held_s=_held(pitches, middle),
            unvoiced_s=max(0.0, end_s - voiced_s),
            level_db=level,
            level_slope_db_s=slope_db,
        )

    def _keep(self, semitones: float) -> None:
        bisect.insort(self._sorted, semitones)
        self._order.append(semitones)
        if len(self._order) > 3000:  # about the last 100 s of voiced speech
            oldest = self._order.popleft()
            self._sorted.pop(bisect.bisect_left(self._sorted, oldest))

    def _rank(self, semitones: float) -> float | None:
        if len(self._sorted) < RANGE_READINGS:
            return None
        return bisect.bisect_left(self._sorted, semitones) / len(self._sorted)

    def _quantile(self, q: float) -> float | None:
        """Of the speaker's pitch so far, in semitones re 100 Hz."""
        if len(self._sorted) < RANGE_READINGS:
            return None
        return self._sorted[int(q * (len(self._sorted) - 1))]


def _held(pitches: list[tuple[float, float]], middle: float) -> float:
    """Seconds back from the last voiced reading in which pitch keeps to ``middle``."""
    from_s = to_s = pitches[-1][0]
    for t, p in reversed(pitches):
        # a closure or a lost reading is bridged, a syllable's break is not
        if abs(p - middle) > HELD_ST or from_s - t > 0.1:
            break
        from_s = t
    return to_s - from_s


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _slope(points: list[tuple[float, float]]) -> float:
    """Least squares slope per second."""
    mean_t, mean_v = _mean([t for t, _ in points]), _mean([v for _, v in points])
    spread = sum((t - mean_t) ** 2 for t, _ in points)
    if spread <= 0:
        return 0.0
    return sum((t - mean_t) * (v - mean_v) for t, v in points) / spread
