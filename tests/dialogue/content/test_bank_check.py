"""What could be better about a bank or a brief: nothing about those that ship."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import pytest

from dialogue.content.bank_check import (
    bank_mistakes,
    bank_remarks,
    employer_remarks,
    question_remarks,
    said_in,
)
from dialogue.content.employer import Employer, Topic, load_employer
from dialogue.content.manner import load_manner
from dialogue.content.persona import load_persona
from dialogue.content.script import FollowUp, Interview, Kind, Question, load_interview, roles


@pytest.mark.parametrize("role", roles())
def test_there_is_nothing_to_say_about_those_that_ship(role: str) -> None:
    interview, employer = load_interview(role), load_employer(role)
    assert employer is not None
    assert bank_mistakes(interview) == bank_remarks(interview) == []
    assert employer_remarks(employer) == []


@pytest.mark.parametrize("role", roles())
def test_those_that_ship_can_follow_the_answers(role: str) -> None:
    interview = load_interview(role)
    difficulties = Counter(q.difficulty for q in (interview.warm_up, *interview.questions))
    assert len(interview.questions) >= 20
    kinds = {q.kind for q in (interview.warm_up, *interview.questions)}
    assert kinds == set(get_args(Kind))
    assert set(difficulties) == {1, 2, 3}
    assert interview.warm_up.difficulty == 1
    episodes = [q for q in interview.questions if q.asks_episode]
    assert 3 <= len(episodes) < len(interview.questions)
    for question in episodes:
        conditions = Counter(f.when for f in question.follow_ups)
        assert max(conditions.values()) == 1, question.id
        wanted = {"short", "no_situation", "no_action", "no_result", "vague"}
        assert wanted <= set(conditions), question.id
    for question in (interview.warm_up, *interview.questions):
        assert len(question.simple) >= 2 and len(question.explains) >= 2 and question.topic
        assert len(question.terms) == len({term for term, _ in question.terms})
        assert not question.topic.endswith((".", "?", "!")), question.topic


GOOD = Question(
    id="queue",
    text=("Tell me about a queue.", "When did people wait? What did you do?"),
    competency="calm",
    kind="behavioural",
    follow_ups=(
        FollowUp("short", ("What else?", "Who was there?")),
        FollowUp("no_result", ("How did it end?", "And then?")),
    ),
    keywords=("queue",),
    gist="A queue, and what was done.",
    help=("Perhaps before Christmas.",),
    simple=("Many people waited. What did you do?",),
    explains=("I want to hear what you did yourself.",),
    terms=(("queue", "A queue is a line of people who wait."),),
    topic="the queue",
    points=("how long it was", "what was done"),
    ratings={"1": "Nothing.", "3": "A queue.", "5": "A queue and its end."},
)


def bank(*questions: Question) -> Interview:
    two = ("One.", "Two.")
    warm_up = replace(GOOD, id="warm", difficulty=1)
    every = questions or tuple(
        replace(GOOD, id=f"q{i}", competency=f"c{i}", difficulty=1 + i % 3) for i in range(4)
    )
    return Interview("tester", "Tests.", two, warm_up, every, two, two, two, two)


def test_a_good_one_has_no_remarks() -> None:
    assert question_remarks(GOOD, "tester") == []
    assert bank_remarks(bank()) == [] and bank_mistakes(bank()) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"simple": ()}, "no simple wording"),
        ({"explains": ()}, "no explains"),
        ({"help": ()}, "no help"),
        ({"gist": ""}, "no gist"),
        ({"keywords": ()}, "no keywords"),
        ({"topic": ""}, "no topic"),
        ({"points": ()}, "no points"),
        ({"ratings": {}}, "no ratings"),
        ({"text": ("Tell me about a queue.",)}, "one wording only"),
        ({"follow_ups": GOOD.follow_ups[1:]}, 'when = "short"'),
        ({"follow_ups": GOOD.follow_ups[:1]}, 'when = "no_result"'),
        ({"terms": (("rota", "A rota is a plan."),)}, "term 'rota' is in none"),
        ({"text": (f"A queue. {'Tell me. ' * 30}".strip(), "Why?")}, "are long for a question"),
    ],
)
def test_what_a_question_lacks_is_told_with_its_id(change: dict[str, object], told: str) -> None:
    (remark,) = question_remarks(replace(GOOD, **change), "tester")  # type: ignore[arg-type]
    assert remark.startswith("queue: ") and told in remark


def test_a_question_that_asks_for_no_episode_needs_no_result() -> None:
    views = replace(GOOD, kind="situational", follow_ups=GOOD.follow_ups[:1])
    assert question_remarks(views, "tester") == []


@pytest.mark.parametrize(
    ("interview", "told"),
    [
        (bank(GOOD), "only 1 questions beside the warm-up"),
        (bank(*(replace(GOOD, id=f"q{i}", difficulty=1) for i in range(4))), "have difficulty 1"),
        (bank(*(replace(GOOD, id=f"q{i}") for i in range(4))), "show one competency"),
        (replace(bank(), greetings=("Hi.",), closings=("Bye.",)), "of greetings, closings;"),
        (replace(bank(), greetings=("Hi", "Ho.")), '"Hi" ends without a full stop'),
        (replace(bank(), greetings=("Ça va?", "Ho.")), '"Ça va?" holds Ç'),
        (
            replace(bank(), closings=(f"{'word ' * 40}end.", "Bye.")),
            "has a sentence of 41 words",
        ),
    ],
)
def test_what_a_bank_lacks_is_told(interview: Interview, told: str) -> None:
    assert any(told in remark for remark in bank_remarks(interview)), bank_remarks(interview)


@pytest.mark.parametrize(
    ("interview", "told"),
    [
        (bank(replace(GOOD, id="greeting")), "'greeting' is the interview's own"),
        (bank(replace(GOOD, id="your_questions")), "'your_questions' is the interview's own"),
    ],
)
def test_what_she_would_say_wrongly_is_a_mistake(interview: Interview, told: str) -> None:
    (mistake,) = bank_mistakes(interview)
    assert told in mistake


def test_name_and_title_may_stand_anywhere() -> None:
    assert bank_mistakes(replace(bank(), greetings=("{name}, {title}.",))) == []


TOPIC = Topic("pay", ("a b", "c d", "e f", "g h"), ("Plenty.",), ("pay",))
EMPLOYER = Employer("X", "Leeds", "We are X.", tuple(replace(TOPIC, id=f"t{i}") for i in range(5)))


@pytest.mark.parametrize(
    ("topics", "told"),
    [
        (EMPLOYER.topics[:2], "only 2 topics"),
        ((*EMPLOYER.topics, replace(TOPIC, asks=("a b",))), "topic pay: 1 ways to ask it"),
        ((*EMPLOYER.topics, replace(TOPIC, words=())), "topic pay: no words"),
        ((*EMPLOYER.topics, replace(TOPIC, answers=("£30,000.",))), "holds £"),
    ],
)
def test_what_a_brief_lacks_is_told(topics: tuple[Topic, ...], told: str) -> None:
    (remark,) = employer_remarks(replace(EMPLOYER, topics=topics))
    assert told in remark


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (
            lambda line: replace(bank(), greetings=(line, "Hi.")),
            "greetings: {odd} stands for nothing",
        ),
        (
            lambda line: replace(GOOD, help=(line,)),
            "help of queue: {odd} stands for nothing; use {name}",
        ),
        (lambda line: replace(GOOD, terms=(("a", line),)), "terms of queue: {odd}"),
        (lambda line: FollowUp("short", (line,)), "follow-up short: {odd}"),
        (lambda line: replace(load_persona("anna").lines, resume=(line,)), "resume: {odd}"),
        (lambda line: replace(load_manner("warm").lines, laughs=(line, "Ha.")), "laughs: {odd}"),
        (
            lambda line: replace(TOPIC, answers=(line,)),
            "answers of pay: {odd} stands for nothing; write",
        ),
    ],
)
@pytest.mark.parametrize("line", ["Well, {odd}.", "Well, {."])
def test_braces_that_stand_for_nothing_are_refused_where_they_are_read(
    make: Callable[[str], object], told: str, line: str
) -> None:
    if "{odd}" not in line:
        told = told.partition("{odd}")[0] + "a brace"
    with pytest.raises(ValueError) as caught:
        make(line)
    assert told in str(caught.value)


def test_a_brief_fills_nothing_in() -> None:
    assert employer_remarks(EMPLOYER) == []
    with pytest.raises(ValueError, match=r"\{name\} stands for nothing; write it out"):
        replace(TOPIC, answers=("I'm {name}.",))


@pytest.mark.parametrize(
    ("term", "text", "holds"),
    [
        ("handover", "What is a good Handover?", True),
        ("handover", "How do handovers go?", True),
        ("leave out", "You leave a bad figure out.", True),
        ("leave out", "Out you go, leave it.", False),
        ("care", "Are you careful?", False),
        ("in your care", "Somebody in your care.", True),
        ("", "Anything.", False),
    ],
)
def test_a_term_is_found_by_its_words(term: str, text: str, holds: bool) -> None:
    assert said_in(term, text) is holds
