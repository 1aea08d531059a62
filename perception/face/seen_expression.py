"""What an expression tells where part of the face is hidden: only what is seen of it."""

from __future__ import annotations

from collections.abc import Sequence

from perception.face.expression import Expression
from perception.face.hidden_parts import Part

_OF_MOUTH = (10, 12, 14, 15, 17, 20, 23, 24, 25, 26)
"""Action units that lips and jaw show."""
_OF_BROWS = (1, 2, 4)
_OF_EYES = (5, 6, 7, 45)
"""Action units that the picture of an eye shows, cheeks under it included."""
_ONE_OF_TWO = {
    2: "browOuterUp",
    4: "browDown",
    5: "eyeWide",
    6: "cheekSquint",
    7: "eyeSquint",
    45: "eyeBlink",
}
"""Units that have two sides, to their ARKit name without it."""


def seen_of(expression: Expression, hidden: Sequence[Part]) -> Expression:
    """An expression without what hidden parts would show.

    Where one of two sides is hidden, units are those of the other.

    Args:
        expression: as the landmarks give it, which guess what is hidden.
        hidden: parts.
    """
    if not hidden:
        return expression
    gone = tuple(start for part in hidden for start in _shown_by(part))
    kept = {
        name: value
        for name, value in expression.coefficients.items()
        if not any(name.startswith(start) and name.endswith(end) for start, end in gone)
    }
    both_brows = {"brow_right", "brow_left"} <= set(hidden)
    if both_brows:
        kept.pop("browInnerUp", None)
    lost: set[int] = set()
    if "mouth" in hidden:
        lost.update(_OF_MOUTH)
    if both_brows:
        lost.update(_OF_BROWS)
    if {"eye_right", "eye_left"} <= set(hidden):
        lost.update(_OF_EYES)
    units = {n: value for n, value in expression.action_units.items() if n not in lost}
    for number, name in _ONE_OF_TWO.items():
        sides = [kept[f"{name}{s}"] for s in ("Left", "Right") if f"{name}{s}" in kept]
        if number in units and len(sides) == 1:
            units[number] = sides[0]
    return Expression(kept, units, _openness(expression.openness, hidden))


def tells_impression(hidden: Sequence[Part]) -> bool:
    """Whether enough of a face is seen for what it may look like to others."""
    pairs = ({"eye_right", "eye_left"}, {"brow_right", "brow_left"})
    return "mouth" not in hidden and not any(pair <= set(hidden) for pair in pairs)


def eyes_hidden(hidden: Sequence[Part]) -> bool:
    """Whether neither eye is seen."""
    return {"eye_right", "eye_left"} <= set(hidden)


def _shown_by(part: Part) -> tuple[tuple[str, str], ...]:
    """Beginning and end of the ARKit names that a part shows."""
    if part == "mouth":
        return (("mouth", ""), ("jaw", ""), ("cheekPuff", ""))
    side = "Right" if part.endswith("right") else "Left"
    starts = ("eye", "cheekSquint") if part.startswith("eye") else ("browDown", "browOuterUp")
    return tuple((start, side) for start in starts)


def _openness(openness: tuple[float, float], hidden: Sequence[Part]) -> tuple[float, float]:
    """Of both eyes; a hidden one does as the other, and both hidden tell nothing of a look."""
    right, left = openness
    if eyes_hidden(hidden):
        return 0.0, 0.0
    if "eye_right" in hidden:
        return left, left
    return (right, right) if "eye_left" in hidden else openness
