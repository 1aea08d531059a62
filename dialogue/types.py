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
    """Name of the rule, as in ``dialogue/reactions.py`` or ``dialogue/turn.py``."""
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


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One behaviour in BML 1.0's terms.

    ``kind`` is the BML element; ``sync`` maps sync points (start, ready, strokeStart, stroke,
    strokeEnd, relax, end) to seconds from the block's start, or to a reference "id:point".
    """

    id: str
    kind: Literal[
        "speech", "gaze", "gazeShift", "head", "faceLexeme", "faceFacs", "gesture", "posture"
    ]
    attributes: Mapping[str, Any] = field(default_factory=dict)
    sync: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BehaviourBlock:
    """Behaviours that belong together, to be realised at once."""

    id: str
    t_s: float
    act_id: str
    behaviours: tuple[Behaviour, ...]
    composition: Literal["MERGE", "APPEND", "REPLACE"] = "MERGE"
