"""The recruiter's line as subtitles."""

from __future__ import annotations

from game.stage.canvas import PAPER, Canvas, Card, Painter, font, wrap

_FADE_S = 0.2
_SIZE = 25
_STEP = 34
_WIDTH = 800


class Captions:
    """Shows one line of speech at a time at the foot of the picture, fading in and out.

    Args:
        canvas: where it is shown.
        bottom: design units kept free below.
    """

    def __init__(self, canvas: Canvas, bottom: float = 28) -> None:
        self.canvas = canvas
        self._bottom = bottom
        self._card = Card(canvas, "captions", layer=10)
        self._text = ""
        self._shown = False
        self._opacity = 0.0
        self._last_s: float | None = None
        self._card.fade(0.0)
        canvas.on_resize(self._lay_out)

    @property
    def text(self) -> str:
        """The line that is shown; empty when none is."""
        return self._text if self._shown else ""

    def show(self, text: str) -> None:
        """Shows a line until ``hide`` or the next one; an empty one hides."""
        if not text.strip():
            self.hide()
            return
        self._text, self._shown = text, True
        self._lay_out()

    def hide(self) -> None:
        """Lets the line fade away."""
        self._shown = False

    def lift(self, bottom: float) -> None:
        """Moves the captions up so that ``bottom`` design units below them are free."""
        if bottom != self._bottom:
            self._bottom = bottom
            self._lay_out()

    def step(self, t_s: float) -> None:
        """Fades by session time; call once a frame."""
        passed = 0.0 if self._last_s is None else t_s - self._last_s
        self._last_s = t_s
        change = passed / _FADE_S
        target = 1.0 if self._shown else 0.0
        if self._opacity != target:
            self._opacity = (
                min(target, self._opacity + change)
                if self._shown
                else max(0.0, self._opacity - change)
            )
            self._card.fade(self._opacity)

    def remove(self) -> None:
        """Takes the captions off the picture."""
        self.canvas.forget(self._lay_out)
        self._card.remove()

    def _lay_out(self) -> None:
        if not self._text:
            return
        px = self.canvas.px
        widest = min(px(_WIDTH), self.canvas.size[0] - px(80))
        letters = font(px(_SIZE))
        lines = wrap(self._text, letters, widest)
        unit = self.canvas.unit
        width = max(letters.getlength(line) for line in lines) / unit + 48
        height = len(lines) * _STEP + 24
        painter = Painter(self.canvas, width, height)
        painter.panel((28, 24, 21), 0.78, 16)
        for number, line in enumerate(lines):
            painter.text(
                (width / 2, 12 + (number + 0.5) * _STEP), line, _SIZE, color=PAPER, anchor="mm"
            )
        self._card.paint(painter.image)
        across, down = self.canvas.size
        card_width, card_height = self._card.size
        self._card.place(
            (across - card_width) / 2, down - card_height + painter.margin - px(self._bottom)
        )
