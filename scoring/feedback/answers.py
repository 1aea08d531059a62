"""Ratings of one answer with their reasons, and a few sentences on it.

What an answer holds and lacks is what was understood of it (see :mod:`scoring.measures.content`);
the recruiter's follow-ups go by the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from dialogue.understanding.types import ActSpan
from dialogue.understanding.words import words_of
from perception.errors import ModelError
from perception.languages import name_of
from scoring.absence import absent_from, holds_names, holds_numbers
from scoring.competencies import TOO_FEW, TOO_WIDE, AnswerSort, anchor
from scoring.content_score import answer_points
from scoring.curves import Z, base_error, curve, on_five, points_at, stars, too_wide
from scoring.feedback.shown import clock
from scoring.feedback.wording import wording_of
from scoring.leaving_out import NOTHING_LEFT_OUT, LeftOut, instead
from scoring.measures.content import (
    MIN_WORDS,
    AnswerContent,
    far_from_question,
    off_topic,
)
from scoring.measures.doubt import SPOKEN_OF, TOLD_UNSURE
from scoring.measures.fillers import find_fillers
from scoring.measures.language import answer_issues
from scoring.measures.quoting import quotable
from scoring.measures.speech import pauses, rate_of
from scoring.measures.story import STAR_PARTS
from scoring.record.session import Session
from scoring.record.spans import total
from scoring.record.turns import Answer
from scoring.record.understood import Utterance
from scoring.rubric import load
from scoring.types import Span

SPECIFIC = 0.4
"""Specificity (0...1) from which an answer is concrete; of the norm."""

RATERS_POINTS = 6.0
"""Standard error (points) that stays however well an answer is known: by so much raters of one
answer differ at least."""
RELEVANCE_DOUBT = 0.1
"""How far relevance may be off where likeness and understanding differ."""


@dataclass(frozen=True, slots=True)
class Rating:
    """One rating of one answer, 1 to 5."""

    value: float | None
    low: float | None
    high: float | None
    """Ends of the 90 % interval."""
    why: str
    evidence: tuple[Span, ...] = ()


def rate_answer(
    session: Session, content: AnswerContent, left_out: LeftOut = NOTHING_LEFT_OUT
) -> dict[str, Rating]:
    """Ratings of one answer, each with its reason."""
    answer = content.answer
    whole: tuple[Span, ...] = ((answer.start_s, answer.end_s),) if answer.spoken else ()
    ratings = {
        "answer": _as_a_whole(content),
        "relevance": _rating(
            "content",
            "relevance",
            content.likely_relevance,
            content.trust,
            _why_relevant(content),
            whole,
            0.0 if _agreed_on_topic(content) else RELEVANCE_DOUBT,
            content.relevance_error,
        ),
        "structure": _rating(
            "content",
            "structure_star",
            content.structure if content.behavioural else None,
            content.trust,
            _why_structured(content),
            _told_spans(content) or whole,
            content.structure_doubt,
        ),
        "specificity": _rating(
            "content",
            "specificity",
            content.likely_specificity,
            content.trust,
            _why_specific(content),
            whole,
        ),
    }
    rate = rate_of(session, answer) if content.words >= MIN_WORDS else None
    why = "not enough speech to tell" if answer.spoken else "a typed answer has no pace"
    if rate is not None:
        of = " in what was spoken" if answer.typed else ""
        why = f"about {rate:.0f} words a minute{of}"
    ratings["pace"] = _rating("delivery", "speech_rate_wpm", rate, 1.0, why, whole)
    out = Rating(None, None, None, instead())
    return {n: out if n in left_out.ratings else rating for n, rating in ratings.items()}


def _as_a_whole(content: AnswerContent) -> Rating:
    """What it is worth as content is scored, with what answers of that level do."""
    points, error = answer_points(content)
    half = Z * math.hypot(base_error(), error / max(content.trust, 0.25))
    if content.words < MIN_WORDS or content.trust <= 0:
        return Rating(None, None, None, TOO_FEW)
    if too_wide(half):
        return Rating(None, None, None, TOO_WIDE)
    sort: AnswerSort = "episode" if content.behavioural else "other" if content.asked else "talk"
    return Rating(*on_five(points, half), anchor(points, sort), _told_spans(content))


def _told_spans(content: AnswerContent) -> tuple[Span, ...]:
    """When the parts of the episode were told, where that is known."""
    spans = [p.span for p in content.star or () if p.share > 0 and p.span is not None]
    return tuple(sorted(spans))


def _rating(
    group: str,
    name: str,
    value: float | None,
    trust: float,
    why: str,
    evidence: tuple[Span, ...],
    doubt: float = 0.0,
    measured_error: float | None = None,
) -> Rating:
    """A rating on a scale of five.

    Args:
        group: of scores.
        name: of the measure whose curve is used.
        value: of that measure.
        trust: in the words, 0...1.
        why: in words.
        evidence: moments that show it.
        doubt: how far the value may be off for other reasons, in its own unit.
        measured_error: its standard error where it has one of its own; None for the curve's.
    """
    entry = curve(group, name)
    if value is None or entry is None or trust <= 0:
        return Rating(None, None, None, why)
    off = float(entry["error"]) if measured_error is None else measured_error
    corners, error = entry["points"], math.hypot(off / max(trust, 0.25), doubt)
    at = points_at(corners, value)
    # a curve may turn within the interval, so that its middle counts as well
    around = [points_at(corners, value + step * Z * error) for step in (-1.0, -0.5, 0.5, 1.0)]
    raters = Z * RATERS_POINTS
    below = math.hypot(at - min(at, *around), raters)
    above = math.hypot(max(at, *around) - at, raters)
    return Rating(stars(at), stars(at - below), stars(at + above), why, evidence)


def _agreed_on_topic(content: AnswerContent) -> bool:
    """Whether likeness to the question and what was understood say the same."""
    if content.gaps is None or content.relevance is None:
        return True
    return far_from_question(content) == (content.gap("off_topic") is not None)


def _why_relevant(content: AnswerContent) -> str:
    if not content.asked:
        return "nobody says what was asked"
    if content.relevance is None:
        return "not enough words to tell"
    near = "few of the words take up" if far_from_question(content) else "the words keep to"
    if _agreed_on_topic(content):
        return f"{near} what was asked"
    taken = "beside it" if content.gap("off_topic") is not None else "to the point"
    return f"{near} what was asked, but the answer was taken to be {taken}"


def _why_structured(content: AnswerContent) -> str:
    if not content.asked:
        return "nobody says what was asked"
    if not content.behavioural:
        return "the question does not ask for an episode"
    if content.star is None:
        return "not enough words to tell"
    by_status = {
        status: [part.name for part in content.star if part.status == status]
        for status in ("told", "unclear", "missing")
    }
    if len(by_status["told"]) == len(STAR_PARTS):
        return "situation, task, action and result are all there"
    told = [f"heard: {', '.join(by_status['told']) or 'none'}"]
    if by_status["unclear"]:
        told.append(f"not clear: {', '.join(by_status['unclear'])}")
    if by_status["missing"]:
        told.append(f"not heard: {', '.join(by_status['missing'])}")
    return "; ".join(told)


def _why_specific(content: AnswerContent) -> str:
    if content.specificity is None:
        return "not enough words to tell"
    if content.specifics:
        return "names things: " + ", ".join(content.specifics[:5])
    if content.specificity > 0:
        return "things were named, but the recogniser was unsure of their words"
    return _why_nothing_named(content)


def _why_nothing_named(content: AnswerContent) -> str:
    """That nothing was made out is told as that, unless the words would show it."""
    missing = absent_from(content.answer.transcript, content.trust)
    if missing.names and missing.numbers:
        return "no names, numbers or dates were heard"
    if missing.names:
        return "no names were heard"
    if missing.numbers:
        return "no numbers or dates were heard; whether names were said could not be made out"
    return "nothing that could be checked, such as a name or a number, was made out"


def unrated_feedback(session: Session, answer: Answer) -> list[str]:
    """A sentence on something that was said in place of an answer."""
    acts = {part.act for utterance in answer.utterances for part in _acts(utterance)}
    text = _worded(session, answer)
    if answer.kind == "none" and acts == {"other_language"}:
        return [text["not_english"]]
    return [text[f"kind_{answer.kind}"]]


def _acts(utterance: Utterance) -> tuple[ActSpan, ...]:
    return utterance.understood.understanding.acts


def answer_feedback(
    session: Session, content: AnswerContent, left_out: LeftOut = NOTHING_LEFT_OUT
) -> list[str]:
    """A few sentences on one answer."""
    answer = content.answer
    text = _worded(session, answer)
    told = _speech_remarks(session, answer, text, left_out)
    if content.words == 0:
        return [text["no_words"]]
    if not answer.in_english:
        language = name_of(answer.language or "")
        return [text["other_language"].format(language=language), *told]
    return [
        *_content_remarks(session, content, text),
        *_consistency_remarks(session, answer, text),
        *told,
        *([] if "grammar" in left_out.sentences else _grammar_remark(content, text)),
    ]


def _worded(session: Session, answer: Answer) -> dict[str, str]:
    """The sentences on an answer, each in the wording of this session and this answer."""
    wording = wording_of(session)
    return {
        name: wording.one(f"{answer.question_id} {name}", told)
        for name, told in load("feedback")["answer"].items()
    }


def _content_remarks(session: Session, content: AnswerContent, text: dict) -> list[str]:
    """On what it holds and lacks, by the gaps where it was understood; nothing where the words are
    hardly to be believed."""
    if content.trust < SPOKEN_OF:
        return []
    lines: list[str] = []
    understood = content.gaps is not None
    short = content.gap("short") is not None if understood else content.words < MIN_WORDS
    if short:
        lines.append(text["very_short"])
    if content.behavioural and content.star is not None:
        lines.extend(text[f"missing_{part.name}"] for part in content.missing[:1])
        if len(content.parts or ()) == len(STAR_PARTS):
            lines.append(text["whole_story"])
    if content.gap("no_own_role") is not None:
        lines.append(text["no_own_role"])
    if off_topic(content):
        lines.append(text["off_topic"])
    number = content.gap("number_no_context")
    if number is not None and number.quote and quotable(session, content.answer, number.quote):
        lines.append(text["number_no_context"].format(number=number.quote))
    return [*lines, *_specific_remark(content, text)]


def _specific_remark(content: AnswerContent, text: dict) -> list[str]:
    vague, value = content.gap("vague") is not None, content.specificity
    concrete = bool(content.specifics) and value is not None and value >= SPECIFIC
    if concrete:
        # where both are so, neither is sure
        return [] if vague else [text["specific"].format(named=", ".join(content.specifics[:3]))]
    thin = content.gaps is None and content.words >= 30 and value is not None
    words = words_of(content.answer.transcript)
    # a name or a number is not asked for where one was said, whatever was made of it
    said = holds_numbers(words) or holds_names(words)
    return [text["vague"]] if (vague or thin) and not said else []


def _consistency_remarks(session: Session, answer: Answer, text: dict) -> list[str]:
    """On what was told otherwise, or already, before."""
    lines: list[str] = []
    numbers = {q.id: number for number, q in enumerate(session.questions, start=1)}
    for utterance in answer.utterances:
        against = utterance.understood.contradiction
        if against is not None and quotable(session, answer, against.now):
            said = {"now": against.now, "before": against.before, "about": against.about}
            lines.append(text["contradiction"].format(**said))
        before = numbers.get(utterance.understood.told_before)
        if before is not None:
            lines.append(text["told_before"].format(number=before))
    return list(dict.fromkeys(lines))


def _speech_remarks(session: Session, answer: Answer, text: dict, left_out: LeftOut) -> list[str]:
    if not answer.spoken:
        return []
    lines: dict[str, str] = {}
    minutes = (answer.end_s - answer.start_s - total(answer.beside)) / 60.0
    if minutes > 2.0:
        lines["long"] = text["long"].format(minutes=f"{minutes:.1f}")
    fillers = find_fillers(answer.words)
    if len(fillers) >= 3 and len(fillers) > 3.0 * minutes:
        sounds = ", ".join(dict.fromkeys(f"“{f.text.strip(' ,.').lower()}”" for f in fillers[:6]))
        lines["fillers"] = text["fillers"].format(count=len(fillers), sounds=sounds)
    silences = [p for p in pauses(session, answer) if p[1] - p[0] >= 2.0]
    if silences:
        worst = max(silences, key=lambda p: p[1] - p[0])
        seconds = f"{worst[1] - worst[0]:.1f}"
        lines["pause"] = text["pause"].format(seconds=seconds, at=clock(worst[0]))
    return [line for name, line in lines.items() if name not in left_out.sentences]


def _grammar_remark(content: AnswerContent, text: dict) -> list[str]:
    if content.trust < TOLD_UNSURE:
        return []
    try:
        issues = answer_issues(content.answer)
    except ModelError:
        return []  # said once for the whole report, in its notes
    if not issues:
        return []
    return [text["grammar"].format(said=issues[0].text, better=issues[0].advice)]
