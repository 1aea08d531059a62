"""What understanding has to know of an interview."""

from __future__ import annotations

from dialogue.content.employer import Employer
from dialogue.content.script import InterviewPlan
from dialogue.understanding.topics import TopicForms
from dialogue.understanding.understander import AskedQuestion, InterviewContext


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
    return InterviewContext(questions, tuple(TopicForms(t.id, t.asks, t.words) for t in topics))
