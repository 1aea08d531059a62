"""Settings and content: frozen dataclasses of each module, filled from TOML files.

A module that has settings owns a ``checked`` dataclass whose every field has a default, a range in
its type and a unit in the docstring below it: ``pause_s: Annotated[float, between(0, 30)] = 0.5``.
What fields must keep to among themselves stands in ``__post_init__``, which raises ``ValueError``.
The settings file has one table per dataclass; content files are read in the same way.

A value is taken as it is or refused: "3" and true are no numbers, 2.5 is no whole number, and no
number is nan or infinite. Each error is one line with file, table, key, value and what would be
right; ``perception/settings_faults.py`` words it.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast

from pydantic import AfterValidator, Field, GetCoreSchemaHandler, TypeAdapter, ValidationError
from pydantic_core import ArgsKwargs

from perception.errors import SettingsError
from perception.settings_faults import MOST, line, lines, unknown_key
from perception.toml_files import read_toml

T = TypeVar("T")

Share = Annotated[float, Field(ge=0, le=1)]
"""0 to 1."""
InnerShare = Annotated[float, Field(gt=0, lt=1)]
"""Between 0 and 1, neither of them."""
PositiveShare = Annotated[float, Field(gt=0, le=1)]
"""More than 0, up to 1."""
Positive = Annotated[float, Field(gt=0, le=MOST)]
"""More than 0."""
NotNegative = Annotated[float, Field(ge=0, le=MOST)]
"""0 or more."""
Count = Annotated[int, Field(ge=1, le=MOST)]
"""Whole number, 1 or more."""
CountOrZero = Annotated[int, Field(ge=0, le=MOST)]
"""Whole number, 0 or more."""
Level = Annotated[float, Field(gt=-120, lt=0)]
"""dBFS, where 0 is full scale."""
Seed = Annotated[int, Field(ge=0, le=2**32 - 1)]
"""Of random numbers; numpy's legacy generators take no larger one."""


_SIGNS = {"<": operator.lt, "<=": operator.le}


def between(low: float, high: float) -> Any:
    """For the type of a number from ``low`` to ``high``, both included."""
    return Field(ge=low, le=high)


def at_least(low: float) -> Any:
    """For the type of a number of ``low`` or more."""
    return Field(ge=low, le=MOST)


def above(low: float, high: float) -> Any:
    """For the type of a number of more than ``low``, up to ``high``."""
    return Field(gt=low, le=high)


def one_of(known: Collection[str]) -> Any:
    """For the type of a string that has to stand in a table of names."""

    def check(value: str) -> str:
        if value not in known:
            raise ValueError(f"is {value!r}; use one of {', '.join(known)}")
        return value

    return AfterValidator(check)


def in_order(settings: Any, *orders: str) -> None:
    """For ``__post_init__``: compares numbers of a dataclass.

    Args:
        settings: the dataclass.
        orders: names of its fields with < or <= between them: "nearest_m < farthest_m".

    Raises:
        ValueError: an order does not hold.
    """
    for order in orders:
        names, signs = order.split()[::2], order.split()[1::2]
        values = [getattr(settings, name) for name in names]
        pairs = zip(values, signs, values[1:], strict=False)
        if not all(_SIGNS[sign](a, b) for a, sign, b in pairs):
            told = ", ".join(
                f"{name} is {value}" for name, value in zip(names, values, strict=True)
            )
            raise ValueError(f"{told}; they must follow each other: {order}")


def checked(cls: type[T]) -> type[T]:
    """Has a dataclass check every value against the type of its field, whoever makes one.

    A wrong one raises ``ValueError`` with one line. Tables do for dataclasses and lists for tuples,
    as files have them. A number whose type has no range keeps to ±``MOST``.
    """

    made: Any = cls

    def __init__(self: Any, /, *args: Any, **values: Any) -> None:
        try:
            _validator(made).validate_python(ArgsKwargs(args, values), self_instance=self)
        except ValidationError as error:
            raise ValueError(line(error, cls)) from None

    made.__init__ = functools.wraps(made.__init__)(__init__)
    made.__pydantic_config__ = {"strict": True, "extra": "forbid", "allow_inf_nan": False}
    made.__get_pydantic_core_schema__ = classmethod(_schema)
    return cls


def build(kind: type[T], table: Mapping[str, Any], where: str, **given: Any) -> T:
    """Makes what a file describes.

    Args:
        kind: a checked dataclass; its fields without a default are required keys.
        table: keys and values as the file has them.
        where: file and table, for messages: ``settings.toml [turn]``.
        given: fields that are not the file's to say.

    Raises:
        SettingsError: a key is unknown or missing, or a value has the wrong type or range.
    """
    for name in given:
        if name in table:
            raise SettingsError(f"{where}: {unknown_key(name, kind, given)}")
    try:
        whole = {**table, **given} if isinstance(table, Mapping) else table
        return _validator(cast(Any, kind)).validate_python(whole)
    except ValidationError as error:
        raise SettingsError(f"{where}: {line(error, kind, given)}") from None


def read_as(kind: type[T], path: Path, where: str = "", **given: Any) -> T:
    """Makes what a TOML file describes: every value is held against its type and range.

    Args:
        kind: a checked dataclass, or tables and lists of texts: ``dict[str, tuple[str, ...]]``.
        path: of the file.
        where: what to call it in messages; its name where that is empty.
        given: fields that are not the file's to say.

    Raises:
        InputError: the file is missing or cannot be read.
        SettingsError: it is not TOML, or as in :func:`build`.
    """
    return build(kind, read_toml(path), where or path.name, **given)


def faults(kind: type[Any], table: Mapping[str, Any], where: str, **given: Any) -> list[str]:
    """All that is wrong with what a file describes, one line each; empty where it can be made.

    Args:
        kind: a checked dataclass, see :func:`build`.
        table: keys and values as the file has them.
        where: file and table, for the lines.
        given: fields that are not the file's to say.
    """
    found = [unknown_key(name, kind, given) for name in given if name in table]
    try:
        _validator(cast(Any, kind)).validate_python({**table, **given})
    except ValidationError as error:
        found += lines(error, kind, given)
    return [f"{where}: {each}" for each in found]


@functools.cache
def _validator(kind: Any) -> Any:
    """Made when it is first needed: few commands need those of all rooms."""
    return TypeAdapter(kind).validator


def _schema(cls: type, source: Any, handler: GetCoreSchemaHandler) -> Any:
    schema = handler(source)
    _as_in_files(handler.resolve_ref_schema(schema))
    return schema


def _as_in_files(node: Any) -> None:
    """Has a schema take lists for tuples and tables for dataclasses, and bounds its numbers."""
    if isinstance(node, list):
        for each in node:
            _as_in_files(each)
    elif isinstance(node, dict):
        if node.get("type") in ("tuple", "dataclass"):
            node["strict"] = False
        elif node.get("type") in ("int", "float"):
            if "gt" not in node:
                node.setdefault("ge", -MOST)
            if "lt" not in node:
                node.setdefault("le", MOST)
        for each in node.values():
            _as_in_files(each)
