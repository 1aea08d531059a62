"""Running pip with progress, and saying in one line what went wrong with it."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from game.setup import pipsettings
from perception.errors import ModelError
from perception.interrupt import interrupt_postponed
from perception.private_files import private_file

Report = Callable[[str, float | None], None]
"""Takes a few words on what is going on and how much is done, 0...1 or None."""

PATIENCE_S = 10.0
"""s for which a program that is ended may tidy up."""

OPTIONAL = ("PyAudio",)
"""Packages without which the program still interviews recorded and typed candidates."""


class WrongHashError(ModelError):
    """What pip fetched is not what the lock names; nobody should go on without hearing of it."""


def install_one(
    python: Path, requirement: str, log: Path, report: Report, *, needs: bool = True
) -> None:
    """Installs one package by its version.

    Args:
        python: the environment's interpreter.
        requirement: ``NAME==VERSION``.
        log: file to which pip's output is added.
        report: told what goes on.
        needs: with everything it asks for.

    Raises:
        ModelError: pip failed; the message has its last useful line and the log.
    """
    drop_halves(python)
    name = requirement.partition("=")[0]
    more = [] if needs else ["--no-deps"]
    watch = _Watcher(report, expected=None, size=True)
    command = _pip(python, *more, requirement)
    run_logged(command, log, name, watch, environment=pipsettings.of(python))


def install_locked(python: Path, lock: Path, log: Path, report: Report) -> list[str]:
    """Installs the pinned list as it stands, without resolving; pip checks every file's hash.

    Returns:
        Names of optional packages that could not be had here.

    Raises:
        WrongHashError: a file is not the one that the lock names, whether needed or optional.
        ModelError: pip failed on something that is needed.
    """
    drop_halves(python)
    lines = requirement_lines(lock)
    optional = [line for line in lines if line.partition("==")[0] in OPTIONAL]
    watch = _Watcher(report, expected=len(lines))

    def install(some: Sequence[str], step: str) -> None:
        with _requirements_file(some, log) as file:  # pip takes hashes from a file only
            command = _pip(python, "--no-deps", "--require-hashes", "-r", str(file))
            run_logged(command, log, step, watch, environment=pipsettings.of(python))

    # apart, because one package that cannot be built here must not cost the other ninety
    install([line for line in lines if line not in optional], "packages")
    without = []
    for line in optional:
        name = line.partition("==")[0]
        try:
            install([line], name)
        except WrongHashError:
            raise
        except ModelError:
            without.append(name)
    return without


def install_lines(
    python: Path,
    lines: Sequence[str],
    log: Path,
    step: str,
    report: Report,
    options: Sequence[str] = (),
) -> None:
    """Installs requirements with their hashes, as they stand.

    Args:
        python: the environment's interpreter.
        lines: ``NAME==VERSION --hash=sha256:...`` each.
        log: file to which pip's output is added.
        step: name of this for messages.
        report: told what goes on.
        options: of ``pip install``, besides.

    Raises:
        WrongHashError: what pip fetched is not what a line names.
        ModelError: pip failed.
    """
    drop_halves(python)
    with _requirements_file(lines, log) as file:
        command = _pip(python, *options, "-r", str(file))
        watch = _Watcher(report, expected=None, size=True)
        run_logged(command, log, step, watch, environment=pipsettings.of(python))


@contextlib.contextmanager
def _requirements_file(lines: Sequence[str], log: Path) -> Iterator[Path]:
    file = private_file(log.with_suffix(".lock"))
    try:
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        yield file
    finally:
        file.unlink()


def requirement_lines(lock: Path) -> list[str]:
    """The requirements of a file, each with its hashes on one line; without comments."""
    text = re.sub(r"#.*", "", lock.read_text("utf-8"))
    lines = re.sub(r"\\[ \t]*\n", " ", text).splitlines()
    return [" ".join(line.split()) for line in lines if line.strip()]


def pins(lock: Path) -> list[str]:
    """What a file pins, as ``NAME==VERSION``."""
    return [line.split()[0] for line in requirement_lines(lock)]


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
    environment: Mapping[str, str] | None = None,
) -> None:
    """Runs a command, adding its output to a log and showing each line to ``watch``.

    A polite end reaches it through this process alone. Ended in the middle, it takes with it what
    it started (a compiler, people being baked) and what it unpacked.

    Args:
        command: program and arguments.
        log: file to which its output is added.
        step: name of this for messages.
        watch: told each line.
        cwd: folder that it runs in.
        environment: its variables, in place of this process's.

    Raises:
        WrongHashError: pip found another file than the lock names.
        ModelError: it failed; the message names the step, the cause and the log.
    """
    lines: list[str] = []
    variables = pipsettings.own() if environment is None else dict(environment)
    with (
        log.open("a", encoding="utf-8") as out,
        tempfile.TemporaryDirectory(prefix="recruiter-", ignore_cleanup_errors=True) as unpacked,
        _started(command, cwd, variables | {"TMPDIR": unpacked}) as process,
    ):
        out.write(f"$ {' '.join(command)}\n")
        assert process.stdout is not None
        for line in process.stdout:
            if not line.startswith("Progress "):
                out.write(line)
                out.flush()
                lines.append(line.rstrip())
            watch(line)
        status = process.wait()
    if status:
        kind = WrongHashError if re.search(_WRONG_HASH, "\n".join(lines)) else ModelError
        raise kind(
            f"set-up broke at '{step}': {cause_of(lines)}; log: {log}; run this again to go on"
        )


@contextlib.contextmanager
def _started(
    command: Sequence[str], cwd: Path | None, variables: Mapping[str, str]
) -> Iterator[subprocess.Popen[str]]:
    """A program in a process group of its own, which ends with whoever started it."""
    process = None
    try:
        with interrupt_postponed():  # it is to be known before it can be ended
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
                cwd=cwd,
                env=variables,
                process_group=0 if os.name == "posix" else None,
            )
        yield process
    finally:
        if process is not None:
            with interrupt_postponed():
                _end_group(process)


def _end_group(process: subprocess.Popen[str]) -> None:
    """Ends a program that is still at work, and whatever it started."""
    if process.poll() is None:
        _signal_group(process, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE_S)
        _signal_group(process, getattr(signal, "SIGKILL", signal.SIGTERM))
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _signal_group(process: subprocess.Popen[str], number: int) -> None:
    if os.name != "posix":
        process.terminate()
        return
    with contextlib.suppress(ProcessLookupError):  # all of them have ended
        os.killpg(process.pid, number)


def cause_of(lines: Sequence[str]) -> str:
    """The line of a failed command's output that tells a person most."""
    text = "\n".join(lines)
    for pattern, meaning in _MEANINGS:
        if match := re.search(pattern, text):
            return match.expand(meaning)
    errors = [line for line in lines if re.match(r"(ERROR|\w*Error|fatal|E):", line.strip())]
    useful = [line for line in lines if line.strip()]
    line = (errors or useful or ["it said nothing"])[-1].strip()
    return line.removeprefix("ERROR: ")[:200]


_WRONG_HASH = r"DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.*\n\s*(\S+) from "

_MEANINGS = (
    (r"No space left on device", "the disk is full"),
    (
        _WRONG_HASH,
        r"\1 was not installed: what pip fetched is not a file that requirements.lock names (its "
        r"sha256 differs); if that stays so, use another index (pip config list shows which it is)",
    ),
    (
        r"(?s)Hashes are required in --require-hashes mode, but they are missing.*?\n\s+(\S+==\S+)",
        r"requirements.lock has no hash for \1; write them anew: python -m game.setup.lockfile",
    ),
    (
        r"The user requested \(constraint\) (\S+)",
        r"pip is configured here to take only \1, which is not what requirements.lock names; lift "
        r"that constraint (pip config list shows where it stands)",
    ),
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
