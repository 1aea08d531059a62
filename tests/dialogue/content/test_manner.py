"""Manners of interviewing: what ships is complete and can be spoken, what is broken says so."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from dialogue.content.manner import (
    LONGEST_LINE,
    MANNERS,
    InterviewingManner,
    Manner,
    MannerLines,
    load_manner,
    manners,
)
from dialogue.content.persona import load_persona, personas
from perception.errors import InputError, SettingsError
from tests.wrong_numbers import WRONG_NUMBERS

PLACEHOLDERS = {
    "back_to": {"topic"},
    "off_topic": {"topic"},
    "echoes": {"echo"},
    "recalls": {"echo"},
    "asks_number": {"echo"},
    "asks_contradiction": {"before", "now"},
    "accepts_correction": {"fact"},
}
"""What the lines are filled in with, apart from name and title."""
GAPS = ("result", "action", "situation", "task", "own_role", "example")
"""Of which she asks; a few of the candidate's words may stand in front."""
NEVER_ASKS = ("gives_time", "accepts_decline", "stops", "ends_insulted")


def every() -> list[InterviewingManner]:
    return [load_manner(name) for name in manners()]


def lines_of(manner: InterviewingManner) -> list[tuple[str, str]]:
    return [
        (spec.name, line)
        for spec in fields(MannerLines)
        for line in getattr(manner.lines, spec.name)
    ]


def test_there_are_the_five_that_are_promised() -> None:
    assert set(manners()) >= {"warm", "neutral", "demanding", "distracted", "stressing"}
    assert [each.name for each in every()] == list(manners())


@pytest.mark.parametrize("name", manners())
def test_every_line_can_be_spoken(name: str) -> None:
    manner = load_manner(name)
    for field, line in lines_of(manner):
        assert 2 <= len(line) <= LONGEST_LINE, (field, line)
        assert line.isascii() and line == line.strip(), (field, line)
        assert line[-1] in ".?!:,", (field, line)
        sentences = re.split(r"[.?!] ", line)
        assert max(len(s.split()) for s in sentences) <= 32, (field, line)


@pytest.mark.parametrize("name", manners())
def test_there_are_several_wordings_of_each_and_none_twice(name: str) -> None:
    manner = load_manner(name)
    for spec in fields(MannerLines):
        lines = getattr(manner.lines, spec.name)
        assert len(lines) >= 2 and len(set(lines)) == len(lines), spec.name


@pytest.mark.parametrize("name", manners())
def test_placeholders_are_those_that_are_filled_in(name: str) -> None:
    for field, line in lines_of(load_manner(name)):
        used = set(re.findall(r"\{(\w*)\}", line))
        known = PLACEHOLDERS | {f"asks_{gap}": {"echo"} for gap in GAPS}
        assert used <= known.get(field, set()) | {"name", "title"}, (field, line)
        assert line.count("{") == line.count("}") == len(re.findall(r"\{\w+\}", line))


@pytest.mark.parametrize("name", manners())
def test_lines_that_need_words_of_the_candidate_have_a_place_for_them(name: str) -> None:
    manner = load_manner(name)
    for field, wanted in PLACEHOLDERS.items():
        lines = getattr(manner.lines, field)
        assert any(wanted <= set(re.findall(r"\{(\w+)\}", line)) for line in lines), field


@pytest.mark.parametrize("name", manners())
def test_what_gives_time_or_ends_something_asks_nothing(name: str) -> None:
    manner = load_manner(name)
    for field in NEVER_ASKS:
        assert not [line for line in getattr(manner.lines, field) if line.endswith("?")], field


@pytest.mark.parametrize("name", manners())
def test_offers_and_follow_ups_are_questions_or_requests(name: str) -> None:
    manner = load_manner(name)
    for field in ("confirms_stop", "offers_break", "your_questions", "asks_contradiction"):
        asking = [line for line in getattr(manner.lines, field) if "?" in line]
        assert len(asking) >= 2, field


def test_manners_differ_in_their_numbers_and_their_words() -> None:
    found = every()
    assert len({each.manner for each in found}) == len(found)
    for spec in fields(MannerLines):
        sets = [set(getattr(each.lines, spec.name)) for each in found]
        assert len({frozenset(s) for s in sets}) == len(sets), spec.name


def test_numbers_say_what_the_names_promise() -> None:
    told = {each.name: each.manner for each in every()}
    assert max(told, key=lambda n: told[n].warmth) == "warm"
    assert max(told, key=lambda n: told[n].patience) == "warm"
    assert min(told, key=lambda n: told[n].patience) == "stressing"
    assert max(told, key=lambda n: told[n].distraction) == "distracted"
    assert min(told, key=lambda n: told[n].gaze_contact) == "distracted"
    assert told["demanding"].follow_up_pressure > told["distracted"].follow_up_pressure
    assert told["warm"].backchannel_rate > told["neutral"].backchannel_rate
    assert told["neutral"].backchannel_rate > told["stressing"].backchannel_rate


@pytest.mark.parametrize("name", personas())
def test_every_recruiter_has_one(name: str) -> None:
    persona = load_persona(name)
    assert persona.says is not None and persona.style in manners()


def test_another_manner_is_taken_whole() -> None:
    own, other = load_persona("anna"), load_persona("anna", manner="stressing")
    assert other.manner == load_manner("stressing").manner != own.manner
    assert other.says == load_manner("stressing").lines and other.style == "stressing"
    assert (other.display_name, other.voice, other.identity, other.lines) == (
        *(own.display_name, own.voice, own.identity, own.lines),
    )


def copied(tmp_path: Path, old: str, new: str, name: str = "neutral") -> Path:
    text = (MANNERS / f"{name}.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_a_file_of_ones_own_is_a_manner(tmp_path: Path) -> None:
    path = copied(tmp_path, "warmth = 0.45", "warmth = 0.99")
    assert load_manner(str(path)).manner.warmth == 0.99
    assert load_persona("mei", manner=str(path)).manner.warmth == 0.99


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("warmth = 0.45", "warmth = 4", "manner: warmth is 4"),
        ("warmth = 0.45", "warmness = 0.45", "manner: unknown key 'warmness'"),
        ('attitude = "neutral"', 'attitude = "cross"', "attitude is 'cross'; use one of"),
        ("[lines]", "[line]", "unknown key 'line'"),
        ("repeats = [", "repeated = [", "unknown key 'repeated'"),
        ("repeats = [", f'repeats = ["{"a" * 300}", ', "repeats holds a wording of 300 characters"),
        ("repeats = [", 'repeats = ["", ', "repeats holds an empty wording"),
        ("[manner]", "[manner", "not valid TOML"),
    ],
)
def test_a_broken_manner_names_file_and_key(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = copied(tmp_path, old, new)
    with pytest.raises(SettingsError) as caught:
        load_manner(str(path))
    assert "mine.toml" in str(caught.value) and told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_lines_that_are_always_said_have_one_that_needs_nothing(tmp_path: Path) -> None:
    text = (MANNERS / "neutral.toml").read_text(encoding="utf-8")
    text = re.sub(r"(?ms)^thinking = \[.*?^\]", 'thinking = ["{topic}, hm."]', text)
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match="thinking needs a wording without placeholders"):
        load_manner(str(path))


@pytest.mark.parametrize("wrong", WRONG_NUMBERS)
def test_what_is_no_number_is_said_with_its_table_and_key(tmp_path: Path, wrong: str) -> None:
    path = copied(tmp_path, "inertia_s = 30", f"inertia_s = {wrong}")
    with pytest.raises(SettingsError, match=r"^mine\.toml: manner: inertia_s is .*; use 1 to 120"):
        load_manner(str(path))


def test_an_unknown_manner_lists_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"'rude': no such manner; use one of demanding, .*warm"):
        load_manner("rude")
    with pytest.raises(InputError, match="no such manner"):
        load_persona("anna", manner="rude")


def test_a_default_manner_is_within_its_own_limits() -> None:
    assert Manner().attitude == "neutral"
    with pytest.raises(ValueError, match=r"patience is 3.0; use 0.5 to 2"):
        Manner(patience=3.0)
