"""One plain line that says what is the matter."""

from __future__ import annotations

from typing import Literal

from game.stage.canvas import ACCENT, PAPER, WARNING, Canvas, Card, Painter, font, wrap

Kind = Literal["info", "warning", "good"]

_SIGNS: dict[str, tuple[tuple[int, int, int], str]] = {
    "info": (ACCENT, "i"),
    "warning": (WARNING, "!"),
    "good": (ACCENT, "✓"),
}
_SIZE = 20
_STEP = 28
_WIDTH = 620


class Notice:
    """Shows a message at the top of the picture until it is hidden or its time is over.

    Args:
        canvas: where it is shown.
        top: design units from the upper edge.
    """

    def __init__(self, canvas: Canvas, top: float = 24) -> None:
        self.canvas = canvas
        self._top = top
        self._card = Card(canvas, "notice", layer=20)
        self._card.fade(0.0)
        self._text = ""
        self._kind: Kind = "info"
        self._until_s: float | None = None
        canvas.on_resize(self._lay_out)

    @property
    def text(self) -> str:
        """The message that is shown; empty when none is."""
        return self._text

    def show(self, text: str, kind: Kind = "info", until_s: float | None = None) -> None:
        """Shows a message.

        Args:
            text: one plain sentence.
            kind: colour and sign.
            until_s: session time at which it goes; ``None`` keeps it until ``hide``.
        """
        self._text, self._kind, self._until_s = text, kind, until_s
        self._lay_out()

    def hide(self) -> None:
        """Takes the message away."""
        self._text = ""
        self._card.fade(0.0)

    def step(self, t_s: float) -> None:
        """Ends a message whose time is over; call once a frame."""
        if self._text and self._until_s is not None and t_s >= self._until_s:
            self.hide()

    def remove(self) -> None:
        """Takes the notice off the picture."""
        self.canvas.forget(self._lay_out)
        self._card.remove()

    def _lay_out(self) -> None:
        if not self._text:
            return
        px, unit = self.canvas.px, self.canvas.unit
        letters = font(px(_SIZE))
        lines = wrap(self._text, letters, min(px(_WIDTH), self.canvas.size[0] - px(160)))
        width = max(letters.getlength(line) for line in lines) / unit + 84
        height = len(lines) * _STEP + 22
        color, sign = _SIGNS[self._kind]
        painter = Painter(self.canvas, width, height)
        painter.panel(PAPER, 0.95, 14)
        middle = height / 2
        painter.shape((18, middle - 14, 46, middle + 14), color, 14)
        painter.text((32, middle), sign, 18, color=PAPER, bold=True, anchor="mm")
        for number, line in enumerate(lines):
            painter.text((60, 11 + (number + 0.5) * _STEP), line, _SIZE, anchor="lm")
        self._card.paint(painter.image)
        self._card.place(
            (self.canvas.size[0] - self._card.size[0]) / 2, px(self._top) - painter.margin
        )
        self._card.fade(1.0)
