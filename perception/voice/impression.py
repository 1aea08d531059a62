"""What a voice may sound like to others: how excited, against its own usual sound.

An impression, not a reading of what somebody feels; nothing of the interview depends on it, no
score uses it, and ``--no-emotion`` leaves it out.

Arousal is the rule of Bone, Lee & Narayanan (2014, "Robust unsupervised arousal rating", IEEE
Transactions on Affective Computing 5, 201-213). It knows three cues: median log pitch, median
level, and the energy above 500 Hz over that below. Each is ranked among the same speaker's
baseline, from -1 (below all of it) to 1 (above all), and the three are averaged, weighted by how
well each goes along with their mean (Spearman's correlation). The authors took neutral speech for
a baseline and found all of a speaker's speech to do, which is what is taken here. In 48 people
who were interviewed twice (Naim et al. 2015), the change of pitch and level went along with the
change of how excited strangers rated them by rank correlation 0.28 (95 %: 0.00 to 0.52); among the
96 interviews by 0.53 (0.36 to 0.68) (``bench hearing``).

Valence is not told. Listeners' ratings of it "could be successfully predicted from the vocal cues
for all dimensions except valence" (Laukka, Juslin & Bresin 2005, Cognition and Emotion 19,
633-653), and what Goudbeek & Scherer (2010) found of it beyond arousal, spectral balance and noise,
a microphone and a room change more than a mood does. A number would promise too much.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from perception.settings import at_least, checked, in_order
from perception.types import VoiceImpression

CUES = ("log pitch", "level", "energy above 500 Hz over below")
"""Of :class:`VoiceCues`, in the order of their fields."""


@checked
@dataclass(frozen=True, slots=True)
class VoiceImpressionSettings:
    """Whether impressions of a voice are formed, and from how much of it."""

    enabled: bool = True
    """False leaves them out, as ``--no-emotion`` does."""
    least_windows: Annotated[int, at_least(5)] = 15
    """Seconds of the speaker's speech that have to be known before one is formed."""
    most_windows: Annotated[int, at_least(5)] = 900
    """Seconds of speech that are remembered, the newest."""

    def __post_init__(self) -> None:
        in_order(self, "least_windows <= most_windows")


@dataclass(frozen=True, slots=True)
class VoiceCues:
    """The three cues of arousal in a stretch of speech."""

    log_pitch: float
    """Natural logarithm of the median pitch in Hz."""
    level_db: float
    """Median level of the speech, dB."""
    brightness_db: float
    """Energy above 500 Hz over that below, of voiced sound, dB (Bone's HF500)."""


class ArousalRating:
    """Rates how excited a voice sounds, against all that was heard of it before."""

    def __init__(self, settings: VoiceImpressionSettings | None = None) -> None:
        self._settings = settings or VoiceImpressionSettings()
        self._past: deque[tuple[float, float, float]] = deque(maxlen=self._settings.most_windows)
        self._weights: NDArray[np.float64] | None = None

    def learn(self, cues: VoiceCues) -> None:
        """Adds a second of speech to the baseline; seconds should not overlap."""
        self._past.append((cues.log_pitch, cues.level_db, cues.brightness_db))
        self._weights = None

    def rate(self, cues: VoiceCues) -> VoiceImpression | None:
        """The impression that a stretch makes; None while too little is known of the voice."""
        if not self._settings.enabled or len(self._past) < self._settings.least_windows:
            return None
        past = np.array(self._past)
        now = np.array([cues.log_pitch, cues.level_db, cues.brightness_db])
        scores = _scores(past, now[None, :])[0]
        if self._weights is None:
            self._weights = fusion_weights(_scores(past, past))
        return VoiceImpression(arousal=float(scores @ self._weights))


def fusion_weights(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of the cues, summing to 1: each one's rank correlation with their mean.

    Args:
        scores: (n, cues), each -1...1.

    Returns:
        (cues,); a cue that goes against the others has none, and all have the same where none goes
        along.
    """
    ranks = scores.argsort(axis=0).argsort(axis=0).astype(np.float64)
    mean = scores.mean(axis=1).argsort().argsort().astype(np.float64)
    ranks -= ranks.mean(axis=0)
    mean -= mean.mean()
    spread = np.sqrt((ranks**2).sum(axis=0) * (mean**2).sum())
    weights = np.maximum(ranks.T @ mean / np.maximum(spread, 1e-12), 0.0)
    total = weights.sum()
    return weights / total if total > 0 else np.full(scores.shape[1], 1.0 / scores.shape[1])


def _scores(baseline: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """(m, cues), -1...1: twice the share of the (n, cues) baseline below each value, less one."""
    scores = np.empty_like(values)
    for cue in range(values.shape[1]):
        ordered = np.sort(baseline[:, cue])
        below = np.searchsorted(ordered, values[:, cue], side="left")
        upto = np.searchsorted(ordered, values[:, cue], side="right")
        scores[:, cue] = (below + upto) / len(ordered) - 1.0  # ties count half
    return scores
