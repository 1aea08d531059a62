"""Places in a picture, as a person names them."""

from __future__ import annotations

PLACES = (
    *("left", "right", "top", "bottom", "middle"),
    *("top-left", "top-right", "bottom-left", "bottom-right"),
)
"""Names of the tiles of a picture, and of where a face is among several."""


def worded(place: str) -> str:
    """A place as it goes on after "the one"; one that is not known is in the picture."""
    if place not in PLACES:
        return "in the picture"
    if place == "middle":
        return "in the middle"
    return f"on the {place}" if place in ("left", "right") else f"at the {place.replace('-', ' ')}"
