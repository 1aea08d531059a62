"""How far an answer takes up what was asked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dialogue.understanding import answer_relevance
from dialogue.understanding.answer_relevance import (
    MODEL,
    AnswerRelevance,
    chunks_of,
    load_answer_relevance,
)
from dialogue.understanding.corpus import HELD_OUT
from dialogue.understanding.embedding import embedder
from dialogue.understanding.words import sentences_of, words_of
from game.training.relevance import Block, fit, given, wordings
from perception.errors import ModelError

needs_model = pytest.mark.skipif(
    not MODEL.is_file(), reason="python3 run.py models train relevance"
)
CONFLICT = "Tell me about a time when you had a conflict with a colleague."
ANSWER = (
    "A colleague and I fought about the rota for weeks. I asked her for a coffee, we wrote down "
    "who needs which mornings, and since then nobody has shouted at the other."
)


@needs_model
def test_strangers_answers_lie_nearer_to_their_question_than_to_others_of_the_job() -> None:
    judge, model, asked = load_answer_relevance(), embedder(), wordings()
    strangers = [a for a in given(asked) if a.author in HELD_OUT and a.role == "nurse"][:24]
    questions = sorted({a.question for a in strangers})
    above = []
    for answer in strangers:
        told = {q: judge.judge(model, answer.words, asked["nurse", q][0]) or 0.0 for q in questions}
        above += [told[answer.question] > v for q, v in told.items() if q != answer.question]
    assert np.mean(above) > 0.8


@needs_model
def test_weights_tell_more_than_likeness_alone() -> None:
    model, asked = embedder(), wordings()
    strangers = [a for a in given(asked) if a.author in HELD_OUT and a.role == "sales_assistant"]
    plain = AnswerRelevance(np.ones(384, np.float32))
    margins: dict[str, list[bool]] = {"plain": [], "learnt": []}
    for answer in strangers[:24]:
        for name, judge in (("plain", plain), ("learnt", load_answer_relevance())):
            own = judge.judge(model, answer.words, asked[answer.role, answer.question][0]) or 0.0
            others = [
                judge.judge(model, answer.words, texts[0]) or 0.0
                for (role, q), texts in asked.items()
                if role == answer.role and q != answer.question
            ]
            margins[name] += [own > other for other in others]
    assert np.mean(margins["learnt"]) > np.mean(margins["plain"])


@needs_model
def test_few_words_and_no_question_tell_nothing() -> None:
    judge, model = load_answer_relevance(), embedder()
    assert judge.judge(model, words_of("I asked her for a coffee."), CONFLICT) is None
    assert judge.judge(model, words_of(ANSWER), " ") is None


@needs_model
def test_a_long_answer_is_judged_to_its_end() -> None:
    judge, model = load_answer_relevance(), embedder()
    beside = "The train was late again and the weather had been grey since the morning. " * 30
    assert len(words_of(beside)) > 300
    alone = judge.judge(model, words_of(beside), CONFLICT)
    late = judge.judge(model, words_of(f"{beside} {ANSWER}"), CONFLICT)
    own = judge.judge(model, words_of(ANSWER), CONFLICT)
    assert alone is not None and late is not None and own is not None
    assert alone < late < own


def test_chunks_hold_every_word_once() -> None:
    words = words_of(" ".join(f"word{i}" for i in range(401)))
    chunks = chunks_of(words)
    assert " ".join(chunks).split() == [w.text for w in words]
    assert max(len(c.split()) for c in chunks) <= 150


def test_sentences_end_with_their_marks_or_after_sixteen_words() -> None:
    assert sentences_of(words_of("Yes. I went home by bus. Then I slept for hours")) == [
        "I went home by bus",
        "Then I slept for hours",
    ]
    run = sentences_of(words_of(" ".join(["so"] * 40)))
    assert [len(s.split()) for s in run] == [16, 16, 8]


def test_it_learns_which_dimensions_tell_questions_apart() -> None:
    rng = np.random.default_rng(0)
    # the first dimension says which question, the second only who speaks, and is louder
    questions = np.array([[1.0, 1.0], [-1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]])
    right = np.arange(40) % 4
    answers = questions[right] * [0.2, 0.0] + rng.normal(0.0, [0.01, 0.8], (40, 2))
    weights = fit([[Block(answers, questions, right)]])
    assert weights[0] > 1.0 > weights[1]


def test_a_damaged_model_is_told_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "relevance.npz"
    broken.write_bytes(b"no archive")
    monkeypatch.setattr(answer_relevance, "MODEL", broken)
    load_answer_relevance.cache_clear()
    try:
        with pytest.raises(ModelError, match=r"missing or damaged .*models train relevance$"):
            load_answer_relevance()
    finally:
        load_answer_relevance.cache_clear()
