"""Content that scoring rests on: norms, curves, cue words, wording. All in ``assets/rubrics``.

A study may put files of its own in place of some of them: a folder that is named in the settings
(``[scoring] rubrics``) and that holds whole files of the same names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

from perception.errors import SettingsError
from perception.filler_words import tokens
from perception.named_file import is_file, is_folder
from perception.paths import ASSETS
from perception.recorded import looked_up
from perception.settings import build
from perception.toml_files import read_toml
from scoring.rubric_places import place_faults
from scoring.rubric_shapes import NORM_END, SHAPES
from scoring.types import Norm

__all__ = [
    "RUBRICS",
    "load",
    "norms",
    "own_files",
    "placed_corners",
    "rubrics_of",
    "tokens",
    "using",
]

RUBRICS = ASSETS / "rubrics"

_GROUPS = ("content", "delivery", "nonverbal", "responsiveness")
"""Tables of curves in ``scores.toml``."""
_OWN: ContextVar[Path | None] = ContextVar("rubrics", default=None)
"""The folder of a study whose files are read before those that ship."""


@contextmanager
def using(folder: Path | None) -> Iterator[None]:
    """Has a folder's files read in place of those of the same name; None for those that ship."""
    before = _OWN.set(folder)
    try:
        yield
    finally:
        _OWN.reset(before)


def own_files(folder: Path) -> tuple[str, ...]:
    """Names of the files of a study that take the place of others, without their ending.

    Raises:
        SettingsError: there is no such folder, none of its files is a rubric, one is of another
            name, or one has a wrong key or value; the message names the file.
    """
    if not is_folder(folder):
        raise SettingsError(f"{folder}: no such folder of rubrics; check [scoring] rubrics")
    found = tuple(sorted(path.stem for path in folder.glob("*.toml")))
    for name in found:
        if name not in SHAPES:
            raise SettingsError(
                f"{folder / name}.toml: no rubric of that name; use some of {', '.join(SHAPES)}"
            )
    if not found:
        raise SettingsError(
            f"{folder}: holds no rubric; copy norms.toml there from {RUBRICS} and change it"
        )
    with using(folder):
        for name in found:
            load(name)
        for group in _GROUPS:
            for name, entry in load("scores")[group].items():
                placed_corners(group, name, entry["points"])
    return found


def rubrics_of(meta: Mapping[str, Any]) -> tuple[Path | None, tuple[str, ...]]:
    """The rubrics that the settings of a session name, and notes on which were used.

    A folder that is gone leaves the rubrics that ship, and a note: a record outlives its study.

    Args:
        meta: ``session.json``.

    Raises:
        SettingsError: a file of the folder is wrong; the message names it.
    """
    at = looked_up(meta, "settings", "scoring", "rubrics")
    if not isinstance(at, str) or not at:
        return None, ()
    folder = Path(at)
    if not is_folder(folder):
        return None, (f"the rubrics of {folder.name} are not there any more; the usual were used",)
    names = ", ".join(own_files(folder))
    return folder, (f"rubrics of this study, {folder.name}, were used for: {names}",)


def load(name: str) -> dict[str, Any]:
    """Reads ``NAME.toml`` of the rubrics in use; treat the result as read-only.

    Raises:
        InputError: it is missing.
        SettingsError: it is not TOML, or a key or value is wrong; the message names file and key.
    """
    own = _OWN.get()
    if own is not None and is_file(own / f"{name}.toml"):
        return _read(own / f"{name}.toml", name, own)
    return _usual(RUBRICS, name)


@lru_cache(maxsize=64)
def _usual(folder: Path, name: str) -> dict[str, Any]:
    # asked for at every word: even putting the path together would take seconds of a long record
    return _read(folder / f"{name}.toml", name, None)


@lru_cache(maxsize=64)
def _read(path: Path, name: str, own: Path | None) -> dict[str, Any]:
    table = read_toml(path)
    where = path.name if own is None else str(path)
    build(SHAPES[name], table, where)
    for fault in place_faults(name, table):
        raise SettingsError(f"{where}: {fault}")
    return table


def norms() -> dict[str, Norm]:
    """Published bands by name of measure."""
    return {
        name: Norm(table.get("low"), table.get("high"), table["source"])
        for name, table in load("norms").items()
    }


def placed_corners(
    group: str, name: str, points: Sequence[Sequence[Any]]
) -> tuple[tuple[float, float], ...]:
    """Corners of a curve with the ends of the measure's norm put in their places.

    Raises:
        SettingsError: they do not go together; the message names file and measure.
    """
    norm = norms().get(name)
    corners = []
    for at, worth in points:
        value = at
        if end := NORM_END.fullmatch(str(at)):
            value = getattr(norm, end[2], None)
            if value is None:
                raise SettingsError(
                    f"scores.toml: {group}: {name}: points have a corner at {at!r}, which the norm "
                    f"does not have; give {end[2]} in norms.toml, or a number here"
                )
            value *= float(end[1] or 1.0)
        corners.append((float(value), float(worth)))
    values = [value for value, _ in corners]
    if values != sorted(set(values)):
        raise SettingsError(
            f"scores.toml: {group}: {name}: with the norm's ends, points are at {values}; "
            "each must be to the right of the one before"
        )
    return tuple(corners)
