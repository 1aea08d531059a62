"""The benches of lips and movement would tell what is wrong."""

from __future__ import annotations

import numpy as np
import pytest

from game.bench import movement
from game.bench.lips import Reading, peak
from game.voice.base import RenderedSpeech
from game.voice.mouth import MouthTrack
from game.voice.visemes import Viseme, VisemeName


def said(*names: VisemeName, each_s: float = 0.12) -> RenderedSpeech:
    visemes = tuple(Viseme(i * each_s, (i + 1) * each_s, n) for i, n in enumerate(names))
    samples = np.zeros(round(len(names) * each_s * 16_000), np.float32)
    return RenderedSpeech("", samples, 16_000, visemes, ())


@pytest.mark.parametrize("late_s", [-0.1, 0.0, 0.1])
def test_the_bench_tells_sound_that_comes_late(late_s):
    rate = 16_000
    said_so = said("nn", "aa", "nn", "sil", "DD", "aa", "kk", "E", "nn", each_s=0.14)
    mouth = MouthTrack(said_so)
    at_s = np.arange(-0.2, said_so.duration_s + 0.2, 1 / 30)
    gap = np.array([mouth.opening(t) for t in at_s])
    when = np.arange(len(said_so.samples)) / rate
    loud = np.array([mouth.opening(t) for t in np.arange(0, said_so.duration_s, 0.01) - late_s])
    envelope = np.interp(when, np.arange(len(loud)) * 0.01, loud)
    sound = (np.sin(2 * np.pi * 200 * when) * envelope).astype(np.float32)
    rendered = RenderedSpeech("", sound, rate, said_so.visemes, ())
    lags, along = Reading("", at_s, gap, gap, rendered).along()
    assert peak(lags, along) == pytest.approx(late_s, abs=0.02)


def test_the_bench_tells_a_closure_that_stays_open():
    said_so = said("aa", "PP", "aa", "PP", "aa")
    at_s = np.arange(0.0, 0.6, 1 / 30)
    gap = np.where((at_s > 0.11) & (at_s < 0.25), 0.0, 0.1)
    shares = Reading("", at_s, gap, gap, said_so).closures()
    assert shares.tolist() == [0.0, 1.0]


@pytest.mark.slow
def test_the_loop_finder_finds_loops() -> None:
    once = movement.simulate(movement.average_persona(), 40.0, seed=5, rate_hz=30)
    again = movement.Track(
        t_s=np.arange(8 * len(once.t_s)) / 30,
        **{
            name: np.concatenate([getattr(once, name)] * 8)
            for name in ("head", "torso", "eyes", "breath", "face", "speaking")
        },
        nods=[],
    )
    share, lag_s = movement.loop_share(again)
    assert share > 0.9
    assert lag_s % 40 == pytest.approx(0, abs=0.11)
