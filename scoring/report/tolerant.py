"""A report with every key that the page asks for: one of an older version lacks some."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Entry = dict[str, Any]

_OF_REPORT: Entry = {
    "headline": None,
    "recruiter": None,
    "strengths": (),
    "improvements": (),
    "stories": (),
    "next_practice": None,
    "competencies": {},
    "reactions": (),
    "emotion": None,
    "media": None,
    "notes": (),
}
_OF_ADVICE: Entry = {
    **{"why": "", "how": "", "evidence": (), "quote": None, "matters": None, "source": None},
    **{"exercise": None, "rewrite": None},
}
_OF_EXERCISE: Entry = {"steps": (), "minutes": None}
_OF_REWRITE: Entry = {"question": None, "before": "", "lines": ()}
_OF_STORY: Entry = {"question_id": None, "parts": {}, "competencies": (), "evidence": ()}
_OF_NEXT: Entry = {**dict.fromkeys(("what", "exercise", "when", "why", "command"))}
_OF_QUESTION: Entry = {"highlights": (), "improved": None}
_OF_IMPROVED: Entry = {**dict.fromkeys(("duration_s", "original_s", "told"))}
_OF_MEDIA: Entry = {"picture": None, "pictures": (), "sounds": (), "original": None}
_OF_RECRUITER: Entry = {"name": None, "subject": "they", "object": "them", "possessive": "their"}
_PARTS = ("situation", "task", "action", "result")


def with_every_key(report: Mapping[str, Any]) -> Entry:
    """The same report; where a key is missing, what stands for "nothing is known of it".

    Args:
        report: what ``report.json`` holds; not changed.
    """
    whole = {**_OF_REPORT, **report}
    whole["recruiter"] = _filled(_OF_RECRUITER, whole["recruiter"] or {})
    whole["media"] = _filled(_OF_MEDIA, whole["media"] or {})
    whole["next_practice"] = _filled_if(_OF_NEXT, whole["next_practice"])
    for key in ("strengths", "improvements"):
        whole[key] = [_advice(each) for each in whole[key] or ()]
    whole["stories"] = [_story(each) for each in whole["stories"] or ()]
    whole["questions"] = [
        {
            **_filled(_OF_QUESTION, each),
            "improved": _filled_if(_OF_IMPROVED, each.get("improved")),
        }
        for each in whole["questions"]
    ]
    whole["reactions"] = [{"plain": None, **each} for each in whole["reactions"]]
    whole["scores"] = {
        name: {"why": None, "less_sure": None, **each} for name, each in whole["scores"].items()
    }
    return whole


def _filled(defaults: Entry, entry: Mapping[str, Any]) -> Entry:
    return {**defaults, **entry}


def _filled_if(defaults: Entry, entry: Mapping[str, Any] | None) -> Entry | None:
    return None if entry is None else _filled(defaults, entry)


def _advice(entry: Mapping[str, Any]) -> Entry:
    advice = _filled(_OF_ADVICE, entry)
    advice["exercise"] = _filled_if(_OF_EXERCISE, advice["exercise"])
    advice["rewrite"] = _filled_if(_OF_REWRITE, advice["rewrite"])
    return advice


def _story(entry: Mapping[str, Any]) -> Entry:
    story = _filled(_OF_STORY, entry)
    parts: Mapping[str, Any] = story["parts"] or {}
    story["parts"] = {part: parts.get(part) for part in _PARTS} if parts else {}
    competencies: Sequence[Mapping[str, Any]] = story["competencies"] or ()
    story["competencies"] = [{"why": None, **each} for each in competencies]
    return story
