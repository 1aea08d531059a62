"""Settings: frozen dataclasses of each module, filled from one TOML file.

A module that has settings owns a frozen dataclass whose every field has a default and a unit in the
docstring below it, and checks ranges in ``__post_init__`` by raising ``ValueError``. The TOML file
has one table per dataclass. An unknown key or a value of the wrong kind is an error that names the
file, the key and what would be right.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

from perception.errors import SettingsError

S = TypeVar("S")


def build(cls: type[S], table: Mapping[str, Any], where: str) -> S:
    """Makes the settings dataclass ``cls`` from a TOML table.

    Args:
        cls: a dataclass whose fields have defaults, or else are required keys.
        table: keys and values as TOML gave them.
        where: file and table, for messages: ``settings.toml [turn]``.

    Raises:
        SettingsError: a key is unknown or missing, or a value has the wrong type or range.
    """
    hints = typing.get_type_hints(cls)
    fields = {f.name: f for f in dataclasses.fields(cls) if f.init}  # type: ignore[arg-type]
    for key in table:
        if key not in fields:
            raise SettingsError(f"{where}: unknown key '{key}'; known: {', '.join(sorted(fields))}")
    values: dict[str, Any] = {}
    for name, spec in fields.items():
        if name in table:
            values[name] = _convert(table[name], hints[name], f"{where}: {name}")
        elif spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING:
            raise SettingsError(f"{where}: key '{name}' is missing; add it")
    try:
        return cls(**values)
    except ValueError as error:
        raise SettingsError(f"{where}: {error}") from None


def _convert(value: Any, hint: Any, where: str) -> Any:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        if value is None and type(None) in args:
            return None
        kinds = [a for a in args if a is not type(None)]
        return _convert(value, kinds[0], where) if len(kinds) == 1 else value
    if origin is tuple and isinstance(value, list):
        inner = args[0] if args else Any
        return tuple(_convert(v, inner, where) for v in value)
    if dataclasses.is_dataclass(hint) and isinstance(value, Mapping):
        return build(typing.cast(type, hint), value, where)
    return _plain(value, hint, where)


def _plain(value: Any, hint: Any, where: str) -> Any:
    if typing.get_origin(hint) is typing.Literal:
        known = typing.get_args(hint)
        if value not in known:
            raise SettingsError(f"{where} is {value!r}; use one of {', '.join(map(str, known))}")
        return value
    whole = isinstance(value, int) and not isinstance(value, bool)
    if hint is float and whole:
        return float(value)
    if isinstance(hint, type) and (not isinstance(value, hint) or (hint is int and not whole)):
        raise SettingsError(f"{where} is {value!r}; expected {hint.__name__}")
    return value
