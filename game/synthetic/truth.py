"""What a synthetic candidate did, held against what perception said of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from perception.errors import InputError
from perception.speech.word_error_rate import word_error_rate
from perception.types import FaceReading
from scoring.record.session import Session
from scoring.types import Span

TRUTH_FILE = "truth.jsonl"
TRUSTED = 0.5
SETTLE_S = 0.6
"""After a change of gaze, saccade, lids and hysteresis are given this long before truth counts."""
MATCH_S = 0.5
"""A found gesture belongs to a played one if their middles lie closer than half its length and
this."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What was played."""

    pictures: tuple[dict[str, Any], ...]
    """One per picture: ``t_s``, ``head_deg``, ``eyes_deg``, ``target``, ``smile``, ``blink`` ..."""
    scheduled: tuple[dict[str, Any], ...]
    """Gestures, looks, smiles and speech: ``kind``, ``start_s``, ``end_s`` ..."""

    def spans(self, *kinds: str) -> tuple[Span, ...]:
        """When things of these kinds were played, in order."""
        found = [(s["start_s"], s["end_s"]) for s in self.scheduled if s["kind"] in kinds]
        return tuple(sorted(found))


def read_truth(folder: Path) -> Truth:
    """Reads a session's truth.

    Raises:
        InputError: the session was not played by a synthetic candidate.
    """
    path = folder / TRUTH_FILE
    if not path.is_file():
        raise InputError(f"{path}: no such file; only a demo's candidate is known so exactly")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return Truth(
        tuple(line for line in lines if "t_s" in line),
        tuple(line for line in lines if "kind" in line),
    )


@dataclass(frozen=True, slots=True)
class Agreement:
    """Perception against truth. None where nothing of the kind was played or measured."""

    readings: int
    """Trusted face readings that were compared."""
    yaw_error_deg: float
    """Mean absolute errors, head against the camera."""
    pitch_error_deg: float
    roll_error_deg: float
    smile_r: float
    """Correlation of measured and played smile."""
    blink_f1: float
    nod_f1: float | None
    shake_f1: float | None
    target_accuracy: dict[str, float]
    """Share of the time on each gaze target in which that target was said."""
    speech_overlap: float
    """Shared time over joint time of true and detected speech, 0...1."""
    word_error_rate: float


def compare(session: Session) -> Agreement:
    """Holds a session's readings against its truth.

    Raises:
        InputError: there is no truth, or no face was ever measured.
    """
    truth = read_truth(session.folder)
    faces = [f for f in session.faces if f.confidence >= TRUSTED and f.yaw_deg is not None]
    if len(faces) < 10 or not truth.pictures:
        raise InputError(f"{session.folder}: too few readings of a face to compare")
    times = np.array([picture["t_s"] for picture in truth.pictures])
    nearest = [truth.pictures[i] for i in _nearest(times, [f.t_s for f in faces])]
    measured = np.array([[f.yaw_deg, f.pitch_deg, f.roll_deg] for f in faces], float)
    played = np.array([picture["head_deg"] for picture in nearest])
    errors = np.abs(measured - played).mean(axis=0)
    smiles = np.array([_smile(f) for f in faces])
    return Agreement(
        readings=len(faces),
        yaw_error_deg=float(errors[0]),
        pitch_error_deg=float(errors[1]),
        roll_error_deg=float(errors[2]),
        smile_r=float(np.corrcoef(smiles, [p["smile"] for p in nearest])[0, 1]),
        blink_f1=_f1(_blinks(truth), _found(session, "blink")) or 0.0,
        nod_f1=_f1(truth.spans("nod"), _found(session, "nod")),
        shake_f1=_f1(truth.spans("shake"), _found(session, "shake")),
        target_accuracy=_targets(truth, faces, nearest),
        speech_overlap=_overlap(truth.spans("speech"), session.candidate_speech),
        word_error_rate=_words(truth, session),
    )


def _nearest(times: NDArray[np.float64], wanted: Sequence[float]) -> list[int]:
    after = np.clip(np.searchsorted(times, wanted), 1, len(times) - 1)
    before = after - 1
    ahead = np.abs(times[after] - wanted) < np.abs(times[before] - wanted)
    return [int(i) for i in np.where(ahead, after, before)]


def _smile(face: FaceReading) -> float:
    sides = (face.expressions.get(f"mouthSmile{side}", 0.0) for side in ("Left", "Right"))
    return sum(sides) / 2


def _blinks(truth: Truth) -> tuple[Span, ...]:
    spans: list[Span] = []
    began: float | None = None
    for picture in truth.pictures:
        closed = picture["blink"] > 0.3
        if closed and began is None:
            began = picture["t_s"]
        elif not closed and began is not None:
            spans.append((began, picture["t_s"]))
            began = None
    return tuple(spans)


def _found(session: Session, kind: str) -> tuple[Span, ...]:
    return tuple((g.t_start_s, g.t_end_s) for g in session.gestures if g.kind == kind)


def _f1(played: Sequence[Span], found: Sequence[Span]) -> float | None:
    """Harmonic mean of precision and recall, each found one matched to at most one played."""
    if not played:
        return None
    free = list(found)
    hits = 0
    for start, end in played:
        middle, half = (start + end) / 2, (end - start) / 2
        near = [f for f in free if abs((f[0] + f[1]) / 2 - middle) <= half + MATCH_S]
        if near:
            free.remove(min(near, key=lambda f: abs((f[0] + f[1]) / 2 - middle)))
            hits += 1
    return 2 * hits / (len(played) + len(found))


def _targets(
    truth: Truth, faces: Sequence[FaceReading], nearest: Sequence[dict[str, Any]]
) -> dict[str, float]:
    changes = [
        b["t_s"]
        for a, b in zip(truth.pictures, truth.pictures[1:], strict=False)
        if a["target"] != b["target"]
    ]
    said: dict[str, list[bool]] = {}
    for face, picture in zip(faces, nearest, strict=True):
        settled = all(not -0.05 <= face.t_s - change <= SETTLE_S for change in changes)
        # closed eyes look nowhere
        if settled and picture["blink"] < 0.1:
            target = None if face.gaze is None else face.gaze.target
            said.setdefault(picture["target"], []).append(target == picture["target"])
    return {target: sum(hits) / len(hits) for target, hits in said.items()}


def _overlap(played: Iterable[Span], heard: Iterable[Span]) -> float:
    step = 0.01
    spans = [tuple(played), tuple(heard)]
    last = max((end for group in spans for _, end in group), default=0.0)
    grid = np.arange(0.0, last + step, step)
    masks = []
    for group in spans:
        mask = np.zeros(len(grid), bool)
        for start, end in group:
            mask |= (grid >= start) & (grid < end)
        masks.append(mask)
    either = np.count_nonzero(masks[0] | masks[1])
    return float(np.count_nonzero(masks[0] & masks[1]) / either) if either else 0.0


def _words(truth: Truth, session: Session) -> float:
    said = " ".join(s["text"] for s in truth.scheduled if s["kind"] == "speech")
    heard = " ".join(w.text for w in sorted(session.words, key=lambda w: w.t_start_s))
    return word_error_rate(said, heard)
