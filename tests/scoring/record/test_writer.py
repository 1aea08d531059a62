"""The record: what goes in comes out, whatever happens on the way."""

from __future__ import annotations

import json
import os
import resource
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dialogue.types import AskData, Because, Feedback, RecruiterAct, WaitData
from game.sound.film import Film
from game.sound.mixdown import Mixdown
from perception.camera.picture_recorder import PictureRecorder
from perception.errors import InputError, StorageError
from perception.fusion import Fusion
from perception.microphone.sound_recorder import SoundRecorder
from perception.paths import ROOT
from perception.types import (
    BodyReading,
    CandidateState,
    Event,
    FaceReading,
    Frame,
    Gaze,
    HeadGesture,
    VoiceReading,
    Word,
    Words,
)
from scoring.record.lines import Tick, act_event, act_of, decode, encode, feedback_of, to_line
from scoring.record.session import find_unfinished, iter_inputs, read_session
from scoring.record.writer import SessionWriter, is_in_use
from scoring.report.webvtt import webvtt
from scoring.report.write import write_report

SESSION = {"id": "s1", "role": "nurse", "seed": 3}

FACE = FaceReading(
    t_s=0.1 + 0.2,
    latency_s=1 / 3,
    confidence=0.97,
    yaw_deg=-1e-17,
    pitch_deg=2.5,
    roll_deg=np.nextafter(1.0, 2.0),
    position_m=(0.1, -0.02, -0.61),
    gaze=Gaze(1.0, -2.0, "screen"),
    expressions={"mouthSmileLeft": 1 / 7},
    action_units={6: 0.1, 12: 0.7},
    faces=2,
)
ARRIVALS = [
    FACE,
    FaceReading(t_s=0.4, latency_s=0.01, confidence=0.0),
    BodyReading(0.5, 1.5, None, 2, 0.25, True),
    VoiceReading(0.5, 0.032, 0.91, -31.123456789012345, 118.7),
    VoiceReading(0.532, 0.032, 0.02, -120.0),
    HeadGesture("nod", 0.1, 0.6, 7.5, 0.7),
    Words(
        0.2, 0.8, "ich möchte — “ja” \u2028 ok", (Word("ich", 0.2, 0.3, 0.5), Word("ok", 0.3, 0.8))
    ),
    Words(0.2, 0.8, "par", final=False, source="typed"),
    Tick(0.7333333333333333),
    Words(0.9, 0.9, 'She said "no"\n\\ <b>bold</b>\x00', source="typed"),
    Event(1.0, "camera", "lost", {"message": "gone", "list": [1, 2.5, None], "deep": {"a": True}}),
]


def write(folder: Path, arrivals: list) -> None:
    with SessionWriter(folder, SESSION) as writer:
        for arrival in arrivals:
            if isinstance(arrival, Event):
                writer.event(arrival)
            elif isinstance(arrival, Tick):
                writer.tick(arrival.t_s)
            else:
                writer.reading(arrival)


def test_everything_comes_back_equal_and_in_order(tmp_path: Path) -> None:
    write(tmp_path / "s", ARRIVALS)
    back = list(iter_inputs(tmp_path / "s"))
    assert [a for a in back if not (isinstance(a, Event) and a.source == "record")] == ARRIVALS
    assert [type(a) for a in back[1:-1]] == [type(a) for a in ARRIVALS]
    assert read_session(tmp_path / "s").notes == ()


def test_keys_of_a_later_version_are_passed_over() -> None:
    def later(value: object) -> object:
        if isinstance(value, dict):
            return {**{k: later(v) for k, v in value.items()}, "of_2031": 1}
        return [later(v) for v in value] if isinstance(value, list) else value

    readings: list[Any] = [a for a in ARRIVALS if not isinstance(a, (Event, Tick))]
    for reading in readings:
        payload = json.loads(to_line(encode(reading)))
        for free in ("expressions", "action_units"):  # their keys are names, not fields
            payload.pop(free, None)
        grown = later(payload)
        assert isinstance(grown, dict)
        assert decode(grown) == decode(payload)
    act = RecruiterAct(1.0, "ask", "Why?", because=Because("r", "c", 1, 2), id="act-1")
    event = json.loads(to_line(encode(act_event(act))))
    grown_event = decode({**event, "data": later(event["data"])})
    assert isinstance(grown_event, Event) and act_of(grown_event) == act


@pytest.mark.parametrize("asks", [True, False, None])
def test_no_is_not_unknown_in_a_record(asks: bool | None) -> None:
    act = RecruiterAct(1.0, "ask", "Why?", data=AskData(asks_episode=asks))
    line = to_line(encode(act_event(act)))
    event = decode(json.loads(line))
    assert isinstance(event, Event) and act_of(event) == act
    wait = RecruiterAct(1.0, "wait", data=WaitData(hold=True))
    assert b"resume" not in to_line(encode(act_event(wait))), "flags that say nothing are left out"


def test_words_so_far_are_kept_for_replay_and_count_for_nothing_else(tmp_path: Path) -> None:
    said = Words(1.0, 2.05, "I worked", (Word("I", 1.0, 1.1, 0.9), Word("worked", 1.2, 2.05, 0.8)))
    arrivals = [
        Event(1.1, "speech_to_text", "pending", {"count": 1}),
        Words(1.0, 1.7 / 3, "I", final=False, source="pocketsphinx"),
        Tick(1.4),
        Words(1.0, 1.9, "I walked", final=False, source="pocketsphinx"),
        Tick(2.0),
        said,
        Words(3.0, 3.4, "the", final=False, source="pocketsphinx"),
        Tick(3.5),
        Words(3.0, 3.5, "", source="pocketsphinx"),
        Tick(3.6),
    ]
    write(tmp_path / "s", arrivals)
    back = [a for a in iter_inputs(tmp_path / "s") if getattr(a, "source", "") != "record"]
    assert back == arrivals

    def states(items: list) -> list[CandidateState]:
        fusion = Fusion()
        found = []
        for item in items:
            if isinstance(item, Tick):
                found.append(fusion.state(item.t_s))
            else:
                fusion.add(item)
        return found

    assert states(back) == states(arrivals)
    assert [s.answer for s in states(back)] == ["I", "I walked", "I worked the", "I worked"]
    session = read_session(tmp_path / "s")
    assert session.words == (said,)
    assert "walked" not in webvtt(session)


def test_numpy_scalars_keep_their_value(tmp_path: Path) -> None:
    level = np.float32(-31.7)
    voice = VoiceReading(0.0, 0.032, level, level, None)  # type: ignore[arg-type]
    write(tmp_path / "s", [voice])
    (voice,) = read_session(tmp_path / "s").voices
    assert voice.level_dbfs == level and isinstance(voice.level_dbfs, float)


def test_acts_and_their_progress_come_back(tmp_path: Path) -> None:
    act = RecruiterAct(
        1.0,
        "ask",
        "Why us?",
        "warm",
        Because("next", "silence_s", 1.2, 0.7),
        "act-1",
        "q1",
        AskData("motivation"),
    )
    with SessionWriter(tmp_path / "s", SESSION) as writer:
        writer.act(act)
        writer.progress(Feedback(1.1, "act-1", "start"))
    session = read_session(tmp_path / "s")
    assert session.acts == (act,)
    assert session.progress == (Feedback(1.1, "act-1", "start"),)
    assert act_of(session.events[0]) is None and feedback_of(session.events[0]) is None


def test_lines_are_there_before_the_call_returns(tmp_path: Path) -> None:
    writer = SessionWriter(tmp_path / "s", SESSION)
    writer.tick(1.5)
    assert (tmp_path / "s" / "readings.jsonl").read_text() == '{"n":1,"k":"tick","t_s":1.5}\n'
    assert json.loads((tmp_path / "s" / "session.json").read_text())["status"] == "running"
    writer.close()
    assert json.loads((tmp_path / "s" / "session.json").read_text())["status"] == "complete"


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for folder in (tmp_path, tmp_path / "file"):
        with pytest.raises(InputError, match="not an empty folder"):
            SessionWriter(folder, SESSION)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")
def test_a_polite_end_while_it_begins_is_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = signal.signal(signal.SIGINT, signal.default_int_handler)
    whole = SessionWriter._write_session

    def press(writer: SessionWriter) -> None:
        if not writer.closed:
            os.kill(os.getpid(), signal.SIGINT)
        whole(writer)

    monkeypatch.setattr(SessionWriter, "_write_session", press)
    try:
        with pytest.raises(KeyboardInterrupt):
            SessionWriter(tmp_path / "s", SESSION)
    finally:
        signal.signal(signal.SIGINT, old)
    assert json.loads((tmp_path / "s" / "session.json").read_text())["status"] == "interrupted"
    assert not is_in_use(tmp_path / "s")
    assert not list((tmp_path / "s").glob("*.part*"))


def test_not_a_number_is_refused(tmp_path: Path) -> None:
    with SessionWriter(tmp_path / "s", SESSION) as writer, pytest.raises(ValueError):
        writer.reading(VoiceReading(0.0, 0.032, float("nan"), -20.0))


def test_a_killed_process_loses_nothing_written_and_can_resume(tmp_path: Path) -> None:
    folder = tmp_path / "all" / "s"
    code = (
        "import sys, time\nfrom pathlib import Path\n"
        "from scoring.record.writer import SessionWriter\n"
        f"w = SessionWriter(Path({str(folder)!r}), {{'id': 'k'}})\n"
        "for i in range(1000):\n    w.tick(i / 60)\n"
        "print('ready', flush=True)\ntime.sleep(60)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert find_unfinished(tmp_path / "all") == (folder,)
    with open(folder / "readings.jsonl", "ab") as file:
        file.write(b'{"n":1001,"k":"ti')
    session = read_session(folder)
    assert len(session.ticks_s) == 1000
    assert session.notes == (
        "readings.jsonl: the last line is torn (the recording was cut off there)",
    )

    with SessionWriter(folder, {}, resume=True) as writer:
        assert writer.last_t_s == 999 / 60
        writer.tick(20.0)
    session = read_session(folder)
    assert session.notes == () and session.id == "k"
    assert session.ticks_s[-2:] == (999 / 60, 20.0)
    assert find_unfinished(tmp_path / "all") == ()


def test_resuming_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing to resume"):
        SessionWriter(tmp_path, SESSION, resume=True)


def test_damaged_lines_are_named_and_left_out(tmp_path: Path) -> None:
    write(tmp_path / "s", ARRIVALS)
    path = tmp_path / "s" / "readings.jsonl"
    lines = path.read_bytes().split(b"\n")
    lines[0] = b'{"k":"face"}'
    lines[1] = b"\xff\xfe garbage"
    lines[3] = b'{"n":5,"k":"sonar","t_s":1}'
    lines[4] = b"[]"
    path.write_bytes(b"\n".join(lines))
    session = read_session(tmp_path / "s")
    *damaged, unknown = session.notes
    assert [n.split(" is")[0] for n in damaged] == [f"readings.jsonl line {i}" for i in (1, 2, 5)]
    assert "1 lines of kinds that this version does not know (sonar)" in unknown
    assert session.faces == () and len(session.bodies) == 1


@pytest.mark.parametrize("name", ["session.json", "events.jsonl", "readings.jsonl"])
def test_a_missing_file_is_a_note(tmp_path: Path, name: str) -> None:
    write(tmp_path / "s", ARRIVALS)
    (tmp_path / "s" / name).unlink()
    assert any(name in note for note in read_session(tmp_path / "s").notes)


def test_no_session_is_an_error_in_one_line(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(InputError) as info:
            read_session(folder)
        assert "\n" not in str(info.value) and str(folder) in str(info.value)


def test_a_full_disk_is_told_once_and_leaves_whole_lines(tmp_path: Path) -> None:
    """A real limit on the size of files; in a child, as the limit holds for a whole process."""
    folder = tmp_path / "s"
    code = (
        "import resource, signal\nfrom pathlib import Path\n"
        "from perception.errors import StorageError\n"
        "from scoring.record.writer import SessionWriter\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))\n"
        f"w = SessionWriter(Path({str(folder)!r}), {{'id': 'full'}})\n"
        "told = 0\n"
        "for i in range(500):\n"
        "    try:\n        w.tick(i / 60)\n"
        "    except StorageError as error:\n        told += 1; print(error)\n"
        "w.close()\n"
        "assert told == 1 and w.broken and w.dropped > 300, (told, w.dropped)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert done.stdout.count("\n") == 1 and "free some space" in done.stdout
    session = read_session(folder)
    assert session.notes == ()
    assert 20 < len(session.ticks_s) < 100
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 2000


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux, which has /dev/full")
def test_a_device_without_space_is_told_once(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    SessionWriter(folder, SESSION).close()
    (folder / "readings.jsonl").unlink()
    os.symlink("/dev/full", folder / "readings.jsonl")
    writer = SessionWriter.__new__(SessionWriter)
    with pytest.raises(StorageError, match="No space left"):
        writer.__init__(folder, {}, resume=True)  # type: ignore[misc]
        writer.tick(1.0)
    writer.tick(2.0)
    assert writer.broken and writer.dropped == 2
    writer.close()


def test_an_unwritable_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError, match="cannot be written"):
        SessionWriter(tmp_path / "file" / "s", SESSION)


def test_writing_is_cheap_enough_for_the_main_loop(tmp_path: Path) -> None:
    """Half an hour of readings fit in well under a minute of writing; no clock is asserted."""
    writer = SessionWriter(tmp_path / "s", SESSION)
    before = time.process_time()
    for i in range(2000):
        writer.reading(FACE)
        writer.tick(i / 60)
    print(f"{(time.process_time() - before) / 4000 * 1e6:.0f} µs a line")
    writer.close()
    assert len(read_session(tmp_path / "s").faces) == 2000


def modes(folder: Path) -> dict[str, int]:
    return {p.name: stat.S_IMODE(p.stat().st_mode) for p in (folder, *folder.iterdir())}


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX, whose files have modes")
def test_a_session_is_for_its_user_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        folder = tmp_path / "s"
        folder.mkdir()  # one that was there, open to all
        write(folder, [Tick(0.5)])
        recorder = SoundRecorder(folder / "candidate.wav", 16_000)
        recorder.close()
        with Mixdown(folder / "recruiter.wav"):
            pass
        pictures = PictureRecorder(folder / "camera.mp4", 30)
        pictures.write(Frame(0.0, 0, np.zeros((48, 64, 3), np.uint8)))
        pictures.close()
        film = Film(folder / "room.mp4", 64, 48)
        film.add_picture(0.0, np.zeros((48, 64, 3), np.uint8))
        film.close()
        write_report(folder)
    finally:
        os.umask(before)
    found = modes(folder)
    assert found.pop("s") == 0o700
    assert {"camera.mp4", "candidate.wav", "events.jsonl", "report.pdf", "room.mp4"} <= set(found)
    assert set(found.values()) == {0o600}, found
