"""Writes NOTICE's list of borrowed weights anew, from the one table that has them all.

python -m game.setup.notice
"""

from __future__ import annotations

import sys
import textwrap

from perception.errors import InputError
from perception.models.borrowed import BORROWED, Borrowed
from perception.paths import ROOT

NOTICE = ROOT / "NOTICE"

BEGIN = "3  Models that come inside packages\n"
"""The heading of the list."""
END = "\nFetched only when asked for,"
"""What follows on it."""

_WIDTH = 100
_INDENT = 6


def listed() -> str:
    """The list as NOTICE has it: weights, licence, who made them, and what carries them."""
    locked = [each for each in BORROWED.values() if not each.guest]
    guests = [each for each in BORROWED.values() if each.guest]
    parts = [
        "Pinned in requirements.lock with the sums of their files:",
        *map(_entry, locked),
        _wrapped(
            "Guests: carried by packages of others, which are installed but never imported. Their "
            "data files alone are read, and each is compared with its sha256. Where carrier and "
            "maker differ they are repackagings, which were not compared with the originals. "
            "One that set-up cannot get costs what stands beside it.",
            0,
        ),
        *map(_entry, guests),
    ]
    return "\n\n".join(parts) + "\n"


def with_list(text: str) -> str:
    """NOTICE with its list as the table has it.

    Args:
        text: NOTICE as it is.

    Raises:
        InputError: it lacks the lines that enclose the list.
    """
    begin, end = text.find(BEGIN), text.find(END)
    if not 0 <= begin < end:
        raise InputError(f"{NOTICE.name}: has no section '{BEGIN.strip()}'; bring it back from git")
    return text[: begin + len(BEGIN)] + "\n" + listed() + text[end:]


def _entry(each: Borrowed) -> str:
    lines = [_wrapped(f"{each.name}: {each.what}. {each.licence}. {each.origin}", 4)]
    if each.locked:
        return lines[0]
    carriers = ", ".join(f"{p.name} {p.version}" for p in each.packages)
    lines.append(_wrapped(f"carried by {carriers}; without it {each.without}", _INDENT))
    for package in each.packages:
        lines.append(f"{' ' * _INDENT}sha256 of {package.name}:\n{' ' * _INDENT}{package.sha256}")
    return "\n".join(lines)


def _wrapped(text: str, indent: int) -> str:
    return textwrap.fill(
        text,
        _WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2 if indent else 0),
        break_long_words=False,
        break_on_hyphens=False,
    )


def main() -> int:
    """Writes NOTICE; 2 where it is not as it should be."""
    try:
        text = with_list(NOTICE.read_text("utf-8"))
    except InputError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    NOTICE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
