"""Figures of how speech is delivered: filled pauses, pace and pauses, on real recordings."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from game.bench.deliverytruth import (
    FILLERS,
    JOINED,
    PAUSES,
    UNLEARNED_READERS,
    Sound,
    Span,
    joined,
    syllables,
)
from game.bench.row import Row
from perception.microphone.decoding import read_sound
from perception.pipeline.hearing import observe_sound
from perception.speech.utterance import Utterance, UtteranceChunk, UtteranceCollector
from perception.types import AudioBlock
from perception.voice.activity import SpeechDetector, VoiceActivity, create_detector
from perception.voice.fillers import find_filled_pauses
from perception.voice.pauses import PAUSE_S, find_pauses
from perception.voice.syllables import SyllableCounter, syllable_nuclei
from perception.voice.word_syllables import syllables_of
from scoring.measures.fillers import is_hesitation
from scoring.measures.speech import TRUSTED_WORDS
from scoring.record.spans import merge

RATE_HZ = 16_000
_BLOCK = 512
_SNRS_DB: tuple[float | None, ...] = (None, 20.0, 10.0, 5.0)
_FILLER_TOLERANCE_S = 0.3
_UNDECIDED_S = 0.03
"""A pause this near to the least is one or none by the truth's own error."""


def measure_delivery(data_dir: Path | None, quick: bool = False) -> list[Row]:
    """Measures filled pauses, pace and pauses.

    Args:
        data_dir: folder of the real recordings; nothing is measured without.
        quick: fewer recordings and no noise.
    """
    if data_dir is None:
        return []
    return [
        *_fillers(data_dir, quick),
        *_pace(data_dir, quick),
        *([] if quick else _as_reported(data_dir)),
        *_pauses(data_dir, quick),
    ]


@dataclass(slots=True)
class _Score:
    hits: int = 0
    misses: int = 0
    false: int = 0

    @property
    def f1(self) -> float:
        return 2 * self.hits / max(1, 2 * self.hits + self.misses + self.false)


def _fillers(data_dir: Path, quick: bool) -> list[Row]:
    score, cut, took_s, span_s = _Score(), _Score(), 0.0, 0.0
    find_filled_pauses(np.zeros(RATE_HZ, np.float32), RATE_HZ)  # reads the network
    for name, spans in FILLERS.items():
        sound = read_sound(data_dir / name)
        began = time.process_time()
        found = find_filled_pauses(sound, RATE_HZ)
        took_s += time.process_time() - began
        span_s += len(sound) / RATE_HZ
        _count([(f.start_s, f.end_s) for f in found], spans, score)
        _count(_by_utterances(sound), spans, cut)
    read_s, false = 0.0, 0
    for name in UNLEARNED_READERS[: 6 if quick else None]:
        sound = read_sound(data_dir / name)
        read_s += len(sound) / RATE_HZ
        false += len(find_filled_pauses(sound, RATE_HZ))
    told = score.hits + score.false
    return [
        _least("fillers, F1, disfluent recordings", score.f1, "", 0.7),
        _least("fillers, F1, in utterances as the ear cuts them", cut.f1, "", 0.7),
        _plain("fillers, precision", score.hits / told if told else None, ""),
        _plain("fillers, recall", score.hits / (score.hits + score.misses), ""),
        _most("fillers, false, read speech", false / read_s * 60, "1/min", 0.5),
        _most("fillers, cost", took_s / span_s, "of real time", 0.02),
    ]


def _as_reported(data_dir: Path) -> list[Row]:
    """The same with words: fillers that stand among them, and pace by the syllables of words.

    As the report has them: a recogniser that takes its time, and the sound where it is unsure.
    """
    score, errors, weights = _Score(), [], []
    counts = syllables(data_dir)
    for name in dict.fromkeys([*FILLERS, *counts]):
        words = [w for stretch in observe_sound(data_dir / name).words for w in stretch.words]
        if name in FILLERS:
            told = [(w.start_s, w.end_s) for w in words if is_hesitation(w.text)]
            _count(told, FILLERS[name], score)
        if name not in counts:
            continue
        sure = np.mean([w.confidence or 0.0 for w in words]) if words else 0.0
        count = float(sum(syllables_of(w.text) for w in words))
        if sure < TRUSTED_WORDS:
            nuclei = syllable_nuclei(read_sound(data_dir / name), RATE_HZ)
            count = nuclei.count if nuclei is not None else 0.0
        errors.append(abs(count / counts[name] - 1))
        weights.append(counts[name])
    return [
        _least("fillers, F1, among the report's words", score.f1, "", 0.7),
        _most("pace, error of syllables, as reported", float(np.average(errors, weights=weights)),
              "of the transcripts'", 0.08),
        _most("pace, as reported, mean of recordings", float(np.mean(errors)),
              "of the transcripts'", 0.08),
    ]  # fmt: skip


def _count(found: Sequence[Span], true: Sequence[Span], score: _Score) -> None:
    left = list(true)
    for span in found:
        same = [s for s in left if _near(span, s)]
        left = [s for s in left if s not in same[:1]]
        score.hits += bool(same)
        score.false += not same
    score.misses += len(left)


def _by_utterances(sound: NDArray[np.float32]) -> list[Span]:
    """Filled pauses as an interview finds them: in each utterance by itself."""
    voice, collector = VoiceActivity(), UtteranceCollector()
    padded = np.concatenate([sound, np.zeros(RATE_HZ, np.float32)])
    ended: list[Utterance | UtteranceChunk] = []
    for at in range(0, len(padded) - _BLOCK + 1, _BLOCK):
        block = AudioBlock(at / RATE_HZ, RATE_HZ, padded[at : at + _BLOCK])
        _, events = voice.measure_block(block)
        ended += collector.process_block(block, events)
    ended += collector.flush()
    return [
        (one.t_start_s + f.start_s, one.t_start_s + f.end_s)
        for one in ended
        if isinstance(one, Utterance)
        for f in find_filled_pauses(one.floats(), RATE_HZ)
    ]


def _near(found: Span, true: Span) -> bool:
    """Whether one is the other: both begin within 0.3 s, and overlap.

    The end is left open: the ear may end an utterance in a long murmur.
    """
    begun = abs(found[0] - true[0]) <= _FILLER_TOLERANCE_S
    return begun and min(found[1], true[1]) > max(found[0], true[0])


def _pace(data_dir: Path, quick: bool) -> list[Row]:
    counts = syllables(data_dir)
    if not counts:
        return []
    errors, weights, live, took_s, span_s = [], [], [], 0.0, 0.0
    rates: dict[str, float] = {}
    for name, true in list(counts.items())[: 12 if quick else None]:
        sound = read_sound(data_dir / name)
        nuclei = syllable_nuclei(sound, RATE_HZ)
        if nuclei is None:
            continue
        errors.append(nuclei.count / true - 1)
        weights.append(true)
        heard, cost_s = _counted_live(sound)
        took_s, span_s = took_s + cost_s, span_s + len(sound) / RATE_HZ
        live.append(abs(heard / nuclei.count - 1))
    for which in ("fast", "slow"):
        sound = read_sound(data_dir / f"speech/pace_english_{which}.wav")
        nuclei = syllable_nuclei(sound, RATE_HZ)
        if nuclei is not None and len(nuclei.times_s) > 1:
            rates[which] = nuclei.count / float(np.ptp(nuclei.times_s))
    shares = np.abs(errors)
    return [
        _most("pace, error of syllables, all speech", float(np.average(shares, weights=weights)),
              "of the transcripts'", 0.08),
        _most("pace, the same, mean of recordings", float(shares.mean()),
              "of the transcripts'", 0.08),
        _plain("pace, bias", float(np.average(errors, weights=weights)), "of the transcripts'"),
        _least("pace, fast recording over slow", rates["fast"] / rates["slow"], "", 1.0),
        _most("pace, live count against exact", float(np.mean(live)), "", 0.1),
        _plain("pace, live count, cost", took_s / span_s, "of real time"),
    ]  # fmt: skip


def _counted_live(sound: NDArray[np.float32]) -> tuple[float, float]:
    """Syllables counted block by block, and the seconds that took."""
    counter = SyllableCounter(span_s=len(sound) / RATE_HZ + 1.0)
    # the last quarter of a second is still waiting when a recording breaks off
    padded = np.concatenate([sound, np.zeros(RATE_HZ // 2, np.float32)])
    began = time.process_time()
    for at in range(0, len(padded) - _BLOCK + 1, _BLOCK):
        counter.add(padded[at : at + _BLOCK])
    heard = counter.count(len(padded) / RATE_HZ) or 0.0
    return heard, time.process_time() - began


def _pauses(data_dir: Path, quick: bool) -> list[Row]:
    sounds: list[Sound] = [(read_sound(data_dir / n), t) for n, t in PAUSES.items()]
    if not quick:
        sounds += [joined(data_dir, seed) for seed in range(JOINED)]
    detector = create_detector("silero")
    rows: list[Row] = []
    for snr_db in _SNRS_DB[: 1 if quick else None]:
        said = "clean" if snr_db is None else f"noise at {snr_db:g} dB"
        rng = np.random.default_rng(2)
        score, edges, took_s, span_s = _Score(), [], 0.0, 0.0
        for clean, true in sounds:
            sound = _noisy(clean, snr_db, rng)
            fillers = [(f.start_s, f.end_s) for f in find_filled_pauses(sound, RATE_HZ)]
            speech = merge((*speech_spans(detector, sound), *fillers))
            began = time.process_time()
            found = find_pauses(sound, RATE_HZ, speech)
            took_s, span_s = took_s + time.process_time() - began, span_s + len(sound) / RATE_HZ
            edges += _compare(found, true, score)
        rows += [
            _least(f"pauses of 0.25 s or more, F1, {said}", score.f1, "", 0.9),
            _most(f"pauses, error of their edges, p50, {said}",
                  float(np.median(edges)) * 1000, "ms", 20.0),
            _plain(f"pauses, the same, p90, {said}", float(np.percentile(edges, 90)) * 1000, "ms"),
        ]  # fmt: skip
        if snr_db is None:
            rows.append(_plain("pauses, cost of their edges", took_s / span_s, "of real time"))
    return rows


def _noisy(
    clean: NDArray[np.float32], snr_db: float | None, rng: np.random.Generator
) -> NDArray[np.float32]:
    """The sound in a very quiet room (-75 dBFS), or with white noise below its speech."""
    sound = clean + rng.normal(0, 10 ** (-75 / 20), len(clean))
    if snr_db is not None:
        loud = clean[np.abs(clean) > 0.02 * np.abs(clean).max()].astype(np.float64)
        # speech power: of the stretches in which there is sound, its small samples included
        sound += rng.normal(0, 1, len(clean)) * np.sqrt(
            0.6 * float(np.mean(loud**2)) / 10 ** (snr_db / 10)
        )
    return sound.astype(np.float32)


def speech_spans(
    detector: SpeechDetector, sound: NDArray[np.float32], on: float = 0.5, off: float = 0.35
) -> list[Span]:
    """Stretches of speech as the report takes them from the recorded readings."""
    detector.reset()
    spans: list[Span] = []
    begun: float | None = None
    step_s = _BLOCK / RATE_HZ
    count = len(sound) // _BLOCK
    for i in range(count):
        chance = detector.probability(sound[i * _BLOCK : (i + 1) * _BLOCK])
        if begun is None and chance >= on:
            begun = i * step_s
        elif begun is not None and chance < off:
            spans.append((begun, i * step_s))
            begun = None
    if begun is not None:
        spans.append((begun, count * step_s))
    return spans


def _compare(found: Sequence[Span], true: Sequence[Span], score: _Score) -> list[float]:
    """Counts hits, misses and false pauses; gives the errors of the hits' edges, s."""
    edges: list[float] = []
    used: set[int] = set()
    for start_s, end_s in true:
        shares = [_overlap((start_s, end_s), span) for span in found]
        best = int(np.argmax(shares)) if shares else -1
        if best >= 0 and best not in used and shares[best] >= 0.5:
            used.add(best)
            score.hits += 1
            edges += [abs(found[best][0] - start_s), abs(found[best][1] - end_s)]
        elif end_s - start_s > PAUSE_S + _UNDECIDED_S:
            score.misses += 1
    score.false += sum(
        i not in used and b - a > PAUSE_S + _UNDECIDED_S for i, (a, b) in enumerate(found)
    )
    return edges


def _overlap(one: Span, other: Span) -> float:
    """Intersection over union."""
    common = min(one[1], other[1]) - max(one[0], other[0])
    return common / (max(one[1], other[1]) - min(one[0], other[0]))


def _least(figure: str, value: float | None, unit: str, aim: float) -> Row:
    return Row.at_least("hearing", figure, value, unit, aim)


def _most(figure: str, value: float | None, unit: str, aim: float) -> Row:
    return Row.at_most("hearing", figure, value, unit, aim)


def _plain(figure: str, value: float | None, unit: str) -> Row:
    return Row("hearing", figure, value, unit)
