"""The recruiter's own voice through simulated loudspeakers, and who speaks over it.

Her voice is flite's saying an interview's lines; rooms, loudspeakers and the sound system's timing
are those of :mod:`game.synthetic.loudspeakers`; the rest is the real ear.
"""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from game.bench.echoscenes import (
    Heard,
    Session,
    at_level,
    first_signs,
    first_sound_s,
    interview_lines,
    spoken,
)
from game.synthetic.loudspeakers import CANDIDATE_DBFS, PLACES, Place
from perception.echo.canceller import EchoCanceller
from perception.echo.delay import EARLIEST, WINDOW, DelayEstimator
from perception.echo.reference import ReferenceTimeline
from perception.echo.stage import Cleaned, EchoSettings, EchoStage, Playback, PlaybackStopped
from perception.microphone.base import BLOCK_SAMPLES, RATE_HZ
from perception.microphone.decoding import read_sound
from perception.types import AudioBlock, Event, VoiceReading
from tests.lanes import some_always

LAPTOP, KITCHEN, WEBCAM, TABLET = PLACES

speaks = pytest.mark.skipif(
    shutil.which("flite") is None, reason="needs flite: apt-get install flite"
)


def noise(count: int, level: float = 0.1, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(0, level, count).astype(np.float32)


class Watched(EchoStage):
    """Keeps what the stage left of each block."""

    def __init__(self) -> None:
        super().__init__()
        self.left: list[NDArray[np.float32]] = []
        self.untouched: list[bool] = []

    def process_block(self, block: AudioBlock) -> Cleaned:
        cleaned = super().process_block(block)
        self.left.append(cleaned.block.samples)
        self.untouched.append(cleaned.block is block)
        return cleaned


def lines(count: int, gap_s: float = 0.4, first: int = 0) -> NDArray[np.float32]:
    gap = np.zeros(round(gap_s * RATE_HZ), np.float32)
    said = interview_lines()[first : first + count]
    return np.concatenate([part for line in said for part in (spoken(line), gap)])


def run(session: Session, seconds: float) -> list[Heard]:
    return [session.step() for _ in range(round(seconds * RATE_HZ / BLOCK_SAMPLES))]


def events(heard: list[Heard], kind: str) -> list[Event]:
    items = [item for block in heard for item in block.items]
    return [item for item in items if isinstance(item, Event) and item.kind == kind]


def erle_db(heard: list[Heard], left: list[NDArray[np.float32]], from_s: float) -> float:
    pairs = [
        (block.microphone, rest)
        for block, rest in zip(heard, left, strict=True)
        if block.t_s >= from_s and np.any(block.echo)
    ]
    before = sum(float(np.sum(a**2)) for a, _ in pairs)
    return 10 * np.log10(before / sum(float(np.sum(b**2)) for _, b in pairs))


# Parts


@pytest.mark.parametrize("delay", [EARLIEST + 30, 0, 37, 800, 3000, 6900])
def test_the_delay_is_found_to_the_sample_whoever_else_speaks(delay: int) -> None:
    played, other = noise(80_000), noise(80_000, 0.03, seed=1)
    estimator = DelayEstimator()
    found = None
    for end in range(30_000, 50_000, 4096):
        reference = played[end - EARLIEST - 2 * WINDOW : end - EARLIEST]
        heard = 0.3 * played[end - WINDOW - delay : end - delay] + other[end - WINDOW : end]
        found = estimator.estimate(heard, reference)
    assert found == delay


def test_no_delay_is_found_where_there_is_no_echo() -> None:
    estimator = DelayEstimator()
    for seed in range(20):
        assert (
            estimator.estimate(noise(WINDOW, seed=seed), noise(2 * WINDOW, seed=90 + seed)) is None
        )


def test_the_filter_learns_a_room_and_forgets_nothing_when_two_speak() -> None:
    rng = np.random.default_rng(3)
    played = noise(12 * RATE_HZ)
    response = rng.normal(0, 1, 3000) * np.exp(-np.arange(3000) / 500)
    response *= 0.5 / np.sqrt(np.sum(response**2))
    echo = np.convolve(played, response)[: len(played)].astype(np.float32)
    near = np.zeros_like(echo)
    near[6 * RATE_HZ : 9 * RATE_HZ] = noise(3 * RATE_HZ, 0.05, seed=5)
    canceller = EchoCanceller(0.25)
    left, predicted = canceller.process(played, echo + near)
    rest = left - near

    def db(from_s: int, to_s: int) -> float:
        part = slice(from_s * RATE_HZ, to_s * RATE_HZ)
        return float(10 * np.log10(np.mean(echo[part] ** 2) / np.mean(rest[part] ** 2)))

    assert db(3, 6) > 30
    assert db(6, 9) > 15  # noise half as loud as the echo does not shake it
    assert db(10, 12) > 30
    assert np.allclose(predicted + left, echo + near, atol=1e-6)


def test_a_shifted_filter_predicts_the_same_echo() -> None:
    played = noise(8 * RATE_HZ)
    response = np.zeros(600, np.float32)
    response[[200, 350, 590]] = (0.5, -0.3, 0.1)
    echo = np.convolve(played, response)[: len(played)].astype(np.float32)
    half, shift = 4 * RATE_HZ, 150
    canceller = EchoCanceller(0.35)
    canceller.process(played[:half], echo[:half])
    canceller.shift(shift)
    later = np.concatenate([np.zeros(shift, np.float32), played])[:-shift]
    left, _ = canceller.process(later[half : half + 8192], echo[half : half + 8192])
    # the filter's memory of the reference is of the time before the shift
    rest = left[5000:]
    assert np.mean(rest**2) < 1e-3 * np.mean(echo[half + 5000 : half + 8192] ** 2)


def test_stretches_of_a_stream_lie_as_they_are_played_whatever_their_times_say() -> None:
    rng = np.random.default_rng(2)
    # a tone at the loudspeaker's rate, told in blocks whose times jitter, one of them left out
    tone = np.sin(2 * np.pi * 440 * np.arange(48_000) / 48_000).astype(np.float32)
    timeline = ReferenceTimeline()
    for begin in range(0, 47_000, 2048):
        if begin != 20_480:
            t_s = 5.0 + begin / 48_000 + float(rng.normal(0, 0.003))
            timeline.add(Playback(t_s, 48_000, tone[begin : begin + 2048], 96_000 + begin))
    heard = timeline.read(5 * RATE_HZ - 400, 16_000)
    begin = int(np.argmax(np.abs(heard) > 0.1))
    assert abs(begin - 400) < 160
    expected = np.sin(2 * np.pi * 440 * (np.arange(16_000) - begin) / RATE_HZ + 0.1)
    middle = slice(begin + 8000, begin + 14_000)
    # the phase holds across the gap
    product = np.vdot(heard[middle], np.exp(2j * np.pi * 440 * np.arange(6000) / RATE_HZ))
    before = slice(begin + 800, begin + 6_800)
    earlier = np.vdot(heard[before], np.exp(2j * np.pi * 440 * np.arange(6000) / RATE_HZ))
    turned = np.angle(product / earlier) - 2 * np.pi * 440 * 7200 / RATE_HZ
    assert abs((turned + np.pi) % (2 * np.pi) - np.pi) < 0.2
    assert np.max(np.abs(expected)) <= 1.0


def test_a_sound_that_is_stopped_is_not_expected_any_more() -> None:
    timeline = ReferenceTimeline()
    timeline.add(Playback(2.0, 24_000, noise(24_000)))
    timeline.cut(2.5)
    assert np.all(timeline.read(round(2.5 * RATE_HZ), 8000) == 0)
    assert np.sqrt(np.mean(timeline.read(2 * RATE_HZ, 7900) ** 2)) > 0.05
    assert not timeline.sounds(round(2.5 * RATE_HZ), 8000)


# The stage


def test_while_nothing_is_played_the_very_block_passes_through() -> None:
    stage = EchoStage()
    for n in range(20):
        block = AudioBlock(n * 0.032, RATE_HZ, noise(512, seed=n))
        cleaned = stage.process_block(block)
        assert cleaned.block is block
        assert cleaned.detect is block.samples
        assert cleaned.near_end is None and cleaned.events == ()


@speaks
@pytest.mark.parametrize(
    "place", some_always(PLACES, LAPTOP, KITCHEN), ids=lambda place: place.name
)
def test_her_voice_through_a_loudspeaker_is_nobodys_speech(place: Place) -> None:
    stage = Watched()
    session = Session(place, 1, stage)
    session.speaker.say("", lines(4))
    heard = run(session, 20.0)
    assert events(heard, "speech_start") == []
    assert not any(first_signs(block) for block in heard)
    # what noise covers cannot be taken out
    assert erle_db(heard, stage.left, 12.0) > 12
    (found,) = events(heard, "echo")
    (measured, *_) = events(heard, "echo_measured")
    for event in (found, measured):
        delay_ms = 1000 * place.delay_s
        assert delay_ms - 10 < event.data["delay_ms"] < delay_ms + 20
    level_dbfs = CANDIDATE_DBFS + place.echo_db
    assert measured.data["heard"] is True
    assert measured.data["level_dbfs"] == pytest.approx(level_dbfs, abs=6)
    assert ("message" in found.data) == (found.data["level_dbfs"] > EchoSettings().strong_dbfs)


@speaks
def test_where_nobody_tells_what_is_played_her_voice_is_speech() -> None:
    """The other tests can fail: without the reference the ear takes her for the candidate."""
    session = Session(LAPTOP, 1)
    session.tell = False
    session.speaker.say("", lines(2))
    heard = run(session, 8.0)
    assert events(heard, "speech_start")
    assert events(heard, "echo") == events(heard, "echo_measured") == []


@speaks
@pytest.mark.data
@pytest.mark.parametrize(
    ("place", "over_db"),
    some_always(
        itertools.product((LAPTOP, KITCHEN, TABLET), (-5.0, 5.0)), (LAPTOP, 5.0), (KITCHEN, -5.0)
    ),
)
def test_who_speaks_over_her_is_heard_soon_and_where_they_began(
    data_dir: Path, place: Place, over_db: float
) -> None:
    sound = read_sound(data_dir / "speech/sb_spk1_snt1.wav")
    session = Session(place, 2)
    session.speaker.say("", lines(8))
    before = run(session, 14.0)
    while np.max(np.abs(before[-1].played)) < 0.1:  # she is in the middle of a word
        before.append(session.step())
    begin_s = session.t_s + first_sound_s(sound)
    session.speak(at_level(sound, CANDIDATE_DBFS + place.echo_db + over_db))
    heard = run(session, 3.0)
    assert events(before, "speech_start") == []
    start = events(heard, "speech_start")[0]
    # who speaks more softly than she sounds has to be told from what her echo leaves
    assert 0.0 < start.t_s - begin_s < (0.22 if over_db > 0 else 0.26)
    # first signs come sooner, and so does she fall silent
    signs = [block.t_s + 0.032 - begin_s for block in heard if first_signs(block) >= 0.3]
    assert 0.0 < signs[0] < (0.12 if over_db > 0 else 0.15)
    assert start.data["t_s"] == pytest.approx(begin_s, abs=0.12 if over_db > 0 else 0.15)
    after = run(session, 4.0)
    # and it is over soon after they have ended, though she goes on
    assert (
        events(heard + after, "speech_end")[-1].data["t_s"] < begin_s + len(sound) / RATE_HZ + 0.4
    )


@speaks
@pytest.mark.data
def test_headphones_leave_everything_as_it_is(data_dir: Path) -> None:
    sound = at_level(read_sound(data_dir / "speech/sb_spk2_snt2.wav"), CANDIDATE_DBFS)
    stage = Watched()
    session = Session(None, 3, stage)
    session.speaker.say("", lines(4))
    heard = run(session, 6.0)
    session.speak(sound)
    heard += run(session, 3.0)
    while session.speaker.busy:
        heard += run(session, 0.5)
    heard += run(session, 1.5)
    assert stage.untouched == [True] * len(heard)
    starts = events(heard, "speech_start")
    assert starts and starts[0].data["t_s"] == pytest.approx(6.0 + first_sound_s(sound), abs=0.1)
    assert events(heard, "echo") == []
    assert [dict(e.data) for e in events(heard, "echo_measured")] == [
        {"heard": False, "delay_ms": None, "return_loss_db": None, "level_dbfs": None}
    ] * len(events(heard, "echo_measured"))
    assert events(heard, "echo_measured")


@speaks
def test_an_echo_that_jumps_is_found_again() -> None:
    """The sound system was given another buffer: all comes 90 ms later from now on."""
    stage = Watched()
    session = Session(LAPTOP, 4, stage)
    session.speaker.say("", lines(5))
    run(session, 12.0)
    assert session.room is not None
    first_ms = stage.delay_ms
    session.room.delay(0.09)
    stage.left.clear()
    session.speaker.say("", lines(8, first=5))
    heard = run(session, 24.0)
    assert first_ms is not None and stage.delay_ms is not None
    assert stage.delay_ms - first_ms == pytest.approx(90, abs=3)
    assert erle_db(heard, stage.left, heard[0].t_s + 12.0) > 12
    late = [block for block in heard if block.t_s > heard[0].t_s + 6.0]
    assert events(late, "speech_start") == []


@speaks
@pytest.mark.data
def test_what_the_green_room_taught_holds_on_the_next_time_line(data_dir: Path) -> None:
    """Whoever speaks over the first line of the interview is heard as well as later on."""
    sound = read_sound(data_dir / "speech/sb_spk1_snt1.wav")
    taught = EchoStage()
    session = Session(LAPTOP, 8, taught)
    session.speaker.say("", lines(3))
    run(session, 9.0)
    began_s = session.t_s
    delay_ms = taught.delay_ms
    taught.begin(began_s)
    session.blocks = 0  # session time is 0 again ...
    session.tells_from_s = -began_s  # ... and the loudspeaker's stream goes on
    session.speaker.say("", lines(2, first=4))
    before = run(session, 2.5)
    begin_s = session.t_s + first_sound_s(sound)
    session.speak(at_level(sound, CANDIDATE_DBFS + LAPTOP.echo_db))
    heard = run(session, 2.0)
    assert events(before, "speech_start") == [] and not any(first_signs(b) for b in before)
    assert events(heard, "speech_start")[0].t_s - begin_s < 0.22
    assert taught.delay_ms == pytest.approx(delay_ms, abs=3)


@speaks
def test_a_room_that_changes_is_learnt_anew() -> None:
    stage = Watched()
    session = Session(LAPTOP, 5, stage)
    session.speaker.say("", lines(13))
    run(session, 15.0)
    assert session.room is not None
    session.room.move(0.3)  # a tenth of the echo's power comes by other ways
    stage.left.clear()
    heard = run(session, 20.0)
    assert events(heard, "speech_start") == []
    assert erle_db(heard, stage.left, heard[0].t_s + 8.0) > 12


@speaks
def test_a_stopped_line_leaves_no_ghost() -> None:
    """What was announced and is cut off must not be taken out of what follows."""
    stage = EchoStage()
    line = spoken(interview_lines()[0])
    stage.playback(Playback(1.0, RATE_HZ, line))
    stage.playback(PlaybackStopped(1.5))
    untouched = []
    for n in range(125):
        block = AudioBlock(n * 0.032, RATE_HZ, noise(512, 0.01, seed=n))
        if n * 0.032 > 2.5:
            untouched.append(stage.process_block(block).block is block)
        else:
            stage.process_block(block)
    assert all(untouched) and untouched


@speaks
def test_her_voice_counts_for_nothing_in_readings_either() -> None:
    session = Session(WEBCAM, 6)
    session.speaker.say("", lines(3))
    heard = run(session, 12.0)
    readings = [i for block in heard for i in block.items if isinstance(i, VoiceReading)]
    assert len(readings) == len(heard)
    assert max(reading.speech for reading in readings) < 0.35


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="use -90 to 0"):
        EchoSettings(strong_dbfs=3.0)
    with pytest.raises(ValueError, match=r"0\.5 to 10 seconds"):
        EchoSettings(decide_s=0.0)
