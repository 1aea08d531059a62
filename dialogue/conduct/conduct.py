"""What she does after an utterance, from what she understood of it.

Requests and upsets are met (:mod:`.requests`), questions answered (:mod:`.questions_back`), answers
followed up on what they lack (:mod:`.gap_follow_ups`). Where she is not sure what was meant, she
asks.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import replace

from dialogue.conduct.gap_follow_ups import STRONG, GapFollowUps
from dialogue.conduct.mirror import mirrored
from dialogue.conduct.mood import Mood
from dialogue.conduct.moves import Move, Reply
from dialogue.conduct.notes import Notes
from dialogue.conduct.questions_back import QuestionsBack
from dialogue.conduct.reasons import act_reason, quoted, rounded
from dialogue.conduct.requests import INSULT_SURE, Requests
from dialogue.conduct.settings import ConductSettings
from dialogue.content.employer import Employer
from dialogue.content.lines import Lines
from dialogue.content.manner import Attitude, Manner
from dialogue.content.script import Question
from dialogue.types import Because
from dialogue.understanding.answering import LEAD_IN_WORDS, answers_in_jest
from dialogue.understanding.assent import assent
from dialogue.understanding.understander import Understood

_LEAVE = re.compile(r"\b(?:leave|skip|move|next)\b")
_WORD = re.compile(r"\w")
_PRAISE_SHARE = 0.35
"""Share of strong answers that she says are good, in her usual mood."""
_PRAISE_WORDS = 40
"""Words from which an answer can be called a good one."""


class Conduct:
    """Conducts one interview.

    Args:
        lines: what she says.
        manner: how insistent she is.
        employer: what she knows of the job; None for nothing.
        settings: thresholds and limits.
        seed: of the session.
        mood: is drawn by what happens.
    """

    def __init__(
        self,
        lines: Lines,
        manner: Manner,
        employer: Employer | None,
        settings: ConductSettings,
        seed: int,
        mood: Mood,
    ) -> None:
        self._lines = lines
        self._manner = manner
        self._settings = settings
        self._rng = random.Random(f"conduct:{seed}")
        self.mood = mood
        self.notes = Notes()
        self._unheard: Counter[str] = Counter()
        self._questions_back = QuestionsBack(lines, employer, settings)
        self._requests = Requests(lines, self._questions_back, settings, mood)
        self._follow_ups = GapFollowUps(
            lines, manner, settings, random.Random(f"gaps:{seed}"), self.notes, mood
        )

    @property
    def strengths(self) -> list[float]:
        """0...1 of each answer to a main question so far."""
        return self._follow_ups.strengths

    def decide(self, reply: Reply) -> Move | None:
        """What she does now.

        Args:
            reply: the utterance.

        Returns:
            None where nothing was understood, so that only its length can tell.
        """
        move = None if reply.offered is None else self._offer_taken(reply)
        if move is not None:
            return move
        understood = reply.understood
        if understood is None or not understood.understanding.acts:
            return self._say_wordless(reply)
        move = self._say_unheard(reply) or self._requests.meet(reply, understood)
        return move or self._after_answer(reply, understood)

    def recall(self, question: Question) -> str:
        """Words that lead from something told earlier to a question; mostly empty."""
        wanted = self._rng.random() < self._manner.recall_rate
        # an example from there would be no answer to "why us?"
        note = self.notes.recall(question.id) if wanted and question.asks_episode else None
        if note is None:
            return ""
        self.notes.use(note)
        return self._lines.say("recalls", echo=note.echo)

    # -- replies to what she offered ---------------------------------------------------------------

    def _offer_taken(self, reply: Reply) -> Move | None:
        """The reply to what she offered; None where it is neither yes nor no."""
        offer = reply.offered
        assert offer is not None
        said = assent(reply.text, offer)
        if not said or (said == "no" and len(reply.text.split()) > LEAD_IN_WORDS):
            return None
        asks = reply.understood is not None and reply.understood.understanding.has("question", 0.6)
        if offer == "more" and (said == "yes" or asks):
            return None  # what it is that they add or ask comes in the same breath
        why = Because(f"offer_{offer}", "reply", said, "yes", quote=quoted(reply.text))
        return self._taken(reply, why) if said == "yes" else self._not_taken(reply, why)

    def _taken(self, reply: Reply, why: Because) -> Move:
        offer = reply.offered
        if offer == "stop":
            return Move("close", why, self._lines.say("stops"), attitude="warm", early=True)
        if offer == "repeat":
            return self._requests.repeat(reply, why)
        if offer == "break" and not _LEAVE.search(reply.text.lower()):
            line = self._lines.say("takes_break")
            return Move("wait", why, line, attitude="warm", patience=4.0)
        return Move("next", why, self._lines.short("moves_on"), attitude="warm")

    def _not_taken(self, reply: Reply, why: Because) -> Move:
        if reply.offered == "more":
            return Move("next", why, self._lines.say("no_more_questions"))
        if reply.offered == "move_on":
            return Move("wait", why, self._lines.say("gives_time"), patience=2.0)
        return self._requests.back(reply, why, self._lines.say("goes_on"), "warm")

    def _say_unheard(self, reply: Reply) -> Move | None:
        """She says so where hardly a word could be made out, twice a question at most."""
        sure, least = reply.confidence, self._settings.heard_confidence
        if reply.typed or sure is None or sure >= least or self._unheard[reply.question_id] >= 2:
            return None
        self._unheard[reply.question_id] += 1
        why = Because("not_heard", "word_confidence", rounded(sure), least)
        return Move("stay", why, self._lines.say("unheard"), attitude="concerned")

    def _say_wordless(self, reply: Reply) -> Move | None:
        """The same where there was no word at all, only signs or sounds."""
        said = reply.text.strip()
        if not said or _WORD.search(said) or self._unheard[reply.question_id] >= 2:
            return None
        self._unheard[reply.question_id] += 1
        why = Because("no_words", "reply", quoted(said), None)
        line = self._lines.say("unsure" if reply.typed else "unheard")
        return Move("stay", why, line, attitude="concerned")

    # -- answers -----------------------------------------------------------------------------------

    def _after_answer(self, reply: Reply, understood: Understood) -> Move:
        """After an answer: a follow-up, or the next question."""
        acts = understood.understanding.acts
        answered = self._questions_back.answer(understood)
        parts = [answered] if answered else []
        if understood.understanding.has("order", INSULT_SURE):
            self.mood.draw("order")
            parts.append(self._lines.say("stays_in_role"))
        if reply.question is None:
            return self._after_own_question(reply, understood, " ".join(parts))
        if self.notes.take(understood, reply.words):
            self.mood.draw("facts")
        if any(a.act == "joke" for a in acts):
            self.mood.draw("joke")
        corrects = "/" not in reply.question_id or reply.asked[-1] == "contradiction"
        if corrects and len(acts) == 1 and acts[0].act == "correct_self":
            parts.append(self._lines.say("accepts_correction", fact=_amount_in(understood)))
        lead = " ".join(parts)
        follow_up = self._follow_ups.choose(reply, understood) if reply.has_room else None
        in_jest = answers_in_jest(understood.understanding, understood.quality)
        if in_jest:
            self.mood.show("amused")
        if follow_up is not None:
            attitude = "amused" if in_jest else follow_up.attitude
            return replace(follow_up, say=f"{lead} {follow_up.say}".strip(), attitude=attitude)
        return self._go_on(reply, understood, lead)

    def _after_own_question(self, reply: Reply, understood: Understood, answer: str) -> Move:
        acts = understood.understanding.acts
        if understood.topics:
            asking = next(a for a in acts if a.act == "question")
            why = act_reason("asked_back", asking)
            return self._questions_back.after(why, answer, reply.has_room)
        line = f"{answer} {self._lines.say('no_more_questions')}".strip()
        return Move("next", act_reason("has_no_question", acts[-1]), line)

    def _go_on(self, reply: Reply, understood: Understood, lead: str) -> Move:
        quality = understood.quality
        strength = 0.0 if quality is None else quality.strength
        why = Because("answer_over", "strength", rounded(strength), None)
        attitude: Attitude = "neutral"
        if quality is not None and strength >= STRONG and quality.words >= _PRAISE_WORDS:
            attitude = "interested"
            if not lead and self._rng.random() < _PRAISE_SHARE * self.mood.praise:
                lead = self._lines.say("interest")
        echo = "" if lead else self._follow_ups.echo(reply, understood)
        return Move("next", why, f"{lead} {echo}".strip(), attitude=attitude)


def _amount_in(understood: Understood) -> str | None:
    """The amount or time that a correction tells, as she says it."""
    found = understood.understanding.facts
    # "week" alone is none
    facts = [f for f in found if f.kind in ("number", "time") and len(f.text.split()) > 1]
    return mirrored(facts[-1].text) if facts else None
