"""How an office chair is set for who sits on it: its height, and how far from the desk it is."""

from __future__ import annotations

from panda3d.core import Vec3

EYE_M = 1.184
"""Height of the eyes that chairs are set for: seen by the candidate, they are between a quarter
and a third of the picture's height from its top, and the hands on the desk are still in it."""
KEPT = 0.15
"""Share of the difference in height that stays, since nobody sets a chair to the millimetre."""
RANGE_M = (-0.065, 0.03)
"""How far a chair goes down and up; metres."""
USUAL_REACH_M = 0.44
"""Upper arm and forearm with which the hands lie well where the chair stands of itself; metres."""
BACK_SHARE = 1.0
"""How far longer arms move the chair back, so that the elbows hang beside the trunk."""
LOW_SHARE = 0.6
"""How far a chair that is set lower moves back, for the same reason."""
BACK_RANGE_M = (-0.012, 0.1)
"""How far it moves toward the desk and away from it; metres."""


def seat_for(eye_height_m: float, reach_m: float) -> Vec3:
    """Where somebody sits, against the chair's usual place.

    Args:
        eye_height_m: over the floor when upright on the chair as it usually is.
        reach_m: length of upper arm and forearm.

    Returns:
        The move, metres: y away from the desk, z up.
    """
    up = (KEPT - 1.0) * (eye_height_m - EYE_M)
    back = BACK_SHARE * (reach_m - USUAL_REACH_M) - LOW_SHARE * up
    return Vec3(
        0.0,
        min(BACK_RANGE_M[1], max(BACK_RANGE_M[0], back)),
        min(RANGE_M[1], max(RANGE_M[0], up)),
    )
