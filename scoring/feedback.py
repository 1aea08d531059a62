"""What to keep and what to work on, in plain and kind words, with the candidate's own as proof.

Every sentence rests on a measure that was taken with enough coverage; where that fails nothing is
said. The wording is content (``assets/rubrics/feedback.toml``); here it is decided which applies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scoring.content_score import QuestionPoints, question_points
from scoring.curves import curve
from scoring.fusion import GROUPS, ROUGHLY, Amount, amount_of, enough, score
from scoring.leaving_out import instead
from scoring.measures.content import probably_beside
from scoring.measures.doubt import SPOKEN_OF, TOLD_UNSURE
from scoring.measures.language import answer_issues, when_said
from scoring.measures.measure import MeasureSet
from scoring.measures.quoting import surely_said
from scoring.record.session import Session
from scoring.rubric import load
from scoring.types import Measure, Span

MIN_COVERAGE = 0.5
MAX_STRENGTHS = 4
MAX_IMPROVEMENTS = 4
QUOTE_WORDS = 14
_PRAISED_FROM = 50.0
"""Points of the answers from which what they say is praised."""
_OFF_TOPIC = 1 / 3
"""Share of the answers that have to be beside the point before it is said of all, and nothing else
is, where their mean is low."""
_MOSTLY_OFF_TOPIC = 1 / 2
"""The same whatever their mean."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to keep or to work on."""

    what: str
    why: str
    how: str
    evidence: tuple[Span, ...]
    measure: str
    weight: float
    """How far from the band; decides the order."""


def clock(t_s: float) -> str:
    """Minutes and seconds, as on a player."""
    seconds = max(0, int(t_s))
    return f"{seconds // 60}:{seconds % 60:02d}"


def words_at(session: Session, span: Span, limit: int = QUOTE_WORDS) -> str:
    """What the candidate said in a span, shortened; empty where no words are surely known."""
    words = [
        w
        for a in session.answers
        for w in a.words
        if w.end_s > span[0] - 0.05 and w.start_s < span[1] + 0.05
    ]
    if not surely_said(session, words[:limit]):
        return ""
    said = [w.text.strip() for w in words]
    text = " ".join(said[:limit])
    return text + " …" if len(said) > limit else text


def quote(session: Session, spans: Sequence[Span]) -> str:
    """“The words” (at 1:23) for the first span with words in it; empty where there are none."""
    for span in spans:
        text = words_at(session, span)
        if text:
            return f"“{text}” ({clock(span[0])})"
    return ""


def usable(measure: Measure) -> bool:
    """Whether a measure may be spoken of: enough of it was measured, and it can be believed."""
    believed = measure.coverage >= MIN_COVERAGE and measure.trust >= SPOKEN_OF
    return measure.value is not None and believed


def advise(session: Session, measures: MeasureSet) -> tuple[list[Advice], list[Advice]]:
    """Strengths and improvements over the whole session, most telling first."""
    amount = amount_of(session, measures)
    content = load("scores")["content"]
    points = question_points(session, measures.answers)
    worth_praise = _answers_worth(points) >= _PRAISED_FROM
    # what allows only a rough guess of what answers are worth allows no sentence on them, either
    rough = score(session, measures)["content"].why == ROUGHLY
    strengths: list[Advice] = []
    improvements: list[Advice] = []
    for name, wording in load("feedback")["measure"].items():
        measure = measures[name]
        if not _may_speak(measure, measures, amount):
            continue
        side = _side(measure) if name != "relevance" else _side_of_relevance(measures)
        text = wording.get(side)
        unpraised = rough or (side == "good" and not worth_praise)
        if text is None or (name in content and unpraised):
            continue
        advice = _advice(session, measure, text, side)
        if name == "relevance" and side == "low":
            advice = replace(advice, weight=max(advice.weight, _beside(measures)))
        (strengths if side == "good" else improvements).append(advice)
    if enough("content", amount):
        improvements.extend(_grammar_advice(session, measures))
    improvements.extend(_unanswered_advice(points))
    strengths.sort(key=lambda a: -a.weight)
    improvements.sort(key=lambda a: -a.weight)
    return strengths[:MAX_STRENGTHS], improvements[:MAX_IMPROVEMENTS]


def _answers_worth(points: Sequence[QuestionPoints]) -> float:
    """Points of the answers that were given, on average: words in any order, or boasts, may well
    be near the question, and are nothing to keep doing."""
    given = [q for q in points if q.outcome == "judged"]
    weight = sum(q.weight for q in given)
    return sum(q.weight * (q.points or 0.0) for q in given) / weight if weight else 0.0


def _may_speak(measure: Measure, measures: MeasureSet, amount: Amount) -> bool:
    """Whether there is as much to go by as a score would need, and no serious doubt."""
    if not usable(measure) or measure.norm is None:
        return False
    groups = [group for group in GROUPS if curve(group, measure.name) is not None]
    # what is held against the own voice is part of no score, and takes as much speech
    if not all(enough(group, amount) for group in groups or ["delivery"]):
        return False
    if measure.name == "structure_star":  # asked of episodes only
        return any(a.behavioural and a.star is not None for a in measures.answers)
    return measure.name != "relevance" or _side_of_relevance(measures) != ""


def _side(measure: Measure) -> str:
    value, norm = measure.value or 0.0, measure.norm
    if norm is not None and norm.low is not None and value < norm.low:
        return "low"
    if norm is not None and norm.high is not None and value > norm.high:
        return "high"
    return "good"


def _beside(measures: MeasureSet) -> float:
    """Share of the answers that are probably beside what was asked."""
    judged = [probably_beside(a) for a in measures.answers if a.relevance is not None]
    return sum(each is True for each in judged) / len(judged) if judged else 0.0


def _side_of_relevance(measures: MeasureSet) -> str:
    """On which side of its norm relevance is told: by the answers as well as by their mean, in
    which a long one counts for more; empty where the two do not say the same."""
    beside = _beside(measures)
    side = _side(measures["relevance"])
    if beside >= _MOSTLY_OFF_TOPIC or (side == "low" and beside >= _OFF_TOPIC):
        return "low"
    return side if side != "low" and beside < _OFF_TOPIC else ""


def _distance(measure: Measure) -> float:
    """How far outside its band a value lies, in bands; inside, how deep (0...1)."""
    value, norm = measure.value or 0.0, measure.norm
    if norm is None:
        return 0.0
    low = norm.low if norm.low is not None else 0.0
    high = norm.high if norm.high is not None else max(1.0, 2 * low)
    width = max(high - low, 1e-9)
    if norm.low is not None and value < norm.low:
        return (norm.low - value) / max(abs(norm.low), 1e-9)
    if norm.high is not None and value > norm.high:
        return (value - norm.high) / max(abs(norm.high), 1e-9)
    inner = [value - low] if norm.low is not None else []
    inner += [high - value] if norm.high is not None else []
    return min(inner) / width


_FORMATS = {
    "0–1": "{:.0%}",
    "count": "{:.0f}",
    "words/min": "{:.0f} words/min",
    "Hz": "{:.0f} Hz",
    "°": "{:z.1f}°",
    "1/min": "{:.1f} a minute",
    "1/100 words": "{:.1f} in 100 words",
    "–": "{:.0f}",
    "−1…1": "{:+z.2f}",
}
"""How people read a value of each unit; any other gets two decimals below 10 and one above.
Nothing has no minus before it (z)."""


def shown(measure: Measure) -> str:
    """A value as people read it."""
    if measure.value is None:
        return instead() if measure.left_out else "not enough to tell"
    usual = ("{:z.2f} " if abs(measure.value) < 10 else "{:.1f} ") + measure.unit
    return _FORMATS.get(measure.unit, usual).format(measure.value)


def _advice(session: Session, measure: Measure, text: dict, side: str) -> Advice:
    said = quote(session, measure.evidence) if text.get("quotes") else ""
    why = text["why"].format(value=shown(measure))
    if said:
        why += f" For example: {said}."
    weight = _distance(measure) * float(text.get("weight", 1.0)) * measure.coverage
    return Advice(text["what"], why, text.get("how", ""), measure.evidence, measure.name, weight)


def _unanswered_advice(points: Sequence[QuestionPoints]) -> list[Advice]:
    """On questions to which nothing came that answers them."""
    left = [q.question for q in points if q.outcome == "unanswered" and q.question is not None]
    if not left:
        return []
    text = load("feedback")["unanswered"]
    known = sum(q.answer is not None and q.answer.kind == "does_not_know" for q in left)
    why = text["why"] if len(left) > 1 else text["why_one"]
    return [
        Advice(
            text["what"],
            why.format(count=len(left), of=len(points)),
            text["how_unknown"] if known == len(left) else text["how"],
            tuple((q.asked_end_s, q.window_end_s) for q in left)[:3],
            "answered",
            # what was not said at all weighs more than how the rest was said
            1.0 + len(left) / len(points),
        )
    ]


def _grammar_advice(session: Session, measures: MeasureSet) -> list[Advice]:
    measure = measures["grammar_issues_per_100_words"]
    if not usable(measure) or not measure.value or measure.trust < TOLD_UNSURE:
        return []
    examples: list[str] = []
    spans: list[Span] = []
    for answer in (answer for answer in session.answers if answer.in_english):
        for issue in answer_issues(answer):
            span = when_said(answer, issue)
            at = f" ({clock(span[0])})" if span else ""
            examples.append(f"“{issue.text}”{at}: {issue.advice}")
            if span:
                spans.append(span)
    if not examples:
        return []
    text = load("feedback")["grammar"]
    return [
        Advice(
            text["what"],
            text["why"].format(count=len(examples), value=f"{measure.value:.1f}"),
            f"{text['how']} {'; '.join(examples[:3])}",
            tuple(spans[:3]),
            measure.name,
            min(1.0, measure.value / 10.0) * measure.coverage,
        )
    ]
