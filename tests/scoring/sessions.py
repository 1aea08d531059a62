"""Session folders with exactly known contents, written by the real writer."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from dialogue.types import AcknowledgeData, AskData, Because, Feedback, RecruiterAct
from game.synthetic.planted import write_close, write_line, write_stretch
from perception.types import (
    FaceReading,
    Gaze,
    HeadGesture,
    VoiceReading,
    Word,
    Words,
)
from scoring.record.writer import SessionWriter

META = {
    "id": "test-1",
    "created": "2026-03-04T10:20:30+00:00",
    "role": "Project manager",
    "persona": "Anna",
    "seed": 7,
    "versions": {"program": "0.1"},
}
VOICE_STEP_S = 0.032
FACE_STEP_S = 1 / 30


def leave_as_killed(writer: SessionWriter) -> None:
    """Lets go of a record as a process does that was killed: without an end, and unlocked."""
    writer._stop_sync.set()
    writer._close_files()


@dataclass
class Answer:
    """Words at a steady pace, with pauses after chosen words."""

    text: str
    wpm: float = 120.0
    response_s: float = 0.8
    pauses: dict[int, float] = field(default_factory=dict)
    """Index of a word → seconds of silence after it."""
    typed: bool = False


@dataclass
class Script:
    """A whole interview; writes itself into a folder."""

    questions: list[tuple[str, str, Answer | None]]
    camera: bool = True
    competencies: tuple[str, ...] = ("teamwork",)
    """Of the questions in order; of those beyond the last one."""
    gaze_cycle: tuple[float, float] = (7.0, 3.0)
    """Seconds on the screen, then seconds away, over and over."""
    gaze_error_deg: float | None = None
    """Of the gaze's calibration in the green room; None for none."""
    smile_cycle: tuple[float, float] = (2.0, 8.0)
    pitch: tuple[float, float] = (110.0, 130.0)
    nods: int = 0
    ask_s: float = 4.0
    finish: bool = True
    level_dbfs: float = -26.0
    confidence: float | None = 0.9
    speech: list[tuple[float, float]] = field(default_factory=list)
    end_s: float = 0.0

    def write(self, folder: Path) -> Path:
        room = {"done": True, "gaze": {"error_deg": self.gaze_error_deg}}
        meta = META if self.gaze_error_deg is None else {**META, "green_room": room}
        writer = SessionWriter(folder, meta)
        t = 1.0
        for number, (identity, text, answer) in enumerate(self.questions, start=1):
            act = RecruiterAct(
                t,
                "ask",
                text,
                "warm",
                Because("next_question", "silence_s", 1.0, 0.7),
                f"act-{number}",
                identity,
                AskData(self.competencies[min(number, len(self.competencies)) - 1]),
            )
            t += self.ask_s
            write_line(writer, act, t)
            if answer is None:
                t += 5.0
            elif answer.typed:
                t += 10.0
                writer.reading(Words(t, t, answer.text, source="typed"))
                t += 0.5
            else:
                t = self._speak(writer, t + answer.response_s, answer)
            nod = RecruiterAct(
                t,
                "acknowledge",
                "",
                "warm",
                Because("nod_at_phrase_end", "pause_s", 0.4, 0.3),
                f"nod-{number}",
                identity,
                AcknowledgeData("nod"),
            )
            writer.act(nod)
            writer.progress(Feedback(t + 0.1, nod.id, "start"))
            t += 0.6
        self.end_s = t + 1.5
        write_close(writer, t, self.end_s)
        self._voice(writer)
        if self.camera:
            self._face(writer)
        if self.finish:
            writer.close("complete", self.end_s)
        else:
            leave_as_killed(writer)
        return folder

    def _speak(self, writer: SessionWriter, t: float, answer: Answer) -> float:
        words = answer.text.split()
        slot = 60.0 / answer.wpm
        said = []
        start = t
        begun = t
        for i, word in enumerate(words):
            said.append(Word(word, t, t + slot, self.confidence))
            t += slot
            if i in answer.pauses:
                self._speech(writer, begun, t)
                t += answer.pauses[i]
                begun = t
        self._speech(writer, begun, t)
        writer.reading(Words(start, t, answer.text, tuple(said), True, "test"))
        return t

    def _speech(self, writer: SessionWriter, start: float, end: float) -> None:
        self.speech.append((start, end))
        write_stretch(writer, start, end)

    def _voice(self, writer: SessionWriter) -> None:
        if not self.speech:
            return
        low, high = self.pitch
        for i in range(int(self.end_s / VOICE_STEP_S)):
            t = i * VOICE_STEP_S
            on = any(a <= t + VOICE_STEP_S / 2 < b for a, b in self.speech)
            pitch = (low if i % 2 else high) if on else None
            level = (self.level_dbfs if on else -70.0) + (2.0 if i % 4 < 2 else -2.0)
            writer.reading(VoiceReading(t, VOICE_STEP_S, 0.95 if on else 0.03, level, pitch))

    def _face(self, writer: SessionWriter) -> None:
        for i in range(int(self.end_s / FACE_STEP_S)):
            t = i * FACE_STEP_S
            on = t % sum(self.gaze_cycle) < self.gaze_cycle[0]
            smile = t % sum(self.smile_cycle) < self.smile_cycle[0]
            writer.reading(
                FaceReading(
                    t_s=t,
                    latency_s=0.02,
                    confidence=0.9,
                    yaw_deg=3.0 + 10.0 * (t % 1.0),
                    pitch_deg=-2.0,
                    roll_deg=0.0,
                    position_m=(0.0, 0.0, -0.6),
                    gaze=Gaze(0.0, 0.0, "screen" if on else "down"),
                    action_units={
                        12: 0.8 if smile else 0.05,
                        6: 0.6 if smile else 0.0,
                        1: 0.0,
                        2: 0.5 if t % 4.0 < 1.0 else 0.0,
                        4: 0.0,
                    },
                    faces=1,
                )
            )
        for i in range(self.nods):
            t = (i + 0.5) * self.end_s / self.nods
            writer.reading(HeadGesture("nod", t, t + 0.5, 8.0, t + 0.6))


STORY = (
    "Last year at my previous company there was a big project with twelve customers and um I had "
    "to move the whole database in three weeks. So I planned it with my team and then I wrote a "
    "schedule and uh I spoke with every customer on the phone. In the end we finished on time and "
    "as a result the complaints dropped by forty percent."
)
MOTIVE = (
    "I am agree that this job is interesting because I like to manage projects with people and you "
    "know I have worked as a project manager for five years. I want to learn more about planning "
    "and um I think your company gives me a good opportunity to grow."
)


def interview() -> Script:
    """Two good answers, one typed, one question left unanswered."""
    return Script(
        [
            ("motivation", "Why do you want this project manager job?", Answer(MOTIVE, 150.0)),
            (
                "project",
                "Tell me about a time when you managed a difficult project.",
                Answer(STORY, 140.0, 1.2, {9: 0.6, 24: 1.1, 45: 2.4}),
            ),
            (
                "strength",
                "What is your greatest strength?",
                Answer("I plan <b>well</b>.", typed=True),
            ),
            ("future", "Where do you see yourself in five years?", None),
        ],
        nods=6,
    )
