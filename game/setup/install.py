"""Sets the program up: virtual environment, packages, Debian libraries, baked humans. Once.

Needs nothing but the standard library. Every step leaves a stamp when it is done, so that an
interrupted set-up goes on where it was and a finished one costs the next start a few milliseconds.
pip is run with the machine's own configuration: which index it asks is not ours to say.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from game.setup import borrowing, pipsteps, systempackages
from game.setup.stepdisplay import StepDisplay
from perception.errors import ModelError, RecruiterError, StorageError
from perception.file_lock import lock
from perception.interrupt import hold_for_successor, interrupt_says
from perception.models.borrowed import guests
from perception.paths import ROOT, cache_dir, named_folder
from perception.private_files import private_file
from perception.whole_file import whole_file

LOCK_FILE = ROOT / "requirements.lock"
"""Every package but torch, pinned, with the hashes of its files."""

TORCH = "torch==2.13.0"
"""Installed first and by itself: so a machine with a GPU gets the CUDA build that its index offers,
and one that is pointed at CPU wheels gets those. What it asks for comes with the lock, whose hashes
pip checks; what only a CUDA build asks for comes after that. Those and torch itself are taken by
version alone, because which build is right is the machine's to know."""

SETUP_VERSION = 1
"""Raise to make every machine go through the set-up again."""

LEAST_FREE_BYTES = 4 * 10**9
"""The environment is 2.7 GB with CPU wheels, and pip unpacks each before it moves it."""


STAMP_FILE = "recruiter-setup.json"
"""In the environment: which steps are done. It is the first thing there, and so it also tells an
environment that set-up made from somebody's own, which is left alone."""


def venv_dir() -> Path:
    """The environment's folder: RECRUITER_VENV, else ``.venv`` beside run.py."""
    return named_folder("RECRUITER_VENV") or ROOT / ".venv"


def venv_python(venv: Path) -> Path:
    """The environment's interpreter."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def inside() -> bool:
    """Whether this interpreter is the environment's own."""
    return sys.prefix != sys.base_prefix and Path(sys.prefix).resolve() == venv_dir().resolve()


def log_path(kind: str) -> Path:
    """A fresh file for a log, ``<cache>/logs/<kind>-<time>.log``; empty, and its user's alone.

    A log has paths of the user in it, and the address of an index may have a password.
    """
    folder = cache_dir() / "logs"
    folder.mkdir(exist_ok=True)
    stamp = f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
    return private_file(folder / f"{kind}-{stamp}.log")


def wanted() -> str:
    """What a finished set-up was made for: a hash of the pins, this Python and this machine.

    Not of the lock's comments and hashes: a file that the index has got since then for another
    platform changes nothing in an environment that stands.
    """
    here = (sys.version_info[:2], platform.machine(), sys.platform)
    borrowed = [p.requirement for g in guests() if g.at_setup for p in g.packages]
    parts = (SETUP_VERSION, TORCH, *here, pipsteps.pins(LOCK_FILE), borrowed)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


@dataclass
class Stamps:
    """Which steps are done in an environment, in a file inside it."""

    path: Path
    done: dict[str, str] = field(default_factory=dict)
    """Step to the hash it was done for."""
    missing: dict[str, str] = field(default_factory=dict)
    """What the set-up went on without, to what mends it."""

    @classmethod
    def of(cls, venv: Path) -> Stamps:
        """Reads the stamps of an environment; a missing or damaged file means none."""
        path = venv / STAMP_FILE
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            return cls(path, dict(data["done"]), dict(data["missing"]))
        except (OSError, ValueError, KeyError, TypeError):
            return cls(path)

    def write(self) -> None:
        """Writes the file whole or not at all: a kill leaves the old one."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"done": self.done, "missing": self.missing}, indent=1)
        with whole_file(self.path) as part:
            part.write_text(text, encoding="utf-8")


@dataclass
class Setup:
    """What the steps of one set-up share."""

    venv: Path
    stamps: Stamps
    display: StepDisplay
    log: Path
    again: bool = False


Step = tuple[str, str, Callable[[Setup], str]]
"""Name of the stamp, title for a person, and what does it; that returns "done" or what lacks."""


def ensure(quiet: bool = False, again: bool = False) -> Path:
    """Makes sure that the environment is whole; returns its interpreter.

    Args:
        quiet: show no progress.
        again: go through every step, even those that are stamped as done.

    Raises:
        ModelError: a step broke; the message names it and the log.
        StorageError: no room or no permission, or the folder is somebody else's.
    """
    venv = venv_dir()
    python = venv_python(venv)
    if not again and Stamps.of(venv).done.get("ready") == wanted() and os.access(python, os.X_OK):
        return python
    again_says = f"the next start goes on with the set-up in {venv} where it was"
    with _alone(venv, quiet), interrupt_says(again_says):
        stamps = Stamps.of(venv)  # another process may have finished while this one waited
        if again or stamps.done.get("ready") != wanted() or not os.access(python, os.X_OK):
            _set_up(venv, stamps, quiet, again)
    return python


def hand_over(python: Path, arguments: list[str]) -> int:
    """Goes on inside the environment; does not return where a process can be replaced."""
    command = [str(python), *arguments]
    if os.name == "posix":
        sys.stdout.flush()
        sys.stderr.flush()
        hold_for_successor()
        os.execv(command[0], command)
    try:
        return subprocess.run(command, check=False).returncode
    except KeyboardInterrupt:
        return 130  # the child has had the same Ctrl-C and has said so


def _set_up(venv: Path, stamps: Stamps, quiet: bool, again: bool) -> None:
    _check_is_ours(venv)
    _check_room(venv, stamps)
    if not os.access(venv_python(venv), os.X_OK):
        stamps.done.clear()  # without its interpreter nothing in it is done, whatever the file says
    _mark(stamps)
    setup = Setup(venv, stamps, StepDisplay(len(STEPS), quiet), log_path("setup"), again)
    setup.display.note(f"Setting up in {venv} (once; log: {setup.log})")
    goal = wanted()
    for name, title, work in STEPS:
        setup.display.start(title)
        if stamps.done.get(name) == goal and not again:
            setup.display.end()
            continue
        try:
            outcome = work(setup)
        except RecruiterError:
            setup.display.fail()
            raise
        except OSError as error:
            setup.display.fail()
            raise StorageError(
                f"set-up broke at '{title}': {error}; free space or mend that, and run this again"
            ) from None
        except BaseException:
            setup.display.fail()
            raise
        stamps.done[name] = goal
        stamps.write()
        setup.display.end(outcome)
    stamps.done["ready"] = goal
    stamps.write()


def _check_is_ours(venv: Path) -> None:
    """Refuses a folder that set-up has not made: a slip in RECRUITER_VENV, or somebody's own.

    Raises:
        StorageError: something is there without a mark of ours, or it cannot be looked at.
    """
    try:
        if not venv.exists() or (venv.is_dir() and (venv / STAMP_FILE).is_file()):
            return
        # a kill while the mark was being written leaves that file under its other name
        own = STAMP_FILE.partition(".")[0]
        if venv.is_dir() and all(path.name.partition(".")[0] == own for path in venv.iterdir()):
            return
    except OSError as error:
        raise StorageError(
            f"{venv}: cannot be looked at ({error.strerror}); set RECRUITER_VENV to another folder"
        ) from None
    raise StorageError(
        f"{venv}: not an environment of this program's making, so it is left as it is; move it "
        "away, or set RECRUITER_VENV to a new or empty folder"
    )


def _mark(stamps: Stamps) -> None:
    """Writes what is known of an environment, which also marks it as ours."""
    try:
        stamps.write()
    except OSError as error:
        raise StorageError(
            f"{stamps.path.parent}: cannot be written ({error.strerror}); make it writable, or set "
            "RECRUITER_VENV to another folder"
        ) from None


def _check_room(venv: Path, stamps: Stamps) -> None:
    if "packages" in stamps.done:
        return
    place = next(p for p in (venv, *venv.parents) if p.exists())
    free = shutil.disk_usage(place).free
    if free < LEAST_FREE_BYTES and not (venv / "pyvenv.cfg").is_file():
        raise StorageError(
            f"{place}: {free / 1e9:.1f} GB free and the set-up needs {LEAST_FREE_BYTES / 1e9:.0f}; "
            "free some, or name another place in RECRUITER_VENV"
        )


@contextlib.contextmanager
def _alone(venv: Path, quiet: bool) -> Iterator[None]:
    """Holds the set-up's lock; a second set-up of the same environment waits for the first."""
    name = hashlib.sha256(str(venv).encode()).hexdigest()[:12]
    with (cache_dir() / f"setup-{name}.lock").open("a") as file:
        if not lock(file.fileno()):
            if not quiet:
                print("Another set-up is under way; waiting for it.", file=sys.stderr, flush=True)
            lock(file.fileno(), wait=True)
        yield  # closing the file, or dying, lets go of the lock


def _system(setup: Setup) -> str:
    lacking = systempackages.lacking()
    if not lacking:
        setup.stamps.missing.pop("system libraries", None)
        return "done"
    setup.display.set_progress(", ".join(need.package for need in lacking))
    systempackages.install(lacking, setup.log)
    still = systempackages.lacking()
    if not still:
        setup.stamps.missing.pop("system libraries", None)
        return "done"
    mend = systempackages.command_to_paste(still)
    setup.stamps.missing["system libraries"] = mend
    return f"going on without {', '.join(n.what for n in still)}; to mend: {mend}"


def _environment(setup: Setup) -> str:
    python = venv_python(setup.venv)
    if _is_whole(python):
        return "done"
    try:
        import ensurepip  # noqa: F401 - Debian splits it off, and without it a venv has no pip
    except ImportError:
        raise ModelError(
            "set-up broke at 'environment': this Python cannot make one (ensurepip is missing); "
            f"run: {systempackages.command_to_paste(systempackages.lacking())}"
        ) from None
    _check_is_ours(setup.venv)
    setup.stamps.done.clear()  # a new environment has none of the packages
    setup.stamps.write()
    _clear(setup.venv)
    command = [sys.executable, "-m", "venv", str(setup.venv)]
    pipsteps.run_logged(command, setup.log, "environment", lambda _line: None)
    return "done"


def _clear(venv: Path) -> None:
    """Empties an environment but for the mark: venv's own ``--clear`` would take that, too."""
    for path in venv.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != STAMP_FILE:
            path.unlink()


def _is_whole(python: Path) -> bool:
    """Whether an environment is there, of this Python version, with a pip that answers."""
    if not os.access(python, os.X_OK):
        return False
    code = "import sys, pip; print(*sys.version_info[:2])"
    answer = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=False)
    return answer.stdout.split() == [str(part) for part in sys.version_info[:2]]


def _torch(setup: Setup) -> str:
    python = venv_python(setup.venv)
    pipsteps.install_one(python, TORCH, setup.log, setup.display.set_progress, needs=False)
    return "done"


def _torch_needs(setup: Setup) -> str:
    """Nothing for a build without CUDA: all else that torch asks for is in the lock."""
    pipsteps.install_one(venv_python(setup.venv), TORCH, setup.log, setup.display.set_progress)
    return "done"


def _packages(setup: Setup) -> str:
    without = pipsteps.install_locked(
        venv_python(setup.venv), LOCK_FILE, setup.log, setup.display.set_progress
    )
    setup.stamps.missing.pop("sound devices", None)
    if not without:
        return "done"
    mend = systempackages.command_to_paste(systempackages.FOR_SOUND)
    setup.stamps.missing["sound devices"] = f"{mend} && python3 run.py doctor --mend"
    return f"going on without {', '.join(without)} (no microphone or loudspeaker); to mend: {mend}"


def _borrowed(setup: Setup) -> str:
    """Fetches the guests. One that is gone, or differs, costs its feature and not the set-up."""
    for guest in guests():
        setup.stamps.missing.pop(guest.name, None)
    python = venv_python(setup.venv)
    without = borrowing.fetch_all(python, setup.log, setup.display.set_progress)
    for guest in guests():
        if guest.name in without:
            setup.stamps.missing[guest.name] = borrowing.mend(guest)
    if not without:
        return "done"
    lost = "; ".join(f"{g.name}: {g.without}" for g in guests() if g.name in without)
    return f"going on without {lost}; to mend: python3 run.py doctor --mend (log: {setup.log})"


def _try_out(setup: Setup) -> str:
    """Imports the heavy packages once: a broken download shows here and not in an interview."""
    for number, name in enumerate(_TRIED):
        setup.display.set_progress(name, number / len(_TRIED))
        pipsteps.run_logged(
            [str(venv_python(setup.venv)), "-c", f"import {name}"],
            setup.log,
            f"trying out {name}",
            lambda _line: None,
        )
    return "done"


_TRIED = (
    *("numpy", "scipy", "torch", "cv2", "mediapipe", "panda3d.core", "onnxruntime", "av"),
    "faster_whisper",
)


def _bake(setup: Setup) -> str:
    return _run(setup, "game.app.prepare", "baking people and rooms")


def _measure(setup: Setup) -> str:
    """Finds out which size of Whisper this machine keeps up with; without, the best is taken."""
    return _run(setup, "game.app.measure_speech", "measuring speech to text")


def _run(setup: Setup, module: str, step: str) -> str:
    """Runs a module of ours that tells its progress: lines of share, tab and words."""

    def watch(line: str) -> None:
        share, tab, doing = line.strip().partition("\t")
        if tab:
            setup.display.set_progress(doing, float(share))

    command = [str(venv_python(setup.venv)), "-m", module]
    pipsteps.run_logged(command, setup.log, step, watch, cwd=ROOT)
    return "done"


STEPS: tuple[Step, ...] = (
    ("system", "system libraries", _system),
    ("environment", "environment", _environment),
    ("torch", "torch", _torch),
    ("packages", "packages", _packages),
    ("torch_needs", "what else torch asks for", _torch_needs),
    ("borrowed", "borrowed weights", _borrowed),
    ("tried", "trying the packages out", _try_out),
    ("baked", "baking people and rooms", _bake),
    ("measured", "measuring speech to text", _measure),
)
"""The set-up, in order."""
