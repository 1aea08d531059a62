"""The room's own sounds: quiet, without gaps or loops, and never taken for speech."""

from __future__ import annotations

import numpy as np
import pytest

from game.sound import roomtone
from game.sound.ambience import Ambience, AmbienceSettings, Noise
from game.sound.mixdown import Mixdown
from game.sound.roomtone import RATE_HZ
from game.sound.speaker import SilentSpeaker
from perception.clock import FakeClock
from perception.signal.resampling import resample
from perception.signal.wav import read_wav
from perception.voice.vad_silero import SileroDetector


def level(sound: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-20))


def rng() -> np.random.Generator:
    return np.random.default_rng(5)


SOUNDS = {
    "tone": lambda: roomtone.tone(4.0, rng()),
    "creak": lambda: roomtone.creak(rng()),
    "pen": lambda: roomtone.pen(3.0, rng()),
    "paper": lambda: roomtone.paper(rng()),
    "keys": lambda: roomtone.keys(12, rng()),
}


@pytest.mark.parametrize("name", SOUNDS)
def test_every_sound_is_far_below_speech_and_never_clips(name):
    sound = SOUNDS[name]()
    assert sound.dtype == np.float32
    assert -75 < level(sound) < -36
    assert np.abs(sound).max() < 0.25
    # it ends as it begins, without a click
    assert np.abs(sound[-3:]).max() < 0.02


def test_the_tone_joins_its_own_start():
    tone = roomtone.tone(4.0, rng())
    steps = np.abs(np.diff(tone))
    assert abs(tone[0] - tone[-1]) <= steps.max()


def test_a_pen_hisses_where_a_chair_knocks():
    def centroid(sound: np.ndarray) -> float:
        power = np.abs(np.fft.rfft(sound)) ** 2
        return float((power * np.fft.rfftfreq(len(sound), 1 / RATE_HZ)).sum() / power.sum())

    assert centroid(SOUNDS["pen"]()) > 1800
    assert centroid(SOUNDS["paper"]()) > 1800
    assert centroid(SOUNDS["creak"]()) < 900
    assert centroid(SOUNDS["tone"]()) < 400


def test_nothing_of_the_room_is_heard_as_speech():
    detector = SileroDetector()  # the same that hears the candidate
    heard = resample(np.concatenate([make() for make in SOUNDS.values()]), RATE_HZ, 16_000)
    blocks = heard[: len(heard) // 512 * 512].reshape(-1, 512)
    chances = [detector.probability(block) for block in blocks]
    assert max(chances) < 0.5


def run(ambience: Ambience, clock: FakeClock, seconds: float) -> None:
    end_s = clock.now() + seconds
    while clock.now() < end_s:
        ambience.keep_playing(clock.now())
        clock.sleep(0.1)


def test_the_tone_goes_on_without_a_gap_or_a_loop(tmp_path):
    clock = FakeClock()
    path = tmp_path / "room.wav"
    with Mixdown(path, RATE_HZ) as mixdown:
        room = Ambience(SilentSpeaker(clock), 3, "university", mixdown=mixdown)
        run(room, clock, 90.0)
    heard, rate_hz = read_wav(path)
    second = heard[: 88 * rate_hz].reshape(88, rate_hz)
    loud = np.array([level(each) for each in second[2:]])
    assert loud.min() > -66
    assert loud.max() < -55
    # the tone lasts 47 s, but no piece begins where another did: it does not come round in time
    shifts = []
    first = heard[5 * rate_hz : 10 * rate_hz]
    for later in (heard[20 * rate_hz : 55 * rate_hz], heard[55 * rate_hz : 88 * rate_hz]):
        both = np.correlate(later[::3], first[::3], "valid")
        shifts.append(int(np.argmax(np.abs(both))))
    assert shifts[0] != shifts[1]


def test_pen_page_and_chair_are_heard_when_they_happen(tmp_path):
    clock = FakeClock()
    path = tmp_path / "room.wav"
    with Mixdown(path, RATE_HZ) as mixdown:
        room = Ambience(SilentSpeaker(clock), 3, "university", mixdown=mixdown)
        run(room, clock, 10.0)
        room.hear([Noise("pen", 4.0, 1.5), Noise("page", 7.0)])
    heard, rate_hz = read_wav(path)

    def at(start_s: float, end_s: float) -> float:
        return level(heard[round(start_s * rate_hz) : round(end_s * rate_hz)])

    assert at(4.0, 5.4) > at(2.0, 3.4) + 3
    assert at(7.0, 7.6) > at(6.0, 6.6) + 6


def test_chairs_do_not_creak_without_end():
    clock = FakeClock()
    speaker = SilentSpeaker(clock)
    room = Ambience(speaker, 1, "university")
    run(room, clock, 1.0)
    played = 0
    for step in range(600):
        before = len(speaker._playing)
        room.hear([Noise("chair", 1.0 + 0.1 * step)])
        played += len(speaker._playing) > before
    assert 4 <= played <= 10


def test_a_silent_room_plays_nothing_and_bad_levels_are_told():
    clock = FakeClock()
    speaker = SilentSpeaker(clock)
    room = Ambience(speaker, 1, "startup", AmbienceSettings(play=False))
    run(room, clock, 60.0)
    room.hear([Noise("pen", 1.0, 1.0), Noise("page", 1.0), Noise("chair", 1.0)])
    assert speaker._playing == []
    with pytest.raises(ValueError, match="gain_db is 30"):
        AmbienceSettings(gain_db=30.0)
