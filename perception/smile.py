"""What counts as a smile: one rule for the recruiter, who returns it, and for the report.

Mouth corners that rise above where they usually are, by how far, with some slack before the smile
is over. The face at rest is learnt all the time: its reading is never quite 0, and who sits down
smiling is not taken for having such a face.
"""

from __future__ import annotations

from perception.types import FaceReading

SMILE_ON = 0.18
"""Rise (0...1) of the mouth corners above the resting face from which it is a smile."""
SMILE_OFF = 0.10
"""Rise below which the smile is over."""

_MOST_AT_REST = 0.15
_LEARNT_S = 8.0


def smile_of(face: FaceReading) -> float | None:
    """How far both mouth corners are raised, 0...1 (AU 12); None where it was not measured."""
    sides = [face.expressions.get(f"mouthSmile{side}") for side in ("Left", "Right")]
    known = [value for value in sides if value is not None]
    if known:
        return sum(known) / len(known)
    return face.action_units.get(12)


class SmileDetector:
    """Tells smiles from a face at rest, which it learns meanwhile.

    Args:
        on: rise from which it is a smile.
        off: rise below which it is over.

    Attributes:
        rest: the mouth corners at rest, 0...1; None before a face was seen.
        smiling: whether a smile is shown.
    """

    def __init__(self, on: float = SMILE_ON, off: float = SMILE_OFF) -> None:
        self.rest: float | None = None
        self.smiling = False
        self._on, self._off = on, off
        self._last_t_s: float | None = None

    def detect(self, t_s: float, smile: float | None) -> bool:
        """Takes how far the mouth corners are raised at a time; None where nobody can tell.

        Returns:
            Whether a smile begins now.
        """
        passed = 0.0 if self._last_t_s is None else max(0.0, t_s - self._last_t_s)
        self._last_t_s = t_s
        if smile is None:
            self.smiling = False
            return False
        if self.rest is None:
            self.rest = min(smile, _MOST_AT_REST)
        rise = smile - self.rest
        if self.smiling:
            self.smiling = rise > self._off
            return False
        if rise < self._on:
            self.rest += min(1.0, passed / _LEARNT_S) * (smile - self.rest)
            return False
        self.smiling = True
        return True
