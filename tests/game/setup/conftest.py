"""Environments of our own, steps that only note what was done, and wheels that pip can find."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from game.setup import install


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment of our own, with a cache of its own; nothing in it yet."""
    monkeypatch.setenv("RECRUITER_VENV", str(tmp_path / "venv"))
    monkeypatch.setenv("RECRUITER_CACHE", str(tmp_path / "cache"))
    return tmp_path / "venv"


@pytest.fixture(scope="session")
def environment_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``venv``, a real environment with pip, and ``wheels``: alpha 1.0 and beta 1.0."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    (folder / "wheels").mkdir()
    for name in ("alpha", "beta"):
        wheel(folder / "wheels", name)
    return folder


@pytest.fixture
def environment(environment_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same folder, while pip finds only wheels of ours."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(environment_folder / "wheels"))
    return environment_folder


def steps(
    monkeypatch: pytest.MonkeyPatch, done: list[str], broken: dict[str, BaseException]
) -> None:
    """Replaces the set-up's work by notes of what was done."""

    def step(name: str) -> install.Step:
        def work(setup: install.Setup) -> str:
            if name in broken:
                raise broken[name]
            done.append(name)
            python = install.venv_python(setup.venv)
            python.parent.mkdir(parents=True, exist_ok=True)
            if not python.exists():
                python.symlink_to(sys.executable)
            return "done"

        return name, name, work

    monkeypatch.setattr(install, "STEPS", tuple(step(name) for name in ("one", "two", "three")))


def wheel(folder: Path, name: str, version: str = "1.0") -> Path:
    """A whole wheel with one module."""
    info = f"{name}-{version}.dist-info"
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", f"VERSION = {version!r}\n")
        archive.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


def pinned(path: Path) -> str:
    """The lines of a lock that pin a wheel, with its hash."""
    name, version, *_ = path.name.split("-")
    return f"{name}=={version} \\\n    --hash=sha256:{sha256(path)}\n"


def sha256(path: Path) -> str:
    """Of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def imports(environment: Path, name: str) -> bool:
    """Whether the environment can import a module."""
    python = install.venv_python(environment / "venv")
    command = [str(python), "-c", f"import {name}"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
