"""What to practise next, when, and the command that does it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dialogue.content.persona import personas
from dialogue.content.script import roles
from scoring.feedback.advice import Advice
from scoring.feedback.wording import Wording
from scoring.record.session import Session
from scoring.rubric import load

_OF_EACH_QUESTION = frozenset(("answered", "relevance", "structure_star", "specificity"))
"""Of which more questions are more practice."""
AGAIN = "again"
LITTLE = "little"


@dataclass(frozen=True, slots=True)
class NextPractice:
    """The next thing to do."""

    focus: str
    """The measure of the advice that it takes up, or :data:`AGAIN`."""
    what: str
    exercise: str
    when: str
    why: str
    command: str


def next_practice(
    session: Session,
    strengths: Sequence[Advice],
    improvements: Sequence[Advice],
    wording: Wording,
) -> NextPractice | None:
    """What to practise next; None where nobody answered anything."""
    if not any(a.spoken or a.typed for a in session.answers):
        return None
    words = load("coaching")["next"]
    focus = next((a for a in improvements if a.exercise is not None), None)
    many = focus is None or focus.measure in _OF_EACH_QUESTION
    count = int(words["many_questions" if many else "questions"])
    if focus is not None and focus.exercise is not None:
        what, exercise = focus.what, focus.exercise.title
    else:
        name = AGAIN if strengths or improvements else LITTLE
        what, exercise = str(words[name]), str(words[f"{name}_exercise"])
    return NextPractice(
        AGAIN if focus is None else focus.measure,
        what,
        exercise,
        wording.say("next when", words["when"]),
        wording.say("next why", words["why"]),
        command(session.meta, count),
    )


def command(meta: Mapping[str, Any], questions: int) -> str:
    """The command for so many questions of the same role with the same recruiter, as far as these
    ship with the program."""
    parts = ["python3", "run.py", "practice"]
    for option, known in (("role", roles()), ("persona", personas())):
        name = meta.get(option)
        if isinstance(name, str) and name in known:
            parts += [f"--{option}", name]
    return shlex.join([*parts, "--questions", str(questions)])
