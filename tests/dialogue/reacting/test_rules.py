"""Rules are read from their files, and refused with a line that says what would be right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dialogue.content.manner import load_manner, manners
from dialogue.content.persona import personas
from dialogue.reacting.cues import CUES
from dialogue.reacting.rules import RULES, amount, load_rules
from dialogue.reacting.settings import ReactionSettings
from perception.errors import InputError, SettingsError

RULE = """
[[rules]]
name = "mine"
phase = "listening"
when = { cue = "smile", at_least = 0.5, until = 0.3 }
cool_down_s = "smile_gap_s"
does = [{ gesture = "nod" }]
"""


def written(folder: Path, text: str) -> Path:
    (folder / "mine.toml").write_text(text, encoding="utf-8")
    return folder


def test_the_rules_that_ship_are_there_and_nobody_takes_them_for_a_recruiter():
    names = [rule.name for rule in load_rules()]
    assert len(names) == len(set(names)) >= 15
    existing = ("return_smile", "return_nod", "backchannel_low_pitch", "backchannel_pause")
    live = ("gaze_lost", "fidgeting", "monotone", "racing", "too_quiet", "nerves", "strong_answer")
    assert {*existing, "interest", "face_missing", "gaze_averted", *live} <= set(names)
    assert not {path.stem for path in RULES.glob("*.toml")} & set(personas())


def test_every_manner_has_the_words_that_rules_have_her_say():
    said = {rule.says.line for rule in load_rules() if rule.says is not None}
    assert {"look_here", "speak_up", "slow_down", "calm_down_fidget", "monotone"} <= said
    for name in manners():
        lines = load_manner(name).lines
        assert all(len(getattr(lines, line)) >= 2 for line in said), name


def test_every_cue_that_rules_go_by_says_what_it_is():
    for rule in load_rules():
        for condition in (rule.when, *rule.also):
            cue = CUES[condition.cue]
            assert cue.unit and cue.meaning


def test_a_rule_of_ones_own_is_read(tmp_path):
    (rule,) = load_rules(written(tmp_path, RULE))
    assert (rule.name, rule.phase, rule.when.cue) == ("mine", "listening", "smile")
    assert amount(rule.cool_down_s, ReactionSettings(smile_gap_s=3.0)) == 3.0
    assert amount("pause_s + 0.8", ReactionSettings(pause_s=0.2)) == 1.0
    assert amount("pause_s - 0.1", ReactionSettings(pause_s=0.2)) == pytest.approx(0.1)


def test_a_value_that_trembles_about_the_threshold_does_not_begin_anew(tmp_path):
    (rule,) = load_rules(written(tmp_path, RULE))
    settings = ReactionSettings()
    assert rule.when.reached(0.5, settings, held=False)
    assert not rule.when.reached(0.45, settings, held=False)
    assert rule.when.reached(0.45, settings, held=True)
    assert not rule.when.reached(0.3, settings, held=True)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('cue = "smile"', 'cue = "grin"', "cue is 'grin'; use one of smile, frown"),
        ("at_least = 0.5, ", "", "give at_least or at_most, one of them"),
        ("at_least = 0.5", "at_least = 0.5, at_most = 0.9", "give at_least or at_most"),
        ("until = 0.3", "until = 0.7", "until is 0.7; at most at_least, which is 0.5"),
        ("at_least = 0.5", 'at_least = "grin_on"', "at_least is 'grin_on'; use a number, or one"),
        (
            'cue = "smile"',
            'cue = "pause_s", above_usual = true',
            "only frown, level_dbfs, pitch_hz",
        ),
        ('"smile_gap_s"', '"smile_gap"', "cool_down_s is 'smile_gap'; use a number, or one of"),
        ('gesture = "nod"', 'gesture = "wink"', "gesture is 'wink'; use one of nod, smile"),
        ('does = [{ gesture = "nod" }]', "", "mine does nothing; give does or says"),
        ('name = "mine"', 'name = "My rule"', "name is 'My rule'; use small letters"),
        ('"listening"', '"asleep"', "phase is 'asleep'; use one of any, listening"),
        (
            "does =",
            'mood = "envy"\ndoes =',
            "mine: mood is 'envy'; use one of contradiction|decline",
        ),
        ("does =", 'scaled = { chance = ["charm"] }\ndoes =', "scaled.chance names 'charm', which"),
        ("does =", "every_s = 5.0\nfresh_s = 0.0\ndoes =", "has both every_s and fresh_s"),
        ("does =", 'says = { line = "sings" }\ndoes =', "line is 'sings'; use one of"),
        ("does =", "chance = 1.5\ndoes =", "chance is 1.5; use 0 to 1"),
        ("does =", "cooldown = 1.5\ndoes =", "unknown key 'cooldown'; known: also, chance"),
        (RULE, RULE + RULE, "rule 'mine' is there twice; make names differ"),
        (RULE, "[[rules", "not valid TOML"),
    ],
)
def test_what_is_wrong_with_a_rule_is_said(tmp_path, old, new, what):
    assert old in RULE
    with pytest.raises(SettingsError, match=r"mine\.toml") as caught:
        load_rules(written(tmp_path, RULE.replace(old, new)))
    assert re.search(what, str(caught.value)), str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_without_rules_is_refused(tmp_path):
    with pytest.raises(InputError, match="no rules in it"):
        load_rules(tmp_path)
