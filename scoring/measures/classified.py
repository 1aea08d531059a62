"""What text classifiers of one's own say of the answers, beside the program's own measures.

Named in ``[scoring.classifiers]``, they are read from this machine's disk (see
:mod:`scoring.classifier_folder`) and run by :mod:`scoring.measures.classifier_transformers`, which
is loaded only where one is named. They judge the words of answers in English. What they say is
pooled with the program's own by stated errors (``assets/rubrics/classifiers.toml``), never taken
for the truth. Where one cannot be used, the own measures judge alone, and a note says so.
"""

from __future__ import annotations

import importlib
import itertools
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from perception.errors import ModelError, SettingsError
from scoring.classifier_folder import (
    PURPOSES,
    ClassifierFolder,
    Purpose,
    described,
    named_folders,
)
from scoring.measures.fillers import fluent, is_hesitation, looked_at
from scoring.measures.finding import Finding
from scoring.measures.language import coverage_of_words, toned, trust_in_word
from scoring.pooling import Pooled, pool
from scoring.record.session import Session
from scoring.record.turns import Answer
from scoring.rubric import load, tokens, using
from scoring.settings import ClassifierSettings

CLASSIFIER = "scoring.measures.classifier_transformers:open_classifier"
"""What runs one, "module:function"; imported only where one is named."""
LEAST_WORDS = 5
"""Fewer words are not judged: nobody would call one of them good or bad."""
CALLED: Mapping[Purpose, str] = {
    "sentiment": "the tone of the words",
    "relevance": "relevance",
    "emotion": "how the words came across",
}
"""What a classifier judges, in words."""


@dataclass(frozen=True, slots=True)
class Text:
    """What is read at once: an answer, or a stretch of one."""

    text: str
    question: str = ""
    """That it answers; empty where nobody asked, or it does not matter."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a classifier takes a text for."""

    likely: tuple[float, ...] | None
    """(labels,) how likely each is, 0...1, the mean over stretches by their words; (1,) of a model
    with one output. None where the text holds nothing that it could read."""
    stretches: int
    """How many were read."""


class Classifier(Protocol):
    """Reads texts. Same model and texts, same figures."""

    sha256: str

    def read(self, texts: Sequence[Text], told: Callable[[float], None]) -> list[Read]:
        """What texts are taken for, in their order."""
        ...


@dataclass(frozen=True, slots=True)
class ReadWord:
    """A word of an answer, as the stretch that it is part of was read."""

    t_s: float
    valence: float
    """-1...1."""
    arousal: float
    """-1...1."""
    trust: float
    """In the word, 0...1."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one classifier says of a session."""

    folder: ClassifierFolder
    sha256: str
    """Of the model's files."""
    error: float | None
    """Standard error of its figure, in the unit of what it is pooled with; of an emotion there is
    an agreement with raters instead."""
    measured: bool
    """Whether that is what somebody measured, and not assumed."""
    answers: Mapping[int, float] = field(default_factory=dict)
    """``id`` of an answer to its tone (-1...1), or how likely it is to the point (0...1)."""
    words: tuple[ReadWord, ...] = ()
    """In order of time; of an emotion only."""
    agreement: float | None = None
    """Correlation with people's ratings; of an emotion only."""

    def of(self, answer: Answer) -> float | None:
        """Its figure of an answer; None where it judged none."""
        return self.answers.get(id(answer))


Judgements = Mapping[Purpose, Judgement]


def judge_session(
    session: Session,
    settings: ClassifierSettings,
    notes: list[str],
    told: Callable[[str, float], None] | None = None,
    without: Collection[str] = (),
) -> dict[Purpose, Judgement]:
    """What the classifiers that are named say of a session's answers.

    Args:
        session: what was recorded.
        settings: which, and how sure they are.
        notes: takes why one could not.
        told: what is being done, and the share (0...1) of all that.
        without: purposes that are left out.
    """
    wanted = [p for p in PURPOSES if p in named_folders(settings) and p not in without]
    found: dict[Purpose, Judgement] = {}
    for place, purpose in enumerate(wanted):

        def progress(share: float, place: int = place, purpose: Purpose = purpose) -> None:
            if told is not None:
                told(f"{purpose}, by your classifier", (place + share) / len(wanted))

        progress(0.0)
        try:
            folder = described(purpose, settings)
            found[purpose] = _judge(session, folder, settings, progress)
        except (ModelError, SettingsError) as error:
            notes.append(f"{CALLED[purpose]} was judged without your classifier: {error}")
    return found


def _judge(
    session: Session,
    folder: ClassifierFolder,
    settings: ClassifierSettings,
    progress: Callable[[float], None],
) -> Judgement:
    module, function = CLASSIFIER.split(":")
    opened = getattr(importlib.import_module(module), function)
    classifier: Classifier = opened(folder, settings.threads)
    table = load("classifiers")
    if folder.purpose == "emotion":
        stated = settings.emotion_agreement
        agreement = float(table["emotion"]["agreement"]) if stated is None else stated
        words = _read_words(session, classifier, folder, progress)
        return Judgement(
            folder, classifier.sha256, None, stated is not None, words=words, agreement=agreement
        )
    stated = getattr(settings, f"{folder.purpose}_error")
    error = float(table["times_own"]) * own_error(folder.purpose) if stated is None else stated
    questions = {q.id: q.bare for q in session.questions}
    answers, texts = [], []
    for answer in session.answers:
        text = looked_at(answer.transcript)
        asked = questions.get(answer.question_id or "", "")
        if not answer.in_english or len(text.split()) < LEAST_WORDS:
            continue
        if folder.purpose == "relevance" and not asked.strip():
            continue
        answers.append(answer)
        texts.append(Text(text, asked))
    figures = {
        id(answer): _worth(folder, read.likely)[0]
        for answer, read in zip(answers, classifier.read(texts, progress), strict=True)
        if read.likely is not None
    }
    return Judgement(folder, classifier.sha256, error, stated is not None, figures)


def _worth(folder: ClassifierFolder, likely: Sequence[float]) -> tuple[float, ...]:
    """What likelihoods of labels are worth, by what each label is; labels that are left out of
    account share nothing."""
    if folder.one_output:
        return (likely[0],)
    rows = [(p, v) for p, v in zip(likely, folder.values, strict=True) if v is not None]
    whole = sum(p for p, _ in rows)
    size = len(rows[0][1])
    if whole <= 0.0:  # all of it is on what is passed over: in the middle of the rest
        return tuple(sum(v[i] for _, v in rows) / len(rows) for i in range(size))
    return tuple(round(sum(p * v[i] for p, v in rows) / whole, 4) for i in range(size))


def _read_words(
    session: Session,
    classifier: Classifier,
    folder: ClassifierFolder,
    progress: Callable[[float], None],
) -> tuple[ReadWord, ...]:
    """The words of answers, each as the stretch around it was read."""
    length = int(load("classifiers")["emotion"]["stretch_words"])
    stretches: list[list[tuple[str, float, float]]] = []
    for answer in session.answers:
        if not answer.in_english:
            continue
        said = [
            (word.text.strip(), word.start_s, trust_in_word(word))
            for word in answer.words
            if not is_hesitation(word.text)
        ]
        written = [
            (text, typed.t_s - 0.01, 1.0)
            for typed in answer.written
            for text in looked_at(typed.text).split()
        ]
        for words in (said, written):
            count = max(1, round(len(words) / length))
            ends = [round(len(words) * i / count) for i in range(count + 1)]
            stretches += [words[a:b] for a, b in itertools.pairwise(ends) if b > a]
    stretches = [each for each in stretches if len(each) >= LEAST_WORDS]
    reads = classifier.read([Text(" ".join(w for w, _, _ in s)) for s in stretches], progress)
    found = []
    for stretch, read in zip(stretches, reads, strict=True):
        if read.likely is not None:
            valence, arousal = _worth(folder, read.likely)
            found += [ReadWord(t_s, valence, arousal, trust) for _, t_s, trust in stretch]
    return tuple(sorted(found, key=lambda word: word.t_s))


def own_error(purpose: Purpose, toned_words: int | None = None) -> float:
    """Standard error of the program's own measure.

    Args:
        purpose: what is measured: relevance of an answer, or tone of an interview.
        toned_words: how many words of a tone there are; as many as is usual by default.
    """
    if purpose == "relevance":
        entry = load("scores")["content"].get("relevance")
        if entry is None:
            # a study's curves may leave relevance out; its judges still have to be weighed
            with using(None):
                entry = load("scores")["content"]["relevance"]
        return float(entry["error"])
    table = load("classifiers")["sentiment"]
    usual = float(table["own_words"])
    count = usual if toned_words is None else max(1, toned_words)
    return float(table["own_error"]) * math.sqrt(usual / count)


def pooled_relevance(own: float | None, judgement: Judgement, answer: Answer) -> Pooled | None:
    """Relevance of an answer on the scale of the own measure; None where nobody judged it."""
    said = judgement.of(answer)
    table = load("classifiers")["relevance"]
    low, high = float(table["beside"]), float(table["to_the_point"])
    theirs = None if said is None else low + (high - low) * said
    return _pooled(own, own_error("relevance"), theirs, judgement)


def pooled_tone(
    session: Session, own: Finding, judgement: Judgement
) -> tuple[Finding, Pooled | None]:
    """Tone of an interview, -1...1, and how far the judges agree; None where nobody judged it.

    Args:
        session: what was recorded.
        own: as the balance of toned words has it.
        judgement: of the classifier.
    """
    answers = [a for a in session.answers if a.transcript.strip() and a.in_english]
    count = sum(len(toned(tokens(fluent(a.transcript)))) for a in answers)
    rows = [
        (said, len(answer.transcript.split()))
        for answer in answers
        if (said := judgement.of(answer)) is not None
    ]
    words = sum(length for _, length in rows)
    theirs = sum(said * length for said, length in rows) / words if words else None
    pooled = _pooled(own.value, own_error("sentiment", count), theirs, judgement)
    if pooled is None or theirs is None:
        return own, pooled
    value = min(1.0, max(-1.0, pooled.value))
    return Finding(value, max(own.coverage, coverage_of_words(session)), own.evidence), pooled


def _pooled(
    own: float | None, error: float, theirs: float | None, judgement: Judgement
) -> Pooled | None:
    assert judgement.error is not None
    known = [(v, e) for v, e in ((own, error), (theirs, judgement.error)) if v is not None]
    if not known:
        return None
    together = float(load("classifiers")["together"])
    return pool([v for v, _ in known], [e for _, e in known], together)
