"""Recruiters: who they are and what their manner is, from ``assets/personas/``.

A persona changes how things are said and how patient and lively the recruiter is, never which
questions are asked: candidates of a controlled study meet the same interview whoever sits opposite
(Wyssenbach 2021 found that a recruiter's positive manner raises candidates' ratings, so studies
hold it constant).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Annotated, Literal

from dialogue.content.manner import LONGEST_LINE, Manner, MannerLines, load_manner
from perception.errors import InputError
from perception.named_file import is_file
from perception.paths import ASSETS
from perception.settings import between, build, checked
from perception.toml_files import read_toml
from perception.written_lines import lines_faults, placeholder_faults, refuse

PERSONAS = ASSETS / "personas"
"""Folder of the personas."""


@checked
@dataclass(frozen=True, slots=True)
class HibariSpeech:
    """A person made of a speaker of the voice hibari.

    The ear tells people apart by the length of their vocal tract, which moves the formants, and by
    their pitch (Fitch 1997; Smith & Patterson 2005): men's formants lie about 15 % below women's.
    """

    speaker: str = ""
    """The speaker that it is made of; empty for the one there is of the persona's kind."""
    formant_ratio: Annotated[float, between(0.75, 1.2)] = 1.0
    """Factor on the speaker's formants, 0.75 to 1.2: below 1 for a longer vocal tract."""
    pitch_hz: Annotated[float, between(75, 300)] = 197.0
    """Median pitch in Hz, 75 to 300; 197 is the speaker's own."""
    pitch_range: Annotated[float, between(0.5, 1.6)] = 1.0
    """Factor on how far pitch goes from its median, 0.5 to 1.6."""
    rate: Annotated[float, between(0.7, 1.4)] = 1.0
    """Factor on the speaker's own rate, 0.7 to 1.4."""

    @property
    def is_own(self) -> bool:
        """Whether it is the speaker unchanged, but for the rate."""
        return replace(self, rate=1.0) == HibariSpeech(self.speaker)


@checked
@dataclass(frozen=True, slots=True)
class Speech:
    """How her voice differs from its speaker's own.

    One synthetic speaker so lends itself to several people: a longer vocal tract lowers the
    formants, which the ear takes for a larger person, whatever the pitch (Fitch 1997).
    """

    pace: Annotated[float, between(0.7, 1.4)] = 1.0
    """Factor on the speaker's own rate, 0.7 to 1.4."""
    pitch: Annotated[float, between(0.7, 1.4)] = 1.0
    """Factor on the speaker's own pitch, 0.7 to 1.4; only where the engine can (flite)."""
    tract: Annotated[float, between(0.88, 1.14)] = 1.0
    """Factor on the length of the vocal tract, 0.88 to 1.14; only where the engine can (flite)."""
    hibari: HibariSpeech = field(default_factory=HibariSpeech)
    """Who is made of the voice hibari's speaker; the factors above are for the other engines."""


@checked
@dataclass(frozen=True, slots=True)
class Lines:
    """What she says apart from greeting, questions and closing."""

    continuers: tuple[str, ...]
    """Sounds that fit both in mid-answer and after it: "Mm-hm." """
    acknowledgements: tuple[str, ...]
    """Thanks for an answer that is clearly over, in one breath with the next question; left out
    where she has just made a sound."""
    short_acknowledgements: tuple[str, ...]
    """Said after a very short answer, before asking for more."""
    yields: tuple[str, ...]
    """After she began to speak and the candidate went on: "Sorry, go on." """
    resume: tuple[str, ...]
    """Before a question that was cut off is asked again."""
    offers_to_move_on: tuple[str, ...]
    moves_on: tuple[str, ...]
    """When she leaves a question unanswered."""
    encouragements: tuple[str, ...]
    """Before the question is put in other words."""
    interruptions: tuple[str, ...]
    """Polite words that end an overlong answer."""
    no_microphone: tuple[str, ...]
    typed: tuple[str, ...]
    """Thanks for a typed answer."""
    microphone_back: tuple[str, ...] = ("I can hear you now. You can simply speak.",)
    """After ``no_microphone``, once speech is heard again."""

    def __post_init__(self) -> None:
        for name in self.__slots__:
            refuse(lines_faults(getattr(self, name), name, longest=LONGEST_LINE))


@checked
@dataclass(frozen=True, slots=True)
class Persona:
    """A recruiter."""

    display_name: str
    """As she introduces herself."""
    identity: str
    """Name of the baked human that plays her, or a TOML file like those of ``assets/identities``,
    relative to the persona's own file."""
    voice: str
    """Name of the speaker, as the voice back-end knows it: "slt", "rms" ..."""
    lines: Lines
    voice_kind: Literal["female", "male"] = "female"
    """Which voice does where there is no such speaker."""
    speech: Speech = field(default_factory=Speech)
    manner: Manner = field(default_factory=Manner)
    """Her numbers; keys that her file leaves out are those of her ``style``."""
    style: str = "neutral"
    """Name of the manner in which she interviews, one of ``assets/personas/manners``, or a file."""
    says: MannerLines | None = None
    """What she says between questions: the lines of her style."""
    room: str = "corporate"
    """Where she receives, where the settings leave it to her: a name of ``game/rooms``."""
    description: str = ""
    name: str = ""
    """Name of the persona: its file's name without the suffix, or the path of a file elsewhere."""

    def __post_init__(self) -> None:
        refuse(placeholder_faults([self.display_name], "display_name", ()))


def personas(folder: Path = PERSONAS) -> tuple[str, ...]:
    """Names of the personas that ``load_persona`` knows, in alphabetical order."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


def load_persona(
    name: str, seed: int = 0, folder: Path = PERSONAS, manner: str | None = None
) -> Persona:
    """Reads a persona.

    Args:
        name: one out of ``personas()``, ``random`` for the one that the seed decides, or the path
            of a TOML file of one's own.
        seed: of the session.
        folder: where the personas lie.
        manner: in which they interview, instead of their own: a name out of ``manners()`` or a
            TOML file.

    Raises:
        InputError: there is no such persona or manner; the message lists them.
        SettingsError: the file is not TOML or has a bad key; the message names file and key.
    """
    known = personas(folder)
    if name == "random" and known:
        name = random.Random(f"persona:{seed}").choice(known)
    path = folder / f"{name}.toml"
    own = is_persona_file(name)
    if own:
        path = Path(name).resolve()
    if not is_file(path):
        raise InputError(
            f"persona {name!r}: no such recruiter; use one of {', '.join((*known, 'random'))}, "
            "or a TOML file"
        )
    table = read_toml(path)
    identity = table.get("identity")
    if own and isinstance(identity, str) and identity.endswith(".toml"):
        table["identity"] = str(path.parent / identity)
    named = manner or table.get("style", "neutral")
    style = load_manner(named if isinstance(named, str) else "neutral")  # no name is refused below
    numbers = {spec.name: getattr(style.manner, spec.name) for spec in fields(Manner)}
    own_numbers = {} if manner is not None else table.get("manner", {})
    if isinstance(own_numbers, dict):
        table["manner"] = numbers | own_numbers
    table["style"] = named
    return build(Persona, table, path.name, name=str(path) if own else path.stem, says=style.lines)


def is_persona_file(name: str) -> bool:
    """Whether a persona's name is the path of a file."""
    return name.endswith(".toml")
