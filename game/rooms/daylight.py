"""What the hour does to the light: where the sun stands, its colour, the sky's, and the lamps.

The day is one in the middle of April at 50° north, so that 8 o'clock is morning, 18 a low sun and
19 dusk. Times are solar: the sun stands highest at 12.
"""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass

import numpy as np

Color = tuple[float, float, float]

FIRST_HOUR, LAST_HOUR = 8.0, 19.0
"""The hours that rooms know."""

_LATITUDE_DEG, _DECLINATION_DEG = 50.0, 8.0

# By the sun's elevation in degrees: colours of the sun, of the sky overhead and at the horizon
# (display), of the light from the sky (linear), and how far the lamps are turned up.
_TABLE: tuple[tuple[float, Color, Color, Color, Color, float], ...] = (
    (-4.0, (0, 0, 0), (0.10, 0.15, 0.29), (0.40, 0.38, 0.46), (0.16, 0.21, 0.33), 1.0),
    (0.0, (0.5, 0.2, 0.06), (0.24, 0.33, 0.52), (0.86, 0.62, 0.47), (0.34, 0.36, 0.42), 1.0),
    (6.5, (3.6, 2.0, 0.95), (0.42, 0.57, 0.77), (0.98, 0.83, 0.64), (0.74, 0.67, 0.60), 0.8),
    (16.0, (4.6, 3.5, 2.35), (0.48, 0.66, 0.86), (0.97, 0.92, 0.82), (0.92, 0.90, 0.87), 0.35),
    (30.0, (5.0, 4.4, 3.6), (0.45, 0.65, 0.89), (0.93, 0.94, 0.93), (0.98, 1.00, 1.02), 0.0),
    (50.0, (5.2, 4.9, 4.4), (0.42, 0.63, 0.90), (0.90, 0.94, 0.97), (1.02, 1.05, 1.09), 0.0),
)


@dataclass(frozen=True, slots=True)
class Daylight:
    """The sky at one hour."""

    hour: float
    """Solar time in hours."""
    elevation_deg: float
    """Of the sun over the horizon."""
    azimuth_deg: float
    """Of the sun from north over east."""
    sun: Color
    """Of a white surface that faces the sun, in a picture exposed for the hour; linear RGB."""
    zenith: Color
    """Display colour of the sky overhead."""
    horizon: Color
    """Display colour of the sky at the horizon."""
    sky: Color
    """Colour and strength of the light from the sky against a clear noon's; linear RGB."""
    lamps: float
    """How far lamps are turned up, 0–1."""

    def sun_toward(self, left_deg: float) -> tuple[float, float, float]:
        """Direction toward the sun in a room whose left wall (−x) looks to this azimuth."""
        up, turn = math.radians(self.elevation_deg), math.radians(self.azimuth_deg - left_deg)
        # Azimuth grows clockwise: from the left wall round to behind the candidate's back or wall.
        return (-math.cos(up) * math.cos(turn), math.cos(up) * math.sin(turn), math.sin(up))


def daylight(hour: float) -> Daylight:
    """The sky at an hour of 0–24."""
    turn = math.radians(15.0 * (hour - 12.0))
    latitude, declination = math.radians(_LATITUDE_DEG), math.radians(_DECLINATION_DEG)
    rise = math.sin(latitude) * math.sin(declination) + math.cos(latitude) * math.cos(
        declination
    ) * math.cos(turn)
    elevation = math.degrees(math.asin(rise))
    azimuth = 180.0 + math.degrees(
        math.atan2(
            math.sin(turn),
            math.cos(turn) * math.sin(latitude) - math.tan(declination) * math.cos(latitude),
        )
    )
    heights = [row[0] for row in _TABLE]

    def at(column: int) -> Color:
        colors = np.array([row[column] for row in _TABLE])
        red, green, blue = (float(np.interp(elevation, heights, colors[:, c])) for c in range(3))
        return red, green, blue

    lamps = float(np.interp(elevation, heights, [row[5] for row in _TABLE]))
    return Daylight(hour, elevation, azimuth, at(1), at(2), at(3), at(4), lamps)


def hour_now() -> float:
    """This machine's hour, kept within the hours that rooms know."""
    now = datetime.datetime.now()
    return min(LAST_HOUR, max(FIRST_HOUR, round(now.hour + now.minute / 60.0)))
