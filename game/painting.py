"""The office's surfaces, painted with numpy into one atlas, so the room is one draw call.

Regions are left, bottom, right, top in 0–1 of the atlas, as texture coordinates count.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter
from scipy import ndimage

from game.screens.canvas import font

SIZE = 2048
"""Width and height of the atlas in texels."""

Floats = NDArray[np.float32]
Region = tuple[float, float, float, float]

# Left, top, width, height in texels; a border of _INSET texels of each is never shown.
_PLACES = {
    "desk": (0, 0, 2048, 560),
    "floor": (0, 560, 1024, 1024),
    "view": (1024, 560, 1024, 900),
    "picture": (1024, 1460, 380, 480),
    "paper": (1404, 1460, 300, 424),
    "notebook": (1704, 1460, 260, 340),
    "plain": (1964, 1460, 64, 64),
    "cloth": (0, 1584, 464, 464),
    "shelf": (464, 1584, 560, 464),
    "wall": (1404, 1884, 640, 160),
    "screen": (1704, 1800, 200, 80),
}
_INSET = 3


def region(name: str) -> Region:
    """Where a painted surface lies in the atlas."""
    left, top, width, height = _PLACES[name]
    return (
        (left + _INSET) / SIZE,
        1.0 - (top + height - _INSET) / SIZE,
        (left + width - _INSET) / SIZE,
        1.0 - (top + _INSET) / SIZE,
    )


def atlas(seed: int = 7) -> NDArray[np.uint8]:
    """Paints all surfaces.

    Args:
        seed: of grain and mottling.

    Returns:
        uint8 (SIZE, SIZE, 3) RGB, first row at the top.
    """
    rng = np.random.default_rng(seed)
    sheet = np.full((SIZE, SIZE, 3), 255, np.uint8)
    painters = {
        "desk": lambda w, h: _wood(rng, w, h, (0.80, 0.665, 0.52), (0.63, 0.475, 0.34), 5.0),
        "floor": lambda w, h: _planks(rng, w, h),
        "view": lambda w, h: _view(rng, w, h),
        "picture": lambda w, h: _picture(rng, w, h),
        "paper": _paper,
        "notebook": _notebook,
        "cloth": lambda w, h: _cloth(rng, w, h),
        "shelf": lambda w, h: _wood(rng, w, h, (0.76, 0.62, 0.47), (0.61, 0.46, 0.32), 3.0),
        "wall": lambda w, h: _wall(rng, w, h),
    }
    for name, paint in painters.items():
        left, top, width, height = _PLACES[name]
        sheet[top : top + height, left : left + width] = paint(width, height)
    return sheet


def _bytes(picture: Floats) -> NDArray[np.uint8]:
    return (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)


def _noise(rng: np.random.Generator, width: int, height: int, sx: float, sy: float) -> Floats:
    """Smooth noise about 0 with deviation 1, blurred by sx and sy texels.

    Broad noise is made small and enlarged, which looks the same and is many times faster.
    """
    fx, fy = max(1, int(sx // 3)), max(1, int(sy // 3))
    small = rng.standard_normal((-(-height // fy) + 1, -(-width // fx) + 1)).astype(np.float32)
    small = ndimage.gaussian_filter(small, (sy / fy, sx / fx), mode="wrap")
    large = Image.fromarray(small).resize(
        (small.shape[1] * fx, small.shape[0] * fy), Image.Resampling.BICUBIC
    )
    field = np.asarray(large, np.float32)[:height, :width]
    return field / field.std()


def _wood(
    rng: np.random.Generator,
    width: int,
    height: int,
    light: tuple[float, float, float],
    dark: tuple[float, float, float],
    rings: float,
) -> NDArray[np.uint8]:
    """Straight grain along x: stretched rings, fine pores, slow change of tone."""
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    warp = _noise(rng, width, height, 220, 26) * 0.035 + _noise(rng, width, height, 90, 8) * 0.006
    ring = 0.5 + 0.5 * np.sin((y + warp) * rings * 2 * np.pi * 3)
    pores = _noise(rng, width, height, 26, 0.7)
    mix = 0.30 * ring**2 + 0.10 * pores + 0.08 * _noise(rng, width, height, 160, 60) + 0.22
    mix = np.clip(mix, 0, 1)[..., None]
    return _bytes(np.asarray(light, np.float32) * (1 - mix) + np.asarray(dark, np.float32) * mix)


def _planks(rng: np.random.Generator, width: int, height: int) -> NDArray[np.uint8]:
    """Oak boards running away from the viewer, each of its own tone."""
    picture = np.empty((height, width, 3), np.float32)
    board = width // 22
    for left in range(0, width, board):
        cut = int(rng.integers(0, height))
        for top, bottom in ((0, cut), (cut, height)):
            if bottom - top < 2:
                continue
            tone = np.array([0.74, 0.62, 0.49]) * (1 + rng.normal(0, 0.05))
            right = min(left + board, width)
            grain = _noise(rng, right - left, bottom - top, 0.8, 24)
            picture[top:bottom, left:right] = tone * (1 + 0.035 * grain[..., None])
            picture[top : top + 1, left:right] *= 0.72
        picture[:, left : left + 1] *= 0.72
    return _bytes(picture)


def _view(rng: np.random.Generator, width: int, height: int) -> NDArray[np.uint8]:
    """A mild sky over the roofs of a town, out of focus."""
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    top, low = np.array([0.66, 0.80, 0.93]), np.array([0.96, 0.955, 0.93])
    picture = (top * (1 - y) ** 1.2 + low * (1 - (1 - y) ** 1.2)) * np.ones((1, width, 1))
    clouds = np.clip(_noise(rng, width, height, 90, 30) * 0.5 + 0.1, 0, 1)[..., None]
    picture = picture * (1 - 0.55 * clouds) + 0.985 * 0.55 * clouds
    image = Image.fromarray(_bytes(picture.astype(np.float32)))
    pen = ImageDraw.Draw(image)
    # Rows of houses, nearer ones lower, larger and less hazy.
    for haze, foot, size in ((0.80, 0.60, 46), (0.62, 0.70, 74), (0.42, 0.83, 120)):
        x = -20
        while x < width:
            wide = int(size * rng.uniform(0.5, 1.3))
            tall = int(size * rng.uniform(0.7, 2.1))
            ground = np.array([rng.choice([0.70, 0.62, 0.56, 0.66]), 0.56, 0.50])
            shade = ground * (1 - haze) + np.array([0.83, 0.87, 0.90]) * haze
            upper = int(height * foot) - tall
            pen.rectangle((x, upper, x + wide, height), fill=tuple(int(v * 255) for v in shade))
            for row in range(upper + 10, int(height * foot) + 40, max(10, size // 4)):
                for column in range(x + 6, x + wide - 6, max(9, size // 5)):
                    lit = shade * (1.12 if rng.random() < 0.5 else 0.86)
                    pen.rectangle(
                        (column, row, column + size // 12, row + size // 9),
                        fill=tuple(int(min(v, 1.0) * 255) for v in lit),
                    )
            x += wide + int(rng.integers(-4, 10))
    for _ in range(90):
        cx, cy = rng.uniform(0, width), height * rng.uniform(0.84, 1.02)
        r = rng.uniform(20, 62)
        green = np.array([0.40, 0.52, 0.36]) * rng.uniform(0.8, 1.2)
        pen.ellipse((cx - r, cy - r, cx + r, cy + r), fill=tuple(int(v * 255) for v in green))
    soft = np.asarray(image.filter(ImageFilter.GaussianBlur(7)), np.float32) / 255
    return _bytes(soft * 0.93 + 0.07)


def _picture(rng: np.random.Generator, width: int, height: int) -> NDArray[np.uint8]:
    """An abstract print: paper mount, three calm shapes in the room's colours."""
    large = (width * 2, height * 2)
    image = Image.new("RGB", large, (246, 241, 231))
    pen = ImageDraw.Draw(image)
    left, top, right, bottom = 100, 110, large[0] - 100, large[1] - 110
    pen.rectangle((left, top, right, bottom), fill=(236, 226, 209))
    middle = (left + right) // 2
    pen.ellipse((middle - 120, top + 70, middle + 120, top + 310), fill=(201, 121, 77))
    hills = ((0.56, (122, 158, 150), 0.9), (0.68, (58, 122, 117), 2.1), (0.82, (36, 72, 74), 0.2))
    for level, color, phase in hills:
        x = np.linspace(left, right, 80)
        y = top + (bottom - top) * (level + 0.05 * np.sin(x / 110 + phase * 3))
        pen.polygon([*zip(x, y, strict=True), (right, bottom), (left, bottom)], fill=color)
    small = np.asarray(image.resize((width, height), Image.Resampling.LANCZOS), np.float32) / 255
    return _bytes(small + 0.008 * _noise(rng, width, height, 0.8, 0.8)[..., None])


def _paper(width: int, height: int) -> NDArray[np.uint8]:
    """The candidate's CV: a portrait, headings, lines too small to read."""
    image = Image.new("RGB", (width * 2, height * 2), (250, 249, 246))
    pen = ImageDraw.Draw(image)
    pen.rectangle((60, 60, 170, 190), fill=(176, 190, 190))
    pen.ellipse((92, 80, 138, 134), fill=(222, 196, 176))
    pen.pieslice((70, 136, 160, 240), 180, 360, fill=(70, 90, 100))
    pen.text((200, 70), "Curriculum vitae", font=font(40, True), fill=(40, 44, 48))
    pen.rectangle((200, 136, 480, 146), fill=(150, 150, 150))
    pen.rectangle((200, 162, 430, 172), fill=(170, 170, 170))
    y = 240
    for block in range(4):
        pen.rectangle((60, y, 230, y + 14), fill=(31, 107, 104))
        for line in range(4):
            length = (470, 430, 455, 300)[(line + block) % 4]
            pen.rectangle(
                (60, y + 36 + line * 26, 60 + length, y + 44 + line * 26), fill=(140,) * 3
            )
        y += 146
    return np.asarray(image.resize((width, height), Image.Resampling.LANCZOS))


def _notebook(width: int, height: int) -> NDArray[np.uint8]:
    """An open notebook's lined page with some handwriting."""
    image = Image.new("RGB", (width, height), (247, 242, 230))
    pen = ImageDraw.Draw(image)
    for y in range(30, height, 18):
        pen.line((0, y, width, y), fill=(214, 218, 220))
    x = np.arange(24, width - 60, 2)
    for row, y in enumerate(range(44, 44 + 18 * 6, 18)):
        length = len(x) - (row * 37) % 50
        stroke = y + 3 * np.sin(x * 0.9 + row) * np.sin(x * 0.23 + row * 2)
        points = list(zip(x[:length].tolist(), stroke[:length].tolist(), strict=True))
        pen.line(points, fill=(52, 62, 110), width=1)
    return np.asarray(image)


def _cloth(rng: np.random.Generator, width: int, height: int) -> NDArray[np.uint8]:
    """A woven fabric, near white so that a vertex colour gives it any."""
    y, x = np.mgrid[0:height, 0:width]
    weave = 0.5 + 0.25 * (np.sin(x * 1.6) + np.sin(y * 1.6))
    tone = 0.86 + 0.06 * weave + 0.03 * _noise(rng, width, height, 1.2, 1.2)
    return _bytes(np.repeat(tone[..., None], 3, 2).astype(np.float32))


def _wall(rng: np.random.Generator, width: int, height: int) -> NDArray[np.uint8]:
    """Painted plaster, barely mottled."""
    tone = (
        0.985
        + 0.006 * _noise(rng, width, height, 3, 3)
        + 0.006 * _noise(rng, width, height, 40, 40)
    )
    return _bytes(np.repeat(tone[..., None], 3, 2).astype(np.float32))
