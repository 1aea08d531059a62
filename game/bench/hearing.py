"""Figures of hearing: everything that ``perception`` and ``dialogue`` make of a candidate's sound.

Each subject has a module of its own beside this one; here they are called in turn, and the whole of
the listening process is timed, which none of them sees.
"""

from __future__ import annotations

import importlib
import sys
import time
from pathlib import Path

import numpy as np

from game.bench.row import Row
from perception.echo.stage import Playback
from perception.microphone.base import BLOCK_SAMPLES, RATE_HZ, blocks_of
from perception.microphone.decoding import read_sound
from perception.pipeline.audio import AudioPipeline, HearingSettings
from perception.speech.base import SpeechSettings

SUBJECTS: dict[str, str] = {
    "activity": "game.bench.hearing_activity:measure_activity",
    "turns": "game.bench.hearing_turns:measure_turns",
    "echo": "game.bench.hearing_echo:measure_echo",
    "words": "game.bench.hearing_words:measure_words",
    "delivery": "game.bench.hearing_delivery:measure_delivery",
    "voice": "game.bench.hearing_voice:measure_voice",
    "capture": "game.bench.hearing_capture:measure_capture",
}
"""Subject to "module:function", in the order in which they are measured."""

SPOKEN = (
    "speech/lj_LJ050-0131.wav",
    "speech/librispeech_2412-153948-0000.flac",
    "speech/whisper_jfk.flac",
    "speech/librispeech_61-70968-0000.flac",
)
"""What the candidate says while the cost of listening is taken."""


def measure_hearing(data_dir: Path | None, quick: bool = False) -> list[Row]:
    """Measures hearing.

    Args:
        data_dir: folder of the real recordings; None leaves out what needs them.
        quick: smaller samples, in about a minute.

    Returns:
        One row per figure.
    """
    rows = [] if data_dir is None else _cost(data_dir)
    for number, (subject, place) in enumerate(SUBJECTS.items(), 1):
        if sys.stderr.isatty():
            print(f"  [{number}/{len(SUBJECTS)}] {subject} ...", file=sys.stderr, flush=True)
        module, _, function = place.partition(":")
        measure = getattr(importlib.import_module(module), function)
        rows += measure(data_dir, quick)
    return rows


def _cost(data_dir: Path) -> list[Row]:
    """Processor time of the ear: once while only the candidate speaks, once over the recruiter."""
    sound = np.concatenate([read_sound(data_dir / name) for name in SPOKEN])
    alone, worst = _listen(sound, None)
    over, _ = _listen(sound, sound[::-1].copy())
    return [
        Row.at_most("hearing", "everything but words, of one core", alone, "0–1", 0.15),
        Row.at_most("hearing", "the same while she speaks too", over, "0–1", 0.15),
        Row.at_most("hearing", "a block of 32 ms, p99", worst, "ms", 16.0),
    ]


def _listen(
    sound: np.ndarray[tuple[int], np.dtype[np.float32]],
    played: np.ndarray[tuple[int], np.dtype[np.float32]] | None,
) -> tuple[float, float]:
    """Share of real time that the ear computes, and ms of its slowest hundredth of blocks.

    Args:
        sound: (n,) of the candidate, 16 kHz.
        played: (n,) what the loudspeaker plays meanwhile; heard 80 ms later and 6 dB softer.
    """
    pipeline = AudioPipeline(HearingSettings(speech=SpeechSettings(recogniser="none")))
    if played is not None:
        late = RATE_HZ * 80 // 1000
        sound = sound + 0.5 * np.concatenate([np.zeros(late, np.float32), played[:-late]])
        pipeline.playback(Playback(0.0, RATE_HZ, played))
    took = []
    for block in blocks_of(sound):
        began = time.process_time()
        pipeline.process_block(block)
        took.append(time.process_time() - began)
    span_s = BLOCK_SAMPLES / RATE_HZ
    return float(np.mean(took)) / span_s, float(np.percentile(took, 99)) * 1000
