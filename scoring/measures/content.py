"""What the answers say: to the point, told as an episode, specific."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dialogue.understanding.embedding import embedder
from perception.errors import ModelError
from scoring.measures.fillers import fluent
from scoring.measures.finding import Finding, Findings, share
from scoring.measures.language import trust_in_words
from scoring.record.session import Session
from scoring.record.turns import Answer
from scoring.rubric import load, tokens
from scoring.types import Span

STAR_PARTS = ("situation", "task", "action", "result")
MIN_WORDS = 12
"""Fewer words are not held against a rubric."""
PIECE_WORDS = 40
"""Answers are compared in pieces of about this length: a model reads a long one poorly."""


@dataclass(frozen=True, slots=True)
class AnswerContent:
    """Content of one answer; parallel to ``session.answers``."""

    answer: Answer
    words: int
    trust: float
    """In the words, 0...1."""
    relevance: float | None
    behavioural: bool
    """The question asks for an episode, so the answer should tell one."""
    parts: tuple[str, ...] | None
    """Parts of an episode that were found; None when there is too little to tell."""
    specificity: float | None
    specifics: tuple[str, ...] = ()
    """Words that make it specific."""

    @property
    def structure(self) -> float | None:
        """Share of the four parts that were found."""
        return None if self.parts is None else len(self.parts) / len(STAR_PARTS)


def rate_answers(session: Session, notes: list[str]) -> tuple[AnswerContent, ...]:
    """Looks at each answer by itself."""
    asked = {q.id: q.text for q in session.questions}
    relevances = _relevances(session, asked, notes)
    found = []
    for answer, relevance in zip(session.answers, relevances, strict=True):
        said = fluent(answer.transcript)
        words = tokens(said)
        enough = len(words) >= MIN_WORDS and answer.in_english
        hits = specifics(said)
        question = asked.get(answer.question_id or "", "")
        full = float(load("cues")["specificity"]["per_100_words_full"])
        found.append(
            AnswerContent(
                answer=answer,
                words=len(words),
                trust=trust_in_words((answer,)),
                relevance=relevance,
                behavioural=is_behavioural(question),
                parts=star_parts(said) if enough else None,
                specificity=min(1.0, len(hits) / len(words) * 100.0 / full) if enough else None,
                specifics=tuple(dict.fromkeys(hits)),
            )
        )
    return tuple(found)


def measure(session: Session, answers: Sequence[AnswerContent]) -> Findings:
    """Means over the answers, weighted by their words."""
    told = [a for a in answers if a.behavioural] or list(answers)
    return {
        "relevance": _mean(answers, [a.relevance for a in answers]),
        "structure_star": _mean(told, [a.structure for a in told]),
        "specificity": _mean(answers, [a.specificity for a in answers]),
    }


def _mean(answers: Sequence[AnswerContent], values: Sequence[float | None]) -> Finding:
    rows = [
        (v, min(a.words, 150), a) for v, a in zip(values, answers, strict=True) if v is not None
    ]
    weight = sum(w for _, w, _ in rows)
    if not weight:
        return Finding(None, 0.0)
    trust = sum(a.trust * w for _, w, a in rows) / weight
    known = share(weight, sum(min(a.words, 150) for a in answers))
    best = max(rows, key=lambda row: row[0])[2].answer
    evidence: tuple[Span, ...] = () if best.typed else ((best.start_s, best.end_s),)
    return Finding(sum(v * w for v, w, _ in rows) / weight, known * trust, evidence)


def _relevances(session: Session, asked: dict[str, str], notes: list[str]) -> list[float | None]:
    jobs = []
    for i, answer in enumerate(session.answers):
        question = asked.get(answer.question_id or "", "")
        said = fluent(answer.transcript)
        if question and answer.in_english and len(tokens(said)) >= MIN_WORDS:
            jobs.append((i, question, _pieces(said)))
    found: list[float | None] = [None] * len(session.answers)
    if not jobs:
        return found
    try:
        model = embedder()
    except ModelError as error:
        notes.append(f"relevance was not measured: {error}")
        return found
    for i, question, pieces in jobs:
        vectors = model.embed([question, *pieces])
        likeness = np.sort(vectors[1:] @ vectors[0])[::-1]
        # An answer may wander and still be to the point: its better half counts.
        kept = likeness[: max(1, (likeness.size + 1) // 2)]
        found[i] = float(np.clip(kept.mean(), 0.0, 1.0))
    return found


def _pieces(text: str) -> list[str]:
    sentences = re.split(r"(?<=[.!?])\s+", text.strip())
    pieces: list[str] = []
    held: list[str] = []
    for sentence in sentences:
        held.extend(sentence.split())
        while len(held) >= PIECE_WORDS:
            pieces.append(" ".join(held[:PIECE_WORDS]))
            held = held[PIECE_WORDS:]
    if held and (not pieces or len(held) >= PIECE_WORDS // 3):
        pieces.append(" ".join(held))
    elif held:
        pieces[-1] += " " + " ".join(held)
    return pieces


def is_behavioural(question: str) -> bool:
    """Whether a question asks for something that happened."""
    text = question.lower()
    return any(re.search(p, text) for p in load("cues")["behavioural"]["patterns"])


def star_parts(text: str) -> tuple[str, ...]:
    """Parts of an episode (situation, task, action, result) that a text has cues of."""
    plain = text.lower().replace("’", "'")
    cues = load("cues")["star"]
    return tuple(part for part in STAR_PARTS if any(re.search(p, plain) for p in cues[part]))


def specifics(text: str) -> list[str]:
    """Words that name something: numbers, times, names, concrete things of work.

    Names are known by capitals inside a sentence, which only some recognisers write.
    """
    table = load("cues")["specificity"]
    named = {*table["numbers"], *table["times"], *table["concrete"]}
    found = []
    sentence_start = True
    for raw in text.split():
        word = raw.strip('.,;:!?"“”()…')
        lower = word.lower().replace("’", "'")
        if any(c.isdigit() for c in word) or lower in named:
            found.append(lower)
        elif word[:1].isupper() and not sentence_start and lower.split("'")[0] != "i":
            found.append(word)
        sentence_start = raw.endswith((".", "!", "?", "…"))
    return found
