"""What a person meets before and after the interview, as far as nobody has to look at it."""

from __future__ import annotations

import itertools
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from game.app.reception import BUSY_FRAME_S, farewell, invite, wait
from game.app.reporting import write_reports
from game.scene.room import Room
from game.screens.startcard import Invitation
from game.stage.base import WAITING_FRAME_S, Stage
from perception.clock import FakeClock
from perception.errors import StorageError
from tests.commandline_runs import hearing_ctrl_c
from tests.scoring.sessions import Answer, Script

pytestmark = pytest.mark.render


@pytest.fixture(scope="module")
def room(stage: Stage) -> Iterator[Room]:
    opened = Room(stage, "anna")
    yield opened
    opened.close()


def frames(room: Room, seconds: float, frame_s: float = 0.0) -> int:
    """Frames that are drawn while she waits for so long, by a clock that only waiting moves."""
    clock = FakeClock()
    asked = 0

    def done() -> bool:
        nonlocal asked
        asked += 1
        return clock.now() >= seconds or asked > 1000

    assert wait(room, 1, done, clock, frame_s)
    return asked


def test_a_scene_of_waiting_takes_no_more_of_the_processor_than_it_needs(room: Room) -> None:
    assert not room.stage.windowed  # so no screen paces it
    assert room.stage.frame_s == WAITING_FRAME_S
    assert frames(room, 2.0) == pytest.approx(2.0 / WAITING_FRAME_S, abs=2)


def test_a_slower_pace_can_be_asked_for_and_a_faster_one_cannot(room: Room) -> None:
    assert frames(room, 2.0, BUSY_FRAME_S) == pytest.approx(2.0 / BUSY_FRAME_S, abs=2)
    assert frames(room, 2.0, 0.001) == pytest.approx(2.0 / WAITING_FRAME_S, abs=2)


def test_what_can_be_done_meanwhile_begins_once_the_start_card_is_there(room: Room) -> None:
    begun: list[str] = []

    def shown() -> None:
        begun.append("begun")
        room.stage.base.messenger.send("enter")

    invitation = Invitation("Interview practice", "Nurse", "with Anna", 1)
    assert invite(room, invitation, 1, True, shown) is True
    assert begun == ["begun"]


# -- the end card ----------------------------------------------------------------------------------

Tell = Callable[[str, float], None]


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session with its report."""
    made = Script([("q", "What do you like?", Answer("I like people and their stories."))])
    made.camera = False
    folder = made.write(tmp_path_factory.mktemp("held") / "session")
    write_reports(folder, quiet=True)
    return folder


def pressing(room: Room, *keys: str, after: threading.Thread | None = None) -> None:
    """Presses a key every few frames, from now on or once a thread has ended."""
    left, frames = list(keys), itertools.count()

    def press(task):
        if after is not None and after.is_alive():
            return task.cont
        if next(frames) % 3 == 2:
            room.stage.base.messenger.send(left.pop(0))
        return task.cont if left else task.done

    room.stage.base.taskMgr.add(press, "presses keys")


def ends(room: Room, folder: Path, *keys: str) -> str | None:
    """What is to follow when these keys are pressed once the report is there."""

    def write(tell: Tell) -> None:
        tell("writing", 0.9)
        pressing(room, *keys, after=threading.current_thread())

    return farewell(room, folder, 1, write)


@pytest.mark.parametrize(
    ("keys", "then"),
    [
        (("escape",), None),
        (("2",), "again"),
        (("arrow_down", "enter"), "again"),
        (("arrow_down", "arrow_up", "escape"), None),
    ],
)
def test_the_person_chooses_what_follows(
    room: Room, held: Path, keys: tuple[str, ...], then: str | None
) -> None:
    assert ends(room, held, *keys) == then


def test_practise_this_is_there_where_the_report_has_something(room: Room, tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text('{"improvements": [{"what": "Slow down"}]}')
    assert ends(room, tmp_path, "3") == "practise"
    (tmp_path / "report.json").write_text('{"improvements": []}')
    assert ends(room, tmp_path, "3", "escape") is None


def test_opening_the_report_keeps_the_card(
    room: Room, held: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # no browser: the card says where the report lies
    assert ends(room, held, "enter", "2") == "again"


def test_a_report_that_failed_is_told_and_raised(room: Room, tmp_path: Path) -> None:
    def write(_tell: Tell) -> None:
        pressing(room, "2", "enter", after=threading.current_thread())
        raise StorageError("the disk is full; free some space")

    with pytest.raises(StorageError, match="full"):
        farewell(room, tmp_path, 1, write)


def test_who_leaves_early_still_gets_the_report(room: Room, held: Path) -> None:
    (held / "report.html").unlink()

    def write(tell: Tell) -> None:
        pressing(room, "escape")
        write_reports(held, quiet=True, progress=tell)

    assert farewell(room, held, 1, write) is None
    assert (held / "report.html").is_file()


def test_ctrl_c_ends_it_once_the_report_is_there(room: Room, held: Path) -> None:
    (held / "report.html").unlink()

    def write(tell: Tell) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        write_reports(held, quiet=True, progress=tell)

    with hearing_ctrl_c(), pytest.raises(KeyboardInterrupt):
        farewell(room, held, 1, write)
    assert (held / "report.html").is_file()
