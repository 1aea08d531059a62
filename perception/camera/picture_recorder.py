"""Writes the camera's pictures to an MP4 that stays readable whatever happens."""

from __future__ import annotations

import queue
import threading
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

from perception.errors import StorageError
from perception.private_files import private_file
from perception.types import Frame

_TICKS_PER_S = 90_000  # the customary time base of MPEG video

_WAITING = 12
"""Frames that may wait for the encoder; beyond that it is too slow and frames are dropped."""


class PictureRecorder:
    """H.264 in a fragmented MP4, encoded in a thread of its own.

    A fragment is closed about once a second, so a killed process leaves a file that any player
    opens, at most about a second short. A frame's time in the file is its session time. An
    existing file (of a process that was killed) is kept; ``camera-2.mp4`` and so on stand beside.

    Args:
        path: file to write.
        fps: nominal frames per second of what will come.

    Attributes:
        path: the file really written.
        frames: frames written.
        dropped: frames that the encoder had no time for.
        error: why recording stopped early; None while all is well.
    """

    def __init__(self, path: Path, fps: float) -> None:
        number = 2
        self.path = path
        while self.path.exists():
            self.path = path.with_name(f"{path.stem}-{number}{path.suffix}")
            number += 1
        self.frames = 0
        self.dropped = 0
        self.error: StorageError | None = None
        self._fps = max(1, round(fps))
        self._queue: queue.Queue[Frame | None] = queue.Queue(_WAITING)
        self._container: Any = None
        self._stream: Any = None
        self._last_pts = -1
        self._thread = threading.Thread(target=self._work, name="picture-recorder", daemon=True)
        self._thread.start()

    def write(self, frame: Frame) -> None:
        """Hands over a frame; never blocks."""
        if self.error is not None:
            return
        try:
            self._queue.put_nowait(frame)
        except queue.Full:
            self.dropped += 1

    def close(self, timeout_s: float = 4.0) -> None:
        """Finishes the file."""
        try:
            self._queue.put(None, timeout=timeout_s)
        except queue.Full:
            return
        self._thread.join(timeout_s)

    def _work(self) -> None:
        try:
            while (frame := self._queue.get()) is not None:
                self._encode(frame)
            if self._container is not None:
                self._container.mux(self._stream.encode(None))
                self._container.close()
        except (OSError, av.error.FFmpegError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            self.error = StorageError(
                f"{self.path}: the camera's pictures can no longer be written ({reason}); "
                "free some space; the interview goes on without them"
            )

    def _encode(self, frame: Frame) -> None:
        if self._container is None:
            self._open(frame)
        picture = av.VideoFrame.from_ndarray(frame.image, format="rgb24")
        picture.pts = round(frame.t_s * _TICKS_PER_S)
        if picture.pts <= self._last_pts:
            return
        self._last_pts = picture.pts
        picture.time_base = self._stream.time_base
        picture = picture.reformat(
            width=self._stream.width,
            height=self._stream.height,
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
        )
        self._container.mux(self._stream.encode(picture))
        self.frames += 1

    def _open(self, frame: Frame) -> None:
        height, width = frame.image.shape[:2]
        options = {"movflags": "frag_keyframe+delay_moov+default_base_moof", "flush_packets": "1"}
        self._container = av.open(str(private_file(self.path)), "w", format="mp4", options=options)
        self._stream = self._container.add_stream("libx264", rate=self._fps)
        self._stream.width, self._stream.height = width - width % 2, height - height % 2
        self._stream.pix_fmt = "yuv420p"
        self._stream.time_base = Fraction(1, _TICKS_PER_S)
        self._stream.codec_context.time_base = Fraction(1, _TICKS_PER_S)
        # Said in the file, or players take small pictures for BT.601 and large ones for BT.709.
        codec = self._stream.codec_context
        codec.colorspace, codec.color_range = Colorspace.ITU709, ColorRange.MPEG
        codec.color_trc, codec.color_primaries = ColorTrc.BT709, ColorPrimaries.BT709
        self._stream.codec_context.gop_size = self._fps
        self._stream.codec_context.thread_count = 1
        # No frames in hand, so that what was handed over is on disk with its fragment.
        self._stream.options = {"preset": "ultrafast", "tune": "zerolatency", "crf": "23"}
