"""Trains the network of :mod:`perception.voice.fillers` and writes it to ``assets/models``.

    python3 run.py models train fillers

makes speech with filled pauses in it (flite speaks; some minutes on one core), trains (half a
minute) and prints what the network is worth on people that it never heard.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from game.training.fillerscenes import Person, people, readers, scene
from game.training.train import open_folder, write_model
from perception.errors import InputError
from perception.models.modelfile import MODELS
from perception.settings import Count, Seed, checked, in_order
from perception.voice.fillers import SURE_ENOUGH
from perception.voice.frames import FRAME_S, voice_frames
from perception.voice.sustained_sounds import FEATURES, candidates, describe, usual

Progress = Callable[[float, str], None]

_SAME = 0.5
"""Overlap over union from which a held sound is the filled pause; below 0.35 it is another."""
_OTHER = 0.35
_TREMBLE = 0.15
"""Noise of the inputs in training, against learning by heart."""


@checked
@dataclass(frozen=True, slots=True)
class FillerTraining:
    """How the network is trained."""

    talkers: Count = 48
    """People whom flite speaks for."""
    held_out: Count = 8
    """Of those, the last; kept for judging."""
    scenes: Count = 1400
    """Lines with something put into their gaps."""
    hidden: Count = 12
    """Units of each of the networks that are averaged."""
    networks: Count = 3
    epochs: Count = 60
    """Passes over all held sounds."""
    seed: Seed = 7
    """Of scenes, weights and batches."""

    def __post_init__(self) -> None:
        in_order(self, "held_out < talkers")


@dataclass(frozen=True, slots=True)
class _Material:
    described: NDArray[np.float32]
    """(n, 24)."""
    filler: NDArray[np.float32]
    """(n,) 1 for a filled pause."""
    closed: NDArray[np.float32]
    """(n,) 1 for an "um", 0 for an "uh", NaN where it is neither."""
    judging: NDArray[np.bool_]
    """(n,) whether the person is kept for judging."""


def train_fillers(
    settings: FillerTraining, recordings: Path | None, out: Path | None, progress: Progress
) -> dict[str, Any]:
    """Trains and writes the network.

    Args:
        settings: on how much, how long.
        recordings: folder of real recordings, of which some readers serve as carriers; None
            without.
        out: folder; ``assets/models`` by default.
        progress: told the share done and what is being done.

    Returns:
        Figures on the people kept for judging.

    Raises:
        InputError: so few lines that there is nothing to learn from.
        ModelError: flite is not installed.
        StorageError: the folder cannot be written.
    """
    import torch

    torch.manual_seed(settings.seed)
    torch.set_num_threads(1)
    folder = out or MODELS
    open_folder(folder)
    progress(0.0, "voices")
    everybody = people(settings.talkers, recordings)
    material = _gather(settings, everybody, lambda s: progress(0.1 + 0.7 * s, "speech"))
    nets = []
    for number in range(settings.networks):
        nets.append(_fit(settings, material))
        progress(0.8 + 0.2 * (number + 1) / settings.networks, "network")
    weights = _joined(nets)
    figures = _judged(weights, material) | {
        "talkers": settings.talkers,
        "readers": len(readers(recordings)),
        "held_sounds": len(material.filler),
    }
    about = {"made_by": "python3 run.py models train fillers", "features": list(FEATURES)}
    write_model(folder / "fillers.npz", weights, about | {"figures": figures})
    return figures


def _gather(
    settings: FillerTraining, everybody: Sequence[Person], progress: Callable[[float], None]
) -> _Material:
    rng = np.random.default_rng(settings.seed)
    # A reader has one line, but a real voice and room: drawn as often as some talkers together.
    weight = np.array([1.0 if person.drawn_out else 4.0 for person in everybody])
    rows, fillers, closed, judging = [], [], [], []
    for number in range(settings.scenes):
        who = int(rng.choice(len(everybody), p=weight / weight.sum()))
        made = scene(rng, everybody[who])
        frames = voice_frames(made.samples, made.rate_hz)
        speaker = usual(frames)
        if speaker is None:
            continue
        for held in candidates(frames, speaker):
            shares = [_overlap(held.begin, held.end, f.start_s, f.end_s) for f in made.fillers]
            best = int(np.argmax(shares)) if shares else -1
            share = shares[best] if shares else 0.0
            if _OTHER <= share < _SAME:
                continue
            rows.append(describe(frames, speaker, held))
            fillers.append(float(share >= _SAME))
            closed.append(float(made.fillers[best].closed) if share >= _SAME else np.nan)
            judging.append(who >= len(everybody) - settings.held_out)
        progress((number + 1) / settings.scenes)
    if not any(fillers) or all(judging):
        raise InputError(
            f"models train fillers: {settings.scenes} lines are too few; use more --sittings"
        )
    return _Material(
        np.stack(rows),
        np.array(fillers, np.float32),
        np.array(closed, np.float32),
        np.array(judging),
    )


def _overlap(begin: int, end: int, start_s: float, end_s: float) -> float:
    """Intersection over union of frames and seconds."""
    b, e = begin * FRAME_S, end * FRAME_S
    return max(0.0, min(e, end_s) - max(b, start_s)) / (max(e, end_s) - min(b, start_s))


def _fit(settings: FillerTraining, material: _Material) -> Any:
    import torch
    from torch import nn

    net = nn.Sequential(
        nn.Linear(len(FEATURES), settings.hidden), nn.Tanh(), nn.Dropout(0.1),
        nn.Linear(settings.hidden, 2),
    )  # fmt: skip
    own = ~material.judging
    given = torch.from_numpy(material.described[own])
    filler = torch.from_numpy(material.filler[own])
    closed = torch.from_numpy(material.closed[own])
    optimiser = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=1e-2)
    cross_entropy = nn.functional.binary_cross_entropy_with_logits
    for _ in range(settings.epochs):
        for rows in torch.randperm(len(given)).split(64):
            told = net(given[rows] + _TREMBLE * torch.randn(len(rows), len(FEATURES)))
            loss = cross_entropy(told[:, 0], filler[rows])
            some = torch.isfinite(closed[rows])
            if some.any():
                loss = loss + 0.3 * cross_entropy(told[some, 1], closed[rows][some])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return net.eval()


def _joined(nets: Sequence[Any]) -> dict[str, NDArray[np.float32]]:
    """The networks side by side as one, whose answer is their mean."""
    inner = [net[0] for net in nets]
    outer = [net[3] for net in nets]
    return {
        "w0": np.concatenate([layer.weight.detach().numpy() for layer in inner]),
        "b0": np.concatenate([layer.bias.detach().numpy() for layer in inner]),
        "w1": np.concatenate([layer.weight.detach().numpy() for layer in outer], 1) / len(nets),
        "b1": np.mean([layer.bias.detach().numpy() for layer in outer], axis=0),
    }


def _judged(weights: dict[str, NDArray[np.float32]], material: _Material) -> dict[str, float]:
    mine = material.judging
    hidden = np.tanh(material.described[mine] @ weights["w0"].T + weights["b0"])
    chances = 1 / (1 + np.exp(-(hidden @ weights["w1"].T + weights["b1"])))
    said, true = chances[:, 0] >= SURE_ENOUGH, material.filler[mine] > 0.5
    both = float((said & true).sum())
    fillers = np.isfinite(material.closed[mine])
    kinds = (chances[fillers, 1] >= 0.5) == (material.closed[mine][fillers] > 0.5)
    return {
        "precision": both / max(1.0, float(said.sum())),
        "recall": both / max(1.0, float(true.sum())),
        "kind": float(kinds.mean()) if fillers.any() else 0.0,
    }
