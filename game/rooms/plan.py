"""What a room hands to the office: its models, its paints, and its light at an hour."""

from __future__ import annotations

from dataclasses import dataclass

from game.rooms.lighting import RoomLight
from game.rooms.modelling import Model
from game.rooms.painting import Atlas


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """One room at one hour."""

    atlas: Atlas
    """Its paints."""
    far: Model
    """Walls, view and what stands behind the recruiter."""
    near: Model
    """The recruiter's chair, the desk and what stands on it."""
    clear: Model
    """What is of glass, drawn over ``near``."""
    hiding: Model
    """What of ``near`` can stand before the recruiter: desk and things, without papers."""
    pen: Model
    """The pen, lying along its own y about its own middle, tip toward −y."""
    unseen: Model
    """What only casts shadows: walls behind the eye, and a rough body for the recruiter."""
    light: RoomLight
    """What shines in it."""
