"""Employers' briefs: one for each role, and what is broken says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.content.employer import (
    LONGEST_ANSWER,
    Employer,
    Topic,
    brief_path,
    load_employer,
)
from dialogue.content.script import load_interview, roles
from perception.errors import SettingsError

BRIEF = """
name = "Example"
place = "Leeds"
about = "We're a shop."
[[topics]]
id = "pay"
asks = ["what do you pay"]
answers = ["Plenty."]
words = ["pay"]
[[topics]]
id = "team"
asks = ["who are they"]
answers = ["Six people."]
"""


STANDS_IN = {"team": "cohort", "pay": "fees", "manager": "teachers"}
"""Topics that are another thing to trainees and to students, and what they are then."""


def brief(role: str) -> Employer:
    employer = load_employer(role)
    assert employer is not None
    return employer


@pytest.mark.parametrize("role", roles())
def test_every_role_has_an_employer_who_knows_what_candidates_ask(role: str) -> None:
    employer = brief(role)
    assert employer.name and employer.place and employer.about.endswith(".")
    assert len(employer.topics) >= 15
    known = {topic.id for topic in employer.topics}
    known |= {each for each, stand_in in STANDS_IN.items() if stand_in in known}
    assert {"pay", "hours", "training", "holidays", "next_steps", "team", "manager"} <= known


@pytest.mark.parametrize("role", roles())
def test_topics_are_asked_in_many_ways_and_answered_briefly(role: str) -> None:
    asked: dict[str, str] = {}
    for topic in brief(role).topics:
        assert len(topic.asks) >= 4 and topic.words, topic.id
        assert all(word == word.lower() for word in topic.words)
        for answer in topic.answers:
            assert len(answer) <= LONGEST_ANSWER and answer.isascii() and answer[-1] in ".?!"
            assert "{" not in answer
        for ask in topic.asks:
            assert asked.setdefault(ask.lower(), topic.id) == topic.id, ask


def test_what_the_brief_does_not_know_it_has_no_topic_for() -> None:
    assert brief("nurse").topic("pay") is not None
    assert brief("nurse").topic("the weather") is None


def test_employers_differ() -> None:
    assert len({brief(role).name for role in roles()}) == len(roles())


def test_the_brief_to_a_file_lies_beside_it(tmp_path: Path) -> None:
    bank = tmp_path / "mine.toml"
    assert brief_path(str(bank)) == tmp_path / "mine.employer.toml"
    assert load_employer(str(bank)) is None
    (tmp_path / "mine.employer.toml").write_text(BRIEF)
    found = load_employer(str(bank))
    assert found is not None and [topic.id for topic in found.topics] == ["pay", "team"]
    assert found.topics[1].words == ()


def test_a_role_without_a_brief_has_none(tmp_path: Path) -> None:
    assert load_employer("nurse", tmp_path) is None
    assert all(load_interview(role).name == brief_path(role).stem for role in roles())


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('name = "Example"', "", "key 'name' is missing"),
        ('place = "Leeds"', 'town = "Leeds"', "unknown key 'town', and key 'place' is missing"),
        ('id = "team"', 'id = "pay"', "topic id 'pay' is used twice"),
        ('asks = ["who are they"]', "asks = []", "topics number 2: asks of team is empty"),
        ('answers = ["Plenty."]', "answers = []", "topics number 1: answers of pay is empty"),
        ('answers = ["Plenty."]', 'answers = [" "]', "answers of pay holds an empty wording"),
        (
            'answers = ["Plenty."]',
            f'answers = ["{"a" * 400}"]',
            f"answers of pay holds a wording of 400 characters; keep to {LONGEST_ANSWER}",
        ),
        ("[[topics]]", "[topics]", "not valid TOML"),
        ('about = "We', 'about = 3 # "We', "about is 3; expected str"),
    ],
)
def test_a_broken_brief_names_file_and_key(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in BRIEF
    (tmp_path / "mine.employer.toml").write_text(BRIEF.replace(old, new))
    with pytest.raises(SettingsError) as caught:
        load_employer(str(tmp_path / "mine.toml"))
    assert "mine.employer.toml" in str(caught.value) and told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_all_that_is_wrong_with_a_topic_is_told_at_once() -> None:
    with pytest.raises(ValueError, match=r"asks of x is empty.*; answers of x holds an empty"):
        Topic("x", (), ("Yes.", ""))
