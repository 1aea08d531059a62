"""Records damaged at random: each gives a report that fits its schema, and nothing else is lost."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from game.synthetic.planted import Exchange, Manner, write_planted
from scoring.record.session import read_session
from scoring.record.writer import pretty
from scoring.report.analysis import build_report
from scoring.report.webvtt import webvtt
from tests.scoring.schema import faults

ASKED = (
    Exchange("q1", "Why do you want this job?", "I like to bake and I like to meet people."),
    Exchange("q2", "What would you change here?", "I would open at six and sell coffee, too."),
)
ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 3, 1e9, -1e9, 1e308, 10**400, "", "x", "\x00\ud800"),
    *([], [[]], [None], {}, {"a": 1}),
)
"""What may stand where something else belongs."""
TORN = (b"", b"\x00" * 4096, b"\xff\xfe{", b'{"n": 1, "k"', b"[]", b"null", b"[" * 5000)
"""What may stand where a line belongs."""


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_planted(tmp_path_factory.mktemp("whole") / "s", ASKED, Manner())


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every table or list within a value, with each key of it."""
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in list(entries):
        yield value, key
        if isinstance(each, dict | list):
            yield from places(each)


def altered(line: bytes, rng: random.Random) -> bytes:
    """A line with one value changed, or one key taken away."""
    payload = json.loads(line)
    table, key = rng.choice(list(places(payload)))
    if isinstance(table, dict) and rng.random() < 0.3:
        del table[key]
    else:
        table[key] = rng.choice(ODD)
    return json.dumps(payload).encode()


def damage(folder: Path, rng: random.Random) -> None:
    for name, most in (("events.jsonl", 8), ("readings.jsonl", 30)):
        lines = (folder / name).read_bytes().split(b"\n")[:-1]
        for at in rng.sample(range(len(lines)), rng.randint(1, min(most, len(lines)))):
            torn = rng.random() < 0.2
            lines[at] = rng.choice(TORN) if torn else altered(lines[at], rng)
        if rng.random() < 0.2:
            lines = lines[: rng.randrange(len(lines))]
        (folder / name).write_bytes(b"\n".join(lines) + rng.choice((b"\n", b"", b'{"n": 9')))
    meta = folder / "session.json"
    meta.write_bytes(rng.choice(TORN) if rng.random() < 0.2 else altered(meta.read_bytes(), rng))


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_record_gives_a_report(record: Path, tmp_path: Path, seed: int) -> None:
    folder = tmp_path / "s"
    shutil.copytree(record, folder)
    damage(folder, random.Random(seed))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    report = build_report(folder)
    assert faults(pretty(report)) == []
    assert any("damaged" in note or "torn" in note for note in report["notes"])
    assert webvtt(read_session(folder)).startswith("WEBVTT")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
