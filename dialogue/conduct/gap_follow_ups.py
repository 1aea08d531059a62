"""Follow-ups on what an answer lacks, on contradictions, and on stories told before."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from dialogue.conduct.mirror import mirrored
from dialogue.conduct.mood import Mood
from dialogue.conduct.moves import Move, Reply
from dialogue.conduct.notes import Notes
from dialogue.conduct.reasons import gap_reason
from dialogue.conduct.settings import ConductSettings
from dialogue.content.lines import Lines
from dialogue.content.manner import Attitude, Manner
from dialogue.content.script import Question
from dialogue.types import Because
from dialogue.understanding.answer_quality import EPISODE_GAPS, Gap
from dialogue.understanding.understander import Understood

STRONG = 0.5
"""Strength (0...1) from which an answer is a good one."""

_PRIORITY: Mapping[str, float] = {
    "off_topic": 0.3,
    "short": 0.25,
    "vague": 0.15,
    "no_own_role": 0.1,
    "no_result": 0.08,
    "no_action": 0.08,
    "number_no_context": 0.05,
    "no_situation": 0.0,
    "no_task": -0.1,
}
"""What makes one gap worth more than another that is as sure."""

_GENERIC: Mapping[str, str] = {
    "short": "asks_example",
    "vague": "asks_example",
    "no_situation": "asks_situation",
    "no_task": "asks_task",
    "no_action": "asks_action",
    "no_result": "asks_result",
    "no_own_role": "asks_own_role",
    "number_no_context": "asks_number",
}
"""Lines of the manner for gaps for which the question bank has no follow-up."""

_SECOND = 0.6
"""Factor on the manner's pressure for a second follow-up to one question."""


class GapFollowUps:
    """Chooses follow-ups over one interview.

    Args:
        lines: what she says.
        manner: how insistent she is.
        settings: limits.
        rng: of the session.
        notes: facts whose words she may say again.
        mood: is drawn by how answers are.
    """

    def __init__(
        self,
        lines: Lines,
        manner: Manner,
        settings: ConductSettings,
        rng: random.Random,
        notes: Notes,
        mood: Mood,
    ) -> None:
        self._lines = lines
        self._manner = manner
        self._settings = settings
        self._rng = rng
        self._notes = notes
        self._mood = mood
        self._open: dict[str, tuple[Gap, ...]] = {}
        self._echoed: set[str] = set()
        self._contradicted = False
        self.strengths: list[float] = []
        """0...1 of each answer to a main question so far."""

    def choose(self, reply: Reply, understood: Understood) -> Move | None:
        """What is asked about this answer; None to go on.

        Args:
            reply: the answer, to a main question or to a follow-up.
            understood: what was made of it.
        """
        question, quality = reply.question, understood.quality
        # drawn every time, so that one answer more or less does not change later ones
        chance, press = self._rng.random(), self._rng.random()
        if quality is None or question is None:
            return None
        gaps = askable(question, quality.gaps)
        if not reply.asked:
            self.strengths.append(quality.strength)
            self._mood.draw("strong_answer" if quality.strength >= STRONG else "weak_answer")
            self._open[question.id] = gaps
        if self._settings.mode == "structured" or len(reply.asked) >= self._settings.follow_ups:
            return None
        if not reply.asked:
            return self._special(understood) or self._first(reply, understood, gaps, chance)
        return self._second(reply, understood, gaps, chance, press)

    def _first(
        self, reply: Reply, understood: Understood, gaps: Sequence[Gap], chance: float
    ) -> Move | None:
        if not gaps or chance >= self._manner.follow_up_pressure:
            return None
        gap = max(gaps, key=lambda g: g.confidence + _PRIORITY.get(g.name, 0.0))
        return self._ask(reply, understood, gap)

    def _second(
        self,
        reply: Reply,
        understood: Understood,
        gaps: Sequence[Gap],
        chance: float,
        press: float,
    ) -> Move | None:
        """After the answer to a follow-up: she insists, asks for what is still open, or goes on."""
        assert reply.question is not None
        thin = [g for g in gaps if g.name in ("short", "vague", "off_topic")]
        if thin:
            if press >= self._manner.presses:
                return None
            line = self._lines.say("presses")
            why = gap_reason("presses", thin[0])
            return Move("follow_up", why, ask=line, follow_up="presses", attitude="doubtful")
        still = {gap.name for gap in gaps}
        left = [
            gap
            for gap in self._open.get(reply.question.id, ())
            if gap.name not in reply.asked and gap.name in still
        ]
        if not left or chance >= _SECOND * self._manner.follow_up_pressure:
            return None
        return self._ask(reply, understood, left[0])

    def _special(self, understood: Understood) -> Move | None:
        """A contradiction, once in the interview, or a story that was told before."""
        against = understood.contradiction
        if against is not None and not self._contradicted:
            before, now = mirrored(against.before), mirrored(against.now)
            if before and now:
                self._contradicted = True
                why = Because(
                    "contradiction", against.about, against.now, against.before, quote=against.now
                )
                line = self._lines.say("asks_contradiction", before=before, now=now)
                return Move(
                    "follow_up", why, ask=line, follow_up="contradiction", attitude="doubtful"
                )
        if understood.told_before:
            why = Because("told_before", "question", understood.told_before, None)
            line = self._lines.say("told_before")
            return Move("follow_up", why, ask=line, follow_up="told_before", attitude="doubtful")
        return None

    def _ask(self, reply: Reply, understood: Understood, gap: Gap) -> Move:
        question = reply.question
        assert question is not None
        why = gap_reason(f"follow_up_{gap.name}", gap)
        doubtful = gap.name in ("vague", "off_topic")
        self._mood.draw("off_topic" if gap.name == "off_topic" else "vague")
        attitude: Attitude = "doubtful" if doubtful else "interested"
        if gap.name == "off_topic":
            line = self._lines.say("off_topic", topic=question.topic or None)
            return Move("follow_up", why, line, reply.put, gap.name, attitude)
        if gap.name == "number_no_context" and gap.quote:
            line = self._lines.say("asks_number", echo=gap.quote)
            return Move("follow_up", why, "", line, gap.name, attitude)
        line = self._lines.follow_ups.get((question.id, gap.name), "")
        line = line or self._lines.say(_GENERIC[gap.name])
        return Move("follow_up", why, self.echo(reply, understood), line, gap.name, attitude)

    def echo(self, reply: Reply, understood: Understood) -> str:
        """A few of their words said again, once a question; mostly empty."""
        wanted = self._rng.random() < self._manner.echo_rate
        if not wanted or reply.question is None or reply.question.id in self._echoed:
            return ""
        note = self._notes.echo(understood.inquiry.answer)
        if note is None:
            return ""
        self._echoed.add(reply.question.id)
        self._notes.use(note)
        return self._lines.say("echoes", echo=note.echo)


def askable(question: Question, gaps: Sequence[Gap]) -> tuple[Gap, ...]:
    """Gaps that can be asked about after this question."""
    return tuple(g for g in gaps if question.asks_episode or g.name not in EPISODE_GAPS)
