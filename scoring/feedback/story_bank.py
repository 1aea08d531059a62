"""The stories that a candidate told, and which other questions each could serve.

Titles and quotes are the candidate's words, surely said; what a story could serve is told by words
in it and by nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from perception.filler_words import tokens
from perception.types import Word
from scoring.competencies import cut, first_asked_for
from scoring.feedback.kept_words import Kept, as_sentence, kept
from scoring.feedback.wording import Wording
from scoring.measures.content import AnswerContent
from scoring.measures.doubt import SPOKEN_OF
from scoring.measures.measure import MeasureSet
from scoring.measures.quoting import quotable, surely_said
from scoring.measures.story import STAR_PARTS, StarPart
from scoring.record.session import Session
from scoring.record.turns import Question, Said
from scoring.rubric import load
from scoring.types import Span

TITLE_WORDS = 8
_LEAST_TITLE_WORDS = 3
_TELLING = ("action", "result")
_SHOWN_WORDS = 3
"""Words of a story that are named as the reason for a competency."""


@dataclass(frozen=True, slots=True)
class Serves:
    """What else a story could serve."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Story:
    """Something that happened, as it was told."""

    question_id: str
    title: str
    parts: Mapping[str, str | None]
    """Part of an episode to words that tell it; None where none were surely said."""
    competencies: tuple[Serves, ...]
    evidence: tuple[Span, ...]


def stories(session: Session, measures: MeasureSet, wording: Wording) -> list[Story]:
    """The episodes of a session of which at least action or result were told, in order."""
    questions = {q.id: q for q in session.questions if q.rated}
    found = []
    for content in measures.answers:
        question = questions.get(content.answer.question_id or "")
        if question is not None and _is_story(content):
            story = _story(session, question, content, wording)
            if story is not None:
                found.append(story)
    return found


def _is_story(content: AnswerContent) -> bool:
    told = content.parts or ()
    understood = content.gaps is not None and content.trust >= SPOKEN_OF
    # what would be done in general has steps as well, and nothing around them
    return understood and bool(set(told) & set(_TELLING)) and (content.behavioural or len(told) > 1)


def _story(
    session: Session, question: Question, content: AnswerContent, wording: Wording
) -> Story | None:
    parts = {p.name: _quoted(session, content, p) for p in content.star or ()}
    title = _title(session, content)
    if not title or not any(parts.get(name) for name in _TELLING):
        return None
    spans = [p.span for p in content.star or () if p.span is not None and p.status == "told"]
    told_for = first_asked_for(question, session)
    return Story(
        question.id,
        title,
        {name: parts.get(name) for name in STAR_PARTS},
        _serves(session, content, told_for, wording),
        tuple(sorted(spans)),
    )


def _quoted(session: Session, content: AnswerContent, part: StarPart) -> str | None:
    if part.status != "told" or not part.quote:
        return None
    text = cut(part.quote)
    return text if quotable(session, content.answer, text) else None


def _title(session: Session, content: AnswerContent) -> str:
    """The first words of the situation, or of what comes next, up to a mark."""
    for name in STAR_PARTS:
        for run in content.answer.said:
            if not run.answers or run.part != name:
                continue
            title = _title_of(session, run)
            if title:
                return title
    return ""


def _title_of(session: Session, run: Said) -> str:
    typed = not run.words
    words = [Word(text, 0.0, 0.0) for text in run.text.split()] if typed else list(run.words)
    clear = kept(words, typed)
    head: list[Kept] = []
    for each in clear:
        if not each.text:
            return ""  # cut there, it would end in the middle of a thought
        head.append(each)
        full = len(head) >= TITLE_WORDS
        if full or (len(head) >= _LEAST_TITLE_WORDS and each.text[-1] in ",.;:!?–"):
            break
    if len(head) < _LEAST_TITLE_WORDS:
        return ""
    if not typed and not surely_said(session, [words[each.place] for each in head]):
        return ""
    title = as_sentence(head, "").rstrip(".")
    return title if head[-1].text[-1] in ",.;:!?–" else f"{title} …"


def _serves(
    session: Session, content: AnswerContent, told_for: str | None, wording: Wording
) -> tuple[Serves, ...]:
    table = load("coaching")["stories"]
    found = []
    for entry in table["competency"].values():
        if entry["name"] == told_for:
            continue
        words = _words_for(session, content, entry["words"])
        if len(words) >= int(table["least_words"]):
            quoted = " and ".join(f"“{w}”" for w in words[:_SHOWN_WORDS])
            if len(words) > 2:
                first = [f"“{w}”" for w in words[:_SHOWN_WORDS]]
                quoted = f"{', '.join(first[:-1])} and {first[-1]}"
            why = wording.say(f"story {entry['name']}", table["why"], words=quoted)
            found.append((len(words), Serves(entry["name"], why)))
    found.sort(key=lambda each: -each[0])
    return tuple(serves for _, serves in found[: int(table["most"])])


def _words_for(session: Session, content: AnswerContent, cues: Sequence[Any]) -> list[str]:
    """Words of an answer that speak for a competency, one for each cue, as they were said."""
    plain = tokens(content.answer.transcript)
    found = []
    for cue in cues:
        wanted = tokens(str(cue))
        for at in range(len(plain) - len(wanted) + 1):
            piece = plain[at : at + len(wanted)]
            same = piece[:-1] == wanted[:-1] and piece[-1].startswith(wanted[-1])
            if same and quotable(session, content.answer, " ".join(piece)):
                found.append(" ".join(piece))
                break
    return list(dict.fromkeys(found))
