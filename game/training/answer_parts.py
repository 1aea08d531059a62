"""Trains what tells the parts and gaps of answers; writes ``assets/models/answers.npz``.

    python3 run.py models train answers

learns from the answers of ``assets/answers``. The regressions of the gaps are fitted on what a
network says that was trained without the author in question, so that they know how far it can be
trusted with strangers. Authors that are held out take no part: ``bench understanding`` judges on
them.
"""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dialogue.content.script import load_interview, roles
from dialogue.understanding.answer_quality import (
    EPISODE_GAPS,
    GAP_INPUTS,
    GAPS,
    INPUTS,
    MODEL,
    PARTS,
    AnswerAssessor,
    Question,
    gap_inputs,
    relevances,
)
from dialogue.understanding.corpus import HELD_OUT
from dialogue.understanding.embedding import Embedder, embedder
from dialogue.understanding.tagger import LAYERS, Tagger, word_inputs
from dialogue.understanding.types import Asked
from dialogue.understanding.words import words_of
from game.training.read_ahead import ReadAhead, examples_of
from game.training.tagger import (
    Example,
    Labelled,
    TaggerSettings,
    bare,
    labelled,
    misheard,
    train_tagger,
)
from game.training.train import open_folder, write_model
from perception.errors import InputError
from perception.paths import ASSETS

Progress = Callable[[float, str], None]

ANSWERS = ASSETS / "answers"
"""Folder of the answers, a file per style of author."""

FOLDS = 3
"""Parts of the authors; the networks that judge one part have learnt from the others."""
EPOCHS = 12
"""Passes over all answers, usually: there are fewer of them than utterances."""
BATCH = 16
"""Answers a step at most: there are few of them, and networks that took too few steps would tell
the regressions next to nothing of what the last one, which is the one that ships, will tell."""
ERROR_RATES = (0.1, 0.2)
SWITCH = 1.5

_LINE = re.compile(r"(\w+)/(\w+) \(([\w, ]*)\): (\[.*)$")
_PART = re.compile(r"\[(\w+)\] ?([^\[\]]*)")


@dataclass(frozen=True, slots=True)
class WrittenAnswer:
    """An answer and the truth about it."""

    author: str
    role: str
    question: str
    gaps: frozenset[str]
    text: str
    spans: tuple[tuple[int, int, int], ...]
    """Number of the part, first character and the one behind the last."""


def read_answers(folder: Path = ANSWERS) -> tuple[WrittenAnswer, ...]:
    """All answers, by author and in their order.

    Raises:
        InputError: a line is not of their form; the message names file and line.
    """
    found = []
    for path in sorted(folder.glob("*.txt")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            try:
                found.append(parse_answer(path.stem, line))
            except ValueError as error:
                raise InputError(f"{path}:{number}: {error}") from None
    return tuple(found)


def parse_answer(author: str, line: str) -> WrittenAnswer:
    """One line: ``role/question (gaps): [part] words [part] words``.

    Raises:
        ValueError: it is not of that form.
    """
    match = _LINE.match(line)
    if match is None:
        raise ValueError(f'not "role/question (gaps): [part] words": {line[:60]!r}')
    role, question, told, rest = match.groups()
    gaps = frozenset(gap for gap in re.split(r"[ ,]+", told) if gap)
    unknown = gaps - set(GAPS)
    if unknown or _PART.sub("", rest):
        raise ValueError(f"{', '.join(unknown) or 'a bracket'} does not fit: {line[:60]!r}")
    text = ""
    spans = []
    for part, said in _PART.findall(rest):
        if part not in PARTS or not said.strip():
            raise ValueError(f"[{part}] is no part, or has no words: {line[:60]!r}")
        start = len(text) + bool(text)
        text = f"{text} {said.strip()}".strip()
        spans.append((PARTS.index(part), start, len(text)))
    return WrittenAnswer(author, role, question, gaps, text, tuple(spans))


@functools.cache
def questions_asked() -> dict[tuple[str, str], Question]:
    """Every role's questions by their ids, as answers are held against them."""
    found = {}
    for role in roles():
        interview = load_interview(role)
        for q in (interview.warm_up, *interview.questions):
            text = q.text[0].replace("{title}", interview.title)
            found[role, q.id] = Question(text, q.gist, q.asks_episode)
    return found


def train_answers(
    settings: TaggerSettings, out: Path | None, progress: Progress
) -> dict[str, float]:
    """Trains and writes the model.

    Args:
        settings: of the network.
        out: folder; ``assets/models`` by default.
        progress: told the share done and what is being done.

    Returns:
        Mean over the gaps of F1 on authors that were left out in turn.

    Raises:
        InputError: the answers cannot be read.
        ModelError: MiniLM or the recogniser's dictionary is missing.
        StorageError: the folder cannot be written.
    """
    folder = out or MODEL.parent
    open_folder(folder)
    written = [a for a in read_answers() if a.author not in HELD_OUT]
    authors = sorted({a.author for a in written})
    fold = {author: i % FOLDS for i, author in enumerate(authors)}
    made = examples(written, settings, lambda s: progress(0.3 * s, "words"))
    weights = np.ones(len(PARTS), np.float32)
    settings = replace(settings, batch=min(BATCH, settings.batch))
    model = ReadAhead(embedder())
    model.read(answer.text for answer in written)
    rows, truth = [], []
    for number in range(FOLDS):
        teaching = [e for author, e in made if fold[author] != number]
        net = Tagger(train_tagger(teaching, len(PARTS), weights, settings, lambda _: None))
        progress(0.3 + 0.5 * (number + 1) / FOLDS, "gaps")
        theirs = [a for a in written if fold[a.author] == number]
        rows += [inputs_of(net, model, a) for a in theirs]
        truth += [[gap in a.gaps for gap in GAPS] for a in theirs]
    table, wanted = np.stack(rows), np.array(truth)
    mean, scale = table.mean(axis=0), table.std(axis=0) + 1e-3
    fitted, least, f1 = fit_gaps((table - mean) / scale, wanted, settings.seed)
    network = train_tagger(
        [e for _, e in made], len(PARTS), weights, settings,
        lambda s: progress(0.8 + 0.2 * s, "network"),
    )  # fmt: skip
    gaps = {"weight": fitted, "mean": mean, "scale": scale, "least": least}
    whole = {f"gaps.{name}": value.astype(np.float32) for name, value in gaps.items()}
    about = {
        "made_by": "python3 run.py models train answers",
        "parts": PARTS,
        "gaps": GAPS,
        "inputs": INPUTS,
        "layers": LAYERS,
        "switch": SWITCH,
        "answers": len(written),
        "authors": authors,
    }
    write_model(folder / MODEL.name, {**network, **whole}, about, whole=list(whole))
    return {f"F1 of {gap}": value for gap, value in f1.items()}


def examples(
    written: Sequence[WrittenAnswer], settings: TaggerSettings, progress: Callable[[float], None]
) -> list[tuple[str, Example]]:
    """All that is trained on, with its author: each answer in its several forms."""
    rng = random.Random(f"answers:{settings.seed}")
    wanted: list[Labelled] = []
    for answer in written:
        plain = labelled(answer.text, answer.spans, (), Asked(), answer.author, answer.role)
        wanted += [plain, bare(plain)]
        wanted += [misheard(rng.choice((plain, bare(plain))), rate, rng) for rate in ERROR_RATES]
    return examples_of(embedder(), wanted, progress)


def inputs_of(net: Tagger, model: Embedder, answer: WrittenAnswer) -> NDArray[np.float32]:
    """What the regressions are given of a written answer."""
    words = words_of(answer.text)
    tags = net.tag(*word_inputs(model, answer.text, words, Asked()))
    question = questions_asked().get((answer.role, answer.question), Question())
    relevance = relevances(model, answer.text, words, question)
    return gap_inputs(words, tags, relevance, question, SWITCH)


def fit_gaps(
    table: NDArray[np.float32], wanted: NDArray[np.bool_], seed: int
) -> tuple[NDArray[np.float32], NDArray[np.float32], dict[str, float]]:
    """Logistic regressions with a penalty on large weights, one per gap.

    Returns:
        (gaps, inputs + 1) weights with the constant last, (gaps,) the probability from which a gap
        is told, by which F1 is highest, and that F1; both from fits that left the answer out.
    """
    fitted = np.zeros((len(GAPS), table.shape[1] + 1), np.float32)
    least = np.full(len(GAPS), 0.5, np.float32)
    f1: dict[str, float] = {}
    order = np.random.default_rng(seed).permutation(len(table))
    whole = wanted[:, [GAPS.index(gap) for gap in ("short", "vague", "off_topic")]].any(axis=1)
    for k, gap in enumerate(GAPS):
        used = np.array([name in GAP_INPUTS[gap] for name in INPUTS])
        among = order[~whole[order]] if gap in EPISODE_GAPS else order
        seen = np.where(used, table, 0.0).astype(np.float32)
        fitted[k] = _logistic(seen[among], wanted[among, k])
        left_out = np.zeros(len(table))
        for part in np.array_split(among, 8):
            rest = np.setdiff1d(among, part)
            w = _logistic(seen[rest], wanted[rest, k])
            left_out[part] = 1 / (1 + np.exp(-(seen[part] @ w[:-1] + w[-1])))
        best = max(
            (_f1(left_out[among] >= p, wanted[among, k]), -abs(p - 0.5), p)
            for p in np.arange(0.2, 0.81, 0.05)
        )
        f1[gap], least[k] = best[0], best[2]
    return fitted, least, f1


def _f1(told: NDArray[np.bool_], true: NDArray[np.bool_]) -> float:
    return 2 * float((told & true).sum()) / max(1.0, float(told.sum() + true.sum()))


def _logistic(
    table: NDArray[np.float32], wanted: NDArray[np.bool_], penalty: float = 1.0
) -> NDArray[np.float32]:
    """(inputs + 1,) by Newton's method; ``penalty`` is half a Gaussian's precision."""
    x = np.column_stack([table, np.ones(len(table))]).astype(np.float64)
    w = np.zeros(x.shape[1])
    ridge = np.full(x.shape[1], 2 * penalty)
    ridge[-1] = 1e-3
    for _ in range(40):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        slope = x.T @ (p - wanted) + ridge * w
        curve = (x * (p * (1 - p))[:, None]).T @ x + np.diag(ridge)
        move = np.linalg.solve(curve, slope)
        w -= move
        if float(np.abs(move).max()) < 1e-6:
            break
    return w.astype(np.float32)


def assessor_of(folder: Path) -> AnswerAssessor:
    """The assessor whose model lies in a folder, for judging one that does not ship."""
    from perception.models.modelfile import read_model

    weights, about = read_model(folder / MODEL.name, "answers")
    gaps = {name: weights.pop(f"gaps.{name}") for name in ("weight", "mean", "scale", "least")}
    return AnswerAssessor(
        Tagger(weights), gaps["weight"], gaps["mean"], gaps["scale"], gaps["least"], embedder(),
        float(about["switch"]),
    )  # fmt: skip
