"""What is wrong with settings or content, in one line: table, key, value and what would be right.

Pydantic finds the fault; its own words are for programmers.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Collection, Sequence
from typing import Annotated, Any

from pydantic import ValidationError

MOST = 1_000_000
"""Largest size of a number that names no range of its own. No setting has a use for more (it is
eleven days of seconds), so what lies beyond is a slip."""

_KINDS = {int: "whole number", float: "number", str: "string", bool: "true or false"}

_UNITS = {
    **{"s": "seconds", "m": "metres", "deg": "degrees", "px": "pixels", "hz": "Hz"},
    **{"db": "dB", "dbfs": "dBFS", "kbps": "kbit/s"},
}
"""Last part of a key to the unit that it means."""


def line(error: ValidationError, kind: Any, given: Collection[str] = ()) -> str:
    """The fault to mend first.

    Args:
        error: of making one.
        kind: the type that was to be made.
        given: fields of it that are not the file's to say.
    """
    faults = error.errors(include_url=False)
    # a key that is misspelt is missing as well; the word that stands there is what people look for
    fault = next((f for f in faults if f["type"] == "unexpected_keyword_argument"), faults[0])
    return _told(fault, faults, kind, given)


def lines(error: ValidationError, kind: Any, given: Collection[str] = ()) -> list[str]:
    """All faults, one line each, in the order of the table.

    Args:
        error: of making one.
        kind: the type that was to be made.
        given: fields of it that are not the file's to say.
    """
    faults = error.errors(include_url=False)
    misspelt = {f["loc"][:-1] for f in faults if f["type"] == "unexpected_keyword_argument"}
    return [
        _told(fault, faults, kind, given)
        for fault in faults
        if not (fault["type"] == "missing" and fault["loc"][:-1] in misspelt)
    ]


def _told(fault: Any, faults: Sequence[Any], kind: Any, given: Collection[str]) -> str:
    """One fault among all of them."""
    place = fault["loc"]
    if fault["type"] == "unexpected_positional_argument":
        return f"{fault['input']!r} is one value too many"
    if fault["type"] in ("unexpected_keyword_argument", "missing"):
        place, last = place[:-1], place[-1]
    hint, way = _follow(kind, place)
    if fault["type"] == "unexpected_keyword_argument":
        lost = [f["loc"][-1] for f in faults if f["type"] == "missing" and f["loc"][:-1] == place]
        words = unknown_key(last, hint, () if way else given, lost)
    elif fault["type"] == "missing" and isinstance(last, str):
        words = f"{_missing(last, hint)}; add it"
    elif fault["type"] == "value_error" and _is_table(hint):  # it names its fields itself
        words = str(fault["ctx"]["error"])
    else:
        key = way.pop() if way else "it"
        words = f"{key} {_words(fault, hint, key)}"
    return " ".join(": ".join([*way, words]).split())  # keys and values may hold line breaks


def unknown_key(key: Any, kind: Any, given: Collection[str] = (), lost: Sequence[Any] = ()) -> str:
    """What to say of a key that is none.

    Args:
        key: it.
        kind: type of the table that has it.
        given: fields of it that are not the file's to say.
        lost: required keys that are not there.
    """
    known = sorted(each.name for each in dataclasses.fields(_plain(kind)) if each.name not in given)
    also = "".join(f", and {_missing(name, kind)}" for name in lost)
    return f"unknown key {key!r}{also}; known: {', '.join(known)}"


def _follow(kind: Any, place: Sequence[Any]) -> tuple[Any, list[str]]:
    """The type of what lies at a place, and the names that lead there."""
    hint, way = kind, list[str]()
    if place and isinstance(place[0], int) and dataclasses.is_dataclass(kind):
        place = [dataclasses.fields(kind)[place[0]].name, *place[1:]]  # it was given by position
    for step in place:
        inner = _inside(_plain(hint), step)
        if inner is None:  # pydantic goes on to name which arm of a union it tried
            break
        hint = inner
        if isinstance(step, int):
            way[-1] += f" number {step + 1}"
        else:
            way.append(step)
    return hint, way


def _inside(plain: Any, step: Any) -> Any:
    """The type of a table's field or a list's item; None where there is none."""
    if dataclasses.is_dataclass(plain):
        return typing.get_type_hints(plain, include_extras=True).get(step)
    args = typing.get_args(plain)
    if typing.get_origin(plain) is tuple:
        return args[0] if args[-1] is ... else args[step]
    return args[-1] if typing.get_origin(plain) in (dict, list) else None


def _arms(hint: Any) -> list[Any]:
    """The types of which a value may be, None apart."""
    union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    return [arm for arm in typing.get_args(hint) if arm is not type(None)] if union else [hint]


def _plain(hint: Any) -> Any:
    """A type without its range; of several the first."""
    hint = _arms(hint)[0]
    return typing.get_args(hint)[0] if typing.get_origin(hint) is Annotated else hint


def _is_table(hint: Any) -> bool:
    return dataclasses.is_dataclass(_plain(hint)) or typing.get_origin(_plain(hint)) is dict


def _has_tables(hint: Any) -> bool:
    """Whether it is a list of tables."""
    return typing.get_origin(_plain(hint)) is tuple and _is_table(typing.get_args(_plain(hint))[0])


def _missing(name: Any, kind: Any) -> str:
    hint = _inside(_plain(kind), name)
    table = f"table [{name}]" if _is_table(hint) else f"table [[{name}]]"
    return f"{table if _is_table(hint) or _has_tables(hint) else f'key {name!r}'} is missing"


def _words(fault: Any, hint: Any, key: str) -> str:
    """What to say after the key."""
    if fault["type"] == "value_error":
        return str(fault["ctx"]["error"])
    if fault["type"] == "tuple_type" and _has_tables(hint):
        return f"must be [[{key}]] tables"
    shown = repr(fault["input"])
    shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
    arms = _arms(hint)
    ranges = [_range(arm, _UNITS.get(key.rpartition("_")[2], "")) for arm in arms]
    if len(arms) > 1:
        return f"is {shown}; {', or '.join(ranges).replace(', or use ', ', or ')}"
    wrong_kind = fault["type"].endswith("_type") or not ranges[0]
    told = [f"expected {_kind(_plain(hint))}"] if wrong_kind else []
    return "; ".join([f"is {shown}", *told, *filter(None, ranges)])


def _kind(plain: Any) -> str:
    if typing.get_origin(plain) is not tuple:
        return _KINDS.get(plain, "table")
    args = typing.get_args(plain)
    return "list" if args[-1] is ... else f"list of {len(args)}"


def _range(hint: Any, unit: str) -> str:
    """What would be right, "use 5 to 60 seconds"; empty where anything of the kind is."""
    plain, *marks = typing.get_args(hint) if typing.get_origin(hint) is Annotated else (hint,)
    if typing.get_origin(plain) is typing.Literal:
        known = typing.get_args(plain)
        return f"use {'one of ' * (len(known) > 1)}{', '.join(map(str, known))}"
    if plain not in (int, float):
        return ""
    ends: dict[str, Any] = {}
    for mark in [each for field in marks for each in getattr(field, "metadata", ())]:
        ends |= {n: getattr(mark, n) for n in ("ge", "gt", "le", "lt") if hasattr(mark, n)}
    low, high = ends.get("ge", ends.get("gt", -MOST)), ends.get("le", ends.get("lt", MOST))
    most = f"{high} {unit}".strip()
    if (low, high) == (0, MOST):
        return f"it must {'be positive' if 'gt' in ends else 'not be negative'}, at most {most}"
    if low > 0 and high == MOST:
        return f"use at least {low}, at most {most}"
    out = [str(end) for name, end in (("gt", low), ("lt", high)) if name in ends]
    excluded = "both" if len(out) > 1 else "".join(out)
    return f"use {low} to {most}{excluded and f', {excluded} excluded'}"
