"""Figures of capture: an hour of input, the times of its blocks, and what it costs."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import psutil
from numpy.typing import NDArray

from game.bench.row import Row
from perception.clock import FakeClock
from perception.microphone.base import BLOCK_SAMPLES, RATE_HZ
from perception.microphone.decoding import read_sound
from perception.microphone.downmix import Downmix
from perception.microphone.microphone_array import ArrayMicrophone
from perception.microphone.timeline import Timeline
from perception.pipeline.audio import AudioPipeline
from perception.pipeline.hearing import HearingSettings
from perception.signal.audio_quality import AudioQualityMonitor, OffsetRemover
from perception.signal.resampling import Resampler, resample
from perception.speech.base import SpeechSettings
from perception.types import AudioBlock, VoiceReading

T = TypeVar("T")
R = TypeVar("R")

_BLOCK_S = BLOCK_SAMPLES / RATE_HZ
_DRIFT_PPM = 200.0
"""Twice what the data sheets of common crystals allow."""
_WARM_S = 10.0
"""Seconds from the start, and from a loss, in which block times may still settle."""
_LOST_AT, _LOST_S = 0.5, 2.5
"""Share of the span at which sound is lost, and how much."""


def measure_capture(data_dir: Path | None, quick: bool = False) -> list[Row]:
    """Measures capture with sound from memory in the device's place.

    Args:
        data_dir: folder of the real recordings; None for synthetic sound only.
        quick: three minutes of input instead of an hour.

    Returns:
        Rows of the bench "hearing".
    """
    span_s = 180.0 if quick else 3600.0
    speech = _conversation(data_dir)
    return [*_endurance(speech, span_s), *_times(span_s), *_cost(speech)]


def _conversation(data_dir: Path | None) -> NDArray[np.float32]:
    """Half a minute of speech and pauses at 48 kHz in stereo, as USB microphones give it."""
    rng = np.random.default_rng(0)
    quiet = rng.normal(0, 1e-3, 4 * RATE_HZ).astype(np.float32)
    parts = [quiet]
    names = ("sb_spk1_snt1.wav", "sb_spk2_snt2.wav", "lj_LJ050-0131.wav", "sb_spk1_snt3.wav")
    for name in names if data_dir is not None else ():
        assert data_dir is not None
        parts += [read_sound(data_dir / "speech" / name), quiet]
    mono = resample(np.concatenate(parts), RATE_HZ, 48_000)
    return np.stack([mono, mono], axis=1)


def _endurance(sound: NDArray[np.float32], span_s: float) -> list[Row]:
    """An hour through microphone and ear, without words: memory, loss, and blocks in order."""
    microphone = ArrayMicrophone(sound, rate_hz=48_000, span_s=span_s, pace=False)
    pipeline = AudioPipeline(HearingSettings(speech=SpeechSettings(recogniser="none")))
    microphone.start(FakeClock())
    readings, last_s = 0, -_BLOCK_S
    gaps = 0
    settled_mb: float | None = None
    began_s = time.process_time()
    while (block := microphone.read()) is not None:
        for item in pipeline.process_block(block):
            if isinstance(item, VoiceReading):
                readings += 1
                gaps += abs(item.t_s - last_s - _BLOCK_S) > 1e-6
                last_s = item.t_s
        if settled_mb is None and last_s > 0.1 * span_s:
            settled_mb = _resident_mb()  # libraries are loaded, windows are full
    took_s = time.process_time() - began_s
    lost = round(span_s / _BLOCK_S) - readings + gaps
    grown = None if settled_mb is None else _resident_mb() - settled_mb
    name = f"{span_s / 60:.0f} minutes of input"
    return [
        Row.at_most("hearing", f"{name}, blocks lost", float(max(0, lost)), "blocks", 0.0),
        Row.at_most("hearing", f"{name}, growth of memory after a tenth", grown, "MB", 5.0),
        Row.at_most("hearing", f"{name}, all but words", took_s / span_s, "of one core", 0.15),
    ]


def _times(span_s: float) -> list[Row]:
    rows = []
    for ppm in (_DRIFT_PPM, -_DRIFT_PPM):
        worst_s, least_s, most_s = _drift(ppm, span_s)
        name = f"block times, {span_s / 60:.0f} minutes of {ppm:+.0f} ppm"
        rows += [
            Row.at_most("hearing", f"{name}, worst error", worst_s * 1000, "ms", 10.0),
            Row.at_most(
                "hearing",
                f"{name}, worst step off 32 ms",
                max(most_s - _BLOCK_S, _BLOCK_S - least_s) * 1000,
                "ms",
                1.0,
            ),
        ]
    return rows


def _drift(ppm: float, span_s: float) -> tuple[float, float, float]:
    """Worst error of block times and least and greatest step, for a device that runs ``ppm`` slow.

    Its chunks arrive up to 60 ms late, in bursts, and once sound is lost.
    """
    rng = np.random.default_rng(1)
    count = round(span_s / _BLOCK_S)
    period_s = _BLOCK_S * (1 + ppm * 1e-6)
    lost = round(count * _LOST_AT)
    true_s = 3.0 + np.arange(count) * period_s
    true_s[lost:] += _LOST_S
    late_s = rng.exponential(0.003, count)
    for begin in np.flatnonzero(rng.random(count) < 0.01):
        late_s[begin : begin + rng.integers(2, 100)] += rng.uniform(0, 0.06)
    arrived_s = np.maximum.accumulate(true_s + period_s + np.minimum(late_s, 0.06))
    timeline = Timeline(RATE_HZ, BLOCK_SAMPLES)
    blocks: list[AudioBlock] = []
    for n in range(count):
        chunk = np.full(BLOCK_SAMPLES, n, np.float32)
        blocks += timeline.push(chunk, float(arrived_s[n]))
    told_s = np.array([block.t_s for block in blocks])
    number = np.array([int(block.samples[0]) for block in blocks])
    error_s = np.abs(told_s - true_s[number])
    loss_s = true_s[lost - 1]
    warm = (told_s > 3.0 + _WARM_S) & ((told_s < loss_s) | (told_s > loss_s + _LOST_S + _WARM_S))
    steps_s = np.diff(told_s)
    steps_s = steps_s[steps_s < _LOST_S / 2]
    return float(error_s[warm].max()), float(steps_s.min()), float(steps_s.max())


def _cost(sound: NDArray[np.float32]) -> list[Row]:
    """Each stage of capture alone, as a share of the time that its sound lasts."""
    downmix, resampler = Downmix(2, 48_000), Resampler(48_000, RATE_HZ)
    timeline, watch, offset = (
        Timeline(RATE_HZ, BLOCK_SAMPLES),
        AudioQualityMonitor(),
        OffsetRemover(),
    )
    chunk = BLOCK_SAMPLES // 2 * 3
    chunks = [sound[at : at + chunk] for at in range(0, len(sound) - chunk + 1, chunk)]
    span_s = len(chunks) * chunk / 48_000
    taken = 0

    def brought_down(part: NDArray[np.float32]) -> NDArray[np.float32]:
        return resampler.process(downmix.mix(part))

    def time_it(part: NDArray[np.float32]) -> list[AudioBlock]:
        nonlocal taken
        taken += len(part)
        return timeline.push(part, taken / RATE_HZ)

    def watch_it(block: AudioBlock) -> None:
        watch.process_block(block)
        clean = offset.process_block(block)
        watch.update_noise(clean, VoiceReading(block.t_s, _BLOCK_S, 0.05, -60.0))

    resampled, resample_s = _timed(brought_down, chunks)
    blocks, time_s = _timed(time_it, resampled)
    _, watch_s = _timed(watch_it, [block for some in blocks for block in some])
    stages = {
        "48 kHz stereo to 16 kHz mono": resample_s,
        "times of blocks": time_s,
        "watch over the signal": watch_s,
    }
    rows = [
        Row("hearing", f"capture, {name}", seconds / span_s, "of one core")
        for name, seconds in stages.items()
    ]
    whole = sum(stages.values()) / span_s
    return [*rows, Row.at_most("hearing", "capture, all of it", whole, "of one core", 0.02)]


def _timed(work: Callable[[T], R], parts: list[T]) -> tuple[list[R], float]:
    began_s = time.process_time()
    done = [work(part) for part in parts]
    return done, time.process_time() - began_s


def _resident_mb() -> float:
    return float(psutil.Process().memory_info().rss) / 1e6
