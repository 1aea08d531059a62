"""What understanding has to know of an interview."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from dialogue.content.employer import Employer, load_employer
from dialogue.content.planning import InterviewPlan, plan_of
from dialogue.content.script import load_interview
from dialogue.understanding.topics import PROGRAM, PROGRAM_WORDS, TopicForms
from dialogue.understanding.understander import AskedQuestion, InterviewContext
from perception.paths import ASSETS
from perception.settings import read_as

USUAL_ASKS = ASSETS / "understanding" / "asked_topics.toml"


def context_of(plan: InterviewPlan, employer: Employer | None) -> InterviewContext:
    """Of a planned interview and its employer's brief."""
    title = plan.interview.title
    questions = {
        q.id: AskedQuestion(
            q.text[0].replace("{title}", title),
            q.gist,
            tuple(term for term, _ in q.terms),
            q.asks_episode,
        )
        for q in plan.every
    }
    for q in plan.every:
        for follow_up in q.follow_ups:
            questions[f"{q.id}/{follow_up.when}"] = AskedQuestion(
                follow_up.text[0], q.gist, tuple(term for term, _ in q.terms)
            )
    topics = () if employer is None else employer.topics
    usual = usual_asks()
    forms = [TopicForms(t.id, (*t.asks, *usual.get(t.id, ())), t.words) for t in topics]
    forms.append(TopicForms(PROGRAM, usual[PROGRAM], PROGRAM_WORDS))
    if topics:
        forms.append(TopicForms("", usual["unknown"]))
    return InterviewContext(questions, tuple(forms))


def context_of_role(role: str) -> InterviewContext:
    """Of all questions of a role's bank, and its employer's brief.

    Args:
        role: its name, or the path of a question bank.

    Raises:
        InputError: there is no such role or file.
        SettingsError: bank or brief cannot be read.
    """
    return context_of(plan_of(load_interview(role)), load_employer(role))


@functools.cache
def usual_asks() -> Mapping[str, tuple[str, ...]]:
    """How anybody asks about what most jobs have, by the id of the topic in employers' briefs."""
    return read_as(dict[str, tuple[str, ...]], USUAL_ASKS)
