"""A session's report written with progress, and the versions that it says of itself."""

from __future__ import annotations

from pathlib import Path

import game
from game.progressbar import ProgressBar
from scoring.functionals import write_functionals


def versions() -> dict[str, str]:
    """Versions of this program and of what its readings depend on."""
    import importlib.metadata
    import platform

    found = {"recruiter-room": game.__version__, "python": platform.python_version()}
    for package in ("panda3d", "mediapipe", "torch", "openai-whisper", "pocketsphinx", "anny"):
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue  # an optional package that is not there has no version
    return found


def write_reports(folder: Path, quiet: bool, film: Path | None = None) -> None:
    """Writes a session's report with progress, and says where it lies.

    Raises:
        InputError: the folder holds no session.
        StorageError: it cannot be written.
    """
    from scoring.report.write import write_report

    with ProgressBar("writing the report", quiet) as bar:
        write_report(folder, progress=lambda what, share: bar.set_progress(share, what))
    if quiet:
        return
    for name in ("report.html", "report.pdf"):
        print(f"report: {folder / name}")
    if film is not None and film.is_file():
        print(f"film:   {film}")


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
