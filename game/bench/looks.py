"""Contact sheets of every recruiter, and what a machine finds wrong in them."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from dialogue.content.persona import load_persona, personas
from game.bake.cache import ensure_baked
from game.bench.portraits import ANGLES_DEG, FACES, LIGHTS, Portraits, Sitting
from game.bench.row import Row
from game.stage.base import Stage
from perception.errors import StorageError
from perception.face.face_mediapipe import StillMesh
from perception.paths import ROOT

SHEETS = ROOT / "looks"
"""Where the contact sheets go."""
_SIDE = 384
_THUMBNAIL = 192
_QUICK_FACES = ("neutral", "smile", "aa")


def measure(quick: bool, data_dir: Path | None) -> list[Row]:
    """Takes all portraits, counts faces and holes in them, and writes one sheet per recruiter.

    Args:
        quick: three faces of ten.
        data_dir: not needed.

    Raises:
        StorageError: the sheets cannot be written.
    """
    del data_dir
    faces = _QUICK_FACES if quick else FACES
    taken = single = pierced = 0
    began = time.perf_counter()
    with Stage(_SIDE, _SIDE, mode="offscreen") as stage:
        stage.keep_pictures(True)
        mesh = StillMesh()
        for name in personas():
            identity = load_persona(name).identity
            ensure_baked(identity)
            sitter = Portraits(identity, stage)
            rows = []
            for face in faces:
                strip = []
                for light in LIGHTS:
                    for angle in ANGLES_DEG:
                        sitting = Sitting(face, angle, light)
                        picture = sitter.photograph(sitting)
                        taken += 1
                        single += len(mesh.find(picture)) == 1
                        if light == "day":
                            pierced += bool(sitter.holes(sitting))
                        strip.append(_thumbnail(picture))
                rows.append(np.hstack(strip))
            sitter.close()
            _write(SHEETS / f"{name}.png", np.vstack(rows))
        mesh.close()
    print(f"contact sheets: {SHEETS}", file=sys.stderr)
    return [
        Row("looks", "portraits", float(taken), ""),
        Row.at_least("looks", "portraits with exactly one face", single / taken, "", 1.0),
        Row.at_most("looks", "portraits with a hole in the person", float(pierced), "", 0),
        Row("looks", "time for all", time.perf_counter() - began, "s"),
    ]


def _thumbnail(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    small = cv2.resize(picture, (_THUMBNAIL, _THUMBNAIL), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def _write(path: Path, sheet: NDArray[np.uint8]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        done = cv2.imwrite(str(path), sheet[..., ::-1])
    except OSError as error:
        raise StorageError(f"{path}: cannot be written ({error.strerror})") from None
    if not done:
        raise StorageError(f"{path}: cannot be written; is the disk full?")
