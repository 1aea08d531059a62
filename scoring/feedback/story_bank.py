"""The stories that a candidate told, and which other questions each could serve.

Titles and quotes are the candidate's words, surely said; what a story could serve is told by words
in it and by nothing else.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from perception.filler_words import tokens
from scoring.competencies import cut, first_asked_for
from scoring.feedback.clauses import Stretch, by_clause
from scoring.feedback.kept_words import Kept, as_sentence, kept
from scoring.feedback.wording import Wording
from scoring.measures.content import AnswerContent, off_topic
from scoring.measures.doubt import SPOKEN_OF
from scoring.measures.measure import MeasureSet
from scoring.measures.quoting import quotable, surely_said
from scoring.measures.story import STAR_PARTS
from scoring.record.session import Session
from scoring.record.turns import Question
from scoring.rubric import load
from scoring.types import Span

TITLE_WORDS = 8
_LEAST_TITLE_WORDS = 4
_LEAST_PART_WORDS = 4
"""Words of a part that say anything by themselves."""
_MARKS = ",.;:!?–"
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
    happened = bool(set(told) & set(_TELLING))
    if not content.behavioural:
        happened = "action" in told and len(told) > 1
    return understood and happened and not off_topic(content)


def _story(
    session: Session, question: Question, content: AnswerContent, wording: Wording
) -> Story | None:
    stretches = by_clause([run for run in content.answer.said if run.answers])
    told = {name: _best(stretches, name) for name in content.parts or ()}
    parts = {name: _quoted(session, content, stretch) for name, stretch in told.items()}
    title = next((t for s in _in_order(stretches) if (t := _title_of(session, s))), "")
    if not title or not any(parts.get(name) for name in _TELLING):
        return None
    spans = [
        (stretch.words[0].start_s, stretch.words[-1].end_s)
        for stretch in told.values()
        if stretch is not None and not stretch.typed
    ]
    return Story(
        question.id,
        title,
        {name: parts.get(name) for name in STAR_PARTS},
        _serves(session, content, first_asked_for(question, session), wording),
        tuple(sorted(spans)),
    )


def _best(stretches: Sequence[Stretch], part: str) -> Stretch | None:
    """The longest stretch that tells a part."""
    of_it = [stretch for stretch in stretches if stretch.part == part]
    return max(of_it, key=lambda stretch: len(stretch.words), default=None)


def _quoted(session: Session, content: AnswerContent, stretch: Stretch | None) -> str | None:
    if stretch is None or len(stretch.words) < _LEAST_PART_WORDS:
        return None
    text = cut(" ".join(word.text.strip() for word in stretch.words))
    return text if quotable(session, content.answer, text) else None


def _in_order(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Stretches that tell parts of an episode, in the order of these."""
    return [each for name in STAR_PARTS for each in stretches if each.part == name]


def _title_of(session: Session, stretch: Stretch) -> str:
    """The first words of a stretch that make a title, up to a mark; empty where none do."""
    head: list[Kept] = []
    for each in kept(stretch.words, stretch.typed):
        if not each.text:
            return ""  # cut there, it would end in the middle of a thought
        head.append(each)
        ended = each.text[-1] in _MARKS
        if ended and len(head) < _LEAST_TITLE_WORDS:
            head = []
        elif ended or len(head) >= TITLE_WORDS:
            break
    if len(head) < _LEAST_TITLE_WORDS:
        return ""
    if not stretch.typed and not surely_said(session, [stretch.words[h.place] for h in head]):
        return ""
    title = as_sentence(head, "").rstrip(".")
    return title if head[-1].text[-1] in _MARKS else f"{title} …"


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
    found: list[str] = []
    for cue in cues:
        wanted = tokens(str(cue))
        pieces = (plain[at : at + len(wanted)] for at in range(len(plain) - len(wanted) + 1))
        alike = dict.fromkeys(
            " ".join(piece)
            for piece in pieces
            if piece[:-1] == wanted[:-1] and piece[-1].startswith(wanted[-1])
        )
        found += itertools.islice(
            (text for text in alike if quotable(session, content.answer, text)), 1
        )
    return list(dict.fromkeys(found))
