"""What is taken out of an answer: the middle of long pauses, and fillers with the silence beside.

Only what is surely known goes. A filler is cut where the transcript has it and the sound shows it
as well; a pause where nothing in its middle is nearly as loud as speech, and no word lies in it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perception.filler_words import filler_spans, is_filled_pause
from perception.signal.levels import levels_dbfs
from perception.signal.resampling import resample
from perception.types import Word
from perception.voice.fillers import find_filled_pauses
from scoring.record.spans import merge
from scoring.rubric import load
from scoring.types import Span

LONG_S = 1.0
"""A pause of more is long: found in spontaneous speech only (Campione & Véronis 2002)."""
KEPT_S = 0.5
"""What stays of one inside a sentence."""
KEPT_AT_END_S = 0.6
"""What stays of one at the end of a sentence: at punctuation, pauses of about 0.6 s were judged
most natural (Frontiers in Psychology 2022, 778018)."""
SURE_SOUND = 0.65
"""Confidence of the detector from which a held sound is cut; its own threshold is for counting."""
SURE_PHRASE = 0.9
"""Least confidence of the words of a phrase ("you know") that is cut."""

_BEFORE = 0.4
"""Share of what stays of a pause that lies before the cut; breath is taken before the next word."""
_TOUCH_S = 0.12
"""A pause and a filler that are nearer to one another are one hesitation."""
_AROUND_S = 3.0
"""s of sound beside a filler in which the detector hears it: it has to know the voice, as it is
just then."""
_FRAME_S = 0.01
_EDGE_S = 0.08
"""How far from its known edge a filler may end in truth."""
_DIP_DB = 6.0
"""How far the sound has to dip there, below the filler, to be cut clean of what is beside."""
_QUIET_DB = 12.0
"""How far below the loud parts of the speech all lies that may be cut out of a pause."""
_ROOM_DB = 6.0
"""Or how little it stands out of what is usual in this answer's pauses, where a room is loud."""
_SMOOTH_FRAMES = 5
_LONGEST_PHRASE_S = 1.0
_ENDS = (".", "!", "?", "…")


@dataclass(frozen=True, slots=True)
class Heard:
    """The sound of an answer and what is known of it; times are s from its first sample."""

    samples: NDArray[np.float32]
    """(n,) mono, -1...1."""
    rate_hz: int
    words: tuple[Word, ...]
    pauses: tuple[Span, ...]
    """Silences inside the answer, in order, none of them anybody else's speech."""

    @property
    def length_s(self) -> float:
        """Length of the sound."""
        return len(self.samples) / self.rate_hz


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch that is taken out."""

    start_s: float
    end_s: float
    pauses: int = 0
    """Long pauses (0 or 1) that become shorter by it."""
    fillers: int = 0
    """Fillers that lie in it."""


@dataclass(frozen=True, slots=True)
class _Hesitation:
    """Silence and fillers in a row."""

    silences: tuple[Span, ...]
    fillers: tuple[Span, ...]

    @property
    def span(self) -> Span:
        both = (*self.silences, *self.fillers)
        return min(a for a, _ in both), max(b for _, b in both)


def find_cuts(heard: Heard, shorten: bool = True, remove: bool = True) -> tuple[Cut, ...]:
    """What to take out of an answer, in order; no two touch.

    Args:
        heard: the answer.
        shorten: whether long pauses become shorter.
        remove: whether fillers go.
    """
    levels = levels_dbfs(heard.samples, max(1, round(_FRAME_S * heard.rate_hz)))
    if len(levels) < _SMOOTH_FRAMES:
        return ()
    quiet = _quiet(levels, heard.pauses)
    fillers = _sure_fillers(heard, levels) if remove else ()
    spoken = [word for word in heard.words if not _middle_in(word, fillers)]
    found = []
    for hesitation in _hesitations(heard.pauses, fillers):
        cut = _cut(hesitation, heard.words, shorten)
        if cut is not None and _may_go(cut, fillers, spoken, quiet):
            found.append(cut)
    return tuple(found)


def _middle_in(word: Word, spans: Sequence[Span]) -> bool:
    middle = (word.start_s + word.end_s) / 2
    return any(a - _EDGE_S <= middle <= b + _EDGE_S for a, b in spans)


def _hesitations(pauses: Sequence[Span], fillers: Sequence[Span]) -> list[_Hesitation]:
    """Pauses and fillers, those together that touch."""
    groups: list[list[tuple[Span, bool]]] = []
    parts = [*((span, False) for span in pauses), *((span, True) for span in fillers)]
    for span, filler in sorted(parts):
        if groups:
            last = max(end for (_, end), _ in groups[-1])
            if span[0] - last <= _TOUCH_S:
                groups[-1].append((span, filler))
                continue
        groups.append([(span, filler)])
    return [
        _Hesitation(
            tuple(span for span, filler in group if not filler),
            merge(span for span, filler in group if filler),
        )
        for group in groups
    ]


def _cut(hesitation: _Hesitation, words: Sequence[Word], shorten: bool) -> Cut | None:
    """The part of a hesitation that goes, the silence that stays lying at its ends."""
    start_s, end_s = hesitation.span
    fillers = hesitation.fillers
    silence_s = sum(b - a for a, b in hesitation.silences)
    long = shorten and silence_s > LONG_S
    if not fillers and not long:
        return None
    before_s = fillers[0][0] - start_s if fillers else silence_s
    after_s = end_s - fillers[-1][1] if fillers else silence_s
    kept_s = math.inf
    if shorten:
        kept_s = KEPT_AT_END_S if _ends_sentence(words, start_s) else KEPT_S
    first_s = min(before_s, _BEFORE * kept_s)
    last_s = min(after_s, kept_s - first_s)
    first_s = min(before_s, kept_s - last_s)
    if end_s - last_s - start_s - first_s <= 0.0:
        return None
    return Cut(start_s + first_s, end_s - last_s, int(long), len(fillers))


def _ends_sentence(words: Sequence[Word], t_s: float) -> bool:
    """Whether the last word before a moment is the last of a sentence."""
    before = [word for word in words if (word.start_s + word.end_s) / 2 < t_s]
    return bool(before) and before[-1].text.strip().rstrip("\"'”’)").endswith(_ENDS)


def _may_go(
    cut: Cut, fillers: Sequence[Span], spoken: Sequence[Word], quiet: NDArray[np.bool_]
) -> bool:
    """Whether no word lies in a cut, and nothing loud but the fillers.

    Recognisers stretch a word over the silence beside it: only one that lies in the cut as a whole
    is in doubt.
    """
    if any(w.start_s > cut.start_s - _EDGE_S and w.end_s < cut.end_s + _EDGE_S for w in spoken):
        return False
    begin, end = round(cut.start_s / _FRAME_S), round(cut.end_s / _FRAME_S)
    at_s = (np.arange(begin, min(end, len(quiet))) + 0.5) * _FRAME_S
    silent = np.ones(at_s.shape, bool)
    for a, b in fillers:
        silent &= (at_s < a - _TOUCH_S) | (at_s > b + _TOUCH_S)
    return bool(np.all(quiet[begin:end][silent]))


def _quiet(levels: NDArray[np.float64], pauses: Sequence[Span]) -> NDArray[np.bool_]:
    """(n,) whether each frame may be one of a pause, by how loud it is with those beside it."""
    power = np.convolve(10 ** (levels / 10), np.full(_SMOOTH_FRAMES, 1 / _SMOOTH_FRAMES), "same")
    smooth = 10 * np.log10(power)
    limit = float(np.percentile(smooth, 90)) - _QUIET_DB
    room = [smooth[round(a / _FRAME_S) : round(b / _FRAME_S)] for a, b in pauses]
    if room:
        limit = max(limit, float(np.median(np.concatenate(room))) + _ROOM_DB)
    return np.asarray(smooth < limit)


# -- fillers -------------------------------------------------------------------------------------


def _sure_fillers(heard: Heard, levels: NDArray[np.float64]) -> tuple[Span, ...]:
    """Fillers whose place is known by transcript and sound, each cut clean of its neighbours."""
    table = load("cues")["fillers"]
    words = heard.words
    times = [(word.start_s, word.end_s) for word in words]
    held: list[Span] = []
    phrases: list[Span] = []
    for a, b in filler_spans([word.text for word in words], table, times):
        span = (words[a].start_s, max(word.end_s for word in words[a:b]))
        if is_filled_pause(words[a].text, table):
            held.append(span)
        elif _sure_phrase(words[a:b]) and span[1] - span[0] <= _LONGEST_PHRASE_S:
            phrases.append(span)
    found = [_at_edges(span, heard.pauses, levels) for span in (*_in_sound(heard, held), *phrases)]
    return merge(span for span in found if span is not None)


def _sure_phrase(words: Sequence[Word]) -> bool:
    return all(word.confidence is not None and word.confidence >= SURE_PHRASE for word in words)


def _in_sound(heard: Heard, told: Sequence[Span]) -> list[Span]:
    """Held sounds that the detector finds where the transcript has a filled pause."""
    found: list[Span] = []
    for a, b in told:
        begin = max(0, round((a - _AROUND_S) * heard.rate_hz))
        piece = heard.samples[begin : max(0, round((b + _AROUND_S) * heard.rate_hz))]
        piece = np.asarray(resample(piece, heard.rate_hz, 16_000), np.float32)
        origin_s = begin / heard.rate_hz
        for pause in find_filled_pauses(piece, 16_000):
            span = (origin_s + pause.start_s, origin_s + pause.end_s)
            if a < span[1] and b > span[0] and pause.confidence >= SURE_SOUND:
                found.append(span)
    return found


def _at_edges(span: Span, pauses: Sequence[Span], levels: NDArray[np.float64]) -> Span | None:
    """A filler from edge to edge: where a pause begins or ends, or where the sound dips; None where
    it runs into a word."""
    start_s, end_s = span
    before = [b for _, b in pauses if abs(b - start_s) <= _TOUCH_S]
    after = [a for a, _ in pauses if abs(a - end_s) <= _TOUCH_S]
    inside = levels[round(start_s / _FRAME_S) : round(end_s / _FRAME_S)]
    if not inside.size:
        return None
    loud = float(np.median(inside))
    first = before[-1] if before else _dip(start_s, levels, loud)
    last = after[0] if after else _dip(end_s, levels, loud)
    if first is None or last is None or last <= first:
        return None
    return first, last


def _dip(edge_s: float, levels: NDArray[np.float64], loud: float) -> float | None:
    """The moment nearest to an edge that is clearly quieter than the filler; None without one."""
    begin = max(0, round((edge_s - _EDGE_S) / _FRAME_S))
    near = levels[begin : round((edge_s + _EDGE_S) / _FRAME_S) + 1]
    if not near.size:
        return edge_s  # where the sound begins or ends
    times_s = (begin + 0.5 + np.flatnonzero(near <= loud - _DIP_DB)) * _FRAME_S
    return float(times_s[np.argmin(np.abs(times_s - edge_s))]) if times_s.size else None
