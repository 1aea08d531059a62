"""Support vector regression and small networks, fitted together to a few dozen people.

Both can be held to a direction: more of a feature then never lowers (or raises) what is predicted,
whatever accidents of a small sample would have it otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perception.settings import Count, NotNegative, Positive, Seed, checked
from scoring.impression_model import FARTHEST, Regressor

Floats = NDArray[np.float64]

INSENSITIVE = 0.2
"""Standard deviations of a rating within which an error costs nothing."""
_NEWTON_STEPS = 40


@checked
@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """Of the networks."""

    networks: Count = 8
    """That begin differently, and whose mean counts."""
    units: Count = 3
    """Hidden ones of each."""
    decay: NotNegative = 5.0
    """Cost of a weight's square, against errors of one standard deviation in so many interviews."""
    epochs: Count = 150
    """Steps of descent, each over all interviews."""
    rate: Positive = 0.02
    """Of learning (Adam)."""
    seed: Seed = 1
    """Of how they begin."""


def fit(
    rows: Floats,
    wanted: Floats,
    uses: NDArray[np.bool_],
    cost: float,
    directions: Mapping[int, int],
    settings: NetworkSettings,
) -> Regressor:
    """A regression of standardised ratings on standardised features.

    Args:
        rows: (n, f) features.
        wanted: (n,) ratings.
        uses: (f,) which features it may look at.
        cost: of errors, against the weights' squares.
        directions: number of a feature to 1 or -1, the direction to which it is held.
        settings: of the networks.
    """
    seen = np.where(uses, np.clip(rows, -FARTHEST, FARTHEST), 0.0)
    support = fit_support(seen, wanted, uses, cost, directions)
    hidden, output = fit_networks(seen, wanted, directions, settings)
    return Regressor(uses, support, hidden, output)


def fit_support(
    rows: Floats,
    wanted: Floats,
    uses: NDArray[np.bool_],
    cost: float,
    directions: Mapping[int, int],
) -> Floats:
    """(f + 1,) of a linear support vector regression with squared loss, by Newton's method.

    The loss beyond :data:`INSENSITIVE` is squared, as in Ho & Lin 2012 (large-scale linear support
    vector regression), so that it has a slope everywhere. A weight against its direction is held
    at nothing, and the rest fitted again.
    """
    free = uses.copy()
    while True:
        w = _newton(np.where(free, rows, 0.0), wanted, cost)
        wrong = [i for i, sign in directions.items() if free[i] and w[i] * sign < 0]
        if not wrong:
            return w
        free[wrong] = False


def _newton(rows: Floats, wanted: Floats, cost: float) -> Floats:
    x = np.column_stack([rows, np.ones(len(rows))])
    ridge = np.ones(x.shape[1])
    ridge[-1] = 1e-6  # the constant costs nothing
    w = np.zeros(x.shape[1])
    for _ in range(_NEWTON_STEPS):
        error = x @ w - wanted
        beyond = np.sign(error) * np.maximum(0.0, np.abs(error) - INSENSITIVE)
        slope = ridge * w + 2 * cost * x.T @ beyond
        active = x[np.abs(error) > INSENSITIVE]
        move = np.linalg.solve(np.diag(ridge) + 2 * cost * active.T @ active, slope)
        w = w - move
        if float(np.abs(move).max()) < 1e-8:
            break
    return w


def fit_networks(
    rows: Floats, wanted: Floats, directions: Mapping[int, int], settings: NetworkSettings
) -> tuple[Floats, Floats]:
    """(s, h, f + 1) and (s, h + 1) of networks with one hidden layer, constants last.

    Outputs weigh nothing below zero, which costs no generality as tanh is odd; so weights of a
    feature that have one sign hold the whole network to that direction (Sill 1998).
    """
    import torch
    from torch.nn.functional import softplus

    draw = torch.Generator().manual_seed(settings.seed)
    s, h, f = settings.networks, settings.units, rows.shape[1]
    first = (0.5 * torch.randn(s, h, f + 1, generator=draw)).requires_grad_()
    last = (0.5 * torch.randn(s, h, generator=draw) - 1.0).requires_grad_()
    constant = torch.zeros(s, 1, requires_grad=True)
    sign = torch.zeros(f + 1)
    for number, direction in directions.items():
        sign[number] = float(direction)
    x = torch.tensor(np.column_stack([rows, np.ones(len(rows))]), dtype=torch.float32)
    y = torch.tensor(wanted, dtype=torch.float32)

    def weights() -> tuple[torch.Tensor, torch.Tensor]:
        return torch.where(sign == 0, first, sign * softplus(first - 1.0)), softplus(last)

    optimizer = torch.optim.Adam([first, last, constant], lr=settings.rate)
    for _ in range(settings.epochs):
        inner, outer = weights()
        told = (torch.tanh(x @ inner.transpose(1, 2)) * outer[:, None]).sum(-1) + constant
        decay = settings.decay / len(y) * (inner[..., :-1].square().sum() + outer.square().sum())
        loss = (told - y).square().mean(1).sum() + decay
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        inner, outer = weights()
        return (
            inner.double().numpy(),
            torch.cat([outer, constant], 1).double().numpy(),
        )
