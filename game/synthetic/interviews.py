"""Answers of real people, read from transcripts of interviews, as words and what parts them.

The transcripts (MIT's mock interviews, Naim et al. 2018) are no part of this project; they are read
where they lie (``RECRUITER_TEST_DATA``), and nothing of them is written anywhere.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dialogue.turntaking.completeness import FILLER, HOLDING
from perception.errors import InputError

TRANSCRIPTS = Path("mit_interview") / "transcripts.csv"
"""In the folder of real recordings."""

OPEN_S = 48.0
"""Seconds that answers to open questions take: the median of what they took here."""
PLAIN_S = 15.0
"""The same for other questions that want a sentence or two."""
SMALL_S = 5.0
"""The same for small talk and questions of fact."""

_OPEN = re.compile(
    r"tell me|describe|how did|how do you (?!do\b)|why|example|weakness|strength|a time|yourself|"
    r"experience|what would|leader|team|challenge|hire"
)
_PLAIN = re.compile(r"\b(?:what|how|which|where)\b")
_SMALL = re.compile(r"how are (?:you|ya)|how'?s it|ready|your name|thank|nice to|any questions")
_LISTENING = re.compile(
    r"(?:(?:m+[- ’']*h*u*[mn]*m*|u+h+[- ]?hu[hn]|u+m+.{0,2}hua|mhm+|m+|h+m+|oh|ok|okay|right|yeah|"
    r"yes|sure|great|wow|i see|alright)[ .,!…]*)+"
)


@dataclass(frozen=True, slots=True)
class Said:
    """A word, and what follows it."""

    text: str
    after: str = ""
    """What the transcriber put behind it: "." (any end of a sentence), "," or "…"; "|" where the
    interviewer made a sound of listening and the candidate went on."""

    @property
    def filler(self) -> bool:
        """Whether it is a filled pause."""
        return FILLER.fullmatch(self.text) is not None


@dataclass(frozen=True, slots=True)
class RealAnswer:
    """One answer."""

    person: str
    expected_s: float
    """Seconds that answers to such a question usually take."""
    words: tuple[Said, ...]


def read_answers(data_dir: Path) -> tuple[RealAnswer, ...]:
    """All answers, in the order of people and questions.

    Args:
        data_dir: folder of the real recordings.

    Raises:
        InputError: the transcripts are not there, or not of this form.
    """
    rows = _transcripts(data_dir)
    return tuple(answer for person, text in rows for answer in answers_of(person, text))


def open_exchanges(data_dir: Path) -> dict[str, list[tuple[str, str]]]:
    """Open questions and what was answered, as they were transcribed, by interview.

    Args:
        data_dir: folder of the real recordings.

    Raises:
        InputError: the transcripts are not there, or not of this form.
    """
    return {person: _open_pairs(text) for person, text in _transcripts(data_dir)}


def _open_pairs(transcript: str) -> list[tuple[str, str]]:
    return [
        (" ".join(question.split()), " ".join(" ".join(p for turn in said for p in turn).split()))
        for question, said in _exchanges(transcript)
        if question and _expected_s(question.lower()) == OPEN_S
    ]


def _exchanges(transcript: str) -> Iterator[tuple[str, list[list[str]]]]:
    """What was asked, and the turns that answered it in paragraphs; sounds of listening between
    them are no question. What was said before the first question answers none ("")."""
    question, said = "", list[list[str]]()
    for turn in transcript.split("|"):
        speaker, _, body = turn.partition(":")
        named = speaker.strip().lower()
        if named not in ("interviewer", "interviewee"):
            said = [*said[:-1], [*(said[-1] if said else ()), turn]]
        elif named == "interviewee":
            said.append([body])
        elif not (_any_words(said) and _LISTENING.fullmatch(body.strip().lower())):
            if _any_words(said):
                yield question, said
            question, said = body, []
    if _any_words(said):
        yield question, said


def _any_words(said: list[list[str]]) -> bool:
    return any(_words(paragraph) for turn in said for paragraph in turn)


def _transcripts(data_dir: Path) -> list[tuple[str, str]]:
    """Person and text of each interview."""
    path = data_dir / TRANSCRIPTS
    csv.field_size_limit(10_000_000)
    try:
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            return [(row["participant"], row["transcript"]) for row in csv.DictReader(file)]
    except (OSError, KeyError, csv.Error) as error:
        raise InputError(
            f"{path}: no transcripts to learn turns from ({error}); name the folder of the "
            "recordings in RECRUITER_TEST_DATA"
        ) from None


def ends_on(words: tuple[Said, ...], index: int) -> str:
    """What kind of place for a pause follows word ``index``.

    Returns:
        "sentence", "clause", "broken", "holding", "filler", "listened", or "" for none.
    """
    word = words[index]
    plain = [w.text for w in words[max(0, index - 9) : index + 1] if not w.filler]
    text = " ".join(plain)
    if HOLDING.search(text) and not word.filler:
        return "holding"
    if word.after == "|":
        return "listened"
    if word.filler:
        return "filler"
    return {".": "sentence", "…": "broken", ",": "clause"}.get(word.after, "")


def answers_of(person: str, transcript: str) -> list[RealAnswer]:
    """The answers of a transcript in which turns are parted by "|" and begin with who speaks."""
    found: list[RealAnswer] = []
    for question, said in _exchanges(transcript):
        words: list[Said] = []
        for paragraphs in said:
            if words:
                words[-1] = Said(words[-1].text, "|")
            for paragraph in paragraphs:
                words += _words(paragraph)
        found.append(RealAnswer(person, _expected_s(question.lower()), _ended(words)))
    return found


def _expected_s(question: str) -> float:
    if _SMALL.search(question) and not re.search(r"tell me|yourself", question):
        return SMALL_S
    if _OPEN.search(question):
        return OPEN_S
    return PLAIN_S if _PLAIN.search(question) else SMALL_S


def _ended(words: list[Said]) -> tuple[Said, ...]:
    return (*words[:-1], Said(words[-1].text, "."))


def _words(text: str) -> list[Said]:
    """Words of a turn; two blanks stand where the transcripts have lost their commas."""
    text = re.sub(r"\[[^\]]*\]|\([^)]*\)|\*[^*]*\*", " ", text.strip().replace("’", "'"))
    words: list[Said] = []
    for piece, mark in re.findall(r"([\w'$%&-]+)((?:[^\w'$%&-]+|$))", text.lower()):
        after = ""
        if "..." in mark or "…" in mark or ".." in mark:
            after = "…"
        elif any(sign in mark for sign in ".?!"):
            after = "."
        elif "," in mark or "  " in mark or ";" in mark:
            after = ","
        if piece.strip("'-$%&"):
            words.append(Said(piece.strip("'-&"), after))
    return words
