"""What a human looks like at one moment, as numbers; independent of Panda3D."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


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
    arms: str = "desk"
    """Pose that the arms take, a key of ``game.human.ARM_POSES``."""
    arms_weight: float = 1.0
    """How far they are in it, 0...1; the rest is where they were."""


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
