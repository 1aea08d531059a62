"""Action units from ARKit coefficients, by what moves the same muscle.

After Ekman & Friesen (1978) and the Facial Action Coding System's description of each unit. Where a
coefficient is one side of the face, a unit is the mean of both. The lip tightener (23) has no
coefficient of its own: rolled and pressed lips tighten, so it takes part of both.
"""

from __future__ import annotations

from collections.abc import Mapping

UNITS: Mapping[int, str] = {
    1: "inner brow raiser",
    2: "outer brow raiser",
    4: "brow lowerer",
    5: "upper lid raiser",
    6: "cheek raiser",
    7: "lid tightener",
    9: "nose wrinkler",
    10: "upper lip raiser",
    12: "lip corner puller",
    14: "dimpler",
    15: "lip corner depressor",
    17: "chin raiser",
    20: "lip stretcher",
    23: "lip tightener",
    24: "lip pressor",
    25: "lips part",
    26: "jaw drop",
    45: "blink",
}
"""Number to name of all units that are told."""

_PAIRED: Mapping[int, str] = {
    2: "browOuterUp",
    4: "browDown",
    5: "eyeWide",
    6: "cheekSquint",
    7: "eyeSquint",
    9: "noseSneer",
    10: "mouthUpperUp",
    12: "mouthSmile",
    14: "mouthDimple",
    15: "mouthFrown",
    20: "mouthStretch",
    24: "mouthPress",
    45: "eyeBlink",
}


def action_units(c: Mapping[str, float]) -> dict[int, float]:
    """Action units of a face.

    Args:
        c: ARKit name to 0...1; what is not named is at rest.

    Returns:
        Number to 0...1, every unit of :data:`UNITS`.
    """

    def both(name: str) -> float:
        return (c.get(f"{name}Left", 0.0) + c.get(f"{name}Right", 0.0)) / 2

    jaw = c.get("jawOpen", 0.0)
    rolled = (c.get("mouthRollLower", 0.0) + c.get("mouthRollUpper", 0.0)) / 2
    units = {number: both(name) for number, name in _PAIRED.items()}
    units[1] = c.get("browInnerUp", 0.0)
    units[17] = c.get("mouthShrugLower", 0.0)
    units[23] = max(rolled, 0.5 * units[24])
    # Lips part when the jaw drops and they do not follow it, or when one of them is drawn away.
    apart = (1 - max(0.0, jaw - c.get("mouthClose", 0.0))) * (1 - both("mouthLowerDown"))
    units[25] = 1.0 - apart * (1.0 - units[10])
    units[26] = jaw
    return {number: units[number] for number in UNITS}
