"""What vendors' libraries find in the environment, whatever was there before."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from perception import environment, paths
from perception.errors import InputError, StorageError
from tests.conftest import ROOT

VALUES = environment.SILENT | environment.CALM | environment.ALONE
"""Variables that always have the same value."""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache of our own, a home without anything, and no variable set yet."""
    before = dict(os.environ)
    names = (*VALUES, *environment.PLACES)
    for name in (*names, "PULSE_COOKIE", "XDG_CONFIG_HOME"):
        os.environ.pop(name, None)
    (tmp_path / "home").mkdir()
    os.environ |= {"HOME": str(tmp_path / "home"), "RECRUITER_CACHE": str(tmp_path / "cache")}
    yield tmp_path / "cache"
    os.environ.clear()
    os.environ.update(before)


def test_a_process_and_its_children_find_all_of_it(cache: Path) -> None:
    environment.prepare()
    code = "import json, os; print(json.dumps(dict(os.environ)))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    for name, value in VALUES.items():
        assert f'"{name}": "{value}"' in told.stdout
    for name, folder in environment.PLACES.items():
        assert f'"{name}": "{cache / "vendors" / folder}"' in told.stdout
        assert (cache / "vendors" / folder).is_dir()


def test_nobody_may_speak_whatever_was_set_before(cache: Path) -> None:
    os.environ |= {"ORT_DISABLE_TELEMETRY": "0", "HF_HUB_OFFLINE": "0"}
    environment.prepare()
    assert os.environ["ORT_DISABLE_TELEMETRY"] == os.environ["HF_HUB_OFFLINE"] == "1"


def test_a_place_that_was_chosen_stays(cache: Path, tmp_path: Path) -> None:
    os.environ |= {"MPLCONFIGDIR": str(tmp_path), "MPLBACKEND": "svg"}
    environment.prepare()
    assert os.environ["MPLCONFIGDIR"] == str(tmp_path)
    assert os.environ["MPLBACKEND"] == "svg"
    assert not (cache / "vendors" / "matplotlib").exists()


def test_a_cache_given_by_a_path_from_here_holds_elsewhere(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    os.environ["RECRUITER_CACHE"] = "cache"
    environment.prepare()
    assert os.environ["MPLCONFIGDIR"] == str(cache / "vendors" / "matplotlib")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="PulseAudio is Linux's")
def test_a_sound_cookie_is_made_in_the_cache_and_one_that_is_there_is_used(cache: Path) -> None:
    environment.prepare()
    assert os.environ.pop("PULSE_COOKIE") == str(cache / "vendors" / "pulse-cookie")
    theirs = Path(os.environ["HOME"], ".config", "pulse", "cookie")
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(b"theirs")
    environment.prepare()
    assert "PULSE_COOKIE" not in os.environ


def test_a_folder_that_cannot_be_made_is_named(cache: Path) -> None:
    cache.mkdir()
    (cache / "vendors").write_text("in the way")
    with pytest.raises(StorageError, match=r"vendors.*RECRUITER_CACHE"):
        environment.prepare()


@pytest.mark.parametrize(
    "module",
    [
        *("perception.face.mesh_mediapipe", "perception.face.face_mediapipe"),
        *("perception.face.face_landmarker_mediapipe", "perception.body.body_mediapipe"),
    ],
)
def test_seeing_opens_no_sound_device(module: str) -> None:
    code = f"import sys, {module}; print(sys.modules.get('sounddevice'), 'pyaudio' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert told.stdout == "None False\n"


def test_no_other_thread_computes_while_faces_are_read(cache: Path) -> None:
    # as numpy comes, a second thread spins between two faces, and burns half a core
    environment.prepare()
    code = """
        import time
        import numpy as np
        from perception.face.networks import face_network
        network = face_network()
        points = np.random.default_rng(0).normal(size=(478, 3))
        network.predict(points, (0.0, 0.0, 0.0), None)
        all_s, own_s = time.process_time(), time.thread_time()
        for _ in range(20):
            network.predict(points, (0.0, 0.0, 0.0), None)
            time.sleep(0.05)
        print(time.process_time() - all_s - (time.thread_time() - own_s))
        """
    told = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, check=True, text=True
    )
    assert float(told.stdout) < 0.1


def test_folders_that_variables_name_are_filled_in_and_absolute(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a service or an ``.env`` file hands them on; processes of ours start in other folders."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLACE", "deep")
    for variable in paths.FOLDERS:
        for said, meant in (
            ("~/rr", Path(os.environ["HOME"], "rr")),
            ("$HOME/${PLACE}/rr", Path(os.environ["HOME"], "deep", "rr")),
            ("here/../rr", tmp_path / "rr"),
            (" ", None),
        ):
            monkeypatch.setenv(variable, said)
            assert paths.named_folder(variable) == meant
        for said in ("$NOWHERE_AT_ALL/rr", "~nobody-of-that-name/rr"):
            monkeypatch.setenv(variable, said)
            with pytest.raises(InputError, match=rf"{variable} is '.*there is no (user|variable)"):
                paths.named_folder(variable)
        monkeypatch.setenv(variable, "rr")
    environment.prepare()
    assert {os.environ[variable] for variable in paths.FOLDERS} == {str(tmp_path / "rr")}
    monkeypatch.setenv("XDG_DATA_HOME", "~/data")
    monkeypatch.delenv("RECRUITER_MODELS")
    assert paths.models_dir() == Path(os.environ["HOME"], "data", "recruiter", "models")


def test_pythons_variables_for_other_programs_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "numpy.py").write_text("raise SystemExit('not the numpy of this environment')\n")
    for name in ("PYTHONHOME", "PYTHONSAFEPATH", "PYTHONOPTIMIZE", "PYTHONINSPECT"):
        done = subprocess.run(
            [sys.executable, "run.py", "models"],
            cwd=ROOT,
            env={
                **os.environ,
                **{"PYTHONPATH": str(tmp_path), "PYTHONWARNINGS": "error"},
                name: sys.base_prefix if name == "PYTHONHOME" else "2",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b""), name
