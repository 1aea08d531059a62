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
from dataclasses import dataclass

from dialogue.behaviour.block_parts import BlockParts
from dialogue.behaviour.gesture_selection import Memory
from dialogue.behaviour.listening import Listening
from dialogue.behaviour.speaking import LONG_LINE_S, Speaking
from dialogue.content.persona import Persona
from dialogue.types import (
    AcknowledgeData,
    BehaviourBlock,
    BehaviourPlan,
    ListenData,
    RecruiterAct,
    Spoken,
    WaitData,
    spoken_s,
)


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
    parts = BlockParts(rng)
    memory = memory if memory is not None else Memory()
    listening = Listening(parts, persona.manner, rng, memory)
    data = act.data
    if isinstance(data, AcknowledgeData):
        listening.acknowledge(data)
        listening.take_note(act)
    elif isinstance(data, ListenData):
        listening.attend()
        listening.settle_hands(act, data)
    elif isinstance(data, WaitData):
        listening.wait()
    listening.change_attitude(act)
    if act.text:
        spoken = utterance if utterance is not None else Spoken(spoken_s(act.text))
        Speaking(parts, persona.manner, rng, memory).speak(act, spoken)
    return BehaviourBlock(
        id=f"block-{act.id}",
        t_s=act.t_s,
        act_id=act.id,
        behaviours=tuple(parts.made),
        composition="REPLACE" if isinstance(data, WaitData) and data.stop else "MERGE",
    )
