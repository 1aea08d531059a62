"""What is printed, written or hung in the rooms: papers, pictures, notes and books' backs."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from game.rooms.modelling import Color
from game.rooms.painting import Floats, Painter, mixed, noise
from game.stage.canvas import font

SPINES = 36
"""How many books' backs stand side by side in the material ``spines``."""


def _small(image: Image.Image, width: int, height: int) -> NDArray[np.uint8]:
    return np.asarray(image.resize((width, height), Image.Resampling.LANCZOS))


def cv(rng: np.random.Generator, width: int, height: int) -> NDArray[np.uint8]:
    """The candidate's CV: a name, a box for the portrait, headings, lines too small to read."""
    image = Image.new("RGB", (600, 848), (248, 247, 243))
    pen = ImageDraw.Draw(image)
    pen.rectangle((440, 50, 550, 188), fill=(182, 192, 198), outline=(120, 126, 132), width=2)
    pen.ellipse((471, 74, 519, 132), fill=(214, 188, 168))
    pen.pieslice((452, 138, 538, 240), 180, 360, fill=(64, 74, 92))
    pen.rectangle((440, 188, 550, 200), fill=(248, 247, 243))
    pen.text((52, 54), "Curriculum Vitae", font=font(46, True), fill=(32, 38, 46))
    for y, length in ((124, 300), (148, 250), (172, 270)):
        pen.rectangle((52, y, 52 + length, y + 8), fill=(140, 144, 150))
    y = 238
    for block in range(4):
        pen.rectangle((52, y, 52 + (150, 190, 130, 170)[block], y + 13), fill=(44, 82, 120))
        pen.line((52, y + 22, 548, y + 22), fill=(170, 176, 184), width=2)
        for line in range(5):
            left = 52 if line % 2 == 0 else 72
            length = int(rng.uniform(0.62, 0.97) * (548 - left))
            top = y + 36 + line * 21
            pen.rectangle((left, top, left + length, top + 7), fill=(136, 138, 142))
        y += 150
    return _small(image, width, height)


def notebook(rng: np.random.Generator, width: int, height: int) -> NDArray[np.uint8]:
    """An open notebook: two lined pages, one of them written on; the fold runs down the middle."""
    image = Image.new("RGB", (width * 2, height * 2), (247, 243, 232))
    pen = ImageDraw.Draw(image)
    w, h = image.size
    for y in range(70, h - 20, 34):
        pen.line((0, y, w, y), fill=(206, 212, 220), width=2)
    for left, last in ((40, 11), (w // 2 + 50, 4)):
        for row in range(1, last):
            x, y = float(left), 70 + 34 * row - 8
            end = left + (w / 2 - 110) * rng.uniform(0.6, 1.0)
            while x < end:
                word = rng.uniform(26, 70)
                t = np.arange(0, word, 2.5)
                sway = rng.uniform(0.5, 0.9)
                up = 7 * np.sin(t * sway + rng.uniform(0, 6)) * np.sin(t * 0.21 + row)
                stroke = list(zip((x + t).tolist(), (y + up).tolist(), strict=True))
                pen.line(stroke, fill=(38, 48, 104), width=3)
                x += word + rng.uniform(12, 20)
    picture = _small(image, width, height).astype(np.float32) / 255
    x = np.abs(np.linspace(-1, 1, width))
    fold = 1 - 0.38 * np.exp(-x * 26) - 0.05 * np.exp(-x * 6)
    return np.clip(picture * fold[None, :, None] * 255, 0, 255).astype(np.uint8)


def spines(rng: np.random.Generator, width: int, height: int) -> Floats:
    """Backs of books, ``SPINES`` side by side: bands, title blocks, worn edges."""
    palette = np.array(
        [
            (0.42, 0.13, 0.12),
            (0.13, 0.20, 0.32),
            (0.16, 0.27, 0.22),
            (0.80, 0.74, 0.62),
            (0.26, 0.19, 0.14),
            (0.62, 0.50, 0.32),
            (0.86, 0.84, 0.78),
            (0.20, 0.21, 0.23),
            (0.52, 0.28, 0.16),
            (0.33, 0.42, 0.47),
            (0.68, 0.62, 0.54),
            (0.12, 0.30, 0.36),
        ]
    )
    picture = np.empty((height, width, 3), np.float32)
    edges = np.linspace(0, width, SPINES + 1).astype(int)
    for left, right in itertools.pairwise(edges):
        wide = right - left
        color = palette[rng.integers(len(palette))] * rng.uniform(0.8, 1.15)
        dark = color.mean() < 0.45
        ink = np.array((0.80, 0.68, 0.42)) if dark else np.array((0.16, 0.14, 0.14))
        back = np.tile(color, (height, wide, 1)).astype(np.float32)
        kind = int(rng.integers(4))
        if kind == 0:
            for y in (0.10, 0.13, 0.84, 0.87):
                back[int(y * height) : int(y * height) + 3] = ink
        elif kind == 1:
            top, foot = int(0.16 * height), int(0.36 * height)
            back[top:foot] = (0.62, 0.57, 0.47) if dark else color * 0.6
            ink = np.array((0.2, 0.17, 0.15)) if dark else np.array((0.9, 0.86, 0.75))
        elif kind == 2:
            back[int(0.78 * height) :] = color * 0.62
        # A title runs up the back in a few blocks.
        x0, x1 = int(wide * 0.36), max(int(wide * 0.36) + 2, int(wide * 0.62))
        y = height * rng.uniform(0.20, 0.30)
        while y < height * 0.72:
            word = height * rng.uniform(0.04, 0.12)
            back[int(y) : int(y + word), x0:x1] = 0.5 * ink + 0.5 * color
            y += word + height * 0.025
        round_ = 1 - 0.30 * np.abs(np.linspace(-1, 1, wide)) ** 2.5
        back *= round_[None, :, None]
        picture[:, left:right] = back
        picture[:, left : left + 1] *= 0.4
    worn = 1 + 0.05 * noise(rng, width, height, 2, 5) + 0.05 * noise(rng, width, height, 9, 40)
    return np.asarray(picture * worn[..., None], np.float32)


def abstract(ground: Color, forms: tuple[Color, ...]) -> Painter:
    """A large abstract painting: brushed fields that overlap.

    Args:
        ground: display colour of the canvas.
        forms: colours of the fields, from below to above.
    """

    def paint(rng: np.random.Generator, width: int, height: int) -> Floats:
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        picture = np.tile(np.asarray(ground, np.float32), (height, width, 1))
        stroke = noise(rng, width, height, 50, 3)
        broad = noise(rng, width, height, 90, 60)
        for number, color in enumerate(forms):
            # Each form lies about a slanted line, its border torn by the brush.
            middle = height * (0.18 + 0.66 * (number + 0.5) / len(forms))
            slant = rng.uniform(-0.25, 0.25)
            thick = height * rng.uniform(0.07, 0.15)
            away = np.abs(y - middle - slant * (x - width / 2) - broad * height * 0.05)
            inside = np.clip((thick - away + stroke * height * 0.018) / (height * 0.02), 0, 1)
            inside *= 0.86 + 0.08 * np.clip(stroke, -1.5, 1.5)
            picture += (np.asarray(color) - picture) * np.clip(inside, 0, 1)[..., None]
        canvas = 1 + 0.02 * np.sin(x * 1.9) * np.sin(y * 1.9) + 0.03 * stroke
        return np.asarray(picture * canvas[..., None], np.float32)

    return paint


def engraving(rng: np.random.Generator, width: int, height: int) -> Floats:
    """An old map of an imagined coast, on yellowed paper with a mount."""
    land = noise(rng, width, height, 60, 50) + 0.5 * noise(rng, width, height, 18, 16)
    land += 0.25 * noise(rng, width, height, 6, 6)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    picture = mixed((0.84, 0.77, 0.62), (0.76, 0.70, 0.50), np.clip(land * 4, 0, 1))
    coast = np.exp(-((land * 9) ** 2))
    for distance in (0.16, 0.30, 0.46):
        coast += 0.4 * np.exp(-(((land + distance) * 26) ** 2))
    rivers = np.exp(-((noise(rng, width, height, 40, 40) * 26) ** 2)) * (land > 0.1)
    lines = np.clip(coast + 0.5 * rivers, 0, 1)
    net = ((x % (width / 6) < 1.2) | (y % (height / 5) < 1.2)) * 0.22
    picture = picture * (1 - 0.62 * np.clip(lines + net, 0, 1))[..., None]
    mount = np.minimum(np.minimum(x, width - 1 - x), np.minimum(y, height - 1 - y))
    frame = mount < width * 0.11
    picture[frame] = (0.90, 0.87, 0.80)
    picture[np.abs(mount - width * 0.125) < 1.5] *= 0.4
    return np.asarray(picture, np.float32)


def notes(rng: np.random.Generator, width: int, height: int) -> NDArray[np.uint8]:
    """A whiteboard: a drawn plan in felt pen, and rows of sticky notes."""
    image = Image.new("RGB", (width, height), (240, 242, 243))
    pen = ImageDraw.Draw(image)
    inks = ((32, 62, 140), (190, 44, 44), (28, 120, 70), (40, 40, 44))
    columns = 5
    colors = ((250, 226, 106), (250, 166, 176), (150, 214, 236), (180, 226, 140), (250, 190, 110))
    side = int(width * 0.068)
    for column in range(columns):
        x0 = int(width * (0.05 + column * 0.115))
        pen.text(
            (x0, int(height * 0.05)),
            ("Now", "Next", "Test", "Ship", "Done")[column],
            font=font(max(10, side // 2), True),
            fill=inks[column % 4],
        )
        pen.line((x0, height * 0.15, x0 + side * 1.3, height * 0.15), fill=inks[3], width=2)
        for row in range(int(rng.integers(2, 6))):
            left = x0 + int(rng.normal(3, 3))
            top = int(height * 0.19) + row * int(side * 1.16) + int(rng.normal(0, 2))
            color = colors[int(rng.integers(len(colors)))]
            pen.rectangle(
                (left + 3, top + 4, left + side + 2, top + side + 4), fill=(206, 208, 210)
            )
            pen.rectangle((left, top, left + side, top + side), fill=color)
            for line in range(3):
                at = top + side * (0.25 + line * 0.24)
                end = left + side * rng.uniform(0.5, 0.9)
                pen.line((left + side * 0.12, at, end, at), fill=(70, 70, 80), width=2)
    # A curve that climbs, and boxes with arrows.
    low_x, low_y, high_x, high_y = width * 0.66, height * 0.46, width * 0.95, height * 0.10
    pen.line((low_x, high_y, low_x, low_y, high_x, low_y), fill=inks[3], width=3)
    t = np.linspace(0, 1, 40)
    rise = low_y - (low_y - high_y) * (0.08 + 0.85 * t**2.2) + 3 * np.sin(t * 22)
    pen.line(
        list(zip((low_x + (high_x - low_x) * t).tolist(), rise.tolist(), strict=True)),
        fill=inks[1],
        width=4,
    )
    boxes = ((0.66, 0.58), (0.83, 0.58), (0.745, 0.80))
    for x, y in boxes:
        pen.rounded_rectangle(
            (width * x, height * y, width * (x + 0.12), height * (y + 0.13)),
            radius=8,
            outline=inks[0],
            width=3,
        )
        for line in range(2):
            at = height * (y + 0.04 + 0.045 * line)
            pen.line((width * (x + 0.02), at, width * (x + 0.10), at), fill=inks[0], width=2)
    for begin, finish in (
        ((0.78, 0.645), (0.83, 0.645)),
        ((0.72, 0.71), (0.77, 0.80)),
        ((0.89, 0.71), (0.84, 0.80)),
    ):
        pen.line(
            (width * begin[0], height * begin[1], width * finish[0], height * finish[1]),
            fill=inks[2],
            width=3,
        )
    smear = 1 - 0.018 * np.clip(noise(rng, width, height, 60, 14), 0, 2)
    return np.clip(np.asarray(image, np.float32) * smear[..., None], 0, 255).astype(np.uint8)


def globe(rng: np.random.Generator, width: int, height: int) -> Floats:
    """A terrestrial globe's map in faded colours; imagined continents."""
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    land = noise(rng, width, height, width / 11, height / 7) + 0.45 * noise(
        rng, width, height, width / 40, height / 24
    )
    shore = np.clip((land - 0.25) * 14, 0, 1)
    ground = mixed((0.62, 0.58, 0.36), (0.74, 0.60, 0.38), 0.5 + 0.5 * land)
    sea = mixed((0.42, 0.56, 0.60), (0.30, 0.44, 0.52), np.abs(y) * np.ones((1, width)))
    picture = sea * (1 - shore[..., None]) + ground * shore[..., None]
    picture *= (1 - 0.35 * np.exp(-(((land - 0.25) * 20) ** 2)))[..., None]
    picture[:: max(1, height // 9)] *= 0.8
    picture[:, :: max(1, width // 18)] *= 0.8
    return np.asarray(picture, np.float32)


def poster(rng: np.random.Generator, width: int, height: int) -> NDArray[np.uint8]:
    """A printed poster: stacked arcs in flat colours."""
    del rng
    image = Image.new("RGB", (width * 2, height * 2), (232, 222, 204))
    pen = ImageDraw.Draw(image)
    w, h = image.size
    for number, color in enumerate(
        ((214, 96, 58), (236, 168, 84), (232, 222, 204), (44, 92, 104), (24, 52, 66))
    ):
        r = w * (0.40 - 0.075 * number)
        pen.pieslice((w / 2 - r, h * 0.56 - r, w / 2 + r, h * 0.56 + r), 180, 360, fill=color)
    pen.rectangle((w * 0.1, h * 0.60, w * 0.9, h * 0.615), fill=(24, 52, 66))
    pen.text((w * 0.1, h * 0.66), "MAKE ROOM", font=font(int(w * 0.125), True), fill=(24, 52, 66))
    for line in range(3):
        y = h * (0.80 + 0.035 * line)
        pen.rectangle((w * 0.1, y, w * (0.8 - 0.13 * line), y + 6), fill=(120, 112, 100))
    return _small(image, width, height)
