"""The picture of hair: a field of strands for the inner shell, and single locks."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from game.bake.body import Figure
from game.bake.cuts import Cut
from game.bake.source import Floats

SIZE = 1024
SHELL_U = (0.004, 0.496)
"""What of the picture's width the shell shows."""
LOCKS = 4
"""Locks lie beside each other in the picture's right half; the last is of few, loose hairs."""
_GREY = np.array([0.69, 0.69, 0.68])


def lock_u(kind: int) -> tuple[float, float]:
    """Left and right edge of one lock in the picture."""
    width = 0.5 / LOCKS
    return 0.5 + width * kind + 0.003, 0.5 + width * (kind + 1) - 0.003


def hair_picture(figure: Figure, cut: Cut) -> NDArray[np.uint8]:
    """Roots at the top (v = 1), tips at the bottom; alpha is how strongly a strand covers."""
    picture = np.zeros((SIZE, SIZE, 4), np.float32)
    half = SIZE // 2
    if cut.coils:
        picture[:, :half] = _coils(figure, half, SIZE, 1.0)
        picture[:, half:] = _coils(figure, half, SIZE, 0.0)
    else:
        picture[:, :half] = _field(figure, cut, half)
        width = half // LOCKS
        for kind in range(LOCKS):
            left = half + kind * width
            picture[:, left : left + width] = _lock(figure, cut, width, kind == LOCKS - 1)
    # alpha must stay where it is; colour under nothing takes the hair's own, for smaller levels
    return (np.clip(picture, 0, 1) * 255).astype(np.uint8)


def _tones(figure: Figure, count: int, spread: float) -> Floats:
    """(count, 3) colours of single hairs, some of them grey."""
    rng, who = figure.rng, figure.who
    # even black hair reflects a little
    base = 0.03 + 0.97 * np.array(who.hair)
    tone = np.exp(rng.normal(0, spread, count))[:, None]
    warm = rng.normal(0, 0.05, count)[:, None] * np.array([1.0, 0.1, -0.8])
    # hair that greys is darker where it has not yet
    colour = np.maximum(base * tone * (1 + warm) * (1 - 0.4 * who.grey), 0.015)
    grey = (rng.random(count) < who.grey)[:, None]
    return np.where(grey, colour * 0.25 + _GREY * 0.75 * (0.75 + 0.25 * tone), colour)


def _field(figure: Figure, cut: Cut, width: int) -> Floats:
    """(SIZE, width, 4) strands side by side, gathered in locks, dark between them."""
    rng = figure.rng
    hairs = _tones(figure, width, 0.22).astype(np.float32)
    rows = np.repeat(hairs[None], SIZE, axis=0)
    along = rng.standard_normal((9, width)).astype(np.float32)
    fine = cv2.resize(along, (width, SIZE), interpolation=cv2.INTER_CUBIC)
    lattice = rng.standard_normal((5, width // 20)).astype(np.float32)
    broad = cv2.resize(lattice, (width, SIZE), interpolation=cv2.INTER_CUBIC)
    tone = np.exp(0.13 * fine + 0.17 * broad)
    # strands wander a little, so that none runs straight down the picture
    drift = cv2.resize(
        rng.standard_normal((6, width // 60)).astype(np.float32),
        (width, SIZE),
        interpolation=cv2.INTER_CUBIC,
    )
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(SIZE, dtype=np.float32))
    colour = rows * tone[..., None]
    out = np.concatenate(
        [colour, np.clip(0.80 + 0.22 * fine + 0.14 * broad, 0.3, 1)[..., None]], axis=2
    )
    result = cv2.remap(out, x + drift * 7.0, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(result, np.float64)


def _lock(figure: Figure, cut: Cut, width: int, loose: bool) -> Floats:
    """(SIZE, width, 4) one lock: hairs that run together toward its tip."""
    rng = figure.rng
    count = 6 if loose else 130
    base = np.array(figure.who.hair) * (1 - figure.who.grey) + _GREY * 0.8 * figure.who.grey
    colour = np.empty((SIZE, width, 3), np.float32)
    colour[:] = base * 0.75
    alpha = np.zeros((SIZE, width), np.uint8)
    tones = _tones(figure, count, 0.24)
    t = np.linspace(0, 1, 14)
    middle = width * (0.5 + 0.10 * np.sin(t * rng.uniform(2, 4) + rng.uniform(0, 6)) * t)
    clumps = rng.uniform(-0.5, 0.5, 7)
    for i in range(count):
        at = rng.uniform(-0.5, 0.5) * (1.0 if loose else 0.96)
        clump = clumps[np.argmin(np.abs(clumps - at))]
        gather = (0.25 if loose else 0.40 if cut.wave else 0.65) * np.clip(
            (t - 0.3) / 0.7, 0, 1
        ) ** 1.4
        across = at + (clump * 0.62 - at) * gather
        sway = rng.normal(0, 0.012 if not loose else 0.05) * np.sin(t * rng.uniform(3, 9) + i)
        x = middle + width * (across * 0.90 + sway * t)
        short = rng.beta(5.0, 1.2) if not loose else rng.uniform(0.55, 1.0)
        first = rng.beta(1.0, 4.0) * 0.22 if not loose else rng.uniform(0, 0.3)
        y = SIZE * (first + (short - first) * t)
        line = np.column_stack([np.clip(x, 2, width - 3), y])
        points = np.round(line * 16).astype(np.int32)
        thick = 1 if loose else int(rng.choice([1, 2, 2, 3]))
        c = tuple(float(v) for v in tones[i] * (0.72 + 0.5 * i / count))
        cv2.polylines(colour, [points], False, c, thick, cv2.LINE_8, 4)
        cv2.polylines(alpha, [points], False, (255,), thick, cv2.LINE_AA, 4)
    if loose:
        alpha //= 8
    # ends thin out strand by strand
    v = np.linspace(0, 1, SIZE)[:, None]
    thin = 1 - 0.55 * np.clip((v - 0.70) / 0.30, 0, 1) - 0.5 * np.clip(1 - v / 0.08, 0, 1)
    shade = (0.86 + 0.20 * v)[..., None]
    return np.concatenate([colour * shade, (alpha / 255.0 * thin)[..., None]], axis=2)


def _coils(figure: Figure, width: int, height: int, cover: float) -> Floats:
    """(height, width, 4) tight coils as small arcs; dense, or with gaps between them."""
    rng, who = figure.rng, figure.who
    colour = np.empty((height, width, 3), np.float32)
    colour[:] = np.array(who.hair) * 0.6 * (1 - 0.5 * who.grey) + _GREY * 0.12 * who.grey
    alpha = np.full((height, width), 0.80 * cover, np.float32)
    count = 5200 if cover else 3000
    tones = _tones(figure, count, 0.30)
    for i in range(count):
        place = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        axes = (int(rng.integers(3, 7)), int(rng.integers(2, 5)))
        first = float(rng.uniform(0, 360))
        bright = 2.8 if i % 5 == 0 else 0.8  # a coil gleams where it turns to the light
        c = tuple(float(v) for v in tones[i] * bright)
        shape = (place, axes, float(rng.uniform(0, 180)), first, first + rng.uniform(120, 260))
        cv2.ellipse(colour, *shape, c, 1, cv2.LINE_AA)
        cv2.ellipse(alpha, *shape, (1.0,), 1 if cover else 2, cv2.LINE_AA)
    return np.concatenate([colour, alpha[..., None]], axis=2)
