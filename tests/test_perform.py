"""``run.py perform``: blocks out of a file become film, sound and feedback."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import av
import numpy as np
import pytest

from game.bake.cache import ensure_baked
from tests.commandline_runs import SETTINGS, run, run_here
from tests.conftest import ROOT

EXAMPLES = ROOT / "assets" / "behaviours"

TWO_BLOCKS = """
<bml id="one">
  <speech id="line"><text>Good morning, <sync id="w"/> everybody.</text></speech>
  <head id="nod" lexeme="NOD" stroke="line:w"/>
  <gaze id="moon" target="moon"/>
</bml>
<bml id="two" composition="APPEND">
  <wait id="pause" duration="0.5"/>
  <faceLexeme id="smile" lexeme="smile" start="pause:end" end="pause:end + 1.5"/>
</bml>
"""


def written(folder: Path, text: str, name: str = "blocks.bml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_film_has_picture_and_sound_for_as_long_as_it_plays(tmp_path: Path) -> None:
    ensure_baked("anna")
    settings = written(tmp_path, SETTINGS.replace("= 10\n", "= 30\n"), "settings.toml")
    film, feedback = tmp_path / "film.mp4", tmp_path / "told.jsonl"
    result = run(
        "perform", written(tmp_path, TWO_BLOCKS), "--offscreen", "--video", film,
        "--feedback", feedback, "--settings", settings, "--persona", "anna", "--seed", 3,
    )  # fmt: skip
    assert result.status == 0, result.err
    told = [json.loads(line) for line in feedback.read_text("utf-8").splitlines()]
    times = {
        (each["block"], each["behaviour"], each["point"]): each["t_s"]
        for each in told
        if each["feedback"] == "progress"
    }
    end_s = times["two", "", "end"]
    spoken = (times["one", "line", "start"], times["one", "line", "end"])
    assert end_s == pytest.approx(times["one", "", "end"] + 2.0, abs=0.01)
    assert times["one", "nod", "stroke"] == pytest.approx(times["one", "line", "w"], abs=0.05)
    with av.open(str(film)) as played:
        sound = np.concatenate([f.to_ndarray()[0] for f in played.decode(audio=0)])
        rate_hz = played.streams.audio[0].rate
    with av.open(str(film)) as played:
        pictures = [f.to_ndarray(format="gray") for f in played.decode(video=0)]
        fps = float(played.streams.video[0].average_rate or 0)
    assert len(pictures) / fps == pytest.approx(end_s + 0.8, abs=0.1)
    assert len(sound) / rate_hz == pytest.approx(end_s + 0.8, abs=0.1)
    loud = np.flatnonzero(np.abs(sound) > 0.02) / rate_hz
    assert spoken[0] - 0.05 < loud[0] < spoken[0] + 0.3
    assert spoken[1] - 0.4 < loud[-1] < spoken[1] + 0.1
    moved = [np.abs(b.astype(int) - a).mean() for a, b in itertools.pairwise(pictures)]
    assert max(moved) > 0.0
    assert result.out.count("warning: line 5") == 1 and "moon" in result.out
    assert " one:line:w\n" in result.out


@pytest.mark.parametrize("example", ["greeting", "all_features"])
def test_the_examples_play_without_a_picture_in_no_time(tmp_path: Path, example: str) -> None:
    feedback = tmp_path / "told.xml"
    path = EXAMPLES / f"{example}.bml"
    result = run("perform", path, "--offscreen", "--voice", "silent", "--feedback", feedback)
    assert result.status == 0, result.err
    names = [line.split()[1] for line in result.out.splitlines() if line[:8].strip()[:1].isdigit()]
    blocks = [name for name in names if name.count(":") == 1]
    started = [name.split(":")[0] for name in blocks if name.endswith(":start")]
    ended = [name.split(":")[0] for name in blocks if name.endswith(":end")]
    assert started == ended and len(started) >= 2
    warned = [line for line in result.out.splitlines() if line.startswith("warning:")]
    assert all("locomotion" in line or "gesture" in line or "point" in line for line in warned)
    xml = feedback.read_text("utf-8")
    assert xml.startswith("<?xml") and xml.endswith("</feedback>\n")
    assert xml.count("<predictionFeedback") == len(started)
    assert xml.count("<blockProgress") == 2 * len(started)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<bml id='a'>\n<gaze id='g' target='cv'>\n</bml>", ("line 3", "mismatched")),
        ("", ("empty",)),
        ("<html/>", ("no block",)),
    ],
)
def test_a_file_that_is_no_bml_is_one_line(
    tmp_path: Path, text: str, words: tuple[str, ...]
) -> None:
    path = written(tmp_path, text)
    result = run_here("perform", path, "--offscreen", "--quiet")
    assert result.status == 2
    assert str(path) in result.line
    assert all(word in result.line for word in words)


def test_missing_files_and_bad_places_are_one_line_each(tmp_path: Path) -> None:
    good = written(tmp_path, TWO_BLOCKS)
    missing = run_here("perform", tmp_path / "none.bml", "--offscreen")
    assert missing.status == 2 and "no such file" in missing.line
    film = run_here("perform", good, "--offscreen", "--video", tmp_path / "film.avi")
    assert film.status == 2 and ".mp4" in film.line
    folder = run_here("perform", good, "--offscreen", "--feedback", tmp_path)
    assert folder.status == 2 and "folder" in folder.line
    blocked = run_here("perform", good, "--offscreen", "--feedback", good / "told.jsonl")
    assert blocked.status in (2, 3) and "cannot be written" in blocked.line


def test_help_names_the_examples() -> None:
    result = run_here("perform", "--help")
    assert result.status == 0
    shown = "".join(result.out.split())
    for path in EXAMPLES.glob("*.bml"):
        assert f"assets/behaviours/{path.name}" in shown
