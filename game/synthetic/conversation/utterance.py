"""What a candidate means to say, with what is true of it, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from game.synthetic.conversation.phrases import Offer
from game.synthetic.conversation.stories import PlantedFact

Purpose = Literal[
    "greeting", "request", "answer", "follow_up", "assent", "own_question", "murmur", "noise"
]


@dataclass(frozen=True, slots=True)
class Segment:
    """Words with which they do one thing."""

    act: str
    """The dialogue act; "none" where the words have no sense."""
    text: str
    part: str = ""
    """Of the story; "tangent", "elsewhere" or "evasion" for what is none; empty for requests."""
    facts: tuple[PlantedFact, ...] = ()
    topic: str | None = None
    """Of a question about the job; empty where the employer's brief is silent, None for others."""
    term: str = ""
    """Word of hers that is to be explained."""
    meant: str = ""
    """Which trouble it is."""


@dataclass(frozen=True, slots=True)
class Intended:
    """An utterance before it is said."""

    purpose: Purpose
    question_id: str
    """What she had put: a question's id, "question/condition" for a follow-up."""
    segments: tuple[Segment, ...]
    offer: Offer | None = None
    """Of an assent: what was offered."""
    assents: bool = False
    """Whether they take it."""
    again: bool = False
    """Whether they say again what she asked back about."""

    @property
    def text(self) -> str:
        """All its words."""
        return " ".join(segment.text for segment in self.segments)

    @property
    def base(self) -> str:
        """Id of the main question."""
        return self.question_id.split("/", 1)[0]


@dataclass(slots=True)
class Utterance:
    """An utterance as it came out."""

    intended: Intended
    number: int
    """Of the candidate's utterances, from 0."""
    start_s: float
    end_s: float
    """Of its last sound, or when it was handed in."""
    done: dict[int, float] = field(default_factory=dict)
    """Segment to the session time at which it was said to its end."""
    cut: bool = False
    """Whether they stopped before its end, because she spoke."""
    typed: bool = False

    @property
    def said(self) -> tuple[Segment, ...]:
        """Segments that were said to their end."""
        return tuple(s for i, s in enumerate(self.intended.segments) if i in self.done)

    def said_by(self, t_s: float) -> tuple[Segment, ...]:
        """Segments that were said to their end by then."""
        return tuple(
            s
            for i, s in enumerate(self.intended.segments)
            if i in self.done and self.done[i] <= t_s
        )

    @property
    def text(self) -> str:
        """The words that were said."""
        return " ".join(segment.text for segment in self.said)


@dataclass(frozen=True, slots=True)
class ShownCue:
    """Something that they showed without words."""

    kind: str
    start_s: float
    end_s: float
