"""Whole interviews in which the candidate does what a recruiter would notice."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from dialogue.conduct.settings import ConductSettings
from dialogue.content.manner import Attitude, load_manner
from dialogue.content.persona import load_persona
from dialogue.content.script import load_interview
from dialogue.interviewing.settings import DialogueSettings
from dialogue.manager import DialogueManager
from dialogue.reacting.settings import ReactionSettings
from dialogue.reacting.suppositions import Supposition
from dialogue.types import AcknowledgeData, AskData, Feedback, RecruiterAct
from dialogue.understanding.answer_quality import AnswerQuality
from dialogue.understanding.types import ActSpan, Understanding
from dialogue.understanding.understander import Understood
from perception.types import CandidateState
from tests.fakes import (
    Doing,
    Played,
    data_of,
    figures,
    frowns,
    is_loud,
    looks,
    moves,
    play,
    sounds,
    speaks,
    turns_head,
    why,
)

LONG = speaks(0.6, 30.0, ending="final")
CALM = speaks(0.6, 14.0, ending="final")


def manager(
    manner: str = "neutral",
    seed: int = 1,
    questions: int = 3,
    settings: DialogueSettings | None = None,
    supposed: Sequence[Supposition] = (),
) -> DialogueManager:
    interview = load_interview("software_developer")
    persona = load_persona("marcus", manner=manner)
    return DialogueManager(
        interview, persona, settings, seed, questions=questions, supposed=supposed
    )


def run(*doings: Doing, manner: str = "neutral", **more) -> Played:
    """An interview of three answers, in the first of which the candidate does something."""
    answers = [[LONG, *doings], [CALM], [CALM], [CALM]]
    return play(manager(manner, **more), answers=answers, seconds=150)


def said(played: Played, rule: str) -> list[RecruiterAct]:
    """What she remarked on by a rule."""
    return [act for act in played.by(rule) if act.text]


def shown(played: Played, rule: str) -> list[RecruiterAct]:
    return [act for act in played.by(rule) if not act.text]


NERVOUS = (
    moves(0.0, 30.0, fidget=0.9, hand_to_face=False),
    looks(1.0, 4.0, "down"),
    sounds(0.0, 30.0, syllables_per_s=6.0, pitch_hz=200.0),
)


@pytest.mark.parametrize(
    ("rule", "doings", "gesture", "line"),
    [
        ("gaze_lost", [looks(0.0, 31.0, "down")], "tilt", "look_here"),
        ("fidgeting", [moves(0.0, 31.0, fidget=0.9)], "smile", "calm_down_fidget"),
        ("racing", [sounds(0.0, 31.0, syllables_per_s=7.0)], "nod", "slow_down"),
        ("hardly_heard", [sounds(0.0, 31.0, snr_db=3.0)], "lean_in", "speak_up"),
        ("too_quiet", [is_loud(16.0, 31.0, -38.0)], "lean_in", "speak_up"),
    ],
)
def test_what_is_noticed_is_shown_at_once_and_said_when_the_floor_is_hers(
    rule: str, doings: list[Doing], gesture: str, line: str
) -> None:
    # some of it is said by chance
    for seed in range(1, 6):
        played = run(*doings, seed=seed)
        (first, *_) = shown(played, rule)
        assert data_of(first, AcknowledgeData).gesture == gesture
        assert first.t_s < played.answers_from_s[0] + 30.0
        if said(played, rule):
            break
    (remark,) = said(played, rule)
    assert remark.text in getattr(load_manner("neutral").lines, line)
    value, threshold = figures(remark)
    low = rule not in ("fidgeting", "racing")
    assert value <= threshold if low else value >= threshold
    # after the answer, and in one breath with the next question
    assert remark.t_s > played.answers_from_s[0] + 30.0
    asked = next(act for act in played.of("ask") if act.t_s >= remark.t_s)
    assert asked.t_s == remark.t_s
    assert played.heard_s(asked) > played.heard_s(remark)


def test_a_candidate_who_does_nothing_of_it_hears_nothing_of_it() -> None:
    calm = (
        moves(0.0, 30.0, fidget=0.1, hand_to_face=False, lean_m=0.0),
        sounds(0.0, 30.0, syllables_per_s=4.5, snr_db=25.0, pitch_sd_st=2.8, pitch_hz=200.0),
        looks(4.0, 8.0, "away"),
        looks(15.0, 18.0, "down"),
    )
    answers = [[LONG, *calm]] * 4
    played = play(manager(), answers=answers, seconds=250)
    live = {"gaze_lost", "fidgeting", "racing", "hardly_heard", "too_quiet", "monotone", "nerves"}
    live |= {"hesitating", "looks_puzzled", "head_turned"}
    assert not live & {why(act).rule for act in played.acts}


def test_who_is_asked_to_speak_up_and_does_is_not_asked_again() -> None:
    loud_again = [[LONG, is_loud(14.0, 21.0, -38.0)], [CALM], [CALM], [CALM]]
    played = play(manager(), answers=loud_again, seconds=150)
    assert shown(played, "too_quiet")
    assert not said(played, "too_quiet"), "by the end of the answer they could be heard"


def test_an_answer_on_one_tone_is_asked_about_once() -> None:
    flat = sounds(0.0, 31.0, pitch_sd_st=0.7)
    played = play(manager(), answers=[[LONG, flat], [CALM], [LONG, flat], [CALM]], seconds=250)
    asked = [act for act in played.by("monotone") if act.kind == "ask"]
    assert len(asked) == 1
    assert data_of(asked[0], AskData).follow_up_of == "about_you"
    assert asked[0].question_id == "about_you/monotone"
    assert asked[0].text in load_manner("neutral").lines.monotone
    value, threshold = figures(asked[0])
    assert value < threshold
    main = [a for a in played.of("ask") if data_of(a, AskData).follow_up_of is None]
    assert len(main) == 3, "it is one question more, not one for another"


def test_where_all_are_asked_the_same_nobody_is_asked_what_moved_them() -> None:
    settings = DialogueSettings(conduct=ConductSettings(mode="structured"))
    flat = sounds(0.0, 31.0, pitch_sd_st=0.7)
    answers = [[LONG, flat], [LONG, flat], [LONG, flat]]
    played = play(manager(settings=settings), answers=answers, seconds=200)
    assert not played.by("monotone")


@pytest.mark.slow
def test_a_study_can_do_without_remarks_and_have_more_of_them() -> None:
    everything = [
        looks(0.0, 31.0, "down"),
        moves(0.0, 31.0, fidget=0.9),
        sounds(0.0, 31.0, syllables_per_s=7.0, snr_db=3.0),
    ]
    answers = [[LONG, *everything]] * 8
    counts = {}
    for remarks in (0, 2, 9):
        reactions = ReactionSettings(remarks=remarks, remark_gap_s=20.0)
        m = manager(questions=6, settings=DialogueSettings(reactions=reactions))
        played = play(m, answers=answers, seconds=350)
        rules = {"gaze_lost", "fidgeting", "nerves", "racing", "hardly_heard"}
        made = [a for a in played.acts if a.text and why(a).rule in rules]
        counts[remarks] = len(made)
        gaps = [b.t_s - a.t_s for a, b in itertools.pairwise(made)]
        assert all(gap >= 20.0 for gap in gaps)
    assert counts[0] == 0 and counts[2] == 2 and counts[9] > 2


def test_several_signs_of_nerves_are_met_with_a_smile_by_who_is_warm() -> None:
    sizes = {}
    for manner in ("warm", "stressing"):
        played = run(*NERVOUS, manner=manner)
        (smile, *_) = shown(played, "nerves")
        assert data_of(smile, AcknowledgeData).gesture == "smile"
        assert "fidget" in why(smile).cue and "syllables_per_s" in why(smile).cue
        sizes[manner] = data_of(smile, AcknowledgeData).strength
    assert sizes["warm"] > sizes["stressing"] + 0.15


def test_a_puzzled_look_is_answered_before_a_word_is_said() -> None:
    # brows at rest have been seen in the greeting
    answer = [frowns(1.0, 5.0), speaks(6.0, 20.0, ending="final")]
    played = play(manager(), answers=[answer], seconds=60)
    (act,) = played.by("looks_puzzled")
    assert data_of(act, AcknowledgeData).gesture == "tilt"
    assert 2.4 <= act.t_s - played.answers_from_s[0] <= 2.7


def test_a_head_turned_aside_counts_where_eyes_cannot_be_told() -> None:
    played = run(looks(5.0, 20.0, "unknown"), turns_head(5.0, 20.0, 40.0))
    (act,) = played.by("head_turned")
    value, threshold = figures(act)
    assert value == 40.0 and threshold == 32.0
    assert not played.by("gaze_averted")


def test_many_fillers_bring_an_encouraging_nod() -> None:
    text = "Um, I was, uh, at the, um, shop and, er, we had, um, a lot of people, uh, there."
    hesitant = [
        speaks(0.5, 14.0, text, words_delay_s=0.3),
        speaks(15.0, 28.0, "and um we uh had to um go on", words_delay_s=0.3, ending="final"),
    ]
    played = play(manager(), answers=[hesitant, [CALM], [CALM]], seconds=100)
    (act,) = played.by("hesitating")
    assert data_of(act, AcknowledgeData).gesture == "nod"
    value, threshold = figures(act)
    assert value >= threshold == 8.0
    fluent = [
        replace_text(doing, "I was at the shop and we had people there") for doing in hesitant
    ]
    assert not play(manager(), answers=[fluent, [CALM], [CALM]], seconds=100).by("hesitating")


def replace_text(doing: Doing, text: str) -> Doing:
    return speaks(doing.start_s, doing.end_s, text, doing.ending, doing.words_delay_s)


def test_before_she_cuts_in_she_shows_that_she_would_like_to() -> None:
    talk = [speaks(0.5 + 5 * i, 5.1 + 5 * i) for i in range(40)]
    played = play(manager(), answers=[talk], seconds=250)
    (sign, *_), (cut, *_) = played.by("rambling"), played.of("interrupt")
    assert sign.t_s < cut.t_s
    assert why(sign).cue == "answer_share" and figures(sign)[0] >= 0.85


class Understanding_(DialogueManager):
    """A recruiter who understands at once, and finds what she hears as good as she is told."""

    strength = 0.8

    def step(
        self,
        state: CandidateState,
        feedback: Sequence[Feedback] = (),
        understood: Sequence[Understood] = (),
    ) -> tuple[RecruiterAct, ...]:
        """One tick, with what the one before asked to have understood."""
        inquiry = self.inquiry
        if inquiry is not None:
            text = inquiry.text
            acts = (ActSpan("answer", 0.99, 0, len(text), text),)
            quality = AnswerQuality(len(text.split()), (), (), self.strength)
            understood = (Understood(inquiry, Understanding(text, acts), quality=quality),)
        return super().step(state, feedback, understood)


@pytest.mark.parametrize(("strength", "times"), [(0.8, 1), (0.2, 0)])
def test_a_strong_answer_interests_her_while_it_is_given(strength: float, times: int) -> None:
    interview = load_interview("software_developer")
    m = Understanding_(interview, load_persona("marcus"), None, 1, questions=1, understands=True)
    m.strength = strength
    text = "I found the leak by halving the code each day until one line was left and then fixed it"
    answer = [
        speaks(0.5, 12.0, text, words_delay_s=0.2),
        speaks(12.8, 24.0, "and since then it has not come back", ending="final"),
    ]
    played = play(m, answers=[answer], seconds=45)
    found = [a for a in played.by("strong_answer") if a.question_id == "about_you"]
    assert len(found) == times
    if times:
        assert found[0].t_s < played.answers_from_s[0] + 24.0
        attitude: Attitude = "interested"
        assert found[0].attitude == attitude and figures(found[0])[0] == strength


def test_a_supposed_cue_is_all_that_is_different() -> None:
    smiling = [Supposition("smile", 0.9, 20.0, 22.0)]
    plain = play(manager("warm"), answers=[[LONG], [CALM], [CALM]], seconds=100)
    other = play(manager("warm", supposed=smiling), answers=[[LONG], [CALM], [CALM]], seconds=100)
    (returned,) = other.by("return_smile")
    assert returned.t_s == pytest.approx(20.0, abs=0.04)
    assert not plain.by("return_smile")
    rest = [(a.t_s, a.kind, a.text) for a in other.acts if a is not returned]
    assert rest == [(a.t_s, a.kind, a.text) for a in plain.acts]


def test_remarks_can_be_rendered_before_they_are_made() -> None:
    m = manager()
    upcoming: list[set[str]] = []
    original = m.step

    def step(state, feedback=()):
        acts = original(state, feedback)
        upcoming.append(set(m.upcoming()))
        return acts

    m.step = step  # type: ignore[method-assign,assignment]
    played = play(m, answers=[[LONG, sounds(0.0, 31.0, snr_db=3.0)], [CALM]], seconds=80)
    (remark,) = said(played, "hardly_heard")
    tick = next(i for i, state in enumerate(played.states) if state.t_s >= remark.t_s)
    assert remark.text in upcoming[tick - 60], "two seconds before"
