"""Many recordings, each a piece of work of its own: none gets another's folder, and none ends the
others, whatever happens to it. At the end it is said what became of each.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from multiprocessing import connection
from pathlib import Path
from typing import Literal

from game.app.analysis import Task
from game.app.session_folders import claim, give_back
from game.progressbar import ProgressBar
from perception.errors import InputError, RecruiterError, WorkerError
from perception.interrupt import interrupt_postponed
from perception.process.calls import CallProcess
from scoring.record.lines import SESSION_FILE

State = Literal["not begun", "under way", "done", "failed", "interrupted"]

_LOOK_S = 0.2
"""s between two looks at how far the recordings are."""
_PATIENCE_S = 10.0
"""s for which a process that was interrupted may close its session."""


@dataclass(slots=True)
class Entry:
    """A recording of a batch, and what became of it."""

    task: Task
    state: State = "not begun"
    lines: Sequence[str] = ()
    """Which files there are now."""
    error: Exception | None = None
    told: bool = False
    """Whether the person has read of it."""

    @property
    def over(self) -> bool:
        """Whether nothing more is to be done about it."""
        return self.state in ("done", "failed")

    @property
    def why(self) -> str:
        """What went wrong, as one line that names the recording."""
        said = " ".join(str(self.error).split())
        if not isinstance(self.error, RecruiterError):
            said = f"a fault of this program: {type(self.error).__name__}: {said}"
        named = str(self.task.recording)
        return said if said.startswith(named) else f"{named}: {said}"


class Batch:
    """Recordings that are analysed in one run.

    Args:
        tasks: what is to be done.
        alone: whether one recording was named and no more: what goes wrong with it is raised, and
            nothing is said at the end.
        claims: whether the folders are to be made, under the next number where one is taken.
    """

    def __init__(self, tasks: Sequence[Task], alone: bool, claims: bool) -> None:
        self.entries = [Entry(task) for task in tasks]
        self.alone = alone
        self._claims = claims
        places = {task.folder.parent for task in tasks}
        self._new_places = {place for place in places if not place.exists()}
        self.waiting = deque(range(len(self.entries)))

    @property
    def over(self) -> int:
        """How many recordings are done, or failed."""
        return sum(entry.over for entry in self.entries)

    def look_through(self) -> None:
        """Passes over recordings that cannot be analysed: told now, not when their turn has come,
        which may be an hour away."""
        from game.app.tracks import check_recording  # decoders load while the processes come up

        for number in list(self.waiting):
            try:
                check_recording(self.entries[number].task.recording)
            except InputError as error:
                self.fail(number, error)
                self.waiting.remove(number)

    def begin(self, number: int) -> Task:
        """Takes up a recording, with a folder of its own.

        Raises:
            StorageError: none can be made.
        """
        entry = self.entries[number]
        if self._claims:
            entry.task = replace(entry.task, folder=claim(entry.task.folder))
        entry.state = "under way"
        return entry.task

    def finish(self, number: int, lines: Sequence[str]) -> None:
        """A recording is done.

        Args:
            number: of the recording.
            lines: for the person.
        """
        entry = self.entries[number]
        entry.state, entry.lines = "done", lines

    def fail(self, number: int, error: Exception) -> None:
        """A recording cannot be done; what was recorded of it is kept."""
        entry = self.entries[number]
        entry.state, entry.error = "failed", error
        self._tidy(entry)

    def interrupt(self) -> None:
        """Nobody waits for what is under way any more."""
        for entry in self.entries:
            if entry.state == "under way":
                entry.state = "interrupted"
                self._tidy(entry)

    def _tidy(self, entry: Entry) -> None:
        if self._claims:
            give_back(entry.task.folder)
            if entry.task.folder.parent in self._new_places:
                give_back(entry.task.folder.parent)

    def tell_news(self, bar: ProgressBar, quiet: bool) -> None:
        """Says what there is now, in the order in which the recordings were named; what went wrong
        is said at once."""
        in_turn = True
        for entry in self.entries:
            in_turn = in_turn and entry.over
            if entry.told or not entry.over:
                continue
            if entry.state == "failed":
                bar.clear()
                print(f"run.py: {entry.why}", file=sys.stderr, flush=True)
            elif not in_turn:
                continue
            elif entry.lines and not quiet:
                bar.clear()
                print(*entry.lines, sep="\n", flush=True)
            entry.told = True

    def tell_end(self, named: Sequence[Path]) -> None:
        """Says what became of each recording, and where what there is of it lies.

        Args:
            named: recordings, as often as they were named.
        """
        count = Counter(entry.state for entry in self.entries)
        said = ", ".join(f"{count[state]} {state}" for state in _STATES if count[state])
        ending = "" if len(self.entries) == 1 else "s"
        print(f"{len(self.entries)} recording{ending}: {said}")
        width = max(len(state) for state in count)
        for entry in self.entries:
            print(f"  {entry.state:{width}}  {_row(entry)}")
        for recording, times in Counter(os.path.realpath(one) for one in named).items():
            if times > 1:
                print(f"  {recording} was named {times} times and analysed once")
        sys.stdout.flush()

    def kept(self) -> str:
        """What there is of the recordings when the work is interrupted, and where it lies."""
        begun = [e.task.folder for e in self.entries if (e.task.folder / SESSION_FILE).is_file()]
        if not begun:
            return "nothing was recorded yet"
        where = begun[0] if len(begun) == 1 else begun[0].parent
        return f"what was seen and heard until now is kept in {where}"

    def status(self) -> int:
        """The exit status: 0, or the highest of the recordings that failed.

        Raises:
            Exception: a fault of this program, of which a log is to be written.
        """
        errors = [entry.error for entry in self.entries if entry.error is not None]
        for error in errors:
            if not isinstance(error, RecruiterError):
                raise error
        return max((e.exit_code for e in errors if isinstance(e, RecruiterError)), default=0)


_STATES: tuple[State, ...] = ("done", "failed", "interrupted", "under way", "not begun")


def _row(entry: Entry) -> str:
    """What became of a recording, in a line without what would move a terminal's cursor."""
    folder = entry.task.folder
    told = str(entry.task.recording)
    if entry.state == "done":
        told = f"{told}: {folder / 'report.html'}"
    elif entry.state != "not begun":
        told = entry.why if entry.error is not None else told
        if (folder / SESSION_FILE).is_file():
            told = f"{told}; what was recorded: {folder}"
    return "".join(letter if letter.isprintable() else "?" for letter in told)


@dataclass(slots=True)
class _Job:
    """A process that analyses, and what it is at."""

    process: CallProcess | None = None
    number: int | None = None
    """Of the recording; None while it has none."""


class Jobs:
    """Processes that analyse recordings, one at a time each.

    Args:
        analyst: what they answer with, see :class:`~perception.process.calls.CallProcess`.
        count: how many.
    """

    def __init__(self, analyst: str, count: int) -> None:
        self._analyst = analyst
        self._jobs = [_Job() for _ in range(count)]
        for job in self._jobs:
            with contextlib.suppress(OSError):  # told of the recording that it would get
                self._start(job)

    def __enter__(self) -> Jobs:
        return self

    def __exit__(self, *error: object) -> None:
        self._stop()

    def run(self, batch: Batch, quiet: bool) -> None:
        """Analyses all recordings, and says of each what there is now, in their order.

        Args:
            batch: the recordings; where one stands alone, what goes wrong with it is raised.
            quiet: say only what goes wrong.
        """
        entries = batch.entries
        named = entries[0].task.recording.name if batch.alone else f"{len(entries)} recordings"
        with ProgressBar(f"analyzing {named}", quiet) as bar:
            try:
                batch.tell_news(bar, quiet)
                while batch.over < len(entries):
                    self._hand_out(batch)
                    self._take_in(batch)
                    bar.set_progress(*self._progress(batch))
                    error = entries[0].error
                    if batch.alone and error is not None:
                        raise error  # in here, so that nobody reads that it was done
                    batch.tell_news(bar, quiet)
            finally:
                self._end(batch)

    def _end(self, batch: Batch) -> None:
        """Ends what is under way; what had come to its end just before is kept.

        Somebody who presses Ctrl-C again is asked for the patience that the records take.
        """
        with interrupt_postponed():
            self._end_all(batch)

    def _end_all(self, batch: Batch) -> None:
        for job in self._jobs:
            if job.number is not None and job.process is not None and job.process.poll():
                self._take(batch, job)
        self._stop()
        for job in self._jobs:
            if job.number is not None:
                _end_record(batch.entries[job.number].task.folder)
        batch.interrupt()

    def _stop(self) -> None:
        with interrupt_postponed():
            self._stop_all()

    def _stop_all(self) -> None:
        for job in self._jobs:
            if job.process is not None:
                job.process.release()  # all of them first: they end at the same time
        for job in self._jobs:
            if job.process is not None:
                job.process.stop(_PATIENCE_S)

    def _start(self, job: _Job) -> CallProcess:
        job.process = None
        job.process = CallProcess("analyst", self._analyst)
        return job.process

    def _hand_out(self, batch: Batch) -> None:
        for job in self._jobs:
            if job.number is not None or not batch.waiting:
                continue
            number = batch.waiting.popleft()
            try:
                process = job.process
                if process is None or not process.alive:  # killed, or it never came up
                    process = self._start(job)
                process.call(batch.begin(number))
            except OSError as error:
                named = batch.entries[number].task.recording
                batch.fail(number, WorkerError(f"{named}: nothing can be started ({error})"))
            except RecruiterError as error:
                batch.fail(number, error)
            else:
                job.number = number

    def _take_in(self, batch: Batch) -> None:
        busy = {j.process.connection: j for j in self._jobs if j.number is not None and j.process}
        if busy:
            connection.wait(list(busy), _LOOK_S)
        for job in busy.values():
            if job.process is not None and job.process.poll():
                self._take(batch, job)

    def _take(self, batch: Batch, job: _Job) -> None:
        """Takes what became of a recording from the process that was at it."""
        number, job.number = job.number, None
        assert number is not None and job.process is not None
        task = batch.entries[number].task
        if job.process.gone:
            job.process.stop(0.0)
            _end_record(task.folder)
            batch.fail(
                number,
                WorkerError(
                    f"{task.recording}: the process that analyses it was killed, perhaps for want "
                    "of memory; close other programs and run this again"
                ),
            )
            return
        try:
            batch.finish(number, job.process.result())
        except Exception as error:  # told at its turn; the others are not to be lost
            batch.fail(number, error)

    def _progress(self, batch: Batch) -> tuple[float, str]:
        """The share of the work that is done, and what is being done."""
        share = float(batch.over)
        doing = "starting" if batch.alone else f"{batch.over} done"
        for job in self._jobs:
            if job.number is None or job.process is None or job.process.told is None:
                continue
            part, what = job.process.told
            share += part
            if batch.alone:
                doing = what
            elif len(self._jobs) == 1:
                doing = f"{batch.entries[job.number].task.recording.name}: {what}"
        return share / len(batch.entries), doing


def _end_record(folder: Path) -> None:
    """Says of a session that it was interrupted, where the process that wrote it was killed.

    On a busy machine that happens to one that does not end in time, too.
    """
    from scoring.record.writer import SessionWriter, is_unfinished

    if is_unfinished(folder):
        with contextlib.suppress(OSError, RecruiterError):
            SessionWriter(folder, {}, resume=True).close("interrupted")
