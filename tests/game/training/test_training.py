"""Training: a tiny real one, from drawn people to files that perception reads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from game.bake.arkit import ARKIT_NAMES
from game.training.material import (
    TOLD,
    TrainingSettings,
    angle_deg,
    landmarks_used,
    prepare,
    rays,
    rotation,
    turn_deg,
)
from game.training.pictures import Pictures, collect, folder
from game.training.sittings import FRAMES, REST_FRAMES, Film, develop, draw_sitting
from game.training.train import train
from perception.errors import StorageError
from perception.face.gaze import direction
from perception.face.headpose import rotation_from_angles
from perception.face.networks import EyeNetwork, FaceNetwork, Rest
from perception.models.modelfile import MODELS
from tests.commandline_runs import run

TINY = TrainingSettings(people=(1, 2), held_out=1, sittings=1, face_epochs=2, eye_epochs=2)


@dataclass(frozen=True, slots=True)
class Trained:
    """What came of it."""

    folder: Path
    cache: Path
    figures: dict[str, Any]
    told: list[tuple[float, str]]
    pictures: Pictures


@pytest.fixture(scope="module")
def trained(tmp_path_factory, request) -> Trained:
    """A training of two people, one sitting each, with a cache of its own."""
    work = tmp_path_factory.mktemp("training")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RECRUITER_CACHE", str(work / "cache"))
        told: list[tuple[float, str]] = []
        figures = train(TINY, work / "models", lambda share, what: told.append((share, what)))
        assert folder().is_relative_to(work)
        pictures = collect(TINY.people, TINY.sittings, lambda share, what: None)
    return Trained(work / "models", work / "cache", figures, told, pictures)


@pytest.mark.slow
@pytest.mark.render
def test_a_tiny_training_gives_both_networks(trained: Trained) -> None:
    assert {path.name for path in trained.folder.iterdir()} == {"face.npz", "eyes.npz"}
    face, eyes = (FaceNetwork(trained.folder / "face.npz"), EyeNetwork(trained.folder / "eyes.npz"))
    assert face.names == TOLD and np.array_equal(face.index, landmarks_used())
    for network in (face, eyes):
        assert network.about["people"] == [1, 2] and network.about["held_out"] == [2]
        assert network.about["figures"] == json.loads(json.dumps(trained.figures))
    shares = [share for share, _ in trained.told]
    assert shares == sorted(shares) and shares[-1] == pytest.approx(1.0)
    assert trained.figures["people"] == 2
    assert 0.8 * 2 * FRAMES <= trained.figures["pictures"] <= 2 * FRAMES


@pytest.mark.slow
@pytest.mark.render
def test_the_command_writes_both_networks_and_tells_what_they_are_worth(
    trained: Trained, tmp_path: Path
) -> None:
    shipped = {path.name: path.read_bytes() for path in MODELS.glob("*.npz")}
    result = run(
        *("models", "train", "expression", "--people", 2, "--sittings", 1, "--out", tmp_path),
        RECRUITER_CACHE=str(trained.cache),  # with the pictures that were drawn already
    )
    assert result.status == 0, result.err
    assert "on 1 of 2 people" in result.out
    for figure in ("expression: correlation", "head pose: error", "gaze: error", "eyes shut"):
        assert figure in result.out
    face, eyes = FaceNetwork(tmp_path / "face.npz"), EyeNetwork(tmp_path / "eyes.npz")
    assert face.about["people"] == [1, 2] and face.about["held_out"] == [2]
    assert face.names == FaceNetwork().names
    told = face.predict(np.zeros((478, 3)), (0.0, 0.0, 0.0), None)
    assert np.isfinite(told.coefficients).all() and np.isfinite(told.turn_deg).all()
    assert eyes.about["pipeline"] == face.about["pipeline"]
    assert {path.name: path.read_bytes() for path in MODELS.glob("*.npz")} == shipped


@pytest.mark.slow
@pytest.mark.render
def test_what_was_drawn_is_true_of_what_the_mesh_sees(trained: Trained) -> None:
    p = trained.pictures
    assert set(p.person) == {1, 2} and len(set(p.sitting)) == 2
    assert p.resting.sum() >= 0.8 * 2 * REST_FRAMES
    # somebody who turns to image right shows the nose right of the middle of the face
    material, kept = prepare(p, landmarks_used(), TINY, lambda share: None)
    nose = p.landmarks[kept, 4, 0] - p.landmarks[kept][:, [234, 454], 0].mean(axis=1)
    width = np.abs(p.landmarks[kept, 454, 0] - p.landmarks[kept, 234, 0])
    yaw = np.degrees(np.arctan2(p.rotation[kept][:, 0, 2], p.rotation[kept][:, 2, 2]))
    assert np.corrcoef(nose / width, yaw)[0, 1] > 0.8
    assert np.median(np.linalg.norm(material.turns, axis=1)) < 12.0
    assert material.judging.tolist() == (p.person[kept] == 2).tolist()
    # shut lids lie nearer together
    shut = p.coefficients[:, ARKIT_NAMES.index("eyeBlinkRight")]
    gap = np.abs(p.eye_points[:, 0, 4, 1] - p.eye_points[:, 0, 12, 1])
    assert gap[shut > 0.9].mean() < 0.7 * gap[shut < 0.1].mean()


@pytest.mark.slow
@pytest.mark.render
def test_perception_reads_the_files_as_they_were_judged(trained: Trained) -> None:
    """The figures come from torch; numpy must find the same in the same pictures."""
    face, eyes = (FaceNetwork(trained.folder / "face.npz"), EyeNetwork(trained.folder / "eyes.npz"))
    material, kept = prepare(trained.pictures, landmarks_used(), TINY, lambda share: None)
    points = np.zeros((478, 3))
    turned, looks, closed, true, shut = [], [], [], [], []
    for row, picture in enumerate(kept):
        points[face.index] = material.shapes[row]
        yaw, pitch, roll = (float(v) for v in material.poses[row])
        answer = face.predict(points, (yaw, pitch, roll), Rest(material.rests[row]))
        head = material.mesh_rotation[row] @ rotation(answer.turn_deg)
        if not material.judging[row]:
            continue
        turned.append(np.abs(answer.turn_deg - material.turns[row]))
        angles = _angles(head)
        told = eyes.predict(
            trained.pictures.eyes[picture], trained.pictures.eye_points[picture], angles
        )
        blink = trained.pictures.coefficients[picture][
            [ARKIT_NAMES.index(n) for n in ("eyeBlinkRight", "eyeBlinkLeft")]
        ]
        closed.append(told.closure)
        shut.append(blink)
        if blink.max() < 0.3:
            weight = told.error_deg**-2.0
            both = (told.gaze_deg * weight).sum(axis=0) / weight.sum(axis=0)
            looks.append(direction(*both))
            ray = trained.pictures.rotation[picture] @ direction(
                *trained.pictures.gaze_deg[picture]
            )
            true.append(head.T @ ray)
    figures = trained.figures
    assert np.mean(turned, axis=0) == pytest.approx(figures["turn_error_deg"], abs=0.1)
    cosine = (np.array(looks) * np.array(true)).sum(axis=1)
    error = np.degrees(np.arccos(np.clip(cosine, -1, 1))).mean()
    assert error == pytest.approx(figures["gaze_error_deg"], abs=0.3)
    assert error < 30.0
    r = np.corrcoef(np.ravel(closed), np.ravel(shut))[0, 1]
    assert r == pytest.approx(figures["closure_r"], abs=0.05)


def _angles(head) -> tuple[float, float, float]:
    yaw = np.degrees(np.arctan2(head[0, 2], head[2, 2]))
    pitch = np.degrees(np.arcsin(head[1, 2]))
    roll = np.degrees(np.arctan2(-head[1, 0], head[1, 1]))
    return float(yaw), float(pitch), float(roll)


@pytest.mark.slow
@pytest.mark.render
def test_what_was_drawn_once_is_not_drawn_again(trained: Trained) -> None:
    first, second = trained.pictures, trained.pictures
    parts = sorted((trained.folder.parent / "cache" / "training").glob("*.npz"))
    assert len(parts) == 2, "one a person, and no half ones"
    written = [part.stat().st_mtime_ns for part in parts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RECRUITER_CACHE", str(trained.folder.parent / "cache"))
        second = collect(TINY.people, TINY.sittings, lambda share, what: None)
    assert [part.stat().st_mtime_ns for part in parts] == written
    assert np.array_equal(first.landmarks, second.landmarks)


# -- what needs no drawing --------------------------------------------------------------------


def test_a_folder_that_cannot_be_written_is_said_before_anything_is_drawn(tmp_path) -> None:
    (tmp_path / "file").write_text("in the way")
    told: list[float] = []
    with pytest.raises(StorageError, match="--out") as caught:
        train(TINY, tmp_path / "file" / "models", lambda share, what: told.append(share))
    assert str(tmp_path / "file" / "models") in str(caught.value)
    assert "\n" not in str(caught.value)
    assert told == [], "not after half an hour's work"


def test_a_cache_that_cannot_be_written_is_said(tmp_path, monkeypatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("RECRUITER_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(StorageError, match="cannot be written"):
        collect((1,), 1, lambda share, what: None)


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("held_out", {"people": (1, 2), "held_out": 2}),
        ("held_out", {"held_out": 0}),
        ("sittings", {"sittings": 0}),
        ("epochs", {"eye_epochs": 0}),
    ],
)
def test_settings_that_leave_nothing_to_learn_from_are_refused(name, bad) -> None:
    with pytest.raises(ValueError, match=name):
        TrainingSettings(**bad)


def test_landmarks_are_of_the_mesh_and_on_both_sides_of_the_face() -> None:
    used = landmarks_used()
    assert used.tolist() == sorted(set(used.tolist())) and 0 <= used.min() <= used.max() < 478
    pairs = ((33, 263), (61, 291), (105, 334), (50, 280), (468, 473), (98, 327), (172, 397))
    assert all(right in used and left in used for right, left in pairs)


def test_sittings_rest_first_and_then_do_all_sorts_of_things() -> None:
    moved: set[str] = set()
    turned = []
    for number in range(60):
        sitting = draw_sitting(np.random.default_rng((3, number)))
        assert len(sitting.poses) == len(sitting.hidden) == FRAMES
        assert not any(pose.expressions for pose in sitting.poses[:REST_FRAMES])
        assert not any(sitting.hidden[frame] is not None for frame in range(REST_FRAMES))
        for pose in sitting.poses[REST_FRAMES:]:
            assert abs(pose.eyes.yaw_deg) <= 34 and -31 <= pose.eyes.pitch_deg <= 22
            moved |= {n for n, v in pose.expressions.items() if v > 0.3}
            assert all(0 <= v <= 1 for v in pose.expressions.values())
            turned.append(pose.head.yaw_deg)
    assert moved == {name for name in ARKIT_NAMES if not name.startswith("eyeLook")}
    assert np.std(turned) > 8 and min(turned) < -30 and max(turned) > 30


def test_a_sitting_is_the_same_for_the_same_seed() -> None:
    first, again = (draw_sitting(np.random.default_rng((3, 5))) for _ in range(2))
    assert first.poses == again.poses and first.optics == again.optics
    assert draw_sitting(np.random.default_rng((3, 6))).poses != first.poses


def test_a_film_changes_a_picture_but_not_its_size() -> None:
    rng = np.random.default_rng(2)
    picture = np.kron(rng.integers(40, 216, (12, 16, 3)), np.ones((4, 4, 1))).astype(np.uint8)
    plain = develop(picture, Film(1.0, 1.0, 0.0, 0.0, 95, 1.0), rng)
    assert np.abs(plain.astype(int) - picture).mean() < 12
    for film in (
        Film(0.6, 1.0, 0.0, 0.0, 95, 1.0),
        Film(1.0, 1.0, 0.0, 8.0, 95, 1.0),
        Film(1.0, 1.0, 0.0, 0.0, 95, 0.5),
        Film(1.0, 1.6, 0.0, 0.0, 95, 1.0),
    ):
        other = develop(picture, film, rng)
        assert other.shape == picture.shape and other.dtype == np.uint8
        assert np.abs(other.astype(int) - plain).mean() > 2, film


def test_turns_and_rays_undo_one_another() -> None:
    matrix = rotation_from_angles(12, -7, 20)
    assert rotation(turn_deg(matrix)) == pytest.approx(matrix)
    assert angle_deg(rotation_from_angles(25, 0, 0)) == pytest.approx(25)
    assert rays(np.array([[10.0, -20.0]]))[0] == pytest.approx(direction(10.0, -20.0))
