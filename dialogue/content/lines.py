"""All that the recruiter may say in one interview, phrased before it begins."""

from __future__ import annotations

import re

from dialogue.content.persona import Persona
from dialogue.content.planning import InterviewPlan
from dialogue.content.script import Question
from dialogue.content.wording import BankWording, LineRequest, Wording, fill
from perception.written_lines import placeholders


class Lines:
    """The recruiter's lines.

    Everything that a wording back-end may phrase is phrased here, once: it can be slow, and a tick
    cannot. Short sounds are picked from the persona as they are needed.

    Args:
        plan: the questions to come.
        persona: whose lines they are.
        seed: of the session.
        wording: phrases greeting, questions, follow-ups, help and closing.
    """

    def __init__(
        self, plan: InterviewPlan, persona: Persona, seed: int = 0, wording: Wording | None = None
    ) -> None:
        self._plan = plan
        self._persona = persona
        self._values = {"name": persona.display_name, "title": plan.interview.title}
        self._short = BankWording(seed)
        self._wording = wording or BankWording(seed)
        interview = plan.interview
        self.greeting = self._phrase("greeting", interview.greetings)
        self.questions = tuple(self._phrase("ask", q.text, question=True) for q in plan.every)
        self.follow_ups: dict[tuple[str, str], str] = {
            (q.id, f.when): self._phrase("follow_up", f.text, question=True)
            for q in plan.every
            for f in q.follow_ups
        }
        self._transitions = tuple(self._transition(i) for i in range(len(plan.every)))
        self._last_transition = self._short.phrase(
            LineRequest("last_transition", interview.last_transitions, self._values)
        )
        self._thanks = tuple(self.short("acknowledgements") for _ in plan.every)
        self._help_told = {q.id: self._help_of(q) for q in plan.every}
        self._help = {
            q.id: f"{self.short('encouragements')} {self._help_told[q.id]}" for q in plan.every
        }
        self.closing = self._phrase("close", interview.closings)
        self.early_closing = self._phrase("early_close", interview.early_closings)

    def ask(
        self,
        index: int,
        lead: bool = True,
        thanks: bool = False,
        last: bool = False,
        led: str = "",
    ) -> str:
        """What she says to ask a question, as one line.

        Args:
            index: of the question.
            lead: whether words that lead over to it come first.
            thanks: whether thanks for the answer before come first of all.
            last: whether no other question is to follow.
            led: words that lead over to it, in place of the usual ones.
        """
        lead = lead and not led
        parts = (
            self._thanks[index] if thanks else "",
            led,
            (self._last_transition if last else self._transitions[index]) if lead else "",
            self.questions[index],
        )
        return " ".join(part for part in parts if part)

    def help(self, question_id: str) -> str:
        """Encouragement, and the question put in another way."""
        return self._help[question_id]

    def short(self, field: str) -> str:
        """A line out of ``persona.Lines``, never the same twice running."""
        variants: tuple[str, ...] = getattr(self._persona.lines, field)
        return self._short.phrase(LineRequest(field, variants, self._values))

    def say(self, field: str, **values: str | None) -> str:
        """A line of her manner, never the same twice running.

        Args:
            field: of :class:`dialogue.content.manner.MannerLines`.
            values: what placeholders stand for; wordings that need one that is None or missing are
                passed over, and where one is given those that say it are taken.
        """
        given = {key: value for key, value in values.items() if value}
        known = {*given, *self._values}
        says = self._persona.says
        variants: tuple[str, ...] = () if says is None else getattr(says, field)
        fitting = [v for v in variants if placeholders(v) <= known]
        filled = [v for v in fitting if placeholders(v) & set(given)]
        chosen = tuple(filled or fitting)
        if not chosen:
            return ""
        line = self._short.phrase(LineRequest(field, chosen, {**self._values, **given}))
        # what is filled in may begin a sentence
        return _SENTENCE.sub(lambda match: match.group().upper(), line)

    def pick(self, purpose: str, variants: tuple[str, ...]) -> str:
        """One of several wordings, never the same twice running; empty without any."""
        if not variants:
            return ""
        return self._short.phrase(LineRequest(purpose, variants, self._values))

    def simple(self, question: Question) -> str:
        """A question in plain words, in the meaning of the wording that was asked; may be empty.

        The first and second plain wording go with the first and second wording of the question,
        one of which may ask for an episode and the other for an opinion.
        """
        index = self._plan.every.index(question)
        asked = self.questions[index]
        written = [fill(text, self._values) for text in question.text]
        number = written.index(asked) if asked in written else 0
        if not question.simple:
            return ""
        return fill(question.simple[min(number, len(question.simple) - 1)], self._values)

    def other_follow_up(self, follow_up_id: str, put: str) -> str:
        """A follow-up in its other wording; empty for one that has none.

        Args:
            follow_up_id: "question/condition".
            put: the wording that was put.
        """
        base, _, about = follow_up_id.partition("/")
        written = [
            fill(text, self._values)
            for question in self._plan.every
            for follow_up in question.follow_ups
            if question.id == base and follow_up.when == about
            for text in follow_up.text
        ]
        return next((text for text in written if text != put), "")

    def help_only(self, question_id: str) -> str:
        """The question put in another way, without encouragement before it."""
        return self._help_told[question_id]

    def upcoming(
        self, index: int | None, following: int | None, last: bool = False
    ) -> tuple[str, ...]:
        """What may be said during and after a question, likeliest first.

        Every text appears once; a voice that renders them ahead loses no time when they come.

        Args:
            index: of the question in progress; -1 for the greeting, None for the candidate's own.
            following: of the question that is planned next; None after the last.
            last: whether that is the last one.
        """
        lines = self._persona.lines
        found: list[str] = [self.greeting] if index is not None and index < 0 else []
        found += [*lines.continuers, *lines.short_acknowledgements]
        question = None if index is None or index < 0 else self._plan.every[index]
        if question is not None:
            found += [self.follow_ups[question.id, f.when] for f in question.follow_ups]
        if following is not None:
            found.append(self.ask(following, lead=question is not None, last=last))
            if question is not None:
                found.append(self.ask(following, thanks=True, last=last))
        else:
            found.append(self.closing)
        if question is not None:
            found.append(self._help[question.id])
        found += [*lines.yields, *lines.offers_to_move_on, *lines.interruptions, *lines.typed]
        found.append(self.early_closing)
        return tuple(dict.fromkeys(found))

    def _phrase(self, purpose: str, variants: tuple[str, ...], question: bool = False) -> str:
        return self._wording.phrase(LineRequest(purpose, variants, self._values, question))

    def _transition(self, index: int) -> str:
        if index == 0:
            return ""
        variants = self._plan.interview.transitions
        return self._short.phrase(LineRequest("transition", variants, self._values))

    def _help_of(self, question: Question) -> str:
        told = question.help or (self.questions[self._plan.every.index(question)],)
        return self._phrase("help", told)


_SENTENCE = re.compile(r"^[a-z]|(?<=[.?!] )[a-z]")
