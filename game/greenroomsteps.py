"""The steps of the green room: what each asks, what it takes from readings, when it is over.

Pure logic: a step is told the time and handed what was seen and heard, and puts what has to be done
about it into a list of orders. None of them draws or waits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from game.greenroomsettings import GreenRoomSettings
from game.screenplace import Share
from perception.gazefit import DotSample
from perception.hearing import Heard
from perception.picture import advice
from perception.seeing import Seen
from perception.types import Event, FaceReading, PictureReading, VoiceReading

Part = Literal["camera", "microphone"]
SPEECH = 0.5
"""Probability of speech from which a span of sound counts as speech."""


@dataclass(frozen=True, slots=True)
class Order:
    """Something to be done about a step: a lesson begins or ends, or the candidate's turn comes."""

    kind: Literal["learn", "turn"]
    what: Literal["rest", "fov", ""] = ""
    on: bool = True


@dataclass(frozen=True, slots=True)
class Dot:
    """A place to look at."""

    at: Share
    """In the window."""
    point_m: tuple[float, float]
    """In the camera's plane: x to image right, y up, metres from the camera."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a step wants to be seen of it."""

    title: str
    line: str
    """What to do."""
    advice: str = ""
    """One plain line about how it goes."""
    good: bool | None = None
    """Whether ``advice`` is praise (True) or something to mend (False)."""
    picture: bool = False
    """Whether the camera's picture is shown, with the oval."""
    dot: tuple[Share, float] | None = None
    """Where the dot is, and how far it has shrunk, 0...1."""
    level_dbfs: float | None = None
    """For the meter; None where there is none."""


class Step(Protocol):
    """One thing that is prepared."""

    name: str
    part: Part
    length_s: float
    """At the most."""
    needs_face: bool

    def begin(self, t_s: float) -> None:
        """It is this step's turn."""
        ...

    def take(self, item: Seen | Heard) -> None:
        """Something was seen or heard."""
        ...

    def over(self, t_s: float) -> bool:
        """Whether it has what it wants, or has waited long enough."""
        ...

    def end(self) -> None:
        """The next step's turn comes."""
        ...

    def show(self, t_s: float) -> Shown:
        """What is to be seen now."""
        ...


class _Timed:
    """A step that lasts for its time."""

    needs_face = False
    part: Part = "camera"

    def __init__(self, length_s: float) -> None:
        self.length_s = length_s
        self.begun_s = 0.0

    def begin(self, t_s: float) -> None:
        self.begun_s = t_s

    def take(self, item: Seen | Heard) -> None:
        pass

    def over(self, t_s: float) -> bool:
        return t_s - self.begun_s >= self.length_s

    def end(self) -> None:
        pass


class PictureStep(_Timed):
    """Framing and light, until all has been good for a while.

    Attributes:
        latest: the newest reading; None before any.
    """

    name = "picture"

    def __init__(self, settings: GreenRoomSettings) -> None:
        super().__init__(settings.picture_s)
        self.latest: PictureReading | None = None
        self._good_for_s = settings.good_for_s
        self._good_since_s: float | None = None

    def take(self, item: Seen | Heard) -> None:
        if not isinstance(item, PictureReading):
            return
        self.latest = item
        if item.problems:
            self._good_since_s = None
        elif self._good_since_s is None:
            self._good_since_s = max(item.t_s, self.begun_s)

    def over(self, t_s: float) -> bool:
        good = self._good_since_s
        return super().over(t_s) or (good is not None and t_s - good >= self._good_for_s)

    def show(self, t_s: float) -> Shown:
        line = "Sit so that your face is inside the oval."
        if self.latest is None:
            return Shown("Your picture", line, "Waiting for the camera ...", None, True)
        problems = advice(self.latest.problems)
        said = problems[0] if problems else "This is good. Stay like this."
        return Shown("Your picture", line, said, not problems, True)


class LeanStep(_Timed):
    """Leaning in and sitting back: how a face grows tells how wide the camera sees."""

    name = "lean"
    needs_face = True

    def __init__(self, settings: GreenRoomSettings, order: Callable[[Order], None]) -> None:
        super().__init__(settings.lean_s)
        self._order = order

    def begin(self, t_s: float) -> None:
        super().begin(t_s)
        self._order(Order("learn", "fov", True))

    def end(self) -> None:
        self._order(Order("learn", "fov", False))

    def show(self, t_s: float) -> Shown:
        in_first = t_s - self.begun_s < 0.5 * self.length_s
        line = "Lean slowly toward the camera ..." if in_first else "... and slowly sit back again."
        return Shown("Your distance", line, "Keep looking at the screen.", None, True)


class FaceStep(_Timed):
    """The resting face, with which expressions are compared."""

    name = "face"
    needs_face = True
    _SETTLE_S = 1.0

    def __init__(self, settings: GreenRoomSettings, order: Callable[[Order], None]) -> None:
        super().__init__(settings.face_s)
        self._order = order
        self._learning = False

    def over(self, t_s: float) -> bool:
        if not self._learning and t_s - self.begun_s >= min(self._SETTLE_S, 0.3 * self.length_s):
            self._learning = True
            self._order(Order("learn", "rest", True))
        return super().over(t_s)

    def end(self) -> None:
        if self._learning:
            self._order(Order("learn", "rest", False))

    def show(self, t_s: float) -> Shown:
        said = "Lips closed, nothing to show; simply breathe."
        return Shown("Your face", "Relax your face and look at the camera.", said, None, True)


class GazeStep(_Timed):
    """Dots to look at, one after the other.

    Args:
        settings: how long each is shown.
        dots: lays them out.

    Attributes:
        samples: what was read while the eyes rested on a dot.
    """

    name = "gaze"
    needs_face = True

    def __init__(self, settings: GreenRoomSettings, dots: Callable[[], Sequence[Dot]]) -> None:
        self._lay_out = dots
        self._dots = tuple(dots())
        super().__init__(settings.follow_s + settings.dot_s * len(self._dots))
        self._follow_s = settings.follow_s
        self._dot_s = settings.dot_s
        self._settle_s = settings.dot_settle_s
        self.samples: list[DotSample] = []

    def begin(self, t_s: float) -> None:
        super().begin(t_s)
        self._dots = tuple(self._lay_out())

    def take(self, item: Seen | Heard) -> None:
        if not isinstance(item, FaceReading) or item.position_m is None:
            return
        # by the time of the picture, which was taken before its reading came
        number, into_s = self._at(item.t_s)
        if number is not None and into_s >= self._settle_s:
            self.samples.append(DotSample(item, self._dots[number].point_m))

    def show(self, t_s: float) -> Shown:
        number, into_s = self._at(t_s)
        if number is None:
            line = "Follow the dot with your eyes, and keep your head still."
            return Shown("Your eyes", line)
        return Shown("", "", dot=(self._dots[number].at, into_s / self._dot_s))

    def _at(self, t_s: float) -> tuple[int | None, float]:
        """Number of the dot that is shown, and for how long it has been."""
        since_s = t_s - self.begun_s - self._follow_s
        number = int(since_s // self._dot_s)
        if not 0 <= number < len(self._dots):
            return None, 0.0
        return number, since_s - number * self._dot_s


class _Listening(_Timed):
    part: Part = "microphone"

    def __init__(self, length_s: float) -> None:
        super().__init__(length_s)
        self.level_dbfs: float | None = None
        """Of the newest sound, let fall slowly as a meter does."""

    def take(self, item: Seen | Heard) -> None:
        if isinstance(item, VoiceReading):
            fallen = -120.0 if self.level_dbfs is None else self.level_dbfs - 40.0 * item.span_s
            self.level_dbfs = max(item.level_dbfs, fallen)


class SilenceStep(_Listening):
    """The room's own noise.

    Attributes:
        levels_dbfs: of the spans that count.
    """

    name = "silence"

    def __init__(self, settings: GreenRoomSettings) -> None:
        super().__init__(settings.silence_s)
        self.levels_dbfs: list[float] = []

    def take(self, item: Seen | Heard) -> None:
        super().take(item)
        if isinstance(item, VoiceReading) and item.t_s >= self.begun_s + 0.5 * self.length_s:
            self.levels_dbfs.append(item.level_dbfs)

    @property
    def noise_dbfs(self) -> float | None:
        """Median level, dBFS; None where nothing was heard of the microphone."""
        return float(np.median(self.levels_dbfs)) if self.levels_dbfs else None

    def show(self, t_s: float) -> Shown:
        line = "Please be quiet for a moment."
        said = "This is how your room sounds."
        return Shown("Your microphone", line, said, None, level_dbfs=self.level_dbfs or -120.0)


class SentenceStep(_Listening):
    """A sentence said, and how loud it came.

    Attributes:
        heard_s: seconds of speech.
        clipped: whether the microphone was overdriven.
    """

    name = "sentence"
    _ENOUGH_S = 1.5
    _PAUSE_S = 0.9

    def __init__(self, settings: GreenRoomSettings, order: Callable[[Order], None]) -> None:
        super().__init__(settings.sentence_s)
        self.heard_s = 0.0
        self.clipped = False
        self.settings = settings
        self.noise_dbfs: float | None = None
        self._levels: list[float] = []
        self._last_s: float | None = None
        self._order = order

    def begin(self, t_s: float) -> None:
        super().begin(t_s)
        self._order(Order("turn"))

    def take(self, item: Seen | Heard) -> None:
        super().take(item)
        if isinstance(item, Event) and (item.source, item.kind) == ("microphone", "clipping"):
            self.clipped = True
        if not isinstance(item, VoiceReading) or item.t_s < self.begun_s or item.speech < SPEECH:
            return
        self.heard_s += item.span_s
        self._last_s = item.t_s
        self._levels.append(item.level_dbfs)

    @property
    def speech_dbfs(self) -> float | None:
        """Median level of speech, dBFS; None where there was hardly any."""
        return float(np.median(self._levels)) if self.heard_s >= 0.3 else None

    def verdict(self) -> Literal["ok", "quiet", "noisy", "clipping", "unheard"]:
        """How the sentence came through."""
        level, s = self.speech_dbfs, self.settings
        if level is None:
            return "unheard"
        if self.clipped:
            return "clipping"
        if level < s.too_quiet_dbfs:
            return "quiet"
        if self.noise_dbfs is not None and level - self.noise_dbfs < s.least_snr_db:
            return "noisy"
        return "ok"

    def over(self, t_s: float) -> bool:
        said_it = self.heard_s >= self._ENOUGH_S and self._last_s is not None
        return super().over(t_s) or (
            said_it and self._last_s is not None and t_s - self._last_s >= self._PAUSE_S
        )

    def show(self, t_s: float) -> Shown:
        line = "Say a sentence, as loud as you will speak: “I am glad to be here today.”"
        found = self.verdict()
        said = {
            "unheard": "Waiting for your voice ...",
            "ok": "I hear you well.",
        }.get(found) or SOUND_ADVICE[found]
        good = None if found == "unheard" else found == "ok"
        return Shown("Your microphone", line, said, good, level_dbfs=self.level_dbfs or -120.0)


SOUND_ADVICE = {
    "quiet": "You are very quiet: come closer to the microphone, or turn its level up.",
    "noisy": "There is much noise: close the window, or use a headset.",
    "clipping": "The sound is overdriven: turn the microphone's level down.",
    "unheard": "I did not hear you speak: check the microphone, or type your answers.",
}
"""What to do about a microphone, by :meth:`SentenceStep.verdict`."""
