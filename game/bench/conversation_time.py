"""Whether the time of an interview was kept, how soon she spoke, and how it ended."""

from __future__ import annotations

from game.bench.conversation_exchange import Tally, exchanges, label
from game.synthetic.conversation.play import Played

KEPT = 0.1
"""Share by which an interview may be longer or shorter than its minutes."""
STUCK_S = 120.0
"""Seconds in which neither says a word that are a dead end."""


def dead_ends(played: Played) -> Tally:
    """Interviews that end with her farewell, and in which nobody is left sitting in silence."""
    tally = Tally()
    closed = any(act.kind == "close" for act in played.acts)
    spans = [(line.start_s or 0.0, line.end_s or played.ended_s) for line in played.spoken]
    spans += [(u.start_s, u.end_s) for u in played.utterances]
    silent_s, last_s = 0.0, 0.0
    for start_s, end_s in sorted(spans):
        silent_s = max(silent_s, start_s - last_s)
        last_s = max(last_s, end_s)
    good = played.finished and closed and silent_s < STUCK_S
    fault = f"finished {played.finished}, farewell {closed}, {silent_s:.0f} s of silence"
    tally.count(good, label(played, played.ended_s, fault))
    return tally


def over_time(played: Played) -> Tally:
    """Limited interviews that are not too long."""
    tally = Tally()
    limit_s = 60.0 * played.setting.minutes
    took_s = played.ended_s
    tally.count(took_s <= (1 + KEPT) * limit_s, label(played, took_s, f"of {limit_s:.0f} s"))
    return tally


def under_time(played: Played) -> Tally:
    """Limited interviews that are not too short, though the bank had questions left."""
    tally = Tally()
    limit_s = 60.0 * played.setting.minutes
    took_s = played.ended_s
    if played.left:
        good = took_s >= (1 - KEPT) * limit_s
        left = f"of {limit_s:.0f} s, {played.left} questions left"
        tally.count(good, label(played, took_s, left))
    return tally


def replies_s(played: Played) -> list[float]:
    """Seconds from the end of each utterance to her first sound."""
    found = []
    for exchange in exchanges(played):
        utterance = exchange.utterance
        starts = [line.start_s for line in exchange.lines if line.start_s is not None]
        first = min((s for s in starts if s >= utterance.end_s - 0.05), default=None)
        spoken = utterance.intended.purpose in ("answer", "follow_up", "request", "own_question")
        if spoken and not utterance.typed and not utterance.cut and first is not None:
            found.append(first - utterance.end_s)
    return found
