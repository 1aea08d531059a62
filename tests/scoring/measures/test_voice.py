"""Measures of the voice from a record with and without its sound, and the impression of it."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from game.settings import Settings, without_impressions
from game.setup.commandline import parse
from perception.microphone.decoding import read_sound
from perception.types import ProsodyReading, VoiceImpression
from scoring.emotion.voice_impressions import voice_impressions
from scoring.measures.measure import UNITS, measure
from scoring.measures.voice import FULL_VOICED_S, MIN_STATEMENTS
from scoring.record.session import read_session
from scoring.record.writer import SessionWriter
from scoring.report.analysis import build_report
from scoring.report.write import write_report
from scoring.rubric import load, norms
from tests.scoring.sessions import Answer, Script

RATE_HZ = 16_000
NEW = ("harmonicity_db", "voice_breaks_share", "final_rises_share", "trailing_off_share", "snr_db")


LIKES = "I like the work with people because every day there is something new to find out"
WHY = "My first job was in a small shop and the customers there taught me to listen"


def script() -> Script:
    """Two answers of four statements each, a second and a half of silence between them."""
    pauses = {3: 1.5, 7: 1.5, 11: 1.5}
    return Script(
        [
            ("q1", "What do you like?", Answer(LIKES, pauses=pauses)),
            ("q2", "And why is that?", Answer(WHY, pauses=pauses)),
        ]
    )


def voice(seconds: float, end_st: float, fade_db: float) -> NDArray[np.float32]:
    """A statement: a buzz of 120 Hz whose last 0.4 s go up or down, and which may fade."""
    n = round(seconds * RATE_HZ)
    t = np.arange(n) / RATE_HZ
    semitones = np.interp(t, [0, seconds - 0.4, seconds], [0, 0, end_st])
    phase = 2 * np.pi * np.cumsum(120 * 2 ** (semitones / 12)) / RATE_HZ
    gain = 10 ** (np.interp(t, [0, seconds - 0.8, seconds], [0, 0, -fade_db]) / 20)
    sound = sum(np.sin(k * phase) / k for k in range(1, 20)) * 0.1 * gain
    return np.asarray(sound, np.float32)


def record(folder: Path, rises: int, fades: int) -> Path:
    """A session whose sound has statements, the first of which rise, or fade."""
    made = script()
    made.write(folder)
    session = read_session(folder)
    rng = np.random.default_rng(5)
    sound = rng.normal(0, 10 ** (-60 / 20), round(made.end_s * RATE_HZ)).astype(np.float32)
    spans = [span for answer in session.answers for span in answer.speech]
    assert len(spans) == 8
    for i, (start, end) in enumerate(spans):
        piece = voice(end - start, 5.0 if i < rises else -5.0, 20.0 if i < fades else 0.0)
        begin = round(start * RATE_HZ)
        sound[begin : begin + len(piece)] += piece
    with wave.open(str(folder / "candidate.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return folder


def impress(folder: Path, arousal: tuple[float, float], impression: bool = True) -> None:
    """Adds prosody readings: one arousal for each answer."""
    session = read_session(folder)
    with SessionWriter(folder, {}, resume=True) as writer:
        for answer, value in zip(session.answers, arousal, strict=True):
            for t_s in np.arange(answer.start_s + 0.25, answer.end_s, 0.25):
                writer.reading(
                    ProsodyReading(
                        float(t_s), 4.0, 120.0, 2.0, -26.0, 5.0, 4.0, 1.5, 7.0, 14.0, 30.0,
                        VoiceImpression(value) if impression else None,
                    )
                )  # fmt: skip
        writer.close("complete", session.duration_s)


def test_ends_of_statements_and_quality_come_from_the_sound(tmp_path: Path) -> None:
    found = measure(read_session(record(tmp_path / "s", rises=2, fades=4)))
    assert found["final_rises_share"].value == pytest.approx(2 / 8)
    assert found["trailing_off_share"].value == pytest.approx(4 / 8)
    assert found["final_rises_share"].coverage == pytest.approx(0.8)  # of ten statements
    moments = found["final_rises_share"].evidence
    assert len(moments) == 2
    spans = [s for a in read_session(tmp_path / "s").answers for s in a.speech]
    assert [m[1] for m in moments] == pytest.approx([s[1] for s in spans[:2]], abs=0.05)
    pitch = found["pitch_median_hz"].value
    assert pitch == pytest.approx(120.0, rel=0.01)
    harmonicity, breaks = found["harmonicity_db"].value, found["voice_breaks_share"].value
    assert harmonicity is not None and harmonicity > 20
    assert breaks is not None and breaks < 0.05
    assert found["jitter_pct"].value is not None and found["jitter_pct"].value < 0.6


def test_without_sound_the_readings_tell_what_they_can(tmp_path: Path) -> None:
    folder = script().write(tmp_path / "s")
    impress(tmp_path / "s", (0.0, 0.0))
    found = measure(read_session(tmp_path / "s"))
    assert folder is not None
    assert found["jitter_pct"].value == pytest.approx(1.5)
    assert found["harmonicity_db"].value == pytest.approx(14.0)
    assert found["pitch_median_hz"].value is not None
    for name in ("voice_breaks_share", "final_rises_share", "trailing_off_share"):
        assert found[name].value is None and found[name].coverage == 0.0


def test_a_few_statements_give_no_share(tmp_path: Path) -> None:
    made = Script([("q", "What?", Answer("word " * 8, pauses={3: 1.0}))])
    made.write(tmp_path / "s")
    sound = np.concatenate([voice(made.end_s, 0.0, 0.0)])
    with wave.open(str(tmp_path / "s" / "candidate.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((sound * 32767).astype("<i2").tobytes())
    assert MIN_STATEMENTS > 2
    assert measure(read_session(tmp_path / "s"))["final_rises_share"].value is None


def test_none_of_them_has_a_band_or_is_called_wrong(tmp_path: Path) -> None:
    assert set(NEW) <= set(UNITS)
    assert not set(NEW) & set(norms())
    report = build_report(record(tmp_path / "s", rises=8, fades=8))
    said = json.dumps([report["improvements"], [q["feedback"] for q in report["questions"]]])
    for word in ("rising", "uptalk", "fade", "trail", "jitter"):
        assert word not in said.lower()
    scores = report["scores"]
    assert all(not set(NEW) & set(score["measures"]) for score in scores.values())


def test_the_impression_stands_apart_with_its_label(tmp_path: Path) -> None:
    folder = record(tmp_path / "s", rises=0, fades=0)
    plain = build_report(folder)
    assert plain["voice_impressions"] is None
    impress(folder, (-0.5, 0.6))
    report = write_report(folder)
    answers = report["voice_impressions"]["answers"]
    assert [a["question_id"] for a in answers] == ["q1", "q2"]
    assert [a["arousal"] for a in answers] == pytest.approx([-0.5, 0.6])
    assert all(a["valence"] is None for a in answers)
    assert report["voice_impressions"]["disclaimer"] == load("disclaimers")["voice"]
    # no score comes of it
    assert {n: s["value"] for n, s in report["scores"].items()} == {
        n: s["value"] for n, s in plain["scores"].items()
    }
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "How you may have come across to others" in page
    assert "not at what you felt" in page and "usual voice" in page


def test_without_impressions_the_report_is_silent(tmp_path: Path) -> None:
    folder = record(tmp_path / "s", rises=0, fades=0)
    impress(folder, (0.5, 0.5), impression=False)
    assert voice_impressions(read_session(folder)) == ()
    write_report(folder)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "may have come across" not in page
    assert parse(["practice", "--no-emotion"]).no_emotion
    settings = without_impressions(Settings())
    assert not settings.hearing.prosody.impression.enabled
    assert settings.hearing.prosody.enabled  # what is measured stays


TONES = ("pitch_median_hz", "pitch_sd_st", "jitter_pct", "shimmer_pct", "harmonicity_db")


def test_all_that_is_told_of_one_voice_rests_on_the_same_sound(tmp_path: Path) -> None:
    """Coverage is that of the voiced sound: with 4 s of it 0.4 of all that a tone needs, for pitch
    as for jitter, and half of that where half of the sound was lost."""
    record(tmp_path / "s", 0, 0)
    session = read_session(tmp_path / "s")
    voiced_s = sum(b - a for answer in session.answers for a, b in answer.speech)
    found = measure(session)
    whole = found["pitch_median_hz"].coverage
    assert whole == pytest.approx(min(1.0, voiced_s / FULL_VOICED_S), abs=0.06)
    for name in (*TONES, "voice_breaks_share"):
        assert found[name].coverage == pytest.approx(whole, abs=0.02), name

    with wave.open(str(tmp_path / "s" / "candidate.wav"), "rb") as file:
        sound = file.readframes(file.getnframes())
    first = session.answers[0]
    with wave.open(str(tmp_path / "s" / "candidate.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(sound[: 2 * round(first.speech[1][1] * RATE_HZ)])
    less = measure(read_session(tmp_path / "s"))
    assert less["jitter_pct"].coverage < 0.6 * whole
    for name in TONES:
        assert less[name].coverage == pytest.approx(less["pitch_median_hz"].coverage, abs=0.02)


def test_without_sound_too_pitch_and_quality_are_covered_alike(tmp_path: Path) -> None:
    script().write(tmp_path / "s")
    impress(tmp_path / "s", (0.0, 0.0))
    found = measure(read_session(tmp_path / "s"))
    for name in TONES:
        assert found[name].coverage == pytest.approx(found["pitch_sd_st"].coverage, abs=0.05), name


@pytest.mark.data
def test_a_short_voice_is_covered_alike_in_pitch_and_jitter(data_dir: Path, tmp_path: Path) -> None:
    """A few seconds of a reader, a part of what a voice is known by: jitter had 1.0."""
    made = Script([("q", "Where was it?", Answer("in the heart of my district " * 2))])
    made.write(tmp_path / "s")
    talk = read_sound(data_dir / "speech/lj_LJ050-0131.wav")
    with wave.open(str(tmp_path / "s" / "candidate.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((np.clip(talk, -1, 1) * 32767).astype("<i2").tobytes())
    found = measure(read_session(tmp_path / "s"))
    pitch = found["pitch_median_hz"].coverage
    assert 0.05 < pitch < 0.5
    assert found["jitter_pct"].coverage == pytest.approx(pitch, abs=0.02)
