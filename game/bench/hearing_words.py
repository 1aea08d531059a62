"""Figures of words: how many are right, in quiet and in noise, and how many are invented."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from game.bench.hearing_live import measure_live
from game.bench.row import Row
from game.bench.spoken import READ_SPEECH, transcripts
from game.voice.voice_flite import FliteVoice
from perception.errors import ModelError
from perception.microphone.base import BLOCK_SAMPLES, RATE_HZ, blocks_of
from perception.microphone.decoding import read_sound
from perception.pipeline.audio import AudioPipeline
from perception.signal.levels import level_dbfs
from perception.signal.noise_reduction import reduce_noise, room_between_utterances, snr_db
from perception.signal.pcm import to_int16
from perception.speech.base import Recogniser, StreamingRecogniser, choose, create
from perception.speech.dictation import Dictation
from perception.speech.utterance import Utterance
from perception.speech.vocabulary import Vocabulary
from perception.speech.word_error_rate import comparable_words, plain_words, word_errors

SNRS_DB = (20, 10, 5)
NOISY = READ_SPEECH[:3]
"""Recordings that are heard in noise: 19 s of three voices."""

TERMS = (
    "Accenture",
    "Bartholomew",
    "Dublin",
    "Grafana",
    "JavaScript",
    "Salesforce",
    "Terraform",
    "Zendesk",
    "sprint",
    "triage",
)
LINES = (
    "before that i worked for accenture in dublin",
    "i wrote the front end in javascript and deployed it with terraform",
    "we planned every sprint together and watched the servers in grafana",
    "i was a triage nurse at saint bartholomew for two years",
    "our customers wrote to us in zendesk and we kept them in salesforce",
)
"""Lines that a voice of flite speaks, with the terms above in them."""

_SPAN_S = 20.0
"""s of each sound in which nobody speaks."""

Sound = NDArray[np.float32]


def measure_words(data_dir: Path | None, quick: bool = False) -> list[Row]:
    """Measures recognisers that are here; those that are not have rows without values.

    Args:
        data_dir: folder of the real recordings; without it only what needs none is measured.
        quick: a smaller sample, in about 12 s.
    """
    recogniser = create("pocketsphinx")
    rows: list[Row] = []
    if data_dir is not None:
        spoken = transcripts(data_dir)
        rows += _recognisers(data_dir, spoken, quick)
        rows += _in_noise(recogniser, data_dir, spoken, quick)
        rows += measure_live(data_dir, quick)
    rows += _invented(recogniser, data_dir, quick)
    rows += _leaned_to(recogniser, 1 if quick else len(LINES))
    return rows


def _recognisers(data_dir: Path, spoken: Mapping[str, str], quick: bool) -> list[Row]:
    """Word error rates of every recogniser on every group: at once, as it comes, second pass."""
    groups = groups_of(spoken)
    if quick:
        groups = {"read speech": groups["read speech"][:4:2]}
    sounds = {name: read_sound(data_dir / name) for names in groups.values() for name in names}
    rows: list[Row] = []
    for name, aims in WORD_AIMS.items():
        if name == "pocketsphinx" and quick:
            continue
        once, thorough = _if_here(name), _if_here(name, thorough=True)
        for group, names in groups.items():
            texts = [spoken[each] for each in names]
            heard = [sounds[each] for each in names]
            figure = f"{name}, words wrong, {group} ({len(names)})"
            ways = {"": once, ", second pass": thorough if name == "faster-whisper" else None}
            for way, recogniser in ways.items():
                if way and name != "faster-whisper":
                    continue
                rate = cost = None
                if recogniser is not None:
                    rate, cost = _errors(recogniser, heard, texts)
                aim = aims.get(group)
                row = _row if aim is None else partial(_at_most, aim=aim)
                rows.append(row(figure + way, rate, ""))
                if group == "read speech":
                    rows.append(_at_most(f"{name}{way}", cost, "of real time", 0.5))
            if isinstance(once, StreamingRecogniser):
                rows += _as_it_comes(once, group, heard, texts)
    return rows


WORD_AIMS = {
    "faster-whisper": {"read speech": 0.06, "Mandarin accents": 0.35},
    "whisper": {"read speech": 0.15},
    "pocketsphinx": {"read speech": 0.26},
}
"""Recogniser to the aims of its word error rate, by group."""


def groups_of(spoken: Mapping[str, str]) -> dict[str, list[str]]:
    """Recordings by kind: the clean set, other native speakers, disfluent speech, accents."""
    read = [name for name in READ_SPEECH if name in spoken]
    accents = [name for name in spoken if "accent" in name]
    disfluent = [name for name in spoken if "disfluent" in name]
    known = {*read, *accents, *disfluent}
    return {
        "read speech": read,
        "other native speech": [name for name in spoken if name not in known],
        "disfluent speech": disfluent,
        "Mandarin accents": accents,
    }


def _as_it_comes(
    recogniser: StreamingRecogniser, group: str, sounds: Sequence[Sound], texts: Sequence[str]
) -> list[Row]:
    """The same, heard second by second with words so far in between."""
    errors = said = changed = shown = 0
    took_s = span_s = 0.0
    for sound, text in zip(sounds, texts, strict=True):
        began_s = time.process_time()
        recogniser.begin(RATE_HZ, 0.0)
        samples, settled = to_int16(sound), list[str]()
        for at in range(0, len(samples), RATE_HZ):
            recogniser.feed(samples[at : at + RATE_HZ])
            told = recogniser.so_far()
            words = [word.text for word in told.words[: told.settled]]
            changed += sum(a != b for a, b in zip(settled, words, strict=False))
            changed += max(0, len(settled) - len(words))
            settled = words
            shown += len(words)
        final = recogniser.finish()
        took_s += time.process_time() - began_s
        span_s += len(sound) / RATE_HZ
        errors += word_errors(comparable_words(text), comparable_words(final.text))
        said += len(comparable_words(text))
    name = f"{recogniser.name}, as it comes"
    rows = [_row(f"{name}, words wrong, {group}", errors / said, "")]
    if group == "read speech":
        rows.append(_at_most(f"{name}, words so far every second", took_s / span_s, "cores", 0.4))
    if shown:
        where = "" if group == "read speech" else f", {group}"
        figure = f"{name}, settled words that changed{where}"
        rows.append(_at_most(figure, changed / shown, "", 0.0))
    return rows


def _if_here(name: str, thorough: bool = False) -> Recogniser | None:
    try:
        choose(name)
    except ModelError:
        return None  # its weights are not on this machine
    return create(name, thorough=thorough)


def _in_noise(
    sphinx: Recogniser, data_dir: Path, spoken: Mapping[str, str], quick: bool
) -> list[Row]:
    """Word error rates with noise mixed in, as it is and with the noise taken out again."""
    names = NOISY[:1] if quick else NOISY
    texts = [spoken[name] for name in names]
    sounds = [read_sound(data_dir / name) for name in names]
    room = read_sound(data_dir / "speech/noise/sb_noise2.wav")
    white = np.random.default_rng(5).normal(0, 0.1, 4 * RATE_HZ).astype(np.float32)
    rows, off_db = [], []
    program = Dictation(sphinx)
    total = {"never": 0, "always": 0, "as the program does": 0}
    said = 0
    for kind, noise in (("room", room), ("white", white))[: 1 if quick else None]:
        for level in SNRS_DB[1:2] if quick else SNRS_DB:
            noisy = [mixed(sound, noise, level) for sound in sounds]
            floors = [_floor_dbfs(n - s) for n, s in zip(noisy, sounds, strict=True)]
            pairs = zip(noisy, floors, strict=True)
            measured = [snr_db(sound, RATE_HZ, noise_dbfs=floor) for sound, floor in pairs]
            off_db += [abs(db - level) for db in measured if db is not None]
            where = f"{kind} noise at {level} dB"
            count = sum(len(text.split()) for text in texts)
            plain, _ = _decode(sphinx, noisy, texts)
            rows.append(_row(f"pocketsphinx, word error rate, {where}", sum(plain) / count, ""))
            reduced = [reduce_noise(sound, RATE_HZ) for sound in noisy]
            cleaned, _ = _decode(sphinx, reduced, texts)
            rows.append(_row(f"the same, {where}, noise reduced", sum(cleaned) / count, ""))
            chosen = [
                after if program.wants_reduction(sound, RATE_HZ) else before
                for sound, before, after in zip(noisy, plain, cleaned, strict=True)
            ]
            said += count
            for how, errors in zip(total, (plain, cleaned, chosen), strict=True):
                total[how] += sum(errors)
    rows += [
        _row(f"word error rate over these noises, reduced {how}", errors / said, "")
        for how, errors in total.items()
    ]
    error_db = float(np.median(off_db)) if off_db else None
    rows.append(_at_most("signal-to-noise ratio, median error", error_db, "dB", 3.0))
    return rows


def mixed(sound: Sound, noise: Sound, level_db: float) -> Sound:
    """Speech with noise, repeated as needed, so many dB below it (mean powers)."""
    noise = np.resize(noise - noise.mean(), len(sound))
    power = float(np.mean(sound.astype(np.float64) ** 2))
    gain = np.sqrt(power / 10 ** (level_db / 10) / np.mean(noise.astype(np.float64) ** 2))
    return np.asarray(sound + gain * noise, np.float32)


def _floor_dbfs(noise: Sound) -> float | None:
    """What an ear knows of a room after 3 s without speech."""
    room = room_between_utterances()
    for begin in range(0, min(len(noise), 3 * RATE_HZ) - BLOCK_SAMPLES, BLOCK_SAMPLES):
        room.add_level(level_dbfs(noise[begin : begin + BLOCK_SAMPLES]), begin / RATE_HZ)
    return room.level_dbfs()


def _invented(sphinx: Recogniser, data_dir: Path | None, quick: bool) -> list[Row]:
    """Words a minute in sounds in which nobody speaks, through ear and recogniser."""
    sounds = unspoken(data_dir)
    if quick:
        sounds = {"music": sounds["music"][: 5 * RATE_HZ]}
    rows = []
    for name, sound in sounds.items():
        minutes = len(sound) / RATE_HZ / 60
        count = len(_heard(sphinx, sound))
        rows.append(_at_most(f"words invented, {name}", count / minutes, "1/min", 0.0))
    return rows


def unspoken(data_dir: Path | None) -> dict[str, Sound]:
    """Sounds of 20 s in which nobody speaks, by name."""
    rng = np.random.default_rng(7)
    t = np.arange(int(_SPAN_S * RATE_HZ)) / RATE_HZ
    hum = sum(0.05 / k * np.sin(2 * np.pi * 50 * k * t) for k in (1, 2, 3, 5))
    sounds = {
        "silence": np.zeros(len(t)),
        "white noise": rng.normal(0, 0.05, len(t)),
        "mains hum": hum + rng.normal(0, 0.001, len(t)),
        "music": _music(t),
    }
    if data_dir is not None:
        room = read_sound(data_dir / "speech/noise/sb_noise2.wav")
        sounds["room noise"] = np.resize(room, len(t)).astype(np.float64)
    return {name: sound.astype(np.float32) for name, sound in sounds.items()}


def _music(t: NDArray[np.float64]) -> NDArray[np.float64]:
    """A melody over held chords, with overtones and struck notes."""
    beat = (t * 2).astype(int)
    tune = np.array([0, 4, 7, 12, 11, 7, 5, 4])[beat % 8]
    root = np.array([0, 5, 7, 0])[(beat // 8) % 4]
    sound = np.zeros(len(t))
    for semitones, loud in ((tune + 12, 1.0), (root, 0.5), (root + 4, 0.4), (root + 7, 0.4)):
        phase = 2 * np.pi * np.cumsum(220 * 2 ** (semitones / 12)) * (t[1] - t[0])
        for harmonic in range(1, 6):
            sound += loud / harmonic**1.5 * np.sin(harmonic * phase)
    struck = np.exp(-3 * (t * 2 % 1))
    return np.asarray(0.08 * sound * (0.3 + struck))


def _heard(recogniser: Recogniser, sound: Sound) -> list[str]:
    pipeline, dictation = AudioPipeline(), Dictation(recogniser)
    items: list[object] = []
    for block in blocks_of(sound):
        items += pipeline.process_block(block)
    items += pipeline.flush()
    found = [dictation.conclude(item) for item in items if isinstance(item, Utterance)]
    return [word for each in found for word in plain_words(each.words.text)]


def _leaned_to(plain: Recogniser, lines: int) -> list[Row]:
    """Terms of an interview that are found in lines of a synthetic voice, with and without."""
    try:
        voice = FliteVoice("female")
    except ModelError:
        return [_row("terms found when leaned to", None, "share")]  # flite is not here
    leaning = create("pocketsphinx", vocabulary=Vocabulary.of(TERMS))
    terms = {term.lower() for term in TERMS}
    found = {"leaning": 0, "plain": 0}
    errors = {"leaning": 0, "plain": 0}
    said = words = 0
    for line in LINES[:lines]:
        spoken = voice.render(line)
        sound = _at_16_khz(spoken.samples, spoken.rate_hz)
        wanted = line.split()
        said += sum(word in terms for word in wanted)
        words += len(wanted)
        for name, recogniser in (("leaning", leaning), ("plain", plain)):
            heard = plain_words(recogniser.transcribe(sound, RATE_HZ, 0.0).text)
            found[name] += sum(word in terms and word in heard for word in wanted)
            other = [word for word in wanted if word not in terms]
            errors[name] += word_errors(other, [word for word in heard if word not in terms])
    return [
        Row.at_least(
            "hearing", "terms found when leaned to", found["leaning"] / said, "share", 0.7
        ),
        _row("terms found otherwise", found["plain"] / said, "share"),
        _row("word error rate beside the terms, leaned", errors["leaning"] / (words - said), ""),
        _row("word error rate beside the terms, plain", errors["plain"] / (words - said), ""),
    ]


def _at_16_khz(samples: Sound, rate_hz: int) -> Sound:
    if rate_hz == RATE_HZ:
        return samples
    at = np.arange(int(len(samples) * RATE_HZ / rate_hz)) * rate_hz / RATE_HZ
    return np.interp(at, np.arange(len(samples)), samples).astype(np.float32)


def _errors(
    recogniser: Recogniser, sounds: Iterable[Sound], texts: Sequence[str]
) -> tuple[float, float]:
    """Word error rate, and seconds of processor time per second of sound."""
    errors, of_real_time = _decode(recogniser, sounds, texts)
    return sum(errors) / sum(len(text.split()) for text in texts), of_real_time


def _decode(
    recogniser: Recogniser, sounds: Iterable[Sound], texts: Sequence[str]
) -> tuple[list[int], float]:
    """Word errors of each sound, and seconds of processor time per second of sound."""
    errors = []
    took_s = span_s = 0.0
    for sound, text in zip(sounds, texts, strict=True):
        began_s = time.process_time()
        words = recogniser.transcribe(sound, RATE_HZ, 0.0)
        took_s += time.process_time() - began_s
        span_s += len(sound) / RATE_HZ
        errors.append(word_errors(comparable_words(text), comparable_words(words.text)))
    return errors, took_s / span_s


def _row(figure: str, value: float | None, unit: str) -> Row:
    return Row("hearing", figure, value, unit)


def _at_most(figure: str, value: float | None, unit: str, aim: float) -> Row:
    return Row.at_most("hearing", figure, value, unit, aim)
