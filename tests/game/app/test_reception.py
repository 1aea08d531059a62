"""What a person meets before and after the interview, as far as nobody has to look at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from game.app.reception import BUSY_FRAME_S, invite, wait
from game.scene.room import Room
from game.screens.startcard import Invitation
from game.stage.base import WAITING_FRAME_S, Stage
from perception.clock import FakeClock

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
