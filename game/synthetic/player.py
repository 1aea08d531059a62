"""Plays a script: what the synthetic candidate looks and sounds like at any session time.

Camera and microphone live in different processes. Each has a player of its own; the same script,
seed and cues give both the same performance, so lips and sound agree without a word between them.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogue.types import Behaviour, BehaviourBlock
from game.behaviour.gaze_control import GazeControl
from game.behaviour.idle import Blinking, Breathing, Sway
from game.behaviour.players import NOD_DEG, SHAKE_DEG
from game.behaviour.realizer import Realizer
from game.behaviour.spans import NOD_CYCLE_S, SHAKE_CYCLE_S
from game.pose import Layers, Pose
from game.synthetic.script import Look, Nod, Scene, Script, Smile, choose_answer
from game.voice.base import RenderedSpeech, Voice
from game.voice.mouth import MouthTrack
from perception.signal.resampling import resample
from perception.types import Cue

LOOKS: Mapping[str, str] = {"screen": "candidate", "down": "notes", "away": "window"}
"""Gaze target as perception names it, to a place of ``game.behaviour.gaze_control``."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer rendered to sound."""

    pieces: tuple[tuple[float, RenderedSpeech], ...]
    """Seconds from the answer's start, and what is said from there on."""
    duration_s: float

    def sound(self, rate_hz: int) -> NDArray[np.float32]:
        """(n,) samples of the whole answer with its pauses, -1...1."""
        mixed = np.zeros(int(np.ceil(self.duration_s * rate_hz)) + rate_hz // 10, np.float32)
        for offset_s, rendered in self.pieces:
            samples = resample(rendered.samples, rendered.rate_hz, rate_hz)
            begin = round(offset_s * rate_hz)
            end = min(len(mixed), begin + len(samples))
            mixed[begin:end] += samples[: end - begin]
        return mixed


def render_answer(voice: Voice, scene: Scene) -> Answer:
    """Renders the speech of a scene.

    Raises:
        ModelError: the voice failed.
    """
    pieces: list[tuple[float, RenderedSpeech]] = []
    at_s = 0.0
    for say in scene.say:
        rendered = voice.render(say.text)
        pieces.append((at_s, rendered))
        at_s += rendered.duration_s + say.pause_s
    last = scene.say[-1].pause_s if scene.say else 0.0
    return Answer(tuple(pieces), max(0.0, at_s - last))


@dataclass(slots=True)
class Scheduled:
    """An answer with its place on the session clock."""

    start_s: float
    answer: Answer
    scene: Scene
    mouths: list[tuple[float, MouthTrack]] = field(default_factory=list)


class Player:
    """Follows a script through the cues of an interview.

    Args:
        script: what to play.
        answers: its answers, rendered, in order.
    """

    def __init__(self, script: Script, answers: tuple[Answer, ...]) -> None:
        self._script = script
        self._answers = answers
        self._given: set[int] = set()
        self._now: Scheduled | None = None
        seed = script.seed
        self._realizer = Realizer(random.Random(f"{seed}:asymmetry"))
        self._gaze = GazeControl(random.Random(f"{seed}:gaze"))
        self._blinking = Blinking(random.Random(f"{seed}:blinks"))
        self._breathing = Breathing(random.Random(f"{seed}:breath"))
        self._sway = Sway(random.Random(f"{seed}:sway"))
        self._blocks = 0
        self.scheduled: list[dict[str, Any]] = []
        """What was scheduled since the list was last emptied, with session times: the truth about
        gestures and speech, as JSON values."""
        self.part_over = False

    def cue(self, cue: Cue) -> Scheduled | None:
        """Takes a cue; the answer it brings forth, if any."""
        if cue.kind == "recruiter_speaks":
            if cue.data.get("kind") != "acknowledge":
                self._play(self._script.listening, cue.t_s)
            return None
        if cue.kind != "turn":
            return None
        question = str(cue.data.get("question") or "")
        number = choose_answer(self._script.answers, self._given, question)
        if number is None:
            self.part_over = True
            return None
        self._given.add(number)
        scene, answer = self._script.answers[number], self._answers[number]
        start_s = cue.t_s + scene.after_s
        mouths = [(start_s + offset, MouthTrack(line)) for offset, line in answer.pieces]
        self._now = Scheduled(start_s, answer, scene, mouths)
        self._play(scene, start_s)
        self.scheduled += [
            {
                "kind": "speech",
                "start_s": start_s + offset,
                "end_s": start_s + offset + line.duration_s,
                "text": line.text,
            }
            for offset, line in answer.pieces
        ]
        return self._now

    def pose(self, t_s: float) -> Pose:
        """How the candidate looks at ``t_s``; call it with rising times."""
        shown = self._realizer.advance(t_s)
        place = shown.gaze or "candidate"
        if place != self._gaze.place:
            self._gaze.look(place)
        head, eyes = self._gaze.advance(t_s)
        mouth = self._mouth(t_s)
        lids = self._blinking.advance(t_s, bool(mouth), self._gaze.shift_deg)
        face: Layers = shown.expressions
        face.add(mouth)
        face.add({"eyeBlinkLeft": lids, "eyeBlinkRight": lids})
        sway = self._sway.advance(t_s)
        return Pose(
            expressions=face.weights(),
            head=head.plus(shown.head).plus(sway, 0.7),
            eyes=eyes,
            torso=shown.torso.plus(sway, 0.5),
            breath=self._breathing.advance(t_s),
        )

    def truth(self, t_s: float, pose: Pose) -> dict[str, Any]:
        """What is played at ``t_s``, as JSON values; degrees, and weights 0...1."""
        now = self._now
        speaking = now is not None and any(
            now.start_s + offset <= t_s < now.start_s + offset + line.duration_s
            for offset, line in now.answer.pieces
        )
        targets = {place: target for target, place in LOOKS.items()}
        return {
            "t_s": t_s,
            "head_deg": [pose.head.yaw_deg, pose.head.pitch_deg, pose.head.roll_deg],
            "eyes_deg": [pose.eyes.yaw_deg, pose.eyes.pitch_deg],
            "target": targets[self._gaze.place],
            "smile": pose.expressions.get("mouthSmileLeft", 0.0),
            "blink": pose.expressions.get("eyeBlinkLeft", 0.0),
            "blinks": self._blinking.count,
            "speaking": speaking,
        }

    def _mouth(self, t_s: float) -> Mapping[str, float]:
        if self._now is None:
            return {}
        for start_s, track in self._now.mouths:
            weights = track.at(t_s - start_s)
            if weights:
                return weights
        return {}

    def _play(self, scene: Scene, start_s: float) -> None:
        self._blocks += 1
        behaviours = [_behaviour(f"b{i}", part) for i, part in enumerate(_parts(scene))]
        block = BehaviourBlock(f"script-{self._blocks}", start_s, "", tuple(behaviours))
        self._realizer.play(block, start_s)
        self.scheduled += [_truth(part, start_s) for part in _parts(scene)]


def _parts(scene: Scene) -> list[Look | Smile | Nod]:
    return [*scene.looks, *scene.smiles, *scene.nods]


def _truth(part: Look | Smile | Nod, start_s: float) -> dict[str, Any]:
    begin = start_s + part.at_s
    if isinstance(part, Nod):
        cycle_s = NOD_CYCLE_S if part.kind == "nod" else SHAKE_CYCLE_S
        end = begin + part.times * cycle_s
        return {
            "kind": part.kind,
            "start_s": begin,
            "end_s": end,
            "amplitude_deg": part.amplitude_deg,
        }
    kind = "smile" if isinstance(part, Smile) else f"look_{part.target}"
    return {"kind": kind, "start_s": begin, "end_s": begin + part.for_s}


def _behaviour(name: str, part: Look | Smile | Nod) -> Behaviour:
    if isinstance(part, Look):
        return Behaviour(
            name,
            "gaze",
            {"target": LOOKS[part.target]},
            {"start": part.at_s, "ready": part.at_s, "relax": part.at_s + part.for_s,
             "end": part.at_s + part.for_s},
        )  # fmt: skip
    if isinstance(part, Smile):
        end = part.at_s + part.for_s
        return Behaviour(
            name,
            "faceLexeme",
            {"lexeme": "smile", "amount": part.strength},
            {"start": part.at_s, "ready": part.at_s + 0.35, "relax": end - 0.45, "end": end},
        )
    full = NOD_DEG if part.kind == "nod" else SHAKE_DEG
    return Behaviour(
        name,
        "head",
        {
            "lexeme": part.kind.upper(),
            "repetition": part.times,
            "amount": part.amplitude_deg / full,
        },
        {"start": part.at_s},
    )
