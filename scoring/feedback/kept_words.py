"""Which of the words of an answer are kept when it is put in order: no fillers, no false starts, no
repetitions, and none of which the recogniser was unsure.

Words are only ever left out. What is kept differs from what was said by a capital at the beginning
of a sentence and in "I", and by marks at its end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dialogue.understanding.cue_phrases import NUMBER_WORDS
from perception.filler_words import filler_spans, tokens
from perception.types import Word
from scoring.feedback.wording import capital
from scoring.measures.language import is_unsure
from scoring.rubric import load

LONGEST_REPEAT = 4
"""Words of the longest stretch that is taken for a repetition where it comes twice in a row."""
_MEANT_TWICE = frozenset(
    ("had", "that", "very", "really", "so", "many", "much", "far", "long", "no", "never", "more")
)
"""Single words that are said twice on purpose, or rightly."""
_OPENERS = frozenset(("and", "so", "okay", "ok", "well", "yeah", "yes", "oh", "but", "um", "uh"))
"""Words that lead from what stood before to a sentence, and say nothing at its beginning."""
_BETWEEN = frozenset(("and", "or", "by", "after"))
_COMPARING = frozenset(
    ("a", "an", "my", "his", "her", "our", "their", "when", "somebody", "someone")
)
"""Words behind "like" with which it may well compare."""
_NOT_KEPT = str.maketrans("", "", '[]"“”')
"""Brackets mark what is not the candidate's; of speech in quotes one mark may be left behind."""
_I = re.compile(r"^i(?=$|['’](?:m|ve|d|ll)\b)|^i(?=[,.;:!?]+$)")
_BROKEN_OFF = re.compile(r"[a-z]-+$", re.IGNORECASE)
_ENDS = (".", "!", "?", "…")


@dataclass(frozen=True, slots=True)
class Kept:
    """A word that is kept, or a place where one is not clear."""

    text: str
    """Empty where it is not clear."""
    place: int
    """Which word of those given it is."""


def kept(words: Sequence[Word], typed: bool = False) -> list[Kept]:
    """What is left of words in a row.

    Args:
        words: as they were recognised, in order.
        typed: they were written, so that none is unsure.
    """
    times = None if typed else [(word.start_s, word.end_s) for word in words]
    out: set[int] = set()
    texts = [w.text for w in words]
    for first, behind in filler_spans(texts, load("cues")["fillers"], times):
        if not _compares(texts, first, behind):
            out.update(range(first, behind))
    left = [i for i, w in enumerate(words) if i not in out and not _BROKEN_OFF.search(w.text)]
    left = _without_repetition(words, [i for i in left if tokens(words[i].text)])
    return [
        Kept("" if not typed and is_unsure(words[i]) else _bare(words[i].text), i) for i in left
    ]


def as_sentence(found: Sequence[Kept], unclear: str) -> str:
    """Kept words as one sentence or more.

    Args:
        found: in order.
        unclear: what stands in brackets for words that are not clear.
    """
    found = list(found)
    while found and found[0].text and tokens(found[0].text)[0] in _OPENERS:
        del found[0]
    told: list[str] = []
    begins = True
    for each in found:
        text = each.text or f"[{unclear}]"
        if not each.text and told and told[-1] == text:
            continue
        text = _I.sub("I", text)
        told.append(capital(text) if begins and each.text else text)
        begins = text.endswith(_ENDS)
    sentence = " ".join(told).rstrip(" ,;:–-")
    return sentence if not sentence or sentence.endswith(_ENDS) else sentence + "."


def _without_repetition(words: Sequence[Word], left: Sequence[int]) -> list[int]:
    """Without the first of two equal stretches in a row: "I was, I was there".

    Long ones are looked for before short ones, each time from the beginning; only where what was
    looked at has changed it is looked at again.
    """
    kept_so_far = list(left)
    plain = [" ".join(tokens(words[i].text)) for i in kept_so_far]
    open_at = {size: (0, len(plain)) for size in range(LONGEST_REPEAT, 0, -1)}
    while True:
        for size, (since, until) in open_at.items():
            # a sentence that ends between them was finished, and the next begins like it
            found = (
                a
                for a in range(since, until)
                if _repeats(plain, a, size) and not _ended(words, kept_so_far[a : a + size])
            )
            at = next(found, None)
            open_at[size] = (0, 0) if at is None else (at, until)
            if at is not None:
                del kept_so_far[at : at + size], plain[at : at + size]
                open_at = {k: _reopened(k, o, at, size) for k, o in open_at.items()}
                break
        else:
            return kept_so_far


def _reopened(size: int, still: tuple[int, int], at: int, gone: int) -> tuple[int, int]:
    """The places at which a repetition may begin, once words went.

    Args:
        size: of the repetition, in words.
        still: first place, and that behind the last, at which nobody has looked yet.
        at: where words went.
        gone: how many.
    """
    first, behind = max(0, at - 2 * size + 1), at  # of those that reach over the seam
    since, until = (place if place <= at else max(at, place - gone) for place in still)
    return (first, behind) if since >= until else (min(first, since), max(behind, until))


def _compares(texts: Sequence[str], first: int, behind: int) -> bool:
    """Whether a "like" that may be a filler may also be none: "gone, like a squeaky door"."""
    if tokens(texts[first]) != ["like"] or behind != first + 1 or behind >= len(texts):
        return False
    after = tokens(texts[behind])
    return bool(after) and after[0] in _COMPARING and not texts[first].endswith(",")


def _repeats(plain: Sequence[str], at: int, size: int) -> bool:
    piece = list(plain[at : at + size])
    if len(piece) < size or piece != list(plain[at + size : at + 2 * size]):
        return False
    if size == 1:
        counts = piece[0] in NUMBER_WORDS or any(c.isdigit() for c in piece[0])
        return piece[0] not in _MEANT_TWICE and not counts
    return piece[-1] not in _BETWEEN  # "half and half and", "step by step by"


def _ended(words: Sequence[Word], places: Sequence[int]) -> bool:
    return any(words[i].text.strip().endswith(_ENDS[:3]) for i in places)


def _bare(text: str) -> str:
    """A word without the marks that are not kept."""
    return text.strip().translate(_NOT_KEPT)
