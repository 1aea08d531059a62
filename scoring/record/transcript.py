"""The second pass: ``transcript.jsonl``, what was said by the recogniser that took its time.

One line per stretch of speech, written when it is done, so that a pass that was cut off goes on
where it was. Words of the live recogniser that lie in such a stretch give way to its words, if it
has any.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from perception.errors import StorageError
from perception.private_files import private_file
from perception.recorded import is_time
from perception.types import Words
from scoring.record.lines import decode, encode, read_json, to_line
from scoring.types import Span

TRANSCRIPT_FILE = "transcript.jsonl"

_SAME_S = 0.05
"""s by which the ends of a stretch may differ and it is still the same one."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of speech that was heard a second time."""

    start_s: float
    end_s: float
    words: Words
    """Their text is empty where nothing was understood."""

    def is_of(self, span: Span) -> bool:
        """Whether it is what a pass over the session would hear again."""
        return abs(self.start_s - span[0]) < _SAME_S and abs(self.end_s - span[1]) < _SAME_S


def append_stretch(folder: Path, stretch: Stretch) -> None:
    """Adds a line to the transcript of a session.

    Raises:
        StorageError: it cannot be written.
    """
    line = to_line(
        {
            "k": "transcript",
            "start_s": stretch.start_s,
            "end_s": stretch.end_s,
            "words": encode(stretch.words),
        }
    )
    path = folder / TRANSCRIPT_FILE
    try:
        whole = not path.is_file() or path.stat().st_size == 0 or _ends_whole(path)
        with private_file(path).open("ab") as file:
            file.write(line if whole else b"\n" + line)
    except OSError as error:
        raise StorageError(
            f"{path}: cannot be written ({error.strerror}); free some space, then: "
            f"python3 run.py report {folder}"
        ) from None


def read_transcript(folder: Path, notes: list[str]) -> tuple[Stretch, ...]:
    """The stretches that were heard a second time, in order of time; none where none was.

    Args:
        folder: of the session.
        notes: told of damaged lines.
    """
    try:
        lines = (folder / TRANSCRIPT_FILE).read_bytes().split(b"\n")
    except OSError:
        return ()
    found: dict[tuple[float, float], Stretch] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            stretch = _stretch_of(read_json(line))
        except (ValueError, KeyError, TypeError, AttributeError):
            notes.append(f"{TRANSCRIPT_FILE} line {number} is damaged and was left out")
            continue
        found[(stretch.start_s, stretch.end_s)] = stretch  # a later pass counts
    return tuple(sorted(found.values(), key=lambda each: (each.start_s, each.end_s)))


def with_second_pass(live: Iterable[Words], stretches: Sequence[Stretch]) -> tuple[Words, ...]:
    """Words of a session: those of the second pass, and live ones where it heard nothing anew."""
    kept = [words for words in live if not any(_covers(each, words) for each in stretches)]
    kept += [each.words for each in stretches if each.words.text]
    return tuple(sorted(kept, key=lambda words: (words.t_start_s, words.t_end_s)))


def _covers(stretch: Stretch, words: Words) -> bool:
    if not stretch.words.text:
        return False  # nothing was understood there the second time: better some words than none
    middle_s = (words.t_start_s + words.t_end_s) / 2
    return stretch.start_s - _SAME_S <= middle_s <= stretch.end_s + _SAME_S


def _stretch_of(payload: Mapping[str, Any]) -> Stretch:
    words = decode(payload["words"])
    if not isinstance(words, Words):
        raise ValueError("no words")
    start_s, end_s = payload["start_s"], payload["end_s"]
    if not (is_time(start_s) and is_time(end_s)):
        raise ValueError("no times")
    return Stretch(float(start_s), float(end_s), words)


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) == b"\n"
