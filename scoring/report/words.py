"""Names, dates, lengths and bands as the report's page and its PDF both write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scoring.report.captions import clean
from scoring.types import Span


def title(report: Mapping[str, Any]) -> str:
    """Heading of a report."""
    role = readable(report["role"] or "")
    return f"Interview: {role}" if role else "Interview report"


def readable(name: object) -> str:
    """A content file's name as a title: ``sales_assistant`` becomes "Sales assistant"."""
    text = clean(str(name)).replace("_", " ")
    return text[:1].upper() + text[1:]


def day(created: object) -> str:
    """Date and time of an ISO stamp, as people write it."""
    text = clean(str(created or ""))
    return text[:16].replace("T", " ")


def minutes(seconds: float) -> str:
    """A length in minutes and seconds."""
    whole = round(seconds)
    return f"{whole // 60} min {whole % 60:02d} s" if whole >= 60 else f"{whole} s"


def band(norm: Any) -> str:
    """A norm's band in words; empty for none."""
    if norm is None:
        return ""

    if norm.low is not None and norm.high is not None:
        return f"{norm.low:g} – {norm.high:g}"
    if norm.low is not None:
        return f"{norm.low:g} or more"
    return f"up to {norm.high:g}"


def spans(found: Iterable[Span]) -> list[list[float]]:
    """Spans of time as the report has them, to a millisecond."""
    return [[round(start, 3), round(end, 3)] for start, end in found]
