"""Nothing leaves the machine, and nothing is written outside the folders that README names."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.commandline_runs import status_of
from tests.conftest import ROOT
from tests.held_interviews import Held
from tests.sealed.outside import Sealed, sealed

SOUND = ("/dev/shm/jack_db-", "$XDG_RUNTIME_DIR/pulse")
"""What the system's sound libraries leave when a device is opened; README says so."""

UPLOAD_HOST = "mobile.events.data.microsoft.com"
"""Where onnxruntime 1.32 reports to."""


@pytest.fixture(scope="module", autouse=True)
def sealable(unsealable: str | None) -> None:
    """Skips where a command cannot be sealed."""
    if unsealable:
        pytest.skip(unsealable)


def python(scratch: Path, code: str, writable: Sequence[Path] = ()) -> Sealed:
    """Runs some lines of Python sealed."""
    return sealed(scratch, [sys.executable, "-c", textwrap.dedent(code)], writable)


# -- the seal itself -------------------------------------------------------------------------------


def test_what_python_tries_is_refused_and_told_with_the_culprit(tmp_path: Path) -> None:
    caught = python(
        tmp_path / "box",
        """
        import socket
        def phone_home():
            try:
                socket.getaddrinfo("python.example.com", 443)
            except OSError as error:
                print(error.errno == socket.EAI_NONAME)
            for address in ("203.0.113.7", "2001:db8:7::7"):
                try:
                    socket.create_connection((address, 443))
                except ConnectionRefusedError:
                    print("refused")
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
                datagrams.sendto(b"hello", ("203.0.113.8", 53))
        phone_home()
        """,
    )
    assert caught.out.split() == ["True", "refused", "refused"], caught.err
    assert caught.names("name") == {"python.example.com"}
    assert caught.names("packet") == {
        *("tcp 203.0.113.7 port 443", "tcp 2001:db8:7::7 port 443", "udp 203.0.113.8 port 53"),
    }
    assert "python.example.com" in caught.names("socket.getaddrinfo")
    assert "203.0.113.8 port 53" in caught.names("socket.sendto")
    assert all("in phone_home" in a.by for a in caught.attempts if a.kind.startswith("socket."))


def test_what_native_code_tries_is_caught_as_well(tmp_path: Path) -> None:
    caught = python(
        tmp_path / "box",
        """
        import ctypes, struct
        c = ctypes.CDLL(None)
        answer = ctypes.c_void_p()
        print(c.getaddrinfo(b"native.example.com", b"443", None, ctypes.byref(answer)) != 0)
        to = struct.pack("=HH4s8x", 2, 0xBB01, bytes((203, 0, 113, 9)))  # port 443, big endian
        print(c.connect(c.socket(2, 1, 0), to, len(to)))
        """,
    )
    assert caught.out.split() == ["True", "-1"], caught.err
    assert {a.kind for a in caught.attempts} == {"name", "packet"}, caught.told()
    assert caught.names("name") == {"native.example.com"}
    assert caught.names("packet") == {"tcp 203.0.113.9 port 443"}


def test_what_stays_on_the_machine_is_no_attempt(tmp_path: Path) -> None:
    caught = python(
        tmp_path / "box",
        """
        import socket
        for family, here in ((socket.AF_INET, "localhost"), (socket.AF_INET6, "::1")):
            with socket.create_server((here, 0), family=family) as server:
                with socket.create_connection(server.getsockname()[:2]) as client:
                    client.sendall(b"hello")
                    print(server.accept()[0].recv(5))
        """,
    )
    assert (caught.status, caught.out) == (0, "b'hello'\n" * 2), caught.err
    assert not caught.attempts, caught.told()
    assert not caught.written


def test_what_is_written_elsewhere_is_told(tmp_path: Path) -> None:
    (allowed := tmp_path / "allowed").mkdir()
    caught = python(
        tmp_path / "box",
        f"""
        import os, pwd, tempfile
        from pathlib import Path
        home = pwd.getpwuid(os.getuid()).pw_dir  # as C libraries ask for it
        for file in (Path.home() / ".a", Path(home, ".b"), Path("c"), Path("/dev/shm/d")):
            file.touch()
        tempfile.mkstemp(prefix="e", suffix="e", dir="/var/tmp")
        Path({str(allowed)!r}, "f").touch()
        for folder in ("/", "/etc", "/usr/lib"):
            print(os.access(folder, os.W_OK))
        """,
        writable=[allowed],
    )
    assert (caught.status, caught.out) == (0, "False\n" * 3), caught.err
    shared, *rest = caught.written
    assert rest[0].startswith("/var/tmp/e")
    assert (shared, rest[1:]) == ("/dev/shm/d", ["cwd/c", "~/.a", "~/.b"])
    assert (allowed / "f").is_file()


@pytest.mark.whole  # native code that tries is above; this waits a minute where it stays quiet
@pytest.mark.slow
def test_onnxruntime_as_it_comes_is_caught(tmp_path: Path) -> None:
    caught = python(
        tmp_path / "box",
        """
        import os, time
        from pathlib import Path
        import onnxruntime
        give_up = time.monotonic() + 60.0
        while not Path(os.environ["SEALED_LOG"]).stat().st_size and time.monotonic() < give_up:
            time.sleep(0.2)
        """,
    )
    assert caught.status == 0, caught.err
    if not caught.attempts:
        pytest.skip("needs an onnxruntime that reports: here it stayed quiet for a minute")
    assert caught.names("name") == {UPLOAD_HOST}, caught.told()
    assert any(name.endswith(".onnxruntime/deviceid") for name in caught.written)


# -- the program -----------------------------------------------------------------------------------


def test_readme_names_what_the_sound_libraries_leave() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(name in readme for name in SOUND)


@pytest.mark.slow
@pytest.mark.render
@pytest.mark.data
def test_nothing_leaves_an_interview(practice: Held) -> None:
    assert status_of(practice.folder) == "complete"
    assert practice.caught is not None
    assert not (practice.caught.attempts or practice.caught.written), practice.caught.told()


@pytest.mark.slow
@pytest.mark.render
def test_nothing_leaves_a_demo(demo: Held) -> None:
    assert status_of(demo.folder) == "complete"
    assert demo.caught is not None
    elsewhere = [name for name in demo.caught.written if not name.startswith(SOUND)]
    assert not (demo.caught.attempts or elsewhere), demo.caught.told()
