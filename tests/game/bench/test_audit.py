"""What the audit changes is what it says, and it fails where a score moves."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from game.bench.audit import beneath, compared, looks
from game.bench.audit_faces import LIDS, Points, recoloured, with_glasses
from game.bench.audit_judged import Judged, Pair, judged
from game.bench.audit_sound import change_loudness, change_pace, change_pitch
from game.bench.audit_words import recogniser
from game.synthetic.planted import Exchange, Manner, write_planted
from perception.face.base import open_face
from perception.microphone.base import RATE_HZ
from perception.microphone.decoding import read_sound
from perception.speech.word_error_rate import plain_words, word_errors
from perception.types import Word
from perception.voice.pitch import PitchEstimator
from scoring.record.session import read_session

SPEECH = "speech/librispeech_61-70968-0000.flac"
FACE = "video/liveportrait_d0.mp4"
TEXT = (
    "the customer called about an invoice that nobody could find so we looked in the archive "
    "together and after an hour she had what she needed for the meeting"
)


def _said(count: int) -> list[Word]:
    rng = random.Random(1)
    return [Word(rng.choice(TEXT.split()), 0.4 * i, 0.4 * i + 0.35, 0.93) for i in range(count)]


@pytest.mark.parametrize("rate", [0.1, 0.2, 0.3, 0.4])
def test_errors_come_at_the_rate_asked_for(rate: float) -> None:
    said = _said(3000)
    told = recogniser(rate, "a")(said)
    errors = word_errors(
        plain_words(" ".join(w.text for w in said)), plain_words(" ".join(w.text for w in told))
    )
    assert errors / len(said) == pytest.approx(rate, abs=0.035)
    starts = [w.start_s for w in told]
    assert starts == sorted(starts)
    assert all(a.end_s <= b.start_s + 1e-9 for a, b in itertools.pairwise(told))


def test_wrong_words_are_less_sure_on_the_whole_and_a_higher_rate_adds_to_a_lower() -> None:
    said = _said(1500)
    some, more = recogniser(0.1, "a")(said), recogniser(0.4, "a")(said)
    texts = {round(w.start_s, 3): w.text for w in said}
    sure: Mapping[bool, list[float]] = {True: [], False: []}
    for word in more:
        right = texts.get(round(word.start_s, 3)) == word.text
        sure[right].append(word.confidence or 0.0)
    assert np.mean(sure[True]) == pytest.approx(0.85, abs=0.05)
    assert np.mean(sure[False]) == pytest.approx(0.6, abs=0.08)
    wrong = [{t for t, x in texts.items() if x != _at(told, t)} for told in (some, more)]
    assert wrong[0] < wrong[1]
    assert recogniser(0.4, "a")(said) == more


def _at(told: Sequence[Word], start_s: float) -> str | None:
    return next((w.text for w in told if abs(w.start_s - start_s) < 1e-3), None)


def _hz(sound: np.ndarray) -> np.ndarray:
    """(n,) pitch as hearing tells it, every 10 ms; NaN without voice."""
    estimator, step = PitchEstimator(RATE_HZ), RATE_HZ // 100
    told = [estimator.estimate(sound[i : i + step]) for i in range(0, len(sound) - step, step)]
    return np.array([np.nan if hz is None else hz for hz in told])


@pytest.mark.data
@pytest.mark.parametrize("semitones", [-4.0, -2.0, 2.0, 4.0])
def test_pitch_moves_by_what_is_asked_and_times_stay(data_dir: Path, semitones: float) -> None:
    sound = read_sound(data_dir / SPEECH)
    moved = change_pitch(sound, semitones)
    assert abs(len(moved) - len(sound)) < 0.02 * RATE_HZ
    before, after = _hz(sound), _hz(moved)
    count = min(len(before), len(after))
    told = 12 * np.log2(after[:count] / before[:count])
    assert np.nanmedian(told) == pytest.approx(semitones, abs=0.3)


@pytest.mark.data
@pytest.mark.parametrize("times", [0.85, 1.15])
def test_pace_changes_and_pitch_stays(data_dir: Path, times: float) -> None:
    sound = read_sound(data_dir / SPEECH)
    moved = change_pace(sound, times)
    assert len(moved) / len(sound) == pytest.approx(1 / times, rel=0.02)
    told = 12 * np.log2(np.nanmedian(_hz(moved)) / np.nanmedian(_hz(sound)))
    assert told == pytest.approx(0.0, abs=0.5)


def test_loudness_changes_and_nothing_else() -> None:
    sound = np.linspace(-0.4, 0.4, 50, dtype=np.float32)
    assert change_loudness(sound, -20.0) == pytest.approx(0.1 * sound)


def _face(data_dir: Path) -> tuple[np.ndarray, Points]:
    capture = cv2.VideoCapture(str(data_dir / FACE))
    finder = open_face()
    found = None
    for number in range(6):
        image = cv2.cvtColor(capture.read()[1], cv2.COLOR_BGR2RGB).astype(np.uint8)
        found = finder.find(image, number / 25)
    finder.close()
    capture.release()
    assert found is not None
    return image, found.landmarks


@pytest.mark.data
def test_glasses_change_pixels_only_round_the_eyes(data_dir: Path) -> None:
    image, points = _face(data_dir)
    changed = (with_glasses(image, points) != image).any(axis=2)
    ys, xs = np.nonzero(changed)
    eyes = points[[i for lids in LIDS for i in lids], :2]
    centre, apart = eyes.mean(axis=0), float(np.ptp(eyes[:, 0]))
    assert len(ys) > 0.05 * apart**2
    assert np.abs(ys - centre[1]).max() < 0.5 * apart
    assert np.abs(xs - centre[0]).max() < apart


@pytest.mark.data
def test_skin_gets_darker_and_eyes_do_not(data_dir: Path) -> None:
    image, points = _face(data_dir)
    changed = recoloured(image, points, (0.36, 0.29, 0.24))
    cheek = tuple(np.round(points[205, [1, 0]]).astype(int))
    assert changed[cheek].mean() < 0.75 * image[cheek].mean()
    pupil = tuple(np.round(points[468, [1, 0]]).astype(int))
    assert changed[pupil].astype(int) == pytest.approx(image[pupil].astype(int), abs=12)
    corner = changed[:8, :8].astype(int) - image[:8, :8]
    assert np.abs(corner).max() <= 1


def _judged(folder: Path, gaze: float) -> Judged:
    said = "I ran the till on my own for a week while my manager was away and it went well. " * 3
    exchanges = [Exchange(f"q{i}", "Tell me about your last job, please?", said) for i in range(3)]
    manner = replace(Manner(), gaze_speaking=gaze)
    return judged(read_session(write_planted(folder, exchanges, manner)))


def test_a_biased_measure_is_found_and_named(tmp_path: Path) -> None:
    """Some light in which half of the looks at the screen are missed."""
    before, after = _judged(tmp_path / "a", 0.6), _judged(tmp_path / "b", 0.2)
    (row,) = compared([Pair("dim light", "someone", before, after)], ("nonverbal",))
    assert row.met is False
    assert row.value is not None and row.value > 5.0
    (fault,) = row.faults
    assert "gaze_on_screen_share (0.60 to 0.20" in fault
    (most,) = beneath([Pair("dim light", "someone", before, after)])
    assert "gaze_on_screen_share (0.60 to 0.20)" in most.figure
    assert most.value == pytest.approx(60.0, abs=3)
    (same,) = compared([Pair("dim light", "someone", before, before)], ("nonverbal",))
    assert same.met is True and same.value == 0.0 and not same.faults


def test_a_score_withheld_is_counted_and_no_change(tmp_path: Path) -> None:
    before = _judged(tmp_path / "a", 0.6)
    none = replace(before, scores=dict.fromkeys(before.scores))
    pairs = [Pair("hum", "a", before, before), Pair("hum", "b", before, none)]
    (row,) = compared(pairs, ("delivery",))
    assert row.met is True and "1 of 2 withheld" in row.figure
    (all_of,) = compared(pairs[1:], ("delivery",))
    assert all_of.value is None and all_of.met is None
    assert compared([Pair("hum", "c", none, before)], ("delivery",)) == []


def test_measures_without_a_score_are_told_in_per_cent_of_their_mean(tmp_path: Path) -> None:
    before = _judged(tmp_path / "a", 0.6)
    less = replace(before, values={**before.values, "smile_share": 0.2})
    more = replace(before, values={**before.values, "smile_share": 0.3})
    (row,) = [r for r in looks([Pair("glasses", "a", less, more)]) if "smile_share" in r.figure]
    assert row.value == pytest.approx(40.0)
