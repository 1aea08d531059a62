"""The loop of a live interview: once a frame, from readings to acts to the picture.

Nothing in it blocks but the wait for the next frame. Everything that reaches the fusion and the
dialogue is recorded in the order in which it reached them, so that a replay can do the same again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import ParamSpec

import numpy as np
import psutil

from dialogue.manager import DialogueManager
from dialogue.types import Feedback, Progress, RecruiterAct
from game.behaviour.recruiter import Recruiter
from game.scene.immersion import HeadWindow
from game.scene.room import Room
from game.sound.ambience import Ambience
from game.sound.film import Film
from perception.clock import Clock
from perception.errors import StorageError
from perception.fusion import Fusion, Input
from perception.pipeline.hearing import Hearing
from perception.pipeline.seeing import Seeing
from perception.types import Cue, Event, Words
from scoring.record.writer import SessionWriter

P = ParamSpec("P")

RESTARTS = 3  # a camera process that dies more often is left alone, and its signal is missing
RESTART_AFTER_S = 1.0
TROUBLES = ("lost", "unavailable", "silent", "clipping", "noisy", "hum", "unclear", "no_face")
BEHAVIOUR_EVERY_S = 0.5  # a line of the record holds the sync points of about this long


@dataclass(slots=True)
class FrameTimes:
    """How long the frames of a session took."""

    work_s: list[float] = field(default_factory=list)
    """Seconds of each frame without the wait."""
    gaps_s: list[float] = field(default_factory=list)
    """Seconds from each frame to the next."""
    late: int = 0
    """Frames that were skipped because the one before took too long."""


class Interview:
    """One interview under way.

    Attributes:
        times: how long its frames took.
        memory_mb: most resident memory of this process and its workers.
        storage_error: why the record ends early, where it does.

    Args:
        clock: session time.
        room: picture and overlays.
        recruiter: plays the acts.
        manager: decides the acts.
        fusion: joins the readings.
        writer: keeps the record.
        seeing: None without a camera.
        hearing: None without a microphone.
        film: None where none is wanted.
        frame_s: least seconds from frame to frame; 0 where the screen's refresh paces them.
        ambience: the room's own sounds; None for none.
        window: moves the view with the candidate's head; None for a view that stands still.
    """

    def __init__(
        self,
        clock: Clock,
        room: Room,
        recruiter: Recruiter,
        manager: DialogueManager,
        fusion: Fusion,
        writer: SessionWriter,
        seeing: Seeing | None,
        hearing: Hearing | None,
        film: Film | None = None,
        frame_s: float = 1 / 60,
        ambience: Ambience | None = None,
        window: HeadWindow | None = None,
    ) -> None:
        self._clock = clock
        self._room = room
        self._recruiter = recruiter
        self._manager = manager
        self._fusion = fusion
        self._writer = writer
        self._seeing = seeing
        self._hearing = hearing
        self._film = film
        self._frame_s = frame_s
        self._ambience = ambience
        self._window = window
        self._typed: list[str] = []
        self._turns = 0
        self._restarts = 0
        self._restart_s: float | None = None
        self._begun_s = clock.now()
        self.times = FrameTimes()
        self.memory_mb = 0.0
        self._typing: list[int] = []
        self.storage_error: StorageError | None = None
        room.on_typed(self._typed.append, lambda text: self._typing.append(len(text)))

    def announce_missing(self, source: str, message: str) -> None:
        """Records and shows that a signal is missing from the start."""
        self._take(Event(self._clock.now(), source, "unavailable", {"message": message}))

    def announce_end_of_part(self, message: str) -> None:
        """Records that nothing more will come from the candidate; she then closes politely."""
        self._take(Event(self._clock.now(), "candidate", "part_over", {"message": message}))

    def run(self, until: Callable[[], bool] | None = None) -> str:
        """Runs to the end of the interview.

        Args:
            until: asked every frame; True ends the interview early.

        Returns:
            "complete", or "interrupted" when the window was closed or ``until`` said so.
        """
        next_s = self._clock.now()
        last_s = next_s
        # a little ahead, so that both senses have the cue before its time has come
        self._cue(Cue("begin", next_s + 0.3))
        memory_at = 0.0
        while not self._manager.finished or self._recruiter.delivery.busy:
            if not self._room.open or (until is not None and until()):
                return "interrupted"
            began_s = self._clock.now()
            self.tick(began_s)
            done_s = self._clock.now()
            self.times.work_s.append(done_s - began_s)
            self.times.gaps_s.append(began_s - last_s)
            last_s = began_s
            if done_s >= memory_at:
                self.memory_mb = max(self.memory_mb, _memory_mb())
                memory_at = done_s + 2.0
            next_s = self._wait(next_s)
        return "complete"

    def tick(self, t_s: float) -> None:
        """One frame: takes what came, lets the dialogue decide, and draws."""
        for item in self._arrivals(t_s):
            self._take(item)
        feedback = self._recruiter.take_feedback()
        self._tell(feedback)
        state = self._fusion.state(t_s)
        self._guard(self._writer.tick, t_s)
        acts = self._manager.step(state, feedback)
        self._perform(acts, t_s)
        if self._window is not None:
            self._room.follow(self._window.update(t_s, state.face))
        self._draw(t_s)

    def drain(self) -> None:
        """Records what still comes from workers after the last frame, without acting on it."""
        self._record_behaviour(self._clock.now(), all_of_it=True)
        for item in self._arrivals(self._clock.now()):
            if isinstance(item, Event):
                self._guard(self._writer.event, item)
            else:
                self._guard(self._writer.reading, item)

    def frame_figures(self) -> dict[str, float | int | None]:
        """Frames a second, tick times and what was dropped, for the record."""
        work = np.sort(np.array(self.times.work_s)) if self.times.work_s else None
        gaps = np.array(self.times.gaps_s[1:]) if len(self.times.gaps_s) > 1 else None
        film = self._film.counts if self._film is not None else None
        return {
            "frames": len(self.times.work_s),
            "frames_per_s": None if gaps is None else float(1.0 / gaps.mean()),
            "tick_p50_ms": None if work is None else float(1e3 * np.percentile(work, 50)),
            "tick_p99_ms": None if work is None else float(1e3 * np.percentile(work, 99)),
            "late_frames": self.times.late,
            "dropped_camera": self._seeing.dropped if self._seeing is not None else 0,
            "dropped_microphone": self._hearing.dropped if self._hearing is not None else 0,
            "dropped_film": film.dropped if film is not None else 0,
            "memory_mb": self.memory_mb,
        }

    def note_storage_error(self, error: StorageError) -> None:
        """Keeps and shows the first reason why something is no longer recorded."""
        if self.storage_error is None:
            self.storage_error = error
            self._room.notice(str(error), "record")

    # -- in ------------------------------------------------------------------------------------

    def _arrivals(self, t_s: float) -> Iterable[Input]:
        if self._seeing is not None:
            yield from self._seeing.poll()
        if self._hearing is not None:
            yield from self._hearing.poll()
        typed, self._typed[:] = list(self._typed), []
        for text in typed:
            yield Words(t_s, t_s, text, source="typed")
        typing, self._typing[:] = list(self._typing), []
        if typing:
            yield Event(t_s, "candidate", "typing", {"characters": typing[-1]})
        if self._restart_s is not None and t_s >= self._restart_s and self._seeing is not None:
            self._restart_s = None
            self._seeing.restart()

    def _take(self, item: Input) -> None:
        self._fusion.update(item)
        if isinstance(item, Event):
            self._guard(self._writer.event, item)
            self._mind_trouble(item)
        else:
            self._guard(self._writer.reading, item)

    def _mind_trouble(self, event: Event) -> None:
        message = str(event.data.get("message", ""))
        if event.kind in TROUBLES:
            self._room.notice(message or f"{event.source}: {event.kind}", event.source)
        elif event.kind in ("restored", "face_back", "heard"):
            self._room.clear_notice(event.source)
        unheard = event.source == "microphone" and event.kind in ("lost", "unavailable", "silent")
        if unheard or event.kind == "unclear":
            self._room.offer_typing()
        if event.kind == "lost":
            self._plan_restart(event)

    def _plan_restart(self, event: Event) -> None:
        """Has a camera process that died started again; hearing looks after its own."""
        if self._seeing is None or event.source != "camera" or self._restarts >= RESTARTS:
            return
        self._restarts += 1
        self._restart_s = event.t_s + RESTART_AFTER_S * self._restarts

    def _tell(self, feedback: list[Feedback]) -> None:
        for told in feedback:
            self._guard(self._writer.progress, told)

    # -- out -----------------------------------------------------------------------------------

    def _perform(self, acts: tuple[RecruiterAct, ...], t_s: float) -> None:
        for act in acts:
            self._guard(self._writer.act, act)
            if act.kind == "listen" and act.data.get("answer") == "new":
                self._fusion.begin_answer(float(act.data.get("from_s", t_s)))
                self._cue(Cue("turn", t_s, {"question": act.question_id, "index": self._turns}))
                self._turns += 1
            elif act.text:
                self._cue(Cue("recruiter_speaks", t_s, {"text": act.text, "kind": act.kind}))
            if act.kind == "close":
                self._cue(Cue("close", t_s))
        self._recruiter.play(acts, t_s)
        if acts:
            self._recruiter.prepare(self._manager.upcoming())

    def _cue(self, cue: Cue) -> None:
        for sense in (self._seeing, self._hearing):
            if sense is not None:
                sense.cue(cue)

    def _draw(self, t_s: float) -> None:
        room, recruiter = self._room, self._recruiter
        recruiter.gaze.candidate = room.direction_to_candidate()
        pose = recruiter.update(t_s)
        if recruiter.delivery.storage_error is not None:
            self.note_storage_error(recruiter.delivery.storage_error)
        for block in recruiter.blocks:
            data = dataclasses.asdict(block)
            event = Event(t_s, "game", "block", data)
            self._guard(self._writer.event, event)
        recruiter.blocks.clear()
        if self._ambience is not None:
            self._ambience.hear(recruiter.noises)
            self._ambience.update(t_s)
            if self._ambience.storage_error is not None:
                self.note_storage_error(self._ambience.storage_error)
        recruiter.noises.clear()
        self._record_behaviour(t_s)
        line = recruiter.delivery.line
        room.caption(line.act.text if line is not None else None, t_s)
        number, of = self._manager.progress
        room.progress(number, of, t_s - self._begun_s)
        if self._seeing is not None:
            room.self_view(self._seeing.thumbnail(), t_s)
        room.draw(pose)
        recruiter.shown(self._clock.now())
        if self._film is not None:
            self._guard(self._film.add_picture, t_s, self._film.fitted(room.picture()))

    def _record_behaviour(self, t_s: float, all_of_it: bool = False) -> None:
        """Records which sync points have passed, a few times a second, and what is not shown."""
        realizer = self._recruiter.realizer
        told = realizer.told
        if told and (all_of_it or realizer.warnings or t_s - told[0].t_s >= BEHAVIOUR_EVERY_S):
            passed = [
                [each.block, each.behaviour, each.point, round(each.t_s, 3)]
                for each in told
                if isinstance(each, Progress)
            ]
            told.clear()
            if passed:
                event = Event(t_s, "game", "behaviour", {"passed": passed})
                self._guard(self._writer.event, event)
        while realizer.warnings:
            warning = dataclasses.asdict(realizer.warnings.popleft())
            event = Event(t_s, "game", "behaviour", {"warning": warning})
            self._guard(self._writer.event, event)

    # -- time and trouble ------------------------------------------------------------------------

    def _wait(self, next_s: float) -> float:
        if self._frame_s <= 0.0:
            return next_s
        next_s += self._frame_s
        now = self._clock.now()
        if now < next_s:
            self._clock.sleep(next_s - now)
            return next_s
        behind = int((now - next_s) / self._frame_s)
        self.times.late += behind
        return next_s + behind * self._frame_s

    def _guard(self, write: Callable[P, object], *args: P.args, **more: P.kwargs) -> None:
        """Writes to the record; a full disk ends the recording, not the interview."""
        try:
            write(*args, **more)
        except StorageError as error:
            self.note_storage_error(error)


def _memory_mb() -> float:
    """Resident memory of this process and its workers, in MB."""
    process = psutil.Process()
    total = 0
    for each in (process, *process.children(recursive=True)):
        try:
            total += each.memory_info().rss
        except psutil.NoSuchProcess:
            continue  # it ended while we looked
    return total / 1e6
