"""Which findings come first: by what they would change, and by how far practice changes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from scoring.content_score import QuestionPoints
from scoring.curves import curve, points_at
from scoring.feedback.exercises import kind_of
from scoring.fusion import GROUPS
from scoring.rubric import load
from scoring.types import Measure

_MIDDLING = 0.5
"""How changeable something is of which nobody says."""


class Ranked(Protocol):
    """Something that has a place in the order."""

    @property
    def measure(self) -> str:
        """What it is about."""
        ...

    @property
    def weight(self) -> float:
        """What decides the order."""
        ...


R = TypeVar("R", bound=Ranked)


def first(found: Sequence[R], most: int) -> list[R]:
    """The weightiest, one of each family before a second of any: three pieces of advice on one
    thing are one piece of advice."""
    least = float(load("coaching")["rank"]["least"])
    order = sorted((each for each in found if each.weight >= least), key=lambda each: -each.weight)
    seen: set[str] = set()
    leading: list[R] = []
    others: list[R] = []
    for each in order:
        family = str(kind_of(each.measure).get("family", each.measure))
        (others if family in seen else leading).append(each)
        seen.add(family)
    return sorted((leading + others)[:most], key=lambda each: -each.weight)


def changeable(measure: str) -> float:
    """How far a few short exercises change it, 0...1."""
    return float(kind_of(measure).get("changeable", _MIDDLING))


def effect(measure: str, points: float) -> float:
    """Likely effect on the impression, 0...1.

    Args:
        measure: what is told.
        points: of the overall score that would be gained; see :func:`points_to_gain`.
    """
    rank = load("coaching")["rank"]
    usual = float(rank["usual_effect"])
    published = float(kind_of(measure).get("published") or usual)
    return min(1.0, max(0.0, points) / float(rank["full_points"]) * published / usual)


def points_to_gain(measure: Measure, side: str, share: float = 1.0) -> float:
    """Points of the overall score that a measure would gain if it came to its band.

    Args:
        measure: outside its band.
        side: "low" or "high".
        share: of the answers that it concerns, 0...1.
    """
    stake = float(kind_of(measure.name).get("stake", 0.0))
    norm = measure.norm
    end = None if norm is None else norm.low if side == "low" else norm.high
    if measure.value is None or end is None:
        return stake
    gained = [
        _weight(group, measure.name)
        * (points_at(entry["points"], end) - points_at(entry["points"], measure.value))
        for group in GROUPS
        if (entry := curve(group, measure.name)) is not None
    ]
    return max(0.0, sum(gained)) * share if gained else stake


def points_unanswered(points: Sequence[QuestionPoints]) -> float:
    """The same if every question that stayed open had a plain answer."""
    worth = float(load("coaching")["rank"]["unanswered_worth"])
    whole = sum(q.weight for q in points if not q.left_out)
    lost = sum(
        q.weight * max(0.0, worth - (q.points or 0.0)) for q in points if q.outcome == "unanswered"
    )
    return float(load("scores")["overall"]["content"]) * lost / whole if whole else 0.0


def share_in_overall(measure: str) -> float:
    """How much of the overall score rests on a measure, 0...1."""
    return sum(_weight(group, measure) for group in GROUPS)


def _weight(group: str, measure: str) -> float:
    table = load("scores")
    entries = {name: entry for name, entry in table[group].items() if isinstance(entry, dict)}
    if measure not in entries:
        return 0.0
    whole = sum(float(entry["weight"]) for entry in entries.values())
    return float(table["overall"][group]) * float(entries[measure]["weight"]) / whole
