"""A recruiter filmed from close by, frame by frame on a clock of its own, as a machine sees her."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialogue.behaviour.planner import BehaviourPlanner
from dialogue.content.persona import Persona
from dialogue.types import RecruiterAct
from game.behaviour.recruiter import Recruiter
from game.figure.pose3d import apply_pose
from game.pose import Pose
from game.scene.room import Room
from game.sound.speaker import choose_speaker
from game.stage.base import Stage
from game.voice.base import RenderedSpeech, Renderer, voice_of
from perception.clock import FakeClock

SIZE = (640, 480)
FRAME_S = 1 / 30
_DISTANCE_M = 0.62
_VIEW_DEG = 31.0  # of the lower side: the face fills about three quarters of it
_BELOW_EYES_M = 0.035


@dataclass(frozen=True, slots=True)
class Shot:
    """One frame of the film."""

    t_s: float
    """Session time."""
    pose: Pose
    """How she was meant to look."""
    opening: float
    """Gap between the lips that was meant, 0...1; see ``game.voice.mouth``."""
    picture: NDArray[np.uint8]
    """(480, 640, 3) RGB."""


class Closeup:
    """Films one recruiter.

    Args:
        stage: offscreen, of ``SIZE``.
        persona: who.
        seed: of her movements.
        voice: as for ``--voice``.
    """

    def __init__(self, stage: Stage, persona: Persona, seed: int = 1, voice: str = "auto") -> None:
        self.clock = FakeClock()
        spoken = voice_of(persona, voice)
        self.voice = spoken.name
        self.renderer = Renderer(spoken)
        self.recruiter = Recruiter(
            persona, self.renderer, choose_speaker("silent", self.clock), seed
        )
        self._planner = BehaviourPlanner(persona, seed)
        self._stage = stage
        self._room = Room(stage, persona.identity, self_view=False)
        stage.keep_pictures(True)
        eyes = self._room.human.eye_point()
        stage.camera.set_pos(0, eyes.y - _DISTANCE_M, eyes.z)
        stage.camera.look_at(stage.scene, 0, 0, eyes.z - _BELOW_EYES_M)
        stage.lens.set_min_fov(_VIEW_DEG)
        self.horizontal_fov_deg: float = stage.lens.get_fov()[0]
        """Degrees that the picture shows from left to right."""

    def say(self, text: str, attitude: str = "interested") -> RenderedSpeech:
        """Has her say a line from the next frame on."""
        rendered = self.renderer.get(text)
        self.act(RecruiterAct(self.clock.now(), "say", text, attitude, id=text[:20]))
        return rendered

    def act(self, act: RecruiterAct) -> None:
        """Has her do something from the next frame on."""
        self.recruiter.play([self._planner.plan(act)], self.clock.now())

    def film(self, seconds: float) -> Iterator[Shot]:
        """The next ``seconds`` of her, at 30 frames a second."""
        for _ in range(round(seconds / FRAME_S)):
            self.recruiter.gaze.candidate = self._room.direction_to_candidate()
            now = self.clock.now()
            pose = self.recruiter.advance(now)
            apply_pose(self._room.human, pose)
            self._stage.step()
            opening = self.recruiter.delivery.opening()
            yield Shot(now, pose, opening, self._room.picture())
            self.clock.sleep(FRAME_S)

    def first_sample_s(self) -> float | None:
        """Session time of the first sample of the line that sounds now; None without one."""
        line = self.recruiter.delivery.line
        return None if line is None else line.due_s

    def close(self) -> None:
        """Takes everything down; the stage stays open."""
        self.renderer.close()
        self._room.close()
