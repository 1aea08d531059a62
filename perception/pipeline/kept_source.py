"""A camera or microphone that stays open from one part of a session to the next."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from perception.clock import SessionClock
from perception.source import SourceSpec
from perception.types import AudioBlock, Event, Frame

Dated = TypeVar("Dated", Frame, AudioBlock, Event)


class KeptSource:
    """Opens a source and gives its frames, blocks and events the times of the session.

    A device runs on a clock of its own, which never jumps: what it knows of its own rate and delay
    stays true when a new part of the session begins with another time 0. Anything else is opened
    anew and takes the session's clock.

    Args:
        spec: what to open.
        clock: the session's; its origin moves when a part begins.

    Attributes:
        opened: the camera or microphone itself.

    Raises:
        InputError, ModelError, DeviceError: as :meth:`perception.source.SourceSpec.open`.
    """

    def __init__(self, spec: SourceSpec, clock: SessionClock) -> None:
        self._spec = spec
        self._session = clock
        self.clock = SessionClock(clock.origin_s) if spec.kind == "device" else clock
        self.opened: Any = spec.open(self.clock)

    def begin(self) -> None:
        """Begins a new part, after the session's clock was set to its time 0."""
        if self._spec.kind != "device":
            self.opened.close()
            self.opened = self._spec.open(self.clock)

    def dated(self, item: Dated) -> Dated:
        """The same with its time on the session's clock."""
        shift_s = self.clock.origin_s - self._session.origin_s
        return replace(item, t_s=item.t_s + shift_s) if shift_s else item

    def close(self) -> None:
        """Lets the source go."""
        self.opened.close()
