"""What was said, in order."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from perception.languages import joined, without_spaces
from perception.types import Word
from scoring.measures.language import is_unsure
from scoring.record.session import Session

_LONGEST_WORD = 200
"""Characters; the longest addresses that people paste. Writing without spaces has no such words."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """One line of the transcript."""

    start_s: float
    end_s: float
    speaker: str
    """"Recruiter" or "Candidate"."""
    text: str
    typed: bool = False
    pieces: tuple[Piece, ...] = ()
    """The text in pieces; empty where nobody doubts any of it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words next to each other of which the recogniser was equally sure."""

    text: str
    unsure: bool


def pieces_of(words: Sequence[Word]) -> tuple[Piece, ...]:
    """Words in pieces that are sure or unsure; one that says nothing of its confidence is sure.

    :func:`perception.languages.joined` makes one text of them.
    """
    runs = itertools.groupby(words, is_unsure)
    cut = [(unsure, clean(joined(w.text for w in run))) for unsure, run in runs]
    return tuple(Piece(text, unsure) for unsure, text in cut if text)


def clean(text: str) -> str:
    """Text without control characters and broken surrogates, which neither XML nor VTT may hold,
    and without words that no page could hold."""
    words = _CONTROL.sub(" ", text).split()
    return " ".join(
        w if len(w) <= _LONGEST_WORD or without_spaces(w) else f"{w[:_LONGEST_WORD]}…"
        for w in words
    )


def transcript(session: Session) -> tuple[TranscriptLine, ...]:
    """Everything said or typed, in order of time."""
    lines = [
        TranscriptLine(line.start_s, line.end_s, "Recruiter", clean(line.text))
        for line in session.turns.lines
    ]
    for stretch in session.words:
        if clean(stretch.text):
            lines.append(
                TranscriptLine(
                    stretch.t_start_s,
                    stretch.t_end_s,
                    "Candidate",
                    clean(stretch.text),
                    pieces=pieces_of(stretch.words),
                )
            )
    for typed in session.typed:
        lines.append(
            TranscriptLine(typed.t_end_s, typed.t_end_s, "Candidate", clean(typed.text), typed=True)
        )
    return tuple(sorted(lines, key=lambda line: (line.start_s, line.end_s)))
