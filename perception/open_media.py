"""Recordings and pictures of people, opened for reading: one set of rules for all who do.

PyAV (FFmpeg) is handed an open file, never a name: a name may look like an address or a pattern to
it ("http:take.wav", "take%d.png", "concat:a|b"), may be in no encoding, or begin with a dash. What
a file says inside leads nowhere either: playlists and session descriptions, which point to other
files or to the network, are refused before anything of theirs is opened.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Never

import av
import av.error

from perception.errors import InputError
from perception.named_file import check_file

_BUFFER_BYTES = 1 << 18
"""Read at a time."""
_HEAD_BYTES = 4096
"""By which text is told from anything else."""
_DRAWN_TEXT = frozenset({"ansi", "bintext", "xbin", "idf"})
"""Codecs by which FFmpeg "plays" text as a terminal's picture; for us that is no video."""


@contextlib.contextmanager
def open_media(path: Path) -> Iterator[av.container.InputContainer]:
    """A file of pictures or sound, open for reading; text in its tags may be in any encoding.

    Raises:
        InputError: it is missing, a folder, a device or a pipe, empty, may not be read, is text, a
            playlist or anything else that is no recording, or has neither pictures nor sound.
    """
    check_file(path)
    with path.open("rb") as file, _container(path, file) as container:
        if not pictures_of(container) and not sounds_of(container):
            raise InputError(f"{path}: {_nothing_in(file)}")
        yield container


def pictures_of(container: av.container.InputContainer) -> list[av.VideoStream]:
    """The picture tracks that can be decoded; the cover of a piece of music is none."""
    cover = av.stream.Disposition.attached_pic
    return [
        stream
        for stream in container.streams.video
        if stream.codec_context is not None
        and stream.codec_context.name not in _DRAWN_TEXT
        and not stream.disposition & cover
    ]


def sounds_of(container: av.container.InputContainer) -> list[av.AudioStream]:
    """The sound tracks that can be decoded."""
    return [stream for stream in container.streams.audio if stream.codec_context is not None]


def is_still(container: av.container.InputContainer) -> bool:
    """Whether it is one picture, not a video."""
    name = container.format.name
    return name == "image2" or name.endswith("_pipe")


class _Read:
    """A file as FFmpeg reads it: under a name that tells it no more than the ending.

    Args:
        file: open for reading.
        suffix: its ending, by which formats without a mark of their own are known.
    """

    def __init__(self, file: IO[bytes], suffix: str) -> None:
        self._file = file
        plain = suffix[1:].isalnum() and suffix.isascii()
        self.name = f"recording{suffix.lower() if plain else ''}"

    def read(self, size: int) -> bytes:
        try:
            return self._file.read(size)
        except OSError as error:  # a disk that was pulled out: damage, as FFmpeg itself has it
            raise av.error.FFmpegError(error.errno or 0, str(error.strerror)) from None

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


def _container(path: Path, file: IO[bytes]) -> av.container.InputContainer:
    asked: list[str] = []

    def refuse(address: str, *_: Any) -> Never:
        asked.append(address)
        raise PermissionError(address)

    try:
        # no protocol is called "none": what would be opened by one is refused by FFmpeg itself
        return av.open(
            _Read(file, path.suffix),
            "r",
            metadata_errors="ignore",
            buffer_size=_BUFFER_BYTES,
            io_open=refuse,
            container_options={"protocol_whitelist": "none"},
        )
    except (av.error.FFmpegError, ValueError, PermissionError):
        if asked:
            raise InputError(f"{path}: {_POINTS_ELSEWHERE}") from None
        raise InputError(f"{path}: {_no_recording(file)}") from None


_POINTS_ELSEWHERE = "a list that points to other files; name the recording itself"
_PLAYLISTS = (b"#extm3u", b"ffconcat", b"v=0", b"[playlist]", b"<asx", b"<smil")


def _no_recording(file: IO[bytes]) -> str:
    head = _head(file)
    if head.lstrip().lower().startswith(_PLAYLISTS) or b"<MPD" in head:
        return _POINTS_ELSEWHERE
    if _is_text(head):
        return "a text file, not a recording; name another file"
    return "not a recording that can be read, or cut off; record it again, or save it as MP4 or WAV"


def _nothing_in(file: IO[bytes]) -> str:
    if _is_text(_head(file)):
        return "a text file, not a recording; name another file"
    return "has neither pictures nor sound that can be read; name another file"


def _head(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read(_HEAD_BYTES).removeprefix(b"\xef\xbb\xbf")


def _is_text(head: bytes) -> bool:
    """Whether it holds no byte that texts do not have, in whatever encoding of single bytes."""
    return not any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head)
