"""Action units: each from the coefficients of the same muscle, and nothing from the others."""

from __future__ import annotations

import numpy as np
import pytest

from game.bake.arkit import ARKIT_NAMES
from perception.face.actionunits import UNITS, action_units


def both(name: str, weight: float = 1.0) -> dict[str, float]:
    return {f"{name}Left": weight, f"{name}Right": weight}


@pytest.mark.parametrize(
    ("unit", "shown"),
    [
        (1, {"browInnerUp": 1.0}),
        (2, both("browOuterUp")),
        (4, both("browDown")),
        (5, both("eyeWide")),
        (6, both("cheekSquint")),
        (7, both("eyeSquint")),
        (9, both("noseSneer")),
        (12, both("mouthSmile")),
        (14, both("mouthDimple")),
        (15, both("mouthFrown")),
        (17, {"mouthShrugLower": 1.0}),
        (20, both("mouthStretch")),
        (23, {"mouthRollLower": 1.0, "mouthRollUpper": 1.0}),
        (26, {"jawOpen": 1.0, "mouthClose": 1.0}),
        (45, both("eyeBlink")),
    ],
)
def test_a_movement_is_its_own_unit_and_no_other(unit, shown):
    units = action_units(shown)
    assert units[unit] == 1.0
    assert {number for number, value in units.items() if value > 0} == {unit}
    half = action_units({name: 0.5 * weight for name, weight in shown.items()})
    assert half[unit] == pytest.approx(0.5)


def test_a_face_at_rest_shows_no_unit_and_names_them_all():
    assert action_units({}) == dict.fromkeys(UNITS, 0.0)


def test_one_side_is_half_a_unit():
    assert action_units({"mouthSmileLeft": 0.8})[12] == pytest.approx(0.4)


def test_lips_part_when_the_jaw_drops_and_not_when_they_follow_it():
    agape = action_units({"jawOpen": 0.6})
    assert (agape[25], agape[26]) == pytest.approx((0.6, 0.6))
    closed = action_units({"jawOpen": 0.6, "mouthClose": 0.6})
    assert (closed[25], closed[26]) == pytest.approx((0.0, 0.6))
    drawn = action_units(both("mouthUpperUp", 0.7))
    assert (drawn[10], drawn[25], drawn[26]) == pytest.approx((0.7, 0.7, 0.0))
    assert action_units(both("mouthLowerDown", 0.4))[25] == pytest.approx(0.4)


def test_pressed_lips_are_tightened_a_little():
    units = action_units(both("mouthPress", 0.8))
    assert units[24] == pytest.approx(0.8) and units[23] == pytest.approx(0.4)
    assert units[25] == 0.0


def test_whatever_a_face_does_units_stay_between_nothing_and_all():
    rng = np.random.default_rng(4)
    for _ in range(300):
        units = action_units(dict(zip(ARKIT_NAMES, rng.uniform(0, 1, 52), strict=True)))
        assert set(units) == set(UNITS)
        assert all(0.0 <= value <= 1.0 for value in units.values())


def test_more_of_a_movement_is_never_less_of_its_unit():
    rng = np.random.default_rng(8)
    for _ in range(100):
        face = dict(zip(ARKIT_NAMES, rng.uniform(0, 0.6, 52), strict=True))
        for unit, name in ((25, "jawOpen"), (25, "mouthLowerDownLeft"), (12, "mouthSmileRight")):
            more = {**face, name: face[name] + 0.3}
            assert action_units(more)[unit] > action_units(face)[unit] - 1e-9
