"""Both senses of the program as one: what sees and what hears the candidate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from perception.pipeline.hearing import Heard, Hearing
from perception.pipeline.seeing import Seeing, Seen
from perception.types import Cue


@dataclass(slots=True)
class Senses:
    """Handles of the processes that watch the candidate; None for what the candidate lacks."""

    seeing: Seeing | None = None
    hearing: Hearing | None = None

    def __iter__(self) -> Iterator[Seeing | Hearing]:
        return iter([sense for sense in (self.seeing, self.hearing) if sense is not None])

    @property
    def settled(self) -> float:
        """Share (0...1) of them of which it is known how opening went; 1 when all are."""
        states = [sense.settled for sense in self]
        return sum(states) / len(states) if states else 1.0

    @property
    def open(self) -> bool:
        """Whether it is known how opening the devices went, whatever the recogniser still loads."""
        seeing, hearing = self.seeing, self.hearing
        return (seeing is None or seeing.settled) and (hearing is None or hearing.listening)

    @property
    def memory_mb(self) -> float:
        """Resident memory of their processes at their last signs of life."""
        return sum(sense.memory_mb for sense in self)

    def prepare(self) -> None:
        """Starts the processes, which load their models and open nothing; returns at once."""
        for sense in self:
            sense.prepare()

    def start(self) -> None:
        """Starts the processes; returns at once."""
        for sense in self:
            sense.start()

    def poll(self) -> list[Seen | Heard]:
        """What was seen and heard since the last call; never blocks."""
        return [item for sense in self for item in sense.poll()]

    def cue(self, cue: Cue) -> None:
        """Passes a cue to a recorded or synthetic candidate."""
        for sense in self:
            sense.cue(cue)

    def stop(self, finish_s: float = 10.0) -> None:
        """Ends the processes and finishes what they record; may be called twice.

        Args:
            finish_s: patience for the words of what was said last; 0 gives them up.
        """
        if self.seeing is not None:
            self.seeing.stop()
        if self.hearing is not None:
            self.hearing.stop(finish_s)
