"""Two things that a candidate told and that cannot both be so: amounts of the same.

Only what can be told apart surely: how long, how many or when, of the same employer, role, tool or
person. "Three years at Lidl" and later "two years at Lidl" contradict each other; "three years at
Lidl" and "two years at the till" do not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dialogue.understanding.types import Fact, Understanding

LEAST_CONFIDENCE = 0.6
"""Of both facts, below which nothing is said of them."""

_UNITS = (
    r"(?<![^\W_])(second|minute|hour|day|night|week|month|year|percent|per cent|pound|euro|dollar|"
    r"people|person|patient|customer|child|kid|student|colleague|project|table|bed|shift|time)s?"
)
_UNIT = re.compile(rf"{_UNITS}(?![^\W_])")
_COUNTED = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_NUMBERS = {word: value for value, word in enumerate(_COUNTED.split())} | {
    word: 10 * value for value, word in enumerate(_TENS.split(), 2)
}
_LABEL = re.compile(rf"{_UNITS} (?:\d|(?:{'|'.join(_NUMBERS)})(?![a-z]))")
"""What is a name and no amount: "Year 7", "Week Two"."""
_DIGITS = re.compile(r"\d+(?:,\d{3})+(?!\d)|\d+(?:[.,]\d+)?")
_VAGUE = re.compile(
    r"(?<![a-z])(?:about|almost|around|at least|between|couple|few|less|many|more|nearly|odd|or|"
    r"over|roughly|several|some|to|under|up)(?![a-z])|\d ?[-–] ?\d"
)
"""What makes an amount too vague to be contradicted by another."""
_HALF = re.compile(r"(?<![a-z])and a half(?![a-z])")
_ANCHORS = ("organisation", "role", "tool", "place")
_NEAR = 60
"""Characters within which an amount belongs to a name."""


@dataclass(frozen=True, slots=True)
class Told:
    """An amount of something named."""

    anchor: str
    """What it is of: an employer, a role, a tool or a place, in small letters."""
    unit: str
    value: float
    text: str
    """The amount as it was said."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """An amount now and the one told before."""

    before: str
    now: str
    about: str


def told_in(found: Understanding) -> tuple[Told, ...]:
    """The amounts of an utterance that belong to a name in the same sentence."""
    sure = [f for f in found.facts if f.confidence >= LEAST_CONFIDENCE]
    told = []
    for fact in sure:
        if fact.kind not in ("time", "number"):
            continue
        amount = _amount(fact.text)
        anchor = _anchor(found.text, fact, sure)
        if amount is not None and anchor is not None:
            told.append(Told(_key(anchor.text), amount[0], amount[1], fact.text))
    return tuple(told)


def contradiction(now: Sequence[Told], before: Sequence[Told]) -> Contradiction | None:
    """The first amount that differs from one told before of the same thing; None without any."""
    for new in now:
        for old in before:
            same = new.anchor == old.anchor and new.unit == old.unit
            if same and new.value != old.value:
                return Contradiction(old.text, new.text, new.anchor)
    return None


def _anchor(text: str, amount: Fact, facts: Sequence[Fact]) -> Fact | None:
    """The name that an amount belongs to: the nearest in its sentence."""
    best, nearest = None, _NEAR
    for fact in facts:
        if fact.kind not in _ANCHORS:
            continue
        first, last = sorted((fact, amount), key=lambda f: f.start)
        between = text[first.end : last.start]
        if re.search(r"[.!?]", between) or len(between) > nearest:
            continue
        if best is None or len(between) < nearest:
            best, nearest = fact, len(between)
    return best


def _amount(text: str) -> tuple[str, float] | None:
    """Unit and value of an amount; None where either is not told, or is told vaguely."""
    plain = text.lower()
    unit = _UNIT.search(plain)
    if unit is None or _VAGUE.search(plain) or _LABEL.search(plain):
        return None
    value = _value(_HALF.sub(" ", plain))
    return None if value is None else (unit.group(1), value + 0.5 * bool(_HALF.search(plain)))


def _value(plain: str) -> float | None:
    """The number in small letters or digits: "two hundred and five", "2,500", "half a year"."""
    digits = _DIGITS.search(plain)
    if digits is not None:
        number = digits.group()
        thousands = re.search(r",\d{3}(?!\d)", number)
        return float(number.replace(",", "" if thousands else "."))
    words = re.findall(r"[a-z]+", plain)
    whole = group = 0
    told = False
    for word in words:
        told |= word in _NUMBERS or word in ("hundred", "thousand")
        if word in _NUMBERS:
            group += _NUMBERS[word]
        elif word == "hundred":
            group = 100 * max(1, group)
        elif word == "thousand":
            whole, group = whole + 1000 * max(1, group), 0
    if told:
        return float(whole + group)
    if "half" in words:
        return 0.5
    return 1.0 if {"a", "an"} & set(words) else None


def _key(name: str) -> str:
    plain = re.sub(r"[^a-z0-9 ]", "", name.lower())
    return re.sub(r"^(?:the|a|an|my|our|your) ", "", plain).strip()
