"""Faces by name: facial lexemes as action units, and those as weights of the 52 ARKit shapes.

Compositions follow FACS (Ekman, Friesen & Hager 2002): a felt smile is AU12 with AU6, worry is
AU1 with AU4, surprise AU1, 2, 5 and 26. Times of rise and fall are those of spontaneous movement:
smiles take 0.4-0.8 s to their apex and longer to fade (Schmidt, Cohn & Tian 2003; Schmidt et al.
2006; Ekman & Friesen 1982), brows that punctuate talk rise in 0.2-0.4 s (Ekman 1979).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from perception.errors import InputError


def _both(name: str, weight: float) -> dict[str, float]:
    return {f"{name}Left": weight, f"{name}Right": weight}


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


Intensity = float | tuple[float, float]
"""Of an action unit, 0...1; a pair is her left and her right side."""

COMPOSITIONS: Mapping[str, Mapping[int, Intensity]] = {
    "smile": {12: 0.72, 6: 0.55, 7: 0.28, 14: 0.15},
    "openSmile": {12: 0.85, 6: 0.7, 7: 0.35, 10: 0.18, 26: 0.12},
    "warm": {12: 0.3, 6: 0.18, 7: 0.1},
    "raiseBrows": {1: 0.6, 2: 0.55, 5: 0.12},
    "interest": {1: 0.3, 2: 0.24, 5: 0.06},
    "concern": {1: 0.5, 4: 0.16, 15: 0.16, 17: 0.12},
    "doubt": {1: 0.1, 2: (0.0, 0.45), 4: (0.42, 0.0), 7: 0.16, 14: (0.0, 0.14), 24: 0.25},
    "surprise": {1: 0.8, 2: 0.75, 5: 0.5, 26: 0.32},
    "serious": {4: 0.22, 24: 0.18},
    "thinking": {4: 0.2, 7: 0.08, 14: (0.1, 0.0), 24: 0.15},
    "amused": {12: (0.4, 0.55), 6: 0.35, 7: 0.2},
    "attentive": {1: 0.06, 2: 0.05, 7: 0.1},
    "ponder": {4: 0.14, 7: 0.12, 24: 0.1},
    "pressLips": {14: 0.12, 24: 0.22},
    "browFlash": {1: 0.28, 2: 0.26, 5: 0.08},
    "halfSmile": {12: (0.2, 0.13), 6: 0.08, 7: 0.06},
    "closedEyes": {43: 1.0},
}
"""Facial lexeme to its action units; the last five before ``closedEyes`` are a listener's."""


def _shapes(units: Mapping[int, Intensity]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for number, intensity in units.items():
        left, right = intensity if isinstance(intensity, tuple) else (intensity, intensity)
        for name, full in ACTION_UNITS[number].items():
            side = left if name.endswith("Left") else right
            middle = max(left, right)
            weight = full * (side if name.endswith(("Left", "Right")) else middle)
            if weight > 0.0:
                weights[name] = max(weight, weights.get(name, 0.0))
    return weights


LEXEMES: Mapping[str, Mapping[str, float]] = {
    name: _shapes(units) for name, units in COMPOSITIONS.items()
}
"""Facial lexeme to ARKit weights."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a facial movement takes, in seconds."""

    onset_s: float
    """From rest to apex."""
    apex_s: float
    """How long it is held."""
    offset_s: float
    """From apex back to rest."""


TIMINGS: Mapping[int, Timing] = {
    1: Timing(0.28, 0.6, 0.4),
    2: Timing(0.28, 0.6, 0.4),
    4: Timing(0.4, 1.2, 0.7),
    5: Timing(0.2, 0.5, 0.35),
    6: Timing(0.6, 1.6, 1.0),
    7: Timing(0.4, 1.2, 0.7),
    12: Timing(0.6, 1.6, 1.1),
    14: Timing(0.45, 1.0, 0.7),
    15: Timing(0.5, 1.2, 0.8),
    17: Timing(0.45, 1.0, 0.7),
    24: Timing(0.4, 0.9, 0.6),
    26: Timing(0.3, 0.6, 0.45),
    43: Timing(0.1, 0.2, 0.25),
    45: Timing(0.09, 0.0, 0.24),
}
"""Action unit to its usual times."""
_USUAL = Timing(0.4, 0.9, 0.6)


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


def timing(name: str | int) -> Timing:
    """Usual times of a facial lexeme, or of an action unit by its number.

    A lexeme takes as long as its slowest action unit.

    Raises:
        InputError: for an unknown lexeme.
    """
    if isinstance(name, int):
        return TIMINGS.get(name, _USUAL)
    lexeme(name)
    units = [TIMINGS.get(number, _USUAL) for number in COMPOSITIONS[name]]
    return Timing(
        max(unit.onset_s for unit in units),
        max(unit.apex_s for unit in units),
        max(unit.offset_s for unit in units),
    )
