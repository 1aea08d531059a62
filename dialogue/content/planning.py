"""The questions of one interview: which of a bank are asked, and in what order.

A first picture comes first, then a reason for applying, then what the job asks for, spread over
kinds and competencies, and what is left to say at the end. How hard it is made decides how
demanding the questions are, and whether some press or surprise.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from dialogue.content.script import Interview, Kind, Question
from perception.errors import InputError

Difficulty = Literal["friendly", "usual", "demanding", "stress"]
"""How hard an interview is made."""

RANGE: Mapping[Difficulty, tuple[int, int]] = {
    "friendly": (1, 2),
    "usual": (1, 3),
    "demanding": (2, 3),
    "stress": (2, 3),
}
"""Least and most demanding questions of each; beyond them only where there are no others."""

_SHARES: Mapping[Kind, float] = {"behavioural": 0.5, "situational": 0.25, "technical": 0.25}
"""How much of the middle each kind gets."""

_FROM: tuple[tuple[Kind, Mapping[Difficulty, int]], ...] = (
    ("motivation", {"friendly": 3, "usual": 3, "demanding": 4, "stress": 5}),
    ("stress", {"stress": 3}),
    ("closing", {"friendly": 6, "usual": 6, "demanding": 7, "stress": 8}),
    ("curveball", {"usual": 9, "demanding": 6, "stress": 5}),
)
"""Kinds of which an interview has one, from how many questions beside the first on."""

_PLACES: Mapping[Kind, int] = {"motivation": 0, "curveball": 2, "stress": 3, "closing": 4}
"""Where in an interview a kind stands; all others are in place 1."""


@dataclass(frozen=True, slots=True)
class InterviewPlan:
    """The questions of one interview, in order."""

    interview: Interview
    questions: tuple[Question, ...]
    spare: tuple[Question, ...] = ()
    """Further ones of the bank, for an interview with time to spare."""

    @property
    def every(self) -> tuple[Question, ...]:
        """All of them: those planned, then those in reserve."""
        return (*self.questions, *self.spare)

    def question(self, question_id: str) -> Question:
        """The planned question of that id; a follow-up's id ("q1/short") gives its question.

        Raises:
            KeyError: no such question is planned.
        """
        base = question_id.split("/", 1)[0]
        for question in self.every:
            if question.id == base:
                return question
        raise KeyError(question_id)


def plan_of(
    interview: Interview,
    questions: int | None = None,
    seed: int = 0,
    structured: bool = False,
    difficulty: Difficulty = "usual",
) -> InterviewPlan:
    """Picks the questions of one interview.

    Args:
        interview: the bank.
        questions: how many in all, the warm-up included; all there are by default. More than the
            bank holds means all.
        seed: decides which.
        structured: the first ones, in the bank's order, whatever the seed.
        difficulty: how hard it is made.

    Raises:
        InputError: ``questions`` is less than 1.
    """
    wanted = len(interview.questions) + 1 if questions is None else questions
    if wanted < 1:
        raise InputError(f"questions is {wanted}; ask for at least 1")
    if structured:
        return InterviewPlan(interview, (interview.warm_up, *interview.questions[: wanted - 1]))
    shuffled = list(interview.questions)
    random.Random(f"plan:{interview.name}:{seed}").shuffle(shuffled)
    # those within first, as they are shuffled
    shuffled.sort(key=lambda q: _beyond(q, RANGE[difficulty]))
    picked = _one_each(shuffled, wanted - 1, difficulty)
    middle = [q for q in shuffled if q.kind in _SHARES]
    picked += _spread(middle, wanted - 1 - len(picked), RANGE[difficulty])
    picked += [q for q in shuffled if q not in picked][: wanted - 1 - len(picked)]
    picked.sort(key=lambda q: _PLACES.get(q.kind, 1))
    spare = tuple(q for q in shuffled if q not in picked and q.kind in _SHARES)
    return InterviewPlan(interview, (interview.warm_up, *picked), spare)


def _beyond(question: Question, within: tuple[int, int]) -> int:
    """How far a question is from what it is to be."""
    least, most = within
    return max(0, least - question.difficulty, question.difficulty - most)


def _one_each(shuffled: Sequence[Question], count: int, difficulty: Difficulty) -> list[Question]:
    """One question of each kind that an interview of this length and difficulty has."""
    found = []
    for kind, since in _FROM:
        if difficulty in since and count >= since[difficulty]:
            found += [q for q in shuffled if q.kind == kind][:1]
    return found


def _spread(middle: Sequence[Question], count: int, within: tuple[int, int]) -> list[Question]:
    """Questions over kinds by their shares, and over competencies as far as they go."""
    found: list[Question] = []
    left = list(middle)
    while left and len(found) < count:
        found.append(min(left, key=functools.partial(_due, found, within)))
        left.remove(found[-1])
    return found


def _due(
    found: Sequence[Question], within: tuple[int, int], question: Question
) -> tuple[int, bool, float]:
    """By which a question is next, the least first: as demanding as it is to be, of a competency
    that was not asked for, of a kind that is behind."""
    asked = question.competency in {q.competency for q in found}
    own = sum(q.kind == question.kind for q in found)
    return _beyond(question, within), asked, (own + 0.5) / _SHARES[question.kind]
