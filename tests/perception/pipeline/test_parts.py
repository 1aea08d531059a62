"""From the green room to the interview: devices stay open, and nothing is mixed up."""

from __future__ import annotations

import time
import wave
from pathlib import Path

import av
import numpy as np
import pytest

from perception.devices import camera_spec, microphone_spec
from perception.pipeline.hearing import Hearing, HearingSettings
from perception.pipeline.seeing import Seeing, SeeingSettings
from perception.pipeline.senses import Senses
from perception.speech.base import SpeechSettings
from perception.types import Cue, Event, FaceReading, VoiceReading
from tests.perception.pipeline.devices import lamp, microphone, webcam

NO_WORDS = HearingSettings(speech=SpeechSettings(recogniser="none"))
EARLIER_S = 1000.0
"""How long the first part has been going on, so that its times cannot pass for the second's."""


def until(sense: Seeing | Hearing, done, patience_s: float = 60.0) -> list:
    items: list = []
    deadline = time.monotonic() + patience_s
    while not done(items):
        assert time.monotonic() < deadline, f"waited in vain; got {items[-3:]}"
        items += sense.poll()
        time.sleep(0.01)
    return items


def of(kind: type, items: list) -> list:
    return [item for item in items if isinstance(item, kind)]


def part_over(items: list) -> bool:
    return any(event.kind == "part_over" for event in of(Event, items))


@pytest.fixture
def face(data_dir: Path) -> Path:
    return data_dir / "images/faces/pyfeat_single_face.jpg"


@pytest.fixture
def see(tmp_path: Path, face: Path):
    seeings = []

    def start(kind: str = "device", **options) -> Seeing:
        seeing = Seeing(
            webcam(tmp_path / "lamp", face, kind), time.monotonic() - EARLIER_S, **options
        )
        seeings.append(seeing)
        seeing.start()
        return seeing

    yield start
    for seeing in seeings:
        seeing.stop()


@pytest.mark.data
def test_the_camera_stays_open_and_what_it_saw_before_stays_behind(see, tmp_path):
    first, second = tmp_path / "first.mp4", tmp_path / "second.mp4"
    seeing = see(record_to=first)
    before = until(seeing, lambda items: len(of(FaceReading, items)) >= 5)
    assert all(item.t_s > EARLIER_S for item in of(FaceReading, before))
    pid, origin_s = seeing.pid, time.monotonic()
    time.sleep(0.5)  # nobody polls: readings of the first part pile up
    seeing.begin(origin_s, SeeingSettings(), second)
    after = until(seeing, lambda items: len(of(FaceReading, items)) >= 8)
    assert lamp(tmp_path / "lamp") == ["open"], "it was never closed"
    assert seeing.pid == pid
    times = [item.t_s for item in of(FaceReading, after)]
    assert times == sorted(times) and times[0] > 0.0 and times[-1] < time.monotonic() - origin_s
    assert all(item.t_s < EARLIER_S for item in of(Event, after))
    seeing.stop()
    assert lamp(tmp_path / "lamp") == ["open", "close"]
    for path in (first, second):
        with av.open(str(path)) as container:
            assert next(container.decode(video=0)).width == 640, "each part has a film of its own"


@pytest.mark.data
def test_a_candidate_out_of_a_file_begins_anew(see, tmp_path):
    seeing = see("recording")
    until(seeing, lambda items: bool(of(FaceReading, items)))
    seeing.begin(time.monotonic())
    until(seeing, lambda items: bool(of(FaceReading, items)))
    assert lamp(tmp_path / "lamp") == ["open", "close", "open"]


@pytest.mark.data
def test_a_film_shows_its_beginning_in_the_second_part_too(data_dir):
    # the clip shows a face all along; a second part that went on with the first would be at its end
    spec = camera_spec(str(data_dir / "video/pyfeat_single_face.mp4"), loop=False)
    assert spec is not None and spec.kind == "recording"
    seeing = Seeing(spec, time.monotonic() - EARLIER_S)
    seeing.start()
    try:
        until(seeing, part_over)
        seeing.begin(time.monotonic())
        assert len(of(FaceReading, until(seeing, part_over))) > 10
    finally:
        seeing.stop()


@pytest.fixture
def hear(tmp_path: Path):
    hearings = []

    def start(settings: HearingSettings = NO_WORDS, **options) -> Hearing:
        broken = options.pop("broken", None)
        source = microphone(tmp_path / "lamp", broken)
        hearing = Hearing(source, time.monotonic() - EARLIER_S, settings, **options)
        hearings.append(hearing)
        hearing.start()
        return hearing

    yield start
    for hearing in hearings:
        hearing.stop(0.0)


def test_the_microphone_stays_open_and_each_part_has_its_own_recording(hear, tmp_path):
    second = tmp_path / "second.wav"
    hearing = hear()
    before = until(hearing, lambda items: len(of(VoiceReading, items)) >= 20)
    assert all(item.t_s > EARLIER_S - 1.0 for item in of(VoiceReading, before))
    time.sleep(0.5)
    origin_s = time.monotonic()
    hearing.begin(origin_s, second)
    after = until(hearing, lambda items: len(of(VoiceReading, items)) >= 30)
    times = np.array([item.t_s for item in of(VoiceReading, after)])
    assert times[0] > -0.1 and times[-1] < time.monotonic() - origin_s
    assert np.diff(times) == pytest.approx(0.032, abs=1e-6), "not a block was lost or counted twice"
    assert lamp(tmp_path / "lamp") == ["open"]
    hearing.stop(0.0)
    with wave.open(str(second)) as file:
        recorded_s = file.getnframes() / file.getframerate()
    assert times[-1] <= recorded_s < time.monotonic() - origin_s, "sample index = session time"


def test_a_microphone_that_is_away_when_a_part_begins_is_told_in_it(hear, tmp_path):
    broken = tmp_path / "broken"
    hearing = hear(broken=broken)
    until(hearing, lambda items: bool(of(VoiceReading, items)))
    broken.touch()
    until(hearing, lambda items: any(event.kind == "lost" for event in of(Event, items)))
    hearing.begin(time.monotonic())
    (lost,) = of(Event, until(hearing, lambda items: bool(of(Event, items))))
    assert lost.kind == "lost" and lost.source == "microphone" and lost.t_s < EARLIER_S
    broken.unlink()
    items = until(hearing, lambda items: len(of(VoiceReading, items)) >= 5)
    assert [event.kind for event in of(Event, items)] == ["restored"]


@pytest.mark.data
@pytest.mark.slow
def test_words_of_the_green_room_do_not_come_in_the_interview(data_dir, hear):
    # the green room's rehearsal is still being recognised when the interview begins
    settings = HearingSettings(restart_after_s=0.2)
    answer = microphone_spec(str(data_dir / "speech/sb_spk1_snt1.wav"), continuous=True)
    hearing = Hearing(answer, time.monotonic() - EARLIER_S, settings)
    hearing.start()
    try:
        until(hearing, lambda items: hearing.ready)
        hearing.cue(Cue("begin", EARLIER_S))
        until(
            hearing, lambda items: any(event.kind == "speech_start" for event in of(Event, items))
        )
        hearing.begin(time.monotonic())
        after = until(hearing, lambda items: hearing.ready)
        quiet_until_s = time.monotonic() + 3.0
        after += until(hearing, lambda items: time.monotonic() > quiet_until_s)
        told = [event for event in of(Event, after) if event.kind in ("speech_start", "pending")]
        assert not told and all(item.t_s < EARLIER_S for item in after if hasattr(item, "t_s"))
    finally:
        hearing.stop(0.0)


@pytest.mark.data
def test_both_senses_begin_and_end_together(face, tmp_path):
    senses = Senses(
        Seeing(webcam(tmp_path / "eye", face), time.monotonic()),
        Hearing(microphone(tmp_path / "ear"), time.monotonic(), NO_WORDS),
    )
    assert senses.settled == 0.0
    senses.start()
    deadline = time.monotonic() + 60
    shares = set()
    while senses.settled < 1.0:
        assert time.monotonic() < deadline
        senses.poll()
        shares.add(senses.settled)
        time.sleep(0.01)
    assert 0.5 in shares, "one is there before the other"
    assert senses.memory_mb >= 0.0
    senses.stop(0.0)
    assert lamp(tmp_path / "eye") == lamp(tmp_path / "ear") == ["open", "close"]


def until_loaded(sense: Seeing | Hearing) -> None:
    """Waits until a process that was prepared shows that it waits."""
    deadline = time.monotonic() + 60
    while sense.memory_mb == 0.0:
        assert time.monotonic() < deadline
        assert sense.poll() == []
        time.sleep(0.01)


@pytest.mark.data
def test_a_camera_that_was_prepared_stays_dark_until_the_person_starts(face, tmp_path):
    film = tmp_path / "film.mp4"
    seeing = Seeing(webcam(tmp_path / "lamp", face), time.monotonic() - EARLIER_S)
    seeing.prepare()
    try:
        until_loaded(seeing)
        assert lamp(tmp_path / "lamp") == [] and not seeing.ready and seeing.thumbnail() is None
        pid, origin_s = seeing.pid, time.monotonic()
        seeing.begin(origin_s, SeeingSettings(), film)
        items = until(seeing, lambda items: len(of(FaceReading, items)) >= 5)
        assert lamp(tmp_path / "lamp") == ["open"] and seeing.pid == pid
        assert all(0.0 < item.t_s < EARLIER_S for item in of(FaceReading, items))
    finally:
        seeing.stop()
    assert film.is_file()


def test_a_microphone_that_was_prepared_stays_closed_until_the_person_starts(tmp_path):
    sound = tmp_path / "candidate.wav"
    hearing = Hearing(microphone(tmp_path / "lamp"), time.monotonic() - EARLIER_S, NO_WORDS)
    hearing.prepare()
    try:
        until_loaded(hearing)
        assert lamp(tmp_path / "lamp") == [] and not hearing.listening
        pids = hearing.pids
        hearing.begin(time.monotonic(), sound)
        items = until(hearing, lambda items: len(of(VoiceReading, items)) >= 5)
        assert lamp(tmp_path / "lamp") == ["open"] and hearing.pids == pids and hearing.listening
        assert all(-0.1 < item.t_s < EARLIER_S for item in of(VoiceReading, items))
    finally:
        hearing.stop(0.0)
    assert sound.is_file()


@pytest.mark.data
def test_an_answer_that_is_asked_for_while_the_microphone_opens_is_played(data_dir):
    answer = microphone_spec(str(data_dir / "speech/sb_spk1_snt1.wav"), continuous=False)
    hearing = Hearing(answer, time.monotonic() - EARLIER_S, NO_WORDS)
    hearing.prepare()
    try:
        hearing.begin(time.monotonic())
        hearing.cue(Cue("turn", 0.0))  # overtakes the opening
        until(hearing, lambda items: any(e.kind == "answer_played" for e in of(Event, items)))
    finally:
        hearing.stop(0.0)


def test_senses_that_were_prepared_can_be_left_without_being_begun(face, tmp_path):
    senses = Senses(
        Seeing(webcam(tmp_path / "eye", face), time.monotonic()),
        Hearing(microphone(tmp_path / "ear"), time.monotonic(), NO_WORDS),
    )
    senses.prepare()
    assert not senses.open
    senses.stop(0.0)
    assert lamp(tmp_path / "eye") == lamp(tmp_path / "ear") == []
    assert senses.poll() == []
