"""What of an answer is the candidate's own, runs as language, and means something.

Pure functions over words and over what was understood of them; :mod:`scoring.measures.content`
makes measures of them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dialogue.understanding.answer_marks import answer_marks
from dialogue.understanding.answering import answering_acts
from dialogue.understanding.cue_phrases import NUMBER_WORDS
from dialogue.understanding.embedding import embedder
from dialogue.understanding.types import Fact
from dialogue.understanding.word_order import LONGEST_WORD, load_word_order
from dialogue.understanding.words import UtteredWord, plain_text, sentences_of, words_of
from scoring.record.turns import Answer
from scoring.rubric import load

ECHO_WORDS = 4
"""Words in a row that stand in the question as well, from which they only say it again."""
_FACTS_FULL = 2.5
"""Facts after which specificity has come within 1/e of 1."""
_USUAL_WORDS = 60
"""Words over which facts may be spread before they count less."""
_ORDER = (-0.9, -0.35)
"""Weight of the word order (nats) at which words are none of English, and from which they are.

Of 475 real answers of twelve words and more 98 % lie above 0.0 and all above -0.35, of learners'
sentences all above -0.45; of the same words in any order half lie below -1.2, one in ten above
-0.8.
"""
_RARE = (0.30, 0.14)
"""Share of words that are none (three pieces and more) at which nothing is said, and up to which
all may be names and terms: of 1,138 answers none had more than 0.12."""
_RARE_PIECES = 3
_BARE = (0.6, 0.3)
"""The same for figures alone."""
_DEEDS = 3
"""Deeds from which it can be said who did most of them."""
_ABOUT_ONESELF = frozenset(["i", "i'm", "im", "i've", "my", "me", "myself"])
_NEAR = 6
"""Words before praise among which one tells that it is of oneself."""
_YEAR = re.compile(r"(?:19|20)\d\d$")
_TITLES = frozenset(("mr", "mrs", "ms", "miss", "dr", "sir", "madam", "lady", "professor"))
_NO_NAMES = frozenset(
    [
        *("a", "an", "the", "some", "any", "more", "many", "few", "my", "our", "their", "other"),
        *("thing", "things", "stuff", "something", "anything", "everything", "word", "words"),
        *("way", "ways", "kind", "kinds", "sort", "sorts", "part", "parts", "bit", "bits", "lot"),
        *("lots", "people", "person", "somebody", "someone", "everybody", "everyone", "others"),
        *("place", "places", "somewhere", "everywhere", "here", "there", "question", "questions"),
        *("answer", "answers", "problem", "problems", "work", "job", "time", "times"),
    ]
)
"""Words of which alone nothing is named that somebody could check."""
_LEADING_ON = frozenset(
    [
        *("in", "on", "at", "of", "for", "to", "with", "by", "from", "into"),
        *("and", "or", "but", "so", "as", "because"),
    ]
)
_DOERS = frozenset(["i", "i'm", "i've", "we", "we're", "we've", "you", "he", "she", "they", "it"])
_LETTERS = re.compile(r"[a-z]{2,}")
_CURRENCY = re.compile(r"[£$€]")
_UNNAMED = NUMBER_WORDS | frozenset(("out", "of", "overall", "score", "content", "points", "marks"))
"""Words with which a number still says nothing of what it counts."""


def own_words(words: Sequence[UtteredWord], question: str) -> tuple[UtteredWord, ...]:
    """An answer's words without those that only say the question again."""
    asked = [w.plain for w in words_of(question)]
    runs = {tuple(asked[i : i + ECHO_WORDS]) for i in range(len(asked) - ECHO_WORDS + 1)}
    plain = [w.plain for w in words]
    echoed = [False] * len(plain)
    for i in range(len(plain) - ECHO_WORDS + 1):
        if tuple(plain[i : i + ECHO_WORDS]) in runs:
            echoed[i : i + ECHO_WORDS] = [True] * ECHO_WORDS
    return tuple(w for w, echo in zip(words, echoed, strict=True) if not echo)


def well_formed(words: Sequence[UtteredWord]) -> float | None:
    """How far words run as English does and are words at all, 0...1; None without words.

    Raises:
        ModelError: a model that it rests on is missing or damaged.
    """
    order = load_word_order().weigh(words)
    if order is None:
        return None
    count = len(words)
    bare = sum(not any(c.isalpha() for c in w.plain) for w in words) / count
    usual = [w.plain.partition("'")[0] or w.plain for w in words if len(w.plain) <= LONGEST_WORD]
    known = sum(pieces < _RARE_PIECES for pieces in embedder().pieces(usual)) / count
    return min(_between(order, *_ORDER), _between(1.0 - known, *_RARE), _between(bare, *_BARE))


def coherence(words: Sequence[UtteredWord]) -> float | None:
    """Likeness (cosine) of each sentence to the one before, on average; None below three.

    Where no marks tell sentences, stretches of sixteen words stand for them. Real answers lie about
    0.28, sentences of several people about 0.15.

    Raises:
        ModelError: MiniLM is missing or damaged.
    """
    pieces = sentences_of(words)
    if len(pieces) < 3:
        return None
    vectors = embedder().embed(pieces)
    # to what one recording can tell: sums differ in the eighth place with the number of threads
    return round(float(np.mean(np.sum(vectors[1:] * vectors[:-1], axis=1))), 4)


def telling_facts(answer: Answer) -> tuple[Fact, ...]:
    """What an answer names and counts, each thing once, in order; empty where nothing was
    understood.

    A number that counts nothing, a time without a unit and a bare title tell nothing.
    """
    found: dict[str, Fact] = {}
    for utterance in answer.utterances:
        understood = utterance.understood.understanding
        answering = answering_acts(understood)
        for fact in understood.facts:
            within = any(act.start <= fact.start < act.end for act in answering)
            named = _trimmed(fact) if within else None
            if named is not None and _tells(named):
                found.setdefault(plain_text(words_of(named.text)), named)
    return tuple(found.values())


def _trimmed(fact: Fact) -> Fact | None:
    """A fact without words that lead on from it ("Covid in"); None for half a sentence, of which
    nothing is a name ("We delivered on")."""
    words = fact.text.split()
    while words and words[-1].lower() in _LEADING_ON:
        words.pop()
    if not words or (fact.kind != "outcome" and words[0].lower() in _DOERS):
        return None
    text = " ".join(words)
    return fact if text == fact.text else replace(fact, text=text, end=fact.start + len(text))


def _tells(fact: Fact) -> bool:
    plain = [w.plain for w in words_of(fact.text)]
    if fact.kind not in ("number", "time"):
        return not (_TITLES.issuperset(plain) or _NO_NAMES.issuperset(plain))
    if any(_LETTERS.search(w) and w not in _UNNAMED for w in plain):
        return True
    if fact.kind == "time":
        return any(_YEAR.match(w) for w in plain)
    return bool(_CURRENCY.search(fact.text)) and len(plain) == 1


def specificity_of(facts: int, words: int) -> float:
    """0...1 by how much is named, less where it is spread over many words."""
    spread = math.sqrt(min(1.0, _USUAL_WORDS / max(words, 1)))
    return 1.0 - math.exp(-facts * spread / _FACTS_FULL)


def own_role(words: Sequence[UtteredWord]) -> float | None:
    """Share of an answer's deeds that the candidate did, 0...1; None where few were told."""
    marks = answer_marks(words)
    deeds = marks.own_deeds + marks.group_deeds
    return marks.own_deeds / deeds if deeds >= _DEEDS else None


def hedges(words: Sequence[UtteredWord]) -> int:
    """Phrases that take back what is said: "maybe", "I guess"."""
    return len(hedge_spans([each.plain for each in words]))


def hedge_spans(plain: Sequence[str]) -> list[tuple[int, int]]:
    """Which words are such phrases: of each its first word, and the one behind its last.

    Args:
        plain: words in small letters, in order.
    """
    phrases: dict[str, list[list[str]]] = {}
    for phrase in load("cues")["hedges"]["phrases"]:
        phrases.setdefault(phrase.split()[0], []).append(phrase.split())
    return [
        (at, at + len(phrase))
        for at, word in enumerate(plain)
        for phrase in phrases.get(word, ())
        if list(plain[at : at + len(phrase)]) == phrase
    ]


def self_praise(words: Sequence[UtteredWord]) -> int:
    """Words of praise that are said of oneself, and orders to be hired or given marks."""
    table = load("cues")["self_praise"]
    praise = set(table["words"])
    plain = [w.plain for w in words]
    found = sum(
        word in praise and not _ABOUT_ONESELF.isdisjoint(plain[max(0, i - _NEAR) : i])
        for i, word in enumerate(plain)
    )
    text = f" {' '.join(plain)} "
    return found + sum(text.count(f" {phrase} ") for phrase in table["phrases"])


def _between(value: float, none: float, whole: float) -> float:
    """Where a value lies between nothing (0) and all (1)."""
    return float(np.clip((value - none) / (whole - none), 0.0, 1.0))
