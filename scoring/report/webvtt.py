"""The captions of a session as WebVTT: both speakers, in cues that can be read.

Times are those of the session, on which the picture's and both voices' files run as well.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from perception.languages import spaces, without_spaces
from perception.types import Word
from scoring.record.session import Session
from scoring.report.captions import clean, pieces_of

MOST_WIDTH = 84
"""Of a cue in letters: two lines of 42, as broadcasters allow; a Chinese character counts two."""
MOST_S = 7.0
LEAST_S = 1.0
"""A shorter cue stays up so long, unless the same speaker goes on before."""
_ENDS = frozenset(".?!;:,。？！、，؟،…")
"""Where a cue that is half full had better end."""
_TYPED_S = 4.0


@dataclass(frozen=True, slots=True)
class Cue:
    """What is shown from one moment to another."""

    start_s: float
    end_s: float
    speaker: str
    """"Recruiter" or "Candidate"."""
    text: str
    """Escaped, with its marks."""


def webvtt(session: Session) -> str:
    """Captions of both speakers.

    Words that the recogniser was unsure of have the class ``unsure``, which players may show paler.
    """
    parts = ["WEBVTT", "", "STYLE", "::cue(.unsure) { opacity: 0.6 }", ""]
    for cue in _in_order(list(_cues(session))):
        times = f"{_stamp(cue.start_s)} --> {_stamp(cue.end_s)}"
        parts += [times, f"<v {cue.speaker}>{cue.text}", ""]
    return "\n".join(parts)


def _cues(session: Session) -> Iterator[Cue]:
    for line in session.turns.lines:
        yield from _spread(line.start_s, line.end_s, "Recruiter", line.text)
    for stretch in session.words:
        if stretch.words:
            yield from (_of_words(words) for words in _cut(stretch.words) if _said(words))
        else:
            yield from _spread(stretch.t_start_s, stretch.t_end_s, "Candidate", stretch.text)
    for typed in session.typed:
        pieces = _split(clean(typed.text))
        end_s = typed.t_end_s + _TYPED_S * len(pieces)
        yield from _spread(typed.t_end_s, end_s, "Candidate", typed.text)


def _in_order(cues: list[Cue]) -> list[Cue]:
    """Cues by time; a short one stays up longer where nothing of its speaker follows at once."""
    cues.sort(key=lambda cue: (cue.start_s, cue.end_s, cue.speaker, cue.text))
    shown: list[Cue] = []
    following: dict[str, float] = {}
    for cue in reversed(cues):
        start_s = max(0.0, cue.start_s)
        least = min(start_s + LEAST_S, max(following.get(cue.speaker, 1e9), cue.end_s))
        # at least a millisecond, below which WebVTT has no times
        end_s = max(cue.end_s, least, start_s + 0.001)
        shown.append(Cue(start_s, end_s, cue.speaker, cue.text))
        following[cue.speaker] = start_s
    return shown[::-1]


def _width(text: str) -> int:
    """In letters of Latin; marks that stand over others count for none."""
    wide = ("W", "F")
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in wide else 1
        for c in text
    )


def _cut(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Words in groups of one cue each: not too wide, not too long, ended where a clause ends."""
    held: list[Word] = []
    width = 0
    for word in words:
        wider = width + _width(word.text.strip()) + 1
        if held and (wider > MOST_WIDTH or word.end_s - held[0].start_s > MOST_S):
            yield held
            held, wider = [], _width(word.text.strip()) + 1
        held.append(word)
        width = wider
        if width > MOST_WIDTH / 2 and word.text.strip()[-1:] in _ENDS:
            yield held
            held, width = [], 0
    if held:
        yield held


def _said(words: Sequence[Word]) -> bool:
    return bool(pieces_of(words))


def _of_words(words: Sequence[Word]) -> Cue:
    told = [(piece, _escape(piece.text)) for piece in pieces_of(words)]
    text = "".join(
        space + (f"<c.unsure>{t}</c>" if piece.unsure else t)
        for space, (piece, t) in zip(spaces([p.text for p, _ in told]), told, strict=True)
    )
    return Cue(words[0].start_s, words[-1].end_s, "Candidate", text)


def _spread(start_s: float, end_s: float, speaker: str, text: str) -> Iterator[Cue]:
    """A text of which only beginning and end are known, in cues that share its time by length."""
    pieces = _split(clean(text))
    whole = sum(map(_width, pieces)) or 1
    done = 0
    for piece in pieces:
        first = start_s + (end_s - start_s) * done / whole
        done += _width(piece)
        last = start_s + (end_s - start_s) * done / whole
        yield Cue(first, last, speaker, _escape(piece))


def _split(text: str) -> list[str]:
    """A text in pieces of one cue each; writing without spaces may be cut anywhere."""
    if _width(text) <= MOST_WIDTH:
        return [text] if text else []
    between = "" if without_spaces(text) else " "
    units = list(text) if not between else text.split(" ")
    pieces: list[list[str]] = [[]]
    width = 0
    for unit in units:
        wider = width + len(between) * bool(pieces[-1]) + _width(unit)
        if pieces[-1] and wider > MOST_WIDTH:
            pieces.append([])
            wider = _width(unit)
        pieces[-1].append(unit)
        width = wider
        if width > MOST_WIDTH / 2 and unit[-1:] in _ENDS:
            pieces.append([])
            width = 0
    return [text for piece in pieces if (text := between.join(piece).strip())]


def _stamp(t_s: float) -> str:
    ms = round(t_s * 1000)
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}.{ms % 1000:03d}"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
