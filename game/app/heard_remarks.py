"""What an interviewer says in a recording beside the questions: "Great. We are a small team."

Words do not tell whose it is; a voice of another pitch does, where the two lie far apart. Only what
comes right before a question, or ends the recording, is looked at: there it is the interviewer's
turn. In doubt it is the candidate's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from perception.types import SPEECH, VoiceReading, Word
from scoring.types import Span

APART_ST = 3.0
"""Semitones between two voices from which they are two people's; one voice that asks is 1 to 2
higher than where it tells."""
FAR_APART_ST = 5.0
"""The same where nothing but the pitch tells."""
LEAST_PITCHED_S = 0.4
"""s of voiced sound from which a pitch can be compared."""
_PIECE_S = 0.2
"""s of silence that part what is said into pieces, each of one voice."""
_PIECE_PITCHED_S = 0.15
"""s of voiced sound from which it is asked whose a piece is."""
TURN_S = 0.3
"""s of silence before somebody else's turn."""


def remarks(
    said: Sequence[Word], asked: Sequence[tuple[int, int]], voices: Sequence[VoiceReading]
) -> list[tuple[int, int]]:
    """What the voice that asks says beside its questions.

    Args:
        said: all words of the recording, in order.
        asked: first and last word of each question, in order.
        voices: readings of the sound, in order.

    Returns:
        First and last word of each, in order; none of words that are the only ones between two
        questions, as those answer the first.
    """
    spans = [(said[first].start_s, said[last].end_s) for first, last in asked]
    theirs, rest = pitch_within(voices, spans), pitch_without(voices, spans)
    if theirs is None or rest is None or abs(semitones(theirs, rest)) < APART_ST:
        return []
    rest = _candidates(said, asked, voices, (theirs, rest))
    if rest is None or abs(semitones(theirs, rest)) < FAR_APART_ST:
        return []
    found: list[tuple[int, int]] = []
    for begin, end in _between(asked, len(said)):
        first = _first_of_theirs(said, begin, end, voices, (theirs, rest))
        if first < end and (begin == 0 or first > begin):
            found.append((first, end - 1))
    return found


def _first_of_theirs(
    said: Sequence[Word],
    begin: int,
    end: int,
    voices: Sequence[VoiceReading],
    pitches: tuple[float, float],
) -> int:
    """First word of the interviewer's turn at the end of some words; ``end`` where none is."""
    first = at = end
    while at > begin:
        start = _piece_start(said, begin, at)
        span = (said[start].start_s, said[at - 1].end_s)
        pitch = pitch_within(voices, [span], _PIECE_PITCHED_S)
        if pitch is not None and not _theirs(pitch, pitches):
            break
        at = start
        silence_s = said[at].start_s - said[at - 1].end_s if at else math.inf
        if pitch is not None and silence_s >= TURN_S:
            first = at
    if first == end:
        return end
    whole = pitch_within(voices, [(said[first].start_s, said[end - 1].end_s)])
    return first if whole is not None and _theirs(whole, pitches) else end


def _between(asked: Sequence[tuple[int, int]], count: int) -> list[tuple[int, int]]:
    """Words before, between and behind questions: first word, and the one behind the last."""
    begins = [0, *(last + 1 for _, last in asked)]
    return list(zip(begins, [*(first for first, _ in asked), count], strict=True))


def _piece_start(said: Sequence[Word], begin: int, end: int) -> int:
    """First word of the piece that ends before a word."""
    start = end - 1
    while start > begin and said[start].start_s - said[start - 1].end_s < _PIECE_S:
        start -= 1
    return start


def _candidates(
    said: Sequence[Word],
    asked: Sequence[tuple[int, int]],
    voices: Sequence[VoiceReading],
    pitches: tuple[float, float],
) -> float | None:
    """The candidate's pitch: of what asks nothing without the pieces in which it is as high, or as
    low, as that of the interviewer, whose remarks they may be."""
    theirs, rest = pitches
    spans: list[Span] = []
    for begin, end in _between(asked, len(said)):
        at = end
        while at > begin:
            start = _piece_start(said, begin, at)
            spans.append((said[start].start_s, said[at - 1].end_s))
            at = start
    own = []
    for span in spans:
        pitch = pitch_within(voices, [span], _PIECE_PITCHED_S)
        if pitch is not None and abs(semitones(pitch, rest)) < abs(semitones(pitch, theirs)):
            own.append(span)
    return pitch_within(voices, own)


def _theirs(pitch: float, pitches: tuple[float, float]) -> bool:
    """Whether a pitch is nearer to the interviewer's than to the candidate's, and not near that."""
    theirs, rest = pitches
    own = abs(semitones(pitch, rest))
    return abs(semitones(pitch, theirs)) < own and own >= APART_ST


def semitones(hz: float, other_hz: float) -> float:
    """How much higher one pitch is than another."""
    return 12.0 * math.log2(hz / other_hz)


def pitch_within(
    voices: Sequence[VoiceReading], spans: Sequence[Span], least_s: float = LEAST_PITCHED_S
) -> float | None:
    """Median pitch in spans of time, Hz; None where less than ``least_s`` is voiced there."""
    return _pitch([v for v in voices if _inside(v.t_s, spans)], least_s)


def pitch_without(voices: Sequence[VoiceReading], spans: Sequence[Span]) -> float | None:
    """The same of all other time."""
    return _pitch([v for v in voices if not _inside(v.t_s, spans)], LEAST_PITCHED_S)


def _inside(t_s: float, spans: Sequence[Span]) -> bool:
    return any(start <= t_s < end for start, end in spans)


def _pitch(voices: Sequence[VoiceReading], least_s: float) -> float | None:
    pitched = [v for v in voices if v.pitch_hz is not None and v.speech >= SPEECH]
    if sum(v.span_s for v in pitched) < least_s:
        return None
    return float(np.median([v.pitch_hz for v in pitched if v.pitch_hz is not None]))
