"""Readings as columns, for arithmetic over time.

Inside these arrays NaN stands for "not measured"; it never leaves this package: whatever is
computed from them says None.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from perception.smile import smile_of
from perception.types import FACE_FRESH_S, FACE_TRUSTED, BodyReading, FaceReading, VoiceReading
from scoring.record.spans import merge
from scoring.types import Span

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MAX_HOLD_S = FACE_FRESH_S
"""A reading speaks for the time until the next one, but not longer than this."""


def inside(t_s: Floats, spans: Iterable[Span]) -> Bools:
    """Which times lie in any of the spans; shape as ``t_s``."""
    apart = merge(spans)
    if not apart:
        return np.zeros(t_s.shape, dtype=bool)
    starts, ends = np.array(apart, dtype=np.float64).T
    at = np.searchsorted(starts, t_s, side="right") - 1
    return np.asarray((at >= 0) & (t_s < ends[at]))


def holds(t_s: Floats) -> Floats:
    """Seconds for which each reading speaks, shape as ``t_s``.

    The last one speaks for as long as readings usually do.
    """
    if t_s.size == 0:
        return np.zeros(0)
    gaps = np.diff(t_s)
    usual = float(np.median(gaps)) if gaps.size else MAX_HOLD_S
    return np.clip(np.append(gaps, usual), 0.0, MAX_HOLD_S)


def runs(t_s: Floats, hold_s: Floats, mask: Bools, bridge_s: float = 0.0) -> tuple[Span, ...]:
    """Stretches in which ``mask`` is true; gaps of up to ``bridge_s`` are bridged."""
    spans: list[list[float]] = []
    for t, hold in zip(t_s[mask].tolist(), hold_s[mask].tolist(), strict=True):
        if spans and t - spans[-1][1] <= bridge_s + 1e-6:
            spans[-1][1] = max(spans[-1][1], t + hold)
        else:
            spans.append([t, t + hold])
    return tuple((start, end) for start, end in spans)


def _column(values: Iterable[float | None]) -> Floats:
    return np.array([np.nan if v is None else float(v) for v in values], dtype=np.float64)


@dataclass(frozen=True)
class FaceTrack:
    """Face readings in order of time; all arrays (n,)."""

    t_s: Floats
    hold_s: Floats
    found: Bools
    """A face was seen that is believed to be the candidate's."""
    yaw_deg: Floats
    pitch_deg: Floats
    roll_deg: Floats
    faces: NDArray[np.int64]
    target: NDArray[np.str_]
    """Gaze target; "" where none was measured."""
    eyes: Floats
    """1 where the look rests on the recruiter's eyes, else 0; NaN where the gaze is too coarse to
    tell."""
    _readings: tuple[FaceReading, ...]

    @classmethod
    def of(cls, readings: Sequence[FaceReading]) -> FaceTrack:
        """Puts readings in order of time, a column each."""
        ordered = tuple(sorted(readings, key=lambda r: r.t_s))
        t_s = _column(r.t_s for r in ordered)
        return cls(
            t_s=t_s,
            hold_s=holds(t_s),
            found=np.array([r.confidence >= FACE_TRUSTED for r in ordered], dtype=bool),
            yaw_deg=_column(r.yaw_deg for r in ordered),
            pitch_deg=_column(r.pitch_deg for r in ordered),
            roll_deg=_column(r.roll_deg for r in ordered),
            faces=np.array([r.faces for r in ordered], dtype=np.int64),
            target=np.array(
                [r.gaze.target if r.gaze and r.gaze.target != "unknown" else "" for r in ordered],
                dtype=np.str_,
            ),
            eyes=_column(r.gaze.eyes if r.gaze else None for r in ordered),
            _readings=ordered,
        )

    def expression(self, name: str) -> Floats:
        """One ARKit blendshape over time."""
        return _column(r.expressions.get(name) for r in self._readings)

    def hides(self, part: str) -> Bools:
        """Whether something hides a part of the face; (n,)."""
        return np.array([part in r.hidden for r in self._readings], dtype=bool)

    def smile(self) -> Floats:
        """How far both mouth corners are raised over time, 0...1."""
        return _column(smile_of(r) for r in self._readings)

    def action_unit(self, number: int) -> Floats:
        """One FACS action unit over time."""
        return _column(r.action_units.get(number) for r in self._readings)

    def __len__(self) -> int:
        return len(self._readings)


@dataclass(frozen=True)
class VoiceTrack:
    """Voice readings in order of time; all arrays (n,)."""

    t_s: Floats
    span_s: Floats
    speech: Floats
    level_dbfs: Floats
    pitch_hz: Floats
    _spans: dict[tuple[float, float, float], tuple[Span, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )
    """Stretches of speech that were worked out; every answer asks for them."""

    @classmethod
    def of(cls, readings: Sequence[VoiceReading]) -> VoiceTrack:
        """Puts readings in order of time, a column each."""
        ordered = sorted(readings, key=lambda r: r.t_s)
        return cls(
            t_s=_column(r.t_s for r in ordered),
            span_s=_column(r.span_s for r in ordered),
            speech=_column(r.speech for r in ordered),
            level_dbfs=_column(r.level_dbfs for r in ordered),
            # no voice swings backwards: a damaged line's pitch counts for none
            pitch_hz=_column(r.pitch_hz if (r.pitch_hz or 0.0) > 0.0 else None for r in ordered),
        )

    def __len__(self) -> int:
        return int(self.t_s.size)

    def speech_spans(
        self, on: float = 0.5, off: float = 0.35, bridge_s: float = 0.0
    ) -> tuple[Span, ...]:
        """Stretches of speech, with the hysteresis that Silero's authors advise for their model."""
        asked = (on, off, bridge_s)
        if asked not in self._spans:
            self._spans[asked] = self._speech_spans(on, off, bridge_s)
        return self._spans[asked]

    def _speech_spans(self, on: float, off: float, bridge_s: float) -> tuple[Span, ...]:
        speaking = np.zeros(self.t_s.shape, dtype=bool)
        state = False
        for i, probability in enumerate(self.speech.tolist()):
            state = probability >= (off if state else on)
            speaking[i] = state
        return runs(self.t_s, self.span_s, speaking, bridge_s)


@dataclass(frozen=True)
class BodyTrack:
    """Body readings in order of time; all arrays (n,)."""

    t_s: Floats
    hold_s: Floats
    lean_m: Floats
    hands_visible: Floats
    hand_speed: Floats
    hand_to_face: Floats
    """1 or 0."""
    shoulders_roll_deg: Floats
    slouch: Floats
    fidget: Floats
    gesturing: Floats
    """1 or 0."""

    @classmethod
    def of(cls, readings: Sequence[BodyReading]) -> BodyTrack:
        """Puts readings in order of time, a column each."""
        ordered = sorted(readings, key=lambda r: r.t_s)
        t_s = _column(r.t_s for r in ordered)
        return cls(
            t_s=t_s,
            hold_s=holds(t_s),
            lean_m=_column(r.lean_m for r in ordered),
            hands_visible=_column(r.hands_visible for r in ordered),
            hand_speed=_column(r.hand_speed for r in ordered),
            hand_to_face=_column(r.hand_to_face for r in ordered),
            shoulders_roll_deg=_column(r.shoulders_roll_deg for r in ordered),
            slouch=_column(r.slouch for r in ordered),
            fidget=_column(r.fidget for r in ordered),
            gesturing=_column(r.gesturing for r in ordered),
        )

    def __len__(self) -> int:
        return int(self.t_s.size)
