"""The doctor tries the real thing, finds what is wrong, and says how to mend it."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from game.app import doctor
from game.setup import install
from perception.errors import DeviceError
from perception.face import networks
from perception.models import borrowed


def test_packages_that_are_missing_or_of_another_version_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "requirements.lock"
    monkeypatch.setattr(install, "LOCK_FILE", lock)
    lock.write_text(f"numpy=={importlib.metadata.version('numpy')}\n")
    assert doctor._packages()[0].state == "works"
    lock.write_text(f"numpy==0{importlib.metadata.version('numpy')}\n")  # 02.1 is 2.1
    assert doctor._packages()[0].state == "works"
    lock.write_text("numpy==0.1\n")
    (finding,) = doctor._packages()
    assert finding.state == "missing" and "instead of 0.1" in finding.detail
    lock.write_text("surely-not-there==1.0\n")
    (finding,) = doctor._packages()
    assert finding.state == "broken" and "surely-not-there" in finding.detail
    assert "doctor --mend" in finding.mend


def test_what_set_up_left_out_is_shown_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECRUITER_VENV", str(tmp_path))
    stamps = install.Stamps.of(tmp_path)
    stamps.missing["sound devices"] = "sudo apt-get install -y portaudio19-dev"
    stamps.write()
    (finding,) = doctor._set_up_without()
    assert finding.what == "sound devices" and "portaudio19-dev" in finding.mend


def test_a_screen_is_told_by_the_display(monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform in ("win32", "darwin"):
        pytest.skip("needs Linux: Windows and macOS always have a screen")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert not doctor.has_screen()
    assert doctor._screen()[0].mend
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert doctor.has_screen()


def test_a_probe_that_crashes_or_hangs_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    crash = doctor._probe("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    assert doctor._why(crash) == "crashed with signal 11"
    monkeypatch.setattr(doctor, "PROBE_S", 0.5)
    assert "no answer" in doctor._why(doctor._probe("import time; time.sleep(30)"))
    monkeypatch.setattr(doctor, "_GRAPHICS_CODE", "raise OSError('no EGL here')")
    (finding,) = doctor._graphics()
    assert finding.state == "broken" and "no EGL here" in finding.detail
    assert "libegl1" in finding.mend


@pytest.mark.render
def test_the_programs_own_models_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [finding.state for finding in doctor._models()] == ["works"]
    monkeypatch.setattr(networks, "MODELS", tmp_path)
    (finding,) = doctor._models()
    assert finding.state == "broken" and "face.npz" in finding.detail
    assert "models train expression" in finding.mend


def test_models_of_another_version_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in networks.MODELS.glob("*.npz"):
        arrays = dict(np.load(path))
        if path.stem == "face":
            arrays["w0"] = arrays["w0"][:, :-1]  # made for one input less
        np.savez(tmp_path / path.name, **arrays)
    monkeypatch.setattr(networks, "MODELS", tmp_path)
    (finding,) = doctor._models()
    assert finding.state == "broken" and "face.npz" in finding.detail


def test_the_driver_is_named() -> None:
    (finding,) = doctor._graphics()
    assert finding.state == "works"
    assert "drawn by" in finding.detail


def test_a_check_that_raises_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def loud() -> list[doctor.Finding]:
        raise DeviceError("it hums")

    monkeypatch.setattr(doctor, "CHECKS", (loud, doctor._python))
    first, second = doctor.examine()
    assert (first.what, first.state, first.detail) == ("loud", "broken", "it hums")
    assert second.what == "Python" and second.state == "works"


@pytest.mark.parametrize(("state", "status"), [("works", 0), ("missing", 0), ("broken", 3)])
def test_only_what_is_essential_sets_the_status(
    state: doctor.State, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    finding = doctor.Finding("a thing", state, "as found", "mend it")
    monkeypatch.setattr(doctor, "CHECKS", (lambda: [finding],))
    assert doctor.doctor(argparse.Namespace(json=True, quiet=False)) == status
    (shown,) = json.loads(capsys.readouterr().out)
    assert shown == {"what": "a thing", "state": state, "detail": "as found", "mend": "mend it"}


def test_the_table_has_marks_and_remedies(capsys: pytest.CaptureFixture) -> None:
    doctor.show(
        [
            doctor.Finding("cache", "works", "/home/someone/.cache"),
            doctor.Finding("camera", "missing", "none found", "connect one"),
            doctor.Finding("graphics", "broken", "no EGL [here]", "install it"),
        ]
    )
    first, second, remedy, third, _ = capsys.readouterr().out.splitlines()
    assert first.startswith("✓  cache")
    assert second.startswith("–  camera") and "→ connect one" in remedy
    assert third.startswith("✗  graphics") and "[here]" in third


def choose(*, offscreen: bool = False, camera: str | None = None, microphone: str | None = None):
    """What a bare start means with these options."""
    return doctor.choose_command(
        argparse.Namespace(offscreen=offscreen, camera=camera, microphone=microphone)
    )


def test_a_bare_start_means_practice_where_everything_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(doctor, "has_screen", lambda: True)
    monkeypatch.setattr(doctor, "cameras", lambda: ["camera 0"])
    monkeypatch.setattr(doctor, "microphones", lambda: ["a microphone"])
    assert choose() == ("practice", "")
    monkeypatch.setattr(doctor, "microphones", list)
    assert choose() == (
        "demo",
        "No microphone found; showing the demo (see: python3 run.py doctor).",
    )
    monkeypatch.setattr(doctor, "cameras", list)
    monkeypatch.setattr(doctor, "has_screen", lambda: False)
    assert "No screen, no camera, no microphone found" in choose()[1]


def test_what_the_options_give_is_not_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "has_screen", lambda: False)
    monkeypatch.setattr(doctor, "cameras", list)
    monkeypatch.setattr(doctor, "microphones", list)
    assert choose(offscreen=True, camera="answer.mp4") == ("practice", "")
    assert choose(offscreen=True, camera="none", microphone="none") == ("practice", "")
    assert choose(camera="answer.mp4")[0] == "demo"


@pytest.mark.skipif(shutil.which("flite") is None, reason="needs flite: apt-get install flite")
def test_the_voice_that_speaks_is_named_and_why_a_lesser_one_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if borrowed.is_here("hibari-heart"):
        first = doctor._voices()[0]
        assert first.state == "works" and first.detail.startswith("hibari speaks; also flite")
    monkeypatch.setattr(borrowed.DataFile, "path", lambda self: None)
    first = doctor._voices()[0]
    assert first.state == "missing" and first.detail.startswith("flite speaks")
    assert "hibari-heart: is not here" in first.detail
    assert first.mend == "python3 run.py models get hibari-heart"
