"""What was understood of a session, as the report uses it.

The recruiter's own understanding lies in the record. Answers that nobody understood at the time (an
older record, a recording that was analysed, understanding that had been lost) are understood when
the report is made, by the same code.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace

from dialogue.conduct.context import context_of_role
from dialogue.conduct.note_record import NOTED, Noted, noted_in
from dialogue.conduct.notes import Notes
from dialogue.conduct.questions_back import MOST_AT_ONCE
from dialogue.types import RecruiterAct
from dialogue.understanding.understander import (
    AskedQuestion,
    Inquiry,
    InterviewContext,
    Understander,
)
from perception.errors import ModelError, RecruiterError
from perception.types import Words
from scoring.measures.content import asks_episode
from scoring.record.answering import kind_of
from scoring.record.content import role_of
from scoring.record.session import Session
from scoring.record.turns import YOUR_QUESTIONS, Answer
from scoring.record.understood import Utterance


@dataclass(frozen=True, slots=True)
class AskedBack:
    """A question of the candidate's."""

    text: str
    topic: str
    """What it is about in the employer's brief; empty where that knows nothing like it."""
    answered: bool | None
    """Whether she could answer it; None where nobody asked her."""
    reply: RecruiterAct | None
    """With which she answered it, or said that she could not; for others of the same utterance,
    too."""


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
        notes.append(
            "some of what was understood of your answers is lost: "
            f"{count} damaged {'line' if count == 1 else 'lines'} in the record"
        )
    waiting = _not_understood(session)
    if not waiting:
        return session
    try:
        understander = Understander(context_of_session(session))
    except ModelError as error:
        notes.append(
            f"your answers were taken whole, with whatever you asked or said in between: {error}"
        )
        return session
    first = 1 + max((u.understood.inquiry.answer for u in session.utterances), default=0)
    later = tuple(
        Utterance(
            understander.understand(
                Inquiry(
                    answer.question_id,
                    number,
                    answer.transcript,
                    True,
                    answer.typed and not answer.spoken,
                )
            ),
            answer.start_s,
            answer.end_s,
            live=False,
        )
        for number, answer in enumerate(waiting, first)
    )
    if session.utterances:
        notes.append(
            "some of your answers were gone through after the interview only, not during it"
        )
    elif session.meta.get("kind") != "analysis":  # nobody listened while it was recorded elsewhere
        notes.append("what you said was gone through after the interview only, not during it")
    return session.understood(later)


def context_of_session(session: Session) -> InterviewContext:
    """What she knew of her questions when she asked them, so that answers are judged as she would.

    That is what her question bank says of them, where it is still there, and the record's words of
    any other.
    """
    known = InterviewContext()
    # a bank of one's own may be gone, or have been changed for the worse
    with contextlib.suppress(RecruiterError):
        role = role_of(session.meta, session.folder)
        if role is not None:
            known = context_of_role(role)
    others = {
        question.id: AskedQuestion(question.bare, asks_episode=asks_episode(question))
        for question in session.questions
        if question.id not in UNHELD and question.id.split("/", 1)[0] not in known.questions
    }
    return replace(known, questions={**known.questions, **others})


def asked_back(answer: Answer) -> tuple[AskedBack, ...]:
    """What was asked in the course of an answer, in order."""
    return tuple(
        AskedBack(
            topic.text,
            topic.topic,
            bool(topic.topic) and number < MOST_AT_ONCE if utterance.live else None,
            utterance.reply,
        )
        for utterance in answer.utterances
        for number, topic in enumerate(utterance.understood.topics)
    )


def noted(session: Session) -> tuple[Noted, ...]:
    """What she noted of the candidate's answers: facts that were surely told and surely heard.

    As it was recorded; worked out again for records without.
    """
    written = _written(session)
    if written:
        return written
    notes = Notes()
    for utterance in session.utterances:
        taken = utterance.live and utterance.question_id not in UNHELD
        if taken and kind_of(utterance) == "answer":
            notes.take(utterance.understood, _words_of(session, utterance))
    return tuple(Noted(n.question_id, n.kind, n.text, round(n.confidence, 3)) for n in notes.all)


def _written(session: Session) -> tuple[Noted, ...]:
    """Her notes by the events of the record, without those that she struck out."""
    notes: list[Noted] = []
    for event in session.events:
        note = noted_in(event)
        if note is None:
            continue
        if event.kind == NOTED:
            notes.append(note)
        elif note in notes:
            notes.reverse()
            notes.remove(note)  # the last of its kind
            notes.reverse()
    return tuple(notes)


def _words_of(session: Session, utterance: Utterance) -> tuple[Words, ...]:
    """The words of an utterance as they were recognised; none for typed ones."""
    if utterance.understood.inquiry.typed:
        return ()
    start = 0.0 if utterance.from_s is None else utterance.from_s
    end = session.duration_s if utterance.until_s is None else utterance.until_s
    return tuple(w for w in session.live_words if w.t_end_s > start and w.t_start_s < end)


def _given(session: Session) -> list[Answer]:
    """Everything that was said to a question, or without one."""
    if not session.questions:
        return list(session.answers)
    return [q.answer for q in session.questions if q.answer is not None]


def _not_understood(session: Session) -> list[Answer]:
    return [a for a in _given(session) if a.kind is None and a.transcript.strip() and a.in_english]
