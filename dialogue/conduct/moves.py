"""What she decides on after an utterance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dialogue.content.manner import Attitude
from dialogue.content.script import Question
from dialogue.types import Because
from dialogue.understanding.assent import Offer
from dialogue.understanding.understander import Understood
from perception.types import Words

MoveKind = Literal["stay", "wait", "ask_again", "follow_up", "next", "close"]
"""``stay``: she says something and listens on, the question still open; ``wait``: the same, in no
hurry; ``ask_again``: the open question, in these or other words; ``follow_up``: one more about this
answer; ``next``: the next question; ``close``: the farewell."""


@dataclass(frozen=True, slots=True)
class Move:
    """One decision."""

    kind: MoveKind
    because: Because
    say: str = ""
    """What she says first; may be all that she says."""
    ask: str = ""
    """Of ``ask_again`` and ``follow_up``: the question as she puts it."""
    follow_up: str = ""
    """What a follow-up is about: a condition or a gap."""
    attitude: Attitude = "neutral"
    offer: Offer | None = None
    """What of hers a yes or no would reply to."""
    patience: float = 1.0
    """Factor on the times of the ladder of silence."""
    early: bool = False
    """Of ``close``: before the last question was answered."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An utterance that is over, and what she knows about it."""

    t_s: float
    question: Question | None
    """The main question in progress; None where the candidate was to ask."""
    question_id: str
    """Of the question or follow-up that was put."""
    put: str
    """The bare question as it was last put."""
    asked: tuple[str, ...]
    """Conditions of its follow-ups so far."""
    text: str
    speech_s: float | None
    """Seconds of speech; None when it was typed."""
    complete: bool
    """Whether the text covers all that was said."""
    confidence: float | None
    """Mean confidence of the recogniser's words, 0...1; 1 for typed ones; None when nobody says."""
    understood: Understood | None = None
    """None where understanding is missing or late."""
    words: tuple[Words, ...] = ()
    """As they were recognised."""
    typed: bool = False
    offered: Offer | None = None
    """What she had offered just before."""
    has_room: bool = True
    """Whether there is time for a follow-up, or for another question of theirs where they are to
    ask."""
    ample: bool = False
    """Whether there is more time than all questions are likely to take, so that she asks on."""
