"""What the camera sees of a candidate: gaze, smiles, frowns, nods, fidgeting, an empty chair."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

from game.synthetic.conversation.utterance import ShownCue
from perception.fusion import Input
from perception.types import BodyReading, FaceReading, Gaze, GazeTarget, HeadGesture

FRAME_S = 1 / 30
FACE_DELAY_S = 0.04
BODY_EVERY = 3
"""Frames from one reading of the body to the next."""
NOD_FOUND_S = 0.1
_SMILE_RISE_S = 0.3

_GAZES: dict[str, tuple[float, float, GazeTarget]] = {
    "gaze_down": (0.0, -28.0, "down"),
    "gaze_away": (32.0, 0.0, "away"),
}
_FROWN, _BROWS = 0.55, 0.04
"""How far the brows are lowered in a frown, and otherwise (0...1)."""
_TURNED_DEG = 38.0
_LEAN_M = 0.12


class Presence:
    """One candidate in the picture.

    Args:
        rng: of the run.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._cues: list[ShownCue] = []
        self._nodded: set[int] = set()
        self._frame = 0

    def show(self, cue: ShownCue) -> None:
        """Shows something, at its time."""
        self._cues.append(cue)

    def end(self, kind: str, t_s: float) -> None:
        """What is still shown of a kind ends."""
        self._cues = [
            ShownCue(c.kind, c.start_s, t_s) if c.kind == kind and c.end_s > t_s else c
            for c in self._cues
        ]

    @property
    def shown(self) -> tuple[ShownCue, ...]:
        """All that was shown so far."""
        return tuple(self._cues)

    def until(self, t_s: float) -> Iterator[Input]:
        """Everything that has arrived by then since the last call."""
        while self._frame * FRAME_S + FACE_DELAY_S <= t_s:
            at_s = self._frame * FRAME_S
            active = {c.kind: c for c in self._cues if c.start_s <= at_s < c.end_s}
            yield self._face(at_s, active)
            if self._frame % BODY_EVERY == 0:
                yield self._body(at_s, active)
            self._frame += 1
        for number, cue in enumerate(self._cues):
            due = cue.kind == "nod" and t_s >= cue.end_s + NOD_FOUND_S
            if due and number not in self._nodded:
                self._nodded.add(number)
                yield HeadGesture("nod", cue.start_s, cue.end_s, 9.0, t_s)

    def _face(self, t_s: float, active: dict[str, ShownCue]) -> FaceReading:
        if "leaves" in active:
            return FaceReading(t_s, FACE_DELAY_S, 0.0)
        amount = 0.03
        smile = active.get("smile")
        if smile is not None:
            rise = min(t_s - smile.start_s, smile.end_s - t_s) / _SMILE_RISE_S
            amount = 0.8 * min(1.0, max(0.04, rise))
        yaw, pitch, target = next(
            (gaze for kind, gaze in _GAZES.items() if kind in active), (0.0, 0.0, "screen")
        )
        sway = 1.5 * math.sin(0.7 * t_s)
        brows = _FROWN if "frown" in active else _BROWS
        gaze: Gaze | None = Gaze(yaw, pitch, target, 0.9)
        if "turned" in active:
            sway, gaze = sway + _TURNED_DEG, None  # eyes cannot be told so far from the side
        return FaceReading(
            t_s,
            FACE_DELAY_S,
            0.95,
            sway,
            0.0,
            0.0,
            (0.0, 0.0, -0.6),
            gaze,
            {
                "mouthSmileLeft": amount,
                "mouthSmileRight": amount,
                "browDownLeft": brows,
                "browDownRight": brows,
            },
            faces=1,
        )

    def _body(self, t_s: float, active: dict[str, ShownCue]) -> BodyReading:
        fidgets = "fidget" in active
        low, high = (0.65, 0.9) if fidgets else (0.02, 0.12)
        return BodyReading(
            t_s,
            shoulders_roll_deg=0.0,
            lean_m=_LEAN_M if "leans" in active else 0.0,
            hands_visible=2,
            hand_speed=0.6 if fidgets else 0.05,
            hand_to_face=False,
            slouch=0.0,
            fidget=self._rng.uniform(low, high),
            gesturing=False,
            confidence=0.9,
        )
