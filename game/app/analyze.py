"""Command ``analyze``: reports of recorded interviews, faster than real time.

Recordings are analysed by processes of their own, as many at a time as ``--jobs`` says, see
:mod:`game.app.batch`.
"""

from __future__ import annotations

import argparse
import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from game.app.analysis import Task, start_listener
from game.app.batch import Batch, Jobs
from game.app.session_folders import names_of, new_folder
from perception.errors import InputError
from perception.interrupt import interrupt_says
from perception.process.calls import Answerer

if TYPE_CHECKING:
    from game.app.named_questions import NamedQuestion

JOB_BYTES = 1.5e9
"""Memory for a recording under way: a process that sees and reports, and one that hears."""

_ANALYST = "game.app.analyze:make_analyst"


def analyze(options: argparse.Namespace) -> int:
    """Writes a session folder with its report for each recording.

    One that cannot be analysed, for whatever reason, keeps none of the others from it; of several
    it is said at the end what became of each.

    Returns:
        Exit status: 0, or the highest of the recordings that failed.

    Raises:
        RecruiterError: settings that cannot be, or the only recording failed.
    """
    several = len(options.recordings) > 1
    recordings = list(_once_each(options.recordings))
    count = min(jobs(options.jobs), len(recordings))
    if 0 < count < min(options.jobs, len(recordings)) and not options.quiet:
        print(f"{count} at a time instead of {options.jobs}: there is no memory for more")
    if options.out is not None and not several:
        _require_free(options.out)  # better told now than after a second of loading
    with Jobs(_ANALYST, count) as running:  # they take a second to come up
        if not several:
            _check_recording(recordings[0])
        tasks = _tasks(options, recordings, several)
        batch = Batch(tasks, alone=not several, claims=several or options.out is None)
        batch.look_through()
        with interrupt_says(batch.kept):
            try:
                running.run(batch, options.quiet)
            finally:
                if several and not options.quiet:
                    batch.tell_end(options.recordings)
    return batch.status()


def _once_each(recordings: Sequence[Path]) -> Iterator[Path]:
    """The recordings without those that were named before, as two patterns may name the same."""
    seen = set()
    for recording in recordings:
        place = os.path.realpath(recording)
        if place not in seen:
            seen.add(place)
            yield recording


def _require_free(folder: Path) -> None:
    from scoring.record.writer import require_free

    with contextlib.suppress(OSError):  # told by whoever writes there
        require_free(folder)


def _check_recording(recording: Path) -> None:
    from game.app.tracks import check_recording  # decoders load while the processes come up

    check_recording(recording)


def make_analyst() -> Answerer:
    """What analyses, with the process that listens, which comes up while this one does."""
    listener = start_listener()
    from game.app.analyst import Analyst

    return Analyst(listener)


def jobs(wanted: int) -> int:
    """How many recordings are analysed at a time: never more than this machine's memory holds.

    Args:
        wanted: as ``--jobs`` has it; 0 for as many as there are cores.
    """
    import psutil

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    most = int(psutil.virtual_memory().total / JOB_BYTES)
    return max(1, min(wanted or cores or 1, most))


def session_folders(out: Path | None, recordings: Sequence[Path], several: bool) -> Iterator[Path]:
    """What the session folder of each recording is to be called; no two are called the same.

    Args:
        out: as ``--out`` has it: the folder itself of one recording, the place of several.
        recordings: all of them, each once.
        several: whether several were named, though it may have been one and the same.
    """
    if out is not None and not several:
        yield out
        return
    usual = new_folder("analysis")
    for name in names_of(recordings):
        stamped = usual.name.replace("analysis", f"analysis-{name}", 1)
        yield usual.with_name(stamped) if out is None else out / name


def _tasks(options: argparse.Namespace, recordings: Sequence[Path], several: bool) -> list[Task]:
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
    folders = session_folders(options.out, recordings, several)
    return [
        Task(recording, folder, settings, vocabulary, options.functionals, questions)
        for recording, folder in zip(recordings, folders, strict=True)
    ]


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
