"""Other people's faces that stay in the picture: that there are any, and which one is followed.

Who walks past or a picture on the wall behind is no company: what counts is a face about as large
as the candidate's that stays, as in a recorded call. Which of them is the candidate cannot be told
from the picture, so it is said, with the place of the one that was taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from perception.face.base import FaceBox

STAYS_S = 1.0
"""s for which another face is seen before it stays."""
GONE_S = 3.0
"""s without it after which it has gone: detectors miss a turned head for as long."""
COMPARABLE = 0.4
"""Width over that of the candidate's from which a face is a participant's: who sits at a table
behind is smaller."""
_APART = 0.6
"""Face widths between faces from which one is beside, or above, the other."""


@dataclass(frozen=True, slots=True)
class Company:
    """Who is there."""

    faces: int
    """All that stay, the one that is followed included; 1 is nobody else."""
    place: str = ""
    """Of the one that is followed among them: left, right, middle, top, bottom or two of these with
    a hyphen, as :mod:`perception.camera.tile` names them."""


ALONE = Company(1)


class CompanyWatch:
    """Notices when others stay, go, or when another of several is followed."""

    def __init__(self) -> None:
        self._told = ALONE
        self._since_s: float | None = None
        self._seen_s: float | None = None
        self._candidate = ALONE

    def add(self, t_s: float, own: FaceBox, others: Sequence[FaceBox]) -> Company | None:
        """Takes what was seen in one picture.

        Args:
            t_s: its time.
            own: the face that is followed, pixels.
            others: all others.

        Returns:
            Who is there, when that has changed; else None.
        """
        large = [box for box in others if box.width >= COMPARABLE * own.width]
        if large:
            now = Company(1 + len(large), place_among(own, large))
            if self._since_s is None or (self._told != ALONE and now != self._candidate):
                self._since_s = t_s
            self._seen_s, self._candidate = t_s, now
            if now != self._told and t_s - self._since_s >= STAYS_S - 1e-6:
                self._told = now
                return now
            return None
        if self._seen_s is None or t_s - self._seen_s < GONE_S:
            return None
        self._since_s = None
        if self._told == ALONE:
            return None
        self._told = ALONE
        return ALONE


def place_among(own: FaceBox, others: Sequence[FaceBox]) -> str:
    """Where a face is among others, as a name of :mod:`perception.camera.tile`."""
    x, y = own.centre
    xs, ys = zip(*(box.centre for box in (own, *others)), strict=True)
    across = _third(x, min(xs), max(xs), own.width, ("left", "middle", "right"))
    down = _third(y, min(ys), max(ys), own.height, ("top", "", "bottom"))
    if across == "middle" and down:
        return down
    return "-".join(part for part in (down, across) if part) or "middle"


def _third(at: float, low: float, high: float, face: float, names: tuple[str, str, str]) -> str:
    if high - low < _APART * face:
        return ""
    share = (at - low) / (high - low)
    return names[0] if share < 1 / 3 else names[2] if share > 2 / 3 else names[1]
