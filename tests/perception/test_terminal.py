"""What is printed can be printed: in each encoding, and where nobody listens."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

SAID = "✓ „Zoë Łukasz“ – 3 °C … 東京 caf\\udce9"
"""Marks, quotation marks, letters that come apart and some that do not, a byte of a file's name."""


def printed(encoding: str, code: str = "") -> subprocess.CompletedProcess[bytes]:
    program = (
        "import sys; from perception import terminal; terminal.unbreakable();"
        f"print('{SAID}'); print('{SAID}', file=sys.stderr); {code}"
    )
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        input=b"caf\xe9\n",
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        check=False,
    )


@pytest.mark.parametrize(
    ("encoding", "seen"),
    [
        ("ascii", '+ "Zoe Lukasz" - 3  degC ... ?? caf?'),
        ("ascii:strict", '+ "Zoe Lukasz" - 3  degC ... ?? caf?'),
        ("cp437", '+ "Zoë Lukasz" - 3 °C ... ?? caf?'),
        ("utf-8:strict", "✓ „Zoë Łukasz“ – 3 °C … 東京 caf?"),
    ],
)
def test_what_an_encoding_lacks_is_written_plainer(encoding: str, seen: str) -> None:
    result = printed(encoding)
    name = encoding.partition(":")[0]
    assert (result.returncode, result.stdout.decode(name)) == (0, f"{seen}\n")
    assert result.stderr.decode(name) == f"{seen}\n"


def test_bytes_that_are_no_text_can_be_read() -> None:
    result = printed("ascii", "print(len(input()), terminal.takes('ok'), terminal.takes('ö'))")
    assert (result.returncode, result.stdout.splitlines()[1]) == (0, b"4 True False")


@pytest.mark.skipif(os.name != "posix", reason="descriptors are closed by a shell here")
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_leads_nowhere(closed: str) -> None:
    command = f'"{sys.executable}" run.py --version {closed}'
    assert subprocess.run(command, shell=True, cwd=ROOT, check=False).returncode == 0


def test_a_command_prints_its_marks_in_ascii() -> None:
    """The table of ``doctor``, whose marks ended it; examined is only what is quick."""
    code = (
        "import sys, run; from game.app import doctor as d;"
        "d.examine = lambda: d._python() + [d.Finding('disk', 'works', 'über 3 GB')];"
        "sys.exit(run.main(['doctor']))"
    )
    for more in ("ascii", "cp1252"):
        result = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            capture_output=True,
            env={**os.environ, "PYTHONIOENCODING": more},
            check=False,
        )
        assert (result.returncode, result.stderr) == (0, b"")
        assert result.stdout.startswith(b"+ ")


def test_json_for_programs_loses_no_letter_in_ascii() -> None:
    code = (
        "import sys, run; from game.app import doctor as d;"
        "d.examine = lambda: [d.Finding('disk', 'works', 'ü')];"
        "sys.exit(run.main(['doctor', '--json']))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        check=False,
    )
    assert b'"detail": "\\u00fc"' in result.stdout
