"""Scripts of synthetic candidates: ``assets/demo/*.toml``.

All times are seconds from the start of the answer they stand in; an answer starts ``after_s``
after the recruiter has asked and waits. What a script says is the ground truth of a session.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from perception.errors import InputError
from perception.named_file import is_file
from perception.paths import ASSETS
from perception.settings import PositiveShare, Seed, above, between, build, checked
from perception.toml_files import read_toml

FOLDER = ASSETS / "demo"

Place = Literal["screen", "down", "away"]


@checked
@dataclass(frozen=True, slots=True)
class Say:
    """A stretch of speech."""

    text: str
    pause_s: Annotated[float, between(0, 30)] = 0.0
    """Silence after it."""

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("text is empty; write what the candidate says")


@checked
@dataclass(frozen=True, slots=True)
class Look:
    """A time of looking somewhere else than at the recruiter."""

    at_s: Annotated[float, between(0, 600)]
    for_s: Annotated[float, above(0, 600)]
    target: Place = "down"


@checked
@dataclass(frozen=True, slots=True)
class Smile:
    """A smile with its whole course inside ``for_s``."""

    at_s: Annotated[float, between(0, 600)]
    for_s: Annotated[float, between(0.8, 600)]
    strength: PositiveShare = 0.8


@checked
@dataclass(frozen=True, slots=True)
class Nod:
    """A nod or a shake of the head."""

    at_s: Annotated[float, between(0, 600)]
    times: Annotated[int, between(1, 6)] = 2
    amplitude_deg: Annotated[float, between(2, 30)] = 10.0
    """Peak to peak of the first cycle."""
    kind: Literal["nod", "shake"] = "nod"


@checked
@dataclass(frozen=True, slots=True)
class Scene:
    """What the candidate does in one turn: an answer, or while listening."""

    question: str = ""
    """Id of the question that it answers; "mistake/*" answers any follow-up of "mistake"; empty
    answers whatever has no answer of its own."""
    say: tuple[Say, ...] = ()
    after_s: Annotated[float, between(0, 60)] = 0.6
    looks: tuple[Look, ...] = ()
    smiles: tuple[Smile, ...] = ()
    nods: tuple[Nod, ...] = ()


@checked
@dataclass(frozen=True, slots=True)
class Script:
    """A synthetic candidate and all that they do."""

    title: str
    role: str
    """Interview they come for; a TOML file is looked for beside the script."""
    identity: str = "candidate"
    """Baked human, from ``assets/identities``."""
    voice: str = "flite"
    """Voice back-end, as for ``--voice``."""
    speaker: str = "rms"
    """Speaker of that back-end."""
    seed: Seed = 7
    """Of the interview and of all small movement."""
    persona: str = "anna"
    camera_fps: Annotated[float, between(5, 60)] = 30.0
    """Pictures a second that the candidate's camera gives."""
    questions: Annotated[int, between(1, 50)] = 3
    """Questions of the interview, follow-ups aside."""
    listening: Scene = field(default_factory=Scene)
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
    if not is_file(path):
        raise InputError(f"no script '{name}'; known: {', '.join(scripts(folder))}")
    table = read_toml(path)
    role = table.get("role")
    if isinstance(role, str) and role.endswith(".toml"):
        table["role"] = str(path.parent / role)
    return build(Script, table, path.name)
