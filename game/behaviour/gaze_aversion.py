"""When the recruiter looks away of her own accord, and where to.

People look at the other about 75 % of the time while listening and 41 % while speaking (Argyle &
Cook 1976), in bouts of two to four seconds (3.3 s is preferred: Binetti et al. 2016); the
interviewer's averted gaze goes diagonally (Acarturk et al. 2021), and longer before a longer line,
to think (Andrist et al. 2013). What behaviours ask of her eyes besides counts toward the shares, so
that they come out over a minute or so whatever else went on.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

LISTENING_SHARE = 0.75
SPEAKING_SHARE = 0.41
LOOK_S = {False: 3.2, True: 2.4}
"""Mean bout at the other, seconds, while listening and while speaking."""
BOUT_RANGE_S = (0.5, 5.5)
MEMORY_S = 45.0  # over which looking too much or too little is made up for

AWAY: Mapping[bool, Mapping[str, float]] = {
    False: {
        "notes": 0.3,
        "cv": 0.16,
        "down_right": 0.15,
        "down_left": 0.15,
        "near_left": 0.12,
        "near_right": 0.12,
    },
    True: {
        "up_left": 0.2,
        "up_right": 0.2,
        "down_left": 0.18,
        "down_right": 0.18,
        "near_left": 0.12,
        "near_right": 0.12,
    },
}
"""Where she looks meanwhile, and how often, while listening and while speaking."""
DIAGONAL = ("up_left", "up_right", "down_left", "down_right")


@dataclass(slots=True)
class GazeAversion:
    """Looks at the candidate and away, in bouts.

    Args:
        rng: source of the lengths.
        listening: share of listening time spent looking at the candidate, 0.3...1.
        speaking: share of speaking time.
    """

    rng: random.Random
    listening: float = LISTENING_SHARE
    speaking: float = SPEAKING_SHARE
    _away: bool = field(default=False, init=False)
    _place: str = field(default="candidate", init=False)
    _until_s: float | None = field(default=None, init=False)
    _hop_s: float = field(default=0.0, init=False)
    _speaks: bool = field(default=False, init=False)
    _surplus_s: dict[bool, float] = field(default_factory=lambda: {False: 0.0, True: 0.0})
    _now_s: float | None = field(default=None, init=False)

    def place(self, t_s: float, speaks: bool, asked: str | None = None) -> str:
        """Where she looks at ``t_s``.

        Args:
            t_s: session time.
            speaks: whether she is speaking.
            asked: where a behaviour wants her eyes, which goes first.
        """
        self._account(t_s, speaks, asked or self._place)
        if self._until_s is None:
            self._until_s = t_s + self._bout(speaks)
        if speaks and not self._speaks and not self._away and self._surplus_s[True] > 0.0:
            # beginning to speak is when people look away, all the more after much looking
            self._until_s = min(self._until_s, t_s + self.rng.uniform(0.0, 0.4))
        self._speaks = speaks
        if asked is not None:
            # what a behaviour shows her doing is this bout: the next begins after it
            if (asked != "candidate") != self._away:
                self._turn(t_s, speaks, asked)
            return asked
        if t_s >= self._until_s:
            if self._away or self._share(speaks) < 0.995:
                self._turn(t_s, speaks, "candidate" if self._away else None)
            else:
                self._until_s = t_s + self._bout(speaks)
        elif self._away and t_s >= self._hop_s:
            self._go_away(t_s, speaks, None)
        return self._place

    def return_to_candidate(self, t_s: float, speaks: bool) -> None:
        """Ends a look away at once: the candidate has just begun or ended to speak."""
        self._away, self._place = False, "candidate"
        self._until_s = t_s + self._bout(speaks)

    def think(self, t_s: float) -> None:
        """Looks diagonally away for a while: she plans a longer line."""
        self._away = True
        self._go_away(t_s, True, self.rng.choice(DIAGONAL))
        self._until_s = t_s + self.rng.uniform(0.9, 1.9)

    def _turn(self, t_s: float, speaks: bool, place: str | None) -> None:
        self._away = place != "candidate"
        if self._away:
            self._go_away(t_s, speaks, place)
        else:
            self._place = "candidate"
        self._until_s = t_s + self._bout(speaks)

    def _go_away(self, t_s: float, speaks: bool, place: str | None) -> None:
        choices = {name: odds for name, odds in AWAY[speaks].items() if name != self._place}
        self._place = place or self.rng.choices(list(choices), list(choices.values()))[0]
        self._hop_s = t_s + self.rng.uniform(0.8, 1.9)

    def _account(self, t_s: float, speaks: bool, place: str) -> None:
        step = 0.0 if self._now_s is None else max(0.0, t_s - self._now_s)
        self._now_s = t_s
        looked = 1.0 if place == "candidate" else 0.0
        surplus = self._surplus_s[speaks] * max(0.0, 1.0 - step / MEMORY_S)
        self._surplus_s[speaks] = surplus + step * (looked - self._share(speaks))

    def _share(self, speaks: bool) -> float:
        return self.speaking if speaks else self.listening

    def _bout(self, speaks: bool) -> float:
        share = min(0.995, self._share(speaks))
        mean_s = LOOK_S[speaks]
        # a second too many so far makes this look a quarter shorter, and a look away longer
        owed = max(-0.7, min(0.7, 0.25 * self._surplus_s[speaks]))
        if self._away:
            mean_s *= (1.0 - share) / share * (1.0 + owed)
        else:
            mean_s *= 1.0 - owed
        low, high = BOUT_RANGE_S
        return min(high, max(low, self.rng.gammavariate(6.0, mean_s / 6.0)))
