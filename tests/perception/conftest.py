"""Fixtures for perception."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from perception.microphone.microphone_pyaudio import list_devices
from tests.perception.microphone.virtual_microphones import ALSA_NAMES, VirtualMicrophones
from tests.sound_server import ALONE


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_alsa: None
) -> Iterator[VirtualMicrophones]:
    """A sound server of our own, with one microphone: the headset."""
    if ALONE not in os.environ:
        pytest.skip("run by test_real_microphones, in a process of its own")
    if shutil.which("pulseaudio") is None or shutil.which("pactl") is None:
        pytest.skip("needs PulseAudio: apt-get install pulseaudio pulseaudio-utils")
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    (tmp_path / ".asoundrc").write_text(ALSA_NAMES)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PULSE_SERVER", raising=False)
    microphones = VirtualMicrophones(tmp_path)
    try:
        microphones.plug("headset")
        if not list_devices():
            pytest.skip("needs ALSA's bridge to PulseAudio: apt-get install libasound2-plugins")
        yield microphones
    finally:
        microphones.stop()
