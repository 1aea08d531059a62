"""Films have the length of the session, sound in step with the picture, and survive a kill."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import av
import numpy as np
import pytest

from game.sound.film import Film, FilmSettings
from perception.errors import InputError, StorageError
from perception.paths import ROOT

W, H, FPS, RATE = 320, 180, 30, 24_000
# the tests hand pictures in faster than a tick does
PATIENT = FilmSettings(waiting=120, preset="ultrafast")


def picture(level: int) -> np.ndarray:
    return np.full((H, W, 3), level, np.uint8)


def frames_of(path: Path) -> list[tuple[float, np.ndarray]]:
    with av.open(str(path)) as film:
        return [(float(f.time or 0), f.to_ndarray(format="rgb24")) for f in film.decode(video=0)]


def sound_of(path: Path) -> tuple[float, np.ndarray]:
    with av.open(str(path)) as film:
        frames = list(film.decode(audio=0))
    return float(frames[0].time or 0), np.concatenate([f.to_ndarray()[0] for f in frames])


def test_flashes_and_beeps_come_together(tmp_path):
    path = tmp_path / "room.mp4"
    film = Film(path, W, H, PATIENT)
    at = [1.0, 2.5, 3.2]
    for k in range(4 * FPS):
        t_s = k / FPS
        flash = any(b - 1e-6 <= t_s < b + 0.1 for b in at)
        film.add_picture(100.0 + t_s, picture(255 if flash else 20))
    samples = np.zeros(4 * RATE, np.float32)
    for b in at:
        first = int(b * RATE)
        samples[first : first + 2400] = 0.5 * np.sin(np.arange(2400) * 2 * np.pi * 1000 / RATE)
    assert film.start_s == 100.0
    assert film.end_s == pytest.approx(104.0)
    film.close(samples, RATE)

    bright = [(t, f.mean() > 128) for t, f in frames_of(path)]
    flashes = [t for (t, b), (_, before) in zip(bright[1:], bright, strict=False) if b > before]
    start_s, heard = sound_of(path)
    loud = np.flatnonzero(np.abs(heard) > 0.1)
    beeps = start_s + loud[np.r_[True, np.diff(loud) > RATE // 5]] / RATE
    assert len(flashes) == len(beeps) == 3
    assert np.abs(np.array(flashes) - np.array(at)).max() <= 0.02
    assert np.abs(np.array(flashes) - beeps).max() <= 0.02


def test_the_film_is_as_long_as_the_session_whatever_the_rate(tmp_path):
    path = tmp_path / "room.mp4"
    film = Film(path, W, H, PATIENT)
    times = np.concatenate([np.arange(0, 1, 1 / 75), np.arange(1, 3, 1 / 12), [5.0]])
    for t_s in times:
        film.add_picture(7.0 + t_s, picture(100))
    counts = film.close()
    frames = frames_of(path)
    assert len(frames) == counts.written == 5 * FPS + 1
    assert np.allclose(np.diff([t for t, _ in frames]), 1 / FPS, atol=1e-3)
    assert counts.replaced > 30
    assert counts.duplicated > 80
    assert counts.dropped == 0
    assert counts.written + counts.replaced - counts.duplicated == len(times)
    with av.open(str(path)) as whole:
        assert not whole.streams.audio
        assert (whole.duration or 0) / av.time_base == pytest.approx(5 + 1 / FPS, abs=0.02)


def test_colours_and_directions_are_kept(tmp_path):
    path = tmp_path / "room.mp4"
    image = np.zeros((H, W, 4), np.uint8)
    image[: H // 2, :, 0] = 220  # blue, the upper half of memory and so the lower of the picture
    image[H // 2 :, :, 2] = 220  # red
    film = Film(path, W, H, PATIENT)
    for k in range(5):
        film.add_picture(k / FPS, image, pixels="bgra", bottom_up=True)
    image[:] = 0  # the caller's memory is its own again
    film.close()
    _, seen = frames_of(path)[2]
    upper, lower = seen[20:60].mean((0, 1)), seen[120:160].mean((0, 1))
    assert upper[0] > 180 > 60 > upper[2]
    assert lower[2] > 180 > 60 > lower[0]


def test_sound_is_cut_or_filled_to_the_picture(tmp_path):
    for name, seconds in (("long", 9), ("short", 0.2)):
        film = Film(tmp_path / f"{name}.mp4", W, H, PATIENT)
        for k in range(FPS):
            film.add_picture(k / FPS, picture(k))
        film.close(np.zeros(int(seconds * RATE), np.float32), RATE)
        with av.open(str(tmp_path / f"{name}.mp4")) as whole:
            sound = whole.streams.audio[0]
            assert sound.duration is not None
            assert sound.time_base is not None
            assert float(sound.duration * sound.time_base) == pytest.approx(1.0, abs=0.06)


def test_packets_of_picture_and_sound_alternate(tmp_path):
    film = Film(tmp_path / "room.mp4", W, H, PATIENT)
    for k in range(3 * FPS):
        film.add_picture(k / FPS, picture(k))
    film.close(np.zeros(3 * RATE, np.float32), RATE)
    with av.open(str(tmp_path / "room.mp4")) as whole:
        kinds = [p.stream.type for p in whole.demux() if p.size]
    longest, run = 0, 0
    for kind, before in zip(kinds[1:], kinds, strict=False):
        run = run + 1 if kind == before else 0
        longest = max(longest, run)
    assert longest < FPS // 2


def test_a_busy_encoder_never_makes_the_tick_wait(tmp_path):
    film = Film(tmp_path / "room.mp4", 1280, 720, FilmSettings(waiting=2, preset="medium"))
    rng = np.random.default_rng(1)
    noise = rng.integers(0, 255, (720, 1280, 3), dtype=np.uint8)
    for k in range(60):
        film.add_picture(k / FPS, noise)
    counts = film.close()
    assert counts.dropped > 0
    assert counts.written + counts.dropped - counts.duplicated == 60
    assert len(frames_of(tmp_path / "room.mp4")) == counts.written


def test_a_killed_film_can_be_played(tmp_path):
    path = tmp_path / "room.mp4"
    code = f"""
        import numpy as np, os, signal, time
        from pathlib import Path
        from game.sound.film import Film, FilmSettings
        film = Film(Path({str(path)!r}), 320, 180, FilmSettings(preset="ultrafast", waiting=120))
        for k in range(120):
            film.add_picture(k / 30, np.full((180, 320, 3), k, np.uint8))
        while film.counts.written < 119:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    root = ROOT
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=root, timeout=60, check=False
    )
    assert done.returncode == -9
    assert not path.exists()
    assert len(frames_of(tmp_path / "room.part.mp4")) >= 120 - 2 * FPS


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")
def test_ctrl_c_while_it_is_closed_waits_until_it_plays(tmp_path, monkeypatch):
    path = tmp_path / "room.mp4"
    film = Film(path, W, H, PATIENT)
    for k in range(FPS):
        film.add_picture(k / FPS, picture(k))
    join = film._join

    def press(*arguments):
        os.kill(os.getpid(), signal.SIGINT)
        join(*arguments)

    monkeypatch.setattr(film, "_join", press)
    old = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            film.close(np.zeros(RATE, np.float32), RATE)
    finally:
        signal.signal(signal.SIGINT, old)
    assert len(frames_of(path)) == FPS and len(sound_of(path)[1]) > RATE // 2
    assert list(tmp_path.iterdir()) == [path]


def test_a_film_without_pictures_leaves_nothing(tmp_path):
    film = Film(tmp_path / "room.mp4", W, H)
    assert film.close(np.zeros(100, np.float32)).written == 0
    assert list(tmp_path.iterdir()) == []


def test_closing_twice_is_closing_once(tmp_path):
    film = Film(tmp_path / "room.mp4", W, H)
    film.add_picture(0.0, picture(3))
    assert film.close() == film.close()
    assert [p.name for p in tmp_path.iterdir()] == ["room.mp4"]


def test_a_place_that_cannot_be_written_is_a_storage_error(tmp_path):
    with pytest.raises(StorageError, match="cannot be written"):
        Film(tmp_path / "no" / "room.mp4", W, H)


def test_a_full_disk_is_a_storage_error(tmp_path):
    rng = np.random.default_rng(2)
    film = Film(tmp_path / "room.mp4", W, H, PATIENT)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        with pytest.raises(StorageError, match="free space"):
            for k in range(90):
                film.add_picture(k / FPS, rng.integers(0, 255, (H, W, 3), dtype=np.uint8))
            film.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    with pytest.raises(StorageError):
        film.add_picture(9.0, picture(1))


def test_wrong_pictures_are_refused(tmp_path):
    with pytest.raises(InputError, match="even"):
        Film(tmp_path / "odd.mp4", 321, 180)
    film = Film(tmp_path / "room.mp4", W, H)
    with pytest.raises(InputError, match="shape"):
        film.add_picture(0.0, np.zeros((H, W), np.uint8))
    film.add_picture(1.0, picture(1))
    with pytest.raises(InputError, match="late"):
        film.add_picture(0.5, picture(1))
    film.close()


@pytest.mark.parametrize(("key", "value"), [("fps", 2), ("preset", "lossless"), ("quality", 60)])
def test_settings_out_of_range_say_what_would_be_right(key, value):
    with pytest.raises(ValueError, match=f"{key} is"):
        FilmSettings(**{key: value})


def test_a_window_that_was_resized_still_fits_its_film(tmp_path):
    film = Film(tmp_path / "resized.mp4", 64, 36)
    picture = np.full((72, 200, 3), 90, np.uint8)
    assert film.fitted(picture).shape == (36, 64, 3)
    same = np.zeros((36, 64, 3), np.uint8)
    assert film.fitted(same) is same
    film.add_picture(0.0, film.fitted(picture))
    film.close()
