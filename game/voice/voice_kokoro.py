"""Kokoro (82 million parameters, 24 kHz) where the user has it: ``--voice kokoro:FOLDER``.

The folder holds the ONNX file and the speakers: as ``voices/NAME.bin``, one file each, or together
in one archive of numpy's. How words sound is this program's own lexicon, whose symbols are those
that Kokoro was trained on.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Container
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dialogue.content.persona import Speech
from game.text_analysis.pronouncing_lexicon import VOICE
from game.voice.base import RenderedSpeech, Spans
from game.voice.kokoro_network import LONGEST, RATE_HZ, STYLE, KokoroNetwork
from game.voice.line_cache import LineCache, program_sha256
from game.voice.phonemizer import phonemize
from game.voice.spoken_line import SpokenLine, silent
from game.voice.stretches import stretches
from game.voice.users_files import parted_name, read_model
from perception.errors import InputError
from perception.models.borrowed import read_file

_KINDS = {"female": ("af_heart", "f"), "male": ("am_michael", "m")}
"""The speaker that is taken, and the second letter of the names of others of that kind."""
_EARLY_S = 0.07
"""How much earlier sounds are heard than their symbols' times, by a recogniser that aligned eight
lines: 0.075 for words, 0.070 for lips that close."""


class KokoroVoice:
    """Renders on one thread.

    Args:
        place: the folder, or the ONNX file in it; ``FOLDER#NAME`` for one of its speakers.
        speech: its pace is kept; pitch and tract are the speaker's own.
        kind: female or male, where no speaker is named.

    Raises:
        InputError: the files are missing or not what they should be, or there is no such speaker.
        ModelError: the lexicon or onnxruntime is not here, or the network is another kind.
    """

    def __init__(self, place: str, speech: Speech | None = None, kind: str = "female") -> None:
        path, speaker = parted_name(place)
        user = "voice kokoro"
        model_at = _model_in(path, user)
        folder = model_at.parent
        self._numbers: dict[str, int] = json.loads(read_file(VOICE, "vocab.json"))
        model = read_model(model_at, user)
        speaker, self._style = _speaker_in(folder, speaker, kind, user)
        self.name = f"kokoro:{speaker}"
        self._pace = speech.pace if speech else 1.0
        self._network = KokoroNetwork(model, user)
        self.notice: str | None = None
        if not self._network.tells_durations:
            self.notice = (
                f"voice {self.name} does not tell how long its sounds are: her lips follow a guess"
            )
        sums = [hashlib.sha256(part).hexdigest() for part in (model, self._style.tobytes())]
        self.cache = LineCache([self.name, self._pace, sums, program_sha256()])
        """Where rendered lines are kept."""
        self.fixed: Container[str] = ()

    def render(self, text: str) -> RenderedSpeech:
        """See ``game.voice.base.Voice.render``; what cannot be said is a moment of silence."""
        return self.render_emphasized(text, ())

    def render_emphasized(self, text: str, emphasis: Spans) -> RenderedSpeech:
        """See ``game.voice.base.EmphasizingVoice.render_emphasized``."""
        stressed = sorted(emphasis)
        if text not in self.fixed:
            return self._speak(text, stressed)
        return self.cache.kept(text, lambda: self._speak(text, stressed), stressed)

    def _speak(self, text: str, emphasis: Spans) -> RenderedSpeech:
        phonemes = phonemize(text, emphasis)
        line = SpokenLine(text, phonemes, RATE_HZ, _EARLY_S)
        parts: list[NDArray[np.float32]] = []
        begin_s = 0.0
        for stretch in stretches(text, phonemes, self._numbers.__contains__, LONGEST):
            numbers = [self._numbers[symbol] for symbol in stretch.symbols]
            style = self._style[min(len(numbers), len(self._style)) - 1]
            samples, held_s = self._network.speak(numbers, style, self._pace)
            if held_s is None:
                held_s = _guessed(stretch.symbols, len(samples) / RATE_HZ)
            edges = begin_s + np.concatenate(([0.0], np.cumsum(held_s)))
            line.add(stretch, edges[1:-1].tolist())  # without the silences around it
            parts.append(samples)
            begin_s += len(samples) / RATE_HZ
        return line.rendered(np.concatenate(parts)) if parts else silent(text, RATE_HZ)


def _guessed(symbols: str, duration_s: float) -> NDArray[np.float64]:
    """(n + 2,) every symbol held for the same time, as if there were no silence around them."""
    held = np.zeros(len(symbols) + 2)
    held[1:-1] = duration_s / len(symbols)
    return held


def _model_in(path: Path, user: str) -> Path:
    if path.is_file():
        return path
    if not path.is_dir():
        raise InputError(f"{user}: there is no folder {path}")
    found = sorted(path.glob("*.onnx")) or sorted(path.glob("onnx/*.onnx"))
    if not found:
        raise InputError(f"{user}: {path} holds no .onnx file; put Kokoro's there")
    if len(found) > 1:
        names = ", ".join(each.name for each in found[:4])
        raise InputError(f"{user}: {path} holds several models ({names}); name one of the files")
    return found[0]


def _speaker_in(folder: Path, name: str, kind: str, user: str) -> tuple[str, NDArray[np.float32]]:
    """Name of the speaker and (lengths, 256) its style for each length of a stretch."""
    places = [folder, folder.parent]
    files = {p.stem: p for at in places for p in sorted(at.glob("voices/*.bin"))}
    archives = [p for at in places for p in sorted(at.glob("voices*")) if zipfile.is_zipfile(p)]
    packed = {}
    for archive in archives:
        with np.load(archive, allow_pickle=False) as found:
            packed.update(dict.fromkeys(found.files, archive))
    known = sorted({*files, *packed})
    if not known:
        raise InputError(f"{user}: {folder} holds no speakers; put voices/NAME.bin there")
    first, letter = _KINDS.get(kind, _KINDS["female"])
    alike = [each for each in known if each[1:3] == f"{letter}_"]
    name = name or (first if first in known else next(iter(alike or known)))
    if name not in known:
        shown = ", ".join(known[:8]) + (" ..." if len(known) > 8 else "")
        raise InputError(f"{user}: there is no speaker '{name}'; it has {shown}")
    if name in packed:
        with np.load(packed[name], allow_pickle=False) as found:
            style = np.asarray(found[name], np.float32).reshape(-1)
    else:
        data = files[name].read_bytes()
        style = np.frombuffer(data[: len(data) // 4 * 4], "<f4")
    if style.size == 0 or style.size % STYLE or not np.isfinite(style).all():
        raise InputError(f"{user}: the speaker '{name}' is damaged; fetch its file anew")
    return name, style.reshape(-1, STYLE)
