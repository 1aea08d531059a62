"""Gestures, hand shapes and places of rest, as data in ``assets/gestures``.

A gesture is a file of keys: each says where a hand, or both, and the trunk are at one of BML's sync
points, or a share of the way on to the next ("stroke+0.4") or back to the one before
("strokeEnd-0.3"). What a key leaves out stays as it was at the key before, or at rest.
``game/behaviour/gesturing.py`` moves the hands through them. Nothing here knows of the scene.

Fields of a hand: ``wrist`` (outward to the hand's own side, backward, up; metres from the root) or
``offset`` from where the hand rests; ``fingers`` (where they point: inward, upward; degrees),
``palm`` (0 down, 90 inward, 180 up) or ``turn``, all three relative to rest; ``shape`` (a name of
``hands/shapes.toml``, or "count" with the behaviour's number); ``contact`` (1 lies on what is
below), ``surface`` (its height, metres), ``on_hand`` (1 lies on the other hand), ``meet`` (1 its
middle finger reaches the body's middle plane).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogue.types import SYNC_POINTS
from game.pose import DESK_M, HandTarget
from perception.errors import SettingsError
from perception.paths import ASSETS
from perception.toml_files import read_toml

FOLDER = ASSETS / "gestures"
FINGERS = ("thumb", "index", "middle", "ring", "little")
SIDES = ("left", "right")
HANDS = ("both", "left", "right", "either")
PROPS = ("", "pen", "page")
COUNTS = 5
"""Fingers of a hand, to which ENUMERATE counts."""

Vector = NDArray[np.float64]
WIDTH = 30
"""Numbers of a hand: wrist 0-2, heading, pitch and palm 3-5, contact, surface, on_hand and meet
6-9, shape 10-29."""
BODY_WIDTH = 7
"""Numbers of the trunk: yaw, pitch and roll, raise of the shoulders, yaw, pitch and roll of the
head."""

_NUMBERS: Mapping[str, tuple[int, float, float]] = {
    "wrist": (3, -1.2, 1.6),
    "offset": (3, -0.5, 0.5),
    "fingers": (2, -110.0, 110.0),
    "turn": (3, -180.0, 180.0),
    "palm": (1, -60.0, 190.0),
    "contact": (1, 0.0, 1.0),
    "surface": (1, 0.6, 1.2),
    "on_hand": (1, 0.0, 1.0),
    "meet": (1, 0.0, 1.0),
}
_BODY = {"torso": (3, -40.0, 40.0), "head": (3, -40.0, 40.0), "shoulders": (1, 0.0, 1.0)}


@dataclass(frozen=True, slots=True)
class HandKey:
    """What a key says of one hand; fields it does not name stay."""

    numbers: Mapping[str, tuple[float, ...]]
    """Field to its values, see the module."""
    shape: str = ""
    """Name of a hand shape; empty leaves the fingers."""

    def after(self, before: Vector, rest: Vector, size: float, number: int) -> Vector:
        """The hand at this key.

        Args:
            before: (30,) at the key before.
            rest: (30,) where the hand rests.
            size: factor on the way from rest.
            number: fingers that a "count" shows.
        """
        hand, given = before.copy(), self.numbers
        if "wrist" in given:
            hand[:3] = rest[:3] + size * (np.array(given["wrist"]) - rest[:3])
        if "offset" in given:
            hand[:3] = rest[:3] + size * np.array(given["offset"])
        if "fingers" in given:
            hand[3:5] = given["fingers"]
        if "turn" in given:
            hand[3:6] = rest[3:6] + np.array(given["turn"])
        for at, name in ((5, "palm"), (6, "contact"), (7, "surface"), (8, "on_hand"), (9, "meet")):
            if name in given:
                hand[at] = given[name][0]
        if "contact" in given and given["contact"][0] == 0.0 and "on_hand" not in given:
            hand[8] = 0.0
        if self.shape:
            name = f"count{number}" if self.shape == "count" else self.shape
            hand[10:] = shapes()[name]
        return hand


@dataclass(frozen=True, slots=True)
class Key:
    """Hands and trunk at one moment of a gesture."""

    point: str
    """BML sync point."""
    share: float = 0.0
    """Way to the next sync point, 0...1, or back to the one before, -1...0."""
    hands: Mapping[str, HandKey] = field(default_factory=dict)
    """By side."""
    body: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    through: bool = False
    """The hand passes here instead of stopping."""

    def time(self, times: Mapping[str, float]) -> float:
        """Session seconds of this key, from those of the sync points."""
        at = times[self.point]
        if self.share == 0.0:
            return at
        other = SYNC_POINTS.index(self.point) + (1 if self.share > 0.0 else -1)
        return at + abs(self.share) * (times[SYNC_POINTS[other]] - at)


@dataclass(frozen=True, slots=True)
class Gesture:
    """One gesture."""

    lexeme: str
    hands: str
    """Which hands make it: both, left, right, or either, to be chosen each time."""
    keys: tuple[Key, ...] = ()
    amount: tuple[float, float] = (0.6, 1.1)
    """Factor on the way from rest at amount 0 and 1."""
    rest: str = ""
    """Where the hands rest from now on; empty leaves that."""
    prop: str = ""
    """What the hand holds: the pen from ready to relax, the page during the stroke."""
    scribble_m: float = 0.0
    """Size of the small movements of writing."""
    scribble_hz: float = 0.0

    def size(self, amount: float) -> float:
        """Factor on the way from rest."""
        low, high = self.amount
        return low + (high - low) * amount


@lru_cache(maxsize=1)
def gestures() -> Mapping[str, Gesture]:
    """Every gesture by its lexeme.

    Raises:
        SettingsError: a file cannot be used; names file and key.
    """
    found: dict[str, Gesture] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        gesture = read_gesture(path)
        if gesture.lexeme in found:
            raise SettingsError(f"{path}: a second gesture {gesture.lexeme}; rename one of them")
        found[gesture.lexeme] = gesture
    return found


@lru_cache(maxsize=1)
def shapes() -> Mapping[str, Vector]:
    """Hand shapes by name, (20,) degrees each."""
    return read_shapes(FOLDER / "hands" / "shapes.toml")


@lru_cache(maxsize=1)
def rests() -> Mapping[str, Mapping[str, Vector]]:
    """Places of rest by name and side, (30,) each."""
    return read_rests(FOLDER / "hands" / "rests.toml")


def read_rests(path: Path) -> Mapping[str, Mapping[str, Vector]]:
    """Reads places of rest.

    Raises:
        SettingsError: names file, place and field.
    """
    start = np.zeros(WIDTH)
    start[7], start[10:] = DESK_M, shapes()["relaxed"]
    found: dict[str, dict[str, Vector]] = {}
    for name, table in read_toml(path).items():
        found[name] = {}
        for side in SIDES:
            if not isinstance(table, dict) or side not in table:
                raise SettingsError(f"{path}: [{name}] lacks {side!r}")
            key = _hand(path, f"[{name}] {side}", table[side])
            found[name][side] = key.after(start, start, 1.0, 1)
    return found


def read_shapes(path: Path) -> Mapping[str, Vector]:
    """Reads hand shapes.

    Raises:
        SettingsError: names file, shape and finger.
    """
    found: dict[str, Vector] = {}
    for name, table in read_toml(path).items():
        shape = found["relaxed"].copy() if "relaxed" in found else np.zeros(20)
        if not isinstance(table, dict) or ("relaxed" not in found and set(table) != set(FINGERS)):
            raise SettingsError(f"{path}: [{name}] must name all of {', '.join(FINGERS)}")
        for finger, bends in table.items():
            if finger not in FINGERS:
                raise SettingsError(f"{path}: [{name}] {finger!r} is no finger; {list(FINGERS)}")
            values = _numbers(path, f"[{name}] {finger}", bends, 4, -60.0, 120.0)
            at = 4 * FINGERS.index(finger)
            shape[at : at + 4] = values
        found[name] = shape
    return found


def read_gesture(path: Path) -> Gesture:
    """Reads one gesture.

    Raises:
        SettingsError: names file and key.
    """
    table = read_toml(path)
    known = ("lexeme", "hands", "amount", "rest", "prop", "scribble", "key")
    for name in table:
        if name not in known:
            raise SettingsError(f"{path}: unknown key {name!r}; known: {', '.join(known)}")
    lexeme = table.get("lexeme")
    if not isinstance(lexeme, str) or not lexeme.isupper():
        raise SettingsError(f"{path}: lexeme must be a name in capitals, not {lexeme!r}")
    hands = _choice(path, "hands", table.get("hands", "both"), HANDS)
    rest = table.get("rest", "")
    if rest != "":
        _choice(path, "rest", rest, tuple(rests()))
    scribble, keys = table.get("scribble", {}), table.get("key", [])
    if not isinstance(scribble, dict) or set(scribble) - {"size_m", "rate_hz"}:
        raise SettingsError(f"{path}: scribble holds size_m and rate_hz only, not {scribble!r}")
    if not isinstance(keys, list):
        raise SettingsError(f"{path}: key must be [[key]] tables")
    amount = _numbers(path, "amount", table.get("amount", [0.6, 1.1]), 2, 0.0, 2.0)
    return Gesture(
        lexeme,
        hands,
        tuple(_key(path, i, entry) for i, entry in enumerate(keys, 1)),
        (amount[0], amount[1]),
        rest,
        _choice(path, "prop", table.get("prop", ""), PROPS),
        _numbers(path, "scribble size_m", scribble.get("size_m", 0.0), 1, 0.0, 0.01)[0],
        _numbers(path, "scribble rate_hz", scribble.get("rate_hz", 0.0), 1, 0.0, 8.0)[0],
    )


def target_of(hand: Vector, side: str) -> HandTarget:
    """A hand's numbers as the pose takes them."""
    v = hand.tolist()
    sign = 1.0 if side == "left" else -1.0
    return HandTarget(
        (sign * v[0], v[1], v[2]), v[3], v[4], v[5], tuple(v[10:]), v[6], v[7], v[8], v[9]
    )


def _key(path: Path, number: int, table: Any) -> Key:
    where = f"key {number}"
    if not isinstance(table, dict) or "at" not in table:
        raise SettingsError(f"{path}: {where} lacks 'at', one of {', '.join(SYNC_POINTS)}")
    point, share = str(table["at"]), 0.0
    for sign in "+-":
        if sign in point:
            point, _, text = point.partition(sign)
            try:
                share = float(sign + text)
            except ValueError:
                raise SettingsError(f"{path}: {where}: at {table['at']!r} has no number") from None
    _choice(path, f"{where}: at", point, SYNC_POINTS[1:-1])
    if not -1.0 < share < 1.0:
        raise SettingsError(f"{path}: {where}: at {table['at']!r}: the share must be below 1")
    hands: dict[str, HandKey] = {}
    body: dict[str, tuple[float, ...]] = {}
    for name, value in table.items():
        if name == "both":
            hands = dict.fromkeys(SIDES, _hand(path, f"{where} both", value))
        elif name in SIDES:
            hands[name] = _hand(path, f"{where} {name}", value)
        elif name in _BODY:
            body[name] = _numbers(path, f"{where} {name}", value, *_BODY[name])
        elif name not in ("at", "through"):
            known = ", ".join(("at", "through", "both", *SIDES, *_BODY))
            raise SettingsError(f"{path}: {where}: unknown key {name!r}; known: {known}")
    through = table.get("through", False)
    if not isinstance(through, bool):
        raise SettingsError(f"{path}: {where} through must be true or false, not {through!r}")
    return Key(point, share, hands, body, through)


def _hand(path: Path, where: str, table: Any) -> HandKey:
    if not isinstance(table, dict):
        raise SettingsError(f"{path}: {where} must be a table of a hand's fields")
    numbers: dict[str, tuple[float, ...]] = {}
    for name, value in table.items():
        if name in _NUMBERS:
            numbers[name] = _numbers(path, f"{where} {name}", value, *_NUMBERS[name])
        elif name == "shape":
            _choice(path, f"{where} shape", value, (*shapes(), "count"))
        else:
            known = ", ".join((*_NUMBERS, "shape"))
            raise SettingsError(f"{path}: {where}: unknown field {name!r}; known: {known}")
    return HandKey(numbers, str(table.get("shape", "")))


def _numbers(
    path: Path, where: str, value: Any, count: int, low: float, high: float
) -> tuple[float, ...]:
    values = value if isinstance(value, list) else [value]
    # a bool is an int to Python, and a nan lies in no range
    good = all(type(v) in (int, float) and low <= v <= high for v in values)
    if len(values) != count or not good:
        raise SettingsError(f"{path}: {where} must be {count} from {low} to {high}, not {value!r}")
    return tuple(float(v) for v in values)


def _choice(path: Path, where: str, value: Any, choices: tuple[str, ...]) -> str:
    if value not in choices:
        known = ", ".join(choice for choice in choices if choice)
        raise SettingsError(f"{path}: {where} must be one of {known}, not {value!r}")
    return str(value)
