"""Trains the recogniser of dialogue acts and writes it to ``assets/models/acts.npz``.

    python3 run.py models train acts

learns from the utterances of ``assets/utterances``, as they were written, in small letters without
marks, and with words that a recogniser misheard; two are put together to one where people do so.
Authors that are held out take no part: ``bench understanding`` judges it on them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogue.understanding.acts import MODEL, ActRecogniser
from dialogue.understanding.corpus import HELD_OUT, WrittenUtterance, read_utterances
from dialogue.understanding.embedding import embedder
from dialogue.understanding.tagger import LAYERS, Tagger
from dialogue.understanding.types import ACTS, FACTS, Asked
from game.training.confusions_pocketsphinx import misheard as misheard_text
from game.training.read_ahead import ReadAhead, examples_of
from game.training.tagger import (
    Example,
    Labelled,
    TaggerSettings,
    bare,
    joined,
    labelled,
    misheard,
    train_tagger,
)
from game.training.train import open_folder, write_model

Progress = Callable[[float, str], None]

ERROR_RATES = (0.15, 0.3)
"""Word errors (0...1) with which each utterance is trained on besides as it was written."""

_ANSWER = ACTS.index("answer")


def train_acts(settings: TaggerSettings, out: Path | None, progress: Progress) -> dict[str, float]:
    """Trains and writes the recogniser.

    Args:
        settings: how large, how long.
        out: folder; ``assets/models`` by default.
        progress: told the share done and what is being done.

    Returns:
        Figures on authors held out of a first training, by which temperature and the cost of a
        change are set.

    Raises:
        InputError: the utterances cannot be read.
        ModelError: MiniLM or the recogniser's dictionary is missing.
        StorageError: the folder cannot be written.
    """
    folder = out or MODEL.parent
    open_folder(folder)
    written = [u for u in read_utterances() if u.author not in HELD_OUT]
    authors = sorted({u.author for u in written})
    judges = authors[:: max(1, len(authors) // 3)][:3]
    progress(0.0, "words")
    made = examples(written, settings, lambda share: progress(0.5 * share, "words"))
    teaching = [e for author, e in made if author not in judges]
    first = train_tagger(
        teaching, len(ACTS), label_weights(), settings, lambda s: progress(0.5 + 0.2 * s, "trial")
    )
    judged = [u for u in written if u.author in judges]
    temperature, switch, figures = tuned(first, judged)
    progress(0.75, "network")
    weights = train_tagger(
        [e for _, e in made],
        len(ACTS),
        label_weights(),
        settings,
        lambda s: progress(0.75 + 0.25 * s, "network"),
    )
    about = {
        "made_by": "python3 run.py models train acts",
        "acts": ACTS,
        "facts": FACTS,
        "layers": LAYERS,
        "temperature": temperature,
        "switch": switch,
        "utterances": len(written),
        "authors": authors,
    }
    write_model(folder / MODEL.name, weights, about)
    return figures


def label_weights() -> NDArray[np.float32]:
    """What an error on a word of each act costs: answers have most of the words."""
    weights = np.full(len(ACTS), 1.5, np.float32)
    weights[_ANSWER] = 1.0
    return weights


def examples(
    written: Sequence[WrittenUtterance],
    settings: TaggerSettings,
    progress: Callable[[float], None],
) -> list[tuple[str, Example]]:
    """All that is trained on, with its author: each utterance in its several forms."""
    rng = random.Random(f"acts:{settings.seed}")
    plain = [of_written(u) for u in written]
    wanted: list[Labelled] = []
    for utterance in plain:
        wanted += [utterance, bare(utterance)]
        for rate in ERROR_RATES:
            base = bare(utterance) if rng.random() < 0.5 else utterance
            wanted.append(misheard(base, rate, rng))
    by_author: dict[str, list[Labelled]] = {}
    for utterance in plain:
        by_author.setdefault(utterance.author, []).append(utterance)
    for theirs in by_author.values():
        if not (any(map(_answers, theirs)) and any(map(_does_else, theirs))):
            continue  # nothing to put together
        for _ in range(settings.joined * len(theirs) // 2):
            both = together(theirs, rng)
            form = rng.random()
            if form < 0.35:
                both = bare(both)
            if form > 0.7 or form < 0.15:
                both = misheard(both, rng.choice(ERROR_RATES), rng)
            wanted.append(both)
    # what was asked is not always known
    wanted = [replace(each, asked=Asked()) if rng.random() < 0.4 else each for each in wanted]
    return examples_of(embedder(), wanted, progress)


def of_written(utterance: WrittenUtterance) -> Labelled:
    """With its acts as labels."""
    spans = [(ACTS.index(a.act), a.start, a.end) for a in utterance.acts]
    return labelled(
        utterance.text, spans, utterance.facts, utterance.asked, utterance.author, utterance.role
    )


def together(theirs: Sequence[Labelled], rng: random.Random) -> Labelled:
    """Two of one author's utterances as one: mostly an answer and something else, of which there
    has to be one each."""
    answers = [u for u in theirs if _answers(u)]
    others = [u for u in theirs if _does_else(u)]
    chance = rng.random()
    if chance < 0.55:
        return joined(rng.choice(answers), rng.choice(others))
    if chance < 0.8:
        return joined(rng.choice(others), rng.choice(answers))
    if chance < 0.9:
        return joined(rng.choice(answers), rng.choice(answers))
    return joined(rng.choice(others), rng.choice(others))


def _answers(utterance: Labelled) -> bool:
    """Whether it is an answer alone."""
    return bool((utterance.labels == _ANSWER).all())


def _does_else(utterance: Labelled) -> bool:
    """Whether nothing of it answers."""
    return not (utterance.labels == _ANSWER).any()


@dataclass(frozen=True, slots=True)
class ActScores:
    """How well acts are told."""

    f1: dict[str, float]
    """By act: over utterances, whether it is among theirs."""
    recall: dict[str, float]
    false_stops: int
    """Utterances that are answers alone, taken for a wish to stop."""
    answers: int
    """Utterances that are answers alone."""
    mistaken: tuple[tuple[str, str, str], ...]
    """(truth, told, text) of each utterance whose acts are not told right."""

    @property
    def macro_f1(self) -> float:
        """Mean over the acts."""
        return float(np.mean(list(self.f1.values())))


def judge(
    recogniser: ActRecogniser,
    written: Sequence[WrittenUtterance],
    error_rate: float = 0.0,
    asked: bool = True,
) -> ActScores:
    """Counts what a recogniser makes of utterances.

    Args:
        recogniser: to be judged.
        written: utterances with their truth.
        error_rate: share (0...1) of their words that is misheard.
        asked: whether it is told what they reply to.
    """
    hits = dict.fromkeys(ACTS, 0)
    told = dict.fromkeys(ACTS, 0)
    true = dict.fromkeys(ACTS, 0)
    answers = stops = 0
    mistaken = []
    for number, utterance in enumerate(written):
        text = _heard(utterance, number, error_rate)
        found = recogniser.understand(text, utterance.asked if asked else None)
        truth = {a.act for a in utterance.acts}
        said = {a.act for a in found.acts}
        for act in truth:
            true[act] += 1
            hits[act] += act in said
        for act in said:
            told[act] += 1
        if truth == {"answer"}:
            answers += 1
            stops += "stop" in said
        if truth != said:
            mistaken.append((" ".join(sorted(truth)), " ".join(sorted(said)), text))
    f1: dict[str, float] = {
        act: 2 * hits[act] / max(1, told[act] + true[act]) for act in ACTS if true[act]
    }
    recall: dict[str, float] = {act: hits[act] / true[act] for act in ACTS if true[act]}
    return ActScores(f1, recall, stops, answers, tuple(mistaken))


def _heard(utterance: WrittenUtterance, number: int, error_rate: float) -> str:
    """An utterance as it is judged, the same every time."""
    if not error_rate:
        return utterance.text
    seed = f"judge:{number}:{error_rate}"
    return misheard_text(utterance.text, error_rate, seed) or utterance.text


def tuned(
    weights: dict[str, NDArray[np.float32]], judged: Sequence[WrittenUtterance]
) -> tuple[float, float, dict[str, float]]:
    """Temperature and cost of a change that suit utterances that took no part, and figures."""
    tagger = Tagger(weights)
    model = ReadAhead(embedder())
    model.read(_heard(u, n, rate) for n, u in enumerate(judged) for rate in (0.0, 0.3))

    def recogniser(temperature: float, switch: float) -> ActRecogniser:
        return ActRecogniser(tagger, model, temperature, switch)

    def score(switch: float) -> float:
        told = recogniser(1.0, switch)
        return judge(told, judged).macro_f1 + judge(told, judged, 0.3).macro_f1

    switch = max((0.0, 0.75, 1.5, 2.5), key=lambda s: (score(s), s))
    temperature = min(
        (0.7, 1.0, 1.4, 1.9, 2.5, 3.3), key=lambda t: _surprise(recogniser(t, switch), judged)
    )
    best = recogniser(temperature, switch)
    clean, noisy = judge(best, judged), judge(best, judged, 0.3)
    figures: dict[str, Any] = {
        "macro F1, others' style": clean.macro_f1,
        "macro F1, others' style, 30 % of the words wrong": noisy.macro_f1,
        "recall of requests to repeat": clean.recall["repeat"],
        "recall of requests to explain": clean.recall["explain"],
        "temperature": temperature,
        "switch": switch,
    }
    return temperature, switch, figures


def _surprise(recogniser: ActRecogniser, judged: Sequence[WrittenUtterance]) -> float:
    """Mean of -log of the confidence in what is right, and of 1 - it in what is wrong."""
    losses = []
    for utterance in judged:
        truth = {a.act for a in utterance.acts}
        for part in recogniser.understand(utterance.text, utterance.asked).acts:
            right = part.act in truth
            share = min(max(part.confidence, 1e-4), 1 - 1e-4)
            losses.append(-np.log(share if right else 1 - share))
    return float(np.mean(losses))
