"""Questions of the candidate's own that sound like something else."""

from __future__ import annotations

import pytest

from dialogue.conduct.context import usual_asks
from dialogue.understanding.embedding import embedder
from dialogue.understanding.own_questions import with_own_questions
from dialogue.understanding.topics import PROGRAM, PROGRAM_WORDS, TopicFinder, TopicForms
from dialogue.understanding.types import ActSpan, CandidateAct, Understanding

PUT = "Tell me about a near miss on a ward. What did you do?"
TOPICS = (
    TopicForms("equipment", ("do I get a laptop", "what computer would I work on"), ("laptop",)),
    TopicForms("uniform", ("do I have to bring a uniform", "who pays for my work clothes")),
    TopicForms(PROGRAM, usual_asks()[PROGRAM], PROGRAM_WORDS),
)


def act_of(said: str, act: CandidateAct, sure: float, wanted: bool = False) -> str:
    """For what it is taken in the end."""
    found = Understanding(said, (ActSpan(act, sure, 0, len(said), said),))
    finder = TopicFinder(TOPICS, embedder())
    return with_own_questions(found, PUT, finder, wanted).acts[0].act


@pytest.mark.parametrize(
    ("said", "act", "sure"),
    [
        ("Which laptop would I get?", "explain", 0.85),
        ("Do I bring my own uniform?", "explain", 0.9),
        ("What is the board's position on nuclear power?", "explain", 0.92),
        ("Who drew the painting behind you?", "insult", 0.67),
        ("Can I bring my dog to the night shift?", "stop", 0.9),
        ("do i get a laptop", "explain", 0.95),
        ("are you a robot", "insult", 0.9),
        ("Is this just a bot?", "insult", 0.98),
        ("are you real", "joke", 0.9),
        ("who pays for my work clothes", "answer", 0.9),
    ],
)
def test_what_is_about_the_job_or_nothing_of_hers_is_a_question(
    said: str, act: CandidateAct, sure: float
) -> None:
    assert act_of(said, act, sure) == "question"


@pytest.mark.parametrize(
    ("said", "act"),
    [
        ("What do you mean by that?", "explain"),
        ("What is a near miss?", "explain"),
        ("Could you say that again?", "repeat"),
        ("Should I tell you about something from school?", "explain"),
        ("Would a case from my training do?", "explain"),
        ("Sorry, what?", "repeat"),
        ("Can we stop here?", "stop"),
        ("Could I take five minutes?", "stop"),
        ("What kind of thing would be good here?", "explain"),
        ("Can you turn the radio down, Tom?", "aside"),
        ("what do you mean by that", "explain"),
        ("Are you stupid?", "insult"),
        ("you stupid robot", "insult"),
        ("What a stupid machine you are.", "insult"),
        ("Do I get a laptop.", "answer"),
        ("what is important to me is people", "answer"),
    ],
)
def test_what_is_about_her_question_stays_what_it_was(said: str, act: CandidateAct) -> None:
    assert act_of(said, act, 0.9) == act


def test_where_she_has_asked_for_questions_most_of_what_is_put_as_one_is() -> None:
    dog = "Can I bring my dog into the back room?"
    assert act_of(dog, "aside", 0.82) == "aside"
    assert act_of(dog, "aside", 0.82, wanted=True) == "question"
    assert act_of(dog, "aside", 0.99, wanted=True) == "aside"
    assert act_of("No, I have none.", "answer", 0.9, wanted=True) == "answer"


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ("We were four on the ward that night. Do I have to bring my uniform?", True),
        ("We were four on the ward that night. By the way, do I have to bring my uniform?", True),
        ("We were four on the ward that night. What could I have done?", False),
        ("We were four that night. What is the hospital's view on euthanasia?", True),
        ("I asked him: do I have to bring a uniform?", False),
        ("We wore a uniform. I bought mine.", False),
    ],
)
def test_a_question_about_the_job_stands_apart_from_the_answer_before_it(
    said: str, asks: bool
) -> None:
    found = Understanding(said, (ActSpan("answer", 0.97, 0, len(said), said),))
    parts = with_own_questions(found, PUT, TopicFinder(TOPICS, embedder())).acts
    assert [p.act for p in parts] == (["answer", "question"] if asks else ["answer"])
    assert all(said[p.start : p.end] == p.text for p in parts)
    assert " ".join(p.text for p in parts) == said


def test_a_question_alone_is_no_answer() -> None:
    assert act_of("Can I bring my dog?", "answer", 0.8) == "question"
    told = "I stayed with her all night. How do you tell a mother that?"
    assert act_of(told, "answer", 0.8) == "answer"


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ("did the slides", "do i get a laptop"),
        ("i wrote it all down for her, and then i told the sister", "who pays for my work clothes"),
    ],
)
@pytest.mark.parametrize("act", ["answer", "repeat", "correct_self"])
def test_a_question_about_the_job_needs_no_mark_to_stand_apart(
    told: str, asked: str, act: CandidateAct
) -> None:
    said = f"{told} {asked}"
    found = Understanding(said, (ActSpan(act, 0.9, 0, len(said), said),))
    parts = with_own_questions(found, PUT, TopicFinder(TOPICS, embedder())).acts
    assert [(part.act, part.text) for part in parts] == [("answer", told), ("question", asked)]
    assert said[parts[1].start : parts[1].end] == asked


@pytest.mark.parametrize(
    "said",
    [
        "and then she asked me do you know what a laptop is and i said no",
        "i work best when i do what is asked",
        "I did the slides. Do I get a laptop.",
    ],
)
def test_an_answer_stays_whole_where_its_end_only_begins_like_a_question(said: str) -> None:
    found = Understanding(said, (ActSpan("answer", 0.9, 0, len(said), said),))
    assert with_own_questions(found, PUT, TopicFinder(TOPICS, embedder())) == found


@pytest.mark.parametrize(
    ("said", "act", "becomes"),
    [
        ("Can I phone a friend? Haha.", "question", "joke"),
        ("Is this the part where I boast about my work, lol", "explain", "joke"),
        ("Can I phone a friend?", "question", "question"),
        ("Which laptop would I get, haha?", "question", "question"),
        ("Could you say that again, haha?", "repeat", "repeat"),
        ("We laughed, haha, and then I rang her.", "answer", "answer"),
    ],
)
def test_what_is_asked_with_a_laugh_about_nothing_here_is_a_joke(
    said: str, act: CandidateAct, becomes: str
) -> None:
    assert act_of(said, act, 0.9) == becomes
