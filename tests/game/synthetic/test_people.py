"""People who do not exist: the same seed is the same person, and all of them can be baked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from game.bake.source import shaped_vertices
from game.synthetic.people import AGES, SEXES, TONES, Kind, invent

SEEDS = range(1, 201)
KINDS = [Kind(tone, age, sex) for tone in TONES for age in AGES for sex in SEXES]


def luma(colour) -> float:
    return 0.30 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2]


@pytest.mark.parametrize("kind", [None, KINDS[4]])
def test_the_same_seed_is_the_same_person(kind):
    assert invent(17, kind) == invent(17, kind)
    assert invent(17, kind).name == invent(17, kind).name


def test_another_seed_is_another_person():
    people = [invent(seed) for seed in SEEDS]
    assert len({person.name for person in people}) == len(people)
    for part in ("face", "skin", "hair", "jacket", "rest"):
        assert len({str(getattr(person, part)) for person in people}) > 0.9 * len(people), part
    for part, least in (("iris", 50), ("cut", 6), ("glasses", 3), ("outer", 2), ("top", 3)):
        assert len({getattr(person, part) for person in people}) >= least, part


@pytest.mark.parametrize("seed", [3, 44, 5001])
def test_one_seed_keeps_its_bones_in_another_skin_and_age(seed):
    people = [invent(seed, kind) for kind in KINDS]
    first = people[0]
    assert all(person.face == first.face for person in people)
    assert len({person.name for person in people}) == len(KINDS)
    for kind, person in zip(KINDS, people, strict=True):
        other = invent(seed, Kind(kind.tone, AGES[0], kind.sex))
        assert (person.african, person.asian, person.caucasian) == (
            (other.african, other.asian, other.caucasian)
        ), "ancestry goes with the tone alone"


def test_tones_ages_and_sexes_are_what_was_asked_for():
    for seed in range(1, 30):
        light, medium, dark = (
            luma(invent(seed, Kind(tone, "middle", "man")).skin) for tone in TONES
        )
        assert light > medium + 0.03 and medium > dark + 0.03
        young, middle, old = (invent(seed, Kind("light", age, "woman")).age for age in AGES)
        assert young < middle < old
        assert invent(seed, Kind("light", "old", "man")).sex < 0.2
        woman = invent(seed, Kind("light", "old", "woman"))
        assert woman.sex > 0.8 and woman.beard == woman.stubble == 0.0


def test_all_kinds_are_drawn_where_none_is_asked_for():
    people = [invent(seed) for seed in SEEDS]
    women = sum(person.sex > 0.5 for person in people)
    assert 70 <= women <= 130
    dark = sum(luma(person.skin) < luma(invent(1, Kind("dark", "old", "man")).skin) + 0.1
               for person in people)  # fmt: skip
    assert 30 <= dark <= 120
    assert sum(person.age > 0.84 for person in people) > 30
    assert sum(person.age < 0.71 for person in people) > 30


@pytest.mark.parametrize("kind", [None, *KINDS[::5]])
def test_everyone_is_within_what_can_be_baked(kind):
    """Identities check shares and choices themselves; the rest is checked here."""
    for seed in SEEDS:
        person = invent(seed, kind)
        for name in ("skin", "lips", "brow", "hair", "iris", "jacket", "shirt"):
            assert all(0.0 <= part <= 1.0 for part in getattr(person, name)), (seed, name)
        assert all(0.0 < weight <= 1.0 for weight in person.face.values()), seed
        assert all(0.0 <= weight <= 1.0 for weight in person.rest.values()), seed
        assert 0.0 <= person.grey <= 1.0 and 0.0 <= person.brow_weight <= 1.0
        assert 0.6 < person.age < 0.95, "grown up"
        assert person.african + person.asian + person.caucasian == pytest.approx(1.0)
        opposite = {name.replace("incr", "decr") for name in person.face if "incr" in name}
        assert not opposite & set(person.face), "no shape goes both ways"


def test_every_shape_that_is_drawn_is_one_of_the_body_s():
    drawn = {name for seed in SEEDS for name in invent(seed).face}
    assert len(drawn) > 60
    plain = replace(invent(1), face={})
    everything = shaped_vertices(replace(plain, face=dict.fromkeys(drawn, 0.1)))  # raises if not
    moved = np.linalg.norm(everything - shaped_vertices(plain), axis=1)
    assert 0.001 < moved.max() < 0.2
