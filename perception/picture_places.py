"""Places in a picture, as a person names them."""

from __future__ import annotations

PLACES = {
    "left": (0.0, 0.0, 0.5, 1.0),
    "right": (0.5, 0.0, 0.5, 1.0),
    "top": (0.0, 0.0, 1.0, 0.5),
    "bottom": (0.0, 0.5, 1.0, 0.5),
    "middle": (1 / 3, 0.0, 1 / 3, 1.0),
    "top-left": (0.0, 0.0, 0.5, 0.5),
    "top-right": (0.5, 0.0, 0.5, 0.5),
    "bottom-left": (0.0, 0.5, 0.5, 0.5),
    "bottom-right": (0.5, 0.5, 0.5, 0.5),
}
"""Names of the tiles of a picture, and of where a face is among several, to left, top, width and
height as shares of the picture."""


def worded(place: str) -> str:
    """A place as it goes on after "the one"; one that is not known is in the picture."""
    if place not in PLACES:
        return "in the picture"
    if place == "middle":
        return "in the middle"
    return f"on the {place}" if place in ("left", "right") else f"at the {place.replace('-', ' ')}"
