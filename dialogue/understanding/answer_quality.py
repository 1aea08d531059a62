"""What an answer holds and what it lacks: the parts of an episode, and gaps.

The parts are those of the STAR scheme (situation, task, action, result), with general claims and
words around the answer beside them. A network names each word's part (:mod:`.tagger`), and for each
gap a logistic regression weighs what it found with how the answer was put. Trained by
``run.py models train answers``; the recruiter's follow-ups and the report go by the same.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from dialogue.understanding.answer_marks import answer_marks
from dialogue.understanding.bare_numbers import bare_numbers
from dialogue.understanding.casing import casing_of
from dialogue.understanding.embedding import Embedder, embedder
from dialogue.understanding.likeness import Likeness, likeness_of
from dialogue.understanding.tagger import Tagger, WordTags, parts, word_inputs
from dialogue.understanding.types import Asked
from dialogue.understanding.words import UtteredWord, without_filled_pauses, words_of
from perception.models.modelfile import MODELS, of_this_form, read_model

MODEL = MODELS / "answers.npz"
TRAINING = "answers"

PartName = Literal["situation", "task", "action", "result", "claim", "other"]
PARTS: tuple[PartName, ...] = get_args(PartName)
"""What a stretch of an answer can be; ``claim`` is a general statement, an opinion or a plan."""

GapName = Literal[
    "no_situation",
    "no_task",
    "no_action",
    "no_result",
    "no_own_role",
    "vague",
    "number_no_context",
    "off_topic",
    "short",
]
GAPS: tuple[GapName, ...] = get_args(GapName)
"""What an answer can lack."""

_OWN = re.compile(r"(?:i|i'm|i'd|i've|i'll|im|ive|me|my|myself|mine)$")
_GROUP = re.compile(r"(?:we|we're|we'd|we've|us|our|ours|they|they're|team)$")


@dataclass(frozen=True, slots=True)
class PartSpan:
    """A stretch of an answer that is one part."""

    part: PartName
    confidence: float
    """0...1."""
    start: int
    """Of its first character in the answer."""
    end: int
    """Behind its last."""
    text: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that an answer lacks."""

    name: GapName
    confidence: float
    """0...1."""
    quote: str = ""
    """The words that show it, where there are such."""


@dataclass(frozen=True, slots=True)
class AnswerQuality:
    """How good an answer is so far."""

    words: int
    parts: tuple[PartSpan, ...]
    """Side by side, in their order."""
    gaps: tuple[Gap, ...]
    """Those likelier than not, the surest first."""
    strength: float
    """0...1: how sure it is that nothing of weight is lacking."""

    def found(self, part: PartName) -> bool:
        """Whether the answer holds such a part."""
        return any(span.part == part for span in self.parts)


@dataclass(frozen=True, slots=True)
class Question:
    """What an answer is held against."""

    text: str = ""
    gist: str = ""
    asks_episode: bool = False


INPUTS: tuple[str, ...] = (
    *(f"words_{part}" for part in PARTS),
    *(f"share_{part}" for part in PARTS),
    *(f"has_{part}" for part in PARTS),
    *(f"sure_{part}" for part in PARTS),
    *("start_situation", "end_action", "end_result"),
    *("words", "few", "own", "group", "own_acts", "group_acts", "group_only"),
    *("numbers", "names", "bare_number", "past"),
    *("results", "late_results", "behind_deeds", "own_deeds", "group_deeds", "no_own_deed"),
    *("general", "general_share", "persons", "counted", "steps", "tasks", "scenes"),
    *("to_question", "to_gist", "unrelated", "at_work", "elsewhere", "rather_elsewhere"),
    *("asked_known", "asks_episode"),
)
"""What the regressions may be given."""


def _part_inputs(*parts: PartName) -> tuple[str, ...]:
    return tuple(f"{what}_{part}" for part in parts for what in ("words", "share", "has", "sure"))


GAP_INPUTS: dict[GapName, tuple[str, ...]] = {
    "no_situation": (
        *_part_inputs("situation"),
        *("start_situation", "scenes", "counted", "words_action", "words", "asks_episode"),
    ),
    "no_task": (*_part_inputs("task"), "tasks", "words_action", "words", "asks_episode"),
    "no_action": (
        *_part_inputs("action"),
        *("own_acts", "own_deeds", "group_deeds", "no_own_deed", "words_situation", "words"),
    ),
    "no_result": (
        *_part_inputs("result"),
        *("results", "late_results", "behind_deeds", "end_action", "end_result"),
        *("own_deeds", "steps", "sure_claim", "words_other"),
        *("words_action", "words", "asks_episode"),
    ),
    "no_own_role": (
        *("own", "group", "own_acts", "group_acts", "group_only", "words_action"),
        *("own_deeds", "group_deeds", "no_own_deed"),
    ),
    "vague": (
        *_part_inputs("claim"),
        *("has_action", "has_situation", "numbers", "names", "past", "words"),
        *("general", "general_share", "persons", "counted", "own_deeds", "steps"),
    ),
    "number_no_context": ("bare_number", "numbers", "words"),
    "off_topic": (
        *("to_question", "to_gist", "unrelated", "asked_known", "words", "asks_episode"),
        *("at_work", "elsewhere", "rather_elsewhere"),
        *("sure_other", "sure_task", "own_deeds", "general", "persons"),
    ),
    "short": ("words", "few", "own_deeds", "late_results"),
}
"""Which of them each gap's regression goes by: those that bear on it, for few answers with each
gap were written to learn from."""

EPISODE_GAPS: frozenset[GapName] = frozenset(
    ("no_situation", "no_task", "no_action", "no_result", "no_own_role")
)
"""What only an episode can lack, where a question asks for one; an answer that is short, vague or
beside the question lacks all of it, and is told to be that instead."""

_SLIGHT: frozenset[GapName] = frozenset(("number_no_context",))
"""What may be asked about, though an answer is no weaker for it."""
_WHOLE_GAPS: frozenset[GapName] = frozenset(("short", "vague", "off_topic"))

_PART_WORDS = 4
"""Words from which a part counts as told."""
_END_WORDS = 8
"""Words at either end of an answer that are looked at by themselves."""


class AnswerAssessor:
    """Assesses answers.

    Args:
        tagger: names the parts.
        weights: (gaps, inputs + 1) of the regressions; the last column is the constant.
        mean: (inputs,) taken off first.
        scale: (inputs,) divided by then.
        thresholds: (gaps,) probability from which a gap is told.
        model: tells what words and sentences mean.
        switch: what a change of part costs.
    """

    def __init__(
        self,
        tagger: Tagger,
        weights: NDArray[np.float32],
        mean: NDArray[np.float32],
        scale: NDArray[np.float32],
        thresholds: NDArray[np.float32],
        model: Embedder,
        switch: float = 1.0,
    ) -> None:
        if weights.shape != (len(GAPS), len(INPUTS) + 1):
            raise ValueError(f"the regressions are {weights.shape}")
        self._tagger = tagger
        self._weights = weights
        self._mean, self._scale, self._thresholds = mean, scale, thresholds
        self._model = model
        self._switch = switch

    def assess(self, text: str, question: Question | None = None) -> AnswerQuality:
        """What an answer holds and lacks.

        Args:
            text: the answer so far, from its first word.
            question: what was asked, where that is known.
        """
        question = question or Question()
        # somebody who says "um" tells the same story
        fluent = without_filled_pauses(text)
        words = words_of(fluent)
        if not words:
            return AnswerQuality(0, (), (Gap("short", 1.0),), 0.0)
        tags = self._tagger.tag(*word_inputs(self._model, fluent, words, Asked()))
        likeness = likeness_of(self._model, fluent, words, question.text, question.gist)
        inputs = gap_inputs(words, tags, likeness, question, self._switch)
        odds = self._weights[:, :-1] @ ((inputs - self._mean) / self._scale) + self._weights[:, -1]
        share = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
        share = self._fitting(share, question)
        spans = _spans(text, words, tags, self._switch)
        gaps = [
            Gap(name, round(float(p), 3), _quote(name, text, words))
            for name, p, least in zip(GAPS, share, self._thresholds, strict=True)
            if p >= least
        ]
        gaps.sort(key=lambda gap: -gap.confidence)
        weighty = [1.0 - p for name, p in zip(GAPS, share, strict=True) if name not in _SLIGHT]
        return AnswerQuality(len(words), spans, tuple(gaps), round(float(np.prod(weighty)), 3))

    def _fitting(self, share: NDArray[np.float32], question: Question) -> NDArray[np.float32]:
        """Without the gaps that this answer cannot have, or has as part of another."""
        whole = any(
            p >= least and name in _WHOLE_GAPS
            for name, p, least in zip(GAPS, share, self._thresholds, strict=True)
        )
        told_otherwise = question.text and not question.asks_episode
        keep = [not (name in EPISODE_GAPS and (whole or told_otherwise)) for name in GAPS]
        return np.where(keep, share, 0.0).astype(np.float32)


def gap_inputs(
    words: Sequence[UtteredWord],
    tags: WordTags,
    likeness: Likeness | None,
    question: Question,
    switch: float = 1.0,
) -> NDArray[np.float32]:
    """(len(INPUTS),) what the regressions are given of an answer."""
    count = len(words)
    labels = np.zeros(count, np.int64)
    for label, first, behind in parts(tags, switch):
        labels[first:behind] = label
    surely = np.exp(tags.labels[:, : len(PARTS)])
    run = min(count, _PART_WORDS + 1)
    sums = np.cumsum(np.vstack([np.zeros(len(PARTS)), surely]), axis=0)
    surest = ((sums[run:] - sums[:-run]) / run).max(axis=0)
    told = np.bincount(labels, minlength=len(PARTS)).astype(float)
    own = np.array([_OWN.match(w.plain) is not None for w in words], float)
    group = np.array([_GROUP.match(w.plain) is not None for w in words], float)
    acts = labels == PARTS.index("action")
    numbers = sum(any(c.isdigit() for c in w.text) for w in words)
    capitals = casing_of(words) == "capitals"  # which then tell nothing
    names = not capitals and sum(
        w.text[:1].isupper() and i > 0 and words[i - 1].mark not in (".", "?") and w.plain != "i"
        for i, w in enumerate(words)
    )
    marks = answer_marks(words)
    known = likeness is not None
    like = likeness or Likeness(0.0, 0.0, 0.0, 0.0)
    return np.array(
        [
            *np.log1p(told),
            *(told / count),
            *(told >= _PART_WORDS),
            *surest,
            surely[:_END_WORDS, PARTS.index("situation")].mean(),
            surely[-_END_WORDS:, PARTS.index("action")].mean(),
            surely[-_END_WORDS:, PARTS.index("result")].mean(),
            math.log1p(count),
            float(count < 15),
            math.log1p(own.sum()),
            math.log1p(group.sum()),
            math.log1p(float(own @ acts)),
            math.log1p(float(group @ acts)),
            float(group.sum() >= 2 and own.sum() <= 1),
            math.log1p(numbers),
            math.log1p(names),
            float(bool(bare_numbers(words))),
            marks.past / count,
            math.log1p(marks.results),
            math.log1p(marks.late_results),
            math.log1p(marks.behind_deeds),
            math.log1p(marks.own_deeds),
            math.log1p(marks.group_deeds),
            float(marks.own_deeds == 0),
            math.log1p(marks.general),
            min(1.0, marks.general / count * 5.0),
            math.log1p(marks.persons),
            math.log1p(marks.counted),
            math.log1p(marks.steps),
            math.log1p(marks.tasks),
            math.log1p(marks.scenes),
            like.to_question,
            like.to_gist,
            float(known and like.best < 0.2),
            like.at_work,
            like.elsewhere,
            like.elsewhere - like.at_work,
            float(known),
            float(question.asks_episode),
        ],
        np.float32,
    )


def _quote(name: GapName, text: str, words: Sequence[UtteredWord]) -> str:
    if name == "number_no_context":
        return next(iter(bare_numbers(words)), "")
    return ""


def _spans(
    text: str, words: Sequence[UtteredWord], tags: WordTags, switch: float
) -> tuple[PartSpan, ...]:
    found = []
    for label, first, behind in parts(tags, switch):
        odds = tags.labels[first:behind].mean(axis=0)
        share = np.exp(odds - odds.max())
        start, end = words[first].start, words[behind - 1].end
        confidence = float(share[label] / share.sum())
        found.append(PartSpan(PARTS[label], confidence, start, end, text[start:end]))
    return tuple(found)


@functools.cache
def load_assessor() -> AnswerAssessor:
    """The assessor that ships, loaded once.

    Raises:
        ModelError: its model, or MiniLM's, is missing or damaged.
    """
    weights, about = read_model(MODEL, TRAINING)
    with of_this_form(MODEL, TRAINING):
        if tuple(about["parts"]) != PARTS or tuple(about["gaps"]) != GAPS:
            raise ValueError("it was trained for other parts or gaps")
        gaps = {name: weights.pop(f"gaps.{name}") for name in ("weight", "mean", "scale", "least")}
        return AnswerAssessor(
            Tagger(weights),
            gaps["weight"],
            gaps["mean"],
            gaps["scale"],
            gaps["least"],
            embedder(),
            float(about["switch"]),
        )
