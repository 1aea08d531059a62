"""One interview from its plan to its report: opens what it needs, runs it, keeps the record."""

from __future__ import annotations

import contextlib
import datetime
import gc
import shlex
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal

from dialogue.behaviour.planner import BehaviourPlanner
from dialogue.conduct.context import context_of
from dialogue.content.employer import load_employer
from dialogue.content.fixed_lines import FixedLines
from dialogue.content.script import load_interview
from dialogue.manager import DialogueManager
from game.app.ending import Then, ending_of, words
from game.app.following import following, in_own_folder
from game.app.green_room import make_senses, open_senses, visit
from game.app.interview import OPEN_WITHIN_S, Interview
from game.app.plan import Plan
from game.app.reception import BUSY_FRAME_S, farewell, invite, wait
from game.app.reporting import versions, write_reports
from game.app.runner import Filming, Governed, MemoryWatch, Runner
from game.app.understanding import LiveUnderstanding
from game.app.vocabulary import interview_vocabulary
from game.app.wiring import make_manager, phrase_lines, untold
from game.bake.cache import ensure_baked
from game.behaviour.recruiter import Recruiter
from game.greenroom.visit import calibration_of
from game.greenroom.voice import LINE as LOUDSPEAKER_LINE
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
from game.sound.speaker import Speaker, choose_speaker
from game.stage.base import Stage
from game.stage.frame_governor import FrameGovernor
from game.voice.base import Renderer, voice_of
from game.voice.live import require_live
from perception.clock import SessionClock
from perception.errors import RecruiterError, StorageError
from perception.fusion import Fusion
from perception.interrupt import interrupt_postponed, interrupt_says
from perception.pipeline.senses import Senses
from perception.speech.utterance import Utterance
from perception.speech.vocabulary import Vocabulary
from perception.types import Event
from scoring.record.lines import SESSION_FILE
from scoring.record.writer import SessionWriter
from scoring.report.versions import REPORT_FILE

READY_S = 60.0
"""Seconds that a recorded candidate is waited for before the interview begins without it."""

_OPENING_FRAME_S = 0.02


@dataclass(slots=True)
class Outcome:
    """How an interview ended."""

    status: Literal["complete", "interrupted"]
    trouble: RecruiterError | None = None
    """Why the record ends early, where it does."""
    reported: bool = False
    """Whether the report was written while the room was still open."""
    spoken: list[Utterance] = field(default_factory=list)
    """What the candidate said, until the report is written."""
    hurried: bool = False
    """Whether nobody waits for the report any more."""
    then: Then | None = None
    """Which interview is to follow at once."""


def run(plan: Plan) -> int:
    """Runs an interview and writes its report, and so each that is wanted at its end.

    Returns:
        Exit status: 0, or 130 when the last was interrupted (the record is kept and reported).
    """
    while True:
        with in_own_folder(plan) as begun, interrupt_says(partial(_kept, begun)):
            outcome = _run(begun)
        if outcome.then is None:
            return 0 if outcome.status == "complete" else 130
        focus = ending_of(begun.folder).focus
        plan = following(begun, outcome.then, focus)
        gc.unfreeze()  # what the room before had kept from being looked through
        gc.collect()


def _run(plan: Plan) -> Outcome:
    with ProgressBar("preparing the recruiter", plan.quiet) as bar:
        ensure_baked(plan.persona.identity, bar.set_progress)
    if not plan.resume:
        _phrase(plan)
    outcome = Outcome("interrupted")
    with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C: what was recorded is reported
        outcome = _hold(plan)
    if _recorded(plan) and not outcome.reported and not outcome.hurried:
        write_reports(
            plan.folder,
            plan.quiet,
            plan.film,
            outcome.spoken,
            impressions=plan.settings.impressions,
        )
        outcome.spoken.clear()
    if outcome.trouble is not None:
        raise outcome.trouble
    if outcome.status == "interrupted" and not plan.quiet:
        print(f"interrupted; {_kept(plan)}", file=sys.stderr)
    return outcome


def _recorded(plan: Plan) -> bool:
    return (plan.folder / SESSION_FILE).is_file()


def _kept(plan: Plan) -> str:
    """What there is of an interview that was interrupted, and where it lies."""
    if not _recorded(plan):
        film = _green_room_film(plan)
        if film is not None and film.is_file():
            return f"no interview was recorded yet; the green room's film is kept in {film}"
        return "nothing was recorded yet"
    kept = f"the record is kept in {plan.folder}"
    if (plan.folder / REPORT_FILE).is_file():
        return kept
    return f"{kept}; python3 run.py report {shlex.quote(str(plan.folder))} writes its report"


def _phrase(plan: Plan) -> None:
    """Has a language model phrase her lines, where the settings name one."""
    with ProgressBar("phrasing the questions", plan.quiet) as bar:
        lines = phrase_lines(
            plan.role,
            plan.persona,
            plan.questions,
            plan.seed,
            plan.settings.wording,
            plan.settings.dialogue.conduct,
            bar.set_progress,
        )
    if lines is not None:
        plan.extra = {**plan.extra, "phrased": lines}


def _hold(plan: Plan) -> Outcome:
    """Holds the interview, from the start card to the farewell."""
    settings = plan.settings
    picture = settings.picture
    with contextlib.ExitStack() as open_things:
        senses = make_senses(settings, plan.candidate, _vocabulary(plan))
        open_things.callback(senses.stop, finish_s=0.0)
        early = plan.offscreen or plan.candidate.recorded
        if early:
            senses.prepare()
        mode = "offscreen" if plan.offscreen else "auto"
        size = (picture.width, picture.height)
        if not plan.offscreen:
            size = (picture.window_width, picture.window_height)
        stage = Stage(*size, mode=mode, title="Interview room", settings=settings.stage)  # type: ignore[arg-type]
        open_things.callback(stage.close)
        if stage.driver.note and not plan.quiet and not plan.offscreen:
            print(f"{stage.driver.note}: drawing offscreen")
        voice = voice_of(
            plan.persona,
            plan.voice,
            FixedLines(
                plan.persona,
                load_interview(plan.role),
                (LOUDSPEAKER_LINE,),
                load_employer(plan.role),
            ),
        )
        require_live(voice)
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

        def prepare() -> None:
            if not early:
                senses.prepare()
            _rehearse(plan, room, renderer)

        consent = _consent(plan, room, prepare)
        if consent is None or not _green_room(plan, room, renderer, senses, consent):
            return Outcome("interrupted")  # the window was closed before it began
        outcome = _Interviewing(plan, room, renderer, senses, consent, open_things).run()
        if stage.windowed and outcome.status == "complete":

            def write(told: Callable[[str, float], None]) -> None:
                outcome.hurried = True  # whoever leaves before its end cannot wait for it
                write_reports(
                    plan.folder,
                    quiet=True,
                    spoken=outcome.spoken,
                    progress=told,
                    impressions=plan.settings.impressions,
                )
                outcome.reported, outcome.hurried = True, False

            try:
                outcome.then = farewell(room, plan.folder, plan.seed, write)
            except KeyboardInterrupt:  # a report that was begun is written, unless it comes again
                outcome.status = "interrupted"
            if outcome.reported:
                outcome.spoken.clear()
                if not plan.quiet:
                    print(f"report: {plan.folder / 'report.html'}")
        return outcome


def _rehearse(plan: Plan, room: Room, renderer: Renderer) -> None:
    """Has her first lines rendered while the person still reads the start card."""
    manager = make_manager(_session(plan, False, room), plan.settings, plan.start_at)
    renderer.request(*manager.upcoming())


def _consent(plan: Plan, room: Room, prepare: Callable[[], None]) -> bool | None:
    """Whether picture and sound are kept; None when the person left at the start card.

    Args:
        plan: of the interview.
        room: open.
        prepare: begins what needs no consent, once there is something to be read meanwhile.
    """
    wish = plan.settings.interview.consent
    if plan.candidate.recorded or not room.stage.windowed:
        # who hands in recordings has them already; without a window nobody can be asked
        prepare()
        return plan.candidate.recorded if wish == "ask" else wish == "yes"
    title = load_interview(plan.role).title
    focus = plan.extra.get("focus")
    focused = [words()["focus"].format(what=focus)] if focus else []
    invitation = Invitation(
        "Interview practice",
        title[0].upper() + title[1:],
        f"with {plan.persona.display_name}",
        plan.questions,
        [
            *focused,
            *plan.candidate.missing.values(),
            "T: type an answer   Esc: close the text field",
        ],
    )
    return invite(room, invitation, plan.seed, wish == "yes", prepare)


def _speaker_name(plan: Plan) -> str:
    return "silent" if plan.offscreen else plan.settings.interview.speaker


def _vocabulary(plan: Plan) -> Vocabulary:
    return interview_vocabulary(load_interview(plan.role), plan.settings.hearing.speech)


def _green_room(
    plan: Plan,
    room: Room,
    renderer: Renderer,
    senses: Senses,
    consent: bool,
) -> bool:
    """Goes through the green room where there is one; False when the person closed the window."""
    if plan.resume:
        plan.calibration = calibration_of(plan.folder)
    if plan.resume or plan.prepared:
        return True
    candidate, enabled = plan.candidate, plan.settings.green_room.enabled
    asked = enabled == "yes" or (
        enabled == "auto" and room.stage.windowed and not candidate.recorded
    )
    devices = candidate.camera is not None or candidate.microphone is not None
    if plan.kind != "practice" or not asked or not devices:
        return True
    film_to = None
    if plan.film is not None and consent:  # it shows the candidate's own picture, large
        film_to = _green_room_film(plan)
    if not plan.quiet and not room.stage.windowed:
        print("the green room comes first: about a minute")
    clock = SessionClock()
    open_senses(senses, plan.settings, clock)
    found = visit(
        room,
        plan.settings,
        senses,
        clock,
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


def _green_room_film(plan: Plan) -> Path | None:
    return None if plan.film is None else plan.film.with_stem(f"{plan.film.stem}-green-room")


class _Interviewing:
    """An interview with all that is open for it; the record is closed whatever happens."""

    def __init__(
        self,
        plan: Plan,
        room: Room,
        renderer: Renderer,
        senses: Senses,
        consent: bool,
        open_things: contextlib.ExitStack,
    ) -> None:
        self._plan = plan
        self._room = room
        self._renderer = renderer
        self._senses = senses
        self._consent = consent
        self._open_things = open_things
        self._sounds: list[Mixdown] = []
        self._film: Film | None = None
        session = _session(plan, consent, room)
        self._writer = SessionWriter(plan.folder, session, resume=plan.resume)
        if plan.resume:
            set_aside(plan.folder)
        self._clock = SessionClock(time.monotonic() - self._writer.last_t_s)

    def run(self) -> Outcome:
        """Runs it to its end, and writes down how it ended."""
        status: Literal["complete", "interrupted"] = "interrupted"
        trouble: RecruiterError | None = None
        try:
            interview = self._prepare()
            runner = self._runner(interview)
            memory = MemoryWatch(lambda: self._senses.memory_mb)
            try:
                with _progress_line(self._plan, self._clock), memory:
                    if runner.run(interview):
                        status = "complete"
            finally:
                with interrupt_postponed():  # a film that is half closed plays nowhere
                    self._finish(interview, runner, memory)
            trouble = interview.storage_error
        finally:
            # what the record could not hold was said already, through ``storage_error``
            with interrupt_postponed(), contextlib.suppress(RecruiterError):
                self._writer.close(status, self._clock.now())
        hearing = self._senses.hearing
        return Outcome(status, trouble, spoken=[] if hearing is None else hearing.spoken)

    def _prepare(self) -> Interview:
        plan, room, settings = self._plan, self._room, self._plan.settings
        self._begin_senses()
        manager = make_manager(self._writer.session, settings, plan.start_at)
        speaker = self._speaker()
        keep = self._consent or plan.film is not None
        mixdown = self._mixdown("recruiter.wav") if keep else None
        recruiter = Recruiter(plan.persona, self._renderer, speaker, plan.seed, mixdown)
        recruiter.prepare(manager.upcoming())
        if plan.candidate.recorded:
            self._await_candidate()
        if plan.film is not None:
            self._film = self._open_film(plan.film)
        own_sounds = None if self._film is None else self._mixdown(ROOM_SOUND)
        ambience = Ambience(
            speaker, plan.seed, room.office.room.room, settings.ambience, own_sounds
        )
        self._open_things.callback(ambience.close)
        interview = Interview(
            self._clock,
            room,
            recruiter,
            manager,
            BehaviourPlanner(plan.persona, plan.seed),
            Fusion(settings.fusion),
            self._writer,
            self._senses,
            speaker,
            ambience,
            _window(settings, room),
            self._understanding(manager),
            untold(settings),
        )
        if plan.resume:
            self._writer.event(
                Event(self._clock.now(), "game", "resumed", {"start_at": plan.start_at})
            )
        for source, message in plan.candidate.missing.items():
            interview.announce_missing(source, message)
        if self._senses.hearing is None and not room.stage.windowed:
            interview.announce_end_of_part("nobody can answer: no microphone, no window to type in")
        return interview

    def _understanding(self, manager: DialogueManager) -> LiveUnderstanding | None:
        """What understands the candidate, where this interview has it."""
        if self._writer.session.get("understanding") is not True:
            return None
        plan = manager.plan
        understanding = LiveUnderstanding(context_of(plan, load_employer(self._plan.role)))
        self._open_things.callback(understanding.close)
        return understanding

    def _begin_senses(self) -> None:
        """Begins the interview for both senses, which open what the green room did not.

        Only here, and only with consent, the candidate's picture and sound begin to be kept.
        """
        plan, senses, settings = self._plan, self._senses, self._plan.settings
        origin_s = self._clock.origin_s
        picture = plan.folder / "camera.mp4" if self._consent else None
        sound = plan.folder / "candidate.wav" if self._consent else None
        if senses.seeing is not None:
            senses.seeing.begin(origin_s, settings.seeing, picture, plan.calibration)
        if senses.hearing is not None:
            senses.hearing.begin(origin_s, sound)

    def _speaker(self) -> Speaker:
        speaker = choose_speaker(_speaker_name(self._plan), self._clock)
        self._open_things.callback(speaker.close)
        if self._senses.hearing is not None:
            speaker.listen(self._senses.hearing.playback)
        if speaker.notice and not self._plan.quiet and not self._plan.offscreen:
            print(speaker.notice)
        return speaker

    def _mixdown(self, name: str) -> Mixdown:
        mixdown = Mixdown(self._plan.folder / name, FILM_RATE_HZ)
        self._open_things.callback(mixdown.close)
        self._sounds.append(mixdown)
        return mixdown

    def _open_film(self, path: Path) -> Film:
        room = self._room
        path.parent.mkdir(parents=True, exist_ok=True)
        if not self._consent:
            room.without_self_view()
            if not self._plan.quiet:
                print(
                    "without consent the film holds the room only, neither your picture nor voice"
                )
        room.stage.keep_pictures(True)
        film = Film(path, *room.stage.size, self._plan.settings.film)
        self._open_things.callback(film.close)  # who leaves before the first frame leaves no half
        return film

    def _runner(self, interview: Interview) -> Runner:
        room, settings, film = self._room, self._plan.settings, self._film
        filming = None
        if film is not None:
            filming = Filming(film, room.picture, interview.note_storage_error)
        rate = settings.film.fps if film else settings.picture.frames_per_s
        paced_by_screen = room.stage.windowed and film is None
        frame_s = 0.0 if paced_by_screen else 1.0 / rate
        governed = None
        if room.stage.driver.software:
            # a software driver waits for no screen: it would take all the time there is
            governed = Governed(
                FrameGovernor(settings.pace), interview.draw_more_simply, self._all_loaded
            )
        return Runner(self._clock, lambda: room.open, frame_s, filming, governed)

    def _all_loaded(self) -> bool:
        """Whether nothing is opened or loaded beside the picture any more."""
        return self._senses.settled == 1.0 or self._clock.now() > OPEN_WITHIN_S

    def _await_candidate(self) -> None:
        """Waits until a recorded or synthetic candidate is there: its part begins with a cue.

        A person is not waited for: she greets them while their devices are opened.
        """
        room, senses, clock = self._room, self._senses, SessionClock()
        with ProgressBar("opening camera and microphone", self._plan.quiet) as bar:

            def there() -> bool:
                bar.set_progress(senses.settled, "")
                return senses.open or clock.now() > READY_S

            if room.stage.windowed:
                wait(room, self._plan.seed, there, clock, BUSY_FRAME_S)
            else:
                Runner(clock, frame_s=_OPENING_FRAME_S).run(_Undrawn(there))

    def _finish(self, interview: Interview, runner: Runner, memory: MemoryWatch) -> None:
        plan, senses, film = self._plan, self._senses, self._film
        end_s = self._clock.now()
        interview.drain()
        senses.stop()
        interview.drain()
        figures = {
            **runner.times.figures(),
            "dropped_camera": senses.seeing.dropped if senses.seeing is not None else 0,
            "dropped_microphone": senses.hearing.dropped if senses.hearing is not None else 0,
            "dropped_film": film.counts.dropped if film is not None else 0,
            "memory_mb": memory.peak_mb,
        }
        with contextlib.suppress(RecruiterError):
            self._writer.event(Event(end_s, "game", "frames", figures))
        try:
            for mixdown in self._sounds:
                mixdown.close(end_s)
            join_sounds(plan.folder, end_s)
            if film is not None:
                film.close(sound_of(film, plan.folder), FILM_RATE_HZ)
        except StorageError as error:
            interview.note_storage_error(error)
        (plan.folder / ROOM_SOUND).unlink(missing_ok=True)
        if not self._consent:
            for name in SOUNDS:
                (plan.folder / name).unlink(missing_ok=True)


class _Undrawn:
    """A scene of waiting that nobody sees."""

    def __init__(self, done: Callable[[], bool]) -> None:
        self._done = done

    def step(self, t_s: float) -> bool:
        return not self._done()


def _window(settings: Settings, room: Room) -> HeadWindow | None:
    """What lets the view follow the head, where it shall."""
    if not settings.immersion.follow:
        return None
    room.follow(STILL)  # draws the room in depth now, not in the middle of a greeting
    return HeadWindow(settings.immersion)


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
        "created": datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        "kind": plan.kind,
        "role": plan.role,
        "persona": plan.persona.name,
        "manner": plan.manner,
        "files": plan.files,
        "understanding": plan.settings.dialogue.conduct.understanding,
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
