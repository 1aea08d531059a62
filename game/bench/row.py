"""One figure of a bench, with its aim."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of one bench."""

    bench: str
    figure: str
    """What was measured: "frames/s at 1280×720, 1 % low"."""
    value: float | None
    """None where it could not be measured; ``unit`` then stays what it would have been."""
    unit: str
    aim: str = ""
    """What is aimed at, as a person reads it: "≥ 60"; empty where there is no aim."""
    met: bool | None = None
    """Whether the aim is met; None where there is no aim or no value."""
    faults: tuple[str, ...] = ()
    """What was not as it should be, as a person finds it again; told with ``--faults``."""

    @classmethod
    def at_least(cls, bench: str, figure: str, value: float | None, unit: str, aim: float) -> Row:
        """A row whose value should reach ``aim``."""
        return cls(
            bench, figure, value, unit, f"≥ {aim:g}", None if value is None else value >= aim
        )

    @classmethod
    def at_most(cls, bench: str, figure: str, value: float | None, unit: str, aim: float) -> Row:
        """A row whose value should stay at or under ``aim``."""
        return cls(
            bench, figure, value, unit, f"≤ {aim:g}", None if value is None else value <= aim
        )
