"""Texts as the PDF's template takes them: what is said, in which fonts, in which direction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scoring.feedback import clock
from scoring.report.fonts_pdf import families, language_of, printable, right_to_left

Written = str | dict[str, Any]
"""A plain text, or a table with ``runs`` (each ``text`` and what it is), ``lang``, ``rtl`` and
``fonts``."""

_ISOLATE, _END = "\u2068", "\u2069"


def written(text: Any) -> Written:
    """A text; "" for None."""
    return of_runs([{"text": str(text)}]) if text is not None else ""


def of_runs(runs: Iterable[Mapping[str, Any]]) -> Written:
    """A text of several runs.

    Args:
        runs: each with ``text``, and marks that the template knows: ``pale``, ``beside``, ``part``,
            ``kind``, ``aside`` (the program's words, which have no say in the direction).
    """
    told = [{**run, "text": _with_spaces(str(run["text"]))} for run in runs]
    whole = "".join(run["text"] for run in told)
    marked = any(len(run) > 1 for run in told)
    if whole.isascii() and not marked:
        return whole
    language = language_of(whole)
    return {
        "runs": told if marked else [{"text": whole}],
        "lang": language,
        "rtl": right_to_left("".join(run["text"] for run in told if not run.get("aside"))),
        "fonts": families(language),
    }


def _with_spaces(text: str) -> str:
    """A printable text; a space at either end stays, as it stands between runs."""
    shown = printable(text)
    before = " " if shown and text[:1].isspace() else ""
    return before + shown + (" " if shown and text[-1:].isspace() else "") if shown else text[:1]


def quoted(text: str) -> str:
    """Words in quotation marks, which keep their own direction within a sentence."""
    if language_of(text) in ("ar", "he"):
        return f"“{_ISOLATE}{text}{_END}”"
    return f"“{text}”"


def quotation(found: Any) -> dict[str, Any] | None:
    """A quote of the report with when it was said; None where there is none."""
    if not isinstance(found, Mapping) or not found.get("text"):
        return None
    at = found.get("t_s")
    return {"text": written(found["text"]), "at": "" if at is None else clock(at)}


def moments(evidence: Sequence[Sequence[float]] | None) -> str:
    """When it was seen, as on a player; empty where that is not known."""
    starts = [clock(span[0]) for span in evidence or () if span]
    return ", ".join(dict.fromkeys(starts))
