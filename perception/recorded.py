"""What a record tells as a table of JSON values, made into what it was."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

T = TypeVar("T")


def built(kind: Callable[..., T], fields: Mapping[str, Any]) -> T:
    """A dataclass from a table that may hold more than it knows.

    Args:
        kind: the dataclass.
        fields: of it, by name; others are passed over, for later versions may write more.

    Raises:
        TypeError: a field without a default is missing.
    """
    known = {spec.name for spec in dataclasses.fields(cast(Any, kind))}
    return kind(**{key: value for key, value in fields.items() if key in known})
