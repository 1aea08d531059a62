"""Employers' briefs: what the recruiter knows of the job, from ``assets/employers/``.

One TOML file per role. What is not in it she does not know, and says so.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from perception.named_file import is_file
from perception.paths import ASSETS
from perception.settings import checked, read_as
from perception.written_lines import filled_faults, lines_faults, refuse

EMPLOYERS = ASSETS / "employers"
"""Folder of the briefs."""

LONGEST_ANSWER = 320
"""Characters of what she says of a topic: about 20 s of speech."""


@checked
@dataclass(frozen=True, slots=True)
class Topic:
    """Something that candidates ask about."""

    id: str
    asks: tuple[str, ...]
    """Ways in which it is asked, very different ones."""
    answers: tuple[str, ...]
    """Wordings of what she says; one is spoken."""
    words: tuple[str, ...] = ()
    """Words that speak for it, in small letters."""

    def __post_init__(self) -> None:
        wrong = lines_faults(self.asks, f"asks of {self.id}", longest=LONGEST_ANSWER, known=())
        wrong += lines_faults(
            self.answers, f"answers of {self.id}", longest=LONGEST_ANSWER, known=()
        )
        refuse(wrong)


@checked
@dataclass(frozen=True, slots=True)
class Employer:
    """Who offers the job, and what there is to know of it."""

    name: str
    place: str
    about: str
    """A sentence that she may say of it."""
    topics: tuple[Topic, ...]

    def __post_init__(self) -> None:
        ids = [topic.id for topic in self.topics]
        twice = sorted(i for i, count in Counter(ids).items() if count > 1)
        wrong = [f"topic id {each!r} is used twice; make ids differ" for each in twice]
        told = {"name": self.name, "place": self.place, "about": self.about}
        refuse([*filled_faults(told, {}), *wrong])

    def topic(self, topic_id: str) -> Topic | None:
        """The topic of that id; None where the brief has none."""
        return next((topic for topic in self.topics if topic.id == topic_id), None)


def brief_path(role: str, folder: Path = EMPLOYERS) -> Path:
    """Where the brief of a role would lie.

    Args:
        role: name of the role, or the path of its question bank: a brief of the same name is then
            looked for beside it, as ``NAME.employer.toml``.
        folder: where the briefs of roles lie.
    """
    if role.endswith(".toml"):
        return Path(role).with_suffix(".employer.toml")
    return folder / f"{role}.toml"


def load_employer(role: str, folder: Path = EMPLOYERS) -> Employer | None:
    """Reads the brief of a role.

    Args:
        role: as for :func:`brief_path`.
        folder: where the briefs lie.

    Returns:
        None where there is no brief: she then knows nothing of the job.

    Raises:
        SettingsError: the file is not TOML or has a bad key; the message names file and key.
    """
    path = brief_path(role, folder)
    if not is_file(path):
        return None
    return read_as(Employer, path)
