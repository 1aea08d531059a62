"""What a candidate is going to do at each question, drawn when it is first put."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields

from dialogue.content.script import Question
from game.synthetic.conversation.candidate import Candidate, CueHabit, Request
from game.synthetic.conversation.composing import possible
from game.synthetic.conversation.stories import Story

MOST_BEFORE = 2
"""Requests before one answer."""
AT_FOLLOW_UP = 0.35
"""Factor on the share of requests when a follow-up was put."""
FOLLOWED = ("repeat", "rephrase", "think_time", "decline", "no_example", "upset", "insult", "joke")
"""Acts that fit a follow-up as well."""


@dataclass(slots=True)
class QuestionPlan:
    """One main question."""

    gap: str = ""
    story: Story | None = None
    tells_again: str = ""
    """Id of the question whose story is told once more; empty for one of its own."""
    before: list[Request] = field(default_factory=list)
    after: list[Request] = field(default_factory=list)
    silence: str = ""
    barges_in_at: float | None = None
    """Share of her line."""
    murmurs: str = ""
    cues: tuple[CueHabit, ...] = ()
    follow_ups: dict[str, list[Request]] = field(default_factory=dict)
    """Id of a follow-up to what comes before its reply."""


class Planner:
    """Draws plans.

    Args:
        who: the candidate.
        rng: of the run.
    """

    def __init__(self, who: Candidate, rng: random.Random) -> None:
        self._who = who
        self._rng = rng
        self._made: Counter[int] = Counter()

    def question(
        self, question: Question, story: Story, told: Sequence[tuple[str, Story]]
    ) -> QuestionPlan:
        """For a question that was just put.

        Args:
            question: which.
            story: that answers it.
            told: questions and stories so far.
        """
        who, rng = self._who, self._rng
        plan = QuestionPlan(self._gap(question, story), story)
        if len(told) >= 2 and rng.random() < who.same_story:
            plan.tells_again, plan.story = rng.choice(told)
            plan.gap = ""
        plan.before = self._requests("before", 1.0)[:MOST_BEFORE]
        plan.after = self._requests("after", 1.0)[:1]
        if rng.random() < who.silences.share:
            plan.silence = rng.choice(who.silences.until)
        if rng.random() < who.barge_in.share:
            plan.barges_in_at = rng.uniform(*who.barge_in.at)
            plan.before = []
        elif rng.random() < who.murmurs.share:
            plan.murmurs = rng.choice(who.murmurs.texts)
        plan.cues = tuple(cue for cue in who.cues if rng.random() < cue.share)
        return plan

    def follow_up(self) -> list[Request]:
        """What comes before the reply to a follow-up."""
        found = self._requests("before", AT_FOLLOW_UP)
        return [r for r in found if r.act in FOLLOWED][:1]

    def _requests(self, place: str, factor: float) -> list[Request]:
        found = []
        for number, request in enumerate(self._who.requests):
            drawn = self._rng.random() < factor * request.share
            if request.place == place and drawn and self._made[number] < request.most:
                found.append(request)
                self._made[number] += 1
        self._rng.shuffle(found)
        # what ends the question comes last
        return sorted(found, key=lambda request: request.act in ("decline", "no_example", "stop"))

    def _gap(self, question: Question, story: Story) -> str:
        draw = self._rng.random()
        for spec in fields(self._who.gaps):
            share = getattr(self._who.gaps, spec.name)
            if draw < share:
                return spec.name if possible(spec.name, question, story) else ""
            draw -= share
        return ""
