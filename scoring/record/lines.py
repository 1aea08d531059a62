"""Lines of the record: what the program passes around, as JSON and back, equal to the bit.

An event is ``{"n", "t_s", "source", "kind", "data"}``; anything else has its kind in ``k``. The
number ``n`` is the place in the order of arrival over all files, so that a replay can hand the same
inputs to the same ticks.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from dialogue.types import DATA_OF, Because, Feedback, RecruiterAct
from dialogue.understanding.record import KIND as UNDERSTOOD
from dialogue.understanding.record import SOURCE as UNDERSTANDING
from dialogue.understanding.understander import Understood
from perception.recorded import built, is_time, unknown_in
from perception.types import (
    BodyReading,
    EmotionImpression,
    Event,
    FaceReading,
    Gaze,
    HeadGesture,
    PictureReading,
    ProsodyReading,
    VoiceImpression,
    VoiceReading,
    Word,
    Words,
)

SESSION_FILE = "session.json"
EVENTS_FILE = "events.jsonl"
READINGS_FILE = "readings.jsonl"
FORMAT = 1
"""Version of the line format; goes into ``session.json`` as ``record_format``."""

Reading = (
    FaceReading | BodyReading | PictureReading | VoiceReading | ProsodyReading | HeadGesture | Words
)

KINDS: dict[str, type] = {
    "face": FaceReading,
    "body": BodyReading,
    "picture": PictureReading,
    "voice": VoiceReading,
    "prosody": ProsodyReading,
    "gesture": HeadGesture,
    "words": Words,
}
_NAMES = {cls: name for name, cls in KINDS.items()}

_NUMBERS: Mapping[str, tuple[str, ...]] = {
    "sounds_finished": ("probability",),
    "pending": ("count",),
}
"""Numbers in the data of events without which these tell nothing."""


@dataclasses.dataclass(frozen=True, slots=True)
class Tick:
    """The main loop looked at the candidate at this moment."""

    t_s: float


Arrival = Reading | Event | Tick
"""Anything that a line of the record gives back."""


class UnknownKindError(ValueError):
    """A line of a kind that this version does not know, as a later one may write them."""


def plain(value: Any) -> Any:
    """Turns what ``json`` does not know into JSON values; numpy scalars keep their exact value."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"a record holds JSON values only, not {type(value).__name__}: {value!r}")


def to_line(payload: Mapping[str, Any]) -> bytes:
    """One line of UTF-8 JSON with its newline; raises ValueError for NaN and infinities."""
    text = json.dumps(
        payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=plain
    )
    # A lone surrogate (a broken paste) cannot be encoded; the escape keeps the line readable.
    return text.encode("utf-8", errors="backslashreplace") + b"\n"


def encode(arrival: Arrival) -> dict[str, Any]:
    """The fields of one line, without ``n``."""
    if isinstance(arrival, Event):
        return {
            "t_s": arrival.t_s,
            "source": arrival.source,
            "kind": arrival.kind,
            "data": dict(arrival.data),
        }
    if isinstance(arrival, Tick):
        return {"k": "tick", "t_s": arrival.t_s}
    fields = {f.name: getattr(arrival, f.name) for f in dataclasses.fields(arrival)}
    return {"k": _NAMES[type(arrival)], **fields}


def read_json(line: bytes | str) -> Any:
    """JSON as a record holds it: without NaN and infinities.

    Raises:
        ValueError: it is no such JSON.
    """
    try:
        return _DECODER.decode(line if isinstance(line, str) else line.decode("utf-8"))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is not a number")


_DECODER = json.JSONDecoder(parse_constant=_no_number)


def decode(payload: Mapping[str, Any]) -> Arrival:
    """Rebuilds what ``encode`` was given, equal to the bit.

    Keys that this version does not know, as a later one may write them, are passed over.

    Raises:
        UnknownKindError: it is of a kind that this version does not know.
        ValueError: the line is JSON but not one of ours, or it is damaged.
    """
    fields = {k: v for k, v in payload.items() if k not in ("k", "n")}
    kind = payload.get("k")
    try:
        if kind is None:
            return _event(fields)
        if kind == "tick":
            return built(Tick, fields)
        if kind == "face":
            return _face(fields)
        if kind == "words":
            fields["words"] = tuple(built(Word, w) for w in fields.get("words", ()))
            return built(Words, fields)
        if isinstance(kind, str) and kind in KINDS:
            if kind == "picture":
                fields["problems"] = tuple(fields.get("problems", ()))
            if kind == "prosody" and fields.get("impression") is not None:
                fields["impression"] = built(VoiceImpression, fields["impression"])
            reading: Reading = built(KINDS[kind], fields)
            return reading
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"fields do not fit: {error}") from None
    raise UnknownKindError(str(kind))


def unknown_keys(payload: Mapping[str, Any]) -> frozenset[str]:
    """Keys of a line that was decoded, and of what is in it, that this version does not know."""
    kind = payload.get("k")
    table = {key: value for key, value in payload.items() if key not in ("k", "n")}
    if kind is not None:
        return frozenset(unknown_in(_LINES[kind], table))
    found = set(unknown_in(Event, table))
    told = _TOLD.get((payload.get("source"), payload.get("kind")))
    data = payload.get("data")
    if told is None or not isinstance(data, Mapping):
        return frozenset(found)
    found.update(unknown_in(told, data))
    fitting = DATA_OF.get(data["kind"]) if told is RecruiterAct else None
    if fitting is not None and isinstance(data.get("data"), Mapping):
        found.update(f"data.{key}" for key in unknown_in(fitting, data["data"]))
    return frozenset(found)


_LINES: dict[Any, type] = {**KINDS, "tick": Tick}
_TOLD: dict[tuple[Any, Any], type] = {
    ("dialogue", "act"): RecruiterAct,
    ("game", "progress"): Feedback,
    (UNDERSTANDING, UNDERSTOOD): Understood,
}
"""What the data of an event tells, by its source and kind; those of others are what they are."""


def unknown_kind(arrival: Arrival) -> str | None:
    """Which kind of act an event records that this version does not know; else None."""
    if isinstance(arrival, Event) and (arrival.source, arrival.kind) == ("dialogue", "act"):
        return f"act {arrival.data['kind']}" if act_of(arrival) is None else None
    return None


def _event(fields: dict[str, Any]) -> Event:
    """An event whose data can be read, where this version knows what it tells."""
    event = built(Event, {"data": {}, **fields})
    if not is_time(event.data.get("t_s", 0.0)):
        raise TypeError(f"t_s cannot be {event.data['t_s']!r:.40}")
    if not isinstance(event.data.get("message", ""), str):
        raise TypeError("message is no text")
    for name in _NUMBERS.get(event.kind, ()):
        if type(event.data[name]) not in (int, float):
            raise TypeError(f"{name} cannot be {event.data[name]!r:.40}")
    if type(event.data.get("start_at", 0)) is not int:
        raise TypeError("start_at is no whole number")
    act = act_of(event)
    sure = None if act is None or act.because is None else act.because.confidence
    if sure is not None and not 0.0 <= sure <= 1.0:
        raise TypeError(f"confidence cannot be {sure!r:.40}")
    feedback_of(event)
    return event


def _face(fields: dict[str, Any]) -> FaceReading:
    if fields.get("position_m") is not None:
        x, y, z = fields["position_m"]
        fields["position_m"] = (x, y, z)
    if fields.get("gaze") is not None:
        fields["gaze"] = built(Gaze, fields["gaze"])
    if fields.get("eyes_deg") is not None:
        yaw, pitch = fields["eyes_deg"]
        fields["eyes_deg"] = (yaw, pitch)
    if fields.get("impression") is not None:
        fields["impression"] = built(EmotionImpression, fields["impression"])
    # Three hours hold a hundred thousand faces with fifty names each: each name is kept once.
    shapes = fields.get("expressions", {})
    fields["expressions"] = {sys.intern(name): value for name, value in shapes.items()}
    fields["hidden"] = tuple(sys.intern(part) for part in fields.get("hidden", ()))
    # JSON has only text for keys.
    units = fields.get("action_units", {})
    fields["action_units"] = {int(number): value for number, value in units.items()}
    return built(FaceReading, fields)


def act_event(act: RecruiterAct) -> Event:
    """The event that records one act with its reason."""
    fields = dataclasses.asdict(act)
    usual = {} if act.data is None else {f.name: f.default for f in dataclasses.fields(act.data)}
    # a name, a number or a flag that says nothing is left out; no is not the same as unknown
    said = {
        key: value
        for key, value in fields["data"].items()
        if not (value is None or value == "" or (value is False and usual[key] is False))
    }
    return Event(act.t_s, "dialogue", "act", {**fields, "data": said})


def act_of(event: Event) -> RecruiterAct | None:
    """The act that an event records; None for any other event, and for a kind of act that this
    version does not know.

    Raises:
        TypeError, AttributeError: the event is damaged; :func:`decode` lets none through.
    """
    if event.source != "dialogue" or event.kind != "act":
        return None
    fields = dict(event.data)
    fitting = DATA_OF.get(fields["kind"]) if isinstance(fields.get("kind"), str) else None
    if fitting is None and isinstance(fields.get("kind"), str):
        return None
    because = fields.get("because")
    fields["because"] = built(Because, because) if because is not None else None
    if fitting is not None:
        fields["data"] = built(fitting, fields.get("data") or {})
    return built(RecruiterAct, fields)


def progress_event(feedback: Feedback) -> Event:
    """The event that records what became of an act on screen and loudspeaker."""
    return Event(feedback.t_s, "game", "progress", dataclasses.asdict(feedback))


def feedback_of(event: Event) -> Feedback | None:
    """The feedback that an event records; None for any other event."""
    if event.source != "game" or event.kind != "progress":
        return None
    return built(Feedback, event.data)


def time_of(payload: Mapping[str, Any]) -> float:
    """Session time at which a line was known.

    Raises:
        KeyError: the line has no time.
    """
    for key in ("t_found_s", "t_s", "t_end_s"):
        if key in payload:
            return float(payload[key])
    raise KeyError("t_s")
