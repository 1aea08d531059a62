"""What the green room learns of one candidate and their camera, for the interview that follows.

Everything in it is optional: what was skipped stays at the values that stand for anyone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from perception.errors import InputError
from perception.gaze import GazeCalibration

__all__ = ["Calibration", "GazeCalibration"]


@dataclass(frozen=True, slots=True)
class Calibration:
    """One candidate before one camera."""

    gaze: GazeCalibration = field(default_factory=GazeCalibration)
    """Of the eyes."""
    rest: tuple[float, ...] | None = None
    """The resting face: x, y, z of each landmark in head axes, one after the other, as
    :func:`perception.expression.to_head_axes` gives them; None where it was not looked at."""
    horizontal_fov_deg: float | None = None
    """Of the camera, where it was estimated."""

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
            rest = table.get("rest")
            return cls(
                GazeCalibration(**table.get("gaze", {})),
                None if rest is None else tuple(float(value) for value in rest),
                table.get("horizontal_fov_deg"),
            )
        except (TypeError, ValueError, AttributeError) as error:
            raise InputError(f"calibration: not one of ours ({error}); run the green room") from None
