"""What candidates have to tell: every question of every role, by every teller."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.content.employer import load_employer
from dialogue.content.script import load_interview, roles
from game.synthetic.conversation.candidate import candidates, load_candidate
from game.synthetic.conversation.stories import (
    FOLDER,
    PlantedFact,
    Story,
    load_asks,
    load_stories,
    unmarked,
)
from perception.errors import InputError, SettingsError

NEEDED: tuple[str, ...] = (
    "confident",
    "anxious",
    "silent",
    "rambling",
    "monotone",
    "hostile",
    "joking",
)
NEEDED += ("non_native", "off_topic", "evasive", "interrupting", "text_only")


def test_there_are_the_twelve_candidates_and_more() -> None:
    assert set(NEEDED) <= set(candidates())


def test_somebody_can_be_interviewed_for_every_role() -> None:
    assert sorted(path.parent.name for path in FOLDER.glob("*/asks.toml")) == list(roles())


@pytest.mark.parametrize("role", roles())
def test_every_teller_has_a_story_for_every_question(role: str) -> None:
    interview = load_interview(role)
    tellers = {teller for name in candidates() for teller in load_candidate(name).stories}
    for teller in sorted(tellers):
        stories = load_stories(role, teller)
        for question in (interview.warm_up, *interview.questions):
            story = stories.story(question.id)
            assert story.part("situation")[0] and story.part("result")[0]
            assert not set("{}") & set(story.part("action")[0])


@pytest.mark.parametrize("role", roles())
def test_questions_about_the_job_have_topics_of_the_brief(role: str) -> None:
    employer = load_employer(role)
    assert employer is not None
    for style in ("plain", "simple", "typed"):
        asks = load_asks(role).of(style)
        assert len(asks) >= 4
        assert any(not ask.topic for ask in asks), "one on which the brief is silent"
        for ask in asks:
            assert not ask.topic or employer.topic(ask.topic) is not None, ask
            # what the finder learned from would be no trial
            assert all(ask.text not in topic.asks for topic in employer.topics), ask


def test_marks_are_taken_off_and_told() -> None:
    text, facts = unmarked("I was at {organisation:the Royal} in {place:Bradford}.")
    assert text == "I was at the Royal in Bradford."
    assert facts == (PlantedFact("organisation", "the Royal"), PlantedFact("place", "Bradford"))


def test_a_mark_of_no_known_kind_is_refused() -> None:
    parts = dict.fromkeys(("task", "action", "result", "vague", "brief", "more"), "x")
    with pytest.raises(ValueError, match="situation of q marks 'town'"):
        Story("q", "I was in {town:Leeds}.", **parts)
    with pytest.raises(ValueError, match="number and context"):
        Story("q", "I was there.", **parts, number="Half.")


def test_a_missing_story_is_named() -> None:
    with pytest.raises(InputError, match="no story answers 'weather'"):
        load_stories("nurse", "first").story("weather/short")


def test_a_candidate_with_a_wrong_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "odd.toml"
    path.write_text('title = "Odd"\ndescription = "x"\nstories = ["first"]\nmood = 1\n', "utf-8")
    with pytest.raises(SettingsError, match=r"odd\.toml.*mood"):
        load_candidate("odd", tmp_path)
    path.write_text(
        'title = "Odd"\ndescription = "x"\nstories = ["first"]\n[gaps]\nvague = 0.7\nshort = 0.6\n',
        "utf-8",
    )
    load_candidate.cache_clear()
    with pytest.raises(SettingsError, match=r"sum to 1\.3"):
        load_candidate("odd", tmp_path)
    with pytest.raises(InputError, match="no candidate 'nobody'"):
        load_candidate("nobody")
