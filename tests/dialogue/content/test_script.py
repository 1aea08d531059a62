"""Question banks and personas: what is shipped loads and reads well, what is broken says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.content.persona import Persona, load_persona, personas
from dialogue.content.planning import plan_of
from dialogue.content.script import CONDITIONS, LONGEST_LINE, Interview, load_interview, roles
from perception.errors import InputError, SettingsError
from perception.paths import ASSETS
from tests.wrong_numbers import WRONG_NUMBERS


def test_at_least_three_roles_and_two_recruiters_are_shipped() -> None:
    assert {"software_developer", "sales_assistant", "nurse"} <= set(roles())
    assert {"anna", "marcus"} <= set(personas())


@pytest.mark.parametrize("role", roles())
def test_every_bank_is_rich_enough(role: str) -> None:
    interview = load_interview(role)
    assert interview.name == role
    assert len(interview.questions) >= 6
    assert len({q.competency for q in interview.questions}) >= 5
    for question in (interview.warm_up, *interview.questions):
        assert question.help and question.gist and len(question.keywords) >= 6
        assert "short" in {f.when for f in question.follow_ups}
        assert {f.when for f in question.follow_ups} <= set(CONDITIONS)
    assert len(interview.greetings) >= 2 and len(interview.closings) >= 2


def _lines(interview: Interview) -> list[str]:
    lines = [*interview.greetings, *interview.transitions, *interview.last_transitions]
    lines += [*interview.closings, *interview.early_closings]
    for q in (interview.warm_up, *interview.questions):
        lines += [*q.text, *q.help, *(line for f in q.follow_ups for line in f.text)]
    return lines


@pytest.mark.parametrize("role", roles())
def test_lines_can_be_spoken(role: str) -> None:
    for line in _lines(load_interview(role)):
        assert 5 <= len(line) <= LONGEST_LINE
        sentences = [s for s in line.replace("?", ".").replace("!", ".").split(".") if s.strip()]
        assert max(len(s.split()) for s in sentences) <= 32, line
        assert line[-1] in ".?!", line
        filled = line.format(name="Anna", title="nurse")
        assert "{" not in filled
        assert line.isascii(), f"a voice may stumble over {line!r}"


@pytest.mark.parametrize("name", personas())
def test_persona_lines_are_short_and_her_name_is_known(name: str) -> None:
    persona = load_persona(name)
    assert persona.name == name and persona.voice and persona.identity
    for field in ("continuers", "short_acknowledgements"):
        assert all(len(line) <= 12 for line in getattr(persona.lines, field))
    for field in persona.lines.__slots__:
        assert all(len(line) <= 120 for line in getattr(persona.lines, field))


def test_a_plan_begins_with_the_warm_up_and_spreads_over_competencies() -> None:
    interview = load_interview("graduate_trainee")
    plan = plan_of(interview, 5, seed=3)
    assert plan.questions[0] is interview.warm_up
    competencies = [q.competency for q in plan.questions]
    assert len(set(competencies)) == 5
    assert plan_of(interview, 5, seed=3) == plan
    assert len({plan_of(interview, 5, seed=s).questions for s in range(10)}) > 3
    assert plan.question(f"{plan.questions[2].id}/short") is plan.questions[2]


def test_more_questions_than_there_are_means_all_and_none_is_refused() -> None:
    interview = load_interview("nurse")
    assert len(plan_of(interview, 99).questions) == len(interview.questions) + 1
    assert plan_of(interview, None).questions[0] is interview.warm_up
    with pytest.raises(InputError, match="at least 1"):
        plan_of(interview, 0)


def test_an_unknown_role_lists_the_known_ones() -> None:
    with pytest.raises(InputError) as caught:
        load_interview("astronaut")
    assert "astronaut" in str(caught.value)
    assert all(role in str(caught.value) for role in roles())


def test_an_unknown_persona_lists_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"anna, david, .*marcus.* random"):
        load_persona("hal")


BANK = """
title = "tester"
description = "For tests."
greetings = ["Hello."]
transitions = ["Next."]
last_transitions = ["Last."]
closings = ["Bye."]
early_closings = ["Bye now."]
[warm_up]
id = "warm"
competency = "introduction"
kind = "situational"
text = ["Who are you?"]
[[questions]]
id = "one"
competency = "work"
kind = "situational"
text = ["What do you do?"]
"""


def test_a_bank_of_ones_own_may_be_given_by_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(BANK)
    assert load_interview(str(path)).title == "tester"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('title = "tester"', "", "key 'title' is missing"),
        ('title = "tester"', "title = 3", "title is 3; expected str"),
        ('title = "tester"', 'title = "tester"\ncolour = 1', "unknown key 'colour'"),
        ('title = "tester"', "title = ", "not valid TOML"),
        ('id = "one"', 'id = "warm"', "used twice"),
        ('id = "one"', 'id = "one"\nmax_answer_s = 2', "max_answer_s is 2"),
        ('text = ["What do you do?"]', "text = []", "text of one is empty"),
        ('text = ["What do you do?"]', f'text = ["{"a" * 400}"]', "400 characters"),
        (
            'text = ["What do you do?"]',
            'text = ["What do you do?"]\n[[questions.follow_ups]]\nwhen = "later"\ntext = ["So?"]',
            "when is 'later'; use one of short",
        ),
        ("[[questions]]", "[questions]", "must be [[questions]] tables"),
        ("[warm_up]", "[warmup]", "[warm_up] is missing"),
    ],
)
def test_a_broken_bank_names_file_and_key(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = tmp_path / "broken.toml"
    assert old in BANK
    path.write_text(BANK.replace(old, new))
    with pytest.raises(SettingsError) as caught:
        load_interview(str(path))
    assert "broken.toml" in str(caught.value) and told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("wrong", WRONG_NUMBERS)
def test_what_is_no_number_names_file_table_and_key(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(f"{BANK}max_answer_s = {wrong}\n")
    said = r"^broken\.toml: questions number 1: max_answer_s is .*; use 10 to 600 seconds$"
    with pytest.raises(SettingsError, match=said):
        load_interview(str(path))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('text = ["What do you do?"]', "text = [3]", "questions number 1: text number 1 is 3"),
        ('text = ["What do you do?"]', 'text = "What?"', "text is 'What?'; expected list"),
        ("[warm_up]", "[[warm_up]]", "warm_up is [{"),
        ('id = "one"', 'id = "one"\nfollow_ups = 3', "follow_ups must be [[follow_ups]] tables"),
        ('title = "tester"', 'title = "tester"\nname = "x"', "unknown key 'name'"),
    ],
)
def test_what_has_the_wrong_form_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(BANK.replace(old, new))
    with pytest.raises(SettingsError) as caught:
        load_interview(str(path))
    assert str(caught.value).startswith("broken.toml: ") and told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_random_persona_follows_the_seed() -> None:
    drawn = [load_persona("random", seed).name for seed in range(20)]
    assert set(drawn) == set(personas())
    assert drawn == [load_persona("random", seed).name for seed in range(20)]


def test_a_persona_out_of_range_names_the_key(tmp_path: Path) -> None:
    folder = ASSETS / "personas"
    text = (folder / "anna.toml").read_text().replace("warmth = 0.8", "warmth = 8")
    (tmp_path / "odd.toml").write_text(text)
    with pytest.raises(SettingsError, match=r"odd\.toml.*warmth is 8"):
        load_persona("odd", folder=tmp_path)


def test_both_personas_are_complete_recruiters() -> None:
    assert all(isinstance(load_persona(name), Persona) for name in personas())
