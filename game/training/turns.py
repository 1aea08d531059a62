"""Trains the models of the end of a turn and writes them to ``assets/models/turns.npz``.

    python3 run.py models train turns

reads the answers of real interviews (``RECRUITER_TEST_DATA``), speaks them as timelines with
drawn pauses and melody, and has the same code follow them that follows a candidate. A quarter of
the people take no part in it: ``bench hearing`` judges the model on them. Of the people's words
the model keeps how often common ones stand at ends, nothing that could be read. What Smart Turn's
word is worth is measured on recordings, where both are here (:mod:`game.training.real_pauses`).
"""

from __future__ import annotations

import collections
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from dialogue.turntaking.completeness import Completeness, SentenceEnds, Vocabulary, words_of
from dialogue.turntaking.end_of_turn import (
    GROUPS,
    MODEL,
    NAMES,
    OPTIONAL,
    silence_inputs,
)
from dialogue.turntaking.speechflow import SpeechFlow
from game.synthetic.interviews import RealAnswer, read_answers
from game.synthetic.timeline_types import AnswerTimeline
from game.synthetic.timelines import TimelineSettings, draw_speaker, speak, states
from game.training.real_pauses import smart_turn_worth
from game.training.sentences_pocketsphinx import sentence_ends
from game.training.train import open_folder, write_model
from perception.settings import Count, InnerShare, Seed, at_least, between, checked

Progress = Callable[[float, str], None]

COMMON_PEOPLE = 12
"""How many of the people must have used a word for it to count as itself: names and subjects of
single interviews stay out."""

FOLDS = 4
"""The words of a quarter of those who teach are judged by a model of the others' words, so that
the model above it learns how far words can be trusted with strangers."""


@checked
@dataclass(frozen=True, slots=True)
class TurnTrainingSettings:
    """How the models are trained."""

    people: Annotated[int, at_least(2 * COMMON_PEOPLE)] | None = None
    """How many people teach, the first; all by default."""
    draws: Count = 2
    """How often each answer is spoken."""
    frequent: Count = 1000
    """Common words whose chance to end a sentence is taken from the recogniser's model."""
    rank: Count = 12
    """Factors of what two words do together there."""
    text_epochs: Count = 6
    """Passes over all words."""
    epochs: Count = 10
    """Passes over all pauses."""
    hidden: Count = 8
    """Units of the hidden layer for each group of inputs."""
    unknown: Annotated[float, between(0, 0.9)] = 0.15
    """Share (0...1) of moments at which a group of inputs is taken away."""
    aim: InnerShare = 0.025
    """Share (0...1) of pauses inside answers in which the floor may be taken; sets the threshold
    that is printed."""
    seed: Seed = 5
    """Of timelines, weights and batches."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """Moments inside pauses and after answers; m in all."""

    inputs: NDArray[np.float32]
    """(m, n) what the model is given: see ``endofturn.NAMES``."""
    over: NDArray[np.bool_]
    """(m,) whether the answer was over."""
    pause: NDArray[np.int64]
    """(m,) number of the pause; moments of one pause follow each other in time."""
    silence_s: NDArray[np.float32]
    """(m,) how long the silence had lasted."""


def taught(person: str) -> bool:
    """Whether a person's answers teach; those of every fourth are kept for judging."""
    number = int("".join(c for c in person if c.isdigit()) or 0)
    return number % 4 != 3


def train_turns(
    data_dir: Path, settings: TurnTrainingSettings, out: Path | None, progress: Progress
) -> dict[str, Any]:
    """Trains and writes the models.

    Args:
        data_dir: folder of the real recordings, with the transcripts.
        settings: how much, how long.
        out: folder; ``assets/models`` by default.
        progress: told the share done and what is being done.

    Returns:
        Figures on those who taught, for choosing the threshold; ``bench hearing`` tells those of
        others.

    Raises:
        InputError: there are no transcripts.
        StorageError: the folder cannot be written.
    """
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(settings.seed)
    folder = out or MODEL.parent
    open_folder(folder)
    answers = [answer for answer in read_answers(data_dir) if taught(answer.person)]
    people = sorted({answer.person for answer in answers})[: settings.people]
    answers = [answer for answer in answers if answer.person in people]
    vocabulary = Vocabulary(common_words(answers))
    ends = SentenceEnds(*sentence_ends(settings.frequent, settings.rank))
    fold = {person: i % FOLDS for i, person in enumerate(people)}
    parts: list[Pauses] = []
    for number in range(FOLDS):
        progress(0.8 * number / FOLDS, "words and pauses")
        others = [a for a in answers if fold[a.person] != number]
        words = train_words(others, ends, vocabulary, settings)
        theirs = [a for a in answers if fold[a.person] == number]
        for draw in range(settings.draws):
            seed = 1000 * settings.seed + 10 * draw + number
            parts.append(follow(theirs, Completeness(ends, vocabulary, *words).assess, seed))
    progress(0.8, "words")
    weights, bias = train_words(answers, ends, vocabulary, settings)
    pauses = joined(parts)
    progress(0.85, "ends of turns")
    layers = train_layers(pauses, settings)
    figures = judged(pauses, layers, settings.aim) | {"people": len(people)}
    smart_turn, pauses_judged = smart_turn_worth(data_dir)
    about = {
        "made_by": "python3 run.py models train turns",
        "inputs": NAMES,
        "vocabulary": vocabulary.words,
        "frequent": ends.words,
        "figures": figures,
        "smart_turn_pauses": pauses_judged,
    }
    small = layers | {"smart_turn": smart_turn}
    arrays = small | {"text": np.vstack([weights, bias[None]]), "ends": ends.table}
    write_model(folder / MODEL.name, arrays, about, whole=small)
    progress(1.0, "done")
    return figures


def common_words(answers: Sequence[RealAnswer]) -> list[str]:
    """Words that many people used, in alphabetical order."""
    users: dict[str, set[str]] = collections.defaultdict(set)
    for answer in answers:
        for said in answer.words:
            for word in words_of(said.text):
                users[word].add(answer.person)
    return sorted(word for word, who in users.items() if len(who) >= COMMON_PEOPLE)


def train_words(
    answers: Sequence[RealAnswer],
    ends: SentenceEnds,
    vocabulary: Vocabulary,
    settings: TurnTrainingSettings,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weights and bias of the model of words: ends of sentences, and of answers among those.

    Some words are left out or exchanged while it learns, as recognisers do.
    """
    import torch
    from torch import nn

    rows, told_by_ends, labels = _word_rows(answers, ends, vocabulary, settings.seed)
    sentence, answer_end, weight = labels.T
    table = nn.EmbeddingBag(vocabulary.size, 2, mode="sum")
    nn.init.zeros_(table.weight)
    bias = nn.Parameter(torch.tensor([-1.5, -2.0]))
    slope = nn.Parameter(torch.tensor([1.0, 0.0]))
    optimiser = torch.optim.Adam([table.weight, bias, slope], lr=0.02)
    loss_of = nn.BCEWithLogitsLoss(reduction="none")
    generator = torch.Generator().manual_seed(settings.seed)
    for epoch in range(settings.text_epochs):
        for group in optimiser.param_groups:
            group["lr"] = 0.02 * 0.6**epoch
        for batch in torch.randperm(len(rows), generator=generator).split(512):
            own = [rows[i] for i in batch.tolist()]
            features = torch.tensor([feature for row in own for feature in row])
            starts = torch.tensor(np.cumsum([0, *map(len, own[:-1])]))
            told = table(features, starts) + bias + slope * told_by_ends[batch][:, None]
            first = loss_of(told[:, 0], sentence[batch]) * weight[batch]
            # only where a sentence ends is it a question whether the answer does
            second = loss_of(told[:, 1], answer_end[batch]) * sentence[batch]
            large = table.weight[features].square().mean()
            loss = first.mean() + second.mean() + 0.1 * large
            optimiser.zero_grad()
            loss.backward()
            table.weight.grad[vocabulary.at_end :, 0] = 0.0  # type: ignore[index]
            optimiser.step()
    weights = torch.vstack([table.weight, slope]).detach().numpy()
    return weights, bias.detach().numpy()


def _word_rows(
    answers: Sequence[RealAnswer], ends: SentenceEnds, vocabulary: Vocabulary, seed: int
) -> tuple[list[list[int]], Any, Any]:
    """After every word: features, what ``ends`` tells, and the truth.

    The truth is whether a sentence ends there, whether the answer does, and the weight.
    """
    import torch

    rng = np.random.default_rng(seed)
    rows: list[list[int]] = []
    told: list[float] = []
    labels: list[tuple[float, float, float]] = []
    for answer in answers:
        heard: list[str] = []
        for i, said in enumerate(answer.words):
            draw = rng.random()
            # a tenth is heard wrong; fillers are often not heard at all
            if not (draw < 0.03 or (said.filler and draw < 0.4)):
                wrong = draw > 0.93
                heard += [str(rng.choice(vocabulary.words))] if wrong else words_of(said.text)
            ended = said.after in (".", "|")
            # the transcripts' commas stand between whole sentences, too
            sure = 0.3 if said.after == "," else 1.0
            rows.append(vocabulary.features(heard))
            told.append(ends.log_probability(heard))
            labels.append((float(ended), float(i == len(answer.words) - 1), sure))
    return rows, torch.tensor(told), torch.tensor(labels)


def timelines_of(
    answers: Sequence[RealAnswer], settings: TimelineSettings, seed: int
) -> Iterator[tuple[list[AnswerTimeline], np.random.Generator]]:
    """Each person's answers as spoken, with the generator that goes on with what is heard."""
    by_person: dict[str, list[RealAnswer]] = {}
    for answer in answers:
        by_person.setdefault(answer.person, []).append(answer)
    for i, own in enumerate(by_person.values()):
        rng = np.random.default_rng([seed, i])
        speaker = draw_speaker(rng, settings)
        yield [speak(answer, speaker, rng, settings) for answer in own], rng


def follow(
    answers: Sequence[RealAnswer], tell: Callable[[str], Any], seed: int, every: int = 2
) -> Pauses:
    """Has the dialogue's own code follow timelines of these answers.

    Args:
        answers: of any number of people.
        tell: the model of words.
        seed: of the timelines.
        every: how many ticks of 32 ms apart moments are taken.
    """
    inputs: list[NDArray[np.float64]] = []
    over: list[bool] = []
    pause: list[int] = []
    silence: list[float] = []
    number = 0
    # some speakers think longer than those whom the aim speaks of; they teach, too
    for spoken, rng in timelines_of(answers, TimelineSettings(slow_share=0.15), seed):
        flow = SpeechFlow(tell)
        ends: dict[int, float] = {}
        current, last_sound = -1, 0.0
        for tick, (index, begun_s, state) in enumerate(states(spoken, rng)):
            if index != current:
                current = index
                flow.begin(begun_s, spoken[index].expected_s)
                ends[index] = begun_s + spoken[index].end_s
            flow.step(state)
            silent_s = flow.pause_s(state.t_s)
            if not flow.heard or silent_s < 0.2 or tick % every:
                continue
            if abs((flow.last_sound_s or 0.0) - last_sound) > 0.15:
                number += 1
            last_sound = flow.last_sound_s or 0.0
            cues = flow.cues(state)
            at = np.array([silent_s])
            inputs.append(np.concatenate([silence_inputs(at, flow.own)[0], cues.inputs()]))
            over.append(last_sound >= ends[index] - 0.3)
            pause.append(number)
            silence.append(silent_s)
        number += 1
    return Pauses(
        np.array(inputs, np.float32),
        np.array(over),
        np.array(pause),
        np.array(silence, np.float32),
    )


def joined(parts: Sequence[Pauses]) -> Pauses:
    """All moments of several runs."""
    offsets = np.cumsum([0, *(int(part.pause.max()) + 1 for part in parts[:-1])])
    return Pauses(
        np.concatenate([part.inputs for part in parts]),
        np.concatenate([part.over for part in parts]),
        np.concatenate([p.pause + o for p, o in zip(parts, offsets, strict=True)]),
        np.concatenate([part.silence_s for part in parts]),
    )


def train_layers(pauses: Pauses, settings: TurnTrainingSettings) -> dict[str, NDArray[Any]]:
    """Weights of the model of the end of a turn."""
    import torch
    from torch import nn

    mean, spread = pauses.inputs.mean(axis=0), pauses.inputs.std(axis=0) + 1e-3
    inputs, over = torch.from_numpy(pauses.inputs), torch.from_numpy(pauses.over).float()
    # past the longest pauses there is little to learn, yet the silence after answers is long
    weight = torch.from_numpy(np.where(pauses.silence_s > 2.6, 0.2, 1.0)).float()
    mask = _joined_inputs(settings.hidden)
    first, second = nn.Linear(mask.shape[1], mask.shape[0]), nn.Linear(mask.shape[0], 1)
    optional = [_columns(group) for group in OPTIONAL]
    centre, scale = torch.from_numpy(mean), torch.from_numpy(spread)
    steps = settings.epochs * (len(inputs) // 1024 + 1)
    optimiser = torch.optim.AdamW([*first.parameters(), *second.parameters()], weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 0.01, total_steps=steps)
    loss_of = nn.BCEWithLogitsLoss(reduction="none")
    generator = torch.Generator().manual_seed(settings.seed)
    for _ in range(settings.epochs):
        for batch in torch.randperm(len(inputs), generator=generator).split(1024):
            given = inputs[batch].clone()
            for columns in optional:
                lost = torch.rand(len(batch), generator=generator) < settings.unknown
                given[:, columns] *= (~lost).float()[:, None]
            weights = first.weight * mask
            hidden = nn.functional.linear((given - centre) / scale, weights, first.bias)
            told = second(torch.tanh(hidden))[:, 0]
            loss = (loss_of(told, over[batch]) * weight[batch]).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    with torch.no_grad():
        # the scaling of inputs is folded in, so that unknown ones stay plain zeros
        w0 = (first.weight * mask).numpy().T / spread[:, None]
        return {
            "w0": w0,
            "b0": first.bias.numpy() - mean @ w0,
            "w1": second.weight.numpy()[0],
            "b1": second.bias.numpy(),
        }


def _joined_inputs(hidden: int) -> Any:
    """(units, inputs) 1 where a unit of the hidden layer sees an input.

    Signs add up, as Gravano & Hirschberg (2011) found: each unit sees one group, with the silence
    beside it. Words are seen with the amount said, which makes a closing sentence likelier.
    """
    import torch

    seen = {
        "amount": ("silence", "amount"),
        "pitch": ("silence", "pitch"),
        "loudness": ("silence", "loudness"),
        "words": ("silence", "amount", "words"),
    }
    mask = torch.zeros(len(seen) * hidden, len(NAMES))
    for i, groups in enumerate(seen.values()):
        for group in groups:
            mask[i * hidden : (i + 1) * hidden, _columns(group)] = 1.0
    return mask


def judged(pauses: Pauses, layers: dict[str, NDArray[Any]], aim: float) -> dict[str, Any]:
    """Threshold at which no more than ``aim`` of the pauses are cut in on, and what it costs."""
    told = np.tanh(pauses.inputs @ layers["w0"] + layers["b0"]) @ layers["w1"] + layers["b1"]
    starts = np.flatnonzero(np.diff(pauses.pause, prepend=-1))
    over = pauses.over[starts]
    highest = np.maximum.reduceat(np.where(pauses.over, -np.inf, told), starts)[~over]
    needed = float(np.quantile(highest, 1.0 - aim))
    late = np.where(pauses.over & (told >= needed), pauses.silence_s, np.inf)
    delays = np.minimum.reduceat(late, starts)[over]
    return {
        "pauses": int((~over).sum()),
        "answers": int(over.sum()),
        "cut_in_share": aim,
        "needed": 1.0 / (1.0 + math.exp(-needed)),
        "delay_s": [float(np.quantile(delays, q)) for q in (0.5, 0.95)],
    }


def _columns(group: str) -> list[int]:
    return [NAMES.index(name) for name in GROUPS[group]]
