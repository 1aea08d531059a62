"""What was understood of a session, as the report uses it.

The recruiter's own understanding lies in the record. Answers that nobody understood at the time (an
older record, a recording that was analysed, understanding that had been lost) are understood when
the report is made, by the same code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dialogue.conduct.notes import Note, Notes
from dialogue.understanding.understander import (
    AskedQuestion,
    Inquiry,
    InterviewContext,
    Understander,
)
from perception.errors import ModelError
from perception.types import Words
from scoring.measures.content import is_behavioural
from scoring.record.answering import kind_of
from scoring.record.session import Session
from scoring.record.turns import YOUR_QUESTIONS, Answer, Question
from scoring.record.understood import Utterance

UNHELD = ("greeting", YOUR_QUESTIONS)
"""Questions to which nothing is said that she would note."""


def understood(session: Session, notes: list[str]) -> Session:
    """A session in which every answer in English is understood, where the models are there.

    Args:
        session: as it was read.
        notes: told how answers were understood, and why they could not be.
    """
    if session.damaged_utterances:
        count = session.damaged_utterances
        notes.append(f"what was understood of {count} utterances is damaged in the record")
    waiting = _not_understood(session)
    if not waiting:
        return session
    context = InterviewContext(
        {
            question.id: AskedQuestion(question.text, asks_episode=asks_episode(question))
            for question in session.questions
        }
    )
    try:
        understander = Understander(context)
    except ModelError as error:
        notes.append(f"answers were not parted from requests and asides: {error}")
        return session
    first = 1 + max((u.understood.inquiry.answer for u in session.utterances), default=0)
    later = tuple(
        Utterance(
            understander.understand(
                Inquiry(answer.question_id, number, answer.transcript, True, answer.typed)
            ),
            answer.start_s,
            answer.end_s,
            live=False,
        )
        for number, answer in enumerate(waiting, first)
    )
    notes.append(
        "which words answer was told after the interview, from the words alone"
        if len(waiting) == sum(1 for _ in _given(session))
        else "some answers were not understood during the interview but after it"
    )
    return replace(session, understood_later=later)


def asks_episode(question: Question) -> bool:
    """Whether a question asks for something that happened; by its wording where nobody says."""
    if question.asks_episode is not None:
        return question.asks_episode
    return is_behavioural(question.text)


def noted(session: Session) -> tuple[Note, ...]:
    """What she noted of the candidate's answers: facts that were surely told and surely heard."""
    notes = Notes()
    for utterance in session.utterances:
        if utterance.question_id not in UNHELD and kind_of(utterance) == "answer":
            notes.take(utterance.understood, _words_of(session, utterance))
    return notes.all


def _words_of(session: Session, utterance: Utterance) -> tuple[Words, ...]:
    """The words of an utterance as they were recognised; none for typed ones."""
    if utterance.understood.inquiry.typed:
        return ()
    start = 0.0 if utterance.from_s is None else utterance.from_s
    end = session.duration_s if utterance.until_s is None else utterance.until_s
    words: Sequence[Words] = session.live_words if utterance.live else session.words
    return tuple(w for w in words if w.t_end_s > start and w.t_start_s < end)


def _given(session: Session) -> list[Answer]:
    """Everything that was said to a question, or without one."""
    if not session.questions:
        return list(session.answers)
    return [q.answer for q in session.questions if q.answer is not None]


def _not_understood(session: Session) -> list[Answer]:
    return [a for a in _given(session) if a.kind is None and a.transcript.strip() and a.in_english]
