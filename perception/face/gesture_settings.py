"""What counts as a nod, a shake, a tilt or a blink."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from perception.settings import (
    InnerShare,
    NotNegative,
    Positive,
    Share,
    above,
    between,
    checked,
)


@checked
@dataclass(frozen=True, slots=True)
class GestureSettings:
    """What counts as a gesture."""

    nod_deg: Annotated[float, above(0, 180)] = 5.0
    """Degrees, peak to peak, of the least nod."""
    shake_deg: Annotated[float, above(0, 180)] = 5.0
    """Degrees, peak to peak, of the least shake."""
    nod_swings: Annotated[int, between(2, 20)] = 2
    """Swings of pitch that make a nod: down and up again."""
    shake_swings: Annotated[int, between(2, 20)] = 3
    """Swings of yaw that make a shake; two are a look aside and back."""
    carried_cm: NotNegative = 0.07
    """cm that a nod or shake carries the eyes for each of its degrees, at least. About a joint 9 cm
    behind the eyes it is 0.16; people and drawn ones read so had 0.12 to 0.22, grimaces 0.09 at
    most, half of them under 0.03."""
    carried_r: Share = 0.7
    """Least correlation (0...1) of where the eyes are with the angle: the same had 0.95 to 1.0, and
    of grimaces one in three more than 0.65."""
    swing_s: Positive = 0.7
    """s that one swing may take at most; slower movement is posture."""
    settle_s: Positive = 0.2
    """s of rest after which a gesture is over; three fifths of its last swing if that is more."""
    longest_s: Positive = 1.6
    """s after which a gesture that goes on is told; the rest counts anew."""
    tilt_deg: Annotated[float, above(0, 180)] = 9.0
    """Degrees of roll away from its resting value that make a tilt."""
    tilt_s: NotNegative = 0.5
    """s that it must be held."""
    blink_closed: InnerShare = 0.5
    """Closure (0...1) that a blink reaches at least, in both eyes together."""
    blink_longest_s: NotNegative = 0.5
    """s; longer closing is closed eyes, or a look down."""
    still_dps: NotNegative = 300.0
    """Degrees per second of yaw (or twice that of pitch) above which lids cannot be told from the
    turning."""
    frontal_deg: Annotated[float, between(0, 180)] = 50.0
    """Degrees of yaw beyond which a blink cannot be told."""
