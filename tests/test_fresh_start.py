"""A first start by somebody who is not root: an empty home, and a folder with an odd name.

The set-up itself is not run again here: ``.ci/run`` makes a whole one from nothing in such a folder
with such a home, which takes minutes. What it made is used here by another user, who may not write
to it, from a copy of the program that is that user's own.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from game.setup import install
from tests.commandline_runs import SETTINGS
from tests.conftest import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.render]

SOMEBODY = 23456
"""A user and a group that no machine has; they own nothing but what the test gives them."""

PATIENCE_S = 600.0
"""Far more than a command takes, the first of which also makes two people and a room."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who has just got the program."""

    project: Path
    """Their copy of it."""
    home: Path
    temporary: Path
    prefix: list[str]
    """What to put before a command to run it as them."""

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Starts ``run.py`` with the system's Python, as told by README."""
        return subprocess.run(
            [*self.prefix, os.path.realpath(sys.executable), "run.py", *map(str, arguments)],
            cwd=self.project,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    @property
    def environment(self) -> dict[str, str]:
        """Variables as after logging in, and where the environment is."""
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(self.home),
            "TMPDIR": str(self.temporary),
            "XDG_RUNTIME_DIR": str(self.temporary.parent / "runtime"),
            "RECRUITER_VENV": str(install.venv_dir()),
        }


@pytest.fixture
def visitor() -> Iterator[Visitor]:
    """Another user than root, with a copy of the program and an empty home."""
    if not install.inside() or install.Stamps.of(install.venv_dir()).done.get("ready") != (
        install.wanted()
    ):
        pytest.skip("needs an environment that was set up for these pins: python3 run.py test")
    # not pytest's own folder for this, which no other user may enter
    with tempfile.TemporaryDirectory(prefix="recruiter-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        project = folder / "Für die Bewerbung" / "recruiter room"
        unwanted = shutil.ignore_patterns(".*", "__pycache__", "sessions", "out", "looks", "build")
        shutil.copytree(ROOT, project, ignore=unwanted)
        home, temporary, runtime = (folder / name for name in ("home", "tmp", "runtime"))
        for own in (home, temporary, runtime):
            own.mkdir(mode=0o700)
        (folder / "settings.toml").write_text(SETTINGS.replace(str(ROOT), str(project)))
        somebody = Visitor(project, home, temporary, [])
        if os.geteuid() == 0:
            for path in (*folder.iterdir(), *folder.rglob("*")):
                os.chown(path, SOMEBODY, SOMEBODY)
            somebody = Visitor(project, home, temporary, _as_somebody(somebody.environment))
        yield somebody


def _as_somebody(environment: dict[str, str]) -> list[str]:
    """What has a command run as another user than root.

    Where root's Python lies in root's own home, the user gets the right to read everything besides;
    to write is what this is about.
    """
    if shutil.which("setpriv") is None:
        pytest.skip("needs setpriv, to be another user than root: apt-get install util-linux")
    plain = ["setpriv", f"--reuid={SOMEBODY}", f"--regid={SOMEBODY}", "--clear-groups"]
    reading = [
        *("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"),
        "--securebits=+no_setuid_fixup",  # for access(2), which would forget that right
    ]
    code = (
        f"import os, sys; sys.exit(os.getuid() != {SOMEBODY} or sys.prefix != {sys.base_prefix!r})"
    )
    for prefix in (plain, [*plain, *reading]):
        tried = subprocess.run(
            [*prefix, os.path.realpath(sys.executable), "-c", code],
            env=environment,
            capture_output=True,
            check=False,
        )
        if tried.returncode == 0:
            return prefix
    pytest.skip("needs a Python that other users than root may start: apt-get install python3")


def files(folder: Path) -> set[str]:
    """What lies in a folder, by relative path; folders only where they are empty."""
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if not path.is_dir() or not any(path.iterdir())
    }


def test_somebody_without_anything_gets_an_interview_and_its_report(visitor: Visitor) -> None:
    shipped = files(visitor.project)
    settings = visitor.project.parents[1] / "settings.toml"
    told = visitor.run(
        *("demo", "--questions", 1, "--no-film", "--quiet", "--settings", settings),
        *("--script", visitor.project / "tests/short/candidate.toml"),
    )
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")
    (session,) = (visitor.project / "sessions").iterdir()
    before = json.loads((session / "report.json").read_text("utf-8"))
    assert before["questions"][0]["text"]
    assert before["measures"]["face_share"]["value"] > 0.0  # the candidate was drawn, and seen

    (session / "report.json").unlink()
    told = visitor.run("report", session, "--quiet")
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")
    after = json.loads((session / "report.json").read_text("utf-8"))
    assert after["measures"] == before["measures"]
    assert (session / "report.html").is_file() and (session / "report.pdf").is_file()

    # nothing but what README's table of folders names
    strewn = {name for name in files(visitor.home) if not name.startswith(".cache/recruiter/")}
    assert strewn == set()
    assert files(visitor.temporary) == set()
    new = files(visitor.project) - shipped
    assert {name for name in new if "__pycache__" not in name and "sessions/" not in name} == set()
    if os.geteuid() == 0:
        made = [*visitor.home.rglob("*"), session, *session.rglob("*")]
        assert {path.stat().st_uid for path in made} == {SOMEBODY}
    assert stat.S_IMODE(session.stat().st_mode) == 0o700
