"""What the green room learns of one candidate and their camera, for the interview that follows.

Everything in it is optional: what was skipped stays at the values that stand for anyone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from perception.errors import InputError
from perception.face.gaze import GazeCalibration, ScreenPlace
from perception.voice.baseline import VoiceBaseline

__all__ = ["Calibration", "GazeCalibration", "ScreenPlace", "VoiceBaseline"]


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
