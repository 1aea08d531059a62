"""People who do not exist, drawn at random: candidates for training and for measuring.

Nobody here is modelled on anyone. A person is drawn from a seed and, where it is asked for, from a
tone of skin, an age and a sex, so that the same behaviour can be shown on all of them.
"""

from __future__ import annotations

import colorsys
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from game.bake.cache import ensure_baked_identity
from game.bake.identity import Colour, Identity

Tone = Literal["light", "medium", "dark"]
Age = Literal["young", "middle", "old"]
Sex = Literal["man", "woman"]

TONES: tuple[Tone, ...] = ("light", "medium", "dark")
AGES: tuple[Age, ...] = ("young", "middle", "old")
SEXES: tuple[Sex, ...] = ("man", "woman")

# Skin in plain light, display RGB, from the lightest to the darkest that is painted.
_SKINS: tuple[Colour, ...] = (
    (0.93, 0.77, 0.68),
    (0.86, 0.68, 0.57),
    (0.76, 0.57, 0.44),
    (0.62, 0.44, 0.32),
    (0.47, 0.31, 0.22),
    (0.34, 0.22, 0.16),
)
_TONE_RANGE: Mapping[Tone, tuple[float, float]] = {
    "light": (0.0, 0.30),
    "medium": (0.38, 0.62),
    "dark": (0.70, 1.0),
}
_AGE_RANGE: Mapping[Age, tuple[float, float]] = {
    # the bake's scale: 2/3 is 25 years, 1 is 90
    "young": (0.655, 0.70),
    "middle": (0.74, 0.81),
    "old": (0.85, 0.93),
}

# Shapes that make faces differ; each is drawn within ± the weight, the pair being its two ends.
_SHAPES: tuple[tuple[str, str, float], ...] = (
    ("head/head-scale-horiz-incr", "head/head-scale-horiz-decr", 0.5),
    ("head/head-scale-vert-incr", "head/head-scale-vert-decr", 0.4),
    ("head/head-scale-depth-incr", "head/head-scale-depth-decr", 0.4),
    ("head/head-fat-incr", "head/head-fat-decr", 0.4),
    ("head/head-oval", "head/head-square", 0.5),
    ("head/head-triangular", "head/head-invertedtriangular", 0.3),
    ("forehead/forehead-scale-vert-incr", "forehead/forehead-scale-vert-decr", 0.4),
    ("cheek/*-cheek-bones-incr", "cheek/*-cheek-bones-decr", 0.5),
    ("cheek/*-cheek-volume-incr", "cheek/*-cheek-volume-decr", 0.5),
    ("chin/chin-height-incr", "chin/chin-height-decr", 0.4),
    ("chin/chin-width-incr", "chin/chin-width-decr", 0.4),
    ("chin/chin-prominent-incr", "chin/chin-prominent-decr", 0.4),
    ("eyes/*-eye-scale-incr", "eyes/*-eye-scale-decr", 0.35),
    ("eyes/*-eye-height2-incr", "eyes/*-eye-height2-decr", 0.3),
    ("eyes/*-eye-trans-out", "eyes/*-eye-trans-in", 0.35),
    ("eyes/*-eye-corner2-up", "eyes/*-eye-corner2-down", 0.4),
    ("eyes/*-eye-eyefold-down", "eyes/*-eye-eyefold-up", 0.3),
    ("eyebrows/eyebrows-trans-up", "eyebrows/eyebrows-trans-down", 0.3),
    ("nose/nose-scale-horiz-incr", "nose/nose-scale-horiz-decr", 0.4),
    ("nose/nose-scale-vert-incr", "nose/nose-scale-vert-decr", 0.4),
    ("nose/nose-scale-depth-incr", "nose/nose-scale-depth-decr", 0.4),
    ("nose/nose-point-up", "nose/nose-point-down", 0.4),
    ("nose/nose-hump-incr", "nose/nose-hump-decr", 0.4),
    ("mouth/mouth-scale-horiz-incr", "mouth/mouth-scale-horiz-decr", 0.4),
    ("mouth/mouth-trans-up", "mouth/mouth-trans-down", 0.3),
    ("mouth/mouth-angles-up", "mouth/mouth-angles-down", 0.4),
    ("mouth/mouth-upperlip-volume-incr", "mouth/mouth-upperlip-volume-decr", 0.4),
    ("mouth/mouth-lowerlip-volume-incr", "mouth/mouth-lowerlip-volume-decr", 0.4),
    ("asym/asym-eye-1-l", "asym/asym-eye-1-r", 0.3),
    ("asym/asym-mouth-1-l", "asym/asym-mouth-1-r", 0.3),
    ("asym/asym-nose-1-l", "asym/asym-nose-1-r", 0.3),
    ("asym/asym-brown-1-l", "asym/asym-brown-1-r", 0.3),
)

_CUTS: Mapping[Sex, tuple[str, ...]] = {
    "man": ("crop", "fade", "parted", "swept"),
    "woman": ("bob", "long", "pinned", "tied", "waves", "crop"),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """What is fixed of a person before the rest is drawn; None is drawn as well."""

    tone: Tone | None = None
    age: Age | None = None
    sex: Sex | None = None


def invent(seed: int, kind: Kind | None = None) -> Identity:
    """Draws a person.

    Args:
        seed: the same one gives the same person.
        kind: what is fixed.

    Returns:
        An identity named after its seed.
    """
    kind = kind or Kind()
    # Each part has its own source, so that one seed keeps its bones in another skin or age.
    kinds, colours, bones, rng = (
        random.Random(f"{part}:{seed}") for part in ("kind", "colour", "bones", "rest")
    )
    drawn = kinds.choice(TONES), kinds.choice(AGES), kinds.choice(SEXES)
    tone, age, sex = kind.tone or drawn[0], kind.age or drawn[1], kind.sex or drawn[2]
    depth = _within(_TONE_RANGE[tone], colours)
    skin = _on_scale(depth, colours)
    old = _within(_AGE_RANGE[age], colours)
    grey = max(0.0, min(1.0, (old - 0.74) * 5.0 * colours.uniform(0.5, 1.2)))
    hair = _hair(depth, colours)
    african, asian, caucasian = _ancestry(tone, random.Random(f"ancestry:{seed}"))
    name = f"person{seed}" if kind == Kind() else f"person{seed}-{tone}-{age}-{sex}"
    return Identity(
        name=name,
        sex=rng.uniform(0.85, 1.0) if sex == "woman" else rng.uniform(0.0, 0.15),
        age=old,
        weight=rng.uniform(0.38, 0.65),
        muscle=rng.uniform(0.4, 0.6),
        height=rng.uniform(0.4, 0.6),
        african=african,
        asian=asian,
        caucasian=caucasian,
        face={
            (up if weight > 0 else down): abs(weight)
            for up, down, reach in _SHAPES
            if abs(weight := max(-1.0, min(1.0, bones.gauss(0.0, 0.5))) * reach) > 0.02
        }
        | {"neck/measure-neck-circ-decr": 0.35, "torso/measure-shoulder-dist-decr": 0.8},
        skin=skin,
        lips=_lips(skin, colours),
        blush=rng.uniform(0.2, 0.6),
        wear=min(1.0, max(0.0, (old - 0.66) * 2.5 + rng.uniform(0.0, 0.2))),
        stubble=rng.uniform(0.0, 0.35) if sex == "man" else 0.0,
        beard=rng.uniform(0.5, 0.95) if sex == "man" and rng.random() < 0.3 else 0.0,
        brow=_scaled(hair, 0.75),
        brow_weight=rng.uniform(0.25, 0.5) if sex == "woman" else rng.uniform(0.4, 0.75),
        brow_arch=rng.uniform(0.1, 0.9),
        brow_lift=rng.uniform(-0.001, 0.002),
        iris=_iris(depth, colours),
        hair=hair,
        grey=grey,
        cut=rng.choice(_CUTS[sex]),
        glasses=rng.choice(("metal", "horn")) if rng.random() < 0.2 else "none",
        jacket=_cloth(rng),
        shirt=_cloth(rng),
        collar="shirt" if sex == "man" else "blouse",
        outer=rng.choice(("jacket", "none")),
        top=rng.choice(("shirt", "crew") if sex == "man" else ("blouse", "crew")),
        rest={"eyeWide": rng.uniform(0.0, 0.35), "mouthSmile": rng.uniform(0.0, 0.2)},
        seed=seed % 10_000 + 100,
    )


def ensure_person(seed: int, kind: Kind | None = None) -> str:
    """Bakes a drawn person where they are not baked yet.

    Returns:
        Path of the ``.bam``, for :class:`game.figure.human.Human` (as a ``Path``).

    Raises:
        ModelError, StorageError: as in :func:`game.bake.cache.ensure_baked`.
    """
    return str(ensure_baked_identity(invent(seed, kind)))


def _within(reach: tuple[float, float], rng: random.Random) -> float:
    return rng.uniform(*reach)


def _on_scale(depth: float, rng: random.Random) -> Colour:
    place = depth * (len(_SKINS) - 1)
    low = min(int(place), len(_SKINS) - 2)
    share = place - low
    warm = rng.uniform(-0.015, 0.015)
    red, green, blue = (
        (1 - share) * a + share * b for a, b in zip(_SKINS[low], _SKINS[low + 1], strict=True)
    )
    return (red, green - warm / 2, blue - warm)


def _lips(skin: Colour, rng: random.Random) -> Colour:
    red, green, blue = skin
    deep = rng.uniform(0.58, 0.70)
    return (0.86 * red, deep * green, deep * blue)


def _hair(depth: float, rng: random.Random) -> Colour:
    if depth > 0.35 or rng.random() < 0.45:
        level = rng.uniform(0.05, 0.16)
        return (level * 1.15, level, level * 0.9)
    red, green, blue = colorsys.hls_to_rgb(rng.uniform(0.05, 0.11), rng.uniform(0.2, 0.6), 0.4)
    return (red, green, blue)


def _iris(depth: float, rng: random.Random) -> Colour:
    if depth > 0.35 or rng.random() < 0.4:
        level = rng.uniform(0.12, 0.36)
        return (level, 0.62 * level, 0.36 * level)
    return rng.choice(((0.36, 0.47, 0.55), (0.38, 0.44, 0.32), (0.42, 0.33, 0.18)))


def _ancestry(tone: Tone, rng: random.Random) -> tuple[float, float, float]:
    mixed = rng.uniform(0.0, 0.35)
    if tone == "dark":
        return (1.0 - mixed, 0.0, mixed)
    if tone == "light":
        return (0.0, mixed, 1.0 - mixed) if rng.random() < 0.7 else (0.0, 0.9, 0.1)
    return rng.choice(((0.4, 0.1, 0.5), (0.1, 0.8, 0.1), (0.1, 0.3, 0.6)))


def _cloth(rng: random.Random) -> Colour:
    red, green, blue = colorsys.hls_to_rgb(
        rng.random(), rng.uniform(0.12, 0.85), rng.uniform(0.0, 0.4)
    )
    return (red, green, blue)


def _scaled(colour: Colour, by: float) -> Colour:
    red, green, blue = colour
    return (red * by, green * by, blue * by)
