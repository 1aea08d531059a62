"""The system's own voices through pyttsx3: SAPI on Windows, NSSpeech on macOS, espeak on Linux."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogue.content.persona import Speech
from dialogue.types import WORDS_PER_MIN
from game.voice.alignment_pocketsphinx import align
from game.voice.base import RenderedSpeech
from game.voice.loudness import level, trim
from game.voice.pronunciation import Token, tokens
from game.voice.visemes import (
    phones_by_length,
    phones_from_envelope,
    visemes_from_phones,
    words_from_phones,
)
from game.voice.voice_silent import SilentVoice
from perception.errors import InputError, ModelError
from perception.signal.wav import read_wav

_WORKER = Path(__file__).with_name("speech_pyttsx3.py")
_LONGEST_RUN_S = 60.0
_TRIES = 3  # it has been seen to return before its file was whole
_LEAST_SHARE = 0.7
"""Of the time that a line should take: less is suspect. Of forty whole lines of espeak-ng none took
less than 0.87."""
_SILENT_DB = 30.0
"""Whole speech ends this far below its loudest; what is cut off mostly does not."""
_END_S = 0.02
_FEMALE_NAMES = ("zira", "hazel", "susan", "samantha", "karen", "moira", "tessa", "female")
_MALE_NAMES = ("david", "mark", "george", "alex", "daniel", "fred", "male")


class Pyttsx3Voice:
    """Renders each line in a process of its own; the mouth's times come of aligning the text.

    Args:
        speaker: "female", "male", or the id or name of a voice of the system.
        speech: its pace is kept; pitch and tract are the system voice's own.

    Raises:
        InputError: the system has no such voice (pyttsx3 itself would speak with another one).
        ModelError: pyttsx3 or the system's speech is not installed.
    """

    def __init__(self, speaker: str = "female", speech: Speech | None = None) -> None:
        self.notice: str | None = None
        self.trouble: str | None = None
        """Why the last line is not heard."""
        self._pace = speech.pace if speech else 1.0
        if importlib.util.find_spec("pyttsx3") is None:
            raise ModelError("voice pyttsx3 is not installed; run: pip install pyttsx3==2.99")
        found = _run({})
        self._voice = _pick(found["voices"], speaker, found["driver"])
        self.name = f"pyttsx3:{speaker}"

    def render(self, text: str) -> RenderedSpeech:
        """See ``game.voice.base.Voice.render``."""
        line = tokens(text)
        spoken = " ".join(t.spoken for t in line)
        found = self._whole(spoken, line)
        if found is None:
            self.trouble = (
                f"voice {self.name} gave only part of a line in {_TRIES} tries: it is shown and "
                "not heard; another --voice may do better"
            )
            return SilentVoice(speech=Speech(pace=self._pace)).render(text)
        self.trouble = None
        samples, rate_hz = found
        samples, _ = trim(samples, rate_hz)
        phones = align(line, samples, rate_hz) or phones_from_envelope(line, samples, rate_hz)
        return RenderedSpeech(
            text=text,
            samples=level(samples, rate_hz),
            rate_hz=rate_hz,
            visemes=visemes_from_phones(phones, len(samples) / rate_hz),
            words=words_from_phones(line, phones),
        )

    def _whole(self, spoken: str, line: Sequence[Token]) -> tuple[NDArray[np.float32], int] | None:
        """The line's sound and rate; None where no try gave a whole one.

        A sound counts as whole once two tries have the same length: what is cut off by chance, also
        between two words, where nobody could tell, is not twice the same.
        """
        lengths: list[int] = []
        longest: tuple[NDArray[np.float32], int] | None = None
        with tempfile.TemporaryDirectory(prefix="pyttsx3-") as folder:
            for attempt in range(_TRIES):
                sound = Path(folder, f"line-{attempt}.wav")  # a fresh path: it may append to an old
                _run(
                    {
                        "text": spoken,
                        "path": str(sound),
                        "voice": self._voice,
                        "words_per_min": round(WORDS_PER_MIN * self._pace),
                    }
                )
                try:
                    samples, rate_hz = read_wav(sound)
                except InputError:
                    continue  # no file, or the beginning of one
                if len(samples) == 0:
                    continue
                if len(samples) in lengths:
                    return samples, rate_hz
                lengths.append(len(samples))
                longer = longest is None or len(samples) > len(longest[0])
                if longer and not cut_off(samples, rate_hz, line, self._pace):
                    longest = samples, rate_hz
        return longest


def cut_off(samples: NDArray[np.float32], rate_hz: int, line: Sequence[Token], pace: float) -> bool:
    """Whether a sound looks like a part of a line: too short for it, or loud to its end.

    Args:
        samples: (n,) mono.
        rate_hz: samples per second.
        line: what it should say.
        pace: factor on a usual rate.
    """
    needed_s = phones_by_length(line)[-1].end_s / pace
    if len(samples) < _LEAST_SHARE * needed_s * rate_hz:
        return True
    peak = float(np.abs(samples).max())
    end = float(np.abs(samples[-max(1, round(_END_S * rate_hz)) :]).max())
    return peak == 0.0 or end > peak * 10 ** (-_SILENT_DB / 20)


def _run(job: dict[str, Any]) -> dict[str, Any]:
    # -P keeps this folder's modules out of the way of those that pyttsx3 imports
    command = [sys.executable, "-P", str(_WORKER)]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(job),
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            timeout=_LONGEST_RUN_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ModelError(
            f"voice pyttsx3 took over {_LONGEST_RUN_S:g} s for one line; choose another --voice"
        ) from None
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise ModelError(
            f"voice pyttsx3 failed ({said[0]}); on Debian: sudo apt-get install libespeak-ng1"
        )
    for printed in done.stdout.splitlines():
        if printed.startswith("{"):  # the engine prints lines of its own beside the reply
            reply: dict[str, Any] = json.loads(printed)
            return reply
    raise ModelError("voice pyttsx3 gave no answer; choose another --voice")


def _pick(voices: list[dict[str, Any]], speaker: str, driver: str) -> str:
    """Id of the voice to use."""
    for voice in voices:
        if speaker in (voice["id"], voice["name"]):
            return str(voice["id"])
    if speaker not in ("female", "male"):
        known = ", ".join(v["name"] for v in voices[:8])
        raise InputError(f"voice pyttsx3 has no speaker '{speaker}'; use female, male, {known} ...")
    english = [v for v in voices if _is_english(v)]
    if not english:
        raise ModelError("voice pyttsx3: the system has no English voice; install one, or flite")
    if driver.endswith("espeak"):
        american = [v for v in english if v["id"].lower().endswith("en-us")]
        # espeak's voices are men's; its variant f3 makes a woman's of them
        return str((american or english)[0]["id"]) + ("+f3" if speaker == "female" else "")
    names = _FEMALE_NAMES if speaker == "female" else _MALE_NAMES
    for voice in english:
        gender = voice["gender"].lower()
        if gender.endswith(f"gender{speaker}") or gender == speaker:
            return str(voice["id"])
    for voice in english:
        if any(name in voice["name"].lower().split() for name in names):
            return str(voice["id"])
    return str(english[0]["id"])


def _is_english(voice: dict[str, Any]) -> bool:
    languages = [language.lower().lstrip("b'\\x05") for language in voice["languages"]]
    return (
        any(language.startswith("en") for language in languages)
        or "english" in voice["name"].lower()
        or "en-us" in voice["id"].lower()
    )
