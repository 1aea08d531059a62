"""Running pip with progress, and saying in one line what went wrong with it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from perception.errors import ModelError

Report = Callable[[str, float | None], None]
"""Takes a few words on what is going on and how much is done, 0...1 or None."""

OPTIONAL = ("PyAudio",)
"""Packages without which the program still interviews recorded and typed candidates."""


def install_one(python: Path, requirement: str, log: Path, report: Report) -> None:
    """Installs one package with everything it asks for.

    Raises:
        ModelError: pip failed; the message has its last useful line and the log.
    """
    drop_halves(python)
    name = requirement.partition("=")[0]
    run_logged(_pip(python, requirement), log, name, _Watcher(report, expected=None, size=True))


def install_locked(python: Path, lock: Path, log: Path, report: Report) -> list[str]:
    """Installs the pinned list as it stands, without resolving.

    Returns:
        Names of optional packages that could not be had here.

    Raises:
        ModelError: pip failed on something that is needed.
    """
    drop_halves(python)
    lines = requirement_lines(lock)
    optional = [line for line in lines if line.partition("==")[0] in OPTIONAL]
    # apart, because one package that cannot be built here must not cost the other ninety
    needed = log.with_suffix(".lock")
    needed.write_text("\n".join(x for x in lines if x not in optional) + "\n", encoding="utf-8")
    watch = _Watcher(report, expected=len(lines))
    run_logged(_pip(python, "--no-deps", "-r", str(needed)), log, "packages", watch)
    needed.unlink()
    without = []
    for line in optional:
        try:
            run_logged(_pip(python, "--no-deps", line), log, line, watch)
        except ModelError:
            without.append(line.partition("==")[0])
    return without


def requirement_lines(lock: Path) -> list[str]:
    """The pins of a requirements file, without comments."""
    lines = (line.partition("#")[0].strip() for line in lock.read_text("utf-8").splitlines())
    return [line for line in lines if line]


def drop_halves(python: Path) -> None:
    """Forgets packages whose installation was cut off, so that pip installs them again.

    pip unpacks a package's files, then writes ``INSTALLER`` and ``RECORD``; without these a package
    only looks installed.
    """
    for info in python.parent.parent.glob("lib/python3*/site-packages/*.dist-info"):
        if not ((info / "INSTALLER").is_file() and (info / "RECORD").is_file()):
            shutil.rmtree(info)


def run_logged(
    command: Sequence[str],
    log: Path,
    step: str,
    watch: Callable[[str], None],
    cwd: Path | None = None,
) -> None:
    """Runs a command, adding its output to a log and showing each line to ``watch``.

    Raises:
        ModelError: it failed; the message names the step, the cause and the log.
    """
    lines: list[str] = []
    with (
        log.open("a", encoding="utf-8") as out,
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            cwd=cwd,
        ) as process,
    ):
        out.write(f"$ {' '.join(command)}\n")
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if not line.startswith("Progress "):
                    out.write(line)
                    out.flush()
                    lines.append(line.rstrip())
                watch(line)
            status = process.wait()
        except BaseException:  # Ctrl-C: leave no pip behind that goes on writing
            process.terminate()
            process.wait()
            raise
    if status:
        raise ModelError(
            f"set-up broke at '{step}': {cause_of(lines)}; log: {log}; run this again to go on"
        )


def cause_of(lines: Sequence[str]) -> str:
    """The line of a failed command's output that tells a person most."""
    text = "\n".join(lines)
    for pattern, meaning in _MEANINGS:
        if re.search(pattern, text):
            return meaning
    errors = [line for line in lines if re.match(r"(ERROR|\w*Error|fatal|E):", line.strip())]
    useful = [line for line in lines if line.strip()]
    line = (errors or useful or ["it said nothing"])[-1].strip()
    return line.removeprefix("ERROR: ")[:200]


_MEANINGS = (
    (r"No space left on device", "the disk is full"),
    (
        r"NewConnectionError|NameResolutionError|Temporary failure in name resolution|"
        r"Network is unreachable|ConnectTimeoutError|Connection refused",
        "the package index cannot be reached; check the network or pip's configuration",
    ),
)


def _pip(python: Path, *arguments: str) -> list[str]:
    command = [str(python), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    if _pip_version(python) >= (24, 1):  # the first that can report bytes to a program
        command += ["--progress-bar", "raw"]
    return [*command, *arguments]


def _pip_version(python: Path) -> tuple[int, ...]:
    for info in python.parent.parent.glob("lib/python3*/site-packages/pip-*.dist-info"):
        return tuple(int(part) for part in re.findall(r"\d+", info.name.removeprefix("pip-"))[:2])
    return (0,)


class _Watcher:
    """Turns pip's lines into a share of work done.

    Args:
        report: told what goes on.
        expected: packages in all; None when pip decides.
        size: show the size of what is being downloaded.
    """

    # fetching, then unpacking: pip is silent during the second, which takes about as long
    _FETCHED_SHARE = 0.7

    def __init__(self, report: Report, expected: int | None, size: bool = False) -> None:
        self._report = report
        self._expected = expected
        self._size = size
        self._seen = 0
        self._doing = ""

    def __call__(self, line: str) -> None:
        line = line.strip()
        if match := re.match(r"(Collecting|Requirement already satisfied:|Processing) (\S+)", line):
            self._seen += 1
            self._doing = re.split(r"==|-\d", Path(match[2]).name)[0]
        elif match := re.match(r"(Downloading|Using cached) (\S+) \((.+)\)", line):
            self._doing = f"{match[2].rpartition('/')[2].partition('-')[0]} ({match[3]})"
        elif match := re.match(r"Progress (\d+) of (\d+)", line):
            if self._expected is None and int(match[2]):
                self._report(self._doing, int(match[1]) / int(match[2]))
                return
        elif line.startswith("Building wheel"):
            self._doing = "building " + line.split()[-2].rstrip(".")
        elif line.startswith("Installing collected packages"):
            self._report("unpacking", None if self._expected is None else self._FETCHED_SHARE)
            return
        else:
            return
        share = None
        if self._expected:
            share = self._FETCHED_SHARE * min(self._seen / self._expected, 1.0)
        self._report(self._doing, share)
