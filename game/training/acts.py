"""Trains the recogniser of dialogue acts and writes it to ``assets/models/acts.npz``.

    python3 run.py models train acts

learns from the utterances of ``assets/utterances``, as they were written, in small letters without
marks, and with words that a recogniser misheard; two are put together to one where people do so.
Two networks are taught, each by a recipe of its own (:data:`RECIPES`), and judge together.
Authors that are held out take no part: ``bench understanding`` judges it on them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogue.understanding.acts import MODEL, ActRecogniser
from dialogue.understanding.corpus import HELD_OUT, WrittenUtterance, read_utterances
from dialogue.understanding.embedding import embedder
from dialogue.understanding.tagger import LAYERS, TaggerEnsemble, numbered
from dialogue.understanding.types import ACTS, FACTS, Asked
from dialogue.understanding.words import words_of
from game.training.confusions_pocketsphinx import misheard as misheard_text
from game.training.read_ahead import ReadAhead, examples_of
from game.training.tagger import (
    Example,
    Labelled,
    TaggerSettings,
    bare,
    example_of_two,
    exchanged,
    joined,
    labelled,
    misheard,
    train_tagger,
)
from game.training.train import open_folder, write_model

Progress = Callable[[float, str], None]

JUDGES = ("european_learner", "us_casual")
"""Authors that do not teach: how sure the network may be is told by them. The network that ships is
the one that they judged; another, taught by them as well, would be surer than it has a right to."""

ERROR_RATES = (0.05, 0.4)
"""Least and most word errors (0...1) of what is misheard."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What one of the networks is taught with. Networks that are taught alike err alike."""

    forms: Mapping[str, float]
    """Share (0...1) of the utterances that it sees in each form, see :func:`forms`."""
    epochs: float
    """Passes over all, as a share of ``TaggerSettings.epochs``."""
    seed: int
    """Added to ``TaggerSettings.seed``."""
    facts: bool
    """Whether it is the one that tells facts."""


RECIPES = (
    Recipe({"written": 1.0, "renamed": 0.6, "misheard": 0.7}, 1.0, 0, facts=True),
    Recipe({"written": 1.0, "bare": 1.0, "misheard": 1.0}, 0.8, 1, facts=False),
)
"""The first exchanges names, for facts have to be told of names that it never saw; the second sees
each utterance in every form, and so more of them joined, and mostly with its own names."""

SWITCHES = (0.0, 0.5, 1.0, 1.5, 2.5)
"""Costs of a change of act that are tried."""
TEMPERATURES = (0.5, 0.6, 0.7, 0.85, 1.0, 1.2, 1.5, 2.0)

_ANSWER = ACTS.index("answer")


def train_acts(settings: TaggerSettings, out: Path | None, progress: Progress) -> dict[str, float]:
    """Trains and writes the recogniser.

    Args:
        settings: how large, how long.
        out: folder; ``assets/models`` by default.
        progress: told the share done and what is being done.

    Returns:
        Figures on :data:`JUDGES`, by whom temperature and the cost of a change are set.

    Raises:
        InputError: the utterances cannot be read.
        ModelError: MiniLM or the recogniser's dictionary is missing.
        StorageError: the folder cannot be written.
    """
    folder = out or MODEL.parent
    open_folder(folder)
    written = [u for u in read_utterances() if u.author not in HELD_OUT]
    progress(0.0, "words")
    taught = [u for u in written if u.author not in JUDGES]
    made = examples(taught, settings, lambda share: progress(0.4 * share, "words"))
    networks = []
    for number, (recipe, theirs) in enumerate(zip(RECIPES, made, strict=True)):

        def told(share: float, number: int = number) -> None:
            progress(0.4 + 0.5 * (number + share) / len(RECIPES), f"network {number + 1}")

        networks.append(
            train_tagger(
                [e for _, e in theirs],
                len(ACTS),
                label_weights(),
                of_recipe(settings, recipe),
                told,
                facts=recipe.facts,
            )
        )
    weights = numbered(networks)
    progress(0.9, "confidences")
    temperature, switch, figures = tuned(weights, [u for u in written if u.author in JUDGES])
    about = {
        "made_by": "python3 run.py models train acts",
        "acts": ACTS,
        "facts": FACTS,
        "layers": LAYERS,
        "temperature": temperature,
        "switch": switch,
        "utterances": len(taught),
        "authors": sorted({u.author for u in taught}),
        "judges": JUDGES,
    }
    write_model(folder / MODEL.name, weights, about)
    return figures


def label_weights() -> NDArray[np.float32]:
    """What an error on a word of each act costs: answers have most of the words."""
    weights = np.full(len(ACTS), 1.5, np.float32)
    weights[_ANSWER] = 1.0
    return weights


def of_recipe(settings: TaggerSettings, recipe: Recipe) -> TaggerSettings:
    """Settings as a recipe has them."""
    return replace(
        settings,
        epochs=max(1, round(settings.epochs * recipe.epochs)),
        seed=settings.seed + recipe.seed,
    )


def examples(
    written: Sequence[WrittenUtterance],
    settings: TaggerSettings,
    progress: Callable[[float], None],
) -> list[list[tuple[str, Example]]]:
    """All that each network is trained on, with its author: each utterance in several forms, and
    pairs of them.

    Returns:
        Of each of :data:`RECIPES`; a form that several of them see was read once.
    """
    alone: list[Labelled] = []
    kinds: list[str] = []
    seen: list[list[int]] = [[] for _ in RECIPES]
    for utterance in map(of_written, written):
        # of each its own, so that one utterance more leaves what is made of the others as it was
        rng = random.Random(f"acts:{settings.seed}:{utterance.author}:{utterance.text}")
        for kind, form in forms(utterance, rng):
            wanted = [rng.random() < recipe.forms.get(kind, 0.0) for recipe in RECIPES]
            if any(wanted) and words_of(form.text):
                for numbers, wants in zip(seen, wanted, strict=True):
                    numbers.extend([len(alone)] * wants)
                alone.append(_asked_maybe(form, rng))
                kinds.append(kind)
    read = examples_of(embedder(), alone, progress)
    made = []
    for recipe, numbers in zip(RECIPES, seen, strict=True):
        alike: dict[tuple[str, str], list[int]] = {}
        for number in numbers:
            alike.setdefault((alone[number].author, kinds[number]), []).append(number)
        theirs = [read[number] for number in numbers]
        for (author, kind), some in alike.items():
            rng = random.Random(f"acts:{settings.seed + recipe.seed}:{author}:{kind}")
            count = len(some) * settings.joined // 4
            for first, second in pairs(some, alone, count, rng):
                both = _asked_maybe(joined(alone[first], alone[second]), rng)
                theirs.append((author, example_of_two(both, read[first][1], read[second][1])))
        made.append(theirs)
    return made


def forms(utterance: Labelled, rng: random.Random) -> list[tuple[str, Labelled]]:
    """An utterance as it may be trained on: as written; in small letters without marks, with its
    own names and with others; misheard, with or without marks, half of them with other names."""
    base = exchanged(utterance, rng) if rng.random() < 0.5 else utterance
    base = bare(base) if rng.random() < 0.5 else base
    return [
        ("written", utterance),
        ("bare", bare(utterance)),
        ("renamed", bare(exchanged(utterance, rng))),
        ("misheard", misheard(base, rng.uniform(*ERROR_RATES), rng)),
    ]


def _asked_maybe(utterance: Labelled, rng: random.Random) -> Labelled:
    """What was asked is not always known."""
    return replace(utterance, asked=Asked()) if rng.random() < 0.4 else utterance


def of_written(utterance: WrittenUtterance) -> Labelled:
    """With its acts as labels."""
    spans = [(ACTS.index(a.act), a.start, a.end) for a in utterance.acts]
    return labelled(
        utterance.text, spans, utterance.facts, utterance.asked, utterance.author, utterance.role
    )


def pairs(
    numbers: Sequence[int], forms: Sequence[Labelled], count: int, rng: random.Random
) -> list[tuple[int, int]]:
    """Utterances of one author that are put together: mostly an answer and something else, of
    which there has to be one each.

    Args:
        numbers: of theirs, in one form.
        forms: of all.
        count: pairs that are wanted.
        rng: decides which.
    """
    answers = [n for n in numbers if _answers(forms[n])]
    others = [n for n in numbers if _does_else(forms[n])]
    if not answers or not others:
        return []
    found = []
    for _ in range(count):
        chance = rng.random()
        if chance < 0.4:
            found.append((rng.choice(answers), rng.choice(others)))
        elif chance < 0.62:
            found.append((rng.choice(others), rng.choice(answers)))
        elif chance < 0.72:
            found.append((rng.choice(answers), rng.choice(answers)))
        else:
            found.append((rng.choice(others), rng.choice(others)))
    return found


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
    weights: Mapping[str, NDArray[np.float32]], judged: Sequence[WrittenUtterance]
) -> tuple[float, float, dict[str, float]]:
    """Temperature and cost of a change that suit utterances that took no part, and figures."""
    tagger = TaggerEnsemble.of_weights(weights)
    model = ReadAhead(embedder())
    model.read(_heard(u, n, rate) for n, u in enumerate(judged) for rate in (0.0, 0.3))

    def recogniser(temperature: float, switch: float) -> ActRecogniser:
        return ActRecogniser(tagger, model, temperature, switch)

    def score(switch: float) -> float:
        told = recogniser(1.0, switch)
        return judge(told, judged).macro_f1 + judge(told, judged, 0.3).macro_f1

    switch = max(SWITCHES, key=lambda s: (score(s), s))
    temperature = min(TEMPERATURES, key=lambda t: _surprise(recogniser(t, switch), judged))
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
    for number, utterance in enumerate(judged):
        truth = {a.act for a in utterance.acts}
        # every other one misheard: recognised words are what it is mostly given
        text = _heard(utterance, number, 0.3 if number % 2 else 0.0)
        for part in recogniser.understand(text, utterance.asked).acts:
            right = part.act in truth
            share = min(max(part.confidence, 1e-4), 1 - 1e-4)
            losses.append(-np.log(share if right else 1 - share))
    return float(np.mean(losses))
