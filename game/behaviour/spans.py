"""Usual times of behaviours by their kind, and how they are fitted to times that are given."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from dialogue.types import SYNC_POINTS, Behaviour, Spoken, even_words
from game.behaviour.expressions import timing
from perception.errors import InputError

Times = dict[str, float]
"""Sync point to session seconds."""

Spans = tuple[float, float, float, float, float, float]
"""Seconds from each sync point to the next."""

NOD_CYCLE_S = 0.42
SHAKE_CYCLE_S = 0.5
SLACK_S = 1e-3
"""Two times closer than this are the same."""

GESTURE_SPANS: Mapping[str, Spans] = {
    "BEAT": (0.3, 0.0, 0.14, 0.1, 0.1, 0.55),
    "OPEN_PALMS": (0.45, 0.0, 0.25, 0.2, 0.5, 0.7),
    "ENUMERATE": (0.5, 0.0, 0.2, 0.15, 0.5, 0.6),
    "STEEPLE": (0.7, 0.0, 0.3, 0.0, 4.0, 0.9),
    "FOLD_HANDS": (0.7, 0.0, 0.3, 0.0, 5.0, 0.9),
    "REST": (0.6, 0.0, 0.0, 0.0, 4.0, 0.6),
    "WRITE_NOTE": (0.8, 0.1, 0.4, 1.8, 0.2, 0.8),
    "TURN_PAGE": (0.6, 0.1, 0.5, 0.3, 0.1, 0.6),
    "POINT_CV": (0.55, 0.0, 0.2, 0.3, 0.5, 0.7),
    "SHRUG": (0.3, 0.0, 0.2, 0.15, 0.25, 0.5),
    "HANDSHAKE": (0.7, 0.1, 0.3, 0.9, 0.2, 0.8),
}
"""Gesture to its usual times: preparation and stroke of 0.3-0.8 s, retraction a little slower, as
McNeill (1992) and Kendon (2004) describe them; hands that rest somewhere stay for seconds."""


def usual_spans(behaviour: Behaviour) -> Spans:
    """How far a behaviour's sync points are apart where nothing else is said."""
    kind, attributes = behaviour.kind, behaviour.attributes
    if kind in ("faceLexeme", "faceFacs", "face", "faceShift"):
        parts = attributes.get("parts") or [attributes]
        found = [timing(part["lexeme"] if "lexeme" in part else int(part["au"])) for part in parts]
        onset, offset = max(t.onset_s for t in found), max(t.offset_s for t in found)
        hold = 0.0 if kind == "faceShift" else max(t.apex_s for t in found)
        return (onset, 0.0, 0.0, 0.0, hold, 0.0 if kind == "faceShift" else offset)
    if kind == "head":
        return _head_spans(behaviour)
    if kind in ("gesture", "pointing"):
        name = str(attributes.get("lexeme", "POINT_CV")).upper()
        return GESTURE_SPANS.get(name, (0.45, 0.0, 0.2, 0.15, 0.3, 0.6))
    return {
        "posture": (0.9, 0.0, 0.0, 0.0, 4.0, 1.1),
        "postureShift": (1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        "gaze": (0.3, 0.0, 0.0, 0.0, 1.7, 0.1),
        "gazeShift": (0.3, 0.0, 0.0, 0.0, 0.0, 0.0),
        "headDirectionShift": (0.7, 0.0, 0.0, 0.0, 0.0, 0.0),
        "wait": (0.0, 0.0, 0.0, 0.0, float(attributes.get("duration", 0.0)), 0.0),
    }.get(kind, (0.0, 0.0, 0.0, 0.0, 0.0, 0.0))


def _head_spans(behaviour: Behaviour) -> Spans:
    name = str(behaviour.attributes.get("lexeme", "")).upper()
    if name == "TILT":
        return (0.5, 0.0, 0.0, 0.0, 0.8, 0.5)
    cycles = max(1, int(behaviour.attributes.get("repetition", 1)))
    cycle_s = SHAKE_CYCLE_S if name == "SHAKE" else NOD_CYCLE_S
    # the stroke is where the first cycle is deepest
    return (0.0, 0.0, 0.5 * cycle_s, (cycles - 1) * cycle_s, 0.0, 0.5 * cycle_s)


def fit(spans: Sequence[float], anchors: Mapping[str, float], held: int = 4) -> Times:
    """All sync points, from those given and the usual times between them.

    Args:
        spans: usual seconds from each point to the next.
        anchors: at least one point, session seconds.
        held: number of the span that takes up what room there is to spare.

    Raises:
        InputError: the given points are out of order.
    """
    given = [(i, anchors[point]) for i, point in enumerate(SYNC_POINTS) if point in anchors]
    at = [0.0] * len(SYNC_POINTS)
    first, first_s = given[0]
    at[first] = first_s
    for i in range(first, 0, -1):
        at[i - 1] = at[i] - spans[i - 1]
    for (low, low_s), (high, high_s) in itertools.pairwise(given):
        if high_s < low_s - SLACK_S:
            raise InputError(
                f"its sync points are out of order: {SYNC_POINTS[high]} comes "
                f"{low_s - high_s:.2f} s before {SYNC_POINTS[low]}"
            )
        _fill(at, spans, low, low_s, high, max(low_s, high_s), held)
    last, last_s = given[-1]
    at[last] = max(last_s, at[last])
    for i in range(last, len(at) - 1):
        at[i + 1] = at[i] + spans[i]
    return dict(zip(SYNC_POINTS, at, strict=True))


def _fill(
    at: list[float], spans: Sequence[float], low: int, low_s: float, high: int, high_s: float,
    held: int,
) -> None:  # fmt: skip
    usual = list(spans[low:high])
    room, total = high_s - low_s, sum(usual)
    if room < total:
        usual = [span * room / total for span in usual]
    elif low <= held < high:
        usual[held - low] += room - total
    elif total > 0.0:
        usual = [span * room / total for span in usual]
    else:
        usual[0] = room
    at[low] = low_s
    for i, span in enumerate(usual):
        at[low + i + 1] = at[low + i] + span
    at[high] = high_s


def mark_times(behaviour: Behaviour, spoken: Spoken) -> Times:
    """Seconds from the speech's start to each of its ``<sync>`` marks: those of the next word."""
    text = str(behaviour.attributes.get("text", ""))
    words = list(spoken.words) or even_words(text, spoken.duration_s)
    own = len(text.split())
    found: Times = {}
    for name, place in behaviour.attributes.get("marks", {}).items():
        # an engine may split or join words; the share of the way is right then to a word
        index = place if own == len(words) else round(place * len(words) / max(1, own))
        found[name] = words[index][1] if index < len(words) else spoken.duration_s
    return found
