"""Which lines are in the files that ship with the program, and so hold nothing of a candidate's.

A line that a wording back-end phrased may quote a CV or an answer; it must not be kept beyond the
session. What stands in the personas and interviews may: alone, or strung together as the dialogue
strings them (a transition and the question that follows).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields

from dialogue.content.employer import Employer
from dialogue.content.persona import Persona
from dialogue.content.script import Interview
from dialogue.content.stress import plain
from dialogue.content.wording import fill


class FixedLines:
    """The written lines of a recruiter.

    Args:
        persona: who says them.
        interview: the questions; None for the persona's own lines alone.
        more: other lines that are always the same.
        employer: whose brief they answer from.
    """

    def __init__(
        self,
        persona: Persona,
        interview: Interview | None = None,
        more: Iterable[str] = (),
        employer: Employer | None = None,
    ) -> None:
        values = {"name": persona.display_name}
        pieces = [
            line for field in fields(persona.lines) for line in getattr(persona.lines, field.name)
        ]
        if persona.says is not None:
            pieces += [
                line for spec in fields(persona.says) for line in getattr(persona.says, spec.name)
            ]
        if employer is not None:
            pieces += [answer for topic in employer.topics for answer in topic.answers]
        if interview is not None:
            values["title"] = interview.title
            pieces += _of(interview)
        self._pieces = {plain(fill(piece, values)) for piece in (*pieces, *more)}

    def __contains__(self, text: object) -> bool:
        """Whether a line is one of them, or several with a space between."""
        if not isinstance(text, str):
            return False
        if text in self._pieces:
            return True
        return any(
            text.startswith(f"{piece} ") and text[len(piece) + 1 :] in self
            for piece in self._pieces
        )


def _of(interview: Interview) -> Iterator[str]:
    yield from interview.greetings
    yield from interview.transitions
    yield from interview.last_transitions
    yield from interview.closings
    yield from interview.early_closings
    for question in (interview.warm_up, *interview.questions):
        yield from question.text
        yield from question.help
        yield from question.simple
        yield from question.explains
        yield from (meaning for _, meaning in question.terms)
        for follow_up in question.follow_ups:
            yield from follow_up.text
