"""Wording: from what is to be said to how it is said.

The default picks among the wordings of the content files. A language model may phrase lines
instead; it is chosen by name from ``WORDINGS`` and imported only then. A model is too slow for a
tick, so lines are phrased when the interview is prepared, never while it runs.
"""

from __future__ import annotations

import importlib
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Protocol

from perception.settings import between, checked, one_of


@dataclass(frozen=True, slots=True)
class LineRequest:
    """A line that is wanted."""

    purpose: str
    """"greeting", "ask", "follow_up", "help", "close", or a field of ``persona.Lines``."""
    variants: tuple[str, ...]
    """Wordings with the same meaning, at least one."""
    values: Mapping[str, str] = field(default_factory=dict)
    """What placeholders stand for: {"name": "Anna"}."""
    question: bool = False
    """Whether the line has to be a question or a request."""


class Wording(Protocol):
    """Phrases lines. Same seed and same requests in the same order, same lines."""

    def phrase(self, request: LineRequest) -> str:
        """One line with its placeholders filled in."""
        ...


class BankWording:
    """Picks among written wordings, never one of the last two.

    Args:
        seed: of the session. Each purpose draws from its own stream, so that one more
            backchannel does not change how the next question is put.
    """

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._streams: dict[str, random.Random] = {}
        self._last: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._said = ""

    def phrase(self, request: LineRequest) -> str:
        stream = self._streams.setdefault(
            request.purpose, random.Random(f"wording:{request.purpose}:{self._seed}")
        )
        variants, last = request.variants, self._last.get(request.variants, ())
        # two lists may hold the same words: "I see" as a sound and as an acknowledgement
        stale = {self._said, *(last if len(variants) > len(last) + 1 else last[-1:])}
        fresh = [v for v in variants if v not in stale] or list(variants)
        chosen = stream.choice(fresh)
        self._last[variants] = (*last[-1:], chosen)
        self._said = chosen
        return fill(chosen, request.values)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Replaces ``{name}`` and the like; braces that name nothing known stay as they are."""
    for key, value in values.items():
        text = text.replace("{" + key + "}", value)
    return text


class WordingRecorder:
    """Keeps the lines that another wording phrases, so that a replay can say them again.

    Args:
        wording: phrases the lines.
        told: called after each line.

    Attributes:
        lines: so far, in order.
    """

    def __init__(self, wording: Wording, told: Callable[[], None] | None = None) -> None:
        self.lines: list[str] = []
        self._wording = wording
        self._told = told

    def phrase(self, request: LineRequest) -> str:
        line = self._wording.phrase(request)
        self.lines.append(line)
        if self._told is not None:
            self._told()
        return line


class WordingPlayback:
    """Says again what a :class:`WordingRecorder` kept, to the same requests in the same order.

    Args:
        lines: that were kept; once they are used up, written wordings follow.
        seed: of the session.
    """

    def __init__(self, lines: Sequence[str], seed: int = 0) -> None:
        self._lines = iter(lines)
        self._bank = BankWording(seed)

    def phrase(self, request: LineRequest) -> str:
        line = next(self._lines, None)
        return self._bank.phrase(request) if line is None else line


WORDINGS = {
    "bank": "dialogue.content.wording:BankWording",
    "transformers": "dialogue.content.wording_transformers:TransformersWording",
}
"""Wording back-ends: name to "module:Class"."""


@checked
@dataclass(frozen=True, slots=True)
class WordingSettings:
    """How the recruiter's lines are phrased."""

    engine: Annotated[str, one_of(WORDINGS)] = "bank"
    """bank takes them as they are written; transformers has a local language model put greeting,
    questions and help in other words before the interview begins."""
    path: str = ""
    """Folder of the language model: config.json, weights and tokenizer files."""
    max_new_tokens: Annotated[int, between(8, 512)] = 64
    """Most tokens of a line."""
    longest_chars: Annotated[int, between(40, 600)] = 280
    """Most characters of a line; a longer one is not spoken."""
    temperature: Annotated[float, between(0, 2)] = 0.7
    """0 always takes the likeliest words; higher varies more. At most 2."""
    threads: Annotated[int, between(1, 64)] = 2
    """Processor threads that the model may use."""


def open_wording(settings: WordingSettings | None = None, seed: int = 0) -> Wording:
    """Makes the wording back-end that the settings name.

    Raises:
        InputError: it needs a folder, and none is named.
        ModelError: its package or weights are missing; the message names the command.
    """
    settings = settings or WordingSettings()
    if settings.engine == "bank":
        return BankWording(seed)
    module, cls = WORDINGS[settings.engine].split(":")
    wording: Wording = getattr(importlib.import_module(module), cls)(settings, seed)
    return wording
