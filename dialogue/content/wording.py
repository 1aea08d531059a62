"""Wording: from what is to be said to how it is said.

The default picks among the wordings of the content files. A language model may phrase lines
instead; it is chosen by name from ``WORDINGS`` and imported only then. A model is too slow for a
tick, so lines are phrased when the interview is prepared, never while it runs.
"""

from __future__ import annotations

import importlib
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from perception.errors import InputError


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
    """Picks among written wordings, never the same one twice running.

    Args:
        seed: of the session. Each purpose draws from its own stream, so that one more
            backchannel does not change how the next question is put.
    """

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._streams: dict[str, random.Random] = {}
        self._last: dict[tuple[str, ...], str] = {}

    def phrase(self, request: LineRequest) -> str:
        stream = self._streams.setdefault(
            request.purpose, random.Random(f"wording:{request.purpose}:{self._seed}")
        )
        last = self._last.get(request.variants)
        fresh = [v for v in request.variants if v != last] or list(request.variants)
        chosen = stream.choice(fresh)
        self._last[request.variants] = chosen
        return fill(chosen, request.values)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Replaces ``{name}`` and the like; braces that name nothing known stay as they are."""
    for key, value in values.items():
        text = text.replace("{" + key + "}", value)
    return text


WORDINGS = {
    "bank": "dialogue.content.wording:BankWording",
    "transformers": "dialogue.content.wording_transformers:TransformersWording",
}
"""Wording back-ends: name to "module:Class"."""


def open_wording(name: str = "bank", seed: int = 0, **options: Any) -> Wording:
    """Makes the wording back-end of that name.

    Raises:
        InputError: there is none; the message lists them.
        ModelError: its package or weights are missing; the message names the command.
    """
    if name not in WORDINGS:
        raise InputError(f"wording {name!r}: unknown; use one of {', '.join(WORDINGS)}")
    module, cls = WORDINGS[name].split(":")
    wording: Wording = getattr(importlib.import_module(module), cls)(seed=seed, **options)
    return wording
