"""What a person meets before and after the interview: the question of consent, and farewell."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from game.behaviour.waiting import Waiting
from game.scene.room import Room
from game.screens.startcard import EndCard, Invitation, StartCard
from perception.clock import SessionClock
from perception.errors import RecruiterError


def invite(room: Room, invitation: Invitation, seed: int, consent: bool) -> bool | None:
    """Shows the start card until the person starts.

    Args:
        room: open, with the recruiter in it.
        invitation: what the card says.
        seed: of her small movements meanwhile.
        consent: what is ticked at first.

    Returns:
        Whether picture and sound may be kept; None when the person closed the window.
    """
    given: list[bool] = []
    StartCard(room.canvas, invitation, given.append, consent=consent)
    _wait(room, seed, lambda: bool(given))
    return given[0] if given else None


def farewell(room: Room, report: Path, seed: int, write: Callable[[], None]) -> None:
    """Writes the report while the room stays open, says where it is, and waits for the person.

    Args:
        room: open.
        report: where the report will be.
        seed: of her small movements meanwhile.
        write: writes it; runs in a thread.

    Raises:
        RecruiterError: what ``write`` raised.
    """
    left: list[bool] = []
    failed: list[RecruiterError] = []

    def work() -> None:
        try:
            write()
        except RecruiterError as error:
            failed.append(error)

    room.clear()
    waiting = ["Your report is being written ..."]
    card = EndCard(room.canvas, "Thank you for the interview", waiting, lambda: left.append(True))
    writing = threading.Thread(target=work, name="report")
    writing.start()
    _wait(room, seed, lambda: bool(left) or not writing.is_alive())
    if not left:
        card.show([str(failed[0])] if failed else ["Your report:", str(report)])
        _wait(room, seed, lambda: bool(left))
    writing.join()
    if failed:
        raise failed[0]


def _wait(room: Room, seed: int, done: Callable[[], bool]) -> None:
    """Draws her, waiting, until ``done`` or until the window is closed."""
    waiting = Waiting(seed)
    clock = SessionClock()
    while room.open and not done():
        room.draw(waiting.update(clock.now(), room.direction_to_candidate()))
