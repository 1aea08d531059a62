"""Settings of the green room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class GreenRoomSettings:
    """What is prepared before an interview, and how long that takes."""

    enabled: Literal["auto", "yes", "no"] = "auto"
    """Whether there is a green room: auto (for a person at a window), yes, or no."""
    screen_width_m: float = 0.344
    """m of the visible screen; a 15.6-inch laptop's."""
    screen_height_m: float = 0.194
    """m of the visible screen."""
    camera_above_m: float = 0.01
    """m from the screen's upper edge up to the camera, at the edge's middle."""
    picture_s: float = 12.0
    """s at the most for framing and light."""
    good_for_s: float = 2.0
    """s of a good picture after which framing and light are done."""
    lean_s: float = 6.0
    """s for leaning in and sitting back; 0 leaves it out."""
    face_s: float = 4.0
    """s of the resting face; the first is not counted. 0 leaves it out."""
    follow_s: float = 2.0
    """s that say what the dots are for."""
    dot_s: float = 1.6
    """s per dot; 0 leaves the dots out."""
    dot_settle_s: float = 0.6
    """s of each dot in which the eyes still travel to it."""
    silence_s: float = 3.2
    """s of silence in which the room's own noise is measured; the first half is not counted.
    A hum takes 3 s to be told."""
    echo_s: float = 7.5
    """s at the most for the recruiter's line that the loudspeaker plays; 0 leaves it out."""
    sentence_s: float = 12.0
    """s at the most in which the sentence is read."""
    check_s: float = 4.0
    """s at the most that the sentence's words are waited for."""
    result_s: float = 2.5
    """s for which what was found is shown; 0 goes on at once."""
    too_noisy_dbfs: float = -42.0
    """dBFS of a silent room above which voices drown in it."""
    too_quiet_dbfs: float = -45.0
    """dBFS of speech below which it is hard to hear."""
    least_snr_db: float = 12.0
    """dB that speech must stand above the room's noise."""

    def __post_init__(self) -> None:
        if self.enabled not in ("auto", "yes", "no"):
            raise ValueError(f"enabled is {self.enabled!r}; use auto, yes or no")
        for name in ("screen_width_m", "screen_height_m", "picture_s", "silence_s", "sentence_s"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} is {getattr(self, name)}; use more than 0")
        for name in (
            *("good_for_s", "lean_s", "face_s", "follow_s", "dot_s", "dot_settle_s"),
            *("echo_s", "check_s", "result_s"),
        ):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}; it must not be negative")
        if 0 < self.dot_s <= self.dot_settle_s:
            raise ValueError("dot_settle_s must be less than dot_s")
        if self.least_snr_db < 0:
            raise ValueError(f"least_snr_db is {self.least_snr_db}; it must not be negative")
        for name in ("too_noisy_dbfs", "too_quiet_dbfs"):
            if getattr(self, name) >= 0:
                raise ValueError(f"{name} is {getattr(self, name)}; use less than 0 (full scale)")
