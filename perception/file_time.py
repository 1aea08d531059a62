"""Time of a recording: what its time stamps say, for sound as for pictures.

A player shows and plays everything at its stamp, whatever is missing before it. Only a clock that
was set anew in mid-file (two recordings put one behind the other, a counter that ran over) is not
followed: there the recording goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import av
import av.error

from perception.open_media import open_media, pictures_of, sounds_of

LONGEST_GAP_S = 3600.0
"""A longer jump ahead is a clock that was set anew, no gap."""
LONGEST_OVERLAP_S = 30.0
"""So is a longer jump back."""
RESTART_S = 1.0
"""And one to within so much of the beginning, of more than this."""
_GUESSED = frozenset({"aac", "ac3", "eac3", "mp3", "loas", "amr", "h264", "hevc", "mpegvideo"})
"""Formats without an index, whose length FFmpeg guesses from the rate of bits."""


class FileTime:
    """Times of one track of a recording, in seconds from the recording's beginning.

    Args:
        begins_s: stamp of the recording's beginning: of whatever in it comes first.
    """

    def __init__(self, begins_s: float = 0.0) -> None:
        self._zero_s = begins_s
        self._begins_s = begins_s
        self._end_s: float | None = None

    def place(self, stamp_s: float | None, span_s: float) -> float:
        """When something begins, by its stamp.

        Args:
            stamp_s: its time stamp; None where it has none, and follows what was before it.
            span_s: how long it lasts.
        """
        before_s = self._end_s
        if stamp_s is None:
            begin_s = 0.0 if before_s is None else before_s
        else:
            begin_s = stamp_s - self._zero_s
            if self._anew(stamp_s, begin_s):
                begin_s = 0.0 if before_s is None else before_s
                self._zero_s = stamp_s - begin_s
        self._end_s = max(before_s or 0.0, begin_s + span_s)
        return begin_s

    def _anew(self, stamp_s: float, begin_s: float) -> bool:
        before_s = 0.0 if self._end_s is None else self._end_s
        if begin_s - before_s > LONGEST_GAP_S:
            return True
        if self._end_s is None:
            return False
        back_s = before_s - begin_s
        restarted = stamp_s - self._begins_s < RESTART_S < back_s
        return restarted or back_s > LONGEST_OVERLAP_S


def begins_s(container: av.container.InputContainer) -> float:
    """Stamp at which a recording begins; 0 where it does not say."""
    return 0.0 if container.start_time is None else container.start_time / av.time_base


def length_s(path: Path) -> float | None:
    """How long a recording lasts: as it says, or as its stamps have it where it does not.

    Browsers write recordings without a length, and those that are cut off have none. Their packets
    are gone through without being decoded. None where no packet has a stamp.

    Raises:
        InputError: it cannot be read.
    """
    with open_media(path) as container:
        said = container.duration
        if said is not None and said > 0 and container.format.name not in _GUESSED:
            return said / av.time_base
        return _stamped_s(container) or (None if said is None else said / av.time_base)


def stamped_s(path: Path) -> float | None:
    """How long a recording lasts by the stamps of its packets alone; None where none has one.

    Raises:
        InputError: it cannot be read.
    """
    with open_media(path) as container:
        return _stamped_s(container)


def packets_of(
    container: av.container.InputContainer,
    streams: Sequence[av.stream.Stream],
) -> Iterator[av.Packet]:
    """Packets of some tracks, as far as the file can be read; the last of each is empty."""
    packets = container.demux(list(streams))
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.error.FFmpegError):
            return  # cut off here; what came before is still there
        yield packet


def _stamped_s(container: av.container.InputContainer) -> float | None:
    streams = [*sounds_of(container), *pictures_of(container)]
    times = {stream.index: FileTime(begins_s(container)) for stream in streams}
    end_s: float | None = None
    for packet in packets_of(container, streams):
        if packet.pts is None or packet.time_base is None or packet.is_discard:
            continue
        span_s = float((packet.duration or 0) * packet.time_base)
        stamp_s = float(packet.pts * packet.time_base)
        placed_s = times[packet.stream.index].place(stamp_s, span_s)
        end_s = max(end_s or 0.0, placed_s + span_s)
    return end_s
