"""Names among the facts: known ones that the network passed over, and what only looks like one.

The network weighs a known name with the words around it, so that in a sentence unlike those it
learnt from it may pass over "California"; and an article with an adjective, "the red", may look to
it like the beginning of a name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dialogue.understanding.casing import capital_names
from dialogue.understanding.names import everyday_names, names_in
from dialogue.understanding.types import Fact, FactKind
from dialogue.understanding.words import UtteredWord, word_set, words_of

NAMED: frozenset[FactKind] = frozenset(("place", "organisation", "tool", "role", "person"))
"""Kinds of fact that name something."""
ADDED: tuple[FactKind, ...] = ("place", "organisation", "tool")
"""Kinds of which a known name is a fact wherever it stands; "a nurse" may be anybody."""

WRITTEN_AS_NAME = 0.8
"""Confidence of a known name that is written with a capital within a sentence."""
KNOWN_ALONE = 0.6
"""The same where its writing tells nothing."""
DESCRIBED = 0.6
"""Least confidence of what begins with an article and holds no known name: "the red" is likelier
half of "the red fox" than a name."""

_ARTICLES = word_set("a an the this that these those")
_LEADING = _ARTICLES | word_set("my our your his her their")
_ADJECTIVES = word_set(
    "red blue green yellow white black brown grey gray pink orange purple golden silver new old "
    "young big small little large great good bad best worst better worse whole same other next "
    "last first second third main own real right wrong long short high low early late fast slow "
    "easy hard busy happy sad angry nice kind local different difficult important certain several "
    "many few more most very really so too quite only such"
)
"""Words that stand before a noun, with which no name ends, unless it is written as one."""


def named_facts(text: str, words: Sequence[UtteredWord], facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """The facts of an utterance with the known names that are missing among them, in order.

    Args:
        text: the utterance.
        words: its words.
        facts: as the network tells them; none overlap.
    """
    capitals = {words[i].start for i in capital_names(words)}
    kept = [
        told
        for fact in facts
        for told in [_ended(text, fact, capitals)]
        if told and _holds(told, capitals)
    ]
    taken = {i for fact in kept for i in _inside(words, fact)}
    for kind in ADDED:
        for first, behind in names_in(kind, words):
            span = range(first, behind)
            if taken.intersection(span):
                continue
            start, end = words[first].start, words[behind - 1].end
            written = any(words[i].start in capitals for i in span)
            name = " ".join(words[i].plain for i in span)
            if written or name not in everyday_names():
                sure = WRITTEN_AS_NAME if written else KNOWN_ALONE
                kept.append(Fact(kind, text[start:end], sure, start, end))
                taken.update(span)
    return tuple(sorted(kept, key=lambda fact: fact.start))


def _inside(words: Sequence[UtteredWord], fact: Fact) -> list[int]:
    return [i for i, word in enumerate(words) if fact.start <= word.start < fact.end]


def _ended(text: str, fact: Fact, capitals: set[int]) -> Fact | None:
    """A name without the adjectives at its end; None where only an article is left."""
    if fact.kind not in NAMED:
        return fact
    words = list(words_of(fact.text))
    whole = len(words)
    while words and words[-1].plain in _ADJECTIVES and fact.start + words[-1].start not in capitals:
        words.pop()
    if len(words) == whole:
        return fact
    if all(word.plain in _LEADING for word in words):
        return None
    end = fact.start + words[-1].end
    return replace(fact, text=text[fact.start : end], end=end)


def _holds(fact: Fact, capitals: set[int]) -> bool:
    """Whether it names something, as far as can be told."""
    if fact.kind not in NAMED or fact.confidence >= DESCRIBED:
        return True
    words = words_of(fact.text)
    if words[0].plain not in _ARTICLES or any(names_in(kind, words) for kind in NAMED):
        return True
    # who is described ("the ward sister") has no capitals, and who is named no article
    return fact.kind == "person" and not any(fact.start + w.start in capitals for w in words)
