"""A session's report written with progress, and the versions that it says of itself."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path

import game
from game.progressbar import ProgressBar
from perception.errors import InputError, ModelError
from perception.speech.utterance import Utterance
from scoring.functionals import write_functionals
from scoring.settings import ClassifierSettings, ImpressionSettings


def versions() -> dict[str, str]:
    """Versions of this program and of what its readings depend on."""
    import importlib.metadata
    import platform

    found = {"recruiter-room": game.__version__, "python": platform.python_version()}
    for package in (
        *("panda3d", "mediapipe", "torch", "openai-whisper", "faster-whisper", "pocketsphinx"),
        "anny",
    ):
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue  # an optional package that is not there has no version
    return found


def load_report() -> None:
    """Loads what a report takes, which is most of two seconds, where there is time for it."""
    import importlib

    from scoring.grammar import checker

    importlib.import_module("scoring.report.write")
    with contextlib.suppress(ModelError):  # the report does without it, too
        checker()


def write_reports(
    folder: Path,
    quiet: bool,
    film: Path | None = None,
    spoken: Sequence[Utterance] = (),
    progress: Callable[[str, float], None] | None = None,
    leave_out: Sequence[str] | None = None,
    impressions: ImpressionSettings | None = None,
    emotion: bool = True,
    rubrics: Path | None = None,
    classifiers: ClassifierSettings | None = None,
    reword: str | None = None,
) -> None:
    """Hears the session a second time, writes its report with progress, and says where it lies.

    Args:
        folder: of a session that has ended.
        quiet: print nothing.
        film: of the session, if one was made.
        spoken: what the candidate said, where it is still in memory.
        progress: told what is being done, and the share (0...1) of that, besides.
        leave_out: cues that are not scored; None for what the session's settings say.
        impressions: whether the report says how somebody may come across; it does not by default.
        emotion: whether it says how they may have looked and sounded; not where the session was
            made without.
        rubrics: folder of a study's own rubrics; None for what the session's settings say.
        classifiers: those that judge what was said as well; None likewise.
        reword: folder of a language model that may word sentences of feedback; None likewise.

    Raises:
        InputError: the folder holds no session, or one that is still being recorded.
        ModelError: impressions are asked for, and their model is missing or damaged.
        StorageError: it cannot be written.
    """
    from game.app.second_pass import hear_again
    from scoring.leaving_out import left_out
    from scoring.record.one_report import one_report
    from scoring.record.session import read_session
    from scoring.record.writer import in_use_message, is_in_use
    from scoring.report.write import write_report

    out = None if leave_out is None else left_out(leave_out)
    if is_in_use(folder):
        raise InputError(in_use_message(folder))

    def waiting() -> None:
        if not quiet:
            print(f"{folder}: another run of this program writes its report; waiting for it")

    with one_report(folder, waiting):
        with ProgressBar("hearing the answers again", quiet) as bar:
            session = read_session(folder)  # once: hours of readings take their time
            if hear_again(session, spoken, _to(bar, progress)):
                session = session.heard_again()
        with ProgressBar("writing the report", quiet) as bar:
            write_report(
                session, _to(bar, progress), impressions, out, emotion, rubrics, classifiers, reword
            )
    if quiet:
        return
    for name in ("report.html", "report.pdf"):
        print(f"report: {folder / name}")
    if film is not None and film.is_file():
        print(f"film:   {film}")


def _to(
    bar: ProgressBar, progress: Callable[[str, float], None] | None
) -> Callable[[str, float], None]:
    def told(what: str, share: float) -> None:
        bar.set_progress(share, what)
        if progress is not None:
            progress(what, share)

    return told


def tell_functionals(folder: Path, backend: str, quiet: bool) -> None:
    """Writes the table of voice functionals into a session folder, and says where it lies.

    Raises:
        InputError: the session holds no sound of spoken answers.
        ModelError: the back-end is not installed.
        StorageError: the table cannot be written.
    """
    path = write_functionals(folder, backend)
    if not quiet:
        print(f"functionals: {path}")
