"""The steps of the green room: what each asks, what it takes from readings, when it is over.

Pure logic: a step is told the time and handed what was seen and heard, and puts what has to be done
about it into a list of orders. None of them draws or waits. Here are those of the camera; those of
sound are in :mod:`game.greenroom.sound`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from game.greenroom.settings import GreenRoomSettings
from game.stage.screen_geometry import Share
from perception.face.gaze_calibration import DotSample
from perception.face.picture_quality import advice
from perception.pipeline.hearing import Heard
from perception.pipeline.seeing import Seen
from perception.types import FaceReading, PictureReading

Part = Literal["camera", "microphone", "loudspeaker"]


@dataclass(frozen=True, slots=True)
class Order:
    """Something to be done about a step.

    ``learn``: a lesson begins or ends; ``turn``: the candidate is to speak; ``play``: the
    recruiter's test line sounds, or is cut off.
    """

    kind: Literal["learn", "turn", "play"]
    what: Literal["rest", "fov", "voice", "noise", ""] = ""
    on: bool = True


@dataclass(frozen=True, slots=True)
class Dot:
    """A place to look at."""

    at: Share
    """In the window."""
    point_m: tuple[float, float]
    """In the camera's plane: x to image right, y up, metres from the camera."""


@dataclass(frozen=True, slots=True)
class EchoShown:
    """The loudspeaker's sound on its way to the microphone."""

    sounding: bool
    """Whether the test line is heard now."""
    heard: bool | None = None
    """Whether the microphone heard it; None before that is known, and where it cannot be told."""


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
    noise_dbfs: float | None = None
    """The room's noise, marked on the meter; None before it is known."""
    good_dbfs: tuple[float, float] | None = None
    """From where to where a voice's level is good, marked on the meter; None for no mark."""
    sentence: tuple[str, ...] = ()
    """Words to be read aloud."""
    understood: tuple[bool, ...] | None = None
    """Which of ``sentence`` were understood; None before that is known."""
    echo: EchoShown | None = None
    """For the picture of loudspeaker and microphone; None where there is none."""
    working: bool = False
    """Whether something is being worked out, for which the candidate waits."""


class Step(Protocol):
    """One thing that is prepared."""

    name: str
    parts: tuple[Part, ...]
    """Without which it cannot be done."""
    length_s: float
    """At the most."""
    needs_face: bool

    def begin(self, t_s: float) -> None:
        """It is this step's turn."""
        ...

    def observe(self, item: Seen | Heard) -> None:
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


class Timed:
    """A step that lasts for its time.

    Args:
        length_s: at the most.
    """

    needs_face = False
    parts: tuple[Part, ...] = ("camera",)

    def __init__(self, length_s: float) -> None:
        self.length_s = length_s
        self.begun_s = 0.0

    def begin(self, t_s: float) -> None:
        """It is this step's turn."""
        self.begun_s = t_s

    def observe(self, item: Seen | Heard) -> None:
        """Something was seen or heard, which is of no interest here."""

    def over(self, t_s: float) -> bool:
        """Whether its time is over."""
        return t_s - self.begun_s >= self.length_s

    def end(self) -> None:
        """The next step's turn comes."""


class PictureStep(Timed):
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

    def observe(self, item: Seen | Heard) -> None:
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


class LeanStep(Timed):
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


class FaceStep(Timed):
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


class GazeStep(Timed):
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

    def observe(self, item: Seen | Heard) -> None:
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
