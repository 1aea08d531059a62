"""Placeholders of spoken lines, and braces that would be spoken as they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

SPOKEN = ("name", "title")
"""What stands for the recruiter's name and for the role."""

_PLACEHOLDER = re.compile(r"\{(\w*)\}")


def placeholder_faults(lines: Iterable[str], what: str, known: Sequence[str]) -> list[str]:
    """What nothing would be filled in for, and braces without their other half.

    Args:
        lines: wordings of one thing.
        what: they are of, for the messages.
        known: placeholders that are filled in there.
    """
    odd: set[str] = set()
    lone = False
    for line in lines:
        odd |= set(_PLACEHOLDER.findall(line)) - set(known)
        lone |= any(brace in _PLACEHOLDER.sub("", line) for brace in "{}")
    use = f"use {' or '.join('{' + each + '}' for each in known)}" if known else "write it out"
    found = [f"{what}: {{{name}}} stands for nothing; {use}" for name in sorted(odd)]
    if lone:
        found.append(f"{what}: a brace {{ or }} that belongs to no placeholder; remove it")
    return found
