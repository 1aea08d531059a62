"""Answers put in order hold nothing that the candidate did not say, word by word."""

from __future__ import annotations

import itertools
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from dialogue.understanding.answer_quality import PARTS, Gap
from game.synthetic.interviews import open_exchanges
from game.training.answer_parts import read_answers
from perception.filler_words import tokens
from perception.types import Word
from scoring.feedback.clauses import by_clause
from scoring.feedback.kept_words import as_sentence, kept
from scoring.feedback.rewrite import Rewrite, rewritten
from scoring.feedback.wording import Wording, wording_of
from scoring.measures.content import AnswerContent
from scoring.measures.fillers import is_hesitation
from scoring.measures.story import parts_of_episode, quality_of
from scoring.record.session import Session, read_session
from scoring.record.turns import Answer, Said
from scoring.rubric import load
from tests.scoring.talks import Talk

SURE = 0.6
"""Confidence below which a recognised word may not be quoted as sure."""
LEAST = 200
"""Answers of either sort."""
_BRACKETS = re.compile(r"\[[^\]]*\]")
PUT_IN = ("Alpha um I I built it", "we were we were late [sic]", "and and and so, like, it went on")
"""What is put into answers so that there is something to leave out."""


Parts = list[tuple[str, str]]
"""Parts of an answer with their words."""


def _own() -> Iterator[Parts]:
    """This project's answers, with their parts as somebody marked them."""
    for answer in read_answers()[::3]:
        if len(answer.text.split()) >= 12 and answer.spans:
            parts = [(PARTS[part], answer.text[a:b].strip()) for part, a, b in answer.spans]
            yield [(part, said) for part, said in parts if said]


def _real(data_dir: Path, rng: random.Random) -> Iterator[Parts]:
    """Real interviews and written answers, cut anywhere."""
    for pairs in list(open_exchanges(data_dir).values())[::2]:
        for _, text in pairs[:5]:
            if len(text.split()) >= 12:
                yield _cut_anywhere(text.split()[:160], rng)
    for path in sorted((data_dir / "text").glob("*.md")):
        for text in re.findall(r"^[A-Z][^\n#|`\[\]*]{90,600}$", path.read_text("utf-8"), re.M)[:14]:
            yield _cut_anywhere(text.split(), rng)


def _cut_anywhere(words: Sequence[str], rng: random.Random) -> Parts:
    at = sorted(rng.sample(range(1, len(words)), min(4, len(words) - 1)))
    edges = [0, *at, len(words)]
    return [(rng.choice(PARTS), " ".join(words[a:b])) for a, b in itertools.pairwise(edges)]


@pytest.fixture(scope="module", params=["own", "real"])
def told(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[Session, Answer]]:
    """Many answers as a record has them, half of them typed, some words of the others unsure."""
    rng = random.Random(11)
    own = request.param == "own"
    texts = _own() if own else _real(request.getfixturevalue("data_dir"), rng)
    folder = tmp_path_factory.mktemp("rewrites") / "s"
    with Talk(folder, wpm=170.0) as talk:
        for number, parts in enumerate(texts):
            if number % 3 == 0:
                at = rng.randrange(len(parts))
                parts[at] = (parts[at][0], f"{parts[at][1]} {rng.choice(PUT_IN)}")
            talk.ask(f"q{number}", "Tell me about a time when you had to decide.")
            text = " ".join(said for _, said in parts)
            hears = talk.reads if number % 2 else talk.hears
            gaps = [Gap(rng.choice(("no_result", "no_task", "no_own_role")), 0.8)]
            hears([("answer", text)], [(p, s, 0.9) for p, s in parts], gaps=gaps)
    session = read_session(folder)
    return [(session, _made_unsure(answer, rng)) for answer in session.answers]


def _made_unsure(answer: Answer, rng: random.Random) -> Answer:
    def heard(word: Word) -> Word:
        return replace(word, confidence=rng.choice((0.3, *[0.97] * 11, None)))

    said = tuple(replace(run, words=tuple(map(heard, run.words))) for run in answer.said)
    words = tuple(w for run in said for w in run.words if run.answers)
    return replace(answer, said=said, words=words)


def _content(answer: Answer, behavioural: bool = True) -> AnswerContent:
    quality = quality_of(answer)
    assert quality is not None
    return AnswerContent(
        answer,
        len(answer.transcript.split()),
        1.0,
        None,
        behavioural,
        parts_of_episode(answer, quality, answer.transcript),
        None,
        gaps=quality.gaps,
    )


@pytest.fixture(scope="module")
def rewrites(told: list[tuple[Session, Answer]]) -> list[tuple[Answer, Rewrite]]:
    """Each answer, put in order as an episode and as something else."""
    return list(_rewrites(told))


def _rewrites(told: list[tuple[Session, Answer]]) -> Iterator[tuple[Answer, Rewrite]]:
    wording = wording_of(told[0][0])
    for number, (session, answer) in enumerate(told):
        question = session.questions[number]
        assert question.id == answer.question_id
        for about, behavioural in (("structure_star", True), ("specificity", False)):
            content = _content(answer, behavioural)
            found = rewritten(session, question, content, about, wording)
            if found is not None:
                yield answer, found


def _bare(text: str) -> list[str]:
    """Words as letters and digits in small letters: what may differ is only capitals and marks."""
    return [w for each in text.split() if (w := re.sub(r"[^\w%’'&+/@.-]", "", each).strip(".-'’_"))]


def test_no_word_of_two_hundred_answers_is_one_that_was_not_said(
    rewrites: list[tuple[Answer, Rewrite]],
) -> None:
    answers, words = set(), 0
    for answer, found in rewrites:
        said = Counter(w.lower() for run in answer.said if run.answers for w in _bare(run.text))
        kept_words: Counter[str] = Counter()
        for line in found.lines:
            outside = _BRACKETS.sub(" ", line.text)
            assert line.gap == (not outside.strip()), "a gap is nothing but a mark"
            kept_words.update(w.lower() for w in _bare(outside))
        assert not kept_words - said, (kept_words - said, answer.transcript)
        answers.add(id(answer))
        words += kept_words.total()
    assert len(answers) >= LEAST and words > 40 * LEAST


def test_words_of_which_the_recogniser_was_unsure_are_never_told_as_sure(
    rewrites: list[tuple[Answer, Rewrite]],
) -> None:
    left_out = 0
    for answer, found in rewrites:
        spoken = [w for run in answer.said if run.answers for w in run.words]
        if not spoken:
            continue
        sure: Counter[str] = Counter()
        for word in spoken:
            if word.confidence is None or word.confidence >= SURE:
                sure.update(w.lower() for w in _bare(word.text))
            else:
                left_out += 1
        for line in found.lines:
            sure.subtract(w.lower() for w in _bare(_BRACKETS.sub(" ", line.text)))
        assert min(sure.values()) >= 0
    assert left_out > LEAST, "there were many such words"


def test_parts_come_in_the_order_of_an_episode_and_what_is_missing_is_marked(
    rewrites: list[tuple[Answer, Rewrite]],
) -> None:
    order = ["situation", "task", "action", "result"]
    for _, found in rewrites:
        parts = [order.index(line.part) for line in found.lines if line.part is not None]
        assert parts == sorted(parts)
        if parts:
            assert set(parts) == {0, 1, 2, 3}, "each is told or has its gap"
        assert any(line.gap for line in found.lines) and not all(line.gap for line in found.lines)


def test_fillers_false_starts_and_repetitions_go() -> None:
    def told(text: str) -> str:
        return as_sentence(kept([Word(w, 0.0, 0.0) for w in text.split()], True), "?")

    assert told("um so i i was, uh, i was at the the bakery") == "I was at the bakery."
    assert told("we we went to the cust- customer and") == "We went to the customer and."
    assert told("you know it was very very late") == "It was very very late."
    assert told("he had had enough of half and half and left") == (
        "He had had enough of half and half and left."
    )
    assert told("room two two was free") == "Room two two was free."
    assert told("completely gone, like a squeaky door") == "Completely gone, like a squeaky door."
    assert told("and, like, everybody left. i'm sure they were. they were late") == (
        "Everybody left. I'm sure they were. They were late."
    )
    assert told("he said “never” [laughs]") == "He said never laughs."
    assert told("why I. I had a, a nightmare with the, the trains") == (
        "Why I. I had a nightmare with the trains."
    )
    assert told("um uh") == ""


def test_a_clause_is_not_torn_where_its_part_was_told_to_end() -> None:
    def run(part: str, text: str) -> Said:
        return Said(text, (), "answer", 0.9, True, part)  # type: ignore[arg-type]

    runs = [
        run("action", "I printed the other half on the backs"),
        run("situation", "of props, newspaper, the lot."),
        run("result", "Nobody noticed."),
    ]
    found = by_clause(runs)
    assert [(s.part, " ".join(w.text for w in s.words)) for s in found] == [
        ("action", "I printed the other half on the backs of props, newspaper, the lot."),
        ("result", "Nobody noticed."),
    ]
    assert by_clause([]) == []


def test_too_little_or_doubted_words_are_not_put_in_order(tmp_path: Path) -> None:
    for number, (text, confidence) in enumerate(
        (("I went home.", 0.95), ("I went to the shop and bought a very big cake " * 3, 0.3))
    ):
        with Talk(tmp_path / str(number)) as talk:
            talk.ask("q", "Tell me about a time.", asks_episode=True)
            talk.hears([("answer", text.strip())], [("action", text.strip())], gaps=[])
        session = read_session(tmp_path / str(number))
        (answer,) = session.answers
        content = replace(_content(answer), trust=confidence)
        wording = Wording("s")
        assert rewritten(session, session.questions[0], content, "structure_star", wording) is None


def test_marks_of_gaps_hold_no_brackets_of_their_own() -> None:
    words = load("coaching")["rewrite"]
    said = [each for told in words.values() for each in ([told] if isinstance(told, str) else told)]
    assert said and not any(set("[]") & set(each) for each in said)
    assert not any(is_hesitation(w) for each in said for w in tokens(each))


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("I was I was I was there", "I was there."),
        ("we went we went to to the the shop", "We went to the shop."),
        ("a b a b c a b c d", "A b c d."),
        ("one of us two of us two of us said so", "One of us two of us said so."),
        ("it was so so long ago", "It was so so long ago."),
        ("and a plan and a plan and a plan " * 700 + "worked", "A plan worked."),
    ],
)
def test_what_is_said_twice_in_a_row_is_kept_once(said: str, left: str) -> None:
    words = [Word(text, i, i + 0.5) for i, text in enumerate(said.split())]
    assert as_sentence(kept(words), "not clear") == left
