"""The same light is judged the same on dark skin and on light skin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from game.pose import Pose
from game.stage import shading
from game.stage.shading import Lights
from game.synthetic.studio import Studio
from perception.face.base import open_face
from perception.face.picture_quality import PictureQualityRater
from perception.types import Frame, PictureReading

pytestmark = pytest.mark.render

SHARES = (2.0, 1.0, 0.5, 0.06)
"""Of the studio's light; the wall behind keeps its own."""


def in_light(share: float) -> Lights:
    lights = Lights()
    colours: dict[str, Any] = {
        name: tuple(share * value for value in getattr(lights, name))
        for name in ("key_color", "fill_color", "sky_color", "ground_color", "rim_color")
    }
    return replace(lights, **colours)


@pytest.fixture(scope="module")
def judged(stage) -> Iterator[dict[tuple[str, float], PictureReading]]:
    """The first reading of each person in each light."""
    before = set(stage.scene.getChildren())
    found = {}
    for identity in ("kwame", "marcus", "ingrid"):
        studio = Studio(identity, stage=stage)
        for share in SHARES:
            shading.set_lights(stage.scene, in_light(share))
            studio.draw(Pose())
            image = studio.draw(Pose())
            finder = open_face()
            for number in range(3):
                observation = finder.find(image, number / 30)
            finder.close()
            assert observation is not None, (identity, share)
            reading = PictureQualityRater().judge(Frame(0.0, 0, image), observation.landmarks, None)
            assert reading is not None
            found[identity, share] = reading
        for child in stage.scene.getChildren():
            if child not in before:
                child.removeNode()
    shading.set_lights(stage.scene)
    yield found


def test_skin_is_dark_but_its_light_is_not(judged):
    for share in (2.0, 1.0, 0.5):
        for identity in ("kwame", "marcus", "ingrid"):
            assert judged[identity, share].problems == (), (identity, share)
    # so that this says something: the one face really is much darker in the picture
    assert judged["kwame", 0.5].brightness < 0.6 * judged["ingrid", 0.5].brightness


def test_too_little_light_is_told_to_everyone(judged):
    for identity in ("kwame", "marcus", "ingrid"):
        assert {"dark", "backlit"} <= set(judged[identity, 0.06].problems), identity
