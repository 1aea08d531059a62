"""Time of a recording is what its stamps say, for sound as for pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from game.app.tracks import tracks
from perception.camera.camera_file import FileCamera
from perception.clock import FakeClock
from perception.file_time import FileTime
from perception.microphone.base import RATE_HZ
from perception.microphone.decoding import read_sound
from tests.recorded_files import beep, record


def heard_at(path: Path) -> list[tuple[float, float]]:
    """When sound begins and ends in a file, to 0.02 s."""
    sound = read_sound(path)
    step = RATE_HZ // 50
    loud = np.abs(sound[: len(sound) // step * step].reshape(-1, step)).max(axis=1) > 0.05
    edges = np.flatnonzero(np.diff(np.concatenate([[0], loud.astype(int), [0]])))
    return [(a / 50, b / 50) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def seen_at(path: Path) -> tuple[list[float], int]:
    """Times of all pictures, and how many places are said to be damaged."""
    camera = FileCamera(path, realtime=False, start_s=0.0)
    camera.start(FakeClock())
    times = [frame.t_s for frame in iter(camera.read, None)]
    damaged = camera.damaged
    camera.close()
    return times, damaged


@pytest.mark.parametrize("name", ["gap.mkv", "gap.webm", "gap.mp4"])
def test_what_comes_after_a_gap_is_where_it_was(tmp_path: Path, name: str) -> None:
    codec = "aac" if name.endswith("mp4") else "libopus"
    path = record(tmp_path / name, [[(0.0, beep(1.0)), (5.0, beep(1.0))]], codec=codec)
    (first, _), (second, end) = heard_at(path)
    assert first == pytest.approx(0.0, abs=0.06)
    assert second == pytest.approx(5.0, abs=0.06)
    assert end == pytest.approx(6.0, abs=0.08)


def test_what_overlaps_moves_nothing_after_it(tmp_path: Path) -> None:
    path = record(tmp_path / "over.ts", [[(0.0, beep(2.0))]], codec="mp2")
    quiet_then_loud = [(1.4, 0.0 * beep(1.6)), (3.0, beep(1.0))]
    behind = record(tmp_path / "behind.ts", [quiet_then_loud], codec="mp2")
    path.write_bytes(path.read_bytes() + behind.read_bytes())
    (_, first_ends), (second, _) = heard_at(path)
    assert first_ends == pytest.approx(2.0, abs=0.04)
    assert second == pytest.approx(3.0, abs=0.04)


def test_a_recording_whose_stamps_do_not_begin_at_0_begins_at_0(tmp_path: Path) -> None:
    path = record(tmp_path / "later.ts", [[(7.0, beep(1.0)), (9.0, beep(1.0))]], codec="mp2")
    (first, _), (second, _) = heard_at(path)
    assert (first, second) == pytest.approx((0.0, 2.0), abs=0.06)


@pytest.mark.parametrize("name", ["late.mkv", "late.mp4"])
def test_what_begins_late_is_late_whether_it_is_sound_or_pictures(
    tmp_path: Path, name: str
) -> None:
    codec = "aac" if name.endswith("mp4") else "libopus"
    pictures = [2.0 + n / 25 for n in range(25)]
    early = record(tmp_path / f"s{name}", [[(0.0, beep(3.0))]], pictures, codec)
    times, damaged = seen_at(early)
    assert times == pytest.approx(pictures, abs=0.03)
    assert not damaged
    late = record(tmp_path / f"p{name}", [[(90.0, beep(1.0))]], [n / 5 for n in range(460)], codec)
    assert heard_at(late)[0][0] == pytest.approx(90.0, abs=0.06)


def test_pictures_with_a_gap_or_at_an_uneven_rate_are_whole(tmp_path: Path) -> None:
    uneven = [0.0, 0.04, 0.2, 0.21, 0.5, 6.0, 6.3]
    path = record(tmp_path / "uneven.mkv", [[(0.0, beep(9.0))]], uneven)
    times, damaged = seen_at(path)
    assert times == pytest.approx(uneven, abs=0.002)
    assert not damaged  # nor is a sound that goes on longer than the pictures


@pytest.mark.parametrize("pictures", [[], [n / 10 for n in range(30)]])
def test_the_length_is_known_where_the_file_does_not_say_it(
    tmp_path: Path, pictures: list[float]
) -> None:
    pieces = [(0.0, beep(1.0)), (3.0, beep(1.0))]
    path = record(tmp_path / "live.webm", [pieces], pictures, seekable=False)
    assert tracks(path) == (bool(pictures), True, pytest.approx(4.0, abs=0.06))


def test_a_broken_packet_moves_nothing_after_it(tmp_path: Path) -> None:
    pieces = [(0.0, beep(1.0)), (1.0, 0.0 * beep(1.0)), (2.0, beep(1.0, 880.0))]
    path = record(tmp_path / "broken.ts", [pieces], codec="mp2")
    data = bytearray(path.read_bytes())
    begin, count = len(data) // 8, len(data) // 8
    data[begin : begin + count] = bytes(count)
    path.write_bytes(data)
    assert heard_at(path)[-1][0] == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize(
    ("stamps", "placed"),
    [
        ((10.0, 11.0, 30.0), (0.0, 1.0, 20.0)),  # a gap
        ((10.0, 11.0, 11.5), (0.0, 1.0, 1.5)),  # an overlap
        ((10.0, 11.0, 12.0, 10.0, 11.0), (0.0, 1.0, 2.0, 3.0, 4.0)),  # a second recording behind
        ((10.0, 11.0, 95_000.0, 95_001.0), (0.0, 1.0, 2.0, 3.0)),  # another clock
        ((10.0, None, None, 13.0), (0.0, 1.0, 2.0, 3.0)),  # stamps that are missing
    ],
)
def test_stamps_are_followed_unless_the_clock_was_set_anew(
    stamps: tuple[float | None, ...], placed: tuple[float, ...]
) -> None:
    time = FileTime(10.0)
    assert [time.place(stamp, 1.0) for stamp in stamps] == list(placed)
