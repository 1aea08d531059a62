"""Recordings made elsewhere in which an interviewer is heard."""

from __future__ import annotations

import random
import shutil
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dialogue.types import AskData, Feedback, RecruiterAct
from game.app.heard_questions import heard
from game.app.named_questions import NamedQuestion, asked
from game.voice.voice_flite import FliteVoice
from perception.errors import ModelError
from perception.signal.resampling import resample
from perception.speech.base import choose
from perception.types import Event, VoiceReading, Word, Words
from scoring.record.heard_recruiter import without
from scoring.record.session import Session, read_session
from scoring.record.writer import SessionWriter
from scoring.report.captions import transcript
from scoring.report.webvtt import webvtt
from scoring.report.write import write_report
from tests.commandline_runs import report_of, run_here
from tests.dialogue.understanding.test_put_questions import interviews, spoken_turns
from tests.scoring.sessions import META, VOICE_STEP_S

ANSWER = (
    "I worked in a garden centre for three years and I looked after the plants and the till. Last "
    "spring I moved the tomatoes to the front door, and we sold twice as many."
)
QUOTING = (
    "I find it hard to leave things to other people. My manager asked me, why do you want to do it "
    "all yourself? So now I share the work with a colleague every Monday."
)
TURNS = (
    ("I", "Good morning. Please tell me about yourself."),
    ("C", ANSWER),
    ("I", "Great. What would you say is your biggest weakness?"),
    ("C", QUOTING),
    ("I", "Thank you. And why should we hire you?"),
    ("C", "I know the trade and I like people. I can start in March."),
)
PUT = ("Tell me about yourself.", "What would you say is your biggest weakness?")
PITCH = {"I": 210.0, "C": 110.0}


class Recording:
    """What is heard in a recording: words in stretches, readings of the voice, its length."""

    def __init__(
        self,
        turns: Sequence[tuple[str, str]],
        gap_s: float = 0.7,
        pitch: dict[str, float] = PITCH,
        stretch_of: int = 2,
    ) -> None:
        self.words: list[Words] = []
        self.spans: list[tuple[float, float]] = []
        t_s = 0.0
        for at in range(0, len(turns), stretch_of):
            said: list[Word] = []
            for _, text in turns[at : at + stretch_of]:
                t_s += gap_s
                begun = t_s
                for token in text.split():
                    said.append(Word(token, t_s, t_s + 0.25, 0.9))
                    t_s += 0.28
                self.spans.append((begun, t_s - 0.03))
                t_s -= 0.03
            whole = " ".join(word.text for word in said)
            self.words.append(Words(said[0].start_s, t_s, whole, tuple(said), True, "test"))
        self.length_s = t_s + 1.0
        who = [turn[0] for turn in turns]
        self.voices = []
        for i in range(int(self.length_s / VOICE_STEP_S)):
            at_s = i * VOICE_STEP_S
            on = [w for w, (a, b) in zip(who, self.spans, strict=True) if a <= at_s + 0.016 < b]
            hz = pitch[on[0]] if on else None
            self.voices.append(
                VoiceReading(at_s, VOICE_STEP_S, 0.95 if on else 0.02, -26.0 if on else -70.0, hz)
            )

    def acts(self) -> list[RecruiterAct | Feedback]:
        return heard(self.words, self.voices, self.length_s)

    def session(self, folder: Path, items: Sequence[RecruiterAct | Feedback]) -> Session:
        with SessionWriter(folder, {**META, "kind": "analysis"}) as writer:
            for item in items:
                if isinstance(item, RecruiterAct):
                    writer.act(item)
                else:
                    writer.progress(item)
            for words in self.words:
                # one stretch of speech for both: nobody waits half a second
                start_s, end_s = words.t_start_s - 0.1, words.t_end_s + 0.1
                at = {"t_s": start_s}
                writer.event(Event(start_s + 0.1, "microphone", "speech_start", at))
                writer.event(Event(end_s + 0.3, "microphone", "speech_end", {"t_s": end_s}))
                writer.reading(words)
            for voice in self.voices:
                writer.reading(voice)
            writer.close("complete", self.length_s)
        return read_session(folder)


def put(items: Sequence[RecruiterAct | Feedback]) -> list[str]:
    """The bare questions of acts."""
    acts = [item for item in items if isinstance(item, RecruiterAct)]
    return [act.data.question for act in acts if isinstance(act.data, AskData)]


def test_what_an_interviewer_asks_becomes_the_questions(tmp_path: Path) -> None:
    recording = Recording(TURNS)
    items = recording.acts()
    assert put(items) == [*PUT, "Why should we hire you?"]
    acts = [item for item in items if isinstance(item, RecruiterAct)]
    assert all(a.because is not None and a.because.rule == "heard_question" for a in acts)
    assert [a.text for a in acts] == [text for who, text in TURNS if who == "I"]
    session = recording.session(tmp_path / "s", items)
    for question, (asked_span, said_span), (_, said) in zip(
        session.questions,
        zip(recording.spans[::2], recording.spans[1::2], strict=True),
        TURNS[1::2],
        strict=True,
    ):
        answer = question.answer
        assert answer is not None
        assert answer.transcript == said
        assert question.asked_end_s == pytest.approx(asked_span[1], abs=0.1)
        assert answer.response_time_s == pytest.approx(0.7, abs=0.15)
        assert answer.end_s == pytest.approx(said_span[1], abs=0.25)


def test_the_interviewers_words_and_voice_are_not_the_candidates(tmp_path: Path) -> None:
    recording = Recording(TURNS)
    folder = tmp_path / "s"
    session = recording.session(folder, recording.acts())
    hers = [text for who, text in TURNS if who == "I"]
    told = transcript(session)
    assert [line.text for line in told if line.speaker == "Recruiter"] == hers
    candidates = " ".join(line.text for line in told if line.speaker == "Candidate")
    assert candidates == " ".join(text for who, text in TURNS if who == "C")
    assert webvtt(session).count("biggest weakness") == 1
    report = write_report(folder)
    # her voice is an octave higher, and she speaks for a fifth of the time
    assert report["measures"]["pitch_median_hz"]["value"] == pytest.approx(110.0, abs=1.0)
    assert report["measures"]["pitch_sd_st"]["value"] < 0.5
    assert [q["question"] for q in report["questions"]] == [*PUT, "Why should we hire you?"]
    assert any("may be wrong" in note and "--questions" in note for note in report["notes"])


def test_named_questions_that_are_heard_are_the_interviewers(tmp_path: Path) -> None:
    recording = Recording(TURNS)
    named = [
        NamedQuestion(text, start_s, end_s + 0.1)
        for (who, text), (start_s, end_s) in zip(TURNS, recording.spans, strict=True)
        if who == "I"
    ]
    session = recording.session(tmp_path / "s", asked(named, recording.voices, recording.length_s))
    said = [q.answer.transcript for q in session.questions if q.answer is not None]
    assert said == [text for who, text in TURNS if who == "C"]
    assert not any("may be wrong" in note for note in write_report(tmp_path / "s")["notes"])


@pytest.mark.parametrize("gap_s", [0.35, 0.7, 2.0])
@pytest.mark.parametrize("stretch_of", [1, 2, 6])
def test_turns_may_follow_at_once_or_late(gap_s: float, stretch_of: int) -> None:
    assert put(Recording(TURNS, gap_s, stretch_of=stretch_of).acts())[:2] == list(PUT)


def test_who_is_alone_in_a_recording_is_not_cut() -> None:
    alone = [("C", f"{ANSWER} {QUOTING}"), ("C", ANSWER)]
    assert Recording(alone).acts() == []
    assert heard([], [], 10.0) == []
    unfinished = [Words(0.0, 2.0, "Tell me about yourself.", (), False, "test")]
    assert heard(unfinished, [], 10.0) == []


SPEECHES = (
    "And so, my fellow Americans, ask not | What your country can do for you, | "
    "ask what you can do for your country.",
    "Have you ever been so tired that you could not think? | Most people are, every week. | "
    "What do you do about it? | You sleep less and drink coffee. | It does not help.",
    "Why do you want to be rich? | Money is not everything. | How do you spend your evenings? | "
    "Television takes four hours a day from all who own one.",
    "What would you do in my place? | They told me that the house was lost. | I went in again.",
    "Where do you see yourself in five years? | That is what everybody asks, and nobody knows.",
)
"""Of one speaker each, who asks and waits for no answer; pauses where a bar stands."""


@pytest.mark.parametrize("speech", SPEECHES)
@pytest.mark.parametrize("pause_s", [0.5, 1.2])
def test_who_speaks_to_many_asks_and_is_no_interviewer(speech: str, pause_s: float) -> None:
    pieces = [("C", piece.strip()) for piece in speech.split("|")]
    assert Recording(pieces, pause_s).acts() == []


def test_one_voice_is_an_interview_where_turns_are_taken() -> None:
    """Two people of one pitch: who is asked speaks of themselves after each question."""
    alike = {"I": 118.0, "C": 110.0}
    assert put(Recording(TURNS, pitch=alike).acts())[:2] == list(PUT)
    plain = [
        ("I", "What would you say is your biggest weakness?"),
        ("C", QUOTING),
        ("I", "Where do you see yourself in five years?"),
        ("C", ANSWER),
        ("I", "How do you deal with customers who complain?"),
        ("C", ANSWER),
    ]
    assert len(put(Recording(plain, pitch=alike).acts())) == 3
    assert Recording(plain[:4], pitch=alike).acts() == [], "two may be asked of many"
    assert len(put(Recording(plain[:4]).acts())) == 2, "another voice says so"
    unanswered = [(who, "It is a matter of taste." if who == "C" else t) for who, t in plain]
    assert Recording(unanswered, pitch=alike).acts() == []
    assert Recording(plain, 0.2, pitch=alike).acts() == [], "no turn is taken without a silence"


@pytest.mark.data
@pytest.mark.slow
def test_a_speech_is_one_answer_and_no_interview(data_dir: Path, tmp_path: Path) -> None:
    speech = data_dir / "speech/whisper_jfk.flac"
    done = run_here("analyze", speech, "--out", tmp_path / "s", "--quiet")
    assert (done.status, done.err) == (0, "")
    (question,) = report_of(tmp_path / "s")["questions"]
    assert "whole recording" in question["text"]
    assert "your country can do for you" in question["answer"]["transcript"]


@pytest.mark.data
def test_real_interviews_are_interviews_and_candidates_alone_are_not(data_dir: Path) -> None:
    """96 of them, by their words alone: no voice is known."""
    rng = random.Random(1)
    found = alone = count = 0
    for turns in interviews(data_dir):
        for own in (False, True):
            said = [turn for turn in turns if not own or turn[0] == "C"]
            words, _ = spoken_turns(said, rng, marks=True)
            whole = Words(words[0].start_s, words[-1].end_s, "", tuple(words), True, "test")
            asked_for = put(heard([whole], [], whole.t_end_s + 1.0))
            alone += own and bool(asked_for)
            found += not own and len(asked_for) >= 2
        count += 1
    assert found >= 0.97 * count and alone <= 0.02 * count


def test_one_question_late_in_a_recording_needs_another_voice() -> None:
    late = [("C", f"{ANSWER} {ANSWER}"), ("I", "What do you do in your free time?"), ("C", ANSWER)]
    assert put(Recording(late).acts()) == ["What do you do in your free time?"]
    assert Recording(late, pitch={"I": 118.0, "C": 110.0}).acts() == []


def test_a_voice_of_another_pitch_decides_where_words_do_not() -> None:
    turns = [*TURNS[:2], ("I", "And which one ended up working better?"), ("C", ANSWER)]
    asks = "Which one ended up working better?"
    assert put(Recording(turns).acts()) == [PUT[0], asks]
    assert put(Recording(turns, pitch={"I": 118.0, "C": 110.0}).acts()) == [PUT[0]]


REMARK = "Okay. We are a small team of five here, and we all know each other."
CLOSING = "Right, that is all from my side. We will call you on Monday."


def test_what_an_interviewer_says_besides_is_not_the_candidates(tmp_path: Path) -> None:
    turns = [*TURNS[:2], ("I", REMARK), *TURNS[2:], ("I", CLOSING)]
    recording = Recording(turns, stretch_of=1)
    items = recording.acts()
    assert put(items) == [*PUT, "Why should we hire you?"]
    acts = [item for item in items if isinstance(item, RecruiterAct)]
    assert [a.text for a in acts if a.kind == "say"] == [REMARK, CLOSING]
    session = recording.session(tmp_path / "s", items)
    said = [q.answer.transcript for q in session.questions if q.answer is not None]
    assert said == [text for who, text in TURNS if who == "C"]


@pytest.mark.parametrize("hers", [118.0, 140.0])
def test_a_voice_that_is_not_far_apart_leaves_remarks_in_doubt(hers: float) -> None:
    turns = [*TURNS, ("I", CLOSING)]
    items = Recording(turns, pitch={"I": hers, "C": 110.0}, stretch_of=1).acts()
    assert put(items) == [*PUT, "Why should we hire you?"]
    assert all(a.kind == "ask" for a in items if isinstance(a, RecruiterAct))


def test_all_that_answers_a_question_is_no_remark() -> None:
    turns = [*TURNS[:3], ("I", QUOTING), *TURNS[4:]]
    acts = [a for a in Recording(turns, stretch_of=1).acts() if isinstance(a, RecruiterAct)]
    assert QUOTING not in " ".join(a.text for a in acts)
    assert put(acts)[:2] == list(PUT)


def test_greetings_are_no_question_that_is_rated(tmp_path: Path) -> None:
    turns = [("I", "Hello. How are you doing today?"), ("C", "Quite well."), *TURNS]
    recording = Recording(turns)
    items = recording.acts()
    assert put(items)[0] == PUT[0]
    acts = [item for item in items if isinstance(item, RecruiterAct)]
    assert (acts[0].kind, acts[0].text) == ("say", turns[0][1])
    session = recording.session(tmp_path / "s", items)
    assert len(session.questions) == 3
    assert session.turns.lines[0].text == turns[0][1]


def test_words_without_times_tell_of_no_silence() -> None:
    recording = Recording(TURNS)
    for i, words in enumerate(recording.words):
        recording.words[i] = Words(words.t_start_s, words.t_end_s, words.text, (), True, "test")
    assert recording.acts() == []
    question = recording.spans[0]
    first, *others = without(recording.words, [question])
    assert others == recording.words[1:]
    assert not first.words and first.t_start_s == pytest.approx(question[1], abs=0.4)
    assert first.text.endswith(ANSWER[20:]) and "Please tell" not in first.text


@pytest.mark.slow
def test_two_voices_of_one_channel_are_told_apart(tmp_path: Path) -> None:
    """Spoken by two voices, written down by the recogniser, and reported."""
    if shutil.which("flite") is None:
        pytest.skip("needs flite: apt-get install flite")
    try:
        choose("faster-whisper")
    except ModelError as error:
        pytest.skip(f"pocketsphinx hears too few of the words: {error}")
    _write_spoken(tmp_path / "talk.wav")
    folder = tmp_path / "s"
    done = run_here("analyze", tmp_path / "talk.wav", "--out", folder, "--quiet")
    assert (done.status, done.err) == (0, "")
    report: dict[str, Any] = report_of(folder)
    asked_for = [q["question"] for q in report["questions"]]
    assert len(asked_for) == 3
    for question, key in zip(asked_for, ("yourself", "weakness", "hire you"), strict=True):
        assert key in question
    answers = [q["answer"]["transcript"] for q in report["questions"]]
    for answer, within, beyond in zip(
        answers,
        ("tomatoes", "why do you want to do it all yourself", "trade"),
        ("tell me", "weakness", "hire"),
        strict=True,
    ):
        assert within in answer and beyond not in answer
    for question in report["questions"]:
        assert question["answer"]["response_time_s"] == pytest.approx(0.7, abs=0.3)
    # she speaks higher than he does, and what is measured is his voice
    assert report["measures"]["pitch_median_hz"]["value"] < 140.0


def _write_spoken(path: Path, rate_hz: int = 16_000) -> None:
    voices = {"I": FliteVoice("female"), "C": FliteVoice("male")}
    silence = np.zeros(int(0.7 * rate_hz), np.float32)
    sound = [silence]
    for who, text in TURNS:
        said = voices[who].render(text)
        sound += [resample(said.samples, said.rate_hz, rate_hz), silence]
    whole = np.concatenate(sound)
    noise = np.random.default_rng(0).normal(0.0, 0.001, len(whole))
    whole = 0.5 * whole / np.abs(whole).max() + noise
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes((whole * 32767).astype("<i2").tobytes())
