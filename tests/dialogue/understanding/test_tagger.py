"""The network in numpy is the one that is trained, and the cut into parts is the best there is."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dialogue.understanding.embedding import TokenStates
from dialogue.understanding.tagger import (
    CHUNK_WORDS,
    LAYERS,
    WORD_CUES,
    Tagger,
    TaggerEnsemble,
    WordTags,
    numbered,
    parts,
    stretches,
    word_inputs,
    word_states,
)
from dialogue.understanding.types import FACTS, Asked
from dialogue.understanding.words import words_of
from game.training.tagger import TaggerSettings, network

STATES = 384 * len(LAYERS)
SMALL = TaggerSettings(meaning=8, near=6, wide=5, hidden=7, named=4)
LABELS = 4


@pytest.fixture(scope="module", params=[False, True], ids=["parts", "facts"])
def trained(request: pytest.FixtureRequest) -> tuple[Any, Tagger]:
    """A network of random weights, as training has it, and as it runs."""
    import torch

    torch.manual_seed(3)
    net = network(LABELS, SMALL, request.param).eval()
    with torch.no_grad():
        for value in net.parameters():
            value.add_(0.2 * torch.randn_like(value))
    weights = {name: value.numpy().astype(np.float32) for name, value in net.state_dict().items()}
    return net, Tagger(weights)


@pytest.mark.parametrize("words", [1, 2, 5, 40])
def test_the_network_in_numpy_says_what_the_trained_one_says(trained, words: int) -> None:
    import torch

    net, tagger = trained
    rng = np.random.default_rng(words)
    states = rng.normal(size=(words, STATES)).astype(np.float32)
    cues = rng.random((words, WORD_CUES), np.float32)
    # padded, as batches are: what stands behind the last word must not count
    padded = [
        np.concatenate([rows, np.full((3, rows.shape[1]), fill, np.float32)])[None]
        for rows, fill in ((states, 0.0), (cues, 0.0))
    ]
    mask = np.array([[1.0] * words + [0.0] * 3], np.float32)
    with torch.inference_mode():
        labels, facts, begins = net(*(torch.from_numpy(each) for each in (*padded, mask)))
    told = tagger.tag(states, cues)
    for ours, odds in ((told.labels, labels), (told.facts, facts)):
        theirs = torch.log_softmax(odds, 2)[0, :words].numpy()
        assert ours.shape == theirs.shape
        assert np.abs(ours - theirs).max() < 1e-4
    assert np.abs(told.begins - begins[0, :words].numpy()).max() < 1e-4
    assert told.labels.shape == (words, LABELS)
    assert told.facts.shape == (words, 1 + 2 * len(FACTS))


def test_weights_for_other_cues_are_refused(trained) -> None:
    weights = dict(trained[1]._w)
    weights["near.weight"] = weights["near.weight"][:, 1:]
    with pytest.raises(ValueError, match="inputs, not"):
        Tagger(weights)


def test_very_sure_words_do_not_overflow(trained) -> None:
    tagger = trained[1]
    states = np.full((6, STATES), 300.0, np.float32)
    told = tagger.tag(states, np.ones((6, WORD_CUES), np.float32))
    assert np.isfinite(told.labels).all() and np.isfinite(told.begins).all()


# -- several networks ------------------------------------------------------------------------------


def network_weights(seed: int, facts: bool) -> dict[str, NDArray[np.float32]]:
    """Of a network that was not taught anything."""
    import torch

    torch.manual_seed(seed)
    state = network(LABELS, SMALL, facts).state_dict()
    return {name: value.numpy().astype(np.float32) for name, value in state.items()}


def test_several_networks_speak_as_their_mean_and_the_first_tells_facts() -> None:
    both = [network_weights(1, True), network_weights(2, False)]
    ensemble = TaggerEnsemble.of_weights(numbered(both))
    rng = np.random.default_rng(3)
    states = rng.normal(size=(9, STATES)).astype(np.float32)
    cues = rng.random((9, WORD_CUES), np.float32)
    told = ensemble.tag(states, cues)
    one, other = (Tagger(each).tag(states, cues) for each in both)
    assert np.exp(told.labels).sum(axis=1) == pytest.approx(np.ones(9), abs=1e-5)
    # log odds between two labels are the mean of what the two say
    for first, second in itertools.combinations(range(LABELS), 2):
        odds = told.labels[:, first] - told.labels[:, second]
        mean = one.labels[:, first] - one.labels[:, second]
        mean = (mean + other.labels[:, first] - other.labels[:, second]) / 2
        assert odds == pytest.approx(mean, abs=1e-5)
    assert told.begins == pytest.approx((one.begins + other.begins) / 2, abs=1e-5)
    assert np.array_equal(told.facts, one.facts) and not np.allclose(told.facts, other.facts)


def test_a_network_alone_says_what_it_says() -> None:
    weights = network_weights(4, True)
    states = np.random.default_rng(4).normal(size=(5, STATES)).astype(np.float32)
    cues = np.zeros((5, WORD_CUES), np.float32)
    alone = Tagger(weights).tag(states, cues)
    told = TaggerEnsemble.of_weights(numbered([weights])).tag(states, cues)
    for name in ("labels", "facts", "begins"):
        assert getattr(told, name) == pytest.approx(getattr(alone, name), abs=1e-5)


def test_a_file_without_numbered_networks_is_refused() -> None:
    for weights in ({}, network_weights(5, False)):
        with pytest.raises(ValueError, match=r"no network|invalid literal"):
            TaggerEnsemble.of_weights(weights)


# -- parts -----------------------------------------------------------------------------------------


def tags(labels: NDArray[np.float32], begins: NDArray[np.float32]) -> WordTags:
    return WordTags(labels, np.zeros((len(labels), 1), np.float32), begins)


def best_by_trying(said: WordTags, switch: float) -> tuple[float, tuple[int, ...]]:
    """The best of all paths, and what it is worth."""
    count, labels = said.labels.shape
    change = -np.logaddexp(0, -(said.begins - switch))
    stay = -np.logaddexp(0, said.begins - switch)
    worth = {}
    for path in itertools.product(range(labels), repeat=count):
        score = sum(float(said.labels[i, label]) for i, label in enumerate(path))
        for i in range(1, count):
            # the same label may also begin anew
            same = path[i] == path[i - 1]
            score += float(max(stay[i], change[i]) if same else change[i])
        worth[path] = score
    best = max(worth, key=lambda path: worth[path])
    return worth[best], best


@pytest.mark.parametrize("seed", range(12))
def test_the_cut_is_the_best_of_all_there_are(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 7))
    odds = rng.normal(scale=2.0, size=(count, 3)).astype(np.float32)
    said = tags(
        np.asarray(odds - np.logaddexp.reduce(odds, axis=1, keepdims=True), np.float32),
        rng.normal(scale=2.0, size=count).astype(np.float32),
    )
    switch = float(rng.uniform(-1, 2))
    _, path = best_by_trying(said, switch)
    found = parts(said, switch)
    assert [label for label, first, behind in found for _ in range(first, behind)] == list(path)


def test_parts_stand_side_by_side_over_all_words() -> None:
    rng = np.random.default_rng(5)
    odds = rng.normal(scale=3.0, size=(200, 5)).astype(np.float32)
    found = parts(tags(odds, rng.normal(size=200).astype(np.float32)))
    assert found[0][1] == 0 and found[-1][2] == 200
    for (label, _, behind), (following, first, _) in itertools.pairwise(found):
        assert behind == first and label != following


def test_the_dearer_a_change_the_fewer_parts() -> None:
    rng = np.random.default_rng(7)
    odds = rng.normal(scale=2.0, size=(60, 4)).astype(np.float32)
    begins = rng.normal(size=60).astype(np.float32)
    counts = [len(parts(tags(odds, begins), switch)) for switch in (-2.0, 1.0, 4.0, 40.0)]
    assert counts == sorted(counts, reverse=True) and counts[0] > counts[-1] == 1


def test_no_words_no_parts() -> None:
    assert parts(tags(np.zeros((0, 3), np.float32), np.zeros(0, np.float32))) == []


# -- words and what they mean ----------------------------------------------------------------------


class Letters:
    """An embedder whose tokens are the letters: each means its own code, and where it stands."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.zeros((len(texts), 2), np.float32)

    def token_states(self, text: str, layers: Sequence[int]) -> TokenStates:
        self.read.append(text)
        offsets = [(i, i + 1) for i, c in enumerate(text) if not c.isspace()]
        codes = [(float(ord(text[i])), float(len(layers))) for i, _ in offsets]
        return TokenStates(
            np.array(offsets, np.int64).reshape(-1, 2), np.array(codes, np.float32).reshape(-1, 2)
        )

    def token_states_of(self, texts: Sequence[str], layers: Sequence[int]) -> list[TokenStates]:
        return [self.token_states(text, layers) for text in texts]

    def pieces(self, words: Sequence[str]) -> list[int]:
        return [len(word) for word in words]


def test_a_word_means_the_mean_of_its_tokens() -> None:
    text = "Ab, c."
    found = word_states(Letters(), text, words_of(text))
    assert found.tolist() == [[(ord("A") + ord("b")) / 2, 2.0], [float(ord("c")), 2.0]]


def test_a_long_utterance_is_read_in_stretches_that_end_with_a_sentence() -> None:
    sentences = [f"w{i} x y z." for i in range(60)]
    text = " ".join(sentences)
    words = words_of(text)
    cut = stretches(text, words)
    assert len(cut) == 3 and "".join(each.text for each in cut) == text
    assert [each.first for each in cut][1:] == [each.behind for each in cut][:-1]
    for each in cut:
        assert each.behind - each.first <= CHUNK_WORDS
        assert text[each.start :].startswith(each.text)
        assert words[each.behind - 1].mark == "."
    model = Letters()
    found = word_states(model, text, words)
    assert model.read == [each.text for each in cut]
    means = [np.mean([ord(c) for c in word.text]) for word in words]
    assert found[:, 0] == pytest.approx(means, rel=1e-6)


def test_without_any_marks_it_is_cut_all_the_same() -> None:
    text = "word " * 400
    cut = stretches(text, words_of(text))
    assert [each.behind - each.first for each in cut] == [90, 90, 90, 90, 40]


def test_an_answer_that_grows_is_not_read_again_from_its_beginning() -> None:
    model = Letters()
    text = " ".join(f"w{i} x y z." for i in range(40))
    word_states(model, text, words_of(text))
    before = len(model.read)
    longer = f"{text} And one more."
    word_states(model, longer, words_of(longer))
    assert len(model.read) == before + 1


def test_an_utterance_without_words_gives_nothing() -> None:
    states, cues = word_inputs(Letters(), " ... ", words_of(" ... "), Asked())
    assert states.shape == (0, STATES) and cues.shape == (0, WORD_CUES)
