"""Haircuts: what a hairdresser would be told, in numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cut:
    """The form of a haircut; lengths in metres, directions from the head's middle."""

    flow: str
    """How strands lie: ``parted`` from a parting line down both sides, or ``whorl`` outward from
    (or, gathered, toward) one point."""
    volume: float
    """Thickness of the hair over the crown."""
    sides: float
    """Thickness at the sides and the nape."""
    part_x: float = 0.0
    """Where the parting is; + is her left."""
    part_lift: float = 1.0
    """Thickness beside the parting, as a share of ``volume``."""
    part_turn: float = 0.0
    """Length of the parting that a whorl starts from, radians back from its point."""
    back: float = 0.0
    """How far a whorl's strands are combed back on their way, unitless."""
    pole: tuple[float, float, float] = (0.0, 0.2, 1.0)
    """The whorl's point."""
    end: float | None = None
    """How far over (below: negative) the eyes falling hair ends; none where it ends at the
    hairline."""
    before: tuple[float, float] = (0.0, 0.0)
    """Share of the hair of her right and left side that lies before the shoulder, 0–1."""
    wave: float = 0.0
    """Half width of the waves."""
    coils: bool = False
    """Whether strands are tight coils."""
    bun: float = 0.0
    """Radius of the knot at the pole, none if 0."""
    recession: float = 0.0
    """How much higher the hairline is at the temples."""
    fade: float = 0.0
    """How far the sides are shorn down to skin, 0–1."""
    locks: int = 120
    """How many locks lie over the inner shell."""
    lock_width: float = 0.014
    """Width of a lock."""
    lock_rise: float = 0.35
    """How unevenly locks stand off, as a share of the thickness."""
    tidy: float = 0.8
    """How closely locks follow each other, 0–1."""

    @property
    def combed(self) -> bool:
        """Whether a top layer lies over short sides."""
        return self.flow == "whorl" and not self.coils and not self.bun

    @property
    def falls(self) -> bool:
        """Whether the hair covers the ears and hangs."""
        return self.end is not None


FORMS: dict[str, Cut] = {
    "bob": Cut(
        "parted",
        0.018,
        0.019,
        part_x=0.030,
        part_lift=0.68,
        end=-0.130,
        locks=120,
        lock_width=0.017,
    ),
    "long": Cut(
        *("parted", 0.015, 0.015),
        part_x=0.006,
        part_lift=0.68,
        end=-0.345,
        before=(0.0, 0.70),
        locks=100,
        lock_width=0.020,
        lock_rise=0.2,
        tidy=0.92,
    ),
    "waves": Cut(
        *("parted", 0.018, 0.020),
        part_x=-0.022,
        part_lift=0.68,
        end=-0.325,
        before=(0.45, 0.55),
        wave=0.0085,
        locks=68,
        lock_width=0.036,
        lock_rise=0.28,
        tidy=0.8,
    ),
    "parted": Cut(
        *("whorl", 0.020, 0.0055),
        pole=(0.44, -0.72, 0.52),
        part_turn=0.75,
        part_lift=0.25,
        back=0.12,
        recession=0.006,
        locks=150,
        lock_width=0.013,
        lock_rise=0.22,
        tidy=0.93,
    ),
    "swept": Cut(
        *("whorl", 0.022, 0.006),
        pole=(0.22, -0.86, 0.52),
        part_turn=0.1,
        part_lift=0.6,
        back=0.1,
        locks=170,
        lock_width=0.012,
        lock_rise=0.5,
        tidy=0.6,
    ),
    "tied": Cut(
        *("whorl", 0.009, 0.007),
        pole=(0.0, 0.90, 0.12),
        bun=0.030,
        locks=90,
        lock_width=0.016,
        lock_rise=0.12,
    ),
    "pinned": Cut(
        *("whorl", 0.021, 0.012),
        pole=(0.0, 0.80, 0.52),
        bun=0.040,
        locks=125,
        lock_width=0.019,
        lock_rise=0.15,
        tidy=0.85,
    ),
    "crop": Cut("whorl", 0.0055, 0.0035, coils=True, locks=0),
    "fade": Cut("whorl", 0.010, 0.0025, coils=True, fade=1.0, locks=0),
}
"""A cut's name to its form."""
