"""What every act has: a number, its question, an attitude, and a place among what she says."""

from __future__ import annotations

from tests.dialogue.interviewing.parts import BECAUSE, Parts


def test_acts_are_numbered_through_the_interview_and_taken_by_the_tick() -> None:
    parts = Parts()
    parts.at(1.0)
    parts.acts.make("listen", BECAUSE)
    parts.acts.make("wait", BECAUSE)
    assert [(a.id, a.t_s) for a in parts.acts.made] == [("act-1", 1.0), ("act-2", 1.0)]
    parts.at(2.0)
    assert parts.acts.made == ()
    parts.acts.make("listen", BECAUSE)
    assert (parts.made.id, parts.made.t_s) == ("act-3", 2.0)


def test_an_act_belongs_to_the_question_in_progress() -> None:
    parts = Parts()
    parts.at(1.0)
    assert parts.acts.make("wait", BECAUSE).question_id is None
    parts.asked(2.0)
    question_id = parts.plan.questions[0].id
    assert parts.acts.make("wait", BECAUSE).question_id == question_id


def test_what_has_no_attitude_of_its_own_has_her_moods() -> None:
    parts = Parts()
    parts.at(0.0)
    mood = parts.mood.attitude
    assert parts.acts.make("acknowledge", BECAUSE).attitude == mood
    assert parts.acts.make("say", BECAUSE, "Hello.", "serious").attitude == "serious"
    # a line shows, and what shows stays for a while
    assert mood != "serious" == parts.mood.attitude
    assert parts.acts.make("acknowledge", BECAUSE).attitude == "serious"


def test_an_attitude_without_words_is_no_change_of_mood() -> None:
    parts = Parts()
    parts.at(0.0)
    mood = parts.mood.attitude
    assert parts.acts.make("acknowledge", BECAUSE, "", "serious").attitude == "serious"
    assert parts.mood.attitude == mood


def test_only_words_are_spoken() -> None:
    parts = Parts()
    parts.at(1.0)
    parts.acts.make("acknowledge", BECAUSE)
    assert not parts.own.speaking
    act = parts.acts.make("say", BECAUSE, "Hello.")
    assert parts.own.speaking and parts.own.unbegun(act)
