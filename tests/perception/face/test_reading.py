"""One candidate's reading: what is learned of a person, what is kept and what is forgotten."""

from __future__ import annotations

import json
from dataclasses import replace

import cv2
import numpy as np
import pytest

from perception.calibration import Calibration, GazeCalibration
from perception.clock import FakeClock
from perception.face.emotion import EmotionSettings
from perception.face.gaze import GazeSettings, angles_to
from perception.pipeline.face import FEWEST_RESTING, FacePipeline, SeeingSettings
from perception.types import Event, FaceReading, Frame
from tests.perception.pipeline.scenes import FPS, Person, images_of, paste, room

pytestmark = pytest.mark.data

FINE = SeeingSettings(gaze=GazeSettings(usual_error_deg=12.0, eye_contact_error_deg=6.0))
"""A stranger's gaze is too coarse to tell her eyes, a calibrated one never is: so ``Gaze.eyes``
shows whether a calibration holds."""
KNOWN = Calibration(gaze=GazeCalibration(error_deg=1.5, calibrated=True))


@pytest.fixture(scope="module")
def people(data_dir) -> list[Person]:
    """Two different people before one wall, in one light."""
    return [Person(data_dir / f"video/grid/{name}.mpg") for name in ("lbax4n", "bbaf2n")]


@pytest.fixture
def photo(data_dir) -> np.ndarray:
    (image,) = images_of(data_dir / "images/faces/pyfeat_single_face.jpg", 1)
    return image


class Seat:
    """An observer and the time that passes before it."""

    def __init__(self, settings=None, calibration=None) -> None:
        self.pipeline = FacePipeline(settings, calibration)
        self.events: list[Event] = []
        self.readings: list[FaceReading] = []
        self._number = 0
        self._noise = np.random.default_rng(0)

    @property
    def t_s(self) -> float:
        return self._number / FPS

    def show(self, draw, seconds: float) -> list[FaceReading]:
        """Shows ``draw(t_s)`` under a camera's noise; the readings of that while."""
        before = len(self.readings)
        for _ in range(round(seconds * FPS)):
            clean = draw(self.t_s).astype(np.int16)
            image = np.clip(clean + self._noise.integers(-3, 4, clean.shape), 0, 255)
            frame = Frame(self.t_s, self._number, image.astype(np.uint8))
            self._number += 1
            seen = self.pipeline.process_frame(frame, FakeClock())  # type: ignore[arg-type]
            self.readings += [item for item in seen if isinstance(item, FaceReading)]
            self.events += [item for item in seen if isinstance(item, Event)]
        return self.readings[before:]

    def kinds(self) -> list[str]:
        return [event.kind for event in self.events if event.source == "face"]


@pytest.fixture
def seats():
    opened: list[Seat] = []

    def open_seat(settings=None, calibration=None) -> Seat:
        opened.append(Seat(settings, calibration))
        return opened[-1]

    yield open_seat
    for seat in opened:
        seat.pipeline.close()


def empty(_t_s: float) -> np.ndarray:
    return room()


def seated(person: Person):
    def draw(t_s: float) -> np.ndarray:
        scene = room()
        paste(scene, person.at(t_s), 140, 72)
        return scene

    return draw


def gazes(readings):
    found = [r.gaze for r in readings if r.gaze is not None]
    assert found, "some gaze is read"
    return found


# -- what is kept and what is forgotten -------------------------------------------------------


def test_a_newcomer_is_said_and_starts_without_what_was_learned(people, seats):
    seat = seats(FINE, KNOWN)
    first = gazes(seat.show(seated(people[0]), 4.0))
    assert all(gaze.eyes is not None for gaze in first), "calibrated"
    seat.show(empty, 2.0)
    later = seat.show(seated(people[1]), 4.0)
    assert seat.kinds() == ["no_face", "other_person", "face_back"]
    said = next(event for event in seat.events if event.kind == "other_person")
    assert 7.5 < said.t_s < 9.0 and "forgotten" in said.data["message"]
    assert all(gaze.eyes is None for gaze in gazes(later)), "a stranger's eyes"


@pytest.mark.parametrize("away_s", [0.4, 2.5])
def test_who_was_away_for_a_while_is_known_again(people, seats, away_s):
    seat = seats(FINE, KNOWN)
    seat.show(seated(people[0]), 3.0)
    gone = seat.show(empty, away_s)
    assert all(r.gaze is None and r.confidence < 0.5 for r in gone[3:])
    back = seat.show(seated(people[0]), 2.0)
    assert "other_person" not in seat.kinds()
    assert all(gaze.eyes is not None for gaze in gazes(back))
    assert seat.kinds() == ([] if away_s < 1.0 else ["no_face", "face_back"])


def test_a_rest_that_the_green_room_showed_is_forgotten_with_the_person(people, seats):
    """The same newcomer is told the same, whatever was known of whoever sat there before."""
    informed, plain = seats(), seats()
    for seat, learns in ((informed, True), (plain, False)):
        if learns:
            seat.pipeline.learn("rest", True)
        seat.show(seated(people[0]), 2.0)
        if learns:
            learned = seat.pipeline.learn("rest", False)
            assert learned is not None and learned.data["rest"] is not None
        known = seat.show(seated(people[0]), 1.5)
        seat.show(empty, 2.0)
        seat.known, seat.newcomer = known, seat.show(seated(people[1]), 3.4)
        assert "other_person" in seat.kinds()

    def faces(readings):
        return np.array([list(r.expressions.values()) for r in readings if r.expressions])

    before = np.abs(faces(informed.known) - faces(plain.known)).max()
    assert before > 0.05, "it was of use for the first person"
    assert np.abs(faces(informed.newcomer) - faces(plain.newcomer)).max() < 1e-6


# -- photographs ------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_face_that_never_moves_is_said_once_and_that_it_moves_again(people, seats):
    still, living = people[0].images[30], seated(people[0])

    def held(_t_s: float) -> np.ndarray:
        scene = room()
        paste(scene, still, 140, 72)
        return scene

    seat = seats()
    seat.show(held, 14.0)
    assert seat.kinds() == ["still"]
    assert seat.events[0].t_s == pytest.approx(12.2, abs=0.5)
    assert "photograph" in seat.events[0].data["message"]
    seat.show(living, 2.0)
    assert seat.kinds() == ["still", "moving"]


# -- lessons ----------------------------------------------------------------------------------


def test_a_resting_face_is_learned_from_frontal_frames(people, seats):
    seat = seats()
    assert seat.pipeline.learn("rest", True) is None
    shown = seat.show(seated(people[0]), 1.2)
    learned = seat.pipeline.learn("rest", False)
    assert learned is not None
    assert (learned.source, learned.kind, learned.data["what"]) == ("face", "learned", "rest")
    assert learned.t_s == shown[-1].t_s
    assert 20 <= learned.data["frames"] <= 30
    rest = learned.data["rest"]
    assert rest is not None and all(np.isfinite(rest))
    json.dumps(learned.data, allow_nan=False)
    again = Calibration.of_table(json.loads(json.dumps(replace(KNOWN, rest=rest).as_table())))
    assert again.rest == pytest.approx(rest)
    informed = seats(None, Calibration(rest=again.rest)).show(seated(people[0]), 0.4)
    bare = seats().show(seated(people[0]), 0.4)
    told = [np.array(list(r[-1].expressions.values())) for r in (informed, bare)]
    assert np.abs(told[0] - told[1]).max() > 0.03, "the interview knows it from its first frame"


def test_too_few_frames_teach_no_resting_face(people, seats):
    seat = seats()
    seat.show(seated(people[0]), 0.5)
    seat.pipeline.learn("rest", True)
    seat.show(seated(people[0]), (FEWEST_RESTING - 2) / FPS)
    seat.show(empty, 1.0)
    learned = seat.pipeline.learn("rest", False)
    assert learned is not None and learned.data["rest"] is None
    assert 0 < learned.data["frames"] < FEWEST_RESTING


def test_a_lesson_that_never_began_or_saw_nobody_teaches_nothing(seats):
    seat = seats()
    never = seat.pipeline.learn("rest", False)
    assert never is not None and never.data["frames"] == 0 and never.data["rest"] is None
    seat.pipeline.learn("fov", True)
    seat.show(empty, 0.5)
    learned = seat.pipeline.learn("fov", False)
    assert learned is not None and learned.data["frames"] == 0
    assert learned.data["horizontal_fov_deg"] is None


def test_a_face_that_keeps_its_distance_does_not_tell_the_camera(people, seats):
    seat = seats()
    seat.pipeline.learn("fov", True)
    before = seat.show(seated(people[0]), 1.2)[-1]
    learned = seat.pipeline.learn("fov", False)
    assert learned is not None and learned.data["what"] == "fov"
    assert learned.data["frames"] >= 20
    assert learned.data["horizontal_fov_deg"] is learned.data["low"] is learned.data["high"] is None
    after = seat.show(seated(people[0]), 0.2)[-1]
    assert before.position_m is not None and after.position_m is not None
    assert after.position_m[2] == pytest.approx(before.position_m[2], rel=0.1), "as before"


def test_a_camera_that_is_known_moves_the_face(photo, seats):
    usual, wide = (
        seats(None, Calibration(horizontal_fov_deg=fov)).show(lambda _: photo, 0.2)[-1]
        for fov in (None, 90.0)
    )
    assert usual.position_m is not None and wide.position_m is not None
    assert wide.position_m[2] > 0.75 * usual.position_m[2], "nearer than it seemed"


# -- the gaze's calibration -------------------------------------------------------------------


def test_a_calibration_holds_from_the_next_frame_on(photo, seats):
    seat = seats(FINE)
    bare = gazes(seat.show(lambda _: photo, 0.4))[-1]
    seat.pipeline.calibrate(
        GazeCalibration(yaw_offset_deg=12.0, pitch_offset_deg=-5.0, calibrated=True, error_deg=1.5)
    )
    shifted = gazes(seat.show(lambda _: photo, 0.2))[0]
    assert shifted.yaw_deg - bare.yaw_deg == pytest.approx(12.0, abs=2.5)
    assert shifted.pitch_deg - bare.pitch_deg == pytest.approx(-5.0, abs=2.5)
    assert bare.eyes is None and shifted.eyes is not None


def test_the_eyes_are_told_before_calibration_too(photo, seats):
    known = Calibration(gaze=GazeCalibration(yaw_offset_deg=12.0, calibrated=True))
    bare, shifted = (seats(None, c).show(lambda _: photo, 0.2)[-1] for c in (None, known))
    assert bare.eyes_deg == pytest.approx(shifted.eyes_deg), "measured, so that dots can be fitted"


def test_who_looks_into_the_camera_is_soon_told_to_look_at_the_screen(photo, seats):
    """A portrait, eyes on the lens: a stranger's gaze may be far off at first."""
    gaze = gazes(seats().show(lambda _: photo, 8.0))[-1]
    assert gaze.target == "screen"
    assert abs(gaze.yaw_deg) < 10 and abs(gaze.pitch_deg) < 12


@pytest.mark.slow
def test_eyes_on_the_lens_look_ahead_on_the_mean_of_people(data_dir, seats):
    """Six people, each in the middle of a portrait; nobody's eyes are known."""
    off = []
    for name in (
        "faces/pyfeat_single_face",
        "emotion/faceapi_happy",
        "emotion/faceapi_neutral",
        "emotion/faceapi_angry",
        "emotion/faceapi_surprised",
        "emotion/fer_justin",
    ):
        (image,) = images_of(data_dir / f"images/{name}.jpg", 1)
        reading = seats().show(lambda _, image=image: image, 0.4)[-1]
        assert reading.position_m is not None, name
        yaw, pitch = angles_to((0.0, 0.0), reading.position_m)
        gaze = gazes([reading])[0]
        off.append((gaze.yaw_deg - yaw, gaze.pitch_deg - pitch))
    across, up = np.abs(np.mean(off, axis=0))
    assert across < GazeSettings().usual_error_deg
    assert up < GazeSettings().usual_shift_deg, "within what is made good while they sit there"
    assert np.abs(off).max() < 30


# -- impressions ------------------------------------------------------------------------------


def test_impressions_are_formed_some_times_a_second_and_can_be_left_out(photo, seats):
    formed = seats().show(lambda _: photo, 1.0)
    told = [r.impression for r in formed if r.impression is not None]
    assert 4 <= len(told) <= len(formed)
    assert formed[0].impression is not None
    assert all(sum(i.probabilities.values()) == pytest.approx(1.0) for i in told)
    off = SeeingSettings(emotion=EmotionSettings(enabled=False))
    readings = seats(off).show(lambda _: photo, 0.5)
    assert all(r.impression is None for r in readings)
    assert readings[-1].action_units, "all else is read"


# -- the picture ------------------------------------------------------------------------------


def test_a_mirrored_picture_is_a_mirrored_face(photo, seats):
    straight = seats().show(lambda _: photo, 0.4)[-1]
    mirrored = seats().show(lambda _: np.ascontiguousarray(photo[:, ::-1]), 0.4)[-1]
    assert mirrored.yaw_deg == pytest.approx(-(straight.yaw_deg or 0), abs=4)
    assert mirrored.roll_deg == pytest.approx(-(straight.roll_deg or 0), abs=4)
    assert mirrored.pitch_deg == pytest.approx(straight.pitch_deg, abs=4)
    assert straight.eyes_deg is not None and mirrored.eyes_deg is not None
    assert mirrored.eyes_deg[0] == pytest.approx(-straight.eyes_deg[0], abs=6)
    assert mirrored.eyes_deg[1] == pytest.approx(straight.eyes_deg[1], abs=5)


def test_a_larger_picture_of_the_same_face_tells_the_same(photo, seats):
    small = seats().show(lambda _: photo, 0.4)[-1]
    large = seats().show(lambda _: cv2.resize(photo, None, fx=1.5, fy=1.5), 0.4)[-1]
    for name in ("yaw_deg", "pitch_deg", "roll_deg"):
        assert getattr(large, name) == pytest.approx(getattr(small, name), abs=3), name
    assert large.action_units[12] == pytest.approx(small.action_units[12], abs=0.2)
    assert large.position_m == pytest.approx(small.position_m, abs=0.06)
