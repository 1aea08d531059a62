"""Somebody in the green room whose signals are scripted, on a clock that only the test moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from game.greenroom.flow import GreenRoom, dots_on
from game.greenroom.sentence import SENTENCES
from game.greenroom.settings import GreenRoomSettings
from game.greenroom.steps import Shown
from game.stage.screen_geometry import Screen
from perception.clock import FakeClock
from perception.face.gaze_calibration import eyes_toward
from perception.types import Event, FaceReading, PictureReading, VoiceReading, Words

SCREEN = Screen(0.344, 0.194, 0.01)
DOTS = dots_on(SCREEN, 16 / 9, (0.5, 0.36))
HEAD = (0.02, -0.05, -0.6)
STEP_S = 0.05
LINE_S = 3.0
"""s of the recruiter's test line."""
NO_ECHO = {"heard": False, "delay_ms": None, "return_loss_db": None}


class Person:
    """Someone in front of camera and microphone, whose signals go to a green room.

    Args:
        flow: the green room.
        problems: of the picture, by time.
        face: whether one is seen.
        offset_deg: by which the eyes are read wrongly.
        looks: whether they follow the dots.
        speaks: whether the sentence is said, from 1 s to 6 s after being asked.
        level_dbfs: of the voice.
        noise_dbfs: of the room.
        says: what the recogniser makes of it; None for the sentence itself.
        words_after_s: s from the end of speech to the words; infinite for never.
        voiced_share: of the speech.
        syllables: counted in it.
        echo: what is measured of the loudspeaker; None where nothing is.
        faults: what the ear finds in the room.
    """

    def __init__(
        self,
        flow: GreenRoom,
        problems: Callable[[float], tuple[str, ...]] = lambda t_s: (),
        face: bool = True,
        offset_deg: float = 3.0,
        looks: bool = True,
        speaks: bool = True,
        level_dbfs: float = -28.0,
        noise_dbfs: float = -62.0,
        says: str | None = None,
        words_after_s: float = 1.5,
        voiced_share: float = 0.7,
        syllables: int = 22,
        echo: dict[str, Any] | None = NO_ECHO,
        faults: dict[str, str] | None = None,
    ) -> None:
        self.flow = flow
        self.clock = FakeClock()
        self.steps: list[tuple[str, float]] = []
        self.lessons: list[tuple[str, bool, float]] = []
        self.frames = 0
        self.turn_s: float | None = None
        self._problems, self._face = problems, face
        self._offset_deg, self._looks = offset_deg, looks
        self._speaks, self._level, self._noise = speaks, level_dbfs, noise_dbfs
        self._says, self._words_after_s = says, words_after_s
        self._voiced_share, self._syllables = voiced_share, syllables
        self._echo, self._faults = echo, faults or {}
        self._echo_s: float | None = None
        self._pending = self._answered = False
        self.shown: list[tuple[float, Shown]] = []

    def run(self, until_s: float = 120.0, keys: dict[float, str] | None = None) -> GreenRoom:
        """Lets time pass until the visit is over, or until that time."""
        keys = dict(keys or {})
        while not self.flow.over and self.clock.now() < until_s:
            t_s = self.clock.now()
            for at_s in [at_s for at_s in keys if at_s <= t_s]:
                key = keys.pop(at_s)
                if key == "escape":
                    self.flow.leave()
                else:
                    getattr(self.flow, key)(t_s)
            self._signals(t_s)
            self.flow.advance(t_s)
            self._carry_out(t_s)
            self.shown.append((t_s, self.flow.view(t_s).shown))
            title = self.shown[-1][1].title
            if title and (not self.steps or self.steps[-1][0] != title):
                self.steps.append((title, t_s))
            self.clock.sleep(STEP_S)
        return self.flow

    def lasted_s(self, title: str) -> float:
        """Seconds from a step's beginning to that of the next."""
        number = [name for name, _ in self.steps].index(title)
        return self.steps[number + 1][1] - self.steps[number][1]

    def _carry_out(self, t_s: float) -> None:
        for order in self.flow.orders:
            if order.kind == "turn":
                self.turn_s = t_s
                continue
            if order.kind == "play":
                self._play(order.on, t_s)
                continue
            self.lessons.append((order.what, order.on, t_s))
            if order.on:
                continue
            data: dict[str, Any] = {"what": order.what, "frames": 60}
            if order.what == "rest":
                data["rest"] = [0.5] * 9 if self._face else None
            elif order.what == "fov":
                data |= {"horizontal_fov_deg": 71.0, "low": 66.0, "high": 77.0}
            elif order.what == "noise":
                data |= {"noise_dbfs": self._noise, "faults": self._faults}
            else:
                data |= self._voice()
            self.flow.observe(Event(t_s, "face", "learned", data))
        self.flow.orders.clear()

    def _play(self, on: bool, t_s: float) -> None:
        if on:
            self.flow.observe(Event(t_s + 0.2, "loudspeaker", "playing", {"duration_s": LINE_S}))
            self._echo_s = t_s + 0.2 + 0.8 * LINE_S

    def _voice(self) -> dict[str, Any]:
        if not self._speaks:
            return {"speech_s": 0.0, "span_s": 0.0, "syllables": None, "voiced_share": None}
        whispers = self._voiced_share < 0.2
        pitch = (None,) * 3 if whispers else (120.0, 100.0, 160.0)
        return {
            **dict(zip(("pitch_hz", "pitch_low_hz", "pitch_high_hz"), pitch, strict=True)),
            "pace_sps": self._syllables / 5.0,
            "level_dbfs": self._level,
            "speech_s": 5.0,
            "span_s": 5.0,
            "syllables": self._syllables,
            "voiced_share": self._voiced_share,
            "clipped_share": 0.0,
        }

    def _signals(self, t_s: float) -> None:
        flow = self.flow
        if self._face:
            flow.observe(self._face_reading(t_s))
        else:
            flow.observe(FaceReading(t_s, 0.05, 0.0))
        problems = self._problems(t_s) if self._face else ("no_face",)
        flow.observe(PictureReading(t_s, 0.5, 1.1, 0.9, 0.6, 0.1, 0.0, problems))
        since_s = None if self.turn_s is None else t_s - self.turn_s
        talks = self._speaks and since_s is not None and 1.0 <= since_s < 6.0
        if self._echo_s is not None and t_s >= self._echo_s:
            self._echo_s = None
            if self._echo is not None:
                flow.observe(Event(t_s, "microphone", "echo_measured", self._echo))
        if self._speaks and since_s is not None and since_s >= 1.0:
            self._recognise(since_s - 6.0, t_s)
        level = self._level if talks else self._noise
        flow.observe(VoiceReading(t_s, STEP_S, 0.97 if talks else 0.02, level))

    def _recognise(self, since_s: float, t_s: float) -> None:
        if not self._pending:
            self._pending = True
            self.flow.observe(Event(t_s, "speech_to_text", "pending", {"count": 1}))
        if not self._answered and since_s >= self._words_after_s:
            self._answered = True
            text = SENTENCES[0].text if self._says is None else self._says
            if text:
                self.flow.observe(Words(t_s - since_s - 5.0, t_s - since_s, text))
            self.flow.observe(Event(t_s, "speech_to_text", "pending", {"count": 0}))

    def _face_reading(self, t_s: float) -> FaceReading:
        reading = FaceReading(t_s, 0.05, 0.9, 2.0, -3.0, 0.0, HEAD)
        dot = self.flow.view(t_s).shown.dot
        place = (0.0, -0.1)
        if dot is not None and self._looks:
            place = next(each.point_m for each in DOTS if each.at == dot[0])
        eyes = eyes_toward(reading, place)
        assert eyes is not None
        return replace(reading, eyes_deg=(eyes[0] - self._offset_deg, eyes[1] + 2.0))


def room(settings: GreenRoomSettings | None = None, **more: Any) -> GreenRoom:
    """A green room with all parts there, unless told otherwise."""
    return GreenRoom(
        settings or GreenRoomSettings(), lambda: DOTS, **{"recogniser": "whisper", **more}
    )


def marks(flow: GreenRoom) -> list[str]:
    """Those of the summary."""
    return [line.mark for line in flow.summary()]
