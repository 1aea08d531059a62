"""Figures of hearing: its cost, how soon the end of speech is told, how many words are right."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from game.bench.table import Row
from perception.hearing import Hearing, HearingSettings
from perception.microphone import BLOCK_SAMPLES, RATE_HZ
from perception.microphone_file import read_sound
from perception.source import SourceSpec
from perception.speech import choose, create
from perception.types import AudioBlock, Cue, Event, Words
from perception.voice import Voice
from perception.word_errors import plain_words, word_errors

READ_SPEECH = {
    "speech/sb_spk1_snt1.wav": "the child almost hurt the small dog",
    "speech/whisper_jfk.flac": "and so my fellow americans ask not what your country can do for "
    "you ask what you can do for your country",
    "speech/librispeech_61-70968-0000.flac": "he began a confused complaint against the wizard "
    "who had vanished behind the curtain on the left",
    "speech/lj_LJ050-0131.wav": "unless a system is established for the frequent formal review "
    "of activities thereunder in this regard",
    "speech/librispeech_2412-153948-0000.flac": "if the reader will excuse me i will say nothing "
    "of my antecedents nor of the circumstances which led me to leave my native country the "
    "narrative would be tedious to him and painful to myself",
}
"""Recordings and what is read in them."""

CLEAN_ANSWERS = (
    "speech/sb_spk1_snt1.wav",
    "speech/sb_spk2_snt2.wav",
    "speech/sb_spk1_snt3.wav",
    "speech/lj_LJ050-0131.wav",
)
"""Recordings without room noise, so that where their sound ends is where their speech ends."""

_TICK_S = 1 / 60


def measure_hearing(data_dir: Path, quick: bool = False) -> list[Row]:
    """Measures hearing on real recordings.

    Args:
        data_dir: folder of the real recordings.
        quick: a smaller sample, in under a minute.

    Returns:
        Rows with ``bench``, ``figure``, ``value``, ``unit``, ``aim`` and ``met`` (None without an
        aim).
    """
    spoken = dict(list(READ_SPEECH.items())[: 2 if quick else None])
    sounds = {name: read_sound(data_dir / name) for name in spoken}
    return [
        *_cost(np.concatenate(list(sounds.values()))),
        *_recognition(sounds, spoken),
        *_delays([data_dir / name for name in CLEAN_ANSWERS[: 2 if quick else None]]),
    ]


def _cost(sound: NDArray[np.float32]) -> list[Row]:
    voice = Voice()
    times = []
    for begin in range(0, len(sound) - BLOCK_SAMPLES + 1, BLOCK_SAMPLES):
        block = AudioBlock(begin / RATE_HZ, RATE_HZ, sound[begin : begin + BLOCK_SAMPLES])
        began = time.perf_counter()
        voice.update(block)
        times.append(time.perf_counter() - began)
    span_s = BLOCK_SAMPLES / RATE_HZ
    return [
        _row("activity, level and pitch", float(np.mean(times)) / span_s, "of real time", 0.05),
        _row("activity, level and pitch, p99 of a block", _ms(times, 99), "ms", 10.0),
    ]


def _recognition(sounds: dict[str, NDArray[np.float32]], spoken: dict[str, str]) -> list[Row]:
    name = choose("auto")
    recogniser = create(name)
    took_s, span_s, errors, count = 0.0, 0.0, 0, 0
    for file, sound in sounds.items():
        began = time.perf_counter()
        words = recogniser.transcribe(sound, RATE_HZ, 0.0)
        took_s += time.perf_counter() - began
        span_s += len(sound) / RATE_HZ
        truth = spoken[file].split()
        errors += word_errors(truth, plain_words(words.text))
        count += len(truth)
    return [
        _row(f"{name}", took_s / span_s, "of real time", 0.5),
        _row(f"{name}, word error rate, read speech", errors / count, "", 0.3),
    ]


def _delays(paths: list[Path]) -> list[Row]:
    """Plays each recording as an answer in real time and watches the clock."""
    source = SourceSpec(
        "perception.microphone_file:FileMicrophone", {"paths": tuple(map(str, paths))}
    )
    origin_s = time.monotonic()
    hearing = Hearing(source, origin_s, HearingSettings())
    watch = _Watch(hearing, origin_s)
    hearing.start()
    try:
        while not hearing.ready:
            watch.tick()
        for _ in paths:
            watch.answer()
    finally:
        hearing.stop(finish_s=0.0)
    rows = [
        _row(f"true start of speech to its event, {p}", _ms(watch.start_s, q), "ms", None)
        for p, q in (("p50", 50), ("p95", 95))
    ]
    rows += [
        _row(f"true end of speech to its event, {p}", _ms(watch.end_s, q), "ms", aim)
        for p, q, aim in (("p50", 50, 400.0), ("p95", 95, 600.0))
    ]
    rows += [
        _row(f"true end of speech to its last words, {p}", _ms(watch.words_s, q), "ms", aim)
        for p, q, aim in (("p50", 50, 2000.0), ("p95", 95, 4000.0))
    ]
    return rows


class _Watch:
    """Takes the times at which this process learns of an answer's beginning, end and words."""

    def __init__(self, hearing: Hearing, origin_s: float) -> None:
        self._hearing = hearing
        self._origin_s = origin_s
        self.start_s: list[float] = []
        self.end_s: list[float] = []
        self.words_s: list[float] = []

    def tick(self) -> list[tuple[float, Words | Event]]:
        time.sleep(_TICK_S)
        heard = self._hearing.poll()
        now_s = time.monotonic() - self._origin_s
        return [(now_s, item) for item in heard if isinstance(item, Words | Event)]

    def answer(self) -> None:
        self._hearing.cue(Cue("turn", time.monotonic() - self._origin_s))
        played: Event | None = None
        started_s = ended_s = words_s = None
        pending = 0
        give_up_s = time.monotonic() + 60.0
        while time.monotonic() < give_up_s:
            for now_s, item in self.tick():
                if isinstance(item, Words):
                    words_s = now_s
                elif item.kind == "speech_start":
                    started_s = started_s or now_s
                elif item.kind == "speech_end":
                    ended_s = now_s
                elif item.kind == "pending":
                    pending = int(item.data["count"])
                elif item.kind == "answer_played":
                    played = item
            now = time.monotonic() - self._origin_s
            if played is not None and pending == 0 and now - played.t_s > 1.0:
                break
        if played is None or started_s is None or ended_s is None or words_s is None:
            return
        self.start_s.append(started_s - played.data["sound_start_s"])
        self.end_s.append(ended_s - played.data["sound_end_s"])
        self.words_s.append(words_s - played.data["sound_end_s"])


def _ms(seconds: list[float], percentile: float) -> float | None:
    return float(np.percentile(seconds, percentile)) * 1000 if seconds else None


def _row(figure: str, value: float | None, unit: str, aim: float | None) -> Row:
    if aim is None:
        return Row("hearing", figure, value, unit)
    return Row.at_most("hearing", figure, value, unit, aim)
