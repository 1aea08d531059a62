"""What the sentences of ``assets/rubrics`` are filled in with, by file and key.

A study's own files are read as well; what nothing is filled in for would stand in a report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from perception.written_lines import filled_faults

_RECRUITER = ("name", "subject", "object", "possessive", "was", "has")
"""Of :attr:`scoring.feedback.recruiter.Recruiter.words`."""

_VOICES = ("people", "taken", "other", "option", "at", "why")
"""Of :func:`scoring.record.whose_voice.note_of`."""

PATTERNS = frozenset(("cues", "learner_errors"))
"""Files of regular expressions, in which braces are something else."""

FILLED: Mapping[str, Mapping[str, Sequence[str]]] = {
    "change": {"verdict.family": ("count",), "verdict.again": ("count",)},
    "classifiers": {"relevance.inference.hypothesis": ("question",)},
    "coaching": {
        "kind.*.matters": _RECRUITER,
        "exercise.*": _RECRUITER,
        "rewrite.*": _RECRUITER,
        "headline.*": ("good", "work", "less_sure", *_RECRUITER),
        "next.w*": _RECRUITER,
        "stories.why": ("words", *_RECRUITER),
        "reword.prompt": ("line",),
    },
    "doubts": {
        "several_faces.note": ("faces", "place"),
        "changed_person.note": ("faces", "place"),
        **{
            f"{doubt}.{key}": _VOICES
            for doubt in ("two_voices", "voices_mixed", "nobody_there", "two_in_one")
            for key in ("note", "remedy")
        },
        "two_voices.reasons.*": ("asked", "titles"),
    },
    "emotion": {
        "say.leans": ("what",),
        "say.missing*": ("where",),
        "say.caption": ("sources",),
    },
    "feedback": {
        "measure.*": _RECRUITER,
        "measure.*.why": ("value",),
        "unanswered.*": _RECRUITER,
        "unanswered.why*": ("count", "of"),
        "grammar.*": _RECRUITER,
        "grammar.why": ("count", "value"),
        "answer.no_answer": _RECRUITER,
        "answer.other_language": ("language",),
        "answer.number_no_context": ("number",),
        "answer.contradiction": ("now", "before", "about"),
        "answer.told_before": ("number",),
        "answer.specific": ("named",),
        "answer.long": ("minutes",),
        "answer.fillers": ("count", "sounds"),
        "answer.pause": ("seconds", "at"),
        "answer.grammar": ("said", "better"),
    },
    "improved": {
        "sentence": ("changes",),
        "part": ("duration",),
        **dict.fromkeys(("pauses.*", "fillers.*", "pitch.*"), ("count",)),
    },
    "leave_out": {"told": ("cues",)},
    "understood": {
        "*": _RECRUITER,
        "took_it": ("told",),
        "missed": ("gap",),
        "she.*": ("value", "threshold"),
        "did.sound": ("text",),
        "did.with_sound": ("text", "did"),
        "seen.*": ("seconds",),
    },
}
"""Name of a file to what is filled in, as :func:`filled_faults` takes it; others have no
placeholders."""


def place_faults(name: str, table: Mapping[str, Any]) -> list[str]:
    """What is wrong with the placeholders of a rubric.

    Args:
        name: of its file, without the ending.
        table: what it holds.
    """
    return [] if name in PATTERNS else filled_faults(table, FILLED.get(name, {}))
