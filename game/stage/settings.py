"""Settings of the stage; free of Panda3D, so that any command can read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from perception.settings import Positive, between, checked, in_order, one_of

QUALITIES: tuple[str, ...] = ("auto", "lean", "full")


@checked
@dataclass(frozen=True, slots=True)
class StageSettings:
    """How the picture is made."""

    quality: Annotated[str, one_of(QUALITIES)] = "auto"
    """auto, lean or full. Lean lights people per vertex and smooths their outlines by a filter, for
    a processor that draws; full lights every pixel and takes several samples of it; auto takes lean
    where the driver is a software renderer and full on a GPU."""

    multisamples: Literal[0, 2, 4, 8] = 4
    """Samples per pixel in a window on a GPU; software renderers use none. 0, 2, 4 or 8."""

    full_screen: bool = False
    """Whether a window fills the screen; F11 changes it."""

    vertical_sync: bool = True
    """Whether a window waits for the screen's refresh."""

    near_m: Positive = 0.1
    """Metres from the eye at which the picture begins; a face sits at about 1.3 m."""

    far_m: Positive = 60.0
    """Metres from the eye at which the picture ends."""

    def __post_init__(self) -> None:
        in_order(self, "near_m < far_m")


@checked
@dataclass(frozen=True, slots=True)
class FrameGovernorSettings:
    """How soon the picture gives way, where a processor draws it."""

    frames_per_s: Annotated[int, between(10, 120)] = 30
    """Frames a second that are aimed at, 10 to 120."""
    fewest_frames_per_s: Annotated[int, between(5, 120)] = 24
    """Frames a second where all else has given way, 5 to 120; films have as many."""
    down_after_s: Positive = 2.0
    """Seconds of late frames after which the picture becomes simpler."""
    up_after_s: Positive = 15.0
    """Seconds of time to spare after which it becomes finer again."""
    longest_wait_s: Positive = 240.0
    """Most seconds that a step up waits which had to be taken back before."""

    def __post_init__(self) -> None:
        in_order(self, "fewest_frames_per_s <= frames_per_s")
        in_order(self, "up_after_s <= longest_wait_s")
