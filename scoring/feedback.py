"""What to keep and what to work on, in plain and kind words, with the candidate's own as proof.

Every sentence rests on a measure that was taken with enough coverage; where that fails nothing is
said. The wording is content (``assets/rubrics/feedback.toml``); here it is decided which applies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from perception.errors import ModelError
from perception.languages import name_of
from scoring.fusion import curve, points_at
from scoring.grammar import find_issues
from scoring.measures.content import STAR_PARTS, AnswerContent
from scoring.measures.fillers import find_fillers, fluent
from scoring.measures.language import when_said
from scoring.measures.measure import MeasureSet
from scoring.measures.speech import pauses, rate_of
from scoring.record.session import Session
from scoring.record.turns import Answer
from scoring.rubric import load, norms
from scoring.types import Measure, Span

MIN_COVERAGE = 0.5
MAX_STRENGTHS = 4
MAX_IMPROVEMENTS = 4
QUOTE_WORDS = 14


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


@dataclass(frozen=True, slots=True)
class Rating:
    """One rating of one answer, 1 to 5."""

    value: float | None
    low: float | None
    high: float | None
    why: str
    evidence: tuple[Span, ...] = ()


def clock(t_s: float) -> str:
    """Minutes and seconds, as on a player."""
    seconds = max(0, int(t_s))
    return f"{seconds // 60}:{seconds % 60:02d}"


def words_at(session: Session, span: Span, limit: int = QUOTE_WORDS) -> str:
    """What the candidate said in a span, shortened; empty where no words are known."""
    said = [
        w.text.strip()
        for a in session.answers
        for w in a.words
        if w.end_s > span[0] - 0.05 and w.start_s < span[1] + 0.05
    ]
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
    """Whether a measure may be spoken of."""
    return measure.value is not None and measure.coverage >= MIN_COVERAGE


def advise(session: Session, measures: MeasureSet) -> tuple[list[Advice], list[Advice]]:
    """Strengths and improvements over the whole session, most telling first."""
    strengths: list[Advice] = []
    improvements: list[Advice] = []
    for name, wording in load("feedback")["measure"].items():
        measure = measures[name]
        if not _may_speak(measure, measures):
            continue
        side = _side(measure)
        text = wording.get(side)
        if text is None:
            continue
        advice = _advice(session, measure, text, side)
        (strengths if side == "good" else improvements).append(advice)
    improvements.extend(_grammar_advice(session, measures))
    strengths.sort(key=lambda a: -a.weight)
    improvements.sort(key=lambda a: -a.weight)
    return strengths[:MAX_STRENGTHS], improvements[:MAX_IMPROVEMENTS]


def _may_speak(measure: Measure, measures: MeasureSet) -> bool:
    if not usable(measure) or measure.norm is None:
        return False
    # Structure is asked of episodes only.
    return measure.name != "structure_star" or any(
        a.behavioural and a.parts is not None for a in measures.answers
    )


def _side(measure: Measure) -> str:
    value, norm = measure.value or 0.0, measure.norm
    if norm is not None and norm.low is not None and value < norm.low:
        return "low"
    if norm is not None and norm.high is not None and value > norm.high:
        return "high"
    return "good"


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
        return "not enough to tell"
    usual = ("{:z.2f} " if abs(measure.value) < 10 else "{:.1f} ") + measure.unit
    return _FORMATS.get(measure.unit, usual).format(measure.value)


def _advice(session: Session, measure: Measure, text: dict, side: str) -> Advice:
    said = quote(session, measure.evidence) if text.get("quotes") else ""
    why = text["why"].format(value=shown(measure))
    if said:
        why += f" For example: {said}."
    weight = _distance(measure) * float(text.get("weight", 1.0)) * measure.coverage
    return Advice(text["what"], why, text.get("how", ""), measure.evidence, measure.name, weight)


def _grammar_advice(session: Session, measures: MeasureSet) -> list[Advice]:
    measure = measures["grammar_issues_per_100_words"]
    if not usable(measure) or not measure.value:
        return []
    examples: list[str] = []
    spans: list[Span] = []
    for answer in (answer for answer in session.answers if answer.in_english):
        for issue in find_issues(fluent(answer.transcript)):
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


# ── one answer ───────────────────────────────────────────────────────────────────────────────────


def rate_answer(session: Session, content: AnswerContent) -> dict[str, Rating]:
    """Ratings of one answer, each with its reason."""
    answer = content.answer
    whole: tuple[Span, ...] = () if answer.typed else ((answer.start_s, answer.end_s),)
    ratings = {
        "relevance": _rating(
            "content", "relevance", content.relevance, content.trust, _why_relevant(content), whole
        ),
        "structure": _rating(
            "content",
            "structure_star",
            content.structure if content.behavioural else None,
            content.trust,
            _why_structured(content),
            whole,
        ),
        "specificity": _rating(
            "content",
            "specificity",
            content.specificity,
            content.trust,
            _why_specific(content),
            whole,
        ),
    }
    rate = rate_of(session, answer)
    why = "a typed answer has no pace" if answer.typed else "not enough speech to tell"
    if rate is not None:
        why = f"about {rate:.0f} words a minute"
    ratings["pace"] = _rating("delivery", "speech_rate_wpm", rate, 1.0, why, whole)
    return ratings


def _rating(
    group: str, name: str, value: float | None, trust: float, why: str, evidence: tuple[Span, ...]
) -> Rating:
    entry = curve(group, name)
    if value is None or entry is None or trust <= 0:
        return Rating(None, None, None, why)
    corners, error = entry["points"], float(entry["error"]) / max(trust, 0.25)
    around = [points_at(corners, value + step * error) for step in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    stars = [1.0 + p / 25.0 for p in around]
    half = 0.25  # raters of one answer differ by at least this on a scale of five
    return Rating(
        round(stars[2], 1),
        round(max(1.0, min(stars) - half), 1),
        round(min(5.0, max(stars) + half), 1),
        why,
        evidence,
    )


def _why_relevant(content: AnswerContent) -> str:
    if content.relevance is None:
        return "not enough words to tell"
    low = norms()["relevance"].low or 0.0
    if content.relevance >= low:
        return "the words keep to what was asked"
    return "few of the words take up what was asked"


def _why_structured(content: AnswerContent) -> str:
    if not content.behavioural:
        return "the question does not ask for an episode"
    if content.parts is None:
        return "not enough words to tell"
    missing = [p for p in STAR_PARTS if p not in content.parts]
    if not missing:
        return "situation, task, action and result are all there"
    heard = ", ".join(content.parts) or "none"
    return f"heard: {heard}; not heard: {', '.join(missing)}"


def _why_specific(content: AnswerContent) -> str:
    if content.specificity is None:
        return "not enough words to tell"
    if not content.specifics:
        return "no numbers, names or concrete things were heard"
    return "names things: " + ", ".join(content.specifics[:5])


def answer_feedback(session: Session, content: AnswerContent) -> list[str]:
    """A few sentences on one answer."""
    answer = content.answer
    text = load("feedback")["answer"]
    lines: list[str] = []
    if content.words == 0:
        return [text["no_words"]]
    if not answer.in_english:
        told = text["other_language"].format(language=name_of(answer.language or ""))
        return [told, *_speech_remarks(session, answer, text)]
    if content.words < 12:
        lines.append(text["very_short"])
    if content.behavioural and content.parts is not None:
        missing = [p for p in STAR_PARTS if p not in content.parts]
        lines.extend(text[f"missing_{part}"] for part in missing[:1])
        if not missing:
            lines.append(text["whole_story"])
    if content.relevance is not None and content.relevance < (norms()["relevance"].low or 0.0):
        lines.append(text["off_topic"])
    if content.specificity is not None:
        if content.specifics and content.specificity >= 0.4:
            named = ", ".join(content.specifics[:3])
            lines.append(text["specific"].format(named=named))
        elif content.words >= 30 and content.specificity < 0.4:
            lines.append(text["vague"])
    lines.extend(_speech_remarks(session, answer, text))
    lines.extend(_grammar_remark(answer, text))
    return lines


def _speech_remarks(session: Session, answer: Answer, text: dict) -> list[str]:
    lines: list[str] = []
    if answer.typed:
        return lines
    minutes = (answer.end_s - answer.start_s) / 60.0
    if minutes > 2.0:
        lines.append(text["long"].format(minutes=f"{minutes:.1f}"))
    fillers = find_fillers(answer.words)
    if len(fillers) >= 3 and len(fillers) > 3.0 * minutes:
        sounds = ", ".join(dict.fromkeys(f"“{f.text.strip(' ,.').lower()}”" for f in fillers[:6]))
        lines.append(text["fillers"].format(count=len(fillers), sounds=sounds))
    silences = [p for p in pauses(session, answer) if p[1] - p[0] >= 2.0]
    if silences:
        worst = max(silences, key=lambda p: p[1] - p[0])
        lines.append(text["pause"].format(seconds=f"{worst[1] - worst[0]:.1f}", at=clock(worst[0])))
    return lines


def _grammar_remark(answer: Answer, text: dict) -> list[str]:
    try:
        issues = find_issues(fluent(answer.transcript))
    except ModelError:
        return []  # said once for the whole report, in its notes
    if not issues:
        return []
    return [text["grammar"].format(said=issues[0].text, better=issues[0].advice)]
