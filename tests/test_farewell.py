"""An interview in a window that comes to its end, and one that follows because somebody asks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commandline_runs import ROOT, SETTINGS, SHORT, bare, status_of
from tests.virtual_screen import virtual_screen

pytestmark = [pytest.mark.slow, pytest.mark.render, pytest.mark.data]

HOLD = """
import sys

from game.app import reception
from game.app.practice import practice
from game.screens.endcard import EndCard
from game.setup.commandline import build_parser
from game.stage.base import Stage

CARDS = []


class Pressed(EndCard):
    def show(self, lines, choices=(), *more, **others):
        super().show(lines, choices, *more, **others)
        if choices and not CARDS:
            CARDS.append([choice.name for choice in choices])
            print("CARD", *CARDS, flush=True)
            base = self.canvas.stage.base
            base.taskMgr.doMethodLater(0.3, lambda task: base.messenger.send("2"), "press")


class Watched(Stage):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        print("WINDOW", self.windowed, flush=True)
        if CARDS:
            self.base.taskMgr.doMethodLater(1.5, self.shut, "shut")

    def shut(self, task):
        self.base.graphicsEngine.removeWindow(self.base.win)


if __name__ == "__main__":
    import game.app.session

    reception.EndCard = Pressed
    game.app.session.Stage = Watched
    sys.exit(practice(build_parser().parse_args(sys.argv[1:])))
"""
"""Runs the command as it is; only keys are pressed, and the second window is closed."""


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    """A virtual screen; its name."""
    with virtual_screen("640x480") as name:
        yield name


def test_try_again_begins_another_session(screen: str, data_dir: Path, tmp_path: Path) -> None:
    script, settings = tmp_path / "hold.py", tmp_path / "settings.toml"
    script.write_text(HOLD, encoding="utf-8")
    size = "height = 180\nwindow_width = 320\nwindow_height = 180\n"
    settings.write_text(bare(SETTINGS).replace("height = 180\n", size, 1), encoding="utf-8")
    folder = tmp_path / "session"
    done = subprocess.run(
        [
            *(sys.executable, str(script), "practice", "--quiet", "--questions", "1"),
            *("--role", str(SHORT / "interview.toml"), "--settings", str(settings)),
            *("--camera", "none", "--seed", "5", "--out", str(folder)),
            *("--microphone", str(data_dir / "speech/lj_LJ050-0131.wav")),
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT), "DISPLAY": screen},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert done.stdout.count("WINDOW True") == 2, done.stdout + done.stderr
    assert "CARD ['open', 'again'" in done.stdout
    assert status_of(folder) == "complete"
    report = json.loads((folder / "report.json").read_text("utf-8"))
    assert "formal review" in report["questions"][0]["answer"]["transcript"]
    assert (folder / "report.html").is_file()
    second = tmp_path / "session-2"
    meta = json.loads((second / "session.json").read_text("utf-8"))
    assert meta["seed"] == 6 and meta["role"] == report["role"]
    assert status_of(second) == "interrupted"
    assert done.returncode == 130
