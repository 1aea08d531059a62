"""Trains the eye network: one upright picture of an eye, with its lids, to where it looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from game.bake.arkit import ARKIT_NAMES
from game.training.material import (
    Floats,
    Material,
    Progress,
    TrainingSettings,
    linear_weights,
    mean_abs,
    rays,
    rotation,
)
from game.training.pictures import Pictures
from perception.face.headpose import angles_from_rotation
from perception.face.networks import ANGLE_SCALE_DEG, EYE_POINT_SCALE, LIDS, against_rest, normalise

GAZE_SCALE_DEG = 15.0


@dataclass(frozen=True, slots=True)
class _Eyes:
    """What the network is fed of n pictures' two eyes, and what it should say; tensors."""

    image: Any
    """(n, 2, 1, 20, 32)."""
    beside: Any
    """(n, 2, 45): landmarks, and the head's angles, mirrored for the left eye."""
    look: Any
    """(n, 2, 2) yaw and pitch in the head, mirrored for the left eye, over ``GAZE_SCALE_DEG``."""
    shut: Any
    """(n, 2)."""
    lids: Any
    """(n, 2, 3) in the order of ``LIDS``."""
    gaze_deg: Floats
    """(n, 2) yaw and pitch in the head as perception will know it."""


def train_eyes(
    pictures: Pictures,
    kept: NDArray[np.int64],
    material: Material,
    turns: Floats,
    settings: TrainingSettings,
    progress: Progress,
) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Weights of the eye network, and its figures.

    Args:
        pictures: all.
        kept: those that ``material`` is of.
        material: poses and who judges.
        turns: (n, 3) what the face network says of each, degrees: the eyes' angles are against the
            head as the program will know it, so that what it gets wrong there is made good here.
        settings: how long.
        progress: told the share done.
    """
    import torch
    from torch import nn

    eyes = _eyes(pictures, kept, material, turns)
    net = _eye_net()
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
            image, beside = _disturb(eyes.image[rows]), _tremble(eyes.beside[rows])
            out = net(image.flatten(0, 1), beside.flatten(0, 1))
            aim, closed = eyes.look[rows].flatten(0, 1), eyes.shut[rows].flatten()
            # a shut eye looks nowhere: its direction teaches nothing
            seen = (closed < 0.6).float()[:, None]
            spread = out[:, 3:5].clamp(-3.0, 2.0)
            # Laplace: a few eyes under hair or hands must not rule the rest
            off = (out[:, :2] - aim).abs()
            loss = ((off * torch.exp(-spread) + spread) * seen).mean()
            loss = loss + 3.0 * nn.functional.smooth_l1_loss(out[:, 2], closed, beta=0.1)
            lids = (out[:, 5:] - eyes.lids[rows].flatten(0, 1)) ** 2
            loss = loss + 15.0 * (lids * seen).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
        progress((epoch + 1) / settings.eye_epochs, "eye network")
    net.eval()
    with torch.no_grad():
        parts = torch.arange(len(kept)).split(2048)
        out = np.concatenate(
            [net(eyes.image[p].flatten(0, 1), eyes.beside[p].flatten(0, 1)).numpy() for p in parts]
        ).reshape(len(kept), 2, -1)
    return net.weights(), _report(out, eyes, pictures, kept, material)


def _eyes(pictures: Pictures, kept: NDArray[np.int64], material: Material, turns: Floats) -> _Eyes:
    import torch

    head = material.mesh_rotation @ np.stack([rotation(turn) for turn in turns])
    truth = pictures.rotation[kept].astype(np.float64)
    ray = np.einsum("nij,njk,nk->ni", head.transpose(0, 2, 1), truth, rays(pictures.gaze_deg[kept]))
    gaze = np.degrees(
        np.stack([np.arctan2(ray[:, 0], ray[:, 2]), np.arcsin(np.clip(ray[:, 1], -1, 1))], axis=1)
    ).astype(np.float32)
    angles = np.array([angles_from_rotation(each) for each in head], np.float32) / ANGLE_SCALE_DEG
    both = np.repeat(angles[:, None], 2, axis=1)
    both[:, 1, [0, 2]] *= -1.0
    points = pictures.eye_points[kept].reshape(len(kept), 2, -1) / EYE_POINT_SCALE
    look = np.repeat(gaze[:, None], 2, axis=1)
    look[:, 1, 0] *= -1.0

    def coefficient(name: str) -> Floats:
        columns = [ARKIT_NAMES.index(f"{name}{side}") for side in ("Right", "Left")]
        return pictures.coefficients[kept][:, columns]

    return _Eyes(
        image=torch.from_numpy(
            np.stack([normalise(pictures.eyes[kept][:, side]) for side in (0, 1)], axis=1)
        ),
        beside=torch.from_numpy(np.concatenate([points, both], axis=2).astype(np.float32)),
        look=torch.from_numpy(look / np.float32(GAZE_SCALE_DEG)),
        shut=torch.from_numpy(coefficient("eyeBlink")),
        lids=torch.from_numpy(np.stack([coefficient(name) for name in LIDS], axis=2)),
        gaze_deg=gaze,
    )


def _report(
    out: Floats, eyes: _Eyes, pictures: Pictures, kept: NDArray[np.int64], material: Material
) -> dict[str, Any]:
    shut, lids = eyes.shut.numpy(), eyes.lids.numpy()
    judge = material.judging & (shut.max(axis=1) < 0.3)
    both = _fused(out[judge])
    cosine = (rays(both) * rays(eyes.gaze_deg[judge])).sum(axis=1)
    report: dict[str, Any] = {
        "gaze_error_deg": float(np.degrees(np.arccos(np.clip(cosine, -1, 1))).mean()),
        "gaze_yaw_pitch_error_deg": mean_abs(both - eyes.gaze_deg[judge]),
        "closure_r": _r(out[material.judging][:, :, 2], shut[material.judging]),
    }
    resting = np.zeros_like(out[:, :, 5:])
    sitting = pictures.sitting[kept]
    for each in np.unique(sitting):
        calm = (sitting == each) & pictures.resting[kept]
        if calm.any():
            resting[sitting == each] = np.median(out[calm][:, :, 5:], axis=0)
    told = against_rest(out[:, :, 5:], resting)
    for column, name in enumerate(LIDS):
        report[f"{name}_r"] = _r(told[judge][:, :, column], lids[judge][:, :, column])
    return report


def _r(a: Floats, b: Floats) -> float:
    if a.std() < 1e-6 or b.std() < 1e-6:
        return 0.0  # on few pictures some movement may not be shown, or never told
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])


def _fused(out: Floats) -> Floats:
    """Both eyes' looks as one, each weighed by how sure it is; (n, 2, 5) to (n, 2) degrees."""
    looks = out[:, :, :2] * np.array([[[1.0, 1.0], [-1.0, 1.0]]]) * GAZE_SCALE_DEG
    weight = np.exp(-2.0 * np.clip(out[:, :, 3:5], -3.0, 2.0))
    return np.asarray((looks * weight).sum(axis=1) / weight.sum(axis=1), np.float32)


def _eye_net() -> Any:
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
                nn.Linear(32, 5 + len(LIDS)),
            )  # fmt: skip

        def forward(self, image: Any, beside: Any) -> Any:
            seen = nn.functional.leaky_relu(self.first(image), 0.01)
            seen = nn.functional.leaky_relu(self.second(seen), 0.01)
            return self.layers(torch.cat([seen.flatten(1), beside], dim=1))

        def weights(self) -> dict[str, NDArray[Any]]:
            kept: dict[str, NDArray[Any]] = {}
            for i, layer in enumerate((self.first, self.second)):
                kept[f"c{i}"] = layer.weight.detach().numpy()
                kept[f"cb{i}"] = layer.state_dict()["bias"].numpy()
            return kept | linear_weights(self.layers)

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
