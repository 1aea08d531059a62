"""Whether words run as language does, whatever they say."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from dialogue.understanding import word_order
from dialogue.understanding.corpus import HELD_OUT
from dialogue.understanding.word_order import MODEL, class_of, load_word_order
from dialogue.understanding.words import words_of
from game.training.answer_parts import read_answers
from game.training.word_order import fit, train_word_order
from perception.errors import ModelError

needs_model = pytest.mark.skipif(not MODEL.is_file(), reason="python3 run.py models train order")


@needs_model
def test_answers_of_authors_it_has_not_read_lie_above_their_own_words_in_any_order() -> None:
    model = load_word_order()
    rng = random.Random(5)
    unknown = [a.text for a in read_answers() if a.author in HELD_OUT]
    assert len(unknown) > 50
    above = 0
    for text in unknown:
        words = list(words_of(text))
        told = model.weigh(words)
        rng.shuffle(words)
        mixed = model.weigh(words)
        assert told is not None and mixed is not None
        above += told > mixed
    assert above >= 0.99 * len(unknown)


@needs_model
def test_hesitations_cost_nothing_and_no_words_weigh_nothing() -> None:
    model = load_word_order()
    plain = model.weigh(words_of("I worked in a small team and we wrote the tests first"))
    halting = model.weigh(
        words_of("I um worked in uh a small team and er we wrote the tests first")
    )
    assert plain == halting
    assert model.weigh(words_of("um, uh ...")) is None


def test_rare_words_are_known_by_their_ending() -> None:
    frequent = frozenset(("the", "worked"))
    assert class_of("the", frequent) == "the"
    assert class_of("rewired", frequent) == class_of("tidied", frequent) == "-ed"
    assert class_of("42nd", frequent) == class_of("x" * 1_000_000, frequent)


def test_it_learns_which_words_follow_each_other() -> None:
    texts = [("a", words_of("red car blue boat")), ("b", words_of("red car red car blue boat"))]
    classes, weights = fit(texts)
    at = {name: i for i, name in enumerate(classes)}
    assert weights[at["red"], at["car"]] > 0 > weights[at["car"], at["boat"]]
    assert np.isfinite(weights).all()


def test_training_writes_the_model_that_ships(tmp_path: Path) -> None:
    figures = train_word_order(tmp_path, lambda share, what: None)
    assert figures["above the same 20 words in another order"] > 0.98
    made, shipped = (np.load(path)["weights"] for path in (tmp_path / MODEL.name, MODEL))
    assert np.array_equal(made, shipped)


def test_a_damaged_model_is_told_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "order.npz"
    broken.write_bytes(b"no archive")
    monkeypatch.setattr(word_order, "MODEL", broken)
    load_word_order.cache_clear()
    try:
        with pytest.raises(ModelError, match=r"missing or damaged .*models train order$"):
            load_word_order()
    finally:
        load_word_order.cache_clear()
