"""Drawn people change seats: who comes back is known, who takes the chair is a newcomer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from game.pose import Angles, Pose
from game.stage import shading
from game.synthetic.studio import Studio
from perception.face.base import open_face

pytestmark = pytest.mark.render

FPS = 10
PART_S = 4.0


def someone_at(t_s: float) -> Pose:
    """They look about, speak a little and blink."""
    closed = 1.0 if t_s % 1.3 < 0.15 else 0.0
    words = {"jawOpen": 0.2 + 0.2 * float(np.sin(9 * t_s))} if t_s % 2 > 1 else {}
    blink = {"eyeBlinkLeft": closed, "eyeBlinkRight": closed}
    head = Angles(14 * float(np.sin(1.7 * t_s)), 6 * float(np.cos(1.1 * t_s)), 0.0)
    return Pose(expressions={**blink, **words}, head=head)


@pytest.fixture(scope="module")
def films(stage) -> Iterator[dict[str, list[np.ndarray]]]:
    """Four people, each filmed in the same chair, room and light."""
    before = set(stage.scene.getChildren())
    studio, found = Studio("anna", stage=stage), {}
    for name in ("anna", "marcus", "kwame", "mei"):
        studio.seat(name)
        times = np.arange(0.0, PART_S, 1 / FPS)
        found[name] = [studio.draw(someone_at(float(t_s))).copy() for t_s in times]
    for child in stage.scene.getChildren():
        if child not in before:
            child.removeNode()
    shading.set_lights(stage.scene)
    yield found


def newcomers(parts: list[list[np.ndarray]]) -> list[float]:
    """When another person has become the candidate, in a film of these parts."""
    finder = open_face()
    found = []
    for number, image in enumerate(image for part in parts for image in part):
        seen = finder.find(image, number / FPS)
        if seen is not None and seen.newcomer:
            found.append(number / FPS)
    finder.close()
    return found


@pytest.mark.parametrize("name", ["anna", "marcus", "kwame", "mei"])
def test_a_drawn_person_who_leaves_and_comes_back_is_known(films, name):
    film = films[name]
    empty = [np.full_like(film[0], 190)] * (2 * FPS)
    # they come back in the midst of another pose
    assert newcomers([film[:25], empty, film[15:]]) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [("anna", "mei"), ("mei", "marcus"), ("marcus", "kwame"), ("kwame", "anna")],
)
def test_another_drawn_person_in_the_same_chair_is_a_newcomer(films, first, second):
    empty = [np.full_like(films[first][0], 190)] * (2 * FPS)
    (found_s,) = newcomers([films[first][:25], empty, films[second]])
    assert found_s == pytest.approx(2.5 + 2.0 + 2.0, abs=0.8)
