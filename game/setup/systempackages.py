"""Libraries and programs outside Python: which are missing, and how to get them.

A need is found by what it gives (a library that loads, a header, a program), not by a package's
name, so a machine that has them from elsewhere is left in peace.
"""

from __future__ import annotations

import contextlib
import ctypes.util
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from perception.interrupt import interrupt_postponed


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that the system must give."""

    what: str
    """For a person: what would be missed."""
    package: str
    """Debian's package."""
    present: Callable[[], bool]


def _library(name: str) -> Callable[[], bool]:
    return lambda: ctypes.util.find_library(name) is not None


def _header(name: str) -> Callable[[], bool]:
    def present() -> bool:
        places = [Path(sysconfig.get_paths()["include"]), Path("/usr/include"), *_EXTRA_INCLUDES]
        return any((place / name).is_file() for place in places)

    return present


_EXTRA_INCLUDES = (Path("/usr/local/include"), Path("/opt/homebrew/include"))


def _mesa() -> bool:
    patterns = ("dri/*_dri.so", "libgallium*.so")  # Mesa before and since 24.2
    return any(
        next(Path(root).glob(f"{folder}{pattern}"), None) is not None
        for root in ("/usr/lib", "/usr/lib64", "/usr/local/lib")
        for folder in ("", "*/")
        for pattern in patterns
    )


def _module(name: str) -> Callable[[], bool]:
    return lambda: importlib.util.find_spec(name) is not None


_MINOR = f"python3.{sys.version_info[1]}"

FOR_SOUND: tuple[Need, ...] = (
    Need("a C compiler", "gcc", lambda: any(map(shutil.which, ("gcc", "cc", "clang")))),
    Need("C headers", "libc6-dev", _header("stdio.h")),
    Need("Python's headers", f"{_MINOR}-dev", _header("Python.h")),
    Need("PortAudio", "portaudio19-dev", _header("portaudio.h")),
)
"""PyAudio comes as source on Linux."""

NEEDS: tuple[Need, ...] = (
    Need("virtual environments", f"{_MINOR}-venv", _module("ensurepip")),
    Need("EGL", "libegl1", _library("EGL")),
    Need("OpenGL", "libgl1", _library("GL")),
    Need("Mesa's drivers", "libgl1-mesa-dri", _mesa),
    Need("GLib", "libglib2.0-0", _library("glib-2.0")),
    Need("flite's voices", "flite", lambda: shutil.which("flite") is not None),
    Need("espeak's voices", "libespeak-ng1", _library("espeak-ng")),
    *FOR_SOUND,
)
"""What Linux must give. Windows and macOS bring their own of each, or a wheel does."""


def lacking() -> list[Need]:
    """Needs that are not met here; none on Windows and macOS."""
    if not sys.platform.startswith("linux"):
        return []
    return [need for need in NEEDS if not need.present()]


def command_to_paste(needs: Sequence[Need]) -> str:
    """One command for a person to paste that gives these needs."""
    names = " ".join(need.package for need in needs)
    if sys.platform == "darwin":
        return "brew install portaudio"
    if shutil.which("apt-get") is None:
        return f"install with your system's package manager what Debian calls: {names}"
    return f"sudo apt-get install -y {names}"


def install(needs: Sequence[Need], log: Path) -> bool:
    """Installs the needs through apt-get where that is allowed without asking.

    Args:
        needs: what lacks.
        log: file to which apt's output is added.

    Returns:
        Whether apt-get was run and was content. Ask ``lacking`` again for the truth of it.
    """
    prefix = _privilege()
    if prefix is None or shutil.which("apt-get") is None:
        return False
    names = [need.package for need in needs]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    base = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    # waits for a running unattended upgrade instead of failing on its lock
    wait = ["-o", "DPkg::Lock::Timeout=300", "-q", "-y"]
    steps = (
        [*prefix, *base, *wait, "update"],
        [*prefix, *base, *wait, "install", "--no-install-recommends", *names],
    )
    content = True
    with log.open("a", encoding="utf-8") as out:
        for command in steps:
            out.write(f"$ {' '.join(command)}\n")
            out.flush()
            content = _carried_out(command, out, environment) == 0
    return content


def _carried_out(command: Sequence[str], out: TextIO, environment: dict[str, str]) -> int:
    """Runs a step of apt-get to its end, which a polite end of ours only hastens.

    Killed in the middle of a package it would leave the system's own packages in disorder; told to
    end, it ends where it can.
    """
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=environment
    )
    try:
        return process.wait()
    except BaseException:
        with interrupt_postponed():
            with contextlib.suppress(PermissionError):  # it is root's, as what sudo starts
                process.send_signal(signal.SIGINT)
            process.wait()
        raise


def _privilege() -> list[str] | None:
    """What to put before a command that needs root: nothing, sudo, or None where neither works."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    silent = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if silent.returncode == 0 else None
