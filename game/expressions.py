"""Faces by name: facial lexemes and action units as weights of the 52 ARKit shapes.

Compositions follow FACS (Ekman, Friesen & Hager 2002): a felt smile is AU12 with AU6, worry is
AU1 with AU4, surprise AU1, 2, 5 and 26.
"""

from __future__ import annotations

from collections.abc import Mapping

from perception.errors import InputError


def _both(name: str, weight: float) -> dict[str, float]:
    return {f"{name}Left": weight, f"{name}Right": weight}


LEXEMES: Mapping[str, Mapping[str, float]] = {
    "smile": _both("mouthSmile", 0.72)
    | _both("cheekSquint", 0.55)
    | _both("eyeSquint", 0.28)
    | _both("mouthDimple", 0.15),
    "openSmile": _both("mouthSmile", 0.85)
    | _both("cheekSquint", 0.7)
    | _both("eyeSquint", 0.35)
    | _both("mouthUpperUp", 0.18)
    | {"jawOpen": 0.06},
    "warm": _both("mouthSmile", 0.3) | _both("cheekSquint", 0.18) | _both("eyeSquint", 0.1),
    "raiseBrows": _both("browOuterUp", 0.55) | {"browInnerUp": 0.6} | _both("eyeWide", 0.12),
    "interest": _both("browOuterUp", 0.24) | {"browInnerUp": 0.3} | _both("eyeWide", 0.06),
    "concern": {"browInnerUp": 0.5, "mouthShrugLower": 0.12}
    | _both("browDown", 0.16)
    | _both("mouthFrown", 0.16),
    "doubt": {
        "browDownLeft": 0.42,
        "browOuterUpRight": 0.45,
        "browInnerUp": 0.1,
        "mouthLeft": 0.12,
    }
    | _both("mouthPress", 0.25)
    | _both("eyeSquint", 0.16),
    "surprise": {"browInnerUp": 0.8, "jawOpen": 0.16}
    | _both("browOuterUp", 0.75)
    | _both("eyeWide", 0.5),
    "serious": _both("browDown", 0.22) | _both("mouthPress", 0.18),
    "thinking": _both("browDown", 0.2) | _both("mouthPress", 0.15) | {"mouthRight": 0.08},
    "amused": {"mouthSmileLeft": 0.4, "mouthSmileRight": 0.55}
    | _both("cheekSquint", 0.35)
    | _both("eyeSquint", 0.2),
    "closedEyes": _both("eyeBlink", 1.0),
}

ATTITUDES: Mapping[str, tuple[str, float]] = {
    "neutral": ("warm", 0.25),
    "warm": ("warm", 1.0),
    "interested": ("interest", 0.8),
    "encouraging": ("warm", 0.9),
    "doubtful": ("doubt", 0.5),
    "concerned": ("concern", 0.7),
    "amused": ("amused", 0.7),
    "serious": ("serious", 0.6),
}
"""Attitude of an act to the face that she holds meanwhile, and how strongly."""

ACTION_UNITS: Mapping[int, Mapping[str, float]] = {
    1: {"browInnerUp": 1.0},
    2: _both("browOuterUp", 1.0),
    4: _both("browDown", 1.0),
    5: _both("eyeWide", 1.0),
    6: _both("cheekSquint", 1.0),
    7: _both("eyeSquint", 1.0),
    9: _both("noseSneer", 1.0),
    10: _both("mouthUpperUp", 1.0),
    12: _both("mouthSmile", 1.0),
    14: _both("mouthDimple", 1.0),
    15: _both("mouthFrown", 1.0),
    17: {"mouthShrugLower": 1.0},
    18: {"mouthPucker": 1.0},
    20: _both("mouthStretch", 1.0),
    22: {"mouthFunnel": 1.0},
    23: {"mouthRollLower": 0.5, "mouthRollUpper": 0.5},
    24: _both("mouthPress", 1.0),
    25: _both("mouthLowerDown", 0.4) | {"jawOpen": 0.1},
    26: {"jawOpen": 0.5},
    43: _both("eyeBlink", 1.0),
    45: _both("eyeBlink", 1.0),
}


def lexeme(name: str) -> Mapping[str, float]:
    """ARKit weights of a facial lexeme.

    Raises:
        InputError: for an unknown name; the message lists the known ones.
    """
    if name not in LEXEMES:
        raise InputError(f"no facial lexeme '{name}'; known: {', '.join(sorted(LEXEMES))}")
    return LEXEMES[name]


def action_unit(number: int, side: str = "BOTH") -> Mapping[str, float]:
    """ARKit weights of a FACS action unit.

    Args:
        number: action unit.
        side: LEFT, RIGHT or BOTH, hers.

    Raises:
        InputError: for an action unit that no shape shows.
    """
    if number not in ACTION_UNITS:
        raise InputError(f"action unit {number} cannot be shown; known: {sorted(ACTION_UNITS)}")
    weights = ACTION_UNITS[number]
    if side == "BOTH":
        return weights
    other = "Right" if side == "LEFT" else "Left"
    return {name: weight for name, weight in weights.items() if not name.endswith(other)}
