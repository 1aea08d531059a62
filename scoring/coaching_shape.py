"""What ``assets/rubrics/coaching.toml`` must look like: its keys, and the range of every number."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from perception.settings import Count, Share, between, checked

Words = tuple[str, ...]
Told = str | Words
"""A sentence, or several wordings of it."""


@checked
@dataclass(frozen=True, slots=True)
class _Pronouns:
    subject: str
    object: str
    possessive: str


@checked
@dataclass(frozen=True, slots=True)
class _Kind:
    family: str
    changeable: Share
    because: str
    matters: Told
    source: str
    published: Annotated[float, between(0.01, 1)] | None = None
    """Correlation with how interviews are rated; None where nobody says."""
    stake: Annotated[float, between(0, 100)] = 0.0
    """Points of the overall score that are at stake where no curve says it."""
    exercises: Words = ()


@checked
@dataclass(frozen=True, slots=True)
class _Exercise:
    title: str
    steps: Words
    minutes: Count

    def __post_init__(self) -> None:
        if not 2 <= len(self.steps) <= 4:
            raise ValueError(f"there are {len(self.steps)} steps; give two to four")


@checked
@dataclass(frozen=True, slots=True)
class _Rank:
    full_points: Annotated[float, between(0.1, 100)]
    usual_effect: Annotated[float, between(0.01, 1)]
    unanswered_worth: Annotated[float, between(0, 100)]
    least: Share


@checked
@dataclass(frozen=True, slots=True)
class _Rewrite:
    unclear: str
    situation: Words
    task: Words
    action: Words
    result: Words
    own_role: Words
    detail: Words
    question: Words


@checked
@dataclass(frozen=True, slots=True)
class _Headline:
    no_speech: Told
    no_answer: Told
    little: Told
    both: Told
    only_good: Told
    only_work: Told
    nothing: Told
    no_number: Told
    unsure: Told


@checked
@dataclass(frozen=True, slots=True)
class _Next:
    when: Words
    why: Told
    questions: Count
    many_questions: Count
    little: str
    """What is practised where there was too little to tell."""
    little_exercise: str
    again: str
    """The same where nothing stood out."""
    again_exercise: str


@checked
@dataclass(frozen=True, slots=True)
class _Competency:
    name: str
    words: Words


@checked
@dataclass(frozen=True, slots=True)
class _Stories:
    why: Told
    least_words: Count
    most: Count
    competency: dict[str, _Competency]


@checked
@dataclass(frozen=True, slots=True)
class _Reword:
    prompt: str
    negations: Words
    directions: Words
    forbidden: Words

    def __post_init__(self) -> None:
        if "{line}" not in self.prompt:
            raise ValueError("prompt has no {line}; write where the sentence is to stand")


@checked
@dataclass(frozen=True, slots=True)
class Coaching:
    """How advice is ranked and practised, and what is made of the candidate's own words."""

    recruiter: str
    pronouns: dict[str, _Pronouns]
    rank: _Rank
    kind: dict[str, _Kind]
    exercise: dict[str, _Exercise]
    rewrite: _Rewrite
    headline: _Headline
    next: _Next
    stories: _Stories
    reword: _Reword
    asked: Words = field(default=())
    """Words of a question that ask for nothing."""

    def __post_init__(self) -> None:
        for name, kind in self.kind.items():
            lost = [each for each in kind.exercises if each not in self.exercise]
            if lost:
                raise ValueError(f"{name}: no exercise {lost[0]!r}; write [exercise.{lost[0]}]")
