"""Understanding within the interview's own time, with a latency on the fake clock.

Utterances go the way that they go in an interview with the process beside it: one at a time, the
newest of those that wait, and each that is complete. What a text means is kept, whatever run it
comes in, because nothing but the text and the question decides it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from dialogue.understanding.acts import ActRecogniser, load_recogniser
from dialogue.understanding.answer_quality import (
    AnswerAssessor,
    AnswerQuality,
    Question,
    load_assessor,
)
from dialogue.understanding.embedding import Embedder, TokenStates, embedder
from dialogue.understanding.types import Asked, Understanding
from dialogue.understanding.understander import (
    Inquiry,
    InterviewContext,
    Understander,
    Understood,
)

LATENCY_S = 0.06
"""From an inquiry to its reply."""
PARTIAL_EVERY_S = 0.6
"""Least seconds between two understandings of an answer that goes on."""


class KeptEmbedder:
    """Keeps the vector of every sentence that it was asked for.

    Args:
        model: that makes them.
    """

    def __init__(self, model: Embedder) -> None:
        self._model = model
        self._vectors: dict[str, NDArray[np.float32]] = {}

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As :meth:`Embedder.embed`."""
        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if new:
            self._vectors |= dict(zip(new, self._model.embed(new), strict=True))
        return np.stack([self._vectors[text] for text in texts])

    def token_states(self, text: str, layers: Sequence[int]) -> TokenStates:
        """As :meth:`Embedder.token_states`."""
        return self._model.token_states(text, layers)

    def token_states_of(self, texts: Sequence[str], layers: Sequence[int]) -> list[TokenStates]:
        """As :meth:`Embedder.token_states_of`."""
        return self._model.token_states_of(texts, layers)


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
        self._model = KeptEmbedder(embedder())
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
        return Understander(context, recogniser, assessor, self._model)


class InlineUnderstanding:
    """Has one interview's utterances understood.

    Args:
        understander: of this interview.
        latency_s: from an inquiry to its reply.
    """

    def __init__(self, understander: Understander, latency_s: float = LATENCY_S) -> None:
        self._understander = understander
        self._latency_s = latency_s
        self._last: Inquiry | None = None
        self._sent_s = float("-inf")
        self._waiting: list[Inquiry] = []
        self._under_way: Inquiry | None = None

    def step(self, t_s: float, inquiry: Inquiry | None) -> list[Understood]:
        """Takes what is to be understood at this tick, and gives what was."""
        if inquiry is not None and inquiry != self._last:
            self._last = inquiry
            self._waiting = [i for i in self._waiting if i.complete and i.answer != inquiry.answer]
            self._waiting.append(inquiry)
        found = []
        if self._under_way is not None and t_s - self._sent_s >= self._latency_s:
            found.append(self._understander.understand(self._under_way))
            self._under_way = None
        if self._under_way is None and self._waiting:
            soon = self._waiting[0].complete or t_s - self._sent_s >= PARTIAL_EVERY_S
            if soon:
                self._sent_s = t_s
                self._under_way = self._waiting.pop(0)
        return found
