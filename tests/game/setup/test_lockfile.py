"""The lock is made anew from its pins: hashes of whatever Python 3.11 or 3.12 can install."""

from __future__ import annotations

import http.server
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from game.setup import lockfile, pipsteps
from perception.errors import InputError, ModelError

SHA = {letter: 64 * letter for letter in "abcd"}


@pytest.mark.parametrize(
    "file",
    [
        "Some.Thing-1.0-py3-none-any.whl",
        "some_thing-1.0-py2.py3-none-any.whl",
        "some_thing-1.0-py311-none-win_amd64.whl",
        "some_thing-1.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "some_thing-1.0-cp312-cp312-macosx_11_0_arm64.whl",
        "some_thing-1.0-1-cp38-abi3-musllinux_1_2_aarch64.whl",
        "some_thing-1.0.tar.gz",
        "some-thing-1.0.zip",
    ],
)
def test_what_serves_is_kept(file: str) -> None:
    assert lockfile.serves(file, "some-thing", "1.0")


@pytest.mark.parametrize(
    "file",
    [
        "some_thing-1.0-cp310-cp310-manylinux2014_x86_64.whl",
        "some_thing-1.0-cp313-cp313t-manylinux2014_x86_64.whl",
        "some_thing-1.0-cp313-abi3-manylinux2014_x86_64.whl",
        "some_thing-1.0-cp312-cp312d-manylinux2014_x86_64.whl",
        "some_thing-1.0-pp311-pypy311_pp73-win_amd64.whl",
        "some_thing-1.0-py2-none-any.whl",
        "some_thing-1.0.1-py3-none-any.whl",
        "some_thing_else-1.0-py3-none-any.whl",
        "some_thing-1.0.whl",
        "some_thing-1.0.1.tar.gz",
        "some_thing-1.0.tar.gz.asc",
        "some_thing-1.0-py3.11.egg",
    ],
)
def test_what_does_not_is_not(file: str) -> None:
    assert not lockfile.serves(file, "some-thing", "1.0")


LOCK = """# why these
Alpha==1.0
beta==2.0 \\
    --hash=sha256:old

# tools
"""


def files(name: str) -> list[lockfile.File]:
    """What a small index has."""
    return {
        "Alpha": [
            ("alpha-1.0.tar.gz", SHA["b"]),
            ("alpha-1.0-py3-none-any.whl", SHA["a"]),
            ("alpha-1.1-py3-none-any.whl", SHA["d"]),
        ],
        "beta": [("beta-2.0-cp311-cp311-win_amd64.whl", SHA["c"])],
    }[name]


def test_hashes_are_written_under_their_pins_and_nothing_else_is_touched() -> None:
    text = lockfile.with_hashes(LOCK, files)
    assert text == (
        f"# why these\nAlpha==1.0 \\\n    --hash=sha256:{SHA['a']} \\\n"
        f"    --hash=sha256:{SHA['b']}\nbeta==2.0 \\\n    --hash=sha256:{SHA['c']}\n\n# tools\n"
    )
    assert lockfile.with_hashes(text, files) == text


@pytest.mark.parametrize("line", ["alpha>=1.0", "alpha"])
def test_what_is_no_pin_is_refused(line: str) -> None:
    with pytest.raises(InputError, match=f"'{line}' is no pin"):
        lockfile.with_hashes(f"{line}\n", files)


def test_a_version_that_the_index_does_not_have_is_refused() -> None:
    with pytest.raises(InputError, match=r"no file for beta==3\.0"):
        lockfile.with_hashes("beta==3.0\n", files)


class _Index(http.server.BaseHTTPRequestHandler):
    """An index that speaks JSON (PEP 691) of one project, and HTML of all others."""

    def do_GET(self) -> None:
        page = {
            "meta": {"api-version": "1.1"},
            "files": [
                {"filename": "some_thing-1.0-py3-none-any.whl", "hashes": {"sha256": SHA["a"]}}
            ],
        }
        known = self.path == "/simple/some-thing/" and "+json" in self.headers["Accept"]
        body = json.dumps(page) if known else "<html></html>"
        self.send_response(404 if "gone" in self.path else 200)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Address of an index that pip is configured to ask."""
    with http.server.HTTPServer(("127.0.0.1", 0), _Index) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}/simple"
        monkeypatch.setenv("PIP_INDEX_URL", f"{address}/")
        yield address
        server.shutdown()
        thread.join()


def test_the_index_is_the_one_that_pip_asks(
    index: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("Some.Thing==1.0\n")
    monkeypatch.setattr(lockfile, "LOCK_FILE", lock)
    assert lockfile.main() == 0
    assert capsys.readouterr().out == f"requirements.lock: 1 packages, 1 files, from {index}\n"
    assert lock.read_text() == f"Some.Thing==1.0 \\\n    --hash=sha256:{SHA['a']}\n"


@pytest.mark.parametrize("name", ["gone", "html"])
def test_an_index_that_cannot_be_read_is_one_line(index: str, name: str) -> None:
    with pytest.raises(ModelError, match=f"/simple/{name}/: no list of files"):
        lockfile.files_of(index, name)


def test_a_wrong_pin_leaves_the_file_as_it_is(
    index: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("some-thing==2.0\n")
    monkeypatch.setattr(lockfile, "LOCK_FILE", lock)
    assert lockfile.main() == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert lock.read_text() == "some-thing==2.0\n"


def test_every_package_of_ours_is_pinned_with_hashes_as_the_command_writes_them() -> None:
    requirements = pipsteps.requirement_lines(lockfile.LOCK_FILE)
    for line in requirements:
        assert re.fullmatch(r"[\w.-]+==[\w.]+( --hash=sha256:[0-9a-f]{64})+", line), line
    names = [lockfile.canonical(line.partition("==")[0]) for line in requirements]
    assert sorted(set(names)) == sorted(names)
    assert "torch" not in names  # its build is the machine's to choose

    def as_sources(name: str) -> list[lockfile.File]:
        (line,) = (line for line in requirements if line.startswith(f"{name}=="))
        pin, *hashes = line.split()
        return [(f"{pin.replace('==', '-')}.tar.gz", h.partition(":")[2]) for h in hashes]

    text = lockfile.LOCK_FILE.read_text("utf-8")
    assert lockfile.with_hashes(text, as_sources) == text
