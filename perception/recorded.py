"""What a record tells as a table of JSON values, made into what it was.

A record may be damaged, or written by somebody else: JSON that can be read may still hold a word
where a number belongs. So every value is held against what its field says of itself.
"""

from __future__ import annotations

import dataclasses
import math
import types
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import (
    Annotated,
    Any,
    Literal,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

T = TypeVar("T")
Check = Callable[[Any], bool]

LONGEST_S = 1e5
"""Seconds, over a day, beyond which no time of a session lies."""
_NAMES = frozenset((str,))
_NUMBERS = frozenset((float, int))
_MOST = 1e12
"""No other number of a record comes near this."""


def looked_up(table: Any, *keys: str) -> Any:
    """What stands in a table of tables under one key after another; None where nothing does."""
    for key in keys:
        table = table.get(key) if isinstance(table, Mapping) else None
    return table


def built(kind: Callable[..., T], fields: Mapping[str, Any]) -> T:
    """A dataclass from a table that may hold more than it knows.

    Args:
        kind: the dataclass.
        fields: of it, by name; others are passed over, for later versions may write more.

    Raises:
        TypeError: a field without a default is missing, or a value is none that it can have. What
            a field may be named is not checked: a later version may know more names.
    """
    checks = _checks(kind)
    known: dict[str, Any] = {}
    for name, value in fields.items():
        check = checks.get(name)
        if check is None:
            continue
        if not check(value):
            raise TypeError(f"{name} cannot be {value!r:.40}")
        known[name] = value
    return kind(**known)


def unknown_in(kind: type[Any], table: Mapping[str, Any]) -> Iterator[str]:
    """Keys of a table, and of tables in it, that a dataclass does not know: "gaze.target_px".

    Args:
        kind: the dataclass; what its fields hold is looked at where that is a dataclass, too.
        table: of whatever version.
    """
    known, inner = _tables_of(cast(Any, kind))
    for name in table.keys() - known:
        yield str(name)
    for name, of in inner:
        value = table.get(name)
        for each in value if isinstance(value, list | tuple) else (value,):
            if isinstance(each, Mapping):
                yield from (f"{name}.{key}" for key in unknown_in(of, each))


@lru_cache(maxsize=256)
def _tables_of(kind: Any) -> tuple[frozenset[str], tuple[tuple[str, type[Any]], ...]]:
    """The fields of a dataclass, and those of them that hold dataclasses."""
    names = [spec.name for spec in dataclasses.fields(kind)]
    hints = get_type_hints(kind)
    found = ((name, of) for name in names for of in _dataclasses_in(hints[name]))
    return frozenset(names), tuple(found)


def _dataclasses_in(hint: Any) -> list[type[Any]]:
    """The dataclass that a value of a type is, or holds a list of; none where it may be several."""
    if dataclasses.is_dataclass(hint):
        return [cast(type[Any], hint)]
    if get_origin(hint) in (Union, types.UnionType, tuple, Annotated):
        found = [each for arm in get_args(hint) for each in _dataclasses_in(arm)]
        return found if len(found) == 1 else []
    return []


def is_time(value: Any) -> bool:
    """Whether it can be a session time, in seconds."""
    return _is_number(value) and -LONGEST_S < value < LONGEST_S


@lru_cache(maxsize=64)
def _checks(kind: Callable[..., Any]) -> Mapping[str, Check]:
    hints = get_type_hints(cast(Any, kind))
    found = {}
    for spec in dataclasses.fields(cast(Any, kind)):
        hint = hints[spec.name]
        timed = spec.name.endswith("_s")
        found[spec.name] = _check(hint, is_time if timed else _is_number)
    return found


def _check(hint: Any, number: Check) -> Check:
    """What tells whether a value is one of a type's.

    Args:
        hint: the type.
        number: what tells it for a float.
    """
    plain: dict[Any, Check] = {float: number, int: _is_whole, Any: lambda v: True}
    if hint in plain:
        return plain[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _any_of([_check(each, number) for each in arguments])
    if origin is Literal:
        kinds = tuple({type(each) for each in arguments})
        return lambda v: type(v) in kinds
    if origin is tuple:
        return _tuple_of(arguments, number)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _table_of(arguments, number)
    return lambda v: type(v) is hint


def _table_of(arguments: tuple[Any, ...], number: Check) -> Check:
    if arguments == (str, float) and number is _is_number:
        return _numbers_by_name
    key, value = (_check(each, number) for each in arguments)
    return lambda v: isinstance(v, Mapping) and all(map(key, v)) and all(map(value, v.values()))


def _numbers_by_name(v: Any) -> bool:
    """Whether it is a table of numbers by their names, as each of a hundred thousand faces has one
    of fifty; so all are looked at at once."""
    if not isinstance(v, Mapping) or not _NAMES.issuperset(map(type, v)):
        return False
    values = v.values()
    if not _NUMBERS.issuperset(map(type, values)):
        return False
    try:
        known = math.isfinite(sum(values))  # what is no number hides from min and max
    except OverflowError:
        return False
    return known and min(values, default=0) > -_MOST and max(values, default=0) < _MOST


def _any_of(checks: list[Check]) -> Check:
    if len(checks) == 2:
        first, second = checks
        return lambda v: first(v) or second(v)
    return lambda v: any(check(v) for check in checks)


def _tuple_of(arguments: tuple[Any, ...], number: Check) -> Check:
    if arguments[-1] is Ellipsis:
        each = _check(arguments[0], number)
        return lambda v: isinstance(v, tuple | list) and all(map(each, v))
    checks = [_check(argument, number) for argument in arguments]
    return lambda v: (
        isinstance(v, tuple | list)
        and len(v) == len(checks)
        and all(check(one) for check, one in zip(checks, v, strict=True))
    )


def _is_whole(value: Any) -> bool:
    return type(value) is int and -_MOST < value < _MOST


def _is_number(value: Any) -> bool:
    if type(value) is float:
        return math.isfinite(value) and -_MOST < value < _MOST
    return type(value) is int and -_MOST < value < _MOST
