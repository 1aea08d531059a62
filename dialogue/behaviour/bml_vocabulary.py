"""The words of BML 1.0 that can be played: its elements, their attributes, and what those hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from dialogue.types import LONGEST_S

NAMESPACE = "http://www.bml-initiative.org/bml/bml-1.0"
"""Of BML 1.0's own elements; a document without namespaces is read as if it named this."""
EXTENSION = "urn:recruiter-room:bml"
"""Of what this program adds."""

LARGEST = 1e6
"""No number in BML means anything beyond this."""
MOST: Mapping[str, float] = {"time": LONGEST_S, "angle": 90.0}
"""Least upper bounds of those that have one: seconds, degrees."""

Convert = Literal["text", "number", "time", "angle", "share", "count", "side"]
"""What an attribute holds: seconds, degrees, 0...1, a whole number from 1 on ..."""

_FACE: Mapping[str, Convert] = {"amount": "share", "overshoot": "number"}
_LOOK: Mapping[str, Convert] = {
    "target": "text",
    "influence": "text",
    "offsetAngle": "number",
    "offsetDirection": "text",
}
ATTRIBUTES: Mapping[str, Mapping[str, Convert]] = {
    "speech": {},
    "gaze": _LOOK,
    "gazeShift": _LOOK,
    "head": {"lexeme": "text", "repetition": "count", "amount": "share"},
    "headDirectionShift": {"target": "text"},
    "face": _FACE,
    "faceShift": _FACE,
    "faceLexeme": {"lexeme": "text", **_FACE},
    "faceFacs": {"au": "count", "side": "side", **_FACE},
    "gesture": {"lexeme": "text", "mode": "text", "amount": "share", "number": "count"},
    "pointing": {"target": "text", "mode": "text", "amount": "share"},
    "posture": {"lean_deg": "angle", "turn_deg": "angle"},
    "postureShift": {"lean_deg": "angle", "turn_deg": "angle"},
    "wait": {"duration": "time"},
}
"""Element to its attributes besides ``id`` and sync points, and what their values are."""

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "gaze": ("target",),
    "gazeShift": ("target",),
    "head": ("lexeme",),
    "headDirectionShift": ("target",),
    "faceLexeme": ("lexeme",),
    "faceFacs": ("au",),
    "gesture": ("lexeme",),
    "pointing": ("target",),
}
"""Element to the attributes that it cannot do without."""

UNHEEDED = frozenset(("influence", "offsetAngle", "offsetDirection", "overshoot"))
"""Attributes that are read and make no difference."""
UNSUPPORTED = frozenset(("locomotion", "locomotionShift"))
"""Core elements that someone who sits cannot carry out."""
POSES: Mapping[str, float] = {"LEAN_IN": 5.0, "LEAN_FORWARD": 5.0, "LEAN_BACK": -4.0, "UPRIGHT": 0}
"""Lexeme of a pose to how far it leans toward the candidate, degrees."""
