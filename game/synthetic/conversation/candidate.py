"""Candidates who hold a conversation: ``assets/candidates/NAME.toml``.

Shares are of the main questions of an interview, 0 to 1; each is drawn from the run's seed.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, Literal

from dialogue.understanding.types import ACTS
from game.synthetic.conversation.stories import FOLDER, Style
from perception.errors import InputError
from perception.named_file import is_file
from perception.settings import CountOrZero, Level, Share, between, checked, read_as

Span = tuple[Annotated[float, between(0, 120)], Annotated[float, between(0, 120)]]
"""From, to."""

CueKind = Literal[
    "smile", "nod", "gaze_down", "gaze_away", "turned", "frown", "fidget", "leans", "leaves",
    "monotone", "quiet", "racing", "fillers",
]  # fmt: skip
WHOLE_ANSWER: tuple[CueKind, ...] = ("monotone", "quiet", "racing", "fillers")
"""Kinds that lie in how they speak, from the first word of an answer to its last."""


@checked
@dataclass(frozen=True, slots=True)
class Delivery:
    """How they speak, or type."""

    words_per_min: Annotated[float, between(20, 260)] = 150.0
    """Of speech, pauses left out."""
    typing_words_per_min: Annotated[float, between(10, 120)] = 55.0
    """Of typing, keys and all."""
    reply_s: Span = (0.5, 1.2)
    """Seconds from the end of her line to their first word or key."""
    pause_s: Span = (0.2, 0.5)
    """Seconds between sentences."""
    liveliness_st: Annotated[float, between(0, 6)] = 2.5
    """Half the range of pitch, semitones."""
    level_dbfs: Level = -25.0
    snr_db: Annotated[float, between(-10, 60)] = 30.0
    """Of their voice over the room's noise."""
    confidence: tuple[Share, Share] = (0.82, 0.98)
    """Of the recogniser in their words, 0 to 1."""
    hesitations: tuple[str, ...] = ()
    """Put before a sentence: "Um," """
    hesitates: Share = 0.0
    """Share of sentences with one."""


@checked
@dataclass(frozen=True, slots=True)
class Gaps:
    """What their answers lack, each with the share of answers that do; together 1 at most."""

    no_situation: Share = 0.0
    no_action: Share = 0.0
    no_result: Share = 0.0
    no_own_role: Share = 0.0
    vague: Share = 0.0
    short: Share = 0.0
    off_topic: Share = 0.0
    number_no_context: Share = 0.0

    def __post_init__(self) -> None:
        total = sum(getattr(self, spec.name) for spec in fields(self))
        if total > 1.0 + 1e-9:
            raise ValueError(f"the gaps' shares sum to {total:g}; keep to 1")


@checked
@dataclass(frozen=True, slots=True)
class Takes:
    """How often they say yes to what she offers."""

    stop: Share = 0.0
    move_on: Share = 0.5
    rest: Share = 0.2
    repeat: Share = 0.5


@checked
@dataclass(frozen=True, slots=True)
class Request:
    """Something that they do beside answering."""

    act: str
    """A dialogue act of a candidate's; "none" for sounds without sense."""
    texts: tuple[str, ...] = ()
    """Ways to say it; ``{term}`` stands for a word of her question. Questions about the job come
    from the role's own list instead."""
    share: Share = 0.2
    place: Literal["before", "after"] = "before"
    """By itself before the answer, or at the answer's end."""
    most: CountOrZero = 99
    """How often in one interview."""
    meant: Literal["", "sound", "picture", "heard"] = ""
    """Which trouble it is."""

    def __post_init__(self) -> None:
        if self.act not in (*ACTS, "none"):
            raise ValueError(f"act is {self.act!r}; use one of {', '.join((*ACTS, 'none'))}")
        if not self.texts and self.act != "question":
            raise ValueError(f"{self.act} has no texts; write at least one")
        if self.act == "trouble" and not self.meant:
            raise ValueError("trouble needs 'meant': sound, picture or heard")


@checked
@dataclass(frozen=True, slots=True)
class Extra:
    """Words that they add now and then."""

    share: Share = 0.0
    texts: tuple[str, ...] = ()
    count: tuple[CountOrZero, CountOrZero] = (1, 1)
    """How many of them at a time, from and to."""


@checked
@dataclass(frozen=True, slots=True)
class Silences:
    """Answers that do not come by themselves."""

    share: Share = 0.0
    until: tuple[Literal["help", "offer", "end"], ...] = ("help",)
    """What breaks the silence: the question in other words, the offer to move on, or nothing."""


@checked
@dataclass(frozen=True, slots=True)
class BargeIn:
    """Answers that begin before she has asked."""

    share: Share = 0.0
    at: tuple[Share, Share] = (0.7, 0.9)
    """Share of her line after which they begin, from and to."""


@checked
@dataclass(frozen=True, slots=True)
class CueHabit:
    """Something that they show without words."""

    kind: CueKind
    share: Share = 0.5
    when: Literal["speaking", "listening", "waiting"] = "speaking"
    """Within their answer, while she asks, or between the two."""
    after_s: Span = (1.0, 3.0)
    """From the beginning of the answer, of her line, or from its end."""
    lasts_s: Span = (1.5, 2.5)


@checked
@dataclass(frozen=True, slots=True)
class Candidate:
    """One candidate."""

    title: str
    description: str
    stories: tuple[str, ...]
    """Tellers; each interview has one of them."""
    style: Style = "plain"
    """In which they ask about the job."""
    typed: bool = False
    """Whether they have no microphone and type."""
    types: Share = 0.0
    """Share of utterances whose second half, or all where they are one thing, they type although
    they can speak."""
    greetings: tuple[str, ...] = ()
    """What they reply to her greeting; none for nothing."""
    questions_back: tuple[CountOrZero, CountOrZero] = (0, 1)
    """How many questions they have at the end, from and to."""
    delivery: Delivery = field(default_factory=Delivery)
    gaps: Gaps = field(default_factory=Gaps)
    takes: Takes = field(default_factory=Takes)
    requests: tuple[Request, ...] = ()
    tangents: Extra = field(default_factory=Extra)
    """Said between the parts of a story."""
    elsewhere: Extra = field(default_factory=Extra)
    """Said in place of an answer that is off the topic."""
    evasions: Extra = field(default_factory=Extra)
    """Said in place of what she asked after; the share of follow-ups."""
    silences: Silences = field(default_factory=Silences)
    barge_in: BargeIn = field(default_factory=BargeIn)
    murmurs: Extra = field(default_factory=Extra)
    """Said while she speaks, without meaning to interrupt; the share of her questions."""
    cues: tuple[CueHabit, ...] = ()
    same_story: Share = 0.0
    """Share of answers, from the third on, that tell the story of an earlier one."""
    canaries: tuple[str, ...] = ()
    """Words that they try to put into her mouth, in small letters."""
    name: str = ""
    """Name of the file without the suffix."""

    def __post_init__(self) -> None:
        if self.gaps.off_topic and not self.elsewhere.texts:
            raise ValueError("gaps.off_topic needs elsewhere.texts; write some")


def candidates(folder: Path = FOLDER) -> tuple[str, ...]:
    """Names of the candidates there are, in alphabetical order."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


@functools.cache
def load_candidate(name: str, folder: Path = FOLDER) -> Candidate:
    """Reads a candidate.

    Raises:
        InputError: there is no such candidate; the message lists them.
        SettingsError: a key or value is wrong; the message names file and key.
    """
    path = folder / f"{name}.toml"
    if not is_file(path):
        raise InputError(f"no candidate {name!r}; known: {', '.join(candidates(folder))}")
    return read_as(Candidate, path, name=name)
