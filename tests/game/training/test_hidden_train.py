"""What tells a covered part of a face, trained on very few pictures."""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from game.training.covers import LIPS
from game.training.hidden import figures_in_words, train_hidden
from perception.face.hidden_parts import ENDS, features_of, kind_of, read_discriminants
from perception.face.mesh_mediapipe import QuickMesh

pytestmark = pytest.mark.data

LEARNED = ("face_recognition_biden.jpg", "pyfeat_single_face.jpg")
LEFT_OUT = "face_recognition_obama-480p.jpg"


def test_few_pictures_teach_to_find_a_cover_on_somebody_else(
    data_dir: Path, tmp_path: Path
) -> None:
    (tmp_path / "images" / "faces").mkdir(parents=True)
    for name in LEARNED:
        shutil.copy(data_dir / "images/faces" / name, tmp_path / "images/faces" / name)
    figures = train_hidden(tmp_path, tmp_path / "out", lambda share, what: None, drawn=())
    assert figures["mouth_pictures"] > 60 and len(figures_in_words(figures)) == 3
    known = read_discriminants(tmp_path / "out" / "hidden.npz")
    read = cv2.imread(str(data_dir / "images/faces" / LEFT_OUT))
    assert read is not None
    image = np.ascontiguousarray(read[..., ::-1], np.uint8)
    mesh = QuickMesh()
    landmarks = mesh.landmarks(image)
    mesh.close()
    assert landmarks is not None
    covered = image.copy()
    hull = cv2.convexHull(landmarks[list(LIPS), :2].astype(np.int32))
    cv2.fillConvexPoly(covered, hull, (40, 90, 160))
    for part in ENDS:
        seen, hidden = (
            known[kind_of(part)].likeness(features_of(each, landmarks, part))
            for each in (image, covered)
        )
        assert seen > 0.0, part
        if part == "mouth":
            assert hidden < -0.5
        else:
            assert abs(hidden - seen) < 0.2, part
