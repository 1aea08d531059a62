"""The green room's logic: scripted readings on a clock that only the test moves."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from game.greenroom.flow import CHAPTERS
from game.greenroom.settings import GreenRoomSettings
from game.greenroom.summary import Line
from game.stage.screen_geometry import grid_of_dots
from perception.calibration import Calibration, VoiceBaseline
from perception.face.gaze_calibration import eyes_toward
from perception.types import Event, FaceReading
from tests.game.greenroom.visitor import DOTS, HEAD, NO_ECHO, SCREEN, Person, marks, room

# -- the way through -------------------------------------------------------------------------------


def test_all_well_takes_less_than_a_minute_and_measures_everything() -> None:
    person = Person(room())
    flow = person.run(until_s=60.0)
    assert [title for title, _ in person.steps] == [
        *("Your picture", "Your distance", "Your face", "Your eyes", "Your room"),
        *("Your loudspeaker", "Your voice", "You are ready"),
    ]
    assert person.steps[-1][1] < 52.0
    assert marks(flow) == ["ok"] * 6
    assert not flow.over  # somebody has to begin the interview
    flow.next(person.clock.now())
    assert flow.over and flow.done
    table = flow.as_table()
    assert (table["skipped"], table["left_out"], table["missing"]) == ([], {}, {})
    assert table["noise_dbfs"] == pytest.approx(-62.0)
    assert table["level_dbfs"] == pytest.approx(-28.0)
    assert table["snr_db"] == pytest.approx(34.0, abs=0.1)
    assert (table["sound"], table["room"], table["echo"]) == ("ok", None, NO_ECHO)
    assert (table["pace_sps"], table["pitch_hz"]) == (4.4, 120.0)
    assert (table["pitch_low_hz"], table["pitch_high_hz"]) == (100.0, 160.0)
    assert table["range_semitones"] == pytest.approx(8.14, abs=0.01)
    assert table["recogniser"] == {"name": "whisper", "words": 15, "right": 15, "errors": 0}
    assert table["sentence"]["read"] and table["sentence"]["words_per_min"] == 180.0
    assert table["picture"]["problems"] == []
    assert table["field_of_view"]["horizontal_fov_deg"] == 71.0
    calibration = flow.calibration()
    assert calibration.horizontal_fov_deg == 71.0
    assert calibration.rest == (0.5,) * 9
    assert calibration.voice == VoiceBaseline(120.0, 100.0, 160.0, 4.4, -28.0)
    assert Calibration.of_table(calibration.as_table()) == calibration


def test_the_gaze_is_fitted_to_the_dots() -> None:
    flow = Person(room(), offset_deg=5.0).run(until_s=60.0)
    gaze = flow.calibration().gaze
    assert gaze.calibrated and gaze.error_deg is not None and gaze.error_deg < 1.5
    reading = FaceReading(0.0, 0.0, 0.9, 2.0, -3.0, 0.0, HEAD)
    wanted = eyes_toward(reading, DOTS[1].point_m)
    assert wanted is not None
    found = gaze.apply(wanted[0] - 5.0, wanted[1] + 2.0)
    assert math.dist(found, wanted) < 1.0
    error = flow.as_table()["gaze"]["error_deg"]
    assert error == gaze.error_deg


def test_eyes_that_do_not_follow_are_not_calibrated_and_that_is_said() -> None:
    flow = room()
    person = Person(flow, looks=False)
    wander = person._face_reading

    def elsewhere(t_s: float) -> FaceReading:
        reading = wander(t_s)
        return replace(reading, eyes_deg=(30 * math.sin(3.1 * t_s), 25 * math.sin(4.7 * t_s)))

    person._face_reading = elsewhere  # type: ignore[method-assign]
    person.run(until_s=60.0)
    assert not flow.calibration().gaze.calibrated
    assert flow.as_table()["gaze"] is None
    assert Line("mend", "Your gaze could not be calibrated; it stays coarse.") in flow.summary()


def test_the_lessons_are_taken_while_their_step_is_shown() -> None:
    person = Person(room())
    person.run(until_s=60.0)
    assert [(what, on) for what, on, _ in person.lessons] == [
        (what, on) for what in ("fov", "rest", "noise", "voice") for on in (True, False)
    ]
    started, ended = (t_s for what, _, t_s in person.lessons if what == "fov")
    assert ended - started == pytest.approx(6.0, abs=0.11)
    started, ended = (t_s for what, _, t_s in person.lessons if what == "rest")
    assert ended - started == pytest.approx(3.0, abs=0.11)  # the first second is not counted


def test_progress_only_grows_and_ends_full() -> None:
    person = Person(room(), problems=lambda t_s: ("dark",) if t_s < 4 else ())
    shares = []
    advance = person.flow.advance

    def watched(t_s: float) -> None:
        advance(t_s)
        shares.append(person.flow.view(t_s).share)

    person.flow.advance = watched  # type: ignore[method-assign]
    person.run(until_s=60.0)
    assert shares == sorted(shares)
    assert shares[0] == 0.0 and shares[-1] == 1.0
    bounds = person.flow.bounds()
    assert len(bounds) == len(CHAPTERS)
    assert list(bounds) == sorted(bounds) and bounds[-1] == pytest.approx(1.0)


# -- the picture -----------------------------------------------------------------------------------


def test_a_good_picture_goes_on_after_two_seconds() -> None:
    person = Person(room())
    person.run(until_s=60.0)
    assert person.lasted_s("Your picture") == pytest.approx(2.0, abs=0.15)


def test_a_dark_picture_is_told_until_it_is_mended() -> None:
    person = Person(room(), problems=lambda t_s: ("dark", "blurred") if t_s < 5.0 else ())
    person.run(until_s=4.0)
    shown = person.flow.view(4.0).shown
    assert shown.good is False and "lamp" in shown.advice and shown.picture
    person.run(until_s=6.0)
    assert person.flow.view(6.0).shown.good is True
    person.run(until_s=80.0)
    assert person.lasted_s("Your picture") == pytest.approx(7.0, abs=0.2)


def test_a_picture_that_stays_bad_is_left_after_its_time_and_named_in_the_summary() -> None:
    person = Person(room(), problems=lambda t_s: ("backlit",))
    flow = person.run(until_s=80.0)
    assert person.lasted_s("Your picture") == pytest.approx(12.0, abs=0.15)
    assert flow.summary()[0].mark == "mend"
    assert "window" in flow.summary()[0].text
    assert flow.view(80.0).shown.title == "Almost ready"
    assert flow.as_table()["picture"]["problems"] == ["backlit"]


def test_without_a_face_nobody_is_asked_to_look_at_dots() -> None:
    person = Person(room(), face=False)
    flow = person.run(until_s=80.0)
    assert [title for title, _ in person.steps] == [
        *("Your picture", "Your room", "Your loudspeaker", "Your voice", "Almost ready"),
    ]
    table = flow.as_table()
    assert table["left_out"] == dict.fromkeys(("lean", "face", "gaze"), "no face was seen")
    assert flow.calibration().rest is None and not flow.calibration().gaze.calibrated
    assert marks(flow) == ["mend", "none", "ok", "ok", "ok"]  # one line for face and gaze


# -- keys ------------------------------------------------------------------------------------------


def test_skipped_steps_are_named() -> None:
    person = Person(room())
    flow = person.run(until_s=60.0, keys={0.5: "skip", 1.0: "skip", 1.5: "skip", 2.0: "skip"})
    assert flow.as_table()["skipped"] == ["picture", "lean", "face", "gaze"]
    assert flow.as_table()["gaze"] is None
    assert marks(flow) == ["none", "none", "none", "ok", "ok", "ok"]
    assert flow.summary()[2].text == "You skipped your gaze."


def test_a_gaze_step_that_is_skipped_half_way_counts_for_nothing() -> None:
    person = Person(room())
    flow = person.run(until_s=60.0, keys={29.0: "skip"})
    assert flow.as_table()["skipped"] == ["gaze"]
    assert not flow.calibration().gaze.calibrated


def test_enter_goes_on_with_what_there_is() -> None:
    person = Person(room())
    flow = person.run(until_s=60.0, keys={0.5: "next", 1.0: "next"})
    assert flow.as_table()["skipped"] == []
    assert person.steps[2][0] == "Your face" and person.steps[2][1] < 1.2
    assert flow.summary()[0].mark == "ok"


def test_escape_leaves_for_the_interview_at_once() -> None:
    person = Person(room())
    flow = person.run(until_s=60.0, keys={12.5: "escape"})
    assert flow.over and not flow.done
    assert person.clock.now() < 13.0
    assert flow.as_table()["skipped"] == ["gaze", "silence", "echo", "sentence"]
    assert flow.calibration().rest is not None  # what was measured until then stays


def test_with_nobody_at_the_keys_the_summary_goes_on_by_itself() -> None:
    person = Person(room(attended=False))
    flow = person.run(until_s=60.0)
    assert flow.over and flow.done
    assert person.clock.now() - person.steps[-1][1] == pytest.approx(3.0, abs=0.15)


# -- what is missing -------------------------------------------------------------------------------


def test_without_a_microphone_its_steps_are_left_out_and_that_is_one_line() -> None:
    person = Person(room(missing={"microphone": "no microphone: type your answers"}))
    flow = person.run(until_s=60.0)
    assert not {"Your room", "Your voice"} & {title for title, _ in person.steps}
    assert flow.view(1.0).note == "no microphone: type your answers"
    assert flow.summary()[-1] == Line("none", "No microphone: type your answers.")
    assert flow.as_table()["sound"] is None


def test_without_a_camera_only_the_microphone_is_tried() -> None:
    person = Person(room(missing={"camera": "no camera"}))
    flow = person.run(until_s=60.0)
    assert [title for title, _ in person.steps] == [
        *("Your room", "Your loudspeaker", "Your voice", "Almost ready"),
    ]
    assert set(flow.as_table()["left_out"]) == {"picture", "lean", "face", "gaze"}
    assert flow.as_table()["field_of_view"] is None


def test_a_camera_that_goes_in_between_ends_its_steps() -> None:
    person = Person(room())
    person.run(until_s=5.0)
    person.flow.observe(Event(5.0, "camera", "lost", {"message": "the camera was unplugged"}))
    flow = person.run(until_s=40.0)
    assert flow.as_table()["left_out"]["face"] == "the camera was unplugged"
    assert person.steps[2][0] == "Your room" and person.steps[2][1] < 5.2
    assert "unplugged" in flow.view(40.0).note


def test_a_step_without_time_is_left_out_of_the_room() -> None:
    settings = GreenRoomSettings(lean_s=0.0, face_s=0.0, dot_s=0.0)
    person = Person(room(settings))
    flow = person.run(until_s=40.0)
    assert [title for title, _ in person.steps][:2] == ["Your picture", "Your room"]
    assert not any("gaze" in line.text for line in flow.summary())


# -- places ----------------------------------------------------------------------------------------


def test_the_left_of_the_screen_is_at_the_candidates_left() -> None:
    """Image right, where x is positive, is the left of whoever faces the camera."""
    left, right = SCREEN.point_m((0.0, 0.5)), SCREEN.point_m((1.0, 0.5))
    assert left[0] == pytest.approx(0.172) and right[0] == pytest.approx(-0.172)
    # and so a head that turns to its left, which is a positive yaw, comes to look at it
    level = FaceReading(0.0, 0.0, 0.9, 0.0, 0.0, 0.0, (0.0, 0.0, -0.6))
    eyes = eyes_toward(level, left)
    assert eyes is not None
    assert eyes[0] == pytest.approx(math.degrees(math.atan2(0.172, 0.6)))
    assert eyes[1] < 0  # the screen is below the camera


def test_all_of_the_screen_is_below_the_camera() -> None:
    assert SCREEN.point_m((0.5, 0.0)) == pytest.approx((0.0, -0.01))
    assert SCREEN.point_m((0.5, 1.0)) == pytest.approx((0.0, -0.204))
    place = SCREEN.place((0.5, 0.36))
    assert (place.left_m, place.right_m) == pytest.approx((-0.172, 0.172))
    assert (place.top_m, place.bottom_m) == pytest.approx((-0.01, -0.204))
    assert place.eyes_m == pytest.approx((0.0, -0.01 - 0.36 * 0.194))


def test_a_window_that_does_not_fill_the_screen_is_where_it_is() -> None:
    screen = replace(SCREEN, window=(0.5, 0.25, 0.5, 0.5))
    assert screen.point_m((0.0, 0.0)) == pytest.approx(SCREEN.point_m((0.5, 0.25)))
    assert screen.point_m((1.0, 1.0)) == pytest.approx(SCREEN.point_m((1.0, 0.75)))


@pytest.mark.parametrize("aspect", [16 / 9, 0.6])
def test_the_dots_are_spread_over_the_window_and_do_not_touch_its_edge(aspect: float) -> None:
    dots = grid_of_dots(aspect)
    assert len(set(dots)) == 9
    for axis in (0, 1):
        places = sorted(dot[axis] for dot in dots)
        assert 0.05 < places[0] < 0.15 and 0.85 < places[-1] < 0.95
    assert DOTS[-1].at == (0.5, 0.36)  # the last is at her eyes


@pytest.mark.parametrize(
    "wrong",
    [
        {"enabled": "perhaps"},
        {"screen_width_m": 0.0},
        {"dot_settle_s": 2.0},
        {"lean_s": -1.0},
        {"too_quiet_dbfs": 3.0},
    ],
)
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        GreenRoomSettings(**wrong)


def test_without_consent_no_shape_of_a_face_is_kept():
    from game.app.session import _without_face

    kept = {"green_room": {"done": True, "calibration": {"rest": (0.1, 0.2), "gaze": {"a": 1}}}}
    told = _without_face(kept)
    assert told["green_room"]["calibration"] == {"rest": None, "gaze": {"a": 1}}
    rest = kept["green_room"]["calibration"]["rest"]  # type: ignore[index]
    assert rest == (0.1, 0.2), "the interview still has it"
    assert _without_face({"script": "demo"}) == {"script": "demo"}
