"""What candidates have to tell: ``assets/candidates/ROLE/TELLER.toml``.

A story is told in parts, so that a part can be left out and told later; what a candidate who
leaves it out lacks is then known. Facts are marked where they are said: ``{place:Leeds}``.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dialogue.understanding.types import FACTS, FactKind
from perception.errors import InputError
from perception.paths import ASSETS
from perception.settings import checked, read_as

FOLDER = ASSETS / "candidates"

StoryPart = Literal[
    "situation",
    "task",
    "action",
    "result",
    "group",
    "vague",
    "brief",
    "number",
    "context",
    "more",
]

_FACT = re.compile(r"\{(\w+):([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class PlantedFact:
    """A fact that a candidate tells."""

    kind: FactKind
    text: str


@checked
@dataclass(frozen=True, slots=True)
class Story:
    """One person's answer to one question, in parts."""

    question: str
    """Id of the question that it answers."""
    situation: str
    task: str
    action: str
    result: str
    vague: str
    """General words in place of all of it."""
    brief: str
    """A few words in place of all of it."""
    more: str
    """What else there is to say."""
    group: str = ""
    """In place of the action: what others did, or all together."""
    number: str = ""
    """In place of the result: one with a bare figure."""
    context: str = ""
    """What that figure is of."""

    def __post_init__(self) -> None:
        for name in self.__slots__:
            for kind, text in _FACT.findall(getattr(self, name)):
                if kind not in FACTS or not text.strip():
                    raise ValueError(f"{name} of {self.question} marks {kind!r}; use a known kind")
        if bool(self.number) != bool(self.context):
            raise ValueError(f"{self.question}: number and context go together")

    def part(self, name: StoryPart) -> tuple[str, tuple[PlantedFact, ...]]:
        """The words of a part and the facts in them."""
        return unmarked(getattr(self, name))


@checked
@dataclass(frozen=True, slots=True)
class Stories:
    """All that one teller has to tell for a role."""

    stories: tuple[Story, ...]

    def __post_init__(self) -> None:
        ids = [story.question for story in self.stories]
        twice = sorted(i for i, count in Counter(ids).items() if count > 1)
        if twice:
            raise ValueError(f"question {twice[0]!r} has two stories; keep one")

    def story(self, question_id: str) -> Story:
        """The story that answers a question.

        Raises:
            InputError: there is none.
        """
        base = question_id.split("/", 1)[0]
        for story in self.stories:
            if story.question == base:
                return story
        raise InputError(f"no story answers {base!r}; write one in {FOLDER}")


Style = Literal["plain", "simple", "typed"]


@checked
@dataclass(frozen=True, slots=True)
class Ask:
    """A question about the job."""

    topic: str
    """Id of the topic in the employer's brief that answers it; empty where it is silent."""
    text: str
    style: Style = "plain"


@checked
@dataclass(frozen=True, slots=True)
class Asks:
    """The questions about the job of one role."""

    asks: tuple[Ask, ...]

    def of(self, style: Style) -> tuple[Ask, ...]:
        """Those in one way of speaking."""
        return tuple(ask for ask in self.asks if ask.style == style)


def unmarked(text: str) -> tuple[str, tuple[PlantedFact, ...]]:
    """A text without its marks, and the facts that they marked, in their order."""
    facts = tuple(PlantedFact(kind, said) for kind, said in _FACT.findall(text))
    return _FACT.sub(lambda match: match.group(2), text), facts


@functools.cache
def load_stories(role: str, teller: str, folder: Path = FOLDER) -> Stories:
    """Reads a teller's stories for a role.

    Raises:
        InputError: there are none.
        SettingsError: a key or value is wrong; the message names file and key.
    """
    path = folder / role / f"{teller}.toml"
    return read_as(Stories, path, f"{role}/{path.name}")


@functools.cache
def load_asks(role: str, folder: Path = FOLDER) -> Asks:
    """Reads the questions about the job of a role.

    Raises:
        InputError: there are none.
        SettingsError: a key or value is wrong; the message names file and key.
    """
    path = folder / role / "asks.toml"
    return read_as(Asks, path, f"{role}/{path.name}")
