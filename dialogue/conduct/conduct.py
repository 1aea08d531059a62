"""What she does after an utterance, from what she understood of it.

Every dialogue act has its behaviour: a request is met, a question answered from the employer's
brief, a refusal respected, distress met with calm, an insult with a boundary, an order to the
program with the interview. Answers are followed up on what they lack, at most twice a question.
Where she is not sure what was meant, she asks.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from dialogue.conduct.mirror import mirrored
from dialogue.conduct.mood import Mood
from dialogue.conduct.moves import Move, Reply
from dialogue.conduct.notes import Notes
from dialogue.conduct.settings import ConductSettings
from dialogue.content.employer import Employer
from dialogue.content.lines import Lines
from dialogue.content.manner import Attitude, Manner
from dialogue.content.script import Question
from dialogue.types import Because
from dialogue.understanding.answer_quality import Gap
from dialogue.understanding.assent import assent
from dialogue.understanding.types import ActSpan, CandidateAct
from dialogue.understanding.understander import Understood

SHORT_ANSWER_WORDS = 12
"""Fewer words before or after a request are a lead-in to it, no answer."""

EPISODE_GAPS = frozenset(("no_situation", "no_task", "no_action", "no_result", "no_own_role"))
"""What only an answer to a question that asks for an episode can lack."""

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

_PAUSE = re.compile(
    r"(?<![^ ])(?:break|pause|breather|loo|toilet|bathroom|water|back in|be right back|moment|minute|minutes)(?![^ ])"
)
_HEARD = re.compile(
    r"(?<![^ ])(?:(?:can|do|could) (?:you|u) (?:still |even )?(?:hear|see)|am i (?:still )?(?:on|muted|audible|frozen|there|visible)|"
    r"(?:mic|microphone|camera|webcam) (?:on|working|muted|is on|is working)|is (?:my|this|the) (?:mic|microphone|camera|webcam)|"
    r"hear me|see me)(?![^ ])"
)
_PICTURE = re.compile(
    r"(?<![^ ])(?:picture|video|screen|image|frozen|froze|freezing|pixelated|dark|black|your face|see (?:you|anything))(?![^ ])"
)
_GREETING = re.compile(
    r"(?<![^ ])(?:hello|hi|hiya|hey|good (?:morning|afternoon|evening|day)|(?:nice|good|lovely|pleased|great) to (?:meet|see)|pleasure)(?![^ ])"
)
_HOW_ARE_YOU = re.compile(
    r"(?<![^ ])(?:how are (?:you|things|ya)|how's (?:it going|your day|things|life)|how is (?:it going|your day)|how do you do|you all right|you alright|and you|how about you)(?![^ ])"
)
_THANKS = re.compile(
    r"(?<![^ ])(?:thank you|thanks|thank|cheers|ta|much appreciated|grateful|appreciate)(?![^ ])"
)


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
        self._employer = employer
        self._settings = settings
        self._rng = random.Random(f"conduct:{seed}")
        self.mood = mood
        self.notes = Notes()
        self._requests: Counter[tuple[str, str]] = Counter()
        self._insults = 0
        self._orders = 0
        self._asides = 0
        self._gaps: dict[str, tuple[Gap, ...]] = {}
        self._echoed: set[str] = set()
        self._asked_back = 0
        self._contradicted = False
        self.strengths: list[float] = []
        """0...1 of each main answer so far."""

    # -- after an utterance ----------------------------------------------------------------------

    def decide(self, reply: Reply, follow_ups_fit: bool = True) -> Move | None:
        """What she does now.

        Args:
            reply: the utterance.
            follow_ups_fit: whether there is time for a follow-up.

        Returns:
            None where nothing was understood, so that only its length can tell.
        """
        if reply.offered is not None:
            move = self._offer_taken(reply)
            if move is not None:
                return move
        understood = reply.understood
        if understood is None or not understood.understanding.acts:
            return None
        if self._unheard(reply):
            why = Because(
                "not_heard", "word_confidence", _rounded(reply.confidence),
                self._settings.heard_confidence,
            )  # fmt: skip
            return Move("stay", why, self._lines.say("unheard"), attitude="concerned")
        request = self._request(reply, understood)
        if request is not None:
            return request
        return self._after_answer(reply, understood, follow_ups_fit)

    def _offer_taken(self, reply: Reply) -> Move | None:
        """The reply to what she offered; None where it is neither yes nor no."""
        offer = reply.offered
        assert offer is not None
        said = assent(reply.text, offer)
        if not said or (said == "no" and len(reply.text.split()) > SHORT_ANSWER_WORDS):
            return None
        why = Because(f"offer_{offer}", "reply", said, "yes", quote=_short(reply.text))
        if offer == "stop":
            if said == "yes":
                return Move("close", why, self._lines.say("stops"), attitude="warm", early=True)
            return self._back(reply, why, self._lines.say("goes_on"), "warm")
        if offer == "move_on":
            if said == "yes":
                return Move("next", why, self._lines.short("moves_on"))
            return Move("wait", why, self._lines.say("gives_time"), patience=2.0)
        if offer == "repeat":
            if said == "yes":
                return self._again(reply, why, "repeats")
            return self._back(reply, why, self._lines.say("goes_on"))
        if offer == "break":
            if said == "yes" and re.search(r"leave|skip|move|next", reply.text.lower()):
                return Move("next", why, self._lines.short("moves_on"), attitude="warm")
            if said == "yes":
                line = self._lines.say("takes_break")
                return Move("wait", why, line, attitude="warm", patience=4.0)
            return self._back(reply, why, self._lines.say("goes_on"), "warm")
        if said == "no":
            return Move("next", why)
        return Move("wait", why, self._lines.say("gives_time"))

    def _unheard(self, reply: Reply) -> bool:
        sure = reply.confidence
        if reply.typed or sure is None or sure >= self._settings.heard_confidence:
            return False
        return self._count(reply, "unheard") <= 2

    # -- requests ---------------------------------------------------------------------------------

    def _request(self, reply: Reply, understood: Understood) -> Move | None:
        """What meets a request or an upset, where the utterance holds one; None for an answer."""
        s = self._settings
        acts = understood.understanding.acts
        answer_words = sum(len(a.text.split()) for a in acts if a.act == "answer")
        answered = answer_words >= SHORT_ANSWER_WORDS

        def sure(act: CandidateAct, least: float = s.request_confidence) -> ActSpan | None:
            found = [a for a in acts if a.act == act and a.confidence >= least]
            return found[-1] if found else None

        if (part := sure("stop", s.stop_confidence)) is not None:
            return self._stop(reply, part)
        if (part := sure("insult")) is not None:
            return self._insult(reply, part)
        if (part := sure("upset", 0.5)) is not None and not answered:
            self.mood.draw("upset")
            line = f"{self._lines.say('reassures')} {self._lines.say('offers_break')}"
            if sure("think_time") is not None:
                line = f"{self._lines.say('reassures')} {self._lines.say('gives_time')}"
                return Move("wait", _why("upset", part), line, attitude="concerned", patience=3.0)
            return Move(
                "stay", _why("upset", part), line, attitude="concerned", offer="break", patience=2.0
            )
        if (part := sure("other_language")) is not None and not answered:
            return self._other_language(reply, part)
        if (part := sure("trouble")) is not None and not answered:
            return self._trouble(reply, part)
        if (part := sure("order")) is not None and not answered:
            self.mood.draw("order")
            self._orders += 1
            return self._back(
                reply, _why("order", part), self._lines.say("stays_in_role"), "serious"
            )
        asks = [
            a for a in acts
            if a.act in ("repeat", "rephrase", "explain") and a.confidence >= s.request_confidence
        ]  # fmt: skip
        if asks:
            return self._asked_again(reply, understood, asks[-1])
        if (part := sure("think_time")) is not None and not answered and acts[-1].act in (
            "think_time", "aside", "upset", "small_talk",
        ):  # fmt: skip
            line = self._lines.say("gives_time")
            return Move("wait", _why("asks_for_time", part), line, attitude="warm", patience=3.0)
        if (part := sure("aside")) is not None and answer_words < 4 and len(acts) == 1:
            self._asides += 1
            line = self._lines.say("waits_aside") if self._asides <= 2 else ""
            return Move("wait", _why("talks_aside", part), line, attitude="warm", patience=2.5)
        if (part := sure("decline")) is not None and not answered:
            self.mood.draw("decline")
            back = self._answer_back(reply, understood)
            line = f"{self._lines.say('accepts_decline')} {back}".strip()
            return Move("next", _why("declined", part), line)
        if (part := sure("no_example", 0.5)) is not None and not answered:
            return self._no_example(reply, understood, part)
        unsure = self._unsure(reply, acts, answered)
        if unsure is not None:
            return unsure
        if answer_words < 4 and not any(a.act in ("answer", "correct_self") for a in acts):
            return self._beside(reply, understood)
        return None

    def _stop(self, reply: Reply, part: ActSpan) -> Move:
        plain = part.text.lower()
        if _PAUSE.search(plain) and not re.search(
            r"(?<![^ ])(?:end|quit|leave|hang up)(?![^ ])", plain
        ):
            line = self._lines.say("takes_break")
            return Move("wait", _why("asks_for_break", part), line, attitude="warm", patience=6.0)
        why = _why("wants_to_stop", part)
        return Move(
            "stay", why, self._lines.say("confirms_stop"), attitude="concerned", offer="stop"
        )

    def _insult(self, reply: Reply, part: ActSpan) -> Move:
        self._insults += 1
        self.mood.draw("insult")
        why = _why("insulted", part)
        if self._insults >= 3:
            line = self._lines.say("ends_insulted")
            return Move("close", why, line, attitude="serious", early=True)
        line = self._lines.say("sets_boundary" if self._insults == 1 else "last_warning")
        return self._back(reply, why, line, "serious")

    def _other_language(self, reply: Reply, part: ActSpan) -> Move:
        why = _why("other_language", part)
        if self._count(reply, "other_language") > 2:
            return Move("next", why, self._lines.short("moves_on"))
        return Move(
            "ask_again", why, self._lines.say("other_language"),
            self._simple(reply) or reply.put, attitude="warm",
        )  # fmt: skip

    def _trouble(self, reply: Reply, part: ActSpan) -> Move:
        plain = " ".join(re.findall(r"[\w']+", part.text.lower()))
        why = _why("trouble", part)
        if _HEARD.search(plain):
            return self._back(reply, why, self._lines.say("trouble_heard"))
        if _PICTURE.search(plain) and not re.search(r"sound|hear|audio|voice", plain):
            return self._back(reply, why, self._lines.say("trouble_picture"))
        if self._count(reply, "trouble") > self._settings.requests_per_question:
            return self._back(reply, why, self._lines.short("no_microphone"))
        return Move(
            "ask_again", why, self._lines.say("trouble_sound"), reply.put, attitude="concerned"
        )

    def _asked_again(self, reply: Reply, understood: Understood, part: ActSpan) -> Move:
        """The question once more, in other words, or with what it means."""
        self.mood.draw("request")
        why = _why(f"asked_to_{part.act}", part)
        times = self._count(reply, "again")
        if times > self._settings.requests_per_question:
            line = self._lines.short("offers_to_move_on")
            return Move("stay", why, line, attitude="encouraging", offer="move_on")
        if reply.question is None:
            return self._again(reply, why, "repeats")
        if understood.term and part.act in ("explain", "rephrase"):
            meaning = dict(reply.question.terms)[understood.term]
            line = f"{self._lines.say('explains_term')} {meaning}"
            return self._back(reply, why, line, "encouraging")
        if part.act == "repeat":
            return self._again(reply, why, "repeats")
        if "/" in reply.question_id:
            # a follow-up has no other wording of its own: it comes with what the question wanted
            line = self._lines.say("explains" if part.act == "explain" else "rephrases")
            told = self._explanation(reply) if part.act == "explain" else ""
            return Move(
                "ask_again", why, f"{line} {told}".strip(), reply.put, attitude="encouraging"
            )
        if part.act == "explain" and (told := self._explanation(reply)):
            line = f"{self._lines.say('explains')} {told}"
            return Move("stay", why, line, attitude="encouraging")
        simple = self._simple(reply)
        if simple:
            return Move(
                "ask_again", why, self._lines.say("rephrases"), simple, attitude="encouraging"
            )
        return Move("stay", why, self._lines.help(reply.question.id), attitude="encouraging")

    def _no_example(self, reply: Reply, understood: Understood, part: ActSpan) -> Move:
        why = _why("has_no_example", part)
        back = self._answer_back(reply, understood)
        line = f"{self._lines.say('accepts_none')} {back}".strip()
        if reply.question is None:
            return Move("next", why, self._lines.say("no_more_questions"))
        if self._count(reply, "none") > 1 or "/" in reply.question_id:
            return Move("next", why, line)
        if reply.question.asks_episode:
            angle = self._lines.say("other_angle")
            return Move("stay", why, f"{line} {angle}", attitude="encouraging")
        if reply.question.help:
            told = self._lines.help_only(reply.question.id)
            return Move("stay", why, f"{line} {told}", attitude="encouraging")
        return Move("next", why, line)

    def _unsure(self, reply: Reply, acts: Sequence[ActSpan], answered: bool) -> Move | None:
        """She asks what was meant, where it may have been a request."""
        s = self._settings
        if answered or self._count(reply, "unsure", add=False) >= 1:
            return None
        for part in acts:
            if not s.unsure_confidence <= part.confidence < s.request_confidence:
                continue
            meant = {part.act, part.second} - {None}
            if meant & {"repeat", "rephrase", "explain"} and not meant <= {"answer"}:
                self._count(reply, "unsure")
                why = _why("unsure_of_request", part, s.request_confidence)
                line = self._lines.say("unsure_repeat")
                return Move("stay", why, line, attitude="concerned", offer="repeat")
            if part.act not in ("answer", "correct_self", "joke", "small_talk", "question"):
                self._count(reply, "unsure")
                why = _why("unsure", part, s.request_confidence)
                return Move("stay", why, self._lines.say("unsure"), attitude="concerned")
        return None

    def _beside(self, reply: Reply, understood: Understood) -> Move:
        """An utterance that is neither answer nor request: talk, a joke, a question of theirs."""
        part = understood.understanding.acts[-1]
        back = self._answer_back(reply, understood)
        if back:
            self.mood.draw("question")
            asking = next(a for a in understood.understanding.acts if a.act == "question")
            why = _why("asked_back", asking)
            if reply.question is None:
                return self._more_questions(reply, why, back)
            return self._back(reply, why, back, "interested")
        if part.act == "joke":
            self.mood.draw("joke")
            return Move("stay", _why("joked", part), self._lines.say("laughs"), attitude="amused")
        self.mood.draw("small_talk")
        line = self.small_talk(understood)
        return Move("stay", _why("small_talk", part), line, attitude="warm", patience=0.7)

    def small_talk(self, understood: Understood) -> str:
        """What she says to a greeting, thanks or a pleasantry."""
        plain = " ".join(re.findall(r"[\w']+", understood.inquiry.text.lower()))
        if _HOW_ARE_YOU.search(plain):
            return self._lines.say("well_thanks")
        if _GREETING.search(plain):
            return self._lines.say("greets_back")
        return self._lines.say("thanks_back" if _THANKS.search(plain) else "small_talk")

    # -- the candidate's questions -------------------------------------------------------------------

    def _answer_back(self, reply: Reply, understood: Understood) -> str:
        """What she says to the questions in an utterance; empty without any."""
        said = []
        for asked in understood.topics[:2]:
            topic = None
            if self._employer is not None and asked.topic:
                topic = self._employer.topic(asked.topic)
            if topic is None:
                said.append(self._lines.say("unknown"))
            else:
                lead = self._lines.say("answers_question") if not said else ""
                told = self._lines.pick(f"topic:{topic.id}", topic.answers)
                said.append(f"{lead} {told}".strip())
        return " ".join(dict.fromkeys(said))

    def _more_questions(self, reply: Reply, why: Because, back: str) -> Move:
        """After a question that she had asked for."""
        self._asked_back += 1
        if self._asked_back >= self._settings.most_questions_back:
            return Move("next", why, back, attitude="interested")
        line = f"{back} {self._lines.say('anything_else')}"
        return Move("stay", why, line, attitude="interested", offer="more")

    # -- answers ---------------------------------------------------------------------------------------

    def _after_answer(self, reply: Reply, understood: Understood, fits: bool) -> Move:
        """After an answer: a follow-up, or the next question."""
        acts = understood.understanding.acts
        back = self._answer_back(reply, understood)
        parts = [back] if back else []
        if (part := next((a for a in acts if a.act == "order"), None)) is not None:
            if part.confidence >= self._settings.request_confidence:
                self.mood.draw("order")
                parts.append(self._lines.say("stays_in_role"))
        if reply.question is None:
            return self._after_own_question(reply, understood, parts)
        noted = self.notes.take(understood, reply.words)
        if noted:
            self.mood.draw("facts")
        if any(a.act == "joke" for a in acts):
            self.mood.draw("joke")
        corrected = next((a for a in acts if a.act == "correct_self"), None)
        if corrected is not None and len(acts) == 1:
            parts.append(self._lines.say("accepts_correction", fact=_amount_in(understood)))
        follow_up = self._follow_up(reply, understood) if fits else None
        lead = " ".join(parts)
        if follow_up is not None:
            return replace(follow_up, say=f"{lead} {follow_up.say}".strip())
        return self._go_on(reply, understood, lead)

    def _after_own_question(self, reply: Reply, understood: Understood, parts: list[str]) -> Move:
        acts = understood.understanding.acts
        if understood.topics:
            asking = next(a for a in acts if a.act == "question")
            return self._more_questions(reply, _why("asked_back", asking), " ".join(parts))
        why = _why("has_no_question", acts[-1])
        line = " ".join([*parts, self._lines.say("no_more_questions")])
        return Move("next", why, line)

    def _go_on(self, reply: Reply, understood: Understood, lead: str) -> Move:
        quality = understood.quality
        strength = 0.0 if quality is None else quality.strength
        why = Because("answer_over", "strength", _rounded(strength), None)
        attitude: Attitude = "neutral"
        if quality is not None and strength >= 0.5 and quality.words >= 40:
            attitude = "interested"
            if not lead and self._rng.random() < 0.35:
                lead = self._lines.say("interest")
        echo = self._echo(reply, understood) if not lead else ""
        return Move("next", why, f"{lead} {echo}".strip(), attitude=attitude)

    def _follow_up(self, reply: Reply, understood: Understood) -> Move | None:
        """What is asked about this answer; None to go on."""
        s, question = self._settings, reply.question
        assert question is not None
        quality = understood.quality
        chance, press = self._rng.random(), self._rng.random()
        if quality is None:
            return None
        if not reply.asked:
            self.strengths.append(quality.strength)
            self.mood.draw("strong_answer" if quality.strength >= 0.5 else "weak_answer")
            self._gaps[question.id] = self._askable(question, quality.gaps)
        if s.mode == "structured" or len(reply.asked) >= s.follow_ups:
            return None
        special = self._special(reply, understood)
        if special is not None:
            return special
        gaps = self._askable(question, quality.gaps)
        if reply.asked:
            still = [g for g in gaps if g.name in ("short", "vague", "off_topic")]
            if still and press < self._manner.presses:
                why = _because_gap("presses", still[0])
                return Move("follow_up", why, ask=self._lines.say("presses"), follow_up="presses",
                            attitude="doubtful")  # fmt: skip
            told = {gap.name for gap in gaps}
            gaps = tuple(
                gap for gap in self._gaps.get(question.id, ())
                if gap.name not in reply.asked and gap.name in told
            )  # fmt: skip
            if still or not gaps or chance >= self._manner.follow_up_pressure * 0.6:
                return None
        if not gaps or chance >= self._manner.follow_up_pressure:
            return None
        gap = max(gaps, key=lambda g: g.confidence + _PRIORITY.get(g.name, 0.0))
        return self._ask_gap(reply, understood, gap)

    def _askable(self, question: Question, gaps: Sequence[Gap]) -> tuple[Gap, ...]:
        """Gaps that can be asked about after this question."""
        return tuple(g for g in gaps if question.asks_episode or g.name not in EPISODE_GAPS)

    def _special(self, reply: Reply, understood: Understood) -> Move | None:
        """A contradiction or a story told before, once each."""
        against = understood.contradiction
        if against is not None and not self._contradicted and not reply.asked:
            before, now = mirrored(against.before), mirrored(against.now)
            if before and now:
                self._contradicted = True
                why = Because("contradiction", against.about, against.now, against.before,
                              quote=against.now)  # fmt: skip
                line = self._lines.say("asks_contradiction", before=before, now=now)
                return Move(
                    "follow_up", why, ask=line, follow_up="contradiction", attitude="doubtful"
                )
        if understood.told_before and not reply.asked:
            why = Because("told_before", "question", understood.told_before, None)
            line = self._lines.say("told_before")
            return Move("follow_up", why, ask=line, follow_up="told_before", attitude="doubtful")
        return None

    def _ask_gap(self, reply: Reply, understood: Understood, gap: Gap) -> Move:
        question = reply.question
        assert question is not None
        why = _because_gap(f"follow_up_{gap.name}", gap)
        self.mood.draw("off_topic" if gap.name == "off_topic" else "vague")
        attitude: Attitude = "doubtful" if gap.name in ("vague", "off_topic") else "interested"
        echo = ""
        if gap.name == "off_topic":
            line = self._lines.say("off_topic", topic=question.topic or None)
            return Move("follow_up", why, line, reply.put, gap.name, attitude)
        written = self._lines.follow_ups.get((question.id, gap.name))
        if gap.name == "number_no_context" and gap.quote:
            line = self._lines.say("asks_number", echo=gap.quote)
        elif written is not None:
            line = written
            echo = self._echo(reply, understood)
        else:
            line = self._lines.say(_GENERIC[gap.name])
            echo = self._echo(reply, understood)
        return Move("follow_up", why, echo, line, gap.name, attitude)

    def _echo(self, reply: Reply, understood: Understood) -> str:
        """A few of their words said again; empty where there is nothing, or no call for it."""
        if self._rng.random() >= self._manner.echo_rate or reply.question is None:
            return ""
        if reply.question.id in self._echoed:
            return ""
        note = self.notes.echo(understood.inquiry.answer)
        if note is None:
            return ""
        self._echoed.add(reply.question.id)
        self.notes.use(note)
        return self._lines.say("echoes", echo=note.echo)

    def recall(self, question_id: str) -> str:
        """Words that lead from something told earlier to a question; mostly empty."""
        if self._rng.random() >= self._manner.recall_rate:
            return ""
        note = self.notes.recall(question_id)
        if note is None:
            return ""
        self.notes.use(note)
        return self._lines.say("recalls", echo=note.echo)

    # -- common ------------------------------------------------------------------------------------------

    def _again(self, reply: Reply, why: Because, line: str) -> Move:
        return Move("ask_again", why, self._lines.say(line), reply.put, attitude="warm")

    def _back(self, reply: Reply, why: Because, line: str, attitude: Attitude = "neutral") -> Move:
        """She replies, and leads back to the open question."""
        topic = "" if reply.question is None else reply.question.topic
        if topic:
            line = f"{line} {self._lines.say('back_to', topic=topic)}"
        return Move("stay", why, line, attitude=attitude)

    def _simple(self, reply: Reply) -> str:
        question = reply.question
        if question is None or not question.simple:
            return ""
        return self._lines.pick(f"simple:{question.id}", question.simple)

    def _explanation(self, reply: Reply) -> str:
        question = reply.question
        if question is None or not question.explains:
            return ""
        return self._lines.pick(f"explains:{question.id}", question.explains)

    def _count(self, reply: Reply, what: str, add: bool = True) -> int:
        key = (reply.question_id, what)
        if add:
            self._requests[key] += 1
        return self._requests[key]


def _why(rule: str, part: ActSpan, threshold: float | None = None) -> Because:
    return Because(
        rule, "act", part.act, threshold,
        act=part.act, confidence=_rounded(part.confidence), quote=_short(part.text),
    )  # fmt: skip


def _because_gap(rule: str, gap: Gap) -> Because:
    return Because(rule, "gap", gap.name, None, confidence=gap.confidence, quote=gap.quote or None)


def _short(text: str) -> str:
    words = text.split()
    return text if len(words) <= 14 else " ".join([*words[:14], "…"])


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _amount_in(understood: Understood) -> str | None:
    facts = [f for f in understood.understanding.facts if f.kind in ("number", "time")]
    return mirrored(facts[-1].text) if facts else None
