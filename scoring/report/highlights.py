"""The words that count in an answer: what the question asked for, facts, fillers and hedges."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from perception.filler_words import filler_spans, tokens
from perception.types import Word
from scoring.leaving_out import NOTHING_LEFT_OUT, LeftOut
from scoring.measures.language import is_unsure
from scoring.measures.quoting import quotable
from scoring.measures.substance import hedge_spans, telling_facts
from scoring.record.session import Session
from scoring.record.turns import Answer, Question
from scoring.report.captions import clean
from scoring.report.words import spans
from scoring.rubric import load

Kind = Literal["fact", "asked", "hedge", "filler"]
"""In the order in which one keeps its place where two are on the same word."""
KINDS: tuple[Kind, ...] = ("fact", "asked", "hedge", "filler")

_LEAST_LETTERS = 4
_STEM = 5
"""Letters by which two words are of the same stem: "customer" and "customers", "decide" and
"decided"; shorter ones have to be the same but for an ending of two."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A word of a transcript."""

    text: str
    start: int
    end: int
    word: Word | None
    """With its time; None where it was typed."""

    @property
    def sure(self) -> bool:
        return self.word is None or not is_unsure(self.word)


def highlights(
    session: Session, question: Question, transcript: str, out: LeftOut = NOTHING_LEFT_OUT
) -> list[dict[str, Any]]:
    """The words that count in an answer, in order; none overlap.

    Args:
        session: in which it was given.
        question: with its answer.
        transcript: of the answer, as the report has it.
        out: what was left out.

    Returns:
        Each with its ``kind``, its ``text``, ``span`` in session seconds (None where it was typed)
        and ``start`` and ``end`` in the transcript's characters.
    """
    answer = question.answer
    if answer is None or not answer.in_english:
        return []
    places = list(_places(transcript, answer.whole_words))
    found: list[tuple[int, int, Kind]] = [
        *((a, b, "fact") for a, b in _facts(session, answer, places)),
        *((a, b, "asked") for a, b in _asked(question.bare, places)),
        *((a, b, "hedge") for a, b in _hedges(places)),
    ]
    if "fillers_per_min" not in out.measures:
        found += [(a, b, "filler") for a, b in _fillers(places)]
    taken: set[int] = set()
    kept = []
    for first, behind, kind in sorted(found, key=lambda each: KINDS.index(each[2])):
        if taken.isdisjoint(range(first, behind)):
            taken.update(range(first, behind))
            kept.append((first, behind, kind))
    return [_entry(kind, transcript, places[first:behind]) for first, behind, kind in sorted(kept)]


def _entry(kind: Kind, transcript: str, places: Sequence[_Place]) -> dict[str, Any]:
    start, end = places[0].start, places[-1].end
    said = [place.word for place in places if place.word is not None]
    span = None
    if len(said) == len(places):
        span = spans([(said[0].start_s, max(word.end_s for word in said))])[0]
    return {"kind": kind, "text": transcript[start:end], "span": span, "start": start, "end": end}


def _places(transcript: str, words: Sequence[Word]) -> Iterator[_Place]:
    """The words of a transcript, those that were spoken with their recognised word."""
    waiting = list(words)
    at = 0
    for match in re.finditer(r"\S+", transcript):
        text, start = match.group(), match.start()
        word = None
        # what was typed in between has no word; the next spoken one is not far
        for ahead in range(at, min(at + 3, len(waiting))):
            if clean(waiting[ahead].text) == text:
                word, at = waiting[ahead], ahead + 1
                break
        bare = text.strip(',.;:!?…"“”()–-')
        inside = text.find(bare) if bare else 0
        yield _Place(bare or text, start + inside, start + inside + len(bare or text), word)


def _facts(session: Session, answer: Answer, places: Sequence[_Place]) -> Iterator[tuple[int, int]]:
    plain = [" ".join(tokens(place.text)) for place in places]
    for fact in telling_facts(answer):
        wanted = [each for part in fact.text.split() if (each := " ".join(tokens(part)))]
        if not wanted or not quotable(session, answer, fact.text):
            continue
        for at in range(len(plain) - len(wanted) + 1):
            if plain[at : at + len(wanted)] == wanted:
                yield at, at + len(wanted)
                break


def _asked(question: str, places: Sequence[_Place]) -> Iterator[tuple[int, int]]:
    """Words that are of the same stem as one that the question asks about."""
    empty = set(load("coaching")["asked"])
    keys = {w for w in tokens(question) if len(w) >= _LEAST_LETTERS and w not in empty}
    for number, place in enumerate(places):
        said = tokens(place.text)
        if len(said) == 1 and place.sure and any(_same_stem(said[0], key) for key in keys):
            yield number, number + 1


def _same_stem(one: str, other: str) -> bool:
    short, long = sorted((one.removesuffix("'s"), other.removesuffix("'s")), key=len)
    if len(short) < _LEAST_LETTERS:
        return False
    if long.startswith(short) and len(long) - len(short) <= 2:
        return True
    return len(short) > _STEM and short[: _STEM + 1] == long[: _STEM + 1]


def _hedges(places: Sequence[_Place]) -> Iterator[tuple[int, int]]:
    plain = [" ".join(tokens(place.text)) for place in places]
    yield from hedge_spans(plain)


def _fillers(places: Sequence[_Place]) -> Iterator[tuple[int, int]]:
    said = [place.word for place in places]
    times = [(w.start_s, w.end_s) for w in said if w is not None]
    texts = [place.text for place in places]
    if len(times) == len(texts):
        yield from filler_spans(texts, load("cues")["fillers"], times)
    elif not times:
        return  # nobody types a filled pause, and "like" on paper may mean what it says
    else:
        for first, behind in filler_spans(texts, load("cues")["fillers"]):
            if all(said[i] is not None for i in range(first, behind)):
                yield first, behind
