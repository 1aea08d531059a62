"""The voice "hibari": a small network that runs here, and seven people made of its one speaker.

A line is cut into sentences, each is planned (how long every sound is held, how high), bent where a
word stands out or a question ends, and spoken; then another person is made of the speaker. The
durations that were planned are those that are heard, so mouth and words need no aligner.
"""

from __future__ import annotations

import functools
import importlib.util
import re
from collections.abc import Container
from dataclasses import asdict, replace

import numpy as np
from numpy.typing import NDArray

from dialogue.content.persona import HibariSpeech, Speech
from game.voice.base import RenderedSpeech, Spans
from game.voice.hibari_onnxruntime import (
    GUEST,
    MOST_SYMBOLS,
    UNIT_S,
    HibariNetwork,
    Prosody,
    model_sha256,
)
from game.voice.intonation import bend_end, kept_in_voice, raise_words, rises
from game.voice.line_cache import LineCache, program_sha256
from game.voice.phonemizer import Phonemes, phonemize
from game.voice.psola import change_voice
from game.voice.speech_sounds import STRESSES
from game.voice.spoken_line import SpokenLine, silent
from game.voice.stretches import Stretch, stretches
from game.voice.vocoder import RATE_HZ, synthesize
from perception.errors import InputError, ModelError
from perception.models.borrowed import read_files

SPEAKERS = ("heart",)
_OWN_PITCH_HZ = 197.0
"""Median pitch of heart's speech over twenty lines."""
_BY_KIND = {
    "female": HibariSpeech(rate=0.9),
    "male": HibariSpeech(formant_ratio=0.86, pitch_hz=125.0, pitch_range=1.1, rate=0.86),
}
_BETWEEN_UNITS = 3
"""Silence before a sentence within a line, beside what the full stop before it holds."""
_EMPHASIS_RATE = 0.86  # a word that stands out is said this much slower
_EARLY_S = 0.065
"""How much earlier sounds are heard than their symbols' times: both a recogniser that aligned ten
lines and the lips' openings against loudness say 0.05 to 0.075."""
_EARLY_FRAMES = round(2 * _EARLY_S / UNIT_S)
_QUESTION = re.compile(r"\?+[\s”\")]*$")


class HibariVoice:
    """Renders on one thread; fixed lines said before come from disk.

    Args:
        speaker: "heart", or "female" or "male" for a person made of it.
        speech: who is made of the speaker, in its ``hibari``.

    Raises:
        InputError: there is no such speaker.
        ModelError: the guest is not here or damaged, or onnxruntime is not installed.
    """

    def __init__(self, speaker: str = "female", speech: Speech | None = None) -> None:
        self.notice: str | None = None
        if speaker not in SPEAKERS and speaker not in _BY_KIND:
            raise InputError(
                f"voice hibari has no speaker '{speaker}'; use female, male, {', '.join(SPEAKERS)}"
            )
        if importlib.util.find_spec("onnxruntime") is None:
            raise ModelError(
                "voice hibari needs onnxruntime; install it with: pip install onnxruntime"
            )
        read_files(GUEST)  # all is here and what it should be, before anyone relies on it
        self.name = f"hibari:{speaker}"
        given = speech.hibari if speech is not None else HibariSpeech()
        # of somebody of whom no more is known, the kind alone decides
        self._person = _BY_KIND.get(speaker, given) if given == HibariSpeech() else given
        self.cache = LineCache([asdict(self._person), model_sha256(), program_sha256()])
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
        network = _network()
        phonemes = phonemize(text, emphasis)
        found = stretches(text, phonemes, network.knows, MOST_SYMBOLS)
        if not found:
            return silent(text, RATE_HZ)
        line = SpokenLine(text, phonemes, RATE_HZ, _EARLY_S)
        parts: list[NDArray[np.float32]] = []
        pitch: list[NDArray[np.float32]] = []
        begin_s = 0.0
        for stretch, asks in map(_asking, found):
            prosody, pitch_hz = self._plan(network, stretch, phonemes, asks)
            parts.append(synthesize(network.speak(prosody), pitch_hz))
            pitch.append(pitch_hz)
            edges_s = begin_s + UNIT_S * np.concatenate(([0.0], np.cumsum(prosody.units)))
            line.add(stretch, edges_s[1:-1].tolist())  # without the silences around it
            begin_s = float(edges_s[-1])
        return line.rendered(self._made_person(np.concatenate(parts), np.concatenate(pitch)))

    def _plan(
        self,
        network: HibariNetwork,
        stretch: Stretch,
        phonemes: Phonemes,
        asks: bool,
    ) -> tuple[Prosody, NDArray[np.float32]]:
        """What the network is told, and the pitch that is heard."""
        stands_out = [
            word is not None and phonemes.words[word].emphasised for word in stretch.owners
        ]
        rate = self._person.rate * np.where(stands_out, _EMPHASIS_RATE, 1.0)
        prosody = _shortened(network.plan(stretch.symbols, rate), _BETWEEN_UNITS)
        frames = 2 * np.concatenate(([0.0], np.cumsum(prosody.units))).astype(int)[1:]
        spans = [
            (max(0, int(frames[first]) - _EARLY_FRAMES), int(frames[after]) - _EARLY_FRAMES)
            for first, after in stretch.words().values()
            if stands_out[first]
        ]
        pitch = raise_words(prosody.pitch_hz, spans)
        if asks:
            marks = [at for at, symbol in enumerate(stretch.symbols) if symbol in STRESSES]
            stressed = int(frames[marks[-1]]) - _EARLY_FRAMES if marks else 0
            rising = rises(stretch.sentence)
            pitch = bend_end(pitch, stressed, rising)
            if not rising:
                told = kept_in_voice(pitch, prosody.energy, stressed)
                return replace(prosody, pitch_hz=told[0], energy=told[1]), pitch
        return replace(prosody, pitch_hz=pitch), pitch

    def _made_person(
        self, samples: NDArray[np.float32], pitch_hz: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        person = self._person
        if person.is_own:
            return samples
        # a ratio, not a pitch: a line that the speaker says higher than others stays one
        ratio = person.pitch_hz / _OWN_PITCH_HZ
        return change_voice(samples, pitch_hz, person.formant_ratio, ratio, person.pitch_range)


def _asking(stretch: Stretch) -> tuple[Stretch, bool]:
    """A stretch as the network is to read it, and whether it ends a question.

    Before two question marks it ends without the creak in which no melody is heard.
    """
    bare = _QUESTION.sub("", stretch.symbols)
    if not stretch.sentence or bare == stretch.symbols:
        return stretch, False
    owners = (*stretch.owners[: len(bare)], None, None)
    return replace(stretch, symbols=bare + "??", owners=owners), True


def _shortened(prosody: Prosody, lead_units: int) -> Prosody:
    """With no more than so much silence before the first symbol."""
    over = int(max(0.0, prosody.units[0] - lead_units))
    if over == 0:
        return prosody
    units = prosody.units.copy()
    units[0] -= over
    return replace(
        prosody,
        units=units,
        pitch_hz=prosody.pitch_hz[2 * over :],
        energy=prosody.energy[2 * over :],
    )


@functools.lru_cache(maxsize=1)
def _network() -> HibariNetwork:
    return HibariNetwork()
