"""The candidate's questions about the job, answered from the employer's brief."""

from __future__ import annotations

from dialogue.conduct.moves import Move
from dialogue.conduct.settings import ConductSettings
from dialogue.content.employer import Employer
from dialogue.content.lines import Lines
from dialogue.types import Because
from dialogue.understanding.answering import is_answer
from dialogue.understanding.topics import PROGRAM
from dialogue.understanding.understander import QuestionTopic, Understood

MOST_AT_ONCE = 2
"""Questions of one utterance that she answers."""

_BARE_AND_UNKNOWN = 0.95
"""Confidence (0...1) of such a question without a mark that the brief does not know."""


class QuestionsBack:
    """Answers them, and says so where the brief is silent.

    Args:
        lines: what she says.
        employer: what she knows; None for nothing.
        settings: how many she answers at the end.
    """

    def __init__(self, lines: Lines, employer: Employer | None, settings: ConductSettings) -> None:
        self._lines = lines
        self._employer = employer
        self._settings = settings
        self._answered = 0

    def answer(self, understood: Understood, known_only: bool = False) -> str:
        """What she says to the questions in an utterance; empty without any.

        Args:
            understood: the utterance.
            known_only: whether she passes over what the brief is silent about: beside a request
                such words may have been part of it.
        """
        said: list[str] = []
        unknown = False
        for asked in self._asked(understood)[:MOST_AT_ONCE]:
            if asked.topic == PROGRAM:
                said.append(self._lines.say("is_program"))
                continue
            topic = None
            if self._employer is not None and asked.topic:
                topic = self._employer.topic(asked.topic)
            if topic is not None:
                told = self._lines.pick(f"topic:{topic.id}", topic.answers)
                lead = "" if said else self._lines.say("answers_question")
                said.append(f"{lead} {told}".strip())
            elif not (unknown or known_only):
                unknown = True
                said.append(self._lines.say("unknown"))
        return " ".join(dict.fromkeys(said))

    def _asked(self, understood: Understood) -> list[QuestionTopic]:
        """Its questions; beside an answer those that are surely some."""
        understanding = understood.understanding
        answers = any(is_answer(a) for a in understanding.acts)
        asks = [a for a in understanding.acts if a.act == "question"]
        if not answers:
            sure = {a.text for a in asks}
        else:
            known = {topic.text for topic in understood.topics if topic.topic}
            sure = {a.text for a in asks if a.confidence >= self._least(a.text, a.text in known)}
        return [topic for topic in understood.topics if topic.text in sure]

    def _least(self, text: str, known: bool) -> float:
        """Confidence from which a question beside an answer is one: what has no mark and is about
        nothing that she could tell is rather a part of the answer, "I'd ask whether it is true"."""
        s = self._settings
        if text.endswith("?"):
            return s.unsure_confidence
        return s.request_confidence if known else _BARE_AND_UNKNOWN

    def after(self, why: Because, answer: str, has_room: bool) -> Move:
        """After a question that she had asked for: whether there is another.

        Args:
            why: she says it.
            answer: what she says to the question.
            has_room: whether there is time for another.
        """
        self._answered += 1
        if not has_room or self._answered >= self._settings.most_questions_back:
            return Move("next", why, answer, attitude="interested")
        line = f"{answer} {self._lines.say('anything_else')}"
        return Move("stay", why, line, attitude="interested", offer="more")
