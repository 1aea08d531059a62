"""pip: it installs what the lock names and nothing else, and one line says what went wrong."""

from __future__ import annotations

import contextlib
import http.server
import threading
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from game.setup import install, pipsteps
from perception.errors import ModelError
from tests.game.setup.conftest import imports, pinned, sha256, wheel

NO_FILE = f"--hash=sha256:{64 * '0'}"
"""A hash that no file has."""


def locked(environment: Path, text: str, name: str = "some") -> list[str]:
    """Installs a lock of this text; gives what had to be left out."""
    lock = environment / f"{name}.lock"
    lock.write_text(text)
    python = install.venv_python(environment / "venv")
    return pipsteps.install_locked(python, lock, environment / f"{name}.log", lambda *_: None)


def test_a_pin_and_its_hashes_are_one_requirement(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(
        "# a comment \\\n\nalpha==1.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n\n"
        "beta==2.0  # why not 3\n"
    )
    assert pipsteps.requirement_lines(lock) == [
        "alpha==1.0 --hash=sha256:aa --hash=sha256:bb",
        "beta==2.0",
    ]
    assert pipsteps.pins(lock) == ["alpha==1.0", "beta==2.0"]


def test_pins_are_installed_with_progress(environment: Path) -> None:
    lock = environment / "pins.lock"
    alpha, beta = (
        pinned(environment / f"wheels/{n}-1.0-py3-none-any.whl") for n in ("alpha", "beta")
    )
    lock.write_text(f"# two\n{alpha}{beta.rstrip()}  # second\n")
    seen: list[tuple[str, float | None]] = []
    without = pipsteps.install_locked(
        install.venv_python(environment / "venv"),
        lock,
        environment / "log",
        lambda what, share: seen.append((what, share)),
    )
    assert without == []
    assert imports(environment, "alpha") and imports(environment, "beta")
    shares = [share for _, share in seen if share is not None]
    assert shares == sorted(shares) and shares[-1] > 0
    assert {"alpha", "beta"} <= {what for what, _ in seen}


def test_a_half_installed_package_is_installed_again(environment: Path) -> None:
    python = install.venv_python(environment / "venv")
    log = environment / "log"
    pipsteps.install_one(python, "alpha==1.0", log, lambda *_: None)
    (site,) = (environment / "venv").glob("lib/python3*/site-packages")
    (site / "alpha.py").unlink()
    (site / "alpha-1.0.dist-info" / "INSTALLER").unlink()  # pip writes it after all files
    pipsteps.install_one(python, "alpha==1.0", log, lambda *_: None)
    assert imports(environment, "alpha")


def test_a_missing_optional_package_is_left_out(environment: Path) -> None:
    alpha = pinned(environment / "wheels" / "alpha-1.0-py3-none-any.whl")
    without = locked(environment, f"{alpha}PyAudio==0.2.14 {NO_FILE}\n", "sound")
    assert without == ["PyAudio"]
    assert imports(environment, "alpha")


def test_a_missing_package_is_named_with_step_and_log(environment: Path) -> None:
    with pytest.raises(ModelError, match=r"broke at 'packages': .*gamma") as caught:
        locked(environment, f"gamma==1.0 {NO_FILE}\n", "none")
    log = environment / "none.log"
    assert str(log) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "gamma" in log.read_text()


def test_a_file_of_another_hash_is_named_and_not_installed(environment: Path) -> None:
    good = wheel(environment / "wheels", "delta")
    wheel(environment / "wheels", "epsilon")
    with pytest.raises(pipsteps.WrongHashError) as caught:
        locked(environment, f"{pinned(good)}epsilon==1.0 {NO_FILE}\n", "swapped")
    assert "epsilon==1.0 was not installed" in str(caught.value)
    assert "requirements.lock" in str(caught.value) and "\n" not in str(caught.value)
    assert not imports(environment, "epsilon")
    # put right, the same set-up goes on
    right = pinned(environment / "wheels" / "epsilon-1.0-py3-none-any.whl")
    assert locked(environment, pinned(good) + right, "swapped") == []
    assert imports(environment, "delta") and imports(environment, "epsilon")
    assert not (environment / "swapped.log").with_suffix(".lock").exists()


def test_an_optional_package_of_another_hash_is_not_passed_over(environment: Path) -> None:
    wheel(environment / "wheels", "PyAudio", "0.2.13")
    with pytest.raises(pipsteps.WrongHashError, match=r"PyAudio==0\.2\.13 was not installed"):
        locked(environment, f"PyAudio==0.2.13 {NO_FILE}\n", "sound")
    assert not imports(environment, "PyAudio")


def test_any_hash_of_a_pin_will_do(environment: Path) -> None:
    zeta = wheel(environment / "wheels", "zeta")
    text = f"zeta==1.0 \\\n    {NO_FILE} \\\n    --hash=sha256:{sha256(zeta)}\n"
    assert locked(environment, text) == []
    assert imports(environment, "zeta")


def test_a_pin_without_a_hash_is_refused_with_the_command_that_gives_it_one(
    environment: Path,
) -> None:
    alpha = pinned(environment / "wheels" / "alpha-1.0-py3-none-any.whl")
    wheel(environment / "wheels", "eta")
    with pytest.raises(ModelError, match=r"no hash for eta==1.0; .*game\.setup\.lockfile"):
        locked(environment, f"{alpha}eta==1.0\n")
    assert not imports(environment, "eta")


class _Proxy(http.server.SimpleHTTPRequestHandler):
    """Hands out a package index in the name of any host, as a company's proxy does."""

    def translate_path(self, path: str) -> str:
        return super().translate_path(urllib.parse.urlsplit(path).path)

    def log_message(self, format: str, *args: object) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]


@contextlib.contextmanager
def proxy(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Address of a running proxy, and what it was asked for."""

    def handler(*arguments: object) -> _Proxy:
        return _Proxy(*arguments, directory=str(folder))  # type: ignore[arg-type]

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.asked = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", server.asked  # type: ignore[attr-defined]
        finally:
            server.shutdown()
            thread.join()


def test_pips_own_configuration_holds(
    environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index behind a proxy, a folder with an older build of the same version, a constraint."""
    files = tmp_path / "simple" / "theta"
    files.mkdir(parents=True)
    theta = wheel(files, "theta")
    (files / "index.html").write_text(
        f'<a href="{theta.name}#sha256={sha256(theta)}">{theta.name}</a>'
    )
    own = tmp_path / "own"
    own.mkdir()
    (own / theta.name).write_bytes(theta.read_bytes() + b"built here")
    constraints = tmp_path / "constraints.txt"
    constraints.write_text("theta<2\nalpha<1\n")
    monkeypatch.delenv("PIP_NO_INDEX")
    with proxy(tmp_path) as (address, asked):
        configuration = tmp_path / "pip.conf"
        configuration.write_text(
            "[global]\nindex-url = http://packages.invalid/simple\n"
            f"trusted-host = packages.invalid\nproxy = {address}\n"
            f"find-links = {own}\nconstraint = {constraints}\n"
        )
        monkeypatch.setenv("PIP_CONFIG_FILE", str(configuration))
        monkeypatch.delenv("PIP_FIND_LINKS")
        assert locked(environment, pinned(theta)) == []
    assert imports(environment, "theta")
    assert f"http://packages.invalid/simple/theta/{theta.name}" in asked
    # a constraint that forbids a pin is the machine's word, too
    constraints.write_text("iota<1\n")
    iota = wheel(own, "iota")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(ModelError, match=r"only iota<1, .*constraint"):
        locked(environment, pinned(iota))
    assert not imports(environment, "iota")


@pytest.mark.parametrize("by_file", [True, False])
def test_habits_of_a_person_do_not_move_packages(
    environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_file: bool
) -> None:
    """Each of these settings put packages elsewhere, let none in, or kept pip from running."""
    habits = {
        **{"user": "1", "require-virtualenv": "1", "no-deps": "1", "dry-run": "1", "quiet": "3"},
        **{"target": str(tmp_path / "target"), "prefix": str(tmp_path / "prefix")},
        **{"root": str(tmp_path / "root"), "platform": "win32", "no-binary": ":all:"},
        **{"python-version": "3.9", "python": "/nowhere/python", "report": str(tmp_path / "r")},
    }
    if by_file:
        file = tmp_path / "pip.conf"
        lines = [f"{name} = {value}" for name, value in habits.items() if name != "python"]
        file.write_text("[install]\n" + "\n".join(lines) + "\n[global]\nquiet = 2\nuser = true\n")
        monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    else:
        for name, value in habits.items():
            monkeypatch.setenv(f"PIP_{name.upper().replace('-', '_')}", value)
    for name in ("PYTHONHOME", "PYTHONUSERBASE"):
        monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
    shadow = tmp_path / "shadow"
    shadow.mkdir()
    (shadow / "pip.py").write_text("raise SystemExit('not the environment\\'s pip')\n")
    monkeypatch.setenv("PYTHONPATH", str(shadow))
    monkeypatch.setenv("CONDA_PREFIX", str(tmp_path / "conda"))
    name = "kappa" if by_file else "lambada"
    made = wheel(environment / "wheels", name)
    assert locked(environment, pinned(made)) == []
    for variable in ("PYTHONHOME", "PYTHONPATH"):
        monkeypatch.delenv(variable)
    site = next((environment / "venv").glob("lib/python3*/site-packages"))
    assert (site / f"{name}.py").is_file()
    assert not [
        path for path in tmp_path.iterdir() if path.name not in ("pip.conf", "shadow", "log")
    ]
