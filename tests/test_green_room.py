"""The green room through the command line, in a window, and in what it leaves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from game.greenroom.sentence import sentence_for
from game.greenroom.visit import calibration_of
from game.setup.commandline import parse
from game.voice.base import choose_voice
from perception.calibration import Calibration, GazeCalibration, ScreenPlace, VoiceBaseline
from perception.errors import InputError, ModelError
from perception.signal.resampling import resample
from tests.candidate_media import RATE_HZ, write_wav
from tests.commandline_runs import (
    SETTINGS,
    Result,
    ended,
    face_in_nearly_all_that_was_seen,
    kinds,
    report_of,
    run,
    started,
    status_of,
    wait_for,
)
from tests.conftest import ROOT
from tests.virtual_screen import virtual_screen

QUICK = """
[green_room]
picture_s = 3.0
good_for_s = 1.0
lean_s = 1.5
face_s = 4.0
follow_s = 0.5
dot_s = 0.5
dot_settle_s = 0.2
silence_s = 1.0
sentence_s = 8.0
result_s = 0.5
"""
"""The same steps in less time."""


def written(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def green_room_of(folder: Path) -> dict[str, Any] | None:
    meta = json.loads((folder / "session.json").read_text(encoding="utf-8"))
    found: dict[str, Any] | None = meta.get("green_room")
    return found


# -- the command line ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def visited(
    data_dir: Path, slow_video: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path, Result]:
    """Session folder, film of the green room, and output of an interview that began with one.

    The recording says something else than the sentence.
    """
    folder = tmp_path_factory.mktemp("green") / "session"
    film = folder.parent / "room.mp4"
    result = run(
        *("practice", "--offscreen", "--green-room", "yes", "--questions", 1, "--seed", 5),
        *("--settings", written(folder.parent, SETTINGS + QUICK)),
        *("--camera", slow_video, "--microphone", data_dir / "speech/lj_LJ050-0131.wav"),
        *("--out", folder, "--video", film),
    )
    assert result.status == 0, result.err
    return folder, film.with_name("room-green-room.mp4"), result


@pytest.mark.slow
@pytest.mark.render
@pytest.mark.data
def test_its_results_are_stored_in_the_session(visited) -> None:
    folder, _, result = visited
    found = green_room_of(folder)
    assert found is not None
    assert found["done"] and found["skipped"] == []
    assert found["missing"] == {"loudspeaker": "no sound is played here"}
    assert found["left_out"] == {"echo": "no sound is played here"} and found["echo"] is None
    assert found["picture"]["problems"] == []
    assert 0.3 < found["picture"]["distance_m"] < 0.9
    assert found["face"]["frames"] > 5
    assert -120.0 <= found["noise_dbfs"] < -60.0  # a file is silent between answers
    assert -40.0 < found["level_dbfs"] < -10.0 and found["sound"] == "ok"
    assert found["snr_db"] is None
    # a woman who reads aloud, but not this sentence
    assert 150.0 < found["pitch_hz"] < 250.0 and 3.0 < found["pace_sps"] < 6.0
    assert found["pitch_low_hz"] < found["pitch_hz"] < found["pitch_high_hz"]
    assert found["sentence"]["read"] is False and found["sentence"]["words_per_min"] is None
    # he did not look at dots that he never saw
    assert found["gaze"] is None
    calibration = Calibration.of_table(found["calibration"])
    assert calibration.rest is not None and np.isfinite(calibration.rest).all()
    assert calibration.screen is not None and calibration.screen.bottom_m == pytest.approx(-0.204)
    assert calibration.voice is not None and calibration.voice.pitch_hz == found["pitch_hz"]
    for line in ("well lit and well framed", "stays coarse", "microphone is well set"):
        assert line in result.out


@pytest.mark.slow
@pytest.mark.render
@pytest.mark.data
def test_the_interview_follows_with_the_same_devices(visited) -> None:
    folder, _, _ = visited
    assert status_of(folder) == "complete"
    report = report_of(folder)
    assert face_in_nearly_all_that_was_seen(report)
    assert report["measures"]["picture_quality_share"]["value"] > 0.7
    assert "formal review" in report["questions"][0]["answer"]["transcript"]
    assert any("not calibrated" in note for note in report["notes"])
    meta = json.loads((folder / "session.json").read_text(encoding="utf-8"))
    assert meta["settings"]["green_room"]["enabled"] == "yes"


@pytest.mark.slow
@pytest.mark.render
@pytest.mark.data
def test_it_is_filmed_beside_the_interview(visited) -> None:
    _, film, _ = visited
    with av.open(str(film)) as container:
        pictures = [picture.to_ndarray(format="rgb24") for picture in container.decode(video=0)]
    assert len(pictures) > 67  # as many seconds as 200 at 30 a second
    # paper of the card in the middle of some, darkness with a dot in others
    light = np.array([picture[60:120, 100:220].mean() for picture in pictures])
    assert light.max() > 110 and light.min() < 60


@pytest.mark.slow
@pytest.mark.render
def test_a_sentence_that_is_read_is_understood(tmp_path: Path) -> None:
    try:
        said = choose_voice("flite").render(sentence_for(5).text)
    except ModelError as error:
        pytest.skip(str(error))
    sound = write_wav(tmp_path / "read.wav", resample(said.samples, said.rate_hz, RATE_HZ))
    session = tmp_path / "session"
    with started(
        *("practice", "--offscreen", "--green-room", "yes", "--questions", 1, "--seed", 5),
        *("--settings", written(tmp_path, SETTINGS + QUICK + "check_s = 40.0\n")),
        *("--camera", "none", "--microphone", sound, "--out", session),
    ) as process:
        wait_for(lambda: process.poll() is not None or "act" in kinds(session, "dialogue"))
        process.send_signal(signal.SIGINT)  # what follows is another test's
        result = ended(process)
    assert result.status == 130, result.err
    found = green_room_of(session)
    assert found is not None
    assert found["left_out"]["picture"] and found["sound"] == "ok"
    assert found["sentence"]["read"] and 120.0 < found["sentence"]["words_per_min"] < 260.0
    assert found["recogniser"]["words"] == 16 and found["recogniser"]["right"] >= 10
    assert f"I understood {found['recogniser']['right']} of 16 words" in result.out
    kept = {path.name for path in session.iterdir()}
    assert not any("green" in name for name in kept)  # its sound is nowhere


@pytest.mark.slow
@pytest.mark.render
@pytest.mark.data
def test_recorded_people_skip_it_unless_told(practised: tuple[Path, Path, Result]) -> None:
    folder, _, result = practised
    assert "green room" not in result.out
    assert green_room_of(folder) is None


def test_the_option_takes_yes_no_and_auto(capsys) -> None:
    assert parse(["practice", "--green-room", "no"]).green_room == "no"
    assert parse(["--green-room", "yes"]).green_room == "yes"
    assert parse(["practice"]).green_room is None
    with pytest.raises(InputError, match="green-room"):
        parse(["practice", "--green-room", "later"])
    with pytest.raises(InputError, match="green-room"):
        parse(["demo", "--green-room", "yes"])


# -- an interview that is taken up again -----------------------------------------------------------


def test_what_was_calibrated_is_found_again(tmp_path: Path) -> None:
    known = Calibration(
        GazeCalibration(yaw_offset_deg=2.5, error_deg=1.8, calibrated=True),
        rest=(0.25, -1.5, 3.0),
        horizontal_fov_deg=71.5,
        screen=ScreenPlace(-0.17, 0.17, -0.01, -0.2, (0.0, -0.07)),
        voice=VoiceBaseline(181.5, 140.25, 260.0, 4.5, -27.0),
    )
    meta = {"green_room": {"done": True, "calibration": known.as_table()}}
    (tmp_path / "session.json").write_text(json.dumps(meta), encoding="utf-8")
    assert calibration_of(tmp_path) == known


@pytest.mark.parametrize("meta", ["{}", '{"green_room": null}', "torn {", None])
def test_without_a_green_room_there_is_nothing_to_find(tmp_path: Path, meta: str | None) -> None:
    if meta is not None:
        (tmp_path / "session.json").write_text(meta, encoding="utf-8")
    assert calibration_of(tmp_path) is None


# -- a window --------------------------------------------------------------------------------------

VISIT = """
import json, sys
from game.app.green_room import open_senses, make_senses, visit
from game.app.plan import Candidate
from game.scene.room import Room
from game.stage.screen_geometry import window_on
from game.settings import load_settings
from game.stage.base import Stage
from pathlib import Path
from panda3d.core import WindowProperties
from perception.clock import SessionClock
from perception.devices import camera_spec
camera, settings, keys = sys.argv[1:]

if __name__ == "__main__":
    stage = Stage(640, 360, "window")
    room = Room(stage, "anna")
    pressed = iter(keys.split(","))

    def press(task):
        key = next(pressed, None)
        if key == "close":
            stage.base.win.requestProperties(WindowProperties(open=False))
        elif key:
            stage.base.messenger.send(key)
        return task.again

    stage.base.taskMgr.doMethodLater(0.4, press, "keys")
    settings, clock = load_settings(Path(settings)), SessionClock()
    senses = make_senses(settings, Candidate(camera_spec(camera), None))
    open_senses(senses, settings, clock)
    found = visit(room, settings, senses, clock, {"microphone": "no microphone"}, 3)
    senses.stop(finish_s=0.0)
    print(json.dumps({"window": window_on(stage), "table": found and found.table}))
"""


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    """A virtual screen of 1024×768; its name."""
    with virtual_screen("1024x768") as name:
        yield name


def in_a_window(screen: str, folder: Path, camera: Path, keys: str) -> dict[str, Any]:
    script = folder / "visit.py"
    script.write_text(VISIT, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script), str(camera), str(written(folder, QUICK)), keys],
        env={**os.environ, "PYTHONPATH": str(ROOT), "DISPLAY": screen},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.slow
@pytest.mark.render
@pytest.mark.data
def test_keys_lead_through_it_in_a_window(screen: str, data_dir: Path, tmp_path: Path) -> None:
    keys = ",".join(["s"] * 40 + ["enter"] * 3)
    camera = data_dir / "video/pyfeat_single_face.mp4"
    found = in_a_window(screen, tmp_path, camera, keys)
    assert found["table"]["done"]
    assert found["table"]["skipped"]
    missing = {"microphone": "no microphone", "loudspeaker": "no loudspeaker is tried"}
    assert found["table"]["missing"] == missing
    left, top, width, height = found["window"]
    assert (width, height) == pytest.approx((640 / 1024, 360 / 768))
    assert 0.0 <= left <= 1.0 - width and 0.0 <= top <= 1.0 - height
    edges = found["table"]["calibration"]["screen"]
    assert edges["right_m"] == pytest.approx(0.172)  # the screen's, not the window's
    # her eyes are in the window, wherever that is on the screen
    x, y = edges["eyes_m"]
    assert 0.172 - 0.344 * (left + width) < x < 0.172 - 0.344 * left
    assert -0.01 - 0.194 * (top + height) < y < -0.01 - 0.194 * top


@pytest.mark.slow
@pytest.mark.render
@pytest.mark.data
def test_closing_the_window_leaves(screen: str, data_dir: Path, tmp_path: Path) -> None:
    camera = data_dir / "video/pyfeat_single_face.mp4"
    assert in_a_window(screen, tmp_path, camera, ",".join(["s", "s", "close"]))["table"] is None
