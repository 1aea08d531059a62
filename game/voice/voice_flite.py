"""The voice of flite, Carnegie Mellon's small synthesizer: clear, quick, telling its phones."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dialogue.content.persona import Speech
from game.voice.base import RenderedSpeech
from game.voice.loudness import level, trim
from game.voice.pronunciation import tokens
from game.voice.visemes import Phone, visemes_from_phones, words_from_phones
from perception.errors import InputError, ModelError
from perception.signal.resampling import resample
from perception.signal.wav import HEADER_BYTES, read_wav

SPEAKERS = ("slt", "rms", "awb", "kal16")
"""slt is a woman's voice, the others men's."""
_BY_KIND = {"female": "slt", "male": "rms"}
_LONGEST_RUN_S = 30.0


class FliteVoice:
    """Renders with the ``flite`` command, which is another process: a crash there is an error here.

    Args:
        speaker: "female", "male" or one of ``SPEAKERS``.
        speech: how it is to differ from the speaker's own voice.

    Raises:
        InputError: flite has no such speaker.
        ModelError: flite is not installed.
    """

    def __init__(self, speaker: str = "female", speech: Speech | None = None) -> None:
        self.notice: str | None = None
        self._speech = speech or Speech()
        speaker = _BY_KIND.get(speaker, speaker)
        # flite itself takes an unknown name without a word and speaks with its default voice
        if speaker not in SPEAKERS:
            raise InputError(
                f"voice flite has no speaker '{speaker}'; use female, male, {', '.join(SPEAKERS)}"
            )
        command = shutil.which("flite")
        if command is None:
            raise ModelError("voice flite is not installed; run: sudo apt-get install flite")
        self.name = f"flite:{speaker}"
        self._speaker = speaker
        self._command = command

    def render(self, text: str) -> RenderedSpeech:
        """See ``game.voice.base.Voice.render``."""
        line = tokens(text)
        with tempfile.TemporaryDirectory(prefix="flite-") as folder:
            sound = Path(folder, "line.wav")
            printed = self._run(" ".join(t.spoken for t in line), sound)
            samples, rate_hz = read_wav(sound)
        samples = _stretched(samples, self._speech.tract)
        samples, cut_s = trim(samples, rate_hz)
        duration_s = len(samples) / rate_hz
        phones = _phones(printed, self._speech.tract, cut_s, duration_s)
        return RenderedSpeech(
            text=text,
            samples=level(samples, rate_hz),
            rate_hz=rate_hz,
            visemes=visemes_from_phones(phones, duration_s),
            words=words_from_phones(line, phones),
        )

    def _run(self, spoken: str, sound: Path) -> str:
        # No shell reads the text, and after -t neither an option nor a file name is read out of
        # it. From a file flite would part the text and count each sentence's phones from 0.
        command = [self._command, "-voice", self._speaker, "-psdur"]
        # the sound is slowed by the tract's factor afterwards, which lowers pitch and formants
        # alike; pace and pitch are given so much higher here
        speech = self._speech
        command += ["--setf", f"duration_stretch={1.0 / (speech.pace * speech.tract):.4f}"]
        command += ["--setf", f"f0_shift={speech.pitch * speech.tract:.4f}"]
        command += ["-o", str(sound), "-t", spoken]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=_LONGEST_RUN_S, check=False
            )
        except subprocess.TimeoutExpired:
            raise ModelError(
                f"voice flite took over {_LONGEST_RUN_S:g} s for one line; shorten the line"
            ) from None
        if done.returncode != 0 or not sound.is_file() or sound.stat().st_size <= HEADER_BYTES:
            said = done.stderr.strip().splitlines()[-1:] or ["it wrote no sound"]
            raise ModelError(
                f"voice flite failed (status {done.returncode}: {said[0]}); choose another --voice"
            )
        return done.stdout


def _stretched(samples: NDArray[np.float32], factor: float) -> NDArray[np.float32]:
    """The sound slowed by a factor at the same rate, as a tape would: all frequencies fall."""
    # half a per cent is about the least difference that an ear notices in pitch
    return resample(samples.astype(np.float64), 200, round(factor * 200))


def _phones(printed: str, slowed: float, cut_s: float, duration_s: float) -> list[Phone]:
    """Reads flite's ``name:end`` list, slowed and shifted by what was cut off the start."""
    phones: list[Phone] = []
    now_s = 0.0
    for entry in printed.split():
        name, _, end = entry.rpartition(":")
        end_s = min(duration_s, max(0.0, float(end) * slowed - cut_s))
        if end_s > now_s:
            phones.append(Phone(now_s, end_s, name))
            now_s = end_s
    return phones
