"""The transcript of the second pass: whole lines, gone on with, and live words that give way."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from perception.errors import StorageError
from perception.types import Word, Words
from scoring.record.transcript import (
    TRANSCRIPT_FILE,
    Stretch,
    append_stretch,
    read_transcript,
    with_second_pass,
)


def words(text: str, begin_s: float, end_s: float) -> Words:
    step = (end_s - begin_s) / max(1, len(text.split()))
    each = tuple(
        Word(word, begin_s + i * step, begin_s + (i + 1) * step, 0.9)
        for i, word in enumerate(text.split())
    )
    return Words(begin_s, end_s, text, each, source="faster-whisper", language="en")


def stretch(text: str, begin_s: float, end_s: float) -> Stretch:
    return Stretch(begin_s, end_s, words(text, begin_s, end_s))


def test_what_is_written_is_read_and_is_the_users_alone(tmp_path: Path) -> None:
    notes: list[str] = []
    assert read_transcript(tmp_path, notes) == ()
    later, first = stretch("and then I left", 9.0, 12.0), stretch("I began", 1.0, 3.0)
    for each in (later, first):
        append_stretch(tmp_path, each)
    assert read_transcript(tmp_path, notes) == (first, later) and notes == []
    assert stat.S_IMODE((tmp_path / TRANSCRIPT_FILE).stat().st_mode) == 0o600
    assert first.is_of((1.02, 3.0)) and not first.is_of((1.2, 3.0))


def test_a_torn_line_is_left_out_and_does_not_take_the_next_with_it(tmp_path: Path) -> None:
    append_stretch(tmp_path, stretch("I began", 1.0, 3.0))
    path = tmp_path / TRANSCRIPT_FILE
    path.write_bytes(path.read_bytes() + b'{"k":"transcript","start_s":4.0,"en')
    append_stretch(tmp_path, stretch("and I left", 9.0, 12.0))
    notes: list[str] = []
    assert [each.words.text for each in read_transcript(tmp_path, notes)] == [
        "I began",
        "and I left",
    ]
    assert notes == ["transcript.jsonl line 2 is damaged and was left out"]


def test_live_words_give_way_where_it_was_heard_again() -> None:
    live = (words("i beg an", 1.0, 3.0), words("and than eye", 9.0, 10.0), words("thanks", 20, 21))
    heard = (stretch("I began", 0.9, 3.1), stretch("", 19.5, 21.5))
    told = with_second_pass(live, heard)
    assert [each.text for each in told] == ["I began", "and than eye", "thanks"]
    assert with_second_pass(live, ()) == live


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(
        StorageError, match=r"transcript\.jsonl: cannot be written .* run\.py report"
    ):
        append_stretch(tmp_path / "nowhere", stretch("I began", 1.0, 3.0))
