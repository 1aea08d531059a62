"""Acts become behaviour blocks in BML 1.0's terms (Vilhjalmsson et al. 2007).

Attributes by kind, and what the realizer makes of them:

==========  ===========================================================================
kind        attributes
==========  ===========================================================================
speech      ``text``; starts the block, and other behaviours may refer to "speech:end"
gaze        ``target``: candidate, notes, window, up_left, down_right ...; held until
            ``relax``, then her own habit of looking goes on
gazeShift   the same, but stays
head        ``lexeme``: NOD, SHAKE, TILT; ``repetition`` 1...; ``amount`` 0...1
faceLexeme  ``lexeme``: smile, openSmile, warm, raiseBrows, interest, concern, doubt,
            serious, amused, thinking; ``amount`` 0...1
faceFacs    ``au``: action unit number; ``side``: LEFT, RIGHT, BOTH; ``amount`` 0...1
posture     ``lean_deg`` toward the candidate, ``turn_deg`` toward image right
gesture     ``lexeme``: BEAT, OPEN_PALMS, FOLD_HANDS, REST; ``amount`` 0...1
==========  ===========================================================================

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

from dialogue.floor import spoken_s
from dialogue.persona import Manner, Persona
from dialogue.types import Behaviour, BehaviourBlock, RecruiterAct

LONG_LINE_S = 3.5
"""Seconds of speech from which she looks away at the beginning, to think what she will say."""

FUNCTION_WORDS = frozenset(
    """
    a about all am an and any are as at be been but by can could did do does for from had has have
    he her him his i if in into is it its just let like me my no not of on or our out she so some
    that the their them then there they this to up us was we were what when which who will with
    would you your i'm i'd it's that's you've you're let's
    """.split()  # noqa: SIM905 - a list of eighty quoted words is harder to read
)
"""Words that carry no stress in a sentence."""


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

    Returns:
        A block that begins with the first sample of the act's speech, or at once where the act has
        none. A yielding ``wait`` replaces what is under way.
    """
    planner = _Planner(persona.manner, rng)
    if act.kind == "acknowledge":
        planner.acknowledge(act.data)
    elif act.kind == "listen":
        planner.attend()
    elif act.kind == "wait":
        planner.wait()
    if act.text:
        spoken = utterance if utterance is not None else Spoken(spoken_s(act.text))
        planner.speak(act, spoken)
    return BehaviourBlock(
        id=f"block-{act.id}",
        t_s=act.t_s,
        act_id=act.id,
        behaviours=tuple(planner.behaviours),
        composition="REPLACE" if act.data.get("stop") else "MERGE",
    )


class _Planner:
    """Collects the behaviours of one block."""

    def __init__(self, manner: Manner, rng: random.Random) -> None:
        self._manner = manner
        self._rng = rng
        self.behaviours: list[Behaviour] = []

    def _add(self, kind: Any, attributes: Mapping[str, Any], **sync: float | str) -> None:
        rounded = {k: round(v, 3) if isinstance(v, float) else v for k, v in sync.items()}
        name = "speech" if kind == "speech" else f"{kind}-{len(self.behaviours) + 1}"
        self.behaviours.append(Behaviour(name, kind, dict(attributes), rounded))

    def acknowledge(self, data: Mapping[str, Any]) -> None:
        """A listener's signal, visible from the first picture on."""
        gesture, strength = data.get("gesture", "nod"), float(data.get("strength", 0.5))
        if gesture == "nod":
            repetition = int(data.get("repetition", 1))
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
        elif gesture == "lean_in":
            lean = {"lean_deg": round(2.0 + 4.0 * strength, 2)}
            self._add("posture", lean, start=0.0, ready=1.1, relax=7.0, end=8.6)
            face = {"lexeme": "interest", "amount": strength}
            self._add("faceLexeme", face, start=0.1, ready=0.6, relax=2.2, end=3.0)

    def attend(self) -> None:
        """She turns her attention to the candidate."""
        self._add("gaze", {"target": "candidate"}, start=0.0, relax=1.5, end=1.6)
        if self._rng.random() < 0.4 + 0.4 * self._manner.liveliness:
            self._brows(0.35, at=0.1, hold_s=0.4)

    def wait(self) -> None:
        """She breaks off and listens: brows up, a little back."""
        self._add("gaze", {"target": "candidate"}, start=0.0, relax=2.0, end=2.1)
        self._brows(0.5, at=0.0, hold_s=0.6)
        self._add("posture", {"lean_deg": -1.5}, start=0.1, ready=0.8, relax=2.5, end=3.6)

    def speak(self, act: RecruiterAct, spoken: Spoken) -> None:
        """A line: looking away and back, stress on words, a face to begin and end with."""
        end = spoken.duration_s
        self._add("speech", {"text": act.text}, start=0.0, end=end)
        if act.kind == "acknowledge":
            return
        if act.data.get("purpose") == "greeting" or act.kind == "close":
            self._add("gaze", {"target": "candidate"}, start=0.0, relax=end, end=end + 0.1)
            self._smile(0.45 + 0.4 * self._manner.warmth, start=0.0, hold_s=min(2.6, end))
            nod = {"lexeme": "NOD", "repetition": 1, "amount": 0.6}
            self._add("head", nod, start=0.25, end=0.75)
            if act.kind == "close" and end > 2.5:
                self._smile(0.5 + 0.4 * self._manner.warmth, start=end - 1.2, hold_s=2.0)
        else:
            self._look(end)
        if act.kind == "ask":
            self._posture_shift()
            # a question ends with raised brows, on its way over to the other
            self._brows(0.35 + 0.25 * self._manner.liveliness, at=max(0.0, end - 0.6), hold_s=0.5)
        elif act.kind == "interrupt":
            palms = {"lexeme": "OPEN_PALMS", "amount": 0.7}
            self._add(
                "gesture", palms, start=0.0, ready=0.5, relax=max(0.9, end - 0.6), end=end + 0.3
            )
        self._stress(act.text, spoken)

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
        if self._rng.random() < 0.3 + 0.3 * self._manner.liveliness:
            lean = round(self._rng.uniform(-1.5, 3.0), 2)
            turn = round(self._rng.uniform(-2.0, 2.0), 2)
            shift = {"lean_deg": lean, "turn_deg": turn}
            self._add("posture", shift, start=0.0, ready=1.0, relax=6.0, end=7.4)

    def _stress(self, text: str, spoken: Spoken) -> None:
        """Brows, small nods and beats on some of the words that carry the sentence."""
        last_s = -2.0
        for start, end in _stressed(text, spoken):
            if start - last_s < 1.4 or self._rng.random() > 0.25 + 0.5 * self._manner.liveliness:
                continue
            last_s = start
            form = self._rng.random()
            if form < 0.4:
                self._brows(0.25 + 0.3 * self._manner.liveliness, at=start, hold_s=0.25)
            elif form < 0.7:
                amount = round(self._rng.uniform(0.2, 0.4), 3)
                nod = {"lexeme": "NOD", "repetition": 1, "amount": amount}
                self._add("head", nod, start=start, end=start + 0.4)
            else:
                beat = {"lexeme": "BEAT", "amount": round(self._rng.uniform(0.3, 0.7), 3)}
                # a beat's stroke falls on the stressed word or just before it
                begin, stroke = max(0.0, start - 0.35), max(0.3, start)
                self._add(
                    "gesture",
                    beat,
                    start=begin,
                    ready=stroke,
                    relax=max(stroke, end) + 0.1,
                    end=max(stroke, end) + 0.7,
                )

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


def _stressed(text: str, spoken: Spoken) -> list[tuple[float, float]]:
    """Start and end of the words that carry stress, in seconds from the first sample."""
    words = spoken.words or even_words(text, spoken.duration_s)
    return [
        (start, end)
        for word, start, end in words
        if len(bare := word.strip(".,;:!?\"'").lower()) > 3 and bare not in FUNCTION_WORDS
    ]


def even_words(text: str, duration_s: float) -> list[tuple[str, float, float]]:
    """Words with start and end in proportion to their letters, for voices that tell no times.

    Args:
        text: what is said.
        duration_s: of the whole, in seconds.
    """
    words = text.split()
    letters = sum(len(word) + 1 for word in words)
    found, position = [], 0.0
    for word in words:
        length = duration_s * (len(word) + 1) / max(1, letters)
        found.append((word, position, position + length))
        position += length
    return found
