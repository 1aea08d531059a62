"""Which of a candidate's words answer: requests, asides and refusals are no answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from dialogue.types import Because
from dialogue.understanding.answer_quality import Gap
from perception.types import Event
from scoring.measures.measure import measure
from scoring.record.session import read_session
from scoring.record.turns import Answer, AnswerKind
from tests.scoring.talks import Piece, Talk, understood

QUESTION = "Tell me about a time when you calmed somebody."
TOLD = (
    "On the night shift in Leeds a man would not let go of the bed, so I sat down with him and "
    "told him what each tube was for, and after ten minutes he slept."
)


def answer_of(folder: Path, number: int = 0) -> Answer:
    answer = read_session(folder).questions[number].answer
    assert answer is not None
    return answer


def test_a_request_in_the_middle_is_no_part_of_the_answer_nor_of_its_time(tmp_path: Path) -> None:
    with Talk(tmp_path / "s", wpm=120.0) as talk:
        talk.ask("calm", QUESTION)
        talk.hears([("repeat", "Sorry, could you say that again?")], after_s=2.0)
        talk.ask("calm", QUESTION, lead="Of course.")
        talk.hears([("answer", TOLD)], [("situation", TOLD)], after_s=0.5)
        talk.close()
    session = read_session(tmp_path / "s")
    assert [q.id for q in session.questions] == ["calm"]
    answer = answer_of(tmp_path / "s")
    assert answer.kind == "answer"
    assert answer.transcript == TOLD
    assert answer.whole == f"Sorry, could you say that again? {TOLD}"
    assert [(s.act, s.answers) for s in answer.said] == [("repeat", False), ("answer", True)]
    assert answer.response_time_s == pytest.approx(0.5, abs=0.01), "since she asked again"
    assert answer.end_s - answer.start_s == pytest.approx(len(TOLD.split()) * 0.5, abs=0.1)
    assert measure(session)["speech_rate_wpm"].value == pytest.approx(120.0, rel=0.01)


def test_words_beside_the_answer_in_one_breath_are_cut_out_in_time_too(tmp_path: Path) -> None:
    aside = "not now, I am talking to somebody, close the door"
    first, second = TOLD[:76], TOLD[77:]
    with Talk(tmp_path / "s", wpm=120.0) as talk:
        talk.ask("calm", QUESTION)
        talk.hears([("answer", first), ("aside", aside), ("answer", second)], [("situation", TOLD)])
        talk.close()
    session = read_session(tmp_path / "s")
    (answer,) = session.answers
    assert answer.transcript == TOLD
    assert answer.beside[0][1] - answer.beside[0][0] == pytest.approx(5.0, abs=0.1)
    spoken = sum(end - start for start, end in answer.speech)
    assert spoken == pytest.approx(len(TOLD.split()) * 0.5, abs=0.1)
    found = measure(session)
    assert found["speech_rate_wpm"].value == pytest.approx(120.0, rel=0.02)
    assert found["pause_max_s"].value is None, "an aside is no pause"


def test_parts_of_an_answer_that_came_in_two_breaths_are_put_together(tmp_path: Path) -> None:
    action = "I sat down with him and told him what each tube was for."
    result = "After ten minutes he slept and the nurse thanked me."
    with Talk(tmp_path / "s") as talk:
        talk.ask("calm", QUESTION, asks_episode=True)
        gaps = [Gap("no_result", 0.9), Gap("no_task", 0.8)]
        acts = [("answer", action), ("question", "Do you want to hear more?")]
        talk.hears(acts, [("action", action)], gaps=gaps)
        talk.say("Please.", Because("asked_back", "act", "question"))
        talk.hears([("answer", result)], [("result", result)], gaps=[Gap("no_task", 0.7)])
        talk.close()
    session = read_session(tmp_path / "s")
    (answer,) = session.answers
    assert answer.transcript == f"{action} {result}"
    (content,) = measure(session).answers
    assert {p.name: p.status for p in content.star or ()} == {
        "situation": "unclear",
        "task": "missing",
        "action": "told",
        "result": "told",
    }
    assert [(g.name, g.confidence) for g in content.gaps or ()] == [("no_task", 0.7)]


KINDS: list[tuple[list[Piece], str | None, AnswerKind]] = [
    ([("answer", TOLD)], None, "answer"),
    ([("answer", TOLD), ("repeat", "What was the question again?")], None, "answer"),
    ([("answer", "Well."), ("repeat", "What was the question again?")], None, "asked_back"),
    ([("answer", "Five years."), ("question", "And how long have you?")], None, "answer"),
    ([("question", "How many beds are there?")], None, "asked_back"),
    ([("no_example", "I cannot think of one.")], None, "does_not_know"),
    ([("answer", "Hm."), ("decline", "I would rather not say.")], None, "declined"),
    ([("think_time", "Let me think."), ("answer", "Five years.")], None, "answer"),
    ([("think_time", "Let me think a moment.")], None, "none"),
    ([("small_talk", "Thank you, nice to be here.")], None, "none"),
    ([("insult", "You stupid machine.")], None, "none"),
    ([("joke", "I just work hard, me.", 0.43, "answer")], None, "answer"),
    ([("repeat", "Come again", 0.55, "answer"), ("answer", "we all did.", 0.9)], None, "answer"),
    ([("answer", "Yes please.")], "offer_move_on", "none"),
]


@pytest.mark.parametrize(
    ("acts", "rule", "kind"), KINDS, ids=[f"{a[-1][0]}-{r}-{k}" for a, r, k in KINDS]
)
def test_the_kind_is_what_was_done_with_the_question(
    tmp_path: Path, acts: Sequence[Piece], rule: str | None, kind: AnswerKind
) -> None:
    with Talk(tmp_path / "s") as talk:
        talk.ask("calm", QUESTION)
        talk.hears(acts)
        talk.ask("next", "What else?", None if rule is None else Because(rule, "reply", "yes"))
        talk.close()
    session = read_session(tmp_path / "s")
    answer = answer_of(tmp_path / "s")
    assert answer.kind == kind
    assert bool(answer.transcript) == (kind == "answer")
    assert [a.question_id for a in session.answers] == (["calm"] if kind == "answer" else [])
    assert answer.whole == " ".join(act[1] for act in acts)


DOUBTFUL = "I would not like to have any of that"
JEST = "I used to do yoga but I got into a position and could not get out of it since then."


@pytest.mark.parametrize(
    ("act", "rule", "kind"),
    [
        (("decline", DOUBTFUL, 0.5), "answer_over", "answer"),
        (("decline", DOUBTFUL, 0.5), "declined", "declined"),
        (("small_talk", DOUBTFUL, 0.5), "small_talk", "none"),
        (("question", DOUBTFUL, 0.5), "asked_back", "asked_back"),
        (("joke", "Only for you.", 0.7), "joked", "none"),
        (("joke", JEST, 0.97), "joked", "answer"),
        (("joke", f"{JEST} Only joking.", 0.97), "joked", "none"),
    ],
)
def test_what_is_doubtful_was_what_she_took_it_for(
    tmp_path: Path, act: Piece, rule: str, kind: AnswerKind
) -> None:
    with Talk(tmp_path / "s") as talk:
        talk.ask("calm", QUESTION)
        talk.hears([act])
        talk.ask("next", "What else?", Because(rule, "act", act[0]))
        talk.close()
    assert answer_of(tmp_path / "s").kind == kind


def test_a_joke_that_was_followed_by_an_answer_is_no_part_of_it(tmp_path: Path) -> None:
    with Talk(tmp_path / "s") as talk:
        talk.ask("calm", QUESTION)
        talk.hears([("joke", JEST, 0.97)])
        talk.say("Ha.", Because("joked", "act", "joke"))
        talk.hears([("answer", TOLD)], [("situation", TOLD)])
        talk.close()
    answer = answer_of(tmp_path / "s")
    assert answer.transcript == TOLD and answer.whole == f"{JEST} {TOLD}"


def test_an_answer_outweighs_a_refusal_before_it(tmp_path: Path) -> None:
    with Talk(tmp_path / "s") as talk:
        talk.ask("calm", QUESTION)
        talk.reads([("no_example", "I cannot think of one.")])
        talk.say("Something small, perhaps?", Because("has_no_example", "act", "no_example"))
        talk.reads([("answer", TOLD)], [("situation", TOLD)])
        talk.close()
    answer = answer_of(tmp_path / "s")
    assert answer.typed and answer.kind == "answer" and answer.transcript == TOLD


@pytest.mark.parametrize("spoken_first", [True, False])
def test_what_is_said_aloud_beside_a_typed_answer_belongs_to_it(
    tmp_path: Path, spoken_first: bool
) -> None:
    aloud, written = TOLD, "Since then we have kept a list of everybody who has to be told."
    with Talk(tmp_path / "s") as talk:
        talk.ask("calm", QUESTION)
        says = lambda: talk.hears([("answer", aloud)], [("situation", aloud)])  # noqa: E731
        if spoken_first:
            says()
        talk.reads([("answer", written)], [("result", written)])
        if not spoken_first:
            says()
        talk.close()
    answer = answer_of(tmp_path / "s")
    both = (aloud, written) if spoken_first else (written, aloud)
    assert answer.typed and answer.transcript == " ".join(both)


def test_how_the_spoken_part_of_an_answer_was_said_is_measured(tmp_path: Path) -> None:
    written = "Since then we have kept a list of everybody who has to be told."
    first, second = TOLD[:76], TOLD[77:]
    with Talk(tmp_path / "s", wpm=120.0) as talk:
        talk.ask("calm", QUESTION)
        told = [("answer", f"{first} {written}")], [("situation", first), ("result", written)]
        talk.hears([("answer", first)], [("situation", first)], after_s=0.5)
        talk.reads(*told, keyed=written)
        whole = [("answer", f"{first} {written} {second}")]
        talk.hears(whole, [*told[1], ("action", second)], heard=second)
        talk.close()
    session = read_session(tmp_path / "s")
    (answer,) = session.answers
    assert answer.transcript == f"{first} {written} {second}"
    assert " ".join(word.text for word in answer.words) == TOLD
    assert [(bool(s.words), s.part) for s in answer.said] == [
        (True, "situation"),
        (False, "result"),
        (True, "action"),
    ]
    assert answer.response_time_s == pytest.approx(0.5, abs=0.01)
    found = measure(session)
    assert found["speech_rate_wpm"].value == pytest.approx(120.0, rel=0.02)
    assert found["pause_max_s"].value is None, "who types makes no pause"


def test_sounds_beside_a_typed_answer_are_no_speech_of_it(tmp_path: Path) -> None:
    with Talk(tmp_path / "s") as talk:
        talk.ask("calm", QUESTION)
        for t_s, kind in ((talk.t_s + 1.0, "start"), (talk.t_s + 2.5, "end")):
            talk.event(Event(t_s, "microphone", f"speech_{kind}", {"t_s": t_s}))
        talk.reads([("answer", TOLD)], [("situation", TOLD)])
        talk.close()
    session = read_session(tmp_path / "s")
    (answer,) = session.answers
    assert answer.typed and not answer.spoken and answer.response_time_s is None
    assert measure(session)["pause_max_s"].value is None


def test_what_she_could_not_hear_and_was_said_again_counts_once(tmp_path: Path) -> None:
    with Talk(tmp_path / "s") as talk:
        talk.ask("calm", QUESTION)
        talk.hears([("answer", "on the night sheep in leads a man wood not")], confidence=0.2)
        talk.say("I could not hear that.", Because("not_heard", "word_confidence", 0.2, 0.35))
        talk.hears([("answer", TOLD)], [("situation", TOLD)])
        talk.close()
    assert answer_of(tmp_path / "s").transcript == TOLD


def test_words_that_were_heard_better_later_keep_what_was_understood(tmp_path: Path) -> None:
    live = "sorry can you say that a gain on the night sheep in leads a man wood not sleep at all"
    better = (
        "Sorry, can you say that again? On the night shift in Leeds a man would not sleep at all."
    )
    acts = [("repeat", live[:29]), ("answer", live[30:])]
    with Talk(tmp_path / "s") as talk:
        talk.ask("calm", QUESTION)
        talk.hears(acts, [("situation", live[30:])], heard=better)
        talk.close()
    answer = answer_of(tmp_path / "s")
    assert answer.transcript == "On the night shift in Leeds a man would not sleep at all."
    assert answer.said[0].text == "Sorry, can you say that again?"
    assert answer.said[1].part == "situation"


def test_what_was_understood_of_other_words_is_not_believed(tmp_path: Path) -> None:
    with Talk(tmp_path / "s") as talk:
        talk.ask("calm", QUESTION)
        talk.hears([("insult", "you are a very stupid machine")], heard=TOLD)
        talk.close()
    answer = answer_of(tmp_path / "s")
    assert answer.kind is None and answer.transcript == TOLD


def test_the_newest_that_had_all_words_is_what_counts(tmp_path: Path) -> None:
    with Talk(tmp_path / "s") as talk:
        talk.ask("calm", QUESTION)
        talk.tell(understood("calm", 1, [("repeat", TOLD[:20])], complete=False))
        told = talk.hears([("answer", TOLD)], [("situation", TOLD)])
        talk.tell(understood("calm", 1, [("stop", TOLD[:30])], complete=False))
        talk.close()
    (utterance,) = read_session(tmp_path / "s").utterances
    assert utterance.understood == told
    assert answer_of(tmp_path / "s").kind == "answer"


def test_who_goes_on_after_a_pause_is_not_judged_by_what_came_before_it(tmp_path: Path) -> None:
    """A slow machine may never have come to the last words."""
    with Talk(tmp_path / "s") as talk:
        talk.ask("calm", QUESTION)
        talk.tell(understood("calm", 1, [("joke", TOLD[:20])], complete=True))
        talk.tell(understood("calm", 1, [("answer", TOLD)], complete=False))
        talk.close()
    (utterance,) = read_session(tmp_path / "s").utterances
    assert utterance.understood.inquiry.text == TOLD
    assert [act.act for act in utterance.understood.understanding.acts] == ["answer"]


def test_answers_of_an_interview_that_was_taken_up_again_are_counted_anew(tmp_path: Path) -> None:
    with Talk(tmp_path / "s") as talk:
        talk.ask("calm", QUESTION)
        first = talk.hears([("answer", TOLD)], [("situation", TOLD)])
        talk.event(Event(talk.t_s, "game", "resumed", {"start_at": 1}))
        talk.answer = 0
        talk.ask("why", "Why here?")
        second = talk.hears([("decline", "I would rather not say.")])
        talk.close()
    session = read_session(tmp_path / "s")
    assert [u.understood for u in session.utterances] == [first, second]
    assert [q.answer and q.answer.kind for q in session.questions] == ["answer", "declined"]


def test_a_damaged_event_takes_nothing_else_with_it(tmp_path: Path) -> None:
    with Talk(tmp_path / "s") as talk:
        talk.ask("calm", QUESTION)
        talk.event(Event(talk.t_s, "understanding", "understood", {"inquiry": 3}))
        talk.hears([("answer", TOLD)], [("situation", TOLD)])
        talk.close()
    session = read_session(tmp_path / "s")
    assert session.damaged_utterances == 1
    assert answer_of(tmp_path / "s").kind == "answer"


def test_the_candidates_own_questions_are_no_answer(tmp_path: Path) -> None:
    with Talk(tmp_path / "s") as talk:
        talk.ask("calm", QUESTION)
        talk.hears([("answer", TOLD)], [("situation", TOLD)])
        talk.ask("your_questions", "Any questions for me?", competency="your_questions")
        talk.hears([("question", "Is there a canteen?")])
        talk.close()
    session = read_session(tmp_path / "s")
    assert [q.answer and q.answer.kind for q in session.questions] == ["answer", "asked_back"]
    assert [a.question_id for a in session.answers] == ["calm"]
    assert measure(session)["response_time_s"].coverage == pytest.approx(1.0)


def test_an_answer_of_which_nothing_was_understood_stays_as_it_was(tmp_path: Path) -> None:
    with Talk(tmp_path / "s") as talk:
        talk.ask("calm", QUESTION)
        talk.hears([("answer", TOLD)], [("situation", TOLD)])
        talk.close()
    session = read_session(tmp_path / "s")
    lines = (tmp_path / "s" / "events.jsonl").read_text().splitlines(True)
    (tmp_path / "s" / "events.jsonl").write_text("".join(x for x in lines if "understood" not in x))
    (plain,) = read_session(tmp_path / "s").answers
    (told,) = session.answers
    assert plain.kind is None and plain.said == () and plain.whole == TOLD
    same = replace(told, kind=None, said=(), utterances=(), qualities=())
    assert same == plain


def test_a_sentence_of_which_nothing_is_sure_and_a_long_joke_are_answers(tmp_path: Path) -> None:
    misheard = "unless the system is established for the frequent formal review"
    funny = "my first job was in a small shop and the customers there taught me to listen"
    for name, act, text, sure, counts in (
        ("doubt", "question", misheard, 0.47, True),
        ("sure", "question", misheard, 0.9, False),
        ("short", "question", "what is that", 0.47, False),
        ("long", "joke", funny, 0.99, True),
        ("quip", "joke", "ha ha, on a good day", 0.99, False),
        ("plain", "joke", "last summer I sold the wrong shoes to a customer", 0.91, True),
    ):
        with Talk(tmp_path / name) as talk:
            talk.ask("calm", QUESTION)
            talk.hears([(act, text, sure)])
            talk.close()
        answer = answer_of(tmp_path / name)
        assert (answer.kind == "answer") is counts, name
        assert answer.transcript == (text if counts else ""), name
