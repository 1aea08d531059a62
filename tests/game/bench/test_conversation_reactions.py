"""bench conversation: cues that she answers, and manners that can be told apart."""

from __future__ import annotations

import random

import numpy as np
import pytest

from dialogue.content.manner import Manner
from dialogue.reacting.rules import shipped_rules
from game.bench.conversation_manners import FEATURES, Described, features, told_apart
from game.bench.conversation_reactions import SIGNS, answered, expected, too_soon
from tests.game.bench.conversations import Written, whole


def talking(seconds: float = 60.0) -> Written:
    """An interview with one long answer in progress, two seconds into it."""
    talk = Written()
    talk.asks("error")
    utterance = talk.hears(*whole(), seconds=seconds)
    talk.t_s = utterance.start_s + 2.0
    return talk


def test_what_is_expected_is_what_the_shipped_rules_say() -> None:
    rules = {rule.name: rule for rule in shipped_rules()}
    for kind in SIGNS:
        assert expected(kind).rule is rules[expected(kind).rule.name]
        assert set(expected(kind).rules) <= set(rules)
    assert expected("gaze_down").least_s == 7.0  # look_away_s
    assert set(expected("gaze_down").rules) == {"gaze_averted", "head_turned", "gaze_lost"}
    assert expected("turned").least_s == rules["head_turned"].when.for_s
    assert expected("fidget").rest_s == rules["fidgeting"].cool_down_s
    assert expected("monotone").in_words and not expected("racing").in_words


def test_how_likely_an_answer_is_lies_with_the_manner() -> None:
    cold, kind = Manner(smile_reciprocity=0.25), Manner(smile_reciprocity=0.9)
    assert expected("smile").chance(cold) == 0.25
    assert expected("smile").chance(kind) == 0.9
    assert expected("nod").chance(cold) == 1.0


@pytest.mark.parametrize("kind", ["nod", "gaze_down", "turned", "fidget", "leaves"])
def test_a_cue_that_is_not_answered_costs(kind: str) -> None:
    for answers in (True, False):
        talk = talking()
        talk.sees(kind, talk.t_s, 12.0)
        talk.t_s += expected(kind).least_s + 0.4
        if answers:
            talk.shows(expected(kind).rule.name)
        always, smiles = answered(talk.played)
        assert (always.good, always.of, smiles.of) == (int(answers), 1, 0)


def test_a_reaction_that_comes_too_late_is_none() -> None:
    talk = talking()
    talk.sees("nod", talk.t_s, 0.6)
    talk.t_s += 2.5
    talk.shows("return_nod")
    assert answered(talk.played)[0].share == 0.0


def test_what_is_shown_too_briefly_or_just_after_another_is_not_due() -> None:
    talk = talking()
    talk.sees("gaze_away", talk.t_s, 5.0)
    assert answered(talk.played)[0].of == 0
    talk.sees("gaze_away", talk.t_s + 8.0, 8.0)
    talk.t_s += 15.3
    talk.shows("gaze_averted")
    talk.sees("gaze_away", talk.t_s + 3.0, 8.0)
    assert answered(talk.played)[0].of == 1


def test_what_is_shown_while_she_speaks_is_not_due_where_the_rule_needs_a_listener() -> None:
    talk = Written()
    talk.sees("gaze_down", 0.0, 9.0)
    talk.asks("error", "A question that takes her ten seconds to put. " * 8)
    assert talk.t_s > 10.0
    talk.hears(*whole(), seconds=20.0)
    assert answered(talk.played)[0].of == 0


def test_smiles_are_counted_by_themselves() -> None:
    talk = talking()
    for number in range(4):
        talk.sees("smile", talk.t_s, 1.5)
        if number % 2:
            talk.t_s += 0.2
            talk.shows("return_smile", "smile")
        talk.t_s += 6.0
    always, smiles = answered(talk.played)
    assert (always.of, smiles.good, smiles.of) == (0, 2, 4)


def test_a_reaction_within_its_rules_cool_down_is_found() -> None:
    for apart_s, good in ((5.5, 1.0), (3.0, 0.0)):
        talk = talking()
        talk.shows("return_nod")
        talk.t_s += apart_s
        talk.shows("return_nod")
        assert too_soon(talk.played).share == good
    # rules of one group share it
    talk = talking()
    talk.shows("gaze_averted")
    talk.t_s += 12.0
    talk.shows("head_turned")
    assert too_soon(talk.played).share == 0.0


def described(spread: float) -> list[Described]:
    """Interviews of three manners whose features differ by one."""
    rng = random.Random(1)
    found = []
    for candidate in ("one", "other"):
        for number, manner in enumerate(("calm", "firm", "warm")):
            for _ in range(12):
                noise = np.array([rng.gauss(0, spread) for _ in range(4)])
                values = noise + number + (7.0 if candidate == "other" else 0.0)
                found.append(Described(candidate, manner, values))
    return found


def test_manners_are_told_apart_whoever_the_candidate_is() -> None:
    share, by_manner = told_apart(described(0.2))
    assert share is not None and share > 0.95
    assert set(by_manner) == {"calm", "firm", "warm"}


def test_manners_that_are_alike_are_not_told_apart() -> None:
    share, _ = told_apart(described(50.0))
    assert share is not None and share < 0.6
    assert told_apart([d for d in described(0.2) if d.manner == "calm"]) == (None, {})


def test_features_are_of_acts_and_times() -> None:
    talk = talking(30.0)
    for _ in range(3):
        talk.shows("backchannel_pause")
        talk.t_s += 5.0
    values = dict(zip(FEATURES, features(talk.played), strict=True))
    assert values["nods_per_min"] == pytest.approx(6.0)
    assert values["attitude_neutral"] == 1.0
