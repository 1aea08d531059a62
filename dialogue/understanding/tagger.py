"""A small network that names each word of an utterance: its act, its fact, where a part begins.

On top of what MiniLM tells of each word in its sentence, and of :mod:`.cue_phrases`, it looks at
each word's neighbourhood (two convolutions) and at the utterance as a whole. The most likely cut
into parts is found by Viterbi's algorithm: a change of act costs less where a part is likely to
begin. Several such networks may speak as one. Trained by ``run.py models train acts``.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialogue.understanding.all_cores import on_all_cores
from dialogue.understanding.cue_phrases import NAMES, features
from dialogue.understanding.embedding import Embedder, TokenStates
from dialogue.understanding.names import NAME_FEATURES, name_features
from dialogue.understanding.types import Asked
from dialogue.understanding.words import UtteredWord

LAYERS = (3, 6)
"""Of MiniLM, whose states are used: the third knows more of grammar, the last of meaning."""

CHUNK_WORDS = 90
"""Longest stretch of words that MiniLM is given at once; it was trained on some 128 tokens."""

WORD_CUES = len(NAMES) + len(NAME_FEATURES)
"""Numbers that a word has besides its states; the last are of known names, for telling facts."""

_REACH = 2
"""Words to each side that a convolution sees."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class WordTags:
    """What the network makes of n words."""

    labels: Floats
    """(n, labels) log probabilities."""
    facts: Floats
    """(n, 1 + 2 * kinds) log probabilities: none, then the first and further words of each."""
    begins: Floats
    """(n,) log odds that a part begins with this word."""


def word_states(embedder: Embedder, text: str, words: Sequence[UtteredWord]) -> Floats:
    """(n, d) what each word means where it stands: the mean of its tokens' states.

    Long utterances are read in stretches that end where a sentence does, if one does.

    Args:
        embedder: with :data:`LAYERS`.
        text: the utterance.
        words: its words.
    """
    parts = []
    found = stretches(text, words)
    read = on_all_cores(lambda each: _stretch_states(embedder, each.text), found)
    for each, states in zip(found, read, strict=True):
        inside = words[each.first : each.behind]
        parts.append(_by_word(states.offsets + each.start, states.vectors, inside))
    if not parts:
        return np.zeros((0, 384 * len(LAYERS)), np.float32)
    return np.concatenate(parts)


@functools.lru_cache(maxsize=32)
def _stretch_states(embedder: Embedder, text: str) -> TokenStates:
    """Kept for a while: an answer that grows is read again and again, and begins alike."""
    return embedder.token_states(text, LAYERS)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of an utterance that MiniLM is given at once."""

    text: str
    start: int
    """Of its first character in the utterance."""
    first: int
    """Number of its first word."""
    behind: int
    """Number of the word behind its last."""


def stretches(text: str, words: Sequence[UtteredWord]) -> list[Stretch]:
    """An utterance in stretches, in their order.

    Args:
        text: the utterance.
        words: its words.
    """
    found = []
    first = 0
    while first < len(words):
        behind = _stretch(words, first)
        start = words[first].start
        end = words[behind].start if behind < len(words) else len(text)
        found.append(Stretch(text[start:end], start, first, behind))
        first = behind
    return found


def _stretch(words: Sequence[UtteredWord], start: int) -> int:
    """Number of the word behind the stretch that begins at ``start``."""
    longest = start + CHUNK_WORDS
    if longest >= len(words):
        return len(words)
    for mark in (".?", ","):
        for end in range(longest, start + CHUNK_WORDS // 2, -1):
            if words[end - 1].mark and words[end - 1].mark in mark:
                return end
    return longest


def _by_word(offsets: NDArray[np.int64], vectors: Floats, words: Sequence[UtteredWord]) -> Floats:
    found = np.zeros((len(words), vectors.shape[1]), np.float32)
    if not len(offsets):
        return found
    for i, word in enumerate(words):
        inside = (offsets[:, 0] < word.end) & (offsets[:, 1] > word.start)
        if inside.any():
            found[i] = vectors[inside].mean(axis=0)
    return found


def word_inputs(
    embedder: Embedder, text: str, words: Sequence[UtteredWord], asked: Asked
) -> tuple[Floats, Floats]:
    """What the network is given: (n, 384 * layers) states and (n, :data:`WORD_CUES`)."""
    cues = np.concatenate([features(words, asked), name_features(words)], axis=1)
    return word_states(embedder, text, words), cues


class Tagger:
    """The network.

    Args:
        weights: by name, see :mod:`game.training.tagger`.

    Raises:
        ValueError: they do not fit each other.
    """

    def __init__(self, weights: dict[str, NDArray[np.float32]]) -> None:
        self._w = weights
        expected = weights["states.weight"].shape[0] + len(NAMES)
        if weights["near.weight"].shape[1] != expected:
            raise ValueError(
                f"the network takes {weights['near.weight'].shape[1]} inputs, not {expected}"
            )

    def tag(self, states: Floats, cues: Floats) -> WordTags:
        """Names n words.

        Args:
            states: (n, 384 * layers) as of :func:`word_inputs`.
            cues: (n, :data:`WORD_CUES`) as of :func:`word_inputs`; a network that was trained
                without known names passes them over.
        """
        w = self._w
        names, cues = cues[:, len(NAMES) :], cues[:, : len(NAMES)]
        meaning = np.maximum(self._linear(states, "states"), 0)
        inputs = np.concatenate([meaning, cues], axis=1)
        near = np.maximum(self._convolved(inputs, "near", 1), 0)
        wide = np.maximum(self._convolved(near, "wide", 2), 0)
        odds = wide @ w["attend.weight"].T + w["attend.bias"]
        weight = np.exp(odds - odds.max(axis=0, keepdims=True))
        weight /= weight.sum(axis=0, keepdims=True)
        whole = np.concatenate([(weight * wide).sum(axis=0), wide.max(axis=0)])
        around = np.repeat(whole[None], len(states), axis=0)
        seen = np.concatenate([wide, near, cues, around], axis=1)
        hidden = np.maximum(self._linear(seen, "hidden"), 0)
        telling = [wide, near, cues]
        if "named.weight" in w:
            named = self._convolved(np.concatenate([inputs, names], axis=1), "named", 1)
            telling.append(np.maximum(named, 0))
        return WordTags(
            _log_softmax(self._linear(hidden, "labels")),
            _log_softmax(self._linear(np.concatenate(telling, axis=1), "facts")),
            self._linear(hidden, "begins")[:, 0],
        )

    def _linear(self, x: Floats, name: str) -> Floats:
        return np.asarray(x @ self._w[f"{name}.weight"].T + self._w[f"{name}.bias"], np.float32)

    def _convolved(self, x: Floats, name: str, step: int) -> Floats:
        """(n, out): each word with the two to either side, ``step`` words apart."""
        weight = self._w[f"{name}.weight"]
        count = len(x)
        margin = _REACH * step
        padded = np.pad(x, ((margin, margin), (0, 0)))
        found = np.repeat(self._w[f"{name}.bias"][None], count, axis=0)
        for k in range(2 * _REACH + 1):
            found = found + padded[k * step : k * step + count] @ weight[:, :, k].T
        return np.asarray(found, np.float32)


class TaggerEnsemble:
    """Several networks that were taught differently, and so err differently, as one.

    What they say of labels and of where parts begin is averaged, as log odds (on why several judge
    better than one: Hansen & Salamon 1990); facts are told by the first, which alone was taught
    names.

    Args:
        taggers: at least one.

    Raises:
        ValueError: there is none.
    """

    def __init__(self, taggers: Sequence[Tagger]) -> None:
        if not taggers:
            raise ValueError("no network is there")
        self._taggers = tuple(taggers)

    @classmethod
    def of_weights(cls, weights: Mapping[str, NDArray[np.float32]]) -> TaggerEnsemble:
        """Of the weights of all, as :func:`numbered` names them.

        Raises:
            ValueError: they do not fit each other, or there are none.
        """
        networks: dict[int, dict[str, NDArray[np.float32]]] = {}
        for name, value in weights.items():
            number, _, rest = name.partition(".")
            networks.setdefault(int(number), {})[rest] = value
        return cls([Tagger(networks[number]) for number in sorted(networks)])

    def tag(self, states: Floats, cues: Floats) -> WordTags:
        """Names n words, as :meth:`Tagger.tag` does."""
        told = [tagger.tag(states, cues) for tagger in self._taggers]
        labels = np.mean([each.labels for each in told], axis=0)
        begins = np.mean([each.begins for each in told], axis=0)
        return WordTags(_log_softmax(labels), told[0].facts, begins)


def numbered(
    networks: Sequence[Mapping[str, NDArray[np.float32]]],
) -> dict[str, NDArray[np.float32]]:
    """Weights of several networks for one file, each with its network's number before its name."""
    return {
        f"{number}.{name}": value
        for number, network in enumerate(networks)
        for name, value in network.items()
    }


def parts(tags: WordTags, switch: float = 1.0) -> list[tuple[int, int, int]]:
    """The most likely cut into parts of one label each (Viterbi 1967).

    Args:
        tags: of n words.
        switch: log odds that a change costs beyond what the network says of where parts begin.

    Returns:
        (label, first word, word behind the last) of each part, in order.
    """
    count, labels = tags.labels.shape
    if not count:
        return []
    change = -np.logaddexp(0, -(tags.begins - switch))
    stay = -np.logaddexp(0, tags.begins - switch)
    score = tags.labels[0].copy()
    came = np.zeros((count, labels), np.int64)
    for i in range(1, count):
        best = int(score.argmax())
        changed = score[best] + change[i]
        stayed = score + stay[i]
        came[i] = np.where(stayed >= changed, np.arange(labels), best)
        score = np.maximum(stayed, changed) + tags.labels[i]
    path = [int(score.argmax())]
    for i in range(count - 1, 0, -1):
        path.append(int(came[i, path[-1]]))
    path.reverse()
    found = []
    start = 0
    for i in range(1, count + 1):
        if i == count or path[i] != path[start]:
            found.append((path[start], start, i))
            start = i
    return found


def _log_softmax(x: Floats) -> Floats:
    shifted = x - x.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)), np.float32)
