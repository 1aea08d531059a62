"""How requests and upsets are met: one behaviour for each dialogue act that is no answer.

What an experienced interviewer does: a question is said again at once when that is asked, a refusal
is respected without a why, distress comes before the interview, an insult meets a calm boundary,
and whoever wants to stop is asked once whether they do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from dialogue.conduct.cue_words import (
    AFTER_ME,
    FOR_GOOD,
    HEARD,
    MEANS,
    NOTHING_MORE,
    PAUSE,
    PICTURE,
    SOUND,
    SWEARS_AT,
    only_sounds,
    plain_words,
)
from dialogue.conduct.mood import Mood
from dialogue.conduct.moves import Move, Reply
from dialogue.conduct.questions_back import QuestionsBack
from dialogue.conduct.reasons import act_reason
from dialogue.conduct.settings import ConductSettings
from dialogue.conduct.small_talk import small_talk
from dialogue.content.lines import Lines
from dialogue.content.manner import Attitude
from dialogue.types import Because
from dialogue.understanding.answering import (
    LEAD_IN_WORDS,
    answers_in_jest,
    in_doubt,
    is_answer,
    says_kidding,
)
from dialogue.understanding.types import AGAIN, ActSpan, CandidateAct
from dialogue.understanding.understander import Understood

INSULT_SURE = 0.85
"""Confidence (0...1) from which something is met as an insult or an order: to accuse somebody
wrongly is worse than to let a rude word pass."""
_LONG_SURE = 0.75
"""The same from which so many words as make an answer are none."""
BESIDE_SURE = 0.93
"""The same for insults beside an answer, where they are rarer than mistakes about them."""
_JOKE_LEAST = 0.5
"""The same for a joke that stands alone."""
_REFUSES = 0.9
"""The same from which a no to a follow-up is a refusal; below, there is nothing more to tell."""
ENDS_SURE = 0.93
"""The same for the insult that ends the interview."""

_BESIDE_QUESTION: frozenset[CandidateAct] = frozenset((*AGAIN, "trouble", "think_time", "aside"))
"""Acts beside which a question about the job is answered as well; a refusal's own line does that,
and distress, insults and a wish to stop come before it."""

Meet = Callable[[Reply, Understood, ActSpan], Move | None]


@dataclass(frozen=True, slots=True)
class _Case:
    """An act and how it is met."""

    acts: tuple[CandidateAct, ...]
    least: float
    """Confidence from which it is."""
    beside_answer: bool
    """Also where most of the utterance is an answer."""
    meet: Meet


class Requests:
    """Meets them over one interview.

    Args:
        lines: what she says.
        questions_back: answers the candidate's questions.
        settings: thresholds and limits.
        mood: is drawn by what happens.
    """

    def __init__(
        self, lines: Lines, questions_back: QuestionsBack, settings: ConductSettings, mood: Mood
    ) -> None:
        self._lines = lines
        self._questions_back = questions_back
        self._settings = settings
        self._mood = mood
        self._counts: Counter[tuple[str, str]] = Counter()
        self._insults = 0
        self._asides = 0
        sure = settings.request_confidence
        self._cases = (
            _Case(("stop",), settings.stop_confidence, True, self._stop),
            _Case(("insult",), max(sure, INSULT_SURE), True, self._insult),
            _Case(("upset",), 0.5, False, self._upset),
            _Case(("other_language",), sure, False, self._other_language),
            _Case(("trouble",), sure, False, self._trouble),
            _Case(("order",), max(sure, INSULT_SURE), False, self._order),
            _Case(AGAIN, sure, True, self._again),
            _Case(("think_time",), sure, False, self._think_time),
            _Case(("aside",), sure, False, self._aside),
            _Case(("decline",), sure, False, self._decline),
            _Case(("no_example",), 0.5, False, self._no_example),
        )

    def meet(self, reply: Reply, understood: Understood) -> Move | None:
        """What meets the request or upset in an utterance; None where it is an answer.

        Args:
            reply: the utterance.
            understood: what was made of it.
        """
        return self._by_words(reply, understood) or self._by_acts(reply, understood)

    def _by_words(self, reply: Reply, understood: Understood) -> Move | None:
        """What a few words say plainly, for whatever they were taken."""
        plain, part = plain_words(reply.text), understood.understanding.acts[-1]
        if len(plain.split()) >= LEAD_IN_WORDS:
            return None
        if SWEARS_AT.search(plain):
            return self._insult(reply, understood, part)
        return self._order(reply, understood, part) if AFTER_ME.search(plain) else None

    def _by_acts(self, reply: Reply, understood: Understood) -> Move | None:
        acts = understood.understanding.acts
        in_jest = answers_in_jest(understood.understanding, understood.quality)
        answers = [a for a in acts if is_answer(a) or (in_jest and a.act == "joke")]
        answered = sum(len(a.text.split()) for a in answers) >= LEAD_IN_WORDS
        long = len(reply.text.split()) >= LEAD_IN_WORDS
        for case in self._cases:
            least = self._least(case, reply, answered)
            if long and not answered and "stop" not in case.acts:
                least = max(case.least, _LONG_SURE)
            part = _surest_last(acts, case, least)
            if part is None or (answered and not case.beside_answer):
                continue
            if answered and part.act == "insult" and part.confidence < BESIDE_SURE:
                continue
            move = case.meet(reply, understood, part)
            if move is not None:
                return self._answered_too(move, part, understood)
        if long and in_doubt(acts) and not says_kidding(reply.text):
            return None
        unsure = None if answered else self._unsure(reply, acts)
        if unsure is not None:
            return unsure
        if not in_jest and self._joked(reply, acts):
            return self._laugh(acts[-1])
        beside = any(a.act in ("question", "small_talk") for a in acts)
        if beside and not answers and not any(a.act == "correct_self" for a in acts):
            return self._beside(reply, understood)
        return None

    def _answered_too(self, move: Move, part: ActSpan, understood: Understood) -> Move:
        """With the answer to a question that was asked in the same breath: "Sorry? And how many
        are in the team?" """
        if part.act not in _BESIDE_QUESTION:
            return move
        answer = self._questions_back.answer(understood, known_only=True)
        return replace(move, say=f"{answer} {move.say}".strip()) if answer else move

    def _least(self, case: _Case, reply: Reply, answers: bool) -> float:
        """Confidence from which a part of this utterance is met as one of a case's acts."""
        s = self._settings
        if answers or "insult" in case.acts:
            return case.least
        # where she has asked what was meant, the likeliest meaning has to do the second time; and
        # whoever says no to a follow-up has told what there is
        asked_back = self._counts[reply.question_id, "unsure"] > 0
        nothing_more = "/" in reply.question_id and "decline" in case.acts
        return min(case.least, s.unsure_confidence) if asked_back or nothing_more else case.least

    def back(self, reply: Reply, why: Because, line: str, attitude: Attitude = "neutral") -> Move:
        """She replies, and leads back to the open question."""
        topic = "" if reply.question is None else reply.question.topic
        if topic:
            line = f"{line} {self._lines.say('back_to', topic=topic)}"
        return Move("stay", why, line, attitude=attitude)

    def repeat(self, reply: Reply, why: Because) -> Move:
        """The question once more, in the same words."""
        return Move("ask_again", why, self._lines.say("repeats"), reply.put, attitude="warm")

    # -- one method per act ------------------------------------------------------------------------

    def _stop(self, reply: Reply, understood: Understood, part: ActSpan) -> Move:
        plain = plain_words(part.text)
        if PAUSE.search(plain) and not FOR_GOOD.search(plain):
            why, line = act_reason("asks_for_break", part), self._lines.say("takes_break")
            return Move("wait", why, line, attitude="warm", patience=6.0)
        line = self._lines.say("confirms_stop")
        why = act_reason("wants_to_stop", part)
        return Move("stay", why, line, attitude="concerned", offer="stop")

    def _insult(self, reply: Reply, understood: Understood, part: ActSpan) -> Move:
        self._insults += 1
        self._mood.draw("insult")
        why = act_reason("insulted", part)
        if self._insults >= 3 and part.confidence >= ENDS_SURE:
            line = self._lines.say("ends_insulted")
            return Move("close", why, line, attitude="serious", early=True)
        line = self._lines.say("sets_boundary" if self._insults == 1 else "last_warning")
        return self.back(reply, why, line, "serious")

    def _upset(self, reply: Reply, understood: Understood, part: ActSpan) -> Move:
        self._mood.draw("upset")
        why, line = act_reason("upset", part), self._lines.say("reassures")
        if understood.understanding.has("think_time", self._settings.request_confidence):
            line = f"{line} {self._lines.say('gives_time')}"
            return Move("wait", why, line, attitude="concerned", patience=3.0)
        line = f"{line} {self._lines.say('offers_break')}"
        return Move("stay", why, line, attitude="concerned", offer="break", patience=2.0)

    def _other_language(self, reply: Reply, understood: Understood, part: ActSpan) -> Move:
        why = act_reason("other_language", part)
        if self._count(reply, "other_language") > 2:
            return Move("next", why, self._lines.short("moves_on"))
        line, again = self._lines.say("other_language"), self._simple(reply) or reply.put
        return Move("ask_again", why, line, again, attitude="warm")

    def _trouble(self, reply: Reply, understood: Understood, part: ActSpan) -> Move:
        plain, why = plain_words(part.text), act_reason("trouble", part)
        if HEARD.search(plain):
            return self.back(reply, why, self._lines.say("trouble_heard"))
        if PICTURE.search(plain) and not SOUND.search(plain):
            return self.back(reply, why, self._lines.say("trouble_picture"))
        line = self._lines.say("trouble_sound")
        return Move("ask_again", why, line, reply.put, attitude="concerned")

    def _order(self, reply: Reply, understood: Understood, part: ActSpan) -> Move:
        self._mood.draw("order")
        line = self._lines.say("stays_in_role")
        return self.back(reply, act_reason("order", part), line, "serious")

    def _again(self, reply: Reply, understood: Understood, part: ActSpan) -> Move:
        """The question once more, in other words, or with what it means."""
        self._mood.draw("request")
        why = act_reason(f"asked_to_{part.act}", part)
        if self._count(reply, "again") > self._settings.requests_per_question:
            line = self._lines.short("offers_to_move_on")
            return Move("stay", why, line, attitude="encouraging", offer="move_on")
        means = part.act != "repeat" or bool(MEANS.search(plain_words(part.text)))
        if reply.question is None or not means:
            return self.repeat(reply, why)
        if understood.term and understood.term in dict(reply.question.terms):
            meaning = dict(reply.question.terms)[understood.term]
            line = f"{self._lines.say('explains_term')} {meaning}"
            return self.back(reply, why, line, "encouraging")
        if part.act == "repeat":
            return self.repeat(reply, why)
        if part.act == "explain":
            return self._explain(reply, why)
        return self._rephrase(reply, why)

    def _explain(self, reply: Reply, why: Because) -> Move:
        """What she wants to hear; a follow-up is then put again."""
        question = reply.question
        assert question is not None
        if not question.explains:
            return self._rephrase(reply, why)
        told = self._lines.pick(f"explains:{question.id}", question.explains)
        line = f"{self._lines.say('explains')} {told}"
        if "/" in reply.question_id:
            return Move("ask_again", why, line, reply.put, attitude="encouraging")
        return Move("stay", why, line, attitude="encouraging")

    def _rephrase(self, reply: Reply, why: Because) -> Move:
        question = reply.question
        assert question is not None
        simple = "" if "/" in reply.question_id else self._simple(reply)
        if simple and simple != reply.put:
            line = self._lines.say("rephrases")
            return Move("ask_again", why, line, simple, attitude="encouraging")
        other = self._lines.other_follow_up(reply.question_id, reply.put)
        if other:
            line = self._lines.say("rephrases")
            return Move("ask_again", why, line, other, attitude="encouraging")
        if "/" in reply.question_id:
            return self.repeat(reply, why)
        return Move("stay", why, self._lines.help(question.id), attitude="encouraging")

    def _think_time(self, reply: Reply, understood: Understood, part: ActSpan) -> Move | None:
        last = understood.understanding.acts[-1].act
        if last not in ("think_time", "aside", "upset", "small_talk"):
            return None
        line = self._lines.say("gives_time")
        return Move("wait", act_reason("asks_for_time", part), line, attitude="warm", patience=3.0)

    def _aside(self, reply: Reply, understood: Understood, part: ActSpan) -> Move | None:
        if len(understood.understanding.acts) > 1:
            return None
        self._asides += 1
        line = self._lines.say("waits_aside") if self._asides <= 2 else ""
        return Move("wait", act_reason("talks_aside", part), line, attitude="warm", patience=2.5)

    def _decline(self, reply: Reply, understood: Understood, part: ActSpan) -> Move | None:
        if understood.understanding.acts[-1].act == "joke" or says_kidding(reply.text):
            return None  # it was none
        self._mood.draw("decline")
        back = self._questions_back.answer(understood)
        told = _has_told(reply, part)
        line = self._lines.say("ends_topic" if told else "accepts_decline")
        line = f"{line} {back}".strip()
        return Move("next", act_reason("declined", part), line)

    def _no_example(self, reply: Reply, understood: Understood, part: ActSpan) -> Move:
        why = act_reason("has_no_example", part)
        question = reply.question
        if question is None:
            return Move("next", why, self._lines.say("no_more_questions"))
        back = self._questions_back.answer(understood)
        told = _has_told(reply, part)
        line = self._lines.say("ends_topic" if told else "accepts_none")
        line = f"{line} {back}".strip()
        if self._count(reply, "none") == 1 and "/" not in reply.question_id:
            if question.asks_episode:
                line = f"{line} {self._lines.say('other_angle')}"
                return Move("stay", why, line, attitude="encouraging")
            if question.help:
                line = f"{line} {self._lines.help_only(question.id)}"
                return Move("stay", why, line, attitude="encouraging")
        return Move("next", why, line)

    def _unsure(self, reply: Reply, acts: Sequence[ActSpan]) -> Move | None:
        """She asks what was meant, where it may have been a request."""
        s = self._settings
        if self._counts[reply.question_id, "unsure"] or len(reply.text.split()) >= LEAD_IN_WORDS:
            return None
        for part in acts:
            if not s.unsure_confidence <= part.confidence < s.request_confidence:
                continue
            if only_sounds(part):
                continue
            why = act_reason("unsure", part, s.request_confidence)
            if part.act in AGAIN or (part.second in AGAIN and part.act != "answer"):
                self._count(reply, "unsure")
                line = self._lines.say("unsure_repeat")
                return Move("stay", why, line, attitude="concerned", offer="repeat")
            if part.act not in ("answer", "correct_self", "joke", "small_talk", "question"):
                self._count(reply, "unsure")
                return Move("stay", why, self._lines.say("unsure"), attitude="concerned")
        return None

    def _beside(self, reply: Reply, understood: Understood) -> Move:
        """An utterance that is neither answer nor request: a question of theirs, a joke, talk."""
        acts = understood.understanding.acts
        answer = self._questions_back.answer(understood)
        if answer:
            self._mood.draw("question")
            why = act_reason("asked_back", next(a for a in acts if a.act == "question"))
            if reply.question is None:
                return self._questions_back.after(why, answer, reply.has_room)
            return self.back(reply, why, answer, "interested")
        part = next(a for a in reversed(acts) if a.act in ("question", "small_talk"))
        self._mood.draw("small_talk")
        line = small_talk(self._lines, reply.text)
        return Move("stay", act_reason("small_talk", part), line, attitude="warm", patience=0.7)

    def _joked(self, reply: Reply, acts: Sequence[ActSpan]) -> bool:
        """Whether an utterance is a joke and nothing else, the first in reply to this question.

        What replies to a follow-up is a joke only where it says so: what sounds like one there is a
        short answer.
        """
        kidding = says_kidding(reply.text)
        sure = any(a.act == "joke" and a.confidence >= _JOKE_LEAST for a in acts)
        others = [a for a in acts if a.act not in ("joke", "decline", "no_example")]
        told = kidding or (sure and acts[-1].act == "joke" and "/" not in reply.question_id)
        if not told or others or reply.question is None:
            return False
        return self._count(reply, "joke") == 1

    def _laugh(self, part: ActSpan) -> Move:
        self._mood.draw("joke")
        line = self._lines.say("laughs")
        return Move("stay", act_reason("joked", part), line, attitude="amused")

    # -- common ------------------------------------------------------------------------------------

    def _simple(self, reply: Reply) -> str:
        question = reply.question
        return "" if question is None else self._lines.simple(question)

    def _count(self, reply: Reply, what: str) -> int:
        """How often it was, this time included."""
        self._counts[reply.question_id, what] += 1
        return self._counts[reply.question_id, what]


def _has_told(reply: Reply, part: ActSpan) -> bool:
    """Whether who says no to a follow-up has told all there is, and refuses nothing."""
    no_more = part.confidence < _REFUSES or bool(NOTHING_MORE.search(plain_words(part.text)))
    return "/" in reply.question_id and no_more


def _surest_last(acts: Sequence[ActSpan], case: _Case, least: float) -> ActSpan | None:
    found = [a for a in acts if a.act in case.acts and a.confidence >= least and not only_sounds(a)]
    return found[-1] if found else None
