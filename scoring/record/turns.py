"""The turns of a conversation: what the recruiter said, what was asked, what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dialogue.types import Because
from dialogue.understanding.answer_quality import AnswerQuality, PartName
from dialogue.understanding.types import CandidateAct
from perception.languages import joined
from perception.types import Word
from scoring.record.understood import Utterance
from scoring.types import Span

AnswerKind = Literal["answer", "does_not_know", "declined", "asked_back", "none"]
"""What the candidate did with a question; ``none``: nothing of it was meant as an answer."""


YOUR_QUESTIONS = "your_questions"
"""Competency of the question with which she asks for the candidate's own."""


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
class Said:
    """Words of the candidate in a row that do one thing."""

    text: str
    words: tuple[Word, ...]
    """With times; empty where they were typed."""
    act: CandidateAct
    confidence: float
    """0...1: how sure it is that this is what they do."""
    answers: bool
    """Whether they belong to the answer."""
    part: PartName | None = None
    """Which part of an answer they are; None where that is not told."""
    part_confidence: float = 0.0
    """0...1."""

    @property
    def span(self) -> Span | None:
        """When they were said; None for typed ones."""
        return (self.words[0].start_s, self.words[-1].end_s) if self.words else None


@dataclass(frozen=True, slots=True)
class TypedText:
    """Words that were typed."""

    t_s: float
    """When they were handed in."""
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the candidate said to one question.

    Times, speech and words are of what was spoken, where anything was: how it was said is measured
    on that, and what it says on all of it.

    Where it was understood, words, speech and transcript are those that answer; ``said`` holds
    all of it, with requests, asides and whatever else was said while the question was open.
    """

    question_id: str | None
    start_s: float
    end_s: float
    speech: tuple[Span, ...]
    """Stretches of speech inside; empty where all of it was typed."""
    words: tuple[Word, ...]
    """Spoken ones, with times; empty where all of it was typed."""
    transcript: str
    response_time_s: float | None
    """From the end of the question; negative where the candidate was early. None where it began
    with typed words."""
    written: tuple[TypedText, ...] = ()
    """What was typed of it, in order."""
    estimated_times: bool = False
    """Words came without times, and were spread over their stretch of speech."""
    language: str | None = None
    """Code of the language most of its words are in; None where nobody can say."""
    kind: AnswerKind | None = None
    """None where it was not understood."""
    said: tuple[Said, ...] = ()
    """All that was said, in order; empty where it was not understood."""
    beside: tuple[Span, ...] = ()
    """Stretches between ``start_s`` and ``end_s`` in which something else than the answer was
    said, or a part of it typed."""
    utterances: tuple[Utterance, ...] = ()
    """What was understood of it, in order."""
    qualities: tuple[AnswerQuality, ...] = ()
    """Of those utterances that answer."""

    @property
    def typed(self) -> bool:
        """Whether any of it was typed."""
        return bool(self.written)

    @property
    def spoken(self) -> bool:
        """Whether any of it was spoken, so that it can be said how."""
        return bool(self.speech)

    @property
    def counts(self) -> bool:
        """Whether it is held against the question: it answers, or nobody can say."""
        return self.kind in (None, "answer")

    @property
    def whole(self) -> str:
        """All that was said."""
        return joined(each.text for each in self.said) if self.said else self.transcript

    @property
    def whole_words(self) -> tuple[Word, ...]:
        """All words, with times; empty where they were typed."""
        return tuple(w for each in self.said for w in each.words) if self.said else self.words

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
    because: Because | None = None
    """Why it was asked."""
    asks_episode: bool | None = None
    """Whether it asks for something that happened; None where the record does not say."""
    put: str = ""
    """The bare question, without what led up to it; empty where the record does not say."""

    @property
    def bare(self) -> str:
        """The question, as barely as the record has it."""
        return self.put or self.text

    @property
    def rated(self) -> bool:
        """Whether what is said to it is held against it; the candidate's own questions are not."""
        return self.competency != YOUR_QUESTIONS

    @property
    def follow_up_about(self) -> str:
        """What a follow-up is about, a gap of the answer or a condition; empty for others."""
        base, _, about = self.id.partition("/")
        return about if base == self.follow_up_of else ""


@dataclass(frozen=True, slots=True)
class Turns:
    """The conversation over time."""

    lines: tuple[Line, ...]
    recruiter: tuple[Span, ...]
    candidate: tuple[Span, ...]
    questions: tuple[Question, ...]
    answers: tuple[Answer, ...]
    """Those that are held against their questions."""
