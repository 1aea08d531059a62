"""Figures of the voice: against Praat by hand, bent recordings, and strangers' ratings."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from game.bench.hearing_impression import arousal, excitement
from game.bench.row import Row
from game.bench.voicebyhand_praat import ByHand, Contour, bend_end, by_hand
from perception.errors import ModelError
from perception.microphone.base import RATE_HZ, blocks_of
from perception.microphone.decoding import read_sound
from perception.types import ProsodyReading, VoiceReading
from perception.voice.activity import VoiceActivity
from perception.voice.final_prosody import FinalProsody, endings, speaker_pitch, statements
from perception.voice.functionals import EGEMAPS, create_functionals
from perception.voice.pitch import PitchEstimator
from perception.voice.prosody import Prosody
from perception.voice.prosody_praat import pitch_track
from perception.voice.quality_praat import voice_quality

Floats = NDArray[np.float64]
Sound = NDArray[np.float32]
Span = tuple[float, float]

NAMED = (
    "lj_LJ050-0131.wav",
    "librispeech_61-70968-0000.flac",
    "pace_english_slow.wav",
    "sb_spk1_snt1.wav",
    "librispeech_2412-153948-0000.flac",
    "whisper_jfk.flac",
    "sb_spk2_snt2.wav",
    "sb_spk1_snt3.wav",
    "pace_english_fast.wav",
    "librivox_0870.wav",
    "librivox_0880.wav",
    "vosk_test.wav",
    "disfluent/acoustic_corpus.wav",
    "disfluent/mfa_um.flac",
)
"""Recordings with one speaker each, of ``speech``; those of ``accent_mandarin`` come after."""

LONGEST_S = 20.0
GROSS = 0.2
"""A pitch that is off by more than a fifth is a gross error (Rabiner et al. 1976)."""
SEED = 5


@dataclass(frozen=True, slots=True)
class Heard:
    """A recording as the ear hears it live, and as Praat does by hand."""

    sound: Sound
    readings: tuple[VoiceReading, ...]
    prosody: tuple[ProsodyReading, ...]
    harmonicity_db: float
    """Mean of the live blocks with a pitch."""
    voice_s: float
    """Processor time of activity, level and pitch."""
    prosody_s: tuple[float, ...]
    """Processor time of the prosody, block by block."""
    hand: ByHand

    @property
    def spans(self) -> list[Span]:
        """Stretches of speech."""
        found: list[Span] = []
        for reading in self.readings:
            if reading.speech < 0.5:
                continue
            end = reading.t_s + reading.span_s
            if found and reading.t_s - found[-1][1] < 0.1:
                found[-1] = (found[-1][0], end)
            else:
                found.append((reading.t_s, end))
        return found


def measure_voice(data_dir: Path | None, quick: bool = False) -> list[Row]:
    """Measures pitch, quality, endings, functionals and impressions of real voices.

    Args:
        data_dir: folder of the real recordings; None measures nothing.
        quick: three recordings instead of all.

    Returns:
        Rows of the bench "hearing".
    """
    if data_dir is None:
        return []
    folder = data_dir / "speech"
    paths = [folder / name for name in NAMED]
    paths += sorted((folder / "accent_mandarin").glob("*.wav"))
    heard = [_listen(path) for path in paths[: 3 if quick else None]]
    return [
        *_pitch(heard),
        *_quality(heard),
        *_endings(heard),
        *_cost(heard),
        *_functionals(heard),
        *arousal([each.sound for each in heard[: 2 if quick else None]]),
        *excitement(data_dir / "mit_interview"),
    ]


def _listen(path: Path) -> Heard:
    sound = read_sound(path)[: round(LONGEST_S * RATE_HZ)]
    voice, prosody = VoiceActivity(), Prosody()
    readings, told, harmonicity, took = [], [], [], []
    voice_s = 0.0
    for block in blocks_of(sound):
        began = time.process_time()
        reading, _ = voice.measure_block(block)
        between = time.process_time()
        found = prosody.measure_block(block, reading, voice.harmonicity_db)
        took.append(time.process_time() - between)
        voice_s += between - began
        readings.append(reading)
        if voice.harmonicity_db is not None:
            harmonicity.append(voice.harmonicity_db)
        if found is not None:
            told.append(found)
    return Heard(
        sound=sound,
        readings=tuple(readings),
        prosody=tuple(told),
        harmonicity_db=float(np.mean(harmonicity)),
        voice_s=voice_s,
        prosody_s=tuple(took),
        hand=by_hand(sound, RATE_HZ),
    )


def _pitch(heard: list[Heard]) -> list[Row]:
    exact, live, gross, fine, both, hand_voiced, mine_voiced = [], [], 0, [], 0, 0, 0
    for each in heard:
        track = pitch_track(each.sound, RATE_HZ)
        if track is not None:
            exact.append(abs(float(np.median(track.hz)) / each.hand.median_hz - 1))
        times, mine = _live_pitch(each)
        theirs = _at(each.hand, times)
        voiced = np.isfinite(mine)
        live.append(abs(float(np.median(mine[voiced])) / each.hand.median_hz - 1))
        pair = voiced & (theirs > 0)
        error = np.abs(mine[pair] / theirs[pair] - 1)
        gross += int((error > GROSS).sum())
        fine += error.tolist()
        both += int(pair.sum())
        hand_voiced += int((theirs > 0).sum())
        mine_voiced += int(voiced.sum())
    offset_ms = 1000 * _time_offset_s(heard)
    return [
        _most("pitch of an answer against Praat by hand, median", 100 * _median(exact), "%", 2),
        _most("pitch of an answer against Praat by hand, worst", 100 * max(exact), "%", 2),
        _most("live pitch of a recording against Praat, median", 100 * _median(live), "%", 2),
        _row("live pitch of a recording against Praat, worst", 100 * max(live), "%"),
        _most("live pitch, gross errors (> 20 %)", gross / both, "of blocks", 0.05),
        _most("live pitch, fine error, median", 100 * _median(fine), "%", 1),
        _least("live pitch, voiced blocks found", both / hand_voiced, "", 0.9),
        _least("live pitch, blocks found that are voiced", both / mine_voiced, "", 0.85),
        _most("live pitch's times against Praat's", abs(offset_ms), "ms", 20),
    ]


def _live_pitch(each: Heard) -> tuple[Floats, Floats]:
    lag_s = PitchEstimator(RATE_HZ).lag_s
    times = np.array([r.t_s + r.span_s - lag_s for r in each.readings])
    hz = np.array([np.nan if r.pitch_hz is None else r.pitch_hz for r in each.readings])
    return times, hz


def _at(hand: ByHand, times_s: Floats) -> Floats:
    """Praat's Hz nearest to each time."""
    index = np.round((times_s - hand.times_s[0]) / 0.01).astype(int)
    return hand.hz[np.clip(index, 0, len(hand.hz) - 1)]


def _time_offset_s(heard: list[Heard]) -> float:
    """The shift of time at which live pitch is most like Praat's."""
    shifts = np.arange(-0.06, 0.0601, 0.005)
    errors = np.zeros(len(shifts))
    for each in heard:
        times, mine = _live_pitch(each)
        for i, shift in enumerate(shifts):
            theirs = _at(each.hand, times + shift)
            pair = np.isfinite(mine) & (theirs > 0)
            apart = np.abs(12 * np.log2(mine[pair] / theirs[pair]))
            errors[i] += float(np.minimum(apart, 2.0).mean())
    return float(shifts[int(np.argmin(errors))])


def _quality(heard: list[Heard]) -> list[Row]:
    rng = np.random.default_rng(SEED)
    apart: dict[str, list[float]] = {"jitter": [], "shimmer": [], "harmonicity": []}
    jitter_live, harmonicity_live, noisy = [], [], []
    for each in heard:
        ours, hand = voice_quality(each.sound, RATE_HZ), each.hand
        if ours.jitter_pct is None or ours.shimmer_pct is None or ours.harmonicity_db is None:
            continue
        apart["jitter"].append(abs(ours.jitter_pct / hand.jitter_pct - 1))
        apart["shimmer"].append(abs(ours.shimmer_pct / hand.shimmer_pct - 1))
        apart["harmonicity"].append(abs(ours.harmonicity_db - hand.harmonicity_db))
        told = [r.jitter_pct for r in each.prosody if r.jitter_pct is not None]
        if len(told) >= 2:
            jitter_live.append(abs(float(np.median(told)) / hand.jitter_pct - 1))
        harmonicity_live.append(abs(each.harmonicity_db - hand.harmonicity_db))
        loud = voice_quality(_with_noise(each.sound, 15.0, rng), RATE_HZ)
        if loud.jitter_pct is not None and loud.harmonicity_db is not None:
            too_low_db = ours.harmonicity_db - loud.harmonicity_db
            noisy.append((loud.jitter_pct / ours.jitter_pct - 1, too_low_db))
    return [
        _most("jitter against Praat by hand, worst", 100 * max(apart["jitter"]), "%", 2),
        _most("shimmer against Praat by hand, worst", 100 * max(apart["shimmer"]), "%", 2),
        _most("harmonicity against Praat by hand, worst", max(apart["harmonicity"]), "dB", 0.2),
        _row("live jitter (median of readings) against Praat", _pct(jitter_live), "%"),
        _most("live harmonicity against Praat, mean", float(np.mean(harmonicity_live)), "dB", 2),
        _row("jitter at 15 dB white noise, median", _pct([abs(j) for j, _ in noisy]), "% off"),
        _row(
            "harmonicity at 15 dB white noise (then not told), median",
            float(np.median([h for _, h in noisy])),
            "dB too low",
        ),
    ]


def _with_noise(sound: Sound, snr_db: float, rng: np.random.Generator) -> Sound:
    power = float(np.mean(sound.astype(np.float64) ** 2)) / 10 ** (snr_db / 10)
    return (sound + rng.normal(0.0, np.sqrt(power), len(sound))).astype(np.float32)


def _endings(heard: list[Heard]) -> list[Row]:
    told: dict[str, list[bool | None]] = {}
    for each in heard:
        spans = each.spans
        for stretch in statements(spans):
            for contour in ("rise", "fall", "level"):
                bent = bend_end(each.sound, RATE_HZ, stretch, _contour(contour))
                end = _end_at(endings(bent, RATE_HZ, spans), stretch)
                told.setdefault(contour, []).append(end.rises)
            faded = _end_at(endings(_fade(each.sound, stretch), RATE_HZ, spans), stretch)
            told.setdefault("fade", []).append(faded.trails_off)
        for end in endings(each.sound, RATE_HZ, spans):
            told.setdefault("read", []).append(end.trails_off)
            told.setdefault("read_rises", []).append(end.rises)
    count = len(told["rise"])
    known = [yes for yes in (*told["rise"], *told["fall"], *told["level"]) if yes is not None]
    return [
        _least(f"rising ends found, of {count} bent by 4 st", _share(told["rise"]), "", 0.85),
        _most("falling ends told as rising", _share(told["fall"]), "", 0.05),
        _most("level ends told as rising", _share(told["level"]), "", 0.1),
        _row("ends that could be told", len(known) / (3 * count), ""),
        _row("ends of read sentences told as rising", _share(told["read_rises"]), ""),
        _least("ends faded by 12 dB found as trailing off", _share(told["fade"]), "", 0.75),
        _most("ends of read sentences told as trailing off", _share(told["read"]), "", 0.2),
    ]


def _contour(name: str) -> Contour:
    return "rise" if name == "rise" else "fall" if name == "fall" else "level"


def _end_at(found: Iterable[FinalProsody], stretch: Span) -> FinalProsody:
    return min(found, key=lambda end: abs(end.end_s - stretch[1]))


def _fade(sound: Sound, stretch: Span, db: float = 12.0, over_s: float = 1.0) -> Sound:
    begin, end = (round(t * RATE_HZ) for t in (max(stretch[0], stretch[1] - over_s), stretch[1]))
    gain_db = np.zeros(len(sound))
    gain_db[begin:end] = np.linspace(0.0, -db, end - begin)
    gain_db[end:] = -db
    return (sound * 10 ** (gain_db / 20)).astype(np.float32)


def _cost(heard: list[Heard]) -> list[Row]:
    span_s = sum(len(each.sound) for each in heard) / RATE_HZ
    voice_s = sum(each.voice_s for each in heard)
    blocks = [t for each in heard for t in each.prosody_s]
    # a longer gap is a pause of the speaker's
    gaps = [b.t_s - a.t_s for each in heard for a, b in pairwise(each.prosody)]
    gaps = [gap for gap in gaps if gap < 0.4]
    exact_s = _took(lambda: _exactly(heard))
    return [
        _most("activity, level, pitch: processor", voice_s / span_s, "of a core", 0.05),
        _most("prosody at 4 Hz: processor", sum(blocks) / span_s, "of a core", 0.06),
        _most("prosody, p99.9 of a block", 1000 * float(np.percentile(blocks, 99.9)), "ms", 10),
        _least("prosody readings while speaking", 1.0 / float(np.mean(gaps)), "1/s", 3.9),
        _row("exact voice measures of answers: processor", exact_s / span_s, "of real time"),
    ]


def _exactly(heard: list[Heard]) -> None:
    for each in heard:
        track = pitch_track(each.sound, RATE_HZ)
        voice_quality(each.sound, RATE_HZ, each.spans, pitch=track)
        own = speaker_pitch(each.sound, RATE_HZ, track)
        endings(each.sound, RATE_HZ, each.spans, pitch=own)


def _functionals(heard: list[Heard]) -> list[Row]:
    ours = create_functionals("praat")
    span_s = sum(len(each.sound) for each in heard) / RATE_HZ
    tables: list[dict[str, float]] = []
    took_s = _took(lambda: tables.extend(dict(ours.extract(each.sound, RATE_HZ)) for each in heard))
    count = min(len(table) for table in tables)
    rows = [
        _least("functionals of eGeMAPS given, of 88", count, "", 86),
        _row("functionals: processor", took_s / span_s, "of real time"),
    ]
    try:
        theirs = create_functionals("opensmile")
    except ModelError:
        return [*rows, _row("functionals against openSMILE (not installed), median", None, "r")]
    others = [theirs.extract(each.sound, RATE_HZ) for each in heard]
    r = []
    for name in EGEMAPS:
        pairs = [(a[name], b[name]) for a, b in zip(tables, others, strict=True) if name in a]
        if len(pairs) >= 5:
            r.append(float(np.corrcoef(np.array(pairs).T)[0, 1]))
    return [
        *rows,
        _row("functionals against openSMILE, median", float(np.median(r)) if r else None, "r"),
        _row("functionals against openSMILE, r above 0.9", float(np.mean(np.array(r) > 0.9)), ""),
    ]


def _took(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _share(told: list[bool | None]) -> float | None:
    known = [yes for yes in told if yes is not None]
    return sum(known) / len(known) if known else None


def _median(values: list[float]) -> float:
    return float(np.median(values))


def _pct(shares: list[float]) -> float | None:
    return 100 * float(np.median(shares)) if shares else None


def _row(figure: str, value: float | None, unit: str) -> Row:
    return Row("hearing", figure, None if value is None else float(value), unit)


def _most(figure: str, value: float | None, unit: str, aim: float) -> Row:
    return Row.at_most("hearing", figure, None if value is None else float(value), unit, aim)


def _least(figure: str, value: float | None, unit: str, aim: float) -> Row:
    return Row.at_least("hearing", figure, None if value is None else float(value), unit, aim)
