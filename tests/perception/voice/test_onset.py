"""First signs of a voice: a steady pitch, and what a detector half believes."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from perception.voice.onset import OnsetEvidence

RATE_HZ, BLOCK = 16_000, 512
LIKELY = 0.3


def evidence(sound: NDArray[np.float32], speech: float, present: bool = True) -> list[float]:
    onset = OnsetEvidence(60.0, 400.0)
    for n in range(6):  # the room before
        quiet = np.random.default_rng(n).normal(0, 1e-4, BLOCK).astype(np.float32)
        assert onset.add_block(quiet, False, 0.0) == 0.0
    blocks = sound[: len(sound) // BLOCK * BLOCK].reshape(-1, BLOCK)
    return [onset.add_block(block, present, speech) for block in blocks]


def voiced(hz: NDArray[np.float64]) -> NDArray[np.float32]:
    phase = 2 * np.pi * np.cumsum(hz) / RATE_HZ
    return sum(0.05 / k * np.sin(k * phase) for k in range(1, 12)).astype(np.float32)


def test_a_steady_pitch_is_a_sign_of_a_voice_that_a_detector_does_not_hear_yet() -> None:
    gliding = np.linspace(84.0, 96.0, 8 * BLOCK)
    told = evidence(voiced(gliding), speech=0.04)
    assert 0.0 < told[0] < LIKELY
    assert next(n for n, sign in enumerate(told) if sign >= LIKELY) <= 4


def test_a_noise_is_a_sound_and_no_voice() -> None:
    burst = np.random.default_rng(1).normal(0, 0.1, 10 * BLOCK).astype(np.float32)
    told = evidence(burst, speech=0.02)
    assert min(told) > 0.0 and max(told) < LIKELY


@pytest.mark.parametrize(("speech", "blocks"), [(0.35, 1), (0.12, 3)])
def test_what_a_detector_half_believes_adds_up(speech: float, blocks: int) -> None:
    hiss = np.random.default_rng(2).normal(0, 0.05, 6 * BLOCK).astype(np.float32)
    told = evidence(hiss, speech)
    assert [sign >= LIKELY for sign in told].index(True) == blocks - 1
    assert max(told) <= 1.0


def test_the_recruiters_own_sound_is_no_sign() -> None:
    assert set(evidence(voiced(np.full(6 * BLOCK, 180.0)), 0.9, present=False)) == {0.0}
