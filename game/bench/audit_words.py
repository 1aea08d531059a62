"""Planted interviews whose words a recogniser got partly wrong, for :mod:`game.bench.audit`.

Wrong words sound like those that were said, some are lost and some come in; each has a confidence
as recognisers give it, so that doubt has what it goes by: right words are not always sure, nor are
wrong ones always unsure.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from game.bench.audit_judged import Judged, Pair, judged
from game.bench.scores_material import planted_session
from game.synthetic.planted import Exchange, Heard, Manner, write_planted
from game.training.confusions_pocketsphinx import mishear
from perception.types import Word
from scoring.record.session import read_session

ERRORS = (0.1, 0.2, 0.3, 0.4)
"""Word error rates, 0...1."""
SESSIONS = 8
QUICK = 1
SOURCE = "faster-whisper"
RIGHT, LESS_SURE, WRONG = 0.94, 0.22, 0.60
"""Mean confidence of right words where few are wrong, by how much less it is where all are, and
that of wrong words. Of faster-whisper's words right ones had 0.94, 0.92, 0.87 and 0.88 on read,
other native, disfluent and Mandarin-accented speech (2, 18, 13 and 23 % wrong), wrong ones 0.50,
0.62, 0.70 and 0.55."""
_SPREAD = {True: 7.0, False: 4.0}
"""Of right and of wrong words: sum of the two parameters of a beta distribution."""


def misheard_sessions(quick: bool) -> Iterator[Pair]:
    """Interviews without a fault, as they were said and as they were recognised."""
    rng = random.Random(20261203)
    for number in range(QUICK if quick else SESSIONS):
        exchanges = planted_session(rng, -1).exchanges
        before = _judged(exchanges, recogniser(0.0, str(number)))
        for rate in ERRORS[1::2] if quick else ERRORS:
            after = _judged(exchanges, recogniser(rate, str(number)))
            yield Pair(f"{rate:.0%} of words wrong", f"session {number}", before, after)


def recogniser(rate: float, seed: str) -> Heard:
    """One that gets so many of the words (0...1) wrong.

    With the same seed it gets wrong at a higher rate what it got wrong at a lower one, and more.
    """

    def heard(said: Sequence[Word]) -> list[Word]:
        told = []
        for place, word in enumerate(said):
            rng = random.Random(f"{seed} {word.start_s:.2f} {place}")
            (texts,) = mishear([word.text], rate, rng)
            each_s = (word.end_s - word.start_s) / max(1, len(texts))
            for number, text in enumerate(texts):
                start_s = word.start_s + number * each_s
                right = text == word.text
                mean = RIGHT - LESS_SURE * rate if right else WRONG
                sure = rng.betavariate(mean * _SPREAD[right], (1 - mean) * _SPREAD[right])
                told.append(Word(text, start_s, start_s + each_s, sure))
        return told

    return heard


def _judged(exchanges: Sequence[Exchange], heard: Heard) -> Judged:
    spoken = [replace(each, typed=False) for each in exchanges]
    with tempfile.TemporaryDirectory(prefix="bench-audit-") as scratch:
        folder = write_planted(Path(scratch) / "s", spoken, Manner(), heard, SOURCE)
        return judged(read_session(folder))
