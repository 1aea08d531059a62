"""Figures of seeing against candidates of whom everything is known, and how equal they are."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from game.bench.routines import Performance, perform_all, sitters, without_calibration
from game.bench.row import Row
from perception.face.actionunits import UNITS
from perception.types import HeadGesture

TRUSTED = 0.5
WITHIN_DEG = 40.0
"""Head poses up to this count."""
MATCH_S = 0.35
"""A found gesture belongs to one that was made if their middles are nearer than half its length and
this."""
LARGEST_GAP_PCT = 10.0
"""Groups may differ by this share of the mean before a measure carries a warning."""

Floats = NDArray[np.float64]


def measure_truth(quick: bool = False) -> list[Row]:
    """Everything that can be held against truth, and the differences between groups."""
    done = perform_all(sitters(quick))
    rows = [*_pose(done), *_gaze(done), *_units(done), *_gestures(done)]
    return rows if quick else [*rows, *fairness(done)]


def fairness(done: Sequence[Performance]) -> list[Row]:
    """Largest gap between groups of each measure, in per cent of its mean."""
    rows = []
    for name, value in MEASURES.items():
        values = np.array([value(each) for each in done])
        for group, of in GROUPS.items():
            labels = [of(each) for each in done]
            means = [
                float(np.nanmean(values[[label == other for label in labels]]))
                for other in sorted(set(labels))
            ]
            gap = 100.0 * (max(means) - min(means)) / max(1e-9, abs(float(np.nanmean(values))))
            rows.append(
                Row.at_most("seeing", f"{name}, gap between {group}", gap, "%", LARGEST_GAP_PCT)
            )
    return rows


def _sure(one: Performance) -> NDArray[np.bool_]:
    return np.array([r.confidence >= TRUSTED and r.yaw_deg is not None for r in one.readings])


def _told(one: Performance) -> Floats:
    """(n, 3) head angles as told, NaN where none were."""
    return np.array(
        [
            (np.nan,) * 3 if r.yaw_deg is None else (r.yaw_deg, r.pitch_deg, r.roll_deg)
            for r in one.readings
        ],
        float,
    )


def _pose(done: Sequence[Performance]) -> list[Row]:
    errors, apart, seen = [], [], []
    for one in done:
        near = np.abs(one.head_deg).max(axis=1) <= WITHIN_DEG
        sure = _sure(one)
        seen.append(sure[near].mean())
        both = sure & near
        errors.append(np.abs(_told(one) - one.head_deg)[both])
        places = np.array([one.readings[i].position_m for i in np.flatnonzero(both)], float)
        true = one.position_m[both]
        apart.append(np.linalg.norm(places - true, axis=1) / np.linalg.norm(true, axis=1))
    yaw, pitch, roll = np.concatenate(errors).mean(axis=0).tolist()
    return [
        Row.at_least(
            "seeing", "synthetic: face read, share of frames", float(np.mean(seen)), "", 0.97
        ),
        Row.at_most("seeing", "synthetic: yaw error, mean", yaw, "°", 3),
        Row.at_most("seeing", "synthetic: pitch error, mean", pitch, "°", 4),
        Row.at_most("seeing", "synthetic: roll error, mean", roll, "°", 2),
        Row.at_most(
            "seeing",
            "synthetic: position error, mean",
            100 * float(np.concatenate(apart).mean()),
            "%",
            5,
        ),
    ]


def _gaze(done: Sequence[Performance]) -> list[Row]:
    rows = []
    for name, group in (
        ("calibrated", list(done)),
        ("uncalibrated", [without_calibration(each) for each in done]),
    ):
        off: list[float] = []
        right: dict[str, list[bool]] = {"screen": [], "down": [], "away": []}
        eyes: list[bool] = []
        sure: list[float] = []
        for one in group:
            for i in np.flatnonzero((one.phase == "targets") & (one.target != "")):
                gaze, truth = one.readings[i].gaze, str(one.target[i])
                if one.closed[i] > 0.1 or _sure(one)[i] == np.False_:
                    continue
                kind = "screen" if truth == "eyes" else truth
                right[kind].append(gaze is not None and gaze.target == kind)
                if gaze is None:
                    continue
                if kind == "screen":
                    off.append(_angle_deg((gaze.yaw_deg, gaze.pitch_deg), one.gaze_deg[i]))
                    if gaze.eyes is not None:
                        eyes.append(gaze.eyes == _on_eyes(one, int(i)))
                if gaze.confidence is not None:
                    sure.append(gaze.confidence)
        shares = {kind: float(np.mean(hits)) for kind, hits in right.items() if hits}
        error = float(np.mean(off))
        target = float(np.mean(list(shares.values())))
        aimed = name == "calibrated"
        rows += [
            Row.at_most("seeing", f"synthetic: gaze error, {name}, mean", error, "°", 4)
            if aimed
            else Row("seeing", f"synthetic: gaze error, {name}, mean", error, "°"),
            Row.at_least("seeing", f"synthetic: gaze target right, {name}", target, "", 0.95)
            if aimed
            else Row("seeing", f"synthetic: gaze target right, {name}", target, ""),
            *(
                Row("seeing", f"synthetic: gaze on {kind} said, {name}", share, "")
                for kind, share in sorted(shares.items())
            ),
            Row("seeing", f"synthetic: gaze confidence, {name}, mean", float(np.mean(sure)), ""),
        ]
        if eyes:
            said = float(np.mean(eyes))
            rows.append(
                Row("seeing", f"synthetic: on her eyes or not said right, {name}", said, "")
            )
    failed = sum(one.gaze_error_deg is None for one in done)
    return [*rows, Row.at_most("seeing", "synthetic: calibrations that failed", failed, "", 0)]


def _on_eyes(one: Performance, i: int) -> bool:
    from game.synthetic.routine import EYES_M
    from perception.face.gaze import GazeSettings, angles_to

    x, y, z = one.position_m[i]
    aim = angles_to(EYES_M, (float(x), float(y), float(z)))
    return _angle_deg(aim, one.gaze_deg[i]) <= GazeSettings().eye_contact_deg


def _units(done: Sequence[Performance]) -> list[Row]:
    found = unit_correlations(done)
    mean = float(np.mean(list(found.values())))
    rows = [Row.at_least("seeing", "synthetic: action units, mean r", mean, "", 0.85)]
    for number, r in found.items():
        name = f"synthetic: AU{number} ({UNITS[number]}), r"
        aim = {12: 0.95, 6: 0.80}.get(number)
        rows.append(
            Row("seeing", name, r, "") if aim is None else Row.at_least("seeing", name, r, "", aim)
        )
    return rows


def unit_correlations(done: Sequence[Performance]) -> dict[int, float]:
    """Correlation of each action unit as told and as shown, over all people and lights."""
    told, true = [], []
    for one in done:
        use = (np.isin(one.phase, ("face", "gestures"))) & _sure(one)
        told.append(
            [
                [r.action_units.get(n, 0.0) for n in UNITS]
                for r, u in zip(one.readings, use, strict=True)
                if u
            ]
        )
        true.append(one.units[use])
    a, b = np.concatenate(told), np.concatenate(true)
    return {n: float(np.corrcoef(a[:, i], b[:, i])[0, 1]) for i, n in enumerate(UNITS)}


def _gestures(done: Sequence[Performance]) -> list[Row]:
    rows = []
    for kind in ("blink", "nod", "shake"):
        hits = made = found = 0
        late: list[float] = []
        for one in done:
            here, delays = matched(
                [g for g in one.made if g.kind == kind], [g for g in one.found if g.kind == kind]
            )
            hits += here
            late += delays
            made += sum(g.kind == kind for g in one.made)
            found += sum(g.kind == kind for g in one.found)
        score = 2 * hits / max(1, made + found)
        rows.append(Row.at_least("seeing", f"synthetic: {kind}s, F1 of {made}", score, "", 0.95))
        if late:
            delay = 1e3 * float(np.percentile(late, 95))
            rows.append(Row.at_most("seeing", f"synthetic: {kind}s, delay p95", delay, "ms", 400))
    return rows


def matched(made: Sequence[HeadGesture], found: Sequence[HeadGesture]) -> tuple[int, list[float]]:
    """How many were found, each at most once, and how long after their end that was known."""
    free = list(found)
    late = []
    for gesture in made:
        middle = (gesture.t_start_s + gesture.t_end_s) / 2
        reach = (gesture.t_end_s - gesture.t_start_s) / 2 + MATCH_S
        near = [g for g in free if abs((g.t_start_s + g.t_end_s) / 2 - middle) <= reach]
        if near:
            best = min(near, key=lambda g: abs((g.t_start_s + g.t_end_s) / 2 - middle))
            free.remove(best)
            late.append(best.t_found_s - gesture.t_end_s)
    return len(late), late


def _angle_deg(a: Sequence[float] | Floats, b: Sequence[float] | Floats) -> float:
    (ya, pa), (yb, pb) = np.radians(a), np.radians(b)
    cosine = math.sin(pa) * math.sin(pb) + math.cos(pa) * math.cos(pb) * math.cos(ya - yb)
    return math.degrees(math.acos(max(-1.0, min(1.0, cosine))))


def _smile(one: Performance) -> float:
    smiling = (one.units[:, list(UNITS).index(12)] >= 0.5) & _sure(one)
    values = [one.readings[i].action_units[12] for i in np.flatnonzero(smiling)]
    return float(np.mean(values)) if values else math.nan


def _brows(one: Performance) -> float:
    columns = [list(UNITS).index(n) for n in (1, 2, 4)]
    raised = (one.units[:, columns].max(axis=1) >= 0.5) & _sure(one)
    values = [
        max(one.readings[i].action_units[n] for n in (1, 2, 4)) for i in np.flatnonzero(raised)
    ]
    return float(np.mean(values)) if values else math.nan


def _on_screen(one: Performance) -> float:
    rows = np.flatnonzero((one.phase == "targets") & _sure(one))
    gazes = [one.readings[i].gaze for i in rows]
    return float(np.mean([g.target == "screen" for g in gazes if g is not None]))


def _count(kind: str) -> Callable[[Performance], float]:
    return lambda one: (
        float(sum(g.kind == kind for g in one.found))
        / max(1, sum(g.kind == kind for g in one.made))
    )


def _yaw_gain(one: Performance) -> float:
    use = (one.phase == "head") & _sure(one)
    told, true = _told(one)[use, 0], one.head_deg[use, 0]
    return float(np.polyfit(true, told, 1)[0])


def _distance(one: Performance) -> float:
    sure = np.flatnonzero(_sure(one))
    return float(np.mean([one.readings[i].position_m[2] / one.position_m[i, 2] for i in sure]))


MEASURES: Mapping[str, Callable[[Performance], float]] = {
    "faces read": lambda one: float(_sure(one).mean()),
    "smiles (AU12 while smiling)": _smile,
    "brows (AU1, 2, 4 while moved)": _brows,
    "gaze on screen": _on_screen,
    "blinks found": _count("blink"),
    "nods found": _count("nod"),
    "shakes found": _count("shake"),
    "yaw told per yaw turned": _yaw_gain,
    "distance told per distance": _distance,
}
"""What is said of the same routine, done by everyone."""

GROUPS: Mapping[str, Callable[[Performance], str]] = {
    "skin tones": lambda one: str(one.sitter.kind.tone),
    "ages": lambda one: str(one.sitter.kind.age),
    "lights": lambda one: one.sitter.light,
}
