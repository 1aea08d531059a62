"""What is printed can always be printed, whatever a terminal, a pipe or a person's settings take.

Standard library only: run.py needs it before anything is installed.
"""

from __future__ import annotations

import codecs
import io
import os
import sys
import unicodedata
from typing import TextIO

FALLBACK = "recruiter.plain"
"""Name of the error handler under which a stream writes plainer what its encoding lacks."""

_PLAIN = {
    **{"✓": "+", "✗": "x", "•": "*", "·": "-", "…": "...", "–": "-", "—": "-", "−": "-"},
    **{"‘": "'", "’": "'", "‚": ",", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'},
    **{"→": "->", "←": "<-", "↑": "^", "↓": "v", "×": "x", "≤": "<=", "≥": ">=", "±": "+-"},
    **{"█": "#", "▏": "|", "│": "|", "─": "-", "━": "-", "°": " deg", "ß": "ss", "æ": "ae"},
    **{"ø": "o", "ł": "l", "Ø": "O", "Ł": "L", "€": "EUR", "\xa0": " "},
}
"""Nearest ASCII of signs that do not come apart into a letter and its mark."""


def unbreakable() -> None:
    """Has standard output and error take every text, and standard input every byte.

    A letter that the encoding lacks is written as its nearest ASCII, else as ``?``; so is what
    stands for a byte of a file name that is no text. A stream that was closed before the program
    began leads nowhere.
    """
    codecs.register_error(FALLBACK, _plainer)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=FALLBACK)
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")


def takes(text: str, stream: TextIO | None = None) -> bool:
    """Whether a stream's encoding has every letter of a text.

    Args:
        text: that is to be written.
        stream: where to; standard output by default.
    """
    encoding = getattr(stream or sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


def _plainer(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(map(_plain, lacking)), error.end


def _plain(letter: str) -> str:
    if letter in _PLAIN:
        return _PLAIN[letter]
    apart = unicodedata.normalize("NFKD", letter)
    return "".join(part for part in apart if part.isascii()) or "?"
