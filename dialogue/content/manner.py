"""Manners of interviewing: how a recruiter carries herself and what she says between questions.

One TOML file per manner in ``assets/personas/manners/``: warm, neutral, demanding, distracted,
stressing. A manner changes how things are said, how patient, lively and insistent she is, never
which questions a structured interview asks.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Literal

from perception.errors import InputError
from perception.named_file import is_file
from perception.paths import ASSETS
from perception.settings import Share, between, checked, read_as
from perception.written_lines import SPOKEN, lines_faults, placeholders, refuse

MANNERS = ASSETS / "personas" / "manners"
"""Folder of the manners."""

LONGEST_LINE = 240
"""Characters of a line between questions: about 15 s of speech."""

Attitude = Literal[
    "neutral", "warm", "interested", "encouraging", "doubtful", "concerned", "amused", "serious"
]


@checked
@dataclass(frozen=True, slots=True)
class Manner:
    """How the recruiter carries herself."""

    warmth: Share = 0.5
    """0 (reserved) to 1 (very warm): how readily and how broadly she smiles."""
    backchannel_rate: Annotated[float, between(0, 3)] = 1.0
    """Factor on how often she nods while listening, 0 to 3."""
    vocal_backchannels: Share = 0.2
    """Share of backchannels with a short sound ("mm-hm"), 0 to 1."""
    patience: Annotated[float, between(0.5, 2)] = 1.0
    """Factor on how long she waits before taking the turn or helping, 0.5 to 2."""
    nod_amount: Share = 0.5
    """Typical size of a nod, 0 to 1."""
    liveliness: Share = 0.5
    """0 to 1: how often she gestures and raises her brows while speaking."""
    gaze_contact: Annotated[float, between(0.3, 1)] = 0.8
    """Share of listening time spent looking at the candidate, 0.3 to 1."""
    attitude: Attitude = "neutral"
    """In which she rests when nothing moves her."""
    interest: Share = 0.5
    """0 to 1: how interested she is to begin with."""
    smile_reciprocity: Share = 0.8
    """Share of the candidate's smiles that she returns."""
    follow_up_pressure: Share = 0.7
    """Share of what is missing in answers that she asks after."""
    presses: Share = 0.3
    """Share of answers still thin after a follow-up at which she insists."""
    echo_rate: Share = 0.3
    """Share of acknowledgements in which she says a few of the candidate's words."""
    recall_rate: Share = 0.4
    """Share of chances to come back to something told earlier that she takes."""
    interrupts_after: Annotated[float, between(0.5, 1.5)] = 1.0
    """Factor on the longest answer, and on the longest that wanders, after which she cuts in."""
    inertia_s: Annotated[float, between(1, 120)] = 20.0
    """Seconds in which her mood goes two thirds of the way to where it is drawn."""
    distraction: Share = 0.0
    """0 to 1: how often she looks at her papers while she listens."""


@checked
@dataclass(frozen=True, slots=True)
class MannerLines:
    """What she says in moments that are no planned question, and no sound of listening.

    Each has at least two wordings. ``{topic}`` is what the open question is about, ``{echo}`` a
    few of the candidate's words turned to "you" and "your", ``{fact}`` a fact as it was said,
    ``{before}`` and ``{now}`` two that contradict each other.
    """

    repeats: tuple[str, ...]
    rephrases: tuple[str, ...]
    explains: tuple[str, ...]
    explains_term: tuple[str, ...]
    gives_time: tuple[str, ...]
    still_there: tuple[str, ...]
    answers_question: tuple[str, ...]
    unknown: tuple[str, ...]
    is_program: tuple[str, ...]
    later: tuple[str, ...]
    back_to: tuple[str, ...]
    accepts_none: tuple[str, ...]
    other_angle: tuple[str, ...]
    accepts_decline: tuple[str, ...]
    accepts_correction: tuple[str, ...]
    greets_back: tuple[str, ...]
    well_thanks: tuple[str, ...]
    thanks_back: tuple[str, ...]
    small_talk: tuple[str, ...]
    laughs: tuple[str, ...]
    trouble_sound: tuple[str, ...]
    trouble_heard: tuple[str, ...]
    trouble_picture: tuple[str, ...]
    reassures: tuple[str, ...]
    offers_break: tuple[str, ...]
    confirms_stop: tuple[str, ...]
    goes_on: tuple[str, ...]
    stops: tuple[str, ...]
    takes_break: tuple[str, ...]
    other_language: tuple[str, ...]
    waits_aside: tuple[str, ...]
    sets_boundary: tuple[str, ...]
    last_warning: tuple[str, ...]
    ends_insulted: tuple[str, ...]
    stays_in_role: tuple[str, ...]
    unsure_repeat: tuple[str, ...]
    unsure: tuple[str, ...]
    unheard: tuple[str, ...]
    echoes: tuple[str, ...]
    recalls: tuple[str, ...]
    asks_result: tuple[str, ...]
    asks_action: tuple[str, ...]
    asks_situation: tuple[str, ...]
    asks_task: tuple[str, ...]
    asks_own_role: tuple[str, ...]
    asks_example: tuple[str, ...]
    asks_number: tuple[str, ...]
    asks_contradiction: tuple[str, ...]
    told_before: tuple[str, ...]
    off_topic: tuple[str, ...]
    presses: tuple[str, ...]
    interest: tuple[str, ...]
    ends_topic: tuple[str, ...]
    speak_up: tuple[str, ...]
    slow_down: tuple[str, ...]
    look_here: tuple[str, ...]
    calm_down_fidget: tuple[str, ...]
    monotone: tuple[str, ...]
    too_long: tuple[str, ...]
    in_short: tuple[str, ...]
    skips: tuple[str, ...]
    time_left: tuple[str, ...]
    time_over: tuple[str, ...]
    your_questions: tuple[str, ...]
    anything_else: tuple[str, ...]
    no_more_questions: tuple[str, ...]
    thinking: tuple[str, ...]
    checks_answer: tuple[str, ...]

    def __post_init__(self) -> None:
        for spec in fields(self):
            lines = getattr(self, spec.name)
            known = (*SPOKEN, *_OF_THE_ANSWER)
            refuse(lines_faults(lines, spec.name, longest=LONGEST_LINE, known=known))
            if spec.name not in _FILLED and all(map(placeholders, lines)):
                raise ValueError(f"{spec.name} needs a wording without placeholders")


_OF_THE_ANSWER = ("topic", "echo", "fact", "before", "now")
_FILLED = frozenset(
    ("back_to", "echoes", "recalls", "asks_contradiction", "off_topic", "asks_number")
)
"""Lines that are nothing without what fills them in."""


@checked
@dataclass(frozen=True, slots=True)
class InterviewingManner:
    """A manner: its numbers and its lines."""

    lines: MannerLines
    manner: Manner
    name: str = ""
    """Its file's name without the suffix."""


def manners(folder: Path = MANNERS) -> tuple[str, ...]:
    """Names of the manners that ``load_manner`` knows, in alphabetical order."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


def load_manner(name: str, folder: Path = MANNERS) -> InterviewingManner:
    """Reads a manner.

    Args:
        name: one out of ``manners()``, or the path of a TOML file.
        folder: where they lie.

    Raises:
        InputError: there is no such manner; the message lists them.
        SettingsError: the file is not TOML or has a bad key; the message names file and key.
    """
    path = Path(name) if name.endswith(".toml") else folder / f"{name}.toml"
    if not is_file(path):
        raise InputError(
            f"manner {name!r}: no such manner; use one of {', '.join(manners(folder))}"
        )
    return read_as(InterviewingManner, path, name=path.stem)
