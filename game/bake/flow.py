"""Which way hair lies: a field of strands over head and shoulders.

Strands are numbered round the head by ``s`` and run from root to tip along
``t``, both 0–1, so that a place in the hair is (s, t, height over the skin).
The inner shell and every lock are pieces of this one field.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from game.bake.cuts import Cut
from game.bake.skull import Skull
from game.bake.source import Floats

_STRANDS, _STEPS = 72, 40
_WAVE_M = 0.15
"""From one wave's crest to the next."""
_CROWN = (0.0, 0.25, 0.97)


@dataclass(frozen=True, slots=True)
class Flow:
    """The field, sampled at S strands of T points."""

    points: Floats
    """(S, T, 3) where strands of no height lie, metres."""
    out: Floats
    """(S, T, 3) unit, away from the head."""
    height: Floats
    """(S, T) how thick the hair is there, metres."""
    cover: Floats
    """(S, T) how much hair there is: fades at hairlines, 0–1."""
    fallen: Floats
    """(S, T) 0 on the head … 1 hanging free of it."""
    round_: bool
    """Whether the last strand lies beside the first."""
    gaps: NDArray[np.bool_]
    """(S,) where a strand and the next lie on different sides of a shoulder."""

    def beside(self, s: Floats) -> Floats:
        """(n,) places round the head, held on the first one's side of every gap."""
        strands = len(self.gaps)
        rows = strands if self.round_ else strands - 1
        shut = np.flatnonzero(self.gaps) / rows
        turn = np.floor(s[0]) if self.round_ else 0.0
        shut = np.concatenate([shut - 1, shut, shut + 1]) + turn if self.round_ else shut
        # a place within a gap belongs to the strand it is nearer to
        middle = shut + 0.5 / rows
        low = shut[middle >= s[0]].min(initial=np.inf)
        high = shut[middle < s[0]].max(initial=-np.inf) + 1.0 / rows
        return np.clip(s, high, low)

    def at(self, s: Floats, t: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """Points, out, height, cover and fallen at (n,) places; outside 0–1 the rim's."""
        strands, steps = self.height.shape
        if self.round_:
            row = (s % 1.0) * strands
            low = np.floor(row).astype(int) % strands
            high = (low + 1) % strands
        else:
            row = np.clip(s, 0, 1) * (strands - 1)
            low = np.minimum(np.floor(row).astype(int), strands - 2)
            high = low + 1
        column = np.clip(t, 0, 1) * (steps - 1)
        left = np.minimum(np.floor(column).astype(int), steps - 2)
        a, b = row - np.floor(row), column - left
        if not self.round_:
            a = row - low
        a = np.where(self.gaps[low], np.round(a), a)

        def mixed(field: Floats) -> Floats:
            shape = (-1,) + (1,) * (field.ndim - 2)
            x, y = a.reshape(shape), b.reshape(shape)
            near = field[low, left] * (1 - y) + field[low, left + 1] * y
            far = field[high, left] * (1 - y) + field[high, left + 1] * y
            return near * (1 - x) + far * x

        out = mixed(self.out)
        out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)
        return mixed(self.points), out, mixed(self.height), mixed(self.cover), mixed(self.fallen)


def flow_of(skull: Skull, cut: Cut, crown: bool = False) -> Flow:
    """The field of one cut on one head.

    Args:
        skull: the head.
        cut: its hair.
        crown: True for the short hair beneath, which lies down from the crown on all sides and
            reaches every hairline, with the cut's own thickness.
    """
    if crown:
        points = _whorl(skull, replace(cut, pole=_CROWN, part_turn=0.0, back=0.0))
    elif cut.flow == "whorl":
        points = _whorl(skull, cut)
    else:
        points = _parted(skull, cut)
    points = skull.settled(points, 0.0015, 0.003)
    head = _length_share(points)
    fallen = np.zeros(points.shape[:2])
    gaps = np.zeros(len(points), bool)
    if cut.combed and not crown:
        # strands that end at the near hairline have nothing in common with those that go round
        ends = head[:, -1]
        ratio = ends / np.roll(ends, -1)
        gaps = np.maximum(ratio, 1 / ratio) > 1.4
    if cut.end is not None:
        before = _before(cut)
        gaps[:-1] = before[1:] != before[:-1]
        points, fallen = _fallen(skull, cut, points, before, gaps)
        head = _length_share(points)
    ways = points - skull.middle
    ways /= np.linalg.norm(ways, axis=2, keepdims=True)
    out = _outward(points, ways, cut.flow == "whorl")
    out = np.where(fallen[..., None] > 0.05, out, ways * 0.7 + out * 0.3)
    out /= np.linalg.norm(out, axis=2, keepdims=True)
    if cut.wave:
        points = _waved(skull, cut, points, out, head)
        points = skull.pushed_out(points.reshape(-1, 3), 0.002).reshape(points.shape)
    height = _height(skull, cut, points, ways, fallen, head)
    edge = skull.inside(points)
    cover = np.clip(edge / 0.008 + 0.55, 0, 1)
    if cut.falls:
        cover = np.maximum(cover, np.clip(head / 0.15, 0, 1))
    if cut.fade:
        rel = points - skull.eye
        grown = np.clip((rel[..., 2] - 0.004) / 0.066, 0, 1)
        cover *= grown
        height *= 0.25 + 0.75 * grown
    return Flow(points, out, height, cover, fallen, cut.flow == "whorl", gaps)


def _length_share(points: Floats) -> Floats:
    """(S, T) metres along each strand from its root."""
    steps = np.linalg.norm(np.diff(points, axis=1), axis=2)
    return np.concatenate([np.zeros((len(points), 1)), np.cumsum(steps, axis=1)], axis=1)


def _resampled(points: Floats, end: Floats, steps: int) -> Floats:
    """Strands (S, T, 3) cut at (S,) metres and divided into equal steps."""
    length = _length_share(points)
    result = np.empty((len(points), steps, 3))
    for i in range(len(points)):
        at = np.linspace(0, min(end[i], length[i, -1]), steps)
        for axis in range(3):
            result[i, :, axis] = np.interp(at, length[i], points[i, :, axis])
    return result


def _whorl(skull: Skull, cut: Cut) -> Floats:
    """Strands outward from a point or a short parting, each to the hairline."""
    pole, back = _part_axes(cut)
    aside = np.cross(back, pole)
    a = np.arange(_STRANDS) / _STRANDS * 2 * np.pi
    start = np.sin(cut.part_turn * (0.5 + 0.5 * np.cos(a)))[:, None] * back
    start = start + np.cos(cut.part_turn * (0.5 + 0.5 * np.cos(a)))[:, None] * pole
    flat = np.cos(a)[:, None] * back + np.sin(a)[:, None] * aside
    flat -= start * (flat * start).sum(axis=1, keepdims=True)
    flat /= np.linalg.norm(flat, axis=1, keepdims=True)
    p = np.linspace(0.03, 2.9, 120)
    ways = np.cos(p)[None, :, None] * start[:, None] + np.sin(p)[None, :, None] * flat[:, None]
    ways = ways + (cut.back * np.sin(np.clip(p, 0, 2.2) / 2.2 * np.pi))[None, :, None] * (0, 1, 0)
    ways /= np.linalg.norm(ways, axis=2, keepdims=True)
    points = skull.on_skin(ways)
    inside = skull.inside(points)
    return _resampled(points, _until(_length_share(points), inside), _STEPS)


def _from_part(cut: Cut, ways: Floats) -> Floats:
    """(S, T) radians from a whorl's parting."""
    start, back = _part_axes(cut)
    k = np.linspace(0, cut.part_turn, 12)
    line = np.cos(k)[:, None] * start + np.sin(k)[:, None] * back
    return np.arccos(np.clip((ways @ line.T).max(axis=-1), -1, 1))


def _part_axes(cut: Cut) -> tuple[Floats, Floats]:
    """(3,) unit: a whorl's point, and backward there."""
    pole = np.array(cut.pole) / np.linalg.norm(cut.pole)
    back = np.array([-0.25 * pole[0], 1.0, 0.15])
    back -= pole * (back @ pole)
    return pole, back / np.linalg.norm(back)


def _until(length: Floats, inside: Floats) -> Floats:
    """(S,) metres at which each strand crosses the hairline, neighbours made alike."""
    out = inside < -0.001
    out[:, :2] = False
    first = np.where(out.any(axis=1), out.argmax(axis=1), inside.shape[1] - 1)
    return np.maximum(length[np.arange(len(length)), first], 0.006)


def _slerped(a: Floats, b: Floats, t: Floats) -> Floats:
    mixed = a * (1 - t) + b * t
    return mixed / np.linalg.norm(mixed, axis=-1, keepdims=True)


def _parted(skull: Skull, cut: Cut) -> Floats:
    """Strands from a parting line over both sides; first and last run along the hairline."""
    s = np.linspace(0, 1, _STRANDS)
    side = np.where(s < 0.5, 1.0, -1.0)  # + her left
    rim = np.abs(2 * s - 1)  # 1 at the forehead, 0 at the nape
    front = _front_of_part(skull, cut)
    crown = np.array([cut.part_x * 0.25 / 0.1, 0.50, 0.86])
    along = np.clip((1 - rim) / 0.6, 0, 1)[:, None]
    start = _slerped(front, crown, along)
    turn = np.radians(180 - 118 * rim**0.8) * side
    raise_ = np.radians(np.interp(rim, [0, 0.45, 0.75, 1.0], [-24.0, -13.0, 0.0, 5.0]))
    stop = np.stack(
        [np.sin(turn) * np.cos(raise_), -np.cos(turn) * np.cos(raise_), np.sin(raise_)], axis=-1
    )
    over = _slerped(start, stop, np.full((_STRANDS, 1), 0.5))
    # strands leave the parting sideways before they turn down
    over[:, 2] += 0.16 * (0.3 + 0.7 * rim)
    over[:, 1] += 0.10 * (1 - rim)
    over /= np.linalg.norm(over, axis=1, keepdims=True)
    t = np.linspace(0, 1, 60)[None, :, None]
    ways = (1 - t) ** 2 * start[:, None] + 2 * t * (1 - t) * over[:, None] + t**2 * stop[:, None]
    ways /= np.linalg.norm(ways, axis=2, keepdims=True)
    ways = _along_the_hairline(skull, ways, rim)
    points = skull.on_skin(ways)
    return _resampled(points, _length_share(points)[:, -1], _STEPS)


def _front_of_part(skull: Skull, cut: Cut) -> Floats:
    """(3,) direction of the parting's front end, just behind the hairline."""
    raise_ = np.radians(np.linspace(10, 80, 141))
    turn = np.arctan2(cut.part_x, 0.085)
    ways = np.stack(
        [np.sin(turn) * np.cos(raise_), -np.cos(turn) * np.cos(raise_), np.sin(raise_)], axis=-1
    )
    above = skull.inside(skull.on_skin(ways))
    return ways[int(np.argmax(above > 0.002))]


def _along_the_hairline(skull: Skull, ways: Floats, rim: Floats) -> Floats:
    """Keeps directions behind the hairline, and draws the foremost strands up to it."""
    margin = 0.0015
    moved = ways.reshape(-1, 3).copy()
    pull = np.repeat(np.clip((rim - 0.72) / 0.25, 0, 1), ways.shape[1])
    ahead = moved[:, 1] < 0.15
    for _ in range(8):
        lack = margin - skull.inside(skull.on_skin(moved[ahead]))
        lack = np.where(lack < 0, lack * pull[ahead], lack).clip(-0.012, 0.012)
        # at the temples the line is steep: back as well as up
        moved[ahead] += np.column_stack([0 * lack, 0.45 * lack, 0.75 * lack]) / 0.1
        moved /= np.linalg.norm(moved, axis=1, keepdims=True)
    ways = moved.reshape(ways.shape)
    for _ in range(3):  # an even line again
        ways[:, 1:-1] = (ways[:, :-2] + 2 * ways[:, 1:-1] + ways[:, 2:]) / 4
        ways /= np.linalg.norm(ways, axis=2, keepdims=True)
    return ways


def _waved(skull: Skull, cut: Cut, points: Floats, out: Floats, length: Floats) -> Floats:
    """Swings strands from side to side and out, in step with their neighbours."""
    rng = np.random.default_rng(skull.figure.who.seed + 5)
    knots = rng.uniform(-1.6, 1.6, 12)
    phase = np.interp(np.linspace(0, 1, len(points)), np.linspace(0, 1, 12), knots)
    angle = length / _WAVE_M * 2 * np.pi + phase[:, None]
    swing = cut.wave * np.clip((length - 0.08) / 0.12, 0, 1)
    across = np.cross(out, np.gradient(points, axis=1))
    across /= np.maximum(np.linalg.norm(across, axis=2, keepdims=True), 1e-9)
    aside = (swing * np.sin(angle))[..., None] * across
    return np.asarray(points + aside + (0.7 * swing * (1 + np.cos(angle)))[..., None] * out)


def _before(cut: Cut) -> NDArray[np.bool_]:
    """(S,) which strands fall before the shoulder."""
    s = np.linspace(0, 1, _STRANDS)
    share = np.where(s < 0.5, cut.before[1], cut.before[0])
    return np.asarray(np.abs(2 * s - 1) > 1 - share)


def _fallen(
    skull: Skull, cut: Cut, on_head: Floats, before: NDArray[np.bool_], gaps: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Lets strands hang on from where they leave the head, over neck, shoulders and clothes."""
    assert cut.end is not None
    step = 0.009
    here = on_head[:, -1]
    way = _unit(on_head[:, -1] - on_head[:, -3])
    line = [here]
    for _ in range(int((0.06 - cut.end) / step) + 10):
        way = _unit(way * 0.66 + _downward(here - skull.eye, cut, before) * 0.34)
        moved = skull.pushed_out(here + way * step, 0.003)
        moved = _evened(moved, 0.4, gaps)
        way = _unit(way + _unit(moved - here))
        here = moved
        line.append(here)
    hang = np.stack(line[1:], axis=1)
    for _ in range(2):
        hang = _evened(hang, 0.5, gaps)
        hang[:, 1:-1] = (hang[:, :-2] + 2 * hang[:, 1:-1] + hang[:, 2:]) / 4
    flat = skull.pushed_out(hang.reshape(-1, 3), 0.003)
    whole = np.concatenate([on_head, flat.reshape(hang.shape)], axis=1)
    length = _length_share(whole)
    at_head = length[:, on_head.shape[1] - 1]
    below = whole[..., 2] - skull.eye[2] < cut.end
    below[:, : on_head.shape[1]] = False
    first = np.where(below.any(axis=1), below.argmax(axis=1), whole.shape[1] - 1)
    end = length[np.arange(len(whole)), first]
    points = _resampled(whole, end, _STEPS)
    along = np.linspace(0, 1, _STEPS)[None] * end[:, None]
    return points, np.clip((along - at_head[:, None]) / 0.03, 0, 1)


def _downward(rel: Floats, cut: Cut, before: NDArray[np.bool_]) -> Floats:
    """(S, 3) where weight and comb draw strands that are at (S, 3) from the eyes."""
    rim = np.abs(2 * np.linspace(0, 1, _STRANDS) - 1)
    side = np.where(np.arange(_STRANDS) < _STRANDS / 2, 1.0, -1.0)
    depth = -rel[:, 2]
    down = np.zeros_like(rel)
    down[:, 2] = -1.0
    if cut.end is not None and cut.end < -0.2:
        # to be before or behind the shoulder when it comes to it
        left = np.maximum(0.19 - depth, 0.05)
        away = np.where(before, 0.018 - 0.02 * (1 - rim), 0.165)
        lack = away - rel[:, 1]
        lack = np.where(before, np.minimum(lack, 0), np.maximum(lack, 0))
        active = np.clip((depth - 0.03) / 0.05, 0, 1) * np.clip((0.26 - depth) / 0.03, 0, 1)
        down[:, 1] = np.clip(lack / left, -1.0, 1.0) * active
        wide = np.where(before, 0.066 + 0.085 * (1 - rim), 0.035 + 0.075 * rim)
        out = np.clip((np.abs(rel[:, 0]) - wide) / left, -0.1, 0.7)
        down[:, 0] = -side * out * np.clip((depth - 0.05) / 0.05, 0, 1)
        return down
    tuck = np.clip((depth - 0.08) / 0.06, 0, 1)
    flat = rel - (0.0, 0.078, 0.0)
    flat[:, 2] = 0
    down -= _unit(flat) * 0.6 * tuck[:, None]
    near = np.clip(rim - 0.5, 0, 0.5) * (1 - tuck)
    down[:, 1] -= 0.25 * near
    down[:, 0] -= side * near * (0.7 * (depth > -0.02) + 0.5 * tuck)
    return down


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))


def _evened(points: Floats, share: float, gaps: NDArray[np.bool_]) -> Floats:
    """Neighbouring strands drawn a little toward each other, but not across a gap."""
    near = np.full(len(points), share)
    near[:-1][gaps[:-1]] = 0
    near[1:][gaps[:-1]] = 0
    result = points.copy()
    middle = (points[:-2] + points[2:]) / 2 - points[1:-1]
    result[1:-1] += near[1:-1].reshape((-1,) + (1,) * (points.ndim - 1)) * middle
    return result


def _outward(points: Floats, ways: Floats, closed: bool) -> Floats:
    """(S, T, 3) unit normals of the field, pointing away from the head."""
    if closed:
        across = np.roll(points, -1, axis=0) - np.roll(points, 1, axis=0)
    else:
        across = np.gradient(points, axis=0)
    normal = np.cross(across, np.gradient(points, axis=1))
    normal *= np.sign((normal * ways).sum(axis=2).mean())
    length = np.linalg.norm(normal, axis=2, keepdims=True)
    normal = np.where(length > 1e-9, normal / np.maximum(length, 1e-9), ways)
    for _ in range(4):
        normal[1:-1] = (normal[:-2] + 2 * normal[1:-1] + normal[2:]) / 4
        normal[:, 1:-1] = (normal[:, :-2] + 2 * normal[:, 1:-1] + normal[:, 2:]) / 4
    return normal / np.maximum(np.linalg.norm(normal, axis=2, keepdims=True), 1e-9)


def _height(
    skull: Skull, cut: Cut, points: Floats, ways: Floats, fallen: Floats, length: Floats
) -> Floats:
    """(S, T) thickness: full on top, thin at the sides, the parting and the hairline."""
    rel = points - skull.eye
    low = np.clip(0.75 - ways[..., 2] * 1.1, 0, 1)
    low = low * low * (3 - 2 * low)
    height = cut.volume * (1 - low) + cut.sides * low
    if cut.part_lift < 1:
        if cut.flow == "whorl":
            length = _from_part(cut, ways) * 0.1
        near = np.clip(length / 0.035, 0, 1)
        near = near * (2 - near)
        height *= cut.part_lift + (1 - cut.part_lift) * near
    edge = np.clip(
        (skull.inside(points) + 0.001)
        / (0.042 if cut.bun else 0.030 if cut.volume > 0.01 else 0.014),
        0,
        1,
    )
    edge = 0.10 + 0.90 * np.sin(edge * np.pi / 2)
    if cut.falls:
        edge = np.maximum(edge, np.clip(0.25 + (0.055 - rel[..., 2]) / 0.06, 0, 1))
        narrow = np.clip((-rel[..., 2] - 0.15) / 0.12, 0, 1)
        height = height * (1 - 0.35 * narrow)
    return np.asarray(height * edge)
