"""Trains what tells how far an answer takes up its question.

Writes ``assets/models/relevance.npz``::

    python3 run.py models train relevance

learns from the answers of ``assets/answers``: of all questions of its role an answer should be
nearest to its own, and of all answers of that role those to a question nearest to it. What it is
worth is told on authors that are held out, by weights that have not seen the role's questions
either; the weights that ship have learnt from all roles, and from the other authors only.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dialogue.content.script import load_interview, roles
from dialogue.understanding.answer_relevance import MODEL, AnswerRelevance, chunks_of
from dialogue.understanding.corpus import HELD_OUT
from dialogue.understanding.embedding import Embedder, embedder
from dialogue.understanding.words import UtteredWord, words_of
from game.training.answer_parts import read_answers
from game.training.train import open_folder, write_model

LEAST_WORDS = 20
"""Of answers that teach."""
SHARPNESS = 20.0
"""Odds of a question grow by e with every 1/sharpness of likeness."""
HELD_TO_ONE = 0.001
"""Weight of the squared distance of the weights from the plain cosine, against overfitting."""
STEPS = 500
STEP = 1.0
"""Longest step."""
COLUMN = 0.5
"""Weight of telling the answers to a question apart, beside telling questions apart."""
ASKED = 4
"""Questions of an interview on which the model is judged."""
INTERVIEWS = 250


@dataclass(frozen=True, slots=True)
class Given:
    """An answer and to what it was given."""

    author: str
    role: str
    question: str
    words: tuple[UtteredWord, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Answers of a role and its questions, in one wording each."""

    answers: NDArray[np.float64]
    """(a, d)."""
    questions: NDArray[np.float64]
    """(q, d)."""
    right: NDArray[np.int64]
    """(a,) number of the question that each answers."""


def train_relevance(out: Path | None, progress: Callable[[float, str], None]) -> dict[str, float]:
    """Trains and writes the weights.

    Args:
        out: folder; ``assets/models`` by default.
        progress: told the share done and what is being done.

    Returns:
        What they are worth, see :func:`judge`, beside the plain cosine.

    Raises:
        InputError: the answers cannot be read.
        ModelError: MiniLM is missing or damaged.
        StorageError: the folder cannot be written.
    """
    folder = out or MODEL.parent
    open_folder(folder)
    progress(0.0, "reading")
    model = embedder()
    asked = wordings()
    answers = given(asked)
    taught = [a for a in answers if a.author not in HELD_OUT]
    strange = [a for a in answers if a.author in HELD_OUT]
    progress(0.05, "what the answers mean")
    whole = blocks(model, taught, asked)
    progress(0.6, "learning")
    weights = fit(whole.values())
    about = {
        "made_by": "python3 run.py models train relevance",
        "answers": len(taught),
        "authors": sorted({a.author for a in taught}),
    }
    write_model(folder / MODEL.name, {"weights": weights}, about)
    progress(0.75, "judging")
    others = {r: AnswerRelevance(fit(b for o, b in whole.items() if o != r)) for r in whole}
    plain = dict.fromkeys(whole, AnswerRelevance(np.ones(len(weights), np.float32)))
    figures = judge(model, strange, asked, others)
    cosine = judge(model, strange, asked, plain)
    return figures | {f"{name}, by the plain cosine": value for name, value in cosine.items()}


def wordings() -> Mapping[tuple[str, str], tuple[str, ...]]:
    """The wordings of each question of each role, by role and question."""
    return {
        (role, question.id): tuple(
            text.replace("{title}", role.replace("_", " ")) for text in question.text
        )
        for role in roles()
        for question in load_interview(role).questions
    }


def given(asked: Mapping[tuple[str, str], Sequence[str]]) -> tuple[Given, ...]:
    """The answers that are to the point and long enough."""
    found = []
    for answer in read_answers():
        words = words_of(answer.text)
        known = (answer.role, answer.question) in asked
        if known and len(words) >= LEAST_WORDS and "off_topic" not in answer.gaps:
            found.append(Given(answer.author, answer.role, answer.question, words))
    return tuple(found)


def blocks(
    model: Embedder, answers: Sequence[Given], asked: Mapping[tuple[str, str], Sequence[str]]
) -> dict[str, tuple[Block, ...]]:
    """Answers and questions as vectors, by role; a block for each wording."""
    pieces = [chunks_of(a.words) for a in answers]
    vectors = iter(model.embed([text for each in pieces for text in each]).astype(np.float64))
    whole = [np.mean(list(itertools.islice(vectors, len(each))), axis=0) for each in pieces]
    found = {}
    for role in sorted({a.role for a in answers}):
        rows = [i for i, a in enumerate(answers) if a.role == role]
        ids = sorted({answers[i].question for i in rows})
        right = np.array([ids.index(answers[i].question) for i in rows])
        most = max(len(asked[role, q]) for q in ids)
        told = [[asked[role, q][n % len(asked[role, q])] for q in ids] for n in range(most)]
        found[role] = tuple(
            Block(np.array([whole[i] for i in rows]), model.embed(texts).astype(np.float64), right)
            for texts in told
        )
    return found


def fit(roles_blocks: Iterable[Sequence[Block]]) -> NDArray[np.float32]:
    """(d,) weights by gradient descent, from the plain cosine on."""
    taken = [block for each in roles_blocks for block in each]
    count = sum(len(b.right) for b in taken)
    weights = np.ones(taken[0].answers.shape[1])
    for _ in range(STEPS):
        slope = HELD_TO_ONE * (weights - 1.0)
        for block in taken:
            wrong = _wrong(block, weights)
            moved = np.einsum("aq,ak,qk->k", wrong, block.answers, block.questions, optimize=True)
            slope += SHARPNESS * moved / count
        weights -= STEP * slope / max(1.0, float(np.linalg.norm(slope)))
    return weights.astype(np.float32)


def _wrong(block: Block, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """(a, q) by how much each pair is taken for likelier than it is."""
    odds = SHARPNESS * (block.answers * weights) @ block.questions.T
    answers = np.arange(len(block.right))
    is_right = np.zeros_like(odds)
    is_right[answers, block.right] = 1.0
    by_answer = _shares(odds, 1) - is_right
    per_question = is_right / is_right.sum(axis=0)
    by_question = _shares(odds, 0) - per_question
    size = len(answers) / odds.shape[1] ** 2
    result: NDArray[np.float64] = by_answer + COLUMN * size * by_question
    return result


def _shares(odds: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    found = np.exp(odds - odds.max(axis=axis, keepdims=True))
    result: NDArray[np.float64] = found / found.sum(axis=axis, keepdims=True)
    return result


def judge(
    model: Embedder,
    answers: Sequence[Given],
    asked: Mapping[tuple[str, str], Sequence[str]],
    judges: Mapping[str, AnswerRelevance],
) -> dict[str, float]:
    """How often interviews come out above themselves with the answers moved on by a question or
    more, and medians of answers to their own question and to others of the role.

    Args:
        model: tells what words mean.
        answers: of authors that did not teach.
        asked: wordings of each question.
        judges: by role.
    """
    rng = random.Random(3)
    by_question: dict[tuple[str, str], list[Given]] = {}
    for answer in answers:
        by_question.setdefault((answer.role, answer.question), []).append(answer)
    known: dict[tuple[str, int], float] = {}

    def told(answer: Given, question: str) -> float:
        text = asked[answer.role, question][0]
        if (text, id(answer)) not in known:
            value = judges[answer.role].judge(model, answer.words, text)
            known[text, id(answer)] = value or 0.0
        return known[text, id(answer)]

    above, right, wrong = [], [], []
    for _ in range(INTERVIEWS):
        role = rng.choice(sorted({r for r, _ in by_question}))
        ids = rng.sample(sorted(q for r, q in by_question if r == role), ASKED)
        said = [rng.choice(by_question[role, q]) for q in ids]
        table = np.array([[told(a, q) for q in ids] for a in said])
        own = float(np.trace(table))
        right += np.diag(table).tolist()
        for turn in range(1, ASKED):
            moved = np.diag(np.roll(table, -turn, axis=0))
            above.append(own > float(moved.sum()))
            wrong += moved.tolist()
    return {
        "interviews above themselves shuffled": float(np.mean(above)),
        "answers to their question, median": float(np.median(right)),
        "answers to another question, median": float(np.median(wrong)),
    }
