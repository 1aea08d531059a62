"""One interview from its plan to its report: opens what it needs, runs it, keeps the record."""

from __future__ import annotations

import contextlib
import datetime
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from dialogue.content.persona import Persona
from dialogue.content.script import load_interview
from game.app.interview import Interview
from game.app.reception import farewell, invite
from game.app.reporting import versions, write_reports
from game.app.vocabulary import interview_vocabulary
from game.app.wiring import make_manager
from game.bake.cache import ensure_baked
from game.behaviour.recruiter import Recruiter
from game.behaviour.waiting import Waiting
from game.greenroom.visit import Visit, calibration_of, visit
from game.progressbar import ProgressBar
from game.scene.immersion import STILL, HeadWindow
from game.scene.room import Room
from game.screens.startcard import Invitation
from game.settings import Settings, as_table, room_of
from game.sound.ambience import Ambience
from game.sound.film import Film
from game.sound.mixdown import Mixdown
from game.sound.session_sounds import (
    FILM_RATE_HZ,
    ROOM_SOUND,
    SOUNDS,
    join_sounds,
    set_aside,
    sound_of,
)
from game.sound.speaker import choose_speaker
from game.stage.base import Stage
from game.voice.base import Renderer, voice_of
from perception.calibration import Calibration
from perception.clock import SessionClock
from perception.errors import RecruiterError, StorageError
from perception.fusion import Fusion
from perception.paths import ROOT
from perception.pipeline.hearing import Hearing
from perception.pipeline.seeing import Seeing
from perception.source import SourceSpec
from perception.types import Event
from scoring.record.writer import SessionWriter

SESSIONS = Path(os.environ.get("RECRUITER_SESSIONS") or ROOT / "sessions")
"""Where sessions go that were given no folder: RECRUITER_SESSIONS, or beside run.py."""

READY_S = 60.0
"""Seconds that camera and microphone are waited for before the interview begins without them."""


@dataclass(slots=True)
class Candidate:
    """Who sits opposite, as sources of picture and sound."""

    camera: SourceSpec | None
    microphone: SourceSpec | None
    recorded: bool
    """Files or a script play the part: nobody has to be asked, and nobody types."""
    missing: dict[str, str] = field(default_factory=dict)
    """Signal to the line that says why it is missing."""


@dataclass(slots=True)
class Plan:
    """One interview, ready to be run."""

    settings: Settings
    role: str
    persona: Persona
    questions: int
    seed: int
    candidate: Candidate
    folder: Path
    offscreen: bool
    film: Path | None
    voice: str
    quiet: bool
    kind: str = "practice"
    start_at: int = 0
    resume: bool = False
    extra: dict[str, Any] = field(default_factory=dict)
    """What else ``session.json`` says."""
    calibration: Calibration | None = None
    """What the green room learned of the candidate."""


@dataclass(slots=True)
class Outcome:
    """How an interview ended."""

    status: str
    """"complete" or "interrupted"."""
    trouble: RecruiterError | None = None
    """Why the record ends early, where it does."""
    reported: bool = False
    """Whether the report was written while the room was still open."""


def run(plan: Plan) -> int:
    """Runs an interview and writes its report.

    Returns:
        Exit status: 0, or 130 when it was interrupted (the record is kept and reported).
    """
    with ProgressBar("preparing the recruiter", plan.quiet) as bar:
        ensure_baked(plan.persona.identity, bar.update)
    outcome = Outcome("interrupted")
    with contextlib.suppress(KeyboardInterrupt):
        outcome = _hold(plan)
    recorded = (plan.folder / "session.json").is_file()
    if recorded and not outcome.reported:
        write_reports(plan.folder, plan.quiet, plan.film)
    if outcome.trouble is not None:
        raise outcome.trouble
    if outcome.status == "interrupted" and not plan.quiet:
        kept = f"the record is kept in {plan.folder}" if recorded else "nothing was recorded yet"
        print(f"interrupted; {kept}", file=sys.stderr)
    return 0 if outcome.status == "complete" else 130


def _hold(plan: Plan) -> Outcome:
    """Holds the interview; the record is closed whatever happens."""
    settings = plan.settings
    picture = settings.picture
    with contextlib.ExitStack() as open_things:
        mode = "offscreen" if plan.offscreen else "auto"
        size = (picture.width, picture.height)
        if not plan.offscreen:
            size = (picture.window_width, picture.window_height)
        stage = Stage(*size, mode=mode, title="Interview room", settings=settings.stage)  # type: ignore[arg-type]
        open_things.callback(stage.close)
        if stage.driver.note and not plan.quiet and not plan.offscreen:
            print(f"{stage.driver.note}: drawing offscreen")
        voice = voice_of(plan.persona, plan.voice)
        if voice.notice and not plan.quiet:
            print(voice.notice)
        renderer = Renderer(voice, settings.voice.cached_lines)
        open_things.callback(renderer.close)
        room = Room(
            stage,
            plan.persona.identity,
            settings.view,
            self_view=picture.self_view and plan.candidate.camera is not None,
            room=room_of(settings, plan.persona),
        )
        consent = _consent(plan, room)
        if consent is None:
            raise KeyboardInterrupt
        if not _prepare(plan, room, renderer):
            raise KeyboardInterrupt
        outcome = _interview(plan, room, renderer, consent, open_things)
        if stage.windowed and outcome.status == "complete":
            report = plan.folder / "report.html"
            farewell(room, report, plan.seed, lambda: write_reports(plan.folder, quiet=True))
            outcome.reported = True
            if not plan.quiet:
                print(f"report: {report}")
        return outcome


def _consent(plan: Plan, room: Room) -> bool | None:
    """Whether picture and sound are kept; None when the person left at the start card."""
    wish = plan.settings.interview.consent
    if plan.candidate.recorded or not room.stage.windowed:
        # who hands in recordings has them already; without a window nobody can be asked
        return plan.candidate.recorded if wish == "ask" else wish == "yes"
    title = load_interview(plan.role).title
    invitation = Invitation(
        "Interview practice",
        title[0].upper() + title[1:],
        f"with {plan.persona.display_name}",
        plan.questions,
        [*plan.candidate.missing.values(), "T: type an answer   Esc: close the text field"],
    )
    return invite(room, invitation, plan.seed, consent=wish == "yes")


def _speaker_name(plan: Plan) -> str:
    return "silent" if plan.offscreen else plan.settings.interview.speaker


def _prepare(plan: Plan, room: Room, renderer: Renderer) -> bool:
    """Goes through the green room where there is one; False when the person closed the window."""
    if plan.resume:
        plan.calibration = calibration_of(plan.folder)
        return True
    candidate, enabled = plan.candidate, plan.settings.green_room.enabled
    asked = enabled == "yes" or (
        enabled == "auto" and room.stage.windowed and not candidate.recorded
    )
    devices = candidate.camera is not None or candidate.microphone is not None
    if plan.kind != "practice" or not asked or not devices:
        return True
    film_to = None if plan.film is None else plan.film.with_stem(f"{plan.film.stem}-green-room")
    if not plan.quiet and not room.stage.windowed:
        print("the green room comes first: about a minute")
    found: Visit | None = visit(
        room,
        plan.settings,
        candidate.camera,
        candidate.microphone,
        candidate.missing,
        plan.seed,
        film_to,
        attended=not candidate.recorded,
        speaker=partial(choose_speaker, _speaker_name(plan)),
        renderer=renderer,
    )
    if found is None:
        return False
    plan.calibration = found.calibration
    plan.extra = {**plan.extra, "green_room": found.table}
    if not plan.quiet:
        for line in found.lines:
            print(f"green room: {line}")
    return True


def _interview(
    plan: Plan,
    room: Room,
    renderer: Renderer,
    consent: bool,
    open_things: contextlib.ExitStack,
) -> Outcome:
    settings, folder = plan.settings, plan.folder
    writer = SessionWriter(folder, _session(plan, consent, room), resume=plan.resume)
    if plan.resume:
        set_aside(folder)
    clock = SessionClock(time.monotonic() - writer.last_t_s)
    status = "interrupted"
    trouble: RecruiterError | None = None
    try:
        keep = consent or plan.film is not None
        seeing, hearing = _start_senses(plan, clock, consent, keep, open_things)
        manager = make_manager(writer.session, settings, plan.start_at)
        speaker = choose_speaker(_speaker_name(plan), clock)
        open_things.callback(speaker.close)
        if hearing is not None:
            speaker.listen(hearing.playback)
        if speaker.notice and not plan.quiet and not plan.offscreen:
            print(speaker.notice)
        mixdown = Mixdown(folder / "recruiter.wav", FILM_RATE_HZ) if keep else None
        recruiter = Recruiter(plan.persona, renderer, speaker, plan.seed, mixdown)
        recruiter.prepare(manager.upcoming())
        _await_ready(plan, room, seeing, hearing)
        film = None
        if plan.film is not None:
            plan.film.parent.mkdir(parents=True, exist_ok=True)
            room.stage.keep_pictures(True)
            film = Film(plan.film, *room.stage.size, settings.film)
        rate = settings.film.fps if film else settings.picture.frames_per_s
        own_sounds = Mixdown(folder / ROOM_SOUND, FILM_RATE_HZ) if film else None
        ambience = Ambience(
            speaker, plan.seed, room.office.room.room, settings.ambience, own_sounds
        )
        open_things.callback(ambience.close)
        window = _window(settings, room)
        interview = Interview(
            clock, room, recruiter, manager, Fusion(settings.fusion), writer, seeing, hearing,
            film, 0.0 if room.stage.windowed and film is None else 1.0 / rate, ambience, window,
        )  # fmt: skip
        if plan.resume:
            resumed = Event(clock.now(), "game", "resumed", {"start_at": plan.start_at})
            writer.event(resumed)
        for source, message in plan.candidate.missing.items():
            interview.announce_missing(source, message)
        if hearing is None and not room.stage.windowed:
            interview.announce_end_of_part("nobody can answer: no microphone, no window to type in")
        try:
            with _progress_line(plan, clock):
                status = interview.run()
        finally:
            sounds = [each for each in (mixdown, own_sounds) if each is not None]
            _finish(plan, interview, writer, clock, seeing, hearing, sounds, film, consent)
        trouble = interview.storage_error
    finally:
        with contextlib.suppress(RecruiterError):  # said already, through ``storage_error``
            writer.close(status, clock.now())
    return Outcome(status, trouble)


def _window(settings: Settings, room: Room) -> HeadWindow | None:
    """What lets the view follow the head, where it shall."""
    if not settings.immersion.follow:
        return None
    room.follow(STILL)  # draws the room in depth now, not in the middle of a greeting
    return HeadWindow(settings.immersion)


def _start_senses(
    plan: Plan, clock: SessionClock, consent: bool, keep: bool, open_things: contextlib.ExitStack
) -> tuple[Seeing | None, Hearing | None]:
    """Starts the processes of seeing and hearing; None for what the candidate does not have."""
    settings, folder = plan.settings, plan.folder
    seeing = hearing = None
    if plan.candidate.camera is not None:
        record_to = folder / "camera.mp4" if consent else None
        seeing = Seeing(
            plan.candidate.camera, clock.origin_s, settings.seeing, record_to, plan.calibration
        )
        seeing.start()
        open_things.callback(seeing.stop)
    if plan.candidate.microphone is not None:
        wav = folder / "candidate.wav" if keep else None
        terms = interview_vocabulary(load_interview(plan.role), settings.hearing.speech)
        microphone = plan.candidate.microphone
        hearing = Hearing(microphone, clock.origin_s, settings.hearing, wav, terms)
        hearing.start()
        open_things.callback(hearing.stop)
    return seeing, hearing


def _finish(
    plan: Plan,
    interview: Interview,
    writer: SessionWriter,
    clock: SessionClock,
    seeing: Seeing | None,
    hearing: Hearing | None,
    mixdowns: list[Mixdown],
    film: Film | None,
    consent: bool,
) -> None:
    end_s = clock.now()
    interview.drain()
    for sense in (seeing, hearing):
        if sense is not None:
            sense.stop()
    interview.drain()
    with contextlib.suppress(RecruiterError):
        writer.event(Event(end_s, "game", "frames", interview.frame_figures()))
    try:
        for mixdown in mixdowns:
            mixdown.close(end_s)
        join_sounds(plan.folder, end_s)
        if film is not None:
            film.close(sound_of(film, plan.folder), FILM_RATE_HZ)
    except StorageError as error:
        interview.note_storage_error(error)
    (plan.folder / ROOM_SOUND).unlink(missing_ok=True)
    if not consent:
        for name in SOUNDS:
            (plan.folder / name).unlink(missing_ok=True)


def _await_ready(plan: Plan, room: Room, seeing: Seeing | None, hearing: Hearing | None) -> None:
    """Waits until camera and microphone run: the recruiter does not greet an empty line."""
    waiting = [sense for sense in (seeing, hearing) if sense is not None]
    began = time.monotonic()
    meanwhile = Waiting(plan.seed)
    with ProgressBar("opening camera and microphone", plan.quiet) as bar:
        while time.monotonic() - began < READY_S:
            ready = sum(sense.settled for sense in waiting)
            bar.update(ready / max(1, len(waiting)), "")
            if ready == len(waiting):
                return
            if room.stage.windowed and room.open:
                passed_s = time.monotonic() - began
                room.draw(meanwhile.update(passed_s, room.direction_to_candidate()))
            else:
                time.sleep(0.02)


@contextlib.contextmanager
def _progress_line(plan: Plan, clock: SessionClock) -> Iterator[None]:
    """Says that the interview runs, where no window shows it."""
    if not plan.quiet and plan.offscreen:
        print(
            f"the interview runs ({plan.questions} questions); Ctrl-C ends it and keeps the record"
        )
    yield
    if not plan.quiet and plan.offscreen:
        print(f"the interview is over after {clock.now():.0f} s")


def _session(plan: Plan, consent: bool, room: Room) -> dict[str, Any]:
    return {
        "id": plan.folder.name,
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "kind": plan.kind,
        "role": plan.role,
        "persona": plan.persona.name,
        "questions": plan.questions,
        "seed": plan.seed,
        "consent": consent,
        "settings": as_table(plan.settings),
        "versions": versions(),
        "driver": {"renderer": room.stage.driver.renderer, "version": room.stage.driver.version},
        "candidate": {
            "camera": plan.candidate.camera.target if plan.candidate.camera else None,
            "microphone": plan.candidate.microphone.target if plan.candidate.microphone else None,
        },
        **(plan.extra if consent else _without_face(plan.extra)),
    }


def _without_face(extra: dict[str, Any]) -> dict[str, Any]:
    """What is said of a session, without the shape of a face that nobody agreed to have kept."""
    room = extra.get("green_room")
    if not room or not room.get("calibration"):
        return extra
    calibration = {**room["calibration"], "rest": None}
    return {**extra, "green_room": {**room, "calibration": calibration}}
