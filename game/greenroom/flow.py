"""The green room: about a minute before the interview, in which camera, face, gaze and microphone
are tried, and what is particular to this candidate is measured.

Pure logic, step by step: :class:`GreenRoom` is told the time and handed what was seen and heard,
says what is to be shown and done, and in the end what it found. Whoever runs it draws that, starts
the senses and carries out the orders (:mod:`game.greenroom.visit`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from game.greenroom.reading import SentenceStep
from game.greenroom.sentence import SENTENCES, Sentence
from game.greenroom.settings import GreenRoomSettings
from game.greenroom.sound import EchoStep, SilenceStep
from game.greenroom.steps import (
    Dot,
    FaceStep,
    GazeStep,
    LeanStep,
    Order,
    Part,
    PictureStep,
    Shown,
    Step,
)
from game.greenroom.summary import (
    Line,
    echo_line,
    face_line,
    gaze_line,
    picture_line,
    sound_line,
    sound_table,
    words_line,
)
from game.stage.screen_geometry import Screen, Share, grid_of_dots
from perception.calibration import Calibration, GazeCalibration, ScreenPlace, VoiceBaseline
from perception.face.gaze_calibration import fit_gaze
from perception.pipeline.hearing import Heard
from perception.pipeline.seeing import Seen
from perception.types import Event, FaceReading

__all__ = ["GreenRoom", "GreenRoomSettings", "Line", "View", "dots_on"]

FACE_RECENT_S = 3.0
"""s for which a face that was seen lets the steps that need one begin."""

CHAPTERS = ("Picture", "Face", "Eyes", "Sound")
_CHAPTER = {"picture": 0, "lean": 0, "face": 1, "gaze": 2, "silence": 3, "echo": 3, "sentence": 3}
_MEANWHILE = {
    "picture": "framing and light",
    "lean": "the camera's field of view",
    "face": "your resting face",
    "gaze": "your gaze",
    "silence": "the room's noise",
    "echo": "your loudspeaker",
    "sentence": "your voice",
}


@dataclass(frozen=True, slots=True)
class View:
    """What is to be seen now."""

    shown: Shown
    share: float
    """0...1 of the whole time."""
    chapter: int
    """Which of ``CHAPTERS`` it is."""
    note: str = ""
    """What is missing, in one line."""
    summary: tuple[Line, ...] = ()
    """Lines of the summary; empty before it."""


def dots_on(screen: Screen, aspect: float, eyes: Share) -> tuple[Dot, ...]:
    """Nine dots spread over the window, and one where the recruiter's eyes are.

    Args:
        screen: where the window is.
        aspect: width of the window over its height.
        eyes: the recruiter's, in the window.
    """
    return tuple(Dot(at, screen.point_m(at)) for at in (*grid_of_dots(aspect), eyes))


class GreenRoom:
    """One visit.

    Args:
        settings: which steps, and how long.
        dots: lays out what is to be looked at, at the moment when it is shown: a window can move.
        missing: parts that are not there ("camera", "microphone", "loudspeaker"), and why, in one
            line each.
        attended: whether somebody can press keys; without, the summary goes on by itself.
        sentence: what is read aloud.
        recogniser: name of the one that listens; "none" for none.

    Attributes:
        orders: what is to be done; whoever does it takes it out.
        over: whether the visit is at its end.
        done: whether it got there by its steps, not by being left.
        place: where the screen is, for the interview's gaze; None where it is not known.
    """

    SUMMARY_S = 3.0
    """s of the summary where nobody can press keys."""

    def __init__(
        self,
        settings: GreenRoomSettings,
        dots: Callable[[], Sequence[Dot]],
        missing: Mapping[Part, str] | None = None,
        attended: bool = True,
        sentence: Sentence = SENTENCES[0],
        recogniser: str = "none",
    ) -> None:
        self.orders: list[Order] = []
        self.over = False
        self.done = False
        self._attended = attended
        self.place: ScreenPlace | None = None
        self._missing: dict[Part, str] = dict(missing or {})
        self._skipped: list[str] = []
        self._left_out: dict[str, str] = {}
        self._picture = PictureStep(settings)
        self._gaze_step = GazeStep(settings, dots)
        self._silence = SilenceStep(settings, self.orders.append)
        self._echo = EchoStep(settings, self.orders.append)
        self._sentence = SentenceStep(settings, sentence, recogniser, self.orders.append)
        steps: list[Step] = [self._picture]
        if settings.lean_s > 0:
            steps.append(LeanStep(settings, self.orders.append))
        if settings.face_s > 0:
            steps.append(FaceStep(settings, self.orders.append))
        if settings.dot_s > 0:
            steps.append(self._gaze_step)
        steps.append(self._silence)
        if settings.echo_s > 0:
            steps.append(self._echo)
        self._steps: tuple[Step, ...] = (*steps, self._sentence)
        self._whole_s = sum(step.length_s for step in self._steps)
        self._number = -1
        self._begun_s: float | None = None
        self._step_s = 0.0
        self._ended_s = 0.0
        self._face_s: float | None = None
        self._learned: dict[str, Mapping[str, Any]] = {}
        self._gaze: GazeCalibration | None = None

    # -- in ------------------------------------------------------------------------------------

    def observe(self, item: Seen | Heard) -> None:
        """Something was seen or heard."""
        if isinstance(item, FaceReading) and item.position_m is not None:
            self._face_s = item.t_s
        elif isinstance(item, Event):
            self._note(item)
        self._sentence.take_words(item)  # also words that come late
        step = self._step
        if step is not None:
            step.observe(item)

    def advance(self, t_s: float) -> None:
        """Goes on where it is time to."""
        if self._begun_s is None:
            self._begun_s = t_s
            self._go_on(t_s)
        step = self._step
        gone = None if step is None else self._gone(step)
        if step is not None and gone is not None:
            self._leave_out(step, gone)
            self._end(t_s)
        elif step is not None and step.over(t_s):
            self._end(t_s)
        elif step is None and not self._attended and t_s - self._ended_s >= self.SUMMARY_S:
            self._finish()

    def next(self, t_s: float) -> None:
        """Enter: on to the next step with what this one has, or out of the summary."""
        if self._step is None:
            self._finish()
        else:
            self._end(t_s)

    def skip(self, t_s: float) -> None:
        """S: on without this step."""
        if self._step is not None:
            self._skipped.append(self._step.name)
            self._end(t_s)

    def leave(self) -> None:
        """Escape: on to the interview, without what has not been done yet."""
        if self._step is None:
            self._finish()
            return
        self._skipped += [step.name for step in self._steps[self._number :]]
        self._step_over()
        self.over = True

    # -- out -----------------------------------------------------------------------------------

    def view(self, t_s: float) -> View:
        """What is to be seen at this time."""
        step = self._step
        # a loudspeaker that is not there keeps nobody from an interview; the summary says it
        note = "; ".join(why for part, why in self._missing.items() if part != "loudspeaker")
        if step is None:
            shown = Shown("You are ready" if self._is_well else "Almost ready", "")
            return View(shown, 1.0, len(CHAPTERS), note, tuple(self.summary()))
        gone_s = sum(each.length_s for each in self._steps[: self._number])
        gone_s += min(t_s - self._step_s, step.length_s)
        return View(step.show(t_s), gone_s / self._whole_s, _CHAPTER[step.name], note)

    def bounds(self) -> tuple[float, ...]:
        """Shares 0...1 of the whole time at which each of ``CHAPTERS`` ends."""
        ends = [0.0] * len(CHAPTERS)
        for step in self._steps:
            for chapter in range(_CHAPTER[step.name], len(CHAPTERS)):
                ends[chapter] += step.length_s / self._whole_s
        return tuple(ends)

    def summary(self) -> list[Line]:
        """What was found, in plain words."""
        lines = [self._line(picture_line(self._picture.latest), "picture")]
        known = self._learned.get("rest", {}).get("rest") is not None
        lines.append(self._line(face_line(known), "face"))
        if self._gaze_step in self._steps:
            lines.append(self._line(gaze_line(self._gaze), "gaze"))
        # what keeps several steps from being done is said once
        return list(dict.fromkeys([*lines, *self._sound_lines()]))

    def calibration(self) -> Calibration:
        """What the interview needs; values that stand for anyone where nothing was measured."""
        face = self._learned.get("rest", {})
        rest = face.get("rest")
        fov = self._learned.get("fov", {}).get("horizontal_fov_deg")
        return Calibration(
            gaze=self._gaze or GazeCalibration(),
            rest=None if rest is None else tuple(float(value) for value in rest),
            horizontal_fov_deg=None if fov is None else float(fov),
            screen=self.place,
            voice=self._voice(),
        )

    def as_table(self) -> dict[str, Any]:
        """All that was found, as JSON values for ``session.json``."""
        picture = self._picture.latest
        fov = self._learned.get("fov")
        gaze = self._gaze
        return {
            "done": self.done,
            "skipped": list(self._skipped),
            "left_out": dict(self._left_out),
            "missing": dict(self._missing),
            "picture": None
            if picture is None
            else {
                "problems": list(picture.problems),
                "brightness": picture.brightness,
                "backlight": picture.backlight,
                "sharpness": picture.sharpness,
                "distance_m": picture.distance_m,
            },
            "field_of_view": None
            if fov is None
            else {key: fov.get(key) for key in ("horizontal_fov_deg", "low", "high", "frames")},
            "face": {"frames": self._learned.get("rest", {}).get("frames", 0)},
            "gaze": None
            if gaze is None
            else {"error_deg": gaze.error_deg, "readings": len(self._gaze_step.samples)},
            **sound_table(
                self._silence, self._echo, self._sentence, self._without("sentence") is None
            ),
            "calibration": self.calibration().as_table(),
        }

    def _voice(self) -> VoiceBaseline | None:
        """The candidate's own voice; None where it was not learned."""
        return self._sentence.voice if self._without("sentence") is None else None

    # -- steps -----------------------------------------------------------------------------------

    @property
    def _step(self) -> Step | None:
        """The present step; None before the first, and at the summary."""
        return self._steps[self._number] if 0 <= self._number < len(self._steps) else None

    def _go_on(self, t_s: float) -> None:
        """To the next step that can be done."""
        self._number += 1
        while (step := self._step) is not None:
            gone = self._gone(step)
            if gone is not None:
                self._leave_out(step, gone)
            elif step.needs_face and not self._sees_a_face(t_s):
                self._leave_out(step, "no face was seen")
            else:
                self._step_s = t_s
                step.begin(t_s)
                return
            self._number += 1
        self._ended_s = t_s

    def _end(self, t_s: float) -> None:
        self._step_over()
        self._go_on(t_s)

    def _step_over(self) -> None:
        step = self._step
        assert step is not None
        step.end()
        if step is self._gaze_step and "gaze" not in self._skipped:
            self._gaze = fit_gaze(self._gaze_step.samples)
        elif step is self._silence:
            self._sentence.noise_dbfs = self._silence.noise_dbfs

    def _gone(self, step: Step) -> str | None:
        """Why a step cannot be done; None where it can."""
        return next((self._missing[part] for part in step.parts if part in self._missing), None)

    def _leave_out(self, step: Step, why: str) -> None:
        self._left_out.setdefault(step.name, why)

    def _finish(self) -> None:
        self.done = self.over = True

    def _sees_a_face(self, t_s: float) -> bool:
        return self._face_s is not None and t_s - self._face_s <= FACE_RECENT_S

    def _note(self, event: Event) -> None:
        part: Part | None = None
        if event.source == "camera":
            part = "camera"
        elif event.source == "microphone":
            part = "microphone"
        elif event.source == "loudspeaker":
            part = "loudspeaker"
        if event.kind == "learned":
            self._learn(str(event.data["what"]), dict(event.data))
        elif part is not None and event.kind in ("unavailable", "lost"):
            self._missing.setdefault(part, str(event.data.get("message", f"no {part}")))
        elif part is not None and event.kind == "restored":
            self._missing.pop(part, None)
        elif part is not None and event.kind == "part_over":
            self._missing.setdefault(part, "the recording is over")

    def _learn(self, what: str, data: dict[str, Any]) -> None:
        self._learned[what] = data
        if what == "voice":
            self._sentence.learned(data)
        elif what == "noise":
            self._silence.learned(data)
            self._sentence.room = self._silence.fault

    # -- words -----------------------------------------------------------------------------------

    @property
    def _is_well(self) -> bool:
        return all(line.mark == "ok" or not line.needed for line in self.summary())

    def _without(self, *names: str) -> str | None:
        """Why none of these steps was done; None where one was."""
        for name in names:
            if name not in self._skipped and name not in self._left_out:
                return None
        skipped = [name for name in names if name in self._skipped]
        if skipped:
            return f"You skipped {_MEANWHILE[skipped[0]]}."
        why = self._left_out[names[0]]
        return why[0].upper() + why[1:] + "."

    def _line(self, found: Line, name: str) -> Line:
        """What was found in a step, or why it was not done."""
        why = self._without(name)
        return found if why is None else Line("none", why)

    def _sound_lines(self) -> list[Line]:
        why = self._without("silence", "sentence")
        if why is not None and "microphone" in self._missing:
            return [Line("none", why)]
        lines = [self._line(sound_line(self._sentence), "sentence")]
        words = words_line(self._sentence)
        if words is not None and self._without("sentence") is None:
            lines.append(words)
        if self._echo in self._steps:
            lines.append(replace(self._line(echo_line(self._echo), "echo"), needed=False))
        return lines
