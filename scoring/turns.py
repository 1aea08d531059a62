"""Who speaks when, what was asked, and what was answered.

The recruiter's speech comes from the progress of her acts, the candidate's from the ends of speech
that the microphone's activity detector found. An answer belongs to the question that was open while
it was spoken: from the end of the asking to the next question or the close, without whatever the
recruiter said meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dialogue.types import RecruiterAct
from perception.types import Event, Word
from scoring.types import Span

if TYPE_CHECKING:
    from scoring.session import Session

SPEAKING_KINDS = ("say", "ask", "interrupt", "close")
CHARACTERS_PER_S = 15.0
"""Guess of speaking pace for an act whose end was not recorded (about 170 words a minute)."""
EARLY_S = 0.3
"""Candidate's speech that outlasts the question by this much is the beginning of an answer."""


@dataclass(frozen=True, slots=True)
class Line:
    """Something the recruiter said."""

    start_s: float
    end_s: float
    text: str
    act_id: str
    kind: str
    question_id: str | None
    stopped: bool = False
    """She was interrupted or yielded."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the candidate said to one question."""

    question_id: str | None
    start_s: float
    end_s: float
    speech: tuple[Span, ...]
    """Stretches of speech inside; empty for a typed answer."""
    words: tuple[Word, ...]
    """With times; empty for a typed answer."""
    transcript: str
    response_time_s: float | None
    """From the end of the question; negative where the candidate was early. None when typed."""
    typed: bool = False
    estimated_times: bool = False
    """Words came without times, and were spread over their stretch of speech."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question that was asked, and its answer if one was given."""

    id: str
    text: str
    asked_s: float
    asked_end_s: float
    window_end_s: float
    competency: str | None
    follow_up_of: str | None
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Turns:
    """The conversation over time."""

    lines: tuple[Line, ...]
    recruiter: tuple[Span, ...]
    candidate: tuple[Span, ...]
    questions: tuple[Question, ...]
    answers: tuple[Answer, ...]


def merge(spans: Iterable[Span], bridge_s: float = 0.0) -> tuple[Span, ...]:
    """Overlapping and touching spans become one."""
    merged: list[list[float]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1] + bridge_s:
            merged[-1][1] = max(merged[-1][1], end)
        elif end > start:
            merged.append([start, end])
    return tuple((start, end) for start, end in merged)


def subtract(span: Span, holes: Sequence[Span]) -> tuple[Span, ...]:
    """What is left of a span without the holes (merged and in order)."""
    left: list[Span] = []
    start, end = span
    for hole_start, hole_end in holes:
        if hole_end <= start or hole_start >= end:
            continue
        if hole_start > start:
            left.append((start, hole_start))
        start = max(start, hole_end)
    if start < end:
        left.append((start, end))
    return tuple(left)


def total(spans: Iterable[Span]) -> float:
    """Seconds in all."""
    return sum(end - start for start, end in spans)


def overlap(spans: Iterable[Span], others: Sequence[Span]) -> tuple[Span, ...]:
    """What lies in both."""
    found = []
    for start, end in spans:
        for other_start, other_end in others:
            if min(end, other_end) > max(start, other_start):
                found.append((max(start, other_start), min(end, other_end)))
    return merge(found)


def find_turns(session: Session) -> Turns:
    """Works out the conversation from acts, their progress, speech events and words."""
    lines = _lines(session)
    recruiter = merge((line.start_s, line.end_s) for line in lines)
    candidate = _candidate_speech(session)
    questions = _questions(lines, session.acts, session.duration_s)
    answers: list[Answer] = []
    if questions:
        found = []
        for question in questions:
            answer = _answer(session, question, recruiter, candidate)
            found.append(replace(question, answer=answer))
            if answer is not None:
                answers.append(answer)
        questions = tuple(found)
    else:
        # A recording without a recruiter: all of it is one answer to nothing in particular.
        whole = Question("", "", 0.0, 0.0, session.duration_s + 1.0, None, None)
        answer = _answer(session, whole, recruiter, candidate)
        if answer is not None:
            answers.append(replace(answer, question_id=None, response_time_s=None))
    return Turns(lines, recruiter, candidate, questions, tuple(answers))


def _lines(session: Session) -> tuple[Line, ...]:
    started = {f.act_id: f.t_s for f in reversed(session.progress) if f.phase == "start"}
    ended = {f.act_id: f for f in session.progress if f.phase != "start"}
    spoken = [a for a in session.acts if a.text.strip() and a.kind in SPEAKING_KINDS]
    lines = []
    for i, act in enumerate(spoken):
        start = started.get(act.id, act.t_s)
        feedback = ended.get(act.id)
        if feedback is not None:
            end = feedback.t_s
        else:
            end = start + len(act.text) / CHARACTERS_PER_S
            if i + 1 < len(spoken):
                follower = spoken[i + 1]
                end = min(end, max(start, started.get(follower.id, follower.t_s)))
            end = min(end, max(start, session.duration_s))
        stopped = feedback is not None and feedback.phase == "stopped"
        lines.append(Line(start, end, act.text, act.id, act.kind, act.question_id, stopped))
    return tuple(sorted(lines, key=lambda line: line.start_s))


def _speech_events(session: Session) -> tuple[Span, ...]:
    spans = []
    start: float | None = None
    for event in session.events:
        if event.kind == "speech_start":
            if start is None:
                start = _when(event)
        elif event.kind == "speech_end" and start is not None:
            spans.append((start, _when(event)))
            start = None
    if start is not None:
        spans.append((start, session.duration_s))
    return merge(spans)


def _when(event: Event) -> float:
    return float(event.data.get("t_s", event.t_s))


def _candidate_speech(session: Session) -> tuple[Span, ...]:
    spans = _speech_events(session)
    if not spans:
        # No detector's events (an older record): the dense readings say the same, less smoothly.
        spans = tuple(s for s in session.voice.speech_spans(bridge_s=0.3) if s[1] - s[0] >= 0.15)
    if not spans:
        spans = merge((w.t_start_s, w.t_end_s) for w in session.words)
    return spans


def _questions(
    lines: Sequence[Line], acts: Sequence[RecruiterAct], duration_s: float
) -> tuple[Question, ...]:
    by_id = {act.id: act for act in acts}
    turns = [line for line in lines if line.kind in ("ask", "close")]
    questions: list[Question] = []
    for i, line in enumerate(turns):
        if line.kind != "ask":
            continue
        window_end = turns[i + 1].start_s if i + 1 < len(turns) else max(duration_s, line.end_s)
        act = by_id[line.act_id]
        identity = line.question_id or line.act_id
        if questions and questions[-1].id == identity:
            # Asked again: the answer may lie before or after the repetition.
            questions[-1] = replace(questions[-1], window_end_s=window_end)
            continue
        competency, follow_up_of = act.data.get("competency"), act.data.get("follow_up_of")
        questions.append(
            Question(
                id=identity,
                text=line.text,
                asked_s=line.start_s,
                asked_end_s=line.end_s,
                window_end_s=window_end,
                competency=str(competency) if competency else None,
                follow_up_of=str(follow_up_of) if follow_up_of else None,
            )
        )
    return tuple(questions)


def _answer(
    session: Session, question: Question, recruiter: Sequence[Span], candidate: Sequence[Span]
) -> Answer | None:
    opened, closed = question.asked_end_s, question.window_end_s
    speech: list[Span] = []
    for start, end in candidate:
        if start >= closed or end <= opened + EARLY_S:
            continue
        # An early start counts as it is; speech that was going on before the question does not.
        begin = start if start >= question.asked_s else opened
        holes = [hole for hole in recruiter if hole[0] > opened]
        speech.extend(subtract((begin, min(end, closed)), holes))
    speech = [s for s in speech if s[1] > s[0]]
    typed = [t for t in session.typed if opened <= t.t_s < closed + EARLY_S]
    if typed:
        text = " ".join(" ".join(t.text.split()) for t in typed)
        start = end = typed[0].t_s
        return Answer(question.id, start, typed[-1].t_s, (), (), text, None, typed=True)
    if not speech:
        return None
    start, end = speech[0][0], max(s[1] for s in speech)
    words, text, guessed = _words_between(session, start, end)
    return Answer(
        question.id,
        start,
        end,
        tuple(speech),
        words,
        text,
        start - opened,
        estimated_times=guessed,
    )


def _words_between(
    session: Session, start: float, end: float
) -> tuple[tuple[Word, ...], str, bool]:
    """Words whose middle lies in the span, with the text as the recogniser wrote it."""
    margin = 0.3  # recognisers place word ends less exactly than detectors place speech
    found: list[Word] = []
    texts: list[str] = []
    guessed = False
    for stretch in session.words:
        words = stretch.words
        if not words and stretch.text.strip():
            guessed = True
            words = _spread(stretch.text, stretch.t_start_s, stretch.t_end_s)
        here = [w for w in words if start - margin <= (w.start_s + w.end_s) / 2 <= end + margin]
        if not here:
            continue
        found.extend(here)
        whole = len(here) == len(words) and stretch.text.strip()
        texts.append(stretch.text.strip() if whole else " ".join(w.text.strip() for w in here))
    return tuple(found), " ".join(texts), guessed


def _spread(text: str, start: float, end: float) -> tuple[Word, ...]:
    tokens = text.split()
    # In proportion to length, as longer words take longer.
    lengths = [len(t) + 1 for t in tokens]
    scale = (end - start) / max(1, sum(lengths))
    words, at = [], start
    for token, length in zip(tokens, lengths, strict=True):
        words.append(Word(token, at, at + length * scale))
        at += length * scale
    return tuple(words)
