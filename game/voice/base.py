"""Text becomes speech: sound, with the times of its mouth shapes and words.

A voice is a protocol with one file per engine, named in ``VOICES`` and imported only when chosen.
``Renderer`` has lines rendered ahead in a thread of its own, so that the tick never waits.
"""

from __future__ import annotations

import importlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Container
from dataclasses import dataclass
from typing import Annotated, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from dialogue.content.persona import Persona, Speech
from dialogue.content.stress import without_marks
from game.voice.visemes import Viseme
from perception.errors import InputError, ModelError, RecruiterError
from perception.settings import between, checked
from perception.types import Word

VOICES: dict[str, str] = {
    "hibari": "game.voice.voice_hibari:HibariVoice",
    "flite": "game.voice.voice_flite:FliteVoice",
    "pyttsx3": "game.voice.voice_pyttsx3:Pyttsx3Voice",
    "silent": "game.voice.voice_silent:SilentVoice",
}
"""Engine name to class, in the order in which ``auto`` tries them."""

USERS_VOICES: dict[str, str] = {
    "piper": "game.voice.voice_piper:PiperVoice",
    "kokoro": "game.voice.voice_kokoro:KokoroVoice",
}
"""Engines that speak from files of the user's, "piper:FILE.onnx" and "kokoro:FOLDER", to class.
``auto`` never tries them."""

Spans = Collection[tuple[int, int]]
"""Stretches of a text: first character, and the one after the last."""


@dataclass(frozen=True, slots=True)
class RenderedSpeech:
    """One line as it will be heard and seen."""

    text: str
    samples: NDArray[np.float32]
    """(n,) mono, -1...1; zeros from the silent voice."""
    rate_hz: int
    visemes: tuple[Viseme, ...]
    """Mouth shapes in order, without gaps, from 0 to ``duration_s``."""
    words: tuple[Word, ...]
    """Words as written (punctuation kept), in seconds from the first sample."""

    @property
    def duration_s(self) -> float:
        """Length of the sound in seconds."""
        return len(self.samples) / self.rate_hz


class Voice(Protocol):
    """An engine with one speaker chosen."""

    name: str
    """Engine and speaker, as ``--voice`` takes it: "flite:slt"."""
    notice: str | None
    """One line for the screen when nobody will hear this voice; otherwise None."""

    def render(self, text: str) -> RenderedSpeech:
        """Renders one line; the same text gives the same speech. May be called in any thread.

        Raises:
            InputError: the text holds nothing that can be spoken, and the engine has no silence.
            ModelError: the engine failed; the message says what to do.
        """
        ...


@runtime_checkable
class EmphasizingVoice(Voice, Protocol):
    """An engine that can have words stand out."""

    def render_emphasized(self, text: str, emphasis: Spans) -> RenderedSpeech:
        """Renders a line in which the words under some characters stand out.

        Raises:
            ModelError: the engine failed; the message says what to do.
        """
        ...


@runtime_checkable
class FailingVoice(Voice, Protocol):
    """An engine that now and then cannot say a line; the line is then shown and not heard."""

    trouble: str | None
    """Why the last line is not heard, one line for a person."""


@runtime_checkable
class KeepingVoice(Voice, Protocol):
    """An engine that keeps what it rendered on disk."""

    fixed: Container[str]
    """Lines that it may keep; none to begin with."""


@checked
@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """Which voice the recruiter speaks with."""

    engine: str = "auto"
    """auto; a name in ``VOICES``, with or without a speaker: "flite:rms"; or a voice of the user's
    own: "piper:FILE.onnx", "kokoro:FOLDER"."""
    speaker: str = "female"
    """female, male, or the engine's own name of a speaker."""
    cached_lines: Annotated[int, between(1, 1000)] = 64
    """Lines kept ready, 1...1000; the least recently used goes first."""

    def __post_init__(self) -> None:
        engine = self.engine.partition(":")[0]
        if engine not in ("auto", *VOICES, *USERS_VOICES):
            raise ValueError(f"engine is {self.engine!r}; use auto or one of {_named()}")


def choose_voice(
    name: str = "auto",
    speaker: str | None = None,
    speech: Speech | None = None,
    kind: str | None = None,
) -> Voice:
    """Opens a voice.

    Args:
        name: an engine in ``VOICES``, "engine:speaker", or "auto": the first engine that works on
            this machine, at last the silent one, whose ``notice`` says how to get a voice; or one
            of ``USERS_VOICES`` with the place of its files.
        speaker: "female", "male" or the engine's own name; "female" by default. One given in
            ``name`` goes first.
        speech: how the voice is to differ from the speaker's own.
        kind: "female" or "male" where an engine without that speaker may take this voice instead;
            the voice's ``notice`` says so.

    Raises:
        InputError: no such engine or speaker; the message names those known.
        ModelError: the engine that was asked for is not installed; names the command that does it.
    """
    engine, _, given = name.partition(":")
    speaker = given or speaker or "female"
    speech = speech or Speech()
    asked, kind = kind, None if given else kind
    if engine == "auto":
        return _first_that_works(speaker, speech, kind)
    if engine in USERS_VOICES:
        return _open_users(engine, given, speech, asked)
    if engine not in VOICES:
        raise InputError(f"voice '{name}' is unknown; use auto or one of {_named()}")
    return _open(engine, speaker, speech, kind)


def voice_of(persona: Persona, name: str = "auto", fixed: Container[str] = ()) -> Voice:
    """Opens a recruiter's own voice, or one of its kind where there is no such speaker.

    Args:
        persona: who speaks.
        name: as in ``choose_voice``.
        fixed: lines that hold nothing of a candidate's, which a voice may keep from session to
            session; a voice keeps no other.

    Raises:
        InputError: no such engine or speaker.
        ModelError: the engine that was asked for is not installed.
    """
    voice = choose_voice(name, persona.voice, persona.speech, persona.voice_kind)
    if isinstance(voice, KeepingVoice):
        voice.fixed = fixed
    return voice


def _named() -> str:
    return ", ".join((*VOICES, "piper:FILE.onnx", "kokoro:FOLDER"))


def _open_users(engine: str, place: str, speech: Speech, kind: str | None) -> Voice:
    if not place:
        wanted = {"piper": "piper:FILE.onnx", "kokoro": "kokoro:FOLDER"}[engine]
        raise InputError(f"voice '{engine}' needs the place of its files: --voice {wanted}")
    module, _, cls = USERS_VOICES[engine].partition(":")
    make = getattr(importlib.import_module(module), cls)
    voice: Voice = make(place, speech, kind or "female")
    return voice


def _open(engine: str, speaker: str, speech: Speech, kind: str | None) -> Voice:
    if engine == "hibari" and kind is not None:
        speaker = speech.hibari.speaker or kind  # the persona's other name is one of flite's
    module, _, cls = VOICES[engine].partition(":")
    make = getattr(importlib.import_module(module), cls)
    try:
        voice: Voice = make(speaker, speech)
    except InputError:
        if kind is None:
            raise
        voice = make(kind, speech)
        voice.notice = voice.notice or (
            f"voice {engine} has no speaker '{speaker}': speaking with its {kind} voice"
        )
    return voice


def _first_that_works(speaker: str, speech: Speech, kind: str | None) -> Voice:
    wrong_speaker: InputError | None = None
    for engine in VOICES:
        if engine == "silent" and wrong_speaker is not None:
            raise wrong_speaker
        try:
            return _open(engine, speaker, speech, kind)
        except ModelError:
            continue  # not on this machine; the silent voice, last of all, says so
        except InputError as error:
            # another engine may know the speaker
            wrong_speaker = wrong_speaker or error
    raise ModelError("no voice works on this machine; install one: apt-get install flite")


class Renderer:
    """Renders lines ahead of time in a thread and keeps them ready.

    A line may be asked for with the marks that stress its words or without them: it is the same,
    and its words stand out if it ever had them.

    Args:
        voice: used from the thread only.
        cached_lines: how many finished lines to keep.
        emphasis: finds the words of a line that are to stand out, where the voice can do that.

    Attributes:
        finished: called in the thread with each line's sound before it counts as ready, for what
            else of it is to be worked out ahead of time.
    """

    def __init__(
        self,
        voice: Voice,
        cached_lines: int = 64,
        emphasis: Callable[[str], Spans] | None = None,
    ) -> None:
        self.voice = voice
        self._emphasis = emphasis
        self.finished: Callable[[RenderedSpeech], None] | None = None
        self._cached_lines = cached_lines
        self._changed = threading.Condition()
        self._marked: dict[str, Spans] = {}
        self._wanted: OrderedDict[str, None] = OrderedDict()
        self._done: OrderedDict[str, RenderedSpeech | RecruiterError] = OrderedDict()
        self._busy_with: str | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="voice-renderer", daemon=True)
        self._thread.start()

    @property
    def trouble(self) -> str | None:
        """Why the line that was rendered last is not heard; None where it is."""
        return self.voice.trouble if isinstance(self.voice, FailingVoice) else None

    def request(self, *texts: str, first: bool = False) -> None:
        """Asks for lines to be made ready; returns at once.

        Args:
            texts: lines; those ready or already asked for cost nothing.
            first: put them before everything that waits.
        """
        with self._changed:
            shown = [self._shown(text) for text in texts]
            for text in reversed(shown) if first else shown:
                if text in self._done or text == self._busy_with:
                    continue
                self._wanted.setdefault(text)
                if first:
                    self._wanted.move_to_end(text, last=False)
            self._changed.notify_all()

    def poll(self, text: str) -> RenderedSpeech | None:
        """The line if it is ready, else None (and it is asked for, before all others).

        Raises:
            InputError: or whatever else the voice raised for this line.
        """
        with self._changed:
            text = self._shown(text)
            found = self._done.get(text)
            if found is not None:
                self._done.move_to_end(text)
        if found is None:
            self.request(text, first=True)
            return None
        if isinstance(found, RecruiterError):
            raise found
        return found

    def get(self, text: str, timeout_s: float = 10.0) -> RenderedSpeech:
        """The line, waiting for it where needed; never call this from the tick.

        Raises:
            ModelError: it was not ready within ``timeout_s``.
            InputError: or whatever else the voice raised for this line.
        """
        self.request(text, first=True)
        with self._changed:
            text = self._shown(text)
            ready = self._changed.wait_for(
                lambda: text in self._done or self._closed, timeout=timeout_s
            )
        found = self.poll(text) if ready and not self._closed else None
        if found is None:
            raise ModelError(
                f"voice {self.voice.name}: a line was not ready within {timeout_s:g} s; "
                "try --voice silent"
            )
        return found

    def ready(self, text: str) -> bool:
        """Whether the line is rendered (or found impossible)."""
        with self._changed:
            return self._shown(text) in self._done

    def close(self) -> None:
        """Ends the thread after the line it is at; waiting callers of ``get`` are let go."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join(timeout=15.0)

    def _shown(self, text: str) -> str:
        """A line without its author's marks, whose words are remembered as those that stand out."""
        shown, spans = without_marks(text)
        if spans:
            self._marked[shown] = spans
        return shown

    def _render(self, text: str) -> RenderedSpeech:
        spans = self._emphasis(text) if self._emphasis is not None else self._marked.get(text, ())
        if spans and isinstance(self.voice, EmphasizingVoice):
            return self.voice.render_emphasized(text, spans)
        return self.voice.render(text)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._wanted) or self._closed)
                if self._closed:
                    return
                text, _ = self._wanted.popitem(last=False)
                self._busy_with = text
            result: RenderedSpeech | RecruiterError
            try:
                result = self._render(text)
                if self.finished is not None:
                    self.finished(result)
            except RecruiterError as error:
                result = error  # raised to whoever asks for the line
            except Exception as error:
                # an engine's own fault must reach the asker, not die with this thread
                result = ModelError(
                    f"voice {self.voice.name} failed on a line ({type(error).__name__}: {error}); "
                    "choose another with --voice"
                )
            with self._changed:
                self._busy_with = None
                self._done[text] = result
                while len(self._done) > self._cached_lines:
                    self._done.popitem(last=False)
                self._changed.notify_all()
