"""Phonemes of espeak-ng, on which Piper's voices are trained.

espeak-ng is under the GPL and is no part of this program: it is run as the command that Debian and
others install, and only what it prints is read.
"""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from game.voice.pronunciation import Token
from perception.errors import ModelError

_LONGEST_RUN_S = 10.0
_MARK = re.compile(r"[.,;:?!]+$")
_SENTENCE_ENDS = ".?!"
_LETTER_A = re.compile(r"\bA\b")
# before a language's name espeak-ng says that it has changed to it: "(fr)"
_LANGUAGE = re.compile(r"\([a-z-]+\)")


@dataclass(frozen=True, slots=True)
class Clause:
    """What is said without a pause, and the mark that ends it."""

    spoken: str
    mark: str
    """One of ``.,;:?!``, or "" at the end of a line without one."""


def clauses(line: Sequence[Token]) -> tuple[Clause, ...]:
    """A line's clauses in the words that espeak-ng is given."""
    found: list[Clause] = []
    words: list[str] = []
    for token in line:
        bare = _MARK.sub("", token.spoken)
        # a lone A would be read as the article
        words += [_LETTER_A.sub("ay", bare)] if bare else []
        mark = token.spoken[len(bare) :][:1]
        if mark and words:
            found.append(Clause(" ".join(words), mark))
            words = []
    if words:
        found.append(Clause(" ".join(words), ""))
    return tuple(found)


def sentences(line: Sequence[Token], voice: str) -> tuple[str, ...]:
    """A line's sentences as phonemes, with the marks that end clauses.

    Args:
        line: what is said.
        voice: espeak-ng's name of a language: "en-us".

    Raises:
        ModelError: espeak-ng is missing or failed.
    """
    parts = clauses(line)
    said = _said([part.spoken for part in parts], voice)
    found = [""]
    for part, phonemes in zip(parts, said, strict=True):
        found[-1] += (" " if found[-1] else "") + phonemes + part.mark
        if part.mark in _SENTENCE_ENDS and part.mark:
            found.append("")
    return tuple(sentence for sentence in found if sentence)


def command() -> str:
    """Path of the command.

    Raises:
        ModelError: it is not installed.
    """
    found = shutil.which("espeak-ng")
    if found is None:
        raise ModelError(
            "voice piper needs espeak-ng to know how words sound; run: "
            "sudo apt-get install espeak-ng"
        )
    return found


def _said(texts: Sequence[str], voice: str) -> list[str]:
    # an empty line parts what it reads; one that is long it parts by itself, and prints so
    printed = _run("\n\n".join(texts), voice)
    if len(printed) == len(texts):
        return printed
    return [" ".join(_run(text, voice)) for text in texts]


@functools.lru_cache(maxsize=256)
def _printed(text: str, voice: str) -> tuple[str, ...]:
    try:
        done = subprocess.run(
            [command(), "-q", "--ipa", "-b", "1", "-v", voice],
            input=text,
            capture_output=True,
            encoding="utf-8",
            timeout=_LONGEST_RUN_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ModelError(
            f"espeak-ng took over {_LONGEST_RUN_S:g} s for one line; choose another --voice"
        ) from None
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()[:1] or ["no reason given"]
        raise ModelError(f"espeak-ng failed on voice '{voice}' ({said[0]}); choose another --voice")
    lines = (_LANGUAGE.sub("", line).strip() for line in done.stdout.splitlines())
    return tuple(line for line in lines if line)


def _run(text: str, voice: str) -> list[str]:
    return list(_printed(text, voice))
