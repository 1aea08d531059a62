"""The questions of a report: what was asked, answered and understood, what was missing, and which
follow-up came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dialogue.types import AskData, RecruiterAct
from perception.languages import joined
from scoring.feedback.answers import Rating, answer_feedback, rate_answer, unrated_feedback
from scoring.feedback.wording import MISSED, Wording, wording_of
from scoring.leaving_out import LeftOut
from scoring.measures.content import AnswerContent, asks_episode
from scoring.measures.doubt import Doubt, voice_doubt
from scoring.measures.measure import MeasureSet
from scoring.measures.story import quality_of
from scoring.record.session import Session
from scoring.record.turns import Answer, Question, Said
from scoring.report.captions import clean, pieces_of
from scoring.report.highlights import highlights
from scoring.report.words import spans
from scoring.rubric import load
from scoring.understood import asked_back, noted

Entry = dict[str, Any]

WHOLE = "recording"
"""Id of what stands for a question where none is known."""

_PART_OF_GAP = {f"no_{part}": part for part in ("situation", "task", "action", "result")}


def questions(session: Session, measures: MeasureSet) -> list[Entry]:
    """Every question that was asked, in order, in the contract's shape.

    Besides, where answers were understood: ``follow_up_about`` and ``asked_because``, and of the
    answer ``kind``, ``answering`` (its words without requests and asides), ``said`` (all of it in
    stretches) and, where only some was typed, ``spoken``; ``parts``, ``missing``, ``facts`` and
    ``asked``.
    """
    rated = {id(content.answer): content for content in measures.answers}
    facts = _facts(session)
    asked = session.questions or tuple(_whole(session, answer) for answer in session.answers)
    out = measures.left_out
    wording = wording_of(session)
    entries = [_question(session, q, rated, facts.get(q.id, []), out, wording) for q in asked]
    contents = {q.id: rated.get(id(q.answer)) for q in asked}
    for entry, question in zip(entries, asked, strict=True):
        entry["missing"] = _missing(contents[question.id], asked, contents)
    voice = voice_doubt(session)
    return [_withheld(entry, voice) if voice.serious else entry for entry in entries]


def _withheld(entry: Entry, voice: Doubt) -> Entry:
    """A question whose answer may be somebody else's: what was said, and nothing made of it."""
    none = _rating(Rating(None, None, None, voice.in_words()))
    ratings = dict.fromkeys(entry["ratings"], none)
    return {**entry, "ratings": ratings, "feedback": [], "parts": None, "missing": None}


def _whole(session: Session, answer: Answer) -> Question:
    """What stands for a question where none is known: a recording that was made elsewhere."""
    text = load("understood")["whole_recording"]
    return Question(
        WHOLE, text, 0.0, 0.0, session.duration_s, None, None, answer, asks_episode=False
    )


def _question(
    session: Session,
    question: Question,
    rated: Mapping[int, AnswerContent],
    facts: list[Entry],
    out: LeftOut,
    wording: Wording,
) -> Entry:
    answer = question.answer
    entry: Entry = {
        "id": question.id,
        "text": question.text,
        "question": question.bare,
        "asked_s": question.asked_s,
        "competency": question.competency,
        "follow_up_of": question.follow_up_of,
        "follow_up_about": question.follow_up_about or None,
        "episode": asks_episode(question) or question.follow_up_about in _PART_OF_GAP,
        "asked_because": _asked_because(question, wording),
        "answer": None,
        "ratings": {},
        "feedback": [],
        "parts": None,
        "missing": None,
        "facts": facts,
        "asked": [] if answer is None else _asked(answer),
        "improved": None,
        "highlights": [],
    }
    if answer is None:
        told = wording.say(f"{question.id} no_answer", load("feedback")["answer"]["no_answer"])
        entry["feedback"] = [told] if question.rated else []
        return entry
    entry["answer"] = _answer(answer, out)
    if question.rated:
        entry["highlights"] = highlights(session, question, entry["answer"]["transcript"], out)
    content = rated.get(id(answer))
    if content is None:
        entry["feedback"] = unrated_feedback(session, answer) if question.rated else []
        return entry
    entry["ratings"] = {n: _rating(r) for n, r in rate_answer(session, content, out).items()}
    entry["feedback"] = answer_feedback(session, content, out)
    if content.gaps is not None and content.star is not None and content.behavioural:
        entry["parts"] = [
            {
                "part": part.name,
                "status": part.status,
                "confidence": _rounded(part.confidence),
                "quote": clean(part.quote),
                "evidence": spans([] if part.span is None else [part.span]),
            }
            for part in content.star
        ]
    return entry


def _facts(session: Session) -> dict[str, list[Entry]]:
    """Her notes, by question."""
    found: dict[str, list[Entry]] = {}
    for note in noted(session):
        entry = {"kind": note.kind, "text": clean(note.text), "confidence": note.confidence}
        found.setdefault(note.question_id, []).append(entry)
    return found


def _answer(answer: Answer, out: LeftOut) -> Entry:
    soon = None if "response_time_s" in out.measures else answer.response_time_s
    return {
        "start_s": answer.start_s,
        "end_s": answer.end_s,
        "transcript": clean(answer.whole),
        "answering": clean(answer.transcript),
        "pieces": [] if answer.typed else _pieces(answer.whole_words),
        "said": [_said(each) for each in answer.said],
        "language": answer.language,
        "response_time_s": soon,
        "typed": answer.typed,
        "spoken": _spoken(answer),
        "kind": answer.kind,
    }


def _spoken(answer: Answer) -> Entry | None:
    """Of an answer that was typed in part, what was spoken; None for any other."""
    if not (answer.typed and answer.spoken):
        return None
    text = clean(joined(word.text.strip() for word in answer.words))
    return {"text": text, "span": spans([(answer.start_s, answer.end_s)])[0]}


def _pieces(words: Sequence[Any]) -> list[Entry]:
    return [{"text": piece.text, "unsure": piece.unsure} for piece in pieces_of(words)]


def _said(said: Said) -> Entry:
    return {
        "text": clean(said.text),
        "pieces": _pieces(said.words),
        "act": said.act,
        "confidence": _rounded(said.confidence),
        "answers": said.answers,
        "part": said.part,
        "part_confidence": _rounded(said.part_confidence) if said.part else None,
        "span": None if said.span is None else spans([said.span])[0],
    }


def _rating(rating: Rating) -> Entry:
    return {
        "value": rating.value,
        "low": rating.low,
        "high": rating.high,
        "why": rating.why,
        "evidence": spans(rating.evidence),
    }


def _asked_because(question: Question, wording: Wording) -> Entry | None:
    """What of the answer before made her ask, in words; None where the record does not tell."""
    because, about = question.because, question.follow_up_about
    words = load("understood")
    if because is None or not about:
        return None
    if about in words["follow_up"]:
        why = wording.within(words["follow_up"][about])
    elif because.cue == "gap" and about in words["gap"]:
        why = wording.within(words.get("missed", MISSED), gap=words["gap"][about])
    else:
        return None
    quote = None if because.quote is None else clean(because.quote)
    return {"why": why, "confidence": because.confidence, "quote": quote}


def _missing(
    content: AnswerContent | None,
    asked: Sequence[Question],
    contents: Mapping[str, AnswerContent | None],
) -> list[Entry] | None:
    """What an answer lacked, and the follow-up that she asked because of it."""
    if content is None or content.gaps is None:
        return None
    words = load("understood")["gap"]
    quality = quality_of(content.answer)
    found = []
    for gap in quality.gaps if quality is not None else ():
        if gap.name not in words:
            continue  # of a later version
        follow_up = next(
            (
                q for q in asked
                if q.follow_up_of == content.answer.question_id and q.follow_up_about == gap.name
            ),
            None,
        )  # fmt: skip
        if follow_up is None and gap not in content.gaps:
            continue
        found.append(
            {
                "gap": gap.name,
                "what": words[gap.name],
                "confidence": _rounded(gap.confidence),
                "quote": clean(gap.quote) or None,
                "follow_up": None if follow_up is None else follow_up.id,
                "told_then": None
                if follow_up is None
                else _told_then(gap.name, contents.get(follow_up.id)),
            }
        )
    return found


def _told_then(gap: str, content: AnswerContent | None) -> bool | None:
    """Whether the answer to the follow-up told it; None where that cannot be said."""
    quality = None if content is None else quality_of(content.answer)
    if content is None or quality is None:
        return None
    part = _PART_OF_GAP.get(gap)
    if part is not None:
        return any(each.part == part for each in content.answer.said)
    return not any(each.name == gap for each in quality.gaps)


def _asked(answer: Answer) -> list[Entry]:
    """What the candidate asked, and whether she could answer it."""
    found: list[Entry] = []
    told: RecruiterAct | None = None
    for asked in asked_back(answer):
        found.append(
            {
                "text": clean(asked.text),
                "topic": asked.topic or None,
                "answered": asked.answered,
                "reply": None if asked.reply is told else _replied(asked.reply),
            }
        )
        told = asked.reply
    return found


def _replied(act: RecruiterAct | None) -> str | None:
    """What she said, without the question that she put then."""
    if act is None:
        return None
    text = act.text
    if isinstance(act.data, AskData) and act.data.question:
        text = text.removesuffix(act.data.question)
    return clean(text) or None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
