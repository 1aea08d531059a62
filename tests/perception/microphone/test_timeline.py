"""Block times: true to the session's clock over an hour, whatever the device and the system do."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from perception.microphone.timeline import ClockFit, DeliveryDelay, RateCheck, Timeline
from perception.types import AudioBlock

RATE_HZ = 16_000
BLOCK = 512
CHUNK = 512


@dataclass
class Device:
    """A sound card whose crystal is off, in a system that is late by fits and starts."""

    ppm: float = 0.0
    """How much slower than promised."""
    seed: int = 0
    late: str = "bursts"
    lost: dict[int, float] = field(default_factory=dict)
    """Chunk to seconds of sound that are lost before it."""

    def run(self, seconds: float) -> tuple[NDArray[np.float64], NDArray[np.float64], Timeline]:
        """Times of all blocks as told, and as they truly were; blocks of padding left out."""
        rng = np.random.default_rng(self.seed)
        timeline = Timeline(RATE_HZ, BLOCK)
        count = round(seconds * RATE_HZ / CHUNK)
        lost_s = np.zeros(count)
        for chunk, span_s in self.lost.items():
            lost_s[chunk:] += span_s
        period_s = CHUNK / RATE_HZ * (1 + self.ppm * 1e-6)
        true_s = 5.0 + np.arange(count) * period_s + lost_s
        arrived_s = np.maximum.accumulate(true_s + period_s + self._lateness(rng, count))
        blocks: list[AudioBlock] = []
        for n in range(count):
            blocks += timeline.push(np.full(CHUNK, n, np.float32), float(arrived_s[n]))
        first = np.array([block.samples[0] for block in blocks]).astype(int)
        return np.array([block.t_s for block in blocks]), true_s[first], timeline

    def _lateness(self, rng: np.random.Generator, count: int) -> NDArray[np.float64]:
        if self.late == "uniform":
            return rng.uniform(0, 0.06, count)
        late = rng.exponential(0.003, count)
        for begin in np.flatnonzero(rng.random(count) < 0.01):
            late[begin : begin + rng.integers(2, 100)] += rng.uniform(0, 0.06)
        return np.minimum(late, 0.06)


@pytest.mark.parametrize("late", ["bursts", "uniform"])
@pytest.mark.parametrize("ppm", [200.0, -200.0])
def test_an_hour_of_drift_stays_within_10_ms(ppm: float, late: str) -> None:
    told_s, true_s, timeline = Device(ppm, late=late).run(3600)
    warm = told_s > 5.0 + 5.0
    assert np.abs(told_s - true_s)[warm].max() < 0.010
    assert np.abs(told_s - true_s).max() < 0.03
    steps = np.diff(told_s)
    assert steps.min() > 0.98 * BLOCK / RATE_HZ - 1e-4
    assert steps.max() < 1.02 * BLOCK / RATE_HZ + 1e-4
    assert timeline.drift_ppm == pytest.approx(ppm, abs=15)
    assert timeline.lost_s == 0.0


def test_lost_sound_becomes_a_jump_and_nothing_else_does() -> None:
    told_s, true_s, timeline = Device(100.0, lost={3000: 3.0, 6000: 0.4}).run(300)
    jumps = np.flatnonzero(np.diff(told_s) > 0.05)
    # the time between is what was lost, less the zeros that fill up the block before
    assert np.diff(told_s)[jumps] == pytest.approx([3.032, 0.432], abs=0.035)
    assert timeline.lost_s == pytest.approx(3.4, abs=0.08)
    off_s = np.abs(told_s - true_s)
    assert off_s.max() < 0.07  # a burst of lateness cannot be told from the loss at once
    settled = np.ones(len(told_s), bool)
    for jump in jumps:
        settled[jump : jump + 300] = False
    assert off_s[settled & (told_s > 10)].max() < 0.010


def test_a_small_loss_is_caught_up_with_without_a_jump() -> None:
    told_s, true_s, timeline = Device(lost={2000: 0.04}).run(120)
    after = told_s > 5 + 2000 * CHUNK / RATE_HZ + 15
    assert np.abs(told_s - true_s)[after].max() < 0.010
    assert np.diff(told_s).max() < 0.035
    assert timeline.lost_s == 0.0


def test_a_backlog_is_no_loss() -> None:
    timeline = Timeline(RATE_HZ, BLOCK)
    blocks: list[AudioBlock] = []
    for n in range(400):
        due_s = (n + 1) * CHUNK / RATE_HZ
        # the program stood still for two seconds, and fetched all of them at once
        arrived_s = 6.0 + 1e-4 * n if 4.0 < due_s < 6.0 else due_s
        blocks += timeline.push(np.full(CHUNK, n, np.float32), arrived_s)
    assert len(blocks) == 400
    assert np.diff([b.t_s for b in blocks]) == pytest.approx(BLOCK / RATE_HZ, abs=1e-4)
    assert [int(b.samples[0]) for b in blocks] == list(range(400))
    assert timeline.lost_s == 0.0


def test_chunks_of_any_size_become_whole_blocks_in_order() -> None:
    rng = np.random.default_rng(3)
    timeline = Timeline(RATE_HZ, BLOCK)
    sound = rng.normal(size=10 * RATE_HZ).astype(np.float32)
    blocks: list[AudioBlock] = []
    at = 0
    while at < len(sound):
        size = int(rng.integers(0, 900))
        chunk = sound[at : at + size]
        at += len(chunk)
        blocks += timeline.push(chunk, 2.0 + at / RATE_HZ)
    heard = np.concatenate([b.samples for b in blocks])
    assert {b.samples.shape for b in blocks} == {(BLOCK,)}
    assert np.array_equal(heard, sound[: len(heard)])
    assert len(sound) - len(heard) < BLOCK
    assert blocks[0].t_s == pytest.approx(2.0, abs=1e-6)


@pytest.mark.parametrize(
    ("agreed_hz", "true_hz", "lost", "found_hz"),
    [
        (48_000, 44_100.0, 0.0, 44_100),
        (16_000, 8_001.0, 0.0, 8_000),
        (48_000, 48_010.0, 0.0, None),
        (48_000, 48_000.0, 0.3, None),  # a machine that is too slow loses sound at random
    ],
)
def test_a_device_at_another_rate_than_agreed_is_found_out(
    agreed_hz: int, true_hz: float, lost: float, found_hz: int | None
) -> None:
    rng = np.random.default_rng(0)
    check = RateCheck(agreed_hz)
    found = []
    count = 0
    while count / true_hz < 40:
        count += 512
        if rng.random() >= lost * rng.random():
            found.append(check.add_block(512, count / true_hz + float(rng.uniform(0, 0.06))))
    assert {rate for rate in found if rate is not None} == ({found_hz} if found_hz else set())


def test_one_bad_time_stamp_moves_nothing() -> None:
    fit = ClockFit(RATE_HZ)
    fit.start(0, 0.0)
    for n in range(1, 3000):
        true_s = n * 0.016
        fit.add_block(n * 256, true_s - 0.5 if n == 1500 else true_s + 0.002)
    assert fit.time_s(3000 * 256) == pytest.approx(48.0, abs=0.004)


def test_reports_of_delay_are_believed_late_and_the_least_of_them() -> None:
    delay = DeliveryDelay()
    rng = np.random.default_rng(0)
    for n in range(100):  # a sound server that starts tells nonsense
        delay.add_report(5.0 + 0.016 * n, 0.6 - 0.005 * n)
    assert delay.seconds == 0.0
    for n in range(2000):
        delay.add_report(7.1 + 0.016 * n, 0.03 + float(rng.exponential(0.02)))
    assert delay.seconds == pytest.approx(0.03, abs=0.001)
    delay.add_report(40.0, None)
    assert delay.seconds == pytest.approx(0.03, abs=0.001)
