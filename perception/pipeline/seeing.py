"""Seeing: the handle that the program holds of its eye, a process of its own.

In that process the main thread waits at the camera and stamps frames; a second thread reads the
face in the newest one, so a slow picture drops frames instead of ageing them; a third reads the
body in the newest of those, more rarely; a fourth, with consent, writes the pictures to a file.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from perception.calibration import Calibration
from perception.camera.base import NoFrameYet, Reporting
from perception.camera.picture_recorder import PictureRecorder
from perception.camera.thumbnail import MOST_PX, Thumbnail
from perception.errors import RecruiterError
from perception.pipeline.body import BodyThread
from perception.pipeline.face import Lesson, Observer, SeeingSettings, Seen, observe
from perception.process.worker import Link, WorkerProcess, WorkerSettings
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
    too small to read well); of source ``face`` ``no_face`` (a wrong face is said as such),
    ``face_back``, ``other_person``, ``still`` (perhaps a photograph), ``moving`` and ``learned``
    (see :meth:`learn`); and of source ``body`` ``unavailable``.

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
        work = SeeingWork(source, settings, record_to, calibration, self._thumbnail.name)
        watch = WorkerSettings(start_within_s=START_WITHIN_S)
        self._worker = WorkerProcess("camera", work, origin_s, watch)
        self._camera_dropped = 0
        self._started = False

    @property
    def ready(self) -> bool:
        """Whether the camera runs and faces can be read."""
        return self._worker.ready

    @property
    def settled(self) -> bool:
        """Whether it is known how opening the camera went: it runs, or it cannot."""
        return self._worker.ready or self._worker.error is not None

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

    def start(self) -> None:
        """Starts the process and returns at once."""
        if self._thumbnail is None:
            raise ValueError("this handle was stopped; make a new one")
        self._started = True
        self._worker.start()

    def poll(self) -> list[Seen]:
        """What was seen since the last call, oldest first; never blocks."""
        items: list[Seen] = self._worker.poll()
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
        :meth:`perception.pipeline.face.Observer.learn`.
        """
        self._worker.send(Learn(what, on))

    def restart(self) -> None:
        """Starts a new process in place of one that was lost; does nothing while one is well.

        A camera that was unplugged is not a lost process: the process opens it again by itself.
        """
        if self._started and not self._worker.well:
            self._worker.restart()

    def stop(self) -> None:
        """Ends the process, finishes the recording, and waits for that."""
        self._worker.stop()
        if self._thumbnail is not None:
            self._thumbnail.close()
            self._thumbnail = None


@dataclass(frozen=True, slots=True)
class Learn:
    """Asks the process to begin or end a lesson."""

    what: Lesson
    on: bool


@dataclass(frozen=True, slots=True)
class SeeingWork:
    """What the seeing process does."""

    source: SourceSpec
    settings: SeeingSettings
    record_to: Path | None
    calibration: Calibration | None
    thumbnail: str

    def run(self, link: Link) -> None:
        """Grabs frames until asked to stop or the source is over."""
        reader = _Reader(self, link)
        reader.start()
        camera = self.source.open(link.clock)
        recorder: PictureRecorder | None = None
        thumbnail = Thumbnail(self.thumbnail)
        told_over = False
        try:
            if self.record_to is not None:
                recorder = PictureRecorder(self.record_to, camera.nominal_fps)
            reader.await_loaded()
            link.ready()
            while not link.stopping:
                for command in link.commands():
                    if isinstance(command, Learn):
                        reader.ask(command)
                    else:
                        camera.cue(command)
                try:
                    frame = camera.read()
                except NoFrameYet:
                    _pass_on_events(camera, link)
                    continue
                _pass_on_events(camera, link)
                if frame is not None:
                    reader.put(frame)
                    thumbnail.write(frame.image)
                    if recorder is not None:
                        recorder = _record(recorder, frame, link)
                if not told_over and (frame is None or getattr(camera, "part_over", False)):
                    told_over = True
                    reader.finish()
                    link.event("camera", "part_over", message="the candidate's pictures are over")
                if frame is None:
                    reader.over = True
                    link.wait_stopping(_WAKE_S)
                reader.check()
        finally:
            reader.stop()
            camera.close()
            thumbnail.close()
            if recorder is not None:
                recorder.close()
            link.event(
                "camera",
                "dropped",
                frames=reader.dropped + getattr(camera, "dropped", 0),
                recording=0 if recorder is None else recorder.dropped,
            )


def _pass_on_events(camera: Any, link: Link) -> None:
    if isinstance(camera, Reporting):
        for event in camera.events():
            link.post(event)


def _record(recorder: PictureRecorder, frame: Frame, link: Link) -> PictureRecorder | None:
    recorder.write(frame)
    if recorder.error is None:
        return recorder
    link.event("camera", "recording_stopped", message=str(recorder.error))
    return None


class _Reader:
    """The thread that reads the candidate in the newest frame."""

    def __init__(self, work: SeeingWork, link: Link) -> None:
        self.dropped = 0
        self.over = False
        self._work = work
        self._link = link
        self._slot: Frame | None = None
        self._asked: list[Learn] = []
        self._arrived = threading.Condition()
        self._stopping = False
        self._loaded = threading.Event()
        self._error: Exception | None = None
        self._camera_lost = False
        self._frame_s = link.clock.now()
        self._thread = threading.Thread(target=self._read, name="face-reader", daemon=True)
        self._body = BodyThread(work.settings.body, link)

    def start(self) -> None:
        self._thread.start()

    def await_loaded(self) -> None:
        """Waits until the models are in memory; raises what kept them from it."""
        while not self._loaded.wait(_WAKE_S) and not self._link.stopping:
            self.check()
        self._frame_s = self._link.clock.now()

    def put(self, frame: Frame) -> None:
        """Replaces the frame that waits."""
        with self._arrived:
            if self._slot is not None:
                self.dropped += 1
            self._slot = frame
            self._arrived.notify()

    def ask(self, command: Learn) -> None:
        """Hands a lesson to the thread; it takes effect before the next frame."""
        with self._arrived:
            self._asked.append(command)

    def finish(self) -> None:
        """Waits, briefly, until the last frame was taken."""
        for _ in range(20):
            with self._arrived:
                if self._slot is None:
                    return
            self._link.wait_stopping(0.01)

    def check(self) -> None:
        """Raises in the main thread what ended this one."""
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        with self._arrived:
            self._stopping = True
            self._arrived.notify()
        if self._thread.ident is not None:
            self._thread.join(5.0)
        self._body.stop()

    def _read(self) -> None:
        try:
            observer = Observer(self._work.settings, self._work.calibration)
            self._loaded.set()
            self._body.start()
            while (frame := self._next()) is not None:
                with self._arrived:
                    asked, self._asked = self._asked, []
                for command in asked:
                    learned = observer.learn(command.what, command.on)
                    if learned is not None:
                        self._link.post(learned)
                for seen in observer.see(frame, self._link.clock):
                    self._link.post(seen)
                self._body.offer(frame, observer.face_place)
            observer.close()
        except Exception as error:  # handed to the main thread, which ends the process with it
            self._error = error
            self._loaded.set()

    def _next(self) -> Frame | None:
        while True:
            with self._arrived:
                if self._slot is None and not self._stopping:
                    self._arrived.wait(_WAKE_S)
                if self._stopping:
                    return None
                frame, self._slot = self._slot, None
            self._link.beat()
            if frame is not None:
                self._watch(True)
                return frame
            self._watch(False)

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
