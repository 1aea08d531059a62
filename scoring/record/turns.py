"""The turns of a conversation: what the recruiter said, what was asked, what was answered."""

from __future__ import annotations

from dataclasses import dataclass

from perception.types import Word
from scoring.types import Span


@dataclass(frozen=True, slots=True)
class Line:
    """Something the recruiter said."""

    start_s: float
    end_s: float
    text: str
    act_id: str
    kind: str
    question_id: str | None
    stopped: bool = False
    """She was interrupted or yielded."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the candidate said to one question."""

    question_id: str | None
    start_s: float
    end_s: float
    speech: tuple[Span, ...]
    """Stretches of speech inside; empty for a typed answer."""
    words: tuple[Word, ...]
    """With times; empty for a typed answer."""
    transcript: str
    response_time_s: float | None
    """From the end of the question; negative where the candidate was early. None when typed."""
    typed: bool = False
    estimated_times: bool = False
    """Words came without times, and were spread over their stretch of speech."""
    language: str | None = None
    """Code of the language most of its words are in; None where nobody can say."""

    @property
    def in_english(self) -> bool:
        """Whether its words can be judged: rubrics, grammar and norms are of English."""
        return self.language in (None, "en")


@dataclass(frozen=True, slots=True)
class Question:
    """A question that was asked, and its answer if one was given."""

    id: str
    text: str
    asked_s: float
    asked_end_s: float
    window_end_s: float
    competency: str | None
    follow_up_of: str | None
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Turns:
    """The conversation over time."""

    lines: tuple[Line, ...]
    recruiter: tuple[Span, ...]
    candidate: tuple[Span, ...]
    questions: tuple[Question, ...]
    answers: tuple[Answer, ...]
