"""Who can be baked: the content files of ``assets/identities``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from game.bake.arkit import ARKIT_NAMES
from perception.errors import InputError
from perception.named_file import is_file
from perception.paths import ASSETS
from perception.settings import NotNegative, Seed, Share, between, checked, read_as

IDENTITIES = ASSETS / "identities"

Colour = tuple[Share, Share, Share]
"""Display RGB."""


@checked
@dataclass(frozen=True, slots=True)
class Identity:
    """What makes one human look like nobody else. Colours are display RGB, 0–1."""

    name: str
    """The file's name without ending."""
    sex: Share = 0.5
    """0 man … 1 woman."""
    age: Share = 0.70
    """0 baby, 1/3 child, 2/3 young adult (25 years), 1 old (90 years)."""
    weight: Share = 0.5
    """0 light … 1 heavy."""
    muscle: Share = 0.5
    """0 … 1."""
    height: Share = 0.5
    """0 short … 1 tall."""
    african: NotNegative = 0.0
    """Share of ancestry, unitless; the three are scaled to a sum of 1."""
    asian: NotNegative = 0.0
    """Share of ancestry."""
    caucasian: NotNegative = 1.0
    """Share of ancestry."""
    face: dict[str, Annotated[float, between(-2, 2)]] = field(default_factory=dict)
    """Target path below ``targets`` without ending → weight, e.g.
    ``"nose/nose-scale-horiz-decr" = 0.3``; ``"*-eye-…"`` means both sides."""
    skin: Colour = (0.86, 0.68, 0.58)
    """Skin in plain light."""
    lips: Colour = (0.72, 0.42, 0.40)
    """Lips."""
    lips_closed: Share = 0.08
    """Share of ``mouthClose`` that brings this shape's resting lips together, 0–1."""
    rest: dict[str, Share] = field(default_factory=dict)
    """Expression → weight that the face at rest has, e.g. ``mouthSmile = 0.1``; names without
    ``Left`` or ``Right`` mean both sides. A blink still closes the eyes."""
    blush: Share = 0.5
    """How red cheeks, nose and ears are, 0–1."""
    wear: Share = 0.3
    """How marked under-eyes and folds are, 0–1."""
    stubble: Share = 0.0
    """Shadow of a shaved beard, 0–1."""
    beard: Share = 0.0
    """Cover of a trimmed beard, 0–1."""
    brow: Colour = (0.28, 0.20, 0.15)
    """Brow hair."""
    brow_weight: Share = 0.5
    """0 thin … 1 bushy."""
    brow_arch: Share = 0.5
    """0 straight … 1 high."""
    brow_lift: Annotated[float, between(-0.02, 0.02)] = 0.0
    """How much higher than usual the brows stand, metres."""
    iris: Colour = (0.36, 0.25, 0.15)
    """Iris."""
    hair: Colour = (0.32, 0.22, 0.15)
    """Hair."""
    grey: Share = 0.0
    """Share of grey strands, 0–1."""
    cut: str = "bob"
    """One of ``CUTS``."""
    glasses: str = "none"
    """One of ``GLASSES``."""
    jacket: Colour = (0.20, 0.24, 0.32)
    """Jacket."""
    shirt: Colour = (0.92, 0.92, 0.90)
    """Shirt or blouse."""
    tie: Colour | None = None
    """Tie, or none."""
    collar: str = "blouse"
    """``blouse`` (open neck) or ``shirt`` (folded collar): what ``top`` is where none is given."""
    outer: str = "jacket"
    """What is worn on top: ``jacket``, ``cardigan`` or ``none``."""
    top: str = ""
    """What is worn below it, or alone: ``shirt``, ``blouse`` (V-neck), ``crew`` (round neck),
    ``turtleneck`` or ``polo``; empty means what ``collar`` says."""
    top_cloth: str = ""
    """Cloth of ``top``: ``cotton``, ``satin``, ``knit``, ``dots`` or ``stripe``; empty means the
    garment's usual one."""
    scarf: Colour | None = None
    """Small scarf round the neck, or none."""
    seed: Seed = 1
    """Draws mottling, strands and threads."""

    def __post_init__(self) -> None:
        for name, known in _CHOICES.items():
            if getattr(self, name) not in known:
                choices = ", ".join(k for k in known if k)
                raise ValueError(f"{name} must be one of {choices}, not {getattr(self, name)!r}")
        unknown = sorted(name for name in self.rest if not sides(name))
        if unknown:
            raise ValueError(f"rest names {unknown[0]!r}, which is no ARKit expression")
        if self.african + self.asian + self.caucasian <= 0.0:
            raise ValueError("african, asian and caucasian must not all be 0")


def sides(name: str) -> tuple[str, ...]:
    """The ARKit expressions that a name means: itself, or its left and right; none if unknown."""
    named = (name,) if name in ARKIT_NAMES else (f"{name}Left", f"{name}Right")
    return named if all(n in ARKIT_NAMES for n in named) else ()


OUTERS = ("jacket", "cardigan", "none")
TOPS = ("", "shirt", "blouse", "crew", "turtleneck", "polo")
TOP_CLOTHS = ("", "cotton", "satin", "knit", "dots", "stripe")
CUTS = ("bob", "crop", "fade", "long", "parted", "pinned", "swept", "tied", "waves")
GLASSES = ("none", "metal", "horn", "reading")
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "cut": CUTS,
    "glasses": GLASSES,
    "collar": ("blouse", "shirt"),
    "outer": OUTERS,
    "top": TOPS,
    "top_cloth": TOP_CLOTHS,
}


def identities() -> tuple[str, ...]:
    """Names of all identities that can be baked."""
    return tuple(sorted(path.stem for path in IDENTITIES.glob("*.toml")))


def load_identity(name: str) -> Identity:
    """Reads one identity.

    Args:
        name: a file of ``assets/identities`` without ending, or the path of a TOML file.

    Raises:
        InputError: there is no such file.
        SettingsError: it is not TOML, a key is unknown, or a value has the wrong type or range.
    """
    path = Path(name) if name.endswith(".toml") else IDENTITIES / f"{name}.toml"
    if not is_file(path):
        raise InputError(f"no identity {name!r}: choose one of {', '.join(identities())}")
    return read_as(Identity, path, str(path), name=path.stem)
