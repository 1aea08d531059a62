"""Measures become scores: points by curves, combined by how far each can be believed.

Weights and curves are content (``assets/rubrics/scores.toml``). A measure without a norm never
scores, nor does one of which serious doubt is known. Where too little was measured, or the interval
is wider than a reader could use, there is no number but the reason why; what is missing widens the
interval and counts neither for nor against anybody. What a person asked to have left out is no part
of a score, as if the rubric had never held it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from scoring.content_score import QuestionPoints, question_points
from scoring.curves import Z, base_error, curve, points_at, too_wide
from scoring.leaving_out import LeftOut, instead
from scoring.measures.doubt import SPOKEN_OF, Doubt
from scoring.measures.finding import MAX_EVIDENCE
from scoring.measures.measure import MeasureSet
from scoring.record.session import Session
from scoring.record.spans import total
from scoring.rubric import load
from scoring.types import Measure, Score, Span

GROUPS = ("content", "delivery", "nonverbal", "responsiveness")
MISSING_POINTS = 20.0
"""Half-width that a score wholly built on absent measures would have, in points."""
_ANSWERS_TOGETHER = 0.25
"""How far errors of several answers go together: each is judged by its own words."""
ROUGHLY = "what was measured allows only a rough guess"


@dataclass(frozen=True, slots=True)
class Amount:
    """How much there was to go by."""

    speech_s: float
    words: int
    face_s: float
    replies: int = 0
    """Answers that followed a question."""
    pictures: bool = True
    """Whether there were any."""
    asked: bool = True
    """Whether it is known what was asked."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One part of a score."""

    weight: float
    points: float
    error: float
    """Standard error, in points."""


def measure_points(group: str, measure: Measure) -> tuple[float, float] | None:
    """Points and their standard error; None for what may not count."""
    entry = curve(group, measure.name)
    if entry is None or measure.value is None or measure.norm is None:
        return None
    if measure.coverage <= 0 or measure.trust < SPOKEN_OF:
        return None
    corners, error = entry["points"], float(entry["error"]) / measure.trust
    at = points_at(corners, measure.value)
    around = (points_at(corners, measure.value - error), points_at(corners, measure.value + error))
    spread = max(abs(at - p) for p in around)
    return at, math.hypot(base_error(), spread) / math.sqrt(measure.coverage)


def amount_of(session: Session, measures: MeasureSet) -> Amount:
    """How much speech, words and face a session holds."""
    speech_s = sum(total(a.speech) for a in session.answers)
    words = sum(a.words for a in measures.answers)
    face = session.face
    replies = sum(a.response_time_s is not None for a in session.answers)
    face_s = float(face.hold_s[face.found].sum()) if len(face) else 0.0
    return Amount(speech_s, words, face_s, replies, bool(session.faces), bool(session.questions))


def score(session: Session, measures: MeasureSet) -> dict[str, Score]:
    """The four scores and the overall one, in the contract's order."""
    amount = amount_of(session, measures)
    found = {"content": _content(session, measures, amount)}
    for group in GROUPS[1:]:
        found[group] = _group(group, measures, amount)
    found["overall"] = _overall(found, measures.left_out)
    return found


def enough(group: str, amount: Amount) -> bool:
    """Whether there was enough to go by for a number or for advice."""
    table = load("scores")
    least = {
        "content": amount.words >= int(table["min_words"]),
        "delivery": amount.speech_s >= float(table["min_speech_s"]),
        "nonverbal": amount.face_s >= float(table["min_face_s"]),
        "responsiveness": amount.replies >= int(table["min_replies"]),
    }
    return least[group]


def too_little(group: str, amount: Amount) -> str:
    """What there was too little of for a number, as it was."""
    if group == "content":
        return "there were too few words" if amount.words else "no words were recognised"
    if group == "delivery":
        if enough(group, amount):
            return "too little of it was measured"
        return "there was too little speech" if amount.speech_s else "no speech was heard"
    if group == "responsiveness":
        return "too few questions were answered" if amount.asked else "nobody says what was asked"
    return _unseen(amount)


def _unseen(amount: Amount) -> str:
    if not amount.pictures:
        return "there were no pictures"
    if enough("nonverbal", amount):
        return "it is not known where you looked while you spoke and listened"
    return "your face was seen too briefly" if amount.face_s else "your face was not seen"


def _content(session: Session, measures: MeasureSet, amount: Amount) -> Score:
    """By what became of each question."""
    questions = question_points(session, measures.answers)
    whole = sum(q.weight for q in questions)
    judged = [q for q in questions if q.points is not None]
    weight = sum(q.weight for q in judged)
    coverage = weight / whole if whole > 0 else 0.0
    names = ("relevance", "structure_star", "specificity")
    answered = [q for q in judged if q.outcome == "judged"]
    words = measures["relevance"]  # every measure of content rests on the words alone
    doubt = Doubt.of(words)
    if not questions:
        return _none("content", coverage, names, too_little("content", amount))
    if coverage < float(load("scores")["min_coverage"]):
        return _none("content", coverage, names, _why_left_out(questions))
    if answered and doubt.serious:
        return _none("content", coverage, names, doubt.in_words())
    if answered and not enough("content", amount) and len(answered) == len(judged):
        return _none("content", coverage, names, too_little("content", amount))
    rows = [
        _Row(q.weight, q.points or 0.0, math.hypot(base_error(), q.error / doubt.trust))
        for q in judged
    ]
    found = _scored("content", rows, coverage, names, _best(answered), together=_ANSWERS_TOGETHER)
    if not answered:
        return replace(found, reliability=coverage)
    return replace(found, reliability=coverage * doubt.trust**2, doubts=_own(doubt.reasons))


def _why_left_out(questions: Sequence[QuestionPoints]) -> str:
    outcomes = [q.outcome for q in questions if q.left_out]
    most = max(outcomes, key=outcomes.count)
    return {
        "no_words": "of much that was said no words were recognised",
        "another_language": "much of it was in another language",
        "cut_off": "the interview ended before",
        "unheard": "nothing could be heard for much of the time",
    }[most]


def _best(answered: Sequence[QuestionPoints]) -> tuple[Span, ...]:
    """When the best answers were given."""
    ordered = sorted(answered, key=lambda q: -(q.points or 0.0))
    answers = [q.content.answer for q in ordered if q.content is not None]
    spoken = [(a.start_s, a.end_s) for a in answers if a.spoken]
    return tuple(sorted(spoken[:MAX_EVIDENCE]))


def _group(group: str, measures: MeasureSet, amount: Amount) -> Score:
    """By measures."""
    table = load("scores")
    entries = {
        name: entry
        for name, entry in table[group].items()
        if isinstance(entry, dict) and name not in measures.left_out.measures
    }
    if not entries:
        return _none(group, 0.0, (), instead())
    whole = sum(float(e["weight"]) for e in entries.values())
    used: list[Measure] = []
    rows: list[_Row] = []
    for name, entry in entries.items():
        result = measure_points(group, measures[name])
        if result is not None:
            used.append(measures[name])
            rows.append(_Row(float(entry["weight"]) * weight_left(measures[name]), *result))
    weights = [float(entries[m.name]["weight"]) for m in used]
    coverage = sum(w * m.coverage for w, m in zip(weights, used, strict=True)) / whole
    names = tuple(m.name for m in used)
    doubted = [m for name in entries if (m := measures[name]).value is not None and m not in used]
    if not enough(group, amount):
        return _none(group, coverage, names, too_little(group, amount))
    if coverage < float(table["min_coverage"]):
        grave = min((m for m in doubted if m.doubts), key=lambda m: m.trust, default=None)
        parted = len(entries) < sum(isinstance(entry, dict) for entry in table[group].values())
        why = f"part of it was {instead()}, and the rest not seen or heard" if parted else ""
        why = why or too_little(group, amount)
        if grave is not None:
            why = Doubt.of(grave).in_words()
        return _none(group, coverage, names, why)
    evidence = tuple(sorted({s for m in used for s in m.evidence}))[:MAX_EVIDENCE]
    missing = 1.0 - sum(weights) / whole
    found = _scored(group, rows, coverage, names, evidence, missing, _fullness(group, amount))
    doubts = [each for m in sorted(used, key=lambda m: m.trust) for each in m.doubts]
    reliability = sum(row.weight for row in rows) / whole
    return replace(found, reliability=reliability, doubts=_own(doubts))


def _own(doubts: Sequence[str]) -> tuple[str, ...]:
    """Doubts of this session, each once; that people are read differently is told of measures."""
    return tuple(dict.fromkeys(each for each in doubts if each != "uneven"))


def weight_left(measure: Measure) -> float:
    """How much of its weight a measure keeps beside others, 0...1: its precision (one by the
    variance of its error, see :func:`measure_points`) against that at its best."""
    return measure.trust**2 * measure.coverage


def _fullness(group: str, amount: Amount) -> float:
    """How much there was of what characterises somebody, 0.05...1."""
    table = load("scores")
    share = {
        "delivery": amount.speech_s / float(table["full_speech_s"]),
        "nonverbal": amount.face_s / float(table["full_face_s"]),
        "responsiveness": amount.replies / float(table["full_replies"]),
    }[group]
    return min(1.0, max(0.05, share))


def _scored(
    name: str,
    rows: Sequence[_Row],
    coverage: float,
    measures: tuple[str, ...],
    evidence: tuple[Span, ...] = (),
    missing: float | None = None,
    amount: float = 1.0,
    together: float = 0.5,
) -> Score:
    """A weighted mean with its interval; no number where that is too wide to be of use.

    Args:
        name: of the score.
        rows: its parts.
        coverage: 0...1.
        measures: names of those that it rests on.
        evidence: moments that show it.
        missing: share of its weight that was not measured; what is not covered by default.
        amount: how much of what characterises somebody there was, 0.05...1.
        together: how far the errors of its parts go together, 0 (not at all)...1.
    """
    weight = sum(row.weight for row in rows)
    value = sum(row.weight * row.points for row in rows) / weight
    # Errors of what was taken from the same recording go together in part; adding variances as if
    # they were independent would promise too much.
    independent = math.sqrt(sum((row.weight * row.error) ** 2 for row in rows)) / weight
    added = sum(row.weight * row.error for row in rows) / weight
    error = (1.0 - together) * independent + together * added
    gap = 1.0 - coverage if missing is None else missing
    half = Z * error / math.sqrt(amount) + MISSING_POINTS * gap
    if too_wide(half):
        return _none(name, coverage, measures, ROUGHLY)
    low, high = max(0.0, value - half), min(100.0, value + half)
    return Score(name, round(value, 1), round(low, 1), round(high, 1), coverage, measures, evidence)


def _half(score: Score) -> float:
    """Half-width of an interval, which may have been cut at one end of the scale."""
    value, low, high = score.value or 0.0, score.low or 0.0, score.high or 0.0
    return max(high - value, value - low)


def _none(name: str, coverage: float, measures: tuple[str, ...], why: str) -> Score:
    return Score(name, None, None, None, coverage, measures, why=why)


def _overall(groups: Mapping[str, Score], left_out: LeftOut) -> Score:
    table = load("scores")
    weights = {g: float(w) for g, w in table["overall"].items() if not left_out.whole(table[g])}
    whole = sum(weights.values())
    known = [(w, groups[g]) for g, w in weights.items() if groups[g].value is not None]
    weight = sum(w for w, _ in known)
    coverage = sum(w * s.coverage for w, s in known) / whole
    names = tuple(dict.fromkeys(m for _, s in known for m in s.measures))
    # Looks, promptness and a manner of speaking are no interview without what was said.
    if groups["content"].value is None:
        return _none("overall", coverage, names, f"content has no score: {groups['content'].why}")
    if weight < float(table["min_coverage"]) * whole:
        return _none("overall", coverage, names, "too little of it was measured")
    rows = [_Row(w * s.reliability, s.value or 0.0, _half(s) / Z) for w, s in known]
    return _scored("overall", rows, coverage, names, missing=1.0 - weight / whole)
