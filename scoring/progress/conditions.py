"""What was different about two sessions, and what may therefore not be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from perception.recorded import looked_up
from scoring.progress.reading import doubts_in, questions_of, said_doubt, why_unusable
from scoring.progress.sessions import ReportedSession, mapping, names
from scoring.rubric import load

ALL = "*"
"""In place of names: everything."""
_GAZE = "gaze_on_screen_share"
_WORDS = ("speech_rate_wpm", "fillers_per_min", "relevance")


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that was otherwise in the second of two sessions."""

    name: str
    """In ``[condition]`` of ``assets/rubrics/change.toml``."""
    before: str
    after: str
    say: str
    blocks: tuple[str, ...]
    """Scores and measures that are not the same thing any more."""

    def stops(self, name: str) -> bool:
        """Whether a score or measure may not be compared for it."""
        return ALL in self.blocks or name in self.blocks


def differences(before: ReportedSession, after: ReportedSession) -> tuple[Difference, ...]:
    """All that differs between two sessions, what stops comparing first."""
    table = load("change")["condition"]
    told = conditions(before), conditions(after)
    found = [
        Difference(name, a, b, entry["say"], tuple(entry["blocks"]))
        for name, entry in table.items()
        if (a := told[0].get(name)) is not None
        and (b := told[1].get(name)) is not None
        and a.casefold() != b.casefold()
    ]
    return tuple(sorted(found, key=lambda d: (ALL not in d.blocks, not d.blocks)))


def conditions(session: ReportedSession) -> dict[str, str]:
    """Conditions of a session by name, in words; one that is not known is not there."""
    report, meta = session.report, session.meta
    made = mapping(report.get("made_with"))
    found: dict[str, str] = {
        "made_with": f"{made['measuring']}/{made['rubrics']}"
        if "measuring" in made and "rubrics" in made
        else "an older version",
        "synthetic": "yes" if session.kind == "demo" else "no",
        "camera": "no" if session.entry("measures", "face_share").get("value") is None else "yes",
        "left_out": ", ".join(names(report.get("left_out"))) or "none",
    }
    if session.entry("measures", _GAZE).get("value") is not None:
        found["calibrated"] = "no" if "uncalibrated" in _doubts(session, (_GAZE,)) else "yes"
    if any(session.entry("measures", name).get("value") is not None for name in _WORDS):
        coarse = "coarse_recogniser" in _doubts(session, _WORDS)
        found["recogniser"] = "a coarse one" if coarse else "a good one"
        other = "other_language" in _doubts(session, _WORDS)
        found["language"] = "partly another" if other else "English"
    for name, value in (
        ("role", report.get("role") or meta.get("role")),
        ("persona", report.get("persona") or meta.get("persona")),
        ("microphone", looked_up(meta, "candidate", "microphone")),
    ):
        if isinstance(value, str) and value:
            found[name] = value
    if "manner" in meta:
        found["manner"] = str(meta["manner"] or "their own")
    return found


def _doubts(session: ReportedSession, names: Sequence[str]) -> set[str]:
    return {doubt for name in names for doubt in doubts_in(session.entry("measures", name))}


def why_not(
    kind: str,
    name: str,
    before: ReportedSession,
    after: ReportedSession,
    found: Sequence[Difference],
    words: tuple[str, str] = ("the first", "the second"),
) -> str:
    """Why a score or a measure of two sessions may not be compared, a clause; empty where it may.

    Args:
        kind: "scores" or "measures".
        name: of it.
        before, after: the sessions.
        found: what differs between them.
        words: what the two are called.
    """
    entries = before.entry(kind, name), after.entry(kind, name)
    for difference in found:
        if difference.name in ("made_with", "synthetic") and difference.stops(name):
            return difference.say
    reasons = [
        (f"{why} (in {word})")
        for entry, word in zip(entries, words, strict=True)
        if (why := why_unusable(entry))
    ]
    for difference in found:
        if difference.stops(name):
            return difference.say
    if reasons:
        return "; ".join(dict.fromkeys(reasons))
    least = mapping(load("change")["score"].get(name)).get("least_questions", 0)
    if kind == "scores" and any(0 < questions_of(s) < least for s in (before, after)):
        return str(load("change")["verdict"]["one_question"])
    if kind == "scores":
        return _other_parts(name, before, after, found)
    return ""


def _other_parts(
    name: str, before: ReportedSession, after: ReportedSession, found: Sequence[Difference]
) -> str:
    """Why a score is made of other things in one than in the other; empty where it is not."""
    parts = [
        set(names(session.entry("scores", name).get("measures"))) for session in (before, after)
    ]
    other = sorted(parts[0] ^ parts[1])
    labels = load("labels")["measure"]
    if other:
        named = ", ".join(str(labels.get(each, each)).lower() for each in other[:3])
        return f"it rests on other things in one than in the other ({named})"
    stopped = [
        d for d in found if any(d.stops(part) for part in parts[0]) and d.name != "microphone"
    ]
    return f"part of it cannot be compared: {stopped[0].say}" if stopped else ""


def doubted(before: ReportedSession, after: ReportedSession, kind: str, name: str) -> str:
    """What makes a comparison less sure, a clause; empty without a doubt in either."""
    names = dict.fromkeys(
        each
        for session in (before, after)
        for each in doubts_in(session.entry(kind, name))
        if each != "uneven"  # the same person is read alike both times
    )
    return "less sure, as " + " and ".join(said_doubt(n) for n in list(names)[:2]) if names else ""
