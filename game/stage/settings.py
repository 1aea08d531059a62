"""Settings of the stage; free of Panda3D, so that any command can read them."""

from __future__ import annotations

from dataclasses import dataclass

QUALITIES: tuple[str, ...] = ("auto", "lean", "full")


@dataclass(frozen=True, slots=True)
class StageSettings:
    """How the picture is made."""

    quality: str = "auto"
    """auto, lean or full. Lean lights people per vertex and smooths their outlines by a filter, for
    a processor that draws; full lights every pixel and takes several samples of it; auto takes lean
    where the driver is a software renderer and full on a GPU."""

    multisamples: int = 4
    """Samples per pixel in a window on a GPU; software renderers use none. 0, 2, 4 or 8."""

    full_screen: bool = False
    """Whether a window fills the screen; F11 changes it."""

    vertical_sync: bool = True
    """Whether a window waits for the screen's refresh."""

    near_m: float = 0.1
    """Metres from the eye at which the picture begins; a face sits at about 1.3 m."""

    far_m: float = 60.0
    """Metres from the eye at which the picture ends."""

    def __post_init__(self) -> None:
        if self.quality not in QUALITIES:
            raise ValueError(f"quality is {self.quality!r}; use {', '.join(QUALITIES)}")
        if self.multisamples not in (0, 2, 4, 8):
            raise ValueError(f"multisamples is {self.multisamples}; use 0, 2, 4 or 8")
        if not 0.0 < self.near_m < self.far_m:
            raise ValueError(f"near_m is {self.near_m}; use more than 0 and less than far_m")
