"""Trains the networks of :mod:`perception.face.networks` and writes them to ``assets/models``.

    python3 run.py models train expression

draws some forty-five thousand pictures of invented people (a quarter of an hour on two cores, kept
in the cache), trains both networks (some minutes more) and prints what they are worth on people
that they never saw.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from game.training.eyes import GAZE_SCALE_DEG, train_eyes
from game.training.face import TURN_SCALE_DEG, train_face
from game.training.material import TOLD, Progress, TrainingSettings, landmarks_used, prepare
from game.training.pictures import PIPELINE, collect
from perception.errors import StorageError
from perception.models.modelfile import MODELS
from perception.whole_file import whole_file


def train(settings: TrainingSettings, out: Path | None, progress: Progress) -> dict[str, Any]:
    """Trains and writes both networks.

    Args:
        settings: on how much, how long.
        out: folder; ``assets/models`` by default.
        progress: told the share done and what is being done.

    Returns:
        Figures on the people kept for judging.

    Raises:
        StorageError: the folder cannot be written.
    """
    import torch

    torch.manual_seed(settings.seed)
    # on layers this small, threads wait for one another longer than they work
    torch.set_num_threads(1)
    folder = out or MODELS
    open_folder(folder)
    pictures = collect(
        settings.people, settings.sittings, lambda s, what: progress(0.6 * s, f"pictures, {what}")
    )
    index = landmarks_used()
    material, kept = prepare(pictures, index, settings, lambda s: progress(0.6 + 0.05 * s, "poses"))
    figures: dict[str, Any] = {"pictures": len(kept), "people": len(settings.people)}
    face, turns, report = train_face(material, settings, lambda s, w: progress(0.65 + 0.15 * s, w))
    figures |= report
    eyes, report = train_eyes(
        pictures, kept, material, turns, settings, lambda s, w: progress(0.8 + 0.2 * s, w)
    )
    figures |= report
    about = {
        "made_by": "python3 run.py models train expression",
        "pipeline": PIPELINE,
        "people": list(settings.people),
        "held_out": list(settings.people[-settings.held_out :]),
        "figures": figures,
    }
    face_about = about | {"names": list(TOLD), "turn_scale_deg": TURN_SCALE_DEG}
    write_model(folder / "face.npz", face | {"index": index}, face_about)
    write_model(folder / "eyes.npz", eyes, about | {"gaze_scale_deg": GAZE_SCALE_DEG})
    return figures


def open_folder(folder: Path) -> None:
    """Makes sure of the folder before half an hour's work is done for it.

    Raises:
        StorageError: it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise _unwritable(folder, error) from None


def _unwritable(folder: Path, error: OSError) -> StorageError:
    return StorageError(
        f"{folder}: cannot be written ({error.strerror}); name another folder with --out"
    )


def write_model(
    path: Path,
    weights: Mapping[str, NDArray[Any]],
    about: dict[str, Any],
    whole: Collection[str] = (),
) -> None:
    """Writes weights as halves, and what is said of them;
    :func:`perception.models.modelfile.read_model` reads them.

    Args:
        path: of the file.
        weights: by name.
        about: JSON values.
        whole: names of weights that are kept as float32.

    Raises:
        StorageError: the file cannot be written.
    """
    arrays: dict[str, Any] = {}
    for name, value in weights.items():
        real = np.float32 if name in whole else np.float16
        arrays[name] = value.astype(real if value.dtype.kind == "f" else np.int16)
    try:
        with whole_file(path) as part:
            np.savez_compressed(part, about=np.array(json.dumps(about)), **arrays)
    except OSError as error:
        raise _unwritable(path.parent, error) from None
