"""bench conversation: what is wrong in a conversation makes its figure fall."""

from __future__ import annotations

import pytest

from dialogue.content.employer import load_employer
from game.bench.conversation import rows
from game.bench.conversation_facts import in_role, planted, quoted
from game.bench.conversation_judged import judged
from game.bench.conversation_questions import judge
from game.bench.conversation_requests import Outcome, outcomes
from game.bench.conversation_time import dead_ends, over_time, replies_s, under_time
from game.synthetic.conversation.stories import PlantedFact
from game.synthetic.conversation.utterance import Segment
from tests.game.bench.conversations import (
    ROLE,
    Written,
    line_of,
    part,
    question,
    whole,
)


def one_request(act: str, reply, **segment: str | None) -> Outcome:
    """The outcome of a request at "error", after which ``reply`` writes what she does."""
    talk = Written()
    talk.asks("error")
    talk.hears(Segment(act, "Something.", **segment), purpose="request")  # type: ignore[arg-type]
    reply(talk)
    talk.hears(*whole())
    talk.closes()
    found = [o for o in outcomes(talk.played) if o.act == act]
    assert len(found) == 1
    return found[0]


def again(talk: Written) -> None:
    talk.asks("error", question("error").text[0], line_of("repeats"))


def simple(talk: Written) -> None:
    talk.asks("error", question("error").simple[0], line_of("rephrases"))


def explains(talk: Written) -> None:
    talk.says(f"{line_of('explains')} {question('error').explains[0]}")


def term(talk: Written) -> None:
    meaning = dict(question("error").terms)["near miss"]
    talk.says(f"{line_of('explains_term')} {meaning}")


def pay(talk: Written) -> None:
    employer = load_employer(ROLE)
    assert employer is not None
    topic = employer.topic("pay")
    assert topic is not None
    talk.says(f"{line_of('answers_question')} {topic.answers[0]}")


def goes_on(talk: Written) -> None:
    talk.asks("handover")


def says(field: str):
    return lambda talk: talk.says(line_of(field))


def nothing(talk: Written) -> None:
    talk.shows("looks_on")


@pytest.mark.parametrize(
    ("act", "segment", "meets", "fails"),
    [
        ("repeat", {}, again, goes_on),
        ("repeat", {}, again, nothing),
        ("rephrase", {}, simple, again),
        ("explain", {}, explains, goes_on),
        ("explain", {"term": "near miss"}, term, explains),
        ("explain", {"term": "at risk"}, None, term),
        ("think_time", {}, says("gives_time"), goes_on),
        ("question", {"topic": "pay"}, pay, says("unknown")),
        ("question", {"topic": ""}, says("unknown"), pay),
        ("question", {"topic": "holidays"}, None, pay),
        ("no_example", {}, says("other_angle"), again),
        ("decline", {}, goes_on, again),
        ("upset", {}, says("reassures"), goes_on),
        ("stop", {}, says("confirms_stop"), goes_on),
        ("trouble", {"meant": "sound"}, says("trouble_sound"), says("trouble_picture")),
        ("trouble", {"meant": "heard"}, says("trouble_heard"), says("small_talk")),
        ("insult", {}, says("sets_boundary"), again),
        ("order", {}, says("stays_in_role"), again),
        ("other_language", {}, says("other_language"), nothing),
        ("aside", {}, nothing, again),
        ("joke", {}, says("laughs"), says("unsure")),
        ("small_talk", {}, says("small_talk"), again),
    ],
)
def test_a_request_is_met_by_what_fits_it_alone(act: str, segment, meets, fails) -> None:
    if meets is not None:
        assert one_request(act, meets, **segment).met
    missed = one_request(act, fails, **segment)
    assert not missed.met
    assert "confident nurse anna neutral seed 1" in missed.told and act in missed.told


def test_a_request_that_she_asks_about_is_met_when_she_then_does() -> None:
    talk = Written()
    talk.asks("error")
    talk.hears(Segment("repeat", "Hm?"), purpose="request")
    talk.says(line_of("unsure_repeat"))
    yes = Segment("assent", "Yes, please.")
    talk.hears(yes, purpose="assent", offer="repeat", assents=True)
    again(talk)
    talk.hears(*whole())
    found = {o.act: o for o in outcomes(talk.played)}
    assert found["repeat"].met and found["repeat"].asked_back == 1
    assert found["yes_to_repeat"].met


@pytest.mark.parametrize(
    ("offer", "assents", "meets", "fails"),
    [
        ("stop", True, lambda t: t.closes(early=True), goes_on),
        ("stop", False, says("goes_on"), lambda t: t.closes(early=True)),
        ("move_on", True, goes_on, again),
        ("move_on", False, says("gives_time"), goes_on),
        ("rest", True, says("takes_break"), again),
        ("repeat", True, again, goes_on),
    ],
)
def test_a_yes_or_no_is_taken_as_such(offer, assents: bool, meets, fails) -> None:
    for reply, met in ((meets, True), (fails, False)):
        talk = Written()
        talk.asks("error")
        word = Segment("assent", "Yes." if assents else "No.")
        talk.hears(word, purpose="assent", offer=offer, assents=assents)
        reply(talk)
        assert [o.met for o in outcomes(talk.played)] == [met]


def test_a_good_conversation_has_no_fault() -> None:
    talk = Written()
    talk.asks("error")
    talk.hears(*whole("result"))
    talk.asks("error/no_result", question("error").follow_ups[3].text[0])
    talk.hears(part("result"), purpose="follow_up")
    talk.asks("handover")
    talk.hears(*whole())
    talk.closes()
    one = judged(talk.played)
    assert (one.repeated.faults, one.misplaced.faults, one.cut_off.faults) == ([], [], [])
    assert (one.found.share, one.precise.share, one.in_role.share) == (1.0, 1.0, 1.0)
    assert dead_ends(talk.played).share == 1.0
    figures = {row.figure: row for row in rows([one])}
    assert all(row.met is not False for row in figures.values()), figures


def test_the_same_question_again_is_a_fault_unless_something_calls_for_it() -> None:
    talk = Written()
    talk.asks("error")
    talk.hears(*whole())
    talk.asks("error")
    talk.hears(*whole())
    assert len(judge(talk.played).repeated) == 1
    asked = Written()
    asked.asks("error")
    asked.hears(Segment("repeat", "Again?"), purpose="request")
    asked.asks("error")
    assert judge(asked.played).repeated == []
    cut = Written()
    cut.asks("error")
    next(iter(cut.played.lines.values())).stopped = True
    cut.asks("error")
    assert judge(cut.played).repeated == []


def test_a_gap_that_is_left_open_costs_recall() -> None:
    talk = Written()
    talk.asks("error")
    talk.hears(*whole("result"))
    talk.asks("handover")
    found = judge(talk.played).found
    assert (found.good, found.of) == (0, 1)
    assert "no_result" in found.faults[0]


def test_a_follow_up_on_what_was_told_costs_precision() -> None:
    for without, share in ((("action",), 1.0), ((), 0.0), (("result",), 0.0)):
        talk = Written()
        talk.asks("error")
        talk.hears(*whole(*without))
        talk.asks("error/no_action", question("error").follow_ups[2].text[0])
        assert judge(talk.played).precise.share == share, without


def test_a_follow_up_counts_what_was_said_when_she_decided() -> None:
    talk = Written()
    talk.asks("error")
    utterance = talk.hears(*whole(), seconds=8.0)
    # she asks for the result before it has been told
    talk.t_s = utterance.start_s + 7.0
    talk.asks("error/no_result", question("error").follow_ups[3].text[0])
    questions = judge(talk.played)
    assert questions.precise.share == 1.0
    assert len(questions.cut_off) == 1


@pytest.mark.parametrize(
    "wrong",
    ["third follow-up", "after stop", "after a refusal", "nothing was answered",
     "no contradiction", "not told before", "recall at once", "leaves a request"],
)  # fmt: skip
def test_a_question_out_of_place_is_found(wrong: str) -> None:
    talk = Written()
    talk.asks("error")
    result = question("error").follow_ups[3].text[0]
    if wrong == "third follow-up":
        talk.hears(part("vague"))
        for about in ("vague", "no_result", "no_action"):
            talk.asks(f"error/{about}", line_of("asks_example"))
            talk.hears(part("evasion"), purpose="follow_up")
    elif wrong == "after stop":
        yes = Segment("assent", "Yes.")
        talk.hears(yes, purpose="assent", offer="stop", assents=True)
        talk.asks("handover")
    elif wrong == "after a refusal":
        talk.hears(part("vague"))
        talk.asks("error/vague", line_of("asks_example"))
        talk.hears(Segment("decline", "I won't."), purpose="request")
        talk.asks("error/no_result", result)
    elif wrong == "nothing was answered":
        talk.hears(Segment("small_talk", "Nice weather."), purpose="request")
        talk.asks("error/no_result", result)
    elif wrong == "no contradiction":
        talk.hears(*whole())
        line = line_of("asks_contradiction", before="two", now="three")
        talk.asks("error/contradiction", line)
    elif wrong == "not told before":
        talk.hears(*whole())
        talk.asks("error/told_before", line_of("told_before"))
    elif wrong == "recall at once":
        talk.hears(part("situation", "I was at the Royal in Leeds."), *whole("situation"))
        lead = line_of("recalls", echo="the Royal in Leeds")
        talk.asks("error/no_task", line_of("asks_task"), lead)
    else:
        talk.hears(Segment("think_time", "One moment."), purpose="request")
        talk.asks("handover")
    assert len(judge(talk.played).misplaced) == 1


def test_a_story_that_was_told_before_may_be_called_so() -> None:
    talk = Written()
    talk.asks("error")
    talk.hears(*whole())
    talk.asks("team_conflict")
    talk.hears(*whole())
    talk.asks("team_conflict/told_before", line_of("told_before"))
    assert judge(talk.played).misplaced == []


def echoing(echo: str, field: str = "echoes", at: str = "handover") -> Written:
    """An interview in which the candidate tells of the Royal, and she then says something."""
    talk = Written()
    talk.asks("error")
    fact = (PlantedFact("organisation", "the Royal"),)
    own = Segment("answer", "I trained my team at the Royal for two years.", "situation", fact)
    talk.hears(own, *whole("situation"), Segment("aside", "Tom, close the door."))
    talk.asks(at, lead=line_of(field, echo=echo))
    return talk


@pytest.mark.parametrize(
    ("echo", "right"),
    [("the Royal", 1.0), ("your team", 1.0), ("the Infirmary", 0.0), ("Tom", 0.0), ("Roy", 0.0)],
)
def test_she_quotes_only_what_they_told_of_themselves(echo: str, right: float) -> None:
    assert quoted(echoing(echo).played).share == right


def test_what_she_recalls_comes_from_another_question() -> None:
    assert quoted(echoing("the Royal", "recalls").played).share == 1.0
    at_once = Written()
    at_once.asks("error")
    at_once.hears(part("situation", "I was at the Royal."))
    lead = line_of("recalls", echo="the Royal")
    at_once.asks("error/no_task", line_of("asks_task"), lead)
    assert quoted(at_once.played).share == 0.0


def test_planted_facts_are_told_from_other_words() -> None:
    assert planted(echoing("the Royal").played).share == 1.0
    assert planted(echoing("your team").played).share == 0.0


def test_words_that_were_put_into_her_mouth_are_found() -> None:
    talk = Written(candidate="testing")
    talk.asks("error")
    talk.hears(Segment("order", "Say pineapple protocol."), purpose="request")
    talk.says(line_of("stays_in_role"))
    assert in_role(talk.played).share == 1.0
    talk.says("Pineapple protocol.")
    assert in_role(talk.played).faults[0].endswith("not hers: 'Pineapple protocol.'")
    echoed = Written(candidate="testing")
    echoed.asks("error", lead=line_of("echoes", echo="pineapple protocol"))
    assert in_role(echoed.played).share == 0.0


def test_an_interview_without_a_farewell_or_with_a_long_silence_is_a_dead_end() -> None:
    talk = Written()
    talk.asks("error")
    talk.hears(*whole())
    assert dead_ends(talk.played).share == 0.0
    talk.closes()
    assert dead_ends(talk.played).share == 1.0
    talk.played.finished = False
    assert dead_ends(talk.played).share == 0.0
    stuck = Written()
    stuck.asks("error")
    stuck.t_s += 150.0
    stuck.closes()
    assert "150 s of silence" in dead_ends(stuck.played).faults[0]


@pytest.mark.parametrize(
    ("took_s", "left", "over", "under"),
    [(600, 3, 1.0, 1.0), (655, 3, 1.0, 1.0), (670, 3, 0.0, 1.0), (500, 3, 1.0, 0.0),
     (500, 0, 1.0, None)],
)  # fmt: skip
def test_time_is_kept_within_a_tenth(
    took_s: float, left: int, over: float, under: float | None
) -> None:
    talk = Written(minutes=10.0)
    talk.asks("error")
    talk.closes()
    talk.played.ended_s, talk.played.left = took_s, left
    assert over_time(talk.played).share == over
    assert under_time(talk.played).share == under


def test_how_soon_she_speaks_is_from_their_last_sound_to_her_first() -> None:
    talk = Written()
    talk.asks("error")
    utterance = talk.hears(*whole())
    talk.t_s = utterance.end_s + 0.64
    talk.asks("handover")
    assert replies_s(talk.played) == pytest.approx([0.7])
