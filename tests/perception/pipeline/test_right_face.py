"""Whose face is the candidate's: passers-by, posters, telephones, an empty chair, a new sitter."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from perception.face.base import FaceBox, choose
from perception.face.liveness import PICTURE_AFTER_S
from tests.lanes import some_always
from tests.perception.pipeline.scenes import (
    Person,
    between,
    images_of,
    newcomers,
    paste,
    room,
    share_at,
    telephone,
    watch,
)

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def people(data_dir) -> list[Person]:
    """Three different people before one wall, in one light."""
    return [Person(data_dir / f"video/grid/{name}.mpg") for name in ("lbax4n", "bbaf2n", "sbia1a")]


def test_who_walks_through_the_picture_does_not_take_over(people):
    candidate, passer = people[0], people[1]

    def draw(t_s):
        scene = room()
        paste(scene, candidate.at(t_s), 140, 72)
        if 4.0 <= t_s < 5.6:  # nearer, so larger, and for a while before the candidate
            large = cv2.resize(passer.at(t_s)[:, 60:300], (440, 528))
            paste(scene, large, int(-440 + (t_s - 4.0) / 1.6 * 1080), -60)
        return scene

    sights = watch(draw, 8.0)
    assert newcomers(sights) == []
    assert share_at(between(sights, 0.2, 4.2), 280, 360) == 1.0
    hidden = between(sights, 4.2, 5.6)
    assert all(s.x is None or 280 < s.x < 360 for s in hidden), "never the passer-by's face"
    assert "stranger" in {s.refused for s in hidden}
    assert share_at(between(sights, 5.8, 8.0), 280, 360) == 1.0


def test_who_leans_in_beside_the_candidate_does_not_take_over(people):
    candidate, friend = people[0], people[1]

    def draw(t_s):
        scene = room()
        paste(scene, candidate.at(t_s)[:, 60:300], 60, 72)
        if t_s >= 4.0:
            paste(scene, cv2.resize(friend.at(t_s)[:, 60:300], (440, 528)), 280, -60)
        return scene

    sights = watch(draw, 12.0)
    assert newcomers(sights) == []
    assert share_at(between(sights, 0.2, 12.0), 120, 240) > 0.99
    assert sights[-1].faces == 2


def test_who_sits_down_after_the_candidate_has_left_is_a_newcomer_once(people):
    candidate, other = people[0], people[1]

    def draw(t_s):
        scene = room()
        if t_s < 4.0:
            paste(scene, candidate.at(t_s), 140, 72)
        if t_s >= 6.0:
            paste(scene, other.at(t_s), 160, 72)
        return scene

    sights = watch(draw, 10.0)
    (found_s,) = newcomers(sights)
    assert 7.9 <= found_s <= 8.6
    waiting = between(sights, 6.1, found_s)
    assert {s.refused for s in waiting} == {"stranger"} and all(s.x is None for s in waiting)
    assert share_at(between(sights, found_s, 10.0), 280, 360) == 1.0


@pytest.mark.parametrize("away_s", some_always((1.0, 3.0, 8.0), 1.0))
def test_the_candidate_who_comes_back_elsewhere_is_known_at_once(people, away_s):
    candidate = people[0]

    def draw(t_s):
        scene = room()
        if t_s < 4.0:
            paste(scene, candidate.at(t_s), 140, 72)
        if t_s >= 4.0 + away_s:  # another light, too
            paste(scene, (0.85 * candidate.at(t_s)).astype(np.uint8), 220, 72)
        return scene

    sights = watch(draw, 6.0 + away_s)
    assert newcomers(sights) == []
    assert share_at(between(sights, 4.0 + away_s + 0.35, 99.0), 360, 440) == 1.0


@pytest.mark.parametrize("height", some_always((170, 340), 340))
def test_a_face_on_a_telephone_does_not_take_over(people, height):
    candidate, shown = people[0], telephone(people[2].still(), height)

    def draw(t_s):
        scene = room()
        paste(scene, candidate.at(t_s), 20, 72)
        if t_s >= 3.0:  # in a hand that is not quite still
            x, y = 410 + int(6 * np.sin(3 * t_s)), 10 + int(4 * np.cos(2 * t_s))
            paste(scene, shown, x, y)
        return scene

    sights = watch(draw, 9.0)
    assert sights[-1].faces == 2, "it is a face to the detector"
    assert newcomers(sights) == []
    assert share_at(between(sights, 0.2, 9.0), 160, 240) > 0.99


@pytest.mark.slow
def test_a_poster_is_told_from_the_candidate_who_comes(people):
    candidate, poster = people[0], cv2.resize(people[2].still(), (300, 335))

    def draw(t_s):
        scene = room()
        paste(scene, poster, 330, 10)
        if t_s >= 2.0:  # farther away than the poster, so smaller
            paste(scene, cv2.resize(candidate.at(t_s)[:, 60:300], (200, 240)), 20, 120)
        return scene

    sights = watch(draw, 18.0)
    told = [s.t_s for s in sights if s.picture]
    assert told[0] == pytest.approx(PICTURE_AFTER_S, abs=0.5)
    (found_s,) = newcomers(sights)
    assert found_s < 17.0
    assert share_at(between(sights, found_s, 18.0), 80, 160) == 1.0


@pytest.mark.slow
def test_a_poster_does_not_take_the_empty_chair(people):
    candidate, poster = people[0], cv2.resize(people[2].still(), (170, 190))

    def draw(t_s):
        scene = room()
        paste(scene, poster, 440, 20)
        if t_s < 4.0 or t_s >= 18.0:
            paste(scene, candidate.at(t_s), 60, 72)
        return scene

    sights = watch(draw, 20.0)
    assert newcomers(sights) == []
    away = between(sights, 4.5, 18.0)
    assert all(s.x is None for s in away) and away[-1].refused == "picture"
    assert share_at(between(sights, 19.0, 20.0), 200, 280) == 1.0


def test_someone_in_the_background_follows_when_the_candidate_has_gone(people):
    candidate, other = people[0], people[1]

    def draw(t_s):
        scene = room()
        paste(scene, cv2.resize(other.at(t_s)[:, 60:300], (150, 180)), 460, 40)
        if t_s < 4.0:
            paste(scene, candidate.at(t_s), 60, 72)
        return scene

    sights = watch(draw, 8.0)
    assert share_at(between(sights, 0.2, 4.0), 200, 280) == 1.0
    (found_s,) = newcomers(sights)
    assert 5.9 <= found_s <= 7.0


def test_dogs_are_doubted_alone_and_lose_against_a_person(data_dir, people):
    (dogs,) = images_of(data_dir / "images/noface/dlib_dogs.jpg", 1)
    dogs = cv2.resize(dogs, (round(dogs.shape[1] * 360 / dogs.shape[0]), 360))

    def draw(t_s):
        scene = room()
        paste(scene, dogs, 0, 0)
        if t_s >= 2.0:
            paste(scene, cv2.resize(people[0].at(t_s)[:, 60:300], (150, 180)), 480, 180)
        return scene

    sights = watch(draw, 5.0)
    assert all(s.x is None and s.faces == 0 for s in between(sights, 0.0, 2.0))
    assert share_at(between(sights, 3.2, 5.0), 520, 590) > 0.95


def test_loyalty_and_known_others_weigh_in_the_choice():
    candidate, nearer = FaceBox(60, 100, 100, 100, 0.9), FaceBox(350, 60, 220, 220, 0.95)
    boxes, size = [candidate, nearer], (640, 360)
    assert choose(boxes, size, candidate.centre) == 1
    assert choose(boxes, size, candidate.centre, loyalty=1.0) == 0
    assert choose(boxes, size, None, others=[nearer.centre]) == 0
