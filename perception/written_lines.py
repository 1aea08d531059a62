"""Lines as content files have them: their placeholders, and what is wrong with them.

What nothing is filled in for, or a brace without its other half, would be spoken or shown as it
stands; so it is refused where a file is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

SPOKEN = ("name", "title")
"""What stands for the recruiter's name and for the role."""

_PLACEHOLDER = re.compile(r"\{(\w*)\}")


def placeholders(line: str) -> set[str]:
    """Names of what a line is filled in with."""
    return set(_PLACEHOLDER.findall(line))


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
        odd |= placeholders(line) - set(known)
        lone |= any(brace in _PLACEHOLDER.sub("", line) for brace in "{}")
    use = f"use {' or '.join('{' + each + '}' for each in known)}" if known else "write it out"
    found = [f"{what}: {{{name}}} stands for nothing; {use}" for name in sorted(odd)]
    if lone:
        found.append(f"{what}: a brace {{ or }} that belongs to no placeholder; remove it")
    return found


def lines_faults(
    lines: Sequence[str],
    what: str,
    *,
    longest: int,
    least: int = 1,
    known: Sequence[str] = SPOKEN,
) -> list[str]:
    """What is wrong with wordings of one thing; empty where nothing is.

    Args:
        lines: wordings.
        what: they are of, for the messages.
        longest: characters of one.
        least: how many there have to be.
        known: placeholders that are filled in.
    """
    found = placeholder_faults(lines, what, known)
    if len(lines) < least:
        found.append(f"{what} is empty; write at least {'one wording' if least == 1 else least}")
    if not all(line.strip() for line in lines):
        found.append(f"{what} holds an empty wording; remove it")
    found += [
        f"{what} holds a wording of {len(line)} characters; keep to {longest}"
        for line in lines
        if len(line) > longest
    ]
    return found


def refuse(wrong: Sequence[str]) -> None:
    """Raises ValueError with all that is wrong, where there is anything."""
    if wrong:
        raise ValueError("; ".join(wrong))


def filled_faults(table: object, filled: Mapping[str, Sequence[str]]) -> list[str]:
    """What is wrong with the placeholders of a whole file.

    Args:
        table: the file, or a part of it.
        filled: what is filled in, by the key: "measure.*.why". All that fit hold; a key that none
            fits has no placeholders.
    """
    found = []
    for key, line in _texts(table, ""):
        known = [name for form, names in filled.items() if fnmatchcase(key, form) for name in names]
        found += placeholder_faults([line], key, list(dict.fromkeys(known)))
    return found


def _texts(value: object, key: str) -> Iterator[tuple[str, str]]:
    """Every text with the keys that lead to it; those of a list have the list's."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts(inner, f"{key}.{name}".lstrip("."))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner, key)
