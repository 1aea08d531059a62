"""What is seen through the rooms' windows, by the hour: a city, a street with trees, a campus."""

from __future__ import annotations

import cv2
import numpy as np

from game.rooms.daylight import Daylight
from game.rooms.painting import Floats, mixed, noise

SIZE = (1024, 720)
"""Width and height of a view in texels."""

HORIZON = 0.46
"""Height of the horizon in a view, as a share from its foot."""


def city(day: Daylight) -> Floats:
    """Towers from a high floor, rank behind rank into the haze."""
    rng = np.random.default_rng(21)
    picture = _sky(rng, day)
    width, height = SIZE
    level = int(height * (1 - HORIZON))
    light, haze = _scene_light(day), np.asarray(day.horizon)
    # Foot and height of each rank against the horizon, in shares of the view's height.
    ranks = ((0.86, -0.01, 0.05, 26), (0.68, 0.02, 0.12, 34), (0.45, 0.10, 0.22, 52))
    for far, foot, tall, wide in (*ranks, (0.18, 0.30, 0.30, 96)):
        x = -int(rng.integers(0, 40))
        while x < width:
            size = int(wide * rng.uniform(0.6, 1.5))
            top = level + int(height * (foot - tall * rng.uniform(0.15, 1.25)))
            if rng.random() < 0.10:
                top -= int(height * tall * 0.6)
            _tower(picture, rng, day, light, haze, far, (x, top, x + size, height))
            x += size + int(rng.integers(-4, 12) * (1 + 3 * (far < 0.5)))
    # A park and low roofs between the nearest towers.
    low = np.clip((np.linspace(0, 1, height)[:, None] - 0.80) * 12, 0, 1) * np.ones((1, width))
    crowns = noise(rng, width, height, 10, 7)
    green = mixed((0.13, 0.19, 0.11), (0.36, 0.42, 0.22), 0.5 + 0.35 * crowns) * light
    cover = low * (noise(rng, width, height, 70, 30) > 0.35)
    picture += (green * 0.8 + haze * 0.2 - picture) * cover[..., None]
    return _finished(picture, 1.3, day.sky[1])


def street(day: Daylight) -> Floats:
    """House fronts over the street, and the crowns of its trees."""
    rng = np.random.default_rng(34)
    picture = _sky(rng, day)
    width, height = SIZE
    light, haze = _scene_light(day), np.asarray(day.horizon)
    x = -60
    while x < width:
        size = int(rng.uniform(150, 250))
        top = int(height * rng.uniform(0.16, 0.30))
        body = np.array(
            [(0.55, 0.36, 0.28), (0.70, 0.62, 0.50), (0.62, 0.58, 0.54), (0.48, 0.40, 0.36)][
                int(rng.integers(4))
            ]
        )
        tone = (body * rng.uniform(0.9, 1.1) * light) * 0.88 + haze * 0.12
        picture[top:, max(0, x) : x + size] = tone
        picture[top : top + 8, max(0, x) : x + size] = tone * 0.7
        picture[top + 8 : top + 12, max(0, x) : x + size] = np.minimum(tone * 1.2, 1)
        step_x, step_y = size // 4, 84
        for row in range(top + 34, height - 40, step_y):
            for column in range(x + step_x // 3, x + size - step_x // 2, step_x):
                frame = (slice(row, row + 56), slice(max(0, column), max(0, column + step_x // 2)))
                lit = rng.random() < 0.45 * day.lamps * (day.lamps > 0.5)
                glass = np.array((1.0, 0.82, 0.52)) if lit else 0.45 * np.asarray(day.zenith)
                picture[frame] = np.minimum(tone * 1.35, 1.0)
                inner = (
                    slice(row + 4, row + 53),
                    slice(max(0, column + 4), max(0, column + step_x // 2 - 4)),
                )
                picture[inner] = glass * rng.uniform(0.7, 1.1)
        x += size
    for crown_x, crown_y, radius in (
        (110, 470, 190), (420, 560, 170), (700, 440, 200), (960, 540, 190), (250, 640, 170),
        (560, 670, 180), (850, 680, 190),
    ):  # fmt: skip
        _tree(picture, rng, light, haze, (crown_x, crown_y), radius, 0.06)
    return _finished(picture, 1.6, day.sky[1])


def campus(day: Daylight) -> Floats:
    """A lawn with old trees before a stone college with a tower."""
    rng = np.random.default_rng(55)
    picture = _sky(rng, day)
    width, height = SIZE
    light, haze = _scene_light(day), np.asarray(day.horizon)
    level = int(height * (1 - HORIZON))
    stone = np.array((0.66, 0.57, 0.44)) * light * 0.86 + haze * 0.14
    roof = np.array((0.34, 0.32, 0.33)) * light * 0.86 + haze * 0.14
    blur = 1 + 0.05 * noise(rng, width, height, 5, 4)[..., None]

    def block(x0: int, x1: int, top: int, foot: int, color: Floats) -> None:
        picture[top:foot, x0:x1] = (color * blur[top:foot, x0:x1]).clip(0, 1)

    for x0, x1, rise in ((120, 900, 120), (470, 610, 190)):
        for y in range(34):
            cut = y * (1 if rise < 150 else 0)
            block(x0 + cut, x1 - cut, level - rise - y, level - rise - y + 1, roof)
        block(x0, x1, level - rise, level + 50, stone)
    for y in range(70):
        block(496 + y // 2, 584 - y // 2, level - 224 - y, level - 223 - y, roof)
    for row, tall in ((level - 96, 40), (level - 34, 46)):
        for x in range(144, 890, 42):
            lit = rng.random() < 0.5 * (day.lamps > 0.5)
            glass = np.array((1.0, 0.80, 0.48)) if lit else np.array((0.22, 0.24, 0.27)) * light
            block(x, x + 18, row, row + tall, np.minimum(stone * 1.2, 1.0))
            block(x + 3, x + 15, row + 3, row + tall - 2, glass)
    down = np.linspace(0, 1, height)[:, None]
    grass = mixed(
        (0.24, 0.33, 0.13), (0.46, 0.52, 0.22), 0.5 + 0.3 * noise(rng, width, height, 9, 3)
    )
    shade = noise(rng, width, height, 120, 16)[..., None]
    lawn = grass * light * (1 - 0.16 * np.clip(shade, 0, 2))
    cover = np.clip((down - (1 - HORIZON) - 0.055) * 60, 0, 1)[..., None]
    picture += (lawn * 0.92 + haze * 0.08 - picture) * cover
    path = np.abs(np.linspace(0, 1, width)[None, :] - 0.55 - 0.9 * (down - 0.62)) < 0.01 + 0.10 * (
        down - 0.58
    )
    picture[path & (down > 0.605)] = np.array((0.70, 0.64, 0.53)) * light
    for crown_x, crown_y, radius in (
        (60, 330, 150),
        (300, 372, 84),
        (790, 360, 96),
        (985, 300, 180),
    ):
        trunk = slice(max(0, crown_x - radius // 16), crown_x + radius // 16)
        picture[crown_y : crown_y + int(radius * 1.05), trunk] = np.array((0.2, 0.15, 0.11)) * light
        _tree(picture, rng, light, haze, (crown_x, crown_y), radius, 0.10)
    return _finished(picture, 1.3, day.sky[1])


def _scene_light(day: Daylight) -> Floats:
    """What hour and weather do to display colours outside."""
    linear = 0.62 * np.asarray(day.sky) + 0.09 * np.asarray(day.sun)
    return np.asarray(np.sqrt(linear), np.float32)


def _sky(rng: np.random.Generator, day: Daylight) -> Floats:
    width, height = SIZE
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None] / (1 - HORIZON)
    picture = mixed(day.zenith, day.horizon, np.clip(y, 0, 1) ** 0.8 * np.ones((1, width)))
    field = noise(rng, width, height, 130, 26) + 0.5 * noise(rng, width, height, 40, 11)
    clouds = np.clip(field * 0.55 + 0.1, 0, 1) * np.clip(1.25 - y, 0, 1)
    white = np.minimum(np.asarray(day.horizon) * 1.06 + 0.02, 1.0)
    return np.asarray(picture + (white - picture) * (0.62 * clouds)[..., None], np.float32)


def _tower(
    picture: Floats,
    rng: np.random.Generator,
    day: Daylight,
    light: Floats,
    haze: Floats,
    far: float,
    box: tuple[int, int, int, int],
) -> None:
    x0, y0, x1, y1 = box
    x0, x1 = max(0, x0), min(SIZE[0], x1)
    if x1 - x0 < 4:
        return
    glass = rng.random() < 0.5
    body = np.asarray(day.zenith) * 0.75 if glass else np.array((0.58, 0.53, 0.47)) * light
    body = body * rng.uniform(0.75, 1.15)
    rows, columns = np.mgrid[0 : y1 - y0, 0 : x1 - x0]
    floor = max(4, int(12 * (1 - far)) + 3)
    lines = np.where(rows % floor < floor * 0.45, 0.78, 1.06)
    if not glass:
        lines = np.where((columns % floor) < floor * 0.5, lines, 1.04)
    # The side toward the picture's left is the lighter one.
    edge = int((x1 - x0) * rng.uniform(0.3, 0.6))
    side = np.where(columns < edge, 1.12, 0.84)
    face = body * (lines * side)[..., None]
    cells = rng.random(((y1 - y0) // floor + 1, (x1 - x0) // floor + 1)) < 0.20 * day.lamps
    bright = rng.uniform(0.8, 1.0)
    if day.lamps > 0.5:
        lit = cells[rows // floor, columns // floor] & (rows % floor < floor * 0.5)
        face[lit] = np.array((1.0, 0.83, 0.55)) * bright
    picture[y0:y1, x0:x1] = face * (1 - far) + haze * far


def _tree(
    picture: Floats,
    rng: np.random.Generator,
    light: Floats,
    haze: Floats,
    middle: tuple[int, int],
    radius: int,
    far: float,
) -> None:
    """A crown of leaves: torn outline, clumps lit from the upper left."""
    width, height = SIZE
    x0, x1 = max(0, middle[0] - radius - 20), min(width, middle[0] + radius + 20)
    y0, y1 = max(0, middle[1] - radius - 20), min(height, middle[1] + radius + 20)
    w, h = x1 - x0, y1 - y0
    y, x = np.mgrid[y0:y1, x0:x1].astype(np.float32)
    clumps = noise(rng, w, h, radius * 0.13, radius * 0.11)
    leaves = noise(rng, w, h, 2.6, 2.2)
    reach = np.hypot(x - middle[0], (y - middle[1]) * 1.1) / radius
    inside = np.clip((0.86 - reach + 0.10 * clumps + 0.06 * leaves) * 16, 0, 1)
    lit = 0.40 - 0.28 * (x - middle[0]) / radius - 0.42 * (y - middle[1]) / radius
    tone = np.clip(lit + 0.24 * clumps + 0.16 * leaves, 0, 1)
    green = mixed((0.09, 0.14, 0.06), (0.52, 0.58, 0.26), tone) * light
    inside *= np.clip((clumps + 0.35 * leaves + 2.1) * 2, 0, 1)
    part = picture[y0:y1, x0:x1]
    part += (green * (1 - far) + haze * far - part) * inside[..., None]


def _finished(picture: Floats, blur: float, bright: float) -> Floats:
    """Out of focus a little, and veiled by the glass."""
    soft = cv2.GaussianBlur(np.clip(picture, 0, 1), (0, 0), blur)
    gray = soft.mean(-1, keepdims=True)
    # A camera exposed for the room sees the day outside bright and pale.
    pale = soft + (gray - soft) * 0.34
    return np.asarray(1.0 - (1.0 - pale) ** (1.0 + 0.55 * bright), np.float32)
