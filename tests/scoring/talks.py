"""Session folders of interviews that were understood, written turn by turn by the real writer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from dialogue.types import AskData, Because, CloseData, Feedback, ListenData, RecruiterAct, SayData
from dialogue.understanding.answer_quality import AnswerQuality, Gap, PartSpan
from dialogue.understanding.answering import answer_text
from dialogue.understanding.contradictions import Contradiction
from dialogue.understanding.record import understood_table
from dialogue.understanding.types import ActSpan, Fact, Understanding
from dialogue.understanding.understander import Inquiry, QuestionTopic, Understood
from perception.types import Event, Word, Words
from scoring.record.writer import SessionWriter
from tests.scoring.sessions import META

Piece = tuple[Any, str] | tuple[Any, str, float] | tuple[Any, str, float, Any]
"""An act, part or fact, the words that are it, how sure that is, and what else it may be."""


def understood(
    question_id: str | None,
    number: int,
    acts: Sequence[Piece],
    parts: Sequence[Piece] | None = None,
    *,
    gaps: Sequence[Gap] = (),
    facts: Sequence[Piece] = (),
    topics: Sequence[QuestionTopic] = (),
    strength: float = 0.4,
    complete: bool = True,
    typed: bool = False,
    told_before: str = "",
    contradiction: Contradiction | None = None,
) -> Understood:
    """What was understood of an utterance, whose text is that of its acts."""
    text = " ".join(act[1] for act in acts)
    found = Understanding(
        text,
        tuple(
            ActSpan(act[0], c, at, at + len(said), said, act[3] if len(act) > 3 else None)
            for act, (_, said, c, at) in zip(acts, _placed(acts, text), strict=True)
        ),
        tuple(Fact(k, said, c, at, at + len(said)) for k, said, c, at in _placed(facts, text)),
    )
    quality = None
    if parts is not None:
        answer = answer_text(found)
        quality = AnswerQuality(
            len(answer.split()),
            tuple(
                PartSpan(p, c, at, at + len(said), said)
                for p, said, c, at in _placed(parts, answer)
            ),
            tuple(gaps),
            strength,
        )
    inquiry = Inquiry(question_id, number, text, complete, typed)
    return Understood(inquiry, found, tuple(topics), "", quality, told_before, contradiction)


def _placed(pieces: Sequence[Piece], text: str) -> list[tuple[Any, str, float, int]]:
    found, at = [], 0
    for what, said, *more in pieces:
        at = text.index(said, at)
        found.append((what, said, more[0] if more else 0.9, at))
    return found


class Talk:
    """Writes an interview as it goes on; a context that ends it.

    Args:
        folder: of the session.
        wpm: at which the candidate speaks.
    """

    def __init__(self, folder: Path, wpm: float = 120.0, **meta: object) -> None:
        self._writer = SessionWriter(folder, {**META, "understanding": True, **meta})
        self._slot = 60.0 / wpm
        self._acts = 0
        self._question: str | None = None
        self.answer = 0
        self.t_s = 1.0

    def __enter__(self) -> Talk:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._writer.close("complete", self.t_s)

    def ask(
        self,
        question_id: str,
        text: str,
        because: Because | None = None,
        lead: str = "",
        competency: str = "teamwork",
        asks_episode: bool | None = None,
    ) -> None:
        """She asks, which takes four seconds, and listens."""
        base = question_id.split("/", 1)[0]
        self._question = question_id
        data = AskData(
            competency,
            base if base != question_id else None,
            question=text,
            asks_episode=asks_episode,
        )
        self._speak("ask", f"{lead} {text}".strip(), because, data, 4.0)

    def say(self, text: str, because: Because | None = None) -> None:
        """She says something else, which takes two seconds, and listens."""
        self._speak("say", text, because, SayData("reply"), 2.0)

    def close(self, text: str = "Thank you. Goodbye.", because: Because | None = None) -> None:
        """She takes her leave."""
        self._speak("close", text, because, CloseData(), 2.0)

    def hears(
        self,
        acts: Sequence[Piece],
        parts: Sequence[Piece] | None = None,
        *,
        heard: str | None = None,
        after_s: float = 0.8,
        confidence: float | None = 0.9,
        **more: Any,
    ) -> Understood:
        """The candidate speaks and is understood.

        Args:
            acts: what the words do.
            parts: which parts of an answer they are; None where they are none.
            heard: the words as they are recognised, if otherwise than they were understood.
            after_s: until they begin.
            confidence: of the recogniser.
            more: as of :func:`understood`.
        """
        told = understood(self._question, self.answer, acts, parts, **more)
        self.t_s += after_s
        begun = self.t_s
        said = []
        for word in (heard or told.understanding.text).split():
            said.append(Word(word, self.t_s, self.t_s + self._slot, confidence))
            self.t_s += self._slot
        for t_s, kind, at in ((begun + 0.1, "start", begun), (self.t_s + 0.3, "end", self.t_s)):
            self._writer.event(Event(t_s, "microphone", f"speech_{kind}", {"t_s": at}))
        text = heard or told.understanding.text
        self._writer.reading(Words(begun, self.t_s, text, tuple(said), True, "test"))
        self.tell(told)
        self.t_s += 1.0
        return told

    def reads(
        self,
        acts: Sequence[Piece],
        parts: Sequence[Piece] | None = None,
        *,
        keyed: str | None = None,
        **more: Any,
    ) -> Understood:
        """The candidate types and is understood.

        Args:
            acts: what the words do.
            parts: which parts of an answer they are; None where they are none.
            keyed: the words that are typed, where what is understood holds spoken ones before.
            more: as of :func:`understood`.
        """
        told = understood(self._question, self.answer, acts, parts, typed=True, **more)
        self.t_s += 8.0
        self._writer.reading(
            Words(self.t_s, self.t_s, keyed or told.understanding.text, source="typed")
        )
        self.tell(told)
        self.t_s += 0.5
        return told

    def tell(self, told: Understood) -> None:
        """Something is understood now."""
        self.event(Event(self.t_s + 0.2, "understanding", "understood", understood_table(told)))

    def event(self, event: Event) -> None:
        """Anything else happens."""
        self._writer.event(event)

    def _speak(
        self, kind: Any, text: str, because: Because | None, data: Any, takes_s: float
    ) -> None:
        act = self._act(kind, text, because, data)
        self._writer.progress(Feedback(self.t_s, act.id, "start"))
        self.t_s += takes_s
        self._writer.progress(Feedback(self.t_s, act.id, "end"))
        if kind != "close":
            self.answer += 1
            self._act("listen", "", None, ListenData("new", self.t_s))

    def _act(self, kind: Any, text: str, because: Because | None, data: Any) -> RecruiterAct:
        self._acts += 1
        act = RecruiterAct(
            self.t_s, kind, text, "neutral", because, f"act-{self._acts}", self._question, data
        )
        self._writer.act(act)
        return act
