"""Recordings with something wrong with them, made from sound ones."""

from __future__ import annotations

import wave
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000


def write_wav(path: Path, samples: NDArray[np.floating]) -> Path:
    """Writes (n,) samples, -1...1 at 16 kHz; what lies outside is clipped."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def write_still(path: Path, picture: Path, seconds: float, width: int = 640) -> Path:
    """A picture as a video of some seconds, without sound."""
    with av.open(str(picture)) as source:
        frame = next(source.decode(video=0))
    height = round(width * frame.height / frame.width / 2) * 2
    with av.open(str(path), "w") as target:
        stream = target.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        image = frame.to_ndarray(format="rgb24", width=width, height=height)
        for _ in range(round(seconds * 25)):
            target.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        target.mux(stream.encode())
    return path


def slow_clip(path: Path, video: Path, fps: int = 10, seconds: float = 30.0) -> Path:
    """The beginning of a video with fewer pictures a second, without sound: cheaper to watch.

    Its index stands first, so that a part of it can be played.
    """
    index_first = {"movflags": "faststart"}
    with av.open(str(video)) as source, av.open(str(path), "w", options=index_first) as target:
        pictures = source.streams.video[0]
        stream = target.add_stream("libx264", rate=fps, options={"preset": "veryfast", "crf": "18"})
        stream.width, stream.height, stream.pix_fmt = pictures.width, pictures.height, "yuv420p"
        taken = 0
        for frame in source.decode(pictures):
            if frame.time is None or frame.time < taken / fps:
                continue
            if taken >= seconds * fps:
                break
            picture = av.VideoFrame.from_ndarray(frame.to_ndarray(format="rgb24"), format="rgb24")
            target.mux(stream.encode(picture))
            taken += 1
        target.mux(stream.encode())
    return path


def without_sound(path: Path, video: Path) -> Path:
    """A video's pictures alone, packet by packet."""
    with av.open(str(video)) as source, av.open(str(path), "w") as target:
        pictures = source.streams.video[0]
        stream = target.add_stream_from_template(pictures)
        for packet in source.demux(pictures):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    return path


def with_silence(path: Path, video: Path) -> Path:
    """A video's pictures with a sound track of zeros."""
    with av.open(str(video)) as source, av.open(str(path), "w") as target:
        pictures = source.streams.video[0]
        stream = target.add_stream_from_template(pictures)
        sound = target.add_stream("aac", rate=RATE_HZ, layout="mono")
        for packet in source.demux(pictures):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
        blocks = int(float(source.duration or 0) / av.time_base * RATE_HZ / 1024)
        for number in range(blocks):
            zeros = np.zeros((1, 1024), np.float32)
            frame = av.AudioFrame.from_ndarray(zeros, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = RATE_HZ, number * 1024
            target.mux(sound.encode(frame))
        target.mux(sound.encode())
    return path


def half(path: Path, whole: Path) -> Path:
    """The first half of a file's bytes."""
    data = whole.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    return path
