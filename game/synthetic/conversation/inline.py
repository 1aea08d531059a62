"""Understanding within the interview's own time, with a latency on the fake clock.

Utterances wait in the queue in which they wait in an interview with the process beside it. What a
text means is kept, whatever run it comes in, because nothing but the text and the question decides
it.
"""

from __future__ import annotations

from typing import cast

from dialogue.understanding.acts import ActRecogniser, load_recogniser
from dialogue.understanding.answer_quality import (
    AnswerAssessor,
    AnswerQuality,
    Question,
    load_assessor,
)
from dialogue.understanding.inquiry_queue import InquiryQueue
from dialogue.understanding.types import Asked, Understanding
from dialogue.understanding.understander import (
    Inquiry,
    InterviewContext,
    Understander,
    Understood,
)

LATENCY_S = 0.06
"""From an inquiry to its reply."""


class KeptUnderstanding:
    """The networks of understanding, and all that they have told so far.

    Args:
        recogniser: of acts and facts; the one that ships by default.
        assessor: of answers; the one that ships by default.

    Raises:
        ModelError: a model is missing or damaged.
    """

    def __init__(
        self, recogniser: ActRecogniser | None = None, assessor: AnswerAssessor | None = None
    ) -> None:
        self._recogniser = recogniser or load_recogniser()
        self._assessor = assessor or load_assessor()
        self._acts: dict[tuple[str, str, str], Understanding] = {}
        self._qualities: dict[tuple[str, Question | None], AnswerQuality] = {}

    def understand(self, text: str, asked: Asked | None = None) -> Understanding:
        """As :meth:`ActRecogniser.understand`."""
        asked = asked or Asked()
        key = (text, asked.kind, asked.text)
        if key not in self._acts:
            self._acts[key] = self._recogniser.understand(text, asked)
        return self._acts[key]

    def assess(self, text: str, question: Question | None = None) -> AnswerQuality:
        """As :meth:`AnswerAssessor.assess`."""
        key = (text, question)
        if key not in self._qualities:
            self._qualities[key] = self._assessor.assess(text, question)
        return self._qualities[key]

    def understander(self, context: InterviewContext) -> Understander:
        """Of one interview."""
        recogniser, assessor = cast(ActRecogniser, self), cast(AnswerAssessor, self)
        return Understander(context, recogniser, assessor)


class InlineUnderstanding:
    """Has one interview's utterances understood.

    Args:
        understander: of this interview.
        latency_s: from an inquiry to its reply.
    """

    def __init__(self, understander: Understander, latency_s: float = LATENCY_S) -> None:
        self._understander = understander
        self._latency_s = latency_s
        self._queue = InquiryQueue()

    def step(self, t_s: float, inquiry: Inquiry | None) -> list[Understood]:
        """Takes what is to be understood at this tick, and gives what was."""
        queue, found = self._queue, []
        queue.put(inquiry)
        if queue.under_way is not None and t_s - queue.sent_s >= self._latency_s:
            found.append(self._understander.understand(queue.under_way))
            queue.done(t_s)
        queue.take(t_s)
        return found
