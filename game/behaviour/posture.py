"""How somebody sits over minutes: shifts of weight, and hands that lie differently after a while.

People shift at boundaries of topics and turns (Cassell et al. 2001), and every half minute or so
without a reason that could be seen.
"""

from __future__ import annotations

import random

import numpy as np

from game.behaviour.gestures import rests
from game.behaviour.trajectory import Trajectory
from game.pose import Angles

EVERY_S = (20.0, 60.0)
"""Between shifts that nothing calls for; seconds."""
SPREAD_DEG = (1.8, 1.9, 1.3)
"""Standard deviation of yaw, pitch and roll of the trunk from one seat to the next."""
LEAN_DEG = -2.0
"""Pitch about which it varies: at a desk people sit a little forward."""
LIMIT_DEG = (4.0, 6.0, 3.0)
LIKED = {"apart": 0.24, "folded": 0.26, "stacked": 0.16, "loose": 0.22, "forward": 0.12}
"""How often hands come to lie in each way."""


class Posture:
    """Where the trunk is and how the hands rest.

    Args:
        rng: source of when and how.
        liveliness: 0...1, how often she shifts.
    """

    def __init__(self, rng: random.Random, liveliness: float = 0.5) -> None:
        self._rng = rng
        self._pace = 1.25 - 0.5 * liveliness
        self._trunk = Trajectory(np.array([0.0, LEAN_DEG, 0.0]))
        self._next_s: float | None = None
        self._hands: str | None = None
        self.rest = self._draw("")
        """Name of how the hands rest, a key of ``game.behaviour.gestures.rests``."""

    def boundary(self, t_s: float) -> None:
        """Tells that a topic or turn begins: often the moment to sit anew."""
        if self._next_s is not None and self._rng.random() < 0.6:
            self._next_s = min(self._next_s, t_s + self._rng.uniform(0.1, 0.8))

    def advance(self, t_s: float) -> Angles:
        """The trunk's turn from upright at ``t_s``, degrees."""
        if self._next_s is None:
            self._next_s = t_s + self._rng.uniform(*EVERY_S) * self._pace
        if t_s >= self._next_s:
            self._next_s = t_s + self._rng.uniform(*EVERY_S) * self._pace
            self._shift(t_s)
        return Angles(*self._trunk.at(t_s).tolist())

    def take_rest(self) -> str | None:
        """How the hands shall rest from now on, once after each change; None for no change."""
        rest, self._hands = self._hands, None
        return rest

    def _shift(self, t_s: float) -> None:
        gauss = self._rng.gauss
        turns = [gauss(0.0, size) for size in SPREAD_DEG]
        turns[1] += LEAN_DEG
        goal = np.clip(turns, [-x for x in LIMIT_DEG], LIMIT_DEG)
        self._trunk.lead(t_s, [(t_s + self._rng.uniform(1.3, 2.4), goal, False)])
        # the hands move along, into another place or anew into the same
        if self._rng.random() < 0.6:
            self.rest = self._draw(self.rest)
        self._hands = self.rest

    def _draw(self, but: str) -> str:
        names = [name for name in LIKED if name != but and name in rests()]
        return self._rng.choices(names, [LIKED[name] for name in names])[0]
