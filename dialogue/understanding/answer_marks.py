"""Words by which an answer tells how something ended, and who did it."""

from __future__ import annotations

import re

_RESULT = re.compile(
    r"\b(results?|resulted|outcome|in the end|at the end|eventually|finally|turned out|led to|"
    r"so that|as a consequence|afterwards|since then|now (?:we|they|i|it)|learn(?:ed|t)|worked|"
    r"works|solved|fixed|finished|delivered|reached|achieved|managed to|succeeded|improved|"
    r"increased|decreased|reduced|saved|happy with|satisfied|better|percent|per cent)\b|\d",
    re.IGNORECASE,
)
"""Words with which people tell how something ended."""

_OWN = re.compile(r"\b(i|i'm|i'd|i've|i'll|me|my|myself|mine)\b", re.IGNORECASE)
"""Words of one who did it."""
_GROUP = re.compile(r"\b(we|we're|we'd|we've|us|our|ours|they|the team)\b", re.IGNORECASE)
"""Words of several who did."""


def tells_result(answer: str) -> bool:
    """Whether any word of it tells how something ended."""
    return _RESULT.search(answer) is not None


def hides_own_role(answer: str) -> bool:
    """Whether it tells what several did, and nothing of who tells it."""
    return _OWN.search(answer) is None and len(_GROUP.findall(answer)) >= 2
