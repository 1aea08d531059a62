"""Her mood: interest, warmth and patience, drawn by what happens, with inertia.

Each is a number from 0 to 1 that moves toward where events draw it and back to the manner's own
rest. What shows of it is one attitude at a time, in face, posture, gaze and what she says together.
It stays for some seconds whatever happens, and is left only when it has faded, so that her face
never flickers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from dialogue.content.manner import Attitude, Manner

HOLD_S = 6.0
"""Least seconds for which an attitude stays."""

_SHOWS, _FADES = 0.13, 0.07
"""How far a number has to be from its rest (0...1) before that shows, and where it ceases to."""
_LARGER = 0.8
"""Share by which nods and smiles grow per unit of interest and warmth above their rest."""
_PRAISE: dict[Attitude, float] = {
    "interested": 1.7, "warm": 1.4, "doubtful": 0.3, "serious": 0.5,
}  # fmt: skip
"""Attitude to how much more readily than usual she says that an answer was good."""

Pull = tuple[float, float, float]
"""What an event adds to interest, warmth and patience at once, each -1...1."""

PULLS: dict[str, Pull] = {
    "strong_answer": (0.25, 0.08, 0.05),
    "weak_answer": (-0.12, 0.0, -0.06),
    "vague": (-0.15, -0.02, -0.06),
    "off_topic": (-0.15, -0.02, -0.1),
    "rambling": (-0.2, 0.0, -0.2),
    "facts": (0.1, 0.0, 0.0),
    "joke": (0.05, 0.2, 0.05),
    "small_talk": (0.0, 0.12, 0.0),
    "smile": (0.02, 0.08, 0.02),
    "question": (0.15, 0.05, 0.0),
    "request": (0.0, 0.03, -0.03),
    "decline": (-0.05, -0.02, 0.0),
    "upset": (0.05, 0.35, 0.3),
    "nervous": (0.0, 0.12, 0.15),
    "insult": (-0.2, -0.6, -0.4),
    "order": (-0.05, -0.1, -0.1),
    "gaze_lost": (-0.08, -0.02, -0.03),
    "silence": (-0.02, 0.0, -0.04),
}
"""What draws her mood, and where."""


@dataclass(frozen=True, slots=True)
class MoodState:
    """Her mood at one moment, each 0...1."""

    interest: float
    warmth: float
    patience: float
    attitude: Attitude


class Mood:
    """Follows her mood.

    Args:
        manner: where it rests and how slowly it moves.
    """

    def __init__(self, manner: Manner) -> None:
        self._manner = manner
        rest_patience = min(1.0, max(0.0, (manner.patience - 0.5) / 1.5))
        self._rest = (manner.interest, manner.warmth, rest_patience)
        self._now = list(self._rest)
        self._aim = list(self._rest)
        self._t_s: float | None = None
        self._attitude: Attitude = manner.attitude
        self._since_s = float("-inf")

    @property
    def state(self) -> MoodState:
        """As it is."""
        interest, warmth, patience = (round(v, 3) for v in self._now)
        return MoodState(interest, warmth, patience, self._attitude)

    @property
    def attitude(self) -> Attitude:
        """What shows of it."""
        return self._attitude

    @property
    def praise(self) -> float:
        """Factor on how readily she says that an answer was good; 1 as she usually is."""
        return 1.0 if self._attitude == self._manner.attitude else _PRAISE.get(self._attitude, 1.0)

    def amount(self, gesture: str) -> float:
        """Factor on a gesture's strength: interest nods deeper, warmth smiles more broadly."""
        number = {"nod": 0, "smile": 1}.get(gesture)
        if number is None:
            return 1.0
        beyond = self._now[number] - self._rest[number]
        return min(1.4, max(0.6, 1.0 + _LARGER * beyond))

    def show(self, wanted: Attitude) -> Attitude:
        """What shows when she would do something in an attitude: that one, if it may change now.

        Args:
            wanted: neutral for whatever shows.
        """
        if wanted not in ("neutral", self._attitude) and self._may_change:
            self._change(wanted)
        return self._attitude

    def draw(self, what: str) -> None:
        """Something happened, a key of :data:`PULLS`."""
        for i, pull in enumerate(PULLS[what]):
            self._aim[i] = min(1.0, max(0.0, self._aim[i] + pull))

    def step(self, t_s: float) -> None:
        """Time passes."""
        if self._t_s is not None and t_s > self._t_s:
            passed = t_s - self._t_s
            inertia = self._manner.inertia_s
            toward = 1.0 - math.exp(-passed / max(1.0, 0.35 * inertia))
            home = 1.0 - math.exp(-passed / (2.0 * inertia))
            for i, rest in enumerate(self._rest):
                self._now[i] += toward * (self._aim[i] - self._now[i])
                self._aim[i] += home * (rest - self._aim[i])
        self._t_s = t_s
        if self._may_change and (shown := self._strongest()) != self._attitude:
            self._change(shown)

    @property
    def _may_change(self) -> bool:
        return self._t_s is None or self._t_s - self._since_s >= HOLD_S

    def _change(self, attitude: Attitude) -> None:
        self._attitude = attitude
        self._since_s = float("-inf") if self._t_s is None else self._t_s

    def _strongest(self) -> Attitude:
        """The attitude that stands out most; the manner's own where none does clearly."""
        d_interest, d_warmth, d_patience = (
            now - rest for now, rest in zip(self._now, self._rest, strict=True)
        )
        candidates: list[tuple[float, Attitude]] = [
            (d_interest, "interested"),
            (d_warmth, "warm"),
            (-d_interest, "doubtful"),
            (-0.8 * d_warmth - 0.4 * d_patience, "serious"),
        ]
        strongest, attitude = max(candidates, key=lambda pair: pair[0])
        # what is shown already is left only when it has faded, which is less than it took to show
        least = _FADES if attitude == self._attitude else _SHOWS
        return attitude if strongest >= least else self._manner.attitude
