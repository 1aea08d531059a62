"""What is understood of an utterance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

CandidateAct = Literal[
    "answer",
    "repeat",
    "rephrase",
    "explain",
    "think_time",
    "question",
    "no_example",
    "decline",
    "correct_self",
    "small_talk",
    "joke",
    "trouble",
    "upset",
    "stop",
    "other_language",
    "aside",
    "insult",
    "order",
]
"""What a candidate can be doing.

``answer`` answers, or goes on answering, however well; ``repeat`` wants the question said again,
``rephrase`` in other words, ``explain`` what it or a term in it means; ``think_time`` asks for
time; ``question`` asks about job, team, company, pay or process; ``no_example`` does not know or
has none; ``decline`` does not want to answer; ``correct_self`` mends what was said; ``small_talk``
greets, thanks, chats; ``joke`` means to be funny; ``trouble`` complains of sound or picture;
``upset`` is distressed; ``stop`` wants to end or pause; ``other_language`` is not English;
``aside`` speaks to somebody else; ``insult`` insults; ``order`` gives orders to the program.
"""

ACTS: tuple[CandidateAct, ...] = get_args(CandidateAct)

AGAIN: tuple[CandidateAct, ...] = ("repeat", "rephrase", "explain")
"""Acts that want the open question once more."""

FactKind = Literal["place", "organisation", "role", "tool", "number", "time", "person", "outcome"]
"""What a fact of an answer names."""

FACTS: tuple[FactKind, ...] = get_args(FactKind)


@dataclass(frozen=True, slots=True)
class ActSpan:
    """A part of an utterance in which the candidate does one thing."""

    act: CandidateAct
    confidence: float
    """0...1: how sure it is that this part is this act."""
    start: int
    """Of its first character in the utterance."""
    end: int
    """Behind its last."""
    text: str
    """As it was said."""
    second: CandidateAct | None = None
    """What else it may be, where that is not far behind."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A name, an amount or an outcome that the candidate told."""

    kind: FactKind
    text: str
    """As it was said."""
    confidence: float
    """0...1."""
    start: int
    """Of its first character in the utterance."""
    end: int
    """Behind its last."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """All that is understood of an utterance."""

    text: str
    acts: tuple[ActSpan, ...] = ()
    """Side by side, in their order, over all words."""
    facts: tuple[Fact, ...] = ()
    """In their order; none overlap."""

    def has(self, act: CandidateAct, confidence: float = 0.0) -> bool:
        """Whether there is such an act, at least as sure as that."""
        return any(a.act == act and a.confidence >= confidence for a in self.acts)

    def as_table(self) -> dict[str, Any]:
        """JSON values: ``acts`` (``name``, ``confidence``, ``span``, ``text``), ``facts`` (with
        ``kind`` and ``text``); spans are characters from and to."""
        return {
            "text": self.text,
            "acts": [
                {
                    "name": a.act,
                    "confidence": round(a.confidence, 3),
                    "span": [a.start, a.end],
                    "text": a.text,
                    **({} if a.second is None else {"or": a.second}),
                }
                for a in self.acts
            ],
            "facts": [
                {
                    "kind": f.kind,
                    "text": f.text,
                    "confidence": round(f.confidence, 3),
                    "span": [f.start, f.end],
                }
                for f in self.facts
            ],
        }


@dataclass(frozen=True, slots=True)
class Asked:
    """What the candidate was asked, for whoever understands the reply."""

    kind: Literal["question", "follow_up", "your_questions", "greeting", "unknown"] = "unknown"
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
