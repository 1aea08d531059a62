"""The recruiter: acts from the dialogue become what is seen and heard of her."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Literal

from dialogue.content.persona import Persona
from dialogue.types import (
    AcknowledgeData,
    BehaviourBlock,
    BehaviourPlan,
    Feedback,
    RecruiterAct,
    SayData,
    Spoken,
    WaitData,
)
from game.behaviour.delivery import Delivery
from game.behaviour.expressions import ATTITUDES, lexeme
from game.behaviour.gaze_aversion import LISTENING_SHARE, SPEAKING_SHARE, GazeAversion
from game.behaviour.gaze_control import GazeControl
from game.behaviour.gesturing import Gesturer
from game.behaviour.idle import Blinking, Breathing, Drift, Sway
from game.behaviour.muscles import FacialMuscles, Flicker
from game.behaviour.players import Active
from game.behaviour.posture import Posture
from game.behaviour.realizer import Realizer
from game.pose import Angles, Layers, Pose
from game.sound.ambience import Noise
from game.sound.mixdown import Mixdown
from game.sound.speaker import Speaker
from game.voice.base import RenderedSpeech, Renderer

ATTITUDE_RATE = 1.6  # per second: a mood changes over about a second
SPEECH_NOD_DEG = 2.4  # head movement with the loudness of her speech (Munhall et al. 2004)
SPEAKING_MOUTH = {
    # What is left of an expression's shapes while the mouth speaks: a smile stays, a little
    # narrower; what would part or press the lips gives way to the sounds.
    "mouthSmile": 0.7,
    "mouthDimple": 0.5,
    "mouthFrown": 0.5,
    "mouthShrugLower": 0.3,
    "mouthUpperUp": 0.05,
    "mouthLowerDown": 0.05,
    "mouthPress": 0.0,
    "jawOpen": 0.0,
}
SPEECH_RATE = 12.0  # per second: how fast an expression makes room for speech

NOISY_GESTURES: Mapping[str, Literal["pen", "page"]] = {"WRITE_NOTE": "pen", "TURN_PAGE": "page"}
"""Gestures that can be heard, and by what."""
KEPT_NOISES = 32
"""Where nobody listens, as in a performance, older ones are forgotten."""


class Recruiter:
    """Plays what was planned: speaks, moves; independent of how she is drawn.

    Args:
        persona: her manner.
        renderer: her voice.
        speaker: plays it.
        seed: of the session; all small movement draws from it.
        mixdown: collects what she said.
    """

    def __init__(
        self,
        persona: Persona,
        renderer: Renderer,
        speaker: Speaker,
        seed: int,
        mixdown: Mixdown | None = None,
    ) -> None:
        self._renderer = renderer
        self._lines: dict[int, BehaviourPlan] = {}
        self.realizer = Realizer(random.Random(f"{seed}:asymmetry"))
        self.gaze = GazeControl(random.Random(f"{seed}:gaze"))
        contact = persona.manner.gaze_contact
        self._habit = GazeAversion(
            random.Random(f"{seed}:habit"), contact, contact * SPEAKING_SHARE / LISTENING_SHARE
        )
        self._blinking = Blinking(random.Random(f"{seed}:blinks"))
        self._breathing = Breathing(random.Random(f"{seed}:breath"))
        self._sway = Sway(random.Random(f"{seed}:sway"))
        self._posture = Posture(random.Random(f"{seed}:posture"), persona.manner.liveliness)
        self._hands = Gesturer(random.Random(f"{seed}:hands"), self._posture.rest)
        liveliness = persona.manner.liveliness
        self._muscles = FacialMuscles(random.Random(f"{seed}:muscles"))
        self._flicker = Flicker(random.Random(f"{seed}:flicker"), liveliness)
        self._mood_drift = Drift(random.Random(f"{seed}:moods"), 0.12, 11.0)
        self.delivery = Delivery(
            renderer, speaker, self._line_starts, mixdown, articulation=0.88 + 0.2 * liveliness
        )
        self._attitude = "warm"
        self._moods: dict[str, float] = {}
        self._now_s: float | None = None
        self._beat_pitch = 0.0
        self._talk = 0.0
        self._feedback: list[Feedback] = []
        self._unseen: list[tuple[float, str]] = []
        self.blocks: list[BehaviourBlock] = []
        """Blocks begun since the list was last emptied, for the record."""
        self.noises: deque[Noise] = deque(maxlen=KEPT_NOISES)
        """What she has begun to do that can be heard, the newest, since it was last emptied."""
        self._sounding: set[int] = set()

    def play(self, plans: Iterable[BehaviourPlan], t_s: float) -> None:
        """Starts what was planned, in order."""
        for plan in plans:
            act, data = plan.act, plan.act.data
            if not isinstance(data, WaitData) or data.stop:
                self._attitude = act.attitude
            if isinstance(data, WaitData):
                if data.stop:
                    self._stop(t_s)
                elif data.hold:
                    self.delivery.hold(t_s)
                elif data.withdraw:
                    self._withdraw(data.act, t_s)
                    continue
                elif data.resume:
                    self.delivery.resume(t_s)
                    continue
                elif data.loudness:
                    self.delivery.change_loudness(data.loudness, t_s)
                    continue
            if act.text:
                greets = isinstance(data, SayData) and data.purpose == "greeting"
                asks = act.kind in ("ask", "say") and not greets
                if asks and not self.delivery.busy and plan.thinks_first():
                    self._habit.think(t_s)
                self._lines[id(act)] = plan
                self.delivery.say(act)
                continue
            # a smile is for someone: it goes with a look at them
            smiles = isinstance(data, AcknowledgeData) and data.gesture == "smile"
            if act.kind == "listen" or smiles:
                self._habit.return_to_candidate(t_s, False)
            self._show(plan.block(), t_s)
            self._unseen.append((t_s, act.id))

    def _withdraw(self, act_id: str, t_s: float) -> None:
        begun = self.delivery.line is not None and self.delivery.line.act.id == act_id
        self._feedback += self.delivery.withdraw(act_id, t_s)
        self._lines = {k: plan for k, plan in self._lines.items() if plan.act.id != act_id}
        if begun:
            self.realizer.release(t_s)

    def _stop(self, t_s: float) -> None:
        self._feedback += self.delivery.stop(t_s)
        self._lines.clear()  # what waited to be said was dropped
        self.realizer.release(t_s)

    @property
    def voice_trouble(self) -> str | None:
        """Why lines of hers are shown and not heard, where her voice cannot say them."""
        return self._renderer.trouble

    def prepare(self, texts: Iterable[str]) -> None:
        """Has lines rendered that she may say next."""
        self._renderer.request(*texts)

    def _line_starts(self, act: RecruiterAct, rendered: RenderedSpeech, due_s: float) -> None:
        words = tuple((word.text, word.start_s, word.end_s) for word in rendered.words)
        spoken = Spoken(rendered.duration_s, words)
        now = self._now_s if self._now_s is not None else act.t_s
        self._breathing.speak(now, rendered.duration_s)
        if act.kind == "ask":
            self._posture.boundary(now)
        block = self._lines.pop(id(act)).block(spoken)
        self._show(block, due_s, rendered.duration_s)

    def _show(self, block: BehaviourBlock, t_s: float, speech_s: float | None = None) -> None:
        self.blocks.append(block)
        self.realizer.play(block, t_s, speech_s)

    def shown(self, t_s: float) -> None:
        """Tells her that the picture of the last update is on the screen since ``t_s``."""
        # at the very start of a movement nothing has moved yet; the next picture shows it
        now = self._now_s if self._now_s is not None else t_s
        for began_s, act_id in [entry for entry in self._unseen if entry[0] < now]:
            self._feedback.append(Feedback(t_s, act_id, "start"))
            self._unseen.remove((began_s, act_id))

    def take_feedback(self) -> list[Feedback]:
        """What became of acts since the last call."""
        told, self._feedback = self._feedback, []
        return told

    @property
    def speaking(self) -> bool:
        """Whether a line of hers sounds now."""
        line = self.delivery.line
        return line is not None and not line.held

    def advance(self, t_s: float) -> Pose:
        """Moves on to session time ``t_s``.

        Returns:
            How she looks now.
        """
        step = 0.0 if self._now_s is None else max(0.0, t_s - self._now_s)
        self._now_s = t_s
        self._feedback += self.delivery.advance(t_s)
        shown = self.realizer.advance(t_s)
        speaks = self.speaking
        place = self._habit.place(t_s, speaks, shown.gaze)
        if place != self.gaze.place:
            self.gaze.look(place)
        seat = self._posture.advance(t_s)
        rest = self._posture.take_rest()
        if rest is not None:
            self._hands.settle(t_s, rest)
            self.noises.append(Noise("chair", t_s))
        self._listen_to_hands(shown.gestures)
        hands = self._hands.advance(t_s, shown.gestures)
        sway = self._sway.advance(t_s)
        energy = self.delivery.energy()
        beat = Angles(pitch_deg=-SPEECH_NOD_DEG * (energy - 0.3) if speaks else 0.0)
        carried = shown.head.plus(sway, 0.9).plus(self._eased(beat, step))
        # the head stays level and with the candidate while the trunk finds another seat
        carried = carried.plus(seat, -0.9).plus(hands.head)
        torso = shown.torso.plus(sway, 0.5).plus(seat).plus(hands.torso)
        head, eyes = self.gaze.advance(t_s, carried, torso)
        lids = self._blinking.advance(t_s, speaks, self.gaze.shift_deg)
        return Pose(
            expressions=self._face(t_s, shown.expressions, lids, step),
            head=head.plus(carried),
            eyes=eyes,
            torso=torso,
            breath=self._breathing.advance(t_s),
            shoulders=hands.shoulders,
            left=hands.left,
            right=hands.right,
            pen=hands.pen,
            page=hands.page,
        )

    def _listen_to_hands(self, gestures: Iterable[Active]) -> None:
        """Notes the noises of gestures that have just begun."""
        known, self._sounding = self._sounding, set()
        for active in gestures:
            self._sounding.add(id(active))
            kind = NOISY_GESTURES.get(str(active.behaviour.attributes.get("lexeme", "")).upper())
            if kind is None or id(active) in known:
                continue
            begin_s = active.times.get("strokeStart", active.times["ready"])
            end_s = active.times.get("strokeEnd", active.times["relax"])
            self.noises.append(Noise(kind, begin_s, max(0.0, end_s - begin_s)))

    def _eased(self, beat: Angles, step: float) -> Angles:
        share = min(1.0, 9.0 * step)
        self._beat_pitch += share * (beat.pitch_deg - self._beat_pitch)
        return Angles(pitch_deg=self._beat_pitch)

    def _face(self, t_s: float, wishes: Layers, lids: float, step: float) -> dict[str, float]:
        self._drift_moods(step)
        waxing = 1.0 + self._mood_drift.at(t_s)
        for attitude, strength in self._moods.items():
            name, amount = ATTITUDES[attitude]
            wishes.add(lexeme(name), strength * amount * waxing)
        name, amount = self._flicker.advance(t_s, not self.speaking)
        wishes.add(lexeme(name), amount)
        shown = self._muscles.advance(t_s, step, wishes.weights())
        mouth = self.delivery.mouth()
        self._talk += min(1.0, SPEECH_RATE * step) * ((1.0 if mouth else 0.0) - self._talk)
        if self._talk > 1e-3:
            for shape, left in SPEAKING_MOUTH.items():
                for key in (shape, f"{shape}Left", f"{shape}Right"):
                    if key in shown:
                        shown[key] *= 1.0 - (1.0 - left) * self._talk
        face = Layers()
        face.add(shown)
        face.add(mouth)
        face.add({"eyeBlinkLeft": lids, "eyeBlinkRight": lids})
        return face.weights()

    def _drift_moods(self, step: float) -> None:
        wanted = self._attitude if self._attitude in ATTITUDES else "neutral"
        self._moods.setdefault(wanted, 0.0)
        for attitude in list(self._moods):
            aim = 1.0 if attitude == wanted else 0.0
            share = min(1.0, ATTITUDE_RATE * step)
            self._moods[attitude] += share * (aim - self._moods[attitude])
            if attitude != wanted and self._moods[attitude] < 0.01:
                del self._moods[attitude]
