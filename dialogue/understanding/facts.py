"""The facts of an utterance, from what the network makes of its words.

The likeliest cut into facts is found by Viterbi's algorithm (1967). What it cuts is then put right
by grammar: "Ward 12 for" is "Ward 12", "a year" before "and a half" is longer, "thirty a day" tells
a number and no time. A fact is said again by the recruiter, so that its ends have to fit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialogue.understanding.cue_phrases import NUMBER_WORDS
from dialogue.understanding.names import known_names
from dialogue.understanding.tagger import WordTags
from dialogue.understanding.types import FACTS, Fact, FactKind
from dialogue.understanding.words import UtteredWord, word_set

FACT_SURE = 0.5
"""Least confidence (0...1) of a fact."""


_ARTICLES = word_set("a an the my our")
"""Words that are no fact by themselves."""
_FILLERS = word_set("um uh er erm uhm umm like")
_PREPOSITIONS = word_set(
    "in at on for from to of by with since until till during over around about into through"
)
_JOINTS = word_set("and or but so because as that than") | _FILLERS
_BEGINNINGS = _PREPOSITIONS | _JOINTS | word_set("is was were are")
"""Words that a fact other than an outcome does not begin with."""
_ENDINGS = (
    _PREPOSITIONS
    | _JOINTS
    | _ARTICLES
    | word_set("is was were are who which where when i we he she they it his her their")
)
"""Words that it does not end with."""
_OUTCOME_ENDINGS = _JOINTS | _ARTICLES | word_set("when who which where his her their")
_RATE_UNITS = word_set("hour day night shift week month year minute second")
_BEFORE_DURATION = word_set(
    "in for within over after about took takes almost nearly than spent only just another "
    "every once around under lasted needed me us half was over waited"
)
"""Words after which "a day" is a time, not what something is counted by."""
_AFTER_DURATION = word_set("and later ago before after off long earlier")
_PRONOUNS = word_set(
    "i me he him she her it they them we us you who someone somebody everyone everybody nobody "
    "people"
)
_HALF = ("and", "a", "half")
_PERSON_TAILS = (("in", "charge"), ("on", "duty"), ("on", "call"))
_ABOUT = word_set(
    "about around nearly almost over under roughly approximately only just another more less than "
    "by at least exactly"
)
"""Words that an outcome's number is led in by: "saved about" is cut too early."""
_ONLY_ABOUT = word_set("about nearly almost roughly approximately only just exactly")
"""Those that are nothing else: one "took over", but nobody "took nearly"."""
_UNITS = word_set(
    "second seconds minute minutes hour hours day days week weeks month months year years pounds "
    "dollars euros percent cent points people customers patients orders calls complaints times"
)
"""Words that go with the number before them."""
_PLACED = word_set("in from to near around outside")
_EMPLOYED = word_set("for at with by")
"""Words before a place, and before who one works for, that tell the two apart."""
_LATE_START = math.log(0.3)
"""What it costs to begin with a word that is taken for a further one of a fact."""
_LEAST_OUTCOME = 2
"""Words."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Words that are one fact."""

    kind: FactKind
    first: int
    behind: int


def facts_of(text: str, words: Sequence[UtteredWord], tags: WordTags) -> tuple[Fact, ...]:
    """The facts of an utterance, in order; none overlap.

    Args:
        text: the utterance.
        words: its words.
        tags: what the network makes of them.
    """
    found: list[Fact] = []
    taken = 0
    for run in _runs(words, tags.facts):
        fitted = _fitted(run, words, taken)
        if fitted is None:
            continue
        # of what its kind was put right the kind that was cut counts as well
        share = np.exp(tags.facts[max(run.first, fitted.first) : min(run.behind, fitted.behind)])
        kinds = {FACTS.index(run.kind), FACTS.index(fitted.kind)}
        sure = float(sum(share[:, 1 + 2 * k : 3 + 2 * k].sum(axis=1) for k in kinds).mean())
        if sure < FACT_SURE:
            continue
        taken = fitted.behind
        start, stop = words[fitted.first].start, words[fitted.behind - 1].end
        found.append(Fact(fitted.kind, text[start:stop], min(1.0, sure), start, stop))
    return tuple(found)


def _runs(words: Sequence[UtteredWord], table: NDArray[np.float32]) -> list[_Run]:
    """The likeliest cut: no fact goes on over the end of a sentence."""
    count = len(words)
    kinds = len(FACTS)
    if not count:
        return []
    none, first, further = table[:, 0], table[:, 1::2], table[:, 2::2]
    start = np.logaddexp(first, further + _LATE_START)
    came = np.zeros((count, 1 + 2 * kinds), np.int64)
    score = np.concatenate([none[:1], start[0], np.full(kinds, -1e9)])
    for i in range(1, count):
        ended = words[i - 1].mark in (".", "?")
        best = int(score.argmax())
        outside = score[best] + none[i]
        begun = np.empty(kinds)
        gone_on = np.empty(kinds)
        path = np.zeros(1 + 2 * kinds, np.int64)
        path[0] = best
        for k in range(kinds):
            within = 1 + k if score[1 + k] >= score[1 + kinds + k] else 1 + kinds + k
            other = np.delete(score, [1 + k, 1 + kinds + k])
            from_other, from_same = float(other.max()) + start[i, k], score[within] + first[i, k]
            if ended:
                from_same = score[within] + start[i, k]
            begun[k] = max(from_other, from_same)
            if from_other >= from_same:
                left = [j for j in range(1 + 2 * kinds) if j not in (1 + k, 1 + kinds + k)]
                path[1 + k] = left[int(other.argmax())]
            else:
                path[1 + k] = within
            gone_on[k] = -1e9 if ended else score[within] + further[i, k]
            path[1 + kinds + k] = within
        came[i] = path
        score = np.concatenate([[outside], begun, gone_on])
    states = [int(score.argmax())]
    for i in range(count - 1, 0, -1):
        states.append(int(came[i, states[-1]]))
    states.reverse()
    return _joined(states, words, kinds)


def _joined(states: Sequence[int], words: Sequence[UtteredWord], kinds: int) -> list[_Run]:
    """Runs of states as facts; an article that was cut off from its noun comes back to it."""
    runs: list[_Run] = []
    for i, state in enumerate(states):
        if state == 0:
            continue
        kind = FACTS[(state - 1) % kinds]
        last = runs[-1] if runs else None
        meets = last is not None and last.behind == i and last.kind == kind
        bare = meets and last is not None and _only(words[last.first : i], _ARTICLES)
        if meets and last is not None and (state > kinds or bare):
            runs[-1] = _Run(kind, last.first, i + 1)
        else:
            runs.append(_Run(kind, i, i + 1))
    return runs


def _fitted(run: _Run, words: Sequence[UtteredWord], taken: int) -> _Run | None:
    """A fact with ends that fit; None where nothing is left of it.

    Args:
        run: as it was cut.
        words: of the utterance.
        taken: number of the word behind the fact before.
    """
    plain = [w.plain for w in words]
    cut = _Run(run.kind, max(run.first, taken), run.behind)
    if run.kind == "outcome":
        cut = _with_number(cut, words)
    trimmed = _trimmed(cut, plain)
    first, behind = trimmed.first, trimmed.behind
    if first >= behind or _only(words[first:behind], _ARTICLES):
        return None
    tail = () if words[behind - 1].mark else tuple(plain[behind : behind + 3])
    if run.kind in ("time", "number"):
        counted = plain[first] not in _ARTICLES
        while (
            counted and first > taken and _is_number(plain[first - 1]) and not words[first - 1].mark
        ):
            first -= 1
        if run.kind == "time" and tail != _HALF and _is_rate(plain, first, behind):
            return None
    nobody = run.kind == "person" and _only(words[first:behind], _PRONOUNS)
    if nobody or (run.kind == "outcome" and behind - first < _LEAST_OUTCOME):
        return None
    if plain[behind - 1] == "ward" and tail and _is_number(tail[0]):
        behind += 1
    if plain[first] == "ward" and behind - first == 2:
        return _Run("place", first, behind)
    kind = _known_as(run.kind, " ".join(plain[first:behind]), plain[first - 1] if first else "")
    return _Run(kind, first, behind + _tail(kind, tail))


def _with_number(run: _Run, words: Sequence[UtteredWord]) -> _Run:
    """An outcome with the number that it ends before: "saved about" goes on to "4000 pounds"."""
    behind = run.behind
    if behind <= run.first:
        return run
    at = behind
    while at > run.first and words[at - 1].plain in _ABOUT and not words[at - 1].mark:
        at -= 1
    led = at < behind  # "about", "nearly" stand at its end: a number belongs to it, if any
    while led and behind < len(words) and not words[behind - 1].mark:
        plain = words[behind].plain
        if _is_number(plain) or plain in _UNITS or (plain in _ABOUT and behind == run.behind):
            behind += 1
        else:
            break
    if led and not any(_is_number(w.plain) for w in words[at:behind]):
        behind = run.behind
        while behind > at and words[behind - 1].plain in _ONLY_ABOUT:
            behind -= 1
    return _Run(run.kind, run.first, behind)


def _known_as(kind: FactKind, name: str, before: str) -> FactKind:
    """A place that is known and stands behind "in" is no organisation, and one that is known and
    worked for is no place, also where all is written small."""
    if kind == "organisation" and before in _PLACED and name in known_names("place"):
        return "place"
    if kind == "place" and before in _EMPLOYED and name in known_names("organisation"):
        return "organisation"
    return kind


def _trimmed(run: _Run, plain: Sequence[str]) -> _Run:
    """Without the words at either end that belong to what stands around a fact."""
    outcome = run.kind == "outcome"
    first, behind = run.first, run.behind
    while first < behind and plain[first] in (_JOINTS if outcome else _BEGINNINGS):
        first += 1
    while behind > first and plain[behind - 1] in (_OUTCOME_ENDINGS if outcome else _ENDINGS):
        behind -= 1
    return _Run(run.kind, first, behind)


def _tail(kind: FactKind, tail: tuple[str, ...]) -> int:
    """How many of the words behind a fact belong to it."""
    if kind == "time" and tail == _HALF:
        return 3
    if kind == "person" and tail[:2] in _PERSON_TAILS:
        return 2
    if kind == "number":
        if tail[:2] in (("of", "us"), ("per", "cent")):
            return 2
        return int(tail[:1] in (("percent",), ("pounds",), ("euros",), ("dollars",)))
    return 0


def _is_rate(plain: Sequence[str], first: int, behind: int) -> bool:
    """Whether "a day" says how often something is counted, and no time."""
    if behind - first != 2 or plain[first] not in ("a", "an"):
        return False
    if plain[behind - 1] not in _RATE_UNITS:
        return False
    follows = behind < len(plain) and plain[behind] in _AFTER_DURATION
    return first > 0 and plain[first - 1] not in _BEFORE_DURATION and not follows


def _is_number(word: str) -> bool:
    return word in NUMBER_WORDS or word[:1].isdigit() or word[:1] in "£$€"


def _only(words: Sequence[UtteredWord], those: frozenset[str]) -> bool:
    return all(w.plain in those for w in words)
