"""Weights: where they lie, and fetching them from a real server that misbehaves."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from perception.errors import InputError, ModelError, StorageError
from perception.models import weights
from perception.models.weights import WEIGHTS, Weights

CONTENT = bytes(range(256)) * 4000


class Server(BaseHTTPRequestHandler):
    """Serves CONTENT, with ranges; /short breaks off, /wrong serves another file."""

    ranges: ClassVar[list[str | None]] = []

    def do_GET(self) -> None:
        content = CONTENT[::-1] if self.path == "/wrong" else CONTENT
        asked = self.headers.get("Range")
        type(self).ranges.append(asked)
        begin = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        if self.path == "/gone":
            self.send_error(404)
            return
        if begin >= len(content):
            self.send_error(416)
            return
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(len(content) - begin))
        self.end_headers()
        end = len(content) // 2 if self.path == "/short" else len(content)
        self.wfile.write(content[begin:end])

    def log_message(self, format: str, *args: object) -> None:
        """Keeps the test's output clean."""


@pytest.fixture
def server() -> Iterator[str]:
    Server.ranges = []
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=httpd.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_address[1]}"
    httpd.shutdown()
    httpd.server_close()
    thread.join()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RECRUITER_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


def register(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    own = Weights("toy", "a toy", url, sha256, len(CONTENT), "toy.bin", "CC0")
    monkeypatch.setitem(WEIGHTS, "toy", own)


def test_a_file_is_fetched_checked_and_found(
    server: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(monkeypatch, f"{server}/toy")
    assert weights.path_of("toy") is None
    seen: list[tuple[int, int]] = []
    path = weights.get("toy", lambda done, total: seen.append((done, total)))
    assert path == folder / "toy.bin"
    assert path.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert weights.path_of("toy") == path
    assert weights.check("toy").state == "present"
    assert weights.get("toy") == path
    assert len(Server.ranges) == 1  # the second time nothing was fetched


def test_an_interrupted_download_goes_on_where_it_was(
    server: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(monkeypatch, f"{server}/short")
    with pytest.raises(ModelError, match="go on with: python3 run"):
        weights.get("toy")
    states = {s.weights.name: s.state for s in weights.list_weights()}
    assert states["toy"] == "partial"
    register(monkeypatch, f"{server}/toy")
    assert weights.get("toy").read_bytes() == CONTENT
    assert Server.ranges == [None, f"bytes={len(CONTENT) // 2}-"]


def test_a_part_that_is_already_whole_is_accepted(
    server: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(monkeypatch, f"{server}/toy")
    folder.mkdir()
    (folder / "toy.bin.part").write_bytes(CONTENT)
    assert weights.get("toy").read_bytes() == CONTENT


def test_another_file_than_expected_is_thrown_away(
    server: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(monkeypatch, f"{server}/wrong")
    with pytest.raises(ModelError, match="checksum differs"):
        weights.get("toy")
    assert list(folder.iterdir()) == []


def test_a_server_that_has_it_not_is_said(
    server: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(monkeypatch, f"{server}/gone")
    with pytest.raises(ModelError, match="answers 404"):
        weights.get("toy")


def test_no_network_is_one_line_and_exit_3(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    register(monkeypatch, f"http://127.0.0.1:{port}/toy")
    with pytest.raises(ModelError, match="cannot be reached") as caught:
        weights.get("toy")
    assert caught.value.exit_code == 3
    assert "\n" not in str(caught.value)


def test_a_damaged_file_is_told_from_a_whole_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(monkeypatch, "http://127.0.0.1:9/toy")
    folder.mkdir()
    (folder / "toy.bin").write_bytes(CONTENT[:-1])
    assert weights.check("toy").state == "damaged"


def test_a_file_carried_by_hand_is_taken_or_refused(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(monkeypatch, "http://127.0.0.1:9/toy")
    other = tmp_path / "other.bin"
    other.write_bytes(b"no")
    with pytest.raises(ModelError, match="is not toy"):
        weights.get("toy", source=other)
    other.write_bytes(CONTENT)
    assert weights.get("toy", source=other).read_bytes() == CONTENT


def test_a_folder_that_cannot_be_is_a_storage_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("RECRUITER_MODELS", str(tmp_path / "file" / "models"))
    register(monkeypatch, "http://127.0.0.1:9/toy")
    with pytest.raises(StorageError, match="RECRUITER_MODELS"):
        weights.get("toy")


def test_an_unknown_name_is_answered_with_the_known_ones(folder: Path) -> None:
    with pytest.raises(InputError, match=r"whisper-tiny\.en"):
        weights.get("whisper-huge")


def test_every_known_file_has_a_whole_checksum_and_a_secure_address() -> None:
    for name, known in WEIGHTS.items():
        assert known.name == name
        assert known.url.startswith("https://")
        assert len(bytes.fromhex(known.sha256)) == 32


@pytest.mark.data
def test_the_face_landmarker_at_hand_is_the_one_that_is_known(data_dir: Path, folder: Path) -> None:
    found = weights.get("face-landmarker", source=data_dir / "weights/face_landmarker.task")
    assert found.stat().st_size == WEIGHTS["face-landmarker"].size_bytes
    assert weights.check("face-landmarker").state == "present"
