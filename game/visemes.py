"""Mouth shapes of speech, and where their times come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

VisemeName = Literal[
    "sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "I", "O", "U"
]
VISEMES: tuple[VisemeName, ...] = get_args(VisemeName)


@dataclass(frozen=True, slots=True)
class Viseme:
    """One mouth shape and when it is held, in seconds from the first sample."""

    start_s: float
    end_s: float
    name: VisemeName
