"""Acts become behaviour blocks in BML 1.0's terms (Vilhjalmsson et al. 2007)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from dialogue.persona import Persona
from dialogue.types import BehaviourBlock, RecruiterAct


@dataclass(frozen=True, slots=True)
class Spoken:
    """Timing of an act's text as the voice rendered it."""

    duration_s: float
    words: Sequence[tuple[str, float, float]] = ()
    """Word, start and end in seconds from the first sample; empty where the voice cannot say."""


def plan(
    act: RecruiterAct, persona: Persona, rng: random.Random, utterance: Spoken | None = None
) -> BehaviourBlock:
    """Plans the behaviours that carry out an act.

    Args:
        act: what she does.
        persona: her manner.
        rng: variation; the same state of it gives the same block.
        utterance: timing of the act's speech; estimated from the text when None.
    """
    raise NotImplementedError
