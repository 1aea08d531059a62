"""What if: a value in place of the measured one of a cue, for a while or from start to end."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from dataclasses import dataclass

from perception.errors import InputError

_WRITTEN = re.compile(
    r"(?P<cue>\w+)=(?P<value>[^@]+?)(?:@(?P<from>[0-9.]+)-(?P<to>[0-9.]*))?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Supposition:
    """A cue has a value between two moments."""

    cue: str
    value: float | None
    """None for "not measured"."""
    from_s: float = -math.inf
    """Session time."""
    to_s: float = math.inf

    def __str__(self) -> str:
        value = "none" if self.value is None else f"{self.value:g}"
        if self.from_s == -math.inf:
            return f"{self.cue}={value}"
        until = "" if self.to_s == math.inf else f"{self.to_s:g}"
        return f"{self.cue}={value}@{self.from_s:g}-{until}"


def read_supposition(text: str, known: Collection[str]) -> Supposition:
    """Reads ``NAME=VALUE`` or ``NAME=VALUE@FROM-TO``, times in seconds of the session.

    Args:
        text: as it was written; the value ``none`` stands for "not measured", and without TO it
            lasts to the end.
        known: names of the cues that there are.

    Raises:
        InputError: it is written otherwise, or there is no such cue; the message lists them.
    """
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise InputError(
            f"--set {text}: write NAME=VALUE or NAME=VALUE@FROM-TO with times in seconds, "
            "for example fillers_per_min=2 or smile=0.8@60-75"
        )
    cue = found["cue"]
    if cue not in known:
        raise InputError(f"--set {text}: no cue {cue!r}; use one of {', '.join(sorted(known))}")
    return Supposition(cue, _value(text, found["value"]), *_span(text, found["from"], found["to"]))


def _value(text: str, written: str) -> float | None:
    if written.strip().lower() == "none":
        return None
    try:
        value = float(written)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"--set {text}: {written.strip()!r} is no number; use one, or none")
    return value


def _span(text: str, begin: str | None, end: str | None) -> tuple[float, float]:
    if begin is None:
        return -math.inf, math.inf
    try:
        from_s, to_s = float(begin), float(end) if end else math.inf
    except ValueError:
        raise InputError(f"--set {text}: {begin}-{end} are no two times in seconds") from None
    if from_s >= to_s:
        raise InputError(f"--set {text}: {begin} is not before {end}; give FROM before TO")
    return from_s, to_s
