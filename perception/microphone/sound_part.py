"""Which sound of a recording is somebody's: a track, and of it a channel or a sum of channels.

Besides single channels, two of a pair may hold one person in their sum ("mid") and another in
their difference ("side").
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from perception.errors import InputError
from perception.microphone.downmix import Downmix

MIX = "mix"
"""All channels of a track, as one."""
_NAMES = {"left": ("1", 1), "right": ("2", 2), "mid": ("", 2), "side": ("", 2)}
"""Names of parts: the number that means the same, and how many channels it takes."""


@dataclass(frozen=True, slots=True)
class SoundPart:
    """A part of a recording's sound."""

    track: int = 1
    """1 for the first sound track."""
    channel: str = MIX
    """mix, a channel's number from 1, left, right, mid (their sum) or side (their difference)."""


def is_channel(name: str) -> bool:
    """Whether something names a channel: see :class:`SoundPart`."""
    number = name.isascii() and name.isdigit() and 1 <= len(name) <= 2 and int(name) > 0
    return name == MIX or name in _NAMES or number


def numbered(channel: str) -> str:
    """A channel by its number, where it has one: left is 1."""
    return _NAMES[channel][0] or channel if channel in _NAMES else channel


def weights(channel: str, channels: int) -> NDArray[np.float32] | None:
    """What each channel counts for in a part, (channels,); None where there is no such part.

    A track of one channel is its own left, mid and channel 1, but has neither right nor side.
    """
    found = np.zeros(channels, np.float32)
    if channel in ("mid", "side"):
        if channels == 1:
            return np.ones(1, np.float32) if channel == "mid" else None
        found[:2] = (0.5, 0.5 if channel == "mid" else -0.5)
        return found
    number = int(numbered(channel))
    if number > channels:
        return None
    found[number - 1] = 1.0
    return found


class Pick:
    """Makes one channel of a track's, bit by bit.

    Args:
        channel: as of :class:`SoundPart`.
        channels: how many the track has.
        rate_hz: samples per second.
        path: of the recording, for messages.

    Attributes:
        channels: as given.

    Raises:
        InputError: the track has no such channel.
    """

    def __init__(self, channel: str, channels: int, rate_hz: int, path: Path) -> None:
        self.channels = channels
        self._mix = Downmix(channels, rate_hz)
        self._weights = None if channel == MIX else weights(channel, channels)
        if channel != MIX and self._weights is None:
            count = "1 channel" if channels == 1 else f"{channels} channels"
            raise InputError(
                f"{path}: its sound has {count}, none that is '{channel}'; use "
                + ("mix" if channels == 1 else f"1 to {channels}, left, right, mid, side or mix")
            )

    def mono(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n,) of (n, channels) samples."""
        if self._weights is None:
            return self._mix.mix(samples)
        picked: NDArray[np.float32] = samples @ self._weights
        return picked
