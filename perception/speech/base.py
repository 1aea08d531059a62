"""Speech to text: a stretch of sound becomes words with times.

Recognisers stand behind one protocol and one table. They run in a process of their own, because a
decoder that holds the interpreter (pocketsphinx does, for seconds) would make the ear miss sound.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from perception.errors import InputError, ModelError
from perception.models.borrowed import how_to_get, is_here
from perception.models.borrowed import known as known_guest
from perception.models.weights import path_of
from perception.settings import NotNegative, Positive, between, checked, in_order
from perception.speech.keeping_up import measured_size
from perception.speech.recognition_pace import PaceSettings
from perception.speech.vocabulary import Vocabulary
from perception.types import Words

RECOGNISERS: dict[str, str] = {
    "faster-whisper": "perception.speech.speech_faster_whisper:FasterWhisperRecogniser",
    "whisper": "perception.speech.speech_whisper:WhisperRecogniser",
    "pocketsphinx": "perception.speech.speech_pocketsphinx:PocketsphinxRecogniser",
}
"""Name to "module:Class", best first; a new recogniser is one file and one line here."""

FASTER_WHISPER = {"base": "faster-whisper-base", "tiny.en": "faster-whisper-tiny.en"}
"""Size to the borrowed weights that faster-whisper runs on, best first."""

WHISPER_WEIGHTS = ("whisper-base.en", "whisper-tiny.en")
"""Weights for English, best first."""

WHISPER_MULTILINGUAL = ("whisper-base", "whisper-tiny")
"""Weights for any language, English included, best first."""

_WITH_DETAIL = {"faster-whisper": "a size", "whisper": "the file of its weights"}
"""Recognisers of which the name may be followed by a colon, and by what."""

_LANGUAGE = re.compile(r"auto|[a-z]{2,3}")


class Recogniser(Protocol):
    """Turns whole utterances into words.

    Attributes:
        name: key in the table; becomes ``Words.source``.
        wants_clean: whether it makes fewer errors in noisy sound when the noise has been reduced.
    """

    name: str
    wants_clean: bool

    def transcribe(self, samples: NDArray[np.float32], rate_hz: int, t_start_s: float) -> Words:
        """Recognises one utterance.

        Args:
            samples: (n,) mono, -1...1.
            rate_hz: samples per second.
            t_start_s: session time of the first sample; word times count from session time 0.

        Returns:
            Words; their text is empty when nothing was understood.
        """
        ...


@runtime_checkable
class StreamingRecogniser(Recogniser, Protocol):
    """A recogniser that understands an utterance while it is being spoken.

    One utterance at a time: ``begin``, then ``feed`` as sound comes, with ``so_far`` in between,
    and at last ``finish``. ``begin`` gives up an utterance that was not finished, and so does
    ``transcribe``.
    """

    def begin(self, rate_hz: int, t_start_s: float) -> None:
        """Starts an utterance whose first sample is at ``t_start_s``."""
        ...

    def feed(self, samples: NDArray[np.int16]) -> None:
        """Takes the next (n,) samples, full scale 32768."""
        ...

    def so_far(self) -> Words:
        """What is understood by now, not final."""
        ...

    def finish(self) -> Words:
        """Ends the utterance and gives its words."""
        ...


@runtime_checkable
class ReusableRecogniser(Recogniser, Protocol):
    """A recogniser that takes long to load and can serve one recording after another."""

    def renew(self) -> None:
        """Forgets all that it has heard, as if it had just been loaded."""
        ...


@checked
@dataclass(frozen=True, slots=True)
class SpeechSettings:
    """How speech is cut into utterances and recognised."""

    recogniser: str = "auto"
    """auto, faster-whisper, whisper, pocketsphinx or none; faster-whisper:base and :tiny.en name
    the size, whisper:PATH weights of one's own."""
    language: str = "en"
    """Code of the language spoken ("de", "es"); auto has Whisper find it out."""
    vocabulary: tuple[str, ...] = ()
    """Words and names that are likely to be said: the company, products, tools, places."""
    cv: str = ""
    """File with the candidate's CV (text, PDF or DOCX), whose names and terms are listened for."""
    partial_every_s: Annotated[float, between(0, 5)] = 0.6
    """Least seconds between the words so far of an utterance that is still being spoken, longer
    where they take long; 0 for none."""
    clean_below_db: Annotated[float, between(-20, 40)] = 12.0
    """Signal-to-noise ratio (dB, treble raised) below which noise is taken out for a recogniser
    that wants it; -20 is never."""
    join_pause_s: Positive = 0.5
    """Seconds of pause below which stretches of speech are recognised as one utterance."""
    long_s: Annotated[float, between(1, 28)] = 4.0
    """Seconds of utterance after which any pause ends it, so that words come soon."""
    longest_s: Annotated[float, between(1, 28)] = 15.0
    """Seconds after which an utterance without pause is cut at its quietest place."""
    pre_roll_s: NotNegative = 0.2
    """Seconds of sound before the start of speech that the recogniser hears too."""
    tail_s: NotNegative = 0.2
    """Seconds of sound after the end of speech that the recogniser hears too."""
    pace: PaceSettings = field(default_factory=PaceSettings)
    """When recognition that falls behind does less."""
    niceness: Annotated[int, between(0, 19)] = 5
    """0...19; how far the recogniser stands back for the picture when the machine is busy."""

    def __post_init__(self) -> None:
        name, colon, detail = self.recogniser.partition(":")
        if (name not in ("auto", "none", *RECOGNISERS)) or (colon and name not in _WITH_DETAIL):
            known = ", ".join(("auto", "none", *RECOGNISERS))
            raise ValueError(f"recogniser is {self.recogniser!r}; use one of {known}")
        if colon and not detail:
            raise ValueError(f"recogniser {name}: needs {_WITH_DETAIL[name]} after the colon")
        if not _LANGUAGE.fullmatch(self.language):
            raise ValueError(f"language is {self.language!r}; use a code such as en, or auto")
        if 0 < self.partial_every_s < 0.2:
            raise ValueError(
                f"partial_every_s is {self.partial_every_s}; use 0, or 0.2 to 5 seconds"
            )
        in_order(self, "long_s <= longest_s")


def whisper_weights(language: str = "en") -> Sequence[str]:
    """Names of the weights that understand a language, best first."""
    if language == "en":
        return (*WHISPER_WEIGHTS, *WHISPER_MULTILINGUAL)
    return WHISPER_MULTILINGUAL


def choose(name: str = "auto", language: str = "en") -> str:
    """The recogniser to use: the best that is here and that this machine keeps up with.

    Args:
        name: auto, none, a key of ``RECOGNISERS``, ``faster-whisper:SIZE`` or ``whisper:PATH``.
        language: code of the language spoken, or auto.

    Returns:
        A name for :func:`create`; faster-whisper's with its size.

    Raises:
        InputError: no such recogniser, or no file at the path; the message says what there is.
        ModelError: its weights or package are missing, or it does not know the language.
    """
    if name == "none":
        return name
    has_weights = any(map(path_of, whisper_weights(language)))
    if name == "auto":
        size = _size_for(language)
        if size is not None and _installed("faster_whisper"):
            return f"faster-whisper:{size}"
        name = "whisper" if has_weights and _installed("whisper") else "pocketsphinx"
    base, _, detail = name.partition(":")
    if base not in RECOGNISERS or (detail and base not in _WITH_DETAIL):
        known = ", ".join(("auto", *RECOGNISERS, "none"))
        raise InputError(f"speech to text '{name}': unknown; use one of {known}")
    if base == "faster-whisper":
        return _faster_whisper(detail, language)
    if detail and not Path(detail).expanduser().is_file():
        raise InputError(f"speech to text '{name}': no such file; check the path")
    if name == "whisper" and not has_weights:
        smallest = (WHISPER_WEIGHTS if language == "en" else WHISPER_MULTILINGUAL)[-1]
        raise ModelError(
            "speech to text 'whisper': its weights are not here; "
            f"fetch them with: python3 run.py models get {smallest}"
        )
    if name == "pocketsphinx" and language != "en":
        raise ModelError(
            f"speech to text 'pocketsphinx': knows English only, not '{language}'; Whisper does: "
            f"python3 run.py models get {FASTER_WHISPER['base']}"
        )
    return name


def create(
    name: str,
    language: str = "en",
    vocabulary: Vocabulary | None = None,
    *,
    thorough: bool = False,
) -> Recogniser:
    """Loads the recogniser called ``name``, "auto" included; takes a second or more.

    Args:
        name: as for ``choose``.
        language: code of the language spoken, or auto.
        vocabulary: words that it should lean towards.
        thorough: whether it may take longer for better words, where it can.

    Raises:
        InputError: no such recogniser.
        ModelError: its package or weights are missing or damaged.
    """
    name = choose(name, language)
    if name == "none":
        raise InputError("speech to text 'none' recognises nothing; use auto")
    base, _, detail = name.partition(":")
    module, _, cls = RECOGNISERS[base].partition(":")
    made = getattr(importlib.import_module(module), cls)
    vocabulary = vocabulary or Vocabulary()
    recogniser: Recogniser
    if base == "faster-whisper":
        recogniser = made(language, vocabulary, detail, beam=5 if thorough else 1)
    elif base == "whisper":
        recogniser = made(language, vocabulary, Path(detail).expanduser() if detail else None)
    else:
        recogniser = made(vocabulary)
    return recogniser


def lesser_than(name: str, language: str = "en") -> str | None:
    """A quicker recogniser of the same kind that is here and knows the language; None without.

    Args:
        name: as :func:`choose` gave it.
        language: code of the language spoken, or auto.
    """
    quick = "faster-whisper:tiny.en"
    if name != "faster-whisper:base" or language != "en" or not is_here(FASTER_WHISPER["tiny.en"]):
        return None
    return quick


def _faster_whisper(size: str, language: str) -> str:
    if size and size not in FASTER_WHISPER:
        known = ", ".join(FASTER_WHISPER)
        raise InputError(
            f"speech to text 'faster-whisper:{size}': unknown size; use one of {known}"
        )
    if size == "tiny.en" and language != "en":
        raise InputError(
            f"speech to text 'faster-whisper:tiny.en': knows English only, not '{language}'; use "
            "faster-whisper:base"
        )
    found = size or _size_for(language)
    if found is None or not is_here(FASTER_WHISPER[found]):
        guest = known_guest(FASTER_WHISPER[size or "base"])
        raise ModelError(
            f"speech to text 'faster-whisper': {guest.name} is not here; fetch it with: "
            f"{how_to_get(guest)}"
        )
    return f"faster-whisper:{found}"


def _size_for(language: str) -> str | None:
    """The size that is here, knows the language, and that this machine keeps up with."""
    here = [size for size, weights in FASTER_WHISPER.items() if is_here(weights)]
    fitting = [size for size in here if language == "en" or not size.endswith(".en")]
    if language == "en" and measured_size() in fitting:
        return measured_size()
    return next(iter(fitting), None)


def _installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None
