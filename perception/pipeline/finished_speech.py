"""Has each pause judged beside the ear: whether speech sounded finished there.

The judgement takes longer than a block of sound lasts, so it has a thread of its own; the network's
work does not hold the interpreter. A pause that ends before its turn comes is passed over.
"""

from __future__ import annotations

import threading

from perception.errors import RecruiterError
from perception.process.channel import Events, Latest
from perception.types import Event
from perception.voice.paused_speech import (
    SMART_TURN,
    FinishedJudge,
    PausedSpeech,
    finished_event,
)
from perception.voice.smart_turn_onnxruntime import SmartTurn


class FinishedSpeech:
    """The thread; nothing of it ever blocks the one that listens."""

    def __init__(self) -> None:
        self._asked: Latest[PausedSpeech] = Latest()
        self._told: Events[tuple[float, float]] = Events()
        self._error: str | None = None
        self._thread = threading.Thread(target=self._work, name="finished-speech", daemon=True)
        self._thread.start()

    def ask(self, paused: PausedSpeech) -> None:
        """Has a pause judged, in place of one that still waits."""
        self._asked.put(paused)

    def told(self, now_s: float) -> list[Event]:
        """What has become known since the last call."""
        error, self._error = self._error, None
        found = [] if error is None else [Event(now_s, SMART_TURN, "mode", {"message": error})]
        return found + [finished_event(now_s, *each) for each in self._told.drain()]

    def close(self) -> None:
        """Ends the thread."""
        self._asked.close()
        self._thread.join(1.0)

    def _work(self) -> None:
        try:
            judge: FinishedJudge = SmartTurn()
        except RecruiterError as error:
            self._error = str(error)
            return
        while not self._asked.closed:
            paused = self._asked.pop(wait_s=1.0)
            if paused is not None:
                self._told.put((paused.t_s, judge.finished(paused.samples)))
