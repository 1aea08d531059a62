"""The green room before an interview: its senses, its loudspeaker, its film, and its run."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from game.app.plan import Candidate
from game.app.runner import Filming, Runner
from game.greenroom.settings import GreenRoomSettings
from game.greenroom.visit import JUDGED_EVERY_S, PICTURE_PX, GreenRoomScene, Visit
from game.greenroom.voice import LoudspeakerCheck
from game.scene.room import Room
from game.settings import Settings
from game.sound.film import Film
from game.sound.speaker import Speaker
from game.stage.base import WAITING_FRAME_S
from game.voice.base import Renderer
from perception.clock import Clock, SessionClock
from perception.pipeline.hearing import Hearing
from perception.pipeline.seeing import Seeing
from perception.pipeline.senses import Senses
from perception.speech.vocabulary import Vocabulary


def make_senses(
    settings: Settings, candidate: Candidate, vocabulary: Vocabulary | None = None
) -> Senses:
    """Handles of the processes that see and hear; nothing is started.

    Args:
        settings: of both senses.
        candidate: before which devices.
        vocabulary: words that the recogniser leans towards.

    Raises:
        InputError: the settings name a recogniser that does not exist.
        ModelError: they ask for one whose weights are missing.
    """
    origin_s = SessionClock().origin_s  # until a part begins there is no session time
    senses = Senses()
    if candidate.camera is not None:
        senses.seeing = Seeing(candidate.camera, origin_s, settings.seeing, thumbnail_px=PICTURE_PX)
    if candidate.microphone is not None:
        senses.hearing = Hearing(
            candidate.microphone, origin_s, settings.hearing, vocabulary=vocabulary
        )
    return senses


def open_senses(senses: Senses, settings: Settings, clock: SessionClock) -> None:
    """Opens camera and microphone for a visit.

    Nothing that they see or hear is kept: a recording begins with the part of the session that
    follows, and only there.

    Args:
        senses: by :func:`make_senses`, prepared or not.
        settings: of both senses.
        clock: of the visit.
    """
    if senses.seeing is not None:
        picture = replace(settings.seeing.picture, every_s=JUDGED_EVERY_S)
        seeing = replace(settings.seeing, picture=picture)
        senses.seeing.begin(clock.origin_s, seeing, thumbnail_px=PICTURE_PX)
    if senses.hearing is not None:
        senses.hearing.begin(clock.origin_s)


def visit(
    room: Room,
    settings: Settings,
    senses: Senses,
    clock: SessionClock,
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
        settings: of the steps and of the film.
        senses: opened by :func:`open_senses`; they run on afterwards.
        clock: the same as theirs.
        missing: signal to the line that says why it is missing.
        seed: of the recruiter's small movements meanwhile.
        film_to: MP4 to film the visit to; None for none.
        attended: whether the summary waits for somebody at the keys; without a window never.
        speaker: opens the loudspeaker that is tried; None where nothing is to be heard.
        renderer: of the recruiter's voice, by which it is tried; None for a chime.

    Returns:
        None when the person closed the window.
    """
    with contextlib.ExitStack() as open_things:
        filming = None
        if film_to is not None:
            film_to.parent.mkdir(parents=True, exist_ok=True)
            room.stage.keep_pictures(True)
            film = Film(film_to, *room.stage.size, settings.film)
            open_things.callback(film.close)
            filming = Filming(film, room.picture)
        gone = dict(missing)
        check = _check(speaker, renderer, senses, clock, gone, open_things)
        scene = GreenRoomScene(
            room, steps_wanted(settings), senses, gone, seed, clock, attended, check
        )
        open_things.callback(scene.close)
        frame_s = room.stage.frame_s if filming is None else WAITING_FRAME_S
        runner = Runner(clock, lambda: room.open, frame_s, filming)
        if not runner.run(scene):
            return None
    return scene.result()


def steps_wanted(settings: Settings) -> GreenRoomSettings:
    """The settings of its steps: without the dots where looks are left out, so that nobody who
    cannot follow them is asked to."""
    if "gaze" in settings.scoring.leave_out:
        return replace(settings.green_room, dot_s=0.0)
    return settings.green_room


def _check(
    speaker: Callable[[Clock], Speaker] | None,
    renderer: Renderer | None,
    senses: Senses,
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
