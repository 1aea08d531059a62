"""A visit to the green room: what is seen of it frame by frame, and what it brings back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from direct.showbase.DirectObject import DirectObject

from game.behaviour.waiting import Waiting
from game.greenroom.card import GreenRoomCard
from game.greenroom.flow import GreenRoom, View, dots_on
from game.greenroom.sentence import sentence_for
from game.greenroom.settings import GreenRoomSettings
from game.greenroom.steps import Dot, Order, Part, Shown
from game.greenroom.voice import LoudspeakerCheck
from game.scene.room import Room
from game.stage.screen_geometry import Screen, window_on
from perception.calibration import Calibration
from perception.clock import Clock
from perception.pipeline.senses import Senses
from perception.types import Cue
from scoring.record.lines import SESSION_FILE

OPEN_WITHIN_S = 60.0
"""s that camera and microphone are waited for before the visit begins without them."""

PICTURE_PX = 640
"""Longest side of the camera's picture on the card."""

JUDGED_EVERY_S = 0.25
"""s from one judgement of the camera's picture to the next, while it is being set right."""

_USUAL_EYES = (0.5, 0.36)
_HINT = "Enter: next     S: skip this     Esc: skip all"


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit brought."""

    calibration: Calibration
    table: dict[str, Any]
    """For ``session.json``."""
    lines: tuple[str, ...]
    """What was found, in plain words."""


class GreenRoomScene:
    """A visit under way: hands on what the senses bring, carries out orders, and draws.

    Args:
        room: open, with the recruiter in it, who waits behind the card.
        settings: which steps, and how long.
        senses: started; they go on to the interview afterwards.
        missing: signal to the line that says why it is missing.
        seed: of the recruiter's small movements meanwhile.
        clock: session time of the visit.
        attended: whether the summary waits for somebody at the keys; without a window never.
        check: tries the loudspeaker; None where ``missing`` says why not.
    """

    def __init__(
        self,
        room: Room,
        settings: GreenRoomSettings,
        senses: Senses,
        missing: Mapping[str, str],
        seed: int,
        clock: Clock,
        attended: bool = True,
        check: LoudspeakerCheck | None = None,
    ) -> None:
        self._room = room
        self._settings = settings
        self._senses = senses
        self._clock = clock
        self._check = check
        self._waiting = Waiting(seed)
        windowed = room.stage.windowed
        self._flow = self._make_flow(missing, seed, attended and windowed)
        self._card = GreenRoomCard(room.canvas, self._flow.bounds(), _HINT if windowed else "")
        self._keys = _Keys(self._flow, clock)
        self._begun = False

    def step(self, t_s: float) -> bool:
        """One frame; see :class:`game.app.runner.Scene`."""
        flow, senses = self._flow, self._senses
        played = self._check.advance(t_s) if self._check is not None else []
        for item in (*senses.poll(), *played):
            flow.observe(item)
        if not self._begun and (self._settled() or t_s > OPEN_WITHIN_S):
            self._begun = True
            senses.cue(Cue("begin", t_s + 0.3))
        if self._begun:
            flow.advance(t_s)
            self._carry_out(t_s)
        picture = None if senses.seeing is None else senses.seeing.thumbnail()
        self._card.show(flow.view(t_s) if self._begun else _OPENING, picture, t_s)
        self._room.draw(self._waiting.advance(t_s, self._room.direction_to_candidate()))
        return not flow.over

    def close(self) -> None:
        """Takes card and keys away."""
        self._keys.ignoreAll()
        self._card.remove()

    def result(self) -> Visit:
        """What the visit brought."""
        flow = self._flow
        flow.place = self._screen().place(self._eyes())
        table = {**flow.as_table(), "took_s": round(self._clock.now(), 1)}
        return Visit(flow.calibration(), table, tuple(line.text for line in flow.summary()))

    def _settled(self) -> bool:
        # the recogniser may go on loading: it has until the sentence
        seeing, hearing = self._senses.seeing, self._senses.hearing
        seen = seeing is None or seeing.settled
        return seen and (hearing is None or hearing.listening)

    def _eyes(self) -> tuple[float, float]:
        return self._room.eyes_on_picture() or _USUAL_EYES

    def _screen(self) -> Screen:
        s = self._settings
        size = (s.screen_width_m, s.screen_height_m, s.camera_above_m)
        return Screen(*size, window=window_on(self._room.stage))

    def _make_flow(self, missing: Mapping[str, str], seed: int, attended: bool) -> GreenRoom:
        def dots() -> tuple[Dot, ...]:
            width, height = self._room.stage.size
            return dots_on(self._screen(), width / height, self._eyes())

        gone: dict[Part, str] = {}
        if self._senses.seeing is None:
            gone["camera"] = missing.get("camera", "no camera")
        if self._senses.hearing is None:
            gone["microphone"] = missing.get("microphone", "no microphone")
        if self._check is None:
            gone["loudspeaker"] = missing.get("loudspeaker", "no loudspeaker is tried")
        hearing = self._senses.hearing
        recogniser = "none" if hearing is None else hearing.recogniser
        sentence = sentence_for(seed)
        return GreenRoom(self._settings, dots, gone, attended, sentence, recogniser)

    def _carry_out(self, t_s: float) -> None:
        orders, check, hearing = self._flow.orders, self._check, self._senses.hearing
        for order in orders:
            if order.kind == "learn":
                self._learn(order)
            elif order.kind == "turn" and hearing is not None:
                hearing.cue(Cue("turn", t_s, {"question": "green_room", "index": 0}))
            elif order.kind == "play" and check is not None:
                if order.on:
                    check.play()
                else:
                    check.stop()
        orders.clear()

    def _learn(self, order: Order) -> None:
        seeing, hearing = self._senses.seeing, self._senses.hearing
        match order.what:
            case "voice" | "noise" as heard if hearing is not None:
                hearing.learn(heard, order.on)
            case "rest" | "fov" as seen if seeing is not None:
                seeing.learn(seen, order.on)


def calibration_of(folder: Path) -> Calibration | None:
    """What the green room of an earlier part of a session found; None where there was none.

    Raises:
        InputError: what is there is not of our form.
    """
    try:
        meta = json.loads((folder / SESSION_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None  # whoever takes the session up says what is wrong with it
    table = (meta.get("green_room") or {}).get("calibration")
    return None if table is None else Calibration.of_table(table)


_OPENING = View(Shown("One moment", "Camera and microphone are being opened ..."), 0.0, 0)


class _Keys(DirectObject):
    """What a person can press."""

    def __init__(self, flow: GreenRoom, clock: Clock) -> None:
        super().__init__()
        self.accept("enter", lambda: flow.next(clock.now()))
        self.accept("s", lambda: flow.skip(clock.now()))
        self.accept("escape", flow.leave)
