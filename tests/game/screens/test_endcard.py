"""The card at the end: what it shows, and that keys alone and clicks alone reach every choice."""

from __future__ import annotations

import numpy as np
import pytest
from direct.gui import DirectGuiGlobals as DGG

from game.screens.endcard import Choice, EndCard
from game.stage.canvas import Canvas

pytestmark = pytest.mark.render

CHOICES = (
    Choice("open", "Open the report"),
    Choice("again", "Try again"),
    Choice("practise", "Practise this: " + "something that takes many words to say " * 4),
)


@pytest.fixture
def canvas(stage):
    laid = Canvas(stage)
    yield laid
    laid.remove()


@pytest.fixture
def chosen():
    return []


@pytest.fixture
def left():
    return []


@pytest.fixture
def card(canvas, chosen, left):
    shown = EndCard(canvas, "That was it", ["Wait."], lambda: left.append(1), chosen.append)
    yield shown
    shown.remove()


def press(card, *keys):
    for key in keys:
        card.canvas.stage.base.messenger.send(key)


def shot(stage):
    stage.step()
    return stage.picture().astype(int)


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        (["enter"], ["open"]),
        (["arrow_down", "enter"], ["again"]),
        (["arrow_up", "enter"], ["practise"]),
        (["tab", "tab", "tab", "enter"], ["open"]),
        (["tab", "shift-tab", "shift-tab", "enter"], ["practise"]),
        (["1", "2", "3"], ["open", "again", "practise"]),
        (["4", "9"], []),
        (["3", "enter"], ["practise", "practise"]),
    ],
)
def test_keys_alone_reach_every_choice(card, chosen, left, keys, names):
    card.show(["Ready."], CHOICES, hint="keys")
    press(card, *keys)
    assert chosen == names
    assert left == []


def test_escape_leaves_once_and_takes_the_card_away(stage, canvas, chosen):
    left = []
    before = shot(stage)
    card = EndCard(canvas, "That was it", ["Wait."], lambda: left.append(1), chosen.append)
    card.show(["Ready."], CHOICES)
    assert np.abs(shot(stage) - before).max() > 20
    press(card, "escape", "escape", "enter", "1")
    assert left == [1] and chosen == []
    assert np.array_equal(shot(stage), before)


def test_while_the_report_is_written_enter_loses_nothing(card, chosen, left):
    card.show(["Writing."], share=0.4)
    press(card, "enter", "1", "arrow_down")
    assert left == [] and chosen == []
    card.show(["It failed."])
    press(card, "enter")
    assert left == [1]


def test_what_is_chosen_is_marked_and_stays_so(stage, card):
    card.show(["Ready."], CHOICES)
    first = shot(stage)
    press(card, "arrow_down")
    second = shot(stage)
    rows = np.nonzero(np.abs(second - first).max(2) > 8)[0]
    assert rows.size > 500, "another one is filled"
    assert card.focus == "again"
    card.show(["It opens."], CHOICES)
    assert card.focus == "again"


def test_the_bar_grows_with_what_is_done(stage, card):
    def green(share):
        card.show(["Writing."], share=share)
        picture = shot(stage)
        return int((np.abs(picture - (31, 107, 104)).max(2) < 12).sum())

    few, many, all_of_it = green(0.1), green(0.6), green(1.0)
    assert few < many < all_of_it
    assert green(0.0) < few


def test_a_click_takes_a_choice_wherever_it_lies(stage, card, chosen):
    card.show(["Ready."], CHOICES)
    fields = card._buttons
    assert len(fields) == 3
    for field in fields:
        stage.base.messenger.send(DGG.B1CLICK + field.guiId, [None])
        fields = card._buttons  # laid out anew
        break
    stage.base.messenger.send(DGG.B1CLICK + fields[2].guiId, [None])
    assert chosen == ["open", "practise"]
    tops = [-field.getPos()[2] for field in card._buttons]
    assert tops == sorted(tops) and tops[0] > 0 and tops[-1] < stage.size[1]


def test_a_long_choice_stays_within_the_card(stage, card):
    card.show(["Ready."], CHOICES[:2])
    before = shot(stage)
    card.show(["Ready."], CHOICES)
    columns = np.nonzero(np.abs(shot(stage) - before).max(2) > 2)[1]
    middle = stage.size[0] / 2
    assert columns.min() > middle - 0.55 * 660 * card.canvas.unit
    assert columns.max() < middle + 0.55 * 660 * card.canvas.unit
