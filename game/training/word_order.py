"""Makes the model of word order from all that was written for this project.

It learns from the utterances of ``assets/utterances`` that answer and from ``assets/answers``;
authors that are held out say what it is worth: whether the words of an answer come out above the
same words in any other order.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dialogue.understanding.corpus import HELD_OUT, read_utterances
from dialogue.understanding.word_order import (
    MODEL,
    OPEN_CLASSES,
    START,
    WordOrder,
    class_of,
    counted,
)
from dialogue.understanding.words import UtteredWord, words_of
from game.training.answer_parts import read_answers
from game.training.train import open_folder, write_model

FREQUENT = 250
"""Words that stand for themselves."""
PRIOR = 8.0
"""Pairs by chance that each class is taken to have been seen in."""
STEP = 0.05
"""Nats to which weights are rounded, which halves the file."""
JUDGED_WORDS = (12, 20, 40)
"""Lengths of answers at which the model is judged."""

Texts = Sequence[tuple[str, Sequence[UtteredWord]]]
"""Author and words of each."""


def train_word_order(out: Path | None, progress: Callable[[float, str], None]) -> dict[str, float]:
    """Makes and writes the model.

    Args:
        out: folder; ``assets/models`` by default.
        progress: told the share done and what is being done.

    Returns:
        For each length the share of answers of held-out authors that come out above the same words
        in another order, and of all the least value and that of words in any order.

    Raises:
        InputError: the texts cannot be read.
        StorageError: the folder cannot be written.
    """
    folder = out or MODEL.parent
    open_folder(folder)
    progress(0.0, "reading")
    texts = [(u.author, words_of(u.text)) for u in read_utterances() if u.acts[0].act == "answer"]
    texts += [(a.author, words_of(a.text)) for a in read_answers()]
    taught = [(author, words) for author, words in texts if author not in HELD_OUT]
    progress(0.4, "counting")
    classes, weights = fit(taught)
    about = {
        "made_by": "python3 run.py models train order",
        "classes": classes,
        "texts": len(taught),
        "authors": sorted({author for author, _ in taught}),
    }
    write_model(folder / MODEL.name, {"weights": weights}, about)
    progress(0.8, "judging")
    return judge(WordOrder(classes, weights), [t for t in texts if t[0] in HELD_OUT])


def fit(texts: Texts) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Classes of words, and (classes, classes) their weights."""
    plain = [counted(words) for _, words in texts]
    seen = Counter(word for words in plain for word in words)
    frequent = [word for word, _ in seen.most_common(FREQUENT) if not word[0].isdigit()]
    classes = (START, *OPEN_CLASSES, *frequent)
    numbers = {name: i for i, name in enumerate(classes)}
    pairs = np.zeros((len(classes), len(classes)))
    for words in plain:
        row = [numbers[START], *(numbers[class_of(w, frozenset(frequent))] for w in words)]
        np.add.at(pairs, (row[:-1], row[1:]), 1.0)
    alone = pairs.sum(axis=0) + 0.5
    alone /= alone.sum()
    given = (pairs + PRIOR * alone) / (pairs.sum(axis=1, keepdims=True) + PRIOR)
    weights = np.log(given / alone)
    return classes, (np.rint(weights / STEP) * STEP).astype(np.float32)


def judge(model: WordOrder, texts: Texts) -> dict[str, float]:
    """What the model is worth on texts that it did not learn from."""
    rng = random.Random(1)
    found: dict[str, float] = {}
    for least in JUDGED_WORDS:
        rows = []
        for _, words in texts:
            if len(words) < least:
                continue
            kept = list(words[:least])
            told = model.weigh(kept)
            rng.shuffle(kept)
            rows.append((told or 0.0, model.weigh(kept) or 0.0))
        table = np.array(rows)
        above = float((table[:, 0] > table[:, 1]).mean())
        found[f"above the same {least} words in another order"] = above
        found[f"2 % of {least} words lie below"] = float(np.percentile(table[:, 0], 2))
        found[f"2 % of {least} words in any order lie above"] = float(
            np.percentile(table[:, 1], 98)
        )
    return found
