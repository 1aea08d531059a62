"""Scripts of synthetic candidates: ``assets/demo/*.toml``.

All times are seconds from the start of the answer they stand in; an answer starts ``after_s``
after the recruiter has asked and waits. What a script says is the ground truth of a session.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from perception.errors import InputError
from perception.paths import ASSETS
from perception.settings import build
from perception.toml_files import read_toml

FOLDER = ASSETS / "demo"

Place = Literal["screen", "down", "away"]


@dataclass(frozen=True, slots=True)
class Say:
    """A stretch of speech."""

    text: str
    pause_s: float = 0.0
    """Silence after it."""

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("text is empty; write what the candidate says")
        if not 0.0 <= self.pause_s <= 30.0:
            raise ValueError(f"pause_s is {self.pause_s}; use 0 to 30 seconds")


@dataclass(frozen=True, slots=True)
class Look:
    """A time of looking somewhere else than at the recruiter."""

    at_s: float
    for_s: float
    target: Place = "down"

    def __post_init__(self) -> None:
        if self.for_s <= 0.0:
            raise ValueError(f"for_s is {self.for_s}; use a positive number of seconds")


@dataclass(frozen=True, slots=True)
class Smile:
    """A smile with its whole course inside ``for_s``."""

    at_s: float
    for_s: float
    strength: float = 0.8

    def __post_init__(self) -> None:
        if self.for_s < 0.8:
            raise ValueError(f"for_s is {self.for_s}; a smile takes at least 0.8 seconds")
        if not 0.0 < self.strength <= 1.0:
            raise ValueError(f"strength is {self.strength}; use more than 0 up to 1")


@dataclass(frozen=True, slots=True)
class Nod:
    """A nod or a shake of the head."""

    at_s: float
    times: int = 2
    amplitude_deg: float = 10.0
    """Peak to peak of the first cycle."""
    kind: Literal["nod", "shake"] = "nod"

    def __post_init__(self) -> None:
        if not 1 <= self.times <= 6:
            raise ValueError(f"times is {self.times}; use 1 to 6")
        if not 2.0 <= self.amplitude_deg <= 30.0:
            raise ValueError(f"amplitude_deg is {self.amplitude_deg}; use 2 to 30 degrees")


@dataclass(frozen=True, slots=True)
class Scene:
    """What the candidate does in one turn: an answer, or while listening."""

    question: str = ""
    """Id of the question that it answers; "mistake/*" answers any follow-up of "mistake"; empty
    answers whatever has no answer of its own."""
    say: tuple[Say, ...] = ()
    after_s: float = 0.6
    looks: tuple[Look, ...] = ()
    smiles: tuple[Smile, ...] = ()
    nods: tuple[Nod, ...] = ()

    def __post_init__(self) -> None:
        if not 0.0 <= self.after_s <= 60.0:
            raise ValueError(f"after_s is {self.after_s}; use 0 to 60 seconds")
        starts = [look.at_s for look in self.looks]
        starts += [smile.at_s for smile in self.smiles] + [nod.at_s for nod in self.nods]
        if any(at_s < 0.0 for at_s in starts):
            raise ValueError(f"at_s is {min(starts)}; times count from the answer's start")


@dataclass(frozen=True, slots=True)
class Script:
    """A synthetic candidate and all that they do."""

    title: str
    role: str
    """Interview they come for."""
    identity: str = "candidate"
    """Baked human, from ``assets/identities``."""
    voice: str = "flite"
    """Voice back-end, as for ``--voice``."""
    speaker: str = "rms"
    """Speaker of that back-end."""
    seed: int = 7
    """Of the interview and of all small movement."""
    persona: str = "anna"
    questions: int = 3
    """Questions of the interview, follow-ups aside."""
    listening: Scene = Scene()
    """While the recruiter speaks; times count from when she begins."""
    answers: tuple[Scene, ...] = ()
    """What the candidate has to say; each is said once."""

    def __post_init__(self) -> None:
        if not self.answers:
            raise ValueError("answers is empty; write at least one [[answers]]")
        for number, answer in enumerate(self.answers, 1):
            if not answer.say:
                raise ValueError(f"answer {number} says nothing; give it a 'say' list")


def choose_answer(answers: tuple[Scene, ...], used: set[int], question: str) -> int | None:
    """Number of the answer that fits a question best; None when nothing is left to say.

    Args:
        answers: of a script.
        used: numbers of those already given.
        question: id of the question; a follow-up's is "question/condition".
    """
    base = question.split("/", maxsplit=1)[0]
    for wanted in (question, f"{base}/*" if "/" in question else base, ""):
        for number, answer in enumerate(answers):
            if number not in used and answer.question == wanted:
                return number
    return None


_PARTS: Mapping[str, type] = {"say": Say, "looks": Look, "smiles": Smile, "nods": Nod}


def scripts(folder: Path = FOLDER) -> list[str]:
    """Names of the scripts there are."""
    return sorted(path.stem for path in folder.glob("*.toml"))


def load_script(name: str, folder: Path = FOLDER) -> Script:
    """Reads a script by name, or by path when the name ends in ``.toml``.

    Raises:
        InputError: there is no such script; the message lists those there are.
        SettingsError: a key or value in it is wrong; the message names file and key.
    """
    path = Path(name) if name.endswith(".toml") else folder / f"{name}.toml"
    if not path.is_file():
        raise InputError(f"no script '{name}'; known: {', '.join(scripts(folder))}")
    table = dict(read_toml(path))
    where = path.name
    answers = tuple(
        _scene(answer, f"{where} [[answers]] {number}")
        for number, answer in enumerate(table.pop("answers", []), 1)
    )
    listening = _scene(table.pop("listening", {}), f"{where} [listening]")
    return build(Script, table | {"answers": answers, "listening": listening}, where)


def _scene(table: Mapping[str, Any], where: str) -> Scene:
    values = dict(table)
    for key, kind in _PARTS.items():
        if key in values:
            values[key] = tuple(
                build(kind, part, f"{where} {key} {number}")
                for number, part in enumerate(values[key], 1)
            )
    return build(Scene, values, where)
