"""What can be wrong with camera, microphone and the rest, and where the candidate is told.

Each is the kind of an :class:`~perception.types.Event` that carries a ``message``: one plain line.
"""

from __future__ import annotations

LIVE = frozenset(
    {
        *("lost", "unavailable", "silent", "clipping", "noisy", "hum", "unclear", "no_face"),
        *("slow", "other_language"),
    }
)
"""Shown on the screen while it lasts."""

REPORTED = (LIVE - {"no_face"}) | {"damaged", "recording_stopped", "mode", "simpler"}
"""Noted in the report. A face that left the picture for a while is no fault of a device."""

OVER = frozenset({"restored", "face_back", "heard"})
"""Say that a trouble of the same source is over."""

UNHEARD = frozenset({"lost", "unavailable", "silent"})
"""Of the microphone: nobody hears the candidate, who may type."""

GONE = frozenset({"lost", "unavailable"})
"""The source gives nothing any more."""
