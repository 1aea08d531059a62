"""A video or picture file in the candidate's place, decoded with PyAV."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from perception.camera.damage import DamageWatch
from perception.camera.presentation import (
    UPRIGHT,
    Orientation,
    orientation,
    pixel_shape,
    shown,
    shown_size,
)
from perception.camera.tile import Box, cut, cut_size, parse_tile
from perception.clock import Clock
from perception.errors import InputError
from perception.file_time import FileTime, begins_s, stamped_s
from perception.open_media import is_still, open_media, pictures_of, sounds_of
from perception.types import Cue, Event, Frame


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What a file says of itself before it is decoded."""

    size: tuple[int, int]
    """(width, height) in pixels as stored, before any rotation."""
    pixel: Fraction | None
    """Width over height of one pixel; None where the file does not say."""
    fps: float
    """Average frames per second."""
    duration_s: float | None
    """s; None where the file does not say, and for a still picture."""
    has_sound: bool
    still: bool
    """Whether it is one picture."""
    orientation: Orientation = UPRIGHT
    """How its pictures are turned and mirrored when they are shown."""


def probe(path: Path) -> VideoInfo:
    """Reads a video's headers and its first picture.

    Raises:
        InputError: the file is missing, empty, not a video, has no picture, or is too damaged.
    """
    with open_media(path) as container:
        stream = _picture_stream(container, path)
        first = _first_whole(container, stream)
        if first is None:
            raise InputError(f"{path}: no picture in it can be decoded; {_advice(path)}")
        return VideoInfo(
            size=(stream.codec_context.width, stream.codec_context.height),
            pixel=pixel_shape(stream),
            fps=float(stream.average_rate or stream.guessed_rate or 25.0),
            duration_s=_duration_s(container, stream),
            has_sound=bool(sounds_of(container)),
            still=is_still(container),
            orientation=orientation(first),
        )


WAITING_FRAME_S = 0.1
"""Seconds from frame to frame while a recording waits to begin."""


class FileCamera:
    """A file as a camera.

    Paced, each frame is given when the session clock reaches its time; frames whose time has long
    passed are skipped and counted, and leave a gap in ``seq``. Frames carry the time of the file
    (start plus presentation time, by :mod:`perception.file_time`), so variable frame rates, gaps,
    pictures that begin later than the sound, and jitter of the machine do no harm.

    Args:
        path: video or still picture.
        loop: begin again at the end; session time runs on without a seam.
        realtime: pace by the clock; otherwise as fast as possible, for analysis.
        start_s: session time at which the file begins; None for the moment of the first read.
        still_fps: rate at which a still picture is repeated.
        max_width: pixels; wider pictures are scaled down to it.
        await_begin: show the first frame until the cue ``begin``, then play from its time on, in
            step with whatever else begins with it.
        tile: the part of the picture to give, see :mod:`perception.camera.tile`; empty for all.

    Attributes:
        dropped: frames skipped because their time had passed.
        damaged: packets that could not be decoded and pictures left out as incomplete; a file that
            breaks off counts as one.
        part_over: whether the last frame was given.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        loop: bool = False,
        realtime: bool = True,
        start_s: float | None = None,
        still_fps: float = 30.0,
        max_width: int = 1280,
        await_begin: bool = False,
        tile: str = "",
    ) -> None:
        self.path = Path(path)
        self.nominal_fps = still_fps
        self.size = (0, 0)
        self.dropped = 0
        self.damaged = 0
        self.part_over = False
        self._loop = loop
        self._realtime = realtime
        self._start_s = start_s
        self._still_fps = still_fps
        self._max_width = max_width
        self._waiting = await_begin
        self._tile = parse_tile(tile)
        self._box: Box | None = None
        self._clock: Clock | None = None
        self._frames: Iterator[tuple[int, tuple[float, Any]]] | None = None
        self._events: list[Event] = []
        self._closed = False
        self._promised_s: float | None = None
        self._pixel: Fraction | None = None
        self._orientation = UPRIGHT
        self._damage = DamageWatch(whole=False)

    def start(self, clock: Clock) -> None:
        """Opens the file.

        Raises:
            InputError: it is missing, empty, not a video, has no picture, or is too damaged; or
                the tile is not in its picture.
        """
        info = probe(self.path)
        self._clock = clock
        self._closed = False
        self.nominal_fps = self._still_fps if info.still else info.fps
        self._pixel, self._orientation = info.pixel, info.orientation
        whole = info.orientation.turned(shown_size(*info.size, info.pixel))
        if self._tile is not None:
            try:
                self._box = self._tile.within(whole)
            except InputError as error:
                raise InputError(f"{self.path}: {error}") from None
        width, height = info.orientation.turned(self._stored_size(*info.size))
        self.size = (width, height) if self._box is None else cut_size((width, height), self._box)
        self._promised_s = info.duration_s
        self._frames = enumerate(self._still_frames() if info.still else self._video_frames())

    def read(self) -> Frame | None:
        """Waits for the next frame; None at the end of a file that does not loop."""
        assert self._clock is not None and self._frames is not None, "start() comes first"
        if self._waiting:
            return self._first_frame()
        for seq, (media_s, picture) in self._frames:
            if self._closed:
                return None
            if self._start_s is None:
                self._start_s = self._clock.now()
            due_s = self._start_s + media_s
            if self._realtime:
                ahead_s = due_s - self._clock.now()
                # One and a half frames: a single late wake-up must not cost a frame.
                if ahead_s < -1.5 / self.nominal_fps:
                    self.dropped += 1
                    continue
                self._clock.sleep(ahead_s)
            image = picture if isinstance(picture, np.ndarray) else self._image(picture)
            if self._damage.damaged(image):
                self._leave_out(media_s)
                continue
            self.size = (image.shape[1], image.shape[0])
            return Frame(due_s, seq, image)
        self.part_over = True
        return None

    def _leave_out(self, media_s: float) -> None:
        assert self._clock is not None
        if not self.damaged:
            message = (
                f"{self.path.name}: incomplete pictures, the first at {media_s:.1f} s, are left out"
            )
            self._events.append(Event(self._clock.now(), "camera", "damaged", {"message": message}))
        self.damaged += 1

    def _first_frame(self) -> Frame | None:
        """The frame that stands until the recording may begin; None for a file without any."""
        assert self._clock is not None and self._frames is not None
        first = next(self._frames, None)
        if first is None:
            return None
        self._frames = itertools.chain((first,), self._frames)
        self._clock.sleep(WAITING_FRAME_S)
        picture = first[1][1]
        image = picture if isinstance(picture, np.ndarray) else self._image(picture)
        return Frame(self._clock.now(), 0, image)

    def cue(self, cue: Cue) -> None:
        """Starts a recording that waits for ``begin``; other cues are not for a recording."""
        if cue.kind == "begin" and self._waiting:
            self._waiting = False
            self._start_s = cue.t_s

    def events(self) -> list[Event]:
        """``damaged`` where parts of the file could not be decoded."""
        events, self._events = self._events, []
        return events

    def close(self) -> None:
        self._closed = True
        if self._frames is not None:
            self._frames = iter(())

    def _still_frames(self) -> Iterator[tuple[float, Any]]:
        with open_media(self.path) as container:
            stream = _picture_stream(container, self.path)
            frame = _first_whole(container, stream)
            if frame is None:
                raise InputError(f"{self.path}: the picture cannot be decoded; use another file")
            image = self._image(frame)
        number = 0
        while True:
            yield number / self._still_fps, image
            number += 1

    def _video_frames(self) -> Iterator[tuple[float, Any]]:
        offset_s = 0.0
        while True:
            end_s = offset_s
            for media_s, frame in self._one_pass():
                yield offset_s + media_s, frame
                end_s = offset_s + media_s + 1.0 / self.nominal_fps
            if not self._loop or end_s <= offset_s:
                return
            offset_s = end_s

    def _one_pass(self) -> Iterator[tuple[float, Any]]:
        faults: list[str] = []
        last_s = -1.0 / self.nominal_fps
        first_s: float | None = None
        with open_media(self.path) as container:
            stream = _picture_stream(container, self.path)
            time = FileTime(begins_s(container))
            for frame in _decode(container, stream, faults):
                media_s = time.place(frame.time, 1.0 / self.nominal_fps)
                if first_s is None:
                    first_s = media_s
                if frame.is_corrupt:
                    # What is missing was guessed from the picture before, faces included.
                    faults.append("a picture is incomplete")
                    continue
                if media_s <= last_s:
                    continue  # two pictures at one time: the first stands
                last_s = media_s
                yield media_s, frame
        end_s = last_s + 1.0 / self.nominal_fps
        shown_s = end_s - (first_s or 0.0)  # a track that begins late is no shorter for it
        if not faults and self._promised_s is not None and _falls_short(shown_s, self._promised_s):
            # a file that was cut off often decodes without a fault as far as it goes; one whose
            # sound goes on to the end is whole
            there_s = stamped_s(self.path) or 0.0
            if _falls_short(there_s, self._promised_s):
                faults.append(f"it says it lasts {self._promised_s:.1f} s")
        if faults and not self.damaged:
            self._report_damage(faults, last_s)
        self.damaged += len(faults)

    def _report_damage(self, faults: list[str], last_s: float) -> None:
        assert self._clock is not None
        message = (
            f"{self.path.name}: damaged in {len(faults)} place(s) ({faults[0]}); "
            f"what could be read ends at {max(last_s, 0.0):.1f} s"
        )
        self._events.append(Event(self._clock.now(), "camera", "damaged", {"message": message}))

    def _image(self, frame: Any) -> NDArray[np.uint8]:
        image = shown(frame, self._stored_size(frame.width, frame.height), self._orientation)
        return image if self._box is None else cut(image, self._box)

    def _stored_size(self, width: int, height: int) -> tuple[int, int]:
        """Size to which a stored picture is brought: what is given of it is not too wide."""
        share = 1.0
        if self._box is not None:
            share = self._box[3] if self._orientation.on_side else self._box[2]
        return shown_size(width, height, self._pixel, round(self._max_width / share))


def _falls_short(end_s: float, promised_s: float) -> bool:
    # Headers round, and a last picture may stand for long: only a clear gap is damage.
    return promised_s - end_s > max(1.0, 0.02 * promised_s)


def _picture_stream(container: Any, path: Path) -> Any:
    streams = pictures_of(container)
    if not streams:
        raise InputError(f"{path}: has no picture, only sound; give it as --microphone instead")
    streams[0].thread_type = "AUTO"
    return streams[0]


def _duration_s(container: Any, stream: Any) -> float | None:
    if is_still(container):
        return None
    if stream.duration is not None:
        return float(stream.duration * stream.time_base)
    if container.duration is not None:
        return container.duration / av.time_base
    return None


def _advice(path: Path) -> str:
    if path.suffix.lower() == ".webp":
        return "a moving WebP cannot be read: save it as MP4"
    return "use another file"


def _first_whole(container: Any, stream: Any) -> Any | None:
    return next((f for f in _decode(container, stream, []) if not f.is_corrupt), None)


def _decode(container: Any, stream: Any, faults: list[str]) -> Iterator[Any]:
    """All pictures that can be decoded; what cannot is named in ``faults``."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except av.error.FFmpegError as error:
            faults.append(str(error.strerror))
            return
        try:
            yield from packet.decode()
        except av.error.FFmpegError as error:
            faults.append(str(error.strerror))
