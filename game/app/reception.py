"""What a person meets before and after the interview: the question of consent, and farewell."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from game.app.ending import Then, ending_of, open_in_browser, words
from game.app.runner import Runner
from game.behaviour.waiting import Waiting
from game.scene.room import Room
from game.screens.endcard import Choice, EndCard
from game.screens.startcard import Invitation, StartCard
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
    room: Room, folder: Path, seed: int, write: Callable[[Callable[[str, float], None]], None]
) -> Then | None:
    """Writes the report while the room stays open, and asks the person what they want then.

    Args:
        room: open.
        folder: of the session, in which the report will lie.
        seed: of her small movements meanwhile.
        write: writes it, and tells what it does and the share (0...1) of that; runs in a thread.

    Returns:
        Which interview is to follow; None where the person left.

    Raises:
        RecruiterError: what ``write`` raised.
    """
    failed: list[RecruiterError] = []
    doing: list[tuple[str, float]] = []

    def work() -> None:
        try:
            write(lambda what, share: doing.append((what, share)))
        except RecruiterError as error:
            failed.append(error)

    room.clear()
    writing = threading.Thread(target=work, name="report")
    try:
        writing.start()
        return _Farewell(room, folder, seed).hold(writing, doing, failed)
    finally:
        if writing.ident is not None:
            writing.join()
        if failed:
            raise failed[0]


class _Farewell:
    """The card at the end, from the first word of the report to what the person chooses."""

    def __init__(self, room: Room, folder: Path, seed: int) -> None:
        self._room = room
        self._page = folder / "report.html"
        self._seed = seed
        self._left = False
        self._chosen: list[str] = []
        self._card = EndCard(
            room.canvas, words()["title"], [words()["writing"]], self._leave, self._chosen.append
        )

    def hold(
        self,
        writing: threading.Thread,
        doing: Sequence[tuple[str, float]],
        failed: Sequence[RecruiterError],
    ) -> Then | None:
        """Shows how far the report is and then what can be done; gives what is to follow."""
        self._while_writing(writing, doing)
        if failed and not self._left:
            self._card.show([str(failed[0])], hint=words()["keys"]["close"])
            self._wait()
        then = None if failed or self._left else self._offer()
        self._card.remove()
        return then

    def _while_writing(self, writing: threading.Thread, doing: Sequence[tuple[str, float]]) -> None:
        shown = ("", -1)

        def written() -> bool:
            nonlocal shown
            what, share = doing[-1] if doing else ("", 0.0)
            now = (what, round(100 * share))
            if now != shown and not self._left:
                shown = now
                lines = [words()["writing"]]
                if what:
                    said = f"{what[:1].upper()}{what[1:]}"
                    lines.append(words()["doing"].format(what=said, percent=now[1]))
                self._card.show(lines, share=share, hint=words()["keys"]["leave"])
            return self._left or not writing.is_alive()

        wait(self._room, self._seed, written, frame_s=BUSY_FRAME_S)

    def _offer(self) -> Then | None:
        ending = ending_of(self._page.parent)
        lines = [line for line in (words()["ready"], ending.headline, ending.overall) if line]
        labels = words()["choices"]
        choices = [Choice("open", labels["open"]), Choice("again", labels["again"])]
        if ending.focus is not None:
            label = labels["practise"].format(what=ending.focus.what)
            choices.append(Choice("practise", label))
        hint = words()["keys"]["choose"]
        self._card.show(lines, choices, hint=hint)
        while self._wait():
            chosen = self._chosen.pop(0)
            if chosen == "open":
                said = words()["opened" if open_in_browser(self._page) else "lies"]
                self._card.show([*lines, said.format(path=self._page)], choices, hint=hint)
            else:
                return "practise" if chosen == "practise" else "again"
        return None

    def _wait(self) -> bool:
        """Waits for the person; False when they left."""
        wait(self._room, self._seed, lambda: self._left or bool(self._chosen))
        return bool(self._chosen) and not self._left and self._room.open

    def _leave(self) -> None:
        self._left = True
