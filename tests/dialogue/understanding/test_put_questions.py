"""Questions that an interviewer puts, found among a candidate's words of which nobody says whose
they are."""

from __future__ import annotations

import csv
import functools
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from dialogue.understanding.embedding import embedder
from dialogue.understanding.interview_questions import is_like_a_question
from dialogue.understanding.put_questions import PutQuestion, put_questions
from perception.paths import ASSETS
from perception.types import Word

Turn = tuple[str, str]
"""Who says what: "I" for the interviewer, "C" for the candidate."""
ANSWER = (
    "I worked in a garden centre for three years. I looked after the plants, and in spring we sold "
    "twice as many as before."
)


def timed(turns: Sequence[Turn], turn_s: float = 0.8) -> tuple[list[Word], list[int]]:
    """Words with a silence between turns, and whose turn each is of."""
    words: list[Word] = []
    owners: list[int] = []
    t_s = 0.0
    for number, (_, text) in enumerate(turns):
        t_s += turn_s
        for token in text.split():
            words.append(Word(token, t_s, t_s + 0.25))
            owners.append(number)
            t_s += 0.28
            if token[-1] in ".?!":
                t_s += 0.35
    return words, owners


def asked(*turns: Turn, sure: bool = True) -> list[str]:
    """What is found to be asked, without what leads up to it."""
    words, _ = timed(turns)
    found = put_questions(words)
    return [_text(words, p.asks, p.last) for p in found if p.sure >= sure and p.kind == "asks"]


def _text(words: Sequence[Word], first: int, last: int) -> str:
    return " ".join(word.text for word in words[first : last + 1])


@pytest.mark.parametrize(
    "question",
    [
        "Tell me about yourself.",
        "Can you tell me about a time when you worked in a team and faced a problem?",
        "Why do you want to work here?",
        "What would you say is your biggest weakness?",
        "Where do you see yourself in five years?",
        "Have you ever made a mistake at work?",
        "If you were given the option to change one thing about yourself, what would it be?",
        "Describe a situation in which you had to convince somebody.",
        "Walk me through your last project.",
        "Why should we hire you?",
    ],
)
def test_what_asks_the_other_about_themselves_is_a_question(question: str) -> None:
    assert asked(("I", question), ("C", ANSWER)) == [question]
    assert asked(("C", ANSWER), ("I", question), ("C", ANSWER)) == [question]


@pytest.mark.parametrize(
    "told",
    [
        "I asked myself, what can we do? Then I wrote a list of everything.",
        "My manager asked me, why do you want to do it all yourself? So I share the work now.",
        "And he said, can you tell me about the plan? I showed it to him.",
        "What I do is that I write a list, and then you know what comes first.",
        "When you work in a shop you have to be there on Saturdays.",
        "How you deal with people matters more than what you sell.",
        "I always want to know, what do you think? Then they tell me about it.",
        "They tell me about their problems, and I listen.",
        "You know what I mean? It was hard.",
        "Could you repeat the question, please? I did not hear it.",
        "Do you want me to talk about school or about work? I would take work.",
        "Is that enough? I could go on for hours.",
    ],
)
def test_what_a_candidate_tells_is_not_cut(told: str) -> None:
    question = "Tell me about a difficult day."
    assert asked(("I", question), ("C", f"{ANSWER} {told} {ANSWER}")) == [question]
    assert asked(("I", question), ("C", told)) == [question]
    assert asked(("C", f"{told} {ANSWER}")) == []


def test_what_leads_up_to_a_question_is_the_interviewers_too() -> None:
    turns = (
        ("I", "Good morning. Thank you for coming in today. How are you doing?"),
        ("C", "Very well indeed."),
        ("I", "Great. So, to start with, please tell me about yourself."),
        ("C", ANSWER),
        ("I", "That's an excellent example. Um, and tell me about a team. What did you add to it?"),
        ("C", ANSWER),
        ("I", "Three patients ring at once, and you are alone. How do you decide what to do?"),
        ("C", ANSWER),
    )
    words, owners = timed(turns)
    found = put_questions(words)
    assert [p.kind for p in found] == ["greets", "asks", "asks", "asks"]
    for put, number in zip(found, (0, 2, 4, 6), strict=True):
        assert _text(words, put.first, put.last) == turns[number][1]
        assert {owners[i] for i in range(put.first, put.last + 1)} == {number}
    assert [_text(words, p.asks, p.last) for p in found[1:3]] == [
        "tell me about yourself.",
        "tell me about a team. What did you add to it?",
    ]


def test_what_nobody_answers_was_not_put() -> None:
    assert asked(("C", ANSWER), ("I", "Tell me about yourself.")) == []


def test_what_may_be_either_sides_waits_for_another_sign() -> None:
    turns = (("C", ANSWER), ("I", "And how do you keep up with your trade"), ("C", ANSWER))
    assert asked(*turns) == []
    assert asked(*turns, sure=False) == ["how do you keep up with your trade"]
    words, _ = timed(turns)
    (put,) = put_questions(words, lambda text: "trade" in text)
    assert put.sure
    (put,) = put_questions(words, lambda text: False)
    assert not put.sure


def test_silence_around_a_question_is_needed() -> None:
    text = f"{ANSWER} Why do you want that? {ANSWER}".replace(".", "").replace("Why", ". Why")
    words = [Word(w, i * 0.25, i * 0.25 + 0.2) for i, w in enumerate(text.split())]
    assert put_questions(words) == ()
    assert put_questions([]) == ()
    assert put_questions([Word("…", 0.0, 0.1), Word("?", 0.2, 0.3)]) == ()


_LINE = re.compile(r"\w+/\w+(?: \([^)]*\))?: (?P<text>.+)")


def test_answers_of_many_people_hold_hardly_any(capsys: pytest.CaptureFixture[str]) -> None:
    """Each answer of the written ones as if it were a recording of its own."""
    wrong, count = [], 0
    for path in sorted((ASSETS / "answers").glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            match = _LINE.fullmatch(line)
            if match is None:
                continue
            text = re.sub(r"\[\w+\]\s*", "", match["text"])
            words, _ = timed([("C", text)])
            count += 1
            wrong += [text for p in put_questions(words, _likely) if p.sure and p.kind == "asks"]
    assert count > 300
    assert len(wrong) <= 0.01 * count, wrong


@functools.cache
def _likely(text: str) -> bool:
    return is_like_a_question(embedder(), text)


@pytest.mark.data
@pytest.mark.parametrize("marks", [True, False])
def test_real_interviews_are_told_apart(data_dir: Path, marks: bool) -> None:
    """What 96 real interviews hold; their silences are drawn: between turns 0.35 to 1.5 s."""
    right = wrong = there = found = 0
    rng = random.Random(1)
    for turns in interviews(data_dir):
        words, owners = spoken_turns(turns, rng, marks)
        put = [p for p in put_questions(words, _likely) if p.sure]
        hit = {owners[i] for p in put for i in range(p.asks, p.last + 1)}
        right += sum(turns[owners[p.asks]][0] == "I" for p in put)
        wrong += sum(turns[owners[p.asks]][0] == "C" for p in put)
        asking = {n for n, (who, text) in enumerate(turns) if who == "I" and _asks(text)}
        there, found = there + len(asking), found + len(asking & hit)
    assert there > 500
    assert right / (right + wrong) >= 0.97
    assert found / there >= (0.85 if marks else 0.78)


@pytest.mark.data
def test_real_candidates_alone_are_hardly_ever_asked(data_dir: Path) -> None:
    """The candidates' words of the same interviews, without those of whoever asked them."""
    rng = random.Random(1)
    cut = [
        _text(words, put.first, put.last)
        for turns in interviews(data_dir)
        for words, _ in [spoken_turns([turn for turn in turns if turn[0] == "C"], rng, True)]
        for put in put_questions(words, _likely)
        if put.sure and put.kind == "asks"
    ]
    assert len(cut) <= 10, cut


def interviews(data_dir: Path) -> Iterator[list[Turn]]:
    csv.field_size_limit(10**7)
    with open(data_dir / "mit_interview/transcripts.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            turns: list[Turn] = []
            for part in row["transcript"].split("|"):
                match = re.match(r"\s*Interview(?P<role>er|ee)\s*:\s*(?P<text>.*)", part, re.DOTALL)
                if match is None:
                    continue
                who = "I" if match["role"] == "er" else "C"
                text = re.sub(r"\[[^\]]*\]|\([^)]*\)", " ", match["text"]).strip()
                if turns and turns[-1][0] == who:
                    turns[-1] = (who, f"{turns[-1][1]} {text}")
                elif text:
                    turns.append((who, text))
            yield turns


def _asks(text: str) -> bool:
    """Whether a turn asks, by its mark or its words; of five words and more."""
    words = r"\btell me\b|\bgive (?:me|an)\b|\bcan you\b|\bwhy (?:do|should)\b|\bhow (?:are|did)\b"
    return len(text.split()) >= 5 and bool("?" in text or re.search(words, text.lower()))


def spoken_turns(
    turns: Sequence[Turn], rng: random.Random, marks: bool
) -> tuple[list[Word], list[int]]:
    words: list[Word] = []
    owners: list[int] = []
    t_s = 0.0
    for number, (_, text) in enumerate(turns):
        t_s += rng.uniform(0.35, 1.5)
        for token in (each for each in text.split() if re.search(r"\w", each)):
            said = token if marks else re.sub(r"[^\w']", "", token).lower()
            length_s = 0.06 * len(token) + 0.08
            words.append(Word(said, t_s, t_s + length_s))
            owners.append(number)
            t_s += length_s + 0.03
            if token[-1] in ".?!":
                t_s += rng.choice([0.1, 0.3, 0.5, 0.7, 1.0])
            elif rng.random() < 0.04:
                t_s += rng.choice([0.3, 0.6, 1.0])
    return words, owners


def test_places_are_those_of_the_words() -> None:
    turns = (("I", "That's fine. What's your – let's say – plan?"), ("C", ANSWER))
    words, _ = timed(turns)
    (put,) = put_questions(words)
    assert isinstance(put, PutQuestion)
    assert words[put.asks].text == "What's" and words[put.last].text == "plan?"
