"""A PulseAudio of a test's own, and the process of its own that tests of real sound run in."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

ALONE = "RECRUITER_SOUND_TESTS_ALONE"
"""Set in the process that runs tests of real sound: sound libraries look once per process for a
server, so what ran before decides whether they find one."""


def run_alone(files: Sequence[str], chosen: str, config: pytest.Config) -> None:
    """Runs the tests of ``files`` that ``-k chosen`` picks in a process of their own.

    Skips where all of them skip, and fails with their output where one fails.
    """
    whole = ["--all"] if config.getoption("--all") else []
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-rs", "-k", chosen, *whole, *files],
        env=os.environ | {ALONE: "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    if "passed" not in done.stdout:
        needs = re.findall(r"^SKIPPED .*?: (needs .*)$", done.stdout, re.MULTILINE)
        pytest.skip(needs[0] if needs else done.stdout.strip()[-200:])


@contextlib.contextmanager
def pulseaudio(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tools: Sequence[str], modules: Sequence[str]
) -> Iterator[subprocess.Popen[bytes]]:
    """A server with these modules, found by whoever looks for one while it runs.

    Skips where PyAudio or one of the tools is missing, or the server does not start.
    """
    for tool in ("pulseaudio", "pactl", *tools):
        if shutil.which(tool) is None:
            pytest.skip("needs PulseAudio: apt-get install pulseaudio pulseaudio-utils")
    pytest.importorskip("pyaudio", reason="needs PyAudio: python3 run.py doctor")
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.delenv("PULSE_SERVER", raising=False)
    loads = [
        part for module in (*modules, "module-native-protocol-unix") for part in ("-L", module)
    ]
    server = subprocess.Popen(
        ["pulseaudio", "-n", "--exit-idle-time=-1", "--daemonize=no", *loads],
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(100):
            told = subprocess.run(["pactl", "info"], capture_output=True, check=False)
            if told.returncode == 0:
                break
            time.sleep(0.1)
        else:
            pytest.skip("needs PulseAudio, which does not start here: pulseaudio -vv tells why")
        yield server
    finally:
        server.kill()
        server.wait()
