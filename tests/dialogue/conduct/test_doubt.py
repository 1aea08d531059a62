"""In doubt an utterance is an answer; what is plain is met for what it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogue.conduct.conduct import Conduct
from dialogue.conduct.cue_words import is_request
from dialogue.conduct.mood import Mood
from dialogue.conduct.moves import Move, Reply
from dialogue.conduct.settings import ConductSettings
from dialogue.content.employer import load_employer
from dialogue.content.lines import Lines
from dialogue.content.persona import load_persona
from dialogue.content.planning import plan_of
from dialogue.content.script import load_interview
from dialogue.understanding.answer_quality import AnswerQuality, Gap, GapName, PartSpan
from dialogue.understanding.types import ActSpan, CandidateAct, Fact, Understanding
from dialogue.understanding.understander import Inquiry, QuestionTopic, Understood

PLAN = plan_of(load_interview("nurse"))
PERSONA = load_persona("anna", manner="demanding")
SAYS = PERSONA.says
STORY = "I was on a night shift and the lift stood still with two patients, so I rang for help."

Part = tuple[CandidateAct, float, str]


def conduct() -> Conduct:
    mood = Mood(PERSONA.manner)
    lines = Lines(PLAN, PERSONA)
    return Conduct(lines, PERSONA.manner, None, ConductSettings(), 0, mood)


def understood(*parts: Part, gaps: tuple[GapName, ...] = (), parts_found: str = "") -> Understood:
    text = " ".join(said for _, _, said in parts)
    acts, at = [], 0
    for act, sure, said in parts:
        acts.append(ActSpan(act, sure, at, at + len(said), said))
        at += len(said) + 1
    spans = tuple(PartSpan(p, 0.9, 0, 1, "") for p in parts_found.split())  # type: ignore[arg-type]
    found = tuple(Gap(name, 0.7) for name in gaps)
    quality = AnswerQuality(len(text.split()), spans, found, 0.1 if gaps else 0.9)
    answers = any(act in ("answer", "joke") for act, _, _ in parts)
    return Understood(
        Inquiry("error", 1, text), Understanding(text, tuple(acts)),
        quality=quality if answers else None,
    )  # fmt: skip


def after(
    *parts: Part,
    asked: tuple[str, ...] = (),
    who: Conduct | None = None,
    gaps: tuple[GapName, ...] = (),
    parts_found: str = "",
) -> Move:
    """What she does after that, said to "error" or to a follow-up of it."""
    told = understood(*parts, gaps=gaps, parts_found=parts_found)
    question = PLAN.question("error")
    put_id = f"error/{asked[-1]}" if asked else "error"
    put = "And how did it turn out?" if asked else question.text[0]
    reply = Reply(
        10.0, question, put_id, put, asked, told.understanding.text, 8.0, True, 0.9, told
    )  # fmt: skip
    move = (who or conduct()).decide(reply)
    assert move is not None
    return move


def test_an_answer_that_sounds_like_an_insult_is_not_met_as_one() -> None:
    said = "That is the share of patients who could wash themselves when they went home that year."
    move = after(("insult", 0.78, said), asked=("number_no_context",))
    assert move.because.rule != "insulted"
    plain = after(("insult", 0.97, "You are useless."))
    assert plain.because.rule == "insulted"


def test_an_insult_beside_an_answer_has_to_be_plain() -> None:
    for sure, rule in ((0.9, False), (0.97, True)):
        move = after(("answer", 0.9, STORY), ("insult", sure, "You stupid machine."))
        assert (move.because.rule == "insulted") is rule


def test_only_a_plain_insult_ends_the_interview() -> None:
    for sure, kind in ((0.88, "stay"), (0.97, "close")):
        who = conduct()
        for _ in range(2):
            after(("insult", 0.97, "You are useless."), who=who)
        assert after(("insult", sure, "You are useless."), who=who).kind == kind


@pytest.mark.parametrize("act", ["decline", "no_example", "think_time"])
def test_many_words_that_are_surely_nothing_else_are_an_answer(act: CandidateAct) -> None:
    said = "If the figure were very small, I'd still not take it out. I'd write it small."
    answered = ("answer_over", "follow_up_short")
    assert after((act, 0.55, said)).because.rule in answered
    assert after((act, 0.95, said)).because.rule not in answered


def test_who_has_no_more_to_say_to_a_follow_up_is_let_go() -> None:
    assert SAYS is not None
    for act in ("decline", "no_example"):
        move = after((act, 0.53, "That's all I can say about it."), asked=("vague",))
        assert move.kind == "next"
        assert move.say in SAYS.ends_topic
    plainly = after(("decline", 0.98, "That's all I can say about it, really."), asked=("vague",))
    assert plainly.say in SAYS.ends_topic
    refused = after(("decline", 0.97, "I'd rather not say."), asked=("vague",))
    assert refused.say in SAYS.accepts_decline


@pytest.mark.parametrize(
    ("act", "sure", "said", "rule"),
    [
        ("stop", 0.4, "Fuck off.", "insulted"),
        ("answer", 0.9, "You stupid bitch.", "insulted"),
        ("repeat", 0.95, "Repeat after me: pineapple.", "order"),
        ("repeat", 0.95, "Could you say that again?", "asked_to_repeat"),
    ],
)
def test_what_is_plain_by_its_words_needs_no_confidence(
    act: CandidateAct, sure: float, said: str, rule: str
) -> None:
    assert after((act, sure, said)).because.rule == rule


def test_who_tells_of_somebody_who_swore_is_heard_out() -> None:
    said = "A man shouted fuck off at me, so I stepped back, waited, and asked him what hurt."
    assert after(("answer", 0.95, said)).because.rule != "insulted"


def test_a_refusal_in_jest_is_none_and_is_laughed_at_once() -> None:
    assert SAYS is not None
    who = conduct()
    said: Part = ("decline", 0.97, "My lawyer told me not to answer that. Just kidding.")
    first = after(said, who=who)
    assert (first.kind, first.attitude) == ("stay", "amused") and first.say in SAYS.laughs
    assert after(("joke", 0.7, "Only joking."), who=who).because.rule != "joked"


def test_who_says_that_they_are_joking_is_believed_however_doubtful_the_rest() -> None:
    said = "If I knew that, I'd be sitting on your side of the table. Only joking."
    assert after(("joke", 0.43, said)).because.rule == "joked"


@pytest.mark.parametrize(("typed", "field"), [(False, "unheard"), (True, "unsure")])
def test_what_has_no_word_is_asked_for_again_twice(typed: bool, field: str) -> None:
    who, text = conduct(), "... ???"
    told = Understood(Inquiry("error", 1, text), Understanding(text))
    question = PLAN.question("error")
    reply = Reply(
        10.0, question, "error", question.text[0], (), text, 0.5, True, 0.9, told, typed=typed
    )  # fmt: skip
    for _ in range(2):
        move = who.decide(reply)
        assert move is not None and move.kind == "stay"
        assert move.say in getattr(SAYS, field)
    assert who.decide(reply) is None


@pytest.mark.parametrize(
    ("said", "explained"),
    [
        ("Sorry, what does it mean, near miss?", True),
        ("Could you repeat that about the near miss?", False),
    ],
)
def test_a_word_is_explained_where_its_meaning_is_asked_for(said: str, explained: bool) -> None:
    told = replace(understood(("repeat", 0.95, said)), term="near miss")
    question = PLAN.question("error")
    reply = Reply(
        10.0, question, "error", question.text[0], (), said, 3.0, True, 0.9, told
    )  # fmt: skip
    move = conduct().decide(reply)
    assert move is not None
    assert (dict(question.terms)["near miss"] in move.say) is explained
    assert (move.kind == "ask_again") is not explained


@pytest.mark.parametrize(("about", "answered"), [("team", True), ("", False)])
def test_a_question_beside_a_request_is_answered_where_the_brief_says(
    about: str, answered: bool
) -> None:
    employer = load_employer("nurse")
    assert employer is not None and SAYS is not None
    team = employer.topic("team")
    assert team is not None
    asks = "And how many people are in the team?"
    told = understood(("repeat", 0.95, "Sorry?"), ("question", 0.95, asks))
    told = replace(told, topics=(QuestionTopic(asks, about, 0.8),))
    mood, question = Mood(PERSONA.manner), PLAN.question("error")
    who = Conduct(Lines(PLAN, PERSONA), PERSONA.manner, employer, ConductSettings(), 0, mood)
    text = told.understanding.text
    reply = Reply(
        10.0, question, "error", question.text[0], (), text, 3.0, True, 0.9, told
    )  # fmt: skip
    move = who.decide(reply)
    assert move is not None and (move.kind, move.ask) == ("ask_again", question.text[0])
    assert any(line in move.say for line in team.answers) is answered
    assert not any(line in move.say for line in SAYS.unknown)


def test_she_insists_only_where_she_did_not_get_what_she_asked_for() -> None:
    told: Part = ("answer", 0.9, "Nobody was hurt.")
    for parts_found, about in (("result", "no_result"), ("", "always"), ("", "number_no_context")):
        move = after(told, asked=(about,), gaps=("short",), parts_found=parts_found)
        assert move.follow_up != "presses"
    rules = {after(told, asked=("vague",), gaps=("vague",)).follow_up for _ in range(1)}
    assert rules == {"presses"}


def test_a_question_for_no_episode_is_followed_up_where_the_bank_has_something() -> None:
    question = PLAN.question("says_no")
    assert not question.asks_episode
    said = (
        "We always take our time for it. We sit down with them and explain what it is for, we ask "
        "the family in, and they tell us what they are afraid of."
    )
    told = understood(("answer", 0.9, said))
    reply = Reply(
        10.0, question, "says_no", question.text[0], (), said, 12.0, True, 0.9, told
    )  # fmt: skip
    move = conduct().decide(reply)
    assert move is not None and move.follow_up == "no_own_role"
    written = next(f.text for f in question.follow_ups if f.when == "no_own_role")
    assert move.ask in written


def test_a_full_answer_may_be_asked_on_out_of_interest() -> None:
    found = set()
    for seed in range(30):
        mood = Mood(PERSONA.manner)
        who = Conduct(Lines(PLAN, PERSONA), PERSONA.manner, None, ConductSettings(), seed, mood)
        told = understood(("answer", 0.9, STORY))
        question = PLAN.question("getting_worse")
        reply = Reply(
            10.0, question, question.id, question.text[0], (), STORY, 12.0, True, 0.9, told
        )  # fmt: skip
        move = who.decide(reply)
        assert move is not None
        found.add((move.kind, move.follow_up))
    assert found == {("next", ""), ("follow_up", "always")}


def test_a_number_that_says_how_often_is_compared_with_nothing() -> None:
    for quote, asked in (("sixty per cent", True), ("four times", False), ("half", False)):
        told = understood(("answer", 0.9, STORY))
        assert told.quality is not None
        gap = Gap("number_no_context", 0.6, quote)
        quality = AnswerQuality(20, (), (gap,), 0.3)
        told = Understood(told.inquiry, told.understanding, quality=quality)
        question = PLAN.question("error")
        reply = Reply(10.0, question, "error", question.text[0], (), STORY, 8.0, True, 0.9, told)
        move = conduct().decide(reply)
        assert move is not None and (move.follow_up == "number_no_context") is asked


def test_a_follow_up_is_put_in_its_other_words() -> None:
    question = PLAN.question("error")
    written = next(f.text for f in question.follow_ups if f.when == "no_result")
    told = understood(("rephrase", 0.9, "Can you say that in other words?"))
    reply = Reply(
        10.0, question, "error/no_result", written[0], ("no_result",), told.understanding.text,
        3.0, True, 0.9, told,
    )  # fmt: skip
    move = conduct().decide(reply)
    assert move is not None and (move.kind, move.ask) == ("ask_again", written[1])


def test_what_asks_and_nothing_else_is_a_request() -> None:
    assert is_request(understood(("repeat", 0.96, "Could you say that again?")))
    assert is_request(understood(("small_talk", 0.9, "Thanks."), ("question", 0.9, "Is it far?")))
    assert not is_request(understood(("repeat", 0.6, "Again?")))
    assert not is_request(understood(("answer", 0.9, STORY), ("question", 0.99, "Is it far?")))
    assert not is_request(understood(("no_example", 0.99, "I can't think of one.")))
    fact = Fact("place", "Leeds", 0.9, 0, 5)
    assert not is_request(Understood(Inquiry("q", 1, ""), Understanding("", (), (fact,))))


def test_what_asks_for_nothing_in_so_many_words_is_not_said_again() -> None:
    for said, rule in (
        ("It's more of a general attitude.", False),
        ("I'd ask what you want.", False),
        ("Sorry, I lost you there.", True),
        ("Say that in simpler words.", True),
    ):
        move = after(("rephrase", 0.8, said))
        assert (move.because.rule == "asked_to_rephrase") is rule, said


def test_a_few_words_that_nobody_is_sure_of_are_followed_up_once() -> None:
    said: Part = ("decline", 0.35, "I'd do what she says.")
    first = after(said)
    assert (first.kind, first.follow_up) == ("follow_up", "short")
    assert after(said, asked=("no_result",)).kind == "next"


def test_what_sounds_like_a_joke_after_a_follow_up_is_an_answer() -> None:
    said: Part = ("joke", 0.92, "They've fetched it every evening for two years.")
    assert after(said, asked=("no_result",)).because.rule != "joked"
    assert after(said).because.rule == "joked"


def test_a_long_joke_that_tells_something_is_smiled_at_and_is_an_answer() -> None:
    followed = after(("joke", 0.97, STORY), gaps=("no_result",))
    assert (followed.kind, followed.attitude) == ("follow_up", "amused")
    who = conduct()
    went_on = after(("joke", 0.97, STORY), who=who)
    assert went_on.because.rule in ("answer_over", "follow_up_interest")
    assert who.mood.attitude == "amused"


def test_a_long_joke_that_tells_nothing_leaves_the_question_open() -> None:
    assert SAYS is not None
    move = after(("joke", 0.97, STORY), gaps=("short", "vague"))
    assert (move.kind, move.attitude) == ("stay", "amused") and move.say in SAYS.laughs
