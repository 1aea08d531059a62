"""How stretches of speech end: rising in pitch, trailing off in loudness.

A rising end of a statement ("uptalk", high rising terminal) is a habit of many varieties of
English and no fault. Ladd (1996, Intonational Phonology, p. 123) describes it as a rise of up to
40 % (5.8 semitones) on the last accented syllable, and Warren (2005, "Patterns of late rising in
New Zealand English") as beginning even later. So a rise is looked for within the last voiced sound
before a pause, against the speaker's own pitch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from perception.settings import Positive, between, checked, in_order
from perception.voice.prosody_praat import IntensityTrack, PitchTrack, intensity, pitch_track

Stretch = tuple[float, float]


@checked
@dataclass(frozen=True, slots=True)
class EndingSettings:
    """When an end counts as rising or trailing off."""

    pause_s: Positive = 0.4
    """Seconds of silence that end a stretch; shorter ones lie within it."""
    least_s: Positive = 0.8
    """Seconds of speech that a stretch needs; "yes" has no end of its own."""
    voiced_s: Positive = 0.4
    """Seconds of voiced sound at the end in which a rise is looked for."""
    within_s: Positive = 0.8
    """Seconds before the last voice within which they must lie."""
    rise_st: Positive = 2.0
    """Semitones from the lowest point to the end that make a rise; listeners hear 1.5 to 3 as one
    ('t Hart 1981, differences below 3 semitones play no part in communication)."""
    height_st: Annotated[float, between(-60, 60)] = -1.0
    """Semitones about the speaker's median that a rise must reach: a wobble at the bottom of the
    voice is none."""
    last_s: Positive = 0.5
    """Seconds at the end whose loudest syllable is compared with those before."""
    drop_db: Positive = 8.0
    """dB by which it is quieter when a stretch trails off. Every speaker fades a little: six of
    seven read sentences by less than this."""

    def __post_init__(self) -> None:
        in_order(self, "voiced_s <= within_s")


@dataclass(frozen=True, slots=True)
class FinalProsody:
    """How one stretch of speech ended."""

    start_s: float
    end_s: float
    """Of the stretch, from the first sample."""
    rise_st: float | None
    """From the lowest pitch of the last voiced sound to its end, semitones; None where too little
    of it is voiced or the pitch tracker lost it."""
    height_st: float | None
    """Pitch at the end about the speaker's median, semitones; None as above."""
    drop_db: float | None
    """By how much the loudest moment of the end is quieter than those before; None where the
    stretch is too short to compare."""
    rises: bool | None
    """Whether it ends rising; None where that cannot be told."""
    trails_off: bool | None
    """Whether it ends much quieter than it was; None where that cannot be told."""


def statements(spans: Sequence[Stretch], settings: EndingSettings | None = None) -> list[Stretch]:
    """Stretches between pauses, from (start_s, end_s) of speech in order of time."""
    s = settings or EndingSettings()
    merged: list[Stretch] = []
    for start, end in spans:
        if merged and start - merged[-1][1] < s.pause_s:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return [(start, end) for start, end in merged if end - start >= s.least_s]


def endings(
    samples: NDArray[np.float32],
    rate_hz: int,
    spans: Sequence[Stretch],
    settings: EndingSettings | None = None,
    pitch: PitchTrack | None = None,
) -> tuple[FinalProsody, ...]:
    """How each stretch of an answer ends.

    Args:
        samples: (n,) mono, -1...1, of the answer.
        rate_hz: samples per second.
        spans: (start_s, end_s) of speech, from the first sample, in order of time.
        settings: what counts.
        pitch: of this sound as :func:`speaker_pitch` gives it, where it is known already.

    Returns:
        One for each stretch between pauses that is long enough.
    """
    s = settings or EndingSettings()
    found = statements(spans, s)
    if found and pitch is None:
        pitch = speaker_pitch(samples, rate_hz)
    loud = intensity(samples, rate_hz) if found else None
    return tuple(_ending(stretch, pitch, loud, s) for stretch in found)


def speaker_pitch(
    samples: NDArray[np.float32], rate_hz: int, wide: PitchTrack | None = None
) -> PitchTrack | None:
    """Pitch every 10 ms within the speaker's own range, found by a first pass over a wide one.

    Two passes are De Looze & Hirst's (2008) way against octave errors; the range here is wider
    than theirs (0.75 and 1.5 times the quartiles), as ends go lower and higher than the rest.

    Args:
        samples: (n,) mono, -1...1.
        rate_hz: samples per second.
        wide: the first pass, where it was made already.
    """
    wide = wide or pitch_track(samples, rate_hz)
    if wide is None:
        return None
    low, high = np.percentile(wide.hz, [25, 75]) * np.array([0.6, 1.8])
    return pitch_track(samples, rate_hz, max(50.0, float(low)), float(high))


def _ending(
    stretch: Stretch, pitch: PitchTrack | None, loud: IntensityTrack | None, s: EndingSettings
) -> FinalProsody:
    rise, height = _rise(stretch, pitch, s) if pitch is not None else (None, None)
    drop = _drop(stretch, loud, s) if loud is not None else None
    rises = None
    if rise is not None and height is not None:
        rises = rise >= s.rise_st and height >= s.height_st
    trails_off = None if drop is None else drop >= s.drop_db
    return FinalProsody(*stretch, rise, height, drop, rises, trails_off)


_SLACK_S = 0.1
"""A voice may sound on past the end that the detector of speech gave."""
_JUMP_ST = 4.0
"""From one 10 ms to the next no voice goes this far: the tracker has changed octave."""
_OCTAVE_ST = 10.0
"""Farther from the speaker's median than this a pitch is an octave error."""
_LEAST_FRAMES = 10
"""Of 10 ms, in which a rise can be told."""
_END_FRAMES = 4
"""Of 10 ms, whose median is the pitch at the end."""


def _rise(
    stretch: Stretch, pitch: PitchTrack, s: EndingSettings
) -> tuple[float | None, float | None]:
    median = float(np.median(pitch.hz))
    semitones = 12.0 * np.log2(pitch.hz / median)
    inside = (pitch.times_s >= stretch[0]) & (pitch.times_s <= stretch[1] + _SLACK_S)
    inside &= np.abs(semitones) < _OCTAVE_ST
    t, st = pitch.times_s[inside], semitones[inside]
    if len(t) == 0:
        return None, None
    near = t >= t[-1] - s.within_s
    t, st = t[near][-round(s.voiced_s / 0.01) :], st[near][-round(s.voiced_s / 0.01) :]
    jumps = np.flatnonzero((np.abs(np.diff(st)) > _JUMP_ST) & (np.diff(t) < 0.015))
    if len(jumps):
        st = st[jumps[-1] + 1 :]
    if len(st) < _LEAST_FRAMES:
        return None, None
    smooth = np.array([np.median(st[max(0, i - 2) : i + 3]) for i in range(len(st))])
    end = float(np.median(smooth[-_END_FRAMES:]))
    return end - float(smooth[:-_END_FRAMES].min()), end


def _drop(stretch: Stretch, loud: IntensityTrack, s: EndingSettings) -> float | None:
    start, end = stretch
    inside = (loud.times_s >= start) & (loud.times_s <= end)
    t, db = loud.times_s[inside], loud.dbfs[inside]
    last = t >= end - s.last_s
    if last.sum() < _LEAST_FRAMES or (~last).sum() < 3 * _LEAST_FRAMES:
        return None
    # the loudest tenth: vowels, whose level the speaker's breath sets
    return float(np.percentile(db[~last], 90) - np.percentile(db[last], 90))
