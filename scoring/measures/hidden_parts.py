"""What hid parts of the face, and for how long: said, since nothing is measured of those parts."""

from __future__ import annotations

import numpy as np

from scoring.record.session import Session

WORTH_SAYING_S = 2.0
"""Seconds for which a part must have been hidden in all to be named."""
MOST = 0.95
"""Share of the time in view from which a part was hidden all the time."""

_SIDES = {
    "mouth": ("mouth",),
    "eyes": ("eye_right", "eye_left"),
    "brows": ("brow_right", "brow_left"),
}
"""What is named, to its parts in the record; of a pair, both have to be hidden."""


def hidden_note(session: Session) -> str | None:
    """Which parts could not be seen, one sentence; None where all could."""
    track = session.face
    seen_s = float(track.hold_s[track.found].sum())
    said = []
    for name, parts in _SIDES.items():
        covered = track.found & np.all([track.hides(part) for part in parts], axis=0)
        seconds = float(track.hold_s[covered].sum())
        if seconds >= WORTH_SAYING_S:
            how_long = "all the time" if seconds >= MOST * seen_s else f"for {seconds:.0f} s"
            said.append(f"your {name} {how_long}")
    if not said:
        return None
    what = said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
    return (
        f"something hid {what}, or it was outside the picture; nothing is told of what was hidden"
    )
