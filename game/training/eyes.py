"""Trains the eye network: one upright picture of an eye, with its lids, to where it looks."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from game.bake import ARKIT_NAMES
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
from perception.headpose import angles_from_rotation
from perception.networks import ANGLE_SCALE_DEG, EYE_POINT_SCALE, normalise

GAZE_SCALE_DEG = 15.0


def train_eyes(
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

    head = material.mesh_rotation @ np.stack([rotation(turn) for turn in turns])
    truth = pictures.rotation[kept].astype(np.float64)
    ray = np.einsum("nij,njk,nk->ni", head.transpose(0, 2, 1), truth, rays(pictures.gaze_deg[kept]))
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
    look = np.stack([gaze[:, None, 0] * sign, np.repeat(gaze[:, None, 1], 2, axis=1)], axis=2)
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
    off = rays(both) * 1.0
    angle = np.degrees(np.arccos(np.clip((off * rays(gaze[judge])).sum(axis=1), -1, 1)))
    report = {
        "gaze_error_deg": float(angle.mean()),
        "gaze_yaw_pitch_error_deg": mean_abs(both - gaze[judge]),
        "closure_r": float(
            np.corrcoef(out[material.judging][:, :, 2].ravel(), shut[material.judging].ravel())[
                0, 1
            ]
        ),
    }
    return net.weights(), report


def _fused(out: Floats) -> Floats:
    """Both eyes' looks as one, each weighed by how sure it is; (n, 2, 5) to (n, 2) degrees."""
    looks = out[:, :, :2] * np.array([[[1.0, 1.0], [-1.0, 1.0]]]) * GAZE_SCALE_DEG
    weight = np.exp(-2.0 * np.clip(out[:, :, 3:5], -3.0, 2.0))
    return np.asarray((looks * weight).sum(axis=1) / weight.sum(axis=1), np.float32)


def _EyeNet() -> Any:
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
