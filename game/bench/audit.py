"""Whether scores stay where they are when something changes that must not matter.

    python3 run.py bench audit

The same candidate twice, once as they are and once with one thing changed: words misheard by the
recogniser, another pitch, loudness or pace of the same speech, another light, skin or glasses in
the same pictures. What changes in each score, and in the points of each measure beneath it, is the
fault of the program. Where a score moves by more than five points, the audit fails, and says how
much of its weight beside other scores it loses, as what it rests on is doubted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from game.bench.audit_judged import Pair
from game.bench.audit_picture import seen_changed
from game.bench.audit_sound import heard_changed
from game.bench.audit_words import misheard_sessions
from game.bench.row import Row
from scoring.fusion import GROUPS

BENCH = "audit"
AIM_POINTS = 5.0
"""A score may move by this much."""
SCORES = (*GROUPS, "overall")
LOOKS = ("smile_share", "brow_activity", "nods", "blinks_per_min", "head_movement_dps")
"""Measures of a face that are shown, though no score rests on them."""


def measure(quick: bool, data_dir: Path | None) -> list[Row]:
    """Changes one thing after another.

    Args:
        quick: one candidate, and fewer changes.
        data_dir: folder of the real recordings and films; without it only words are audited.

    Raises:
        ModelError: a model of understanding or seeing is missing or damaged.
    """
    pairs = list(misheard_sessions(quick))
    rows = [*compared(pairs, SCORES), *beneath(pairs)]
    if data_dir is not None:
        heard = list(heard_changed(data_dir, quick))
        rows += [*compared(heard, ("delivery",)), *beneath(heard)]
        seen = list(seen_changed(data_dir, quick))
        rows += [*compared(seen, ("nonverbal",)), *beneath(seen), *looks(seen)]
    return rows


def compared(pairs: Sequence[Pair], scores: Sequence[str]) -> list[Row]:
    """Rows of each change and score: the largest change of any candidate, with an aim.

    A score without a number before has nothing to move; one that has none after was withheld, which
    is no change but is counted.

    Args:
        pairs: of any changes.
        scores: names of those that can be told from this material.
    """
    rows = []
    for change in dict.fromkeys(pair.change for pair in pairs):
        of = [pair for pair in pairs if pair.change == change]
        rows += [row for name in scores if (row := _row(change, name, of)) is not None]
    return rows


def _row(change: str, name: str, pairs: Sequence[Pair]) -> Row | None:
    known = [pair for pair in pairs if pair.before.scores[name] is not None]
    if not known:
        return None
    moved = [(_difference(p.before.scores[name], p.after.scores[name]), p) for p in known]
    told = [(d, p) for d, p in moved if d is not None]
    withheld = len(moved) - len(told)
    if not told:
        figure = f"{change}: {name} withheld from all {withheld}"
        return Row(BENCH, figure, None, "points", f"≤ {AIM_POINTS:g}", None)
    sizes = np.abs([d for d, _ in told])
    figure = f"{change}: {name}, largest change (median {np.median(sizes):.1f}"
    figure += f", {withheld} of {len(moved)} withheld)" if withheld else f" of {len(told)})"
    faults = [
        f"{p.candidate}, {change}: {name} {p.before.scores[name]} to {p.after.scores[name]}, "
        f"most by {_culprit(name, p)}"
        for d, p in told
        if abs(d) > AIM_POINTS
    ]
    keeps = [(p.after.kept[name], p.before.kept[name]) for _, p in told if name in p.after.kept]
    if faults and keeps:
        after, before = min(keeps)
        figure += f"; its weight falls from {before:.2f} to {after:.2f}"
    row = Row.at_most(BENCH, figure, round(float(sizes.max()), 1), "points", AIM_POINTS)
    return replace(row, faults=tuple(faults))


def _culprit(name: str, pair: Pair) -> str:
    """The measure whose points moved most, with what it was and became."""
    moved = [
        (abs(d), measure)
        for (group, measure), points in pair.before.points.items()
        if name in (group, "overall")
        and (d := _difference(points, pair.after.points[group, measure])) is not None
    ]
    if not moved:
        return "no single measure"
    size, most = max(moved)
    before, after = pair.before.values[most] or 0.0, pair.after.values[most] or 0.0
    return f"{most} ({before:.2f} to {after:.2f}, {size:.0f} points)"


def beneath(pairs: Sequence[Pair]) -> list[Row]:
    """For each change the measure whose points moved most, believed or not, without an aim."""
    rows = []
    for change in dict.fromkeys(pair.change for pair in pairs):
        moved = [
            (abs(d), measure, pair)
            for pair in pairs
            if pair.change == change
            for (group, measure), points in pair.before.points.items()
            if (d := _difference(points, pair.after.points[group, measure])) is not None
        ]
        if moved:
            size, most, pair = max(moved, key=lambda each: each[:2])
            told = f"{pair.before.values[most]:.2f} to {pair.after.values[most]:.2f}"
            figure = f"{change}: moves most beneath the scores, {most} ({told})"
            rows.append(Row(BENCH, figure, round(size, 1), "points"))
    return rows


def looks(pairs: Sequence[Pair]) -> list[Row]:
    """Rows of measures of the face that no score rests on: how far they move, for each change."""
    rows = []
    for name in LOOKS:
        for change in dict.fromkeys(pair.change for pair in pairs):
            of = [pair for pair in pairs if pair.change == change]
            both = [(p.before.values[name], p.after.values[name]) for p in of]
            known = [(b, a) for b, a in both if b is not None and a is not None]
            if known:
                mean = float(np.mean(known))
                size = float(np.mean([abs(a - b) for b, a in known]))
                if mean > 0:
                    figure = f"{change}: {name} moves, of its mean ({mean:.2f})"
                    rows.append(Row(BENCH, figure, round(100.0 * size / mean, 1), "%"))
    return rows


def _difference(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before
