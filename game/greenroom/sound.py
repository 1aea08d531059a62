"""The steps of the green room that listen to the room: its noise, and the loudspeaker's echo.

Pure logic, as :mod:`game.greenroom.steps`. What is read aloud is in :mod:`game.greenroom.reading`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from game.greenroom.settings import GreenRoomSettings
from game.greenroom.steps import EchoShown, Order, Part, Shown, Timed
from perception.echo.stage import EchoSettings
from perception.pipeline.hearing import Heard
from perception.pipeline.seeing import Seen
from perception.signal.levels import LOWEST_DBFS
from perception.signal.noise_floor import NoiseFloor
from perception.types import Event, VoiceReading

DIGITAL_SILENCE_DBFS = -96.0
"""dBFS below which sound of 16 bits holds nothing (6 dB a bit): muted, or a recording's gap."""

SoundVerdict = Literal["ok", "quiet", "noisy", "hum", "clipping", "whisper", "muted", "unheard"]

SOUND_ADVICE: dict[SoundVerdict, str] = {
    "quiet": "You are very quiet: come closer to the microphone, or turn its level up.",
    "noisy": "There is much noise: close the window, or use a headset.",
    "hum": "The mains hums in your sound: try another cable or socket, away from chargers.",
    "clipping": "The sound is overdriven: turn the microphone's level down.",
    "whisper": "You seem to whisper: speak as you would across a table.",
    "muted": "Your microphone gives no sound at all: it may be muted or the wrong one.",
    "unheard": "I did not hear you speak: check the microphone, or type your answers.",
}
"""What to do about a microphone, by what is wrong with its sound."""


class Listening(Timed):
    """A step with a meter.

    Args:
        length_s: at the most.

    Attributes:
        level_dbfs: of the newest sound, let fall slowly as a meter does; None before any.
    """

    parts: tuple[Part, ...] = ("microphone",)

    def __init__(self, length_s: float) -> None:
        super().__init__(length_s)
        self.level_dbfs: float | None = None

    def observe(self, item: Seen | Heard) -> None:
        """Something was seen or heard."""
        if isinstance(item, VoiceReading):
            fallen = (
                LOWEST_DBFS if self.level_dbfs is None else self.level_dbfs - 40.0 * item.span_s
            )
            self.level_dbfs = max(item.level_dbfs, fallen)

    @property
    def metered_dbfs(self) -> float:
        """For the meter, which lies at its bottom before any sound came."""
        return LOWEST_DBFS if self.level_dbfs is None else self.level_dbfs


class SilenceStep(Listening):
    """The room's own noise.

    Args:
        settings: how long, and how loud a room may be.
        order: takes what is to be done.

    Attributes:
        hums: whether the ear heard the mains in it.
    """

    name = "silence"

    def __init__(self, settings: GreenRoomSettings, order: Callable[[Order], None]) -> None:
        super().__init__(settings.silence_s)
        self.hums = False
        self._floor = NoiseFloor(span_blocks=None)
        self._loud_dbfs = settings.too_noisy_dbfs
        self._order = order

    def begin(self, t_s: float) -> None:
        """It is this step's turn."""
        super().begin(t_s)
        self._order(Order("learn", "noise"))

    def end(self) -> None:
        """The next step's turn comes."""
        self._order(Order("learn", "noise", False))

    def observe(self, item: Seen | Heard) -> None:
        """Something was seen or heard."""
        super().observe(item)
        if isinstance(item, VoiceReading) and item.t_s >= self.begun_s + 0.5 * self.length_s:
            self._floor.add_level(item.level_dbfs, item.t_s)

    def learned(self, data: dict[str, Any]) -> None:
        """What the ear made of it; comes a moment after the end."""
        self.hums = "hum" in data.get("faults", {})

    @property
    def noise_dbfs(self) -> float | None:
        """Median level, dBFS; None where nothing was heard of the microphone."""
        return self._floor.level_dbfs()

    @property
    def fault(self) -> Literal["noisy", "hum"] | None:
        """What is wrong with the room, if anything."""
        if self.hums:
            return "hum"
        noise = self.noise_dbfs
        return "noisy" if noise is not None and noise > self._loud_dbfs else None

    def show(self, t_s: float) -> Shown:
        """What is to be seen now."""
        level, said, good = self.metered_dbfs, "This is how your room sounds.", None
        if t_s - self.begun_s > 0.5 * self.length_s:
            noise = level if self.noise_dbfs is None else self.noise_dbfs
            if noise <= DIGITAL_SILENCE_DBFS:
                said = "Not a sound. If your microphone is muted, turn it on now."
            elif noise > self._loud_dbfs:
                said, good = SOUND_ADVICE["noisy"], False
            else:
                said, good = "Your room is quiet enough.", True
        return Shown(
            "Your room",
            "Please be quiet for a moment.",
            said,
            good,
            level_dbfs=level,
            noise_dbfs=self.noise_dbfs,
            good_dbfs=(-120.0, self._loud_dbfs),
        )


EchoVerdict = Literal["strong", "soft", "none", "unknown"]

ECHO_ADVICE: dict[EchoVerdict, str] = {
    "strong": "I hear myself through your loudspeakers: headphones would be better.",
    "soft": "I hear myself only softly: headphones, or loudspeakers that are not too loud. Fine.",
    "none": "I do not hear myself: headphones, or a quiet loudspeaker. Fine.",
    "unknown": "I cannot tell whether I hear myself; with headphones it never matters.",
}
"""What to say of the loudspeaker, by how much of it the microphone hears."""


class EchoStep(Listening):
    """A line of the recruiter's through the loudspeaker, and whether the microphone hears it.

    Args:
        settings: how long.
        order: takes what is to be done.

    Attributes:
        measured: what the ear said of it: ``heard``, and where it was ``delay_ms``,
            ``return_loss_db`` and ``level_dbfs``, see :class:`perception.echo.stage.EchoStage`;
            None where it could not tell.
    """

    name = "echo"
    parts: tuple[Part, ...] = ("loudspeaker", "microphone")
    _AFTER_S = 1.5
    """s after the line in which its echo may still be told: the ear waits for 0.5 s of late echo,
    and a loudspeaker may lag by as much."""
    _STRONG_DBFS = EchoSettings().strong_dbfs

    def __init__(self, settings: GreenRoomSettings, order: Callable[[Order], None]) -> None:
        super().__init__(settings.echo_s)
        self.measured: dict[str, Any] | None = None
        self._result_s = settings.result_s
        self._order = order
        self._sounds: tuple[float, float] | None = None
        self._known_s: float | None = None

    def begin(self, t_s: float) -> None:
        """It is this step's turn."""
        super().begin(t_s)
        self._order(Order("play"))

    def end(self) -> None:
        """The next step's turn comes."""
        self._order(Order("play", on=False))

    def observe(self, item: Seen | Heard) -> None:
        """Something was seen or heard."""
        super().observe(item)
        if not isinstance(item, Event):
            return
        if (item.source, item.kind) == ("loudspeaker", "playing"):
            self._sounds = (item.t_s, item.t_s + float(item.data["duration_s"]))
        elif item.kind == "echo_measured" and self._sounds is not None:
            # a line with a pause in it is measured twice: what was heard once is heard
            known = self.measured is not None and self.measured["heard"]
            self.measured = self.measured if known else dict(item.data)

    def over(self, t_s: float) -> bool:
        """Whether its result was shown, or nothing came of it."""
        if self._known_s is None and self._sounds is not None:
            waits_s = 0.0 if self.verdict != "unknown" else self._AFTER_S
            if t_s >= self._sounds[1] + waits_s:
                self._known_s = t_s
        shown = self._known_s is not None and t_s - self._known_s >= self._result_s
        return shown or super().over(t_s)

    @property
    def verdict(self) -> EchoVerdict:
        """How much of the loudspeaker the microphone hears."""
        if self.measured is None:
            return "unknown"
        if not self.measured["heard"]:
            return "none"
        level = self.measured.get("level_dbfs")
        return "soft" if level is not None and level <= self._STRONG_DBFS else "strong"

    def show(self, t_s: float) -> Shown:
        """What is to be seen now."""
        sounding = self._sounds is not None and self._sounds[0] <= t_s < self._sounds[1]
        said, good, heard = "Please stay quiet a moment longer.", None, None
        if self._known_s is not None:
            said = ECHO_ADVICE[self.verdict]
            if self.verdict != "unknown":
                good, heard = self.verdict != "strong", self.verdict != "none"
        return Shown(
            "Your loudspeaker",
            "I say something, and listen whether your microphone hears it.",
            said,
            good,
            echo=EchoShown(sounding, heard),
        )
