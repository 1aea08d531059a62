"""Yes or no to an offer, in the words that people use."""

from __future__ import annotations

from typing import get_args

import pytest

from dialogue.understanding.assent import PHRASES, Assent, Offer, assent
from perception.toml_files import read_toml
from tests.dialogue.understanding.test_words import HOSTILE

OFFERS: tuple[Offer, ...] = get_args(Offer)


@pytest.mark.parametrize("offer", OFFERS)
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Yes, please.", "yes"),
        ("yeah", "yes"),
        ("Sure!", "yes"),
        ("Um, okay.", "yes"),
        ("That would be great.", "yes"),
        ("No.", "no"),
        ("No, thanks.", "no"),
        ("nope", "no"),
        ("I'm fine, thanks.", ""),  # "fine" takes it up, "I'm fine" turns it down: ask again
        ("Hm.", ""),
        ("", ""),
        ("The ward had thirty beds.", ""),
    ],
)
def test_plain_words_say_the_same_to_any_offer(offer: Offer, text: str, said: Assent) -> None:
    assert assent(text, offer) == said


@pytest.mark.parametrize(
    ("offer", "text", "said"),
    [
        ("stop", "I want to stop.", "yes"),
        ("stop", "No, let's end it here.", "yes"),
        ("stop", "No, I'd like to go on.", "no"),
        ("stop", "Let's carry on.", "no"),
        ("stop", "I don't want to stop.", "no"),
        ("stop", "Yes, let's stop.", "yes"),
        ("stop", "Yes, I want to go on.", "no"),
        ("stop", "Let me try again.", "no"),
        ("move_on", "Let's go on to the next one.", "yes"),
        ("move_on", "Skip it.", "yes"),
        ("move_on", "Wait, I have one.", "no"),
        ("move_on", "Let me think.", "no"),
        ("move_on", "No, skip it.", "yes"),
        ("move_on", "Don't skip it.", "no"),
        ("repeat", "Once more, please.", "yes"),
        ("repeat", "Can you say it again?", "yes"),
        ("repeat", "I understood it.", "no"),
        ("repeat", "No need, I got it.", "no"),
        ("break", "A minute would help.", "yes"),
        ("break", "I can do it, let's continue.", "no"),
        ("break", "Let's move on.", "no"),
        ("more", "I'd like to add something.", "yes"),
        ("more", "That's all.", "no"),
        ("more", "Nothing to add.", "no"),
        ("more", "One more thing.", "yes"),
    ],
)
def test_an_offer_has_words_of_its_own(offer: Offer, text: str, said: Assent) -> None:
    assert assent(text, offer) == said


def test_going_on_turns_down_the_end_and_takes_up_the_next_question() -> None:
    said = "Let's go on."
    assert (assent(said, "stop"), assent(said, "move_on")) == ("no", "yes")


def test_a_long_reply_says_neither_unless_it_begins_with_it() -> None:
    story = "in my last job we had a rota that I had to plan again every single week of the year"
    assert assent(story, "repeat") == ""
    assert assent(f"No, {story}", "stop") == "no"
    assert assent(f"Yes, {story}", "more") == "yes"


@pytest.mark.parametrize("offer", OFFERS)
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_replies_are_heard_out(offer: Offer, text: str) -> None:
    assert assent(text, offer) in get_args(Assent)


def test_every_offer_has_its_words_and_no_other_has() -> None:
    table = read_toml(PHRASES)
    assert set(table) == {*OFFERS, "any", "phrases"}
    assert all(table[offer]["yes"] and table[offer]["no"] for offer in OFFERS)
