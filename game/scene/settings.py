"""Settings of what stands in the picture; free of Panda3D, so that any command can read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from game.rooms.catalogue import ROOMS
from game.rooms.daylight import FIRST_HOUR, LAST_HOUR, hour_now
from perception.settings import between, checked, one_of


@checked
@dataclass(frozen=True, slots=True)
class CameraSettings:
    """Where the candidate's eye is and how it looks."""

    height_m: Annotated[float, between(0.6, 2)] = 1.27
    """Metres from the floor; a seated adult's eye."""

    distance_m: Annotated[float, between(0.7, 3)] = 1.40
    """Metres from the origin to the eye, along −y; the recruiter's eyes are 0.1 m nearer."""

    fov_deg: Annotated[float, between(20, 70)] = 37.0
    """Vertical field of view in degrees."""

    aim_height_m: Annotated[float, between(0.4, 1.8)] = 0.975
    """Height above the floor, over the origin, that the middle of the picture shows; metres."""

    blur: Annotated[float, between(0, 0.02)] = 0.0022
    """Standard deviation of the backdrop's blur, as a share of the picture's height; 0 is sharp."""


@checked
@dataclass(frozen=True, slots=True)
class RoomSettings:
    """Which room it is, and when."""

    name: Annotated[str, one_of(("auto", *ROOMS))] = "auto"
    """auto (the recruiter's own, else corporate), corporate, startup or university."""

    hour: Annotated[float, between(int(FIRST_HOUR), int(LAST_HOUR))] | Literal["now"] = 10.0
    """Hour of the day by the sun, 8 to 19, or now: by this machine's clock, to a whole hour."""

    @property
    def room(self) -> str:
        """The room's name once nobody else has a say."""
        return "corporate" if self.name == "auto" else self.name

    @property
    def time_h(self) -> float:
        """The hour as a number."""
        return hour_now() if isinstance(self.hour, str) else float(self.hour)
