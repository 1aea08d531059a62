"""The recruiter's loudspeaker on a fake clock: lines as long as they would sound."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from dialogue.types import Feedback, RecruiterAct, WaitData, spoken_s

BETWEEN_S = 0.1
"""Seconds between two lines."""


@dataclass
class SimulatedVoice:
    """Speaks acts one after another and tells of it, as the realizer does."""

    speech_s: Callable[[str], float] = spoken_s
    """Seconds that a text takes."""
    delay_s: float = 0.06
    """From a decision to its first sound."""
    mute: bool = False
    """Never tells anything, like a realizer that died."""
    _queue: list[RecruiterAct] = field(default_factory=list)
    _started: tuple[RecruiterAct, float] | None = None
    _free_s: float = 0.0
    _held_s: float | None = None

    def play(self, acts: Iterable[RecruiterAct], t_s: float) -> list[Feedback]:
        """Takes what she does now; tells which of her lines are ended by it."""
        told = []
        for act in acts:
            data = act.data if isinstance(act.data, WaitData) else WaitData()
            if data.stop:
                cut = ([self._started[0]] if self._started else []) + self._queue
                told += [Feedback(t_s, c.id, "stopped") for c in cut]
                self._started, self._queue, self._free_s = None, [], t_s
                self._held_s = None
            elif data.withdraw:
                cut = [each for each in self._queue if each.id == data.act]
                self._queue = [each for each in self._queue if each.id != data.act]
                if self._started is not None and self._started[0].id == data.act:
                    cut, self._started, self._free_s = [self._started[0]], None, t_s
                told += [Feedback(t_s, c.id, "stopped") for c in cut]
            elif data.hold:
                self._held_s = t_s
            elif data.resume and self._started and self._held_s is not None:
                line, started_s = self._started
                self._started, self._held_s = (line, started_s + t_s - self._held_s), None
            if act.text:
                self._queue.append(act)
        return [] if self.mute else told

    @property
    def sounding(self) -> bool:
        """Whether she is heard."""
        return self._started is not None and self._held_s is None

    def advance(self, t_s: float) -> list[Feedback]:
        """Time passes; tells which lines began and ended."""
        told = []
        if self._held_s is not None:
            return []
        if self._started is not None:
            act, started_s = self._started
            end_s = started_s + self.speech_s(act.text)
            if t_s >= end_s:
                told.append(Feedback(end_s, act.id, "end"))
                self._started, self._free_s = None, end_s + BETWEEN_S
        if self._started is None and self._queue:
            act = self._queue[0]
            start_s = max(act.t_s + self.delay_s, self._free_s)
            if t_s >= start_s:
                self._queue.pop(0)
                self._started = (act, start_s)
                told.append(Feedback(start_s, act.id, "start"))
        return [] if self.mute else told
