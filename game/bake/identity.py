"""Who can be baked: the content files of ``assets/identities``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from game.bake.arkit import ARKIT_NAMES
from perception.errors import InputError, SettingsError
from perception.paths import ASSETS

IDENTITIES = ASSETS / "identities"

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes one human look like nobody else. Colours are display RGB, 0–1."""

    name: str
    """The file's name without ending."""
    sex: float = 0.5
    """0 man … 1 woman."""
    age: float = 0.70
    """0 baby, 1/3 child, 2/3 young adult (25 years), 1 old (90 years)."""
    weight: float = 0.5
    """0 light … 1 heavy."""
    muscle: float = 0.5
    """0 … 1."""
    height: float = 0.5
    """0 short … 1 tall."""
    african: float = 0.0
    """Share of ancestry, unitless; the three are scaled to a sum of 1."""
    asian: float = 0.0
    """Share of ancestry."""
    caucasian: float = 1.0
    """Share of ancestry."""
    face: dict[str, float] = field(default_factory=dict)
    """Target path below ``targets`` without ending → weight, e.g.
    ``"nose/nose-scale-horiz-decr" = 0.3``; ``"*-eye-…"`` means both sides."""
    skin: Colour = (0.86, 0.68, 0.58)
    """Skin in plain light."""
    lips: Colour = (0.72, 0.42, 0.40)
    """Lips."""
    lips_closed: float = 0.08
    """Share of ``mouthClose`` that brings this shape's resting lips together, 0–1."""
    rest: dict[str, float] = field(default_factory=dict)
    """Expression → weight that the face at rest has, e.g. ``mouthSmile = 0.1``; names without
    ``Left`` or ``Right`` mean both sides. A blink still closes the eyes."""
    blush: float = 0.5
    """How red cheeks, nose and ears are, 0–1."""
    wear: float = 0.3
    """How marked under-eyes and folds are, 0–1."""
    stubble: float = 0.0
    """Shadow of a shaved beard, 0–1."""
    beard: float = 0.0
    """Cover of a trimmed beard, 0–1."""
    brow: Colour = (0.28, 0.20, 0.15)
    """Brow hair."""
    brow_weight: float = 0.5
    """0 thin … 1 bushy."""
    brow_arch: float = 0.5
    """0 straight … 1 high."""
    brow_lift: float = 0.0
    """How much higher than usual the brows stand, metres."""
    iris: Colour = (0.36, 0.25, 0.15)
    """Iris."""
    hair: Colour = (0.32, 0.22, 0.15)
    """Hair."""
    grey: float = 0.0
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
    seed: int = 1
    """Draws mottling, strands and threads."""

    def __post_init__(self) -> None:
        shares = ("sex", "age", "weight", "muscle", "height", "blush", "wear", "stubble")
        for name in (*shares, "beard", "brow_arch"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"{name} must be from 0 to 1, not {getattr(self, name)}")
        if self.cut not in CUTS:
            raise ValueError(f"cut must be one of {', '.join(CUTS)}, not {self.cut!r}")
        if self.glasses not in GLASSES:
            raise ValueError(f"glasses must be one of {', '.join(GLASSES)}, not {self.glasses!r}")
        if self.collar not in ("blouse", "shirt"):
            raise ValueError(f"collar must be blouse or shirt, not {self.collar!r}")
        for name, known in (("outer", OUTERS), ("top", TOPS), ("top_cloth", TOP_CLOTHS)):
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


def identities() -> tuple[str, ...]:
    """Names of all identities that can be baked."""
    return tuple(sorted(path.stem for path in IDENTITIES.glob("*.toml")))


def load_identity(name: str) -> Identity:
    """Reads one identity.

    Args:
        name: a file of ``assets/identities`` without ending, or the path of a TOML file.

    Raises:
        InputError: there is no such file.
        SettingsError: a key is unknown or a value is out of range.
    """
    path = Path(name) if name.endswith(".toml") else IDENTITIES / f"{name}.toml"
    if not path.is_file():
        raise InputError(f"no identity {name!r}: choose one of {', '.join(identities())}")
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML ({error}); mend that line") from error
    known = {f.name for f in fields(Identity)} - {"name"}
    unknown = sorted(set(table) - known)
    if unknown:
        raise SettingsError(
            f"{path}: unknown key {unknown[0]!r}; known are {', '.join(sorted(known))}"
        )
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}
    try:
        return Identity(name=path.stem, **values)
    except (TypeError, ValueError) as error:
        raise SettingsError(f"{path}: {error}") from error
