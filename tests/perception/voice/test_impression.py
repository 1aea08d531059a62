"""Arousal: ranks against the speaker's own voice, fused by how well the cues go together."""

from __future__ import annotations

import numpy as np
import pytest

from perception.voice.impression import (
    ArousalRating,
    VoiceCues,
    VoiceImpressionSettings,
    fusion_weights,
)


def speaker(seed: int = 0, hz: float = 120.0, n: int = 60) -> list[VoiceCues]:
    """Seconds of a voice whose pitch, level and brightness go up and down together, roughly."""
    rng = np.random.default_rng(seed)
    common = rng.normal(0, 1, n)
    own = rng.normal(0, 0.5, (3, n))
    return [
        VoiceCues(
            float(np.log(hz) + 0.05 * (common[i] + own[0, i])),
            float(-30 + 2 * (common[i] + own[1, i])),
            float(-8 + 1.5 * (common[i] + own[2, i])),
        )
        for i in range(n)
    ]


def rating(seconds: list[VoiceCues]) -> ArousalRating:
    rated = ArousalRating()
    for cues in seconds:
        rated.learn(cues)
    return rated


def test_livelier_is_higher_and_the_usual_is_near_zero() -> None:
    rated = rating(speaker())
    told = []
    for semitones, db in ((-3, -8), (-1, -2), (0, 0), (1, 2), (3, 8)):
        found = rated.rate(
            VoiceCues(np.log(120) + semitones * np.log(2) / 12, -30 + db, -8 + db / 2)
        )
        assert found is not None and -1 <= found.arousal <= 1
        assert found.valence is None
        told.append(found.arousal)
    assert told == sorted(told) and told[-1] > 0.9 and told[0] < -0.9
    assert abs(told[2]) < 0.35


def test_it_is_the_speaker_s_own_voice_that_counts() -> None:
    high = VoiceCues(np.log(210), -30.0, -8.0)
    man, woman = rating(speaker(hz=120.0)).rate(high), rating(speaker(hz=210.0)).rate(high)
    assert man is not None and woman is not None
    assert man.arousal > woman.arousal + 0.2


def test_nothing_is_said_of_an_unknown_voice_or_when_it_is_not_wanted() -> None:
    few = rating(speaker()[:10])
    assert few.rate(speaker()[0]) is None
    off = ArousalRating(VoiceImpressionSettings(enabled=False))
    for cues in speaker():
        off.learn(cues)
    assert off.rate(speaker()[0]) is None
    with pytest.raises(ValueError, match="least_windows"):
        VoiceImpressionSettings(least_windows=2)


def test_a_cue_that_goes_against_the_others_has_no_weight() -> None:
    rng = np.random.default_rng(4)
    common = rng.uniform(-1, 1, 200)
    scores = np.stack([common, common + rng.normal(0, 0.2, 200), -0.3 * common], axis=1)
    weights = fusion_weights(scores)
    assert weights.sum() == pytest.approx(1.0)
    assert weights[2] == 0.0
    assert weights[0] > 0.4 and weights[1] > 0.4
