"""Figures of hearing over a loudspeaker: her own voice, and whoever interrupts it.

Her voice says lines of a real interview (flite), through simulated loudspeakers and rooms; those
who interrupt are real recordings. Everything from the microphone's samples to the act by which she
falls silent is the program's own.
"""

from __future__ import annotations

import itertools
import time
from pathlib import Path

import numpy as np

from game.bench.echoscenes import (
    BLOCK_S,
    Interruptions,
    Session,
    at_level,
    first_sound_s,
    interview_lines,
    speech_starts,
    spoken,
)
from game.bench.table import Row
from game.synthetic.loudspeakers import CANDIDATE_DBFS, PLACES, Place, Sound
from perception.echo import EchoStage
from perception.errors import ModelError
from perception.microphone import RATE_HZ
from perception.microphone_file import read_sound
from perception.speech import create
from perception.types import AudioBlock
from perception.word_errors import plain_words, word_errors

INTERRUPTING = (
    "speech/sb_spk1_snt1.wav",
    "speech/librivox_0880.wav",
    "speech/lj_LJ050-0131.wav",
    "speech/pace_english_slow.wav",
    "speech/librispeech_61-70968-0000.flac",
    "speech/sb_spk2_snt2.wav",
    "speech/vosk_test.wav",
    "speech/librivox_0870.wav",
)
"""Recordings of people, men and women, near and far from their microphones."""

WORDS = {
    "speech/sb_spk1_snt1.wav": "the child almost hurt the small dog",
    "speech/sb_spk1_snt3.wav": "at that high level the air is pure",
    "speech/sb_spk2_snt2.wav": "what joy there is in living",
    "speech/librivox_0880.wav": "he was not an ill disposed young man",
}
"""Recordings and what is read in them."""

LEVELS_DB = (-5.0, 0.0, 5.0, 10.0)
"""Of the interrupting voice re the echo at the microphone."""


def measure_echo(data_dir: Path | None, quick: bool = False) -> list[Row]:
    """Measures hearing over a loudspeaker.

    Args:
        data_dir: folder of the real recordings; without it nobody interrupts.
        quick: a smaller sample, in some ten seconds.

    Raises:
        ModelError: flite is not installed: there is no voice to be heard.
    """
    rows = _alone(20.0 if quick else 600.0, PLACES[:1] if quick else PLACES)
    rows += _headphones(6.0 if quick else 30.0)
    if data_dir is None:
        return rows
    rows += _interrupted(data_dir, quick)
    if not quick:
        rows += _words(data_dir)
    return rows


def _alone(seconds: float, places: tuple[Place, ...]) -> list[Row]:
    """She speaks, and nobody else does."""
    lines = interview_lines()
    starts = unguarded = 0
    echo_db: list[float] = []
    spent_s = sounding_s = 0.0
    for number, place in enumerate(places):
        session = Session(place, number)
        stage = _Timed(session)
        coming = itertools.cycle(lines[number:] + lines[:number])
        heard, left = 0.0, 0.0
        while session.t_s < seconds / len(places):
            if not session.speaker.busy:
                # lines follow each other; now and then she listens for a while
                pause = np.zeros(RATE_HZ // 4 if session.blocks % 3 else 2 * RATE_HZ, np.float32)
                session.speaker.say("", np.concatenate([pause, spoken(next(coming))]))
            block = session.step()
            starts += speech_starts(block)
            if session.t_s > 10.0 and np.any(block.echo):
                heard += float(np.sum(block.microphone**2))
                left += float(np.sum(stage.left**2))
        echo_db.append(10 * np.log10(heard / left))
        spent_s, sounding_s = spent_s + stage.spent_s, sounding_s + stage.sounding_s
    bare = Session(places[0], 0)
    bare.tell = False
    bare.speaker.say("", np.concatenate([spoken(line) for line in lines[:4]]))
    while bare.speaker.busy:
        unguarded += speech_starts(bare.step())
    minutes = seconds / 60
    return [
        _row(
            f"her own voice through {len(places)} simulated loudspeakers taken for the "
            f"candidate's, in {minutes:.2g} min",
            starts,
            "times",
            0.0,
        ),
        Row("hearing", "the same in four lines, were her voice not known", unguarded, "times"),
        Row("hearing", "echo taken out (ERLE), mean over rooms", float(np.mean(echo_db)), "dB"),
        Row("hearing", "the same, worst room", min(echo_db), "dB"),
        _row("echo stage while she speaks", spent_s / sounding_s, "of real time", 0.04),
    ]


class _Timed:
    """Times a session's echo stage and keeps what it leaves of each block."""

    def __init__(self, session: Session) -> None:
        self.spent_s = self.sounding_s = 0.0
        self.left: Sound = np.zeros(0, np.float32)
        stage = session.ear.echo
        take = stage.take

        def timed(block: AudioBlock):  # type: ignore[no-untyped-def]
            began_s = time.thread_time()
            cleaned = take(block)
            if cleaned.near_end is not None:
                self.spent_s += time.thread_time() - began_s
                self.sounding_s += BLOCK_S
            self.left = cleaned.block.samples
            return cleaned

        stage.take = timed  # type: ignore[method-assign]


def _headphones(seconds: float) -> list[Row]:
    """She is heard by the candidate only: nothing may be touched."""
    stage = EchoStage()
    session = Session(None, 0)
    changed = 0
    for line in interview_lines()[:8]:
        session.speaker.say("", spoken(line))
    session.ear.echo = stage
    while session.t_s < seconds and session.speaker.busy:
        block = session.step()
        cleaned = stage.take(AudioBlock(block.t_s, RATE_HZ, block.microphone))
        changed += not np.array_equal(cleaned.block.samples, block.microphone)
    return [_row("blocks changed where she is heard by headphones", changed, "blocks", 0.0)]
