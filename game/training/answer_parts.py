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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

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
    GapName,
    Question,
    gap_inputs,
)
from dialogue.understanding.corpus import HELD_OUT
from dialogue.understanding.embedding import Embedder, embedder
from dialogue.understanding.likeness import likeness_of
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

_WHOLE = frozenset(("short", "vague", "off_topic"))
_LEFT_OUT: dict[str, GapName] = {
    "situation": "no_situation",
    "task": "no_task",
    "action": "no_action",
    "result": "no_result",
}
_LEAST_WORDS = 18
"""Of an answer that lacks a part and is not short."""

_LINE = re.compile(r"(\w+)/(\w+) \(([\w, ]*)\): (\[.*)$")
_PART = re.compile(r"\[(\w+)\] ?([^\[\]]*)")

Form = Literal["written", "bare", "cut"]
"""How the regressions see an answer: as it was written, without its marks, without one part."""
WEIGHTS: Mapping[Form, float] = {"written": 1.0, "bare": 0.5, "cut": 0.2}
"""What each counts for in fitting them."""


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


def without_a_part(answer: WrittenAnswer, asks_episode: bool) -> list[WrittenAnswer]:
    """What an answer that tells an episode becomes where one part of it is left out.

    Few answers are written for each gap; these teach the regressions what its absence looks like
    beside the same words with it.
    """
    told = {PARTS[part] for part, _, _ in answer.spans}
    if not asks_episode or answer.gaps & _WHOLE or not {"action", "result"} & told:
        return []
    found = []
    for left_out, gap in _LEFT_OUT.items():
        stands_by = "number_no_context" in answer.gaps and left_out == "result"
        if left_out not in told or stands_by:
            continue
        kept = [span for span in answer.spans if PARTS[span[0]] != left_out]
        text, spans = "", []
        for part, start, end in kept:
            first = len(text) + bool(text)
            text = f"{text} {answer.text[start:end]}".strip()
            spans.append((part, first, len(text)))
        if len(words_of(text)) < _LEAST_WORDS or len({part for part, _, _ in kept}) < 2:
            continue
        gaps = answer.gaps | {gap}
        if left_out == "action":
            gaps -= {"no_own_role"}
        found.append(replace(answer, gaps=gaps, text=text, spans=tuple(spans)))
    return found


@dataclass(frozen=True, slots=True)
class _Shown:
    """An answer in one form, as the regressions learn from it."""

    answer: WrittenAnswer
    form: Form


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer, and what a network of other authors makes of it."""

    inputs: NDArray[np.float32]
    """(inputs,) as of :func:`~dialogue.understanding.answer_quality.gap_inputs`."""
    answer: WrittenAnswer
    form: Form


def _shown(answer: WrittenAnswer) -> list[_Shown]:
    """An answer in the forms that the regressions learn from: as written, without marks, cut."""
    asked = questions_asked()[answer.role, answer.question]
    plain = labelled(answer.text, answer.spans, (), Asked(), answer.author, answer.role)
    unmarked = replace(answer, text=bare(plain).text, spans=())
    found = [_Shown(answer, "written")]
    if unmarked.text != answer.text:
        found.append(_Shown(unmarked, "bare"))
    cut = without_a_part(answer, asked.asks_episode)
    return found + [_Shown(each, "cut") for each in cut]


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
    shown = [each for answer in written for each in _shown(answer)]
    model = ReadAhead(embedder())
    model.read(each.answer.text for each in shown)
    judged: list[Judged] = []
    for number in range(FOLDS):
        teaching = [e for author, e in made if fold[author] != number]
        net = Tagger(train_tagger(teaching, len(PARTS), weights, settings, lambda _: None))
        progress(0.3 + 0.5 * (number + 1) / FOLDS, "gaps")
        theirs = [each for each in shown if fold[each.answer.author] == number]
        judged += [
            Judged(inputs_of(net, model, each.answer), each.answer, each.form) for each in theirs
        ]
    table = np.stack([each.inputs for each in judged])
    mean, scale = table.mean(axis=0), table.std(axis=0) + 1e-3
    fitted, least, f1 = fit_gaps((table - mean) / scale, judged)
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
    likeness = likeness_of(model, answer.text, words, question.text, question.gist)
    return gap_inputs(words, tags, likeness, question, SWITCH)


def fit_gaps(
    table: NDArray[np.float32], judged: Sequence[Judged]
) -> tuple[NDArray[np.float32], NDArray[np.float32], dict[str, float]]:
    """Logistic regressions with a penalty on large weights, one per gap.

    Args:
        table: (n, inputs) scaled.
        judged: the n answers.

    Returns:
        (gaps, inputs + 1) weights with the constant last, (gaps,) the probability from which a gap
        is told, and F1 with that; both from fits that left the author out.
    """
    fitted = np.zeros((len(GAPS), table.shape[1] + 1), np.float32)
    least = np.full(len(GAPS), 0.5, np.float32)
    f1: dict[str, float] = {}
    forms = np.array([each.form for each in judged])
    authors = np.array([each.answer.author for each in judged])
    whole = np.array([bool(each.answer.gaps & _WHOLE) for each in judged])
    episode = np.array(
        [questions_asked()[e.answer.role, e.answer.question].asks_episode for e in judged]
    )
    for k, gap in enumerate(GAPS):
        used = np.array([name in GAP_INPUTS[gap] for name in INPUTS])
        fits = episode & ~whole if gap in EPISODE_GAPS else forms != "cut"
        seen = np.where(used, table, 0.0).astype(np.float32)
        wanted = np.array([gap in each.answer.gaps for each in judged])
        fitted[k] = _logistic(seen[fits], wanted[fits], forms[fits])
        left_out = np.zeros(len(table))
        for author in np.unique(authors):
            theirs, rest = fits & (authors == author), fits & (authors != author)
            w = _logistic(seen[rest], wanted[rest], forms[rest])
            left_out[theirs] = 1 / (1 + np.exp(-(seen[theirs] @ w[:-1] + w[-1])))
        as_written = fits & (forms == "written")
        told, true = left_out[as_written], wanted[as_written]
        best = max((_f1(told >= p, true), -abs(p - 0.5), p) for p in np.arange(0.3, 0.86, 0.05))
        f1[gap], least[k] = _f1(told >= best[2], true), best[2]
    return fitted, least, f1


def _f1(told: NDArray[np.bool_], true: NDArray[np.bool_]) -> float:
    """Harmonic mean of precision and recall."""
    hits = float((told & true).sum())
    return 2.0 * hits / max(1.0, float(told.sum() + true.sum()))


def _logistic(
    table: NDArray[np.float32],
    wanted: NDArray[np.bool_],
    forms: NDArray[np.str_],
    penalty: float = 1.0,
) -> NDArray[np.float32]:
    """(inputs + 1,) by Newton's method; ``penalty`` is half a Gaussian's precision.

    What each row counts for (:data:`WEIGHTS`) decides the weights; the constant is such that as
    many gaps are expected among the answers as they were written as there are.
    """
    counts = np.array([WEIGHTS[form] for form in forms])
    x = np.column_stack([table, np.ones(len(table))]).astype(np.float64)
    w = np.zeros(x.shape[1])
    ridge = np.full(x.shape[1], 2 * penalty)
    ridge[-1] = 1e-3
    for _ in range(40):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        slope = x.T @ (counts * (p - wanted)) + ridge * w
        curve = (x * (counts * p * (1 - p))[:, None]).T @ x + np.diag(ridge)
        move = np.linalg.solve(curve, slope)
        w -= move
        if float(np.abs(move).max()) < 1e-6:
            break
    written = forms == "written"
    for _ in range(40):
        p = 1 / (1 + np.exp(-np.clip(x[written] @ w, -30, 30)))
        move = (p - wanted[written]).sum() / ((p * (1 - p)).sum() + 1e-3)
        w[-1] -= np.clip(move, -1.0, 1.0)
        if abs(move) < 1e-6:
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
