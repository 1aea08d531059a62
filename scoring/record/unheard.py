"""When nobody listened."""

from __future__ import annotations

from collections.abc import Sequence

from perception.types import Event, Words
from scoring.types import Span


def unheard(events: Sequence[Event], words: Sequence[Words], duration_s: float) -> tuple[Span, ...]:
    """When the microphone was lost, and what was being said then, as its words went with it.

    Args:
        events: of the session.
        words: that were recognised.
        duration_s: of the session.
    """
    found: list[Span] = []
    open_s: float | None = None
    lost_s: float | None = None
    for event in sorted(events, key=lambda e: e.t_s):
        if event.source != "microphone":
            continue
        if event.kind == "speech_start":
            open_s = float(event.data.get("t_s", event.t_s))
        elif event.kind == "speech_end":
            open_s = None
        elif event.kind == "lost" and lost_s is None:
            begun = event.t_s if open_s is None else open_s
            known = [w.t_end_s for w in words if begun < w.t_end_s <= event.t_s]
            lost_s, open_s = max([begun, *known]), None
        elif event.kind == "restored" and lost_s is not None:
            found.append((lost_s, event.t_s))
            lost_s = None
    if lost_s is not None:
        found.append((lost_s, duration_s))
    return tuple(found)
