"""Trains networks that name each word of an utterance: its label, its fact, where parts begin.

Used for dialogue acts (:mod:`game.training.acts`) and for the parts of an answer
(:mod:`game.training.answer_parts`); :class:`dialogue.understanding.tagger.Tagger` runs them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogue.understanding.cue_phrases import NAMES, features
from dialogue.understanding.embedding import Embedder
from dialogue.understanding.names import KNOWN, known_names, name_features
from dialogue.understanding.tagger import LAYERS, WORD_CUES, word_inputs
from dialogue.understanding.types import FACTS, Asked, Fact
from dialogue.understanding.words import UtteredWord, words_of
from game.training.confusions_pocketsphinx import mishear
from perception.settings import Count, InnerShare, Seed, checked

_NO_FACT = -1


@checked
@dataclass(frozen=True, slots=True)
class TaggerSettings:
    """How a tagger is trained."""

    epochs: Count = 10
    """Passes over all utterances."""
    batch: Count = 48
    """Utterances a step."""
    meaning: Count = 96
    """Units for what MiniLM tells of a word."""
    near: Count = 96
    """Units of the first convolution."""
    wide: Count = 80
    """Units of the second."""
    hidden: Count = 80
    """Units before the labels."""
    named: Count = 64
    """Units of the convolution that tells facts, where a network tells any."""
    rate: InnerShare = 0.002
    """Highest learning rate."""
    dropout: InnerShare = 0.3
    """Share (0...1) of inputs that are taken away."""
    joined: Count = 2
    """How many utterances are put together from two, per four that are trained on."""
    seed: Seed = 11
    """Of errors, weights and batches."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """An utterance with a label for each of its characters."""

    text: str
    labels: NDArray[np.int8]
    """(characters,) number of the label."""
    part: NDArray[np.int16]
    """(characters,) number of the part; two of one label are told apart."""
    facts: NDArray[np.int8]
    """(characters,) number of the kind, -1 for none."""
    fact: NDArray[np.int16]
    """(characters,) number of the fact."""
    asked: Asked
    author: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """What a tagger is given of one utterance, and what it should say."""

    states: NDArray[np.float16]
    cues: NDArray[np.float32]
    labels: NDArray[np.int64]
    """(n,)"""
    facts: NDArray[np.int64]
    """(n,)"""
    begins: NDArray[np.float32]
    """(n,) 1 where a part begins; the first word's is left out of the training."""


def labelled(
    text: str,
    spans: Iterable[tuple[int, int, int]],
    facts: Iterable[Fact],
    asked: Asked,
    author: str,
    role: str = "",
) -> Labelled:
    """An utterance with its labels.

    Args:
        text: the utterance.
        spans: label, first character and the one behind the last of each part.
        facts: marked in it.
        asked: what it replies to.
        author: whose style it is.
        role: for which it was said.
    """
    labels = np.zeros(len(text), np.int8)
    part = np.zeros(len(text), np.int16)
    for number, (label, start, end) in enumerate(spans):
        labels[start:end] = label
        part[start:end] = number
    kinds = np.full(len(text), _NO_FACT, np.int8)
    which = np.full(len(text), -1, np.int16)
    for number, fact in enumerate(facts):
        kinds[fact.start : fact.end] = FACTS.index(fact.kind)
        which[fact.start : fact.end] = number
    return Labelled(text, labels, part, kinds, which, asked, author, role)


def bare(utterance: Labelled) -> Labelled:
    """In small letters and without marks, as some recognisers write."""
    kept = [
        i
        for i, c in enumerate(utterance.text)
        if c.isalnum() or c.isspace() or c in "'’+#%£$€" or _inside(utterance.text, i)
    ]
    return _kept(replace(utterance, text=utterance.text.lower()), kept)


def _inside(text: str, i: int) -> bool:
    return (
        0 < i < len(text) - 1
        and text[i] in "-./&"
        and text[i - 1].isalnum()
        and text[i + 1].isalnum()
    )


def _kept(utterance: Labelled, kept: Sequence[int]) -> Labelled:
    at = np.array(kept, np.int64)
    return replace(
        utterance,
        text="".join(utterance.text[i] for i in kept),
        labels=utterance.labels[at],
        part=utterance.part[at],
        facts=utterance.facts[at],
        fact=utterance.fact[at],
    )


def misheard(utterance: Labelled, rate: float, rng: random.Random) -> Labelled:
    """As it may be recognised, with a share of its words wrong."""
    spans = [match.span() for match in re.finditer(r"\S+", utterance.text)]
    heard = mishear([utterance.text[a:b] for a, b in spans], rate, rng)
    text: list[str] = []
    source: list[int] = []
    for (start, _), words in zip(spans, heard, strict=True):
        for word in words:
            text.append(word)
            source += [start] * (len(word) + 1)
    joined = " ".join(text)
    at = np.array(source[: len(joined)], np.int64)
    return replace(
        utterance,
        text=joined,
        labels=utterance.labels[at],
        part=utterance.part[at],
        facts=utterance.facts[at],
        fact=utterance.fact[at],
    )


def exchanged(utterance: Labelled, rng: random.Random) -> Labelled:
    """With other names in the place of those that it tells, so that few stand in one place only."""
    text: list[str] = []
    source: list[int] = []
    at = 0
    for start, end in _facts_in(utterance):
        kind = FACTS[int(utterance.facts[start])]
        if kind not in KNOWN or rng.random() < 0.2:
            continue
        said = utterance.text[start:end]
        name = rng.choice(known_names(kind))
        named = re.match(r"(?:an?|the|my|our|this) ", said.lower())
        if kind in ("role", "tool", "person") and bool(named) != bool(
            re.match(r"(?:an?|the|my) ", name)
        ):
            continue  # "the nurse" is not to become "the my boss"
        if kind == "role" and named:
            name = f"a {name}"
        if said[:1].isupper() or (said != said.lower() and kind in ("place", "organisation")):
            name = " ".join(w[:1].upper() + w[1:] for w in name.split())
        text += [utterance.text[at:start], name]
        source += [*range(at, start), *([start] * len(name))]
        at = end
    text.append(utterance.text[at:])
    source += range(at, len(utterance.text))
    place = np.array(source, np.int64)
    return replace(
        utterance,
        text="".join(text),
        labels=utterance.labels[place],
        part=utterance.part[place],
        facts=utterance.facts[place],
        fact=utterance.fact[place],
    )


def _facts_in(utterance: Labelled) -> list[tuple[int, int]]:
    """First character of each fact and the one behind its last."""
    inside = np.flatnonzero(utterance.fact >= 0)
    cuts = np.flatnonzero(np.diff(utterance.fact[inside])) + 1
    return [(int(run[0]), int(run[-1]) + 1) for run in np.split(inside, cuts) if len(run)]


def joined(first: Labelled, second: Labelled) -> Labelled:
    """Two utterances as one; parts of the same label that meet become one."""
    gap = 1
    same = first.labels[-1] == second.labels[0]
    shift = int(first.part[-1]) + (0 if same else 1)

    def both(a: NDArray[np.int8], fill: int, b: NDArray[np.int8]) -> NDArray[np.int8]:
        return np.concatenate([a, np.full(gap, fill, a.dtype), b.astype(a.dtype)])

    facts = int(first.fact.max(initial=-1)) + 1
    return replace(
        first,
        text=f"{first.text} {second.text}",
        labels=both(first.labels, int(first.labels[-1]), second.labels),
        part=np.concatenate([first.part, first.part[-1:], second.part + shift]),
        facts=both(first.facts, _NO_FACT, second.facts),
        fact=np.concatenate(
            [
                first.fact,
                np.array([-1], np.int16),
                np.where(second.fact < 0, -1, second.fact + facts),
            ]
        ).astype(np.int16),
    )


def example(embedder: Embedder, utterance: Labelled) -> Example | None:
    """What the network is given of an utterance; None where it holds no words."""
    words = words_of(utterance.text)
    if not words:
        return None
    states, cues = word_inputs(embedder, utterance.text, words, utterance.asked)
    return _example(utterance, words, states.astype(np.float16), cues)


def example_of_two(both: Labelled, first: Example, second: Example) -> Example:
    """The example of two utterances that were put together by :func:`joined`.

    What MiniLM tells of their words is taken from where they stood alone: to read every pair anew
    would take longer than the training.
    """
    words = words_of(both.text)
    states = np.concatenate([first.states, second.states])
    cues = np.concatenate([features(words, both.asked), name_features(words)], axis=1)
    return _example(both, words, states, cues)


def _example(
    utterance: Labelled,
    words: Sequence[UtteredWord],
    states: NDArray[np.float16],
    cues: NDArray[np.float32],
) -> Example:
    at = np.array([w.start for w in words])
    part, fact = utterance.part[at], utterance.fact[at]
    begins = np.ones(len(words), np.float32)
    begins[1:] = part[1:] != part[:-1]
    kinds = utterance.facts[at].astype(np.int64)
    first = np.ones(len(words), bool)
    first[1:] = fact[1:] != fact[:-1]
    facts = np.where(kinds < 0, 0, np.where(first, 1 + 2 * kinds, 2 + 2 * kinds))
    return Example(states, cues, utterance.labels[at].astype(np.int64), facts, begins)


def train_tagger(
    examples: Sequence[Example],
    labels: int,
    weights: NDArray[np.float32],
    settings: TaggerSettings,
    progress: Callable[[float], None],
    facts: bool = False,
) -> dict[str, NDArray[np.float32]]:
    """Trains a network.

    Args:
        examples: all that teach.
        labels: how many there are.
        weights: (labels,) what an error on a word of each costs.
        settings: how large, how long.
        progress: told the share that is done.
        facts: whether it is to tell facts, too, which the examples hold then.

    Returns:
        Its weights, as :class:`dialogue.understanding.tagger.Tagger` takes them.
    """
    import torch
    from torch.nn import functional as f

    torch.manual_seed(settings.seed)
    torch.set_num_threads(1)  # two that share a core wait for each other
    rng = random.Random(f"tagger:{settings.seed}")
    net = network(labels, settings, facts)
    optimiser = torch.optim.AdamW(net.parameters(), lr=settings.rate, weight_decay=0.02)
    steps = settings.epochs * (-(-len(examples) // settings.batch))
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, max_lr=settings.rate, total_steps=steps, pct_start=0.2
    )
    cost = torch.from_numpy(weights)
    order = list(range(len(examples)))
    done = 0
    for _ in range(settings.epochs):
        rng.shuffle(order)
        # utterances of like length together, so that little of a batch is padding
        order.sort(key=lambda i: len(examples[i].labels) + rng.uniform(0, 12))
        batches = [order[i : i + settings.batch] for i in range(0, len(order), settings.batch)]
        rng.shuffle(batches)
        for batch in batches:
            chosen = [examples[i] for i in batch]
            states, cues, mask, wanted, kinds, begins = _tensors(chosen)
            said = net(states, cues, mask)
            # a long utterance is not to count as much more than a short one
            share = mask / mask.sum(1, keepdim=True).clamp(min=1).sqrt()
            loss = f.cross_entropy(
                said[0].transpose(1, 2), wanted, weight=cost, reduction="none", label_smoothing=0.05
            )
            loss = (loss * share).sum() / share.sum()
            named = f.cross_entropy(said[1].transpose(1, 2), kinds, reduction="none")
            loss = loss + (1.0 if facts else 0.5) * (named * share).sum() / share.sum()
            inner = share.clone()
            inner[:, 0] = 0
            cut = f.binary_cross_entropy_with_logits(said[2], begins, reduction="none")
            loss = loss + (cut * inner).sum() / inner.sum().clamp(min=1e-6)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 2.0)
            optimiser.step()
            schedule.step()
            done += 1
            if done % 20 == 0:
                progress(done / steps)
    return {
        name: value.detach().numpy().astype(np.float32) for name, value in net.state_dict().items()
    }


def _tensors(chosen: Sequence[Example]) -> tuple[Any, ...]:
    """Of one batch: states, cues, which words there are, labels, facts, where parts begin."""
    import torch

    longest = max(len(e.labels) for e in chosen)
    size = len(chosen)
    states = np.zeros((size, longest, chosen[0].states.shape[1]), np.float32)
    cues = np.zeros((size, longest, WORD_CUES), np.float32)
    mask = np.zeros((size, longest), np.float32)
    wanted = np.zeros((size, longest), np.int64)
    facts = np.zeros((size, longest), np.int64)
    begins = np.zeros((size, longest), np.float32)
    for row, e in enumerate(chosen):
        n = len(e.labels)
        states[row, :n], cues[row, :n], mask[row, :n] = e.states, e.cues, 1
        wanted[row, :n], facts[row, :n], begins[row, :n] = e.labels, e.facts, e.begins
    return tuple(torch.from_numpy(a) for a in (states, cues, mask, wanted, facts, begins))


def network(labels: int, settings: TaggerSettings, facts: bool = False) -> Any:
    """The network of :class:`dialogue.understanding.tagger.Tagger`, to be trained."""
    import torch
    from torch import nn

    s = settings

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.states = nn.Linear(384 * len(LAYERS), s.meaning)
            self.near = nn.Conv1d(s.meaning + len(NAMES), s.near, 5, padding=2)
            self.wide = nn.Conv1d(s.near, s.wide, 5, padding=4, dilation=2)
            self.attend = nn.Linear(s.wide, 1)
            seen = s.wide + s.near + len(NAMES)
            self.hidden = nn.Linear(seen + 2 * s.wide, s.hidden)
            self.labels = nn.Linear(s.hidden, labels)
            if facts:
                self.named = nn.Conv1d(s.meaning + WORD_CUES, s.named, 5, padding=2)
            self.facts = nn.Linear(seen + facts * s.named, 1 + 2 * len(FACTS))
            self.begins = nn.Linear(s.hidden, 1)
            self.drop = nn.Dropout(s.dropout)

        def forward(self, states: Any, cues: Any, mask: Any) -> tuple[Any, Any, Any]:
            held = mask[..., None]
            names, cues = cues[..., len(NAMES) :], cues[..., : len(NAMES)]
            if self.training:  # phrases are not to be all that it goes by
                without = (torch.rand(len(cues), 1, 1) < 0.15).float()
                some = (torch.rand_like(cues) > 0.08).float()
                cues = cues * (1 - without) * some
            meaning = torch.relu(self.states(self.drop(states)))
            inputs = torch.cat([self.drop(meaning), cues], 2) * held
            near = torch.relu(self.near(inputs.transpose(1, 2)).transpose(1, 2)) * held
            wide = torch.relu(self.wide(self.drop(near).transpose(1, 2)).transpose(1, 2)) * held
            odds = self.attend(wide) + (held - 1) * 1e4
            weight = torch.softmax(odds, 1)
            highest = (wide + (held - 1) * 1e4).max(1).values
            whole = torch.cat([(weight * wide).sum(1), highest], 1)
            around = whole[:, None].expand(-1, wide.shape[1], -1)
            local = torch.cat([self.drop(wide), self.drop(near), cues], 2)
            hidden = torch.relu(self.hidden(torch.cat([local, self.drop(around)], 2)))
            telling = local
            if facts:
                if self.training:  # most names that strangers say are on no list
                    names = names * (torch.rand(len(names), 1, 1) > 0.4).float()
                named = torch.cat([inputs, names * held], 2).transpose(1, 2)
                named = torch.relu(self.named(named).transpose(1, 2)) * held
                telling = torch.cat([local, self.drop(named)], 2)
            return self.labels(hidden), self.facts(telling), self.begins(hidden)[..., 0]

    return Net()
