"""The mouth's movement over a spoken line, as weights of ARKit's expression targets.

Coarticulation follows Cohen & Massaro (1993, "Modeling coarticulation in synthetic visual speech"):
every segment pulls each articulator toward its own target with a dominance that falls off
exponentially before and after it; where segments overlap, the mouth takes the mean weighted by
dominance. What the ear would miss if it were blurred, lips shut for p, b, m and lip on teeth for
f, v, is then enforced as a gap between the lips, while the jaw stays free to coarticulate.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from game.voice.base import RenderedSpeech
from game.voice.visemes import VISEMES, Viseme

_SLIDERS = (
    "jawOpen",
    "mouthClose",
    "mouthFunnel",
    "mouthPucker",
    "mouthLowerDown",
    "mouthUpperUp",
    "mouthStretch",
    "mouthRollLower",
    "mouthRollUpper",
    "mouthPress",
    "tongueOut",
)
_SIDED = {"mouthLowerDown", "mouthUpperUp", "mouthStretch", "mouthPress"}
_COLUMN = {name: index for index, name in enumerate(_SLIDERS)}

_GAP_MM = {
    # How far each target at full weight (both sides) parts the lips at the midline, measured on
    # the inner lip vertices of the MakeHuman face that the recruiter is baked from. Targets add
    # up linearly, so do these; the lips' rest lies at minus ``_OVERLAP_MM``.
    "jawOpen": 34.2,
    "mouthClose": -34.2,
    "mouthFunnel": 13.2,
    "mouthPucker": -1.7,
    "mouthLowerDown": 3.8,
    "mouthUpperUp": 4.8,
    "mouthStretch": 0.4,
    "mouthRollLower": -3.4,
    "mouthRollUpper": -2.8,
    "mouthPress": -2.6,
}
_OVERLAP_MM = 2.7  # lips at rest lie on each other; what parts them less than this shows no gap
_WIDEST_MM = 11.0  # between the lips in lively talk
_SHUT_MM = -1.6  # lips pressed together, more than at rest

_TARGETS: dict[str, dict[str, float]] = {
    # Lip gaps that show of these: aa 11 mm, O E 8, I kk 5, CH TH DD nn SS 4, RR U 3, FF 1.5
    "sil": {},
    "PP": {"jawOpen": 0.06, "mouthPress": 0.25, "mouthRollLower": 0.14, "mouthRollUpper": 0.14},
    "FF": {"jawOpen": 0.12, "mouthRollLower": 0.46, "mouthUpperUp": 0.5, "mouthStretch": 0.08},
    "TH": {"jawOpen": 0.14, "mouthLowerDown": 0.3, "mouthUpperUp": 0.2, "tongueOut": 0.56},
    "DD": {"jawOpen": 0.14, "mouthLowerDown": 0.28, "mouthUpperUp": 0.15, "mouthStretch": 0.08},
    "kk": {"jawOpen": 0.18, "mouthLowerDown": 0.2, "mouthUpperUp": 0.12},
    "CH": {
        "jawOpen": 0.10,
        "mouthFunnel": 0.26,
        "mouthPucker": 0.28,
        "mouthLowerDown": 0.16,
        "mouthUpperUp": 0.10,
    },
    "SS": {"jawOpen": 0.095, "mouthLowerDown": 0.4, "mouthUpperUp": 0.24, "mouthStretch": 0.24},
    "nn": {
        "jawOpen": 0.15,
        "mouthLowerDown": 0.24,
        "mouthUpperUp": 0.12,
        "mouthStretch": 0.06,
        "tongueOut": 0.3,
    },
    "RR": {"jawOpen": 0.13, "mouthFunnel": 0.14, "mouthPucker": 0.34, "mouthLowerDown": 0.08},
    "aa": {"jawOpen": 0.35, "mouthLowerDown": 0.3, "mouthUpperUp": 0.18, "mouthStretch": 0.06},
    "E": {"jawOpen": 0.24, "mouthLowerDown": 0.3, "mouthUpperUp": 0.18, "mouthStretch": 0.18},
    "I": {"jawOpen": 0.15, "mouthLowerDown": 0.34, "mouthUpperUp": 0.2, "mouthStretch": 0.32},
    "O": {"jawOpen": 0.24, "mouthFunnel": 0.26, "mouthPucker": 0.4, "mouthLowerDown": 0.06},
    "U": {"jawOpen": 0.12, "mouthFunnel": 0.2, "mouthPucker": 0.72},
}

_ARTICULATORS = {
    "jaw": ("jawOpen", "mouthClose"),
    "rounding": ("mouthFunnel", "mouthPucker"),
    "spread": ("mouthLowerDown", "mouthUpperUp", "mouthStretch"),
    "lips": ("mouthRollLower", "mouthRollUpper", "mouthPress"),
    "tongue": ("tongueOut",),
}
_DOMINANCE: dict[str, dict[str, float]] = {
    # How strongly a segment insists on its own target; articulators that it does not need are
    # left to its neighbours. 0.5 where nothing is said.
    "sil": {"jaw": 0.8, "rounding": 0.6, "spread": 0.8, "lips": 0.6, "tongue": 1.0},
    "PP": {"jaw": 0.6, "rounding": 0.15, "spread": 0.4, "lips": 2.5},
    "FF": {"jaw": 0.7, "rounding": 0.2, "spread": 0.9, "lips": 2.5},
    "TH": {"jaw": 0.6, "rounding": 0.2, "tongue": 3.0},
    "DD": {"jaw": 0.5, "rounding": 0.2, "spread": 0.4},
    "kk": {"jaw": 0.3, "rounding": 0.1, "spread": 0.2},
    "CH": {"jaw": 0.9, "rounding": 1.0, "spread": 0.5},
    "SS": {"jaw": 1.1, "rounding": 0.2, "spread": 0.7},
    "nn": {"jaw": 0.4, "rounding": 0.15, "spread": 0.3, "tongue": 0.8},
    "RR": {"jaw": 0.4, "rounding": 0.6, "spread": 0.3},
    "aa": {"jaw": 1.0, "rounding": 0.6, "spread": 0.7},
    "E": {"jaw": 0.9, "rounding": 0.5, "spread": 0.7},
    "I": {"jaw": 0.8, "rounding": 0.6, "spread": 0.9},
    "O": {"jaw": 1.0, "rounding": 1.3, "spread": 0.8},
    "U": {"jaw": 0.9, "rounding": 1.6, "spread": 0.9},
}
_BEFORE_S = 0.045  # dominance falls to 1/e this long before a segment's core ...
_AFTER_S = 0.055  # ... and after it
_LAG_S = 0.015  # shapes of vowels are reached a little after their sound begins
_CORE = 0.25  # the core is this part of a segment around its middle
_STEP_S = 0.01
_SMOOTHING_S = {
    # Articulators cannot turn faster than their mass allows: jaws up to about 7 Hz, lips 10, the
    # tongue's tip about as fast (Nelson, Perkell & Westbury 1984). One sigma, in seconds.
    "jaw": 0.022,
    "rounding": 0.03,
    "spread": 0.02,
    "lips": 0.014,
    "tongue": 0.018,
}
_ANTICIPATION_S = 0.12  # the mouth prepares the first sound before it is heard ...
_RELEASE_S = 0.22  # ... and comes to rest after the last
_CLOSING_S = 0.065  # lips travel this long into and out of a closure
_SHORTEST_CLOSURE_S = 0.05  # however fast the talk; what is shorter would slip between pictures
_TOUCHING_MM = 3.8  # lower lip under the upper teeth for f and v, whose edges show
_BREATH_S = 0.22  # a pause of this length in a line is one in which people draw breath ...
_BREATH = {"jawOpen": 0.13, "mouthLowerDown": 0.1}  # ... through lips that part a little
_VOWELS = frozenset(("aa", "E", "I", "O", "U"))


def _table() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(visemes, sliders): targets, dominances."""
    targets = np.zeros((len(VISEMES), len(_SLIDERS)))
    dominance = np.full((len(VISEMES), len(_SLIDERS)), 0.5)
    for row, name in enumerate(VISEMES):
        for slider, weight in _TARGETS[name].items():
            targets[row, _COLUMN[slider]] = weight
        for articulator, strength in _DOMINANCE[name].items():
            for slider in _ARTICULATORS[articulator]:
                dominance[row, _COLUMN[slider]] = strength
    return targets, dominance


_TARGET_TABLE, _DOMINANCE_TABLE = _table()
_GAPS = np.array([_GAP_MM.get(name, 0.0) for name in _SLIDERS])


class MouthTrack:
    """Moves the mouth through a spoken line.

    The whole movement is worked out when the track is made (a few milliseconds); asking for a
    moment of it is a look-up.

    Args:
        rendered: whose visemes to move through; louder vowels open the mouth wider.
        articulation: factor on how far the mouth moves; 0.8 mumbles, 1.2 is over-clear.
    """

    def __init__(self, rendered: RenderedSpeech, articulation: float = 1.0) -> None:
        self.start_s = -_ANTICIPATION_S
        """When the mouth begins to move, in seconds from the first sample."""
        self.end_s = rendered.duration_s + _RELEASE_S
        """When it is at rest again."""
        times = np.arange(self.start_s, self.end_s + _STEP_S, _STEP_S)
        visemes = rendered.visemes or (Viseme(0.0, rendered.duration_s, "sil"),)
        weights = _blend(visemes, _effort(rendered, visemes) * articulation, times)
        weights = _smooth(weights) * _envelope(times, rendered.duration_s)[:, None]
        _constrain(weights, visemes, times)
        self._gap = np.clip((weights @ _GAPS - _OVERLAP_MM) / _WIDEST_MM, 0.0, 1.0)
        self._names, columns = _named(weights)
        self._weights = np.clip(columns, 0.0, 1.0)

    def at(self, t_s: float) -> Mapping[str, float]:
        """Weights at ``t_s`` seconds after the first sample (negative: before it).

        Returns:
            ARKit name -> 0...1; empty when the mouth is at rest, before ``start_s`` and from
            ``end_s`` on.
        """
        found = self._place(t_s)
        if found is None:
            return {}
        index, part = found
        row = self._weights[index] * (1.0 - part) + self._weights[index + 1] * part
        return dict(zip(self._names, row.tolist(), strict=True))

    def opening(self, t_s: float) -> float:
        """Intended gap between the lips at ``t_s``: 0 shut, 1 about 11 mm."""
        found = self._place(t_s)
        if found is None:
            return 0.0
        index, part = found
        return float(self._gap[index] * (1.0 - part) + self._gap[index + 1] * part)

    def _place(self, t_s: float) -> tuple[int, float] | None:
        if not self.start_s < t_s < self.end_s:
            return None
        index, part = divmod((t_s - self.start_s) / _STEP_S, 1.0)
        return (int(index), part) if index + 1 < len(self._gap) else None


def _effort(rendered: RenderedSpeech, visemes: tuple[Viseme, ...]) -> NDArray[np.float64]:
    """(visemes,) factor on each vowel's opening, by its loudness beside the line's own vowels."""
    levels = np.zeros(len(visemes))
    for index, viseme in enumerate(visemes):
        first, last = int(viseme.start_s * rendered.rate_hz), int(viseme.end_s * rendered.rate_hz)
        sound = rendered.samples[first:last]
        if viseme.name in _VOWELS and len(sound):
            levels[index] = np.sqrt(np.mean(np.square(sound)))
    heard = levels > 0
    if not heard.any():
        return np.ones(len(visemes))
    decibels = 20 * np.log10(np.where(heard, levels, 1.0) / np.median(levels[heard]))
    # 6 dB louder opens about a fifth wider (jaw opening grows with vocal effort)
    return np.where(heard, np.clip(1.0 + decibels / 30, 0.7, 1.25), 1.0)


def _blend(
    visemes: tuple[Viseme, ...], effort: NDArray[np.float64], times: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(times, sliders) mean of the segments' targets, weighted by dominance."""
    rows = np.array([VISEMES.index(v.name) for v in visemes])
    starts = np.array([v.start_s for v in visemes])
    ends = np.array([v.end_s for v in visemes])
    middle, half_core = (starts + ends) / 2, _CORE / 2 * (ends - starts)
    away = times[:, None] - _LAG_S - middle[None, :]
    outside = np.maximum(np.abs(away) - half_core[None, :], 0.0)
    falling = np.exp(-outside / np.where(away < 0, _BEFORE_S, _AFTER_S))
    # a long segment insists more than a short one, which neighbours may override
    falling *= np.clip((ends - starts) / 0.08, 0.4, 1.6)[None, :]
    dominance = _DOMINANCE_TABLE[rows]
    targets = _TARGET_TABLE[rows] * effort[:, None]
    for index in range(1, len(visemes) - 1):
        if visemes[index].name == "sil" and ends[index] - starts[index] >= _BREATH_S:
            for slider, weight in _BREATH.items():
                targets[index, _COLUMN[slider]] = weight
    blended = (falling @ (dominance * targets)) / np.maximum(falling @ dominance, 1e-12)
    return np.asarray(blended)


def _smooth(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    smooth = np.empty_like(weights)
    for articulator, sliders in _ARTICULATORS.items():
        sigma_s = _SMOOTHING_S[articulator]
        reach = int(np.ceil(3 * sigma_s / _STEP_S))
        kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * _STEP_S / sigma_s) ** 2)
        kernel /= kernel.sum()
        for slider in sliders:
            padded = np.pad(weights[:, _COLUMN[slider]], reach, mode="edge")
            smooth[:, _COLUMN[slider]] = np.convolve(padded, kernel, mode="valid")
    return smooth


def _envelope(times: NDArray[np.float64], duration_s: float) -> NDArray[np.float64]:
    """(times,) 0...1: out of rest before the first sound, back to it after the last."""
    rise = np.clip((times + _ANTICIPATION_S) / _ANTICIPATION_S, 0.0, 1.0)
    fall = np.clip((duration_s + _RELEASE_S - _STEP_S - times) / _RELEASE_S, 0.0, 1.0)
    window = np.minimum(rise, fall)
    return np.asarray(window * window * (3 - 2 * window))


def _constrain(
    weights: NDArray[np.float64], visemes: tuple[Viseme, ...], times: NDArray[np.float64]
) -> None:
    """Brings the lips together in place where a sound needs it, by ``mouthClose``."""
    for viseme in visemes:
        if viseme.name not in ("PP", "FF"):
            continue
        gap_mm = _SHUT_MM if viseme.name == "PP" else _TOUCHING_MM
        # the lips meet when the closure begins to sound, and part late in it: the burst is its end
        from_s = viseme.start_s
        until_s = from_s + 0.8 * (viseme.end_s - viseme.start_s)
        if until_s - from_s < _SHORTEST_CLOSURE_S:
            middle_s = (from_s + until_s) / 2
            from_s = middle_s - _SHORTEST_CLOSURE_S / 2
            until_s = middle_s + _SHORTEST_CLOSURE_S / 2
        distance = np.maximum(from_s - times, times - until_s)
        near = np.flatnonzero(distance < _CLOSING_S)
        travel = 1.0 - np.clip(distance[near] / _CLOSING_S, 0.0, 1.0)
        shut = travel * travel * (3 - 2 * travel)
        gap = weights[near] @ _GAPS
        excess = np.maximum(gap - gap_mm, 0.0) * shut
        weights[near, _COLUMN["mouthClose"]] += excess / -_GAP_MM["mouthClose"]


def _named(weights: NDArray[np.float64]) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """ARKit's own names, with left and right, and a column of weights for each."""
    names: list[str] = []
    columns: list[NDArray[np.float64]] = []
    for index, slider in enumerate(_SLIDERS):
        for name in (f"{slider}Left", f"{slider}Right") if slider in _SIDED else (slider,):
            names.append(name)
            columns.append(weights[:, index])
    return tuple(names), np.stack(columns, axis=1)
