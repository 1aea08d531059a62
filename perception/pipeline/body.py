"""The chain from a picture to a body reading, and the thread in which it runs live.

What it says of a stream of pictures depends on those pictures and the faces found in them alone:
which pictures are looked at is decided by their own times. Live, the newest picture is taken once
the one before is done, so a slow machine tells less often, never late.
"""

from __future__ import annotations

import contextlib
import os
import threading

from perception.body.base import BodySettings, FacePlace, open_body
from perception.body.hands import HandReader
from perception.body.posture import PostureReader
from perception.errors import RecruiterError
from perception.process.channel import Latest
from perception.process.link import Link
from perception.types import BodyReading, Event, Frame

FACE_KEPT_S = 2.0
"""How long a face's place holds after it was last measured: a hand over it hides it."""

_NICENESS = 10
"""Of the body's thread where the system has one per thread: faces and the picture come first. On
two cores that draw 30 pictures a second it still gets all the time that it needs."""

_WAKE_S = 0.1


class BodyPipeline:
    """Sees one candidate's upper body in a stream of pictures.

    Args:
        settings: how.

    Attributes:
        spared: whether bodies are looked for more rarely, on a machine that is short of time.

    Raises:
        ModelError: the back-end's package or model is missing.
    """

    def __init__(self, settings: BodySettings | None = None) -> None:
        self._settings = settings or BodySettings()
        self.spared = False
        self._finder = open_body(self._settings)
        self._next_s = float("-inf")
        self._face: FacePlace | None = None
        self._seen_s: float | None = None
        self._forget()

    def process_frame(self, frame: Frame, face: FacePlace | None) -> BodyReading | None:
        """What the next picture says of the body; None where it is not this picture's turn.

        Args:
            frame: frames must come in the order of their times.
            face: the candidate's in this picture; None where it was not measured.

        Returns:
            A reading. Of somebody whose body was not found it has ``confidence`` 0 and says
            nothing else.
        """
        t_s = frame.t_s
        if not self._is_turn_of(t_s):
            return None
        if face is not None:
            self._face = face
        unseen_s = float("inf") if self._face is None else t_s - self._face.t_s
        # Without a face for long, whatever the joints follow cannot be told to be the candidate.
        if unseen_s > self._settings.without_face_s:
            return self._nobody(t_s)
        limbs = self._finder.find(frame.image, t_s, face)
        if limbs is None:
            return self._nobody(t_s)
        self._seen_s = t_s
        size = (frame.image.shape[1], frame.image.shape[0])
        posture = self._posture.read(t_s, limbs, face, size)
        place = self._face if unseen_s <= FACE_KEPT_S else None
        hands = self._hands.read(t_s, limbs, posture, place, size)
        return BodyReading(
            t_s=t_s,
            shoulders_roll_deg=posture.shoulders_roll_deg,
            lean_m=posture.lean_m,
            hands_visible=hands.visible,
            hand_speed=hands.speed,
            hand_to_face=hands.to_face,
            slouch=posture.slouch,
            fidget=hands.fidget,
            gesturing=hands.gesturing,
            confidence=posture.confidence,
        )

    def close(self) -> None:
        """Frees the models."""
        self._finder.close()

    def _is_turn_of(self, t_s: float) -> bool:
        """Keeps the mean rate whatever the camera's is: turns lie on a grid of times."""
        if t_s < self._next_s - 1e-6:
            return False
        usual_hz = self._settings.rate_hz
        rate_hz = min(usual_hz, self._settings.spared_rate_hz) if self.spared else usual_hz
        step_s = 1.0 / rate_hz
        late = t_s - self._next_s > step_s
        self._next_s = (t_s if late else self._next_s) + step_s
        return True

    def _forget(self) -> None:
        """Starts anew; another person may sit there."""
        self._seen_s = None
        self._posture = PostureReader(self._settings)
        self._hands = HandReader(self._settings)

    def _nobody(self, t_s: float) -> BodyReading:
        if self._seen_s is not None and t_s - self._seen_s > self._settings.forget_after_s:
            self._forget()
        return BodyReading(t_s=t_s, confidence=0.0)


def open_body_pipeline(settings: BodySettings, t_s: float) -> BodyPipeline | Event | None:
    """The chain; an event that says why there is none; or None where it is switched off.

    A missing model takes posture and hands out of an interview, not the interview off the program.

    Args:
        settings: how the body is seen.
        t_s: time of the event.
    """
    if not settings.enabled:
        return None
    try:
        return BodyPipeline(settings)
    except RecruiterError as error:
        return _unavailable(t_s, str(error))


class BodyThread:
    """Sees the body beside the faces: its own thread, its own rate, the newest picture.

    Args:
        settings: how; nothing runs where it is switched off.
        link: takes the readings.
    """

    def __init__(self, settings: BodySettings, link: Link) -> None:
        self._settings = settings
        self._link = link
        self._pictures: Latest[tuple[Frame, FacePlace | None]] = Latest()
        self._spared = False
        self._thread = threading.Thread(target=self._run, name="body-reader", daemon=True)

    def start(self) -> None:
        """Loads the models and waits for pictures; returns at once."""
        if self._settings.enabled:
            self._thread.start()

    def offer(self, frame: Frame, face: FacePlace | None) -> None:
        """Replaces the picture that waits; takes next to no time."""
        self._pictures.put((frame, face))

    def spare(self, on: bool) -> None:
        """Looks more rarely from the next picture on, or as often as ever again."""
        self._spared = on

    def stop(self) -> None:
        """Ends the thread, after the picture it is at."""
        self._pictures.close()
        if self._thread.ident is not None:
            self._thread.join(3.0)

    def _run(self) -> None:
        step_back()
        now = self._link.clock.now
        try:
            pipeline = open_body_pipeline(self._settings, now())
            if isinstance(pipeline, Event):
                self._link.post(pipeline)
                return
            assert pipeline is not None
            while not self._pictures.closed:
                offered = self._pictures.pop(_WAKE_S)
                pipeline.spared = self._spared
                reading = None if offered is None else pipeline.process_frame(*offered)
                if reading is not None:
                    self._link.post(reading)
            pipeline.close()
        except Exception as error:  # told, and the interview goes on without posture and hands
            self._link.post(_unavailable(now(), f"the body reader broke down: {error!r}"))


def step_back() -> None:
    """Lets this thread, and those that it starts, run behind the others where that can be said."""
    if hasattr(os, "setpriority") and os.name == "posix" and os.uname().sysname == "Linux":
        with contextlib.suppress(OSError):  # a container may forbid it; it costs only politeness
            thread = threading.get_native_id()
            nice = os.getpriority(os.PRIO_PROCESS, thread) + _NICENESS
            os.setpriority(os.PRIO_PROCESS, thread, nice)


def _unavailable(t_s: float, reason: str) -> Event:
    message = f"{reason}; posture and hands are not measured, the interview goes on"
    return Event(t_s, "body", "unavailable", {"message": message})
