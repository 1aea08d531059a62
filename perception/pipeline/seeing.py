"""Seeing: the handle that the program holds of its eye, a process of its own.

In that process the main thread waits at the camera and stamps frames; a second thread reads the
face in the newest one, so a slow picture drops frames instead of ageing them; a third reads the
body in the newest of those, more rarely; a fourth, with consent, writes the pictures to a file.

The process goes through parts: the green room, then the interview. A device stays open between
them, so that nobody waits for it twice; a recording begins anew.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from perception.calibration import Calibration
from perception.camera.base import NoFrameYet, Reporting
from perception.camera.picture_recorder import PictureRecorder
from perception.camera.thumbnail import MOST_PX, Thumbnail
from perception.errors import RecruiterError
from perception.pipeline.body import BodyPipeline, BodyThread, open_body_pipeline
from perception.pipeline.face import FacePipeline, Lesson, SeeingSettings, Seen, observe
from perception.pipeline.kept_source import KeptSource
from perception.process.channel import Latest
from perception.process.link import Begin, Link
from perception.process.supervisor import RestartSettings, Supervisor
from perception.process.worker import WorkerProcess, WorkerSettings
from perception.source import SourceSpec
from perception.types import Cue, Event, Frame

__all__ = ["Seeing", "SeeingSettings", "Seen", "observe"]

_WAKE_S = 0.1
"""Longest wait for a frame before the loop turns to beats and commands."""

START_WITHIN_S = 120.0
"""A synthetic candidate bakes and renders before its first picture."""


class Seeing:
    """Handle of the seeing process.

    Events of its own, all of source ``camera`` unless said: ``lost`` and ``restored`` (device or
    process), ``unavailable`` (could not be opened), ``damaged`` (file), ``part_over`` (a recording
    is at its end), ``dropped`` (counts, at the end), ``recording_stopped``, ``coarse`` (pictures
    too small to read well), ``mode`` (a webcam gives another size or rate than it was asked for);
    of source ``face`` ``no_face`` (a wrong face is said as such), ``face_back``, ``other_person``,
    ``still`` (perhaps a photograph), ``moving`` and ``learned`` (see :meth:`learn`); and of source
    ``body`` ``unavailable``.

    A process that died is started again by :meth:`poll`, see
    :class:`~perception.process.supervisor.Supervisor`.

    Args:
        source: the camera, opened in the process.
        origin_s: ``time.monotonic()`` at session time 0.
        settings: how to see.
        record_to: MP4 to write the pictures to; None for none.
        calibration: what the green room learned.
        thumbnail_px: longest side of the pictures for the screen.
    """

    def __init__(
        self,
        source: SourceSpec,
        origin_s: float,
        settings: SeeingSettings | None = None,
        record_to: Path | None = None,
        calibration: Calibration | None = None,
        thumbnail_px: int = MOST_PX,
    ) -> None:
        settings = settings or SeeingSettings()
        self._thumbnail: Thumbnail | None = Thumbnail(most_px=thumbnail_px)
        self._picture: NDArray[np.uint8] | None = None
        self._source = source
        work = SeeingWork(
            source, settings, record_to, calibration, self._thumbnail.name, thumbnail_px
        )
        watch = WorkerSettings(start_within_s=START_WITHIN_S)
        self._worker = WorkerProcess("camera", work, origin_s, watch)
        restart = RestartSettings(settings.restarts, settings.restart_after_s)
        self._supervisor = Supervisor(self._worker, restart)
        self._camera_dropped = 0

    @property
    def ready(self) -> bool:
        """Whether the camera runs and faces can be read."""
        return self._worker.ready

    @property
    def settled(self) -> bool:
        """Whether it is known how opening the camera went: it runs, or it cannot."""
        return self._supervisor.settled

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._worker.alive

    @property
    def pid(self) -> int | None:
        """Process id; None before :meth:`start`."""
        return self._worker.pid

    @property
    def error(self) -> RecruiterError | None:
        """Why the camera could not be opened; None while all is well."""
        return self._worker.error

    @property
    def dropped(self) -> int:
        """Frames that were never read and readings that were never polled, as far as known."""
        return self._camera_dropped + self._worker.dropped

    @property
    def memory_mb(self) -> float:
        """Resident memory of the process at its last sign of life."""
        return self._worker.memory_mb

    def start(self) -> None:
        """Starts the process and returns at once."""
        if self._thumbnail is None:
            raise ValueError("this handle was stopped; make a new one")
        self._worker.start()

    def prepare(self) -> None:
        """Starts the process, which loads its models; the camera is opened by :meth:`begin`.

        Returns at once.
        """
        if self._thumbnail is None:
            raise ValueError("this handle was stopped; make a new one")
        self._worker.prepare()

    def begin(
        self,
        origin_s: float,
        settings: SeeingSettings | None = None,
        record_to: Path | None = None,
        calibration: Calibration | None = None,
        thumbnail_px: int = MOST_PX,
    ) -> None:
        """Begins a new part of the session; never blocks, :attr:`settled` says when it runs.

        A device stays open; a recording or a synthetic candidate begins anew.

        Args:
            origin_s: ``time.monotonic()`` at the part's session time 0.
            settings: how to see.
            record_to: MP4 to write the pictures to; None for none.
            calibration: what was learned before.
            thumbnail_px: longest side of the pictures for the screen, no more than before.
        """
        if self._thumbnail is None:
            raise ValueError("this handle was stopped; make a new one")
        work = SeeingWork(
            self._source,
            settings or SeeingSettings(),
            record_to,
            calibration,
            self._thumbnail.name,
            thumbnail_px,
        )
        self._camera_dropped = 0
        self._worker.begin(work, origin_s)

    def poll(self) -> list[Seen]:
        """What was seen since the last call, oldest first; never blocks."""
        items: list[Seen] = self._supervisor.poll()
        for item in items:
            if isinstance(item, Event) and item.kind == "dropped":
                self._camera_dropped = int(item.data["frames"])
        return items

    def thumbnail(self) -> NDArray[np.uint8] | None:
        """The newest picture, (h, w, 3) uint8 RGB, at most ``thumbnail_px``; None before any."""
        if self._thumbnail is not None:
            self._picture = self._thumbnail.read()
        return self._picture

    def cue(self, cue: Cue) -> None:
        """Passes a cue to a recorded or synthetic candidate; never blocks."""
        self._worker.send(cue)

    def learn(self, what: Lesson, on: bool) -> None:
        """Begins or ends a lesson of the green room; never blocks.

        At its end :meth:`poll` brings an event ``learned``, see
        :meth:`perception.pipeline.face.FacePipeline.learn`.
        """
        self._worker.send(Learn(what, on))

    def spare_body(self, on: bool) -> None:
        """Has bodies looked for more rarely, or as often as ever again; never blocks."""
        self._worker.send(SpareBody(on))

    def restart(self) -> None:
        """Starts again at once a process that died, which :meth:`poll` would do in its time.

        A camera that was unplugged is not a lost process: the process opens it again by itself.
        """
        self._supervisor.restart()

    def stop(self) -> None:
        """Ends the process, finishes the recording, and waits for that."""
        self._worker.stop()
        if self._thumbnail is not None:
            self._thumbnail.close()
            self._thumbnail = None


@dataclass(frozen=True, slots=True)
class SpareBody:
    """Asks that bodies be looked for more rarely, or as often as ever."""

    on: bool


@dataclass(frozen=True, slots=True)
class Learn:
    """Asks the process to begin or end a lesson."""

    what: Lesson
    on: bool


@dataclass(frozen=True, slots=True)
class SeeingWork:
    """What the seeing process does in one part of a session."""

    source: SourceSpec
    settings: SeeingSettings
    record_to: Path | None
    calibration: Calibration | None
    thumbnail: str
    """Name of the shared memory that takes the newest picture."""
    thumbnail_px: int

    def load(self) -> None:
        """Has the models in memory, so that those of a part are there in a moment."""
        self.source.load()
        FacePipeline(self.settings, self.calibration).close()
        body = open_body_pipeline(self.settings.body, 0.0)
        if isinstance(body, BodyPipeline):
            body.close()

    def run(self, link: Link) -> None:
        """Grabs frames until asked to stop, part after part."""
        thumbnail = Thumbnail(self.thumbnail)
        source: KeptSource | None = None
        part = _Part(self, link, thumbnail)
        try:
            while True:
                part.load()  # while the camera opens
                if source is None:
                    source = KeptSource(self.source, link.clock)
                else:
                    source.begin()
                begin = part.watch(source)
                if begin is None:
                    return
                link.begin(begin)
                part = _Part(begin.work, link, thumbnail)
        finally:
            part.close(source)
            if source is not None:
                source.close()
            thumbnail.close()


class _Part:
    """One part of a session in the seeing process: its readings, and its recording."""

    def __init__(self, work: SeeingWork, link: Link, thumbnail: Thumbnail) -> None:
        self._work = work
        self._link = link
        self._thumbnail = thumbnail
        self._reader = _Reader(work, link)
        self._recorder: PictureRecorder | None = None
        self._told_over = False
        self._closed = False

    def load(self) -> None:
        """Begins to load the models; returns at once."""
        self._thumbnail.limit(self._work.thumbnail_px)
        self._reader.start()

    def watch(self, source: KeptSource) -> Begin | None:
        """Grabs and passes on until asked to stop, or to begin another part, which is returned."""
        link, camera = self._link, source.opened
        if self._work.record_to is not None:
            self._recorder = PictureRecorder(self._work.record_to, camera.nominal_fps)
        self._reader.await_loaded()
        link.ready()
        while not link.stopping:
            begin = self._obey(camera)
            if begin is not None:
                self.close(source)
                return begin
            try:
                frame = camera.read()
            except NoFrameYet:
                self._pass_on_events(source)
                continue
            self._pass_on_events(source)
            if frame is not None:
                self._take(source.dated(frame))
            if not self._told_over and (frame is None or getattr(camera, "part_over", False)):
                self._told_over = True
                self._reader.finish()
                link.event("camera", "part_over", message="the candidate's pictures are over")
            if frame is None:
                self._reader.over = True
                link.wait_stopping(_WAKE_S)
            self._reader.check()
        return None

    def close(self, source: KeptSource | None) -> None:
        """Ends the threads, finishes the recording, and tells what was dropped; once."""
        if self._closed or source is None:
            return  # a camera that could not be opened has dropped nothing
        self._closed = True
        self._reader.stop()
        recorder = self._recorder
        if recorder is not None:
            recorder.close()
        self._link.event(
            "camera",
            "dropped",
            frames=self._reader.dropped + getattr(source.opened, "dropped", 0),
            recording=0 if recorder is None else recorder.dropped,
        )

    def _obey(self, camera: object) -> Begin | None:
        begin: Begin | None = None
        for command in self._link.commands():
            if isinstance(command, Begin):
                begin = command
            elif isinstance(command, Learn):
                self._reader.ask(command)
            elif isinstance(command, SpareBody):
                self._reader.spare_body(command.on)
            else:
                camera.cue(command)  # type: ignore[attr-defined]
        return begin

    def _take(self, frame: Frame) -> None:
        self._reader.put(frame)
        self._thumbnail.write(frame.image)
        recorder = self._recorder
        if recorder is None:
            return
        recorder.write(frame)
        if recorder.error is not None:
            self._link.event("camera", "recording_stopped", message=str(recorder.error))
            self._recorder = None

    def _pass_on_events(self, source: KeptSource) -> None:
        if isinstance(source.opened, Reporting):
            for event in source.opened.events():
                self._link.post(source.dated(event))


class _Reader:
    """The thread that reads the candidate in the newest frame."""

    def __init__(self, work: SeeingWork, link: Link) -> None:
        self.over = False
        self._work = work
        self._link = link
        self._frames: Latest[Frame] = Latest()
        self._asked: list[Learn] = []
        self._asking = threading.Lock()
        self._loaded = threading.Event()
        self._error: Exception | None = None
        self._camera_lost = False
        self._frame_s = link.clock.now()
        self._thread = threading.Thread(target=self._read, name="face-reader", daemon=True)
        self._body = BodyThread(work.settings.body, link)

    @property
    def dropped(self) -> int:
        """Frames that a newer one replaced before they were read."""
        return self._frames.dropped

    def start(self) -> None:
        self._thread.start()

    def await_loaded(self) -> None:
        """Waits until the models are in memory; raises what kept them from it."""
        while not self._loaded.wait(_WAKE_S) and not self._link.stopping:
            self.check()
        self._frame_s = self._link.clock.now()

    def put(self, frame: Frame) -> None:
        """Replaces the frame that waits."""
        self._frames.put(frame)

    def ask(self, command: Learn) -> None:
        """Hands a lesson to the thread; it takes effect before the next frame."""
        with self._asking:
            self._asked.append(command)

    def spare_body(self, on: bool) -> None:
        """Has bodies looked for more rarely, or as often as ever again."""
        self._body.spare(on)

    def finish(self) -> None:
        """Waits, briefly, until the last frame was taken."""
        for _ in range(20):
            if self._frames.empty:
                return
            self._link.wait_stopping(0.01)

    def check(self) -> None:
        """Raises in the main thread what ended this one."""
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        self._frames.close()
        if self._thread.ident is not None:
            self._thread.join(5.0)
        self._body.stop()

    def _read(self) -> None:
        try:
            pipeline = FacePipeline(self._work.settings, self._work.calibration)
            self._loaded.set()
            self._body.start()
            while (frame := self._next()) is not None:
                with self._asking:
                    asked, self._asked = self._asked, []
                for command in asked:
                    learned = pipeline.learn(command.what, command.on)
                    if learned is not None:
                        self._link.post(learned)
                for seen in pipeline.process_frame(frame, self._link.clock):
                    self._link.post(seen)
                self._body.offer(frame, pipeline.face_place)
            pipeline.close()
        except Exception as error:  # handed to the main thread, which ends the process with it
            self._error = error
            self._loaded.set()

    def _next(self) -> Frame | None:
        while not self._frames.closed:
            frame = self._frames.pop(_WAKE_S)
            self._link.beat()
            if frame is not None:
                self._watch(True)
                return frame
            self._watch(False)
        return None

    def _watch(self, arrived: bool) -> None:
        """Says when a camera gives no pictures although nobody has called it lost."""
        now = self._link.clock.now()
        if arrived:
            self._frame_s = now
            if self._camera_lost:
                self._camera_lost = False
                self._link.event("camera", "restored", message="the camera gives pictures again")
            return
        quiet_s = now - self._frame_s
        if self.over or self._camera_lost or not self._link.is_ready:
            return
        if quiet_s > self._work.settings.camera_silent_s:
            self._camera_lost = True
            message = f"the camera has given no picture for {quiet_s:.0f} s; check it"
            self._link.event("camera", "lost", message=message)
