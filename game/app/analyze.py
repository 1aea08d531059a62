"""Command ``analyze``: reports of recorded interviews, faster than real time.

Recordings are analysed by processes of their own (:mod:`game.app.analyst`), as many at a time as
``--jobs`` says; this one hands them out, shows how far they are, and tells what became of them in
the order in which they were named.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import os
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing import connection
from pathlib import Path
from typing import TYPE_CHECKING

from game.app.analysis import Task, start_listener
from game.progressbar import ProgressBar
from perception.errors import InputError, RecruiterError, WorkerError
from perception.paths import sessions_dir
from perception.process.calls import Answerer, CallProcess

if TYPE_CHECKING:
    from game.app.named_questions import NamedQuestion

JOB_BYTES = 1.5e9
"""Memory for a recording under way: a process that sees and reports, and one that hears."""

_ANALYST = "game.app.analyze:make_analyst"
_LOOK_S = 0.2
"""s between two looks at how far the recordings are."""
_PATIENCE_S = 10.0
"""s for which a process that was interrupted may close its session."""


def analyze(options: argparse.Namespace) -> int:
    """Writes a session folder with its report for each recording.

    One that cannot be analysed keeps none of the others from it; where there are several, those
    that failed are told at the end, in a line each.

    Returns:
        Exit status: 0, or the highest of the recordings that failed.

    Raises:
        RecruiterError: settings that cannot be, or the only recording failed.
    """
    count = min(jobs(options.jobs), len(options.recordings))
    if options.out is not None and len(options.recordings) == 1:
        _require_free(options.out)  # better told now than after a second of loading
    with _Jobs(count) as running:  # they take a second to come up, and settings most of one
        if len(options.recordings) == 1:
            _require_tracks(options.recordings[0])
        tasks = _tasks(options)
        failed = running.run(tasks, options.quiet)
    status = 0
    for number, error in sorted(failed.items()):
        if isinstance(error, RecruiterError):
            print(f"run.py: {_line(tasks[number].recording, error)}", file=sys.stderr)
            status = max(status, error.exit_code)
    for error in failed.values():
        if not isinstance(error, RecruiterError):
            raise error  # a fault of this program, of which a log is written
    return status


def _require_free(folder: Path) -> None:
    from scoring.record.writer import require_free

    with contextlib.suppress(OSError):  # told by whoever writes there
        require_free(folder)


def _require_tracks(recording: Path) -> None:
    from game.app.tracks import tracks

    tracks(recording)


def make_analyst() -> Answerer:
    """What analyses, with the process that listens, which comes up while this one does."""
    listener = start_listener()
    from game.app.analyst import Analyst

    return Analyst(listener)


def jobs(wanted: int) -> int:
    """How many recordings are analysed at a time.

    Args:
        wanted: as ``--jobs`` has it; 0 for as many as this machine's cores and memory allow.
    """
    if wanted > 0:
        return wanted
    import psutil

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(cores or 1, int(psutil.virtual_memory().total / JOB_BYTES)))


def session_folders(out: Path | None, recordings: Sequence[Path]) -> Iterator[Path]:
    """The session folder of each recording; recordings of the same name are numbered.

    Args:
        out: as ``--out`` has it: the folder itself of one recording, the place of several.
        recordings: all of them.
    """
    if out is not None and len(recordings) == 1:
        yield out
        return
    stamp = datetime.datetime.now().strftime("%Y-%m-%d-%H%M%S")
    taken: set[str] = set()
    for recording in recordings:
        name, number = recording.stem, 1
        while name in taken:
            number += 1
            name = f"{recording.stem}-{number}"
        taken.add(name)
        yield sessions_dir() / f"analysis-{name}-{stamp}" if out is None else out / name


def _tasks(options: argparse.Namespace) -> list[Task]:
    from game.app.heard_as import heard_as
    from game.app.seen_at import seen_at
    from game.app.vocabulary import stated_vocabulary
    from game.app.whose_voice import heard_from
    from game.settings import leaving_out, load_settings, without_impressions
    from scoring.settings import ImpressionSettings

    if options.functionals:
        from perception.voice.functionals import create_functionals

        create_functionals(options.functionals)  # better told now than after the work
    settings = heard_as(load_settings(options.settings), options)
    settings = leaving_out(settings, options.leave_out)
    settings = seen_at(settings, options.face)
    settings = heard_from(settings, options.channel, options.track)
    if options.no_emotion:
        settings = without_impressions(settings)
    if options.impressions:
        settings = replace(settings, impressions=ImpressionSettings(enabled=True))
    vocabulary = stated_vocabulary(settings.hearing.speech)
    questions = () if options.questions is None else _questions(options)
    folders = session_folders(options.out, options.recordings)
    return [
        Task(recording, folder, settings, vocabulary, options.functionals, questions)
        for recording, folder in zip(options.recordings, folders, strict=True)
    ]


def _end_record(folder: Path | None) -> None:
    """Says of a session that it was interrupted, where the process that wrote it was killed.

    On a busy machine that happens to one that does not end in time, too.
    """
    from scoring.record.writer import SessionWriter, is_unfinished

    if folder is not None and is_unfinished(folder):
        with contextlib.suppress(OSError, RecruiterError):
            SessionWriter(folder, {}, resume=True).close("interrupted")


def _questions(options: argparse.Namespace) -> tuple[NamedQuestion, ...]:
    """What was asked; times are those of one recording.

    Raises:
        InputError: the file is no list of questions, or there are several recordings.
    """
    from game.app.named_questions import read_questions

    if len(options.recordings) > 1:
        raise InputError(
            "--questions names the questions of one recording; analyze each with its own"
        )
    return read_questions(options.questions)


def _line(recording: Path, error: Exception) -> str:
    """What went wrong, as one line that names the recording."""
    said = " ".join(str(error).split())
    return said if said.startswith(str(recording)) else f"{recording}: {said}"


@dataclass(slots=True)
class _Job:
    """A process that analyses, and what it is at."""

    process: CallProcess
    number: int | None = None
    """Of the recording; None while it has none."""
    folder: Path | None = None
    """Of the session that it writes."""


class _Jobs:
    """Processes that analyse recordings, one at a time each.

    Args:
        count: how many.
    """

    def __init__(self, count: int) -> None:
        self._jobs = [_Job(CallProcess("analyst", _ANALYST)) for _ in range(count)]

    def __enter__(self) -> _Jobs:
        return self

    def __exit__(self, *error: object) -> None:
        for job in self._jobs:
            job.process.release()  # all of them first: they end at the same time
        for job in self._jobs:
            job.process.stop(_PATIENCE_S)
            if job.number is not None:
                _end_record(job.folder)

    def run(self, tasks: Sequence[Task], quiet: bool) -> dict[int, Exception]:
        """Analyses all recordings, and says of each what there is now, in their order.

        Where there is only one, what goes wrong with it is raised.

        Args:
            tasks: what is to be done.
            quiet: say nothing.

        Returns:
            What went wrong, by the number of the recording.
        """
        done: dict[int, list[str]] = {}
        failed: dict[int, Exception] = {}
        waiting = deque(range(len(tasks)))
        named = tasks[0].recording.name if len(tasks) == 1 else f"{len(tasks)} recordings"
        told = 0
        with ProgressBar(f"analyzing {named}", quiet) as bar:
            while told < len(tasks):
                self._hand_out(tasks, waiting)
                self._take_in(tasks, done, failed)
                bar.set_progress(*self._progress(tasks, len(done) + len(failed)))
                while told in done or told in failed:
                    if done.get(told) and not quiet:
                        bar.clear()
                        print(*done[told], sep="\n", flush=True)
                    told += 1
            if len(tasks) == 1 and failed:
                raise failed[0]  # in here, so that nobody reads that it was done
        return failed

    def _hand_out(self, tasks: Sequence[Task], waiting: deque[int]) -> None:
        for job in self._jobs:
            if job.number is None and waiting:
                job.number = waiting.popleft()
                job.folder = tasks[job.number].folder
                job.process.call(tasks[job.number])

    def _take_in(
        self, tasks: Sequence[Task], done: dict[int, list[str]], failed: dict[int, Exception]
    ) -> None:
        busy = [job for job in self._jobs if job.number is not None]
        connection.wait([job.process.connection for job in busy], _LOOK_S)
        for job in busy:
            if not job.process.poll():
                continue
            number, job.number = job.number, None
            assert number is not None
            if job.process.gone:
                failed[number] = WorkerError(
                    f"{tasks[number].recording}: the process that analyses it was killed, perhaps "
                    "for want of memory; close other programs and run this again"
                )
                job.process.stop(0.0)
                _end_record(job.folder)
                job.process = CallProcess("analyst", _ANALYST)
                continue
            try:
                done[number] = job.process.result()
            except Exception as error:  # told at the end; the others are not to be lost
                failed[number] = error

    def _progress(self, tasks: Sequence[Task], over: int) -> tuple[float, str]:
        """The share of the work that is done, and what is being done."""
        share = float(over)
        doing = f"{over} done" if len(tasks) > 1 else "starting"
        for job in self._jobs:
            if job.number is None or job.process.told is None:
                continue
            part, what = job.process.told
            share += part
            if len(tasks) == 1:
                doing = what
            elif len(self._jobs) == 1:
                doing = f"{tasks[job.number].recording.name}: {what}"
        return share / len(tasks), doing
