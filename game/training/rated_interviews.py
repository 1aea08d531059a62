"""Interviews that others transcribed and rated, as features and ratings.

Two layouts are read, as their makers publish them; nothing of them is copied but figures:

- **MIT's mock interviews** (Naim et al. 2018): ``scores.csv`` (Participant, Overall, Excited; means
  of judges, 1 to 7), ``transcripts.csv``, and ``prosodic_features.csv`` with Praat's figures of
  each answer. ``p7`` and ``pp7`` are the same person before and after a training.
- **ChaLearn First Impressions V2** (Escalante et al. 2020): pickled dictionaries
  ``annotation_*.pkl`` (trait to {video: 0...1}) and ``transcription_*.pkl`` (video to text). Words
  only: how the voice sounded is missing there, and the models do without it.
"""

from __future__ import annotations

import csv
import math
import pickle
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from game.synthetic.interviews import answers_of
from perception.errors import InputError
from perception.types import Word
from scoring.impression_features import Features, features_of_words, log_fillers
from scoring.measures.fillers import find_fillers, fluent

SCORES, TRANSCRIPTS, PROSODY = "scores.csv", "transcripts.csv", "prosodic_features.csv"
ANNOTATIONS, TRANSCRIPTIONS = "annotation_*.pkl", "transcription_*.pkl"

_RATED = {"Overall": "invite_again", "Excited": "excited"}
_SPELLINGS = (
    (re.compile(r"u+h+m+"), "uhm"),
    (re.compile(r"u+m+"), "um"),
    (re.compile(r"u+h+"), "uh"),
    (re.compile(r"a+h+"), "ah"),
    (re.compile(r"e+r+m*"), "er"),
)
"""How transcribers write a filled pause, and how this program does."""


@dataclass(frozen=True, slots=True)
class RatedInterview:
    """One interview."""

    person: str
    """Whose it is; several may be the same person's."""
    features: Features
    ratings: Mapping[str, float]
    """By impression, on the judges' own scale."""


@dataclass(frozen=True, slots=True)
class RatedSet:
    """All of a folder."""

    source: str
    """Whose data they are."""
    scale: str
    """Of the ratings."""
    interviews: tuple[RatedInterview, ...]


def read_rated(folder: Path) -> RatedSet:
    """The interviews of a folder in one of the layouts.

    Raises:
        InputError: it is in none of them, or damaged.
    """
    if (folder / SCORES).is_file():
        return _read_mit(folder)
    if any(folder.glob(ANNOTATIONS)):
        return _read_chalearn(folder)
    raise InputError(
        f"{folder}: no rated interviews in it; name the folder that holds {SCORES} (MIT's "
        f"interviews) or {ANNOTATIONS.replace('*', 'training')} (ChaLearn First Impressions V2)"
    )


def person_of(interview: str) -> str:
    """Whose interview one of MIT's is: ``P7`` and ``PP7`` are the same person's."""
    return interview.strip().lower().lstrip("p")


def read_ratings(folder: Path) -> dict[str, dict[str, float]]:
    """What the judges of MIT's interviews said of each: 1 to 7, by interview and impression.

    Raises:
        InputError: the ratings are not there, or not of their form.
    """
    return {
        row["Participant"].strip().lower(): {
            ours: _number(row[theirs], folder / SCORES) for theirs, ours in _RATED.items()
        }
        for row in _table(folder / SCORES, ("Participant", *_RATED))
    }


def _read_mit(folder: Path) -> RatedSet:
    scores = read_ratings(folder)
    texts = {
        row["participant"].strip().lower(): row["transcript"]
        for row in _table(folder / TRANSCRIPTS, ("participant", "transcript"))
    }
    voices: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in _table(folder / PROSODY, ("participant&question", "duration", "jitter", "shimmer")):
        named = re.fullmatch(r"(p+\d+)q\d+", row["participant&question"].strip().lower())
        if named is not None:
            voices[named[1]].append(row)
    found = []
    for name, ratings in scores.items():
        if name in texts and name in voices:
            answers = [" ".join(w.text for w in a.words) for a in answers_of(name, texts[name])]
            features = _features(answers, _Sound.of(voices[name], folder / PROSODY))
            found.append(RatedInterview(person_of(name), features, ratings))
    if not found:
        raise InputError(
            f"{folder}: nobody is in {SCORES}, {TRANSCRIPTS} and {PROSODY} alike; "
            "are they of the same interviews?"
        )
    return RatedSet("MIT's mock interviews (Naim et al. 2018)", "1 to 7", tuple(found))


@dataclass(frozen=True, slots=True)
class _Sound:
    """What is known of how an interview's answers sounded."""

    seconds: float
    jitter_pct: float | None
    shimmer_pct: float | None

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, str]], path: Path) -> _Sound:
        """Praat's figures of several answers, each by its length.

        Jitter and shimmer are local ones, as this program has them. Not taken: pauses, voice
        breaks and syllables, which were counted over all of a recording, silences too; the spread
        of pitch, into which octave errors went; level and formants, which are the room's as well.
        """
        seconds = [_number(row["duration"], path) for row in rows]
        return cls(
            sum(seconds),
            _mean([row["jitter"] for row in rows], seconds),
            _mean([row["shimmer"] for row in rows], seconds),
        )


def _mean(texts: Sequence[str], seconds: Sequence[float]) -> float | None:
    """Mean in per cent of shares, by length; Praat writes what it could not tell in words."""
    known = [(float(t), s) for t, s in zip(texts, seconds, strict=True) if _is_number(t)]
    whole = sum(s for _, s in known)
    return 100.0 * sum(v * s for v, s in known) / whole if whole > 0 else None


def _features(answers: Sequence[str], sound: _Sound | None) -> Features:
    """Features of the transcripts of somebody's answers, in the program's spelling.

    What was said in passing, before the first question and between two, is no answer and was not
    part of the sound that was measured.
    """
    spelt = [" ".join(map(_spelling, answer.split())) for answer in answers]
    said = [answer for answer in spelt if len(answer.split()) >= _SPOKEN_WORDS]
    count = sum(len(fluent(answer).split()) for answer in said)
    fillers = sum(len(find_fillers([Word(w, 0.0, 0.0) for w in a.split()])) for a in said)
    return {
        "speech_rate_wpm": count / sound.seconds * 60.0 if sound and sound.seconds > 0 else None,
        "fillers_per_100_words": log_fillers(100.0 * fillers / count) if count else None,
        **features_of_words(said),
        "jitter_pct": sound.jitter_pct if sound else None,
        "shimmer_pct": sound.shimmer_pct if sound else None,
    }


_SPOKEN_WORDS = 8


def _spelling(word: str) -> str:
    for pattern, ours in _SPELLINGS:
        if pattern.fullmatch(word.lower()):
            return ours
    return word


def _table(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    csv.field_size_limit(10_000_000)
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: cannot be read ({reason}); copy it again") from None
    missing = [name for name in columns if not rows or rows[0].get(name) is None]
    if missing:
        raise InputError(f"{path}: has no column {missing[0]}; is it the file that was published?")
    return [row for row in rows if all(row[name] is not None for name in columns)]


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _number(text: str, path: Path) -> float:
    if not _is_number(text):
        raise InputError(f"{path}: {text!r} is not a number; is it the file that was published?")
    return float(text)


_TRAITS = {
    "openness": "openness",
    "conscientiousness": "conscientiousness",
    "extraversion": "extraversion",
    "agreeableness": "agreeableness",
    "neuroticism": "calmness",
    "interview": "invite_again",
}


def _read_chalearn(folder: Path) -> RatedSet:
    traits: dict[str, dict[str, float]] = defaultdict(dict)
    texts: dict[str, str] = {}
    for path in sorted(folder.glob(ANNOTATIONS)):
        for trait, rated in _dictionary(path).items():
            if trait in _TRAITS and isinstance(rated, dict):
                for video, value in rated.items():
                    traits[str(video)][_TRAITS[trait]] = _number(str(value), path)
    for path in sorted(folder.glob(TRANSCRIPTIONS)):
        texts.update({str(video): str(text) for video, text in _dictionary(path).items()})
    rated = {v: r for v, r in traits.items() if v in texts and len(r) == len(_TRAITS)}
    if not rated:
        raise InputError(
            f"{folder}: no video has both ratings and words; {TRANSCRIPTIONS} belong beside "
            f"{ANNOTATIONS}"
        )
    if _against([r["calmness"] for r in rated.values()], rated.values()):
        # named for nervousness, the judges' scale ran from uneasy to comfortable
        rated = {v: {**r, "calmness": 1.0 - r["calmness"]} for v, r in rated.items()}
    # clips of one video are one person's: NAME.000.mp4, NAME.001.mp4
    found = tuple(
        RatedInterview(video.rsplit(".", 2)[0], _features([texts[video]], None), ratings)
        for video, ratings in rated.items()
    )
    return RatedSet("ChaLearn First Impressions V2 (Escalante et al. 2020)", "0 to 1", found)


def _against(values: Sequence[float], rated: Any) -> bool:
    """Whether ratings run against those of being invited, so that high means nervous."""
    invited = [r["invite_again"] for r in rated]
    return len(values) > 2 and float(np.corrcoef(values, invited)[0, 1]) < 0


class _PlainUnpickler(pickle.Unpickler):
    """Reads dictionaries, texts and numbers, which name no class; any other pickle may run code."""

    def find_class(self, module: str, name: str) -> NoReturn:
        raise pickle.UnpicklingError(f"it holds {module}.{name}, which is no plain data")


def _dictionary(path: Path) -> dict[Any, Any]:
    try:
        with path.open("rb") as file:
            found = _PlainUnpickler(file, encoding="latin1").load()
    except (OSError, EOFError, pickle.UnpicklingError, ValueError, LookupError, TypeError,
            AttributeError, MemoryError, OverflowError) as error:  # fmt: skip
        reason = getattr(error, "strerror", None) or error
        raise InputError(
            f"{path}: not read ({reason}); only plain data is; copy it again"
        ) from None
    if not isinstance(found, dict):
        raise InputError(f"{path}: holds no dictionary; is it the file that was published?")
    return found
