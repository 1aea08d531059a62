"""How far the interview has got."""

from __future__ import annotations

from game.stage.canvas import PAPER, QUIET, RECORDING, Canvas, Card, Painter, font


class Progress:
    """Shows "Question 2 of 5", the time that has passed and whether it is being recorded.

    Args:
        canvas: where it is shown, at the upper left.
        recording: shows the red dot.
    """

    def __init__(self, canvas: Canvas, recording: bool = False) -> None:
        self.canvas = canvas
        self._recording = recording
        self._card = Card(canvas, "progress", layer=10)
        self._card.fade(0.0)
        self._shown: tuple[int, int, int] | None = None
        canvas.on_resize(self._lay_out)

    def show(self, question: int, questions: int, elapsed_s: float) -> None:
        """Updates the figures; paints only when a figure or the second has changed.

        Args:
            question: number of the present question, from 1; 0 before the first.
            questions: how many there will be.
            elapsed_s: seconds since the interview began.
        """
        shown = (question, questions, int(elapsed_s))
        if shown != self._shown:
            self._shown = shown
            self._lay_out()

    def hide(self) -> None:
        """Takes it off the picture until ``show`` is called again."""
        self._shown = None
        self._card.fade(0.0)

    def remove(self) -> None:
        """Takes it off the picture for good."""
        self.canvas.forget(self._lay_out)
        self._card.remove()

    def _lay_out(self) -> None:
        if self._shown is None:
            return
        question, questions, seconds = self._shown
        words = f"Question {question} of {questions}" if question else "Welcome"
        clock = f"{seconds // 60}:{seconds % 60:02d}"
        px, unit = self.canvas.px, self.canvas.unit
        letters = font(px(16))
        # The clock's width is reserved, so that the panel does not twitch as digits change.
        dot = 20 if self._recording else 0
        first = letters.getlength(words) / unit
        width = first + letters.getlength("00:00") / unit + 46 + dot
        painter = Painter(self.canvas, width, 36)
        painter.panel(PAPER, 0.9, 18)
        if self._recording:
            painter.shape((16, 13, 26, 23), RECORDING, 5)
        painter.text((16 + dot, 18), words, 16, anchor="lm")
        painter.text((width - 16, 18), clock, 16, color=QUIET, anchor="rm")
        self._card.paint(painter.image)
        self._card.place(px(24) - painter.margin, px(24) - painter.margin)
        self._card.fade(1.0)
