"""What the recruiter does: acts from the dialogue manager, and behaviours that carry them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal, Protocol

ActKind = Literal["say", "ask", "acknowledge", "listen", "interrupt", "wait", "close"]


@dataclass(frozen=True, slots=True)
class Because:
    """Why the recruiter acted."""

    rule: str
    """Name of the rule, as in ``assets/personas/rules`` or ``dialogue/turntaking/turn.py``."""
    cue: str
    """What was noticed: "smile", "silence_s", "answer_words" ..."""
    value: float | str | None = None
    threshold: float | str | None = None
    act: str | None = None
    """For words: which of the candidate's dialogue acts she understood."""
    confidence: float | None = None
    """0...1: how sure that is."""
    quote: str | None = None
    """The words in question."""


@dataclass(frozen=True, slots=True)
class SayData:
    """What goes with a line that is no question."""

    purpose: Literal[
        "", "greeting", "help", "offer", "no_microphone", "microphone_back", "reply"
    ] = ""


@dataclass(frozen=True, slots=True)
class AskData:
    """What goes with a question."""

    competency: str | None = None
    """What it is asked for."""
    follow_up_of: str | None = None
    """Id of the question that it follows up; None for a planned one."""
    number: int | None = None
    """Of the planned question, from 1."""
    of: int | None = None
    """Planned questions in all."""
    question: str = ""
    """The bare question; the act's text may lead up to it."""
    asks_episode: bool | None = None
    """Whether it asks for something that happened; None where nobody says."""


@dataclass(frozen=True, slots=True)
class AcknowledgeData:
    """A backchannel's movement."""

    gesture: Literal["nod", "smile", "brow_raise", "tilt", "lean_in", "think", "none"] = "nod"
    strength: float = 0.5
    """0...1."""
    repetition: int | None = None
    """Nods in a row; None for one."""
    cue_t_s: float | None = None
    """Session time of the picture that it answers; None where it answers none."""


@dataclass(frozen=True, slots=True)
class ListenData:
    """Which answer she listens to."""

    answer: Literal["", "new", "continues"] = ""
    """``new``: to a question that was just asked."""
    from_s: float | None = None
    """Session time from which on words belong to it."""


@dataclass(frozen=True, slots=True)
class WaitData:
    """What becomes of her own line when the candidate speaks over it."""

    stop: bool = False
    """She gives it up."""
    stops: str = ""
    """Id of the act that is given up."""
    hold: bool = False
    """She falls silent within it."""
    resume: bool = False
    """She goes on with it."""
    loudness: Literal["", "lowered", "muted", "full"] = ""
    """How loud her voice goes on, the line running, until it is clear whether the candidate begins
    to speak: fainter at a sound, not to be heard at what may be a voice, and back to ``full``."""
    act: str = ""
    """Id of the act that is held, goes on, changes its loudness or is withdrawn."""
    withdraw: bool = False
    """She does not begin it: the candidate went on before she had. What sounds goes on."""


@dataclass(frozen=True, slots=True)
class CloseData:
    """How the interview ends."""

    early: bool = False
    """Before its last question was answered."""


@dataclass(frozen=True, slots=True)
class InterruptData:
    """Nothing more is to be said of an interruption."""


ActData = SayData | AskData | AcknowledgeData | ListenData | WaitData | CloseData | InterruptData

DATA_OF: Mapping[ActKind, type[ActData]] = {
    "say": SayData,
    "ask": AskData,
    "acknowledge": AcknowledgeData,
    "listen": ListenData,
    "interrupt": InterruptData,
    "wait": WaitData,
    "close": CloseData,
}
"""Kind of an act to what goes with it."""


def act_data(kind: ActKind, table: Mapping[str, Any]) -> ActData:
    """What goes with an act, from its fields by name; a key that is not known is passed over.

    Raises:
        KeyError: there is no such kind of act.
    """
    fitting = DATA_OF[kind]
    known = {spec.name for spec in fields(fitting)}
    return fitting(**{key: value for key, value in table.items() if key in known})


@dataclass(frozen=True, slots=True)
class RecruiterAct:
    """One thing the recruiter does.

    ``say``, ``ask``, ``interrupt`` and ``close`` speak ``text``; ``acknowledge`` is a backchannel:
    a nod, a smile, a raised brow, with or without a short sound in ``text``, or a remark before her
    next line ("could you speak up a little?"); ``listen`` turns her attention to the candidate;
    ``wait`` keeps it there; ``close`` ends the interview.

    Raises:
        TypeError: ``data`` is not what goes with this kind.
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
    data: ActData | None = None
    """What goes with its kind, see :data:`DATA_OF`; made with its defaults where None."""

    def __post_init__(self) -> None:
        fitting = DATA_OF[self.kind]
        if self.data is None:
            object.__setattr__(self, "data", fitting())
        elif not isinstance(self.data, fitting):
            raise TypeError(f"{self.kind} goes with {fitting.__name__}, not {self.data!r}")


WORDS_PER_MIN = 165
"""Pace at which the recruiter speaks: unhurried, as one does in an interview."""


def spoken_s(text: str) -> float:
    """Estimated length of a spoken line in seconds.

    English has about 5.1 characters a word, the space included, so that ``WORDS_PER_MIN`` are 14
    characters a second; 0.3 s go to its beginning and end.
    """
    return 0.3 + len(text) / 14.0


def answer_begins_s(act: RecruiterAct) -> float | None:
    """Session time from which on words are a new answer, where the act opens one; else None."""
    data = act.data
    if not isinstance(data, ListenData) or data.answer != "new":
        return None
    return act.t_s if data.from_s is None else data.from_s


@dataclass(frozen=True, slots=True)
class Spoken:
    """Timing of an act's text as the voice rendered it."""

    duration_s: float
    words: Sequence[tuple[str, float, float]] = ()
    """Word, start and end in seconds from the first sample; empty where the voice cannot say."""


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


LONGEST_S = 3600.0
"""Farthest that a time of a block may lie from its start, in seconds: beyond it is a slip."""
LONGEST_SHOWN = 300
"""Characters that a message shows of a name or a text out of a block."""


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


class BehaviourPlan(Protocol):
    """An act with the behaviour that was planned for it, handed to whoever shows it."""

    @property
    def act(self) -> RecruiterAct:
        """What she does."""
        ...

    def thinks_first(self) -> bool:
        """Whether she looks away before she begins to speak, to plan what she will say."""
        ...

    def block(self, spoken: Spoken | None = None) -> BehaviourBlock:
        """Its behaviours, laid out along its speech.

        Args:
            spoken: timing of the act's speech; estimated from the text when None.
        """
        ...


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
        parts = ["" if self.line is None else f"line {self.line}", where, self.message]
        # whoever wrote the block decides how long its names are
        return ": ".join(_shown(p) for p in parts if p)


def _shown(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def even_words(text: str, duration_s: float) -> list[tuple[str, float, float]]:
    """Words with start and end in proportion to their letters, for voices that tell no times.

    Args:
        text: what is said.
        duration_s: of the whole, in seconds.
    """
    words = text.split()
    letters = sum(len(word) + 1 for word in words)
    found, position = [], 0.0
    for word in words:
        length = duration_s * (len(word) + 1) / max(1, letters)
        found.append((word, position, position + length))
        position += length
    return found
