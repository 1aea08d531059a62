"""The green room on the screen: the live picture with its oval, sound, dots, and the summary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from game.greenroom.card_echo import EchoPicture
from game.greenroom.card_parts import AMBER, GOOD, Dot, Mirror, Oval, plain_quad, stretch
from game.greenroom.card_sound import Meter, SentenceSheet, Working
from game.greenroom.flow import CHAPTERS, Line, View
from game.greenroom.steps import Shown
from game.stage.canvas import (
    ACCENT,
    INK,
    LINE,
    PAPER,
    QUIET,
    WARNING,
    Canvas,
    Card,
    Painter,
    font,
    wrap,
)

_WIDTH = 720
_PAD = 36
_MARGIN = 24
_TOP = 140
"""Design units from a panel's top to what stands below its words."""
_FOOT = 84
"""Design units at a panel's foot for progress and keys."""
_BAND = 52
"""Design units of the band in which advice stands."""
_GAP = 16
"""Design units between the sentence and the meter."""

Kind = Literal["words", "picture", "meter", "sentence", "echo", "summary", "dot"]


class GreenRoomCard:
    """Shows the green room over the dimmed interview room.

    Args:
        canvas: where it is shown.
        bounds: shares 0...1 of the whole time at which each of ``CHAPTERS`` ends.
        hint: which keys there are; empty where nobody can press any.
    """

    def __init__(self, canvas: Canvas, bounds: Sequence[float], hint: str = "") -> None:
        self.canvas = canvas
        self._bounds = tuple(bounds)
        self._hint = hint
        self._root = canvas.root.attachNewNode("green room")
        self._veil = plain_quad(self._root, "veil", 40)
        self._panel = Card(canvas, "green room's panel", layer=41)
        self._words = Card(canvas, "green room's words", layer=44)
        self._picture = Mirror(canvas, 42)
        self._oval = Oval(canvas, 43)
        self._bars = [plain_quad(self._root, "progress", 45) for _ in CHAPTERS]
        self._meter = Meter(canvas, 45)
        self._sentence = SentenceSheet(canvas, 45)
        self._echo = EchoPicture(canvas, 45)
        self._working = Working(canvas, 45)
        self._dot = Dot(canvas, 46)
        self._aspect = 16 / 9
        self._laid: tuple[object, ...] = ()
        self._said: tuple[object, ...] = ()
        self._corner = (0.0, 0.0)
        canvas.on_resize(self._lay_out_anew)

    def show(self, view: View, picture: NDArray[np.uint8] | None, t_s: float) -> None:
        """Shows how it stands.

        Args:
            view: what is to be seen.
            picture: the camera's newest, uint8 (h, w, 3) RGB; None keeps the last one.
            t_s: session time, by which colours turn.
        """
        shown = view.shown
        if picture is not None:
            self._aspect = picture.shape[1] / picture.shape[0]
            self._picture.put(picture)
        kind = _kind_of(view)
        self._veil_to(0.88 if kind == "dot" else 0.62)
        self._lay_out(kind, view)
        self._write(kind, view)
        self._picture.visible = kind == "picture" and self._picture.known
        self._oval.turn(shown.good, t_s, kind == "picture")
        self._step_bars(kind, view)
        self._step_sound(kind, shown, t_s)
        self._dot.place(shown.dot)

    def remove(self) -> None:
        """Takes it off the picture for good."""
        self.canvas.forget(self._lay_out_anew)
        for part in (self._panel, self._words, self._picture, self._oval, self._dot):
            part.remove()
        for moving in (self._meter, self._sentence, self._echo, self._working):
            moving.remove()
        self._root.removeNode()

    # -- layout ----------------------------------------------------------------------------------

    @property
    def _width(self) -> float:
        return min(_WIDTH, self.canvas.size[0] / self.canvas.unit - 40)

    def _picture_size(self) -> tuple[float, float]:
        """Of the camera's picture; design units."""
        width = self._width - 2 * _PAD
        height = min(width / self._aspect, 720.0 - 2 * _MARGIN - _TOP - _FOOT - _BAND)
        return height * self._aspect, height

    def _body(self, kind: Kind, shown: Shown) -> float:
        """Design units of what stands between a panel's words and its advice."""
        if kind == "picture":
            return self._picture_size()[1]
        if kind == "echo":
            return EchoPicture.HEIGHT
        if kind == "sentence":
            return self._sheet_height(shown) + _GAP + Meter.HEIGHT
        return Meter.HEIGHT

    def _sheet_height(self, shown: Shown) -> float:
        return self._sentence.height(shown.sentence, self._width - 2 * _PAD)

    def _height(self, kind: Kind, view: View) -> float:
        if kind == "summary":
            return 110 + sum(self._line_height(line) for line in view.summary) + 24 + _FOOT
        if kind == "words":
            return _TOP + _FOOT - 16
        return _TOP + self._body(kind, view.shown) + _BAND + _FOOT

    def _line_height(self, line: Line) -> float:
        return 12 + 24 * len(self._wrapped(line.text, 17, 52))

    def _wrapped(self, text: str, size: float, indent: float = 0.0) -> list[str]:
        px = self.canvas.px
        return wrap(text, font(px(size)), px(self._width - 2 * _PAD - indent)) or [""]

    def _lay_out_anew(self) -> None:
        self._laid = self._said = ()

    def _lay_out(self, kind: Kind, view: View) -> None:
        """Panel, picture and oval where they belong; nothing to do while nothing has changed."""
        height = self._height(kind, view)
        laid = (kind, self.canvas.size, self._aspect, round(height))
        if laid == self._laid:
            return
        self._laid = laid
        if kind == "dot":
            self._panel.fade(0.0)
            return
        px, unit = self.canvas.px, self.canvas.unit
        painter = Painter(self.canvas, self._width, height, _MARGIN)
        painter.panel(PAPER, 0.985, 22)
        start, at = 0.0, height - _FOOT + 16
        for bound in self._bounds:
            left, right = self._segment(start, bound)
            painter.shape((left, at, right, at + 5), LINE, 2.5)
            start = bound
        self._panel.paint(painter.image)
        left = (self.canvas.size[0] - self._panel.size[0]) / 2
        top = (self.canvas.size[1] - self._panel.size[1]) / 2
        self._panel.place(left, top)
        self._panel.fade(1.0)
        self._corner = ((round(left) + painter.margin) / unit, (round(top) + painter.margin) / unit)
        if kind == "picture":
            wide, high = self._picture_size()
            at_x = self._corner[0] + (self._width - wide) / 2
            box = (px(at_x), px(self._corner[1] + _TOP), px(wide), px(high))
            self._picture.lay_out(box)
            self._oval.lay_out(box)

    def _segment(self, start: float, end: float) -> tuple[float, float]:
        """Left and right of a chapter's progress, design units in the panel."""
        long = self._width - 2 * _PAD
        return _PAD + start * long + (3 if start > 0 else 0), _PAD + end * long

    # -- words -----------------------------------------------------------------------------------

    def _write(self, kind: Kind, view: View) -> None:
        shown = view.shown
        said = (*self._laid, shown.title, shown.line, shown.advice, shown.good, view.chapter)
        if (*said, view.note, view.summary) == self._said:
            return
        self._said = (*said, view.note, view.summary)
        if kind == "dot":
            self._words.fade(0.0)
            return
        height = self._height(kind, view)
        painter = Painter(self.canvas, self._width, height, _MARGIN)
        painter.text((_PAD, 28), "Before the interview", 15, color=ACCENT, bold=True)
        painter.text((_PAD, 52), shown.title, 28, bold=True)
        if kind == "summary":
            self._write_summary(painter, view.summary)
        else:
            size = 17 if len(self._wrapped(shown.line, 17)) == 1 else 14
            for number, line in enumerate(self._wrapped(shown.line, size)):
                painter.text((_PAD, 94 + 18 * number), line, size)
            self._write_advice(kind, painter, shown)
        self._write_foot(kind, painter, view, height)
        self._words.paint(painter.image)
        unit = self.canvas.unit
        self._words.place(
            self._corner[0] * unit - painter.margin, self._corner[1] * unit - painter.margin
        )
        self._words.fade(1.0)

    def _write_advice(self, kind: Kind, painter: Painter, shown: Shown) -> None:
        if not shown.advice or kind == "words":
            return
        middle = _TOP + self._body(kind, shown) + 28
        color = QUIET if shown.good is None else GOOD if shown.good else WARNING
        indent = 0.0
        if shown.good is not None:
            painter.shape((_PAD, middle - 6, _PAD + 12, middle + 6), color, 6)
            indent = 24.0
        elif shown.working:
            indent = 52.0
        most = {18: 1, 16: 2, 14: 2, 12: 3}  # lines that fit into the band below, by size
        sizes = [s for s, n in most.items() if len(self._wrapped(shown.advice, s, indent)) <= n]
        size = sizes[0] if sizes else 12
        lines = self._wrapped(shown.advice, size, indent)
        for number, line in enumerate(lines):
            offset = (number - (len(lines) - 1) / 2) * (size + 4)
            painter.text(
                (_PAD + indent, middle + offset),
                line,
                size,
                color=QUIET if shown.good is None else INK,
                anchor="lm",
            )

    def _fits(self, text: str, size: float, indent: float) -> bool:
        return len(self._wrapped(text, size, indent)) == 1

    def _write_summary(self, painter: Painter, lines: Sequence[Line]) -> None:
        top = 110.0
        for line in lines:
            color = {"ok": GOOD, "mend": AMBER, "none": LINE}[line.mark]
            sign = {"ok": "✓", "mend": "!", "none": "–"}[line.mark]
            painter.shape((_PAD, top, _PAD + 28, top + 28), color, 14)
            ink = QUIET if line.mark == "none" else PAPER
            painter.text((_PAD + 14, top + 14), sign, 17, color=ink, bold=True, anchor="mm")
            for number, text in enumerate(self._wrapped(line.text, 17, 52)):
                quiet = QUIET if line.mark == "none" else INK
                painter.text(
                    (_PAD + 46, top + 14 + 24 * number), text, 17, color=quiet, anchor="lm"
                )
            top += self._line_height(line)

    def _write_foot(self, kind: Kind, painter: Painter, view: View, height: float) -> None:
        start, at = 0.0, height - _FOOT + 26
        for number, (name, bound) in enumerate(zip(CHAPTERS, self._bounds, strict=True)):
            here = number == view.chapter
            color = ACCENT if here else QUIET
            left, right = self._segment(start, bound)
            if here or font(self.canvas.px(12)).getlength(name) / self.canvas.unit <= right - left:
                painter.text((left, at), name, 12, color=color, bold=here)
            start = bound
        hint = self._hint
        if hint and kind == "summary":
            hint = "Enter: begin the interview"
        size = 14 if self._fits(hint, 14, 0) else 11
        painter.text((_PAD, height - 24), hint, size, color=QUIET, anchor="lm")
        if view.note and kind != "summary":
            note = self._wrapped(view.note, 12, 250)[0]
            painter.text((self._width - _PAD, height - 24), note, 12, color=WARNING, anchor="rm")

    # -- what moves ------------------------------------------------------------------------------

    def _veil_to(self, opacity: float) -> None:
        width, height = self.canvas.size
        stretch(self._veil, (0, 0, width, height), INK, opacity)

    def _step_bars(self, kind: Kind, view: View) -> None:
        unit = self.canvas.unit
        start = 0.0
        at = self._corner[1] + self._height(kind, view) - _FOOT + 16
        for bar, bound in zip(self._bars, self._bounds, strict=True):
            left, right = self._segment(start, bound)
            part = min(1.0, max(0.0, (view.share - start) / max(1e-6, bound - start)))
            start = bound
            if kind == "dot" or part <= 0.0:
                bar.hide()
                continue
            box = (
                (self._corner[0] + left) * unit,
                at * unit,
                (right - left) * part * unit,
                5 * unit,
            )
            stretch(bar, box, ACCENT, 1.0)

    def _step_sound(self, kind: Kind, shown: Shown, t_s: float) -> None:
        left, top = self._corner[0] + _PAD, self._corner[1] + _TOP
        width = self._width - 2 * _PAD
        if kind == "sentence":
            self._sentence.show((left, top), width, shown, t_s)
            self._meter.show((left, top + self._sheet_height(shown) + _GAP), width, shown)
        else:
            self._sentence.hide()
            if kind == "meter":
                self._meter.show((left, top), width, shown)
            else:
                self._meter.hide()
        if kind == "echo" and shown.echo is not None:
            self._echo.show((left, top), width, shown.echo, t_s)
        else:
            self._echo.hide()
        if shown.working:
            self._working.show((left, top + self._body(kind, shown) + 28), t_s)
        else:
            self._working.hide()


def _kind_of(view: View) -> Kind:
    if view.summary:
        return "summary"
    shown = view.shown
    if shown.dot is not None:
        return "dot"
    if shown.picture:
        return "picture"
    if shown.echo is not None:
        return "echo"
    if shown.sentence:
        return "sentence"
    return "words" if shown.level_dbfs is None else "meter"
