"""How a line is spoken: where she looks, what her face, hands and posture do along its words."""

from __future__ import annotations

import random
from collections.abc import Sequence

from dialogue.behaviour.block_parts import BlockParts
from dialogue.behaviour.gesture_selection import Memory, Word, stresses, strokes
from dialogue.content.manner import Manner
from dialogue.types import AskData, RecruiterAct, SayData, Spoken, even_words

LONG_LINE_S = 3.5
"""Seconds of speech from which she looks away at the beginning, to think what she will say."""

REMARK_S = 1.5
"""Seconds from which words of hers are no mere sound of listening, and are spoken like a line."""


class Speaking:
    """Plans a speaker's part of one block.

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

    def speak(self, act: RecruiterAct, spoken: Spoken) -> None:
        """A line: looking away and back, stress on words, a face to begin and end with."""
        end = spoken.duration_s
        words = spoken.words or even_words(act.text, end)
        self._parts.add("speech", {"text": act.text}, start=0.0, end=end)
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
            self._parts.brows(
                0.35 + 0.25 * self._manner.liveliness, at=max(0.0, end - 0.6), hold_s=0.5
            )
        elif act.kind == "interrupt":
            palms = {"lexeme": "OPEN_PALMS", "amount": 0.7}
            free_from = end + 0.3
            self._parts.add(
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
        self._parts.add("gaze", {"target": "candidate"}, start=0.0, relax=end, end=end + 0.1)
        self._parts.smile(0.45 + 0.4 * warmth, start=0.0, hold_s=min(2.6, end))
        nod = {"lexeme": "NOD", "repetition": 1, "amount": 0.6}
        self._parts.add("head", nod, start=0.25, end=0.75)
        if not greets and end > 2.5:
            self._parts.smile(0.5 + 0.4 * warmth, start=end - 1.2, hold_s=2.0)
        if self._rng.random() > 0.55 + 0.45 * warmth:
            return 0.0, float("inf")
        start = 0.1 if greets else max(0.1, end - 1.6)
        shake = {"lexeme": "HANDSHAKE", "amount": 1.0, "mode": "RIGHT_HAND"}
        stroke = start + 0.85
        relax = stroke + self._rng.uniform(0.9, 1.2)
        self._parts.add(
            "gesture",
            shake,
            start=start,
            ready=start + 0.7,
            stroke=stroke,
            strokeEnd=relax - 0.1,
            relax=relax,
            end=relax + 0.9,
        )
        self._memory.last = "HANDSHAKE"
        lean = {"lean_deg": round(self._rng.uniform(3.0, 4.5), 2)}
        self._parts.add("posture", lean, start=start, ready=stroke, relax=relax, end=relax + 1.2)
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
                self._parts.add("posture", lean, start=0.0, ready=1.0, relax=5.0, end=6.6)
            return 0.0
        memory.asked += 1
        if memory.asked > 1 and self._rng.random() < 0.4 and memory.last != "TURN_PAGE":
            turn = {"lexeme": "TURN_PAGE", "amount": 1.0}
            self._parts.add(
                "gesture",
                turn,
                start=0.0,
                ready=0.6,
                strokeStart=0.65,
                stroke=1.1,
                strokeEnd=1.35,
                relax=1.45,
                end=2.1,
            )
            self._parts.add("gaze", {"target": "notes"}, start=0.05, relax=1.2, end=1.3)
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
            self._parts.add("gaze", {"target": target}, start=0.0, relax=back, end=back + 0.1)
        last = max(back + 0.1, end - 1.0)
        self._parts.add("gaze", {"target": "candidate"}, start=last, relax=end + 0.8, end=end + 0.9)

    def _posture_shift(self) -> None:
        """Back in her chair, or a little aside, as the topic changes."""
        if self._rng.random() < 0.3 + 0.3 * self._manner.liveliness:
            lean = round(self._rng.uniform(-3.0, 1.0), 2)
            turn = round(self._rng.uniform(-2.0, 2.0), 2)
            shift = {"lean_deg": lean, "turn_deg": turn}
            self._parts.add("posture", shift, start=0.0, ready=1.0, relax=6.0, end=7.4)

    def _stress(
        self, text: str, words: Sequence[Word], free_from: float, free_until: float
    ) -> None:
        """Hands, brows and small nods on the words that carry the sentence."""
        found = strokes(text, words, self._manner, self._rng, self._memory, free_from, free_until)
        for each in found:
            gesture = {"lexeme": each.lexeme, "amount": each.amount, "mode": each.mode}
            if each.number:
                gesture["number"] = each.number
            self._parts.add(
                "gesture",
                gesture,
                start=each.start_s,
                stroke=each.stroke_s,
                relax=each.relax_s,
                end=each.end_s,
            )
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
                self._parts.brows(self._rng.uniform(0.2, 0.3) + 0.25 * lively, at=begin, hold_s=0.2)
            else:
                amount = round(self._rng.uniform(0.2, 0.4), 3)
                nod = {"lexeme": "NOD", "repetition": 1, "amount": amount}
                length = self._rng.uniform(0.34, 0.46)
                self._parts.add("head", nod, start=stress.start_s, end=stress.start_s + length)
