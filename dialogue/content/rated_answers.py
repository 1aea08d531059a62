"""Answers that were written for a bank's questions and rated by its anchors.

For each question one that is worth 5, one worth 3 and one worth 1, in ``assets/rated_answers/``.
Ratings are learned from them and held against them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from perception.paths import ASSETS
from perception.settings import between, checked, read_as
from perception.written_lines import refuse

RATED_ANSWERS = ASSETS / "rated_answers"
"""Folder of the files, one for each role."""


@checked
@dataclass(frozen=True, slots=True)
class RatedAnswer:
    """What somebody may have said."""

    question: str
    """Id of the question."""
    rating: Annotated[int, between(1, 5)]
    text: str

    def __post_init__(self) -> None:
        if not self.text.strip():
            refuse([f"the answer to {self.question} is empty; write it or remove it"])


@checked
@dataclass(frozen=True, slots=True)
class RatedAnswers:
    """A file of them."""

    answers: tuple[RatedAnswer, ...]


def read_rated_answers(role: str, folder: Path = RATED_ANSWERS) -> tuple[RatedAnswer, ...]:
    """The rated answers to a role's questions, in the file's order.

    Args:
        role: of whose bank they are.
        folder: where the files lie.

    Raises:
        SettingsError: the file is missing or wrong; the message names it and the key.
    """
    return read_as(RatedAnswers, folder / f"{role}.toml").answers
