"""``analyze --questions FILE``: what was asked in a recording that was made elsewhere, and when.

One question a line, behind the time at which it was asked; lines that begin with # are notes::

    0:04 Tell me about yourself.
    1:32-1:38 Why do you want to work here?

The time is that of the recording; with a second one it says when the question had been put. Where
that is not told, it is taken from the sound: the first pause after about as long as the question
takes to be said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dialogue.types import Feedback, RecruiterAct, spoken_s
from perception.errors import InputError
from perception.types import SPEECH, VoiceReading
from scoring.record.heard_recruiter import NAMED, Put, interviewer_acts

MOST_BYTES = 200_000
"""A file of questions is never longer."""
_LINE = re.compile(
    r"(?:(?P<start>\d+(?::\d{1,2}){1,2}(?:\.\d+)?)"
    r"(?:\s*[-–]\s*(?P<end>\d+(?::\d{1,2}){1,2}(?:\.\d+)?))?\s+)?(?P<text>\S.*)"
)
_SHORTEST, _LONGEST = 0.6, 1.8
"""Factors on the usual time of a question between which its end is looked for."""
_PAUSE_S = 0.3


@dataclass(frozen=True, slots=True)
class NamedQuestion:
    """A question of a recording."""

    text: str
    start_s: float
    """In the recording, when it began to be asked."""
    end_s: float | None = None
    """When it had been put; None where that is not told."""


def read_questions(path: Path) -> tuple[NamedQuestion, ...]:
    """Reads a file of questions, in the order of their times.

    Raises:
        InputError: it is missing, no text, or a line is no question with its time.
    """
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the path") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: no text in UTF-8; save it as plain text") from None
    if len(data) > MOST_BYTES:
        raise InputError(f"{path}: larger than {MOST_BYTES // 1000} KB; name the questions only")
    found = [
        _question(path, number, line.strip())
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.strip().startswith("#")
    ]
    if not found:
        raise InputError(f"{path}: no question in it; write one a line, as in 0:04 Why this job?")
    if len(found) > 1 and any(q.start_s < 0 for q in found):
        raise InputError(
            f"{path}: several questions need their times; write each as in 1:32 Why this job?"
        )
    return tuple(sorted((_placed(q) for q in found), key=lambda q: q.start_s))


def _question(path: Path, number: int, line: str) -> NamedQuestion:
    match = _LINE.fullmatch(line)
    assert match is not None  # a line that is not empty always has a text
    if match["start"] is None:
        return NamedQuestion(match["text"], -1.0)
    start_s = _seconds(match["start"])
    end_s = None if match["end"] is None else _seconds(match["end"])
    if end_s is not None and end_s <= start_s:
        raise InputError(f"{path} line {number}: it ends at {match['end']}, before it begins")
    return NamedQuestion(match["text"], start_s, end_s)


def _placed(question: NamedQuestion) -> NamedQuestion:
    """The only question may do without a time: it was asked at the beginning."""
    if question.start_s >= 0:
        return question
    return NamedQuestion(question.text, 0.0, 0.0)


def _seconds(clock: str) -> float:
    seconds = 0.0
    for part in clock.split(":"):
        seconds = 60.0 * seconds + float(part)
    return seconds


def asked(
    questions: Sequence[NamedQuestion], voices: Sequence[VoiceReading], length_s: float
) -> list[RecruiterAct | Feedback]:
    """The questions as a record has them: asked by somebody, and heard.

    Args:
        questions: in the order of their times.
        voices: of the recording's sound, in order; the interviewer may be heard in it.
        length_s: of the recording.

    Returns:
        Acts and what became of them, in order.

    Raises:
        InputError: a question lies behind the end of the recording.
    """
    said: list[Put] = []
    for number, question in enumerate(questions, start=1):
        if question.start_s >= length_s:
            raise InputError(
                f"question {number} is said to be asked at {question.start_s:.0f} s, behind the "
                f"end of the recording ({length_s:.0f} s); check its time"
            )
        upcoming = [q.start_s for q in questions[number:]]
        latest_s = min((*upcoming, length_s))
        end_s = question.end_s
        if end_s is None:
            end_s = _put_by(question, voices)
        span = (question.start_s, min(end_s, latest_s))
        said.append(Put(span, question.text, question.text, "questions_file"))
    return interviewer_acts(NAMED, said)


def _put_by(question: NamedQuestion, voices: Sequence[VoiceReading]) -> float:
    """When a question had been put, by the first pause after about its usual time."""
    usual_s = spoken_s(question.text)
    earliest_s = question.start_s + _SHORTEST * usual_s
    latest_s = question.start_s + _LONGEST * usual_s
    last_sound_s = None
    for reading in voices:
        if reading.t_s < question.start_s:
            continue
        if reading.t_s > latest_s:
            break
        if reading.speech >= SPEECH:
            last_sound_s = reading.t_s + reading.span_s
        elif (
            last_sound_s is not None
            and last_sound_s >= earliest_s
            and reading.t_s - last_sound_s >= _PAUSE_S
        ):
            return last_sound_s
    # nobody is heard asking: the candidate's part alone was recorded
    return question.start_s if last_sound_s is None else question.start_s + usual_s
