"""One rule at a time: when it acts, how often, and what it gives as its reason."""

from __future__ import annotations

import itertools

import pytest

from dialogue.content.manner import Manner
from dialogue.reacting.engine import Reaction, Reactions
from dialogue.reacting.rules import Condition, Does, Rule, Says, Scaled
from dialogue.reacting.settings import ReactionSettings
from dialogue.reacting.suppositions import Supposition
from dialogue.turntaking.turn import TurnView
from perception.types import CandidateState

TICK_S = 1 / 30
ANSWERING = TurnView(True, False, True, 9.0, 3.0, 0.0, "unknown", 1.0, 1.0, 0.0)
NOD = (Does("nod", 0.5),)


def rule(**more) -> Rule:
    fields = {
        "name": "mine",
        "when": Condition("strength", at_least=0.5),
        "does": NOD,
        "cool_down_s": 0.0,
    }
    return Rule(**{**fields, **more})


def strong(from_s: float, to_s: float, value: float = 0.9) -> Supposition:
    return Supposition("strength", value, from_s, to_s)


def acted(
    rules: list[Rule],
    supposed: list[Supposition],
    seconds: float = 20.0,
    *,
    seed: int = 1,
    manner: Manner | None = None,
    settings: ReactionSettings | None = None,
    listening: bool = True,
    engine: Reactions | None = None,
) -> list[tuple[float, Reaction]]:
    """When and how rules acted on cues that are supposed."""
    engine = engine or Reactions(settings, manner, seed, rules=rules, supposed=supposed)
    found = []
    for tick in range(int(seconds / TICK_S)):
        t_s = tick * TICK_S
        state = CandidateState(t_s)
        found += [(t_s, each) for each in engine.step(state, ANSWERING, listening, False)]
    return found


def times(found: list[tuple[float, Reaction]]) -> list[float]:
    return [round(t_s, 1) for t_s, _ in found]


def test_it_acts_once_each_time_its_condition_begins_to_hold():
    assert times(acted([rule()], [strong(2, 5), strong(8, 9)])) == [2.0, 8.0]


def test_what_it_saw_and_held_it_against_is_its_reason():
    ((_, reaction),) = acted([rule()], [strong(2, 5, 0.81)])
    because = reaction.because
    assert (because.rule, because.cue) == ("mine", "strength")
    assert (because.value, because.threshold) == (0.81, 0.5)


def test_a_cue_that_was_not_measured_sets_nothing_off():
    assert acted([rule(when=Condition("strength", at_most=0.5))], []) == []
    supposed = [Supposition("strength", None, 0, 20)]
    assert acted([rule(when=Condition("strength", at_most=0.5))], supposed) == []


def test_it_has_to_hold_for_as_long_as_it_says_without_a_break():
    slow = rule(when=Condition("strength", at_least=0.5, for_s=2.0))
    assert acted([slow], [strong(2, 3.5), strong(3.6, 5.5)]) == []
    assert times(acted([slow], [strong(2, 8)])) == [4.0]


def test_until_keeps_it_from_beginning_anew():
    held = rule(when=Condition("strength", at_least=0.5, until=0.3))
    dips = [strong(2, 9, 0.6), strong(3, 4, 0.4), strong(5, 6, 0.4)]
    assert times(acted([held], dips)) == [2.0]
    assert times(acted([rule()], dips)) == [2.0, 4.0, 6.0]


def test_a_cool_down_delays_what_goes_on_and_drops_what_must_be_fresh():
    onsets = [strong(2, 3), strong(5, 9)]
    assert times(acted([rule(cool_down_s=5.0)], onsets)) == [2.0, 7.0]
    assert times(acted([rule(cool_down_s=5.0, fresh_s=0.0)], onsets)) == [2.0]


def test_a_cool_down_may_be_a_setting_and_shared_by_a_group():
    both = [
        rule(cool_down_s="smile_gap_s", group="face"),
        rule(name="other", when=Condition("nerves", at_least=0.5), cool_down_s=4.0, group="face"),
    ]
    supposed = [strong(2, 9), Supposition("nerves", 0.9, 3, 9)]
    found = acted(both, supposed, settings=ReactionSettings(smile_gap_s=4.0))
    assert [(round(t_s, 1), r.because.rule) for t_s, r in found] == [(2.0, "mine"), (6.0, "other")]


def test_a_varied_cool_down_is_not_a_clock():
    often = rule(cool_down_s=2.0, vary_cool_down=0.4, every_s=0.1)
    found = times(acted([often], [strong(0, 60)], seconds=60))
    gaps = [b - a for a, b in itertools.pairwise(found)]
    assert len(gaps) > 15
    assert 1.1 <= min(gaps) < 1.6 and 2.4 < max(gaps) <= 2.9


def test_while_it_goes_on_it_acts_again_where_it_says_so():
    assert times(acted([rule(every_s=4.0)], [strong(2, 12)])) == [2.0, 6.0, 10.0]


def test_once_per_answer_and_once_per_interview():
    for once_per, expected in (("answer", 2), ("interview", 1)):
        mine = rule(once_per=once_per)
        engine = Reactions(rules=[mine], supposed=[strong(2, 3), strong(5, 6)])
        first = acted([mine], [], engine=engine)
        engine.begin_answer()
        again = acted([mine], [], engine=engine)
        assert len(first) + len(again) == expected, once_per


def test_it_is_not_looked_at_outside_of_its_phase():
    assert acted([rule()], [strong(2, 5)], listening=False) == []
    assert times(acted([rule(phase="any")], [strong(2, 5)], listening=False)) == [2.0]
    assert acted([rule(phase="waiting")], [strong(2, 5)]) == []


def test_what_must_also_be_so_is_asked_at_the_moment():
    both = rule(also=(Condition("nerves", at_most=0.2),))
    calm = [Supposition("nerves", 0.9, 0, 3), Supposition("nerves", 0.1, 3, 20)]
    assert times(acted([both], [strong(2, 8), *calm])) == [3.0]


def test_a_delay_shifts_it_and_keeps_its_reason():
    ((t_s, reaction),) = acted([rule(delay_s=0.8)], [strong(2, 5, 0.7)])
    assert t_s == pytest.approx(2.8, abs=0.04)
    assert reaction.because.value == 0.7


def test_chance_is_a_share_of_the_times_it_holds():
    blinks = [strong(2 * i, 2 * i + 1) for i in range(1, 300)]
    found = acted([rule(chance=0.5)], blinks, seconds=600)
    assert 0.4 <= len(found) / 299 <= 0.6


def test_numbers_of_the_manner_scale_chance_cool_down_and_strength():
    blinks = [strong(2 * i, 2 * i + 1) for i in range(1, 200)]
    warm, cold = Manner(warmth=0.9), Manner(warmth=0.1)
    by_chance = rule(scaled=Scaled(chance=("warmth",)))
    assert len(acted([by_chance], blinks, 400, manner=warm)) > 5 * len(
        acted([by_chance], blinks, 400, manner=cold)
    )
    by_pace = rule(cool_down_s=4.0, every_s=0.1, scaled=Scaled(cool_down=("backchannel_rate",)))
    quick, never = Manner(backchannel_rate=2.0), Manner(backchannel_rate=0.0)
    assert times(acted([by_pace], [strong(2, 7)], manner=quick)) == [2.0, 4.0, 6.0]
    assert acted([by_pace], [strong(2, 7)], manner=never) == []
    by_strength = rule(does=(Does("smile", 0.8, least=0.2),), scaled=Scaled(strength=("warmth",)))
    for manner, strength in ((warm, 0.74), (cold, 0.26)):
        ((_, reaction),) = acted([by_strength], [strong(2, 5)], manner=manner)
        assert reaction.strength == pytest.approx(strength)


def test_one_of_several_ways_is_drawn_by_weight_and_seed():
    ways = (Does("nod", weight=3.0), Does("tilt", weight=1.0))
    blinks = [strong(2 * i, 2 * i + 1) for i in range(1, 300)]
    drawn = [r.gesture for _, r in acted([rule(does=ways)], blinks, 600)]
    assert 0.65 <= drawn.count("nod") / len(drawn) <= 0.85
    assert drawn == [r.gesture for _, r in acted([rule(does=ways)], blinks, 600)]
    assert drawn != [r.gesture for _, r in acted([rule(does=ways)], blinks, 600, seed=2)]


def test_one_rule_more_changes_nothing_of_the_others():
    ways = (Does("nod"), Does("tilt"), Does("smile"))
    mine = rule(does=ways, chance=0.7)
    blinks = [strong(2 * i, 2 * i + 1) for i in range(1, 60)]
    alone = acted([mine], blinks, 120)
    beside = acted([rule(name="other", chance=0.5, does=ways), mine], blinks, 120)
    assert [each for each in beside if each[1].because.rule == "mine"] == alone


def remarks(*rules: Rule, supposed: list[Supposition], settings: ReactionSettings | None = None):
    """An engine that has lines, and what it remarked on when asked at each second."""
    engine = Reactions(settings, rules=rules, supposed=supposed, say=lambda field: f"{field}!")
    made = []
    for tick in range(int(200 / TICK_S)):
        t_s = tick * TICK_S
        engine.step(CandidateState(t_s), ANSWERING, True, False)
        if tick % 30 == 0 and (remark := engine.take_remark(t_s, asks=False)) is not None:
            made.append((round(t_s), remark.text))
    return made


SPEAK_UP = Says("speak_up", gap_s=0.0)
LOOK = Says("look_here", gap_s=0.0)


def test_a_remark_waits_for_the_floor_and_goes_when_its_reason_has_gone():
    engine = Reactions(rules=[rule(says=SPEAK_UP)], supposed=[strong(2, 5)], say=str.upper)
    for tick in range(int(4 / TICK_S)):
        engine.step(CandidateState(tick * TICK_S), ANSWERING, True, False)
    assert engine.remark is not None and engine.remark.text == "SPEAK_UP"
    for tick in range(int(4 / TICK_S), int(12 / TICK_S)):
        engine.step(CandidateState(tick * TICK_S), ANSWERING, True, False)
    assert engine.remark is not None, "the reason has just gone"
    for tick in range(int(12 / TICK_S), int(14 / TICK_S)):
        engine.step(CandidateState(tick * TICK_S), ANSWERING, True, False)
    assert engine.remark is None
    assert engine.take_remark(14.0, asks=True) is None


def test_remarks_are_few_and_far_apart():
    often = [strong(10 * i, 10 * i + 5) for i in range(1, 19)]
    mine = rule(says=SPEAK_UP)
    assert [t_s for t_s, _ in remarks(mine, supposed=often)] == [10, 70]
    more = ReactionSettings(remarks=9, remark_gap_s=30.0)
    assert [t_s for t_s, _ in remarks(mine, supposed=often, settings=more)] == [
        10, 40, 70, 100, 130, 160,
    ]  # fmt: skip
    assert remarks(mine, supposed=often, settings=ReactionSettings(remarks=0)) == []


def test_the_same_is_not_remarked_on_by_two_rules_one_after_the_other():
    often = [strong(10 * i, 10 * i + 5) for i in range(1, 19)]
    once = Says("speak_up", gap_s=600.0)
    both = (rule(says=once), rule(name="other", says=once), rule(name="third", says=LOOK))
    said = remarks(*both, supposed=often, settings=ReactionSettings(remarks=9, remark_gap_s=5.0))
    assert [text for _, text in said].count("speak_up!") == 1
    assert [text for _, text in said].count("look_here!") > 5


def test_a_question_about_the_answer_is_kept_for_its_place_and_not_for_the_next_answer():
    asks = rule(does=(), says=Says("monotone", asks=True))
    engine = Reactions(rules=[asks], supposed=[strong(1, 9)], say=str.upper)
    engine.step(CandidateState(0.0), ANSWERING, True, False)
    assert engine.step(CandidateState(2.0), ANSWERING, True, False) == []
    assert engine.take_remark(2.0, asks=False) is None
    assert engine.remark is not None
    engine.begin_answer()
    assert engine.remark is None
