"""What the recruiter does: acts from the dialogue manager, and behaviours that carry them out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

ActKind = Literal["say", "ask", "acknowledge", "listen", "interrupt", "wait", "close"]


@dataclass(frozen=True, slots=True)
class Because:
    """Why the recruiter acted."""

    rule: str
    """Name of the rule, as in ``dialogue/reactions.py`` or ``dialogue/turntaking/turn.py``."""
    cue: str
    """What was noticed: "smile", "silence_s", "answer_words" ..."""
    value: float | str | None = None
    threshold: float | str | None = None


@dataclass(frozen=True, slots=True)
class RecruiterAct:
    """One thing the recruiter does.

    ``say``, ``ask``, ``interrupt`` and ``close`` speak ``text``; ``acknowledge`` is a backchannel:
    a nod, a smile, a raised brow, with or without a short sound in ``text``; ``listen`` turns her
    attention to the candidate; ``wait`` keeps it there; ``close`` ends the interview.
    """

    t_s: float
    kind: ActKind
    text: str = ""
    attitude: str = "neutral"
    """neutral, warm, interested, encouraging, doubtful, concerned, amused, serious."""
    because: Because | None = None
    id: str = ""
    """Unique in the session: "act-7"."""
    question_id: str | None = None
    """Of ``ask``: the question asked. Of others: the question in progress."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """Of ``ask``: competency, follow_up_of. Of ``acknowledge``: gesture ("nod", "smile",
    "brow_raise", "tilt"), strength 0...1."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What became of an act on the screen and loudspeaker (BML's block progress)."""

    t_s: float
    act_id: str
    phase: Literal["start", "end", "stopped"]
    """``start``: her first sound or visible change; ``stopped``: cut short, she yielded."""


BehaviourKind = Literal[
    "speech",
    "gaze",
    "gazeShift",
    "head",
    "headDirectionShift",
    "face",
    "faceShift",
    "faceLexeme",
    "faceFacs",
    "gesture",
    "pointing",
    "posture",
    "postureShift",
    "wait",
]
"""BML's behaviours that can be shown. ``face`` and ``faceShift`` hold ``parts``: a list of
attributes of the lexemes and action units that make them up."""

SYNC_POINTS = ("start", "ready", "strokeStart", "stroke", "strokeEnd", "relax", "end")
"""BML's sync points in their order. A face's ``attackPeak`` is its ``ready``."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One behaviour in BML 1.0's terms.

    ``kind`` is the BML element; ``sync`` maps sync points (start, ready, strokeStart, stroke,
    strokeEnd, relax, end) to seconds from the block's start, or to a reference "id:point",
    "block:id:point" or "block:start", with or without an offset ("speech:s1 - 0.2").
    """

    id: str
    kind: BehaviourKind
    attributes: Mapping[str, Any] = field(default_factory=dict)
    sync: Mapping[str, float | str] = field(default_factory=dict)
    required: bool = False
    """Whether the block is dropped when this cannot be played."""
    line: int | None = None
    """Line of the file it was read from."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """How sync points of a block's behaviours lie to each other."""

    kind: Literal["synchronize", "before", "after"]
    refs: tuple[str, ...]
    """"id:point" with or without an offset; the others are put where the first one is, before it
    or after it."""
    required: bool = False
    line: int | None = None


@dataclass(frozen=True, slots=True)
class BehaviourBlock:
    """Behaviours that belong together, to be realised at once."""

    id: str
    t_s: float
    act_id: str
    behaviours: tuple[Behaviour, ...]
    composition: Literal["MERGE", "APPEND", "REPLACE"] = "MERGE"
    constraints: tuple[Constraint, ...] = ()
    character: str = ""
    """Whom it is meant for; empty for whoever plays it."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A sync point that was passed (BML's blockProgress and syncPointProgress)."""

    t_s: float
    block: str
    behaviour: str
    """Empty for the block itself, whose points are start and end."""
    point: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """When a block and its behaviours will take place (BML's predictionFeedback)."""

    t_s: float
    block: str
    start_s: float
    end_s: float
    """Session seconds; shifts that stay count to the end of their movement."""
    behaviours: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Behaviour to its sync points in session seconds."""


WarningKind = Literal[
    "PARSING_FAILURE",
    "BEHAVIOR_TYPE_NOT_SUPPORTED",
    "CUSTOM_ATTRIBUTE_NOT_SUPPORTED",
    "NO_SUCH_TARGET",
    "IMPOSSIBLE_TO_SCHEDULE",
    "BLOCK_DROPPED",
]


@dataclass(frozen=True, slots=True)
class BehaviourWarning:
    """What of a block is not played, or not as written (BML's warningFeedback)."""

    block: str
    behaviour: str
    """Empty where it concerns the block."""
    kind: WarningKind
    message: str
    line: int | None = None
    t_s: float | None = None
    """None when it was found while reading."""

    def __str__(self) -> str:
        where = f"{self.block}/{self.behaviour}" if self.behaviour else self.block
        return (
            f"{where}: {self.message}"
            if self.line is None
            else (f"line {self.line}: {where}: {self.message}")
        )
