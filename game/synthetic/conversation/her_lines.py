"""Which of the written lines make up what the recruiter says.

Everything that she may say stands in files: her persona and manner, the question bank, the
employer's brief. What she says is taken apart into those lines, so that a candidate knows what was
meant, a bench can tell whether a request was met, and a word that is not hers is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields

from dialogue.content.employer import Employer
from dialogue.content.persona import Persona
from dialogue.content.script import Interview, Question
from dialogue.content.stress import plain
from dialogue.content.wording import fill

_PLACEHOLDER = re.compile(r"\\\{(\w+)\\\}")


@dataclass(frozen=True, slots=True)
class Piece:
    """A written line within what she says."""

    kind: str
    """Field of her manner's or persona's lines, or of the bank: "question", "simple", "explains",
    "help", "term", "follow_up", "topic", "greeting", "transition", "closing" ..."""
    of: str
    """Question, "question/condition" or topic that it belongs to; empty for her own lines."""
    text: str
    values: Mapping[str, str] = field(default_factory=dict)
    """What stands in its placeholders: "echo", "topic" ..."""


@dataclass(frozen=True, slots=True)
class _Line:
    kind: str
    of: str
    text: str
    pattern: re.Pattern[str] | None
    """None where it has no placeholder."""


class HerLines:
    """The lines of one interview's recruiter.

    Args:
        persona: whose.
        interview: its questions.
        employer: its brief.
    """

    def __init__(self, persona: Persona, interview: Interview, employer: Employer | None) -> None:
        values = {"name": persona.display_name, "title": interview.title}
        lines = []
        for kind, of, text in _written(persona, interview, employer):
            written = plain(fill(text, values))
            lines.append(_Line(kind, of, written, _pattern(written)))
        # whole lines before those that words of the candidate's stand in, the longest first
        self._lines = sorted(lines, key=lambda line: (line.pattern is not None, -len(line.text)))
        self._known: dict[str, tuple[Piece, ...] | None] = {}

    def pieces(self, text: str) -> tuple[Piece, ...] | None:
        """The written lines that a text of hers is made of, in order.

        Returns:
            None where it is not made of them; empty for no words.
        """
        if text not in self._known:
            found = self._taken_apart(text, 0)
            self._known[text] = None if found is None else tuple(found)
        return self._known[text]

    def _taken_apart(self, text: str, at: int) -> list[Piece] | None:
        if at >= len(text):
            return []
        for line in self._lines:
            for end, values in _ends(line, text, at):
                rest = self._taken_apart(text, end + 1)
                if rest is not None:
                    return [Piece(line.kind, line.of, text[at:end], values), *rest]
        return None


def _ends(line: _Line, text: str, at: int) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Where a line that begins there may end, and what then stands in its placeholders."""
    if line.pattern is None:
        end = at + len(line.text)
        said = text[at:end]
        same = said[1:] == line.text[1:] and said[:1].lower() == line.text[:1].lower()
        if same and text[end : end + 1] in ("", " "):
            yield end, {}
        return
    for stop in re.finditer(r"[.?!:,](?= |$)", text[at:]):
        end = at + stop.end()
        match = line.pattern.fullmatch(text, at, end)
        if match is not None:
            yield end, match.groupdict()


def _pattern(written: str) -> re.Pattern[str] | None:
    """A regular expression of a line with placeholders: each may be any few words."""
    source = re.escape(written)
    if _PLACEHOLDER.search(source) is None:
        return None
    seen: set[str] = set()

    def group(match: re.Match[str]) -> str:
        name = match.group(1)
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return rf"(?P<{name}>.{{1,160}}?)"

    first = written[:1]
    if first.isalpha():
        source = f"[{first.lower()}{first.upper()}]{source[1:]}"
    return re.compile(_PLACEHOLDER.sub(group, source))


def _written(
    persona: Persona, interview: Interview, employer: Employer | None
) -> Iterator[tuple[str, str, str]]:
    """Kind, whose it is and text of every written line."""
    for lines in (persona.lines, persona.says):
        for spec in () if lines is None else fields(lines):
            for line in getattr(lines, spec.name):
                yield spec.name, "", line
    for kind, written in (
        ("greeting", interview.greetings),
        ("transition", (*interview.transitions, *interview.last_transitions)),
        ("closing", interview.closings),
        ("early_closing", interview.early_closings),
    ):
        for line in written:
            yield kind, "", line
    for question in (interview.warm_up, *interview.questions):
        yield from _of_question(question)
    for topic in () if employer is None else employer.topics:
        for line in topic.answers:
            yield "topic", topic.id, line


def _of_question(question: Question) -> Iterator[tuple[str, str, str]]:
    for kind, lines in (
        ("question", question.text),
        ("simple", question.simple),
        ("explains", question.explains),
        ("help", question.help),
    ):
        for line in lines:
            yield kind, question.id, line
    for term, meaning in question.terms:
        yield "term", f"{question.id}/{term}", meaning
    for follow_up in question.follow_ups:
        for line in follow_up.text:
            yield "follow_up", f"{question.id}/{follow_up.when}", line
