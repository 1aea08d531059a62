"""Overlays change the picture where they are and nowhere else, and answer to keys."""

from __future__ import annotations

import numpy as np
import pytest
from panda3d.core import KeyboardButton

from game.screens.answerbox import BOX_TOP, AnswerBox
from game.screens.captions import Captions
from game.screens.endcard import EndCard
from game.screens.notice import Notice
from game.screens.progress import Progress
from game.screens.selfview import SelfView
from game.screens.startcard import Invitation, StartCard
from game.stage.canvas import Canvas, font, wrap

pytestmark = pytest.mark.render

INVITATION = Invitation("Practice", "Nurse", "Ms Keller", 3, ("No microphone: type your answers.",))


@pytest.fixture
def canvas(stage):
    laid = Canvas(stage)
    yield laid
    laid.remove()


def shot(stage):
    stage.step()
    return stage.picture().astype(int)


def changed(before, after):
    """Rows and columns, top, bottom, left, right, between which the pictures differ."""
    rows, columns = np.nonzero(np.abs(after - before).max(2) > 2)
    assert rows.size, "nothing changed"
    return rows.min(), rows.max() + 1, columns.min(), columns.max() + 1


def press(stage, key):
    stage.base.messenger.send(key)


def type_text(box, text):
    """Types as a keyboard would, letter by letter."""
    for letter in text:
        box.entry.guiItem.setText(box.entry.guiItem.getText() + letter)
        stage_event = box.entry.guiItem.getTypeEvent()
        box.canvas.stage.base.messenger.send(stage_event, [None])


def press_enter_in(box):
    event = box.entry.guiItem.getAcceptEvent(KeyboardButton.enter())
    box.canvas.stage.base.messenger.send(event, [None])


def test_captions_stand_at_the_foot_in_the_middle(stage, canvas):
    before = shot(stage)
    captions = Captions(canvas)
    captions.show("Good morning. What brings you here?")
    captions.step(0.0)
    captions.step(1.0)
    top, bottom, left, right = changed(before, shot(stage))
    captions.remove()
    assert top > 0.8 * 360
    assert bottom < 360
    assert abs((left + right) / 2 - 320) <= 3
    assert right - left < 600


def test_captions_fade_with_session_time(stage, canvas):
    before = shot(stage)
    captions = Captions(canvas)
    captions.show("Thank you.")
    captions.step(5.0)
    captions.step(5.1)
    half = np.abs(shot(stage) - before).max()
    captions.step(5.5)
    full = np.abs(shot(stage) - before).max()
    captions.hide()
    assert captions.text == ""
    captions.step(9.0)
    gone = np.abs(shot(stage) - before).max()
    captions.remove()
    assert 0 < half < full
    assert gone == 0


def test_long_captions_wrap_and_stay_inside(stage, canvas):
    before = shot(stage)
    captions = Captions(canvas)
    captions.show("Tell me about a time when a plan failed, and what you did about it. " * 3)
    captions.step(0.0)
    captions.step(1.0)
    top, bottom, left, right = changed(before, shot(stage))
    captions.remove()
    assert bottom - top > 70
    assert left > 0
    assert right < 640


@pytest.mark.parametrize("letter", "éüßçñøåœżğ—’…")
def test_every_letter_is_drawn_as_itself(letter):
    missing = font(40).getmask("\uffff").getbbox(), bytes(font(40).getmask("\uffff"))
    drawn = font(40).getmask(letter)
    assert drawn.getbbox() is not None
    assert (drawn.getbbox(), bytes(drawn)) != missing


def test_wrap_keeps_all_words_and_the_width():
    text = (
        "One should not lose a word when lines are broken, even if averyveryverylongoneiscutapart."
    )
    lines = wrap(text, font(20), 200)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert max(font(20).getlength(line) for line in lines) <= 200
    assert wrap("", font(20), 200) == []


def test_notice_goes_when_its_time_is_over(stage, canvas):
    before = shot(stage)
    notice = Notice(canvas)
    notice.show("The camera was lost; the interview goes on.", "warning", until_s=12.0)
    notice.step(11.9)
    top, bottom, left, right = changed(before, shot(stage))
    notice.step(12.0)
    after = shot(stage)
    notice.remove()
    assert bottom < 0.25 * 360
    assert abs((left + right) / 2 - 320) <= 3
    assert np.array_equal(before, after)
    assert top >= 0


def test_notices_differ_by_kind(stage, canvas):
    notice = Notice(canvas)
    notice.show("A line.", "info")
    info = shot(stage)
    notice.show("A line.", "warning")
    warning = shot(stage)
    notice.remove()
    assert not np.array_equal(info, warning)


def test_progress_repaints_by_the_second(stage, canvas):
    before = shot(stage)
    progress = Progress(canvas)
    progress.show(1, 4, 10.2)
    first = shot(stage)
    top, bottom, left, right = changed(before, first)
    progress.show(1, 4, 10.9)
    same = shot(stage)
    progress.show(1, 4, 11.0)
    later = shot(stage)
    progress.remove()
    assert (bottom < 0.2 * 360) and (right < 0.5 * 640)
    assert (top > 0) and (left > 0)
    assert np.array_equal(first, same)
    assert not np.array_equal(first, later)


def test_progress_shows_that_it_records(stage, canvas):
    progress = Progress(canvas, recording=True)
    progress.show(2, 4, 0.0)
    picture = shot(stage)[:60, :300]
    progress.remove()
    red = (picture[..., 0] > 150) & (picture[..., 1] < 90) & (picture[..., 2] < 90)
    assert red.sum() >= 8


def test_self_view_is_mirrored_and_held_to_its_rate(stage, canvas):
    picture = np.zeros((90, 160, 3), np.uint8)
    picture[:, :80] = (255, 0, 0)
    picture[:, 80:] = (0, 0, 255)
    view = SelfView(canvas, rate_hz=10.0)
    assert not view.visible
    assert view.show_picture(picture, 1.0)
    assert not view.show_picture(picture, 1.05)
    assert view.show_picture(picture, 1.1)
    assert not view.show_picture(None, 2.0)
    seen = shot(stage)
    view.hide()
    empty = shot(stage)
    view.remove()
    top, bottom, left, right = changed(empty, seen)
    middle, quarter = (top + bottom) // 2, (right - left) // 4
    assert right > 0.9 * 640
    assert bottom < 0.3 * 360
    assert tuple(seen[middle, left + quarter]) == (0, 0, 255)
    assert tuple(seen[middle, right - quarter]) == (255, 0, 0)


def test_answer_box_hands_in_what_was_typed(stage, canvas):
    answers: list[str] = []
    typed: list[str] = []
    before = shot(stage)
    box = AnswerBox(canvas, answers.append, typed.append)
    assert np.array_equal(before, shot(stage))
    press(stage, "t")
    assert box.visible
    type_text(box, "  I led a café — for two years. ")
    top, bottom, *_ = changed(before, shot(stage))
    press_enter_in(box)
    after = box.text
    box.remove()
    assert answers == ["I led a café — for two years."]
    assert typed[-1].endswith("two years. ")
    assert after == ""
    assert top > 360 - BOX_TOP * 0.5
    assert bottom <= 360


def test_answer_box_shows_the_letters(stage, canvas):
    box = AnswerBox(canvas, lambda _: None)
    box.show()
    empty = shot(stage)
    type_text(box, "é")
    accented = shot(stage)
    box.entry.guiItem.setText("e")
    plain = shot(stage)
    box.remove()
    changed(empty, accented)
    changed(plain, accented)


def test_answer_box_hands_in_nothing_empty(stage, canvas):
    answers: list[str] = []
    box = AnswerBox(canvas, answers.append)
    box.show()
    type_text(box, "   ")
    press_enter_in(box)
    box.remove()
    assert answers == []


def test_answer_box_keeps_a_draft_when_closed(stage, canvas):
    before = shot(stage)
    box = AnswerBox(canvas, lambda _: None)
    box.show()
    type_text(box, "half an ans")
    press(stage, "escape")
    assert not box.visible
    hidden = shot(stage)
    press(stage, "t")
    kept = box.text
    box.remove()
    assert np.array_equal(before, hidden)
    assert kept == "half an ans"


@pytest.mark.parametrize(("keys", "consent"), [([], False), (["r"], True), (["r", "space"], False)])
def test_start_card_asks_for_consent(stage, canvas, keys, consent):
    started: list[bool] = []
    before = shot(stage)
    StartCard(canvas, INVITATION, started.append)
    top, bottom, left, right = changed(before, shot(stage))
    for key in keys:
        press(stage, key)
    press(stage, "enter")
    press(stage, "enter")
    assert started == [consent]
    assert np.array_equal(before, shot(stage))
    assert abs((left + right) / 2 - 320) <= 3
    assert abs((top + bottom) / 2 - 180) <= 5


def test_consent_can_be_seen(stage, canvas):
    card = StartCard(canvas, INVITATION, lambda _: None)
    off = shot(stage)
    card.toggle_consent()
    on = shot(stage)
    card.remove()
    changed(off, on)


def test_end_card_says_where_the_report_is_and_leaves_once(stage, canvas):
    left_with: list[int] = []
    before = shot(stage)
    card = EndCard(
        canvas, "Thank you", ["The report is being written."], lambda: left_with.append(1)
    )
    first = shot(stage)
    card.show(["Your report:", "/sessions/2026-11-23/report.html"])
    second = shot(stage)
    press(stage, "escape")
    press(stage, "enter")
    changed(before, first)
    changed(first, second)
    assert left_with == [1]
    assert np.array_equal(before, shot(stage))


def test_everything_scales_with_the_picture(stage, canvas):
    captions, notice, progress = Captions(canvas), Notice(canvas), Progress(canvas)
    box = AnswerBox(canvas, lambda _: None, key=None)
    view = SelfView(canvas)
    captions.show("Good morning.")
    captions.step(0.0)
    captions.step(1.0)
    notice.show("A line.")
    progress.show(1, 2, 3.0)
    view.show_picture(np.full((90, 160, 3), 200, np.uint8), 0.0)
    box.show()
    type_text(box, "draft")
    small = shot(stage)
    stage.resize(1280, 720)
    canvas.step()
    large = shot(stage)
    kept = box.text
    for overlay in (captions, notice, progress, view, box):
        overlay.remove()
    stage.resize(640, 360)
    canvas.step()
    shrunk = large.reshape(360, 2, 640, 2, 3).mean((1, 3))
    assert kept == "draft"
    # Letters are drawn anew at the larger size, so edges differ a little.
    assert np.abs(shrunk - small).mean() < 4
    assert np.array_equal(shot(stage), shot(stage))
