"""Acts become behaviour blocks in BML 1.0's terms (Vilhjalmsson et al. 2007).

Attributes by kind, and what the realizer makes of them:

============  ================================================================================
kind          attributes
============  ================================================================================
speech        ``text``; starts the block, and other behaviours may refer to "speech:end"
gaze          ``target``: candidate, notes, window, up_left, down_right ...; held until
              ``relax``, then her own habit of looking goes on
gazeShift     the same, but stays
head          ``lexeme``: NOD, SHAKE, TILT; ``repetition`` 1...; ``amount`` 0...1
faceLexeme    ``lexeme``: smile, openSmile, warm, raiseBrows, interest, concern, doubt,
              serious, amused, thinking; ``amount`` 0...1
faceFacs      ``au``: action unit number; ``side``: LEFT, RIGHT, BOTH; ``amount`` 0...1
posture       ``lean_deg`` toward the candidate, ``turn_deg`` toward image right
postureShift  the same, but stays
gesture       ``lexeme``: BEAT, OPEN_PALMS, ENUMERATE, STEEPLE, FOLD_HANDS, WRITE_NOTE,
              TURN_PAGE, POINT_CV, SHRUG, HANDSHAKE, REST; ``amount`` 0...1; ``mode``: BML's
              hands; ``number`` that ENUMERATE counts to
============  ================================================================================

Sync points are seconds from the block's start. Figures: a smile takes 0.3-0.8 s to rise and lasts
0.5-4 s (Schmidt et al. 2006; Ekman & Friesen 1982); listeners nod at 2.6-6.5 Hz (Hale et al. 2020)
in shrinking cycles (Mori et al. 2025); people look away when they begin a longer turn and back
when they end it (Kendon 1967; Andrist et al. 2013); brows and beats fall on stressed words
(Ekman 1979; McNeill 1992); posture shifts at boundaries of topics and turns (Cassell et al. 2001).
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dialogue.behaviour.gesture_selection import Memory, Word, stresses, strokes
from dialogue.content.manner import Manner
from dialogue.content.persona import Persona
from dialogue.types import (
    AcknowledgeData,
    AskData,
    Behaviour,
    BehaviourBlock,
    BehaviourPlan,
    ListenData,
    RecruiterAct,
    SayData,
    Spoken,
    WaitData,
    even_words,
    spoken_s,
)

LONG_LINE_S = 3.5
"""Seconds of speech from which she looks away at the beginning, to think what she will say."""

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

REMARK_S = 1.5
"""Seconds from which words of hers are no mere sound of listening, and are spoken like a line."""

NOTE_AFTER_S = 22.0
"""Seconds of an answer after which something in it may be worth writing down."""
NOTE_EVERY_S = 50.0
"""Least seconds from note to note."""


class BehaviourPlanner:
    """Plans the behaviours of one recruiter over one interview.

    Args:
        persona: her manner.
        seed: of the session.
    """

    def __init__(self, persona: Persona, seed: int) -> None:
        self._persona = persona
        self._rng = random.Random(f"{seed}:plans")
        self._memory = Memory()

    def plan(self, act: RecruiterAct) -> BehaviourPlan:
        """Plans an act; of one that speaks the details wait for the timing of its speech."""
        return _Plan(act, self._persona, self._rng, self._memory)


@dataclass(frozen=True, slots=True)
class _Plan:
    """An act with all that its behaviour is drawn from."""

    act: RecruiterAct
    persona: Persona
    rng: random.Random
    memory: Memory

    def thinks_first(self) -> bool:
        """Before a longer line people look away, to plan it; those who hold gaze do so less."""
        if spoken_s(self.act.text) < LONG_LINE_S:
            return False
        return self.rng.random() > 0.4 * self.persona.manner.gaze_contact

    def block(self, spoken: Spoken | None = None) -> BehaviourBlock:
        """See :class:`dialogue.types.BehaviourPlan`."""
        return plan(self.act, self.persona, self.rng, spoken, self.memory)


def plan(
    act: RecruiterAct,
    persona: Persona,
    rng: random.Random,
    utterance: Spoken | None = None,
    memory: Memory | None = None,
) -> BehaviourBlock:
    """Plans the behaviours that carry out an act.

    Args:
        act: what she does.
        persona: her manner.
        rng: variation; the same state of it gives the same block.
        utterance: timing of the act's speech; estimated from the text when None.
        memory: what she did in the blocks before, brought up to date; None for a first block.

    Returns:
        A block that begins with the first sample of the act's speech, or at once where the act has
        none. A yielding ``wait`` replaces what is under way.
    """
    planner = _Planner(persona.manner, rng, memory if memory is not None else Memory())
    data = act.data
    if isinstance(data, AcknowledgeData):
        planner.acknowledge(data)
        planner.take_note(act)
    elif isinstance(data, ListenData):
        planner.attend()
        planner.settle_hands(act, data)
    elif act.kind == "wait":
        planner.wait()
    planner.change_attitude(act)
    if act.text:
        spoken = utterance if utterance is not None else Spoken(spoken_s(act.text))
        planner.speak(act, spoken)
    return BehaviourBlock(
        id=f"block-{act.id}",
        t_s=act.t_s,
        act_id=act.id,
        behaviours=tuple(planner.behaviours),
        composition="REPLACE" if isinstance(data, WaitData) and data.stop else "MERGE",
    )


class _Planner:
    """Collects the behaviours of one block."""

    def __init__(self, manner: Manner, rng: random.Random, memory: Memory) -> None:
        self._manner = manner
        self._rng = rng
        self._memory = memory
        self.behaviours: list[Behaviour] = []

    def _add(self, kind: Any, attributes: Mapping[str, Any], **sync: float | str) -> None:
        rounded = {k: round(v, 3) if isinstance(v, float) else v for k, v in sync.items()}
        name = "speech" if kind == "speech" else f"{kind}-{len(self.behaviours) + 1}"
        self.behaviours.append(Behaviour(name, kind, dict(attributes), rounded))

    def acknowledge(self, data: AcknowledgeData) -> None:
        """A listener's signal, visible from the first picture on."""
        gesture, strength = data.gesture, data.strength
        if gesture == "nod":
            repetition = data.repetition or 1
            # a lone nod may be slow; several go at the listener's usual 2.6 Hz or so
            cycle = self._rng.uniform(0.38, 0.5) if repetition == 1 else self._rng.uniform(0.3, 0.4)
            nod = {"lexeme": "NOD", "repetition": repetition, "amount": strength}
            self._add("head", nod, start=0.0, end=cycle * repetition)
        elif gesture == "smile":
            self._smile(strength, start=0.0, hold_s=self._rng.uniform(1.0, 2.2))
        elif gesture == "brow_raise":
            self._brows(strength, at=0.0, hold_s=0.5)
        elif gesture == "tilt":
            tilt = {"lexeme": "TILT", "amount": strength}
            self._add("head", tilt, start=0.0, end=self._rng.uniform(1.4, 2.2))
            face = {"lexeme": "concern", "amount": 0.8 * strength}
            self._add("faceLexeme", face, start=0.0, ready=0.4, relax=1.4, end=2.0)
        elif gesture == "think":
            away = self._rng.uniform(0.7, 1.2)
            target = self._rng.choice(("up_left", "down_right"))
            self._add("gaze", {"target": target}, start=0.0, relax=away, end=away + 0.1)
            face = {"lexeme": "thinking", "amount": strength}
            self._add("faceLexeme", face, start=0.0, ready=0.25, relax=away, end=away + 0.5)
        elif gesture == "lean_in":
            lean = {"lean_deg": round(2.0 + 4.0 * strength, 2)}
            self._add("posture", lean, start=0.0, ready=1.1, relax=7.0, end=8.6)
            face = {"lexeme": "interest", "amount": strength}
            self._add("faceLexeme", face, start=0.1, ready=0.6, relax=2.2, end=3.0)

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
        self._add("postureShift", {"lean_deg": lean}, start=0.2, ready=1.8)
        looks = any(behaviour.kind == "gaze" for behaviour in self.behaviours)
        if act.text or looks:
            return
        if act.attitude == "doubtful":
            self._add("gaze", {"target": "notes"}, start=0.3, relax=0.3 + DOUBT_S, end=1.3)
        elif act.attitude in ATTITUDE_GAZE_S:
            held_s = ATTITUDE_GAZE_S[act.attitude]
            self._add("gaze", {"target": "candidate"}, start=0.0, relax=held_s, end=held_s + 0.1)

    def attend(self) -> None:
        """She turns her attention to the candidate."""
        self._add("gaze", {"target": "candidate"}, start=0.0, relax=1.5, end=1.6)
        if self._rng.random() < 0.4 + 0.4 * self._manner.liveliness:
            self._brows(0.35, at=0.1, hold_s=0.4)

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
        self._add("gesture", rest, start=begin, ready=begin + 0.9, relax=relax, end=end)
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
        self._add("gesture", write, start=begin, ready=begin + 0.9, stroke=stroke,
                  strokeEnd=stroke + length, relax=stroke + length + 0.1, end=end)  # fmt: skip
        look_end = stroke + 0.7 * length
        self._add(
            "gaze", {"target": "notes"}, start=begin + 0.3, relax=look_end, end=look_end + 0.1
        )
        memory.last, memory.noted_s = "WRITE_NOTE", act.t_s

    def wait(self) -> None:
        """She breaks off and listens: brows up, a little back."""
        self._add("gaze", {"target": "candidate"}, start=0.0, relax=2.0, end=2.1)
        self._brows(0.5, at=0.0, hold_s=0.6)
        self._add("posture", {"lean_deg": -1.5}, start=0.1, ready=0.8, relax=2.5, end=3.6)

    def speak(self, act: RecruiterAct, spoken: Spoken) -> None:
        """A line: looking away and back, stress on words, a face to begin and end with."""
        end = spoken.duration_s
        words = spoken.words or even_words(act.text, end)
        self._add("speech", {"text": act.text}, start=0.0, end=end)
        if act.kind == "acknowledge" and end < REMARK_S:
            return
        free_from, free_until = 0.0, float("inf")
        greets = isinstance(act.data, SayData) and act.data.purpose == "greeting"
        if greets or act.kind == "close":
            free_from, free_until = self._welcome(greets, end)
        else:
            self._look(end)
        if act.kind == "ask":
            free_from = self._next_question(act)
            # a question ends with raised brows, on its way over to the other
            self._brows(0.35 + 0.25 * self._manner.liveliness, at=max(0.0, end - 0.6), hold_s=0.5)
        elif act.kind == "interrupt":
            palms = {"lexeme": "OPEN_PALMS", "amount": 0.7}
            free_from = end + 0.3
            self._add(
                "gesture", palms, start=0.0, ready=0.5, relax=max(0.9, end - 0.6), end=free_from
            )
            self._memory.last = "OPEN_PALMS"
        self._memory.listening_since_s = None
        self._stress(act.text, words, free_from, free_until)

    def _welcome(self, greets: bool, end: float) -> tuple[float, float]:
        """Smile, nod and hand at the beginning and the end of an interview.

        Returns:
            From when to when her hands are free, in seconds of the line.
        """
        warmth = self._manner.warmth
        self._add("gaze", {"target": "candidate"}, start=0.0, relax=end, end=end + 0.1)
        self._smile(0.45 + 0.4 * warmth, start=0.0, hold_s=min(2.6, end))
        nod = {"lexeme": "NOD", "repetition": 1, "amount": 0.6}
        self._add("head", nod, start=0.25, end=0.75)
        if not greets and end > 2.5:
            self._smile(0.5 + 0.4 * warmth, start=end - 1.2, hold_s=2.0)
        if self._rng.random() > 0.55 + 0.45 * warmth:
            return 0.0, float("inf")
        start = 0.1 if greets else max(0.1, end - 1.6)
        shake = {"lexeme": "HANDSHAKE", "amount": 1.0, "mode": "RIGHT_HAND"}
        stroke = start + 0.85
        relax = stroke + self._rng.uniform(0.9, 1.2)
        self._add("gesture", shake, start=start, ready=start + 0.7, stroke=stroke,
                  strokeEnd=relax - 0.1, relax=relax, end=relax + 0.9)  # fmt: skip
        self._memory.last = "HANDSHAKE"
        lean = {"lean_deg": round(self._rng.uniform(3.0, 4.5), 2)}
        self._add("posture", lean, start=start, ready=stroke, relax=relax, end=relax + 1.2)
        return (relax + 1.0, float("inf")) if greets else (0.0, start - 0.2)

    def _next_question(self, act: RecruiterAct) -> float:
        """A new topic: a page turned, a look at it, a change of posture.

        Returns:
            From when her hands are free, in seconds of the line.
        """
        memory = self._memory
        if isinstance(act.data, AskData) and act.data.follow_up_of:
            # what she asks after interests her
            if self._rng.random() < 0.35 + 0.3 * self._manner.liveliness:
                lean = {"lean_deg": round(self._rng.uniform(2.0, 4.0), 2)}
                self._add("posture", lean, start=0.0, ready=1.0, relax=5.0, end=6.6)
            return 0.0
        memory.asked += 1
        if memory.asked > 1 and self._rng.random() < 0.4 and memory.last != "TURN_PAGE":
            turn = {"lexeme": "TURN_PAGE", "amount": 1.0}
            self._add("gesture", turn, start=0.0, ready=0.6, strokeStart=0.65, stroke=1.1,
                      strokeEnd=1.35, relax=1.45, end=2.1)  # fmt: skip
            self._add("gaze", {"target": "notes"}, start=0.05, relax=1.2, end=1.3)
            memory.last = "TURN_PAGE"
            return 2.2
        self._posture_shift()
        return 0.0

    def _look(self, end: float) -> None:
        """Away while she begins a longer line, back before its end."""
        back = 0.0
        if end >= LONG_LINE_S and self._rng.random() > 0.5 * self._manner.gaze_contact:
            # planning aversions last about 2 s in conversation, shorter here: lines are shorter
            back = min(self._rng.uniform(0.7, 1.4), 0.4 * end)
            target = self._rng.choice(("notes", "down_right", "up_left"))
            self._add("gaze", {"target": target}, start=0.0, relax=back, end=back + 0.1)
        last = max(back + 0.1, end - 1.0)
        self._add("gaze", {"target": "candidate"}, start=last, relax=end + 0.8, end=end + 0.9)

    def _posture_shift(self) -> None:
        """Back in her chair, or a little aside, as the topic changes."""
        if self._rng.random() < 0.3 + 0.3 * self._manner.liveliness:
            lean = round(self._rng.uniform(-3.0, 1.0), 2)
            turn = round(self._rng.uniform(-2.0, 2.0), 2)
            shift = {"lean_deg": lean, "turn_deg": turn}
            self._add("posture", shift, start=0.0, ready=1.0, relax=6.0, end=7.4)

    def _stress(
        self, text: str, words: Sequence[Word], free_from: float, free_until: float
    ) -> None:
        """Hands, brows and small nods on the words that carry the sentence."""
        found = strokes(text, words, self._manner, self._rng, self._memory, free_from, free_until)
        for each in found:
            gesture = {"lexeme": each.lexeme, "amount": each.amount, "mode": each.mode}
            if each.number:
                gesture["number"] = each.number
            self._add("gesture", gesture, start=each.start_s, stroke=each.stroke_s,
                      relax=each.relax_s, end=each.end_s)  # fmt: skip
        lively, last_s = self._manner.liveliness, -2.0
        for stress in stresses(words):
            if stress.start_s - last_s < 1.4:
                continue
            if self._rng.random() > (0.2 + 0.4 * lively) * (0.5 + 0.5 * stress.weight):
                continue
            last_s = stress.start_s
            if self._rng.random() < 0.55:
                # the brows are up as the word is heard
                begin = max(0.0, stress.start_s - 0.12)
                self._brows(self._rng.uniform(0.2, 0.3) + 0.25 * lively, at=begin, hold_s=0.2)
            else:
                amount = round(self._rng.uniform(0.2, 0.4), 3)
                nod = {"lexeme": "NOD", "repetition": 1, "amount": amount}
                length = self._rng.uniform(0.34, 0.46)
                self._add("head", nod, start=stress.start_s, end=stress.start_s + length)

    def _smile(self, amount: float, start: float, hold_s: float) -> None:
        lexeme = "openSmile" if amount > 0.85 else "smile"
        onset, offset = self._rng.uniform(0.4, 0.7), self._rng.uniform(0.8, 1.3)
        ready = start + onset
        face = {"lexeme": lexeme, "amount": round(min(1.0, amount), 3)}
        self._add(
            "faceLexeme",
            face,
            start=start,
            ready=ready,
            relax=ready + hold_s,
            end=ready + hold_s + offset,
        )

    def _brows(self, amount: float, at: float, hold_s: float) -> None:
        face = {"lexeme": "raiseBrows", "amount": round(min(1.0, amount), 3)}
        ready = at + 0.2
        self._add(
            "faceLexeme",
            face,
            start=at,
            ready=ready,
            relax=ready + hold_s,
            end=ready + hold_s + 0.3,
        )
