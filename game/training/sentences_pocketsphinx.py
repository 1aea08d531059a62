"""Where sentences end, learnt from the language model that comes with pocketsphinx.

The interviews hold some two thousand ends of sentences, too few to tell of most words whether one
may end with them. The recogniser's own model of American English (trigrams of millions of
sentences, BSD licence) knows the chance of an end after every pair of words. For common words
it is taken over, made small: a share for the last word, one for the word before, and a product of
few factors for what the two do together.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pocketsphinx import NGramModel, get_model_path

from dialogue.turntaking.completeness import CLASSES, word_class
from perception.errors import ModelError

_UNIT = math.log(1.0001)
"""Sphinx counts in this logarithm."""

_RARER = 12_000
"""Words, by frequency, of which those that are not kept stand for their class."""


def sentence_ends(count: int, rank: int) -> tuple[list[str], NDArray[np.float32]]:
    """Log probabilities of a sentence's end after two words, as factors.

    Args:
        count: how many of the commonest words count as themselves.
        rank: factors of what the two words do together.

    Returns:
        Those words, and (classes and words, 2 + 2 * rank): the share of the last word, that of the
        word before, the factors of the last word, and those of the word before; classes come first,
        in the order of ``CLASSES``. The mean over all pairs is taken off.

    Raises:
        ModelError: the recogniser's package holds no such model.
    """
    try:
        model = NGramModel.readfile(get_model_path("en-us/en-us.lm.bin"))
        lines = Path(get_model_path("en-us/cmudict-en-us.dict")).read_text("utf-8").splitlines()
    except (OSError, RuntimeError, ValueError) as error:
        raise ModelError(
            f"pocketsphinx: its English model cannot be read ({error}); "
            "install it again with: python3 run.py doctor --mend"
        ) from None
    listed = dict.fromkeys(line.split()[0] for line in lines if line[:1].isalpha())
    known = [word for word in listed if "(" not in word]
    by_frequency = sorted(known, key=lambda word: (-model.prob([word]), word))
    words, rarer = by_frequency[:count], by_frequency[count:_RARER]

    def ended(*before: str) -> float:
        """Natural logarithm; the words come last one first."""
        return float(model.prob(["</s>", *before])) * _UNIT

    pairs = np.array([[ended(last, before) for last in words] for before in words])
    mean = pairs.mean()
    last, before = pairs.mean(axis=0) - mean, pairs.mean(axis=1) - mean
    left, size, right = np.linalg.svd(
        pairs - mean - last[None] - before[:, None], full_matrices=False
    )
    root = np.sqrt(size[:rank])
    table = np.column_stack([last, before, right[:rank].T * root, left[:, :rank] * root])
    classes = np.zeros((len(CLASSES), table.shape[1]))
    # by the last word alone, as the model falls back to it for pairs that it never saw
    alone = float(np.mean([ended(word) for word in words])) - mean
    for i, name in enumerate(CLASSES):
        members = [word for word in rarer if word_class(word) == name][:300]
        if members:
            classes[i, 0] = np.mean([ended(word) for word in members]) - mean - alone
    return words, np.vstack([classes, table]).astype(np.float32)
