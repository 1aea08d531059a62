"""The green room's drawing of an echo: loudspeaker, microphone, and the sound between them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from game.greenroom.card_parts import AMBER, FINE, GOOD, reduced
from game.greenroom.steps import EchoShown
from game.stage.canvas import INK, PAPER, QUIET, Canvas, Card, Color


class EchoPicture:
    """A loudspeaker, a microphone, and the sound on its way from the one to the other.

    Args:
        canvas: where it lies.
        layer: of the drawing.
    """

    HEIGHT = 132.0
    """Design units."""
    _WAVES = 7
    _PERIOD_S = 1.1

    def __init__(self, canvas: Canvas, layer: int) -> None:
        self._canvas = canvas
        self._loudspeaker = Card(canvas, "loudspeaker", layer)
        self._microphones = {
            heard: Card(canvas, f"microphone, {heard}", layer) for heard in (None, True, False)
        }
        self._waves = [Card(canvas, f"wave {n}", layer) for n in range(self._WAVES)]
        self._ambers = [Card(canvas, f"amber wave {n}", layer) for n in range(self._WAVES)]
        self._painted: tuple[object, ...] = ()

    def show(self, at: tuple[float, float], width: float, echo: EchoShown, t_s: float) -> None:
        """Shows how it stands.

        Args:
            at: left and top, design units in the picture.
            width: design units.
            echo: whether it sounds, and was heard.
            t_s: session time, by which waves travel.
        """
        wanted = (self._canvas.unit, at, width)
        if wanted != self._painted:
            self._painted = wanted
            self._paint(at, width)
        self._loudspeaker.fade(1.0)
        for heard, card in self._microphones.items():
            card.fade(1.0 if heard is echo.heard else 0.0)
        phase = t_s / self._PERIOD_S
        for number in range(self._WAVES):
            part = number / (self._WAVES - 1)
            if echo.sounding:
                crest = 0.5 + 0.5 * float(np.cos(2 * np.pi * (phase - 1.5 * part)))
                ink, amber = (0.12 + 0.88 * crest**3) * (1.0 - 0.4 * part), 0.0
            elif echo.heard:
                ink, amber = 0.0, 1.0 - 0.35 * part
            elif echo.heard is False:
                ink, amber = max(0.1, 0.7 - 1.6 * part), 0.0
            else:
                ink, amber = 0.12, 0.0
            self._waves[number].fade(ink)
            self._ambers[number].fade(amber)

    def hide(self) -> None:
        """Takes it off the picture for now."""
        for card in self._cards():
            card.fade(0.0)

    def remove(self) -> None:
        """Takes it off the picture for good."""
        for card in self._cards():
            card.remove()

    def _cards(self) -> list[Card]:
        return [self._loudspeaker, *self._microphones.values(), *self._waves, *self._ambers]

    def _paint(self, at: tuple[float, float], width: float) -> None:
        unit = self._canvas.unit
        reach = min(0.5 * width - 70, 230.0)
        middle = at[0] + width / 2
        box, mouth = (84.0, 116.0), at[1] + self.HEIGHT / 2
        left = middle - reach - box[0] / 2
        place = (left * unit, (mouth - box[1] / 2) * unit)
        self._loudspeaker.paint(self._drawn(box, _loudspeaker))
        self._loudspeaker.place(*place)
        right = middle + reach - box[0] / 2
        place = (right * unit, (mouth - box[1] / 2) * unit)
        rims: dict[bool | None, Color] = {None: QUIET, True: AMBER, False: GOOD}
        for heard, card in self._microphones.items():
            card.paint(self._drawn(box, _microphone(rims[heard])))
            card.place(*place)
        first, last = left + box[0] + 10, right - 26
        for number in range(self._WAVES):
            part = number / (self._WAVES - 1)
            high = 30.0 + 66.0 * part
            size = (18.0, high)
            x = first + part * (last - first)
            for cards, color in ((self._waves, INK), (self._ambers, AMBER)):
                cards[number].paint(self._drawn(size, _wave(color)))
                cards[number].place(x * unit, (mouth - high / 2) * unit)

    def _drawn(
        self, size: tuple[float, float], draw: Callable[[ImageDraw.ImageDraw, float, float], None]
    ) -> Image.Image:
        """Has something drawn large, and gives it at the size in which it is shown."""
        px = self._canvas.px
        wide, high = px(size[0]), px(size[1])
        large = Image.new("RGBA", (wide * FINE, high * FINE), (0, 0, 0, 0))
        draw(ImageDraw.Draw(large), wide * FINE, high * FINE)
        return reduced(large, (wide, high))


def _loudspeaker(draw: ImageDraw.ImageDraw, wide: float, high: float) -> None:
    unit = high / 116.0
    draw.rounded_rectangle((0, 0, wide - 1, high - 1), 14 * unit, fill=INK)
    for middle, radius in ((0.25, 14.0), (0.66, 29.0)):
        for shrink, color in ((1.0, (92, 83, 75)), (0.8, (64, 57, 51)), (0.32, (120, 110, 100))):
            r = radius * shrink * unit
            x, y = wide / 2, middle * high
            draw.ellipse((x - r, y - r, x + r, y + r), fill=color)


def _microphone(rim: Color) -> Callable[[ImageDraw.ImageDraw, float, float], None]:
    def draw(pen: ImageDraw.ImageDraw, wide: float, high: float) -> None:
        unit, x = high / 116.0, wide / 2
        line = round(6 * unit)
        pen.rounded_rectangle((x - 18 * unit, 0, x + 18 * unit, 66 * unit), 18 * unit, fill=rim)
        for row in (20, 32, 44):
            y = row * unit
            pen.line((x - 9 * unit, y, x + 9 * unit, y), PAPER, round(2.5 * unit))
        holder = (x - 31 * unit, 17 * unit, x + 31 * unit, 83 * unit)
        pen.arc(holder, 0, 180, fill=INK, width=line)
        pen.line((x, 80 * unit, x, 106 * unit), INK, line)
        base = (x - 24 * unit, 104 * unit, x + 24 * unit, 111 * unit)
        pen.rounded_rectangle(base, 3 * unit, fill=INK)

    return draw


def _wave(color: Color) -> Callable[[ImageDraw.ImageDraw, float, float], None]:
    def draw(pen: ImageDraw.ImageDraw, wide: float, high: float) -> None:
        # the right-most part of a circle round the loudspeaker
        radius = (wide**2 + (high / 2) ** 2) / (2 * wide)
        box = (wide - 2 * radius, high / 2 - radius, wide - 1, high / 2 + radius)
        pen.arc(box, -88, 88, fill=color, width=round(wide * 0.22))

    return draw
