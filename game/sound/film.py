"""The film of a session: what the candidate saw and heard, as MP4."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

import av
import av.codec
import cv2
import numpy as np
from numpy.typing import NDArray

from perception.errors import InputError, StorageError
from perception.interrupt import interrupt_postponed
from perception.private_files import private_file
from perception.settings import between, checked

Pixels = Literal["rgb24", "bgr24", "rgba", "bgra"]

_FRAGMENTS = {
    "movflags": "frag_keyframe+empty_moov+default_base_moof",
    "flush_packets": "1",  # to the system at once, where a kill cannot take it back
}
_END = None


@checked
@dataclass(frozen=True, slots=True)
class FilmSettings:
    """How films are encoded."""

    fps: Annotated[int, between(5, 60)] = 30
    """Pictures per second of the film, 5...60."""
    preset: Literal["ultrafast", "superfast", "veryfast", "faster", "fast", "medium"] = "veryfast"
    """x264's speed: ultrafast, superfast, veryfast, faster, fast, medium."""
    quality: Annotated[int, between(0, 51)] = 21
    """x264's constant rate factor, 0 (best)...51."""
    threads: Annotated[int, between(1, 16)] = 1
    """Threads that encode, 1...16; the picture's own work goes first."""
    waiting: Annotated[int, between(2, 120)] = 12
    """Pictures that may wait for the encoder, 2...120; beyond that they are dropped."""
    audio_kbps: Annotated[int, between(32, 320)] = 96
    """AAC's bit rate in kbit/s, 32...320."""


@dataclass(frozen=True, slots=True)
class FilmCounts:
    """What became of the pictures."""

    written: int = 0
    """Frames in the film."""
    duplicated: int = 0
    """Frames that show the picture before once more, for want of a new one."""
    replaced: int = 0
    """Pictures that came within one frame's time of another and gave way to it."""
    dropped: int = 0
    """Pictures left out because the encoder was behind."""


@dataclass(frozen=True, slots=True)
class _Shot:
    picture: NDArray[np.uint8]
    pixels: Pixels
    bottom_up: bool
    frame: int


class Film:
    """Encodes pictures in a thread, at a constant rate by session time.

    Frame k shows session time ``start_s + k / fps``. Pictures may come at any rate: between two of
    them the earlier is repeated, and of several within one frame's time the last is shown. The
    film grows as a fragmented MP4 beside its place (``name.part.mp4``), playable to the last
    second if the program is killed; ``close`` adds the sound and puts the whole in place.

    Args:
        path: where the film is to be, with the ending ``.mp4``.
        width: of every picture in px; even.
        height: of every picture in px; even.
        settings: how to encode.

    Raises:
        InputError: the size is odd.
        StorageError: nothing can be written there.
    """

    def __init__(
        self, path: Path, width: int, height: int, settings: FilmSettings | None = None
    ) -> None:
        if width % 2 or height % 2 or width < 2 or height < 2:
            raise InputError(f"a film of {width}x{height} px cannot be encoded; use an even size")
        self.path = path
        self.start_s: float | None = None
        """Session time of the first frame; None before there is one."""
        self._settings = settings or FilmSettings()
        self._size = (width, height)
        self._part = path.with_name(f"{path.stem}.part.mp4")
        self._queue: queue.Queue[_Shot | None] = queue.Queue(self._settings.waiting)
        self._failure: StorageError | None = None
        self._closed = False
        self._last_frame = -1
        self._replaced = self._dropped = self._written = self._duplicated = 0
        try:
            private_file(self._part)  # says now, not at the first frame, that it cannot be
            self._container = av.open(str(self._part), "w", format="mp4", options=_FRAGMENTS)
            self._stream = self._add_video(self._container)
        except OSError as error:  # PyAV's errors of the file are OSErrors too
            raise self._cannot_write(error) from None
        self._thread = threading.Thread(target=self._run, name="film-encoder", daemon=True)
        self._thread.start()

    def fitted(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A picture in the film's size, for a window that was resized meanwhile.

        Args:
            picture: (H, W, channels); returned as it is when it fits.
        """
        width, height = self._size
        if picture.shape[:2] == (height, width):
            return picture
        resized = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
        return resized.astype(np.uint8, copy=False)

    def add_picture(
        self,
        t_s: float,
        picture: NDArray[np.uint8],
        pixels: Pixels = "rgb24",
        bottom_up: bool = False,
    ) -> None:
        """Takes the picture that is seen from session time ``t_s`` on. Never blocks.

        Args:
            t_s: session time; not before that of the picture before.
            picture: (H, W, 3 or 4), copied here, so that the caller may use its memory again.
            pixels: the order of the channels.
            bottom_up: row 0 is the lowest, as OpenGL delivers it.

        Raises:
            InputError: the picture's shape does not fit the film.
            StorageError: an earlier picture could not be written.
        """
        if self._failure is not None:
            raise self._failure
        expected = (self._size[1], self._size[0], 4 if pixels in ("rgba", "bgra") else 3)
        if picture.shape != expected:
            raise InputError(f"a picture of shape {picture.shape} came to a film of {expected}")
        if self.start_s is None:
            self.start_s = t_s
        frame = round((t_s - self.start_s) * self._settings.fps)
        if frame < self._last_frame:
            raise InputError(f"a picture at {t_s:.3f} s came late; session time runs forward")
        if frame == self._last_frame:
            self._replaced += 1
        try:
            self._queue.put_nowait(_Shot(picture.copy(), pixels, bottom_up, frame))
        except queue.Full:
            self._dropped += 1
            return
        self._last_frame = frame

    @property
    def end_s(self) -> float:
        """Session time at which the film ends, as far as pictures came."""
        frames = self._last_frame + 1
        return (self.start_s or 0.0) + frames / self._settings.fps

    @property
    def backlog(self) -> int:
        """Pictures that wait for the encoder; who is not live can wait for it."""
        return self._queue.qsize()

    @property
    def counts(self) -> FilmCounts:
        """What became of the pictures so far; complete after ``close``."""
        return FilmCounts(self._written, self._duplicated, self._replaced, self._dropped)

    def close(
        self, samples: NDArray[np.float32] | None = None, rate_hz: int = 24_000
    ) -> FilmCounts:
        """Waits for the encoder, adds the sound, and puts the film in its place.

        Args:
            samples: (n,) mono -1...1; its first sample is heard with the first frame, so it
                begins at ``start_s``. None: a silent film.
            rate_hz: samples per second.

        Raises:
            StorageError: it cannot be written; what was encoded stays in ``name.part.mp4``.
        """
        if self._closed:
            return self.counts
        with interrupt_postponed():  # one that is half closed plays nowhere
            return self._close(samples, rate_hz)

    def _close(self, samples: NDArray[np.float32] | None, rate_hz: int) -> FilmCounts:
        self._closed = True
        self._queue.put(_END)
        self._thread.join()
        if self._failure is not None:
            raise self._failure
        if self.start_s is None:  # never a picture: there is no film
            self._part.unlink(missing_ok=True)
            return self.counts
        whole = self.path.with_name(f"{self.path.stem}.whole.mp4")
        try:
            self._join(whole, samples, rate_hz)
            os.replace(whole, self.path)
        except OSError as error:
            whole.unlink(missing_ok=True)
            raise self._cannot_write(error) from None
        self._part.unlink(missing_ok=True)
        return self.counts

    # The encoder's thread

    def _run(self) -> None:
        try:
            self._encode_all()
            self._container.close()
        except Exception as error:
            # raised to the next caller of add_picture or close
            self._failure = self._cannot_write(error)
            with suppress(OSError):  # the disk that is full may refuse the end as well
                self._container.close()
            while self._queue.get() is not _END:
                pass  # pictures under way are let go; close still sends the end

    def _encode_all(self) -> None:
        held: _Shot | None = None
        while True:
            shot = self._queue.get()
            if held is not None:
                next_frame = held.frame + 1 if shot is None else shot.frame
                self._encode(held, next_frame - held.frame)
            if shot is None:
                break
            held = shot
        self._container.mux(self._stream.encode(None))

    def _encode(self, shot: _Shot, times: int) -> None:
        """Writes one picture as ``times`` frames (0: another picture took its place)."""
        if times == 0:
            return
        rows = np.ascontiguousarray(shot.picture[::-1]) if shot.bottom_up else shot.picture
        whole = av.VideoFrame.from_ndarray(rows, format=shot.pixels)
        frame = whole.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")
        for extra in range(times):
            frame.pts = shot.frame + extra
            frame.time_base = Fraction(1, self._settings.fps)
            self._container.mux(self._stream.encode(frame))
            self._written += 1
        self._duplicated += times - 1

    def _add_video(self, container: Any) -> Any:
        settings = self._settings
        if "libx264" in av.codec.codecs_available:
            # no look-ahead and no B-frames: each frame is in the file at once, in order of time
            options = {
                "preset": settings.preset,
                "crf": str(settings.quality),
                "tune": "zerolatency",
            }
            stream = container.add_stream("libx264", rate=settings.fps, options=options)
        else:
            stream = container.add_stream("mpeg4", rate=settings.fps)
            stream.bit_rate = 6_000_000
        stream.width, stream.height = self._size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = Fraction(1, settings.fps)
        stream.codec_context.gop_size = settings.fps  # a killed film loses at most one second
        stream.codec_context.thread_count = settings.threads
        # named, or players guess by size: BT.709, limited range
        stream.codec_context.colorspace = 1
        stream.codec_context.color_primaries = 1
        stream.codec_context.color_trc = 1
        stream.codec_context.color_range = 1
        return stream

    # The sound

    def _join(self, whole: Path, samples: NDArray[np.float32] | None, rate_hz: int) -> None:
        """Copies the encoded video and adds encoded sound, packets in order of time."""
        faststart = {"movflags": "faststart"}
        with (
            av.open(str(self._part)) as encoded,
            av.open(str(private_file(whole)), "w", format="mp4", options=faststart) as out,
        ):
            source = encoded.streams.video[0]
            video = out.add_stream_from_template(source)
            if samples is None:
                sound: Iterator[Any] = iter(())
            else:
                audio = out.add_stream("aac", rate=rate_hz, layout="mono")
                audio.bit_rate = 1000 * self._settings.audio_kbps
                sound = _sound_packets(audio, self._fitted(samples, rate_hz), rate_hz)
            waiting = next(sound, None)
            for packet in encoded.demux(source):
                if packet.dts is None:
                    continue
                seen_s = packet.dts * packet.time_base
                while waiting is not None and waiting.dts * waiting.time_base <= seen_s:
                    out.mux(waiting)
                    waiting = next(sound, None)
                packet.stream = video
                out.mux(packet)
            while waiting is not None:
                out.mux(waiting)
                waiting = next(sound, None)

    def _fitted(self, samples: NDArray[np.float32], rate_hz: int) -> NDArray[np.float32]:
        """The sound as long as the picture: cut, or filled with silence."""
        length = round((self._last_frame + 1) / self._settings.fps * rate_hz)
        fitted = np.zeros(length, np.float32)
        fitted[: len(samples)] = samples[:length]
        return fitted

    def _cannot_write(self, error: Exception) -> StorageError:
        why = getattr(error, "strerror", None) or str(error)
        return StorageError(f"{self.path}: the film cannot be written ({why}); free space there")


def _sound_packets(stream: Any, samples: NDArray[np.float32], rate_hz: int) -> Iterator[Any]:
    """Encoded packets of mono sound, a second of it at a time."""
    for first in range(0, len(samples), rate_hz):
        block = np.ascontiguousarray(samples[None, first : first + rate_hz])
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="mono")
        frame.sample_rate = rate_hz
        frame.pts = first
        frame.time_base = Fraction(1, rate_hz)
        yield from stream.encode(frame)
    yield from stream.encode(None)
