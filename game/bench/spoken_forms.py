"""How many written forms a voice says so that Whisper hears what was meant: £30k, 1990s, C#."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from game.text_analysis.text_normalization import normalize
from game.voice.base import Voice, choose_voice
from game.voice.phonemizer import phonemize
from perception.errors import InputError
from perception.models.borrowed import is_here
from perception.paths import ROOT
from perception.signal.resampling import resample
from perception.speech.base import FASTER_WHISPER
from perception.speech.speech_faster_whisper import load_model

FORMS = ROOT / "tests" / "game" / "voice" / "spoken_forms.tsv"
"""The table: written, spoken, and other spellings of the same sounds, parted by tabs."""

_RATE_HZ = 16_000
_LONGEST_S = 27.0  # Whisper hears 30 s at a time, and needs some of them to begin and end
_PAUSE_S = 0.5
_MIXED = 29
"""How far apart in the table those stand that are heard together: neighbours are of one kind."""
_BEFORE, _AFTER = "Please write", "as before"
"""Words around each form, by which the forms are parted in what was heard."""


@dataclass(frozen=True, slots=True)
class SpokenForm:
    """One line of the table."""

    written: str
    spoken: str
    """Words as a person says them, initialisms by letters."""
    also: tuple[str, ...] = ()
    """What a recogniser may write for the same sounds."""


@dataclass(frozen=True, slots=True)
class HeardForm:
    """What became of a form."""

    form: SpokenForm
    heard: str
    right: bool


def read_forms(path: Path = FORMS) -> tuple[SpokenForm, ...]:
    """Reads the table.

    Raises:
        InputError: it is not here, as where the program was installed without its tests.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError:
        raise InputError(f"{path}: no table of spoken forms; take the tests along") from None
    rows = [line.split("\t") for line in lines if line and not line.startswith("# ")]
    return tuple(
        SpokenForm(row[0], row[1], tuple(row[2].split("|")) if len(row) > 2 else ()) for row in rows
    )


def can_listen() -> bool:
    """Whether Whisper is on this machine."""
    return is_here(FASTER_WHISPER["base"])


def spoken_right() -> tuple[int, int]:
    """How many forms of the table the voice hibari says rightly, and how many there are.

    Raises:
        InputError: the table is not here.
        ModelError: the voice or the recogniser is not here.
    """
    forms = hear(choose_voice("hibari"), read_forms())
    return sum(form.right for form in forms), len(forms)


def hear(voice: Voice, forms: Sequence[SpokenForm]) -> tuple[HeardForm, ...]:
    """Has a voice say forms and Whisper write them down.

    Args:
        voice: says each in a short sentence.
        forms: in any order.

    Raises:
        ModelError: the recogniser is not here.
    """
    recogniser = _Recogniser()
    found: list[HeardForm] = []
    # among amounts of money a bare number is written as one, so kinds are mixed
    mixed = [form for first in range(_MIXED) for form in forms[first::_MIXED]]
    for together, sound in _strings(voice, mixed):
        heard = re.split(rf"(?i)\b{_BEFORE}\b[,:]?\s*", recogniser.write(sound))[1:]
        heard += [""] * (len(together) - len(heard))
        for form, text in zip(together, heard, strict=False):
            said = re.sub(r"(?i)[,.]?\s*\b(as|is|has|was) before\b.*$", "", text).strip()
            found.append(HeardForm(form, said, _same(form, said)))
    places = {form: place for place, form in enumerate(forms)}
    return tuple(sorted(found, key=lambda each: places[each.form]))


def _strings(
    voice: Voice, forms: Sequence[SpokenForm]
) -> Iterator[tuple[list[SpokenForm], NDArray[np.float32]]]:
    """Forms that are heard in one go: Whisper works as long for one as for a string of them."""
    pause = np.zeros(round(_PAUSE_S * _RATE_HZ), np.float32)
    together: list[SpokenForm] = []
    parts: list[NDArray[np.float32]] = []
    for form in forms:
        line = voice.render(f"{_BEFORE} {form.written}, {_AFTER}.")
        sound = resample(line.samples, line.rate_hz, _RATE_HZ).astype(np.float32)
        if together and sum(map(len, parts)) + len(sound) > _LONGEST_S * _RATE_HZ:
            yield together, np.concatenate(parts)
            together, parts = [], []
        together.append(form)
        parts += [sound, pause]
    if together:
        yield together, np.concatenate(parts)


class _Recogniser:
    """Whisper base on one thread."""

    def __init__(self) -> None:
        self._model = load_model("base")

    def write(self, sound: NDArray[np.float32]) -> str:
        """Text of up to 30 s of sound at 16 kHz."""
        segments, _ = self._model.transcribe(
            sound,
            language="en",
            beam_size=5,
            temperature=0.0,
            condition_on_previous_text=False,
            without_timestamps=True,
        )
        return " ".join(segment.text for segment in segments)


def _same(form: SpokenForm, heard: str) -> bool:
    """Whether it is the same in words, or spelled otherwise and the same in sounds."""
    wanted = (form.written, form.spoken, *form.also)
    if _letters(heard) in {_letters(text) for text in wanted}:
        return True
    return bool(heard) and _sounds(heard) == _sounds(form.written)


def _letters(text: str) -> str:
    """A text as it is said, in letters alone: "£2" and "Two pounds." are the same."""
    words = [token.text.lower() for token in normalize(text) if token.kind != "mark"]
    said = re.sub(r"metre(s?)\b", r"meter\1", " ".join(words).replace("litre", "liter"))
    return re.sub(r"\b(and|the)\b|\W", "", said)


def _sounds(text: str) -> str:
    """A text's phonemes without what spelling may change: stress, taps, weak vowels."""
    symbols = "".join(word.phonemes for word in phonemize(text).words)
    return re.sub("[ˈˌ]", "", symbols).replace("ɾ", "t").translate(str.maketrans("ᵊᵻɐʌæ", "əɪəəɑ"))
