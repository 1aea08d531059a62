"""Trains the face network: landmarks to expression and to the head's pose."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from game.training.material import (
    TOLD,
    Floats,
    Material,
    Progress,
    TrainingSettings,
    linear_weights,
    mean_abs,
)
from perception.face.networks import ANGLE_SCALE_DEG

TURN_SCALE_DEG = 5.0
TREMBLE = 0.12
"""Noise of the inputs in training, in their own standard deviations. With less of it, or with more
than some 30 passes, the network reads drawn people a little better and filmed ones much worse."""


def train_face(
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
    inputs = _Inputs(
        shape=torch.from_numpy(((material.shapes - mean) / scale).reshape(count, -1)),
        away=torch.from_numpy((delta / delta_scale).reshape(count, -1)),
        pose=torch.from_numpy(material.poses / ANGLE_SCALE_DEG),
    )
    told = len(TOLD)
    wanted = torch.from_numpy(
        np.concatenate([material.coefficients, material.turns / TURN_SCALE_DEG], axis=1)
    )
    net = _face_net(2 * inputs.shape.shape[1] + 4, told + 3)
    own = torch.from_numpy(np.flatnonzero(fit))
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=3e-3)
    batch = 256
    steps = settings.face_epochs * (len(own) // batch + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2.5e-3, total_steps=steps)
    # Movements that are rare or small must count as much as those that every face makes.
    spread = wanted[own][:, :told].std(dim=0)
    weight = (0.12 / (spread + 0.05)).clamp(0.3, 2.0)
    for epoch in range(settings.face_epochs):
        net.train()
        order = own[torch.randperm(len(own))]
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            out = net(inputs.disturbed(rows))
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
        out, alone = (
            np.concatenate(
                [net(inputs.plain(rows, known)).numpy() for rows in torch.arange(count).split(2048)]
            )
            for known in (True, False)
        )
    judge = material.judging
    report: dict[str, Any] = {}
    for name, said in (("", out), ("_unrested", alone)):
        report[f"coefficients_r{name}"] = _correlations(
            said[judge][:, :told], material.coefficients[judge]
        )
        turns = said[judge][:, told:] * TURN_SCALE_DEG
        report[f"turn_error_deg{name}"] = mean_abs(turns - material.turns[judge])
    report["turn_error_deg_without"] = mean_abs(material.turns[judge])
    weights: dict[str, NDArray[Any]] = {"mean": mean, "scale": scale, "delta_scale": delta_scale}
    return weights | linear_weights(net), out[:, told:] * np.float32(TURN_SCALE_DEG), report


class _Inputs:
    """What the network is given of each picture, as tensors."""

    def __init__(self, shape: Any, away: Any, pose: Any) -> None:
        self.shape, self.away, self.pose = shape, away, pose

    def disturbed(self, rows: Any) -> Any:
        """Inputs that tremble as real ones do; a quarter of the people are strangers."""
        import torch

        n = len(rows)
        known = (torch.rand(n, 1) < 0.75).float()
        # landmarks tremble, and a resting face is never known quite right
        shape = self.shape[rows] + TREMBLE * torch.randn(n, self.shape.shape[1])
        away = (self.away[rows] + TREMBLE * torch.randn(n, self.away.shape[1])) * known
        return torch.cat([shape, away, self.pose[rows], known], 1)

    def plain(self, rows: Any, known: bool) -> Any:
        """Inputs as they are, with or without the resting face."""
        import torch

        flag = torch.full((len(rows), 1), float(known))
        return torch.cat([self.shape[rows], self.away[rows] * flag, self.pose[rows], flag], 1)


def _face_net(given: int, out: int) -> Any:
    from torch import nn

    return nn.Sequential(
        nn.Dropout(0.1),
        nn.Linear(given, 112), nn.LeakyReLU(0.01), nn.Dropout(0.1),
        nn.Linear(112, 80), nn.LeakyReLU(0.01),
        nn.Linear(80, out),
    )  # fmt: skip


def _correlations(told: Floats, true: Floats) -> dict[str, float]:
    found = {}
    for column, name in enumerate(TOLD):
        a, b = np.clip(told[:, column], 0.0, 1.0), true[:, column]
        varies = a.std() > 1e-6 and b.std() > 1e-6
        found[name] = float(np.corrcoef(a, b)[0, 1]) if varies else 0.0
    return found
