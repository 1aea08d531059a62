"""A visit to the green room: runs its senses, draws it, and brings back what it found."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from direct.showbase.DirectObject import DirectObject

from game.behaviour.waiting import Waiting
from game.greenroom.card import GreenRoomCard
from game.greenroom.flow import GreenRoom, View, dots_on
from game.greenroom.sentence import sentence_for
from game.greenroom.steps import Dot, Order, Part, Shown
from game.greenroom.voice import LoudspeakerCheck
from game.scene.room import Room
from game.settings import Settings
from game.sound.film import Film
from game.sound.speaker import Speaker
from game.stage.screen_geometry import Screen, window_on
from game.voice.base import Renderer
from perception.calibration import Calibration
from perception.clock import Clock, SessionClock
from perception.pipeline.hearing import Hearing
from perception.pipeline.seeing import Seeing
from perception.source import SourceSpec
from perception.types import Cue
from scoring.record.lines import SESSION_FILE

OPEN_WITHIN_S = 60.0
"""s that camera and microphone are waited for before the visit begins without them."""

PICTURE_PX = 640
"""Longest side of the camera's picture on the card."""

_JUDGED_EVERY_S = 0.25
_FRAME_S = 1 / 30
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


@dataclass(slots=True)
class _Senses:
    """Processes of their own, which end before the interview opens the devices again."""

    seeing: Seeing | None
    hearing: Hearing | None

    @property
    def settled(self) -> bool:
        # the recogniser may go on loading: it has until the sentence
        seeing = self.seeing is None or self.seeing.settled
        return seeing and (self.hearing is None or self.hearing.listening)

    def cue(self, cue: Cue) -> None:
        for sense in (self.seeing, self.hearing):
            if sense is not None:
                sense.cue(cue)

    def learn(self, order: Order) -> None:
        match order.what:
            case "voice" | "noise" as heard if self.hearing is not None:
                self.hearing.learn(heard, order.on)
            case "rest" | "fov" as seen if self.seeing is not None:
                self.seeing.learn(seen, order.on)

    def stop(self) -> None:
        if self.seeing is not None:
            self.seeing.stop()
        if self.hearing is not None:
            self.hearing.stop(finish_s=0.0)


def visit(
    room: Room,
    settings: Settings,
    camera: SourceSpec | None,
    microphone: SourceSpec | None,
    missing: Mapping[str, str],
    seed: int,
    film_to: Path | None = None,
    attended: bool = True,
    speaker: Callable[[Clock], Speaker] | None = None,
    renderer: Renderer | None = None,
) -> Visit | None:
    """Goes through the green room.

    Args:
        room: open, with the recruiter in it, who waits.
        settings: of all that is opened.
        camera: None without one.
        microphone: None without one.
        missing: signal to the line that says why it is missing.
        seed: of the recruiter's small movements meanwhile.
        film_to: MP4 to film the visit to; None for none.
        attended: whether the summary waits for somebody at the keys; without a window never.
        speaker: opens the loudspeaker that is tried; None where nothing is to be heard.
        renderer: of the recruiter's voice, by which it is tried; None for a chime.

    Returns:
        None when the person closed the window.
    """
    clock = SessionClock()
    windowed = room.stage.windowed
    with contextlib.ExitStack() as open_things:
        film = None
        if film_to is not None:
            film_to.parent.mkdir(parents=True, exist_ok=True)
            room.stage.keep_pictures(True)
            film = Film(film_to, *room.stage.size, settings.film)
            open_things.callback(film.close)
        senses = _open(settings, camera, microphone, clock)
        open_things.callback(senses.stop)
        gone = dict(missing)
        check = _check(speaker, renderer, senses, clock, gone, open_things)
        flow = _flow(room, settings, senses, gone, seed, attended and windowed)
        card = GreenRoomCard(room.canvas, flow.bounds(), _HINT if windowed else "")
        open_things.callback(card.remove)
        keys = _Keys(flow, clock)
        open_things.callback(keys.ignoreAll)
        draw = _drawing(room, card, senses, seed, film)
        begun = False
        while not flow.over:
            t_s = clock.now()
            if not room.open:
                return None
            for item in _arrivals(senses, check, t_s):
                flow.take(item)
            if not begun and (senses.settled or t_s > OPEN_WITHIN_S):
                begun = True
                senses.cue(Cue("begin", t_s + 0.3))
            if begun:
                flow.update(t_s)
                _carry_out(flow.orders, senses, check, t_s)
            draw(flow.view(t_s) if begun else _OPENING, t_s)
            if not windowed or film is not None:
                clock.sleep(t_s + _FRAME_S - clock.now())
    flow.place = _screen(room, settings).place(room.eyes_on_picture() or _USUAL_EYES)
    table = {**flow.as_table(), "took_s": round(clock.now(), 1)}
    return Visit(flow.calibration(), table, tuple(line.text for line in flow.summary()))


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

    def __init__(self, flow: GreenRoom, clock: SessionClock) -> None:
        super().__init__()
        self.accept("enter", lambda: flow.next(clock.now()))
        self.accept("s", lambda: flow.skip(clock.now()))
        self.accept("escape", flow.leave)


def _screen(room: Room, settings: Settings) -> Screen:
    s = settings.green_room
    size = (s.screen_width_m, s.screen_height_m, s.camera_above_m)
    return Screen(*size, window=window_on(room.stage))


def _flow(
    room: Room,
    settings: Settings,
    senses: _Senses,
    missing: Mapping[str, str],
    seed: int,
    attended: bool,
) -> GreenRoom:
    def dots() -> tuple[Dot, ...]:
        width, height = room.stage.size
        eyes = room.eyes_on_picture() or _USUAL_EYES
        return dots_on(_screen(room, settings), width / height, eyes)

    gone: dict[Part, str] = {}
    if senses.seeing is None:
        gone["camera"] = missing.get("camera", "no camera")
    if senses.hearing is None:
        gone["microphone"] = missing.get("microphone", "no microphone")
    if "loudspeaker" in missing:
        gone["loudspeaker"] = missing["loudspeaker"]
    recogniser = "none" if senses.hearing is None else senses.hearing.recogniser
    sentence = sentence_for(seed)
    return GreenRoom(settings.green_room, dots, gone, attended, sentence, recogniser)


def _check(
    speaker: Callable[[Clock], Speaker] | None,
    renderer: Renderer | None,
    senses: _Senses,
    clock: Clock,
    missing: dict[str, str],
    open_things: contextlib.ExitStack,
) -> LoudspeakerCheck | None:
    """What tries the loudspeaker; without one, says in ``missing`` why."""
    opened = None if speaker is None or senses.hearing is None else speaker(clock)
    if opened is None:
        missing["loudspeaker"] = "no loudspeaker is tried"
        return None
    open_things.callback(opened.close)
    if opened.name == "silent":
        why = opened.notice or "no sound is played here"
        missing["loudspeaker"] = why.partition(";")[0]
        return None
    assert senses.hearing is not None
    opened.listen(senses.hearing.playback)
    return LoudspeakerCheck(opened, renderer)


def _open(
    settings: Settings,
    camera: SourceSpec | None,
    microphone: SourceSpec | None,
    clock: SessionClock,
) -> _Senses:
    senses = _Senses(None, None)
    if camera is not None:
        picture = dataclasses.replace(settings.seeing.picture, every_s=_JUDGED_EVERY_S)
        how = dataclasses.replace(settings.seeing, picture=picture)
        senses.seeing = Seeing(camera, clock.origin_s, how, thumbnail_px=PICTURE_PX)
        senses.seeing.start()
    if microphone is not None:
        senses.hearing = Hearing(microphone, clock.origin_s, settings.hearing)
        senses.hearing.start()
    return senses


def _arrivals(senses: _Senses, check: LoudspeakerCheck | None, t_s: float) -> list[Any]:
    seen = senses.seeing.poll() if senses.seeing is not None else []
    heard = senses.hearing.poll() if senses.hearing is not None else []
    played = check.update(t_s) if check is not None else []
    return [*seen, *played, *heard]


def _carry_out(
    orders: list[Order], senses: _Senses, check: LoudspeakerCheck | None, t_s: float
) -> None:
    for order in orders:
        if order.kind == "learn":
            senses.learn(order)
        elif order.kind == "turn" and senses.hearing is not None:
            senses.hearing.cue(Cue("turn", t_s, {"question": "green_room", "index": 0}))
        elif order.kind == "play" and check is not None:
            if order.on:
                check.play()
            else:
                check.stop()
    orders.clear()


def _drawing(
    room: Room, card: GreenRoomCard, senses: _Senses, seed: int, film: Film | None
) -> Callable[[View, float], None]:
    """Draws one frame of it: the recruiter waits behind the card."""
    waiting = Waiting(seed)

    def draw(view: View, t_s: float) -> None:
        picture = None if senses.seeing is None else senses.seeing.thumbnail()
        card.show(view, picture, t_s)
        room.draw(waiting.update(t_s, room.direction_to_candidate()))
        if film is not None:
            film.add_picture(t_s, film.fitted(room.picture()))

    return draw
