"""Recordings made with stamps of the test's own choosing."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import IO, Any

import av
import numpy as np
from numpy.typing import NDArray

RATE_HZ = 48_000

Piece = tuple[float, NDArray[np.floating[Any]]]
"""When a piece of sound is stamped, in s, and its (n,) or (n, channels) samples at 48 kHz."""


class Unseekable:
    """A file that can only be appended to, as a browser's recorder writes: it learns no length."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write(self, data: bytes) -> int:
        return self._file.write(data)


def beep(length_s: float, hz: float = 440.0) -> NDArray[np.float64]:
    """A tone at 48 kHz."""
    return 0.4 * np.sin(2 * np.pi * hz * np.arange(round(length_s * RATE_HZ)) / RATE_HZ)


def record(
    path: Path,
    tracks: Sequence[Sequence[Piece]],
    pictures: Sequence[float] = (),
    codec: str = "libopus",
    seekable: bool = True,
) -> Path:
    """Writes a recording.

    Args:
        path: its ending says the format.
        tracks: pieces of sound of each track.
        pictures: stamps of grey pictures that grow lighter, in s.
        codec: of the sound.
        seekable: whether the length may be written into the head afterwards.
    """
    with path.open("wb") as raw:
        target: Any = raw if seekable else Unseekable(raw)
        kind = {"mkv": "matroska", "webm": "webm", "mp4": "mp4", "ts": "mpegts", "ogg": "ogg"}
        with av.open(target, "w", format=kind[path.suffix[1:]]) as container:
            packets: list[av.Packet] = []
            for pieces in tracks:
                first = np.atleast_2d(pieces[0][1].T)
                layout = {1: "mono", 2: "stereo", 6: "5.1"}[len(first)]
                stream: Any = container.add_stream(codec, rate=RATE_HZ, layout=layout)
                stream.time_base = Fraction(1, RATE_HZ)
                for at_s, samples in pieces:
                    packets += _sound(stream, at_s, np.atleast_2d(samples.T), layout)
                packets += stream.encode(None)
            if pictures:
                packets += _pictures(container, pictures, path)
            for packet in sorted(packets, key=_decoded_at):
                container.mux(packet)
    return path


def _decoded_at(packet: av.Packet) -> Fraction:
    assert packet.dts is not None and packet.time_base is not None
    return packet.dts * packet.time_base


def _sound(
    stream: Any, at_s: float, samples: NDArray[np.floating[Any]], layout: str
) -> list[av.Packet]:
    context = stream.codec_context
    context.open(strict=False)
    size = context.frame_size or 1024
    kind = context.format.name
    packets = []
    for begin in range(0, samples.shape[1] - size + 1, size):
        part = samples[:, begin : begin + size].astype(np.float32)
        if kind.endswith("p"):
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(part), kind, layout)
        else:
            flat = np.ascontiguousarray(part.T.reshape(1, -1))
            if kind == "s16":
                flat = np.round(flat * 32767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(flat, kind, layout)
        frame.sample_rate = RATE_HZ
        frame.time_base = Fraction(1, RATE_HZ)
        frame.pts = round(at_s * RATE_HZ) + begin
        packets += stream.encode(frame)
    return packets


def _pictures(container: Any, stamps: Sequence[float], path: Path) -> list[av.Packet]:
    stream = container.add_stream("libvpx" if path.suffix == ".webm" else "mpeg4", rate=25)
    stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
    stream.codec_context.time_base = Fraction(1, 1000)
    packets = []
    for number, stamp_s in enumerate(stamps):
        noise = np.random.default_rng(number).integers(0, 255, (48, 64, 3), dtype=np.uint8)
        frame = av.VideoFrame.from_ndarray(noise, "rgb24")
        frame.time_base = Fraction(1, 1000)
        frame.pts = round(1000 * stamp_s)
        packets += stream.encode(frame)
    return packets + list(stream.encode(None))
