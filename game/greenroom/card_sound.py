"""Parts of the green room's picture for sound: a meter, the sentence, and dots for waiting."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from panda3d.core import NodePath, TextureStage
from PIL import Image, ImageDraw

from game.greenroom.card_parts import AMBER, FINE, GOOD, reduced
from game.greenroom.steps import Shown
from game.stage.canvas import INK, LINE, QUIET, WARNING, Canvas, Card, Color, Painter, font, wrap

FLOOR_DBFS = -70.0
"""dBFS at the meter's left end; a quiet room lies a little above."""
_SHEET: Color = (245, 239, 229)
_GOOD_ZONE: Color = (207, 226, 214)
_LOUD_ZONE: Color = (240, 216, 201)
_FAINT: Color = (160, 150, 138)


def _share(dbfs: float) -> float:
    """0...1 along the meter."""
    return min(1.0, max(0.0, 1.0 - dbfs / FLOOR_DBFS))


class Meter:
    """A level on its way between too soft and too loud, with the room's noise marked.

    Args:
        canvas: where it lies.
        layer: of its track; what moves lies above.
    """

    HEIGHT = 58.0
    """Design units from the mark's name above to the zones' names below."""
    _TOP, _THICK = 18.0, 18.0
    _NAMED = 40.0  # design units of a zone that has room for its name

    def __init__(self, canvas: Canvas, layer: int) -> None:
        self._canvas = canvas
        self._track = Card(canvas, "meter's track", layer)
        self._fills = {
            name: _Fill(canvas, f"meter, {name}", layer + 1, color)
            for name, color in (("soft", _FAINT), ("good", GOOD), ("loud", WARNING))
        }
        self._painted: tuple[object, ...] = ()

    def show(self, at: tuple[float, float], width: float, shown: Shown) -> None:
        """Shows a level.

        Args:
            at: left and top, design units in the picture.
            width: design units.
            shown: its level, noise and zone of good levels.
        """
        noise = None if shown.noise_dbfs is None else round(shown.noise_dbfs)
        wanted = (self._canvas.unit, at, width, noise, shown.good_dbfs)
        if wanted != self._painted:
            self._painted = wanted
            self._paint(at, width, noise, shown.good_dbfs)
        level = FLOOR_DBFS if shown.level_dbfs is None else shown.level_dbfs
        kind = _zone(level, shown.good_dbfs)
        self._track.fade(1.0)
        for name, fill in self._fills.items():
            fill.show(_share(level) if name == kind else 0.0)

    def hide(self) -> None:
        """Takes it off the picture for now."""
        self._track.fade(0.0)
        for fill in self._fills.values():
            fill.show(0.0)

    def remove(self) -> None:
        """Takes it off the picture for good."""
        self._track.remove()
        for fill in self._fills.values():
            fill.remove()

    def _paint(
        self,
        at: tuple[float, float],
        width: float,
        noise: int | None,
        good: tuple[float, float] | None,
    ) -> None:
        unit = self._canvas.unit
        painter = Painter(self._canvas, width, self.HEIGHT, 4)
        bottom = self._TOP + self._THICK
        painter.shape((0, self._TOP, width, bottom), LINE, self._THICK / 2)
        if good is not None:
            low, high = (_share(value) * width for value in good)
            painter.shape((high, self._TOP, width, bottom), _LOUD_ZONE, self._THICK / 2)
            # square ends where one zone meets the next
            painter.shape((high, self._TOP, high + self._THICK, bottom), _LOUD_ZONE, 0)
            painter.shape(
                (low, self._TOP, high, bottom), _GOOD_ZONE, 0 if low > 0 else self._THICK / 2
            )
            if low <= 0:
                painter.shape((high - self._THICK, self._TOP, high, bottom), _GOOD_ZONE, 0)
            zones = {"soft": (0.0, low), "good": (low, high), "loud": (high, width)}
            for name, (left, right) in zones.items():
                if right - left > self._NAMED:
                    at_x = (left + right) / 2
                    painter.text((at_x, bottom + 13), name, 13, color=QUIET, anchor="mm")
        if noise is not None and noise > FLOOR_DBFS:
            mark = _share(noise) * width
            thick = max(2.5, 1.0 / unit)
            painter.shape((mark, self._TOP - 4, mark + thick, bottom + 4), INK, 1)
            painter.text((max(16, mark), self._TOP - 12), "room", 12, color=QUIET, anchor="mm")
        self._track.paint(painter.image)
        self._track.place(at[0] * unit - painter.margin, at[1] * unit - painter.margin)
        px = self._canvas.px
        box = (
            round(at[0] * unit),
            round((at[1] + self._TOP + 3) * unit),
            px(width),
            px(self._THICK - 6),
        )
        for fill in self._fills.values():
            fill.lay_out(box)


def _zone(dbfs: float, good: tuple[float, float] | None) -> str:
    if good is None:
        return "loud" if dbfs > -4.0 else "good"
    return "soft" if dbfs < good[0] else "good" if dbfs <= good[1] else "loud"


class _Fill:
    """A rounded bar of which only the left part is seen."""

    def __init__(self, canvas: Canvas, name: str, layer: int, color: Color) -> None:
        self._card = Card(canvas, name, layer)
        self._color = color

    def lay_out(self, box: tuple[int, int, int, int]) -> None:
        left, top, width, height = box
        image = Image.new("RGBA", (width, height), (*self._color, 0))
        mask = Image.new("L", (width * FINE, height * FINE), 0)
        frame = (0, 0, width * FINE - 1, height * FINE - 1)
        ImageDraw.Draw(mask).rounded_rectangle(frame, height * FINE / 2, fill=255)
        image.putalpha(mask.resize((width, height), Image.Resampling.BOX))
        self._card.paint(image)
        self._card.place(left, top)

    def show(self, share: float) -> None:
        """Shows 0...1 of it from the left."""
        node: NodePath = self._card.node
        if share * self._card.size[0] < 1.0:
            self._card.fade(0.0)
            return
        node.setSx(share)
        node.setTexScale(TextureStage.getDefault(), share, 1)
        self._card.fade(1.0)

    def remove(self) -> None:
        self._card.remove()


class SentenceSheet:
    """Words in large type, which light up one after the other where they were understood.

    Args:
        canvas: where it lies.
        layer: of the sheet.
    """

    _SIZE, _LEADING, _PAD = 26.0, 40.0, 20.0
    _LIGHT_S = 0.06
    """s from one word's lighting up to the next one's."""

    def __init__(self, canvas: Canvas, layer: int) -> None:
        self._canvas = canvas
        self._card = Card(canvas, "sentence", layer)
        self._since_s: float | None = None
        self._painted: tuple[object, ...] = ()

    def height(self, words: Sequence[str], width: float) -> float:
        """Design units that these words take on a sheet of this width."""
        return len(self._lines(words, width)) * self._LEADING + 2 * self._PAD - 10

    def show(self, at: tuple[float, float], width: float, shown: Shown, t_s: float) -> None:
        """Shows the sentence.

        Args:
            at: left and top, design units in the picture.
            width: design units.
            shown: its words, and which were understood.
            t_s: session time, by which words light up.
        """
        if shown.understood is None:
            self._since_s, lit = None, 0
        else:
            self._since_s = t_s if self._since_s is None else self._since_s
            lit = min(len(shown.sentence), int((t_s - self._since_s) / self._LIGHT_S) + 1)
        wanted = (self._canvas.unit, at, width, shown.sentence, shown.understood, lit)
        if wanted != self._painted:
            self._painted = wanted
            self._paint(at, width, shown, lit)
        self._card.fade(1.0)

    def hide(self) -> None:
        """Takes it off the picture for now."""
        self._since_s = None
        self._card.fade(0.0)

    def remove(self) -> None:
        """Takes it off the picture for good."""
        self._card.remove()

    def _lines(self, words: Sequence[str], width: float) -> list[list[str]]:
        px = self._canvas.px
        letters = font(px(self._SIZE))
        return [line.split() for line in wrap(" ".join(words), letters, px(width - 2 * self._PAD))]

    def _paint(self, at: tuple[float, float], width: float, shown: Shown, lit: int) -> None:
        unit = self._canvas.unit
        letters = font(self._canvas.px(self._SIZE))
        height = self.height(shown.sentence, width)
        painter = Painter(self._canvas, width, height, 4)
        painter.shape((0, 0, width, height), _SHEET, 14)
        number = 0
        for row, line in enumerate(self._lines(shown.sentence, width)):
            middle = self._PAD - 5 + (row + 0.5) * self._LEADING
            left = self._PAD
            for word in line:
                long = letters.getlength(word) / unit
                right = None
                if shown.understood is not None and number < lit:
                    right = shown.understood[number]
                color = INK if right is None else GOOD if right else QUIET
                painter.text((left, middle), word, self._SIZE, color=color, anchor="lm")
                if right is False:
                    _dotted(painter, (left, left + long), middle + 17, max(3.0, 1.0 / unit))
                left += long + letters.getlength(" ") / unit
                number += 1
        self._card.paint(painter.image)
        self._card.place(at[0] * unit - painter.margin, at[1] * unit - painter.margin)


def _dotted(painter: Painter, along: tuple[float, float], at: float, size: float) -> None:
    left, right = along
    count = max(2, int((right - left) / (2.6 * size)))
    for number in range(count):
        start = left + (number + 0.5) * (right - left) / count - size / 2
        painter.shape((start, at, start + size, at + size), AMBER, size / 2)


class Working:
    """Three dots that swell in turn while something is worked out.

    Args:
        canvas: where they lie.
        layer: of them.
    """

    _RADIUS, _APART = 4.0, 14.0

    def __init__(self, canvas: Canvas, layer: int) -> None:
        self._canvas = canvas
        self._dots = [Card(canvas, f"working {n}", layer) for n in range(3)]
        self._painted = 0.0

    def show(self, at: tuple[float, float], t_s: float) -> None:
        """Shows them from ``at``, left and middle in design units in the picture."""
        unit = self._canvas.unit
        if self._painted != unit:
            self._painted = unit
            size = self._canvas.px(2 * self._RADIUS)
            large = Image.new("RGBA", (size * FINE, size * FINE), (0, 0, 0, 0))
            last = size * FINE - 1
            ImageDraw.Draw(large).ellipse((0, 0, last, last), fill=GOOD)
            for dot in self._dots:
                dot.paint(reduced(large, (size, size)))
        for number, dot in enumerate(self._dots):
            left = at[0] + number * self._APART
            dot.place(left * unit, (at[1] - self._RADIUS) * unit)
            swing = 0.5 + 0.5 * float(np.cos(2 * np.pi * (t_s / 1.0 - number / 4)))
            dot.fade(0.2 + 0.8 * swing)

    def hide(self) -> None:
        """Takes them off the picture for now."""
        for dot in self._dots:
            dot.fade(0.0)

    def remove(self) -> None:
        """Takes them off the picture for good."""
        for dot in self._dots:
            dot.remove()
