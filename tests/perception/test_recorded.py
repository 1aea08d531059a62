"""Tables of a record are held against what their fields say of themselves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from perception.recorded import built


@dataclass(frozen=True)
class Shapes:
    of: Mapping[str, float]


@pytest.mark.parametrize("table", [{}, {"a": 0.5}, {"a": 1, "b": -2.5}, {"a": 9.9e11}])
def test_numbers_by_name_are_kept(table: dict[str, Any]) -> None:
    assert built(Shapes, {"of": table}) == Shapes(table)


@pytest.mark.parametrize(
    "wrong",
    [math.nan, math.inf, -math.inf, 1e12, -1e12, 10**400, -(10**400), True, "0.5", None, [0.5]],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_that_is_no_number_is_refused_wherever_it_stands(wrong: Any, place: int) -> None:
    values: list[Any] = [0.1, 0.2]
    values.insert(place, wrong)
    with pytest.raises(TypeError, match="of cannot be"):
        built(Shapes, {"of": dict(zip("abc", values, strict=True))})


@pytest.mark.parametrize("wrong", [{1: 0.5}, [0.5], None, "a", {"a": math.inf, "b": -math.inf}])
def test_what_is_no_such_table_is_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match="of cannot be"):
        built(Shapes, {"of": wrong})
