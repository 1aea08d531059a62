"""Whether manners can be told apart by what she does and when, whatever she says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialogue.types import AcknowledgeData
from game.bench.conversation_exchange import exchanges
from game.bench.conversation_time import replies_s
from game.synthetic.conversation.play import Played


@dataclass(frozen=True)
class Described:
    """One interview as it is told apart."""

    candidate: str
    manner: str
    features: NDArray[np.float64]


ATTITUDES = (
    *("neutral", "warm", "interested", "encouraging"),
    *("doubtful", "concerned", "amused", "serious"),
)

FEATURES = (
    *("nods_per_min", "sounds_per_min", "other_per_min", "strength", "smiles_returned"),
    *("follow_ups", "presses", "recalls", "echoes", "reply_s", "interrupts"),
    *(f"attitude_{name}" for name in ATTITUDES),
    *("log_strength", "offers_wait_s"),
)


def features(played: Played) -> NDArray[np.float64]:
    """(len(FEATURES),) of one interview: rates of acts, their sizes and their times."""
    spoken_s = sum(u.end_s - u.start_s for u in played.utterances if u.end_s < float("inf"))
    minutes = max(0.5, spoken_s / 60.0)
    shown = [a for a in played.acts if isinstance(a.data, AcknowledgeData)]
    nods = [a for a in shown if isinstance(a.data, AcknowledgeData) and a.data.gesture == "nod"]
    strengths = [a.data.strength for a in nods if isinstance(a.data, AcknowledgeData)]
    asks = [line.act.question_id or "" for line in played.spoken if line.act.kind == "ask"]
    mains = max(1, len({id_ for id_ in asks if "/" not in id_}))
    pieces = [p for line in played.spoken for p in played.her.pieces(line.act.text) or ()]
    smiles = sum(cue.kind == "smile" for cue in played.cues)
    returned = sum(a.because is not None and a.because.rule == "return_smile" for a in shown)
    attitudes = [a.attitude for a in played.acts]
    replies = replies_s(played)
    strength = float(np.mean(strengths)) if strengths else 0.0
    waits = [
        exchange.lines[0].start_s - exchange.utterance.end_s
        for exchange in exchanges(played)
        if exchange.lines and exchange.lines[0].start_s is not None
    ]
    return np.array(
        [
            len(nods) / minutes,
            sum(bool(a.text) for a in shown) / minutes,
            (len(shown) - len(nods)) / minutes,
            strength,
            returned / smiles if smiles else 0.5,
            sum("/" in id_ for id_ in asks) / mains,
            sum(id_.endswith("/presses") for id_ in asks) / mains,
            sum(p.kind == "recalls" for p in pieces) / mains,
            sum(p.kind == "echoes" for p in pieces) / mains,
            float(np.median(replies)) if replies else 1.0,
            float(sum(a.kind == "interrupt" for a in played.acts)),
            *(attitudes.count(name) / max(1, len(attitudes)) for name in ATTITUDES),
            float(np.log(strength + 0.05)),
            float(np.median(waits)) if waits else 1.0,
        ]
    )


def told_apart(runs: Sequence[Described]) -> tuple[float | None, dict[str, float]]:
    """Share of interviews whose manner is that of the nearest centroid of all others.

    Each candidate's own mean is taken off first, because it says nothing of the recruiter; spread
    is measured within manners, as in linear discriminant analysis.

    Returns:
        The share over all, and by manner; None where there is but one manner.
    """
    manners = np.array([run.manner for run in runs])
    names = sorted(set(manners))
    if len(names) < 2:
        return None, {}
    table = np.stack([run.features for run in runs])
    people = np.array([run.candidate for run in runs])
    for person in set(people):
        table[people == person] -= table[people == person].mean(axis=0)
    right = np.zeros(len(runs), bool)
    for i in range(len(runs)):
        others = np.arange(len(runs)) != i
        known = [name for name in names if (others & (manners == name)).any()]
        centroids = np.stack([table[others & (manners == name)].mean(axis=0) for name in known])
        within = table[others] - centroids[np.searchsorted(known, manners[others])]
        covariance = within.T @ within / max(1, len(within) - len(known))
        covariance += 0.05 * np.diag(np.diag(covariance)) + 1e-6 * np.eye(len(covariance))
        apart = centroids - table[i]
        distance = np.einsum("kf,kf->k", apart, np.linalg.solve(covariance, apart.T).T)
        right[i] = known[int(distance.argmin())] == manners[i]
    return float(right.mean()), {n: float(right[manners == n].mean()) for n in names}
