"""What she understands: dialogue acts, parts and gaps of answers, on authors that taught nothing.

The utterances and answers were written for this project, in the styles of people; four styles take
no part in training. Beside them stand the answers of real interviews, each of which should be taken
for an answer.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from dialogue.understanding.acts import ActRecogniser, load_recogniser
from dialogue.understanding.answer_quality import load_assessor
from dialogue.understanding.corpus import HELD_OUT, WrittenUtterance, read_utterances
from dialogue.understanding.types import Asked
from game.bench.row import Row
from game.synthetic.interviews import read_answers as read_real_answers
from game.training.acts import ActScores, judge
from game.training.answer_parts import questions_asked, read_answers
from game.training.judged_gaps import judge_gaps

BENCH = "understanding"
ERROR_RATES = (0.1, 0.3)
REAL_WORDS = 6
"""Words from which a real turn is an answer in earnest: shorter ones are greetings, assent and
asking back."""
_QUICK = 5
"""One in so many, with ``--quick``."""


def measure(quick: bool, data_dir: Path | None) -> list[Row]:
    """Understands what was written, and judges that.

    Args:
        quick: one utterance in five.
        data_dir: folder of the real interviews; without it they are left out.
    """
    step = _QUICK if quick else 1
    recogniser = load_recogniser()
    unseen = [u for u in read_utterances() if u.author in HELD_OUT][::step]
    clean = judge(recogniser, unseen)
    rows = [
        Row(BENCH, "utterances of unseen authors", float(len(unseen)), ""),
        Row.at_least(BENCH, "macro F1 of acts", clean.macro_f1, "", 0.9),
    ]
    for rate in ERROR_RATES:
        noisy = judge(recogniser, unseen, rate)
        figure = f"macro F1 of acts, {100 * rate:.0f} % of the words misheard"
        aim = 0.8 if rate == ERROR_RATES[-1] else None
        rows.append(
            Row(BENCH, figure, noisy.macro_f1, "")
            if aim is None
            else Row.at_least(BENCH, figure, noisy.macro_f1, "", aim)
        )
    rows += [Row(BENCH, f"F1 of {act}", f1, "") for act, f1 in clean.f1.items()]
    rows += _misread(clean, unseen)
    rows += _gaps(step)
    rows += _real(recogniser, data_dir, step)
    rows.append(_time(recogniser, unseen))
    return rows


def _misread(scores: ActScores, unseen: list[WrittenUtterance]) -> list[Row]:
    """Mistakes that would do harm."""
    lost = asked = 0
    for utterance in unseen:
        truth = {a.act for a in utterance.acts}
        asked += bool(truth & {"repeat", "explain", "rephrase"})
    for truth_told, told, _ in scores.mistaken:
        requests = set(truth_told.split()) & {"repeat", "explain", "rephrase"}
        lost += bool(requests) and set(told.split()) <= {"answer"}
    return [
        Row.at_least(
            BENCH, "requests to repeat or explain not taken for an answer",
            1 - lost / max(1, asked), "", 0.98,
        ),
        Row.at_most(
            BENCH, f"answers taken for a wish to stop, of {scores.answers}",
            float(scores.false_stops), "", 0,
        ),
    ]  # fmt: skip


def _gaps(step: int) -> list[Row]:
    answers = [a for a in read_answers() if a.author in HELD_OUT][::step]
    scores = judge_gaps(load_assessor(), answers, questions_asked())
    return [
        Row(BENCH, "answers of unseen authors", float(len(answers)), ""),
        Row(BENCH, "words whose part is right", scores.words_right, ""),
        Row.at_least(BENCH, "gaps told that are there", scores.precision, "", 0.8),
        Row.at_least(BENCH, "gaps that are there told", scores.recall, "", 0.8),
        *(
            Row(BENCH, f"{gap}: told rightly; found", None, f"{right:.2f}; {found:.2f}")
            for gap, (right, found) in scores.by_gap.items()
        ),
    ]


def _real(recogniser: ActRecogniser, data_dir: Path | None, step: int) -> list[Row]:
    """Answers of real interviews that are taken for something else."""
    if data_dir is None:
        return []
    texts = [
        " ".join(word.text + ("." if word.after == "." else "") for word in answer.words)
        for answer in read_real_answers(data_dir)
        if len(answer.words) >= REAL_WORDS
    ][::step]
    other = sum(not recogniser.understand(text, Asked("question")).has("answer") for text in texts)
    stops = sum(recogniser.understand(text, Asked("question")).has("stop", 0.5) for text in texts)
    return [
        Row(BENCH, "real answers", float(len(texts)), ""),
        Row.at_most(BENCH, "real answers taken for none", other / max(1, len(texts)), "", 0.02),
        Row.at_most(BENCH, "real answers taken for a wish to stop", float(stops), "", 0),
    ]


def _time(recogniser: ActRecogniser, unseen: list[WrittenUtterance]) -> Row:
    taken = []
    for utterance in unseen[:60]:
        began = time.perf_counter()
        recogniser.understand(utterance.text + " ")
        taken.append(time.perf_counter() - began)
    return Row(BENCH, "an utterance, median", 1e3 * float(np.median(taken)), "ms")
