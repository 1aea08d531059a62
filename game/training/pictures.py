"""Draws training pictures of invented people and keeps what the face mesh sees in them.

Pictures themselves are not kept: landmarks, small grey pictures of the eyes, and the truth are.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from game.bake.arkit import ARKIT_NAMES
from game.synthetic.people import ensure_person
from game.training.sittings import REST_FRAMES, cover, develop, draw_sitting
from perception.errors import StorageError
from perception.paths import cache_dir
from perception.process.pool import process_pool
from perception.whole_file import whole_file

WIDTH, HEIGHT = 640, 360
PIPELINE = 3
"""Raise when the same seeds would give other pictures."""

Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Pictures:
    """What was seen and what was true; n pictures in which a face was found."""

    landmarks: NDArray[np.float32]
    """(n, 478, 3) pixels."""
    eyes: NDArray[np.uint8]
    """(n, 2, 20, 32)."""
    eye_points: NDArray[np.float32]
    """(n, 2, 21, 2)."""
    coefficients: NDArray[np.float32]
    """(n, 52) in the order of ``ARKIT_NAMES``."""
    rotation: NDArray[np.float32]
    """(n, 3, 3) head axes to camera axes."""
    position_m: NDArray[np.float32]
    """(n, 3)."""
    gaze_deg: NDArray[np.float32]
    """(n, 2) yaw and pitch of the eyes in the head."""
    fov_deg: NDArray[np.float32]
    """(n,)."""
    sitting: NDArray[np.int64]
    """(n,) which sitting."""
    person: NDArray[np.int64]
    """(n,) seed of the person."""
    resting: NDArray[np.bool_]
    """(n,) whether the face was at rest."""
    hidden: NDArray[np.bool_]
    """(n,) whether something covered part of it."""


def folder() -> Path:
    """Where training pictures are kept between trainings."""
    return cache_dir() / "training"


def collect(
    people: Sequence[int], sittings: int, progress: Progress, seed: int = 0, workers: int = 0
) -> Pictures:
    """Draws, or reads what was drawn before.

    Args:
        people: seeds of the people.
        sittings: of each.
        progress: told the share done.
        seed: of the sittings.
        workers: processes; as many as there are cores by default.

    Raises:
        StorageError: the cache folder cannot be written.
    """
    where = folder()
    try:
        where.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{where}: cannot be written ({error.strerror})") from None
    parts = [where / f"v{PIPELINE}-{seed}-{person}-{sittings}.npz" for person in people]
    todo = [(p, f) for p, f in zip(people, parts, strict=True) if not f.is_file()]
    done = len(people) - len(todo)
    with process_pool(workers or os.cpu_count() or 1) as pool:
        jobs = {pool.submit(draw_person, p, sittings, seed, f): p for p, f in todo}
        for job in as_completed(jobs):
            job.result()
            done += 1
            progress(done / len(people), f"person {jobs[job]}")
    loaded = [np.load(part) for part in parts]
    names = Pictures.__dataclass_fields__
    return Pictures(**{n: np.concatenate([one[n] for one in loaded]) for n in names})


def draw_person(person: int, sittings: int, seed: int, path: Path) -> None:
    """Draws one person's sittings and writes what was seen to a file."""
    from game.synthetic.studio import Studio
    from perception.face.eye_crops import eye_pictures
    from perception.face.face_mediapipe import FilmMesh

    studio = Studio(Path(ensure_person(person)), WIDTH, HEIGHT)
    mesh = FilmMesh()
    rows: dict[str, list[Any]] = {name: [] for name in Pictures.__dataclass_fields__}
    for number in range(sittings):
        rng = np.random.default_rng((seed, person, number))
        sitting = draw_sitting(rng)
        studio.light(sitting.lights)
        studio.paint_wall(sitting.wall)
        studio.draw(sitting.poses[0])
        studio.place_camera(sitting.optics)
        mesh.reset()
        for frame, pose in enumerate(sitting.poses):
            picture = studio.draw(pose)
            seen = studio.seen()
            hidden = sitting.hidden[frame]
            if hidden is not None and rows["landmarks"]:
                last = rows["landmarks"][-1]
                nose = (float(last[4, 0]), float(last[4, 1]))
                width = float(abs(last[454, 0] - last[234, 0]))
                cover(picture, nose, width, hidden, sitting.skin)
            image = develop(picture, sitting.film, rng)
            points = mesh.find(image)
            if points is None:
                continue
            eyes, eye_points = eye_pictures(image, points)
            weights = [pose.expressions.get(name, 0.0) for name in ARKIT_NAMES]
            for name, value in (
                ("landmarks", points),
                ("eyes", eyes),
                ("eye_points", eye_points),
                ("coefficients", np.array(weights, np.float32)),
                ("rotation", seen.rotation.astype(np.float32)),
                ("position_m", np.array(seen.position_m, np.float32)),
                ("gaze_deg", np.array([pose.eyes.yaw_deg, pose.eyes.pitch_deg], np.float32)),
                ("fov_deg", np.float32(sitting.optics.horizontal_fov_deg)),
                ("sitting", number + 10_000 * person),
                ("person", person),
                ("resting", frame < REST_FRAMES),
                ("hidden", hidden is not None),
            ):
                rows[name].append(value)
    mesh.close()
    studio.close()
    with whole_file(path) as part:
        np.savez(part, **{name: np.stack(values) for name, values in rows.items()})
