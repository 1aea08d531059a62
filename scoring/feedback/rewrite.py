"""An answer in the candidate's own words, put in order, with the gaps marked for them to fill.

Nothing is invented: every word that does not stand in brackets was surely said by the candidate in
this answer; see :mod:`scoring.feedback.kept_words` for what is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scoring.feedback.clauses import Stretch, by_clause, stretch_of
from scoring.feedback.kept_words import Kept, as_sentence, kept
from scoring.feedback.wording import Wording
from scoring.measures.content import AnswerContent
from scoring.measures.doubt import TOLD_UNSURE
from scoring.measures.quoting import surely_said
from scoring.measures.story import STAR_PARTS
from scoring.record.session import Session
from scoring.record.turns import Question
from scoring.rubric import load

LEAST_WORDS = 15
"""Words that have to be left for an answer to be worth putting in order."""
LEAST_ALONE = 25
"""The same where it is one piece, in which nothing can be put in another place."""
LEAST_SURE = 0.7
"""Share of a stretch's words that has to be clear for it to be told."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer that was put in order."""

    part: str | None
    """Of an episode; None for what is no part of one."""
    text: str
    gap: bool
    """Whether it is only a place to fill."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """An answer put in order."""

    question_id: str
    question: str
    before: str
    lines: tuple[Line, ...]


def rewritten(
    session: Session, question: Question, content: AnswerContent, about: str, wording: Wording
) -> Rewrite | None:
    """An answer put in order; None where too little was said, or its words are doubted.

    Args:
        session: in which it was given.
        question: that it answers.
        content: what it says.
        about: the measure whose advice it shows.
        wording: of the session.
    """
    answer = content.answer
    if not answer.said or not answer.in_english or content.trust < TOLD_UNSURE:
        return None
    lines, count = _lines(session, content, about, wording)
    told = [line for line in lines if not line.gap]
    least = LEAST_WORDS if len(told) > 1 else LEAST_ALONE
    if not told or count < least:
        return None
    return Rewrite(question.id, question.bare, answer.transcript, tuple(lines))


def _lines(
    session: Session, content: AnswerContent, about: str, wording: Wording
) -> tuple[list[Line], int]:
    """The lines of an answer, and how many of its words are in them."""
    words = load("coaching")["rewrite"]
    if content.behavioural and content.star is not None and about != "relevance":
        return _episode(session, content, words, wording)
    runs = [stretch_of(run) for run in content.answer.said if run.answers and run.part != "other"]
    told, count = _told(session, runs, str(words["unclear"]))
    name = "question" if about == "relevance" else "detail"
    gap = Line(None, _gap(name, words, wording), True)
    lines = [Line(None, each, False) for each in told]
    return ([gap, *lines] if name == "question" else [*lines, gap]), count


def _episode(
    session: Session, content: AnswerContent, words: Mapping[str, Any], wording: Wording
) -> tuple[list[Line], int]:
    """Situation, task, action and result, in that order."""
    lines: list[Line] = []
    whole = 0
    missing = {part.name for part in content.missing}
    stretches = by_clause([run for run in content.answer.said if run.answers])
    for part in STAR_PARTS:
        runs = [stretch for stretch in stretches if stretch.part == part]
        told, count = _told(session, runs, str(words["unclear"]))
        whole += count
        lines += [Line(part, " ".join(told), False)] if told else []
        if not told or part in missing:
            lines.append(Line(part, _gap(part, words, wording), True))
        if part == "action" and told and content.gap("no_own_role") is not None:
            lines.append(Line(part, _gap("own_role", words, wording), True))
    named = content.specificity is not None and content.specifics
    if not named and not any(line.gap and line.part == "result" for line in lines):
        lines.append(Line("result", _gap("detail", words, wording), True))
    return lines, whole


def _gap(name: str, words: Mapping[str, Any], wording: Wording) -> str:
    return f"[{wording.say(f'rewrite {name}', words[name])}]"


def _told(session: Session, runs: Sequence[Stretch], unclear: str) -> tuple[list[str], int]:
    """What stretches of an answer tell, a text each, and of how many words."""
    told: list[str] = []
    count = 0
    for run in runs:
        found = kept(run.words, run.typed)
        clear = [each for each in found if each.text]
        if not clear or not _sure(session, run, found, clear):
            continue
        text = as_sentence(found, unclear)
        if text:
            told.append(text)
            count += len(clear)
    return told, count


def _sure(session: Session, run: Stretch, found: Sequence[Kept], clear: Sequence[Kept]) -> bool:
    """Whether a stretch may be told: its words were surely said, and hardly any is not clear."""
    if run.typed:
        return True
    if len(clear) < LEAST_SURE * len(found):
        return False
    return surely_said(session, [run.words[each.place] for each in clear])
