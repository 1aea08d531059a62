"""The stage opens where it can, says what it opened, and gives its picture."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys

import numpy as np
import pytest
from panda3d.core import CardMaker

from game.stage.base import Stage
from game.stage.settings import StageSettings
from perception.paths import ROOT

pytestmark = pytest.mark.render


def run_python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs code in a process of its own: a second stage cannot be opened in this one."""
    env = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return subprocess.run(
        [sys.executable, "-c", code],
        env=env | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def card_at(stage: Stage, left: int, top: int, width: int, height: int):
    maker = CardMaker("card")
    maker.setFrame(left, left + width, -top - height, -top)
    maker.setColor(1.0, 0.5, 0.0, 1.0)
    return stage.overlay.attachNewNode(maker.generate())


def test_picture_is_rgb_from_the_top(stage):
    card = card_at(stage, 10, 20, 30, 40)
    stage.step()
    picture = stage.picture()
    card.removeNode()
    assert picture.shape == (360, 640, 3)
    assert picture.dtype == np.uint8
    orange = (np.abs(picture.astype(int) - (255, 128, 0)) <= 1).all(2)
    rows, columns = np.nonzero(orange)
    assert (rows.min(), rows.max() + 1) == (20, 60)
    assert (columns.min(), columns.max() + 1) == (10, 40)
    assert orange.sum() == 30 * 40


def test_kept_pictures_are_the_same_and_follow_each_step(stage):
    card = card_at(stage, 100, 100, 50, 50)
    stage.step()
    fetched = stage.picture()
    stage.keep_pictures(True)
    stage.step()
    kept = stage.picture()
    card.setX(100)
    stage.step()
    moved = stage.picture()
    stage.keep_pictures(False)
    card.removeNode()
    assert np.array_equal(fetched, kept)
    assert not np.array_equal(kept, moved)


def test_picture_is_its_own_memory(stage):
    stage.step()
    first = stage.picture()
    before = first.copy()
    card = card_at(stage, 0, 0, 640, 360)
    stage.step()
    stage.picture()
    card.removeNode()
    assert np.array_equal(first, before)


def test_resize_changes_picture_and_proportions(stage):
    stage.resize(480, 320)
    card = card_at(stage, 470, 310, 10, 10)
    stage.step()
    picture = stage.picture()
    aspect = stage.lens.getAspectRatio()
    card.removeNode()
    stage.resize(640, 360)
    assert picture.shape == (320, 480, 3)
    assert aspect == pytest.approx(1.5)
    assert tuple(picture[-1, -1]) == (255, 128, 0)


def test_step_leaves_the_handler_for_interrupts_alone(stage):
    def handler(number, frame):
        del number, frame

    before = signal.signal(signal.SIGINT, handler)
    try:
        stage.step()
        assert signal.getsignal(signal.SIGINT) is handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_ctrl_c_in_the_middle_of_a_frame_is_no_traceback():
    done = run_python(
        "import os, signal\n"
        # a shell's background job ignores it, and would hand that on
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from game.stage.base import Stage\n"
        "with Stage(64, 48, 'offscreen') as s:\n"
        # A task of Panda3D's is where most of a frame's time is spent, so where Ctrl-C comes.
        "    interrupt = lambda task: os.kill(os.getpid(), signal.SIGINT) or task.done\n"
        "    s.base.taskMgr.add(interrupt, 'interrupt')\n"
        "    try: s.step()\n"
        "    except KeyboardInterrupt: print('interrupted')\n"
    )
    assert done.stdout.strip() == "interrupted"
    assert done.stderr == ""
    assert done.returncode == 0


def test_names_what_draws(stage):
    assert stage.driver.module in ("p3headlessgl", "pandagl", "p3tinydisplay")
    assert stage.driver.renderer
    mesa = "llvmpipe" in stage.driver.renderer
    assert stage.driver.software or not mesa


def test_without_a_screen_it_draws_offscreen_and_says_why():
    done = run_python(
        "from game.stage.base import Stage\n"
        "with Stage(64, 48) as s:\n"
        "    s.step(); assert s.picture().shape == (48, 64, 3) and not s.windowed\n"
        "    assert 'DISPLAY' in s.driver.note, s.driver.note\n"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert done.stderr == ""


def test_a_window_without_a_screen_is_one_plain_error():
    done = run_python(
        "from game.stage.base import Stage\n"
        "from perception.errors import DeviceError\n"
        "try: Stage(64, 48, 'window')\n"
        "except DeviceError as error: print(error)\n"
        "Stage(64, 48, 'offscreen').step()\n",
        DISPLAY=":987",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    assert ":987" in done.stdout
    assert "--offscreen" in done.stdout


def test_another_stage_can_follow_a_closed_one():
    done = run_python(
        "from game.stage.base import Stage\n"
        "for side in (32, 64, 96):\n"
        "    with Stage(side, side, 'offscreen') as s:\n"
        "        s.step(); assert s.picture().shape == (side, side, 3)\n"
        "    s.close()\n"
        "    assert not s.open\n"
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="needs Xvfb: apt-get install xvfb")
def test_opens_a_window_where_there_is_a_screen(tmp_path):
    read, write = os.pipe()
    server = subprocess.Popen(
        [
            "Xvfb",
            "-displayfd",
            str(write),
            "-screen",
            "0",
            "800x600x24",
            "-nolisten",
            "tcp",
            "-fbdir",
            str(tmp_path),
        ],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as pipe:
            display = pipe.readline().strip()
        assert display
        done = run_python(
            "from game.stage.base import Stage\n"
            "with Stage(320, 240) as s:\n"
            "    s.step(); s.step()\n"
            "    assert s.windowed and s.open and s.driver.note == '', s.driver\n"
            # Xvfb has the processor draw, which waits for no screen.
            "    assert s.driver.software and s.frame_s > 0\n"
            "    assert s.picture().shape == (240, 320, 3)\n"
            "    s.resize(400, 300)\n"
            # The window system answers when it likes.
            "    for _ in range(500):\n"
            "        s.step()\n"
            "        if s.size == (400, 300): break\n"
            "    s.step()\n"
            "    assert s.picture().shape == (300, 400, 3)\n"
            "    assert abs(s.lens.getAspectRatio() - 4 / 3) < 1e-6\n"
            # What the person sees, from the screen's own memory, and not what was drawn for it.
            "    import numpy as np\n"
            "    s.base.setBackgroundColor(1, 0, 0)\n"
            "    for _ in range(5): s.step()\n"
            f"    seen = np.fromfile('{tmp_path}/Xvfb_screen0', np.uint8)\n"
            "    seen = seen[-800 * 600 * 4:].reshape(600, 800, 4)\n"
            "    red = (seen[..., 2] > 200) & (seen[..., 1] < 60)\n"
            "    assert red.mean() > 0.15, 'the window stays black'\n"
            # Full screen by its key, and back to the size from before.
            "    def settle(size):\n"
            "        for _ in range(500):\n"
            "            s.step()\n"
            "            if s.size == size: return\n"
            "        raise AssertionError(s.size)\n"
            "    s.base.messenger.send('f11'); settle((800, 600))\n"
            "    assert s.filling_screen\n"
            "    for _ in range(5): s.step()\n"
            f"    seen = np.fromfile('{tmp_path}/Xvfb_screen0', np.uint8)\n"
            "    seen = seen[-800 * 600 * 4:].reshape(600, 800, 4)\n"
            "    assert ((seen[..., 2] > 200) & (seen[..., 1] < 60)).mean() > 0.9\n"
            "    s.base.messenger.send('f11'); settle((400, 300))\n"
            "    assert not s.filling_screen\n",
            DISPLAY=f":{display}",
        )
    finally:
        server.terminate()
        server.wait()
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("wrong", [{"multisamples": 3}, {"near_m": 0.0}, {"near_m": 70.0}])
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        StageSettings(**wrong)
