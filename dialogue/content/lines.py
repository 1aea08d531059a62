"""All that the recruiter may say in one interview, phrased before it begins."""

from __future__ import annotations

from dialogue.content.persona import Persona
from dialogue.content.script import Condition, InterviewPlan, Question
from dialogue.content.wording import BankWording, LineRequest, Wording


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
        self.questions = tuple(self._phrase("ask", q.text, question=True) for q in plan.questions)
        self.follow_ups: dict[tuple[str, Condition], str] = {
            (q.id, f.when): self._phrase("follow_up", f.text, question=True)
            for q in plan.questions
            for f in q.follow_ups
        }
        self._transitions = tuple(self._transition(i) for i in range(len(plan.questions)))
        self._thanks = tuple(self.short("acknowledgements") for _ in plan.questions)
        self._help = {q.id: self._help_line(q) for q in plan.questions}
        self.closing = self._phrase("close", interview.closings)
        self.early_closing = self._phrase("early_close", interview.early_closings)

    def ask(self, index: int, lead: bool = True, thanks: bool = False) -> str:
        """What she says to ask a question, as one line.

        Args:
            index: of the question.
            lead: whether words that lead over to it come first.
            thanks: whether thanks for the answer before come first of all.
        """
        parts = (
            self._thanks[index] if thanks else "",
            self._transitions[index] if lead else "",
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

    def upcoming(self, index: int) -> tuple[str, ...]:
        """What may be said during and after question ``index`` (-1: the greeting), likeliest first.

        Every text appears once; a voice that renders them ahead loses no time when they come.
        """
        lines = self._persona.lines
        found: list[str] = [self.greeting] if index < 0 else []
        found += [*lines.continuers, *lines.short_acknowledgements]
        if 0 <= index < len(self.questions):
            question = self._plan.questions[index]
            found += [self.follow_ups[question.id, f.when] for f in question.follow_ups]
        if index + 1 < len(self.questions):
            found.append(self.ask(index + 1))
            if index >= 0:
                found.append(self.ask(index + 1, thanks=True))
        else:
            found.append(self.closing)
        if 0 <= index < len(self.questions):
            found.append(self._help[self._plan.questions[index].id])
        found += [*lines.yields, *lines.offers_to_move_on, *lines.interruptions, *lines.typed]
        found.append(self.early_closing)
        return tuple(dict.fromkeys(found))

    def _phrase(self, purpose: str, variants: tuple[str, ...], question: bool = False) -> str:
        return self._wording.phrase(LineRequest(purpose, variants, self._values, question))

    def _transition(self, index: int) -> str:
        if index == 0:
            return ""
        interview = self._plan.interview
        last = index == len(self._plan.questions) - 1
        variants = interview.last_transitions if last else interview.transitions
        return self._short.phrase(LineRequest("transition", variants, self._values))

    def _help_line(self, question: Question) -> str:
        encouragement = self.short("encouragements")
        told = question.help or (self.questions[self._plan.questions.index(question)],)
        return f"{encouragement} {self._phrase('help', told)}"
