"""Sessions in which it is known what was done well and what was not, written as records.

A candidate is given written answers and a manner: pace, pauses, fillers, promptness, gaze. What is
planted is in the record exactly, as hearing and seeing would have written it without an error; so
whatever a report gets wrong of it is the report's doing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dialogue.types import AskData, Because, Feedback, RecruiterAct, spoken_s
from perception.types import Event, FaceReading, Gaze, Word, Words
from scoring.record.writer import SessionWriter

FACES_HZ = 10.0
PHRASE_WORDS = 11
"""Words after which a speaker pauses."""
CONFIDENCE = 0.93
_CLOSE_S = 2.0


@dataclass(frozen=True, slots=True)
class Manner:
    """How somebody speaks and where they look; the defaults lie inside every norm."""

    words_per_min: float = 170.0
    """Without pauses."""
    pause_s: float = 0.5
    filler_every: float = 0
    """Words after which an "um" comes, over and over; 0 for none."""
    response_s: float = 1.0
    """From the end of the question."""
    gaze_speaking: float = 0.6
    """Share of the time (0...1) on the recruiter."""
    gaze_listening: float = 0.8


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what was said to it."""

    id: str
    question: str
    answer: str
    """Empty for silence."""
    competency: str = ""
    episode: bool | None = None
    """Whether it asks for something that happened; None where nobody says."""
    typed: bool = False


Heard = Callable[[Sequence[Word]], Sequence[Word]]
"""What a recogniser makes of the words of an answer."""


def write_planted(
    folder: Path,
    exchanges: Sequence[Exchange],
    manner: Manner | None,
    heard: Heard = tuple,
    source: str = "planted",
) -> Path:
    """Writes the record of such an interview.

    Args:
        folder: of the session.
        exchanges: in the order in which they were asked.
        manner: of speaking; None for somebody who types and has no camera.
        heard: makes the words of each spoken answer those of the record; without it they are what
            was said.
        source: of those words, a recogniser's name.

    Returns:
        The folder.

    Raises:
        StorageError: it cannot be written.
    """
    room = {"done": True, "gaze": {"error_deg": 1.5}}
    meta = {"id": "planted", "created": "2026-01-05T09:00:00+00:00", "green_room": room}
    with SessionWriter(folder, meta) as writer:
        t = 1.0
        listening: list[tuple[float, float]] = []
        for number, each in enumerate(exchanges, start=1):
            act = ask(t, number, len(exchanges), each)
            end = t + spoken_s(each.question)
            write_line(writer, act, end)
            listening.append((t, end))
            if not each.answer:
                t = end + 6.0
            elif manner is None or each.typed:
                t = end + 12.0
                writer.reading(Words(t, t, each.answer, source="typed"))
            else:
                t = _spoken(writer, end + manner.response_s, each.answer, manner, heard, source)
            t += 1.0
        write_close(writer, t, t + _CLOSE_S)
        if manner is not None:
            for face in _faces(t + _CLOSE_S, listening, manner):
                writer.reading(face)
        writer.close("complete", t + _CLOSE_S)
    return folder


def ask(t_s: float, number: int, of: int, exchange: Exchange) -> RecruiterAct:
    """The recruiter's act of asking a question, the number-th of so many, at a time."""
    data = AskData(
        exchange.competency or None,
        number=number,
        of=of,
        question=exchange.question,
        asks_episode=exchange.episode,
    )
    because = Because("next_question", "silence_s", 1.0, 0.7)
    name = f"ask-{number}"
    return RecruiterAct(t_s, "ask", exchange.question, "warm", because, name, exchange.id, data)


def _spoken(
    writer: SessionWriter, t_s: float, answer: str, manner: Manner, heard: Heard, source: str
) -> float:
    """Says an answer from a time on; gives the time at which it ends."""
    slot = 60.0 / manner.words_per_min
    said: list[Word] = []
    begun = t = t_s
    plain = answer.split()
    for number, text in enumerate(plain, start=1):
        said.append(Word(text, t, t + slot, CONFIDENCE))
        t += slot
        if manner.filler_every and number % manner.filler_every == 0:
            said.append(Word("um", t, t + slot, CONFIDENCE))
            t += slot
        if number % PHRASE_WORDS == 0 and number < len(plain):
            write_stretch(writer, begun, t)
            t += manner.pause_s
            begun = t
    write_stretch(writer, begun, t)
    told = tuple(heard(said))
    text = " ".join(word.text for word in told)
    if told:
        writer.reading(Words(t_s, t, text, told, True, source))
    return t


def write_line(writer: SessionWriter, act: RecruiterAct, end_s: float) -> None:
    """Writes what the recruiter says from the time of an act to another."""
    writer.act(act)
    writer.progress(Feedback(act.t_s, act.id, "start"))
    writer.progress(Feedback(end_s, act.id, "end"))


def write_close(writer: SessionWriter, t_s: float, end_s: float) -> None:
    """Writes the end of an interview."""
    write_line(writer, RecruiterAct(t_s, "close", "Thank you.", "warm", None, "close", None), end_s)


def write_stretch(writer: SessionWriter, start_s: float, end_s: float) -> None:
    """Writes when the candidate spoke, as a detector of speech tells it: a little later."""
    writer.event(Event(start_s + 0.1, "microphone", "speech_start", {"t_s": start_s}))
    writer.event(Event(end_s + 0.3, "microphone", "speech_end", {"t_s": end_s}))


def _faces(
    end_s: float, listening: Sequence[tuple[float, float]], manner: Manner
) -> Iterator[FaceReading]:
    """A face that looks at the recruiter for the planted share of each ten readings."""
    spans = itertools.cycle(range(10))
    for number in range(int(end_s * FACES_HZ)):
        t = number / FACES_HZ
        listens = any(start <= t < end for start, end in listening)
        share = manner.gaze_listening if listens else manner.gaze_speaking
        on = next(spans) < round(10 * share)
        gaze = Gaze(0.0, 0.0, "screen" if on else "down", 0.95, eyes=on)
        yield FaceReading(t, 0.02, 0.95, 0.0, 0.0, 0.0, (0.0, 0.0, -0.6), gaze, faces=1)
