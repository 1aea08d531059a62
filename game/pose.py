"""What a human looks like at one moment, as numbers; independent of Panda3D."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from game.places import DESK_HEIGHT_M as DESK_M

RELAXED = (
    *(12.0, 16.0, 14.0, 34.0),
    *(22.0, 26.0, 16.0, 5.0),
    *(24.0, 30.0, 18.0, 0.0),
    *(26.0, 32.0, 20.0, -5.0),
    *(26.0, 30.0, 20.0, -12.0),
)
"""A hand at ease, bent a little more toward the little finger; degrees, thumb first."""


@dataclass(frozen=True, slots=True)
class Angles:
    """Yaw, pitch and roll in degrees, in the axes of ``perception/types.py``."""

    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    roll_deg: float = 0.0

    def plus(self, other: Angles, share: float = 1.0) -> Angles:
        """This turn and a share of another, axis by axis (small angles)."""
        return Angles(
            self.yaw_deg + share * other.yaw_deg,
            self.pitch_deg + share * other.pitch_deg,
            self.roll_deg + share * other.roll_deg,
        )


@dataclass(frozen=True, slots=True)
class HandTarget:
    """Where one hand goes, how it is turned and what its fingers do."""

    wrist: tuple[float, float, float]
    """Wrist joint, metres from the human's root: x toward her left, y backward, z up."""
    heading_deg: float = 0.0
    """Where the fingers point: 0 straight away from her, + inward, toward her other side."""
    pitch_deg: float = 0.0
    """How far they point upward."""
    roll_deg: float = 0.0
    """How the palm is turned: 0 down, 90 inward with the thumb up, 180 up."""
    shape: tuple[float, ...] = RELAXED
    """(20,) bend and spread of the fingers, degrees; see ``game.figure.hands``."""
    contact: float = 0.0
    """0 free in the air...1 lying on what is below, whatever height the wrist has."""
    surface_m: float = DESK_M
    """Height of what is below: no part of the hand goes deeper."""
    on_hand: float = 0.0
    """0...1: how far it lies on the other hand instead."""
    meet: float = 0.0
    """0...1: how far the wrist goes where the middle finger's tip is at x = 0."""


@dataclass(frozen=True, slots=True)
class Pose:
    """One human at one moment."""

    expressions: Mapping[str, float] = field(default_factory=dict)
    """ARKit blendshape name to 0...1."""
    head: Angles = Angles()
    """Head against the torso."""
    eyes: Angles = Angles()
    """Eyes against the head."""
    torso: Angles = Angles()
    """Spine against the upright seat; negative pitch leans toward the desk."""
    breath: float = 0.0
    """Fullness of the chest, 0...1."""
    shoulders: float = 0.0
    """Raise of the shoulders, 0...1."""
    left: HandTarget | None = None
    """Her left hand; None lies on the desk."""
    right: HandTarget | None = None
    """Her right hand; None lies on the desk."""
    pen: float = 0.0
    """Where the pen is: 0 on the desk...1 in her right hand."""
    page: float = 0.0
    """Where the notebook's page is: 0 on her right...1 turned over to her left."""


class Layers:
    """Sums expression weights from several sources, each kept within 0...1.

    Sources that move the same muscle are combined as ``1 - (1 - a)(1 - b)``, so that a smile under
    speech adds to it without running past the end of the morph.
    """

    def __init__(self) -> None:
        self._weights: dict[str, float] = {}

    def add(self, weights: Mapping[str, float], share: float = 1.0) -> None:
        """Adds a share (0...1) of ``weights``."""
        for name, weight in weights.items():
            extra = min(1.0, max(0.0, weight * share))
            if extra > 0.0:
                self._weights[name] = 1.0 - (1.0 - self._weights.get(name, 0.0)) * (1.0 - extra)

    def scale(self, names: tuple[str, ...], factor: float) -> None:
        """Weakens what is there already: a mouth that speaks smiles less widely."""
        for name in names:
            if name in self._weights:
                self._weights[name] *= factor

    def weights(self) -> dict[str, float]:
        """The combined weights; names that rest at 0 are left out."""
        return {name: weight for name, weight in self._weights.items() if weight > 1e-4}
