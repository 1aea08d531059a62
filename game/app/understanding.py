"""Understanding beside the interview: a process of its own, which no picture waits for."""

from __future__ import annotations

from typing import Any

from dialogue.understanding.inquiry_queue import InquiryQueue
from dialogue.understanding.record import KIND, SOURCE, understood_table
from dialogue.understanding.understander import Inquiry, InterviewContext, Understander
from perception.process.calls import CallProcess, Tell
from perception.types import Event

PREPARE_EVERY_S = 0.4
"""Seconds between two pieces of what is made ready while there is nothing to understand: the first
seconds of an interview have no processor to spare."""

RESTARTS = 2
"""How often a process that died is started again."""


class _Answerer:
    """In the child: the first call tells the interview, others an utterance or, with nothing, that
    there is time to prepare something."""

    def __init__(self) -> None:
        self._understander: Understander | None = None

    def answer(
        self, tell: Tell, wanted: InterviewContext | Inquiry | None
    ) -> dict[str, Any] | bool:
        """What was understood, or whether there is something to prepare."""
        del tell
        if isinstance(wanted, InterviewContext):
            self._understander = Understander(wanted)
            return True
        assert self._understander is not None
        if wanted is None:
            return self._understander.prepare()
        return understood_table(self._understander.understand(wanted))

    def close(self) -> None:
        """Nothing is held open."""


def make_answerer() -> _Answerer:
    """Of the child process; loads nothing before it is told of an interview."""
    return _Answerer()


class LiveUnderstanding:
    """Has utterances understood while the interview goes on.

    While there is nothing to understand, what an interview may need is made ready.

    Args:
        context: of the interview.
    """

    def __init__(self, context: InterviewContext) -> None:
        self._context = context
        self._deaths = 0
        self._given_up = False
        self._queue = InquiryQueue()
        self._unprepared = False
        self._prepared_s = float("-inf")
        self._busy = True
        self._process = self._start()

    def step(self, t_s: float, inquiry: Inquiry | None) -> list[Event]:
        """Takes what is to be understood and gives what was.

        Args:
            t_s: now.
            inquiry: as the dialogue has it at this tick.

        Returns:
            Events of kind ``understood``, and one of kind ``lost`` where it cannot go on.
        """
        if self._given_up:
            return []
        self._queue.put(inquiry)
        events: list[Event] = []
        if self._busy and self._process.poll():
            events += self._take(t_s)
        self._send(t_s)
        return events

    def close(self) -> None:
        """Ends the process."""
        self._process.stop(0.0)

    def _start(self) -> CallProcess:
        process = CallProcess("understanding", f"{__name__}:make_answerer")
        process.call(self._context)
        self._busy = True
        return process

    def _send(self, t_s: float) -> None:
        """Sends off what is due, where the process is free; else something to make ready."""
        if self._busy or self._given_up:
            return
        wanted = self._queue.take(t_s)
        if wanted is None:
            since_s = t_s - max(self._queue.sent_s, self._prepared_s)
            if self._queue or not self._unprepared or since_s < PREPARE_EVERY_S:
                return
            self._prepared_s = t_s
        self._busy = True
        self._process.call(wanted)

    def _take(self, t_s: float) -> list[Event]:
        """The reply to what was under way."""
        self._busy = False
        try:
            if self._process.gone:
                raise RuntimeError("the process was killed")
            told = self._process.result()
        except Exception as error:  # whatever it is, the interview goes on without
            return self._mend(t_s, error)
        if isinstance(told, bool):
            self._unprepared = told
            return []
        self._queue.done(t_s)
        return [Event(t_s, SOURCE, KIND, told)]

    def _mend(self, t_s: float, error: Exception) -> list[Event]:
        self._deaths += 1
        died = self._process.gone
        self._process.stop(0.0)
        if died and self._deaths <= RESTARTS:
            self._queue.put_back()
            self._process = self._start()
            return []
        self._given_up = True
        why = " ".join(str(error).split())
        message = f"what you say is not understood any more ({why}); the interview goes on"
        return [Event(t_s, SOURCE, "lost", {"message": message})]
