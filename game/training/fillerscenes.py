"""Speech with filled pauses in it whose places are known, for the training of the fillers' ear.

Carriers are lines of the interviews spoken by flite's speakers with many tracts, pitches and paces,
and, where recordings of readers are at hand, those. Into their gaps go "um", "uh" and "er"
(synthesized), and as often what must not be taken for one: full vowels that are
held, words drawn out, notes. Then a room and a microphone are put about all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dialogue.content.persona import Speech
from game.training.vowelsounds import (
    FULL_VOWELS,
    MURMUR,
    RATE_HZ,
    Mouth,
    Places,
    held_sound,
    tone,
)
from game.voice.voice_flite import SPEAKERS, FliteVoice
from perception.microphone.decoding import read_sound
from perception.paths import ROOT
from perception.toml_files import read_toml
from perception.voice.frames import voice_frames
from perception.voice.sustained_sounds import usual

Samples = NDArray[np.float32]

READERS = (
    "speech/librispeech_61-70968-0000.flac",
    "speech/librispeech_2412-153948-0000.flac",
    "speech/librivox_0870.wav",
    "speech/librivox_0880.wav",
    "speech/lj_LJ050-0131.wav",
    "speech/whisper_jfk.flac",
)
"""Recordings to learn from. Those that judge the result are others."""

DRAWN_OUT = ("and", "so", "we", "then", "well", "slow", "no", "now", "my", "they", "all", "words")
"""Words that people draw out while they think (Clark & Fox Tree 2002), which are words all the
same."""


@dataclass(frozen=True, slots=True)
class Hesitation:
    """A filled pause in a scene."""

    start_s: float
    end_s: float
    closed: bool
    """Whether it ends in a murmur: "um"."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Some seconds of speech."""

    samples: Samples
    """(n,) mono, -1...1."""
    fillers: tuple[Hesitation, ...]
    rate_hz: int = RATE_HZ


@dataclass(frozen=True, slots=True)
class Person:
    """Someone's lines, and words that they draw out."""

    lines: tuple[Samples, ...]
    drawn_out: tuple[Samples, ...]
    """Empty for a reader."""


def readers(folder: Path | None) -> list[Person]:
    """Those whose recordings are in the folder of real recordings."""
    if folder is None:
        return []
    there = [folder / name for name in READERS if (folder / name).is_file()]
    return [Person((read_sound(path),), ()) for path in there]


def talker(seed: int) -> Person:
    """Someone whom flite speaks for."""
    rng = np.random.default_rng(seed)
    speaker = SPEAKERS[seed % len(SPEAKERS)]
    tract, pitch = float(rng.uniform(0.88, 1.14)), float(rng.uniform(0.75, 1.35))

    def says(text: str, pace: float) -> Samples:
        speech = Speech(pace=pace, pitch=pitch, tract=tract)
        uttered = FliteVoice(speaker, speech).render(text)
        return uttered.samples

    lines = [str(line) for line in rng.choice(_lines(), 5, replace=False)]
    drawn = [str(word) for word in rng.choice(DRAWN_OUT, 3, replace=False)]
    return Person(
        tuple(says(line, float(rng.uniform(0.75, 1.25))) for line in lines),
        tuple(says(word, 0.7) for word in drawn),
    )


def scene(rng: np.random.Generator, person: Person) -> Scene:
    """One line with up to three things put into its gaps."""
    line = person.lines[rng.integers(len(person.lines))]
    frames = voice_frames(line, RATE_HZ)
    speaker = usual(frames)
    pitch_hz = 120.0 if speaker is None else speaker.pitch_hz
    level = float(np.percentile(np.abs(line), 99))
    gaps = _gaps(frames.level_dbfs, len(line))
    chosen = sorted(rng.choice(gaps, min(len(gaps), int(rng.integers(1, 4))), replace=False))
    parts: list[Samples] = []
    fillers: list[Hesitation] = []
    at = done = 0
    for gap in chosen:
        parts += [line[done:gap], _silence(rng)]
        at += sum(len(p) for p in parts[-2:])
        filler, closed = bool(rng.random() < 0.55), bool(rng.random() < 0.5)
        put = _filler(rng, pitch_hz, closed) if filler else _other(rng, person, pitch_hz)
        put = put * np.float32(level * 10 ** (rng.uniform(-11, 1) / 20) / np.abs(put).max())
        if filler:
            loud = np.flatnonzero(np.abs(put) > 0.06 * np.abs(put).max())
            start_s, end_s = (at + loud[0]) / RATE_HZ, (at + loud[-1]) / RATE_HZ
            fillers.append(Hesitation(start_s, end_s, closed))
        parts += [put, _silence(rng)]
        at += sum(len(p) for p in parts[-2:])
        done = gap
    sound = np.concatenate([*parts, line[done:]])
    made = Scene(_in_a_room(rng, sound), tuple(fillers))
    return _cut(rng, made) if fillers and rng.random() < 0.4 else made


def _cut(rng: np.random.Generator, whole: Scene) -> Scene:
    """Part of a scene, as an utterance is cut out: closely about what is said."""
    first, last = whole.fillers[0], whole.fillers[-1]
    start_s = max(0.0, float(rng.uniform(max(0.0, first.start_s - 3.0), first.start_s)) - 0.15)
    most_s = len(whole.samples) / RATE_HZ
    end_s = min(most_s, float(rng.uniform(last.end_s, min(most_s, last.end_s + 3.0))) + 0.15)
    samples = whole.samples[int(start_s * RATE_HZ) : int(end_s * RATE_HZ)]
    moved = (Hesitation(f.start_s - start_s, f.end_s - start_s, f.closed) for f in whole.fillers)
    return Scene(samples, tuple(moved))


def _lines() -> list[str]:
    """Questions and remarks of the interviews: ordinary English of all kinds of length."""
    found = []
    for path in sorted((ROOT / "assets" / "interviews").glob("*.toml")):
        found += _texts(read_toml(path))
    return sorted({text for text in found if 30 <= len(text) <= 140 and "{" not in text})


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return []


def _gaps(level_dbfs: NDArray[np.float64], count: int) -> list[int]:
    """Samples at which a line may be parted: its ends, and the least level of each lull."""
    edge = float(np.percentile(level_dbfs, 95)) - 18.0
    quiet = np.flatnonzero(np.diff(np.concatenate(([0], (level_dbfs < edge).astype(int), [0]))))
    lulls = [
        int(b + np.argmin(level_dbfs[b:e])) * RATE_HZ // 100
        for b, e in quiet.reshape(-1, 2)
        if e - b >= 4
    ]
    return sorted({0, count, *(at for at in lulls if at < count)})


def _silence(rng: np.random.Generator) -> Samples:
    if rng.random() < 0.35:
        return np.zeros(int(rng.uniform(0, 0.04) * RATE_HZ), np.float32)
    return np.zeros(int(rng.uniform(0.05, 0.8) * RATE_HZ), np.float32)


def _mouth(rng: np.random.Generator, pitch_hz: float, low_st: float, high_st: float) -> Mouth:
    # A higher voice comes of a shorter tract, loosely.
    tract = float(np.clip(1.0 + 0.17 * (pitch_hz - 110) / 100 + rng.normal(0, 0.05), 0.92, 1.3))
    return Mouth(
        pitch_hz * 2 ** (rng.uniform(low_st, high_st) / 12),
        tract,
        breath=10 ** rng.uniform(-2.5, -0.7),
        jitter=10 ** rng.uniform(-2.5, -1.4),
    )


def _filler(rng: np.random.Generator, pitch_hz: float, closed: bool) -> Samples:
    vowel = _central(rng)
    sounds = [(float(np.exp(rng.normal(np.log(0.38), 0.35))), vowel)]
    if closed:
        sounds[0] = (max(0.12, 0.6 * sounds[0][0]), vowel)
        sounds.append((float(rng.uniform(0.1, 0.6)), MURMUR))
    else:
        sounds[0] = (max(0.24, sounds[0][0]), vowel)
    mouth = _mouth(rng, pitch_hz, -5.0, 1.0)
    slope = float(rng.uniform(-6.0, 1.5))
    return held_sound(rng, mouth, sounds, slope, float(rng.uniform(-20, -4)))


def _central(rng: np.random.Generator) -> Places:
    """From the vowel of "her" to the open one of "hut" (Peterson & Barney 1952)."""
    return (
        float(rng.uniform(480, 760)),
        float(rng.uniform(1130, 1560)),
        float(rng.uniform(2250, 2700)),
        3400.0,
    )


def _other(rng: np.random.Generator, person: Person, pitch_hz: float) -> Samples:
    kind = rng.random()
    if kind < 0.35 and person.drawn_out:
        return person.drawn_out[rng.integers(len(person.drawn_out))]
    if kind < 0.5:
        return tone(rng, float(rng.uniform(0.2, 1.5)))
    mouth = _mouth(rng, pitch_hz, -4.0, 5.0)
    if kind < 0.65:  # an article, or a central vowel in a word: as long as words have them
        return held_sound(rng, mouth, [(float(rng.uniform(0.08, 0.2)), _central(rng))])
    count = 1 if rng.random() < 0.6 else 2
    sounds: list[tuple[float, Places]] = []
    for which in rng.choice(len(FULL_VOWELS), count, replace=False):
        about = rng.normal(1.0, 0.04, 4)
        f1, f2, f3, f4 = (float(hz * a) for hz, a in zip(FULL_VOWELS[which], about, strict=True))
        sounds.append((float(rng.uniform(0.12, 0.5)), (f1, f2, f3, f4)))
    if rng.random() < 0.3:
        sounds.append((float(rng.uniform(0.08, 0.4)), MURMUR))
    if rng.random() < 0.1:
        sounds = [(float(rng.uniform(0.3, 1.2)), MURMUR)]
    return held_sound(rng, mouth, sounds, float(rng.uniform(-12, 8)))


def _in_a_room(rng: np.random.Generator, sound: Samples) -> Samples:
    """The sound through some microphone, with noise of some colour, at some gain."""
    spectrum = np.fft.rfft(sound)
    hz = np.fft.rfftfreq(len(sound), 1 / RATE_HZ)
    tilt_db = rng.uniform(-4, 4) * np.log2(np.maximum(hz, 50.0) / 1000.0)
    if rng.random() < 0.2:  # a telephone's band
        tilt_db = tilt_db - 40.0 * ((hz < 250) | (hz > 3500))
    heard = np.fft.irfft(spectrum * 10 ** (tilt_db / 20), len(sound))
    heard = heard / max(float(np.abs(heard).max()), 1e-9)
    white = np.fft.rfft(rng.normal(0, 1, len(sound)))
    noise = np.fft.irfft(white / np.maximum(hz, 40.0) ** rng.uniform(0, 1.0), len(sound))
    speech_power = float(np.percentile(heard**2, 90))
    snr_db = rng.uniform(6, 45)
    noise *= np.sqrt(speech_power / float(np.mean(noise**2)) / 10 ** (snr_db / 10))
    whole = (heard + noise) * 10 ** (rng.uniform(-24, -2) / 20)
    return np.asarray(np.clip(whole, -1, 1), np.float32)


def people(count: int, folder: Path | None) -> Sequence[Person]:
    """The readers whose recordings are there, then ``count`` talkers."""
    return [*readers(folder), *(talker(seed) for seed in range(count))]
