"""Figures of speech activity: where speech begins and ends, and what is taken for it, in noise.

Truth comes from the clean recordings: their sound begins with the first 10 ms that are within 25 dB
of the loud parts and well above the recording's own floor, and that most of the 80 ms from there
on are too, which clicks and breaths are not; it ends likewise. Recordings stand in silence; noise
is mixed in over all of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from game.bench.row import Row
from perception.microphone.base import RATE_HZ, blocks_of
from perception.microphone.decoding import read_sound
from perception.signal.levels import levels_dbfs
from perception.types import Event
from perception.voice.activity import VoiceActivity

Sound = NDArray[np.float32]

CLEAN = (
    "speech/sb_spk1_snt1.wav",
    "speech/sb_spk2_snt2.wav",
    "speech/sb_spk1_snt3.wav",
    "speech/lj_LJ050-0131.wav",
    "speech/pace_english_fast.wav",
    "speech/pace_english_slow.wav",
    "speech/librispeech_2412-153948-0000.flac",
    "speech/accent_mandarin/*.wav",
)
"""Recordings whose own noise lies far enough below their speech for its edges to be seen."""

LEFT_OUT = {
    "pace_english_fast.wav": "onset",
    "023550002.wav": "onset",
    "014200272.wav": "onset",
    "librispeech_2412-153948-0000.flac": "offset",
    "003060064.wav": "offset",
    "004610182.wav": "offset",
    "010300316.wav": "offset",
    "010990087.wav": "offset",
    "012920110.wav": "offset",
    "024410092.wav": "offset",
}
"""Edges that are no truth: there the sound's level and a forced alignment of what is said
(pocketsphinx) differ by 70 ms or more, or the alignment fails and the level is ambiguous. A breath
before the first word, a last word that fades into the room."""

NOISE = "speech/noise/sb_noise2.wav"
SNR_DB = (20.0, 10.0, 5.0)
SPEECH_DBFS = -26.0
_GAP_S = 1.3
_LEAD_S = 4.0
_NEAR_S = 0.6


@dataclass
class _Found:
    """Errors of one condition."""

    starts_s: list[float] = field(default_factory=list)
    ends_s: list[float] = field(default_factory=list)
    missed: int = 0
    false: int = 0
    seconds: float = 0.0


def measure_activity(data_dir: Path | None, quick: bool = False) -> list[Row]:
    """Measures speech activity on real recordings.

    Args:
        data_dir: folder of the real recordings; without it there is nothing to measure.
        quick: a smaller sample, in some seconds.
    """
    if data_dir is None:
        return []
    files = _files(data_dir)[: 5 if quick else None]
    sounds = {path.name: _levelled(read_sound(path)) for path in files}
    street = read_sound(data_dir / NOISE)
    rng = np.random.default_rng(5)

    def white(count: int) -> Sound:
        return rng.normal(0.0, 1.0, count).astype(np.float32)

    def looped(count: int) -> Sound:
        return np.resize(street, count)

    rows = _rows("clean", _run(sounds, None, 0.0), aims=True)
    for name, noise in (("white noise", white), ("street noise", looped)):
        for snr_db in SNR_DB[1:2] if quick else SNR_DB:
            found = _run(sounds, noise, snr_db)
            rows += _rows(f"{name} at {snr_db:.0f} dB", found, aims=False)
    return rows


def edges_s(sound: Sound) -> tuple[float, float]:
    """Where speech begins and ends in a clean recording, in seconds; see this module's truth."""
    level_db = levels_dbfs(sound, 160)
    loud_db = float(np.percentile(level_db, 95))
    floor_db = float(np.percentile(level_db, 3))
    loud = level_db > max(loud_db - 25.0, min(floor_db + 12.0, loud_db - 15.0))
    most = np.convolve(loud, np.ones(8), "full")
    begins = np.flatnonzero(loud & (most[7:] >= 5))
    ends = np.flatnonzero(loud & (most[: len(loud)] >= 5))
    return float(begins[0]) / 100, float(ends[-1] + 1) / 100


def _files(data_dir: Path) -> list[Path]:
    return [path for name in CLEAN for path in sorted(data_dir.glob(name))]


def _levelled(sound: Sound) -> Sound:
    begin_s, end_s = edges_s(sound)
    spoken = sound[round(begin_s * RATE_HZ) : round(end_s * RATE_HZ)]
    gain = 10 ** (SPEECH_DBFS / 20) / np.sqrt(np.mean(spoken.astype(np.float64) ** 2))
    return (gain * sound).astype(np.float32)


def _run(sounds: dict[str, Sound], noise: Callable[[int], Sound] | None, snr_db: float) -> _Found:
    pieces = [np.zeros(round(_LEAD_S * RATE_HZ), np.float32)]
    truth = []
    for name, sound in sounds.items():
        at_s = sum(map(len, pieces)) / RATE_HZ
        begin_s, end_s = edges_s(sound)
        truth.append((name, at_s + begin_s, at_s + end_s))
        pieces += [sound, np.zeros(round(_GAP_S * RATE_HZ), np.float32)]
    whole = np.concatenate(pieces)
    # a room without noise at all would be no room
    mixed = whole + np.random.default_rng(1).normal(0.0, 10 ** (-72 / 20), len(whole))
    if noise is not None:
        sound = noise(len(whole))
        power = float(np.mean(sound.astype(np.float64) ** 2))
        mixed = mixed + 10 ** ((SPEECH_DBFS - snr_db) / 20) / np.sqrt(power) * sound
    segments = _listen(mixed.astype(np.float32))
    found = _Found(seconds=len(whole) / RATE_HZ)
    for name, begin_s, end_s in truth:
        inside = [s for s in segments if s[1] > begin_s - _NEAR_S and s[0] < end_s + _NEAR_S]
        if not inside:
            found.missed += 1
            continue
        if LEFT_OUT.get(name) != "onset":
            found.starts_s.append(abs(inside[0][0] - begin_s))
        if LEFT_OUT.get(name) != "offset":
            found.ends_s.append(abs(inside[-1][1] - end_s))
    found.false = sum(
        all(s[1] < begin_s - 0.1 or s[0] > end_s + 0.1 for _, begin_s, end_s in truth)
        for s in segments
    )
    return found


def _listen(sound: Sound) -> list[tuple[float, float]]:
    voice = VoiceActivity()
    events: list[Event] = []
    for block in blocks_of(sound):
        events += voice.measure_block(block)[1]
    events += voice.flush()
    starts = [float(e.data["t_s"]) for e in events if e.kind == "speech_start"]
    ends = [float(e.data["t_s"]) for e in events if e.kind == "speech_end"]
    return list(zip(starts, ends, strict=True))


def _rows(name: str, found: _Found, aims: bool) -> list[Row]:
    rows = []
    for what, errors_s in (("onset", found.starts_s), ("offset", found.ends_s)):
        for percent, aim in ((50, 30.0), (95, 100.0)):
            value = 1000 * float(np.percentile(errors_s, percent)) if errors_s else None
            figure = f"{what} of speech, error, {name}, p{percent}"
            if aims:
                rows.append(Row.at_most("hearing", figure, value, "ms", aim))
            else:
                rows.append(Row("hearing", figure, value, "ms"))
    false = 60 * found.false / found.seconds
    rows.append(Row.at_most("hearing", f"false alarms, {name}", false, "per min", 0.2))
    if found.missed:
        rows.append(Row("hearing", f"utterances missed, {name}", found.missed, ""))
    return rows
