"""Figures of how a voice may sound to others: against bent recordings, and strangers' ratings."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from game.bench.row import Row
from game.bench.voicebyhand_praat import shift_voice
from perception.microphone.base import RATE_HZ, blocks_of
from perception.voice.activity import VoiceActivity
from perception.voice.impression import ArousalRating, VoiceCues
from perception.voice.prosody import Prosody

Floats = NDArray[np.float64]
Sound = NDArray[np.float32]

SEED = 5

SHIFTS = ((-2.0, -6.0), (0.0, 0.0), (2.0, 6.0))
"""Semitones and dB by which a voice is made calmer, left, and made livelier."""


def arousal(sounds: Sequence[Sound]) -> list[Row]:
    """How often a voice that is made livelier sounds so; (n,) samples each, 16 kHz."""
    right = pairs = 0
    for sound in sounds:
        rating = ArousalRating()
        for cues in _second_by_second(sound):
            for _ in range(4):  # recordings are short; a speaker's baseline holds more of the same
                rating.learn(cues)
        told = []
        for semitones, db in SHIFTS:
            moved = shift_voice(sound, RATE_HZ, semitones, db)
            found = [rating.rate(cues) for cues in _second_by_second(moved)]
            told.append(float(np.mean([f.arousal for f in found if f is not None] or [np.nan])))
        if np.isfinite(told).all():
            right += sum(b > a for a, b in pairwise(told))
            pairs += 2
    value = right / pairs if pairs else None
    figure = "arousal rises with pitch and level (± 2 st, 6 dB)"
    return [Row.at_least("hearing", figure, value, "of pairs", 0.95)]


def _second_by_second(sound: Sound) -> list[VoiceCues]:
    """Cues of each second of a recording, as the live prosody takes them."""
    found: list[VoiceCues] = []

    class _Listener(ArousalRating):
        def learn(self, cues: VoiceCues) -> None:
            found.append(cues)

    voice, prosody = VoiceActivity(), Prosody(arousal=_Listener())
    for block in blocks_of(sound):
        prosody.measure_block(block, voice.measure_block(block)[0], voice.harmonicity_db)
    return found


def excitement(folder: Path) -> list[Row]:
    """Arousal's cues against strangers' ratings of excitement (Naim et al. 2015)."""
    names, cues, rated = _interviews(folder)
    score = _ranks(cues).mean(axis=1)
    twice = [(names.index(n), names.index(f"p{n}")) for n in names if f"p{n}" in names]
    first, second = np.array(twice).T
    changed = _ranks(cues[second] - cues[first]).mean(axis=1)
    rows = []
    for what, x, y in (
        (f"pitch and level against rated excitement, {len(names)} interviews", score, rated),
        (
            f"the same, change in {len(twice)} people interviewed twice",
            changed,
            rated[second] - rated[first],
        ),
    ):
        low, high = _interval(x, y)
        figure = f"{what} (95 %: {low:.2f} to {high:.2f})"
        rows.append(Row("hearing", figure, _rho(x, y), "rho"))
    return rows


def _interviews(folder: Path) -> tuple[list[str], Floats, Floats]:
    """Names, (n, 2) log pitch about its sex's mean and level, (n,) rated excitement."""
    with (folder / "scores.csv").open(encoding="utf-8") as file:
        rated = {r["Participant"].lower(): float(r["Excited"]) for r in csv.DictReader(file)}
    answers: dict[str, list[tuple[float, float]]] = {}
    with (folder / "prosodic_features.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            name = re.sub(r"Q\d+$", "", row["participant&question"]).lower()
            values = (float(np.log(float(row["mean_pitch"]))), float(row["intensityMean"]))
            answers.setdefault(name, []).append(values)
    names = [name for name in rated if name in answers]
    cues = np.array([np.mean(answers[name], axis=0) for name in names])
    high = cues[:, 0] >= np.log(165.0)  # between men's and women's usual pitch
    for group in (high, ~high):
        cues[group, 0] -= cues[group, 0].mean()
    return names, cues, np.array([rated[name] for name in names])


def _ranks(values: Floats) -> Floats:
    ranks: Floats = values.argsort(axis=0).argsort(axis=0) / (len(values) - 1.0)
    return ranks


def _rho(x: Floats, y: Floats) -> float:
    return float(np.corrcoef(_ranks(x), _ranks(y))[0, 1])


def _interval(x: Floats, y: Floats) -> tuple[float, float]:
    rng = np.random.default_rng(SEED)
    draws = rng.integers(0, len(x), (1000, len(x)))
    low, high = np.percentile([_rho(x[k], y[k]) for k in draws], [2.5, 97.5])
    return float(low), float(high)
