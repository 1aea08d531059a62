"""Brows and beards, hair by hair."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from game.bake.headchart import SIZE, FaceMap, Field
from game.bake.mesh import noise
from game.bake.source import Floats

_FINER = 2
"""Hairs are drawn at this multiple of the texture's size: they are thinner than a texel."""


def brows(face: FaceMap, skin: Field) -> Field:
    """Paints both brows in place; returns where they are, 0–1.

    Roots stand up at the inner end, lie along the arch further out, and from above and below
    lean together; each hair tapers, and hairs differ in shade.
    """
    who, rng = face.figure.who, face.figure.rng
    thick = 0.0052 + 0.0052 * who.brow_weight * (1.15 - 0.35 * who.sex)
    dark = np.zeros((SIZE * _FINER, SIZE * _FINER), np.float32)
    for side in (-1.0, 1.0):
        count = int(420 + 360 * who.brow_weight)
        t = np.sort(rng.beta(1.15, 1.2, count))
        across = rng.triangular(-0.5, -0.05, 0.5, count)
        body = thick * np.clip(1.12 - 0.90 * t**1.7, 0.10, 1) * np.clip(0.60 + t * 3.5, 0, 1)
        x0 = face.ipd * (0.34 + t * 1.42)
        z0 = brow_height(t, who.sex, who.brow_arch) + who.brow_lift + across * body
        z0 = z0 + rng.normal(0, 0.00035, count)
        way = 0.95 * np.clip(1 - t / 0.34, 0, 1) ** 1.2 + 0.20 - across * 1.1 * (1 - 0.4 * t)
        way -= (0.50 + 0.5 * who.brow_arch) * np.clip((t - 0.52) / 0.48, 0, 1)
        way += rng.normal(0, 0.16, count)
        length = rng.uniform(0.0048, 0.0088, count) * (1 - 0.35 * t) * np.clip(0.55 + 2 * t, 0, 1)
        bend = way - 0.35 * np.sign(way + 0.2)
        middle = (x0 + np.cos(way) * length * 0.5, z0 + np.sin(way) * length * 0.5)
        tip = (
            middle[0] + np.cos(bend) * length * 0.5,
            middle[1] + np.sin(bend) * length * 0.45,
        )
        strength = rng.uniform(0.35, 0.95, count) * np.clip(0.30 + t * 3.2, 0, 1)
        strength *= np.clip(1.35 - 0.55 * t, 0, 1)
        points = [face.pixels(side * px, pz) for px, pz in ((x0, z0), middle, tip)]
        _strokes(dark, points, strength, (1.0, 0.55))
    hairs = cv2.resize(dark, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    ground = cv2.GaussianBlur(hairs, (0, 0), 5.0) * (0.75 + 0.35 * who.brow_weight)
    alpha = np.clip(1 - (1 - np.clip(hairs * 1.25, 0, 1)) * (1 - np.clip(ground, 0, 1)), 0, 0.94)
    color = np.array(who.brow, np.float32)
    skin += (color - skin) * alpha[..., None]
    return np.asarray(alpha, np.float32)


def brow_height(t: Floats, sex: float, arch: float) -> Floats:
    """Height of the brow's middle over the eyes' middle, metres.

    Args:
        t: (n,) along the brow, 0 at the nose, 1 at the temple.
        sex: 0 man … 1 woman, whose brows stand higher over the rim.
        arch: 0 straight … 1 high.
    """
    rise = 0.0028 + 0.0046 * arch
    peak = 0.62 + 0.06 * sex
    up = np.sin(np.clip(t / peak, 0, 1) * np.pi / 2)
    down = np.clip((t - peak) / (1 - peak), 0, 1) ** 1.35
    return 0.0126 + 0.0010 * sex + rise * up - down * (rise - 0.0006)


def beard(face: FaceMap, skin: Field) -> Field:
    """Paints shaved or trimmed beard in place; returns how much of it covers, 0–1."""
    who, rng = face.figure.who, face.figure.rng
    if who.stubble <= 0 and who.beard <= 0:
        return np.zeros((SIZE, SIZE), np.float32)
    area = beard_area(face)
    grain = np.clip(0.55 + noise(SIZE, 2, rng).astype(np.float32) * 0.9, 0, 1.5)
    hair = np.array(who.brow, np.float32) * 0.9
    shadow = area * np.float32(who.stubble) * grain
    cool = np.array([0.36, 0.31, 0.25], np.float32)
    skin *= 1 - shadow[..., None] * cool
    if who.beard <= 0:
        return np.asarray(shadow * 0.4, np.float32)
    grown = np.clip(area * 1.15 - 0.12, 0, 1)
    dark = np.zeros((SIZE * _FINER, SIZE * _FINER), np.float32)
    rows, columns = np.nonzero(grown > 0.05)
    count = int(0.16 * len(rows))
    chosen = rng.choice(len(rows), count, p=grown[rows, columns] / grown[rows, columns].sum())
    root = np.column_stack([columns, rows])[chosen] + rng.uniform(-0.5, 0.5, (count, 2))
    outward = np.sign(root[:, 0] - SIZE / 2) * np.clip(np.abs(root[:, 0] / SIZE - 0.5) * 2, 0, 0.7)
    angle = np.pi / 2 - outward * 0.8 + rng.normal(0, 0.55, count)
    length = rng.uniform(2.0, 5.0, count)[:, None]
    step = np.column_stack([np.cos(angle), np.sin(angle)]) * length
    curl = step + rng.normal(0, 1.0, step.shape)
    _strokes(dark, [root, root + step * 0.5, root + curl], rng.uniform(0.4, 1, count), (1.0, 0.8))
    hairs = cv2.resize(dark, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    ground = cv2.GaussianBlur(grown, (0, 0), 2.0) * (0.62 + 0.2 * noise(SIZE, 5, rng))
    alpha = 1 - (1 - np.clip(hairs, 0, 1)) * (1 - np.clip(ground, 0, 1))
    alpha = np.clip(alpha * who.beard * np.clip(grown * 3, 0, 1), 0, 0.93).astype(np.float32)
    skin += (hair - skin) * alpha[..., None]
    return np.asarray(alpha, np.float32)


def beard_area(face: FaceMap) -> Field:
    """Where a man's beard grows, 0–1: lip, chin, jaw and up to the ears, less under the lip."""
    x, y, z, mouth = np.abs(face.x), face.y, face.z, face.mouth_z
    wing = float(face.nose[2])
    ragged = 0.0016 * noise(SIZE, 6, face.figure.rng).astype(np.float32)
    # the cheek's line falls from the ear to the mouth's corner
    line = mouth + 0.006 + 0.60 * np.clip(y - 0.004, 0, 0.08) + ragged
    jaw: NDArray = np.clip((line + 0.004 - z) / 0.014, 0, 1) * np.clip(
        (z - mouth + 0.080) / 0.022, 0, 1
    )
    jaw *= np.clip((0.086 - y) / 0.012, 0, 1)
    # before the ear it runs on, thinner, into the hair of the head
    burns = np.clip((y - 0.058 - ragged) / 0.010, 0, 1) * np.clip((0.086 - y) / 0.010, 0, 1)
    burns = burns * np.clip((z - mouth) / 0.02, 0, 1) * np.clip((0.030 - z) / 0.03, 0.0, 1)
    # the lower lip's sides are bare, its middle has a tuft
    bare = np.exp(-(((x - 0.013) / 0.008) ** 2) - ((z - mouth + 0.013) / 0.006) ** 2)
    over: NDArray = np.clip((wing - 0.009 - z) / 0.004, 0, 1) * np.clip(
        (z - mouth + 0.006) / 0.004, 0, 1
    )
    down = np.clip((wing - 0.008 - z) / (wing - 0.008 - mouth), 0, 1)
    over *= np.clip(
        (face.wing * 0.7 + (face.mouth_half + 0.006 - face.wing * 0.7) * down**0.7 - x + ragged)
        / 0.006,
        0,
        1,
    )
    over *= 0.55 + 0.45 * np.clip(x / 0.005, 0, 1)
    # past the mouth's corners the lip's hair joins the chin's
    beside = ((x - face.mouth_half - 0.0055) / 0.0055) ** 2 + ((z - mouth - 0.001) / 0.009) ** 2
    over = np.maximum(over, 0.9 * np.exp(-beside))
    area = np.maximum(np.maximum(jaw * (1 - 0.75 * bare), over), 0.8 * burns)
    area *= (1 - np.clip(face.lips * 2.2, 0, 1)) * (1 - np.clip(face.ears * 3, 0, 1))
    return np.asarray(np.clip(area, 0, 1), np.float32)


def _strokes(
    layer: NDArray[np.float32], points: list[Floats], strength: Floats, taper: tuple[float, ...]
) -> None:
    """Draws hairs of two pieces from root to tip, at sub-texel places."""
    shift = 3
    scale = _FINER * 2**shift
    whole = [np.round((p + 0.5) * scale - 0.5 * 2**shift).astype(int) for p in points]
    for i, s in enumerate(strength.tolist()):
        for a, b, share in zip(whole[:-1], whole[1:], taper, strict=True):
            start, end = (int(a[i, 0]), int(a[i, 1])), (int(b[i, 0]), int(b[i, 1]))
            cv2.line(layer, start, end, (s * share,), 1, cv2.LINE_AA, shift)
