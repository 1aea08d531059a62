"""Figures of words in a running session: how soon they come, and what the recogniser holds."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil
from numpy.typing import NDArray

from game.bench.row import Row
from perception.microphone.base import RATE_HZ
from perception.microphone.decoding import read_sound
from perception.pipeline.hearing import Hearing, HearingSettings
from perception.signal.pcm import to_int16
from perception.signal.wav import GrowingWav
from perception.source import SourceSpec
from perception.speech.word_error_rate import plain_words
from perception.types import Cue, Event, Words

ANSWERS: tuple[tuple[str | float, ...], ...] = (
    (
        *("speech/librispeech_61-70968-0000.flac", 0.9, "speech/librivox_0870.wav", 0.4),
        *("speech/lj_LJ050-0131.wav", 1.2, "speech/sb_spk1_snt1.wav", 0.7),
        *("speech/librivox_0880.wav", 0.5, "speech/sb_spk1_snt3.wav"),
    ),
    (
        *("speech/librispeech_2412-153948-0000.flac", 0.8, "speech/sb_spk2_snt2.wav", 0.4),
        *("speech/pace_english_slow.wav", 1.0, "speech/lj_LJ050-0131.wav"),
    ),
    (
        *("speech/whisper_jfk.flac", 0.6, "speech/sb_spk1_snt1.wav", 1.1),
        *("speech/librispeech_61-70968-0000.flac", 0.5, "speech/pace_english_fast.wav", 0.8),
        *("speech/librivox_0870.wav",),
    ),
)
"""Answers of about 30 s: real recordings, and seconds of pause between them."""

_TICK_S = 1 / 60
_LATE_S = 0.15
"""s by which a word's end may lie beyond that of the words so far which have it already."""


@dataclass(slots=True)
class _Heard:
    """Words of one answer with the session time at which this process had them."""

    partial: list[tuple[float, Words]] = field(default_factory=list)
    final: list[tuple[float, Words]] = field(default_factory=list)
    sound_end_s: float | None = None


def measure_live(data_dir: Path, quick: bool = False) -> list[Row]:
    """Plays answers of 30 s in real time and takes the times at which words come.

    Args:
        data_dir: folder of the real recordings.
        quick: one short answer instead of three long ones.
    """
    answers = [("speech/sb_spk1_snt1.wav", 0.7, "speech/sb_spk2_snt2.wav")] if quick else ANSWERS
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"answer{i}.wav" for i in range(len(answers))]
        for path, parts in zip(paths, answers, strict=True):
            _write(path, _joined(data_dir, parts))
        heard, memory_mb = _listen(paths)
    delays = [_last_s(one) - one.sound_end_s for one in heard if one.sound_end_s is not None]
    delays_ms = [1000 * delay for delay in delays]
    partial_ms = [1000 * delay for one in heard for delay in _partial_delays_s(one)]
    return [
        Row.at_most("hearing", "end of answer to final text, p50", _at(delays_ms, 50), "ms", 1000),
        Row.at_most("hearing", "end of answer to final text, p95", _at(delays_ms, 95), "ms", 1000),
        Row("hearing", "end of a word to its first showing, p50", _at(partial_ms, 50), "ms"),
        Row("hearing", "end of a word to its first showing, p95", _at(partial_ms, 95), "ms"),
        Row("hearing", "memory of the recogniser's process", memory_mb, "MB"),
    ]


def _joined(data_dir: Path, parts: Sequence[str | float]) -> NDArray[np.float32]:
    """Recordings at one loudness, with pauses of faint noise."""
    rng = np.random.default_rng(11)
    sounds = []
    for part in parts:
        if isinstance(part, str):
            sound = read_sound(data_dir / part)
            sounds.append(0.08 * sound / np.sqrt(np.mean(sound**2)))
        else:
            sounds.append(rng.normal(0, 3e-4, int(part * RATE_HZ)))
    return np.clip(np.concatenate(sounds), -1, 1).astype(np.float32)


def _write(path: Path, sound: NDArray[np.float32]) -> None:
    wav = GrowingWav(path, RATE_HZ)
    wav.write(0, to_int16(sound))
    wav.update_header()
    wav.close()


def _listen(paths: Sequence[Path]) -> tuple[list[_Heard], float | None]:
    names = tuple(map(str, paths))
    source = SourceSpec("perception.microphone.microphone_file:FileMicrophone", {"paths": names})
    origin_s = time.monotonic()
    hearing = Hearing(source, origin_s, HearingSettings())
    hearing.start()
    memory_mb = None
    try:
        while not hearing.settled:
            time.sleep(_TICK_S)
            hearing.poll()
        heard = [_one_answer(hearing, origin_s) for _ in paths]
        pid = hearing.pids.get("speech_to_text")
        if pid is not None:
            memory_mb = psutil.Process(pid).memory_info().rss / 1e6
    finally:
        hearing.stop(finish_s=0.0)
    return heard, memory_mb


def _one_answer(hearing: Hearing, origin_s: float) -> _Heard:
    hearing.cue(Cue("turn", time.monotonic() - origin_s))
    heard = _Heard()
    pending = 0
    now_s = 0.0
    give_up_s = time.monotonic() + 90.0
    while time.monotonic() < give_up_s:
        time.sleep(_TICK_S)
        items = hearing.poll()
        now_s = time.monotonic() - origin_s
        for item in items:
            if isinstance(item, Words):
                (heard.final if item.final else heard.partial).append((now_s, item))
            elif isinstance(item, Event) and item.kind == "pending":
                pending = int(item.data["count"])
            elif isinstance(item, Event) and item.kind == "answer_played":
                heard.sound_end_s = float(item.data["sound_end_s"])
        if heard.sound_end_s is not None and pending == 0 and now_s - heard.sound_end_s > 1.5:
            break
    return heard


def _last_s(heard: _Heard) -> float:
    return max((t_s for t_s, words in heard.final if words.text), default=float("nan"))


def _partial_delays_s(heard: _Heard) -> list[float]:
    """For each word of the final text: from its end to the first words so far that have it."""
    delays = []
    told = [*heard.partial, *heard.final]
    for _, final in heard.final:
        for word in final.words:
            shown = [
                t_s
                for t_s, words in told
                if words.t_start_s <= word.end_s <= words.t_end_s + _LATE_S
                and word.text in plain_words(words.text)
            ]
            if shown:
                delays.append(min(shown) - word.end_s)
    return delays


def _at(values: Sequence[float], percentile: float) -> float | None:
    kept = [value for value in values if np.isfinite(value)]
    return float(np.percentile(kept, percentile)) if kept else None
