"""A Piper voice that the user has: ``--voice piper:FILE.onnx``; FILE.onnx.json lies beside it."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Container
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogue.content.persona import Speech
from game.voice.alignment_pocketsphinx import align
from game.voice.base import RenderedSpeech
from game.voice.ipa import joined
from game.voice.line_cache import LineCache, as_kept, program_sha256
from game.voice.loudness import level, trim
from game.voice.phonemes_espeak import command, sentences
from game.voice.piper_network import PiperNetwork
from game.voice.pronunciation import Token, tokens
from game.voice.speech_sounds import phones_of
from game.voice.users_files import parted_name, read_json, read_model
from game.voice.visemes import (
    Phone,
    phones_from_envelope,
    visemes_from_phones,
    words_from_phones,
)
from perception.errors import InputError

_BEGIN, _BLANK, _END = "^", "_", "$"
_EARLY_S = 0.04
"""How much earlier sounds are heard than their symbols' times, by a recogniser that aligned eight
lines of the voice "joe": 0.041 for words, 0.044 for lips that close."""
_BETWEEN_S = 0.2
"""Silence between sentences, beside what the voice itself leaves there."""


class PiperVoice:
    """Renders on one thread; how words sound is espeak-ng's, which these voices are trained on.

    Args:
        place: the voice's ONNX file; ``FILE#NAME`` for one speaker of a file that holds several.
        speech: its pace is kept; pitch and tract are the voice's own.
        kind: taken for the sake of the other voices.

    Raises:
        InputError: the file or its JSON is missing or not what it should be.
        ModelError: espeak-ng or onnxruntime is not installed, or the network is another kind.
    """

    def __init__(self, place: str, speech: Speech | None = None, kind: str = "female") -> None:
        del kind  # a file has the speaker that it has
        path, speaker = parted_name(place)
        self.name = f"piper:{path.stem}" + (f"#{speaker}" if speaker else "")
        user = f"voice {self.name}"
        model = read_model(path, user)
        told_at = path.with_name(path.name + ".json")
        told = read_json(told_at, user)
        self._read(told, told_at, user)
        command()  # before anyone relies on it
        self._pace = speech.pace if speech else 1.0
        self._network = PiperNetwork(model, user, _speaker(told, speaker, user))
        self.notice: str | None = None
        if not self._network.tells_durations:
            self.notice = (
                f"{user} does not tell how long its sounds are: her lips follow a guess, "
                "and the voice is flatter than it could be"
            )
        sums = [hashlib.sha256(model).hexdigest(), self._numbers, self._scales, self._espeak]
        self.cache = LineCache([self.name, speaker, self._pace, sums, program_sha256()])
        """Where rendered lines are kept."""
        self.fixed: Container[str] = ()

    def _read(self, told: dict[str, Any], path: Path, user: str) -> None:
        try:
            self._numbers = {
                str(symbol): [int(number) for number in numbers]
                for symbol, numbers in told["phoneme_id_map"].items()
            }
            self.rate_hz = int(told["audio"]["sample_rate"])
            self._espeak = str(told["espeak"]["voice"])
            asked = told.get("inference", {})
            self._scales = (
                float(asked.get("noise_scale", 0.667)),
                float(asked.get("length_scale", 1.0)),
                float(asked.get("noise_w", 0.8)),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InputError(
                f"{user}: {path} is not the description of a Piper voice ({error!r})"
            ) from None
        lacking = [mark for mark in (_BEGIN, _BLANK, _END) if mark not in self._numbers]
        if lacking or not 8000 <= self.rate_hz <= 48000:
            raise InputError(f"{user}: {path} is not the description of a Piper voice")
        if told.get("phoneme_type", "espeak") != "espeak" or not self._espeak.startswith("en"):
            kind = self._espeak if told.get("phoneme_type", "espeak") == "espeak" else "plain text"
            raise InputError(
                f"{user}: it is made for {kind}; the recruiter speaks English, so choose a voice "
                "whose JSON names espeak's en-us or en-gb"
            )

    def render(self, text: str) -> RenderedSpeech:
        """See ``game.voice.base.Voice.render``."""
        if text not in self.fixed:
            return self._speak(text)
        return self.cache.kept(text, lambda: self._speak(text))

    def _speak(self, text: str) -> RenderedSpeech:
        line = tokens(text)
        parts: list[NDArray[np.float32]] = []
        phones: list[Phone] = []
        begin_s = 0.0
        noise, length, noise_w = self._scales
        scales = (noise, length / self._pace, noise_w)
        pause = np.zeros(round(_BETWEEN_S * self.rate_hz), np.float32)
        for sentence in sentences(line, self._espeak):
            symbols, ids = self._ids(sentence)
            said = self._network.speak(ids, scales)
            if said.units is not None:
                unit_s = len(said.samples) / self.rate_hz / float(said.units.sum())
                held = (unit_s * said.units).tolist()
                names, times = joined(symbols, held)
                edges = begin_s + np.concatenate(([0.0], np.cumsum(times)))
                phones += phones_of("".join(names), edges.tolist())
            parts += [said.samples, pause]
            begin_s += (len(said.samples) + len(pause)) / self.rate_hz
        samples, cut_s = trim(np.concatenate(parts), self.rate_hz)
        duration_s = len(samples) / self.rate_hz

        def heard(t_s: float) -> float:
            return min(duration_s, max(0.0, t_s - _EARLY_S - cut_s))

        told = [Phone(heard(p.start_s), heard(p.end_s), p.name) for p in phones]
        return self._finished(text, line, samples, told)

    def _finished(
        self,
        text: str,
        line: tuple[Token, ...],
        samples: NDArray[np.float32],
        told: list[Phone],
    ) -> RenderedSpeech:
        duration_s = len(samples) / self.rate_hz
        phones: tuple[Phone, ...] | list[Phone] = told
        if not told:
            phones = align(line, samples, self.rate_hz)
            phones = phones or phones_from_envelope(line, samples, self.rate_hz)
        samples = level(samples, self.rate_hz)
        return RenderedSpeech(
            text=text,
            samples=as_kept(samples),
            rate_hz=self.rate_hz,
            visemes=visemes_from_phones(phones, duration_s),
            words=words_from_phones(line, phones),
        )

    def _ids(self, sentence: str) -> tuple[list[str], NDArray[np.int64]]:
        """Symbols with the blanks between them, and their numbers; what is not known is left out.

        The two have one length: a blank is "".
        """
        known = [c for c in unicodedata.normalize("NFD", sentence) if c in self._numbers]
        symbols: list[str] = []
        numbers: list[int] = []
        for symbol, mark in ((_BEGIN, " "), *((c, c) for c in known), (_END, " ")):
            blank = self._numbers[_BLANK] if symbol != _END else []
            own = self._numbers[symbol]
            numbers += own + blank
            symbols += [mark] + [""] * (len(own) + len(blank) - 1)
        return symbols, np.array(numbers, np.int64)


def _speaker(told: dict[str, Any], name: str, user: str) -> int:
    known = told.get("speaker_id_map") or {}
    if not name:
        return 0
    if name not in known:
        shown = ", ".join(list(known)[:8]) or "none by name"
        raise InputError(f"{user}: there is no speaker '{name}' in it; it has {shown}")
    return int(known[name])
