"""Trains the networks of :mod:`perception.networks` and writes them to ``assets/models``.

    python3 run.py models train expression

draws some thirty thousand pictures of invented people (about ten minutes on two cores, kept in the
cache), trains both networks (some minutes more) and prints what they are worth on people that they
never saw.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from game.bake import ARKIT_NAMES
from game.training.pictures import PIPELINE, Pictures, collect
from game.training.sittings import EYE_LOOKS
from perception.errors import StorageError
from perception.expression import to_head_axes
from perception.headpose import (

    HeadPoseEstimator,
    HeadPoseSettings,
    angles_from_rotation,
)
from perception.networks import ANGLE_SCALE_DEG, EYE_POINT_SCALE, MODELS, normalise

PEOPLE = range(1, 41)
"""Seeds of the people of training; the last ``HELD_OUT`` only judge. The bench draws others."""
HELD_OUT = 4
SITTINGS = 20
TURN_SCALE_DEG = 5.0
GAZE_SCALE_DEG = 15.0
TOLD = tuple(n for n in ARKIT_NAMES if n not in EYE_LOOKS)
"""What the face network tells; where the eyes look is the eye network's."""

Floats = NDArray[np.float32]
Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """How the networks are trained."""

    people: tuple[int, ...] = tuple(PEOPLE)
    """Seeds."""
    held_out: int = HELD_OUT
    """How many of them, the last, are kept for judging."""
    sittings: int = SITTINGS
    """Of each person."""
    face_epochs: int = 40
    """Passes over all pictures."""
    eye_epochs: int = 30
    """Passes over all pictures."""
    seed: int = 7
    """Of weights and batches."""


@dataclass(frozen=True, slots=True)
class Material:
    """What the networks are fed, and what they should say; n pictures."""

    shapes: Floats
    """(n, m, 3) landmarks in head axes."""
    rests: Floats
    """(n, m, 3) the same person's resting face."""
    poses: Floats
    """(n, 3) yaw, pitch, roll of the mesh, degrees."""
    mesh_rotation: NDArray[np.float64]
    """(n, 3, 3)."""
    turns: Floats
    """(n, 3) rotation vectors from the mesh's pose to the head's, degrees."""
    coefficients: Floats
    """(n, k)."""
    judging: NDArray[np.bool_]
    """(n,) whether the person is kept for judging."""


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
    folder = out or MODELS
    pictures = collect(
        settings.people, settings.sittings, lambda s, what: progress(0.6 * s, f"pictures, {what}")
    )
    index = landmarks_used()
    material, kept = prepare(pictures, index, settings, lambda s: progress(0.6 + 0.05 * s, "poses"))
    figures: dict[str, Any] = {"pictures": len(kept), "people": len(settings.people)}
    face, turns, report = _train_face(material, settings, lambda s, w: progress(0.65 + 0.15 * s, w))
    figures |= report
    eyes, report = _train_eyes(
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
    _write(folder / "face.npz", face | {"index": index}, face_about)
    _write(folder / "eyes.npz", eyes, about | {"gaze_scale_deg": GAZE_SCALE_DEG})
    return figures


def landmarks_used() -> NDArray[np.int64]:
    """Landmarks that the face network looks at: contours, nose and the middle of the cheeks."""
    from mediapipe.python.solutions import face_mesh_connections as mesh

    edges = (
        mesh.FACEMESH_LIPS
        | mesh.FACEMESH_LEFT_EYE
        | mesh.FACEMESH_RIGHT_EYE
        | mesh.FACEMESH_LEFT_EYEBROW
        | mesh.FACEMESH_RIGHT_EYEBROW
        | mesh.FACEMESH_NOSE
    )
    points = {point for edge in edges for point in edge}
    oval = (10, 338, 284, 251, 454, 361, 397, 365, 378, 152, 149, 136, 172, 132, 234, 21, 54, 109)
    cheeks = (50, 280, 101, 330, 116, 345, 123, 352, 147, 376, 187, 411, 205, 425, 36, 266)
    chin = (18, 200, 199, 175, 32, 262, 83, 313, 164, 2, 43, 273, 57, 287, 92, 322)
    return np.array(sorted(points | {*oval, *cheeks, *chin, 468, 473}), np.int64)


def prepare(
    pictures: Pictures,
    index: NDArray[np.int64],
    settings: TrainingSettings,
    progress: Callable[[float], None],
) -> tuple[Material, NDArray[np.int64]]:
    """Poses and head axes of every picture, as the program works them out.

    Returns:
        The material, and which pictures it is of: a sitting whose resting face was not seen, or a
        pose that makes no sense, is left out.
    """
    rng = np.random.default_rng(settings.seed)
    count = len(pictures.sitting)
    shapes = np.zeros((count, len(index), 3), np.float32)
    poses = np.zeros((count, 3), np.float32)
    rotations = np.zeros((count, 3, 3))
    good = np.zeros(count, bool)
    # half of the cameras are believed to be the usual one, as they are before anybody tells
    believed = {
        s: float(pictures.fov_deg[pictures.sitting == s][0]) if rng.random() < 0.5 else 63.0
        for s in np.unique(pictures.sitting)
    }
    estimator = HeadPoseEstimator()
    last = -1
    for i in range(count):
        if pictures.sitting[i] != last:
            last = int(pictures.sitting[i])
            fov = believed[last]
            estimator = HeadPoseEstimator(HeadPoseSettings(horizontal_fov_deg=fov))
            progress(i / count)
        pose = estimator.estimate(pictures.landmarks[i], (640, 360))
        if pose is None or pose.plausibility <= 0:
            continue
        truth = pictures.rotation[i].astype(np.float64)
        if _angle_deg(pose.rotation.T @ truth) > 35.0:
            continue  # the mesh lost the face and lies somewhere else
        shapes[i] = to_head_axes(pictures.landmarks[i], pose)[index]
        poses[i] = pose.yaw_deg, pose.pitch_deg, pose.roll_deg
        rotations[i] = pose.rotation
        good[i] = True
    rests = np.zeros_like(shapes)
    for sitting in np.unique(pictures.sitting):
        own = pictures.sitting == sitting
        resting = own & pictures.resting & good
        if not resting.any():
            good[own] = False
            continue
        rests[own] = np.median(shapes[resting], axis=0)
    kept = np.flatnonzero(good)
    turns = np.stack(
        [_turn_deg(rotations[i].T @ pictures.rotation[i].astype(np.float64)) for i in kept]
    )
    columns = [ARKIT_NAMES.index(name) for name in TOLD]
    judges = settings.people[-settings.held_out :]
    return (
        Material(
            shapes=shapes[kept],
            rests=rests[kept],
            poses=poses[kept],
            mesh_rotation=rotations[kept],
            turns=turns.astype(np.float32),
            coefficients=pictures.coefficients[kept][:, columns],
            judging=np.isin(pictures.person[kept], judges),
        ),
        kept,
    )


def _train_face(
    material: Material, settings: TrainingSettings, progress: Progress
) -> tuple[dict[str, NDArray[Any]], Floats, dict[str, Any]]:
    """Weights of the face network, its turns for every picture, and its figures."""
    import torch
    from torch import nn

    fit = ~material.judging
    mean = material.shapes[fit].mean(axis=0)
    scale = material.shapes[fit].std(axis=0).mean(axis=0) * np.ones_like(mean)
    delta = material.shapes - material.rests
    delta_scale = delta[fit].std(axis=0).mean(axis=0) * np.ones_like(mean)
    count = len(material.shapes)
    shape = torch.from_numpy(((material.shapes - mean) / scale).reshape(count, -1))
    away = torch.from_numpy((delta / delta_scale).reshape(count, -1))
    pose = torch.from_numpy(material.poses / ANGLE_SCALE_DEG)
    told = material.coefficients.shape[1]
    wanted = torch.from_numpy(
        np.concatenate([material.coefficients, material.turns / TURN_SCALE_DEG], axis=1)
    )
    given = 2 * shape.shape[1] + 4
    net = nn.Sequential(
        nn.Linear(given, 160), nn.LeakyReLU(0.01), nn.Dropout(0.05),
        nn.Linear(160, 96), nn.LeakyReLU(0.01),
        nn.Linear(96, told + 3),
    )  # fmt: skip
    own = torch.from_numpy(np.flatnonzero(fit))
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=2e-3)
    batch = 256
    steps = settings.face_epochs * (len(own) // batch + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, total_steps=steps)
    # Movements that are rare or small must count as much as those that every face makes.
    spread = wanted[own][:, :told].std(dim=0)
    weight = (0.12 / (spread + 0.05)).clamp(0.3, 2.0)
    for epoch in range(settings.face_epochs):
        net.train()
        order = own[torch.randperm(len(own))]
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            known = (torch.rand(len(rows), 1) < 0.75).float()
            # landmarks tremble; and a resting face is never known quite right
            s = shape[rows] + 0.06 * torch.randn(len(rows), shape.shape[1])
            d = (away[rows] + 0.06 * torch.randn(len(rows), shape.shape[1])) * known
            out = net(torch.cat([s, d, pose[rows], known], dim=1))
            off = out - wanted[rows]
            loss = (off[:, :told] ** 2 * weight).mean() * 10.0
            loss = loss + nn.functional.smooth_l1_loss(out[:, told:], wanted[rows][:, told:])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
        progress((epoch + 1) / settings.face_epochs, "face network")
    net.eval()
    with torch.no_grad():
        known = torch.ones(count, 1)
        out = net(torch.cat([shape, away, pose, known], dim=1)).numpy()
        alone = net(torch.cat([shape, 0 * away, pose, 0 * known], dim=1)).numpy()
    judge = material.judging
    report = {
        "coefficients_r": _correlations(out[judge][:, :told], material.coefficients[judge]),
        "coefficients_r_unrested": _correlations(
            alone[judge][:, :told], material.coefficients[judge]
        ),
        "turn_error_deg": _mean_abs(out[judge][:, told:] * TURN_SCALE_DEG - material.turns[judge]),
        "turn_error_deg_unrested": _mean_abs(
            alone[judge][:, told:] * TURN_SCALE_DEG - material.turns[judge]
        ),
        "turn_error_deg_without": _mean_abs(material.turns[judge]),
    }
    weights: dict[str, NDArray[Any]] = {"mean": mean, "scale": scale, "delta_scale": delta_scale}
    return weights | _linear_weights(net), out[:, told:] * np.float32(TURN_SCALE_DEG), report


def _train_eyes(
    pictures: Pictures,
    kept: NDArray[np.int64],
    material: Material,
    turns: Floats,
    settings: TrainingSettings,
    progress: Progress,
) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Weights of the eye network, and its figures."""
    import torch
    from torch import nn

    head = material.mesh_rotation @ np.stack([_rotation(turn) for turn in turns])
    truth = pictures.rotation[kept].astype(np.float64)
    ray = np.einsum("nij,njk,nk->ni", head.transpose(0, 2, 1), truth, _rays(pictures.gaze_deg[kept]))
    gaze = np.degrees(
        np.stack([np.arctan2(ray[:, 0], ray[:, 2]), np.arcsin(np.clip(ray[:, 1], -1, 1))], axis=1)
    ).astype(np.float32)
    angles = np.array([angles_from_rotation(each) for each in head], np.float32) / ANGLE_SCALE_DEG
    shut = np.stack(
        [
            pictures.coefficients[kept][:, ARKIT_NAMES.index(name)]
            for name in ("eyeBlinkRight", "eyeBlinkLeft")
        ],
        axis=1,
    )
    count = len(kept)
    sign = np.array([1.0, -1.0], np.float32)
    image = torch.from_numpy(
        np.stack([normalise(pictures.eyes[kept][:, side]) for side in (0, 1)], axis=1)
    )
    mirrored = np.repeat(angles[:, None], 2, axis=1) * 1.0
    mirrored[:, 1, 0] *= -1.0
    mirrored[:, 1, 2] *= -1.0
    beside = np.concatenate(
        [pictures.eye_points[kept].reshape(count, 2, -1) / EYE_POINT_SCALE, mirrored], axis=2
    ).astype(np.float32)
    look = np.stack(
        [gaze[:, None, 0] * sign, np.repeat(gaze[:, None, 1], 2, axis=1)], axis=2
    )
    look_t = torch.from_numpy(look.astype(np.float32) / GAZE_SCALE_DEG)
    beside_t, shut_t = torch.from_numpy(beside), torch.from_numpy(shut)
    net = _EyeNet()
    own = torch.from_numpy(np.flatnonzero(~material.judging))
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=1e-3)
    batch = 192
    steps = settings.eye_epochs * (len(own) // batch + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, total_steps=steps)
    for epoch in range(settings.eye_epochs):
        net.train()
        order = own[torch.randperm(len(own))]
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            out = net(_disturb(image[rows]).flatten(0, 1), _tremble(beside_t[rows]).flatten(0, 1))
            aim, closed = look_t[rows].flatten(0, 1), shut_t[rows].flatten()
            # a shut eye looks nowhere: its direction teaches nothing
            seen = (closed < 0.6).float()[:, None]
            spread = out[:, 3:5].clamp(-3.0, 2.0)
            off = (out[:, :2] - aim).abs()
            # Laplace: a few eyes under hair or hands must not rule the rest
            loss = ((off * torch.exp(-spread) + spread) * seen).mean()
            loss = loss + 3.0 * nn.functional.smooth_l1_loss(out[:, 2], closed, beta=0.1)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
        progress((epoch + 1) / settings.eye_epochs, "eye network")
    net.eval()
    with torch.no_grad():
        out = net(image.flatten(0, 1), beside_t.flatten(0, 1)).numpy().reshape(count, 2, 5)
    judge = material.judging & (shut.max(axis=1) < 0.3)
    both = _fused(out[judge])
    off = _rays(both) * 1.0
    angle = np.degrees(np.arccos(np.clip((off * _rays(gaze[judge])).sum(axis=1), -1, 1)))
    report = {
        "gaze_error_deg": float(angle.mean()),
        "gaze_yaw_pitch_error_deg": _mean_abs(both - gaze[judge]),
        "closure_r": float(
            np.corrcoef(out[material.judging][:, :, 2].ravel(), shut[material.judging].ravel())[0, 1]
        ),
    }
    return net.weights(), report


def _fused(out: Floats) -> Floats:
    """Both eyes' looks as one, each weighed by how sure it is; (n, 2, 5) to (n, 2) degrees."""
    looks = out[:, :, :2] * np.array([[[1.0, 1.0], [-1.0, 1.0]]]) * GAZE_SCALE_DEG
    weight = np.exp(-2.0 * np.clip(out[:, :, 3:5], -3.0, 2.0))
    return np.asarray((looks * weight).sum(axis=1) / weight.sum(axis=1), np.float32)


def _EyeNet() -> Any:  # noqa: N802  (a class that only exists where torch does)
    import torch
    from torch import nn

    class EyeNet(nn.Module):
        """Two convolutions over the picture, then layers over it and the landmarks."""

        def __init__(self) -> None:
            super().__init__()
            self.first = nn.Conv2d(1, 12, 5, stride=2, padding=2)
            self.second = nn.Conv2d(12, 24, 3, stride=2, padding=1)
            self.layers = nn.Sequential(
                nn.Linear(24 * 5 * 8 + 45, 64), nn.LeakyReLU(0.01), nn.Dropout(0.05),
                nn.Linear(64, 32), nn.LeakyReLU(0.01),
                nn.Linear(32, 5),
            )  # fmt: skip

        def forward(self, image: Any, beside: Any) -> Any:
            seen = nn.functional.leaky_relu(self.first(image), 0.01)
            seen = nn.functional.leaky_relu(self.second(seen), 0.01)
            return self.layers(torch.cat([seen.flatten(1), beside], dim=1))

        def weights(self) -> dict[str, NDArray[Any]]:
            kept: dict[str, NDArray[Any]] = {}
            for i, layer in enumerate((self.first, self.second)):
                kept[f"c{i}"] = layer.weight.detach().numpy()
                kept[f"cb{i}"] = layer.bias.detach().numpy()
            return kept | _linear_weights(self.layers)

    return EyeNet()


def _disturb(image: Any) -> Any:
    """Eye pictures moved by up to a pixel, with noise and another contrast."""
    import torch

    n = len(image)
    down, across = (int(v) for v in torch.randint(-1, 2, (2,)))
    image = torch.roll(image, (down, across), dims=(-2, -1))
    image = image * (0.8 + 0.4 * torch.rand(n, 1, 1, 1, 1))
    return image + 0.15 * torch.rand(n, 1, 1, 1, 1) * torch.randn_like(image)


def _tremble(beside: Any) -> Any:
    import torch

    noise = torch.randn_like(beside)
    noise[..., :42] *= 0.03
    noise[..., 42:] *= 0.03
    return beside + noise


def _linear_weights(net: Any) -> dict[str, NDArray[Any]]:
    from torch import nn

    layers = [layer for layer in net if isinstance(layer, nn.Linear)]
    kept: dict[str, NDArray[Any]] = {}
    for i, layer in enumerate(layers):
        kept[f"w{i}"] = layer.weight.detach().numpy()
        kept[f"b{i}"] = layer.bias.detach().numpy()
    return kept


def _write(path: Path, weights: dict[str, NDArray[Any]], about: dict[str, Any]) -> None:
    arrays: dict[str, Any] = {
        name: value.astype(np.float16) if value.dtype.kind == "f" else value.astype(np.int16)
        for name, value in weights.items()
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part.npz")
        np.savez_compressed(part, about=np.array(json.dumps(about)), **arrays)
        part.replace(path)
    except OSError as error:
        raise StorageError(
            f"{path.parent}: cannot be written ({error.strerror}); name another folder with --out"
        ) from None


def _correlations(told: Floats, true: Floats) -> dict[str, float]:
    found = {}
    for column, name in enumerate(TOLD):
        a, b = np.clip(told[:, column], 0.0, 1.0), true[:, column]
        varies = a.std() > 1e-6 and b.std() > 1e-6
        found[name] = float(np.corrcoef(a, b)[0, 1]) if varies else 0.0
    return found


def _mean_abs(values: NDArray[Any]) -> list[float]:
    return [round(float(v), 3) for v in np.abs(values).mean(axis=0)]


def _rays(gaze_deg: NDArray[Any]) -> NDArray[np.float64]:
    yaw, pitch = np.radians(gaze_deg.astype(np.float64)).T
    return np.stack([np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)], 1)


def _turn_deg(rotation: NDArray[np.float64]) -> NDArray[np.float64]:
    import cv2

    return np.degrees(cv2.Rodrigues(rotation)[0].ravel())


def _rotation(turn_deg: NDArray[Any]) -> NDArray[np.float64]:
    import cv2

    return np.asarray(cv2.Rodrigues(np.radians(turn_deg.astype(np.float64)))[0])


def _angle_deg(rotation: NDArray[np.float64]) -> float:
    return float(np.degrees(np.arccos(np.clip((np.trace(rotation) - 1) / 2, -1, 1))))


__all__ = ["Material", "TrainingSettings", "landmarks_used", "prepare", "train"]
