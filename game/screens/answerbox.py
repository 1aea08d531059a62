"""Typed answers, for when there is no microphone or a person would rather type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from direct.gui import DirectGuiGlobals as DGG
from direct.gui.DirectEntry import DirectEntry
from direct.showbase.DirectObject import DirectObject
from panda3d.core import DynamicTextFont

from game.stage.canvas import ACCENT, INK, PAPER, QUIET, Canvas, Card, Painter, font_file

_WIDTH = 800
_HEIGHT = 146
_SIZE = 22
_LINES = 3

BOX_TOP = _HEIGHT + 24 + 16
"""Design units at the foot of the picture that the box takes; captions go above."""


class AnswerBox(DirectObject):
    """A text field at the foot of the picture. Enter hands the answer in, Escape closes the field.

    Args:
        canvas: where it is shown.
        on_answer: called with the text that was typed, without blanks at its ends; not called for
            an empty one.
        on_typing: called with the text so far at every change, so that a recruiter can wait.
        key: Panda3D's name of the key that opens the field; ``None`` for no key.
    """

    def __init__(
        self,
        canvas: Canvas,
        on_answer: Callable[[str], None],
        on_typing: Callable[[str], None] | None = None,
        key: str | None = "t",
    ) -> None:
        super().__init__()
        self.canvas = canvas
        self._on_answer = on_answer
        self._on_typing = on_typing
        self._card = Card(canvas, "answer box", layer=30)
        self._card.fade(0.0)
        self._font: DynamicTextFont | None = None
        self.entry: Any = None
        self._visible = False
        canvas.on_resize(self._lay_out)
        if key is not None:
            self.accept(key, self.show)

    @property
    def visible(self) -> bool:
        """Whether the field is open."""
        return self._visible

    @property
    def text(self) -> str:
        """What has been typed so far."""
        return self.entry.get() if self.entry is not None else ""

    def show(self) -> None:
        """Opens the field and puts the cursor into it."""
        if self._visible:
            return
        self._visible = True
        self.accept("escape", self.hide)
        self._lay_out()

    def hide(self) -> None:
        """Closes the field; what was typed so far is kept for the next ``show``."""
        if not self._visible:
            return
        self._visible = False
        self.ignore("escape")
        self._card.fade(0.0)
        self.entry["focus"] = False
        self.entry.hide()

    def remove(self) -> None:
        """Takes the field off the picture for good."""
        self.ignoreAll()
        self.canvas.forget(self._lay_out)
        if self.entry is not None:
            self.entry.destroy()
        self._card.remove()

    def _hand_in(self, typed: str) -> None:
        answer = typed.strip()
        self.entry.enterText("")
        self.entry["focus"] = True
        if answer:
            self._on_answer(answer)

    def _typed(self, _event: object) -> None:
        if self._on_typing is not None:
            self._on_typing(self.text)

    def _lay_out(self) -> None:
        if not self._visible:
            return
        px = self.canvas.px
        width = min(_WIDTH, self.canvas.size[0] / self.canvas.unit - 80)
        painter = Painter(self.canvas, width, _HEIGHT)
        painter.panel(PAPER, 0.97, 16)
        painter.text((24, 15), "Your answer", 15, color=ACCENT, bold=True)
        painter.text((width - 24, 15), "Enter: hand in   Esc: close", 14, color=QUIET, anchor="rt")
        self._card.paint(painter.image)
        left = (self.canvas.size[0] - self._card.size[0]) / 2
        top = self.canvas.size[1] - px(_HEIGHT) - px(24) - painter.margin
        self._card.place(left, top)
        self._card.fade(1.0)
        self._make_entry(left + painter.margin + px(24), top + painter.margin, width - 48)

    def _make_entry(self, left: float, top: float, width: float) -> None:
        """Replaces the field by one whose letters have exactly the pixels they are shown with."""
        typed = self.text
        if self.entry is not None:
            self.entry.destroy()
        size = self.canvas.px(_SIZE)
        letters = DynamicTextFont(font_file())
        letters.setPixelsPerUnit(size)
        self._font = letters
        self.entry = DirectEntry(
            parent=self.canvas.root,
            relief=None,
            scale=size,
            pos=(round(left), 0, -round(top + self.canvas.px(62))),
            width=self.canvas.px(width) / size,
            numLines=_LINES,
            entryFont=letters,
            text_fg=(*(v / 255 for v in INK), 1.0),
            initialText=typed,
            command=self._hand_in,
            focus=True,
            suppressKeys=True,
            suppressMouse=True,
        )
        self.entry.setBin("fixed", 31)
        self.entry.bind(DGG.TYPE, self._typed)
        self.entry.bind(DGG.ERASE, self._typed)
