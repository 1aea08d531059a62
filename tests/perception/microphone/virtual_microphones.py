"""A sound server of our own with virtual microphones, for tests of the machine's own microphone."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ALSA_NAMES = """
pcm.headset { type pulse device headset_mic hint { show on description "headset" } }
pcm.studio { type pulse device studio_mic hint { show on description "studio" } }
pcm.camera { type pulse device camera_mic hint { show on description "camera" } }
"""
"""ALSA's names for three microphones of the sound server, as a desk with some of them has."""

FEEDS = {"headset": (16_000, 1), "studio": (48_000, 2), "camera": (44_100, 1)}
"""Name to rate and channels."""


class VirtualMicrophones:
    """A sound server whose microphones hear what is played to their feeds."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(
            [
                "pulseaudio",
                "--daemonize=no",
                "--exit-idle-time=-1",
                "-n",
                "--load=module-native-protocol-unix",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._home = home
        self._modules: dict[str, list[str]] = {}
        self._players: list[subprocess.Popen[bytes]] = []
        for _ in range(100):
            time.sleep(0.1)
            if subprocess.run(["pactl", "info"], capture_output=True, check=False).returncode == 0:
                return
        raise AssertionError("the sound server does not start")

    def plug(self, name: str) -> None:
        """Puts a microphone in; the one that comes first is the default."""
        rate_hz, channels = FEEDS[name]
        shape = (f"rate={rate_hz}", f"channels={channels}")
        feed = self._load("module-null-sink", f"sink_name={name}_feed", *shape)
        source = f"source_name={name}_mic"
        mic = self._load("module-remap-source", source, f"master={name}_feed.monitor")
        if not self._modules:
            self._pactl("set-default-source", f"{name}_mic")
        self._modules[name] = [mic, feed]
        self._play(name, Path("/dev/zero"))  # a feed that sleeps swallows its first seconds

    def unplug(self, name: str) -> None:
        """Pulls a microphone out, whoever listens to it."""
        for module in self._modules.pop(name):
            self._pactl("unload-module", module)

    def hum(self, name: str, hz: float, left_only: bool = False) -> None:
        """Plays a tone to a microphone until the end, on one or on all channels."""
        rate_hz, channels = FEEDS[name]
        t = np.arange(60 * rate_hz) / rate_hz
        sound = 0.5 * np.sin(2 * np.pi * hz * t)
        frames = np.repeat(sound[:, np.newaxis], channels, axis=1)
        if left_only:
            frames[:, 1:] = 0
        path = self._home / f"{name}.raw"
        path.write_bytes(np.round(frames * 32767).astype("<i2").tobytes())
        self._play(name, path)

    def say(self, name: str, samples: NDArray[np.float32]) -> None:
        """Plays (n,) mono sound of 16 kHz to a microphone, once."""
        path = self._home / f"{name}_said.raw"
        path.write_bytes(np.round(samples * 32767).astype("<i2").tobytes())
        command = ["pacat", "-d", f"{name}_feed", "--raw", "--rate=16000", "--channels=1"]
        command += ["--format=s16le", str(path)]
        self._players.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))

    def stop(self) -> None:
        """Ends the server and all that plays to it."""
        for process in (*self._players, self.process):
            process.terminate()
            process.wait(10)

    def _play(self, name: str, path: Path) -> None:
        rate_hz, channels = FEEDS[name]
        shape = [f"--rate={rate_hz}", f"--channels={channels}", "--format=s16le"]
        command = ["pacat", "-d", f"{name}_feed", "--raw", *shape, str(path)]
        self._players.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))

    def _load(self, *module: str) -> str:
        return self._pactl("load-module", *module).strip()

    def _pactl(self, *arguments: str) -> str:
        done = subprocess.run(
            ["pactl", *arguments], check=True, capture_output=True, text=True, timeout=20
        )
        return done.stdout
