"""Writes requirements.lock anew: under each pin the sha256 of every file that may be installed.

    python -m game.setup.lockfile

Change, add or remove a pin by hand, run this, and read what git says has changed. The pins, their
order and the comments stay as they are. A file counts when CPython 3.11 or 3.12 can install it on
some platform: wheels, and the source from which a machine without a fitting wheel builds one.

The sums are those that the index itself gives with its list of files; nothing is downloaded. It is
the index that this machine's pip asks, so run it where that is the public one: a mirror that builds
its own wheels would give sums that nobody else has.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterable
from typing import Any

from game.setup.install import LOCK_FILE
from perception.errors import InputError, ModelError, RecruiterError, StorageError

MINORS = (11, 12)
"""Of CPython 3: the versions that run.py starts under."""

TIMEOUT_S = 60.0
"""Longest that the index may take to answer."""

File = tuple[str, str]
"""Name of a distribution file, and its sha256 in hexadecimal."""


def with_hashes(text: str, files_of: Callable[[str], Iterable[File]]) -> str:
    """Puts hashes under every pin of a requirements file.

    Args:
        text: the file, with or without hashes from an earlier time.
        files_of: gives all files of a project, whatever their version.

    Raises:
        InputError: a line is no pin, or the index has no file for it.
    """
    lines = []
    for line in text.splitlines():
        pin = line.rstrip("\\ ")
        if pin.lstrip().startswith("--hash="):
            continue
        if not pin or pin.startswith("#"):
            lines.append(line)
            continue
        name, equal, version = pin.partition("==")
        if not equal:
            raise InputError(f"{LOCK_FILE.name}: '{pin}' is no pin; write it as NAME==VERSION")
        sums = sorted(sha for file, sha in files_of(name) if serves(file, name, version))
        if not sums:
            raise InputError(f"{LOCK_FILE.name}: the index has no file for {pin}; mend the pin")
        lines.append(" \\\n    ".join([pin, *(f"--hash=sha256:{sha}" for sha in sums)]))
    return "\n".join(lines) + "\n"


def serves(file: str, name: str, version: str) -> bool:
    """Whether a file is of this version, and CPython 3.11 or 3.12 can install it somewhere.

    Wheels are named by the binary distribution format, ``NAME-VERSION[-BUILD]-PYTHON-ABI-PLATFORM``
    (Python Packaging User Guide), sources ``NAME-VERSION.tar.gz``.
    """
    if not file.endswith(".whl"):
        stem = re.fullmatch(r"(.+)\.(?:tar\.gz|zip)", file)
        found, _, of = stem[1].rpartition("-") if stem else ("", "", "")
        return canonical(found) == canonical(name) and of == version
    parts = file.removesuffix(".whl").split("-")
    if len(parts) < 5 or (canonical(parts[0]), parts[1]) != (canonical(name), version):
        return False
    pythons, abis, _ = parts[-3:]
    return any(_runs(python, abi) for python in pythons.split(".") for abi in abis.split("."))


def _runs(python: str, abi: str) -> bool:
    """Whether CPython 3.11 or 3.12 takes this pair of tags; pip's order of tags has the same."""
    match = re.fullmatch(r"(py|cp)3(\d*)", python)
    if match is None:
        return False
    kind, minor = match[1], int(match[2] or 0)
    if kind == "py":
        return abi == "none" and minor <= max(MINORS)
    if abi == "abi3":  # the stable interface: whatever was built for an older Python
        return minor <= max(MINORS)
    return minor in MINORS and abi in ("none", f"cp3{minor}")


def canonical(name: str) -> str:
    """A project's name as the index spells it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def index_address() -> str:
    """Address of the index that pip asks here.

    pip's own help has it, with the machine's configuration applied; no other command tells what it
    is where nothing is configured.

    Raises:
        ModelError: pip does not say.
    """
    help_text = subprocess.run(
        [sys.executable, "-m", "pip", "download", "--help"],
        env={**os.environ, "COLUMNS": "1000"},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    match = re.search(r"--index-url <url>.*\(default (\S+?)\)", help_text)
    if match is None:
        raise ModelError("pip does not say which index it asks; see: python -m pip config list")
    return match[1].rstrip("/")


def files_of(index: str, name: str) -> list[File]:
    """All files of a project that an index has, by its simple API in JSON (PEP 691).

    Raises:
        ModelError: the index cannot be reached, or does not speak JSON.
    """
    request = urllib.request.Request(
        f"{index}/{canonical(name)}/", headers={"Accept": "application/vnd.pypi.simple.v1+json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
            page: dict[str, Any] = json.load(answer)
        return [(file["filename"], file["hashes"]["sha256"]) for file in page["files"]]
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(
            f"{request.full_url}: no list of files with their sha256 ({error}); try again, or "
            "point pip at the public index"
        ) from None


def main() -> int:
    """Writes requirements.lock; 2 where a pin is wrong, 3 where the index cannot be asked."""
    try:
        index = index_address()
        text = with_hashes(LOCK_FILE.read_text("utf-8"), lambda name: files_of(index, name))
        try:
            LOCK_FILE.write_text(text, encoding="utf-8")
        except OSError as error:
            raise StorageError(f"{LOCK_FILE}: cannot be written ({error.strerror})") from None
    except RecruiterError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    pinned = sum("==" in line for line in text.splitlines() if not line.startswith("#"))
    print(f"{LOCK_FILE.name}: {pinned} packages, {text.count('--hash=')} files, from {index}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
