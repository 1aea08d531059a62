"""Questions that somebody puts to a candidate, found in words of which nobody says whose they are.

A recording made elsewhere holds two voices in one channel. What asks the other person about
themselves, stands apart from what is said around it and is not told of ("he asked me, what do you
want?") is the interviewer's; the rest is the candidate's. In doubt it is the candidate's: an answer
that is cut in two is worse than a question that nobody finds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from dialogue.understanding.asking_patterns import (
    ASKS_LATER,
    CHECKS,
    ELLIPSIS,
    GREETS,
    IF,
    LEAD,
    OWN,
    OWN_WITHIN,
    REMARK,
    SCENE,
    SPOKE,
    TELL,
    TELL_LATER,
    THINK,
    TOLD_OF,
    WH,
    WHY_YOU,
    YES_NO,
)
from perception.types import Word

BREAK_S = 0.45
"""s of silence that part what is said, where no mark does."""
APART_S = 0.3
"""s of silence on one side of a question at least: people take turns."""
JOIN_S = 1.6
"""s of silence up to which two questions in a row are one."""
FARTHER = 1.5
"""Times as far from what was said before lies a remark that belongs to the question behind it."""
LEAD_S = 1.0
"""s of silence up to which "Great." belongs to the question behind it."""
MOST_WORDS = 60
"""Of a question with all that leads up to it."""
MOST_LEAD_WORDS = 10
"""Of a remark on the answer before that leads up to the next question."""
MOST_SCENE_WORDS = 25
"""Of what sets the scene: "Three patients ring, and you are alone."."""
MOST_ASKED_WORDS = 14
"""Of what is asked at the end of such a scene, where no mark parts the two."""
LEAST_MARKED_WORDS = 4
"""Of what a question mark alone makes a question."""
ANSWER_WORDS = 1
"""Words that follow a question at least: one that nobody answers was not put."""

PutKind = Literal["asks", "greets"]
"""``greets``: asks how somebody is, which nobody rates."""


@dataclass(frozen=True, slots=True)
class PutQuestion:
    """A question that was put, by places in the words."""

    first: int
    """Of the first word, with what leads up to it ("Great. So ...")."""
    asks: int
    """Of the first word of the question itself."""
    last: int
    """Of its last word."""
    kind: PutKind
    sure: bool
    """Whether its words say so; else something else has to say it, too."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words in a row between two breaks."""

    first: int
    last: int
    plain: str
    """In small letters, without marks and apostrophes."""
    rest: str
    """What it says behind what only leads up to something."""
    asks: int
    """First word of that."""
    mark: str
    """"?" or "." where it ends in one, else empty."""
    before_s: float
    """Silence before it."""
    after_s: float


def put_questions(
    words: Sequence[Word], likely: Callable[[str], bool] | None = None
) -> tuple[PutQuestion, ...]:
    """Questions in the words of a whole recording, in order.

    Args:
        words: of everybody, in order of time.
        likely: whether a text, asked about only where its words alone do not say so, is like what
            interviewers ask; None where nobody can tell.

    Returns:
        Those that somebody answers; ``sure`` is False of those that need another sign.
    """
    pieces = _pieces(words)
    found: list[PutQuestion] = []
    taken = -1  # last piece that belongs to a question
    for number, piece in enumerate(pieces):
        put = _put(piece, pieces[number - 1] if number else None, likely)
        if put is None:
            continue
        if found and taken == number - 1:
            before = found[-1]
            # what may be either side's goes on with a question only if it comes at once
            within_s = JOIN_S if put.sure or not before.sure else BREAK_S
            if piece.before_s <= within_s and piece.last - before.first < MOST_WORDS:
                asks = before.asks if before.kind == "asks" else put.asks
                kind: PutKind = "asks" if "asks" in (before.kind, put.kind) else "greets"
                sure = before.sure or put.sure
                found[-1] = PutQuestion(before.first, asks, put.last, kind, sure)
                taken = number
                continue
        first = _with_lead(pieces, number, taken)
        found.append(replace(put, first=first))
        taken = number
    return tuple(_answered(found, len(words)))


def _answered(found: Sequence[PutQuestion], count: int) -> list[PutQuestion]:
    """Those behind which something else is said; the first greeting alone is one."""
    kept: list[PutQuestion] = []
    for number, put in enumerate(found):
        upcoming = found[number + 1].first if number + 1 < len(found) else count
        if upcoming - put.last - 1 < ANSWER_WORDS:
            continue
        if put.kind == "greets" and kept:
            continue
        kept.append(put)
    return kept


def _pieces(words: Sequence[Word]) -> list[_Piece]:
    pieces: list[_Piece] = []
    first = 0
    for at, word in enumerate(words):
        last = at + 1 == len(words)
        gap_s = float("inf") if last else words[at + 1].start_s - word.end_s
        text = word.text.strip()
        marks = re.sub(r"[\"”’')\]]+$", "", text)
        if last or gap_s >= BREAK_S or marks.endswith((".", "?", "!", "…", ":")):
            before_s = words[first].start_s - words[first - 1].end_s if first else float("inf")
            ends = "?" if marks.endswith("?") else "." if marks.endswith((".", "!", "…")) else ""
            plain, rest, asks = _without_lead(words, first, at)
            pieces.append(_Piece(first, at, plain, rest, asks, ends, before_s, gap_s))
            first = at + 1
    return pieces


def _without_lead(words: Sequence[Word], first: int, last: int) -> tuple[str, str, int]:
    """Words in small letters, the same without their lead, and which is the first of those."""
    said = [_plain(word.text) for word in words[first : last + 1]]
    plain = " ".join(each for each in said if each)
    lead = LEAD.match(plain)
    left = 0 if lead is None else len(lead.group().split())
    rest = " ".join(plain.split()[left:])
    for at, each in enumerate(said):
        if left <= 0 and each:
            return plain, rest, first + at
        left -= len(each.split())
    return plain, rest, last


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower().replace("’", "'")).strip()


def _put(
    piece: _Piece, before: _Piece | None, likely: Callable[[str], bool] | None
) -> PutQuestion | None:
    """What a piece asks; None for what asks nothing."""
    rest = piece.rest
    count = piece.last - piece.first + 1
    if not rest or count > MOST_WORDS or max(piece.before_s, piece.after_s) < APART_S:
        return None
    if _told_of(piece, before):
        return None
    greets = GREETS.fullmatch(rest)
    if greets is not None:
        return PutQuestion(piece.first, piece.asks, piece.last, "greets", True)
    if CHECKS.search(rest) is not None or _is_own(rest):
        return None
    sure = _says_so(rest, piece.mark == "?")
    if sure is None:
        return None
    if not sure and likely is not None and likely(rest):
        sure = True
    return PutQuestion(piece.first, piece.asks, piece.last, "asks", sure)


def is_request(text: str) -> bool:
    """Whether a question is put as a request: "Tell me about ...", "Why should we hire you?"."""
    plain = _plain(text)
    lead = LEAD.match(plain)
    rest = plain[0 if lead is None else lead.end() :]
    return any(p.match(rest) for p in (TELL, WHY_YOU)) or TELL_LATER.search(rest) is not None


def of_oneself(text: str) -> bool:
    """Whether somebody speaks of themselves."""
    return OWN.search(_plain(text)) is not None


def _says_so(rest: str, marked: bool) -> bool | None:
    """Whether words alone say that somebody is asked; None where they do not even hint at it."""
    if TELL.match(rest) or WHY_YOU.match(rest) or IF.match(rest):
        return True
    later = TELL_LATER.search(rest)
    if later is not None and not OWN.search(rest[: later.start()]):
        return len(rest[: later.start()].split()) <= MOST_SCENE_WORDS
    if WH.match(rest) or YES_NO.match(rest):
        return marked
    return False if _hints(rest, marked) else None


def _hints(rest: str, marked: bool) -> bool:
    """Whether words might ask somebody, if something else says so."""
    if SPOKE.search(rest):
        return False
    if THINK.match(rest) or ELLIPSIS.match(rest):
        return True
    later = ASKS_LATER.search(rest)
    if later is not None and len(rest[later.start() :].split()) <= MOST_ASKED_WORDS:
        before = rest[: later.start()]
        return len(before.split()) <= MOST_SCENE_WORDS and not _is_own(before)
    return marked and len(rest.split()) >= LEAST_MARKED_WORDS


def _is_own(rest: str) -> bool:
    """Whether somebody speaks of themselves in it, other than interviewers do."""
    return OWN.search(OWN_WITHIN.sub(" ", rest)) is not None


def _told_of(piece: _Piece, before: _Piece | None) -> bool:
    """Whether it goes on from what was said before: "so I asked her, what do you want?" """
    if before is None:
        return False
    last = before.plain.split()[-3:]
    if SPOKE.search(" ".join(last)) is not None and piece.before_s < JOIN_S:
        return True
    goes_on = not before.mark and bool(before.rest) and piece.before_s < JOIN_S
    return goes_on and TOLD_OF.search(last[-1]) is not None


def _with_lead(pieces: Sequence[_Piece], number: int, taken: int) -> int:
    """First word of a question with the remarks before it that belong to it."""
    first, at = pieces[number].first, number - 1
    while at > taken and pieces[at + 1].before_s <= LEAD_S:
        piece = pieces[at]
        remark = not piece.rest or (
            _leads_up(piece) and piece.before_s >= max(APART_S, FARTHER * pieces[at + 1].before_s)
        )
        if not remark or pieces[number].last - piece.first >= MOST_WORDS:
            break
        first, at = piece.first, at - 1
    return first


def _leads_up(piece: _Piece) -> bool:
    """Whether it is a word on the answer before, or sets the scene for a question."""
    count = piece.last - piece.first + 1
    if count <= MOST_LEAD_WORDS and REMARK.match(piece.rest):
        return True
    return count <= MOST_SCENE_WORDS and not _is_own(piece.rest) and bool(SCENE.search(piece.rest))
