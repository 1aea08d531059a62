"""What a candidate says next, from what she said and what they mean to tell."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dialogue.content.planning import InterviewPlan
from dialogue.content.script import Question
from game.synthetic.conversation.candidate import Candidate, Request
from game.synthetic.conversation.composing import answer, filled, requested
from game.synthetic.conversation.her_lines import Piece
from game.synthetic.conversation.phrases import Offer, load_phrases
from game.synthetic.conversation.plans import Planner, QuestionPlan
from game.synthetic.conversation.stories import Ask, Story, load_asks, load_stories
from game.synthetic.conversation.utterance import Intended, Purpose, Segment, Utterance

OFFERS: dict[str, Offer] = {
    "confirms_stop": "stop",
    "offers_break": "rest",
    "offers_to_move_on": "move_on",
    "unsure_repeat": "repeat",
}
"""Kind of her line to what it offers."""
ASKS_BACK = ("unsure", "unheard")
"""Lines with which she says that she did not understand."""
WAITS = ("gives_time", "takes_break", "waits_aside")
"""Lines after which nobody has to hurry."""
_AGAIN = 2
"""How often they say the same thing again."""


@dataclass(frozen=True, slots=True)
class Put:
    """What she has put, and what she said since the candidate's last utterance."""

    question_id: str
    text: str
    """The bare question, as she put it last."""
    lines: tuple[Piece, ...]

    @property
    def kinds(self) -> frozenset[str]:
        """Of her lines."""
        return frozenset(piece.kind for piece in self.lines)

    @property
    def base(self) -> str:
        """Id of the main question."""
        return self.question_id.split("/", 1)[0]


class Mind:
    """One candidate in one interview.

    Args:
        who: the candidate.
        role: for which they come.
        plan: the questions that may be asked.
        rng: of the run.
    """

    def __init__(self, who: Candidate, role: str, plan: InterviewPlan, rng: random.Random) -> None:
        self._who = who
        self._interview = plan
        self._rng = rng
        teller = rng.choice(who.stories)
        self._stories = load_stories(role, teller)
        self._others = [load_stories(role, t) for t in who.stories if t != teller]
        self._phrases = load_phrases(who.style)
        asks = list(load_asks(role).of(who.style))
        rng.shuffle(asks)
        self._asks: list[Ask] = asks
        self._questions_left = rng.randint(*who.questions_back)
        self._planner = Planner(who, rng)
        self._plans: dict[str, QuestionPlan] = {}
        self._said: list[Utterance] = []
        self._again = 0

    def said(self, utterance: Utterance) -> None:
        """An utterance is begun; what of it comes out shows later."""
        self._said.append(utterance)

    def plan(self, base: str) -> QuestionPlan:
        """What they are going to do at a main question; drawn when it is first asked for."""
        if base not in self._plans:
            question = self._interview.question(base)
            story = self._stories.story(base)
            told = [(q, p.story) for q, p in self._plans.items() if p.story is not None]
            self._plans[base] = self._planner.question(question, story, told)
        return self._plans[base]

    def greeting(self) -> Intended | None:
        """The reply to her greeting."""
        if not self._who.greetings or self._rng.random() < 0.3:
            return None
        text = self._rng.choice(self._who.greetings)
        return Intended("greeting", "greeting", (Segment("small_talk", text),))

    def reply(self, put: Put) -> Intended | None:
        """What they say now; None for nothing, until she speaks again."""
        offer = next((OFFERS[p.kind] for p in reversed(put.lines) if p.kind in OFFERS), None)
        if offer is not None:
            return self._assent(put, offer)
        if put.kinds & set(ASKS_BACK) and self._said and self._again < _AGAIN:
            return self._said_again(put)
        self._again = 0
        if put.question_id == "your_questions":
            return self._own_question(put)
        if "/" in put.question_id:
            plan = self.plan(put.base)
            before = plan.follow_ups.setdefault(put.question_id, self._planner.follow_up())
            return self._request(put, before) or self._follow_up(put, plan)
        return self._main(put, self.plan(put.base))

    def _main(self, put: Put, plan: QuestionPlan) -> Intended | None:
        """To a main question."""
        request = self._request(put, plan.before)
        if request is not None:
            return request
        if plan.silence and not self._broken(put, plan):
            return None
        plan.silence = ""
        return self._answer(put, plan)

    def barge_in(self, put: Put) -> Intended:
        """The answer, before she has finished asking."""
        plan = self.plan(put.base)
        plan.barges_in_at = None
        return self._answer(put, plan)

    # What fits what she said.

    def _assent(self, put: Put, offer: Offer) -> Intended | None:
        plan = self._plans.get(put.base)
        if plan is not None and plan.silence == "end":
            return None
        takes = self._rng.random() < getattr(self._who.takes, offer)
        last = self._last_request()
        if offer == "repeat" and last is not None:
            takes = last in ("repeat", "rephrase", "explain")
        if plan is not None:
            plan.silence = ""
        texts = (self._phrases.yes if takes else self._phrases.no).to(offer)
        segment = Segment("assent", self._rng.choice(texts))
        return Intended("assent", put.question_id, (segment,), offer, takes)

    def _last_request(self) -> str | None:
        last = self._said[-1].intended if self._said else None
        return last.segments[0].act if last is not None and last.purpose == "request" else None

    def _said_again(self, put: Put) -> Intended:
        """What she did not understand, in other words where there are such."""
        self._again += 1
        last = self._said[-1].intended
        segments = last.segments
        if len(segments) == 1 and last.purpose == "request":
            single = [
                replace(request, texts=(text,))
                for request in self._who.requests
                if request.act == segments[0].act
                for text in request.texts
            ]
            worded = [self._worded(request, put) for request in single]
            fresh = [s for s in worded if s is not None and s.text != segments[0].text]
            segments = (self._rng.choice(fresh),) if fresh else segments
        return Intended(
            last.purpose, put.question_id, segments, last.offer, last.assents, again=True
        )

    def _own_question(self, put: Put) -> Intended:
        if self._questions_left <= 0 or not self._asks:
            text = self._rng.choice(self._phrases.no_questions)
            return Intended("assent", put.question_id, (Segment("assent", text),))
        self._questions_left -= 1
        ask = self._asks.pop(0)
        segment = Segment("question", ask.text, topic=ask.topic)
        return Intended("own_question", put.question_id, (segment,))

    def _broken(self, put: Put, plan: QuestionPlan) -> bool:
        """Whether she has broken a silence."""
        return plan.silence == "help" and bool(put.kinds & {"help", "encouragements", "simple"})

    # What they mean to tell.

    def _request(self, put: Put, waiting: list[Request]) -> Intended | None:
        while waiting:
            segment = self._worded(waiting.pop(0), put)
            if segment is not None:
                purpose: Purpose = "noise" if segment.act == "none" else "request"
                return Intended(purpose, put.question_id, (segment,))
        return None

    def _worded(self, request: Request, put: Put) -> Segment | None:
        ask = None
        if request.act == "question" and self._asks:
            ask = self._asks.pop(0)
        return requested(request, self._question(put), put.text, ask, self._rng)

    def _question(self, put: Put) -> Question | None:
        return None if put.base == "your_questions" else self._interview.question(put.base)

    def _answer(self, put: Put, plan: QuestionPlan) -> Intended:
        assert plan.story is not None
        told = self._told(put.base)
        if told:
            return self._more(
                put, filled(plan.story, "more", told, self._who, self._rng, self._texts())
            )
        segments = answer(plan.story, plan.gap, self._who, self._rng, self._texts())
        for request in plan.after:
            segment = self._worded(request, put)
            segments = segments if segment is None else (*segments, segment)
        plan.after = []
        return Intended("answer", put.question_id, segments)

    def _follow_up(self, put: Put, plan: QuestionPlan) -> Intended:
        about = put.question_id.split("/", 1)[1]
        assert plan.story is not None
        if about == "contradiction":
            text = self._rng.choice(self._phrases.clears)
            segment = Segment("correct_self", text, "more")
            return Intended("follow_up", put.question_id, (segment,))
        if about == "told_before":
            return self._another(put, plan)
        told = self._told(put.base)
        more = filled(plan.story, about, told, self._who, self._rng, self._texts())
        return self._more(put, more)

    def _another(self, put: Put, plan: QuestionPlan) -> Intended:
        """Another story, because that one was told already."""
        own = self._stories.story(put.base)
        fresh = own if plan.tells_again else self._other_story(put.base) or own
        plan.story, plan.tells_again = fresh, ""
        lead = Segment("answer", self._rng.choice(self._phrases.another), "more")
        segments = (lead, *answer(fresh, "", self._who, self._rng))
        return Intended("follow_up", put.question_id, segments)

    def _other_story(self, base: str) -> Story | None:
        return self._others[0].story(base) if self._others else None

    def _more(self, put: Put, segments: Sequence[Segment]) -> Intended:
        if not segments:
            text = self._rng.choice(self._phrases.nothing_more)
            segments = (Segment("answer", text, "nothing"),)
        purpose: Purpose = "follow_up" if "/" in put.question_id else "answer"
        return Intended(purpose, put.question_id, tuple(segments))

    def _texts(self) -> set[str]:
        """All that they have said."""
        return {s.text for utterance in self._said for s in utterance.intended.segments}

    def _told(self, base: str) -> list[str]:
        """Parts of the answer to a main question that were said so far."""
        return [
            segment.part
            for utterance in self._said
            if utterance.intended.base == base
            for segment in utterance.said
            if segment.part
        ]
