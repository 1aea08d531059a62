"""Whether what was said so far could be the end: a small model over the last words.

People finish a sentence before they hand over, and a sentence that is not finished tells so by its
last words: "and then we" goes on, "that was all" does not. Of all cues to the end of a turn it is
the strongest (de Ruiter, Mitterer & Enfield 2006; Gravano & Hirschberg 2011). The model is a
logistic regression over what general English tells of the last two words (:class:`SentenceEnds`),
and over the last words themselves, each as itself where it is common and as its class (its ending,
a number, a filler) where it is not. It was trained on real interviews (``run.py models train
turns``) and knows nothing of their subjects.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FILLER = re.compile(r"(?:u+h*m+|u+h+|a+h+|e+r+m*|h?m{2,}|h+m+)")
"""A filled pause as it may be written."""

SUFFIXES = ("ing", "ed", "ly", "ion", "er", "est", "ness", "ment", "ty", "al", "ive", "ous", "s")
"""Endings by which words that are not common are told apart, the first that fits."""

CLASSES = ("<none>", "<filler>", "<number>", *(f"<{suffix}>" for suffix in SUFFIXES), "<other>")
"""Classes of words; ``<none>`` stands before the first word."""

HOLDING = re.compile(
    r"\b(?:let me (?:just )?(?:think|see)|(?:hold|hang) on|(?:give me|just|wait) an? "
    r"(?:second|sec|moment|minute)|one (?:second|moment)|(?:that'?s|that is) a (?:good|hard|tough|"
    r"tricky|great|difficult) (?:question|one)|where was i|what'?s the word|what else|how (?:do|"
    r"should|can|would) i (?:put|say|explain)(?: (?:it|this|that))?|i'?m (?:just )?thinking|"
    r"i (?:have|need) to think)(?: (?:about (?:it|that|this)|for an? (?:second|moment|minute)|"
    r"of (?:an example|one)|here))?$"
)
"""Ends of a text with which people ask for time."""

CLOSING = re.compile(
    r"\b(?:so,? yeah|that'?s (?:it|all|about it|pretty much it|that)|that was (?:it|that|all)|"
    r"that is (?:it|all)|that'?s (?:pretty much|basically|mostly) (?:it|all)|"
    r"(?:that|it) (?:was|is|'s) (?:pretty much )?(?:my|the) (?:answer|story))$"
)
"""Ends of a text with which people close an answer."""

WHOLE, OPEN = -2.0, -4.0
"""Log odds of a sentence's end above which words count as complete, and below which as broken off;
one word in twenty ends a sentence (log odds -3)."""

BUCKETS = 4096
"""Places for pairs and triples of words; two that fall together share a weight."""

RECENT = 24
"""Words before the last three that tell, in any order, whether an answer comes to its point; they
say nothing of whether a sentence is complete."""

_WORD = re.compile(r"[a-z0-9][a-z0-9'’]*")


@dataclass(frozen=True, slots=True)
class Said:
    """What the words so far tell of their end."""

    complete: float
    """Log odds that a sentence may end here."""
    closing: float
    """Log odds that an answer ends here, and not only a sentence."""
    holding: bool
    """They ask for time: "let me think"."""
    tag: bool
    """They end as answers end: "so yeah"."""
    filler: bool
    """The last word is a filled pause."""
    mark: int
    """What the recogniser wrote behind them: 1 a full stop, -1 a comma or dots, 0 nothing."""
    words: int
    """How many there are."""

    @property
    def whole(self) -> bool:
        """Whether a sentence is likely to end here."""
        return not (self.holding or self.filler) and (self.mark > 0 or self.complete > WHOLE)

    @property
    def open(self) -> bool:
        """Whether a sentence has plainly not ended here."""
        return self.mark <= 0 and self.complete < OPEN


def words_of(text: str) -> list[str]:
    """Words of a text, in small letters and without marks; notes in brackets are left out."""
    plain = re.sub(r"\[[^\]]*\]|\([^)]*\)|<[^>]*>", " ", text.lower())
    return [word.replace("’", "'").strip("'") for word in _WORD.findall(plain)]


def word_class(word: str) -> str:
    """The class of a word, one of :data:`CLASSES`."""
    if FILLER.fullmatch(word):
        return "<filler>"
    if any(letter.isdigit() for letter in word):
        return "<number>"
    for suffix in SUFFIXES:
        if len(word) > len(suffix) + 2 and word.endswith(suffix):
            return f"<{suffix}>"
    return "<other>"


def mark_of(text: str) -> int:
    """1 for a text that ends on a full stop, -1 for one on a comma or dots, 0 for others."""
    text = text.rstrip(" \"'")
    if text.endswith((",", "…", "...", "..", "-", "–", ";", ":")):
        return -1
    return 1 if text.endswith((".", "!", "?")) else 0


class Vocabulary:
    """Numbers the features of the last words.

    Args:
        words: common words, which count as themselves.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self.words = tuple(words)
        self._index = {name: i for i, name in enumerate((*CLASSES, *self.words))}

    @property
    def size(self) -> int:
        """How many features there are."""
        return self.at_end + len(self._index)

    @property
    def at_end(self) -> int:
        """How many of them, the first, are of the last three words."""
        return 3 * len(self._index) + BUCKETS

    def features(self, words: Sequence[str]) -> list[int]:
        """Numbers of the features that the end of ``words`` has.

        Six are of the last three words; the rest, at or above :attr:`at_end`, of those before.
        """
        last = [self._known(word) for word in words[:-4:-1]]
        last += ["<none>"] * (3 - len(last))
        alone = [i * len(self._index) + self._index[name] for i, name in enumerate(last)]
        joined = (f"{last[1]} {last[0]}", f"{last[2]} {last[1]} {last[0]}", f"{last[2]}  {last[0]}")
        base = 3 * len(self._index)
        ends = alone + [base + zlib.crc32(text.encode()) % BUCKETS for text in joined]
        recent = words[-3 - RECENT : -3]
        return ends + [self.at_end + self._index[self._known(word)] for word in recent]

    def _known(self, word: str) -> str:
        name = "<filler>" if FILLER.fullmatch(word) else word
        return name if name in self._index else word_class(word)


class SentenceEnds:
    """How likely general English ends a sentence after two words.

    Args:
        words: common words, which count as themselves.
        table: (classes and words, 2 + 2 * rank) the share of the last word, that of the word
            before, and the factors of both; see :mod:`game.training.sentences_pocketsphinx`.
    """

    def __init__(self, words: Sequence[str], table: NDArray[np.float32]) -> None:
        if table.ndim != 2 or len(table) != len(CLASSES) + len(words) or table.shape[1] % 2:
            raise ValueError(f"the table of sentence ends is {table.shape} for {len(words)} words")
        self.words = tuple(words)
        self.table = table
        self._index = {name: i for i, name in enumerate((*CLASSES, *self.words))}

    def log_probability(self, words: Sequence[str]) -> float:
        """Log probability of an end after ``words``, the mean over all pairs taken off.

        Filled pauses are passed over: whoever says "and um" has said "and".
        """
        plain = [word for word in words[-6:] if not FILLER.fullmatch(word)]
        if not plain:
            return -3.0  # nothing was said yet that could be complete
        last = self.table[self._row(plain[-1])]
        if len(plain) < 2:
            return float(last[0])
        before = self.table[self._row(plain[-2])]
        rank = (self.table.shape[1] - 2) // 2
        return float(last[0] + before[1] + last[2 : 2 + rank] @ before[2 + rank :])

    def _row(self, word: str) -> int:
        return self._index.get(word, self._index[word_class(word)])


class Completeness:
    """The model.

    Args:
        ends: of sentences in general English.
        vocabulary: numbers the features of the interviews' own words.
        weights: (features + 1, 2) for a sentence's end, and for an answer's; the last row is of
            what ``ends`` tells.
        bias: (2,).
    """

    def __init__(
        self,
        ends: SentenceEnds,
        vocabulary: Vocabulary,
        weights: NDArray[np.float32],
        bias: NDArray[np.float32],
    ) -> None:
        if weights.shape != (vocabulary.size + 1, 2) or bias.shape != (2,):
            raise ValueError(
                f"weights are {weights.shape} and {bias.shape}; this vocabulary needs "
                f"({vocabulary.size + 1}, 2) and (2,)"
            )
        self._ends = ends
        self._vocabulary = vocabulary
        self._weights = weights
        self._bias = bias

    def assess(self, text: str) -> Said | None:
        """What the words so far tell; None where there are none."""
        words = words_of(text)
        if not words:
            return None
        told = self._bias + self._weights[self._vocabulary.features(words)].sum(axis=0)
        told = told + self._weights[-1] * np.float32(self._ends.log_probability(words))
        plain = [word for word in words[-9:] if not FILLER.fullmatch(word)]
        end = " ".join(plain)
        return Said(
            complete=float(told[0]),
            closing=float(told[1]),
            holding=HOLDING.search(end) is not None,
            tag=CLOSING.search(end) is not None,
            filler=FILLER.fullmatch(words[-1]) is not None,
            mark=mark_of(text),
            words=len(words),
        )
