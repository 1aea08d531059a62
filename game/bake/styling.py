"""Where locks go: over the shell, down the sides, out of the hairline, and astray."""

from __future__ import annotations

import numpy as np

from game.bake.cuts import Cut
from game.bake.flow import Flow
from game.bake.locks import Lock
from game.bake.source import Floats
from game.bake.strands import LOCKS


def surface_locks(flow: Flow, cut: Cut, rng: np.random.Generator) -> list[Lock]:
    """The locks that lie over the shell, lowest first."""
    result = []
    long = cut.falls
    # as many locks as there is length of strands to cover
    length = np.linalg.norm(np.diff(flow.points, axis=1), axis=2).sum(axis=1)
    grown = np.concatenate([[0], np.cumsum(length)]) / length.sum()
    order = (rng.permutation(cut.locks) + 0.5) / cut.locks
    order = np.interp(order, grown, np.linspace(0, 1, len(grown)))
    for i, even in enumerate(order):
        s = float(even) + rng.normal(0, 0.25) / cut.locks
        level = i / cut.locks
        rooted = rng.random() < (0.7 if long else 0.2)
        first = 0.0 if rooted else float(rng.uniform(0.0, 0.35 if long else 0.6))
        if long:
            last = 1.0 + float(rng.normal(0.0, 0.03 + 0.05 * (1 - cut.tidy)))
            cells = 10 if cut.wave == 0 else 12
            if cut.end is not None and cut.end > -0.2:
                cells = 8
        elif cut.bun:
            first = float(rng.uniform(0.04, 0.30))
            last = 1.0 if rng.random() < 0.6 else float(rng.uniform(0.75, 1.0))
            cells = 6
        else:
            last = min(1.0, first + float(rng.uniform(0.3, 0.6)))
            cells = 4
        top = 0.72 + cut.lock_rise * level + rng.normal(0, 0.05)
        stray = (1 - cut.tidy) * 0.05
        phase = rng.uniform(0, 6.3)
        result.append(
            Lock(
                *(s, float(rng.normal(0, stray)), first, last),
                _rise(cut, first, last, top),
                cut.lock_width * float(rng.uniform(0.75, 1.3)),
                float(
                    np.clip(rng.normal(0.84, 0.05 if cut.bun else 0.10) + 0.12 * level, 0.5, 1.0)
                ),
                int(rng.integers(0, LOCKS - 1)),
                cells,
                twist=float(rng.normal(0, 0.20)),
                wave=cut.wave * float(rng.uniform(0.1, 0.5)),
                phase=float(phase),
                flip=bool(rng.random() < 0.5),
                gathered=cut.bun > 0,
            )
        )
    return result


def _rise(cut: Cut, first: float, last: float, top: float) -> tuple[float, float, float]:
    """Height at both ends: what begins or ends among other hair comes up from under it."""
    if cut.bun:
        return (top if first < 0.12 else 0.45), top, (top if last == 1.0 else 0.40)
    return (0.9 * top if first == 0.0 else 0.42), top, top


def side_locks(crown: Flow, eye: Floats, cut: Cut, rng: np.random.Generator) -> list[Lock]:
    """Short locks that lie down the sides and the nape, to the hairline."""
    result = []
    end = crown.points[:, -1] - eye
    back = np.degrees(np.abs(np.arctan2(end[:, 0], -(end[:, 1] - 0.075)))) > 48
    sides = np.flatnonzero(back)
    for i in range(80):
        s = (float(rng.choice(sides)) + float(rng.random())) / len(end)
        first = float(rng.uniform(0.42, 0.80))
        last = min(1.0, first + float(rng.uniform(0.2, 0.35)))
        tone = float(np.clip(rng.normal(0.84, 0.09), 0.5, 1))
        result.append(
            Lock(
                *(s, float(rng.normal(0, 0.008)), first, last, (0.45, 0.85 + 0.002 * i, 0.9)),
                *(cut.lock_width * 0.9, tone, int(rng.integers(0, LOCKS - 1)), 2),
                twist=float(rng.normal(0, 0.15)),
            )
        )
    return result


def front_locks(flow: Flow, inside: Floats, cut: Cut, rng: np.random.Generator) -> list[Lock]:
    """Locks rooted in the front hairline: they rise from the skin into the hair.

    Args:
        flow: the top layer's field.
        inside: (S, T) metres above the hairline.
        cut: the haircut.
        rng: for irregularity.
    """
    strands, steps = inside.shape
    ahead = flow.out[..., 1] < 0.1
    rows, columns = np.nonzero((inside < 0.006) & (inside > -0.002) & ahead)
    early = columns < 0.62 * steps
    rows, columns = rows[early], columns[early]
    if not len(rows):
        return []
    result = []
    for i in rng.integers(0, len(rows), 36):
        first = columns[i] / (steps - 1)
        s = (rows[i] + float(rng.random())) / strands
        last = min(1.0, first + float(rng.uniform(0.25, 0.5)))
        result.append(
            Lock(
                *(s, float(rng.normal(0, 0.012)), float(first), last),
                *((0.0, 1.0 + 0.2 * float(rng.random()), 1.05), cut.lock_width * 0.9),
                float(rng.uniform(0.8, 1.0)),
                int(rng.integers(0, LOCKS)),
                4,
                twist=float(rng.normal(0, 0.25)),
            )
        )
    return result


def loose_locks(flow: Flow, cut: Cut, rng: np.random.Generator) -> list[Lock]:
    """Single hairs that stand off: at the rim of the face, over the crown, along the hairline."""
    result = []
    for _ in range(0 if cut.bun else 10):
        s, first = float(rng.uniform(0, 1)), float(rng.uniform(0.0, 0.6))
        last = min(1.0, first + float(rng.uniform(0.2, 0.35)))
        away = 0.95 + 0.25 * float(rng.random())
        result.append(
            Lock(
                *(s, float(rng.normal(0, 0.03)), first, last, (1.0, away, away)),
                *(cut.lock_width * 1.5, 0.9, LOCKS - 1, 4),
                twist=float(rng.normal(0, 0.5)),
                lift=float(rng.uniform(0.0, 0.003)),
            )
        )
    if cut.falls:
        for side in (0.0, 1.0):
            for i in range(12):
                s = abs(side - float(rng.uniform(0.0, 0.030)))
                result.append(
                    Lock(
                        *(s, 0.0, float(rng.uniform(0, 0.15)), float(rng.uniform(0.55, 1.02))),
                        *((0.5 + 0.045 * i, 0.75 + 0.045 * i, 0.8), cut.lock_width * 0.8, 0.86),
                        *(i % (LOCKS - 1) if i % 3 else LOCKS - 1, 10 if cut.wave else 8),
                        twist=float(rng.normal(0.0, 0.25)),
                        wave=cut.wave * 0.3,
                        phase=side * 25,
                    )
                )
    return result
