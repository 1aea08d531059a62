"""Whether a second person seems to be heard in the one channel that is the candidate's.

Nothing there keeps people apart, so it is a doubt and never more: speech that falls into two voices
plainly (:mod:`perception.voice.voice_likeness`), or questions in another voice than all the rest.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from game.app.heard_questions import final_words
from perception.microphone.base import RATE_HZ
from perception.types import SPEECH, Event, VoiceReading, Word, Words
from perception.voice.voice_likeness import Piece, as_two, distance, pieces
from scoring.record.whose_voice import IN_ONE
from scoring.types import Span

LOOKED_AT_S = 600.0
"""s from the beginning that are listened to."""
_AT_A_TIME_S = 60.0
APART = 12.0
"""Squared distance from which two voices are two people's: of 47 recordings of one voice two are
further from themselves, of 484 of two people two in three are."""
APART_ASKING = 8.0
"""The same where one of them asks all the questions."""
LEAST_S = 0.8
"""s of voice from which a second one is believed."""


def two_in_one(
    sound: NDArray[np.float32],
    voices: Sequence[VoiceReading],
    words: Sequence[Words],
    theirs: Sequence[Span],
) -> Event | None:
    """What the record says of a second voice; None where nobody else seems to be heard.

    Args:
        sound: (n,) samples of the candidate's part, at 16 kHz.
        voices: readings of it, in order.
        words: recognised in it.
        theirs: when somebody is known to ask; left out.
    """
    found = [
        piece
        for piece in _all_pieces(sound[: round(LOOKED_AT_S * RATE_HZ)])
        if not _inside(piece, theirs) and _is_speech(piece, voices)
    ]
    other = _asking(found, _questions(final_words(words))) or _second(found)
    if not other:
        return None
    return Event(
        0.0,
        "microphone",
        IN_ONE,
        {
            "people": 2,
            "at_s": round(min(piece.start_s for piece in other), 1),
            "other_s": round(sum(piece.voiced_s for piece in other), 1),
        },
    )


def _all_pieces(sound: NDArray[np.float32]) -> list[Piece]:
    step = round(_AT_A_TIME_S * RATE_HZ)
    return [
        piece
        for begin in range(0, len(sound), step)
        for piece in pieces(sound[begin : begin + step], begin / RATE_HZ)
    ]


def _second(found: Sequence[Piece]) -> tuple[Piece, ...]:
    """The pieces of a second voice; none where all may be one."""
    two = as_two(found)
    if two is None or two.apart < APART or sum(p.voiced_s for p in two.other) < LEAST_S:
        return ()
    return two.other


def _asking(found: Sequence[Piece], questions: Sequence[Span]) -> tuple[Piece, ...]:
    """The pieces that ask, where they are in another voice than the rest."""
    asks = tuple(piece for piece in found if _inside(piece, questions))
    rest = [piece for piece in found if piece not in asks]
    if min(sum(p.voiced_s for p in side) for side in (asks, rest)) < LEAST_S:
        return ()
    apart = distance(asks, rest)
    return asks if apart is not None and apart >= APART_ASKING else ()


def _questions(said: Sequence[Word]) -> list[Span]:
    """When sentences are said that end in a question mark."""
    found: list[Span] = []
    first = 0
    for number, word in enumerate(said):
        if word.text.rstrip().endswith("?"):
            found.append((said[first].start_s, word.end_s))
        if word.text.rstrip().endswith(("?", ".", "!")):
            first = number + 1
    return found


def _inside(piece: Piece, spans: Sequence[Span]) -> bool:
    middle_s = (piece.start_s + piece.end_s) / 2
    return any(start_s <= middle_s < end_s for start_s, end_s in spans)


def _is_speech(piece: Piece, voices: Sequence[VoiceReading]) -> bool:
    inside = [v.speech >= SPEECH for v in voices if piece.start_s <= v.t_s < piece.end_s]
    return bool(inside) and 2 * sum(inside) > len(inside)
