"""Parts of speech by an averaged perceptron (Collins 2002), for words that are said in two ways.

The weights are hibari's, learned from text tagged with the Penn Treebank's tags. Words are tagged
from left to right; a word that the training text always gave one tag has it from a table.
"""

from __future__ import annotations

import gzip
import json
from array import array
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from game.text_analysis.word_lists import listed, word_set

_START, _START_2, _END = "-START-", "-START2-", "-END-"
_CLITICS = listed("n't 's 're 've 'll 'd 'm")

UNIVERSAL: Mapping[str, str] = {
    **dict.fromkeys(("NN", "NNS", "NNP", "NNPS"), "NOUN"),
    **dict.fromkeys(listed("VB VBD VBG VBN VBP VBZ MD"), "VERB"),
    **dict.fromkeys(("JJ", "JJR", "JJS"), "ADJ"),
    **dict.fromkeys(("RB", "RBR", "RBS", "WRB"), "ADV"),
}
"""Penn Treebank tag to its universal part of speech (Petrov et al. 2012), where words differ."""


class PartOfSpeechTagger:
    """Tags words.

    Args:
        data: gzipped JSON with ``tags``, ``tagdict`` (word to its only tag), ``vocab`` (words the
            features may name) and ``weights`` (feature to tag to weight).
    """

    def __init__(self, data: bytes) -> None:
        tags: list[str] = []
        weights = array("f")
        starts = array("l", [0])

        def compact(pairs: list[tuple[str, Any]]) -> Any:
            """Keeps a feature's weights in arrays: 80,000 dictionaries would take 40 MB."""
            if pairs and isinstance(pairs[0][1], float):
                tags.extend(tag for tag, _ in pairs)
                weights.extend(weight for _, weight in pairs)
                starts.append(len(weights))
                return len(starts) - 2
            return dict(pairs)

        table = json.loads(gzip.decompress(data), object_pairs_hook=compact)
        self._only: dict[str, str] = table["tagdict"]
        self._known = frozenset(table["vocab"])
        self._tags: list[str] = table["tags"]
        places = {tag: place for place, tag in enumerate(self._tags)}
        self._place: dict[str, int] = table["weights"]
        self._starts = starts
        self._tag_of = np.array([places[tag] for tag in tags], np.uint8)
        self._weights = np.array(weights, np.float32)

    def tag(self, words: Sequence[str]) -> list[str]:
        """Tags of the words of one sentence, its marks among them; of "don't" that of "do"."""
        parts: list[str] = []
        first: list[int] = []
        for word in words:
            first.append(len(parts))
            parts += _parted(word)
        tags = self._tagged(parts)
        return [tags[place] for place in first]

    def _tagged(self, words: Sequence[str]) -> list[str]:
        context = [_START, *map(self._normal, words), _END, _END]
        tags: list[str] = []
        before, before_2 = _START, _START_2
        for place, word in enumerate(words):
            tag = self._only.get(word)
            if tag is None:
                tag = self._best(self._features(place, word, context, before, before_2))
            tags.append(tag)
            before, before_2 = tag, before
        return tags

    def _features(
        self, place: int, word: str, context: Sequence[str], before: str, before_2: str
    ) -> tuple[str, ...]:
        own, last, after, after_2 = context[place + 1], context[place], *context[place + 2 :][:2]
        last_2 = context[place - 1] if place else _START_2
        return (
            "b",
            f"s3={word[-3:]}",
            f"p1={word[0]}",
            f"w={own}",
            f"sh={_shape(word)}",
            "i+" if place else "i0",
            f"t-1={before}",
            f"t-2={before_2}",
            f"t-12={before},{before_2}",
            f"w-1={last}",
            f"s3-1={last[-3:]}",
            f"w-2={last_2}",
            f"w+1={after}",
            f"s3+1={after[-3:]}",
            f"w+2={after_2}",
        )

    def _best(self, features: Sequence[str]) -> str:
        scores = np.zeros(len(self._tags), np.float32)
        for feature in features:
            place = self._place.get(feature)
            if place is not None:
                row = slice(self._starts[place], self._starts[place + 1])
                scores[self._tag_of[row]] += self._weights[row]
        return self._tags[int(scores.argmax())]

    def _normal(self, word: str) -> str:
        """The word as features name it: rare ones by their shape, numbers by their kind."""
        lower = word.lower()
        if "-" in word and word[0] != "-":
            return "!HYPHEN"
        if word.isdigit() and len(word) == 4:
            return "!YEAR"
        if word[0].isdigit():
            return "!DIGITS"
        return lower if lower in self._known else f"<{_shape(word)}>"


def _parted(word: str) -> list[str]:
    for clitic in _CLITICS:
        if word.lower().endswith(clitic) and len(word) > len(clitic):
            return [word[: -len(clitic)], word[-len(clitic) :]]
    return [word]


def _shape(word: str) -> str:
    """Upper and lower case: "Xx" of "Paris", "XX" of "NASA"; four signs of what is mixed."""
    if word.isalpha():
        if word.islower():
            return "x"
        if len(word) == 1:
            return "X1"
        return "XX" if word.isupper() else "Xx" if word.istitle() else "xX"
    if word.isdigit():
        return "d"
    return "".join("d" if c.isdigit() else "x" if c.isalpha() else c for c in word[:4])


_HAVE = word_set("have has had having i've you've we've they've haven't hasn't hadn't")
_DO = frozenset(["do", "does", "did", "don't", "doesn't", "didn't"])
_BE = word_set("am is are was were be been being i'm you're we're they're he's she's")
_THANKS = frozenset(("thanks", "lovely", "great", "okay"))
_SUBJECTS = frozenset(["i", "you", "we", "they"])
_PASSED_OVER = frozenset(["PRP", "RB", "EX"])
"""What may stand between a helping verb and its verb."""


def corrected(words: Sequence[str], tags: Sequence[str]) -> list[str]:
    """Tags with some of the tagger's slips put right that are heard: helping verbs decide.

    Args:
        words: of one sentence.
        tags: as the tagger has them.
    """
    right = list(tags)
    for place, tag in enumerate(tags):
        if not tag.startswith(("N", "V", "J")):
            continue
        helper = place - 1
        while helper > 0 and right[helper] in _PASSED_OVER and place - helper < 4:
            helper -= 1
        before = words[helper].lower() if helper >= 0 else ""
        last = words[place - 1].lower() if place else ""
        if helper >= 0 and (right[helper] == "MD" or before in _DO) and tag in ("NN", "NNS", "VBD"):
            right[place] = "VB"
        elif before in _HAVE and tag in ("VB", "VBP", "VBD", "NN"):
            right[place] = "VBN"
        elif last in _BE and tag == "NN" and words[place].lower() == "content":
            right[place] = "JJ"
        elif last in _SUBJECTS and tag in ("NN", "NNS"):
            right[place] = "VBP"
        elif last == "please" and place == 1 and tag == "NN":
            right[place] = "VB"
        elif last == "to" and tag == "VB" and place > 1 and words[place - 2].lower() == "put":
            right[place] = "NN"  # put to use
        elif last == "," and place == 2 and words[0].lower() in _THANKS and tag == "VB":
            right[place] = "VBD"  # Thanks, read it.
    return right
