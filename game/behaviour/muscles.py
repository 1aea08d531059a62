"""What a face makes of what is asked of it: muscles have mass, two sides, and no perfect rest.

Every shape follows its wish as a critically damped mass does, so that nothing pops, whoever asks
for what: the speed of a movement is bell-shaped and has a limit. The sides differ by a few per cent
in strength and some tens of milliseconds in onset (Skinner & Mullen 1991 found voluntary faces the
more asymmetric; these are small), the cheeks follow the corners of a smile, and a held face is
never quite still.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from game.behaviour.expressions import timing
from game.behaviour.idle import Drift

RATES: Mapping[str, float] = {
    # rad/s of the damped course; a wish is followed with a lag of 2 over this
    "brow": 24.0,
    "eyeWide": 24.0,
    "eyeSquint": 12.0,
    "cheekSquint": 9.0,
    "mouthSmile": 16.0,
    "mouthDimple": 14.0,
    "jaw": 18.0,
}
USUAL_RATE = 16.0

FASTEST_PER_S: Mapping[str, float] = {"brow": 5.0, "eyeWide": 5.0, "mouthSmile": 3.5}
"""Weights per second that a shape moves at most, by the beginning of its name."""
FASTEST_OTHER_PER_S = 4.0
"""The same of every other shape. Blinks and the lips' speech are laid over and are faster."""

SIDE_STRENGTH = 0.05  # one sigma of half the difference between the sides
SIDE_RATE = 0.09  # the same of the rates: 10-30 ms between the sides
HELD = 0.05  # how much a held shape waxes and wanes, one sigma
_REST = 1e-4

FLICKERS: Mapping[str, float] = {
    "attentive": 0.3,
    "browFlash": 0.24,
    "ponder": 0.18,
    "halfSmile": 0.15,
    "pressLips": 0.13,
}
"""A listener's small faces, and how often each comes."""


@dataclass(slots=True)
class _Muscle:
    """One shape's way from here to there."""

    rate: float
    fastest: float
    strength: float
    tremor: Drift
    weight: float = 0.0
    speed: float = 0.0

    def step(self, wish: float, step_s: float) -> float:
        x = self.weight - wish
        decay = math.exp(-self.rate * step_s)
        slope = self.speed + self.rate * x
        weight = wish + (x + slope * step_s) * decay
        speed = (self.speed - self.rate * slope * step_s) * decay
        reach = self.fastest * step_s
        if abs(weight - self.weight) > reach:
            way = math.copysign(1.0, weight - self.weight)
            weight, speed = self.weight + way * reach, way * self.fastest
        self.weight, self.speed = weight, speed
        return weight


@dataclass(slots=True)
class FacialMuscles:
    """The muscles of one face.

    Args:
        rng: source of what is particular to this face, and of its small movements.
    """

    rng: random.Random
    _muscles: dict[str, _Muscle] = field(default_factory=dict, init=False)
    _tremors: dict[str, Drift] = field(default_factory=dict, init=False)
    _tilts: dict[str, tuple[float, float]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for kind in ("brow", "eye", "cheek", "mouth", "jaw", "nose", "tongue"):
            self._tremors[kind] = Drift(self.rng, HELD, self.rng.uniform(0.5, 0.9))
            self._tilts[kind] = (
                self.rng.gauss(0.0, SIDE_STRENGTH),
                self.rng.gauss(0.0, SIDE_RATE),
            )

    def advance(self, t_s: float, step_s: float, wishes: Mapping[str, float]) -> dict[str, float]:
        """Moves on by ``step_s`` toward the wished weights.

        Args:
            t_s: session time.
            step_s: seconds since the last call.
            wishes: ARKit name to 0...1; what is not named goes to rest.

        Returns:
            ARKit name to 0...1, what is at rest left out.
        """
        shown: dict[str, float] = {}
        for name in wishes:
            if name not in self._muscles:
                self._muscles[name] = self._muscle(name)
        for name, muscle in list(self._muscles.items()):
            wish = wishes.get(name, 0.0)
            if wish > 0.0:
                wish = min(1.0, wish * muscle.strength * (1.0 + muscle.tremor.at(t_s)))
            weight = muscle.step(wish, step_s)
            if weight > _REST:
                shown[name] = min(1.0, weight)
            elif wish <= 0.0 and abs(muscle.speed) < 1e-3:
                muscle.weight = muscle.speed = 0.0
        return shown

    def _muscle(self, name: str) -> _Muscle:
        kind = next((k for k in self._tremors if name.startswith(k)), "mouth")
        strength, rate = self._tilts[kind]
        side = 1.0 if name.endswith("Left") else -1.0 if name.endswith("Right") else 0.0
        usual = next((r for start, r in RATES.items() if name.startswith(start)), USUAL_RATE)
        fastest = next(
            (v for start, v in FASTEST_PER_S.items() if name.startswith(start)),
            FASTEST_OTHER_PER_S,
        )
        return _Muscle(
            rate=usual * (1.0 + max(-0.2, min(0.2, side * rate))),
            fastest=fastest,
            strength=1.0 + side * strength,
            tremor=self._tremors[kind],
        )


@dataclass(slots=True)
class Flicker:
    """The small faces of someone who listens: brows that lift a little, lips pressed in thought.

    One comes every few seconds, takes its time, and goes.

    Args:
        rng: which, when, how strong.
        liveliness: 0...1, how often and how strong.
    """

    rng: random.Random
    liveliness: float = 0.5
    _name: str = field(default="attentive", init=False)
    _amount: float = field(default=0.0, init=False)
    _times: tuple[float, float, float, float] = field(default=(0.0, 0.0, 0.0, 0.0), init=False)
    _next_s: float | None = field(default=None, init=False)

    def advance(self, t_s: float, listening: bool) -> tuple[str, float]:
        """Facial lexeme that shows at ``t_s``, and how strongly (0...1).

        Args:
            t_s: session time.
            listening: none begins while she speaks.
        """
        if self._next_s is None:
            self._next_s = t_s + self.rng.uniform(1.0, 4.0)
        if t_s >= self._next_s:
            if listening:
                self._begin(t_s)
            self._next_s = max(t_s, self._times[3]) + self._pause()
        start, ready, relax, end = self._times
        if not start < t_s < end:
            return self._name, 0.0
        rise = _smooth((t_s - start) / (ready - start))
        fall = _smooth((t_s - relax) / (end - relax))
        return self._name, self._amount * rise * (1.0 - fall)

    def _begin(self, t_s: float) -> None:
        self._name = self.rng.choices(list(FLICKERS), list(FLICKERS.values()))[0]
        self._amount = self.rng.uniform(0.5, 0.8) + 0.4 * self.liveliness
        usual = timing(self._name)
        ready = t_s + usual.onset_s * self.rng.uniform(0.9, 1.4)
        relax = ready + usual.apex_s * self.rng.uniform(0.6, 2.0)
        self._times = (t_s, ready, relax, relax + usual.offset_s * self.rng.uniform(0.9, 1.5))

    def _pause(self) -> float:
        return self.rng.gammavariate(2.0, 3.4 - 1.6 * self.liveliness)


def _smooth(share: float) -> float:
    s = min(1.0, max(0.0, share))
    return s * s * (3.0 - 2.0 * s)
