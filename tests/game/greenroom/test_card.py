"""The green room as it is drawn: picture with oval, sound, dots, summary, at several sizes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from game.greenroom.card import GreenRoomCard
from game.greenroom.card_parts import AMBER, GOOD
from game.greenroom.flow import GreenRoom, Line, View, dots_on
from game.greenroom.settings import GreenRoomSettings
from game.greenroom.steps import EchoShown, Shown
from game.stage.canvas import WARNING, Canvas
from game.stage.screen_geometry import Screen, window_on

pytestmark = pytest.mark.render

BOUNDS = GreenRoom(
    GreenRoomSettings(), lambda: dots_on(Screen(0.344, 0.194, 0.01), 16 / 9, (0.5, 0.4))
).bounds()
GREY = np.full((180, 320, 3), (90, 110, 130), np.uint8)
PICTURE = View(
    Shown("Your picture", "Sit so that your face is inside the oval.", "Stay.", True, True), 0.2, 0
)
METER = View(Shown("Your room", "Please be quiet.", level_dbfs=-30.0), 0.9, 3)
WORDS = ("Fresh", "bread,", "orange", "juice", "and", "good", "coffee", "for", "everybody.")
READING = View(
    Shown(
        *("Your voice", "Please read this aloud:", "Waiting ..."),
        level_dbfs=-120.0,
        noise_dbfs=-62.0,
        good_dbfs=(-45.0, -10.0),
        sentence=WORDS,
    ),
    0.9,
    3,
)
ECHO = View(Shown("Your loudspeaker", "Listen.", "Quiet.", echo=EchoShown(True)), 0.8, 3)
DOT = View(Shown("", "", dot=((0.25, 0.75), 0.0)), 0.5, 2)
SUMMARY = View(
    Shown("Almost ready", ""),
    1.0,
    4,
    "",
    (Line("ok", "Your picture is well lit."), Line("mend", "Your gaze stays coarse.")),
)
SIZES = ((640, 360), (960, 540), (420, 640))


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def card(stage, request):
    stage.resize(*request.param)
    canvas = Canvas(stage)
    laid = GreenRoomCard(canvas, BOUNDS, "Enter: next     S: skip this     Esc: skip all")
    yield laid
    laid.remove()
    canvas.remove()
    stage.resize(640, 360)


def shot(card, view, picture=GREY, t_s=0.0):
    card.show(view, picture, t_s)
    card.canvas.stage.step()
    return card.canvas.stage.picture().astype(int)


def like(picture, color, slack=14):
    """Where a picture has nearly this colour."""
    return np.abs(picture - np.array(color)).max(axis=2) <= slack


def test_the_oval_is_round_the_middle_of_the_picture_and_turns_green(card):
    bad = replace(PICTURE, shown=replace(PICTURE.shown, good=False, advice="Move."))
    amber = shot(card, bad, t_s=0.0)
    amber = shot(card, bad, t_s=5.0)
    assert like(amber, AMBER).sum() > 100
    half = shot(card, PICTURE, t_s=5.1)
    green = shot(card, PICTURE, t_s=6.0)
    assert like(green, AMBER).sum() == 0
    ring = like(green, GOOD)
    assert ring.sum() > 100
    assert like(half, AMBER).sum() < like(amber, AMBER).sum()  # it turns, and does not jump
    rows, columns = np.nonzero(ring)
    middle = np.median(columns)
    width = green.shape[1]
    tall = [np.ptp(rows[np.abs(columns - middle) < 0.02 * width])]
    assert abs(middle - width / 2) < 0.25 * width
    assert tall[0] > 0.15 * green.shape[0]


def test_the_picture_is_mirrored_and_large(card):
    picture = GREY.copy()
    picture[:, :80] = (200, 40, 40)  # image left is the candidate's right
    seen = shot(card, PICTURE, picture, 6.0)
    rows, columns = np.nonzero((seen[..., 0] > seen[..., 1] + 60) & (seen[..., 0] > 80))
    assert rows.size, "the picture is not there"
    assert columns.mean() > seen.shape[1] / 2
    assert 4 * np.ptp(columns) > 0.4 * min(seen.shape[1], 16 / 9 * seen.shape[0])


def test_all_of_the_card_is_inside_the_picture(card):
    for view in (PICTURE, METER, READING, ECHO, SUMMARY):
        seen = shot(card, view, t_s=6.0)
        paper = like(seen, (251, 248, 242), 6)
        assert paper.sum() > 2000
        edge = np.concatenate([paper[0], paper[-1], paper[:, 0], paper[:, -1]])
        assert not edge.any()


def test_a_dot_is_where_it_is_said_to_be_and_shrinks(card):
    begun = shot(card, DOT)
    late = shot(card, replace(DOT, shown=replace(DOT.shown, dot=((0.25, 0.75), 1.0))))
    for seen in (begun, late):
        rows, columns = np.nonzero(seen.min(axis=2) > 200)
        height, width = seen.shape[:2]
        assert columns.mean() == pytest.approx(0.25 * width, abs=1.0)
        assert rows.mean() == pytest.approx(0.75 * height, abs=1.0)
    assert (late.min(axis=2) > 200).sum() < 0.3 * (begun.min(axis=2) > 200).sum()
    # nothing else lights up that would draw the eyes
    assert np.ptp(np.nonzero(begun.min(axis=2) > 120)[0]) < 0.2 * begun.shape[0]


def test_the_meter_follows_the_level(card):
    lengths = []
    for level in (-120.0, -40.0, -20.0):
        seen = shot(card, replace(METER, shown=replace(METER.shown, level_dbfs=level)))
        green = like(seen, GOOD)
        lengths.append(int(green.any(axis=0).sum()))
    assert lengths[0] < 3 < lengths[1] < lengths[2]


def test_the_meter_says_by_its_colour_in_which_zone_a_voice_is(card):
    def pixels(level, color):
        shown = replace(READING.shown, level_dbfs=level)
        return int(like(shot(card, replace(READING, shown=shown)), color).sum())

    assert pixels(-25.0, GOOD) > 50
    assert pixels(-55.0, GOOD) == 0  # soft
    assert pixels(-3.0, GOOD) == 0 and pixels(-3.0, WARNING) > 50


def test_the_noise_is_marked_where_it_lies(card):
    def mark(noise):
        shown = replace(READING.shown, noise_dbfs=noise, sentence=())
        return shot(card, replace(READING, shown=shown))

    none = mark(None)
    columns = []
    for noise in (-62.0, -50.0, -35.0):
        changed = np.abs(mark(noise) - none).max(axis=2) > 60
        rows = changed.any(axis=1).nonzero()[0]
        columns.append(float(changed[rows.min() :].any(axis=0).nonzero()[0].mean()))
    assert columns == sorted(columns)
    share = (columns[2] - columns[0]) / (columns[1] - columns[0])
    assert share == pytest.approx(27 / 12, rel=0.15)


def test_words_light_up_one_after_the_other_where_they_were_understood(card):
    right = tuple(word != "juice" for word in WORDS)
    checked = replace(READING, shown=replace(READING.shown, understood=right))
    plain = shot(card, READING, t_s=9.0)  # the room behind has colours of its own

    def coloured(view, t_s, color):
        seen = shot(card, view, t_s=t_s)
        return int((like(seen, color, 30) & ~like(plain, color, 30)).sum())

    first, later, end = (coloured(checked, t_s, GOOD) for t_s in (10.0, 10.3, 12.0))
    assert 0 < first < later < end
    assert coloured(checked, 12.0, AMBER) > 0  # under the one that was not
    assert coloured(READING, 13.0, GOOD) == 0
    assert coloured(checked, 14.0, GOOD) == first  # read again, it begins anew


def test_sound_travels_to_a_microphone_that_shows_what_it_heard(card):
    sounding = [shot(card, ECHO, t_s=t_s) for t_s in (20.0, 20.3)]
    assert np.abs(sounding[0] - sounding[1]).max() > 40  # waves move
    heard = replace(ECHO, shown=replace(ECHO.shown, echo=EchoShown(False, True)))
    clear = replace(ECHO, shown=replace(ECHO.shown, echo=EchoShown(False, False)))
    amber, green = shot(card, heard), shot(card, clear)
    assert like(amber, AMBER).sum() > 30 and like(amber, GOOD).sum() == 0
    assert like(green, GOOD).sum() > 30 and like(green, AMBER).sum() == 0
    assert like(sounding[0], AMBER).sum() == like(sounding[0], GOOD).sum() == 0


def test_dots_swell_while_something_is_worked_out(card):
    working = replace(READING, shown=replace(READING.shown, working=True))
    seen = [shot(card, working, t_s=t_s) for t_s in (5.0, 5.3)]
    assert np.abs(seen[0] - seen[1]).max() > 20
    still = [shot(card, READING, t_s=t_s) for t_s in (5.0, 5.3)]
    assert np.array_equal(*still)


def test_the_summary_has_a_tick_and_something_to_mend(card):
    seen = shot(card, SUMMARY)
    assert like(seen, GOOD).sum() > 50
    assert like(seen, AMBER).sum() > 50
    without = shot(card, replace(SUMMARY, summary=SUMMARY.summary[:1]))
    assert like(without, AMBER).sum() == 0


def test_progress_grows_along_the_foot(card):
    def filled(share):
        seen = shot(card, replace(PICTURE, share=share), t_s=6.0)
        return int(like(seen, (31, 107, 104), 10).sum())

    assert filled(0.1) < filled(0.5) < filled(1.0)


def test_it_is_gone_when_it_was_removed(stage):
    stage.step()
    canvas = Canvas(stage)
    stage.step()
    before = stage.picture()
    card = GreenRoomCard(canvas, BOUNDS)
    card.show(PICTURE, GREY, 0.0)
    stage.step()
    assert np.abs(stage.picture().astype(int) - before).max() > 50
    card.remove()
    stage.step()
    assert np.array_equal(stage.picture(), before)
    canvas.remove()


def test_without_a_window_the_whole_screen_is_assumed(stage):
    assert window_on(stage) == (0.0, 0.0, 1.0, 1.0)
