"""Follow-ups on what an answer lacks, on contradictions, and on stories told before."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence

from dialogue.conduct.mirror import mirrored
from dialogue.conduct.mood import Mood
from dialogue.conduct.moves import Move, Reply
from dialogue.conduct.notes import ECHOED, Note, Notes
from dialogue.conduct.reasons import gap_reason
from dialogue.conduct.settings import ConductSettings
from dialogue.content.lines import Lines
from dialogue.content.manner import Attitude, Manner
from dialogue.content.script import Question
from dialogue.types import Because
from dialogue.understanding.answer_marks import hides_own_role, tells_result
from dialogue.understanding.answer_quality import EPISODE_GAPS, Gap, GapName, PartName
from dialogue.understanding.answering import answer_text
from dialogue.understanding.types import FactKind
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

_INTEREST = 0.3
"""Factor on it for one about an answer that lacks nothing: out of interest, not to fill a gap."""

_UNSURE = 0.6
"""Factor on it for one about an answer that may lack something, though nobody is sure."""

_LEAST: Mapping[str, float] = {"vague": 0.6, "off_topic": 0.45, "no_task": 0.6}
"""Confidence (0...1) from which a gap is asked about, where to ask in vain would be worst: who has
told all in plain words is not to hear that it was vague. Under it she asks out of interest, or goes
on."""

_PART_ASKED: Mapping[str, PartName | None] = {
    "short": None,
    "vague": None,
    "off_topic": None,
    "no_situation": "situation",
    "no_action": "action",
    "no_result": "result",
    "no_own_role": "action",
}
"""What she asked after to the part of an episode that tells it; None for any substance."""
_THIN_WORDS = 12
"""Words above which a reply that does not tell that part tells something else."""

_FEW_WORDS = 20
_TELLING_WORDS = 25
"""Words from which their lack of "I", or of any outcome, says something."""
_BESIDE_CONFIDENCE = 0.5
"""Of a gap that is told by such words alone (0...1)."""

_NAMED: tuple[FactKind, ...] = ("organisation", "tool")
"""Kinds of facts that a question can be about."""


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
        if reply.ample:
            chance = 0.0
        if quality is None or question is None:
            return self._unassessed(reply, understood, chance)
        gaps = askable(question, quality.gaps, understood.inquiry.text)
        if not gaps:
            told = quality.found("result") or quality.found("situation")
            gaps = self._beside_episodes(question, answer_text(understood.understanding), told)
        if not reply.asked:
            self.strengths.append(quality.strength)
            self._mood.draw("strong_answer" if quality.strength >= STRONG else "weak_answer")
            self._open[question.id] = gaps
        if self._settings.mode == "structured" or len(reply.asked) >= self._settings.follow_ups:
            return None
        if not reply.asked:
            special = self._special(understood)
            if special is not None or gaps:
                return special or self._first(reply, understood, gaps, chance)
            unsure = any(gap.confidence < _LEAST.get(gap.name, 0.0) for gap in quality.gaps)
            return self._out_of_interest(reply, understood, chance, unsure)
        return self._second(reply, understood, gaps, chance, press)

    def _unassessed(self, reply: Reply, understood: Understood, chance: float) -> Move | None:
        """After a few words that may be an answer, though nobody is sure: she asks for more."""
        few = 0 < len(reply.text.split()) <= _FEW_WORDS
        doubtful = all(a.act != "correct_self" for a in understood.understanding.acts)
        structured = self._settings.mode == "structured"
        if reply.question is None or reply.asked or structured or not (few and doubtful):
            return None
        return self._first(reply, understood, (Gap("short", _BESIDE_CONFIDENCE),), chance)

    def _beside_episodes(
        self, question: Question, answer: str, tells_story: bool
    ) -> tuple[Gap, ...]:
        """What an answer to a question for no episode lacks, where the bank asks after that."""
        if question.asks_episode or len(answer.split()) < _TELLING_WORDS:
            return ()
        lacks: dict[GapName, bool] = {
            "no_own_role": hides_own_role(answer),
            "no_result": not tells_story and not tells_result(answer),
        }
        return tuple(
            Gap(name, _BESIDE_CONFIDENCE)
            for name, lacking in lacks.items()
            if lacking and (question.id, name) in self._lines.follow_ups
        )

    def _first(
        self, reply: Reply, understood: Understood, gaps: Sequence[Gap], chance: float
    ) -> Move | None:
        if chance >= self._manner.follow_up_pressure:
            return None
        gap = max(gaps, key=lambda g: g.confidence + _PRIORITY.get(g.name, 0.0))
        return self._ask(reply, understood, gap)

    def _out_of_interest(
        self, reply: Reply, understood: Understood, chance: float, unsure: bool
    ) -> Move | None:
        """The question that the bank has for any answer: after one that lacks nothing, and where
        what it may lack is not sure enough to be asked for."""
        question, quality = reply.question, understood.quality
        assert question is not None and quality is not None
        line = self._lines.follow_ups.get((question.id, "always"), "")
        likely = _INTEREST * self._manner.follow_up_pressure * min(1.3, self._mood.praise)
        if unsure:
            likely = _UNSURE * self._manner.follow_up_pressure
        elif quality.strength < STRONG and not reply.ample:
            return None
        if not line or chance >= likely:
            return None
        why = Because("follow_up_interest", "strength", quality.strength, STRONG)
        lead = self.echo(reply, understood)
        return Move("follow_up", why, lead, line, "always", attitude="interested")

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
        thin = self._still_thin(reply, understood, gaps)
        if thin is not None:
            if press >= self._manner.presses:
                return None
            line = self._lines.say("presses")
            why = gap_reason("presses", thin)
            return Move("follow_up", why, ask=line, follow_up="presses", attitude="doubtful")
        still = {gap.name for gap in gaps}
        left = [
            gap
            for gap in self._open.get(reply.question.id, ())
            if gap.name not in reply.asked and gap.name in still
        ]
        if left and chance < _SECOND * self._manner.follow_up_pressure:
            return self._ask(reply, understood, left[0])
        asks_on = reply.ample and not left and "always" not in reply.asked
        return self._out_of_interest(reply, understood, chance, unsure=False) if asks_on else None

    def _still_thin(self, reply: Reply, understood: Understood, gaps: Sequence[Gap]) -> Gap | None:
        """What is still thin about an answer that she has followed up; None where she got what she
        asked for."""
        quality, about = understood.quality, reply.asked[-1]
        assert quality is not None
        thin = next((g for g in gaps if g.name in ("short", "vague")), None)
        if thin is None or about not in _PART_ASKED:
            return None
        part = _PART_ASKED[about]
        if part is None:
            return thin
        return None if quality.found(part) or quality.words > _THIN_WORDS else thin

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
        if line:
            return Move("follow_up", why, self.echo(reply, understood), line, gap.name, attitude)
        note = self._noted(reply, understood, _NAMED)
        line = self._lines.say(_GENERIC[gap.name], echo=None if note is None else note.echo)
        return Move("follow_up", why, "", line, gap.name, attitude)

    def echo(self, reply: Reply, understood: Understood) -> str:
        """A few of their words said again, once a question; mostly empty."""
        note = self._noted(reply, understood, ECHOED)
        return "" if note is None else self._lines.say("echoes", echo=note.echo)

    def _noted(
        self, reply: Reply, understood: Understood, kinds: tuple[FactKind, ...]
    ) -> Note | None:
        """What of this answer she says again, as often as she does; None for nothing."""
        wanted = self._rng.random() < self._manner.echo_rate
        if not wanted or reply.question is None or reply.question.id in self._echoed:
            return None
        note = self._notes.echo(understood.inquiry.answer, kinds)
        if note is None:
            return None
        self._echoed.add(reply.question.id)
        self._notes.use(note)
        return note


def askable(question: Question, gaps: Sequence[Gap], answer: str = "") -> tuple[Gap, ...]:
    """Gaps that can be asked about after this question."""
    return tuple(
        gap
        for gap in gaps
        if (question.asks_episode or gap.name not in EPISODE_GAPS)
        and gap.confidence >= _LEAST.get(gap.name, 0.0)
        and (gap.name != "number_no_context" or _compared(gap.quote, answer))
    )


_COMPARED = re.compile(r"%|per ?cent|percentage|fold\b")


def _compared(number: str, answer: str) -> bool:
    """Whether a number says nothing without what it is of: "sixty per cent", "down by half", "up
    twenty"; "half an hour" and "four times" say all, and what doubled is told by its name."""
    led = r"\b(?:by|up|down|plus|minus) (?:by )?(?:about |nearly |almost |over )?"
    said = re.search(rf"{led}{re.escape(number)}\b", answer.lower())
    return bool(_COMPARED.search(number)) or said is not None
