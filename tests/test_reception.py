"""Who receives, and where: recruiters, rooms, their sounds and the window, by the command line."""

from __future__ import annotations

import json
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.commandline_runs import (
    SETTINGS,
    Result,
    bare,
    events,
    face_in_nearly_all_that_was_seen,
    lena,
    report_of,
    run,
    run_here,
)
from tests.held_interviews import Held

pytestmark = [pytest.mark.slow, pytest.mark.render]


def written(folder: Path, text: str, name: str = "settings.toml") -> Path:
    """A file of the test's own."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def loudness_dbfs(film: Path) -> NDArray[np.float64]:
    """Level of each 0.25 s of a film's sound, -120 dBFS at the least."""
    with av.open(str(film)) as container:
        rate = container.streams.audio[0].rate
        blocks = [block.to_ndarray().mean(axis=0) for block in container.decode(audio=0)]
    sound = np.concatenate(blocks).astype(np.float64)
    length = rate // 4
    power = (sound[: len(sound) // length * length].reshape(-1, length) ** 2).mean(axis=1)
    return np.asarray(10 * np.log10(power + 1e-12))


def wall(film: Path, every: int = 5) -> NDArray[np.float64]:
    """The upper left corner of every few pictures of a film, where nobody sits: (n, h, w)."""
    with av.open(str(film)) as container:
        pictures = [
            picture.to_ndarray(format="gray")
            for number, picture in enumerate(container.decode(video=0))
            if number % every == 0
        ]
    height, width = pictures[0].shape
    corner = np.stack(pictures)[:, height // 6 : height // 2, : width // 5]
    return corner.astype(np.float64)


# -- rooms and their sounds ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def received(demo: Held) -> tuple[Path, Path]:
    """Session folder and film of a demo in which Ingrid receives."""
    return demo.folder, demo.film


def test_the_record_says_who_received_and_where(received: tuple[Path, Path]) -> None:
    meta = json.loads((received[0] / "session.json").read_text(encoding="utf-8"))
    assert meta["persona"] == "ingrid"
    assert meta["settings"]["room"] == {"name": "university", "hour": 10.0}
    assert report_of(received[0])["persona"] == "ingrid"


def test_the_record_says_what_she_did_and_when(received: tuple[Path, Path]) -> None:
    told = [event for event in events(received[0]) if event["kind"] == "behaviour"]
    assert [event["source"] for event in told] == ["game"] * len(told)
    passed = [each for event in told for each in event["data"].get("passed", ())]
    assert len(passed) > 20
    assert {"start", "end"} <= {point for _, _, point, _ in passed}
    for event in told:
        for _, _, _, t_s in event["data"].get("passed", ()):
            assert 0.0 <= t_s <= event["t_s"] + 0.001
    assert [each for each in told if "warning" in each["data"]] == []


def test_a_replay_decides_the_same(received: tuple[Path, Path]) -> None:
    result = run_here("replay", received[0])
    assert (result.status, result.err) == (0, "")
    assert "the same, to the bit" in result.out


def test_the_film_holds_the_rooms_own_sounds(received: tuple[Path, Path]) -> None:
    levels = loudness_dbfs(received[1])
    assert levels.max() > -30  # somebody speaks
    assert levels.min() > -70
    assert -66 < np.percentile(levels, 5) < -54
    assert not list(received[0].glob("room.wav"))


@pytest.fixture(scope="module")
def silent_and_immersive(
    slow_video: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """Session folder and film of an interview in a silent room that moves with a person's head.

    The person is seen and never heard, and she says goodbye.
    """
    folder = tmp_path_factory.mktemp("silent")
    film = folder / "film.mp4"
    result = run(
        *("practice", "--offscreen", "--quiet", "--questions", 1, "--seed", 5, "--immersive"),
        *("--settings", written(folder, bare(SETTINGS) + "\n[ambience]\nplay = false\n")),
        *("--camera", slow_video, "--out", folder / "session", "--video", film),
    )
    assert (result.status, result.err) == (0, "")
    return folder / "session", film


@pytest.mark.data
def test_rooms_can_be_silent(silent_and_immersive: tuple[Path, Path]) -> None:
    folder, film = silent_and_immersive
    levels = loudness_dbfs(film)
    assert levels.max() > -30
    assert np.percentile(levels, 5) < -66
    assert not (folder / "room.wav").exists()


@pytest.mark.data
def test_a_camera_file_without_sound_and_nobody_to_type(
    silent_and_immersive: tuple[Path, Path],
) -> None:
    told = report_of(silent_and_immersive[0])
    assert any("has no sound; give answers with --microphone" in note for note in told["notes"])
    assert told["measures"]["speech_rate_wpm"]["value"] is None
    assert face_in_nearly_all_that_was_seen(told)


# -- what cannot be --------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["practice", "demo"])
def test_an_unknown_room_is_refused_with_those_known(command: str, tmp_path: Path) -> None:
    result = run_here(command, "--offscreen", "--room", "castle", "--out", tmp_path / "session")
    assert result.status == 2
    assert "castle" in result.line and "corporate, startup, university" in result.line
    assert not (tmp_path / "session").exists()


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('identity = "anna"\n', "", "key 'identity' is missing"),
        ('room = "corporate"', 'room = "castle"', "corporate, startup, university"),
        ('identity = "anna"', 'identity = "nobody"', "nobody"),
        ('identity = "anna"', 'identity = "looks.toml"', "looks.toml"),
    ],
)
def test_a_recruiter_who_cannot_be_is_refused(
    old: str, new: str, what: str, tmp_path: Path
) -> None:
    result = run_here(
        *("demo", "--persona", lena(tmp_path, old, new), "--questions", 1),
        *("--out", tmp_path / "session"),
    )
    assert result.status == 2, result.err
    assert what in result.line
    assert not (tmp_path / "session").exists()


# -- the window ------------------------------------------------------------------------------------


@pytest.mark.data
def test_the_room_moves_with_the_candidates_head_only_when_it_is_to(
    practised: tuple[Path, Path, Result], silent_and_immersive: tuple[Path, Path]
) -> None:
    # how much the brightness changes where an edge of the wall, or of what hangs there, is seen
    still, immersive = (
        float(np.percentile(wall(path).std(axis=0), 90))
        for path in (practised[1], silent_and_immersive[1])
    )
    assert still < 4.0  # of 255: what the film's encoding adds
    assert immersive > 4.5  # in the few seconds in which she greets and says goodbye


# -- voices ----------------------------------------------------------------------------------------


def test_a_voice_without_the_recruiters_own_speaker_is_told(tmp_path: Path) -> None:
    settings = written(tmp_path, SETTINGS)
    block = written(
        tmp_path,
        '<bml xmlns="http://www.bml-initiative.org/bml/bml-1.0" id="b1">'
        '<speech id="s1"><text>Good morning.</text></speech></bml>',
        "blocks.bml",
    )
    result = run(
        *("perform", block, "--persona", "ingrid", "--offscreen", "--settings", settings),
        *("--voice", "pyttsx3"),
    )
    if "not installed" in result.err or "libespeak" in result.err:
        pytest.skip("needs pyttsx3 and the system's speech: python3 run.py doctor --mend")
    assert (result.status, result.err) == (0, "")
    assert "voice pyttsx3 has no speaker 'slt'" in result.out
