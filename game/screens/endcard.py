"""What a person meets after the interview: that it is over, how far the report is, what now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from game.screens.middlecard import MiddleCard
from game.stage.canvas import (
    ACCENT,
    INK,
    LINE,
    PAPER,
    QUIET,
    Canvas,
    Painter,
    font,
    wrap,
)

_WIDTH = 660
_PAD = 40
_LINE_STEP = 28
_BUTTON, _GAP = 52, 10
_BAR = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be done now."""

    name: str
    label: str
    """One line; what does not fit is cut short."""


class EndCard(MiddleCard):
    """Says how an interview ended, and lets the person choose what comes next.

    Up and Down (or Tab) move between choices and Enter takes one; so do their numbers and a click.
    Escape leaves, and so does Enter where there is nothing to choose.

    Args:
        canvas: where it is shown, in the middle.
        title: one line: the interview is over.
        lines: what follows: thanks, what is still being worked out.
        on_leave: called once when the person leaves the card, which has gone then.
        on_choose: told the name of each choice that is taken; the card stays.
    """

    def __init__(
        self,
        canvas: Canvas,
        title: str,
        lines: Sequence[str],
        on_leave: Callable[[], None] | None = None,
        on_choose: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__(canvas, "end card")
        self._title = title
        self._lines = tuple(lines)
        self._hint = ""
        self._share: float | None = None
        self._choices: tuple[Choice, ...] = ()
        self._focus = 0
        self._on_leave = on_leave
        self._on_choose = on_choose
        self.accept("enter", self._enter)
        self.accept("escape", self._leave)
        for keys, step in ((("arrow_down", "tab"), 1), (("arrow_up", "shift-tab"), -1)):
            for key in keys:
                self.accept(key, self._move, [step])
                self.accept(f"{key}-repeat", self._move, [step])
        for number in range(1, 10):
            self.accept(str(number), self._choose, [number - 1])
        self._lay_out()

    @property
    def focus(self) -> str | None:
        """Name of the choice that Enter takes; None where there is none."""
        return self._choices[self._focus].name if self._choices else None

    def show(
        self,
        lines: Sequence[str],
        choices: Sequence[Choice] = (),
        share: float | None = None,
        hint: str = "",
    ) -> None:
        """Replaces all but the title.

        Args:
            lines: below it.
            choices: from which the person may choose; the focus stays on one of the same name.
            share: 0...1 of what is being worked out, as a bar; None for no bar.
            hint: small, at the foot: which keys do what.
        """
        kept = self.focus
        self._lines, self._share, self._hint = tuple(lines), share, hint
        self._choices = tuple(choices)
        names = [choice.name for choice in self._choices]
        self._focus = names.index(kept) if kept in names else 0
        self._lay_out()

    def _enter(self) -> None:
        if self._choices:
            self._choose(self._focus)
        elif self._share is None:  # whoever presses it too early does not lose the choices
            self._leave()

    def _leave(self) -> None:
        self.remove()
        if self._on_leave is not None:
            self._on_leave()

    def _move(self, step: int) -> None:
        if self._choices:
            self._focus = (self._focus + step) % len(self._choices)
            self._lay_out()

    def _choose(self, number: int) -> None:
        if number >= len(self._choices):
            return
        self._focus = number
        self._lay_out()
        if self._on_choose is not None:
            self._on_choose(self._choices[number].name)

    def _lay_out(self) -> None:
        letters = font(self.canvas.px(17))
        within = self.canvas.px(_WIDTH - 2 * _PAD)
        lines = [part for line in self._lines for part in wrap(line, letters, within)]
        bar = 112 + _LINE_STEP * len(lines)
        first = bar + (_BAR + 22 if self._share is not None else 0) + 8
        foot = first + (_BUTTON + _GAP) * len(self._choices)
        height = foot + (42 if self._hint else 20)
        painter = self._painter(_WIDTH, height)
        painter.panel(PAPER, 0.97, 20)
        painter.shape((_PAD, 40, _PAD + 40, 44), ACCENT, 2)
        painter.text((_PAD, 58), self._title, 28, color=INK, bold=True)
        for number, line in enumerate(lines):
            painter.text((_PAD, 112 + _LINE_STEP * number), line, 17)
        if self._share is not None:
            self._paint_bar(painter, bar + 4, self._share)
        boxes = [
            (
                _PAD,
                first + (_BUTTON + _GAP) * n,
                _WIDTH - _PAD,
                first + (_BUTTON + _GAP) * n + _BUTTON,
            )
            for n in range(len(self._choices))
        ]
        for number, box in enumerate(boxes):
            self._paint_choice(painter, box, number)
        if self._hint:
            painter.text((_PAD, height - 36), self._hint, 14, color=QUIET)
        self._show(painter, [(b, partial(self._choose, n)) for n, b in enumerate(boxes)])

    def _paint_bar(self, painter: Painter, top: float, share: float) -> None:
        right = _WIDTH - _PAD
        painter.shape((_PAD, top, right, top + _BAR), LINE, _BAR / 2)
        done = _PAD + (right - _PAD) * min(1.0, max(0.0, share))
        if done > _PAD + _BAR:
            painter.shape((_PAD, top, done, top + _BAR), ACCENT, _BAR / 2)

    def _paint_choice(
        self, painter: Painter, box: tuple[float, float, float, float], number: int
    ) -> None:
        left, top, right, bottom = box
        chosen = number == self._focus
        middle = (top + bottom) / 2
        painter.shape(box, ACCENT if chosen else LINE, 12)
        if not chosen:
            painter.shape((left + 2, top + 2, right - 2, bottom - 2), PAPER, 10)
        color = PAPER if chosen else INK
        room = self.canvas.px(right - left - 90)
        label = _short(self._choices[number].label, self.canvas.px(19), room)
        painter.text((left + 22, middle), label, 19, color=color, bold=True, anchor="lm")
        painter.text((right - 24, middle), str(number + 1), 17, color=color, anchor="mm")


def _short(text: str, size: int, width: float) -> str:
    """A text as one line that fits, with an ellipsis where it is cut; pixels."""
    letters = font(size, bold=True)
    if letters.getlength(text) <= width:
        return text
    words = text.split()
    while len(words) > 1 and letters.getlength(" ".join(words) + " …") > width:
        words.pop()
    return " ".join(words) + " …"
