"""What a person meets before the interview: what it is, and whether it may be recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from game.screens.middlecard import MiddleCard
from game.stage.canvas import (
    ACCENT,
    LINE,
    PAPER,
    QUIET,
    Canvas,
    Painter,
    font,
    wrap,
)

_WIDTH = 620
_PAD = 40


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the start card says."""

    title: str
    """Name of the program or the event."""

    role: str
    """The job that is interviewed for."""

    persona: str
    """Who interviews, in a few words."""

    questions: int
    """How many questions there will be."""

    hints: Sequence[str] = ()
    """What else to know: devices that are missing, keys."""


class StartCard(MiddleCard):
    """Asks for consent and for the start. Enter starts; R or Space changes the consent.

    Args:
        canvas: where it is shown, in the middle.
        invitation: what it says.
        on_start: called once with True if the person consents to be recorded; the card has gone
            then.
        consent: what is ticked at first; off, because consent is given and not assumed.
    """

    def __init__(
        self,
        canvas: Canvas,
        invitation: Invitation,
        on_start: Callable[[bool], None],
        consent: bool = False,
    ) -> None:
        super().__init__(canvas, "start card")
        self.invitation = invitation
        self.consent = consent
        self._on_start = on_start
        self.accept("enter", self.start)
        for key in ("r", "space"):
            self.accept(key, self.toggle_consent)
        self._lay_out()

    def toggle_consent(self) -> None:
        """Ticks or clears the consent to be recorded."""
        self.consent = not self.consent
        self._lay_out()

    def start(self) -> None:
        """Takes the card away and begins."""
        if self._removed:
            return
        self.remove()
        self._on_start(self.consent)

    def _lay_out(self) -> None:
        px = self.canvas.px
        hints = [
            line
            for hint in self.invitation.hints
            for line in wrap(hint, font(px(15)), px(_WIDTH - 2 * _PAD))
        ]
        height = 342 + 24 * len(hints)
        painter = self._painter(_WIDTH, height)
        painter.panel(PAPER, 0.97, 20)
        painter.text((_PAD, 36), self.invitation.title, 16, color=ACCENT, bold=True)
        painter.text((_PAD, 66), self.invitation.role, 32, bold=True)
        count = self.invitation.questions
        about = f"{self.invitation.persona} · {count} question{'' if count == 1 else 's'}"
        painter.text((_PAD, 116), about, 18, color=QUIET)
        painter.shape((_PAD, 154, _WIDTH - _PAD, 155), LINE, 0)
        self._paint_consent(painter, 178)
        for number, line in enumerate(hints):
            painter.text((_PAD, 250 + 24 * number), line, 15, color=QUIET)
        bottom = height - _PAD
        painter.shape((_PAD, bottom - 50, _PAD + 190, bottom), ACCENT, 12)
        painter.text((_PAD + 95, bottom - 25), "Start", 20, color=PAPER, bold=True, anchor="mm")
        painter.text((_PAD + 210, bottom - 25), "or press Enter", 15, color=QUIET, anchor="lm")
        start = (_PAD, bottom - 50, _PAD + 190, bottom)
        consent = (_PAD, 174, _WIDTH - _PAD, 224)
        self._show(painter, [(consent, self.toggle_consent), (start, self.start)])

    def _paint_consent(self, painter: Painter, top: float) -> None:
        painter.shape((_PAD, top, _PAD + 26, top + 26), ACCENT if self.consent else QUIET, 6)
        if self.consent:
            painter.text((_PAD + 13, top + 13), "✓", 20, color=PAPER, bold=True, anchor="mm")
        else:
            painter.shape((_PAD + 2, top + 2, _PAD + 24, top + 24), PAPER, 5)
        painter.text((_PAD + 40, top + 13), "Keep picture and sound of me", 18, anchor="lm")
        painter.text(
            (_PAD + 40, top + 40),
            "They stay on this machine. Without them you still get a report. Key: R",
            14,
            color=QUIET,
            anchor="lm",
        )
