"""``analyze`` without ``--questions``: what an interviewer is heard to ask in a recording.

Both voices of an interview that was recorded elsewhere are in one channel. Which words ask is told
by the words (:mod:`dialogue.understanding.put_questions`); where they alone leave it open, by how
like they are to what interviewers ask, or by a voice of another pitch. But who speaks to many asks,
too, and waits for no answer ("Ask not what your country can do for you"): that anybody else is
there at all, another voice has to show, or that turns are taken. What else an interviewer says is
told by the voice (:mod:`.heard_remarks`). The report says that its questions were taken from the
recording and may be wrong.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from dialogue.types import Feedback, RecruiterAct
from dialogue.understanding.embedding import embedder
from dialogue.understanding.interview_questions import is_like_a_question
from dialogue.understanding.put_questions import (
    PutQuestion,
    is_request,
    of_oneself,
    put_questions,
)
from game.app.heard_remarks import (
    APART_ST,
    TURN_S,
    pitch_within,
    pitch_without,
    remarks,
    semitones,
)
from perception.errors import ModelError
from perception.languages import joined
from perception.types import SPEECH, VoiceReading, Word, Words
from scoring.record.heard_recruiter import HEARD, Put, interviewer_acts
from scoring.types import Span

EDGE_S = 0.4
"""s of sound beside a question's words that may still be theirs."""
REPLY_WORDS = 15
"""Words behind a question among which who was asked speaks of themselves."""
TURNS = 3
"""Questions so taken up that show an interview by themselves; two with a request among them
("Tell me about ..."), which nobody makes who speaks to many."""
SOON_WORDS = 40
"""Words before a question that is the only one, if its words alone are to be believed: who was
asked but one thing was asked it at the beginning."""


def heard(
    words: Sequence[Words], voices: Sequence[VoiceReading], length_s: float
) -> list[RecruiterAct | Feedback]:
    """The questions that are heard, as a record has them: asked by somebody.

    Args:
        words: of the recording; what is not final is passed over.
        voices: of its sound, in order.
        length_s: of the recording.

    Returns:
        Acts and what became of them, in order; none where nobody is heard asking.
    """
    said = final_words(words)
    times = _Times(said, voices, length_s)
    found = put_questions(said, likely_question)
    found = tuple(p for p in found if p.sure or _other_voice([p], found, said, voices))
    asks = [put for put in found if put.kind == "asks"]
    if not asks or not (_other_voice(asks, found, said, voices) or _take_turns(asks, found, said)):
        return []
    puts = {
        put.first: Put(
            times.of(put.first, put.last),
            text_of(said, put.first, put.last),
            None if put.kind == "greets" else as_sentence(text_of(said, put.asks, put.last)),
            "words" if put.sure else "words and voice",
            put.kind == "greets",
        )
        for put in found
    }
    for first, last in remarks(said, [(p.first, p.last) for p in found], voices):
        puts[first] = Put(times.of(first, last), text_of(said, first, last), None, "voice")
    return interviewer_acts(HEARD, [puts[first] for first in sorted(puts)])


def final_words(words: Sequence[Words]) -> list[Word]:
    """All final words that have times, in order: without, nothing tells of turns."""
    final = (w.words for w in words if w.final and w.source != "typed")
    return sorted(itertools.chain.from_iterable(final), key=lambda w: w.start_s)


def likely_question(text: str) -> bool:
    """Whether something is like what interviewers ask; no where no model can tell."""
    try:
        return is_like_a_question(embedder(), text)
    except ModelError:
        return False


def text_of(said: Sequence[Word], first: int, last: int) -> str:
    """What was said from one word to another."""
    return joined(w.text.strip() for w in said[first : last + 1])


def as_sentence(text: str) -> str:
    """A text that begins with a capital."""
    return text[:1].upper() + text[1:]


class _Times:
    """When a question was put, from where its words lie and where a voice is heard.

    Args:
        said: all words.
        voices: readings of the sound, in order.
        length_s: of the recording.
    """

    def __init__(
        self, said: Sequence[Word], voices: Sequence[VoiceReading], length_s: float
    ) -> None:
        self._said = said
        self._length_s = length_s
        self._silent = np.array([v.t_s for v in voices if v.speech < SPEECH])

    def of(self, begin: int, end: int) -> Span:
        """Start and end of what was said from one word to another, never beyond the words on both
        sides."""
        words, first, last = self._said, self._said[begin], self._said[end]
        before_s = words[begin - 1].end_s if begin else 0.0
        after_s = words[end + 1].start_s if end + 1 < len(words) else self._length_s
        earliest_s = max(first.start_s - EDGE_S, min(before_s, first.start_s))
        latest_s = min(last.end_s + EDGE_S, max(after_s, last.end_s))
        start_s = self._last_silence(earliest_s, first.start_s)
        end_s = self._first_silence(last.end_s, latest_s)
        return start_s, end_s

    def _last_silence(self, from_s: float, to_s: float) -> float:
        inside = self._silent[(self._silent >= from_s) & (self._silent <= to_s)]
        return float(inside[-1]) if len(inside) else from_s

    def _first_silence(self, from_s: float, to_s: float) -> float:
        inside = self._silent[(self._silent >= from_s) & (self._silent <= to_s)]
        return float(inside[0]) if len(inside) else to_s


def _take_turns(
    asks: Sequence[PutQuestion], found: Sequence[PutQuestion], said: Sequence[Word]
) -> bool:
    """Whether one asks and another answers, by what is said and the silence between.

    A single question does for a request that begins a recording.
    """
    turns = [put for put in asks if _taken_up(put, found, said)]
    requests = any(is_request(text_of(said, put.asks, put.last)) for put in turns)
    if len(asks) == 1:
        return requests and asks[0].first <= SOON_WORDS
    greeted = any(put.kind == "greets" for put in found)
    return len(turns) >= (1 if greeted else TURNS - requests)


def _taken_up(put: PutQuestion, found: Sequence[PutQuestion], said: Sequence[Word]) -> bool:
    """Whether a silence is on both sides of a question, and somebody then speaks of themselves."""
    behind = put.last + 1
    if behind >= len(said) or said[behind].start_s - said[put.last].end_s < TURN_S:
        return False
    if put.first and said[put.first].start_s - said[put.first - 1].end_s < TURN_S:
        return False
    upcoming = min((p.first for p in found if p.first > put.last), default=len(said))
    return of_oneself(text_of(said, behind, min(upcoming, behind + REPLY_WORDS) - 1))


def _other_voice(
    puts: Sequence[PutQuestion],
    found: Sequence[PutQuestion],
    said: Sequence[Word],
    voices: Sequence[VoiceReading],
) -> bool:
    """Whether questions are heard, together, in another voice than all that asks nothing."""
    spans = [(said[p.first].start_s, said[p.last].end_s) for p in puts]
    others = [(said[p.first].start_s, said[p.last].end_s) for p in found]
    theirs = pitch_within(voices, spans)
    rest = pitch_without(voices, others)
    if theirs is None or rest is None:
        return False
    return abs(semitones(theirs, rest)) >= APART_ST
