"""The recruiter: acts from the dialogue become what is seen and heard of her."""

from __future__ import annotations

import random
from collections.abc import Iterable

from dialogue.behaviour import Spoken, plan
from dialogue.persona import Persona
from dialogue.types import BehaviourBlock, Feedback, RecruiterAct
from game.delivery import Delivery
from game.expressions import ATTITUDES, lexeme
from game.gazecontrol import GazeControl, GazeHabit
from game.idle import Blinking, Breathing, Sway
from game.mixdown import Mixdown
from game.pose import Angles, Layers, Pose
from game.realizer import Realizer
from game.speaker import Speaker
from game.voice import Renderer, Utterance

ATTITUDE_RATE = 1.6  # per second: a mood changes over about a second
SPEECH_NOD_DEG = 2.4  # head movement with the loudness of her speech (Munhall et al. 2004)
MOUTH_SMILE = ("mouthSmileLeft", "mouthSmileRight", "mouthDimpleLeft", "mouthDimpleRight")


class Recruiter:
    """Plays acts: plans behaviour, speaks, moves; independent of how she is drawn.

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
        self._persona = persona
        self._renderer = renderer
        self._plans = random.Random(f"{seed}:plans")
        self.realizer = Realizer(random.Random(f"{seed}:asymmetry"))
        self.gaze = GazeControl(random.Random(f"{seed}:gaze"))
        contact = persona.manner.gaze_contact
        self._habit = GazeHabit(random.Random(f"{seed}:habit"), contact, 0.66 * contact)
        self._blinking = Blinking(random.Random(f"{seed}:blinks"))
        self._breathing = Breathing(random.Random(f"{seed}:breath"))
        self._sway = Sway(random.Random(f"{seed}:sway"))
        self.delivery = Delivery(renderer, speaker, self._line_starts, mixdown)
        self._attitude = "warm"
        self._moods: dict[str, float] = {}
        self._now_s: float | None = None
        self._beat_pitch = 0.0
        self._feedback: list[Feedback] = []
        self._unseen: list[tuple[float, str]] = []
        self.blocks: list[BehaviourBlock] = []
        """Blocks begun since the list was last emptied, for the record."""

    def play(self, acts: Iterable[RecruiterAct], t_s: float) -> None:
        """Starts acts in order."""
        for act in acts:
            if act.attitude != "neutral" or act.text:
                self._attitude = act.attitude
            if act.kind == "wait" and act.data.get("stop"):
                self._feedback += self.delivery.stop(t_s)
                self.realizer.release(t_s)
            if act.text:
                self.delivery.say(act)
                continue
            if act.kind == "listen":
                self._habit.return_to_candidate(t_s, False)
            self._show(plan(act, self._persona, self._plans), t_s)
            self._unseen.append((t_s, act.id))

    def prepare(self, texts: Iterable[str]) -> None:
        """Has lines rendered that she may say next."""
        self._renderer.request(*texts)

    def _line_starts(self, act: RecruiterAct, utterance: Utterance) -> None:
        words = tuple((word.text, word.start_s, word.end_s) for word in utterance.words)
        spoken = Spoken(utterance.duration_s, words)
        now = self._now_s if self._now_s is not None else act.t_s
        self._show(plan(act, self._persona, self._plans, spoken), now, utterance.duration_s)

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
        return self.delivery.line is not None

    def update(self, t_s: float) -> Pose:
        """Moves on to session time ``t_s``.

        Returns:
            How she looks now.
        """
        step = 0.0 if self._now_s is None else max(0.0, t_s - self._now_s)
        self._now_s = t_s
        self._feedback += self.delivery.update(t_s)
        shown = self.realizer.update(t_s)
        speaks = self.speaking
        habit = self._habit.place(t_s, speaks)
        place = shown.gaze or habit
        if place != self.gaze.place:
            self.gaze.look(place)
        head, eyes = self.gaze.update(t_s)
        lids = self._blinking.update(t_s, speaks, self.gaze.shift_deg)
        sway = self._sway.update(t_s)
        energy = self.delivery.energy()
        beat = Angles(pitch_deg=-SPEECH_NOD_DEG * (energy - 0.3) if speaks else 0.0)
        return Pose(
            expressions=self._face(shown.expressions, lids, step),
            head=head.plus(shown.head).plus(sway, 0.9).plus(self._eased(beat, step)),
            eyes=eyes,
            torso=shown.torso.plus(sway, 0.5),
            breath=self._breathing.update(t_s),
            arms=shown.arms or "desk",
            arms_weight=shown.arms_weight if shown.arms else 1.0,
        )

    def _eased(self, beat: Angles, step: float) -> Angles:
        share = min(1.0, 9.0 * step)
        self._beat_pitch += share * (beat.pitch_deg - self._beat_pitch)
        return Angles(pitch_deg=self._beat_pitch)

    def _face(self, behaviours: Layers, lids: float, step: float) -> dict[str, float]:
        face = behaviours
        self._drift_moods(step)
        for attitude, strength in self._moods.items():
            name, amount = ATTITUDES[attitude]
            face.add(lexeme(name), strength * amount)
        mouth = self.delivery.mouth()
        if mouth:
            face.scale(MOUTH_SMILE, 0.6)
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
