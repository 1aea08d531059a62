"""Why a finding matters and how to practise it, out of ``assets/rubrics/coaching.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scoring.feedback.wording import Wording
from scoring.rubric import load


@dataclass(frozen=True, slots=True)
class Exercise:
    """One thing to do."""

    title: str
    steps: tuple[str, ...]
    minutes: int


@dataclass(frozen=True, slots=True)
class Why:
    """Why a finding matters."""

    matters: str = ""
    source: str = ""


def kind_of(measure: str) -> Mapping[str, Any]:
    """What is known of a kind of finding; empty for one of which nothing is."""
    found: Mapping[str, Any] = load("coaching")["kind"].get(measure, {})
    return found


def why_of(measure: str, wording: Wording) -> Why:
    """Why a kind of finding matters, with its source."""
    kind = kind_of(measure)
    if not kind:
        return Why()
    return Why(wording.say(f"{measure} matters", kind["matters"]), str(kind["source"]))


def exercise_of(measure: str, wording: Wording) -> Exercise | None:
    """One exercise for a kind of finding; None where there is none."""
    names = kind_of(measure).get("exercises", ())
    if not names:
        return None
    found = load("coaching")["exercise"][wording.one(f"{measure} exercise", names)]
    steps = tuple(wording.fill(step) for step in found["steps"])
    return Exercise(wording.fill(found["title"]), steps, int(found["minutes"]))
