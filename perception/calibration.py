"""What the green room learns of one candidate and their camera, for the interview that follows.

Everything in it is optional: what was skipped stays at the values that stand for anyone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from perception.errors import InputError


@dataclass(frozen=True, slots=True)
class GazeCalibration:
    """What is particular to one candidate and one camera; the defaults stand for anyone."""

    yaw_offset_deg: float = 0.0
    """Degrees added to the eyes' yaw in the head."""
    pitch_offset_deg: float = 0.0
    """Degrees added to the eyes' pitch in the head."""
    yaw_gain: float = 1.0
    """Factor on the eyes' yaw in the head."""
    pitch_gain: float = 1.0
    """Factor on the eyes' pitch in the head."""
    yaw_per_pitch: float = 0.0
    """Degrees added to the yaw per degree of the eyes' pitch; an eye's axes are tilted a little."""
    pitch_per_yaw: float = 0.0
    """Degrees added to the pitch per degree of the eyes' yaw."""
    error_deg: float | None = None
    """Degrees, root mean square, by which a dot was missed that was left out of the fit."""
    calibrated: bool = False
    """Whether these values were measured."""

    def apply(self, yaw_deg: float, pitch_deg: float) -> tuple[float, float]:
        """Yaw and pitch of the eyes in the head, made right for this candidate."""
        return (
            self.yaw_offset_deg + self.yaw_gain * yaw_deg + self.yaw_per_pitch * pitch_deg,
            self.pitch_offset_deg + self.pitch_gain * pitch_deg + self.pitch_per_yaw * yaw_deg,
        )


@dataclass(frozen=True, slots=True)
class ScreenPlace:
    """Where a screen and the recruiter's eyes on it truly are; m from the camera, in its plane."""

    left_m: float
    right_m: float
    top_m: float
    bottom_m: float
    eyes_m: tuple[float, float]
    """Across (image right) and up."""


@dataclass(frozen=True, slots=True)
class VoiceBaseline:
    """How one candidate speaks by nature. None is what could not be measured."""

    pitch_hz: float | None = None
    """Hz, median over voiced sound."""
    pitch_low_hz: float | None = None
    """Hz, 5th percentile of voiced sound."""
    pitch_high_hz: float | None = None
    """Hz, 95th percentile of voiced sound."""
    pace_sps: float | None = None
    """Syllables per second of speech, pauses not counted."""
    level_dbfs: float | None = None
    """dBFS, median of the spans that are speech."""

    @property
    def pitch_range_hz(self) -> tuple[float, float, float] | None:
        """Low, median and high pitch, Hz; None unless all three were measured."""
        if self.pitch_hz is None or self.pitch_low_hz is None or self.pitch_high_hz is None:
            return None
        return self.pitch_low_hz, self.pitch_hz, self.pitch_high_hz

    @property
    def range_semitones(self) -> float | None:
        """Semitones from ``pitch_low_hz`` to ``pitch_high_hz``."""
        if self.pitch_low_hz is None or self.pitch_high_hz is None:
            return None
        return float(12.0 * np.log2(self.pitch_high_hz / self.pitch_low_hz))

    @classmethod
    def of_table(cls, table: Mapping[str, Any]) -> VoiceBaseline:
        """From what :func:`dataclasses.asdict` gave.

        Raises:
            TypeError: it holds other keys.
            ValueError: a value of it is not a number.
        """
        return cls(**{key: None if v is None else float(v) for key, v in table.items()})


@dataclass(frozen=True, slots=True)
class Calibration:
    """One candidate before one camera."""

    gaze: GazeCalibration = field(default_factory=GazeCalibration)
    """Of the eyes."""
    rest: tuple[float, ...] | None = None
    """The resting face, as :attr:`perception.face.expression.ExpressionReader.rest` gives it; None
    where it was not looked at."""
    horizontal_fov_deg: float | None = None
    """Of the camera, where it was estimated."""
    screen: ScreenPlace | None = None
    """Where the screen and the recruiter's eyes on it are, where that is known."""
    voice: VoiceBaseline | None = None
    """The candidate's own pitch, pace and level; None where no sentence was read."""

    def as_table(self) -> dict[str, Any]:
        """As JSON values, for ``session.json``."""
        return dataclasses.asdict(self)

    @classmethod
    def of_table(cls, table: Mapping[str, Any]) -> Calibration:
        """From what :meth:`as_table` gave.

        Raises:
            InputError: it is not of that form.
        """
        try:
            rest, screen, voice = (table.get(key) for key in ("rest", "screen", "voice"))
            if screen is not None:
                across, up = screen["eyes_m"]
                screen = ScreenPlace(**{**screen, "eyes_m": (float(across), float(up))})
            return cls(
                GazeCalibration(**table.get("gaze", {})),
                None if rest is None else tuple(float(value) for value in rest),
                table.get("horizontal_fov_deg"),
                screen,
                None if voice is None else VoiceBaseline.of_table(voice),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InputError(
                f"calibration: not one of ours ({error}); run the green room"
            ) from None
