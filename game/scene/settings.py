"""Settings of what stands in the picture; free of Panda3D, so that any command can read them."""

from __future__ import annotations

from dataclasses import dataclass

from game.rooms.catalogue import ROOMS
from game.rooms.daylight import FIRST_HOUR, LAST_HOUR, hour_now


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """Where the candidate's eye is and how it looks."""

    height_m: float = 1.27
    """Metres from the floor; a seated adult's eye."""

    distance_m: float = 1.40
    """Metres from the origin to the eye, along −y; the recruiter's eyes are 0.1 m nearer."""

    fov_deg: float = 37.0
    """Vertical field of view in degrees."""

    aim_height_m: float = 0.975
    """Height above the floor, over the origin, that the middle of the picture shows; metres."""

    blur: float = 0.0022
    """Standard deviation of the backdrop's blur, as a share of the picture's height; 0 is sharp."""

    def __post_init__(self) -> None:
        if not 0.6 <= self.height_m <= 2.0:
            raise ValueError(f"height_m is {self.height_m}; use 0.6 to 2.0")
        if not 0.7 <= self.distance_m <= 3.0:
            raise ValueError(f"distance_m is {self.distance_m}; use 0.7 to 3.0")
        if not 20.0 <= self.fov_deg <= 70.0:
            raise ValueError(f"fov_deg is {self.fov_deg}; use 20 to 70")
        if not 0.4 <= self.aim_height_m <= 1.8:
            raise ValueError(f"aim_height_m is {self.aim_height_m}; use 0.4 to 1.8")
        if not 0.0 <= self.blur <= 0.02:
            raise ValueError(f"blur is {self.blur}; use 0 to 0.02")


@dataclass(frozen=True, slots=True)
class RoomSettings:
    """Which room it is, and when."""

    name: str = "auto"
    """auto (the recruiter's own, else corporate), corporate, startup or university."""

    hour: float | str = 10.0
    """Hour of the day by the sun, 8 to 19, or now: by this machine's clock, to a whole hour."""

    def __post_init__(self) -> None:
        if self.name != "auto" and self.name not in ROOMS:
            raise ValueError(f"name is '{self.name}'; use auto, {', '.join(ROOMS)}")
        if isinstance(self.hour, str):
            fits = self.hour == "now"
        else:
            fits = not isinstance(self.hour, bool) and FIRST_HOUR <= self.hour <= LAST_HOUR
        if not fits:
            raise ValueError(
                f"hour is {self.hour}; use {FIRST_HOUR:.0f} to {LAST_HOUR:.0f}, or now"
            )

    @property
    def room(self) -> str:
        """The room's name once nobody else has a say."""
        return "corporate" if self.name == "auto" else self.name

    @property
    def time_h(self) -> float:
        """The hour as a number."""
        return hour_now() if isinstance(self.hour, str) else float(self.hour)
