"""Eye pictures: upright and of one form, whichever eye it is and however the head tilts."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from perception.camera.camera_file import FileCamera
from perception.clock import FakeClock
from perception.face.base import open_face
from perception.face.eye_crops import (
    IRIS_POINTS,
    LID_POINTS,
    PATCH_HEIGHT,
    PATCH_WIDTH,
    eye_pictures,
)

CORNERS = ((33, 133), (263, 362))
"""Outer and inner: the candidate's right eye (image left), then the left."""
MIDDLE = (16.0, 10.0)
"""Of the eye in its picture."""
LIGHT, DARK = 220, 20


class Drawn:
    """Two eyes on a grey card, turned by ``roll_deg`` clockwise about the card's middle.

    Places on an eye are given as shares of its width from its middle: toward the nose, and up.
    """

    def __init__(self, roll_deg=0.0, width_px=60.0, size=(640, 480), shift=(0.0, 0.0)) -> None:
        self.image = np.full((size[1], size[0], 3), LIGHT, np.uint8)
        self.landmarks = np.zeros((478, 3), np.float32)
        self.width = width_px
        angle = np.radians(roll_deg)
        self.right = np.array([np.cos(angle), np.sin(angle)])
        """Of the upright face, in the image; y runs down there."""
        self.down = np.array([-np.sin(angle), np.cos(angle)])
        self.middle = np.array(size) / 2 + shift
        for side, (outer, inner) in enumerate(CORNERS):
            for number in (*LID_POINTS[side], *IRIS_POINTS[side]):
                self.landmarks[number, :2] = self.at(side, 0.0, 0.0)
            self.landmarks[outer, :2] = self.at(side, -0.5, 0.0)
            self.landmarks[inner, :2] = self.at(side, 0.5, 0.0)

    def at(self, side: int, noseward: float, up: float) -> np.ndarray:
        toward_nose = self.right if side == 0 else -self.right
        eye = self.middle - (1.2 if side == 0 else -1.2) * self.width * self.right
        return eye + self.width * (noseward * toward_nose - up * self.down)

    def mark(self, noseward: float, up: float) -> None:
        """A dark spot at the same place of both eyes."""
        for side in (0, 1):
            x, y = self.at(side, noseward, up)
            centre = (round(16 * x), round(16 * y))
            radius = round(16 * 0.09 * self.width)
            cv2.circle(self.image, centre, radius, (DARK,) * 3, -1, cv2.LINE_AA, 4)


def spot(picture: np.ndarray) -> tuple[float, float]:
    """Middle of what is dark, in pixels."""
    dark = np.clip(LIGHT - picture.astype(float), 0, None)
    assert dark.max() > 100, "there is a spot"
    rows, columns = np.indices(picture.shape)
    return float((dark * columns).sum() / dark.sum()), float((dark * rows).sum() / dark.sum())


@pytest.mark.parametrize("roll_deg", [0, 20, -35, 90, 160, -120])
@pytest.mark.parametrize(("noseward", "up"), [(0.25, 0.2), (-0.3, 0.15), (0.1, -0.25)])
def test_an_eye_is_upright_and_the_left_one_is_mirrored_at_any_roll(roll_deg, noseward, up):
    drawn = Drawn(roll_deg)
    drawn.mark(noseward, up)
    pictures, _ = eye_pictures(drawn.image, drawn.landmarks)
    assert pictures.shape == (2, PATCH_HEIGHT, PATCH_WIDTH) and pictures.dtype == np.uint8
    expected = (MIDDLE[0] + 20 * noseward, MIDDLE[1] - 20 * up)
    for side in (0, 1):
        assert spot(pictures[side]) == pytest.approx(expected, abs=0.4), f"eye {side}"


@pytest.mark.parametrize("width_px", [12, 40, 150])
def test_an_eye_has_one_size_however_near_it_is(width_px):
    drawn = Drawn(roll_deg=10, width_px=width_px)
    drawn.mark(0.25, 0.2)
    pictures, _ = eye_pictures(drawn.image, drawn.landmarks)
    for side in (0, 1):
        assert spot(pictures[side]) == pytest.approx((21.0, 6.0), abs=0.7)


@pytest.mark.parametrize("roll_deg", [0, 50, -140])
def test_landmarks_go_with_the_picture(roll_deg):
    drawn = Drawn(roll_deg)
    for side in (0, 1):
        drawn.landmarks[LID_POINTS[side][4], :2] = drawn.at(side, 0.05, 0.2)  # upper lid
        drawn.landmarks[LID_POINTS[side][12], :2] = drawn.at(side, 0.05, -0.1)  # lower lid
        drawn.landmarks[IRIS_POINTS[side][0], :2] = drawn.at(side, 0.15, 0.05)
    _, points = eye_pictures(drawn.image, drawn.landmarks)
    assert points.shape == (2, 21, 2) and points.dtype == np.float32
    for side in (0, 1):
        own = points[side]
        assert own[0] == pytest.approx((-10, 0), abs=1e-3), "outer corner"
        assert own[8] == pytest.approx((10, 0), abs=1e-3), "inner corner"
        assert own[4] == pytest.approx((1, -4), abs=1e-3), "upper lid"
        assert own[12] == pytest.approx((1, 2), abs=1e-3), "lower lid"
        assert own[16] == pytest.approx((3, -1), abs=1e-3), "iris"


def test_an_eye_beyond_the_picture_s_edge_is_grey_and_the_other_is_seen():
    drawn = Drawn(width_px=60, shift=(-320 - 20, 0))  # the right eye lies left of the picture
    drawn.mark(0.25, 0.2)
    pictures, points = eye_pictures(drawn.image, drawn.landmarks)
    assert (pictures[0] == pictures[0, 0, 0]).all(), "nothing to see"
    assert np.isfinite(points).all()
    assert spot(pictures[1]) == pytest.approx((21.0, 6.0), abs=0.4)
    gone = Drawn(width_px=60, shift=(5000, -5000))
    pictures, _ = eye_pictures(gone.image, gone.landmarks)
    assert (pictures == 128).all()


@pytest.mark.parametrize("shift", [(-248, 0), (0, -230), (0, 230)])
def test_an_eye_at_the_edge_keeps_its_place(shift):
    drawn = Drawn(width_px=60, shift=shift)
    drawn.mark(0.25, 0.0)
    pictures, _ = eye_pictures(drawn.image, drawn.landmarks)
    assert spot(pictures[0]) == pytest.approx((21.0, 10.0), abs=0.8)


def test_corners_that_fall_together_are_borne():
    drawn = Drawn()
    drawn.landmarks[:, :2] = 200.0
    pictures, points = eye_pictures(drawn.image, drawn.landmarks)
    assert pictures.shape == (2, PATCH_HEIGHT, PATCH_WIDTH) and np.isfinite(points).all()


@pytest.mark.data
@pytest.mark.parametrize("roll_deg", [0, 25])
def test_a_real_face_s_lids_and_irises_lie_as_they_are_named(data_dir, roll_deg):
    camera = FileCamera(data_dir / "images/faces/face_recognition_obama-480p.jpg", realtime=False)
    camera.start(FakeClock())
    frame = camera.read()
    assert frame is not None
    height, width = frame.image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -roll_deg, 1)
    image = np.asarray(cv2.warpAffine(frame.image, turn, (width, height)), np.uint8)
    finder = open_face()
    seen = finder.find(image, 0.0)
    finder.close()
    assert seen is not None
    pictures, points = eye_pictures(image, seen.landmarks)
    for side in (0, 1):
        upper, lower = points[side, 1:8], points[side, 9:16]
        assert upper[:, 1].mean() < lower[:, 1].mean() - 2, "the upper lid is above"
        centre, right, top, left, bottom = points[side, 16:]
        assert right[0] > centre[0] > left[0]
        assert top[1] < centre[1] < bottom[1]
        x, y = np.rint(centre + MIDDLE).astype(int)
        iris = pictures[side, y - 1 : y + 2, x - 1 : x + 2].mean()
        whites = np.percentile(pictures[side, 8:13, 8:25], 90)
        assert iris < whites - 30, "the iris is dark where it is said to be"
