"""Potted plants."""

from __future__ import annotations

import numpy as np

from game.rooms.modelling import Color, Model, Swatch, Vector, vector


def pot(
    model: Model, foot: Vector, radius: float, paint: Swatch, color: Color, slim: float = 0.72
) -> None:
    """Adds a flower pot with earth in it."""
    height = radius * 1.75
    profile = [(0.001, 0), (radius * slim, 0), (radius * (slim + 0.9) / 2, height * 0.5),
               (radius, height), (radius * 0.92, height * 1.01)]  # fmt: skip
    model.lathe(foot, profile, paint, color=color, segments=26, gloss=0.03, texel=0.03)
    earth = [(radius * 0.92, height * 1.01), (radius * 0.88, height * 0.9), (0.001, height * 0.9)]
    model.lathe(foot, earth, paint, color=(0.20, 0.15, 0.11), segments=20)


def leaves(
    model: Model,
    foot: Vector,
    count: int,
    reach: float,
    width: float,
    paint: Swatch,
    *,
    seed: int,
    droop: float = 0.7,
    rise: tuple[float, float] = (0.5, 1.3),
    color: Color = (0.30, 0.43, 0.24),
) -> None:
    """Adds leaves that arch outward from a foot; each a bent strip folded along its middle."""
    rng = np.random.default_rng(seed)
    t = np.linspace(0, 1, 7)
    across = np.array([-1.0, 0.0, 1.0])
    for number in range(count):
        angle = number * 2.39996 + rng.normal(0, 0.25)
        size = reach * rng.uniform(0.65, 1.1)
        lift = rng.uniform(*rise)
        out = np.array([np.cos(angle), np.sin(angle), 0.0])
        side = np.array([-np.sin(angle), np.cos(angle), 0.0])
        line = t[:, None] * out * size * 0.8
        line[:, 2] = size * (lift * t - droop * t**2)
        broad = (
            width * rng.uniform(0.8, 1.2) * np.sin(np.pi * np.clip(t * 0.95 + 0.05, 0, 1)) ** 0.8
        )
        places = line[:, None] + across[None, :, None] * broad[:, None, None] * side
        places[:, 1, 2] -= broad * 0.3
        along = np.gradient(line, axis=0)
        up = np.cross(along, side)
        up /= np.maximum(np.linalg.norm(up, axis=1, keepdims=True), 1e-9)
        up *= np.where(up[:, 2:] < 0, -1, 1)
        normals = up[:, None] + across[None, :, None] * 0.35 * side
        normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
        tint = vector(np.clip(np.asarray(color) * rng.normal(1.0, 0.13, 3), 0, 1))
        s, v = np.meshgrid((paint.left, (paint.left + paint.right) / 2, paint.right),
                           np.linspace(paint.bottom, paint.top, len(t)))  # fmt: skip
        model.grid(places + np.asarray(foot), normals, np.stack([s, v], -1), tint,
                   tone=paint.tone, gloss=0.03, texel=0.06)  # fmt: skip


def tree_plant(
    model: Model, foot: Vector, paint: Swatch, leaf: Swatch, height: float, seed: int,
    pot_color: Color, size: float = 1.0,
) -> None:  # fmt: skip
    """A room-high potted plant with several stems and broad leaves."""
    x, y, z = foot
    pot(model, foot, 0.17 * size, paint, pot_color)
    rng = np.random.default_rng(seed)
    start = z + 0.26 * size
    for number in range(4):
        dx, dy = rng.normal(0, 0.05, 2)
        tall = height * (1.0, 0.82, 0.68, 0.9)[number] - 0.26 * size
        bend = rng.normal(0, 0.10, 2)
        t = np.linspace(0, 1, 6)
        path = np.stack([x + dx + bend[0] * t**2, y + dy + bend[1] * t**2, start + tall * t], 1)
        model.tube(path, np.linspace(0.012, 0.006, 6).tolist(), paint, color=(0.36, 0.29, 0.20))
        for level in range(4):
            share = 0.45 + 0.18 * level
            at = path[0] + (path[-1] - path[0]) * share
            leaves(model, vector(at), 7, 0.30 * size, 0.055 * size, leaf,
                   seed=seed * 50 + number * 5 + level, droop=0.9, rise=(0.3, 1.0))  # fmt: skip
