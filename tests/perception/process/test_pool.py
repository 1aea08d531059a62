"""Work that is shared out among processes ends when the program is asked to end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from perception.process.pool import process_pool
from tests.commandline_runs import hearing_ctrl_c, wait_for
from tests.conftest import ROOT
from tests.perception.process.pooling import square

PROGRAM = """
import sys
from perception.interrupt import end_politely
from perception.process.pool import process_pool
from tests.perception.process.pooling import write_slowly

if __name__ == "__main__":
    end_politely()
    try:
        with process_pool(2) as pool:
            list(pool.map(write_slowly, sys.argv[1:]))
    except KeyboardInterrupt:
        print("ended")
"""


def test_what_is_shared_out_comes_back() -> None:
    with process_pool(1) as pool:
        assert list(pool.map(square, (2, 3))) == [4, 9]


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda n: n.name)
def test_it_ends_at_once_and_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    work = [tmp_path / f"{name}.txt" for name in "abcdef"]  # more than there are processes
    with hearing_ctrl_c():
        process = subprocess.Popen(
            [sys.executable, str(program), *map(str, work)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
    try:
        wait_for(lambda: len(list(tmp_path.glob("*.pid"))) == 2, 60)
        began_s = time.monotonic()
        os.killpg(process.pid, number)  # as a terminal and a service manager do: to all of them
        out, err = process.communicate(timeout=30)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert (out, err) == ("ended\n", "")
    assert time.monotonic() - began_s < 20
    assert not list(tmp_path.glob("*.part*")) and not any(path.exists() for path in work)
    for told in tmp_path.glob("*.pid"):
        with pytest.raises(ProcessLookupError):
            os.kill(int(told.read_text()), 0)
