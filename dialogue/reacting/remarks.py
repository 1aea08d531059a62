"""What she remarks on how the candidate comes across: when, and how often.

A remark is never made over the candidate's speech. A rule proposes it; it waits until the floor is
hers, and is dropped where what it is about has passed by then.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from dialogue.content.manner import Attitude
from dialogue.reacting.rules import Says
from dialogue.reacting.settings import ReactionSettings
from dialogue.types import AcknowledgeData, Because

STALE_S = 8.0
"""s after which a remark is dropped once its reason has gone."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark that is to be made."""

    rule: str
    because: Because
    text: str
    attitude: Attitude
    data: AcknowledgeData
    """The movement that goes with it."""
    asks: bool
    """Whether it is a question about the answer."""
    line: str
    """Field of the manner's lines that it was taken from."""


class Remarks:
    """Keeps the one that waits, and count of those that were made.

    Args:
        settings: how many, and how far apart.
        say: a line of the manner, by its field; "" where there is none.
    """

    def __init__(self, settings: ReactionSettings, say: Callable[[str], str] | None = None) -> None:
        self._settings = settings
        self._say = say
        self._waiting: Remark | None = None
        self._held_s = 0.0
        self._made_s = float("-inf")
        self._made = 0
        self._said_s: dict[str, float] = {}

    @property
    def waiting(self) -> Remark | None:
        """The one that waits for the floor; None for none."""
        return self._waiting

    def wanted(self, says: Says, t_s: float) -> bool:
        """Whether there is room for one more, and for this one again."""
        s = self._settings
        return (
            self._waiting is None
            and self._made < s.remarks
            and t_s - self._made_s >= s.remark_gap_s
            and t_s - self._said_s.get(says.line, float("-inf")) >= says.gap_s
        )

    def propose(self, rule: str, says: Says, because: Because, t_s: float) -> None:
        """A rule wants one made; nothing where the manner has no line for it."""
        text = "" if self._say is None else self._say(says.line)
        if text:
            data = AcknowledgeData(says.gesture, says.strength)
            self._waiting = Remark(
                rule, because, text, says.attitude, data, says.asks, says.line
            )  # fmt: skip
            self._held_s = t_s

    def follow(self, holding: Collection[str], t_s: float) -> None:
        """Takes which rules hold at a tick."""
        if self._waiting is None:
            return
        if self._waiting.rule in holding:
            self._held_s = t_s
        elif t_s - self._held_s > STALE_S:
            self._waiting = None

    def drop_question(self) -> None:
        """The answer that a question was about is over."""
        if self._waiting is not None and self._waiting.asks:
            self._waiting = None

    def take(self, t_s: float, asks: bool) -> Remark | None:
        """The remark to make now, once.

        Args:
            t_s: now.
            asks: whether a question about the answer would be in its place.
        """
        remark = self._waiting
        if remark is None or (remark.asks and not asks):
            return None
        self._waiting = None
        self._made += 1
        self._made_s = self._said_s[remark.line] = t_s
        return remark
