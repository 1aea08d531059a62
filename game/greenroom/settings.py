"""Settings of the green room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from perception.settings import Level, NotNegative, Positive, above, between, checked, in_order


@checked
@dataclass(frozen=True, slots=True)
class GreenRoomSettings:
    """What is prepared before an interview, and how long that takes."""

    enabled: Literal["auto", "yes", "no"] = "auto"
    """Whether there is a green room: auto (for a person at a window), yes, or no."""
    screen_width_m: Annotated[float, above(0, 10)] = 0.344
    """m of the visible screen; a 15.6-inch laptop's."""
    screen_height_m: Annotated[float, above(0, 10)] = 0.194
    """m of the visible screen."""
    camera_above_m: Annotated[float, between(-10, 10)] = 0.01
    """m from the screen's upper edge up to the camera, at the edge's middle."""
    picture_s: Positive = 12.0
    """s at the most for framing and light."""
    good_for_s: NotNegative = 2.0
    """s of a good picture after which framing and light are done."""
    lean_s: NotNegative = 6.0
    """s for leaning in and sitting back; 0 leaves it out."""
    face_s: NotNegative = 4.0
    """s of the resting face; the first is not counted. 0 leaves it out."""
    follow_s: NotNegative = 2.0
    """s that say what the dots are for."""
    dot_s: NotNegative = 1.6
    """s per dot; 0 leaves the dots out."""
    dot_settle_s: NotNegative = 0.6
    """s of each dot in which the eyes still travel to it."""
    silence_s: Positive = 3.2
    """s of silence in which the room's own noise is measured; the first half is not counted.
    A hum takes 3 s to be told."""
    echo_s: NotNegative = 7.5
    """s at the most for the recruiter's line that the loudspeaker plays; 0 leaves it out."""
    sentence_s: Positive = 12.0
    """s at the most in which the sentence is read."""
    check_s: NotNegative = 4.0
    """s at the most that the sentence's words are waited for."""
    result_s: NotNegative = 2.5
    """s for which what was found is shown; 0 goes on at once."""
    too_noisy_dbfs: Level = -42.0
    """dBFS of a silent room above which voices drown in it."""
    too_quiet_dbfs: Level = -45.0
    """dBFS of speech below which it is hard to hear."""
    least_snr_db: Annotated[float, between(0, 120)] = 12.0
    """dB that speech must stand above the room's noise."""

    def __post_init__(self) -> None:
        if self.dot_s > 0:
            in_order(self, "dot_settle_s < dot_s")
