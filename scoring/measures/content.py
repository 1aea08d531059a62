"""What the answers say: to the point, told as an episode, specific."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from dialogue.understanding.answer_quality import (
    EPISODE_GAPS,
    Gap,
    GapName,
)
from dialogue.understanding.answer_relevance import relevance_of
from dialogue.understanding.words import words_of
from perception.errors import ModelError
from scoring.measures.classified import Judgement, pooled_relevance
from scoring.measures.doubt import recognised
from scoring.measures.fillers import looked_at
from scoring.measures.finding import NOTHING, Finding, Findings, densest, share
from scoring.measures.language import timed_tokens
from scoring.measures.quoting import quotable
from scoring.measures.story import LIKELY, StarPart, parts_of_episode, quality_of
from scoring.measures.substance import (
    coherence,
    hedge_spans,
    hedges,
    own_role,
    own_words,
    self_praise,
    specificity_of,
    telling_facts,
    well_formed,
)
from scoring.pooling import Pooled
from scoring.record.session import Session
from scoring.record.turns import Answer, Question
from scoring.rubric import load, norms
from scoring.types import Span

MIN_WORDS = 12
"""Fewer words are not held against a rubric."""
FAR_ALONE = 0.04
"""Relevance below which an answer is called beside the question whatever was understood: of 239
real answers to open questions 1 % lie below, of 120 that were written beside theirs a third."""
FAR_AMONG = 0.15
"""The same where a third of an interview's answers have to be so, and the mean below the norm: of
those real answers 7 % lie below, of those beside the question three in four; of 48 interviews none
has such a mean."""
MIN_HEDGE_WORDS = 50
"""Words below which a hedge more or less would change how often they come."""


@dataclass(frozen=True, slots=True)
class AnswerContent:
    """Content of one answer; parallel to ``session.answers``."""

    answer: Answer
    words: int
    trust: float
    """In the words, 0...1; see :mod:`scoring.measures.doubt`."""
    relevance: float | None
    """Of the words as they were recognised, by this program's own measure, pooled with a
    classifier's where one judged; see :attr:`likely_relevance`."""
    behavioural: bool
    """The question asks for an episode, so the answer should tell one."""
    star: tuple[StarPart, ...] | None
    """The four parts of an episode; None when there is too little to tell."""
    specificity: float | None
    """None where it was not understood, or is too short."""
    specifics: tuple[str, ...] = ()
    """What it names and counts, as it was surely said."""
    asked: bool = True
    """Whether it is known what was asked."""
    own_words: int = 0
    """Without those that only say the question again, and fillers."""
    well_formed: float | None = None
    """How far its words run as English does, 0...1."""
    coherence: float | None = None
    """Likeness (cosine) of each sentence to the one before."""
    own_role: float | None = None
    """Share of the deeds that it tells that were the candidate's own; of an episode."""
    hedges: int = 0
    self_praise: int = 0
    gaps: tuple[Gap, ...] | None = None
    """What it lacks, the surest first; None where it was not understood."""
    own_relevance: float | None = None
    """By this program's own measure alone."""
    pooled: Pooled | None = None
    """That and a classifier's relevance together; None where none judged it."""

    @property
    def relevance_error(self) -> float | None:
        """Standard error of ``relevance``, wider where its judges contradict each other; None where
        there was but our own, whose error stands in ``scores.toml``."""
        return None if self.pooled is None else self.pooled.error

    @property
    def parts(self) -> tuple[str, ...] | None:
        """Parts of an episode that were told."""
        return None if self.star is None else tuple(p.name for p in self.star if p.share == 1.0)

    @property
    def missing(self) -> tuple[StarPart, ...]:
        """Parts of an episode that are not there, the surest first."""
        found = [p for p in self.star or () if p.status == "missing"]
        return tuple(sorted(found, key=lambda p: -(p.confidence or 0.0)))

    @property
    def likely_relevance(self) -> float | None:
        """What it is of the words as they were said: misheard ones only take away from it."""
        return unattenuated("relevance", self.relevance, self.trust)

    @property
    def likely_specificity(self) -> float | None:
        """The same of what it names and counts."""
        return unattenuated("specificity", self.specificity, self.trust)

    @property
    def structure(self) -> float | None:
        """Share of the four parts that were told."""
        return None if self.star is None else sum(p.share for p in self.star) / len(self.star)

    @property
    def structure_doubt(self) -> float:
        """How far that share may be off; each part is doubted by itself."""
        return math.hypot(*(p.doubt for p in self.star)) / len(self.star) if self.star else 0.0

    def gap(self, name: GapName) -> Gap | None:
        """A gap of that name, where the answer has it."""
        return next((gap for gap in self.gaps or () if gap.name == name), None)


def unattenuated(name: str, value: float | None, trust: float) -> float | None:
    """A measure of content as it probably is of the words that were said, 0...1.

    Words that were misheard fit no question and name nothing. By how much that lowers a measure on
    the whole, ``bench audit`` tells (``misheard`` in ``scores.toml``); each by how much, nobody
    knows, and the error in the words' trust stays.

    Args:
        name: of the measure.
        value: of the words as they were recognised.
        trust: in the words, 0...1.
    """
    if value is None:
        return None
    entry = load("scores")["content"].get(name, {})  # a study may have other measures count
    lost = float(entry.get("misheard", 0.0)) * (1.0 - trust)
    return min(1.0, value / (1.0 - lost))


def rate_answers(
    session: Session, notes: list[str], judgement: Judgement | None = None
) -> tuple[AnswerContent, ...]:
    """Looks at each answer by itself.

    Args:
        session: what was recorded.
        notes: takes what could not be measured.
        judgement: of a classifier of relevance, where there is one.
    """
    questions = {q.id: q for q in session.questions}
    missing: dict[str, None] = {}
    found = []
    for answer in session.answers:
        question = questions.get(answer.question_id or "")
        try:
            content = _content(session, answer, question, judgement)
        except ModelError as error:
            missing[f"only a part of what your answers say was looked at: {error}"] = None
            content = _content(session, answer, question, judgement, models=False)
        found.append(content)
    notes.extend(missing)
    return tuple(found)


def _content(
    session: Session,
    answer: Answer,
    question: Question | None,
    judgement: Judgement | None,
    models: bool = True,
) -> AnswerContent:
    """What one answer says.

    Args:
        session: in which it was given.
        answer: to look at.
        question: that it answers; None for a recording without questions.
        judgement: of a classifier of relevance, where there is one.
        models: whether language models are there.

    Raises:
        ModelError: they are not.
    """
    said = looked_at(answer.transcript)
    words = words_of(said)
    asked = "" if question is None else question.bare
    own = own_words(words, asked)
    enough = len(words) >= MIN_WORDS and answer.in_english
    behavioural = question is not None and asks_episode(question)
    quality = quality_of(answer)
    facts = telling_facts(answer)
    specific = enough and quality is not None
    own_relevance = relevance_of(answer.transcript, asked) if enough and models else None
    pooled = None
    if enough and judgement is not None and judgement.of(answer) is not None:
        pooled = pooled_relevance(own_relevance, judgement, answer)
    return AnswerContent(
        answer=answer,
        words=len(words),
        trust=recognised(session, (answer,)).trust,
        relevance=own_relevance if pooled is None else pooled.value,
        behavioural=behavioural,
        star=parts_of_episode(answer, quality, said) if enough else None,
        specificity=specificity_of(len(facts), len(own)) if specific else None,
        specifics=tuple(f.text for f in facts if quotable(session, answer, f.text)),
        asked=bool(asked),
        own_words=len(own),
        well_formed=well_formed(words) if models and answer.in_english else None,
        coherence=coherence(words) if enough and models else None,
        own_role=own_role(words) if enough and behavioural else None,
        hedges=hedges(words),
        self_praise=self_praise(words),
        gaps=None
        if quality is None or not answer.in_english
        else tuple(
            gap
            for gap in quality.gaps
            if gap.confidence >= LIKELY
            and (behavioural or gap.name not in EPISODE_GAPS)
            and (asked or gap.name != "off_topic")  # beside a question that nobody knows is nothing
        ),
        own_relevance=own_relevance,
        pooled=pooled,
    )


def off_topic(content: AnswerContent) -> bool | None:
    """Whether an answer has little to do with what was asked; None where that cannot be said.

    Relevance and what was understood both have to say so, or relevance alone where it is next to
    none; see :data:`FAR_ALONE`.
    """
    return _beside(content, FAR_ALONE)


def probably_beside(content: AnswerContent) -> bool | None:
    """The same where it is asked of several answers together, each of which may be wrong; see
    :data:`FAR_AMONG`."""
    return _beside(content, FAR_AMONG)


def _beside(content: AnswerContent, alone: float) -> bool | None:
    relevance = content.likely_relevance
    if relevance is None:
        return None
    if relevance < alone:
        return True
    far = far_from_question(content)
    if content.gaps is None:
        return None if far else False
    return far and content.gap("off_topic") is not None


def far_from_question(content: AnswerContent) -> bool:
    """Whether few of its words take up what was asked."""
    low = norms()["relevance"].low or 0.0
    return content.likely_relevance is not None and content.likely_relevance < low


def asks_episode(question: Question) -> bool:
    """Whether a question asks for something that happened; by its wording where nobody says."""
    if question.asks_episode is not None:
        return question.asks_episode
    return is_behavioural(question.bare)


def measure(session: Session, answers: Sequence[AnswerContent]) -> Findings:
    """Means over the answers, weighted by their words."""
    told = [a for a in answers if a.behavioural]  # where none was asked for, none is lacking
    words = sum(a.words for a in answers if a.answer.in_english)
    hedged = 100.0 * sum(a.hedges for a in answers if a.answer.in_english)
    return {
        "relevance": _mean(answers, [a.relevance for a in answers]),
        "structure_star": _mean(told, [a.structure for a in told]),
        "specificity": _mean(answers, [a.specificity for a in answers]),
        "own_role_share": _mean(told, [a.own_role for a in told]),
        "coherence": _mean(answers, [a.coherence for a in answers]),
        "well_formed": _mean(answers, [a.well_formed for a in answers]),
        "hedges_per_100_words": Finding(hedged / words, 1.0, _hedged(answers))
        if words >= MIN_HEDGE_WORDS
        else NOTHING,
    }


def _mean(answers: Sequence[AnswerContent], values: Sequence[float | None]) -> Finding:
    rows = [
        (v, min(a.words, 150), a) for v, a in zip(values, answers, strict=True) if v is not None
    ]
    weight = sum(w for _, w, _ in rows)
    if not weight:
        return Finding(None, 0.0)
    known = share(weight, sum(min(a.words, 150) for a in answers))
    heard = [(v, a.answer) for v, _, a in rows if a.answer.spoken]
    best = max(heard, key=lambda row: row[0], default=None)
    evidence = () if best is None else ((best[1].start_s, best[1].end_s),)
    return Finding(sum(v * w for v, w, _ in rows) / weight, known, evidence)


def _hedged(answers: Sequence[AnswerContent]) -> tuple[Span, ...]:
    """The ten seconds with most hedges in them, then the next."""
    found: list[Span] = []
    for content in answers:
        said = timed_tokens(content.answer) if content.answer.in_english else []
        for first, behind in hedge_spans([token for token, _ in said]):
            found.append((said[first][1][0], said[behind - 1][1][1]))
    return densest(found)


def is_behavioural(question: str) -> bool:
    """Whether a question asks for something that happened."""
    text = question.lower()
    return any(re.search(p, text) for p in load("cues")["behavioural"]["patterns"])
