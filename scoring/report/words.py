"""Names, dates, lengths and bands as the report's page and its PDF both write them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from scoring.leaving_out import instead
from scoring.measures.doubt import SPOKEN_OF, Doubt
from scoring.report.captions import clean
from scoring.rubric import load
from scoring.types import Measure, Span


def title(report: Mapping[str, Any]) -> str:
    """Heading of a report."""
    role = readable(report["role"] or "")
    return f"Interview: {role}" if role else "Interview report"


def readable(name: object) -> str:
    """A content file's name as a title: ``sales_assistant`` becomes "Sales assistant"."""
    text = clean(str(name)).replace("_", " ")
    return text[:1].upper() + text[1:]


def day(created: object) -> str:
    """Date, time and zone of an ISO stamp, as people write it; empty for None.

    What is no such stamp is given as it stands; one without a zone says none.
    """
    text = clean(str(created or ""))
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text[:16].replace("T", " ")
    return f"{at:%Y-%m-%d %H:%M} {at.tzname() or ''}".rstrip()


def minutes(seconds: float) -> str:
    """A length in minutes and seconds."""
    whole = round(seconds)
    return f"{whole // 60} min {whole % 60:02d} s" if whole >= 60 else f"{whole} s"


def band(measure: Measure) -> str:
    """The band of a measure's norm in words, shares in per cent as its value is; empty for none."""
    norm = measure.norm
    if norm is None:
        return ""
    share = measure.unit == "0–1"
    low, high = (
        None if end is None else f"{100 * end if share else end:g}" for end in (norm.low, norm.high)
    )
    sign = "%" if share else ""
    if low is not None and high is not None:
        return f"{low} – {high}{sign}"
    return f"up to {high}{sign}" if low is None else f"{low}{sign} or more"


def doubted(measure: Measure) -> str:
    """The gravest reason for which a measure is hardly to be believed; empty where it may be."""
    if measure.value is None or measure.trust >= SPOKEN_OF:
        return ""
    return Doubt.of(measure).in_words()


def captions(left_out: Collection[str] = ()) -> dict[str, str]:
    """What stands over each chart of the conversation, in their order.

    Args:
        left_out: measures that are not shown.
    """
    rows = {
        "gaze_on_screen_share": "where you looked (dark: at the recruiter)",
        "smile_share": "smiles",
        "nods": "nods",
    }
    told = [said for name, said in rows.items() if name not in left_out]
    listed = " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)
    return {
        "timeline": f"Who spoke, {listed}" if told else "Who spoke",
        "pace": "Words a minute in each answer; the green band is usual",
        "gaze": "Share of time you looked at the recruiter; the mark is what others often do",
        "voice": "Loudness and pitch over time",
    }


def impressed_from(found: Mapping[str, Any]) -> str:
    """What stands under the picture of how somebody may have come across.

    Args:
        found: ``emotion`` of the report.
    """
    names = found["from"]
    listed = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return str(load("emotion")["say"]["caption"]).format(sources=listed)


def unrated(rating: Mapping[str, Any]) -> str:
    """What stands where a rating would; empty where its reason says all."""
    return "" if rating["why"] == instead() else "not enough to tell"


def spans(found: Iterable[Span]) -> list[list[float]]:
    """Spans of time as the report has them, to a millisecond."""
    return [[round(start, 3), round(end, 3)] for start, end in found]
