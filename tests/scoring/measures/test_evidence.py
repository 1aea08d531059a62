"""Every value in a report has moments that show it, wherever something differs."""

from __future__ import annotations

import math
import random
import wave
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from game.bench.scores_material import planted_session
from game.synthetic.planted import Exchange, Manner, write_planted
from perception.types import (
    BodyReading,
    FaceReading,
    Gaze,
    HeadGesture,
    PictureReading,
    ProsodyReading,
    VoiceReading,
)
from scoring.measures.finding import densest, extremes, lasting, paces
from scoring.measures.measure import UNITS, MeasureSet, measure
from scoring.measures.voice import QUALITIES
from scoring.record.session import read_session
from scoring.record.writer import SessionWriter
from tests.scoring.measures.test_voice import record

EVENTS = frozenset((
    *("silence_share", "fillers_per_min", "smile_share", "brow_activity", "nods", "shakes"),
    *("tilts", "blinks_per_min", "gesture_share", "hand_to_face_share", "slouch_share"),
    *("fidget_share", "hands_visible_share", "grammar_issues_per_100_words", "eye_contact_share"),
    *("voice_breaks_share", "final_rises_share", "trailing_off_share", "hedges_per_100_words"),
))  # fmt: skip
"""What is counted or lasts: where it is 0 nothing of it can be shown."""
LAPSES = frozenset(name for name in UNITS if name.startswith("gaze_on")) | frozenset(
    ("face_share", "picture_quality_share")
)
"""Shares of which what is missing is shown: where they are 1 nothing is."""


def enrich(folder: Path, seed: int) -> Path:
    """Adds all that a camera and a microphone tell, ever changing, to a planted session."""
    session = read_session(folder)
    rng = random.Random(seed)
    speech = session.candidate_speech
    with SessionWriter(folder, {}, resume=True) as writer:
        for i in range(int(session.duration_s * 20)):
            t = i / 20
            slow = math.sin(t / 7)
            said = any(a <= t < b for a, b in speech)
            level = -28 + 6 * slow + rng.gauss(0, 2) if said else -68 + 4 * slow
            pitch = 120 * 2 ** (0.2 * slow) if said else None
            writer.reading(VoiceReading(t, 0.05, 0.95 if said else 0.02, level, pitch))
            if i % 5 == 0 and said:
                writer.reading(
                    ProsodyReading(
                        t, 1.0, pitch, 2.0, level, 4.0, 4.2, 1.2 + 0.4 * slow, 6.0 + slow,
                        15.0 + 3 * slow, 30.0,
                    )
                )  # fmt: skip
            if i % 2 == 0:
                units = {n: 0.5 + 0.5 * math.sin(t / (n + 1)) for n in (1, 2, 4, 6, 12)}
                gaze = Gaze(0.0, 0.0, "screen" if t % 9 < 7 else "down", 0.95, eyes=t % 9 < 4)
                turned = 8 * slow * math.sin(t * 3)
                seen = t % 40 > 1
                shut = float(t % 4 < 0.15)
                writer.reading(
                    FaceReading(
                        t, 0.02, 0.95 if seen else 0.1, *((turned, 3 * slow, slow) if seen else ()),
                        gaze=gaze,
                        expressions={"eyeBlinkLeft": shut, "eyeBlinkRight": shut},
                        action_units=units,
                        faces=int(seen),
                    )
                )  # fmt: skip
                writer.reading(
                    BodyReading(
                        t, slow, 0.02 * slow, 2 if t % 8 > 3 else 0, 1.0 + slow, t % 11 < 1,
                        0.3 * slow, 0.6 + 0.4 * slow, t % 5 < 2, 0.9,
                    )
                )  # fmt: skip
            if i % 20 == 0:
                writer.reading(PictureReading(t, problems=("dark",) if t % 30 < 4 else ()))
        for n, kind in enumerate(("nod", "shake", "tilt")):
            writer.reading(HeadGesture(kind, 5.0 + n, 5.6 + n, 8.0, 5.7 + n))
        writer.close("complete", session.duration_s)
    return folder


def unshown(found: Iterable[tuple[str, float | None, Sequence[object]]]) -> list[str]:
    """Measures (name, value, evidence) with a value that nothing shows, where something could."""
    return [
        name
        for name, value, evidence in found
        if value is not None
        and not evidence
        and not (name in EVENTS and value == 0.0)
        and not (name in LAPSES and value == 1.0)
    ]


def check(found: MeasureSet, duration_s: float) -> None:
    assert unshown((n, m.value, m.evidence) for n, m in found.values.items()) == []
    for name, each in found.values.items():
        for start, end in each.evidence:
            assert -1e-6 <= start < end <= duration_s + 0.5, name


@pytest.mark.parametrize("seed", [1, 2, 5, 11])
def test_of_a_planted_interview_every_measure_shows_moments(tmp_path: Path, seed: int) -> None:
    made = planted_session(random.Random(seed), seed)
    folder = enrich(write_planted(tmp_path / "s", made.exchanges, made.manner), seed)
    session = read_session(folder)
    found = measure(session)
    valued = [name for name in UNITS if found[name].value is not None]
    assert len(valued) > 38, sorted(set(UNITS) - set(valued))
    check(found, session.duration_s)
    assert measure(read_session(folder)).values == found.values


def test_of_the_sound_too(tmp_path: Path) -> None:
    session = read_session(record(tmp_path / "s", rises=2, fades=4))
    found = measure(session)
    for name in (*QUALITIES[:3], "snr_db", "articulation_rate_sps"):
        assert found[name].value is not None and found[name].evidence, name


def test_breaks_of_a_voice_are_shown_where_they_are(tmp_path: Path) -> None:
    session = read_session(record(tmp_path / "s", rises=2, fades=0))
    (first, *_) = (span for answer in session.answers for span in answer.speech)
    gone = (first[0] + 0.5, first[0] + 0.7)
    path = tmp_path / "s" / "candidate.wav"
    with wave.open(str(path)) as file:
        settings, sound = file.getparams(), np.frombuffer(file.readframes(10**9), "<i2").copy()
    sound[slice(*(round(t * settings.framerate) for t in gone))] = 0
    with wave.open(str(path), "wb") as file:
        file.setparams(settings)
        file.writeframes(sound.tobytes())
    (shown,) = measure(session)["voice_breaks_share"].evidence
    assert shown == pytest.approx(gone, abs=0.03)


def test_a_short_answer_shows_moments_as_well(tmp_path: Path) -> None:
    text = "Maybe I can help people because I like to talk with them and I work hard every day"
    short = [Exchange("q", "Why do you want this job?", text)]
    folder = enrich(write_planted(tmp_path / "s", short, replace(Manner(), filler_every=8)), 3)
    check(measure(read_session(folder)), read_session(folder).duration_s)


def test_where_the_moments_lie(tmp_path: Path) -> None:
    calm = "I like the work because it is good and the people are kind and happy every day there. "
    angry = (
        "But the bad days were terrible and difficult and the worst problem was an awful failure. "
    )
    plain = (
        "Then we went to the shop and then we went to the shop and then we went to the shop. " * 3
    )
    hedged = "Maybe it was sort of right, I guess, or perhaps it was kind of wrong for all of us. "
    said = (calm, angry, plain, hedged + "The reason lies in other matters of trade.")
    asked = [Exchange(f"q{i}", "How was your last job?", text) for i, text in enumerate(said)]
    folder = write_planted(tmp_path / "s", asked, Manner())
    session = read_session(folder)
    found = measure(session)

    def answers(name: str) -> set[int]:
        return {
            number
            for number, answer in enumerate(session.answers)
            for start, end in found[name].evidence
            if start < answer.end_s and end > answer.start_s
        }

    assert answers("sentiment") == {0, 1}
    assert answers("hedges_per_100_words") == {3}
    least, most = found["vocabulary_mtld"].evidence
    repeated = session.answers[2]
    assert repeated.start_s <= least[0] and least[1] <= repeated.end_s
    assert most[0] >= session.answers[3].start_s


def test_stretches_shorter_than_a_window_are_told_apart() -> None:
    t = np.arange(0, 8, 0.1)
    hold = np.full(t.shape, 0.1)
    assert extremes(t, hold, np.zeros(t.shape)) == ()
    (first, second) = extremes(t, hold, (t > 4).astype(np.float64))
    assert first[0] < 4 and second[1] > 4


def test_one_thing_that_happened_is_shown() -> None:
    assert densest([(3.0, 3.2)]) == ((3.0, 3.2),)
    assert densest([(3.0, 3.2), (20.0, 20.1), (25.0, 25.5)], 1) == ((20.0, 25.5),)
    assert densest([(1.0, 2.0), (30.0, 31.0)]) == ((1.0, 2.0), (30.0, 31.0))
    assert densest([]) == ()


def test_short_ones_are_shown_where_none_is_long() -> None:
    assert lasting(((1.0, 1.2), (3.0, 3.1)), 0.7) == ((1.0, 1.2), (3.0, 3.1))
    assert lasting(((1.0, 1.2), (3.0, 4.0)), 0.7) == ((3.0, 4.0),)


def test_the_fastest_seconds_leave_pauses_out() -> None:
    words = [(float(t), 1.0) for t in range(10)] + [(10 + t / 2, 1.0) for t in range(20)]
    slow, fast = paces(words, [[(0.0, 20.0)]])
    assert slow == (0.0, 10.0) and fast == (10.0, 20.0)
    # the same number of words within half of the time is twice as fast
    held = [(0.0, 10.0), (15.0, 20.0)]
    even = [(float(t), 1.0) for t in range(10)] + [(15 + t / 2, 1.0) for t in range(10)]
    assert paces(even, [held])[-1] == (10.0, 20.0)
