"""What candidates say to offers, and where they have nothing to say: by way of speaking."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from game.synthetic.conversation.stories import FOLDER, Style
from perception.settings import checked, read_as

Offer = Literal["stop", "move_on", "rest", "repeat"]
"""To end the interview, to go to the next question, to have a break, to hear the question again."""


@checked
@dataclass(frozen=True, slots=True)
class Assents:
    """Ways to reply to each offer."""

    stop: tuple[str, ...]
    move_on: tuple[str, ...]
    rest: tuple[str, ...]
    repeat: tuple[str, ...]

    def to(self, offer: Offer) -> tuple[str, ...]:
        """To one offer."""
        found: tuple[str, ...] = getattr(self, offer)
        return found


@checked
@dataclass(frozen=True, slots=True)
class Phrases:
    """One way of speaking."""

    yes: Assents
    no: Assents
    no_questions: tuple[str, ...]
    """To being asked for questions."""
    nothing_more: tuple[str, ...]
    """To a follow-up when all is told."""
    clears: tuple[str, ...]
    """To a contradiction that she found."""
    another: tuple[str, ...]
    """Before another story, where one was told already."""


@functools.cache
def load_phrases(style: Style, folder: Path = FOLDER) -> Phrases:
    """Reads those of one way of speaking.

    Raises:
        InputError: the file is missing.
        SettingsError: a key or value is wrong; the message names file and key.
    """
    path = folder / "phrases" / f"{style}.toml"
    return read_as(Phrases, path, f"phrases/{path.name}")
