"""What a person meets before and after the interview: the question of consent, and farewell."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from pathlib import Path

from game.app.runner import Runner
from game.behaviour.waiting import Waiting
from game.scene.room import Room
from game.screens.startcard import EndCard, Invitation, StartCard
from perception.clock import Clock, SessionClock
from perception.errors import RecruiterError

BUSY_FRAME_S = 1 / 15
"""Least s from frame to frame where she waits for what has much to do, as the report while it is
being written: it is to have the interpreter and the processor, and she barely moves."""


class Waits:
    """A scene in which she waits until something is done.

    Args:
        room: open, with her in it.
        seed: of her small movements.
        done: asked every frame.
    """

    def __init__(self, room: Room, seed: int, done: Callable[[], bool]) -> None:
        self._room = room
        self._waiting = Waiting(seed)
        self._done = done

    def step(self, t_s: float) -> bool:
        """Draws her; see :class:`game.app.runner.Scene`."""
        if self._done():
            return False
        self._room.draw(self._waiting.advance(t_s, self._room.direction_to_candidate()))
        return True


def wait(
    room: Room,
    seed: int,
    done: Callable[[], bool],
    clock: Clock | None = None,
    frame_s: float = 0.0,
) -> bool:
    """Draws her, waiting, until ``done``, at the pace of :attr:`game.stage.base.Stage.frame_s`.

    Args:
        room: open, with her in it.
        seed: of her small movements.
        done: asked every frame.
        clock: times the frames; one of its own when None.
        frame_s: least seconds from frame to frame where that is to be more.

    Returns:
        False when the window was closed before.
    """
    runner = Runner(clock or SessionClock(), lambda: room.open, max(frame_s, room.stage.frame_s))
    return runner.run(Waits(room, seed, done))


def invite(
    room: Room, invitation: Invitation, seed: int, consent: bool, shown: Callable[[], None]
) -> bool | None:
    """Shows the start card until the person starts.

    Args:
        room: open, with the recruiter in it.
        invitation: what the card says.
        seed: of her small movements meanwhile.
        consent: what is ticked at first.
        shown: called once the card is on the screen.

    Returns:
        Whether picture and sound may be kept; None when the person closed the window.
    """
    given: list[bool] = []
    StartCard(room.canvas, invitation, given.append, consent=consent)
    frames = itertools.count()

    def started() -> bool:
        if next(frames) == 1:
            shown()
        return bool(given)

    wait(room, seed, started)
    return given[0] if given else None


def farewell(
    room: Room, report: Path, seed: int, write: Callable[[Callable[[str, float], None]], None]
) -> None:
    """Writes the report while the room stays open, says where it is, and waits for the person.

    Args:
        room: open.
        report: where the report will be.
        seed: of her small movements meanwhile.
        write: writes it, and tells what it does and the share (0...1) of that; runs in a thread.

    Raises:
        RecruiterError: what ``write`` raised.
    """
    left: list[bool] = []
    failed: list[RecruiterError] = []

    doing: list[str] = []

    def tell(what: str, share: float) -> None:
        doing[:] = [f"{what[0].upper()}{what[1:]}: {100 * share:.0f} %"]

    def work() -> None:
        try:
            write(tell)
        except RecruiterError as error:
            failed.append(error)

    room.clear()
    waiting = ["Your report is being written ..."]
    card = EndCard(room.canvas, "Thank you for the interview", waiting, lambda: left.append(True))
    writing = threading.Thread(target=work, name="report")
    writing.start()
    shown: list[str] = []

    def written() -> bool:
        if doing != shown and not left:
            shown[:] = doing
            card.show([*waiting, *shown])
        return bool(left) or not writing.is_alive()

    wait(room, seed, written, frame_s=BUSY_FRAME_S)
    if not left:
        card.show([str(failed[0])] if failed else ["Your report:", str(report)])
        wait(room, seed, lambda: bool(left))
    writing.join()
    if failed:
        raise failed[0]
