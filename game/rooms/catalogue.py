"""Which rooms there are."""

from __future__ import annotations

ROOMS: dict[str, str] = {
    "corporate": "game.rooms.corporate",
    "startup": "game.rooms.startup",
    "university": "game.rooms.university",
}
"""Every room's name and the module that plans it."""
