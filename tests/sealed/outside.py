"""Runs a command in a place from which nothing can leave, and tells what it tried and wrote.

This is the test's side of it; the other is ``inside.py``.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from perception import environment
from tests.commandline_runs import ROOT

NEEDED = (
    "needs Linux 5.12 or newer, util-linux's unshare, and leave to make user, network and mount "
    "namespaces: as root on the machine itself, or with kernel.unprivileged_userns_clone=1 and "
    "kernel.apparmor_restrict_unprivileged_userns=0; in a container with "
    "--security-opt seccomp=unconfined --security-opt apparmor=unconfined"
)

COVERED = ("/tmp", "/var/tmp", "/dev/shm")
"""Folders that every user may write to; inside they are empty at first."""

_HOOK = Path(__file__).parent / "hook"
_INSIDE = Path(__file__).parent / "inside.py"
_PATIENCE_S = 300.0

_OUR_OWN = (".git", ".venv", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache")
"""In the program's folder: what belongs to Python and to the tools, which tests running beside this
one may write to."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to reach something outside."""

    kind: str
    """"name" or "packet" as seen on its way, else Python's audit event."""
    what: str
    """The name or address."""
    by: str
    """Who: for an audit event the lines of Python that did it."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a command did."""

    status: int
    out: str
    err: str
    attempts: list[Attempt]
    written: list[str]
    """New files and folders, but for those in folders that it may write to."""

    def names(self, kind: str) -> set[str]:
        """What was tried in one way."""
        return {attempt.what for attempt in self.attempts if attempt.kind == kind}

    def told(self) -> str:
        """All attempts with their culprits, and what was written, for a person."""
        attempts = [f"{a.kind}: {a.what}\n  by {a.by}" for a in self.attempts]
        return "\n".join(["", *attempts, *(f"written: {name}" for name in self.written)])


def why_not(scratch: Path) -> str | None:
    """Why commands cannot be sealed on this machine; None where they can.

    Args:
        scratch: an empty folder.
    """
    if not sys.platform.startswith("linux"):
        return NEEDED
    try:
        sealed(scratch, [sys.executable, "-c", ""])
    except (OSError, AssertionError) as error:
        return f"{NEEDED} ({' '.join(str(error).split())[-200:]})"
    return None


def sealed(
    scratch: Path,
    command: Sequence[str],
    writable: Iterable[Path] = (),
    visible: Iterable[Path] = (),
    **variables: str,
) -> Sealed:
    """Runs a command to its end where nothing can leave.

    Args:
        scratch: a folder that is empty or missing.
        command: with absolute paths; it works in an empty folder.
        writable: folders in which it may leave what it likes.
        visible: further folders that it reads, if they may lie in one of ``COVERED``.
        variables: more of its environment.
    """
    watched = {"~": scratch / "home", "cwd": scratch / "cwd", "$XDG_RUNTIME_DIR": scratch / "run"}
    covered = {
        target: scratch / target.strip("/").replace("/", "-")
        for target in COVERED
        if Path(target).is_dir()
    }
    watched |= covered
    for folder in watched.values():
        folder.mkdir(parents=True, mode=0o700)
    own = [scratch, ROOT, Path(sys.prefix)]
    may_write = {str(folder.resolve()) for folder in (*own, *writable)}
    kept = may_write | {str(folder.resolve()) for folder in (Path(sys.base_prefix), *visible)}
    log = scratch / "attempts.jsonl"
    plan = {
        "command": list(command),
        "cwd": str(watched["cwd"]),
        "log": str(log),
        "scratch": str(scratch),
        # outer ones first: what is put in place covers what lay there
        "kept": sorted(kept, key=len),
        "covered": {target: str(source) for target, source in covered.items()},
        "writable": sorted(may_write),
        "files": _system_files(watched["~"]),
    }
    before = _program_files()
    status, out, err = _run(scratch, plan, _environment(watched, log, variables))
    assert log.is_file(), err
    places = {str(part) for folder in kept for part in (Path(folder), *Path(folder).parents)}
    new = [f"{at}/{name}" for at, folder in watched.items() for name in _names(folder)]
    return Sealed(
        status,
        out,
        err,
        [Attempt(**json.loads(line)) for line in log.read_text("utf-8").splitlines()],
        sorted({*new, *_program_files() - before} - places),
    )


def _run(
    scratch: Path, plan: Mapping[str, object], variables: Mapping[str, str]
) -> tuple[int, str, str]:
    """Status, output and errors; whatever it started ends with it when it takes too long."""
    (scratch / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    python = [sys.executable, "-S", str(_INSIDE), str(scratch / "plan.json")]
    with subprocess.Popen(
        ["unshare", "--user", "--map-root-user", "--net", "--mount", *python],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=variables,
        start_new_session=True,
    ) as process:
        try:
            out, err = process.communicate(timeout=_PATIENCE_S)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, out, err


def _names(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in folder.rglob("*")]


def _program_files() -> set[str]:
    """Files of the program and of the packages that it runs with."""
    found = set()
    for folder, left_out in ((ROOT, _OUR_OWN), (Path(sys.prefix), ())):
        for at, folders, files in os.walk(folder):
            folders[:] = [name for name in folders if name not in left_out]
            # Python's own; it writes a part of a name first
            found |= {os.path.join(at, name) for name in files if ".pyc" not in name}
    return found


def _environment(watched: Mapping[str, Path], log: Path, more: Mapping[str, str]) -> dict[str, str]:
    """This process's variables, but none that leads out or that the program is to set itself."""
    leading_out = ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "PULSE_SERVER")
    set_by_us = {
        *(environment.SILENT | environment.CALM | environment.ALONE | environment.PLACES),
        "PULSE_COOKIE",
    }
    return {
        **{
            name: value
            for name, value in os.environ.items()
            if not name.startswith("XDG_") and name not in {*leading_out, *set_by_us, "TMPDIR"}
        },
        "HOME": str(watched["~"]),
        "XDG_RUNTIME_DIR": str(watched["$XDG_RUNTIME_DIR"]),
        # where it is not set, Panda3D would write to the root of the disk, which nobody may
        "XDG_CACHE_HOME": str(watched["~"] / ".cache"),
        "PYTHONPATH": str(_HOOK),
        "SEALED_LOG": str(log),
        **more,
    }


def _system_files(home: Path) -> dict[str, str]:
    """Files of the system's by which a name would be found unasked, or another home."""
    return {
        "/etc/resolv.conf": "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n",
        "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
        "/etc/hosts": f"127.0.0.1 localhost\n::1 localhost\n127.0.1.1 {socket.gethostname()}\n",
        "/etc/passwd": f"root:x:0:0::{home}:/bin/sh\n",
    }
