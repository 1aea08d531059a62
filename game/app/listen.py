"""Command ``interviews listen``: what she understands of lines of text, as JSON.

One line in, one object out, at once:

    {"text": "I ran the till.", "acts": [{"name": "answer", "confidence": 0.99, ...}], "facts": []}

A line may itself be an object with ``text``, and with ``role`` and ``question`` to say what it
replies to. Lines stand for themselves: none is understood by those before it.
"""

from __future__ import annotations

import argparse
import functools
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dialogue.conduct.context import context_of_role
from dialogue.understanding.acts import load_recogniser
from dialogue.understanding.answer_quality import AnswerQuality
from dialogue.understanding.answer_relevance import relevance_of
from dialogue.understanding.answering import answer_places, answer_text
from dialogue.understanding.types import Understanding
from dialogue.understanding.understander import (
    Inquiry,
    InterviewContext,
    Understander,
    Understood,
)
from perception.errors import InputError, RecruiterError

OWN_QUESTIONS = ("your_questions", "greeting")
"""Ids of what is asked in every interview."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line, and what it replies to."""

    text: str
    role: str | None
    question: str | None


def listen(options: argparse.Namespace) -> int:
    """Prints an object for each line of the files, or of standard input.

    Raises:
        InputError: the role or the question is not known, or a file cannot be read.
        ModelError: a model is missing or damaged.
    """
    default = _Line("", options.role, options.question)
    _listener(default.role).check(default.question)
    for raw in _lines(options.names or ["-"], options.quiet):
        print(json.dumps(heard(raw, default)), flush=True)
    return 0


def heard(raw: bytes, default: _Line = _Line("", None, None)) -> dict[str, Any]:
    """What is understood of a line.

    Args:
        raw: of whatever bytes; those that are no UTF-8 are replaced.
        default: role and question where the line does not tell them.

    Returns:
        JSON values. ``problem`` says of a role or question that the line told why it is not
        heeded.
    """
    line = _parsed(raw, default)
    role, question, problem = line.role, line.question, ""
    try:
        listener = _listener(role)
        listener.check(question)
    except (RecruiterError, OSError) as error:  # such as of a name too long for any file
        if line.role == default.role and line.question == default.question:
            raise
        role, question, problem = default.role, default.question, str(error)
        listener = _listener(role)
    table = listener.understand(line.text, question)
    given = {"role": role, "question": question, "problem": problem}
    return table | {key: value for key, value in given.items() if value}


class _Listener:
    """Understands lines about one job.

    Args:
        role: name or file of its bank; None where nothing is known of it.
    """

    def __init__(self, role: str | None) -> None:
        self._role = role
        self._context = InterviewContext()
        if role is not None:
            self._context = context_of_role(role)

    def check(self, question: str | None) -> None:
        """Makes sure that there is such a question.

        Raises:
            InputError: there is none; the message lists those there are.
        """
        known = self._context.questions
        if question is None or question in OWN_QUESTIONS or question in known:
            return
        asks = "no role asks it" if self._role is None else f"{self._role} does not ask it"
        ids = ", ".join((*(each for each in known if "/" not in each), *OWN_QUESTIONS))
        raise InputError(f"question {question}: {asks}; use one of {ids}")

    def understand(self, text: str, question: str | None) -> dict[str, Any]:
        """What is understood of a text, as JSON values."""
        if self._role is None and question is None:
            return load_recogniser().understand(text).as_table()
        # an inquiry that may go on is not remembered: lines do not depend on each other
        inquiry = Inquiry(question, 0, text, complete=False, typed=True)
        understood = self._understander.understand(inquiry)
        table = understood.understanding.as_table()
        table["topics"] = [asdict(topic) for topic in understood.topics]
        if question is not None:
            table["term"] = understood.term
            table["quality"] = self._quality_table(understood)
        return table

    def _quality_table(self, understood: Understood) -> dict[str, Any] | None:
        """How good the answer in a line is; None where it holds none."""
        quality = understood.quality
        if quality is None:
            return None
        found = understood.understanding
        question = self._context.asked(understood.inquiry.question_id)
        return {
            "words": quality.words,
            "parts": _parts_table(found, quality),
            "gaps": [asdict(gap) for gap in quality.gaps],
            "relevance": relevance_of(answer_text(found), question.text) if question else None,
            "strength": quality.strength,
        }

    @functools.cached_property
    def _understander(self) -> Understander:
        return Understander(self._context)


@functools.cache
def _listener(role: str | None) -> _Listener:
    return _Listener(role)


def _parts_table(found: Understanding, quality: AnswerQuality) -> list[dict[str, Any]]:
    """The parts of an answer, where they lie in the line."""
    places = answer_places(found)
    table = []
    for part in quality.parts:
        start, end = places[part.start], places[part.end - 1] + 1
        table.append(
            {
                "name": part.part,
                "confidence": round(part.confidence, 3),
                "span": [start, end],
                "text": found.text[start:end],
            }
        )
    return table


# -- lines -----------------------------------------------------------------------------------------


def _lines(names: Iterable[str], quiet: bool) -> Iterator[bytes]:
    """Lines of files, without their ends; of what is typed or piped in for "-".

    Raises:
        InputError: a file cannot be read.
    """
    for name in names:
        if name == "-":
            if sys.stdin.isatty() and not quiet:
                print("type what a candidate says; Ctrl-D ends it", file=sys.stderr, flush=True)
            yield from _without_ends(sys.stdin.buffer)
            continue
        try:
            with Path(name).open("rb") as file:
                yield from _without_ends(file)
        except OSError as error:
            raise InputError(f"{name}: cannot be read ({error.strerror}); check it") from None


def _without_ends(lines: Iterable[bytes]) -> Iterator[bytes]:
    for line in lines:
        yield line.rstrip(b"\r\n")


def _parsed(raw: bytes, default: _Line) -> _Line:
    """A line as text, or as an object that tells its text; anything else is text."""
    text = raw.decode("utf-8", "replace").removeprefix("\ufeff")
    if not text.lstrip().startswith("{"):
        return _Line(text, default.role, default.question)
    try:
        table = json.loads(text)
    except (ValueError, RecursionError):
        return _Line(text, default.role, default.question)
    said = table.get("text")
    if not isinstance(said, str):
        return _Line(text, default.role, default.question)
    role, question = (
        None if table.get(key) is None else str(table[key]) for key in ("role", "question")
    )
    if role in (None, default.role):
        return _Line(said, default.role, question or default.question)
    return _Line(said, role, question)  # the options' question is none of this role's
