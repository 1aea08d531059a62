"""What she does while she listens: signals, notes, hands at rest, and the attitude she sits in."""

from __future__ import annotations

import random
from collections.abc import Mapping

from dialogue.behaviour.block_parts import BlockParts
from dialogue.behaviour.gesture_selection import Memory
from dialogue.content.manner import Manner
from dialogue.types import AcknowledgeData, ListenData, RecruiterAct, WaitData

ATTITUDE_LEAN_DEG: Mapping[str, float] = {
    "interested": 2.0,
    "concerned": 1.6,
    "encouraging": 1.0,
    "warm": 0.8,
    "serious": -0.6,
    "doubtful": -1.8,
}
"""How far she leans toward the candidate in an attitude, degrees from how she sits: people lean
toward what they like and away from what they doubt (Mehrabian 1972)."""
ATTITUDE_GAZE_S: Mapping[str, float] = {
    "interested": 3.2,
    "concerned": 3.0,
    "serious": 2.8,
    "encouraging": 2.4,
    "warm": 2.2,
    "amused": 1.6,
}
"""For how long she holds the candidate's eyes as it begins; in doubt she looks at her notes."""
DOUBT_S = 0.9
"""Seconds of that look."""

NOTE_AFTER_S = 22.0
"""Seconds of an answer after which something in it may be worth writing down."""
NOTE_EVERY_S = 50.0
"""Least seconds from note to note."""


class Listening:
    """Plans a listener's part of one block.

    Args:
        parts: of the block.
        manner: of the persona.
        rng: variation.
        memory: what she did in the blocks before, brought up to date.
    """

    def __init__(
        self, parts: BlockParts, manner: Manner, rng: random.Random, memory: Memory
    ) -> None:
        self._parts = parts
        self._manner = manner
        self._rng = rng
        self._memory = memory

    def acknowledge(self, data: AcknowledgeData) -> None:
        """A listener's signal, visible from the first picture on."""
        gesture, strength = data.gesture, data.strength
        if gesture == "nod":
            repetition = data.repetition or 1
            # a lone nod may be slow; several go at the listener's usual 2.6 Hz or so
            cycle = self._rng.uniform(0.38, 0.5) if repetition == 1 else self._rng.uniform(0.3, 0.4)
            nod = {"lexeme": "NOD", "repetition": repetition, "amount": strength}
            self._parts.add("head", nod, start=0.0, end=cycle * repetition)
        elif gesture == "smile":
            self._parts.smile(strength, start=0.0, hold_s=self._rng.uniform(1.0, 2.2))
        elif gesture == "brow_raise":
            self._parts.brows(strength, at=0.0, hold_s=0.5)
        elif gesture == "tilt":
            tilt = {"lexeme": "TILT", "amount": strength}
            self._parts.add("head", tilt, start=0.0, end=self._rng.uniform(1.4, 2.2))
            face = {"lexeme": "concern", "amount": 0.8 * strength}
            self._parts.add("faceLexeme", face, start=0.0, ready=0.4, relax=1.4, end=2.0)
        elif gesture == "think":
            away = self._rng.uniform(0.7, 1.2)
            target = self._rng.choice(("up_left", "down_right"))
            self._parts.add("gaze", {"target": target}, start=0.0, relax=away, end=away + 0.1)
            face = {"lexeme": "thinking", "amount": strength}
            self._parts.add("faceLexeme", face, start=0.0, ready=0.25, relax=away, end=away + 0.5)
        elif gesture == "lean_in":
            lean = {"lean_deg": round(2.0 + 4.0 * strength, 2)}
            self._parts.add("posture", lean, start=0.0, ready=1.1, relax=7.0, end=8.6)
            face = {"lexeme": "interest", "amount": strength}
            self._parts.add("faceLexeme", face, start=0.1, ready=0.6, relax=2.2, end=3.0)

    def change_attitude(self, act: RecruiterAct) -> None:
        """Posture and eyes go with the face that she makes from now on."""
        memory = self._memory
        if isinstance(act.data, WaitData):
            if act.data.stop:
                memory.attitude = "neutral"  # all that was under way is replaced, leaning as well
            return
        if act.attitude == memory.attitude:
            return
        memory.attitude = act.attitude
        lean = ATTITUDE_LEAN_DEG.get(act.attitude, 0.0)
        self._parts.add("postureShift", {"lean_deg": lean}, start=0.2, ready=1.8)
        looks = any(behaviour.kind == "gaze" for behaviour in self._parts.made)
        if act.text or looks:
            return
        if act.attitude == "doubtful":
            self._parts.add("gaze", {"target": "notes"}, start=0.3, relax=0.3 + DOUBT_S, end=1.3)
        elif act.attitude in ATTITUDE_GAZE_S:
            held_s = ATTITUDE_GAZE_S[act.attitude]
            self._parts.add(
                "gaze", {"target": "candidate"}, start=0.0, relax=held_s, end=held_s + 0.1
            )

    def attend(self) -> None:
        """She turns her attention to the candidate."""
        self._parts.add("gaze", {"target": "candidate"}, start=0.0, relax=1.5, end=1.6)
        if self._rng.random() < 0.4 + 0.4 * self._manner.liveliness:
            self._parts.brows(0.35, at=0.1, hold_s=0.4)

    def settle_hands(self, act: RecruiterAct, data: ListenData) -> None:
        """While she listens her hands lie folded, or fingertip to fingertip, for a while."""
        memory, rng = self._memory, self._rng
        if data.answer == "new":
            memory.listening_since_s = act.t_s
        drawn, hold_s = rng.random(), rng.uniform(5.0, 14.0)
        if drawn > 0.55 or act.t_s < memory.rested_s:
            return
        lexeme = "FOLD_HANDS" if drawn < 0.35 else "STEEPLE"
        if lexeme == memory.last:
            lexeme = "STEEPLE" if lexeme == "FOLD_HANDS" else "FOLD_HANDS"
        begin = rng.uniform(0.3, 1.4)
        end = begin + 1.0 + hold_s + 0.9
        rest = {"lexeme": lexeme, "amount": round(rng.uniform(0.85, 1.0), 3)}
        relax = begin + 1.0 + hold_s
        self._parts.add("gesture", rest, start=begin, ready=begin + 0.9, relax=relax, end=end)
        memory.last, memory.rested_s = lexeme, act.t_s + end + 6.0

    def take_note(self, act: RecruiterAct) -> None:
        """Now and then she writes down something of a long answer, with a look at the page."""
        memory = self._memory
        since_s = memory.listening_since_s
        if since_s is None or act.t_s - since_s < NOTE_AFTER_S:
            return
        if act.t_s - memory.noted_s < NOTE_EVERY_S or self._rng.random() > 0.4:
            return
        begin, length = self._rng.uniform(0.5, 0.9), self._rng.uniform(1.4, 2.6)
        stroke = begin + 1.3
        end = stroke + length + 1.0
        write = {"lexeme": "WRITE_NOTE", "amount": 1.0, "mode": "RIGHT_HAND"}
        self._parts.add(
            "gesture",
            write,
            start=begin,
            ready=begin + 0.9,
            stroke=stroke,
            strokeEnd=stroke + length,
            relax=stroke + length + 0.1,
            end=end,
        )
        look_end = stroke + 0.7 * length
        self._parts.add(
            "gaze", {"target": "notes"}, start=begin + 0.3, relax=look_end, end=look_end + 0.1
        )
        memory.last, memory.noted_s = "WRITE_NOTE", act.t_s

    def wait(self) -> None:
        """She breaks off and listens: brows up, a little back."""
        self._parts.add("gaze", {"target": "candidate"}, start=0.0, relax=2.0, end=2.1)
        self._parts.brows(0.5, at=0.0, hold_s=0.6)
        self._parts.add("posture", {"lean_deg": -1.5}, start=0.1, ready=0.8, relax=2.5, end=3.6)
