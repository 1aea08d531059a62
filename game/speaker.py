"""The loudspeaker: plays sound without blocking and tells when it was really heard."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from perception.clock import Clock

SPEAKERS: dict[str, str] = {
    "pyaudio": "game.speaker_pyaudio:PyAudioSpeaker",
    "silent": "game.speaker:SilentSpeaker",
}


class PlayHandle(Protocol):
    """One sound on its way through the loudspeaker."""

    duration_s: float

    @property
    def started_s(self) -> float | None:
        """Session time at which the first sample left the loudspeaker (its latency included).

        None until that moment has come.
        """
        ...

    @property
    def position_s(self) -> float:
        """Seconds of the sound that were heard by now; 0 before it starts; stands still after."""
        ...

    @property
    def done(self) -> bool:
        """Whether it was played to its end, or was stopped and has faded."""
        ...

    @property
    def stopped(self) -> bool:
        """Whether it was cut short."""
        ...

    def stop(self) -> None:
        """Fades out within 30 ms."""
        ...

    def heard(self) -> NDArray[np.float32]:
        """(n,) samples at the rate given to ``play``, as far as they were heard, with the fade."""
        ...


class Speaker(Protocol):
    """Plays sounds; several at once are mixed."""

    name: str
    notice: str | None
    """One line for the screen when nothing will be heard; otherwise None."""

    def play(
        self, samples: NDArray[np.float32], rate_hz: int, at_s: float | None = None
    ) -> PlayHandle:
        """Starts a sound at session time ``at_s`` (None or past: as soon as may be)."""
        ...

    def trouble(self) -> str | None:
        """One line when the loudspeaker was lost since it opened; the sounds then only keep time."""
        ...

    def close(self) -> None: ...


def choose_speaker(name: str, clock: Clock) -> Speaker:
    """Opens "pyaudio", "silent" or "auto" (the loudspeaker if there is one, else silent)."""
    raise NotImplementedError
