"""Every recruiter, face, angle and light: one face each, and no wall shows through."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from dialogue.content.persona import load_persona, personas
from game.bake.cache import ensure_baked
from game.bench.portraits import ANGLES_DEG, FACES, LIGHTS, Portraits, Sitting, holes, sittings
from game.stage.base import Stage
from perception.face.face_mediapipe import StillMesh
from tests.lanes import some_always

pytestmark = [pytest.mark.render, pytest.mark.slow]


@pytest.fixture(scope="module")
def mesh() -> Iterator[StillMesh]:
    opened = StillMesh()
    yield opened
    opened.close()


@pytest.fixture(params=some_always(sorted(personas()), *sorted(personas())[:2]))
def sitter(request, stage: Stage) -> Iterator[Portraits]:
    identity = load_persona(request.param).identity
    ensure_baked(identity)
    size = stage.size
    stage.resize(384, 384)
    stage.keep_pictures(True)
    made = Portraits(identity, stage)
    yield made
    made.close()
    stage.keep_pictures(False)
    stage.resize(*size)


def test_a_face_mesh_finds_exactly_one_face_in_every_portrait(sitter, mesh):
    found = {each: len(mesh.find(sitter.photograph(each))) for each in sittings()}
    assert len(found) == len(FACES) * len(ANGLES_DEG) * len(LIGHTS)
    assert {each: count for each, count in found.items() if count != 1} == {}


def test_no_wall_shows_through_the_person(sitter):
    pierced = {}
    for face in FACES:
        for angle in ANGLES_DEG:
            sitting = Sitting(face, angle, "day")
            found = sitter.holes(sitting)
            if found:
                pierced[sitting] = found
    assert pierced == {}


def test_faces_and_lights_can_be_told_apart(sitter):
    def changed(one: Sitting, other: Sitting) -> float:
        first = sitter.photograph(one).astype(float)
        return float(np.abs(first - sitter.photograph(other)).max())

    neutral = Sitting("neutral", 0.0, "day")
    for face in FACES[1:]:
        assert changed(neutral, Sitting(face, 0.0, "day")) > 25, face
    assert changed(neutral, Sitting("neutral", 0.0, "evening")) > 25


def test_a_hole_is_found_and_a_gap_at_the_rim_is_none():
    person = np.zeros((60, 60), bool)
    person[10:, 15:45] = True
    person[50:, 28:32] = False  # between the knees, open below
    assert holes(person) == []
    person[20:24, 30:34] = False
    assert holes(person) == [(32, 22, 16)]
    covered = person.copy()
    covered[20:24, 30:33] = True
    assert holes(person, covered) == []
    covered[20:24, 30:33] = False
    covered[20:22, 30:34] = True
    assert holes(person, covered) == [(32, 22, 8)]
